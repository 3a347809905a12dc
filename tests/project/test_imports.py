"""How the package's files and rooms lean on each other: in one direction."""
import ast
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ["course", "answers", "grading", "instructor", "cli"]  # each leans only on those before it, and on the library
UP = ("data", "classifiers")  # the scenes of mini-COCO are seen by the built-in network
MOST = 24  # modules of a folder


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted((ROOT / "cs231n").rglob("*.py"))}


def imported(nodes, everywhere):
    """Yield the package's modules that are imported, those in functions only if `everywhere`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in FILES)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ({each if each in FILES else node.module for each in names} & FILES.keys())
        elif everywhere or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from imported(ast.iter_child_nodes(node), everywhere)


def graph(everywhere):
    """Return module -> the modules that it imports."""
    found = {}
    for name, path in FILES.items():
        found[name] = set(imported(ast.parse(path.read_text(encoding="utf-8")).body, everywhere)) - {name}
    return found


def room(name):
    """Return the room of a module; one at the top is a room by itself."""
    return name.split(".")[1] if "." in name else ""


def rooms():
    """Return (room, another room) -> the imports that run between them."""
    return [(room(name), room(other), name, other) for name, others in graph(True).items() for other in others
            if room(name) != room(other)]


@pytest.mark.parametrize("everywhere", [False, True])
def test_no_files_import_each_other_in_a_circle(everywhere):
    TopologicalSorter(graph(everywhere)).prepare()


def test_no_rooms_lean_on_each_other_in_a_circle_but_for_one_import():
    between = rooms()
    [exception] = [edge for edge in between if edge[:2] == UP]
    floors = TopologicalSorter()
    for one, other, *_ in between:
        if (one, other) != UP:
            floors.add(one, other)
    floors.prepare()
    assert exception[2:] == ("cs231n.data.drawn.mini_coco", "cs231n.classifiers.pretrained_cnn")


def test_the_library_does_not_know_the_tools_and_a_tool_not_those_above_it():
    height = {name: number for number, name in enumerate(TOOLS, 1)}
    assert [edge for edge in rooms() if height.get(edge[0], 0) < height.get(edge[1], 0)] == []


def test_a_circle_would_be_found():
    with pytest.raises(CycleError):
        TopologicalSorter(graph(True) | {"cs231n.validation": {"cs231n.cli"}}).prepare()


def test_no_folder_is_a_heap():
    counts = Counter(path.parent.relative_to(ROOT).as_posix() for path in FILES.values())
    assert {folder: count for folder, count in counts.items() if count > MOST} == {}
