"""Which cells of the running notebook failed when they last ran: a check must not judge what stood there before."""
import ast
import re

from cs231n.check.errors import CheckFailed

_BINDS = re.compile(r"^(?:(?:async +)?def|class) +(\w+)|^(\w+) *=(?!=)", re.M)  # also where a cell is no Python

_failed = {}  # name -> what the cell that binds it raised, such as "SyntaxError"
_before = {}  # names that the running cell binds -> what they stood for when it began
_stale = []  # names that the running cell uses, of cells that failed


def watch(shell):
    """Have IPython tell of each cell that runs, from the next one on."""
    for event, listener in (("pre_run_cell", _begins), ("post_run_cell", _ended)):
        if listener not in shell.events.callbacks[event]:
            shell.events.register(event, listener)


def refuse_after_failure():
    """Let no check pass or fail by what an earlier run left.

    Raises
    ------
    CheckFailed
        If the running cell uses a name whose own cell failed when it last ran, before it could bind it anew.
    """
    for name in _stale:
        raise CheckFailed(f"The last run of the cell of {name} failed ({_failed[name]}), so there is nothing new to "
                          "check: what it held before would be judged. Mend that cell and run it, then this one.")


def _begins(info):
    from IPython import get_ipython

    source, variables = info.raw_cell or "", get_ipython().user_ns
    _before.clear()
    _before.update({name: variables.get(name) for name in map("".join, _BINDS.findall(source))})
    _stale[:] = sorted(_failed.keys() & _used(source) - _before.keys())


def _ended(result):
    from IPython import get_ipython

    error, variables = result.error_before_exec or result.error_in_exec, get_ipython().user_ns
    for name, value in _before.items():
        if error is None or variables.get(name) is not value:
            _failed.pop(name, None)
        else:
            _failed[name] = type(error).__name__
    _before.clear()  # it would keep large arrays alive


def _used(source):
    """Return all names and attributes in a cell; none if it is no Python."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {node.id for node in nodes if isinstance(node, ast.Name)} | \
        {node.attr for node in nodes if isinstance(node, ast.Attribute)}
