"""`cs231n run` on small notebooks that pass, fail, hang, eat memory, die, or are interrupted or killed half way."""
import asyncio
import dataclasses
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import numpy as np
import psutil
import pytest
from make_notebook import check, code, edit, exercise, text, write

import cs231n
from cs231n.answers import recording
from cs231n.course import notebook, report, run
from cs231n.course.execute import State

SCRIPT = "<script>alert('here')</script>"
PLOT = "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\nplt.plot([1, 2])\nplt.show()"
PASSES = [text("# It passes"), code(PLOT), exercise(), check()]
NOTEBOOKS = {
    "passes": PASSES,
    "fails": [
        text(f"# {SCRIPT}"), check("1", "a"), text("## The gradient"), code(f'print("{SCRIPT}")'), code(""),
        check(f'raise ValueError("{SCRIPT} is wrong")', "b"), check("1", "c")],
    "eats": [code("import time\nkept = []\nwhile True:\n    kept.append(b'x' * 10**7)\n    time.sleep(0.02)")],
    "dies": [text("# Death"), code("1"), code("import os\nos._exit(3)")],
    "floods": [code("import time\nwhile True:\n    print('x' * 1_000_000)\n    time.sleep(0.02)")],
}
HANGING = {
    "hangs": [text("# Hang"), code("while True:\n    pass")],
    "swallows": [code("1"), code("while True:\n    try:\n        while True: pass\n    except BaseException: pass")],
}


def prepared(paths, out, jobs=2, timeout=120, memory=2e9, **options):
    plan = run.plan(paths, out)
    chosen = run.Options(out, jobs, timeout, int(memory), **options)
    return run.Run(plan, chosen, run.prepare(plan, chosen), lambda job: None)


def perform(*args, **options):
    """Run notebooks in this process and return the jobs by the name of their notebook."""
    this = prepared(*args, **options)
    asyncio.run(this.run())
    return {job.source.stem: job for job in this.jobs}


async def both(one, other):
    await asyncio.gather(one.run(), other.run())
    return {job.source.stem: job for job in one.jobs + other.jobs}


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """One run of notebooks that end in every way, and the folder of its results."""
    folder = tmp_path_factory.mktemp("course") / "assignment1"
    paths = [write(folder / f"{name}.ipynb", *cells) for name, cells in NOTEBOOKS.items()]
    (folder / "broken.ipynb").write_text("{ nonsense")
    paths += [folder / "broken.ipynb", folder / "missing.ipynb"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder.parent)
        hanging = [write(folder / f"{name}.ipynb", *cells) for name, cells in HANGING.items()]
        ending = prepared(paths, Path("results"), memory=0.4e9)
        jobs = asyncio.run(both(ending, prepared(hanging, Path("hung"), timeout=15)))
    return jobs, folder.parent / "results"


@pytest.mark.parametrize("name, state, cell, error", [
    ("fails", State.FAILED, 3, "ValueError"),
    ("eats", State.OUT_OF_MEMORY, 1, "OutOfMemory"),
    ("dies", State.KERNEL_DIED, 2, "KernelDied"),
    ("floods", State.FAILED, 1, "TooMuchOutput"),
    ("hangs", State.TIMED_OUT, 1, "TimedOut"),
    ("swallows", State.TIMED_OUT, 2, "TimedOut"),
    ("broken", State.UNREADABLE, 0, "Unreadable"),
    ("missing", State.UNREADABLE, 0, "Unreadable"),
])
def test_each_way_to_end_is_named_with_its_cell(ended, name, state, cell, error):
    result = ended[0][name].result
    assert (result.state, result.failure.cell, result.failure.error) == (state, cell, error)


def test_a_notebook_that_passes_beside_them_is_whole(ended):
    jobs, out = ended
    result = jobs["passes"].result
    assert (result.state, result.failure, result.cells, result.cells_run) == (State.PASSED, None, 3, 3)
    assert (result.checks_passed, result.checks, result.points_passed, result.points) == (1, 1, 5, 5)
    assert 0 < result.seconds < 120 and 20e6 < result.peak_memory < 0.4e9
    executed = notebook.read(out / "assignment1" / "passes.ipynb")
    assert executed.cells[3].outputs[0].text == "pass: doubling\n"
    assert json.loads((out / "assignment1" / "passes.json").read_text())["state"] == "passed"
    page = (out / "assignment1" / "passes.html").read_text()
    assert "pass: doubling" in page and "data:image/png;base64," in page


