"""Random damage to notebooks, and what the grader's own process does with them, kernels left out.

    python tests/helpers/damage.py 5000 [SEED]

damages the notebooks of assignment1 so many times, and ends with the first damage that raises.
"""
import copy
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from cs231n.answers.strip import strip_notebook
from cs231n.course import notebook
from cs231n.course.transplant import transplant
from cs231n.grading.grade import written_answers
from cs231n.grading.handed_in.collect import collect
from cs231n.grading.handed_in.uses import leanings
from cs231n.grading.outputs import figures, markdown
from cs231n.grading.preparation import prepare

ODD = (
    None, True, 0, -1, 1e308, 10**30, "", "x", "\ud800", "\x00", "\x1b]" + "a" * 3000, [], {}, [[]], {"a": {}},
    ["\udfff"], "x" + ".a" * 2900, "f" + "()" * 900, "if a:\n    pass\n" + "elif a:\n    pass\n" * 900,
    "lambda: " * 900 + "1", "%%bash\nls", "files = !ls", "def f(:", "$" * 500, "[" * 500, "code", "markdown", "raw",
    {"grade_id": "knn_setup"}, {"nbgrader": []}, {"nbgrader": {"grade_id": ["a"]}}, {"image/png": "iVBORw0KGgo="},
    {"image/png": 3},
)
SECONDS = 20  # that one damaged notebook may take


def damaged(nb, random):
    """Return the bytes of a notebook with some things in it replaced, taken away or doubled."""
    nb = copy.deepcopy(nb)
    for _ in range(random.choice((1, 1, 2, 5))):
        holder = random.choice(list(_holders(nb)))
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        key = random.choice(list(keys))
        what = random.randrange(4)
        if what == 0:
            del holder[key]
        elif what == 1 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(random.choice(holder)))
        else:
            holder[key] = random.choice(ODD)
    content = json.dumps(nb).encode()
    if random.random() < 0.1:
        place = random.randrange(len(content))
        content = content[:place] + bytes([random.randrange(256)]) + content[place + random.randrange(3):]
    return content


def _holders(thing):
    """Yield each list and dict that is not empty; those near the top come often enough, as cells are few."""
    if isinstance(thing, dict | list) and thing:
        yield thing
        for each in thing.values() if isinstance(thing, dict) else thing:
            yield from _holders(each)


class Assignment:
    """What is needed of our own notebooks, as the grader has it."""

    def __init__(self, notebooks):
        self.notebooks = notebooks
        self.empty = {name: strip_notebook(nb) for name, nb in notebooks.items()}
        self.names = {
            name: {notebook.grade_id(cell) for cell in nb.cells} - {None} for name, nb in notebooks.items()}
        self.parts = {name: prepare.parts(name, nb, {}, reduced=False) for name, nb in notebooks.items()}

    def take(self, content, name, folder):
        """Do all that the grader does with a notebook outside of a kernel; return whether it could be read."""
        handed_in = Path(folder, "in", "jane")
        handed_in.mkdir(parents=True, exist_ok=True)
        (handed_in / f"{name.split('/')[1]}.ipynb").write_bytes(content)
        [jane] = collect(handed_in.parent, self.names, Path(folder, "inbox"))
        assert not any("could not be opened" in problem for problem in jane.problems), jane.problems
        for found, path in jane.notebooks.items():
            theirs = notebook.read(path)
            for part in self.parts[found]:
                cells, remarks = prepare.graded_cells(part, theirs)
                json.dumps([[cell.source for cell in cells], remarks], ensure_ascii=False).encode()
            figures.figures(found, self.notebooks[found], theirs)
            answered = transplant(self.empty[found], theirs)[0]
            leanings(answered)
            for text in written_answers(self.empty[found], answered).values():
                markdown.render(text).encode()
        return bool(jane.notebooks)


def _light(path):
    """Read a notebook, with all but the first of its pictures taken out: they take most of the time."""
    nb, seen = notebook.read(path), 0
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            seen += "image/png" in output.get("data", {})
            if seen > 1:
                output.get("data", {}).pop("image/png", None)
    return nb


def main(count, seed):
    """Damage notebooks until one is too much."""
    root, rng = Path(__file__).parents[2], random.Random(seed)
    notebooks = {f"assignment1/{path.stem}": _light(path) for path in (root / "assignment1").glob("*.ipynb")}
    assignment, read = Assignment(notebooks), 0
    for number in range(count):
        name = rng.choice(sorted(notebooks))
        content = damaged(notebooks[name], rng)
        start = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            try:
                read += assignment.take(content, name, folder)
            except BaseException:
                Path("damaged.ipynb").write_bytes(content)
                print(f"damage {number} of seed {seed}: written to damaged.ipynb")
                raise
        if time.process_time() - start > SECONDS:
            sys.exit(f"damage {number} of seed {seed} took {time.process_time() - start:.0f} s")
    print(f"{count} damages, {read} of them readable: nothing was raised")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 231)
