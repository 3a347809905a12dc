"""Submissions that cheat, break things or spy, and what each of them is to get: the table behind `test_attacks.py`.

Each is a submission of the small course. Its `square` attacks; its `total` is right, and keeps its points where the
attack leaves it a way to.
"""
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from nbformat.v4 import new_code_cell

from cs231n.course import notebook
from cs231n.grading.results import Reason

PLANTED = "XYZZY"  # all that must not come out begins so; no attack holds the word itself


def _seconds():
    """What a cell may take: enough for honest work on this machine, as busy as it is now."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", "import matplotlib.pyplot"], check=True)
    return max(4.0, 5 * (time.monotonic() - start))


SECONDS = _seconds()
MEMORY = 600_000_000  # bytes that a kernel may hold

_RIGHT_TOTAL = "def total(x):\n    return float((x * x).sum())"
_GAINED_NOTHING = frozenset({Reason.WRONG, Reason.NO_VALUE, Reason.ERROR})
_ENDED = frozenset({Reason.TIMED_OUT, Reason.OUT_OF_MEMORY, Reason.KERNEL_DIED, Reason.TOO_MUCH_OUTPUT})
_KEPT = frozenset({Reason.RIGHT})


@dataclass(frozen=True)
class Attack:
    """One submission.

    Attributes
    ----------
    group : str
        A wins without solving, B breaks the run, C reaches out, D is after people and files, H is honest.
    name : str
    square, total : str
        What stands in the exercise cells.
    square_ends, total_ends : set of Reason
        How the checks may end; `RIGHT` is full marks, all others are none.
    change : function
        Changes the notebook.
    beside : dict of str to bytes
        Other files of the submission.
    seconds : float
        Of wall time, at most.
    """

    group: str
    name: str
    square: str
    square_ends: frozenset = _GAINED_NOTHING
    total: str = _RIGHT_TOTAL
    total_ends: frozenset = _KEPT
    change: Callable = None
    beside: dict = field(default_factory=dict)
    seconds: float = 8 * SECONDS


def _calling(body, result="-x"):
    """The source of a `square` that does something whenever it is called, and is wrong."""
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    return f"def square(x):\n{lines}\n    return {result}"


def _cell(body, result="-x"):
    """The source of a cell that does something when it runs, with a wrong `square`."""
    return f"{body.strip()}\n\ndef square(x):\n    return {result}"


_NOT = _cell("")
_SQUARE = "def square(x):\n    return x * x"

_PUBLISH = """
from IPython import get_ipython
import base64, numpy
def _told(name, value, **more):
    value = numpy.array(value)
    get_ipython().display_pub.publish({check.MIME: {
        "name": name, "kind": "value", "tol": None, "recorded": False, "dtype": value.dtype.str,
        "shape": list(value.shape), "data": base64.b64encode(value.tobytes()).decode(), **more}})
"""

_SOCKETS = """
import json, zmq
from IPython import get_ipython
_kernel = get_ipython().kernel
def _forge(kind, content):
    session, parent = _kernel.session, _kernel.get_parent()
    session.send(_kernel.iopub_socket, kind, content, parent=parent)
"""


def _edited_checks(nb):
    for cell in nb.cells:
        if notebook.kind(cell) == notebook.Kind.CHECK:
            cell.source = "print('pass')"
            cell.metadata.nbgrader["points"] = 100


def _without_checks(nb):
    nb.cells = [cell for cell in nb.cells if notebook.kind(cell) != notebook.Kind.CHECK]


def _tagged(nb):
    for cell in nb.cells:
        cell.metadata["tags"] = ["raises-exception", "skip-execution", "nbval-skip", "nbval-ignore-output",
                                 "nbval-raises-exception", "remove-cell", "not-graded", "parameters"]


def _more_cells(nb):
    nb.cells += [new_code_cell("print('pass')", metadata={"nbgrader": {
        "grade_id": f"check_{number}", "grade": True, "locked": True, "solution": False, "points": 5,
        "schema_version": 3}}) for number in range(50)]


def _checks_of_their_own(nb):
    nb.cells.insert(0, new_code_cell(
        "class check:\n    value = close = begin = staticmethod(lambda *a, **k: print('pass'))\n"
        "np = type('np', (), {'array': staticmethod(lambda x: x)})"))


def _retyped(nb):
    for cell in nb.cells:
        if notebook.kind(cell) == notebook.Kind.CHECK:
            cell.cell_type = "markdown"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


def _other_kernel(nb):
    nb.metadata["kernelspec"] = {"name": "../../bin/sh", "language": "bash", "display_name": "sh"}
    nb.nbformat_minor = 99


def _doubled(nb):
    [place] = [place for place, cell in enumerate(nb.cells) if notebook.grade_id(cell) == "square"]
    nb.cells.insert(place + 1, new_code_cell("", metadata=nb.cells[place].metadata))


def _with_outputs(data):
    def change(nb):
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return change


def _helper(source):
    def change(nb):
        nb.cells.insert(1, new_code_cell(source))
    return change


_SPOILED = {  # they leave nothing in the kernel that could run the other exercise
    "builtins patched", "numpy patched", "checks patched", "checks dropped by an AST transformer", "inputs made easy",
    "cells emptied by an input transformer", "run_cell patched", "modules swapped", "checks not reporting",
    "a check module of its own", "the right value with no solution, once", "the seed set back",
}
_CHEATS = [
    ("equal to everything", _cell("""
