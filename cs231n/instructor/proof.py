"""Prove that a student kit is fit to be given out."""
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cs231n.answers import leaks
from cs231n.answers.course import Refused
from cs231n.course import notebook
from cs231n.course.notebook import Kind
from cs231n.course.summary import Verdict
from cs231n.data.folders import data_folder
from cs231n.grading.running import pool
from cs231n.grading.running.ours import prepare_notebook
from cs231n.grading.sandbox import bubblewrap
from cs231n.grading.sandbox.provisioner import Unavailable

_SHORTEST = 30  # seconds that any cell may take, as in grading


class Fault(str):
    """A sentence on what is wrong with a kit."""


@dataclass
class Kit:
    """A kit to be proven: what it was cut from, where it is, and a folder in which it is installed for the proof."""

    course: object
    folder: Path
    archive: Path
    scratch: Path
    timeout: float | None = None  # seconds of computing for the checks of a notebook, instead of the usual

    @property
    def home(self):
        """The kit, unpacked from its zip as a student does."""
        return self.scratch / self.course.assignment

    @property
    def python(self):
        """The interpreter of the environment that it is installed in."""
        return self.scratch / "environment" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prove(kit, offline):
    """Go through the proof.

    Parameters
    ----------
    kit : Kit
    offline : bool
        Borrow what the kit stands on from this environment instead of installing it anew.

    Yields
    ------
    str
        What has just been proven, or a `Fault`. All faults are found, not only the first; where a kit does not install,
        what students would do in it is not tried.
    """
    steps = [no_leaks, partial(installs, offline=offline), empty_notebooks_get_nothing, full_notebooks_get_everything,
             single_answers_get_their_points]
    for step in steps:
        said = list(_said(step, kit))
        yield from said
        if isinstance(step, partial) and isinstance(said[0], Fault):
            break
    yield from _said(solved_notebooks_pass, kit)


def _said(step, kit):
    """Yield what a step has proven, or its faults."""
    try:
        yield step(kit)
    except Refused as refused:
        yield from map(Fault, refused.args)


def _none(faults):
    """Refuse a kit for these faults, if there are any."""
    if faults:
        raise Refused(*faults)


def no_leaks(kit):
    """Nothing that students must not have is in any file."""
    found = leaks.find(kit.folder, kit.archive, secrets := kit.course.secrets())
    if found:
        raise Refused("answers would get out:\n" + "\n".join(f"  {leak}" for leak in found))
    files = sum(path.is_file() for path in kit.folder.rglob("*"))
    return f"no answer in {files} files ({len(secrets)} lines looked for)"


def solved_notebooks_pass(kit):
    """The grader gives the solved notebooks full marks, with new inputs; where it has no sandbox, they pass nbval."""
    try:
        bubblewrap.see_that_it_works()
    except Unavailable:
        return _pass_nbval(kit)
    course, names = kit.course, kit.course.own()
    options = {"data": str(data_folder()), "seed": str(secrets.randbits(32))}
    tasks = {
        name: (prepare_notebook, (name, course.notebooks[name], course.root, kit.scratch / "graded" / name, options,
                                  _SHORTEST)) for name in names
    }
    _none([f"the grader does not give {name} full marks: {result}" for name, result in pool.run(tasks, _jobs())
           if isinstance(result, pool.TaskFailed)])
    points = sum(notebook.points(cell) for name in names for cell in course.notebooks[name].cells
                 if notebook.kind(cell) == Kind.CHECK)
    return f"the grader gives the solved notebooks full marks ({points:g}, without the questions)"


