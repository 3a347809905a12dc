"""Grading on a Dask cluster: what a pool of processes gives, also when a worker dies."""
import os
import shutil
import signal
from dataclasses import replace

import pytest
import small_course
from small_course import RIGHT, hand_in

from cs231n.grading.grade import Grader, Job
from cs231n.grading.outputs.results_json import results_json
from cs231n.grading.running import pool

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")

SUBMISSIONS = {
    "ada": RIGHT,
    "bob": {"square": "def square(x):\n    return 2 * x"},
    "cyd": {"square": "import os\n\ndef square(x):\n    os._exit(0)", "total": RIGHT["total"]},
    "dan": {},
    "eve": {"square": "print('x' * 1000)\n\ndef square(x):\n    return x **"},
    "fay": {"square": "def square(x):\n    raise IndexError('of my own')", "total": RIGHT["total"]},
}


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        yield cluster


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """Six submissions."""
    folder = tmp_path_factory.mktemp("course")
    root = small_course.make(folder)
    return Job("assignment1", hand_in(root, SUBMISSIONS), folder / "out", root, jobs=2, seed="5")


def graded(job, after_first=lambda: None):
    """Grade; return the results and how often each student was graded."""
    grader = Grader(job)
    try:
        list(grader.prepare())
        students = []
        for student, _ in grader.grade():
            students.append(student)
            if len(students) == 1:
                after_first()
        return results_json(grader.gather()), sorted(students)
    finally:
        grader.close()


@pytest.fixture(scope="module")
def alone(job):
    """The results of a pool of processes."""
    return graded(job)


def test_a_cluster_gives_what_a_pool_of_processes_gives(job, alone, cluster, tmp_path):
    assert graded(replace(job, out=tmp_path, scheduler=cluster.scheduler_address)) == alone
    assert alone[1] == sorted(SUBMISSIONS) and '"score": 3' in alone[0]


def test_a_worker_that_is_killed_loses_nothing(job, alone, cluster, tmp_path):
    killed = []

    def kill():
        nanny = cluster.workers[0]
        killed.append(nanny.pid)
        os.kill(nanny.pid, signal.SIGKILL)

    assert graded(replace(job, out=tmp_path, scheduler=cluster.scheduler_address), kill) == alone
    assert killed


def test_workers_with_several_threads_are_refused():
    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": ":0"}
    with distributed.LocalCluster(**options) as cluster:
        with pytest.raises(ValueError, match="has 2 threads"):
            list(pool.run({1: (abs, (-1,))}, 1, cluster.scheduler_address))


def test_a_cluster_without_workers_is_refused():
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0", processes=False) as cluster:
        with pytest.raises(ValueError, match="it has none"):
            list(pool.run({1: (abs, (-1,))}, 1, cluster.scheduler_address))
