"""Runs our own solved notebooks as submissions are run, for the values that these are held against."""
import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np

from cs231n.answers import wrong
from cs231n.course import notebook, reported
from cs231n.course.notebook import Kind
from cs231n.grading import limits
from cs231n.grading.preparation import package, prepare
from cs231n.grading.results import Reason
from cs231n.grading.running import judge, worker


class NotReady(Exception):
    """Our own notebook cannot be graded with; the message says why."""


def prepare_notebook(name, nb, root, folder, options, shortest, least=limits.NOTEBOOK_SECONDS):
    """Make a notebook of ours ready: stage its package, run it, and see that it gets full marks.

    It is run twice: with checks that tell what a value is held against, and as submissions are run. In the first run
    its known wrong answers go through the same checks. A notebook without such answers has checks that compute what
    they compare with; these are reduced in the second run.

    Parameters
    ----------
    name : str
    nb : nbformat.NotebookNode
        Solved.
    root : Path
        Of the repository.
    folder : Path
        For the outcome; `prepare.load` reads it.
    options : dict
        For `provisioner.kernel_spec`.
    shortest, least : float
        Seconds that any cell of a submission may take, and that all of it may.

    Raises
    ------
    NotReady
        If it does not get full marks with this seed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ready = []
    known = wrong.read(Path(root, f"{name}.ipynb"))
    twins = package.CourseToGrade(name, root).twins()
    both = (prepare.parts(name, nb, twins, reduced) for reduced in (False, not known))
    for number, (telling, graded) in enumerate(zip(*both)):
        staged = folder / f"package-{number}"
        package.stage(telling, root, staged)
        telling, graded = replace(telling, package=staged), replace(graded, package=staged)
        messages, _ = _run(telling, nb, options | {"covers": {}, "mode": "record"}, known)  # it alone knows all labels
        graded = replace(graded, messages=messages)
        _, seconds = _run(graded, nb, options)
        ready.append(replace(graded, seconds=seconds, shortest=shortest, least=least))
    prepare.save(folder, ready)


def _run(part, nb, options, known=()):
    """Run our own answers; return by key of each check what it reported, and by key of each cell its seconds.

    What wrong answers report is added to the messages, as mistakes.
    """
    cells, _ = prepare.graded_cells(part, nb)
    rounds, with_rounds = _rounds(cells, nb, [each for each in known if each.sentence])
    [runs] = worker.run_unharmed([(part, with_rounds)], options)
    for cell in cells:
        run = runs.get(cell)
        if part.without and cell.kind == Kind.GIVEN:
            continue  # it may be about what is not there; what checks need of it they will miss
        if run is None or run.error or run.ended:
            raise NotReady(f"{part.notebook}: {cell.key}: {run.error or run.message if run else 'it was not reached'}")
        if part.messages and cell.is_check:
            _see_that_it_is_right(part, cell, runs)
    for key, wrongs in rounds.items():
        _add_mistakes(runs[next(cell for cell in cells if cell.key == key)], wrongs, runs)
    return {cell.key: runs[cell].messages for cell in cells if cell.is_check}, {
        cell.key: round(runs[cell].seconds, 3) for cell in cells}


def _rounds(cells, nb, known):
    """Put wrong answers after the checks of their exercises.

    Returns
    -------
    rounds : dict of str to list of (str, prepare.Cell)
        By key of a check: the sentence of each wrong answer, and the cell in which the check meets it.
    cells : list of prepare.Cell
        All that is run.
    """
    solved = {notebook.grade_id(cell): cell.source for cell in nb.cells}
    rounds, result = defaultdict(list), []
    visible = [cell for cell in cells if not cell.is_hidden]
    last = {cell.exercise: number for number, cell in enumerate(visible) if cell.is_check}
    for number, cell in enumerate(visible):
        result.append(cell)
        wrongs = [each for each in known if each.exercise == cell.exercise]
        if not wrongs or last.get(cell.exercise) != number:
            continue
        checks = [each for each in visible if each.is_check and each.exercise == cell.exercise]
        result.append(prepare.Cell(Kind.GIVEN, f"before the wrong answers to {cell.exercise}", wrong.BEGIN))
        for count, each in enumerate(wrongs):
            name = f"{each.exercise}, wrong answer {count}"
            result.append(prepare.Cell(Kind.GIVEN, name, each.cell(solved[each.exercise])))
            for check in checks:
                again = replace(check, name=f"{check.name}, {name}")
                rounds[check.key].append((each.sentence, again))
                result.append(again)
        result.append(prepare.Cell(Kind.GIVEN, f"after the wrong answers to {cell.exercise}", wrong.END))
        result.append(prepare.Cell(Kind.GIVEN, f"{cell.exercise} again", solved[cell.exercise]))
    return rounds, result + [cell for cell in cells if cell.is_hidden]


def _add_mistakes(run, wrongs, runs):
    """Add to the messages of a check what wrong answers reported in it."""
    for message, right in zip(run.messages, run.values, strict=True):
        if right.kind not in ("close", "equal"):
            continue
        theirs, encoded = [], {}
        for sentence, cell in wrongs:
            messages = runs[cell].messages if cell in runs else []
            found = next((each for each in messages if each.get("name") == right.name), None)
            if found is not None:
                theirs.append((sentence, reported.decode(found)))
                encoded.setdefault(sentence, found)
        message["mistakes"] += [[sentence, {key: encoded[sentence][key] for key in ("dtype", "shape", "data")}]
                                for sentence in reported.telling(right, theirs)]


def _see_that_it_is_right(part, cell, runs):
    reason, message = judge.of_cell(part, cell, runs)
    if reason != Reason.RIGHT:
        raise NotReady(f"{part.notebook}: {cell.key} is {reason} with our own answers: {message}")
    for told, sent in zip(part.ours[cell.key], runs[cell].values):
        if told.kind not in ("within", "no_python_loop") and not np.array_equal(told.value, sent.value, equal_nan=True):
            raise NotReady(f"{part.notebook}: {cell.key} reports another value for {told.name} once it is reduced")
