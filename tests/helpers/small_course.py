"""A course of one small assignment, for the tests of grading: notebooks that take a second, and submissions of them."""
from pathlib import Path

from make_notebook import check, code, exercise, question, text, write

from cs231n.answers.strip import strip_notebook
from cs231n.course import notebook

ROOT = Path(__file__).parents[2]

SQUARE = """def square(x):
    \"\"\"Return the square of each number.\"\"\"
    ### BEGIN SOLUTION
    return x * x
    ### END SOLUTION"""
TOTAL = """def total(x):
    \"\"\"Return the sum of the squares.\"\"\"
    ### BEGIN SOLUTION
    return float(np.sum(square(x)))
    ### END SOLUTION"""
CHECK_SQUARE = """rng = check.rng("check_square")
check.close("square: by hand", check.call(square, np.array([1.0, -2.0])), [1, 4])
x = rng.normal(size=(3, 4))
check.close("square: random numbers", square(x))

### BEGIN HIDDEN TESTS
x = rng.normal(size=5).astype(np.float32)
check.close("square: float32", square(x), tol=1e-5, dtype=np.float32)
### END HIDDEN TESTS"""
CHECK_TOTAL = """rng = check.rng("check_total")
x = rng.normal(size=7)
check.close("total: random numbers", check.call(total, x))"""
WRONG = """from cs231n.answers.wrong import edit

edit("square", "It is doubled.", "x * x", "2 * x")
edit("total", "The squares are averaged.", "np.sum", "np.mean")
"""


def make(root, name="assignment1/tiny"):
    """Write the course: a folder as that of the repository, with one solved notebook.

    Returns
    -------
    Path
        The root.
    """
    (root / "cs231n").symlink_to(ROOT / "cs231n")
    add(root, name)
    return root


def add(root, name):
    """Write a solved notebook, and its wrong answers."""
    path = root / f"{name}.ipynb"
    (path.parent / "wrong").mkdir(parents=True, exist_ok=True)
    path.with_name("wrong").joinpath(f"{path.stem}.py").write_text(WRONG)
    write(
        path, text("# Squares"),
        code(f'import numpy as np\n\nfrom cs231n import check\n\ncheck.begin("{name}")'),
        exercise(SQUARE, "square"), check(CHECK_SQUARE, "check_square", 3),
        exercise(TOTAL, "total"), check(CHECK_TOTAL, "check_total", 2),
        question("### Why are squares never negative?\n\n### BEGIN SOLUTION\nMinus times minus.\n### END SOLUTION"),
    )


def submission(root, name="assignment1/tiny", **answers):
    """Return a submission: the notebook as students get it, with these sources in the cells of these names."""
    nb = strip_notebook(notebook.read(root / f"{name}.ipynb"))
    for cell in nb.cells:
        cell.source = answers.get(notebook.grade_id(cell), cell.source)
    return nb


def hand_in(root, submissions, name="assignment1/tiny"):
    """Write submissions, student -> answers, below `root/handed-in`; return that folder."""
    for student, answers in submissions.items():
        path = root / "handed-in" / student / f"{name.split('/')[1]}.ipynb"
        notebook.write(submission(root, name, **answers), path)
    return root / "handed-in"


RIGHT = {"square": "def square(x):\n    return x ** 2", "total": "def total(x):\n    return float((square(x)).sum())"}
