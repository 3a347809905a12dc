"""What a run of the solved notebook records for its checks: the right values, and those of the known wrong answers."""
import copy

import numpy as np
from nbformat.v4 import new_code_cell

from cs231n.answers import wrong
from cs231n.answers.strip import replace_marked
from cs231n.check import recorded
from cs231n.course import notebook, reported
from cs231n.course.notebook import HIDDEN_TESTS, Kind

ENDINGS = (".npz", recorded.HIDDEN)  # of the files below `expected`, for `files`
_AGAIN = "again"  # role of a cell of ours that runs once more, after the wrong answers


def rounds(nb, path):
    """Put the known wrong answers of a notebook after the checks of their exercises.

    Hidden tests become cells of their own, so that their values can be told apart. After the wrong answers the exercise
    and its checks run once more with ours.

    Parameters
    ----------
    nb : nbformat.NotebookNode
    path : Path
        Of its file, beside which the wrong answers stand.

    Returns
    -------
    nbformat.NotebookNode
        To be run with `CS231N_CHECK=record`, and handed to `files`.

    Raises
    ------
    ValueError
        If the file of wrong answers, or one of them, is not what it should be.
    """
    known, nb = wrong.read(path), copy.deepcopy(nb)
    exercises = {notebook.grade_id(cell) for cell in nb.cells if notebook.kind(cell) == Kind.EXERCISE}
    if unknown := sorted({each.exercise for each in known} - exercises):
        raise ValueError(f"{wrong.path_of(path)} names {', '.join(unknown)}: there is no such exercise")
    known = [each for each in known if each.sentence]
    cells, exercise, checks = [], None, []
    for cell, following in zip(nb.cells, [*nb.cells[1:], None]):
        kind = notebook.kind(cell)
        cells += _in_two(cell) if kind == Kind.CHECK else [cell]
        if kind == Kind.EXERCISE:
            exercise, checks = cell, []
        elif kind == Kind.CHECK:
            checks.append(cell)
            ends = following is None or notebook.kind(following) != Kind.CHECK
            wrongs = [each for each in known if exercise and each.exercise == notebook.grade_id(exercise)]
            if ends and wrongs:
                cells += _with_wrong(exercise, checks, wrongs)
                checks = []
    nb.cells = cells
    return nb


def files(nb):
    """Return the contents of the files that hold what an executed notebook of `rounds` reported.

    Returns
    -------
    tuple of (bytes or None)
        For each of `ENDINGS`; None where there is nothing to keep.

    Raises
    ------
    ValueError
        If two checks have one name, or our answer reports another value after the wrong ones than before.
    """
    ours, again, wrongs = {}, {}, {}
    for cell in nb.cells:
        role, sentence = cell.metadata.get("recording", ["", ""])
        for each in reported.take_from(cell):
            if role == "wrong":
                wrongs.setdefault(each.name, []).append((sentence, each))
            elif each.kind in ("close", "equal"):
                seen = again if role == _AGAIN else ours
                if each.name in seen and (role == _AGAIN or each.recorded or ours[each.name][1].recorded):
                    raise ValueError(f"two checks are named '{each.name}'; the recorded value is found by that name")
                seen[each.name] = role, each
    for name, (_, each) in again.items():
        if name in ours and not np.array_equal(each.value, ours[name][1].value, equal_nan=each.value.dtype.kind == "f"):
            raise ValueError(f"'{name}' has another value once the wrong answers have run: a check leaves something "
                             "changed, or draws numbers that are not from check.rng")
    kept = []
    for hidden in (False, True):
        mine = {name: each for name, (role, each) in ours.items() if (role == "hidden") == hidden}
        right = {name: each.value for name, each in mine.items() if each.recorded}
        telling = {name: reported.telling(each, wrongs.get(name, [])) for name, each in mine.items()}
        wrong_values = {name: {sentence: each.value for sentence, each in found.items()}
                        for name, found in telling.items() if found}
        arrays = recorded.arrays(right, wrong_values)
        kept.append(reported.dumps(arrays) if arrays else None)
    return tuple(kept)


def _in_two(cell):
    """Split a check into what students see and its hidden tests."""
    regions = notebook.marked(cell.source, HIDDEN_TESTS)
    if not regions:
        return [cell]
    lines = cell.source.splitlines()
    hidden = "\n".join(line for begin, end in regions for line in lines[begin + 1:end])
    visible = copy.deepcopy(cell)
    visible.source = replace_marked(cell.source, HIDDEN_TESTS)
    return [visible, _cell(hidden, "hidden")]


def _with_wrong(exercise, checks, wrongs):
    """Return the cells that run wrong answers, and ours again."""
    cells = [_cell(wrong.BEGIN, "")]
    for each in wrongs:
        cells.append(_cell(each.cell(exercise.source), "", failing=True))
        cells += [_cell(replace_marked(check.source, HIDDEN_TESTS), "wrong", each.sentence, failing=True)
                  for check in checks]
    cells += [_cell(wrong.END, ""), _cell(exercise.source, "")]
    return cells + [_cell(replace_marked(check.source, HIDDEN_TESTS), _AGAIN) for check in checks]


def _cell(source, role, sentence="", failing=False):
    return new_code_cell(source, metadata={"recording": [role, sentence], "tags": ["raises-exception"] * failing})
