"""The course plan, `course.toml`: which notebooks there are, in the order of teaching, and what an assignment is.

Whoever needs to know which notebooks there are, what comes before what, or what students may see already, asks here. A
folder without a plan has a plain one: each folder `assignment<number>` in it is an assignment of its notebooks.
"""
import json
import re
import tomllib
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from pathlib import Path

FILE = "course.toml"


class Unusable(ValueError):
    """A plan that contradicts itself, or what is there; the message says where."""


@dataclass(frozen=True)
class Entry:
    """A notebook of the plan; the fields are those of `course.toml`, where they are explained."""

    path: str
    title: str = ""
    about: str = ""
    lecture: int = 0
    points: int | None = None
    seconds: int = 0
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The plan.

    Attributes
    ----------
    notebooks : dict of str to Entry
        By paths such as `assignment1/knn`, in the order of teaching.
    assignments : dict of str to tuple of str
        Name -> paths of its notebooks, the assignments in the order in which they are given.
    """

    notebooks: dict[str, Entry]
    assignments: dict[str, tuple[str, ...]]

    def assignment_of(self, path):
        """Return the name of the assignment that a notebook belongs to, None if it belongs to none."""
        return next((name for name, paths in self.assignments.items() if path in paths), None)

    def before(self, assignment):
        """Return the notebooks of the assignments that are given before this one."""
        earlier = takewhile(lambda name: name != assignment, self.assignments)
        return [path for name in earlier for path in self.assignments[name]]

    def known(self, assignment):
        """Return the notebooks whose answers students of an assignment have: of earlier ones, and what theirs need."""
        own, found = self.assignments[assignment], set(self.before(assignment))
        waiting = [*own, *found]
        while waiting:
            needed = [path for path in self.notebooks[waiting.pop()].after if self.assignment_of(path) is None]
            waiting += [path for path in needed if path not in found]
            found.update(needed)
        return [path for path in self.notebooks if path in found]

    def part(self, assignment):
        """Return the plan of a kit: this assignment alone."""
        own = self.assignments[assignment]
        return Plan({path: replace(self.notebooks[path], after=()) for path in self.notebooks if path in own},
                    {assignment: own})

    def contradicts(self, path, title, points):
        """Say where the plan is at odds with a notebook, which has this title and so many points; "" if nowhere."""
        entry = self.notebooks[path]
        if entry.points not in (None, points):
            return f"{FILE} gives {path} {entry.points} points; its checks and questions have {points:g}"
        if entry.title not in ("", title):
            return f"{FILE} calls {path} {entry.title!r}; its own title is {title!r}"
        return ""

    def sort(self, paths):
        """Sort files of notebooks: those of the plan as taught, then others by folder and name.

        Parameters
        ----------
        paths : iterable of Path
        """
        order = {path: place for place, path in enumerate(self.notebooks)}

        def place(path):
            path = path.resolve()
            name = f"{path.parent.name}/{path.stem}"
            return order.get(name, len(order)), _natural(path.parent.name), path.name

        return sorted(paths, key=place)


def home(start=None):
    """Return the root of the repository or kit around a folder: the nearest one with a plan; the folder itself if none.

    Parameters
    ----------
    start : Path, optional
        By default the current folder.
    """
    start = Path.cwd() if start is None else Path(start).absolute()
    return next((folder for folder in (start, *start.parents) if (folder / FILE).is_file()), start)


def load(root):
    """Read the plan of a repository or kit.

    Parameters
    ----------
    root : Path

    Returns
    -------
    Plan

    Raises
    ------
    Unusable
        If it is no TOML, names a notebook twice, or one that it does not have, or puts one before what it needs.
    """
    path = Path(root) / FILE
    if not path.is_file():
        return _plain(Path(root))
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{FILE} is no TOML: {error}") from None
    if unknown := sorted(set(text) - {"notebooks", "assignments"}):
        raise Unusable(f"{FILE}: there is no {unknown[0]!r} in a plan; there are notebooks and assignments")
    plan = Plan(_notebooks(text.get("notebooks", [])), _assignments(text.get("assignments", {})))
    _see_that_it_holds(plan)
    return plan


def dumps(plan):
    """Return the text of a plan's file."""
    def value(thing):
        return json.dumps(thing, ensure_ascii=False)

    lines = ["[assignments]", *(f"{value(name)} = {value(paths)}" for name, paths in plan.assignments.items())]
    for entry in plan.notebooks.values():
        fields = {key: each for key, each in asdict(entry).items() if each not in (None, "", ())}
        lines += ["", "[[notebooks]]", *(f"{key} = {value(each)}" for key, each in fields.items())]
    return "\n".join(lines) + "\n"


def _notebooks(entries):
    found = {}
    for number, fields in enumerate(entries, 1):
        if not isinstance(fields, dict) or not isinstance(fields.get("path"), str):
            raise Unusable(f"{FILE}: notebook number {number} has no path")
        name = fields["path"]
        if not re.fullmatch(r"[\w-]+/[\w-]+", name):
            raise Unusable(f"{FILE}: {name!r} is no path of a notebook: it is folder/name, without ending")
        for key, each in fields.items():
            kind = Entry.__dataclass_fields__.get(key)
            if kind is None:
                raise Unusable(f"{FILE}: {name} has a {key!r}, which no notebook has")
            wanted = {"after": list, "lecture": int, "points": int, "seconds": int}.get(key, str)
            if type(each) is not wanted:
                raise Unusable(f"{FILE}: {key} of {name} must be of type {wanted.__name__}, got {each!r}")
        if name in found:
            raise Unusable(f"{FILE}: {name} is there twice")
        if unknown := [path for path in fields.get("after", []) if path not in found]:
            raise Unusable(f"{FILE}: {name} comes after {unknown[0]}, which is not taught before it")
        found[name] = Entry(**fields | {"after": tuple(fields.get("after", []))})
    return found


def _assignments(lists):
    for name, paths in lists.items():
        if not re.fullmatch(r"[\w-]+", name):
            raise Unusable(f"{FILE}: {name!r} is no name for an assignment: letters, digits, - and _ are")
        if not isinstance(paths, list) or not paths or not all(isinstance(path, str) for path in paths):
            raise Unusable(f"{FILE}: {name} must be a list of notebooks, got {paths!r}")
    return {name: tuple(paths) for name, paths in lists.items()}


def _see_that_it_holds(plan):
    given = {}
    for assignment, paths in plan.assignments.items():
        stems = {}
        for path in paths:
            if path not in plan.notebooks:
                raise Unusable(f"{FILE}: {assignment} names {path}, which is not among the notebooks")
            if path in given:
                raise Unusable(f"{FILE}: {path} is in {given[path]} and in {assignment}")
            given[path] = assignment
            stem = path.rpartition("/")[2]
            if stem in stems:
                raise Unusable(f"{FILE}: {assignment} has two notebooks named {stem}; hand-ins could not tell which")
            stems[stem] = path
        order = [*plan.before(assignment), *paths]
        for path in paths:
            late = [each for each in plan.notebooks[path].after
                    if plan.assignment_of(each) and each not in order[:order.index(path)]]
            if late:
                raise Unusable(f"{FILE}: {assignment} has {path} before {late[0]}, which it needs")


def _plain(root):
    folders = sorted({path.parent.name for path in root.glob("assignment*/*.ipynb")}, key=_natural)
    lists = {name: tuple(f"{name}/{path.stem}" for path in sorted((root / name).glob("*.ipynb"))) for name in folders}
    return Plan({path: Entry(path) for paths in lists.values() for path in paths}, lists)


def _natural(name):
    """Sort assignment10 after assignment2."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
