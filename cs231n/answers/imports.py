"""Which modules of the package lead to which, by import, and which files lie beside them."""
import ast
import functools
import re

SOURCES = (".py", ".pyx")


def modules_behind(names, root):
    """Return the files of the modules that these lead to by import, themselves included, sorted by name.

    Parameters
    ----------
    names : iterable of str
        Such as `cs231n.grading.running.ours`.
    root : Path
        Of the repository.
    """
    files = {module_name(path, root): path for path in (root / "cs231n").rglob("*.py")}
    imports = {name: imported(path.read_text(encoding="utf-8")) for name, path in files.items()}
    return [files[name] for name in sorted(closure(names, imports))]


def closure(names, imports):
    """Return the modules that these names lead to, if each module imports what `imports` says."""
    waiting, found = set(names), set()
    while waiting:
        name = waiting.pop()
        if name in imports and name not in found:
            found.add(name)
            waiting |= {name.rpartition(".")[0], *imports[name]}
    return found


def module_name(path, root):
    """Return the dotted name of a module."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.lru_cache(maxsize=2048)
def imported(source):
    """Return the dotted names that a piece of Python may import; `from a import b` gives a and a.b."""
    names = set()
    for node in statements(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def statements(tree):
    """Yield the statements of a tree, those inside of others too: a tenth of the nodes that `ast.walk` goes through."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, name, ())
            waiting += inner if isinstance(inner, list) else ()


def files_beside(modules):
    """Return the files that lie beside modules and are named in them or in one another: headers, weights, templates."""
    found = []
    for folder in sorted({path.parent for path in modules}):
        text = "".join(path.read_text(encoding="utf-8") for path in modules if path.parent == folder)
        waiting = [entry for entry in sorted(folder.iterdir()) if _is_data(entry)]
        while named := [entry for entry in waiting if re.search(rf"\b{re.escape(entry.name)}\b", text)]:
            waiting = [entry for entry in waiting if entry not in named]
            text += "".join(entry.read_text(encoding="utf-8") for entry in named if entry.suffix == ".h")
            found += [path for entry in named for path in ([entry] if entry.is_file() else sorted(entry.rglob("*")))]
    return [path for path in found if path.is_file()]


def _is_data(entry):
    if entry.is_file():
        return entry.suffix in (".h", ".npz", ".json", ".pth")
    return not any(entry.rglob("*.py")) and entry.name not in ("__pycache__", "originals")
