"""Student kits cut from this repository, and the proof that they are fit to be given out."""
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import small_course
from make_notebook import check, code, exercise, question, text
from nbformat.v4 import new_notebook

from cs231n.answers import leaks
from cs231n.answers.course import Course, Refused
from cs231n.answers.strip import strip_notebook
from cs231n.course import notebook, plan
from cs231n.instructor import proof, release
from cs231n.instructor.release import cut

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = list(plan.load(ROOT).assignments)

# In a fresh interpreter: which exercises the modules of a kit declare, and which of them have lost their bodies.
DECLARED = """
import importlib, json, pathlib, sys
for path in sorted(pathlib.Path("cs231n").rglob("*.py")):
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    if not name.startswith("cs231n.fast.kernels"):  # needs its compiled part
        importlib.import_module(name)
from cs231n import exercise
import cs231n
assert pathlib.Path(cs231n.__file__).parent == pathlib.Path("cs231n").resolve()
print(json.dumps([[each.notebook, each.name, each.stripped] for each in exercise.declared()]))
"""


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def kit(request, tmp_path_factory):
    """The kit of each assignment: the course, its folder and its zip."""
    course = Course(request.param)
    return course, *cut(course, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def secrets(kit):
    """What must not be in it."""
    return kit[0].secrets()


@pytest.fixture
def own_kit(tmp_path):
    """A kit to be changed: of assignment 1, as what is shown with it is no matter of one assignment."""
    course = Course("assignment1")
    return course, *cut(course, tmp_path / "dist")


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_bytes_twice(kit, tmp_path):
    course, folder, archive = kit
    again, archive_again = cut(Course(course.assignment), tmp_path)
    assert contents(again) == contents(folder)
    assert archive_again.read_bytes() == archive.read_bytes()


def test_a_kit_replaces_an_earlier_one_and_nothing_else(own_kit, tmp_path):
    course, folder, _ = own_kit
    before = contents(folder)
    (folder / "left-over.txt").write_text("old")
    cut(course, folder.parent)
    assert contents(folder) == before
    other = tmp_path / "other"
    (other / course.assignment).mkdir(parents=True)
    (other / course.assignment / "thesis.txt").write_text("mine")
    with pytest.raises(Refused, match="is no student kit: move it away"):
        cut(course, other)
    assert (other / course.assignment / "thesis.txt").read_text() == "mine"


def test_no_answer_is_in_it(kit, secrets):
    _, folder, archive = kit
    assert [str(leak) for leak in leaks.find(folder, archive, secrets)] == []


def test_a_solved_notebook_in_it_would_be_found(kit, secrets, tmp_path):
    course, *_ = kit
    folder, archive = cut(course, tmp_path)
    name = course.own()[0]
    notebook.write(course.notebooks[name], folder / f"{name}.ipynb")
    found = {str(leak).split(" ")[0].rstrip(":") for leak in leaks.find(folder, archive, secrets)}
    assert found == {f"{name}.ipynb", archive.name}


def test_it_holds_this_assignments_notebooks_stripped_and_their_originals(kit):
    course, folder, _ = kit
    names = {path for path in contents(folder) if path.endswith(".ipynb")}
    own = {f"{name}.ipynb" for name in course.own()}
    assert names == own | {f"cs231n/course/originals/{name}" for name in own}
    for name in own:
        assert (folder / name).read_bytes() == (folder / "cs231n/course/originals" / name).read_bytes()
        assert not [cell for cell in notebook.read(folder / name).cells if cell.get("outputs")]


def test_it_holds_nothing_of_the_instructors(kit):
    _, folder, _ = kit
    assert not [path for path in contents(folder) if "instructor" in path or "test" in path or "benchmark" in path]


def test_bodies_of_this_and_later_assignments_are_gone_and_earlier_ones_complete(kit):
    course, folder, _ = kit
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-B", "-c", DECLARED], cwd=folder, capture_output=True, text=True,
                          env=environment | {"PYTHONPATH": str(folder), "MPLBACKEND": "agg"})
    assert done.returncode == 0, done.stderr
    declared = json.loads(done.stdout)
    assert {home.split("/")[0] for home, *_ in declared} >= {course.assignment}
    wrong = [(home, name) for home, name, stripped in declared if stripped != course.is_secret(home)]
    assert wrong == []


def test_what_installs_it_reads_well(kit):
    course, folder, archive = kit
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    assert project["project"]["name"] == "cs231n" and "optional-dependencies" not in project["project"]
    assert set(project["tool"]) == {"setuptools"}
    readme = (folder / "README.md").read_text()
    for name in course.own():
        assert f"({name}.ipynb)" in readme
    points = sum(notebook.points(cell) for name in course.own() for cell in course.notebooks[name].cells)
    assert f"| | {points} |" in readme and "{{" not in readme and "Honour code" in readme and "Late days" in readme
    for line in (folder / "install.mk").read_text().splitlines():
        assert "tests" not in line
    with zipfile.ZipFile(archive) as opened:
        assert {name.split("/")[0] for name in opened.namelist()} == {course.assignment}


