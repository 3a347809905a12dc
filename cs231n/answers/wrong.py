"""The wrong answers that stand beside a notebook: how they are written, and the exercise cells that they make.

`assignment1/wrong/knn.py` belongs to `assignment1/knn.ipynb`. It is parsed, never run, and no student kit holds it:

    @wrong("predict_labels")
    def places(self, dists, k=1):
        \"\"\"These are places in the training set: look up the labels there, in self.y_train.\"\"\"
        return np.argsort(dists, axis=1)[:, 0]

    edit("predict_labels", "The farthest vote: sort the other way round.", "[:k]", "[-k:]")

A function's body takes the place of the answer's; its docstring is what the learner is told. The other forms change the
solved answer. Each names one exercise or a list of them. Where a general diagnosis has the right words already,
`diagnosis=` is a regular expression that they match, and the sentence is "". What students cannot see because a hidden
test alone finds it, is marked `hidden=True`.
"""
import ast
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from cs231n.course import notebook
from cs231n.course.notebook import SOLUTION


@dataclass(frozen=True)
class Wrong:
    """One wrong answer to one exercise.

    Attributes
    ----------
    exercise : str
        grade_id of its cell.
    sentence : str
        What the learner is told; "" where a diagnosis has the words.
    form : str
        `wrong`, `edit`, `returns` or `before`.
    texts : tuple of str
        The body; the old and the new text; the expression; the statements.
    diagnosis : str
        A regular expression, "" where the sentence is told.
    hidden : bool
        Whether only a hidden test finds it.
    line : int
        Where it is written.
    """

    exercise: str
    sentence: str
    form: str
    texts: tuple[str, ...]
    diagnosis: str = ""
    hidden: bool = False
    line: int = 0

    @property
    def words(self):
        """A regular expression that the message of the check must match."""
        return self.diagnosis or re.escape(self.sentence)

    def cell(self, source):
        """Return the source of the exercise's cell with this answer in the place of the solved one.

        Raises
        ------
        ValueError
            If the text to be changed is not in the solved answer, or the outcome is the solved answer.
        """
        try:
            return with_answer(source, self.answer)
        except ValueError as error:
            raise ValueError(f"wrong answer of line {self.line} to {self.exercise}: {error}") from None

    def answer(self, solved):
        """Return the wrong answer, made from the solved one."""
        if self.form == "wrong":
            return self.texts[0]
        if self.form == "edit":
            old, new = self.texts
            if old not in solved:
                raise ValueError(f"the solved answer does not hold {old!r}")
            return solved.replace(old, new)
        if self.form == "returns":
            return f"def solved():\n{textwrap.indent(solved, '    ')}\nresult = solved()\nreturn {self.texts[0]}"
        return f"{self.texts[0]}\n{solved}"


def wrong(exercise, diagnosis="", hidden=False):
    """Mark a function whose body is a wrong answer; its docstring is the sentence."""


def edit(exercise, sentence, old, new, diagnosis="", hidden=False):
    """Say what a piece of the solved answer is replaced by."""


def returns(exercise, sentence, expression, diagnosis="", hidden=False):
    """Say what is returned in place of the `result` of the solved answer."""


def before(exercise, sentence, statements, diagnosis="", hidden=False):
    """Say what is done before the solved answer."""


# Around the runs of wrong answers: what they draw and set is undone, and nothing is compared meanwhile.
BEGIN = """import os as _os, numpy as _numpy
_numpy_state, _check_mode = _numpy.random.get_state(), _os.environ.get("CS231N_CHECK", "")
_os.environ["CS231N_CHECK"] = 'report'"""
END = """_numpy.random.set_state(_numpy_state)
_os.environ["CS231N_CHECK"] = _check_mode"""

_CALLS = {"edit": ("old", "new"), "returns": ("expression",), "before": ("statements",)}


def path_of(notebook_path):
    """Return where the wrong answers of a notebook stand."""
    path = Path(notebook_path)
    return path.parent / "wrong" / f"{path.stem}.py"


