"""What an answer leans on that a person should know of: somebody else's answer, or the means to mislead a check.

It is found by reading, so it proves nothing, and by itself it costs no points: the course decides (`policy`).
"""
import ast

from cs231n.course import notebook
from cs231n.course.definitions import parsed
from cs231n.course.notebook import Kind
from cs231n.grading.results import Use

# Libraries, and rooms of the package, that hold answers in another form.
_BORROWED = ("scipy", "sklearn", "skimage", "cv2", "numba", "torch", "torchvision", "tensorflow", "keras", "jax",
             "autograd", "cs231n.autograd", "cs231n.nn", "cs231n.fast", "cs231n.fast_layers", "cs231n.gradient_check")
# What sees or changes how a check measures.
_MEASURING = ("gc", "ctypes", "threading", "_thread", "multiprocessing", "concurrent", "asyncio", "subprocess",
              "signal", "inspect", "tracemalloc", "mmap", "builtins", "importlib", "functools.reduce", "sys.settrace",
              "sys.setprofile", "sys.monitoring", "sys._getframe", "sys._current_frames", "sys.modules", "os.kill",
              "os.fork", "os.posix_fadvise", "os.preadv", "os.system", "IPython.get_ipython", "get_ipython")
_BY_NAME = ("__import__", "exec", "eval", "globals", "vars", "setattr")
_MEMBERS = ("f_trace", "f_back", "f_globals", "f_locals", "__globals__", "__code__", "__subclasses__")
_USUAL = {"np": "numpy", **{name: name for name in ("sys", "os", "gc", "check", "cs231n")}}  # imported by cells of ours


def uses(ours, theirs):
    """Find what the answers of a notebook lean on.

    An answer leans on what it names, and on what the helpers that it names name. What our own notebook does at the
    same place is left out.

    Parameters
    ----------
    ours : iterable of results.Use
        What `leanings` finds in our own notebook, solved.
    theirs : nbformat.NotebookNode
        Our notebook with a student's answers in it, as of `transplant`.

    Returns
    -------
    tuple of results.Use
        In the order of the notebook.
    """
    allowed = {(use.exercise, use.what) for use in ours}
    return tuple(use for use in leanings(theirs) if (use.exercise, use.what) not in allowed)


def leanings(nb):
    """Return a `results.Use` for each thing that an exercise of a notebook leans on."""
    answers, helpers = {}, {}
    for cell in nb.cells:
        kind = notebook.kind(cell)
        if cell.cell_type != "code" or kind == Kind.CHECK:
            continue
        try:
            statements = parsed(cell.source).body
            if kind == Kind.EXERCISE:
                answers[notebook.grade_id(cell)] = _Leans(statements)
                continue
            for each in map(_Leans, ([statement] for statement in statements)):
                for name in each.defines:
                    helpers.setdefault(name, []).append(each)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # its result says so
    every = []
    for exercise, leans in answers.items():
        reached, waiting, seen = [], [leans], set()
        while waiting:
            each = waiting.pop()
            if id(each) in seen:
                continue
            seen.add(id(each))
            reached.append(each)
            waiting += [helper for name in each.names for helper in helpers.get(name, ())]
        named = set().union(*(each.names for each in reached))
        found = {what: (kind, line) for each in reversed(reached) for what, kind, line, name in each.found
                 if each is leans or name is None or name in named}
        every += [Use(exercise, what, kind, line) for what, (kind, line) in found.items()]
    return every


class _Leans(ast.NodeVisitor):
    """What statements define, name, and lean on.

    Attributes
    ----------
    defines, names : set of str
    found : list of (what, kind, line, name)
        `name` is that under which an import makes it known, None for what is used on the spot.
    """

    def __init__(self, statements):
        self.defines, self.names, self.found = set(), set(), []
        self._modules = {}  # name -> the module or member that it stands for
        for statement in statements:
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                self.defines.add(statement.name)
            elif isinstance(statement, ast.Assign):
                self.defines |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
            self.visit(statement)

    def visit_Import(self, node):
        """Note what a module is called here."""
        for each in node.names:
            name = each.asname or each.name.partition(".")[0]
            self._import(name, each.name if each.asname else name, each.name, node.lineno)

    def visit_ImportFrom(self, node):
        """Note what a member of a module is called here."""
        for each in node.names:
            path = f"{node.module or ''}.{each.name}"
            self._import(each.asname or each.name, path, path, node.lineno)

    def _import(self, name, meant, path, line):
        self._modules[name] = meant
        self.defines.add(name)
        self._look(path, line, name)

    def visit_Name(self, node):
        """Note a name."""
        self.names.add(node.id)
        if node.id in self._modules or node.id == "get_ipython":
            self._look(self._modules.get(node.id, node.id), node.lineno)

    def visit_Attribute(self, node):
        """Look at a member of a module, and at the inside of frames and functions."""
        if path := self._path(node):
            self._look(path, node.lineno)
            if not isinstance(node.ctx, ast.Load):
                self.found.append((f"{path} = ...", "measuring", node.lineno, None))
        if node.attr in _MEMBERS:
            self.found.append((f".{node.attr}", "measuring", node.lineno, None))
        self.generic_visit(node)

    def visit_Call(self, node):
        """Look for modules that are imported or changed by name."""
        if isinstance(node.func, ast.Name) and node.func.id in _BY_NAME:
            self.found.append((f"{node.func.id}(...)", "measuring", node.lineno, None))
        self.generic_visit(node)

    def visit_BinOp(self, node):
        """Look for a numeric slope: (f(x + h) - f(x - h)) / (2 * h), or with one side."""
        left = node.left
        if isinstance(node.op, ast.Div) and isinstance(left, ast.BinOp) and isinstance(left.op, ast.Sub):
            calls = [each for each in (left.left, left.right) if isinstance(each, ast.Call)]
            moved = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add)
                        for call in calls for argument in call.args for part in ast.walk(argument))
            if len(calls) == 2 and moved and ast.dump(calls[0].func) == ast.dump(calls[1].func):
                self.found.append(("a numeric slope", "borrowed", node.lineno, None))
        self.generic_visit(node)

    def _path(self, node):
        """Return the dotted name of a member of a module that was imported, "" for any other value."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        root = self._modules.get(node.id) or _USUAL.get(node.id) if isinstance(node, ast.Name) else None
        return ".".join([root, *reversed(parts)]) if root else ""

    def _look(self, path, line, name=None):
        for kind, known in (("borrowed", _BORROWED), ("measuring", _MEASURING)):
            if any(path == each or path.startswith(f"{each}.") for each in known):
                self.found.append((path, kind, line, name))