def test_an_assignment_that_is_not_there():
    with pytest.raises(Refused, match="there is no assignment9"):
        Course("assignment9")


# The proof, on a course of one small notebook

TREBLE = "def treble(x):\n    ### BEGIN SOLUTION\n    return x + double(x)\n    ### END SOLUTION"
SMALL = (
    text("# Doubling"), code("from cs231n import check"), exercise(),
    check("got = check.call(double, 2)\ncheck.equal('double', got, 4)"),
    exercise(TREBLE, "treble"), check("check.equal('treble', check.call(treble, 2), 6)", "treble-check", 3), question(),
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A small kit, installed; a function that gives it another notebook."""
    scratch = tmp_path_factory.mktemp("proof")
    course = Course("assignment1")
    course.notebooks = {"assignment1/doubling": new_notebook(cells=list(SMALL))}
    names = tuple(course.notebooks)
    course.plan = plan.Plan({name: plan.Entry(name) for name in names}, {"assignment1": names})
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CC", "/bin/false")  # the kernels are not what is tested here
        kit = proof.Kit(course, *cut(course, scratch / "dist"), scratch / "home")
        said = proof.installs(kit, offline=True)
    assert "installs into an empty environment" in said

    def put(*cells):
        course.notebooks["assignment1/doubling"] = nb = new_notebook(cells=list(cells))
        for folder in (kit.home, kit.home / "cs231n/course/originals"):
            notebook.write(strip_notebook(nb), folder / "assignment1/doubling.ipynb")
        return kit

    return put


def without(cells, grade_id):
    return [cell for cell in cells if notebook.grade_id(cell) != grade_id]


def test_a_good_kit_is_proven(installed):
    kit = installed(*SMALL)
    assert "not attempted" in proof.empty_notebooks_get_nothing(kit)
    assert "all points (10 with the questions)" in proof.full_notebooks_get_everything(kit)
    assert "each of 2 answers gets its own points, 1 of them alone" in \
        proof.single_answers_get_their_points(kit)


def test_a_check_that_gives_points_for_nothing_is_refused(installed):
    kit = installed(*without(SMALL, "treble-check"), check("print('fine')", "treble-check", 3))
    with pytest.raises(Refused, match="doubling, empty: treble is right with 3 points"):
        proof.empty_notebooks_get_nothing(kit)


def test_a_check_that_the_answer_fails_is_refused(installed):
    wrong = check("check.equal('treble', check.call(treble, 2), 7)", "treble-check", 3)
    kit = installed(*without(SMALL, "treble-check"), wrong)
    with pytest.raises(Refused, match="doubling, solved: treble is wrong: treble"):
        proof.full_notebooks_get_everything(kit)


def test_a_check_of_another_exercise_is_refused(installed):
    other = check("check.equal('double', check.call(double, 2), 4)", "treble-check", 3)
    kit = installed(*without(SMALL, "treble-check"), other)
    with pytest.raises(Refused, match="with double filled in, there are points for {'treble': 3} too"):
        proof.single_answers_get_their_points(kit)


def test_a_check_that_leans_on_another_check_is_refused(installed):
    first = check("got = check.call(double, 2)\ncheck.equal('double', got, 4)\nright = 6")
    leaning = check("check.equal('treble', check.call(lambda x: 3 * x, 2), right)", "treble-check", 3)
    kit = installed(text("# Doubling"), code("from cs231n import check"), exercise(), first, exercise(
        "def treble(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION", "treble"), leaning)
    with pytest.raises(Refused, match="NameError: name 'right' is not defined|there are points for"):
        proof.single_answers_get_their_points(kit)


def test_solved_notebooks_that_the_grader_gives_no_full_marks_are_refused(tmp_path):
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    course = Course("assignment1", small_course.make(tmp_path))
    kit = proof.Kit(course, tmp_path, tmp_path, tmp_path)
    assert "full marks (5, without the questions)" in proof.solved_notebooks_pass(kit)
    for cell in course.notebooks["assignment1/tiny"].cells:
        cell.source = cell.source.replace("return x * x", "return 3 * x * x")
    with pytest.raises(Refused, match="does not give assignment1/tiny full marks: .*check_square"):
        proof.solved_notebooks_pass(kit)


def test_without_a_sandbox_solved_notebooks_that_fail_under_nbval_are_refused(tmp_path, monkeypatch):
    def unavailable():
        raise proof.Unavailable("not here")

    monkeypatch.setattr(proof.bubblewrap, "see_that_it_works", unavailable)
    monkeypatch.setattr(proof, "_jobs", lambda: 0)  # in one process, which starts sooner
    course = Course("assignment1")
    course.root = tmp_path
    for name, source in {"good": "assert True", "bad": "assert False"}.items():
        nb = notebook.normalise(new_notebook(cells=[code(source)]))
        course.notebooks = {f"assignment1/{name}": nb}
        course.plan = plan.Plan({}, {"assignment1": tuple(course.notebooks)})
        notebook.write(nb, tmp_path / f"assignment1/{name}.ipynb")
        kit = proof.Kit(course, tmp_path, tmp_path, tmp_path)
        if name == "good":
            assert "pass nbval (1 cells)" in proof.solved_notebooks_pass(kit)
        else:
            with pytest.raises(Refused, match="solved notebooks fail under nbval"):
                proof.solved_notebooks_pass(kit)


def test_a_kit_with_an_answer_in_it_is_refused(own_kit, tmp_path):
    course, folder, archive = own_kit
    assert "no answer in" in proof.no_leaks(proof.Kit(course, folder, archive, tmp_path))
    (folder / "cs231n/solution.pyc").write_bytes(b"\0")
    with pytest.raises(Refused, match="cs231n/solution.pyc: a student kit holds no .pyc files"):
        proof.no_leaks(proof.Kit(course, folder, archive, tmp_path))


def test_the_order_of_the_proof(monkeypatch):
    steps = ("no_leaks", "installs", "empty_notebooks_get_nothing", "full_notebooks_get_everything",
             "single_answers_get_their_points", "solved_notebooks_pass")
    for step in steps:
        monkeypatch.setattr(proof, step, lambda *_, step=step, **__: step)
    assert tuple(proof.prove(None, offline=False)) == steps


def test_a_proof_finds_all_faults_and_tries_nothing_in_a_kit_that_does_not_install(monkeypatch):
    def refuse(*_, **__):
        raise Refused("one", "two")

    steps = ("no_leaks", "installs", "empty_notebooks_get_nothing", "full_notebooks_get_everything",
             "single_answers_get_their_points", "solved_notebooks_pass")
    for step in steps:
        monkeypatch.setattr(proof, step, lambda *_, step=step, **__: step)
    for step in (steps[0], steps[2], steps[5]):
        monkeypatch.setattr(proof, step, refuse)
    found = list(proof.prove(None, offline=False))
    assert found == ["one", "two", "installs", "one", "two", *steps[3:5], "one", "two"]
    assert [isinstance(each, proof.Fault) for each in found] == [True, True, False] * 2 + [False, True, True]
    monkeypatch.setattr(proof, "installs", refuse)
    assert list(proof.prove(None, offline=False)) == ["one", "two"] * 3


def test_two_checks_that_are_wrong_are_both_named(installed):
    bad = [check(f"check.equal('{name}', 1, 2)", f"{name}-check", 3) for name in ("double", "treble")]
    kit = installed(text("# Doubling"), code("from cs231n import check"), exercise(), bad[0],
                    exercise(TREBLE, "treble"), bad[1])
    with pytest.raises(Refused) as refused:
        proof.full_notebooks_get_everything(kit)
    assert [fault.split(":")[0] for fault in refused.value.args] == ["assignment1/doubling, solved"] * 2
    kit.timeout = 1
    endless = exercise("### BEGIN SOLUTION\nwhile True: pass\n### END SOLUTION")
    kit = installed(text("# Doubling"), code("from cs231n import check"), endless, check("1"))
    with pytest.raises(Refused, match="double could not be judged: TimedOut: .* 1 seconds of computing"):
        proof.full_notebooks_get_everything(kit)


def test_a_kit_gets_its_place_when_it_is_proven(own_kit, tmp_path):
    course, folder, archive = own_kit
    out = tmp_path / "out"
    with release.unproven(course, out) as (built, zipped):
        assert built.parent.parent == out and list(out.glob("assignment*")) == []
    assert list(out.iterdir()) == []
    with release.unproven(course, out) as (built, zipped):
        places = release.put_in_place(course, built, zipped, out)
    assert sorted(out.iterdir()) == sorted(places)
    assert contents(places[0]) == contents(folder) and places[1].read_bytes() == archive.read_bytes()


def test_faster_forms_of_an_answer_are_not_in_the_kit_either(kit):
    course, folder, _ = kit
    later = {"cs231n/fast/adam.py": 2, "cs231n/fast/kernels/_adam.pyx": 2, "cs231n/fast/kernels/adam.h": 2,
             "cs231n/fast/normalization.py": 2, "cs231n/fast/recurrent.py": 3}
    number = int(course.assignment.removeprefix("assignment"))
    assert [name for name, taught_in in later.items() if (folder / name).exists() and number <= taught_in] == []
    assert all((ROOT / name).is_file() for name in later)