class Same:
    shape, dtype, ndim = (2,), np.dtype(float), 1
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __len__(self): return 2
    def __float__(self): return 0.0
    def __sub__(self, other): return 0
    __rsub__ = __mul__ = __le__ = __lt__ = __sub__
    def __array__(self, *args, **kwargs): return np.zeros(2)
""", "Same()")),
    ("an array that lies", _cell("""
class Liar(np.ndarray):
    def __eq__(self, other): return np.True_
    def tobytes(self, *args): return (np.asarray(self) * 0).tobytes()
    def __array_function__(self, *args, **kwargs): return np.True_
    def __array_ufunc__(self, *args, **kwargs): return np.True_
""", "x.view(Liar)")),
    ("numpy patched", _cell("""
for name in ("allclose", "isclose", "array_equal", "all", "abs", "max", "array", "asarray", "zeros"):
    setattr(np, name, lambda *args, **kwargs: True)
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **kwargs: None
""")),
    ("builtins patched", _cell("""
import builtins
builtins.isinstance = lambda *args: True
builtins.all = builtins.abs = builtins.callable = lambda *args: True
""")),
    ("checks patched", _cell("""
for name in dir(check):
    if callable(getattr(check, name)) and not name.startswith("__"):
        setattr(check, name, lambda *args, **kwargs: print("pass"))
""")),
    ("reports what it is compared with", _cell("""
report = check._report
def telling(name, kind, got, *args, **kwargs):
    import inspect
    frames, found = inspect.stack(), kwargs.get("expected")
    for each in frames:
        for key in ("expected", "right", "want"):
            found = each.frame.f_locals.get(key, found) if found is None else found
    report(name, kind, got if found is None else found, *args, **kwargs)
check._report = telling
""")),
    ("says that it is its own measure", _PUBLISH + _calling("""
_told("square: by hand", -x, expected={"dtype": "<f8", "shape": [2], "data": "AAAAAAAA8D8AAAAAAADwPw=="},
      tol=1e300, low=-1e300, high=1e300, wanted="<f8", mistakes=[])
""")),
    ("says everything twice", _PUBLISH + _calling("""
for number in range(3):
    _told("square: by hand", [1.0, 2.0])
    _told("square: random numbers", x)
""")),
    ("the right value with no solution, once", _PUBLISH + _calling("""
_told("square leaves x alone", [1.0, -2.0])
_told("square: by hand", [1.0, 4.0])
check._report = lambda *args, **kwargs: None
""")),
    ("ends the cell for the grader", _SOCKETS + _calling("""
_forge("status", {"execution_state": "idle"})
_kernel.session.send(_kernel.shell_streams[0] if hasattr(_kernel, "shell_streams") else _kernel.shell_stream,
                     "execute_reply", {"status": "ok", "execution_count": 1}, parent=_kernel.get_parent())
""")),
    ("ends the cell with an empty error", _SOCKETS + _calling("""
_forge("error", {"ename": 7, "evalue": None, "traceback": {"a": 1}})
_forge("status", {"execution_state": "idle"})
""")),
    ("messages that are none", _SOCKETS + _calling("""
for content in ({}, {"data": []}, {"data": {check.MIME: [1]}, "metadata": 7}):
    _forge("display_data", content)
_forge("stream", {})
_kernel.session.send(_kernel.iopub_socket, "display_data", {}, parent={"header": 3, "msg_id": []})
""")),
    ("checks dropped by an AST transformer", _cell("""
import ast
class Drop(ast.NodeTransformer):
    def visit_Expr(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Drop())
""")),
    ("cells emptied by an input transformer", _cell(
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])")),
    ("run_cell patched", _cell("""
