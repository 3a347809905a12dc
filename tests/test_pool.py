"""Worker processes: what becomes of tasks when workers die."""
import os

from cs231n.grading import pool


def test_a_task_that_kills_its_worker_fails_and_no_other_does(monkeypatch):
    monkeypatch.setattr(pool, "MOST_BREAKS", 3)
    tasks = {"bad": (os._exit, (1,))} | {number: (abs, (-number,)) for number in range(5)}
    found = dict(pool.run(tasks, 2))
    assert isinstance(found.pop("bad"), pool.TaskFailed)
    assert found == {number: number for number in range(5)}


def test_an_error_in_a_task_is_its_result():
    [(key, result)] = pool.run({"root": (int, ("seven",))}, 1)
    assert key == "root" and isinstance(result, pool.TaskFailed) and "seven" in str(result)
