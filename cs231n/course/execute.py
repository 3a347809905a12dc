"""Execute one notebook in a kernel of this interpreter, watched from outside.

The watch ends a kernel that runs too long or takes too much memory by killing it, so a cell that swallows
KeyboardInterrupt, or never returns to Python, ends too.
"""
import asyncio
import os
import signal
import sys
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import nbformat
import psutil
import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from cs231n.course import notebook

LONGEST_OUTPUT = 10_000_000  # characters that one notebook may print
TIMED_OUT = "TimedOut"  # the name of the error in the cell that ran when the time was over
_WATCH_INTERVAL = 0.1  # seconds between two looks at the memory
_BLAS_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class State(StrEnum):
    """How a notebook ended, or that it has not."""

    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    KERNEL_DIED = "kernel died"
    UNREADABLE = "unreadable"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Failure:
    """Where and why a notebook stopped. `cell` counts code cells from 1, as their prompts do; 0 is before the first."""

    error: str
    message: str
    cell: int = 0
    cell_id: str = ""
    heading: str = ""
    traceback: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of an execution: seconds of wall time, bytes of memory at the peak, code cells that ran."""

    state: State
    seconds: float
    peak_memory: int
    cells_run: int
    failure: Failure | None = None


def kernel_environment(threads, **variables):
    """Return the environment of a kernel: this process's, with a thread budget, and nothing that changes outputs.

    BLAS and OpenMP get one thread: theirs wait for each other awake, so that two of them on a busy machine can take
    thirty times as long as one. The threads of our own convolutions do not.

    Parameters
    ----------
    threads : int
        Threads that our convolutions may use.
    **variables : str
        More variables to set.
    """
    unwanted = ("MPLBACKEND", "CS231N_CHECK", "CS231N_CHECK_SEED")
    return {
        **{name: value for name, value in os.environ.items() if name not in unwanted},
        **dict.fromkeys(_BLAS_VARIABLES, "1"),
        "CS231N_NUM_THREADS": str(threads),
        "TQDM_DISABLE": "1",  # nobody watches the bars of a batch run
        **variables,
    }


class Execution:
    """The execution of one notebook.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        Outputs are put into it as they come.
    folder : Path
        Where the kernel runs.
    environment : dict
        Of the kernel; see `kernel_environment`.
    scratch : Path
        Existing folder for the kernel's connection files; each execution needs its own.
    timeout : float
        Seconds for the whole notebook.
    memory : int
        Bytes that the kernel and the processes it starts may hold together.
    keep_going : bool
        Whether a cell that raises leaves the cells after it to run.
    computing : float, optional
        Seconds of processor time that the kernel and the processes it starts may take together: unlike `timeout`, as
        fair on a busy machine as on an idle one.

    Attributes
    ----------
    cells_run : int
        Code cells that ran, the running one included.
    heading : str
        What the running cell stands under.
    """

    def __init__(self, nb, folder, environment, scratch, timeout, memory, keep_going=False, computing=None):
        self.nb = nb
        self.timeout = timeout
        self.memory = memory
        self.keep_going = keep_going
        self.computing = computing
        self.cells_run = 0
        self.heading = ""
        self._headings = notebook.headings(nb)
        self._cell = None
        self._verdict = None
        self._peak = 0
        self._printed = 0
        self._exit_status = None
        self._manager = _kernel_manager(scratch)
        self._start = {"cwd": str(folder), "env": {**environment, "IPYTHONDIR": str(scratch)}}

    async def run(self):
        """Execute the notebook and return its `Outcome`."""
        for cell in self.nb.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        client = _Client(
            self.nb, self._manager, on_output=self._count_output, on_cell_execute=self._on_cell_execute,
            timeout=None, allow_errors=self.keep_going, record_timing=False, coalesce_streams=False,
            shutdown_kernel="immediate", shell_timeout_interval=1, iopub_timeout=30,
            store_widget_state=True,  # Output widgets need it
        )
        start = time.monotonic()
        watch = asyncio.create_task(self._watch(start))
        try:
            await client.async_execute(**self._start)
            state, failure = State.PASSED, None
        except CellExecutionError as error:
            state, failure = State.FAILED, self._failure(error.ename, error.evalue, _traceback(self._cell))
        except RuntimeError as error:  # nbclient's DeadKernelError is one
            state, failure = self._death(error)
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
        return Outcome(state, time.monotonic() - start, self._peak, self.cells_run, failure)

    def end(self, state, error, message):
        """Kill the kernel and all that it started, for a reason that becomes the outcome."""
        self._verdict = self._verdict or (state, error, message)
        self._kill()

    def _kill(self):
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()

    async def _watch(self, start):
        """Keep the limits, until cancelled."""
        while True:
            with suppress(psutil.NoSuchProcess):
                self._look(time.monotonic() - start)
            provisioner = self._manager.provisioner
            if provisioner is not None and provisioner.has_process and self._exit_status is None:
                self._exit_status = await provisioner.poll()
            await asyncio.sleep(_WATCH_INTERVAL)

    def _look(self, seconds):
        memory, computed = 0, 0.0
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                memory += process.memory_info().rss
                computed += sum(process.cpu_times()[:4])  # user and system, its own and of children that have ended
        self._peak = max(self._peak, memory)
        if self._verdict:  # spoken before there was a kernel to kill
            self._kill()
        elif memory > self.memory:
            self.end(State.OUT_OF_MEMORY, "OutOfMemory",
                     f"it held {memory / 1e6:.0f} MB; the limit is {self.memory / 1e6:.0f} MB")
        elif seconds > self.timeout:
            self.end(State.TIMED_OUT, TIMED_OUT, f"it was not done after {self.timeout:g} seconds")
        elif self.computing is not None and computed > self.computing:
            self.end(State.TIMED_OUT, TIMED_OUT, f"it was not done after {self.computing:g} seconds of computing")

    def _processes(self):
        pid = getattr(self._manager.provisioner, "pid", None)
        if pid is None:
            return []
        try:
            kernel = psutil.Process(pid)
            return [kernel, *kernel.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _on_cell_execute(self, cell, cell_index):
        self._cell = cell
        self.cells_run += 1
        self.heading = self._headings[cell_index]

    def _count_output(self, content):
        self._printed += len(content.get("text", "")) + sum(len(str(v)) for v in content.get("data", {}).values())
        if self._printed > LONGEST_OUTPUT:
            self.end(State.FAILED, "TooMuchOutput", f"it printed more than {LONGEST_OUTPUT / 1e6:g} million characters")

    def _death(self, error):
        """Say why there is no kernel any more, on the cell too."""
        if self._verdict:
            state, name, message = self._verdict
        elif self._exit_status is None:
            state, name, message = State.KERNEL_DIED, type(error).__name__, str(error)
        else:
            state, name, message = State.KERNEL_DIED, "KernelDied", _in_words(self._exit_status)
        if self._cell is not None:
            self._cell.execution_count = self.cells_run
            self._cell.outputs.append(nbformat.v4.new_output(
                "error", ename=name, evalue=message, traceback=[f"{name}: {message}"]))
        return state, self._failure(name, message, "")

    def _failure(self, error, message, traceback):
        cell_id = self._cell.get("id", "") if self._cell else ""
        message, traceback = map(notebook.without_colours, (message, traceback))
        return Failure(error, message, self.cells_run, cell_id, self.heading, traceback)


class _Client(NotebookClient):
    """An nbclient that leaves this program's signal handlers alone, and counts what a notebook prints."""

    def __init__(self, nb, manager, on_output, **options):
        super().__init__(nb, manager, **options)
        self._on_output = on_output

    @asynccontextmanager
    async def async_setup_kernel(self, **start):
        await self.async_start_new_kernel(**start)
        await self.async_start_new_kernel_client()
        try:
            yield
        finally:
            await self._async_cleanup_kernel()

    def process_message(self, msg, cell, cell_index):
        self._on_output(msg["content"])
        return super().process_message(msg, cell, cell_index)


class _ThisInterpreter(KernelSpecManager):
    """Offers one kernel, whatever kernel specs the user has installed: the interpreter that runs this program."""

    def get_kernel_spec(self, kernel_name):
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3 (ipykernel)", language="python")


def _kernel_manager(scratch):
    options = {"connection_file": str(Path(scratch) / "kernel.json"), "kernel_spec_manager": _ThisInterpreter()}
    sockets = str(Path(scratch) / "socket")
    if os.name == "posix" and len(os.fsencode(f"{sockets}-5")) <= zmq.IPC_PATH_MAX_LEN:
        # Instead of ports, which something else on the machine could take; a long TMPDIR leaves no other choice.
        options |= {"transport": "ipc", "ip": sockets}
    return AsyncKernelManager(**options)


def _traceback(cell):
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return "\n".join(errors[-1].traceback) if errors else ""


def _in_words(exit_status):
    if exit_status >= 0:
        return f"the kernel ended with exit status {exit_status}"
    name = signal.Signals(-exit_status).name
    hint = ", perhaps by the system for want of memory" if name == "SIGKILL" else ""
    return f"the kernel was ended by the signal {name}{hint}"