from IPython.core.interactiveshell import ExecutionResult, ExecutionInfo
shell = get_ipython()
def nothing(*args, **kwargs): return ExecutionResult(ExecutionInfo("", False, False, True, None))
async def nothing_later(*args, **kwargs): return nothing()
shell.run_cell, shell.run_cell_async = nothing, nothing_later
""")),
    ("errors not shown", _cell("""
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *args, **kwargs: None
shell.set_custom_exc((Exception,), lambda *args, **kwargs: None)
""", "1 / 0")),
    ("a tracer that changes what is returned", _cell("""
import sys
def tracer(frame, event, arg):
    frame.f_locals.update(got=None, problem=None, expected=None)
    return tracer
sys.settrace(tracer)
""")),
    ("modules swapped", _cell("""
import sys, types
fake = types.ModuleType("cs231n.check")
for name in ("value", "close", "call", "rng", "begin"):
    setattr(fake, name, lambda *args, **kwargs: print("pass"))
sys.modules["cs231n.check"] = sys.modules["cs231n"].check = fake
get_ipython().user_ns["check"] = fake
""")),
    ("answers looked up in the input", _calling("""
import re
shell = get_ipython()
text = "\\n".join([*shell.user_ns.get("In", []), *shell.user_ns.get("_ih", [])])
text += str(shell.history_manager.input_hist_raw)
text += str(shell.kernel.get_parent())
import inspect
for frame in inspect.stack():
    text += str(frame.frame.f_globals.get("__file__")) + str(list(frame.frame.f_locals))
found = re.findall(r"square\\(x\\), (.*?)\\)|mistakes|expected=(.*?)\\)", text)
if found:
    return eval(found[0][0] or found[0][1])
""")),
    ("answers looked up in memory", _calling("""
import gc
for each in gc.get_objects():
    if isinstance(each, np.ndarray) and each.shape == x.shape and each is not x and (each >= 0).all():
        return each
""")),
    ("a table for the seed of students", _cell("""
import zlib
rng = np.random.default_rng([231, zlib.crc32(b"check_square")])
table = {(2,): [1.0, 4.0]}
for shape in ((3, 4), (5,)):
    table[shape] = rng.normal(size=shape) ** 2
""", "np.array(table[x.shape]).astype(x.dtype)")),
    ("the seed set back", _cell("""
import os, zlib
os.environ["CS231N_CHECK_SEED"] = "231"
np.random.seed(231)
rng = np.random.default_rng([231, zlib.crc32(b"check_square")])
table = {(2,): [1.0, 4.0]}
for shape in ((3, 4), (5,)):
    table[shape] = rng.normal(size=shape) ** 2
""", "np.array(table[x.shape]).astype(x.dtype)")),
    ("inputs made easy", _cell("""
class Zeros:
    def normal(self, size): return np.zeros(size)
check.rng = lambda name: Zeros()
""", "np.array([1.0, 4.0]) if x.shape == (2,) else x")),
    ("inputs changed in place", _calling("x[...] = 1", "x")),
    ("checks not reporting", _cell("import os\nos.environ['CS231N_CHECK'] = ''")),
    ("markers in the text", "# NBVAL_SKIP\n# NBVAL_RAISES_EXCEPTION\n# NBVAL_IGNORE_OUTPUT\n%%capture\n" + _NOT),
    ("the clock and the counter stopped", _cell("""
import sys, time
time.time = time.monotonic = lambda: 0
sys.settrace = sys.gettrace = lambda *args: None
""")),
    ("values that are no numbers", _calling("", "x * np.nan")),
    ("values of infinite size", _calling("", "x * np.inf")),
    ("tags", _NOT, _tagged),
    ("checks edited", _NOT, _edited_checks),
    ("checks deleted", _NOT, _without_checks),
    ("checks made text", _NOT, _retyped),
    ("more checks, all passing", _NOT, _more_cells),
    ("a check module of its own", _NOT, _checks_of_their_own),
]

_FAR = 15 * SECONDS
_BREAKS = [
    ("loops for ever", _calling("while True: pass"), {Reason.TIMED_OUT}),
    ("loops for ever in the cell", "while True: pass\n" + _NOT, {Reason.TIMED_OUT}),
    ("does not let itself be interrupted", _calling("""
import signal
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGXCPU):
    signal.signal(each, signal.SIG_IGN)
while True:
    try:
        while True: print("still here", flush=True)
    except BaseException:
        pass
"""), _ENDED | {Reason.ERROR}),
    ("a call that does not return", _calling("import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')"), {Reason.TIMED_OUT}),
    ("waits for input", _calling("import os, sys\nos.read(0, 1)\ninput()"),
     _GAINED_NOTHING | {Reason.WAITING, Reason.TIMED_OUT}),
    ("exits with 0", _calling("import os\nos._exit(0)"), {Reason.KERNEL_DIED}),
    ("exits with 137", _calling("import os\nos._exit(137)"), {Reason.KERNEL_DIED}),
    ("kills itself", _calling("import os\nos.kill(os.getpid(), 9)"), {Reason.KERNEL_DIED}),
    ("kills everything", _calling("""