def read(notebook_path):
    """Read the wrong answers of a notebook, in the order in which they stand; none where there is no file.

    Parameters
    ----------
    notebook_path : path
        Of the notebook itself.

    Returns
    -------
    list of Wrong

    Raises
    ------
    ValueError
        If the file holds anything else; the message names it and the line.
    """
    path = path_of(notebook_path)
    return parse(path.read_text(encoding="utf-8"), path) if path.is_file() else []


def parse(source, path="wrong.py"):
    """Read wrong answers from the text of such a file; other arguments as in `read`."""
    found = []
    for statement in ast.parse(source).body:
        try:
            found += _of_statement(statement, source)
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path}, line {statement.lineno}: {error}") from None
    return found


def with_answer(source, answer):
    """Put another answer between the markers of an exercise cell, indented as they are.

    Parameters
    ----------
    source : str
        Of the solved cell.
    answer : str or function
        The answer, or a function that makes it from the solved one.

    Raises
    ------
    ValueError
        If there is not one marked region, or this is the solved answer.
    """
    lines = source.splitlines()
    regions = notebook.marked(source, SOLUTION)
    if len(regions) != 1:
        raise ValueError(f"{len(regions)} regions are marked as the answer; one is needed")
    [(begin, end)] = regions
    indent = lines[begin][:len(lines[begin]) - len(lines[begin].lstrip())]
    solved = textwrap.dedent("\n".join(lines[begin + 1:end])).strip("\n")
    answer = answer(solved) if callable(answer) else textwrap.dedent(answer).strip("\n")
    if ast.dump(ast.parse(_body(answer))) == ast.dump(ast.parse(_body(solved))):
        raise ValueError("this is the solved answer")
    return "\n".join([*lines[:begin + 1], textwrap.indent(answer, indent), *lines[end:]])


def _body(text):
    return "def answer():\n" + textwrap.indent(text, "    ")


def _of_statement(statement, source):
    if isinstance(statement, (ast.Import, ast.ImportFrom)) or _is_text(statement):
        return []
    if isinstance(statement, ast.FunctionDef) and len(statement.decorator_list) == 1:
        call, form, fields = statement.decorator_list[0], "wrong", ("exercise", "diagnosis", "hidden")
        sentence, texts = ast.get_docstring(statement) or "", (_text_of_body(statement, source),)
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call, form = statement.value, ast.unparse(statement.value.func)
        fields = ("exercise", "sentence", *_CALLS.get(form, ()), "diagnosis", "hidden")
    else:
        raise ValueError("here stand imports, functions marked @wrong(...), and calls of edit, returns and before")
    if not isinstance(call, ast.Call) or ast.unparse(call.func) not in {"wrong", *_CALLS} or \
            (ast.unparse(call.func) == "wrong") != (form == "wrong"):
        raise ValueError(f"{ast.unparse(call)} is none of @wrong(...), edit(...), returns(...), before(...)")
    given = dict(zip(fields, map(ast.literal_eval, call.args), strict=False))
    given |= {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    if len(call.args) > len(fields) or set(given) - set(fields):
        raise ValueError(f"{form} takes {', '.join(fields)}")
    if form != "wrong":
        sentence, texts = given["sentence"], tuple(given[name] for name in _CALLS[form])
    sentence = " ".join(sentence.split())
    diagnosis, hidden = given.get("diagnosis", ""), given.get("hidden", False)
    if bool(sentence) + bool(diagnosis) + bool(hidden) != 1:
        raise ValueError("a wrong answer has a sentence for the learner, or a diagnosis, or hidden=True: one of them")
    exercises = given["exercise"] if isinstance(given["exercise"], list) else [given["exercise"]]
    return [Wrong(each, sentence, form, texts, diagnosis, hidden, statement.lineno) for each in exercises]


def _is_text(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _text_of_body(function, source):
    """Return the body of a function without its docstring, as it is written."""
    statements = function.body[ast.get_docstring(function) is not None:]
    if not statements:
        raise ValueError(f"{function.name} has no body")
    begin = function.body[0].end_lineno if len(statements) < len(function.body) else statements[0].lineno - 1
    lines = source.splitlines()[begin:function.end_lineno]
    return textwrap.dedent("\n".join(lines)).strip("\n")
