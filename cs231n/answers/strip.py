"""Take the answers out of notebooks and modules."""
import ast
import functools

from cs231n.answers.imports import statements
from cs231n.course import notebook
from cs231n.course.notebook import HIDDEN_TESTS, SOLUTION, Kind


def strip_notebook(nb):
    """Return a copy of a solved notebook as students get it.

    Outputs and hidden tests go. In place of an answer an exercise raises NotImplementedError, and a question has
    nothing: the text around it says what to do.

    Parameters
    ----------
    nb : nbformat.NotebookNode

    Returns
    -------
    nbformat.NotebookNode
    """
    nb = notebook.normalise(nb)
    for cell in nb.cells:
        name = notebook.grade_id(cell)
        stub = f'raise NotImplementedError("Write {name} here, in place of this line.")'
        cell.source = replace_marked(cell.source, HIDDEN_TESTS)
        cell.source = replace_marked(cell.source, SOLUTION, stub if notebook.kind(cell) == Kind.EXERCISE else None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nb


def strip_module(source, is_gone):
    """Return the text of a module without the bodies of some exercises; signatures and docstrings stay.

    Its declaration no longer tells of other forms of the answer. Decorators between `@exercise` and such a function go
    too, and so do imports that nothing uses any more.

    Parameters
    ----------
    source : str
        Text of a module of the package.
    is_gone : function
        Of the notebook in an exercise's declaration, such as `assignment1/svm`: whether its body goes.

    Returns
    -------
    str
    """
    return _stripped(source, frozenset(home for _, _, home in declarations(source) if is_gone(home)))


@functools.lru_cache(maxsize=2048)
def _stripped(source, gone):
    lines = source.splitlines(keepends=True)
    for function, declaration, home in reversed(declarations(source)):
        if home not in gone:
            continue
        indent = " " * (function.col_offset + 4)
        stub = f'{indent}raise NotImplementedError("{function.name} is an exercise")\n'
        lines[_begin(function, lines):_end(function, lines)] = [stub]
        del lines[declaration.end_lineno:function.lineno - 1]
        parts = [*declaration.args, *(each for each in declaration.keywords if each.arg not in ("faster", "twins"))]
        said = ", ".join(_text(each, lines) for each in (declaration.func, *parts))
        lines[declaration.lineno - 1:declaration.end_lineno] = [
            f"{' ' * function.col_offset}@{said.replace(', ', '(', 1)}, stripped=True)\n"]
    stripped = "".join(lines)
    return stripped if stripped == source else _without_imports(stripped, _names(source) - _names(stripped))


def body_lines(source, is_gone):
    """Find what `strip_module` takes out.

    Returns
    -------
    list of (str, list of str)
        Name of each exercise, and the lines of its body.
    """
    lines = source.splitlines()
    return [
        (function.name, lines[_begin(function, lines):_end(function, lines)])
        for function, _, home in declarations(source) if is_gone(home)
    ]


def replace_marked(source, name, stub=None):
    """Replace each marked region by a stub in the same indentation, or by nothing."""
    lines = source.splitlines()
    for begin, end in reversed(notebook.marked(source, name)):
        lines[begin:end + 1] = [] if stub is None else [" " * _indent(lines[begin]) + stub]
    return "\n".join(lines).rstrip("\n")


@functools.lru_cache(maxsize=2048)
def declarations(source):
    """Find the functions of a module that are declared exercises.

    Parameters
    ----------
    source : str

    Returns
    -------
    tuple of (ast.FunctionDef, ast.Call, str)
        From top to bottom: the function, the call in its decorator, and the notebook that it names.
    """
    if "exercise" not in source:  # as in most modules, which need not be read then
        return ()
    tree = ast.parse(source)
    constants = _constants(tree)
    found = []
    for function in (node for node in statements(tree) if isinstance(node, ast.FunctionDef)):
        for call in (each for each in function.decorator_list if isinstance(each, ast.Call)):
            if ast.unparse(call.func).split(".")[-1] == "exercise":
                found.append((function, call, _value(call.args[0], constants)))
    return tuple(sorted(found, key=lambda each: each[0].lineno))


def other_forms(source, is_declared):
    """Find where the answers of a module are given in other forms, as their declarations say.

    Parameters
    ----------
    source : str
    is_declared : function
        Of the notebook in an exercise's declaration: whether to look at it.

    Returns
    -------
    faster : set of str
        Dotted names of the functions that make an answer faster.
    twins : dict of str to tuple of str
        Name of an exercise -> modules that hold its answer too, for those that have any.
    """
    faster, twins = set(), {}
    declared = [each for each in declarations(source) if is_declared(each[2])]
    constants = _constants(ast.parse(source)) if declared else {}
    for function, declaration, _ in declared:
        if declaration.keywords:
            said = {each.arg: _value(each.value, constants) for each in declaration.keywords
                    if each.arg in ("faster", "twins")}
            faster |= {said["faster"]} if "faster" in said else set()
            twins |= {function.name: said["twins"]} if "twins" in said else {}
    return faster, twins


def _constants(tree):
    """Return the strings, and tuples of strings, that names stand for at the top of a module."""
    return {
        target.id: ast.literal_eval(statement.value) for statement in tree.body if isinstance(statement, ast.Assign)
        for target in statement.targets if isinstance(target, ast.Name)
        and all(isinstance(part, (ast.Constant, ast.Tuple, ast.Load)) for part in ast.walk(statement.value))
    }


def _value(node, constants):
    return constants[node.id] if isinstance(node, ast.Name) else ast.literal_eval(node)


def _names(source):
    """Return the names that a module uses."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _without_imports(source, names):
    """Take names out of the import statements at the top of a module."""
    lines = source.splitlines(keepends=True)
    for statement in reversed(ast.parse(source).body):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            kept = [each for each in statement.names if (each.asname or each.name.partition(".")[0]) not in names]
            if kept != statement.names:
                statement.names = kept
                new = [f"{ast.unparse(statement)}\n"] if kept else []
                lines[statement.lineno - 1:statement.end_lineno] = new
    return "".join(lines)


def _text(node, lines):
    """Return the text of a node; `ast.get_source_segment` would split the whole source for each."""
    text = [line.encode() for line in lines[node.lineno - 1:node.end_lineno]]
    text[-1] = text[-1][:node.end_col_offset]
    text[0] = text[0][node.col_offset:]
    return b"".join(text).decode()


def _begin(function, lines):
    """Return the number of the last line of a function's head: its signature, and its docstring if it has one."""
    if ast.get_docstring(function) is not None:
        return function.body[0].end_lineno
    before = [number for number in range(function.lineno, function.body[0].lineno) if _is_code(lines[number - 1])]
    return before[-1]


def _end(function, lines):
    """Return the number of the last line of a function, comments after its last statement included."""
    end = function.end_lineno
    for number in range(end, len(lines)):
        text = lines[number].strip()
        if text and not (text.startswith("#") and _indent(lines[number]) > function.col_offset):
            break
        if text:
            end = number + 1
    return end


def _is_code(line):
    return bool(line.strip()) and not line.strip().startswith("#")


def _indent(line):
    return len(line) - len(line.lstrip())