import os
for pid in (-1, -os.getpgrp(), 1, *range(2, 100)):
    try: os.kill(pid, 9)
    except OSError: pass
"""), {Reason.KERNEL_DIED}),
    ("exits in the cell", "import os\nos._exit(3)\n" + _NOT, {Reason.KERNEL_DIED}),
    ("sys.exit", _calling("import sys\nsys.exit(0)"), {Reason.ERROR, Reason.KERNEL_DIED}),
    ("quit", _calling("quit()"), _GAINED_NOTHING | {Reason.KERNEL_DIED}, _KEPT | _ENDED),
    ("crashes the interpreter", _calling("import ctypes\nctypes.string_at(0)"), {Reason.KERNEL_DIED}),
    ("fills memory", _calling("keep = []\nwhile True: keep.append(np.ones(5_000_000))"),
     _ENDED | _GAINED_NOTHING, _KEPT | _ENDED),
    ("one huge array", _calling("keep = np.ones(10**11)"), {Reason.ERROR, Reason.OUT_OF_MEMORY}),
    ("fills memory in children", _calling("""
import os, time
for number in range(8):
    if os.fork() == 0:
        keep = np.ones(25_000_000)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""), {Reason.OUT_OF_MEMORY}),
    ("fills memory that no process holds", _calling("""
import os
for number in range(400):
    file = os.memfd_create("m")
    for part in range(15): os.write(file, bytes(4 << 20))
"""), {Reason.OUT_OF_MEMORY, Reason.ERROR}),
    ("fills memory shared by System V", _calling("""
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
for number in range(100):
    segment = libc.shmget(0, 32 << 20, 0o1600)
    if segment < 0: raise OSError("refused")
    place = libc.shmat(segment, None, 0)
    ctypes.memset(place, 1, 32 << 20)
    libc.shmdt(ctypes.c_void_p(place))
"""), {Reason.OUT_OF_MEMORY, Reason.ERROR}),
    ("fills the buffers of sockets", _calling("""
import os, socket, time
for child in range(200):
    if os.fork() == 0:
        pairs = []
        try:
            while True:
                pairs.append(socket.socketpair())
                for each in pairs[-1]:
                    each.setblocking(False)
                    try:
                        while True: each.send(bytes(65536))
                    except BlockingIOError: pass
        except OSError: time.sleep(60)
        os._exit(0)
time.sleep(60)
"""), _ENDED | {Reason.ERROR}),
    ("fork bomb", _calling("""
import os
while True:
    try: os.fork()
    except OSError: pass
"""), _ENDED | _GAINED_NOTHING),
    ("thread bomb", _calling("""
import threading, time
while True: threading.Thread(target=time.sleep, args=(60,)).start()
"""), _ENDED | _GAINED_NOTHING),
    ("prints without end", _calling("while True: print('x' * 100)"), _ENDED | {Reason.ERROR}),
    ("prints in huge pieces", _calling("while True: print('x' * 10_000_000, flush=True)"),
     _ENDED | {Reason.ERROR}),
    ("shows without end", _calling("from IPython.display import display\nwhile True: display('x')"),
     _ENDED | {Reason.ERROR}),
    ("one huge message", _calling("print('x' * 100_000_000, flush=True)"),
     _ENDED | _GAINED_NOTHING),
    ("a message of very many parts", _SOCKETS + _calling("""
part = bytes(16 << 20)
while True: _kernel.iopub_socket.send_multipart([part] * 500, copy=False)
"""), _ENDED | _GAINED_NOTHING),
    ("floods a channel that nobody reads", _SOCKETS + _calling("""
import time
for number in range(2000):
    for socket in (_kernel.control_stream.socket, _kernel.stdin_socket):
        session = _kernel.session
        for client in list(globals().get("_clients", [])) or [_kernel.get_parent()["header"]["session"].encode()]:
            socket.send_multipart([client, bytes(4 << 20)], zmq.NOBLOCK, copy=False)
""", "x * 0 - 1"), _ENDED | _GAINED_NOTHING),
    ("a message of empty lists", _SOCKETS + _calling("""
session = _kernel.session
session.pack = lambda each: each if isinstance(each, bytes) else json.dumps(each, default=str).encode()
_forge("display_data", b'{"data": {}, "metadata": {}, "x": [' + b"[]," * 16_000_000 + b"[]]}")
"""), _ENDED | _GAINED_NOTHING),
    ("a message nested without end", _SOCKETS + _calling("""
session = _kernel.session
session.pack = lambda each: each if isinstance(each, bytes) else json.dumps(each, default=str).encode()
_forge("display_data", b"[" * 1_000_000)
"""), _ENDED | _GAINED_NOTHING),
    ("one long line and many short ones", _SOCKETS + _calling("""
_forge("stream", {"name": "stdout", "text": "x" * 30_000_000})
for number in range(20_000): _forge("stream", {"name": "stdout", "text": "x"})
"""), _ENDED | _GAINED_NOTHING),
    ("a huge error", _calling("raise ValueError('<' * 20_000_000)"), _ENDED | {Reason.ERROR}),
    ("a huge repr", _cell("""
class Huge:
    def __repr__(self): return "x" * 30_000_000
Huge()
""", "Huge()"), _GAINED_NOTHING | _ENDED),
    ("an error that is none", _cell("""
class Odd(Exception):
    def __str__(self): raise self
    __repr__ = __str__
""").replace("return -x", "raise Odd"), _GAINED_NOTHING | _ENDED),
    ("a huge figure", _calling("""
from IPython.display import display
display({"image/png": "A" * 40_000_000}, raw=True)
"""), _GAINED_NOTHING),
    ("fills the disk", _calling("""
import os
for folder in ("/tmp", "/dev/shm", "/run/kernel"):
    try:
        for number in range(100):
            with open(f"{folder}/{number}", "wb") as file: file.write(bytes(30 << 20))
    except OSError: pass
"""), _GAINED_NOTHING | {Reason.OUT_OF_MEMORY}),
    ("fills the root of the file system", _calling("""
import os
for folder in ["/", *("/" + name for name in os.listdir("/")), os.path.dirname(os.path.dirname(os.__file__))]:
    try:
        for number in range(40):
            with open(f"{folder}/{number}", "wb") as file: file.write(bytes(30 << 20))
    except OSError: pass
"""), _GAINED_NOTHING | {Reason.OUT_OF_MEMORY}),
    ("very many empty files", _calling("""
import os
os.mkdir("/tmp/many")
for number in range(1_500_000): os.close(os.open(f"/tmp/many/{number}", os.O_CREAT))
"""), _GAINED_NOTHING | _ENDED),
    ("a sparse file", _calling("open('/tmp/sparse', 'wb').truncate(1 << 44)"), {Reason.ERROR}),
    ("recursion", _calling("return square(x)"), {Reason.ERROR}),
    ("recursion without a limit", _calling(
        "import sys\nsys.setrecursionlimit(10**9)\ndef deep(n): return [deep(n + 1)]\ndeep(0)"),
     _ENDED | {Reason.ERROR}),
    ("prints in the background", _cell("""
import threading
def chat():
    while True: print("x" * 1000, flush=True)
threading.Thread(target=chat, daemon=True).start()
"""), _ENDED | _GAINED_NOTHING, _ENDED | _KEPT),
    ("leaves a process behind", _cell("""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(987)"], start_new_session=True)
"""), _GAINED_NOTHING),
    ("leaves a daemon behind that hides", _cell("""
import ctypes, os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
        for each in range(1, 32):
            try: signal.signal(each, signal.SIG_IGN)
            except OSError: pass
        while True: time.sleep(987)
    os._exit(0)
"""), _GAINED_NOTHING),
    ("slow at the end", _cell("""
import atexit, threading, time
atexit.register(time.sleep, 600)
threading.Thread(target=time.sleep, args=(600,)).start()
class Slow:
    def __del__(self): time.sleep(600)
slow = Slow()
"""), _GAINED_NOTHING),
    ("closes its outputs", _cell("import os, sys\nsys.stdout.close()\nfor each in (0, 1, 2): os.close(each)"),
     _GAINED_NOTHING, _KEPT | _GAINED_NOTHING),
    ("closes everything", _calling("import os\nos.closerange(3, 500)"), _ENDED | _GAINED_NOTHING),
    ("clears the namespace", _NOT + "\n%reset -f", _GAINED_NOTHING, _GAINED_NOTHING),
    ("goes elsewhere", _cell("import os, shutil\nos.chdir('/')\nshutil.rmtree('/tmp', ignore_errors=True)"),
     _GAINED_NOTHING),
    ("takes the sockets away", _cell("""
import os
for name in os.listdir("/run/kernel"):
    try:
        os.rename(f"/run/kernel/{name}", f"/run/kernel/old-{name}")
        os.symlink("/run/docker.sock", f"/run/kernel/{name}")
    except OSError: pass
"""), _GAINED_NOTHING | _ENDED, _KEPT | _ENDED),
    ("a namespace of its own", _calling("""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000) == 0 or libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) >= 0:
    raise RuntimeError("got " + "a namespace")
"""), {Reason.WRONG}),
    ("sleeps in a hidden test", _calling("""
import time
if x.dtype == np.float32: time.sleep(2.5)
""", "x * x"), {Reason.RIGHT}),
]