def test_a_failure_says_where_and_why(ended):
    jobs, out = ended
    result = jobs["fails"].result
    assert result.failure.heading == "The gradient"
    assert result.failure.message == f"{SCRIPT} is wrong"
    assert "ValueError" in result.failure.traceback and "\x1b" not in result.failure.traceback
    assert (result.checks_passed, result.checks, result.points_passed, result.points) == (1, 3, 5, 15)
    assert jobs["missing"].result.failure.message == "there is no such file"
    assert "exit status 3" in jobs["dies"].result.failure.message
    assert "the limit is 400 MB" in jobs["eats"].result.failure.message
    dead = notebook.read(out / "assignment1" / "dies.ipynb").cells[2].outputs[-1]
    assert (dead.output_type, dead.ename) == ("error", "KernelDied"), "the notebook's own page says it too"


def test_the_index_page_tells_of_all_escapes_all_and_needs_nothing_else(ended):
    out = ended[1]
    page = (out / "index.html").read_text()
    assert "6 of 7 notebooks did not pass" in page
    for words in ("passed", "failed", "out of memory", "kernel died", "unreadable"):
        assert f'<div class="state">{words}</div>' in page
    assert "An error in code cell 3 of 4, under “The gradient”." in page
    assert "<script" not in page and page.count("&lt;script&gt;") >= 2
    assert not re.search(r"""(?:src|href)=["'](?!data:|assignment1/)|url\(|@import""", page)
    for link in re.findall(r'href="([^"#]+)', page):
        assert (out / link).is_file()
    assert "data:image/webp;base64," in page
    anchor = re.search(r'href="assignment1/passes.html#([^"]+)"', page)[1]
    assert f'id="{anchor}"' in (out / "assignment1" / "passes.html").read_text()


def test_links_lead_to_pages_of_odd_names(ended):
    name = "home work/hw #1 (100%)?"
    passed = ended[0]["passes"]
    page = report.index_page([dataclasses.replace(passed, name=name)], {}, 1, done=True)
    links = re.findall(r'href="(home[^"]*)"', page)
    assert len(links) > 1  # to the notebook, and to its figures
    assert {urllib.parse.unquote(urllib.parse.urlsplit(link).path) for link in links} == {f"{name}.html"}


def test_notebook_pages_run_no_script_and_load_nothing(ended):
    page = (ended[1] / "assignment1" / "fails.html").read_text()
    assert "default-src 'none'" in page
    assert f"print(&quot;{SCRIPT}" not in page and "&lt;script&gt;alert" in page
    assert not re.search(r"""(?:src|href)=["'](?!data:|\.\./index.html|#)""", page)


def test_formulas_are_drawn_without_the_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    formulas = "\n\n".join([r"# $x_i$", r"$$\sum_i \frac{a}{b}$$", r"\begin{align}a &= b\end{align}", r"$\frac$"])
    perform([write(tmp_path / "assignment1" / "x.ipynb", text(formulas), code("1"))], Path("results"))
    page = (tmp_path / "results/assignment1/x.html").read_text()
    assert page.count("<math") == 3 and "<mfrac>" in page and "<mtable" in page
    assert r"<code>\frac</code>" in page, "what cannot be drawn is shown as written"


def test_kernels_run_in_their_folder_in_this_interpreter_with_their_share_of_threads(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("CS231N_CHECK", "report")
    monkeypatch.setattr(run, "cores", lambda: 6)
    names = ("OMP_NUM_THREADS", "CS231N_NUM_THREADS", "CS231N_CHECK")
    source = f"[os.getcwd(), sys.executable, *map(os.environ.get, {names})]"
    path = write(tmp_path / "assignment1" / "x.ipynb", code(f"import os, sys\nprint({source})"), code(PLOT))
    perform([path], Path("results"), jobs=3)
    cells = notebook.read(tmp_path / "results/assignment1/x.ipynb").cells
    assert cells[0].outputs[0].text == f"{[str(path.parent), sys.executable, '1', '2', None]}\n"
    assert "image/png" in cells[1].outputs[0].data, "figures are drawn inline whatever backend the user has set"


def test_jobs_run_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    meet = "import os, time\nopen('{}', 'w').close()\nwhile not os.path.exists('{}'):\n    time.sleep(0.02)"
    pair = [("a", "b"), ("b", "a")]  # each waits for the other
    paths = [write(tmp_path / "assignment1" / f"{x}.ipynb", code(meet.format(x, y))) for x, y in pair]
    assert {job.state for job in perform(paths, Path("results"), jobs=2, timeout=60).values()} == {State.PASSED}


def test_what_goes_wrong_with_one_notebook_is_its_failure_and_the_others_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = "from IPython.display import display\ndisplay({'image/png': 'bm8gcGljdHVyZQ=='}, raw=True)"
    paths = [write(tmp_path / "assignment1/bad.ipynb", code(picture)),
             write(tmp_path / "assignment1/good.ipynb", code("1"))]
    jobs = perform(paths, Path("results"), jobs=1)
    assert jobs["bad"].state == State.FAILED and jobs["bad"].result.failure.error == "UnidentifiedImageError"
    assert jobs["good"].state == State.PASSED
    assert "cannot identify image file" in Path("results/index.html").read_text()


def test_widgets_run_and_leave_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = "import ipywidgets\nipywidgets.interact(lambda x: x, x=3)\nwith ipywidgets.Output(): print('inside')"
    jobs = perform([write(tmp_path / "slider.ipynb", code(source), code("1"))], Path("results"))
    assert jobs["slider"].state == State.PASSED, jobs["slider"].result.failure
    [executed] = Path("results").rglob("slider.ipynb")
    assert "widget" not in notebook.read(executed).metadata


def test_a_temporary_folder_with_a_name_too_long_for_sockets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ("d" * 110)).mkdir()
    monkeypatch.setattr(run.tempfile, "tempdir", str(tmp_path / ("d" * 110)))
    jobs = perform([write(tmp_path / "plain.ipynb", code("1"))], Path("results"))
    assert jobs["plain"].state == State.PASSED


