"""Runs tasks in worker processes, or on a Dask cluster, and outlives the workers.

Only plain arguments and results travel. The workers of a cluster see the same files and have the same kit, and each has
one thread (`dask worker ADDRESS --nthreads 1`): what a task prints, and how it is limited, is a matter of its process.
"""
import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import tempfile
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, CancelledError, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from cs231n.grading import limits


class TaskFailed(Exception):
    """A task failed, or its worker died each time."""


def run(tasks, jobs, scheduler=None, scratch=None):
    """Run tasks, in any order.

    Parameters
    ----------
    tasks : dict of key to (callable, tuple)
        Functions of modules and plain arguments: they go to other processes.
    jobs : int
        Worker processes.
    scheduler : str, optional
        Address of a Dask scheduler, to use its workers instead.
    scratch : Path, optional
        Folder for the temporary files of the worker processes, which a killed one leaves; not of a cluster's workers.

    Yields
    ------
    (key, result)
        As each task ends; in the place of a result stands a `TaskFailed` if there is none.

    Raises
    ------
    ValueError
        If there is no cluster that can be used.
    ConnectionError
        If its scheduler has gone.
    """
    waiting, breaks = dict(tasks), Counter()
    while waiting:
        batch = [key for key in waiting if breaks[key] < limits.SUSPECT_BREAKS] or list(waiting)[:1]
        # When a worker dies, all that was submitted fails: so no more is than can run. A cluster looks after its own.
        most, running = len(batch) if scheduler else jobs, {}
        with _executor(jobs, scheduler, scratch) as executor:
            try:
                while batch or running:
                    while batch and len(running) < most:
                        key = batch.pop(0)
                        running[executor.submit(waiting[key][0], *waiting[key][1])] = key
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in sorted(done, key=_is_broken):
                        result = _result(future)
                        key = running.pop(future)
                        yield key, result
                        del waiting[key]
            except CancelledError:
                raise ConnectionError(f"the scheduler at {scheduler} has gone; results so far are kept") from None
            except BrokenProcessPool:
                breaks.update(running.values())
            except BaseException:
                for process in multiprocessing.active_children():
                    process.kill()
                raise
        for key in [key for key in waiting if breaks[key] >= limits.BREAKS]:
            del waiting[key]
            yield key, TaskFailed("its worker process died each time")


@contextlib.contextmanager
def _executor(jobs, scheduler, scratch):
    if not scheduler:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, context, start_worker, (scratch,)) as executor:
            yield executor
        return
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ValueError("a scheduler needs the extra `cluster`: pip install -e '.[cluster]'") from None
    with Client(scheduler, set_as_default=False) as client:
        threads = client.nthreads()
        if not threads or max(threads.values()) > 1:
            found = ", ".join(f"{worker} has {number} threads" for worker, number in threads.items() if number > 1)
            raise ValueError(f"the scheduler at {scheduler} needs workers of one thread each, started by "
                             f"`dask worker {scheduler} --nthreads 1`: {found or 'it has none'}")
        yield client.get_executor(pure=False)  # a task whose worker died goes to another


def start_worker(scratch=None):
    """Prepare a worker process: it leaves Ctrl-C to the grader, dies with it, and computes in one thread."""
    if scratch:
        tempfile.tempdir = str(scratch)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != multiprocessing.parent_process().pid:  # it died before this
            os._exit(1)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def _result(future):
    error = future.exception()
    if isinstance(error, BrokenProcessPool):
        raise error
    return future.result() if error is None else TaskFailed(f"{type(error).__name__}: {error}")


def _is_broken(future):
    return not future.cancelled() and isinstance(future.exception(), BrokenProcessPool)