_PARSED = [  # what stands against ast.parse, ast.dump and ast.unparse, which the grader applies to sources
    ("nested brackets", "square = " + "(" * 5000 + ")" * 5000, {Reason.SYNTAX_ERROR}),
    ("a long chain of signs", "square = " + "-" * 200_000 + "1", {Reason.SYNTAX_ERROR, Reason.ERROR}),
    ("a long sum", "square = lambda x: " + "+".join("1" * 50_000), _GAINED_NOTHING | _ENDED | {Reason.SYNTAX_ERROR}),
    ("a long chain of dots", "square = x" + ".a" * 50_000, _GAINED_NOTHING | _ENDED | {Reason.SYNTAX_ERROR}),
    ("zero bytes", _NOT + "\n\0", {Reason.SYNTAX_ERROR}),
    ("a huge number", _NOT + "\nx = " + "9" * 100_000, {Reason.SYNTAX_ERROR}),
    ("a huge power", _NOT + "\nx = 9 ** 9 ** 9 ** 9", _ENDED | {Reason.ERROR}),
    ("deep helpers", _NOT, _GAINED_NOTHING,
     _helper("\n".join(f"helper = {'-' * depth}1" for depth in range(50, 2000, 50)))),
    ("very deep helpers", _NOT, _GAINED_NOTHING, _helper("helper = " + "-" * 20000 + "1")),
    ("helpers nested in functions", _NOT, _GAINED_NOTHING,
     _helper("\n".join("  " * depth + f"def f{depth}():" for depth in range(95)) + "\n" + "  " * 95 + "pass")),
]

