"""Attacks on the grader: all of `attacks.py` in one run, with honest submissions between them."""
import html
import json
import os
import re
import shutil
import tempfile
import threading
import time

import psutil
import pytest
import small_course
from attacks import ATTACKS, BORROWED, HONEST, MEMORY, PLANTED, SECONDS
from make_notebook import check, code, exercise, text, write
from small_course import submission

from cs231n.answers.wrong import path_of
from cs231n.course import notebook
from cs231n.grading.grade import Grader, Job
from cs231n.grading.outputs import write as outputs
from cs231n.grading.results import Reason

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")

SEED = f"231{os.getpid():07}"  # by it the processes of this run are known
SCRATCH = {"/tmp", "/dev/shm", "/run/kernel"}
BY_NAME = {attack.name: attack for attack in ATTACKS}
OF_GROUP = {group: [attack.name for attack in ATTACKS if attack.group == group] for group in "ABCDH"}
_WORKER = 900_000_000  # bytes that a worker may come to hold

# Wrong answers, and the text of hidden tests, carry words to be found.
_HIDDEN = ('check.close("square: float32", square(x), tol=1e-5, dtype=np.float32)',
           f'{PLANTED}_hidden = "{PLANTED}-hidden"  # {PLANTED}-comment\n'
           f'check.close("square: {PLANTED}-name", square(x), tol=1e-5, dtype=np.float32)')
_MISTAKE = f'edit("square", "It is {PLANTED}-mistake", "x * x", "0 * x + 8675309")\n'


def student(name):
    """The folder of an attack's submission."""
    return re.sub(r"\W", "-", name)


class Watch(threading.Thread):
    """Notes the most memory that a child process of this one held."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most, self.done = 0, threading.Event()

    def run(self):
        while not self.done.wait(0.2):
            for process in psutil.Process().children(recursive=True):
                try:
                    if not any("ipykernel_launcher" in word for word in process.cmdline()):
                        self.most = max(self.most, process.memory_info().rss)
                except psutil.Error:
                    continue


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The outcome of grading all attacks."""
    folder = tmp_path_factory.mktemp("attacks")
    (folder / "course").mkdir()
    root = small_course.make(folder / "course")
    path = root / "assignment1" / "tiny.ipynb"
    nb = notebook.read(path)
    for cell in nb.cells:
        cell.source = cell.source.replace(*_HIDDEN)
    assert PLANTED in str(nb)
    notebook.write(nb, path)
    with path_of(path).open("a") as known:
        known.write(_MISTAKE)
    handed_in, out, home, scratch = (folder / name for name in ("handed-in", "out", "home", "scratch"))
    for attack in ATTACKS:
        theirs = submission(root, square=attack.square, total=attack.total)
        if attack.change:
            attack.change(theirs)
        path = handed_in / student(attack.name) / "tiny.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(theirs))
        for name, content in attack.beside.items():
            beside = handed_in / student(attack.name) / name
            beside.parent.mkdir(exist_ok=True)
            beside.write_bytes(content)
    for secret in (folder / "marks.txt", handed_in / "secret" / "tiny.ipynb", out / "secret.txt", home / ".netrc",
                   root / "secret.txt", scratch / "secret.txt"):
        secret.parent.mkdir(parents=True, exist_ok=True)
        secret.write_text(f"{PLANTED}-file")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("TMPDIR", str(scratch))
        patch.setattr(tempfile, "tempdir", None)
        patch.setenv("SECRET_TOKEN", f"{PLANTED}-environment")
        job = Job("assignment1", handed_in, out, root, jobs=2, seed=SEED, cell_seconds=SECONDS, memory=MEMORY)
        watch = Watch()
        grader = Grader(job)
        try:
            list(grader.prepare())
            watch.start()
            start = time.monotonic()
            list(grader.grade())
            seconds = time.monotonic() - start
            watch.done.set()
            grading = grader.gather()
            outputs.write(grading, out)
        finally:
            grader.close()
    return {"folder": folder, "out": out, "grading": grading, "watch": watch, "seconds": seconds,
            "results": {each.student.id: each.notebooks[0] for each in grading.students}}


def checks(run, name):
    """What became of the two checks of a submission."""
    return {each.check.name: each for each in run["results"][student(name)].checks}


def lists(run, name):
    """The words in what an attack says that it found."""
    message = checks(run, name)["check_square"].message
    return set(re.fullmatch(r"\w+: \w+:?(.*?)(?: \(line \d+ of the cell\))?", message)[1].split())


@pytest.mark.parametrize("name", BY_NAME)
def test_what_an_attack_gets(run, name):
    attack, found = BY_NAME[name], checks(run, name)
    for result, ends in ((found["check_square"], attack.square_ends), (found["check_total"], attack.total_ends)):
        assert result.reason in ends, result.message
        assert result.score == (result.check.points if result.reason == Reason.RIGHT else 0)


