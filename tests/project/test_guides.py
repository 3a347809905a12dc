"""What the README and the guides name is there: commands, options, modules, extras, files and links."""
import importlib.util
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

from cs231n.cli import app
from cs231n.data.catalogue import CATALOGUE
from cs231n.instructor.cli import add_to

ROOT = Path(__file__).resolve().parents[2]
GUIDES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in GUIDES}


# How each program's arguments are checked

def value(word):
    """Return what may stand for a word of a synopsis such as `[--jobs N]` or `[NOTEBOOK...]`."""
    word = word.strip("[]")
    return "1" if re.fullmatch(r"[A-Z]+(\.\.\.)?", word) else word


def everything():
    """Return the command `cs231n` as instructors have it."""
    both = typer.Typer(add_completion=False)
    both.registered_commands, both.registered_groups = [*app.registered_commands], [*app.registered_groups]
    add_to(both)
    return typer.main.get_command(both)


def cs231n(arguments):
    command, arguments = everything(), [value(word) for word in arguments]
    while hasattr(command, "commands"):
        name = arguments.pop(0)
        assert name in command.commands, f"there is no command {name}"
        command = command.commands[name]
    if name == "fetch":
        assert set(arguments) <= CATALOGUE.keys()
    if arguments:
        command.make_context(name, arguments)  # complains of what it does not know


def python(arguments):
    flag, module, *rest = arguments
    if flag == "-c":
        return compile(module, "guide", "exec")
    assert flag == "-m"
    found = importlib.util.find_spec(module)
    assert found, f"there is no module {module}"
    source = Path(found.origin).read_text(encoding="utf-8")
    for word in rest:
        assert re.search(rf"\b{word.strip('-').replace('-', '[-_]')}\b", source), f"{module} knows no {word}"


def pytest_(arguments):
    plugins = ["nbval.plugin"] + [after for before, after in zip(arguments, arguments[1:]) if before == "-p"]
    sources = [Path(importlib.util.find_spec(plugin).origin).read_text(encoding="utf-8") for plugin in plugins]
    for option in arguments:
        if option.startswith("--"):
            assert any(re.search(f"['\"]{option}['\"]", source) for source in sources), f"there is no option {option}"


def make(arguments):
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for word in arguments:
        assert word in targets or re.match(r"[A-Z]+=", word), f"there is no target {word}"


def jupyter(arguments):
    assert arguments[0] in ("lab", "notebook", "nbconvert")


def pip(arguments):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for word in arguments:
        if named := re.search(r"\[(.+)\]$", word):
            assert set(named[1].split(",")) <= extras.keys()


PROGRAMS = {"cs231n": cs231n, "python": python, "pytest": pytest_, "make": make, "jupyter": jupyter, "pip": pip}


# What the guides hold

def commands():
    """Yield (program, arguments) for each command line, in an indented block or between backticks."""
    for guide, text in TEXTS.items():
        lines = re.findall(r"^ {4,}(.+)$", text, re.MULTILINE) + re.findall(r"`([^`\n]+)`", text)
        for line in lines:
            if line.split()[0] in PROGRAMS and (words := shlex.split(line, comments=True))[1:]:
                yield pytest.param(words[0], words[1:], id=f"{guide}: {' '.join(words)}")


def named():
    """Yield each source file that is named between backticks."""
    for guide, text in TEXTS.items():
        for name in re.findall(r"`([\w/*]+\.(?:py|pyx|h|j2|toml))`", text):
            yield pytest.param(name, id=f"{guide}: {name}")


def links():
    """Yield (guide, target) for each link that leads to a file or a heading."""
    for guide, text in TEXTS.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not target.startswith(("http:", "https:")):
                yield pytest.param(guide, target, id=f"{guide}: {target}")


# The tests

@pytest.mark.parametrize("program, arguments", list(commands()))
def test_a_command_can_be_given_as_it_stands(program, arguments):
    for word in arguments:
        if re.fullmatch(r"assignment\d(/[\w.]+)?", word):
            assert (ROOT / word).exists() or (ROOT / f"{word}.ipynb").is_file(), f"there is no {word}"
    PROGRAMS[program](arguments)


@pytest.mark.parametrize("name", list(named()))
def test_a_file_that_is_named_is_there(name):
    assert any(any(folder.glob(name)) for folder in (ROOT, ROOT / "cs231n", ROOT / "cs231n/fast/kernels"))


@pytest.mark.parametrize("guide, target", list(links()))
def test_a_link_leads_somewhere(guide, target):
    name, _, heading = target.partition("#")
    path = (ROOT / guide).parent / name if name else ROOT / guide
    assert path.exists()
    if heading:
        titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert heading in [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]


def test_every_guide_is_one_click_from_the_readme():
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)\)", TEXTS["README.md"]))
    assert linked == set(TEXTS) - {"README.md"}