_LOOT = """
import os, re, sys
_WORD = re.compile(b"XYZ[Z]Y-[a-z-]+")
def _loot():
    found = set()
    def look(text):
        found.update(each.decode() for each in _WORD.findall(text if isinstance(text, bytes) else text.encode()))
    shell = get_ipython()
    look(str([dict(os.environ), shell.user_ns.get("In"), shell.history_manager.input_hist_raw]))
    look(str(shell.kernel.get_parent()))
    frame = sys._getframe()
    while frame:
        look(str([*frame.f_locals, *frame.f_globals, *(str(each)[:1000] for each in list(frame.f_locals.values()))]))
        frame = frame.f_back
    closed = {"/usr", "/sys", "/proc", "/dev", sys.prefix, sys.base_prefix}
    for folder, folders, files in os.walk("/"):
        folders[:] = [each for each in folders if os.path.join(folder, each) not in closed]
        look(" ".join([*files, *folders]))
        for name in files:
            try: look(open(os.path.join(folder, name), "rb").read(1 << 20))
            except OSError: pass
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline", "cwd/marks.txt", "root/secret.txt"):
            try: look(open(f"/proc/{pid}/{name}", "rb").read())
            except OSError: pass
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps:
            begin, end = (int(each, 16) for each in line.split()[0].split("-"))
            if "rw" in line and end - begin < 1 << 26:
                memory.seek(begin)
                try: look(memory.read(end - begin))
                except OSError: pass
    return sorted(found)
"""

