"""Worker processes: what becomes of tasks when workers die."""
import os
import tempfile

from cs231n.grading import limits
from cs231n.grading.running import pool


def test_a_task_that_kills_its_worker_fails_and_no_other_does(monkeypatch):
    monkeypatch.setattr(limits, "BREAKS", 3)
    tasks = {"bad": (os._exit, (1,))} | {number: (abs, (-number,)) for number in range(5)}
    found = dict(pool.run(tasks, 2))
    assert isinstance(found.pop("bad"), pool.TaskFailed)
    assert found == {number: number for number in range(5)}


def test_an_error_in_a_task_is_its_result():
    [(key, result)] = pool.run({"root": (int, ("seven",))}, 1)
    assert key == "root" and isinstance(result, pool.TaskFailed) and "seven" in str(result)


def test_what_workers_keep_for_a_while_lies_in_scratch(tmp_path):
    tasks = {"where": (tempfile.gettempdir, ())}
    assert dict(pool.run(tasks, 1, scratch=tmp_path)) == {"where": str(tmp_path)}
    assert dict(pool.run(tasks, 1)) == {"where": tempfile.gettempdir()}
