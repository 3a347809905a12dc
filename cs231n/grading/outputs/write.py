"""Writes all that comes of grading into one folder."""
from cs231n.course.notebook import write_atomically
from cs231n.grading.grade import results_json
from cs231n.grading.outputs import canvas, feedback, gradebook, gradescope, questions, report


def write(grading, out, canvas_export=None, canvas_column=None):
    """Write gradebook, pages and files for other systems.

    Marks that were filled in below `questions/` are taken into account.

    Parameters
    ----------
    grading : results.Grading
    out : Path
    canvas_export : Path, optional
        The gradebook as Canvas exported it; its column for this assignment is filled, in `canvas.csv`.
    canvas_column : str, optional
        Which one, where that is not plain.

    Returns
    -------
    list of str
        Sentences for the instructor.

    Raises
    ------
    ValueError
        If marks of questions or the export cannot be read.
    """
    said = []
    folder = out / "questions"
    if grading.questions:
        if folder.is_dir():
            grading = questions.enter(grading, questions.read_back(folder, grading))
        questions.export(grading, folder)
    write_atomically(out / "results.json", results_json(grading).encode())
    gradebook.write(grading, out / "gradebook.csv")
    pages = feedback.write(grading, out / "feedback")
    report.write(grading, out / "report.html", pages)
    for graded in grading.students:
        name = pages[graded.student.id].removesuffix(".html")
        gradescope.write(graded, out / "gradescope" / name / "results.json")
    if canvas_export:
        said += canvas.fill(canvas_export, grading, out / "canvas.csv", canvas_column).sentences()
    unmarked = sum(graded.unmarked for graded in grading.students)
    if unmarked:
        said.append(f"{unmarked} answers to questions wait for a mark: {folder / 'index.html'}")
    return said
