"""All results as JSON, for programs."""
import json


def results_json(grading):
    """Return all results as JSON: the same bytes whenever the same submissions are graded with the same seed."""
    students = {
        graded.student.id: {
            "file": graded.file, "problems": graded.problems, "total": graded.total,
            "notebooks": {
                each.notebook: {
                    "remarks": each.remarks,
                    "checks": [
                        {"check": result.check.name, "exercise": result.check.exercise, "score": result.score,
                         "out_of": result.check.points, "reason": result.reason, "message": result.message}
                        for result in each.checks
                    ],
                } for each in graded.notebooks
            },
            "questions": {answer.question.name: {"mark": answer.mark, "comment": answer.comment}
                          for answer in graded.answers},
        } for graded in grading.students
    }
    content = {"assignment": grading.assignment, "out_of": grading.out_of, "students": students}
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
