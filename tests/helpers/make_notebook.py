"""Small notebooks of the course's format, for the tests of the course tools."""
import json

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cs231n.course import notebook

SOLVED = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"


def text(source, **metadata):
    return new_markdown_cell(source, metadata=metadata)


def code(source, **metadata):
    return new_code_cell(source, metadata=metadata)


def exercise(source=SOLVED, grade_id="double"):
    return code(source, nbgrader=_nbgrader(grade_id, grade=False, locked=False, solution=True))


def check(source="assert double(2) == 4\nprint('pass: doubling')", grade_id="double-check", points=5):
    return code(
        source, nbgrader=_nbgrader(grade_id, grade=True, locked=True, solution=False, points=points),
        tags=["nbval-check-output"],
    )


def question(source="Why?\n\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION", grade_id="why", points=2):
    return text(source, nbgrader=_nbgrader(grade_id, grade=True, locked=False, solution=True, points=points))


def _nbgrader(grade_id, **flags):
    return {"grade_id": grade_id, "schema_version": 3, "task": False, **flags}


def write(path, *cells):
    """Write a normalised notebook and return its path."""
    notebook.write(notebook.normalise(new_notebook(cells=list(cells))), path)
    return path


def edit(path, change):
    """Change the JSON of a notebook file in place."""
    raw = json.loads(path.read_text())
    change(raw)
    path.write_text(json.dumps(raw))


def executed(path):
    """Number the code cells of a notebook file, as a run does."""
    nb = notebook.read(path)
    for count, cell in enumerate(filter(notebook.is_executable, nb.cells), 1):
        cell.execution_count = count
    notebook.write(nb, path)
    return path
