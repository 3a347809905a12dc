"""Writes all that comes of grading into one folder."""
from cs231n.course.notebook import write_atomically
from cs231n.grading import platforms
from cs231n.grading.outputs import feedback, gradebook, questions, report
from cs231n.grading.outputs.results_json import results_json


def write(grading, out, export=None, column=None):
    """Write gradebook, pages and files for other systems.

    Marks that were filled in below `questions/` are taken into account.

    Parameters
    ----------
    grading : results.Grading
    out : Path
    export : Path, optional
        The gradebook as a platform exported it; its column for this assignment is filled, in `canvas.csv` for one.
    column : str, optional
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
    platforms.write_all(grading, out)
    if export:
        said += platforms.fill(export, grading, out, column).sentences()
    unmarked = sum(graded.unmarked for graded in grading.students)
    if unmarked:
        said.append(f"{unmarked} answers to questions wait for a mark: {folder / 'index.html'}")
    return said
