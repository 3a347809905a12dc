"""Jobs of the kernels on several threads: plain Python threads, as the kernels let go of the interpreter's lock.

Threads are started once, when first needed, and sleep between calls. They take tasks from a counter in C, so that one
that wakes up late only does less.
"""
import multiprocessing
import os
import threading
from queue import SimpleQueue

import numpy as np

_team = []  # the helper threads
_orders = SimpleQueue()  # what they wait for: (jobs, queue that hears when these are done)
_scratch = threading.local()  # the memory of each thread, kept between calls


def thread_count():
    """Return how many threads to use: CS231N_NUM_THREADS, else OMP_NUM_THREADS, else one a core.

    A worker process of `multiprocessing` uses one, if neither is set: its siblings keep the other cores busy.

    Raises
    ------
    ValueError
        If the variable is not a whole number, 1 or more.
    """
    for name in "CS231N_NUM_THREADS", "OMP_NUM_THREADS":
        value = os.environ.get(name, "").split(",")[0].strip()  # OpenMP allows a list, one number a level of nesting
        if value:
            if not value.isdecimal() or int(value) < 1:
                raise ValueError(f"{name} must be a whole number, 1 or more, got {value!r}")
            return int(value)
    if multiprocessing.parent_process() is not None:
        return 1
    # Cores that this process may run on: a container or a batch system may grant it fewer than there are.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(jobs, threads):
    """Run jobs to their end on so many threads, this one among them."""
    done = SimpleQueue()
    helpers = min(threads, max(job.tasks for job in jobs)) - 1
    while len(_team) < helpers:
        _team.append(threading.Thread(target=_help, args=(_orders,), name="cs231n", daemon=True))
        _team[-1].start()
    for _ in range(helpers):
        _orders.put((jobs, done))
    errors = [_work(jobs)] + [done.get() for _ in range(helpers)]
    for error in filter(None, errors):
        raise error


def _help(orders):
    while True:
        jobs, done = orders.get()
        done.put(_work(jobs))
        del jobs  # a sleeping thread keeps no arrays alive


def _work(jobs):
    """Take part in each job; return the exception that ended it, if any."""
    try:
        size = max(job.scratch for job in jobs)
        if len(getattr(_scratch, "memory", ())) < size:
            _scratch.memory = np.empty(size, np.int8)
        for job in jobs:
            job.run(_scratch.memory)
    except Exception as error:  # the caller's thread raises it
        return error
    return None


def _forget():
    """In a forked child the helpers are gone, and their queue may have been in use."""
    global _orders
    _orders = SimpleQueue()
    _team.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