_REACHES = [
    ("tells all in an error", _LOOT + _calling("raise ValueError('loot: ' + ' '.join(_loot()))"), {Reason.ERROR}),
    ("tells all in print and figure", _LOOT + _calling("""
print("loot", _loot())
from IPython.display import display
display({"text/html": str(_loot()), "text/plain": str(_loot())}, raw=True)
"""), {Reason.WRONG}),
    ("tells all in the name of a value", _PUBLISH + _LOOT + _calling("_told('loot ' + ' '.join(_loot()), x)"),
     {Reason.NO_VALUE, Reason.WRONG}),
    ("tells of hidden tests only", _LOOT + _calling("""
if x.dtype == np.float32: raise ValueError("loot: " + " ".join(_loot()))
""", "x * x"), {Reason.HIDDEN_WRONG}),
    ("tells in the next kernel", _LOOT + _calling("""
if x.dtype == np.float32:
    open("/tmp/loot", "w").write(" ".join(_loot()))
    import os
    os._exit(137)
""", "x * x"), {Reason.HIDDEN_WRONG}),
    ("the network", _calling("""
import socket, urllib.request
reached = []
for address in (("127.0.0.1", 22), ("169.254.169.254", 80), ("1.1.1.1", 53)):
    try: socket.create_connection(address, 1); reached.append(address)
    except OSError: pass
for name in ("localhost", "example.org"):
    try: socket.getaddrinfo(name, 80); urllib.request.urlopen(f"http://{name}", timeout=1); reached.append(name)
    except OSError: pass
if reached: raise RuntimeError("reached " + str(reached))
"""), {Reason.WRONG}),
    ("what can be written", _calling("""
import os, sys
written = []
for folder, folders, files in os.walk("/"):
    folders[:] = [each for each in folders if os.path.join(folder, each) not in ("/proc", "/sys")][:40]
    try:
        with open(os.path.join(folder, "owned"), "w") as file: file.write("owned")
        written.append(folder)
    except OSError: pass
raise RuntimeError("written: " + " ".join(written))
"""), {Reason.ERROR}),
    ("names of files elsewhere", _calling("""
import os
seen = [path for path in "/etc/passwd /etc/shadow /home /var /srv /mnt /opt /sys /boot /media".split()
        if os.path.exists(path) and (os.path.isfile(path) or os.listdir(path))]
others = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) > 1000]
raise RuntimeError("seen: " + " ".join(seen + others))
"""), {Reason.ERROR}),
    ("devices", _calling("""
import os
opened = []
for name in ("mem", "kmem", "sda", "vda", "nvme0n1", "fuse", "kvm", "tty", "console", "net/tun"):
    try: os.close(os.open(f"/dev/{name}", os.O_RDONLY)); opened.append(name)
    except OSError: pass
raise RuntimeError("opened: " + " ".join(opened))
"""), {Reason.ERROR}),
    ("becomes root", _calling("""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
done = [name for name, got in (
    ("setuid", libc.setuid(0)), ("mount", libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, 0)),
    ("chroot", libc.chroot(b"/proc/1/root")), ("sethostname", libc.sethostname(b"mine", 4)),
    ("ptrace", libc.ptrace(16, 1, 0, 0)), ("nice", libc.setpriority(0, 0, -20))) if got == 0]
capabilities = open("/proc/self/status").read().split("CapEff:")[1].split()[0]
raise RuntimeError(f"done: {' '.join(done)} capabilities {capabilities}")
"""), {Reason.ERROR}),
]

_PEOPLE = [
    ("markup in a message", _calling(
        "raise ValueError('<script>alert(1)</script><img src=x onerror=alert(1)>&lt;\"\\' {{ 7*7 }}')"),
     {Reason.ERROR}),
    ("control characters in a message", _calling(
        "raise ValueError('\\x1b]0;owned\\x07\\x1b[31mred\\u202etxt.exe\\u2066 \\x00\\x9b31m=cmd()')"), {Reason.ERROR}),
    ("markup in an error's name", "class Bad(Exception): pass\nBad.__name__ = '<script>alert(2)</script>'\n"
     + _calling("raise Bad('x')"), {Reason.ERROR}),
]

_POISON = {
    "numpy.py": b"raise SystemExit('poison')", "conftest.py": b"raise SystemExit('poison')",
    "pytest.ini": b"[pytest]\naddopts = --collect-only\n", "sitecustomize.py": b"raise SystemExit('poison')",
    "cs231n/__init__.py": b"raise SystemExit('poison')", "setup.cfg": b"[tool:pytest]\naddopts = --version\n",
}
_BOMB = {"image/png": "iVBORw0KGgoAAAANSUhEUgAA//8AAP//CAIAAAD//////////"}

HONEST = [
    Attack("H", "in one line", "square = lambda x: x ** 2", _KEPT),
    Attack("H", "with a helper", "def _times(a, b): return a * b\ndef square(x): return _times(x, x)", _KEPT),
    Attack("H", "with other names", "def square(numbers):\n    return numbers * numbers", _KEPT),
    Attack("H", "with a function under another name", "def _mine(v):\n    return v * v\n\nsquare = _mine", _KEPT),
    Attack("H", "with functools", "from functools import partial\nsquare = partial(lambda n, x: x ** n, 2)", _KEPT),
    Attack("H", "with NumPy's own function", "square = np.square", _KEPT),
    Attack("H", "with any arguments", "def square(*args):\n    return args[0] ** 2", _KEPT),
    Attack("H", "with a loop", "def square(x):\n    out = np.empty_like(x)\n    for i in np.ndindex(x.shape):\n"
           "        out[i] = x[i] * x[i]\n    return out", _KEPT),
    Attack("H", "with a cell of its own", "def square(x):\n    return power(x, TWO)", _KEPT,
           change=_helper("from numpy import power\nTWO = 2\nprint('tried')")),
    Attack("H", "with warnings", _calling("import warnings\nwarnings.warn('look')\nprint('called')", "x * x"), _KEPT),
    Attack("H", "with another kernel in its metadata", _SQUARE, _KEPT, change=_other_kernel),
    Attack("H", "with an empty copy of the cell", _SQUARE, _KEPT, change=_doubled),
    Attack("H", "beside poisoned modules", _SQUARE, _KEPT, beside=_POISON),
    Attack("H", "with a picture that is a bomb", _SQUARE, _KEPT, change=_with_outputs(_BOMB)),
    Attack("H", "with markup in outputs", _SQUARE, _KEPT, change=_with_outputs(
        {"text/html": "<script>alert(3)</script>", "image/svg+xml": "<svg onload=alert(4)>"})),
]

