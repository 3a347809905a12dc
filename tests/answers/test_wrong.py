"""Wrong answers: how they are read, what is refused, and what a recording keeps of them."""
import base64
import io

import numpy as np
import pytest
from make_notebook import check, code, exercise, write
from nbformat.v4 import new_output
from solved_notebook import ROOT

from cs231n.answers import recording, wrong
from cs231n.check import recorded
from cs231n.course import notebook, reported

CELL = """def double(x):
    ### BEGIN SOLUTION
    y = 2 * x
    return y
    ### END SOLUTION"""
FORMS = '''
import numpy as np

@wrong("double")
def squared(x):
    """It is
    squared."""
    # with its comment
    return x ** 2

edit(["double", "twice"], "A 3 for a 2.", "2 * x", "3 * x")
returns("double", "", "-result", diagnosis="wrong sign")
before("double", "One more.", "x = x + 1")
returns("double", "", "None", hidden=True)
'''


def run(source, x):
    names = {}
    exec(source, names)
    return names["double"](x)


def test_every_form_makes_an_exercise_cell():
    known = wrong.parse(FORMS)
    assert [each.exercise for each in known] == ["double", "double", "twice", "double", "double", "double"]
    assert [run(each.cell(CELL), 5) for each in known if each.exercise == "double"] == [25, 15, -10, 12, None]
    assert [each.words for each in known[:4]] == [r"It\ is\ squared\.", *2 * [r"A\ 3\ for\ a\ 2\."], "wrong sign"]
    assert [each.hidden for each in known] == [False] * 5 + [True]
    assert "# with its comment" in known[0].cell(CELL)


@pytest.mark.parametrize("source, words", [
    ("x = 1", "line 1: here stand imports"),
    ("\nedit('a', 'b', 'c')", "line 2"),
    ("edit('a', 'b', 'c', 'd', 'e', True, 7)", "takes exercise, sentence"),
    ("edit('a', 'b', 'c', 'd', other=1)", "takes exercise, sentence"),
    ("edit('a', '', 'c', 'd')", "has a sentence"),
    ("edit('a', 'b', 'c', 'd', diagnosis='e')", "one of them"),
    ("edit('a', name, 'c', 'd')", "malformed"),
    ("other('a', 'b')", "none of"),
    ("@other('a')\ndef f(): return 1", "none of"),
    ("@wrong('a')\ndef f():\n    'only words'", "has no body"),
])
def test_what_is_no_wrong_answer_is_refused(source, words):
    with pytest.raises(ValueError, match=words):
        wrong.parse(source)


@pytest.mark.parametrize("source, words", [
    ("edit('double', 'b', '4 * x', 'x')", "line 1 to double: the solved answer does not hold '4"),
    ("edit('double', 'b', '2 * x', '2*x')", "this is the solved answer"),
])
def test_an_edit_that_changes_nothing_is_refused(source, words):
    with pytest.raises(ValueError, match=words):
        wrong.parse(source)[0].cell(CELL)


@pytest.mark.parametrize("path", sorted(ROOT.glob("*/wrong/*.py")), ids=lambda path: path.stem)
def test_the_wrong_answers_of_a_notebook_can_be_made(path):
    nb = notebook.read(path.parents[1] / f"{path.stem}.ipynb")
    cells = {notebook.grade_id(cell): cell.source for cell in nb.cells}
    for each in wrong.read(path.parents[1] / f"{path.stem}.ipynb"):
        compile(each.cell(cells[each.exercise]), each.exercise, "exec")


def message(value, name="doubled", **more):
    value = np.asarray(value)
    told = {"name": name, "kind": "close", "tol": 1e-8, "recorded": True, "dtype": value.dtype.str,
            "shape": list(value.shape), "mistakes": []}
    return {**told, "data": base64.b64encode(value.tobytes()).decode(), **more}


def executed(tmp_path, values):
    """A recording whose checks reported values: function of the role, the sentence and the order of the cell."""
    path = write(tmp_path / "x.ipynb", code("1"), exercise(CELL), check("pass\n\n### BEGIN HIDDEN TESTS\n1\n### END "
                                                                      "HIDDEN TESTS"))
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "x.py").write_text(FORMS.replace('["double", "twice"]', '"double"'))
    nb = recording.rounds(notebook.read(path), path)
    for cell in nb.cells:
        role, sentence = cell.metadata.get("recording", ["", ""])
        if (found := values(role, sentence, notebook.grade_id(cell))) is not None:
            cell.outputs = [new_output("display_data", {reported.MIME: found})]
    return nb


def opened(content):
    with np.load(io.BytesIO(content)) as file:
        return {name: file[name] for name in file.files}


def test_a_recording_keeps_what_tells_and_sets_hidden_values_apart(tmp_path):
    def values(role, sentence, name):
        if role == "hidden":
            return message([7.0], "hidden one")
        if name == "double-check" or role == "again":
            return message([2.0, 4.0])
        if role == "wrong":
            return message({"It is squared.": [1.0, 4.0], "A 3 for a 2.": [2.0, 4.0 + 1e-12],
                            "One more.": [np.nan, 1.0]}[sentence])
        return None

    shown, hidden = recording.files(executed(tmp_path, values))
    arrays = opened(shown)
    assert sorted(arrays) == ["right/doubled", "sentences", "wrong/0/doubled"]
    assert arrays["wrong/0/doubled"].tolist() == [1, 4]
    assert list(opened(hidden)) == ["right/hidden one", "sentences"]
    assert recording.files(executed(tmp_path / "again", values))[0] == shown  # the same bytes


def test_a_check_that_the_wrong_answers_change_is_refused(tmp_path):
    def values(role, sentence, name):
        return message([1.0] if role == "again" else [2.0]) if role == "again" or name == "double-check" else None

    with pytest.raises(ValueError, match="has another value once the wrong answers have run"):
        recording.files(executed(tmp_path, values))


def test_sentences_and_values_come_back(tmp_path, monkeypatch):
    (tmp_path / "a1" / "expected").mkdir(parents=True)
    arrays = recorded.arrays({"x/y": np.arange(3)}, {"x/y": {"Größer.": np.ones(2)}, "z": {"B": np.zeros(1)}})
    (tmp_path / "a1" / "expected" / "n.npz").write_bytes(reported.dumps(arrays))
    monkeypatch.chdir(tmp_path / "a1")
    right, known = recorded.look_up("a1/n", "x/y")
    assert right.tolist() == [0, 1, 2] and {key: value.tolist() for key, value in known.items()} == {"Größer.": [1, 1]}
    assert recorded.look_up("a1/n", "z")[0] is None and recorded.look_up("a1/n", "other") == (None, {})
