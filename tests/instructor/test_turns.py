"""Whose turn it is: first lines of exercises, last lines of checks, folded cells, and what the linter says of them."""
import copy
from pathlib import Path

import pytest
from make_notebook import SOLVED, check, code, edit, executed, exercise, question, text, write
from nbformat.v4 import new_notebook, new_output

from cs231n.answers.strip import strip_notebook
from cs231n.answers.wrong import with_answer
from cs231n.course import notebook, plan
from cs231n.course.transplant import is_attempted, transplant
from cs231n.instructor import turns
from cs231n.instructor.lint import fix, lint

ROOT = Path(__file__).parents[2]
HEADER = "# Exercise 1 of 1, 5 points: your code"
HIDDEN = "\n\n### BEGIN HIDDEN TESTS\nassert double(0) == 0\n### END HIDDEN TESTS"
ENDED = "from cs231n import check\nassert double(2) == 4\n{end}" + HIDDEN


def cell_of(grade_id, points=1):
    return exercise(SOLVED.replace("double", grade_id), grade_id), check(grade_id=f"check_{grade_id}", points=points)


def headers(*cells):
    return [header for _, header in turns.headers(new_notebook(cells=list(cells)))]


def converted(folder, *cells):
    """Write a notebook beside which its wrong answers stand."""
    (folder / "wrong").mkdir(exist_ok=True)
    (folder / "wrong" / "a.py").write_text("")
    return write(folder / "a.ipynb", *cells)


def saying(path):
    return [str(problem) for problem in lint(path)]


def printed(cell, line):
    cell.outputs = [new_output("stream", name="stdout", text=f"{line}\n")]
    return cell


def test_exercises_are_counted_where_no_heading_does():
    assert headers(*cell_of("a"), check(grade_id="check_a_float32", points=2.5), *cell_of("b", 4)) == [
        "# Exercise 1 of 2, 3.5 points: your code", "# Exercise 2 of 2, 4 points: your code"]


def test_exercises_have_the_numbers_of_their_headings():
    assert headers(text("# T\n\n## Exercise 1: a"), *cell_of("a"), text("### Question 1"), question(),
                   text("## Exercises 2 and 3: *b*, `c`"), *cell_of("b"), text("### Step 2"), *cell_of("c"),
                   text("## Exercise 4\n\nTwo cells."), *cell_of("d"), *cell_of("e", 2)) == [
        "# Exercise 1 of 4, 1 point: your code", "# Exercise 2 of 4, 1 point: your code",
        "# Exercise 3 of 4, 1 point: your code", "# Exercise 4 of 4, part 1 of 2, 1 point: your code",
        "# Exercise 4 of 4, part 2 of 2, 2 points: your code"]


def test_fix_writes_all_of_a_converted_notebook_and_nothing_twice(tmp_path):
    path = executed(converted(tmp_path, text("# T"), exercise(), check(ENDED.format(end=""))))
    fix(path)
    once = path.read_bytes()
    fix(path)
    assert path.read_bytes() == once
    nb = notebook.read(path)
    assert nb.cells[1].source == f"{HEADER}\n{SOLVED}" and not notebook.is_folded(nb.cells[1])
    assert nb.cells[2].source == ENDED.format(end='check.end("double-check", 5)') and notebook.is_folded(nb.cells[2])
    [said] = saying(path)
    assert "its outputs do not hold what check.end prints" in said
    printed(nb.cells[2], "double-check: all right, 5 of 5 points")
    notebook.write(nb, path)
    assert saying(path) == []


def test_fix_leaves_other_notebooks_without(tmp_path):
    path = executed(write(tmp_path / "a.ipynb", exercise(), check()))
    before = path.read_bytes()
    fix(path)
    assert path.read_bytes() == before and saying(path) == []


def test_fix_puts_right_what_is_wrong_in_any_notebook_and_what_was_printed_with_it(tmp_path):
    old = printed(check(ENDED.format(end='check.end("Größe (x)", 4)')), "Größe (x): all right, 4 of 4 points")
    path = executed(write(tmp_path / "a.ipynb", exercise(f"{HEADER.replace('5', '4')}\n{SOLVED}"), old))
    said = saying(path)
    assert any("its first line is not '# Exercise 1 of 1, 5 points: your code'" in each for each in said)
    assert any("check.end says 4 points; the cell has 5" in each for each in said)
    fix(path)
    nb = notebook.read(path)
    assert nb.cells[0].source == f"{HEADER}\n{SOLVED}"
    assert 'check.end("Größe (x)", 5)' in nb.cells[1].source
    assert nb.cells[1].outputs[0].text == "Größe (x): all right, 5 of 5 points\n"