def test_two_notebooks_of_one_name_are_refused_and_so_is_overwriting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="share one place"):
        run.plan([tmp_path.parent / "x/a/n.ipynb", tmp_path.parent / "y/a/n.ipynb"], Path("results"))
    with pytest.raises(ValueError, match="would overwrite"):
        run.plan([Path("assignment1/n.ipynb")], Path("."))


# Going on

def change_source(folder):
    write(folder / "assignment1" / "x.ipynb", *PASSES, code("2"))


def change_expected(folder):
    (folder / "assignment1" / "expected").mkdir()
    (folder / "assignment1" / "expected" / "x.npz").write_bytes(b"other values")


def lose_the_result(folder):
    (folder / "results" / "assignment1" / "x.ipynb").unlink()


def record_a_failure(folder):
    edit(folder / "results" / "assignment1" / "x.json", lambda record: record.update(state="failed"))


def record_nonsense(folder):
    (folder / "results" / "assignment1" / "x.json").write_text("{")


def change_outputs_only(folder):
    edit(folder / "assignment1" / "x.ipynb", lambda raw: raw["cells"][3].update(execution_count=7))


@pytest.mark.parametrize("change, kept", [
    (lambda folder: None, True), (change_outputs_only, True), (change_source, False), (change_expected, False),
    (lose_the_result, False), (record_a_failure, False), (record_nonsense, False),
])
def test_resume_keeps_what_passed_and_is_still_true(once, monkeypatch, change, kept):
    monkeypatch.chdir(once)
    change(once)
    monkeypatch.setattr(run.Run, "_execute", would_execute)
    jobs = perform([once / "assignment1" / "x.ipynb"], Path("results"), resume=True)
    assert jobs["x"].kept == kept
    if kept:
        assert jobs["x"].state == State.PASSED and jobs["x"].figures
        assert "kept from an earlier run" in (once / "results" / "index.html").read_text()


async def would_execute(self, job, scratch):
    job.result = run.Result(State.PASSED)


@pytest.mark.parametrize("context", ["another package", "other data"])
def test_resume_runs_again_with_another_package_or_other_data(once, monkeypatch, context):
    monkeypatch.chdir(once)
    monkeypatch.setattr(run.Run, "_execute", would_execute)
    if context == "another package":
        (once / "package" / "layers.py").write_text("changed")
    else:
        prepare = run.prepare
        monkeypatch.setattr(run, "prepare", lambda *args: prepare(*args) | {"Data": "others"})
    assert not perform([once / "assignment1" / "x.ipynb"], Path("results"), resume=True)["x"].kept


@pytest.fixture(scope="module")
def ran_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    write(folder / "assignment1" / "x.ipynb", *PASSES)
    (folder / "package").mkdir()
    (folder / "package" / "layers.py").write_text("as it was")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(cs231n, "__file__", str(folder / "package" / "__init__.py"))
        perform([folder / "assignment1" / "x.ipynb"], Path("results"))
    return folder


@pytest.fixture
def once(ran_once, tmp_path, monkeypatch):
    """A folder in which one notebook has run, and what stands for the package's code then."""
    shutil.copytree(ran_once, tmp_path / "copy")
    monkeypatch.setattr(cs231n, "__file__", str(tmp_path / "copy" / "package" / "__init__.py"))
    return tmp_path / "copy"


WAITS = "import os, time\nopen('started', 'w').close()\nwhile not os.path.exists('go'):\n    time.sleep(0.02)"


