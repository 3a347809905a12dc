"""The course plan: what it says of notebooks and assignments, and what it refuses."""
import re
import tomllib
from pathlib import Path

import pytest

from cs231n.course import notebook, plan

ROOT = Path(__file__).resolve().parents[2]

GOOD = """
[assignments]
assignment1 = ["assignment1/knn", "assignment1/svm"]
assignment2 = ["assignment2/nets"]
assignment10 = ["electives/vae", "assignment2/gans"]

[[notebooks]]
path = "assignment1/knn"
points = 20
[[notebooks]]
path = "assignment1/svm"
after = ["assignment1/knn"]
[[notebooks]]
path = "assignment2/nets"
after = ["assignment1/svm"]
[[notebooks]]
path = "electives/autograd"
after = ["assignment2/nets"]
[[notebooks]]
path = "electives/vae"
title = "Pictures from a plane"
after = ["electives/autograd"]
[[notebooks]]
path = "assignment2/gans"
[[notebooks]]
path = "electives/dqn"
"""


def load(folder, text):
    (folder / plan.FILE).write_text(text)
    return plan.load(folder)


def test_the_repositorys_plan_holds_every_notebook_and_what_it_says_is_so():
    course = plan.load(ROOT)
    there = {f"{path.parent.name}/{path.stem}" for folder in ("assignment*", "electives")
             for path in ROOT.glob(f"{folder}/*.ipynb")}
    assert there == set(course.notebooks)
    for name in course.notebooks:
        nb = notebook.read(ROOT / f"{name}.ipynb")
        assert course.contradicts(name, notebook.title(nb), sum(map(notebook.points, nb.cells))) == ""
        assert course.notebooks[name].about and course.notebooks[name].lecture


def test_the_readmes_tables_are_the_plans():
    course, text = plan.load(ROOT), (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\]\((\w+/\w+)\.ipynb\) \| (\d+) \| (.*?) \|$", text, re.M)
    in_plan = [(name.split("/")[1], name, str(course.notebooks[name].points), course.notebooks[name].about)
               for names in course.assignments.values() for name in names]
    assert [row for row in rows if course.assignment_of(row[1])] == in_plan


def test_assignments_follow_one_another_as_they_are_written(tmp_path):
    course = load(tmp_path, GOOD)
    assert list(course.assignments) == ["assignment1", "assignment2", "assignment10"]
    assert course.before("assignment2") == ["assignment1/knn", "assignment1/svm"]
    assert course.before("assignment10") == ["assignment1/knn", "assignment1/svm", "assignment2/nets"]
    assert course.assignment_of("assignment2/gans") == "assignment10"
    assert course.assignment_of("electives/dqn") is None


def test_what_students_know_is_what_came_before_and_what_theirs_needs(tmp_path):
    course = load(tmp_path, GOOD)
    assert course.known("assignment1") == []
    assert course.known("assignment10") == [
        "assignment1/knn", "assignment1/svm", "assignment2/nets", "electives/autograd"]


def test_a_folder_without_a_plan_has_a_plain_one(tmp_path):
    for name in ("assignment10/b", "assignment2/c", "assignment2/a", "other/z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.ipynb").write_text("{}")
    assert plan.load(tmp_path).assignments == {
        "assignment2": ("assignment2/a", "assignment2/c"), "assignment10": ("assignment10/b",)}


def test_home_is_the_nearest_folder_with_a_plan(tmp_path):
    (tmp_path / "kit" / "assignment1").mkdir(parents=True)
    (tmp_path / "kit" / plan.FILE).write_text(GOOD)
    assert plan.home(tmp_path / "kit" / "assignment1") == plan.home(tmp_path / "kit") == tmp_path / "kit"
    assert plan.home(tmp_path) == tmp_path


def test_a_kits_plan_is_its_part_and_reads_back(tmp_path):
    part = load(tmp_path, GOOD).part("assignment10")
    text = plan.dumps(part)
    assert tomllib.loads(text) and load(tmp_path, text) == part
    assert list(part.notebooks) == ["electives/vae", "assignment2/gans"] and list(part.assignments) == ["assignment10"]


def test_files_are_sorted_as_taught_and_others_come_last(tmp_path):
    course = load(tmp_path, GOOD)
    names = ["x/a", "electives/vae", "assignment1/svm", "assignment1/knn", "assignment1/extra"]
    assert [path.as_posix() for path in course.sort(map(Path, names))] == [
        "assignment1/knn", "assignment1/svm", "electives/vae", "assignment1/extra", "x/a"]


def test_a_plan_at_odds_with_a_notebook_says_so(tmp_path):
    course = load(tmp_path, GOOD)
    assert course.contradicts("assignment1/knn", "x", 20) == ""
    assert course.contradicts("assignment1/knn", "x", 21) == (
        "course.toml gives assignment1/knn 20 points; its checks and questions have 21")
    assert "'Pictures from a plane'; its own title is 'VAE'" in course.contradicts("electives/vae", "VAE", 3)


@pytest.mark.parametrize("old, new, words", [
    ("[assignments]", "[assignments", "is no TOML"),
    ("[assignments]", "[homework]", "there is no 'homework' in a plan"),
    ('"assignment2/nets"]\na', '"assignment2/net"]\na', "assignment2 names assignment2/net, which is not among"),
    ('["assignment2/nets"]\nassignment10', '["assignment1/svm"]\nassignment10',
     "assignment1/svm is in assignment1 and in assignment2"),
    ('"electives/vae", "assignment2/gans"', '"electives/vae", "electives/vae"',
     "electives/vae is in assignment10 and in assignment10"),
    ('["assignment1/knn", "assignment1/svm"]', '["assignment1/svm", "assignment1/knn"]',
     "assignment1 has assignment1/svm before assignment1/knn, which it needs"),
    ('after = ["electives/autograd"]', 'after = ["electives/dqn"]',
     "electives/vae comes after electives/dqn, which is not taught before it"),
    ("points = 20", 'points = "20"', "points of assignment1/knn must be of type int, got '20'"),
    ("points = 20", "marks = 20", "assignment1/knn has a 'marks', which no notebook has"),
    ('path = "electives/dqn"', 'path = "electives/vae"', "electives/vae is there twice"),
    ('path = "electives/dqn"', 'path = "dqn"', "'dqn' is no path of a notebook"),
    ('path = "electives/dqn"', "points = 3", "notebook number 7 has no path"),
    ('assignment2 = ["assignment2/nets"]', 'assignment2 = []', "assignment2 must be a list of notebooks"),
    ('assignment2 = ["assignment2/nets"]', '"a b" = ["assignment2/nets"]', "'a b' is no name for an assignment"),
    ('path = "electives/dqn"', 'path = "assignment3/nets"\n[assignments.x]', "must be a list of notebooks"),
])
def test_a_plan_that_cannot_be_is_refused_in_one_sentence(tmp_path, old, new, words):
    assert GOOD.count(old) == 1
    with pytest.raises(plan.Unusable) as refused:
        load(tmp_path, GOOD.replace(old, new))
    assert words in str(refused.value) and "\n" not in str(refused.value)


def test_two_notebooks_of_one_name_in_an_assignment_are_refused(tmp_path):
    text = GOOD.replace('["electives/vae", "assignment2/gans"]', '["electives/vae", "assignment2/vae"]')
    with pytest.raises(plan.Unusable, match="two notebooks named vae"):
        load(tmp_path, text.replace('path = "assignment2/gans"', 'path = "assignment2/vae"'))
