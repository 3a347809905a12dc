"""Gradescope's autograder, in a folder that stands for its container: what it leaves, whatever is handed in."""
import json
import os
import shutil
import socket
import subprocess
import time
import zipfile

import psutil
import pytest
import small_course
from gradescope_container import environment, installable, made
from small_course import RIGHT, submission

from cs231n.answers.course import Course
from cs231n.course import notebook
from cs231n.grading import autograder_zip
from cs231n.grading.sandbox import bubblewrap, other_user
from cs231n.grading.sandbox.provisioner import Unavailable

WRONG = {"square": "def square(x):\n    return 2 * x"}


def works(module):
    try:
        module.see_that_it_works()
    except Unavailable:
        return False
    return True


in_bubblewrap = pytest.mark.skipif(not works(bubblewrap), reason="bubblewrap cannot be used")
as_other_user = pytest.mark.skipif(not works(other_user), reason="needs root and a Python that all users can run")
KINDS = [pytest.param("bubblewrap", marks=in_bubblewrap), pytest.param("other-user", marks=as_other_user)]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return installable(small_course.make(tmp_path_factory.mktemp("course")))


@pytest.fixture(scope="module")
def container(course):
    with made(course) as root:
        yield root


@pytest.fixture
def handed_in(container):
    """The container with an empty submission."""
    for name in ("submission", "results"):
        shutil.rmtree(container / name, ignore_errors=True)
        (container / name).mkdir()
    metadata = {"id": 7, "created_at": "2026-10-14T23:59:00.000000-07:00", "users": [{"email": "ada@example.org"}]}
    (container / "submission_metadata.json").write_text(json.dumps(metadata))
    return container


def run(root, *words):
    """Run the script as Gradescope does; return results.json and what was printed."""
    done = subprocess.run([root / "source" / "run_autograder", *words], env=environment(root), capture_output=True,
                          text=True)
    print(done.stdout, done.stderr)
    return results(root), done.stdout + done.stderr


def results(root):
    return json.loads((root / "results" / "results.json").read_text())


def hand_in(root, **answers):
    notebook.write(submission(root / "source" / "kit", **answers), root / "submission" / "tiny.ipynb")