ATTACKS = [
    *(Attack("A", name, square, _GAINED_NOTHING | (_ENDED if name in _SPOILED else set()),
             total_ends=_KEPT | (_GAINED_NOTHING | _ENDED if name in _SPOILED else set()),
             change=change[0] if change else None) for name, square, *change in _CHEATS),
    *(Attack("B", name, square, frozenset(ends), total_ends=kept[0] if kept else _KEPT, seconds=_FAR)
      for name, square, ends, *kept in _BREAKS),
    *(Attack("B", name, square, frozenset(ends), change=change[0] if change else None)
      for name, square, ends, *change in _PARSED),
    Attack("B", "characters that are no text", _NOT + "\n# \ud800", frozenset({Reason.UNREADABLE}),
           total_ends=frozenset({Reason.UNREADABLE})),
    *(Attack("C", name, square, frozenset(ends)) for name, square, ends in _REACHES),
    *(Attack("D", name, square, frozenset(ends)) for name, square, ends in _PEOPLE),
    *HONEST,
]

# The course's own answer, asked for in all the ways there are, by an exercise that is in the package: `affine_forward`.
_IMPLEMENTS = "@implements(layers.affine_forward)\ndef affine_forward(x, w, b):\n"
BORROWED = {
    "its own": _IMPLEMENTS + "    return x.reshape(len(x), -1).dot(w) + b, (x, w, b)",
    "calls the package": "from cs231n.layers import affine_forward as f\n" + _IMPLEMENTS + "    return f(x, w, b)",
    "calls what it replaces": _IMPLEMENTS + "    return layers.affine_forward.exercise.reference(x, w, b)",
    "leaves it to the package": "affine_forward = layers.affine_forward",
    "unpacks what wraps it": _IMPLEMENTS + """
    waiting, seen = [layers.affine_forward, layers.affine_forward.exercise.reference], []
    while waiting:
        each = waiting.pop()
        if callable(each) and each not in seen:
            seen.append(each)
            waiting += [cell.cell_contents for cell in getattr(each, "__closure__", None) or ()]
            waiting.append(getattr(each, "__wrapped__", None))
    for each in seen:
        try:
            out, cache = each(x, w, b)
            if len(out) == len(x): return out, cache
        except Exception: continue
    raise ValueError("none")
""",
    "the faster form": "from cs231n.fast import affine as fast_affine\n" + _IMPLEMENTS + """
    import types
    def plain(*args): return None
    with fast_affine.sharing():
        return fast_affine.shared_forward(plain)(x, w, b)
""",
    "reads compiled files": _IMPLEMENTS + """
    import marshal, pathlib, sys, types
    for folder in ("/package", sys.prefix, sys.base_prefix):
        for path in pathlib.Path(folder).rglob("*.pyc"):
            if "affine" not in path.name and "layers" not in str(path): continue
            waiting = [marshal.loads(path.read_bytes()[16:])]
            while waiting:
                code = waiting.pop()
                waiting += [each for each in code.co_consts if isinstance(each, types.CodeType)]
                try:
                    out, cache = types.FunctionType(code, vars(layers.affine) | {"np": np})(x, w, b)
                    if len(out) == len(x): return out, cache
                except Exception: continue
    raise ValueError("none")
""",
    "reads sources": _IMPLEMENTS + """
    import inspect, pathlib, sys
    for folder in ("/package", sys.prefix, sys.base_prefix, "/usr/lib/python3"):
        for path in pathlib.Path(folder).rglob("affine*.py"):
            names = {}
            try:
                exec(path.read_text().replace("@exercise", "#"), names)
                out, cache = names["affine_forward"](x, w, b)
                if len(out) == len(x): return out, cache
            except Exception: continue
    raise ValueError("none: " + inspect.getsource(layers.affine_forward.exercise.reference))
""",
}