@pytest.fixture
def in_the_middle(tmp_path):
    """A run of its own process, one notebook done and the next in a cell that waits, and the pids of its kernels."""
    # A copy of the package: its code is part of what --resume compares, and somebody may be working on it.
    shutil.copytree(Path(cs231n.__file__).parent, tmp_path / "package" / "cs231n")
    write(tmp_path / "assignment1" / "a.ipynb", text("# A"), code("1"))
    write(tmp_path / "assignment1" / "b.ipynb", text("# Waits"), code(WAITS))
    process = start(tmp_path)
    wait_until((tmp_path / "assignment1" / "started").exists, process)
    kernels = psutil.Process(process.pid).children(recursive=True)
    assert kernels
    yield tmp_path, process, kernels
    process.kill()
    process.wait()


def start(folder, *options):
    command = [sys.executable, "-m", "cs231n.cli", "run", "--jobs", "1", *options]
    environment = os.environ | {"PYTHONPATH": str(folder / "package"), "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # Where the tests run in the background of a shell, Ctrl-C is ignored, and children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(command, cwd=folder, env=environment, **pipes)
    finally:
        signal.signal(signal.SIGINT, before)


def wait_until(condition, process=None, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.05)


def gone(processes):
    return all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in processes)


def test_kill_9_loses_only_the_notebook_in_flight(in_the_middle):
    folder, process, kernels = in_the_middle
    process.kill()
    process.wait()
    results = folder / "results" / "assignment1"
    assert sorted(p.name for p in results.iterdir()) == ["a.html", "a.ipynb", "a.json"]
    assert "1 of 2 notebooks done" in (folder / "results" / "index.html").read_text()
    wait_until(lambda: gone(kernels), seconds=20)
    (folder / "assignment1" / "go").touch()
    done = (results / "a.ipynb").stat().st_mtime_ns
    resumed = start(folder, "--resume")
    out, err = resumed.communicate(timeout=120)
    assert resumed.returncode == 0, out + err
    assert "a: passed, kept from an earlier run" in out and "b: passed, kept" not in out
    assert (results / "a.ipynb").stat().st_mtime_ns == done
    assert "All 2 notebooks passed" in (folder / "results" / "index.html").read_text()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that a program can send as Ctrl-C")
def test_ctrl_c_stops_cleanly(in_the_middle):
    folder, process, kernels = in_the_middle
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Traceback" not in out + err
    assert gone(kernels)
    page = (folder / "results" / "index.html").read_text()
    assert "Stopped: 1 of 2 notebooks passed" in page
    record = json.loads((folder / "results" / "assignment1" / "b.json").read_text())
    assert record["state"] == "stopped"


# Saving

CHECKED = [
    code("import numpy as np\nfrom cs231n import check\ncheck.begin('assignment1/x')"),
    exercise(),
    check("check.close('doubled', double(np.arange(3.0)))\ncheck.equal('four', double(2), 4)"),
]


def save(folder, *cells):
    path = write(folder / "assignment1" / "x.ipynb", *cells)
    before = path.read_bytes()
    job = perform([path], folder / "results", recorder=recording)["x"]
    return job, path, before


def test_save_records_expected_values_and_writes_a_normalised_notebook(tmp_path):
    job, path, before = save(tmp_path, *CHECKED)
    assert job.state == State.PASSED
    saved = notebook.read(path)
    assert path.read_text() == notebook.dumps(notebook.normalise(saved)) != before.decode()
    assert saved.cells[2].outputs[0].text == "pass: doubled (tolerance 1e-08)\npass: four (exact)\n"
    assert [output.output_type for output in saved.cells[2].outputs] == ["stream"]
    archive = path.parent / "expected" / "x.npz"
    with np.load(archive) as values:
        assert list(values) == ["right/doubled", "sentences"] and values["right/doubled"].shape == (3,)
    first = path.read_bytes(), archive.read_bytes()
    assert perform([path], tmp_path / "results", recorder=recording)["x"].state == State.PASSED
    assert (path.read_bytes(), archive.read_bytes()) == first


def test_save_removes_values_that_no_check_asks_for(tmp_path):
    archive = tmp_path / "assignment1" / "expected" / "x.npz"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"old")
    assert save(tmp_path, code("1"))[0].state == State.PASSED
    assert not archive.exists()


@pytest.mark.parametrize("spoiler, error", [
    ("import os\nassert os.environ.get('CS231N_CHECK')", "AssertionError"),  # the normal run fails
    ("assert False", "AssertionError"),
    ("check.close('doubled', 1.0)", "NotSaved"),  # a second check of that name
    ("open('x.ipynb', 'a').write(' ')", "NotSaved"),  # somebody edits the notebook meanwhile
])
def test_a_run_that_does_not_pass_saves_nothing(tmp_path, spoiler, error):
    archive = tmp_path / "assignment1" / "expected" / "x.npz"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"old")
    job, path, before = save(tmp_path, *CHECKED, code(spoiler))
    assert (job.state, job.result.failure.error) == (State.FAILED, error)
    assert path.read_bytes().rstrip() == before.rstrip()
    assert archive.read_bytes() == b"old"