@pytest.mark.parametrize("source, said", [
    (ENDED.format(end=""), "the last line that students see is not check.end"),
    ("check.end('doubling', 5)\nassert double(2) == 4", "check.end(...) stands last among what students see"),
    (ENDED.format(end="") + "\ncheck.end('doubling', 5)", "its outputs do not hold"),
    (ENDED.format(end="").replace("assert double(0) == 0", "check.end('doubling', 5)"), "check.end(...) stands last"),
])
def test_the_last_line_of_a_check(tmp_path, source, said):
    path = executed(converted(tmp_path, exercise(), check(source)))
    assert any(said in each for each in saying(path)), saying(path)


def drawing(lines, **metadata):
    cell = code("\n\n".join(["plt.plot([1])"] * lines), **metadata)
    cell.outputs = [new_output("display_data", data={"image/png": ""})]
    return cell


@pytest.mark.parametrize("cell, folded", [
    (check(), True), (exercise(), False), (code("\n".join("x" * 40)), False), (drawing(15), True), (drawing(14), False),
    (drawing(30, tags=["open"]), False), (question(), False),
])
def test_what_is_folded(cell, folded):
    nb = new_notebook(cells=[copy.deepcopy(cell)])
    turns.fix(nb, converted=True)
    assert notebook.is_folded(nb.cells[0]) == folded


def test_the_linter_wants_folds_where_there_are_headers_and_no_folded_exercise(tmp_path):
    begun = exercise(f"{HEADER}\n{SOLVED}")
    path = executed(write(tmp_path / "a.ipynb", begun, check()))
    assert [each.partition("): ")[2] for each in saying(path)] == [
        "checks, and long cells that draw, are folded: `cs231n lint --fix` does it"]
    edit(path, lambda raw: [cell["metadata"].update(jupyter={"source_hidden": True}) for cell in raw["cells"]])
    assert any("an exercise is folded" in each for each in saying(path))


@pytest.mark.parametrize("between, lines", [
    ([code("\n".join(["x = 1"] * 58))], 0), ([code("\n".join(["x = 1"] * 59))], 61),
    ([code("\n".join(["x = 1"] * 40)), text("a"), code("\n".join(["x = 1"] * 40))], 0),
    ([drawing(59)], 61), ([drawing(30), code("\n".join(["x = 1"] * 40))], 0),
    ([code("# Long because a network has many parts.\n" + "\n".join(["x = 1"] * 80))], 0),
])
def test_at_most_60_lines_stand_between_an_exercise_and_what_comes_next(between, lines):
    nb = new_notebook(cells=[exercise(f"{HEADER}\n{SOLVED}"), check(), *copy.deepcopy(between), text("end")])
    said = [message for messages in turns.problems(nb, False).values() for message in messages if "at most" in message]
    assert [int(message.split()[0]) for message in said] == [lines] * bool(lines)


def test_normal_form_keeps_folds_and_nothing_else_of_the_page():
    nb = new_notebook(cells=[code("1", jupyter={"source_hidden": True, "outputs_hidden": True}),
                             code("2", jupyter={"outputs_hidden": True}), code("3", jupyter={"source_hidden": False})])
    assert [cell.metadata for cell in notebook.normalise(nb).cells] == [{"jupyter": {"source_hidden": True}}, {}, {}]


# With the header or without it, a cell is the same answer.

def both(*cells):
    without = new_notebook(cells=copy.deepcopy(list(cells)))
    having = copy.deepcopy(without)
    turns.fix(having, converted=True)
    return without, having


def test_kits_keep_header_and_folds_and_their_stubs_are_no_attempts():
    _, having = both(text("# T"), exercise(), check())
    kit = strip_notebook(having)
    assert kit.cells[1].source.startswith(f"{HEADER}\ndef double(x):\n    raise NotImplementedError(")
    assert not is_attempted(kit.cells[1]) and notebook.is_folded(kit.cells[2])


def test_wrong_answers_are_put_below_the_header():
    assert with_answer(f"{HEADER}\n{SOLVED}", "return 3").startswith(f"{HEADER}\ndef double")


@pytest.mark.parametrize("written", ["def double(x):\n    return x + x", None], ids=["written", "not written"])
def test_answers_count_alike_with_the_header_and_without(written):
    """Whichever kit they were written in, and whichever notebook they are graded in."""
    found = set()
    for ours in both(text("# T"), exercise(), check()):
        for theirs in both(text("# T"), exercise(), check()):
            theirs = strip_notebook(theirs)
            if written:
                header = f"{HEADER}\n" * theirs.cells[1].source.startswith("#")
                theirs.cells[1].source = header + written
            nb, remarks = transplant(ours, theirs)
            answer = next(cell for cell in nb.cells if notebook.grade_id(cell) == "double")
            found.add((answer.source.removeprefix(f"{HEADER}\n"), is_attempted(answer), str(remarks)))
    assert len(found) == 1 and found.pop()[1] == bool(written)


@pytest.mark.parametrize("name", list(plan.load(ROOT).notebooks))
def test_every_exercise_of_the_repository_has_a_number_and_points(name):
    found = turns.headers(notebook.read(ROOT / f"{name}.ipynb"))
    assert len({header for _, header in found}) == len(found)
    assert not any(" 0 points" in header for _, header in found)
