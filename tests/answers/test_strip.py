"""Notebooks and modules without their answers."""
import ast
import importlib
import inspect
from pathlib import Path

import pytest
from make_notebook import SOLVED, check, code, exercise, question, text
from nbformat.v4 import new_notebook, new_output

from cs231n.answers.strip import body_lines, declarations, other_forms, strip_module, strip_notebook
from cs231n.course import notebook
from cs231n.course.notebook import Kind

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("assignment*/*.ipynb"))
MODULES = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "cs231n").rglob("*.py")
    if "@exercise(" in path.read_text(encoding="utf-8") and path.name not in ("exercise.py", "strip.py")
)
MODULE = '''"""A module."""
import math, os
from cs231n.exercise import exercise
from cs231n.fast import quick, quicker

HOME = "assignment2/later"
TWINS = ("cs231n.fast_layers", "cs231n.layers.im2col")


@exercise("assignment1/doubling", faster="cs231n.fast.quick.doubled", validate=print, twins=TWINS)
@quick
def double(x):
    """Twice x."""
    # How it is done:
    return 2 * math.trunc(x)
    # that is all


def given(x):
    return double(os.fspath(x))  # stays


class Thing:
    @exercise(
        HOME,
    )
    def __init__(self, x):

        # No docstring here.
        self.x = x

    @property
    @quicker
    def square(self):
        return self.x ** 2
'''


def test_an_exercise_becomes_a_stub_that_names_it():
    cell = strip_notebook(new_notebook(cells=[exercise()])).cells[0]
    assert cell.source == 'def double(x):\n    raise NotImplementedError("Write double here, in place of this line.")'
    with pytest.raises(NotImplementedError, match="Write double here"):
        variables = {}
        exec(cell.source, variables)
        variables["double"](2)


def test_hidden_tests_model_answers_and_outputs_go():
    hidden = check("assert True\n### BEGIN HIDDEN TESTS\nassert double(3) == 6\n### END HIDDEN TESTS\nprint('pass')")
    run = code("print(1)")
    run.outputs, run.execution_count = [new_output("stream", name="stdout", text="1\n")], 3
    cells = strip_notebook(new_notebook(cells=[text("# A"), hidden, question(), run])).cells
    assert [cell.source for cell in cells] == ["# A", "assert True\nprint('pass')", "Why?", "print(1)"]
    assert cells[3].outputs == [] and cells[3].execution_count is None


def test_each_region_of_a_cell_becomes_a_stub_in_its_own_indentation():
    two = exercise(SOLVED + "\n\n\n" + SOLVED.replace("    ###", "  ###").replace("    return", "  return"))
    source = strip_notebook(new_notebook(cells=[two])).cells[0].source
    assert source.count("raise NotImplementedError") == 2 and "\n  raise" in source and "\n    raise" in source
    ast.parse(source)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_the_repositorys_notebooks_keep_all_but_the_answers(path):
    solved = notebook.read(ROOT / path)
    stripped = strip_notebook(solved)
    assert len(stripped.cells) == len(solved.cells)
    for before, after in zip(solved.cells, stripped.cells, strict=True):
        assert notebook.kind(before) == notebook.kind(after) and before.metadata == after.metadata
        assert ("BEGIN" in before.source) or before.source == after.source
        if notebook.kind(after) == Kind.EXERCISE:
            ast.parse(after.source)
            assert "raise NotImplementedError" in after.source
        if notebook.kind(after) == Kind.QUESTION:
            assert after.source.rstrip().endswith("*Write your answer here.*")
    assert all("### BEGIN" not in cell.source and "### END" not in cell.source for cell in stripped.cells)


def test_a_module_keeps_signatures_docstrings_and_what_is_given():
    stripped = strip_module(MODULE, lambda home: True)
    assert '@exercise("assignment1/doubling", validate=print, stripped=True)' in stripped
    assert '    """Twice x."""\n    raise NotImplementedError("double is an exercise")\n\n\ndef given' in stripped
    assert "def __init__(self, x):\n        raise NotImplementedError" in stripped
    assert "return double(os.fspath(x))  # stays" in stripped and "return self.x ** 2" in stripped
    assert "\nimport os\n" in stripped and "\nfrom cs231n.fast import quicker\n" in stripped
    assert "    @property\n    @quicker\n" in stripped
    compile(stripped, "stripped", "exec")
    for gone in ("2 * math", "quick\n", "import math", "How it is done", "that is all", "self.x = x", "No docstring"):
        assert gone not in stripped


def test_other_forms_of_an_answer_are_read_from_its_declaration():
    faster, twins = other_forms(MODULE, lambda home: home == "assignment1/doubling")
    assert faster == {"cs231n.fast.quick.doubled"}
    assert twins == {"double": ("cs231n.fast_layers", "cs231n.layers.im2col")}
    assert other_forms(MODULE, lambda home: home == "assignment2/later") == (set(), {})
    assert other_forms(strip_module(MODULE, lambda home: True), lambda home: True) == (set(), {})


@pytest.mark.parametrize("path", MODULES)
def test_other_forms_that_the_package_names_are_there(path):
    faster, twins = other_forms((ROOT / path).read_text(encoding="utf-8"), lambda home: True)
    for name in faster:
        module, _, function = name.rpartition(".")
        assert inspect.isfunction(getattr(importlib.import_module(module), function))
    for module in {module for modules in twins.values() for module in modules}:
        importlib.import_module(module)


def test_only_the_exercises_asked_for_go():
    stripped = strip_module(MODULE, lambda home: home == "assignment2/later")
    assert "return 2 * math.trunc(x)" in stripped and "self.x = x" not in stripped
    assert strip_module(MODULE, lambda home: False) == MODULE


def test_body_lines_are_what_goes():
    bodies = dict(body_lines(MODULE, lambda home: True))
    assert bodies["double"] == ["    # How it is done:", "    return 2 * math.trunc(x)", "    # that is all"]
    assert "        self.x = x" in bodies["__init__"]


@pytest.mark.parametrize("path", MODULES)
def test_the_packages_modules_run_without_their_answers(path, monkeypatch):
    source = (ROOT / path).read_text(encoding="utf-8")
    stripped = strip_module(source, lambda home: True)
    names = [function.name for function, *_ in declarations(source)]
    assert names and stripped != source
    compile(stripped, path, "exec")
    before, after = ({node.name: ast.get_docstring(node) for node in ast.walk(ast.parse(text))
                      if isinstance(node, ast.FunctionDef)} for text in (source, stripped))
    assert before == after


def test_every_declared_exercise_is_found_in_the_text():
    for path in MODULES:
        module = importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        declared = {
            value.exercise.name for _, value in inspect.getmembers(module) if getattr(value, "__module__", "") ==
            module.__name__ and hasattr(value, "exercise")
        }
        found = {function.name for function, *_ in declarations((ROOT / path).read_text(encoding="utf-8"))}
        assert declared <= found, path