def test_the_same_zip_twice(course, container, tmp_path):
    autograder_zip.write(Course("assignment1", course), tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (container / "autograder.zip").read_bytes()


def test_what_is_in_the_zip(container):
    names = zipfile.ZipFile(container / "autograder.zip").namelist()
    assert {"setup.sh", "run_autograder", "kit/assignment1/tiny.ipynb", "kit/cs231n/grading/running/worker.py",
            "kit/cs231n/fast/kernels/_kernels.pyx", "kit/pyproject.toml"} < set(names)
    assert not [name for name in names if name.endswith((".so", ".pyc", ".c"))]


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_the_scripts_are_programs_that_bash_can_read(container, name):
    script = container / "source" / name
    assert os.access(script, os.X_OK) and script.read_text().startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize("kind", KINDS)
def test_right_answers_get_all_points(handed_in, kind):
    hand_in(handed_in, **RIGHT)
    found, said = run(handed_in, kind)
    assert found["score"] == 5 and found["visibility"] == "visible" and found["stdout_visibility"] == "hidden"
    assert [(test.get("score"), test.get("max_score")) for test in found["tests"]] == [(3, 3), (2, 2), (None, None)]
    assert "Submission 7 of 2026-10-14" in said and f"done, in {kind}" in said


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_answers_get_none_and_a_reason(handed_in, kind):
    hand_in(handed_in, **WRONG)
    found, _ = run(handed_in, kind)
    assert found["score"] == 0
    assert found["tests"][0]["status"] == "failed" and "It is doubled." in found["tests"][0]["output"]


@pytest.mark.parametrize("content, words", [
    (b"{not json", "is broken from line 1 on"),
    (None, "Nothing was handed in."),
])
def test_what_cannot_be_graded_gets_none_and_a_reason(handed_in, content, words):
    if content:
        (handed_in / "submission" / "tiny.ipynb").write_bytes(content)
    (handed_in / "submission_metadata.json").write_text("[]")
    found, said = run(handed_in)
    assert found["score"] == 0 and [test["score"] for test in found["tests"][:2]] == [0, 0]
    assert words in json.dumps(found)
    assert "does not say which submission" in said


def test_each_run_has_a_seed_of_its_own(handed_in):
    source = "def square(x):\n    if x.ndim > 1:\n        raise ValueError(x.sum())\n    return x * x"
    hand_in(handed_in, square=source)
    said = [run(handed_in)[0]["tests"][0]["output"] for _ in range(2)]
    assert all("ValueError" in each for each in said) and said[0] != said[1]


def test_a_course_that_cannot_be_graded_says_so(handed_in):
    hand_in(handed_in, **RIGHT)
    path = handed_in / "source" / "kit" / "assignment1" / "tiny.ipynb"
    before = path.read_text()
    path.write_text(before.replace("return x * x", "return x * x + 1"))
    try:
        found, said = run(handed_in)
    finally:
        path.write_text(before)
    assert found["score"] == 0 and "did not come to its end" in found["output"]
    assert "check_square is wrong with our own answers" in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_run_leaves_results_that_say_so(handed_in, kind, tmp_path):
    hand_in(handed_in, square="import time\ntime.sleep(1000)")
    with open(tmp_path / "said", "w") as said:
        process = subprocess.Popen([handed_in / "source" / "run_autograder", kind], env=environment(handed_in),
                                   stdout=said, stderr=said)
    while "is ready" not in (tmp_path / "said").read_text():
        assert process.poll() is None, (tmp_path / "said").read_text()
        time.sleep(0.1)
    time.sleep(3)  # the worker is at the notebook
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert family and psutil.wait_procs(family, timeout=10)[1] == []
    found = results(handed_in)
    assert found["score"] == 0 and "did not come to its end" in found["output"]


FILES = ("source/kit/assignment1/tiny.ipynb", "source/kit/cs231n/layers/affine.py", "results/results.json",
         "submission/tiny.ipynb", "submission_metadata.json", "source/data/labels")
ATTACK = """
import os, pathlib, socket, subprocess, sys

found = [name for name in os.environ if name in ("SECRET", "AUTOGRADER")]


def attempt(name, attack, *arguments):
    try:
        attack(*arguments)
    except OSError:
        return
    found.append(name)


for path in map(pathlib.Path, FILES):
    attempt(f"read {path}", path.read_bytes)
    attempt(f"write {path}", path.write_text, "mine")
    attempt(f"move {path}", os.rename, path, f"{path}.old")
    attempt(f"list {path.parent}", os.listdir, path.parent if path.parent != ROOT else "/root")
attempt("write beside it", (ROOT / "mine").write_text, "")
attempt("write results anew", os.rename, ROOT / "results", ROOT / "old")
attempt("become root", os.setuid, 0)
strangers = [path for path in pathlib.Path("/proc").glob("[0-9]*") if path.name != str(os.getpid())]
for path in strangers:
    attempt(f"environment of {path}", (path / "environ").read_bytes)
    attempt(f"files of {path}", os.listdir, path / "fd")
    attempt(f"signal {path}", os.kill, int(path.name), 0)
if NETWORK_IS_CLOSED:
    for family, address in (socket.AF_INET, ("127.0.0.1", PORT)), (socket.AF_UNIX, SOCKET):
        attempt(f"connect to {address}", socket.socket(family).connect, address)
    attempt("send", socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto, b"x", ("127.0.0.1", 9))
for place in PLACES:
    (pathlib.Path(place) / NAME).write_text("left behind")
orphan = "import os, time\\nif os.fork(): os._exit(0)\\nos.setsid()\\ntime.sleep(600)"
subprocess.run([sys.executable, "-c", orphan, NAME], check=True)


def square(x):
    if found or not strangers:
        raise PermissionError(", ".join(found))
    return x * x
"""


@as_other_user
def test_an_attack_as_another_user_gets_nothing(handed_in):
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(handed_in / "open"))
        unix.listen()
        os.chmod(handed_in / "open", 0o777)
        attack_as_another_user(handed_in, listening.getsockname()[1])


def attack_as_another_user(handed_in, port):
    files, name = [str(handed_in / file) for file in FILES], f"left-{os.getpid()}"
    places = [place for place in ("/tmp", "/var/tmp", "/dev/shm") if os.path.isdir(place)]
    facts = {"FILES": files, "PLACES": places, "NAME": name, "NETWORK_IS_CLOSED": other_user.closes_network(),
             "PORT": port, "SOCKET": str(handed_in / "open")}
    lines = [f"{key} = {value!r}" for key, value in facts.items()]
    hand_in(handed_in, square="\n".join([*lines, ATTACK.replace("ROOT", f"pathlib.Path({str(handed_in)!r})")]),
            total=RIGHT["total"])
    found, _ = run(handed_in, "other-user")
    assert [file for file in files if not os.path.exists(file)] == []
    assert [test["output"] for test in found["tests"][:2]] == ["Right."] * 2
    assert found["score"] == 5
    assert not [place for place in places if os.path.exists(f"{place}/{name}")]
    assert not [process for process in psutil.process_iter(["cmdline"]) if name in (process.info["cmdline"] or [])]


@as_other_user
def test_a_grader_whose_folders_are_open_does_not_start(handed_in):
    script = handed_in / "source" / "run_autograder"
    open_source = script.read_text().replace("for closed in source ", "for closed in ")
    hand_in(handed_in, **RIGHT)
    command = ["bash", "-c", open_source, "run_autograder", "other-user"]
    (handed_in / "source").chmod(0o755)
    done = subprocess.run(command, env=environment(handed_in), capture_output=True, text=True)
    assert "Students' code could read" in done.stdout + done.stderr
    assert results(handed_in)["score"] == 0
