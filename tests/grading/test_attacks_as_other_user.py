"""The attacks of `attacks.py`, where namespaces are refused and kernels run as another user."""
import json
import re
import subprocess

import pytest
import small_course
from attacks import ATTACKS, MEMORY, SECONDS
from gradescope_container import environment, installable, made
from small_course import submission

from cs231n.grading.sandbox import other_user
from cs231n.grading.sandbox.provisioner import Unavailable

try:
    other_user.see_that_it_works()
except Unavailable as reason:
    pytest.skip(str(reason), allow_module_level=True)

# Grades from the closed copy of the kit: this one lies open.
GRADE = f"""
import sys
from pathlib import Path
from cs231n.grading.grade import Grader, Job
from cs231n.grading.outputs.results_json import results_json

root = Path(sys.argv[1])
grader = Grader(Job("assignment1", root / "handed-in", root / "out", root / "source" / "kit", jobs=2,
                    sandbox="other-user", cell_seconds={SECONDS}, memory={MEMORY}))
list(grader.prepare())
list(grader.grade())
(root / "out" / "results.json").write_text(results_json(grader.gather()))
"""


def student(name):
    return re.sub(r"\W", "-", name)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What became of each check of each attack: name of the attack -> name of the check -> its result."""
    course = installable(small_course.make(tmp_path_factory.mktemp("course")))
    with made(course) as root:
        for attack in ATTACKS:
            theirs = submission(course, square=attack.square, total=attack.total)
            if attack.change:
                attack.change(theirs)
            folder = root / "handed-in" / student(attack.name)
            folder.mkdir(parents=True)
            (folder / "tiny.ipynb").write_text(json.dumps(theirs))
            for name, content in attack.beside.items():
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_bytes(content)
        (root / "out").mkdir()
        for name in ("source", "handed-in", "out"):
            (root / name).chmod(0o700)
        subprocess.run([root / "environment" / "bin" / "python", "-P", "-c", GRADE, root], check=True,
                       env=environment(root))
        students = json.loads((root / "out" / "results.json").read_text())["students"]
    return {name: {check["check"]: check for check in found["notebooks"]["assignment1/tiny"]["checks"]}
            for name, found in students.items()}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_what_an_attack_gets(results, attack):
    found = results[student(attack.name)]
    for result, ends in ((found["check_square"], attack.square_ends), (found["check_total"], attack.total_ends)):
        # Which limit ends an attack may differ from bubblewrap; that it gains nothing, and the honest all, may not.
        assert (result["reason"] == "right") <= ("right" in ends), result["message"]
        assert attack.group != "H" or result["reason"] in ends, result["message"]
        assert result["score"] == (result["out_of"] if result["reason"] == "right" else 0)


def test_nothing_is_left(results):
    assert [other_user._processes(user) for user in other_user._USERS if other_user._processes(user)] == []
