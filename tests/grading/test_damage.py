"""Damaged notebooks: whatever is in the file, it is graded or refused, and nobody else loses by it."""
import random

import damage
import pytest
import small_course

from cs231n.course import notebook

NAME = "assignment1/tiny"


@pytest.mark.parametrize("seed", range(10))
def test_random_damage_raises_nothing(tmp_path, seed):
    root, rng = small_course.make(tmp_path), random.Random(seed)
    solved = notebook.read(root / f"{NAME}.ipynb")
    assignment = damage.Assignment({NAME: solved})
    read = [assignment.take(damage.damaged(small_course.submission(root, **small_course.RIGHT), rng), NAME, tmp_path)
            for _ in range(40)]
    assert True in read and False in read