@pytest.mark.parametrize("name", BY_NAME)
def test_an_attack_ends_in_time(run, name):
    assert run["results"][student(name)].seconds < BY_NAME[name].seconds


def test_no_memory_of_workers_is_filled(run):
    assert run["watch"].most < _WORKER


def test_nothing_planted_comes_out(run):
    for path in run["out"].rglob("*"):
        if path.is_file() and ".grading" not in path.parts and path.name != "secret.txt":
            assert PLANTED not in path.read_bytes().decode("latin-1"), path


def test_spies_found_nothing_and_said_so(run):
    """The attacks did run, to their ends: what they say of what they found is empty, not missing."""
    assert lists(run, "tells all in an error") == set()
    assert lists(run, "devices") <= {"tty"}
    assert lists(run, "names of files elsewhere") == set()
    assert lists(run, "becomes root") == {"capabilities", "0000000000000000"}


def test_nothing_is_written_outside_scratch(run):
    written = lists(run, "what can be written")
    assert written >= {"/tmp"}
    assert all(any(path == scratch or path.startswith(scratch + "/") for scratch in SCRATCH) for path in written)
    assert sorted(path.name for path in (run["folder"] / "scratch").iterdir()) == ["secret.txt"]
    assert [path.name for path in (run["folder"] / "home").rglob("*") if path.is_file()] == [".netrc"]
    assert not [path for path in run["folder"].rglob("*") if path.name in ("owned", "loot", "many", "sparse")]


def test_no_process_is_left(run):
    left = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("CS231N_CHECK_SEED") == SEED or SEED in process.cmdline():
                left.append(process.cmdline())
        except psutil.Error:
            continue
    assert left == []


def test_how_long_a_hidden_test_took_is_not_told(run):
    assert checks(run, "sleeps in a hidden test")["check_square"].seconds < 2


@pytest.mark.parametrize("name", [attack.name for attack in ATTACKS])
def test_pages_hold_no_markup_of_students(run, name):
    page = (run["out"] / "feedback" / f"{student(name)}.html").read_text()
    assert not re.search(r"<script|<svg onload|onerror=alert\(1\)>|\x1b|[\u202a-\u202e\u2066-\u2069]", page)


def test_a_message_is_shown_as_it_is(run):
    page = (run["out"] / "feedback" / f"{student('markup in a message')}.html").read_text()
    assert "<script>alert(1)</script>" in html.unescape(page) and "{{ 7*7 }}" in page


@pytest.fixture(scope="module")
def borrowed(tmp_path_factory):
    """The points of each way to an answer of the package."""
    folder = tmp_path_factory.mktemp("borrowed")
    root, name = folder / "course", "assignment2/FullyConnectedNets"
    (root / "assignment2").mkdir(parents=True)
    (root / "cs231n").symlink_to(small_course.ROOT / "cs231n")
    write(
        root / f"{name}.ipynb", text("# Layers"),
        code("import numpy as np\n\nfrom cs231n import check, layers\nfrom cs231n.exercise import implements\n\n"
             f'check.begin("{name}")'),
        exercise("@implements(layers.affine_forward)\ndef affine_forward(x, w, b):\n    ### BEGIN SOLUTION\n"
                 "    return x.reshape(len(x), -1).dot(w) + b, (x, w, b)\n    ### END SOLUTION", "affine_forward"),
        check('rng = check.rng("check_affine_forward")\n'
              "x, w, b = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)\n"
              'out, _ = check.call(layers.affine_forward, x, w, b, returns="out, cache")\n'
              'check.close("affine: random numbers", out, x @ w + b)', "check_affine_forward", 5))
    for student_id, source in BORROWED.items():
        theirs = submission(root, name, affine_forward=source)
        notebook.write(theirs, folder / "handed-in" / student(student_id) / "FullyConnectedNets.ipynb")
    grader = Grader(Job("assignment2", folder / "handed-in", folder / "out", root, jobs=2, seed=SEED))
    try:
        list(grader.prepare())
        list(grader.grade())
        return {each.student.id: each.notebooks[0].checks[0] for each in grader.gather().students}
    finally:
        grader.close()


@pytest.mark.parametrize("name", BORROWED)
def test_the_package_gives_no_answer_away(borrowed, name):
    result = borrowed[student(name)]
    assert result.score == (5 if name == "its own" else 0), result.message


def test_table(run, capsys):
    """Print what became of each attack."""
    with capsys.disabled():
        print(f"\n{len(ATTACKS) - len(HONEST)} attacks and {len(HONEST)} honest submissions in {run['seconds']:.0f} s; "
              f"the largest worker held {run['watch'].most / 1e6:.0f} MB")
        print(f"{'':2}{'attack':40} {'seconds':>7}  {'square':19} total")
        for attack in ATTACKS:
            found, took = checks(run, attack.name), run["results"][student(attack.name)].seconds
            square, total = found["check_square"].reason, found["check_total"].reason
            print(f"{attack.group} {attack.name:40} {took:7.1f}  {square:19} {total}")
