"""Runs our own solved notebooks as submissions are run, for the values that these are held against."""
import shutil
from dataclasses import replace

import numpy as np

from cs231n.course.notebook import Kind
from cs231n.grading.preparation import package, prepare
from cs231n.grading.results import Reason
from cs231n.grading.running import judge, worker


class NotReady(Exception):
    """Our own notebook cannot be graded with; the message says why."""


def prepare_notebook(name, nb, root, folder, options, shortest):
    """Make a notebook of ours ready: stage its package, run it, and see that it gets full marks.

    It is run twice: with checks as they stand, which tell what they compare with, and with checks as they are sent to
    submissions.

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
        For `sandbox.kernel_spec`.
    shortest : float
        Seconds that any cell of a submission may take.

    Raises
    ------
    NotReady
        If it does not get full marks with this seed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ready = []
    both = zip(prepare.parts(name, nb, reduced=False), prepare.parts(name, nb, reduced=True))
    for number, (telling, graded) in enumerate(both):
        staged = folder / f"package-{number}"
        package.stage(telling, root, staged)
        telling, graded = replace(telling, package=staged), replace(graded, package=staged)
        messages, _ = _run(telling, nb, options | {"covers": {}})  # only this one knows all labels
        graded = replace(graded, messages=messages)
        _, seconds = _run(graded, nb, options)
        ready.append(replace(graded, seconds=seconds, shortest=shortest))
    prepare.save(folder, ready)


def _run(part, nb, options):
    """Run our own answers; return by key of each check what it reported, and by key of each cell its seconds."""
    cells, _ = prepare.graded_cells(part, nb)
    [runs] = worker.run_unharmed([(part, cells)], options)
    for cell in cells:
        run = runs.get(cell)
        if part.without and cell.kind == Kind.GIVEN:
            continue  # it may be about what is not there; what checks need of it they will miss
        if run is None or run.error or run.ended:
            raise NotReady(f"{part.notebook}: {cell.key}: {run.error or run.message if run else 'it was not reached'}")
        if part.messages and cell.is_check:
            _see_that_it_is_right(part, cell, runs)
    return {cell.key: runs[cell].messages for cell in cells if cell.is_check}, {
        cell.key: round(runs[cell].seconds, 3) for cell in cells}


def _see_that_it_is_right(part, cell, runs):
    reason, message = judge.of_cell(part, cell, runs)
    if reason != Reason.RIGHT:
        raise NotReady(f"{part.notebook}: {cell.key} is {reason} with our own answers: {message}")
    for told, sent in zip(part.ours[cell.key], runs[cell].values):
        if told.kind not in ("within", "no_python_loop") and not np.array_equal(told.value, sent.value, equal_nan=True):
            raise NotReady(f"{part.notebook}: {cell.key} reports another value for {told.name} once it is reduced")