def _pass_nbval(kit):
    course = kit.course
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        command = [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider", "-n", str(_jobs()),
                   "--dist", "loadfile", f"--junitxml={report}", "-c", os.devnull, f"--rootdir={course.root}",
                   *(f"{course.root / name}.ipynb" for name in course.own())]
        done = subprocess.run(command, capture_output=True, text=True, env=_environment(), cwd=course.root)
        if not report.is_file():
            raise Refused(f"nbval did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        cases = list(ElementTree.parse(report).iter("testcase"))
    bad = [case.get("name") for case in cases if case.find("failure") is not None or case.find("error") is not None]
    if bad or done.returncode:
        raise Refused(f"solved notebooks fail under nbval: {', '.join(bad) or done.stdout[-2000:]}")
    cells = sum(notebook.is_executable(cell) for name in course.own() for cell in course.notebooks[name].cells)
    if len(cases) < cells:
        raise Refused(f"nbval ran {len(cases)} of {cells} cells")
    return f"the solved notebooks pass nbval ({cells} cells); there is no sandbox here to grade them in"


def installs(kit, offline):
    """The kit, unpacked from its zip, installs into an empty environment."""
    shutil.unpack_archive(kit.archive, kit.scratch)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", kit.scratch / "environment"], check=True)
    command = [sys.executable, "-m", "pip", "--python", kit.python, "install", "--quiet",
               "--disable-pip-version-check", "-e", "."]
    if offline:  # what the kit stands on comes from this environment
        [packages] = (kit.scratch / "environment").rglob("site-packages")
        (packages / "borrowed.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path))
        command += ["--no-deps", "--no-build-isolation"]
    else:
        command += ["-c", "requirements.txt"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=kit.home, env=_environment())
    if done.returncode:
        raise Refused(f"the kit does not install:\n{done.stderr[-3000:]}")
    where = subprocess.run([kit.python, "-P", "-c", "import cs231n; print(cs231n.__file__)"], capture_output=True,
                           text=True, cwd=kit.home, env=_environment())
    if Path(where.stdout.strip()).parent != (kit.home / "cs231n").resolve():
        raise Refused(f"the environment imports another cs231n: {where.stdout}{where.stderr}")
    return "the kit installs into an empty environment" + " (its dependencies borrowed from this one)" * offline


def empty_notebooks_get_nothing(kit):
    """The kit as it is: every exercise "not attempted", no points, and no crash."""
    names, faults = kit.course.own(), []
    for name, summary in zip(names, _check(kit, [kit.home / f"{name}.ipynb" for name in names]), strict=True):
        expected = _exercises(kit.course, name)
        faults += [f"{name}, empty: {_verdict(mark)} with {mark['points']} points" for mark in summary["marks"]
                   if mark["points"] or mark["verdict"] != Verdict.NOT_ATTEMPTED]
        faults += [f"{name}, empty: {odd}" for odd in _odd(summary)]
        if not summary["against"] and not set(expected) <= {mark["name"] for mark in summary["marks"]}:
            faults.append(f"{name}, empty: not all exercises were reached")
    _none(faults)
    return "without answers: no points, and each exercise is said to be not attempted"


def full_notebooks_get_everything(kit):
    """With the answers put in: all points, from the same checks that students run."""
    course = kit.course
    names, faults = course.own(), []
    for name, summary in zip(names, _summaries(kit, [(name, _answers(course, name)) for name in names]), strict=True):
        faults += [f"{name}, solved: {_verdict(mark)}: {mark['why']}" for mark in summary["marks"]
                   if mark["verdict"] not in (Verdict.RIGHT, Verdict.BY_HAND)
                   or mark["verdict"] == Verdict.RIGHT and mark["points"] != mark["out_of"]]
        faults += [f"{name}, solved: {odd}" for odd in _odd(summary)]
    _none(faults)
    points = sum(notebook.points(cell) for name in names for cell in course.notebooks[name].cells)
    return f"with the answers: all points ({points:g} with the questions)"


def single_answers_get_their_points(kit):
    """One answer alone gets the points of its exercise, and no others.

    An exercise that calls another one must say so; with the answers before it, each of them gets its points.
    """
    alone = [(name, [exercise]) for name in kit.course.own() for exercise in _exercises(kit.course, name)]
    together, faults = [], []
    for (name, [exercise]), marks in zip(alone, _filled_in(kit, alone, faults), strict=True):
        mark = marks.get(exercise)
        if mark is None:
            continue  # the notebook could not be checked, which is a fault already
        if mark["verdict"] == Verdict.WAITING:
            exercises = list(_exercises(kit.course, name))
            together.append((name, exercises[:exercises.index(exercise) + 1]))
        elif mark["verdict"] != Verdict.RIGHT:
            faults.append(f"{name}, with one answer: {_verdict(mark)}: {mark['why']}")
    for (name, exercises), marks in zip(together, _filled_in(kit, together, faults), strict=True):
        faults += [f"{name}, with all answers up to {exercises[-1]}: {_verdict(marks[each])}: {marks[each]['why']}"
                   for each in exercises if each in marks and marks[each]["verdict"] != Verdict.RIGHT]
    _none(faults)
    return f"each of {len(alone)} answers gets its own points, {len(alone) - len(together)} of them alone, " \
        "the others with those before them"


def _filled_in(kit, variants, faults):
    """Return the marks that some answers get, by exercise; points for others, or no check at all, join the faults."""
    found = []
    for (name, exercises), summary in zip(variants, _summaries(kit, variants), strict=True):
        marks = {mark["name"]: mark for mark in summary["marks"]}
        extra = {each: mark["points"] for each, mark in marks.items() if mark["points"] and each not in exercises}
        if extra:
            faults.append(f"{name}: with {' and '.join(exercises)} filled in, there are points for {extra} too")
        if summary["against"]:
            faults.append(f"{name}: with {' and '.join(exercises)} filled in, {summary['against']}")
        found.append(marks)
    return found


def _verdict(mark):
    """Return the first words of a sentence on a mark."""
    return f"{mark['name']} {'' if mark['verdict'] == Verdict.UNJUDGED else 'is '}{mark['verdict']}"


def _odd(summary):
    """Return what a summary says of the notebook as a whole, which should be nothing."""
    return [*summary["remarks"], *([summary["against"]] if summary["against"] else [])]


def _summaries(kit, variants):
    """Check copies of the kit's notebooks with some of the answers in them.

    Parameters
    ----------
    kit : Kit
    variants : list of (str, collection of str)
        A notebook, and the exercises and questions in it that are answered. The other notebooks of the assignment stand
        solved beside it, as in a student's folder.

    Returns
    -------
    list of dict
        A summary for each.
    """
    with tempfile.TemporaryDirectory(prefix="kit-") as scratch:
        solved, paths = Path(scratch) / "solved", []
        for name in kit.course.own():
            _fill_in(kit, name, _answers(kit.course, name), solved)
        for number, (name, answered) in enumerate(variants):
            home = Path(scratch) / str(number)
            shutil.copytree(solved, home)
            paths.append(_fill_in(kit, name, answered, home))
        return _check(kit, paths) if paths else []


def _check(kit, paths):
    """Return what the kit's own `cs231n check` says about notebooks."""
    command = [kit.python, "-m", "cs231n.cli", "check", "--json", "--jobs", str(_jobs()), *paths]
    command += ["--timeout", str(kit.timeout)] if kit.timeout else []
    done = subprocess.run(command, capture_output=True, text=True, cwd=kit.home, env=_environment())
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Refused(f"the kit's own `cs231n check` fails:\n{done.stdout[-2000:]}{done.stderr[-2000:]}") from None


def _fill_in(kit, name, answered, home):
    """Write a notebook of the kit with some of its exercises and questions answered, in its folder below `home`."""
    nb, answers = notebook.read(kit.home / f"{name}.ipynb"), _answers(kit.course, name)
    for cell in nb.cells:
        if notebook.grade_id(cell) in answered:
            cell.source = answers[notebook.grade_id(cell)]
    path = home / f"{name}.ipynb"
    notebook.write(nb, path)
    return path


def _answers(course, name):
    """Return what the solved notebook holds in each exercise and question, without the markers."""
    cells = course.notebooks[name].cells
    return {
        notebook.grade_id(cell): notebook.without_markers(cell.source) for cell in cells
        if notebook.kind(cell) in (Kind.EXERCISE, Kind.QUESTION)
    }


def _exercises(course, name):
    """Return the points of each exercise: those of the checks that follow it."""
    worth = {}
    for cell in course.notebooks[name].cells:
        if notebook.kind(cell) == Kind.EXERCISE:
            current = notebook.grade_id(cell)
            worth[current] = 0
        elif notebook.kind(cell) == Kind.CHECK:
            worth[current] += notebook.points(cell)
    return worth


def _jobs():
    return os.cpu_count() or 1


def _environment():
    """Nothing of this process decides which package or which data a kit meets."""
    unwanted = ("PYTHONPATH", "CS231N_CHECK", "CS231N_CHECK_SEED")
    return {key: value for key, value in os.environ.items() if key not in unwanted} | {
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1",
        "CS231N_DATA": str(data_folder())}
