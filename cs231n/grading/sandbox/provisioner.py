"""Jupyter kernels as grading needs them, wherever they live: their environment, their limits, and how they end.

`bubblewrap` and `other_user` put such a kernel behind walls; `Trusted` is one without, for one's own work. Memory and
processes are watched from outside as well (`look`), as limits that a process sets count for each process alone.
"""
import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Int, List, Unicode

import cs231n
from cs231n.grading import limits

_OF_AN_OPEN_FILE = 256 << 10  # bytes that the system may hold for it: what was sent to a socket and is not read
_PROVISIONERS = {"bubblewrap": "cs231n-sandbox", "other-user": "cs231n-other-user", "none": "cs231n-trusted"}


class Unavailable(Exception):
    """There is no sandbox on this machine; the message says what to do."""


def kernel_spec(sandbox="bubblewrap", **traits):
    """Return the kernel that grading runs notebooks in.

    Parameters
    ----------
    sandbox : {"bubblewrap", "other-user", "none"}
        None is for one's own work; `other_user` says what the second keeps out.
    **traits
        Of `Provisioner`.

    Returns
    -------
    jupyter_client.kernelspec.KernelSpec
    """
    provisioner = {"provisioner_name": _PROVISIONERS[sandbox], "config": traits}
    argv = [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    metadata = {"kernel_provisioner": provisioner}
    return KernelSpec(argv=argv, language="python", display_name="grading", metadata=metadata)


class OneKernel(KernelSpecManager):
    """Knows one kernel, whatever it is asked for: the notebook's own wish does not count."""

    def __init__(self, spec):
        super().__init__()
        self._spec = spec

    def get_kernel_spec(self, kernel_name):
        """Return the one."""
        return self._spec


class Provisioner(LocalProvisioner):
    """Starts the kernels that grading needs: what all kinds have in common.

    Attributes
    ----------
    package : str
        Folder that holds `cs231n` as the kernel is to see it; the installed one if empty.
    data : str
        Folder of the data sets.
    covers : dict of str to str
        Files that stand in the place of others below `data`; only bubblewrap can do that.
    memory : int
        Bytes that the kernel and all it starts may hold together.
    processes : int
        Processes and threads.
    seconds : int
        CPU time of one process.
    seed : str
        What checks draw their inputs from.
    mode : {"report", "record"}
        Of the checks (`cs231n.check`): the second is for our own answers alone.
    hidden : list of str
        Folders that the kernel must not see, wherever they lie; only one for one's own work may.
    """

    package = Unicode()
    data = Unicode()
    covers = Dict()
    memory = Int(limits.MEMORY)
    processes = Int(limits.PROCESSES)
    seconds = Int(limits.CPU_SECONDS)
    seed = Unicode()
    mode = Unicode("report")
    hidden = List(Unicode())

    def environment(self, package, data):
        """Return the kernel's environment variables, all of them."""
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "CS231N_NUM_THREADS")
        return {
            "PATH": "/usr/bin", "HOME": "/tmp", "USER": "student", "LANG": "C.UTF-8", "TQDM_DISABLE": "1",
            "PYTHONPATH": package, "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1",
            "CS231N_DATA": data, "CS231N_CHECK": self.mode, **({"CS231N_CHECK_SEED": self.seed} if self.seed else {}),
            **dict.fromkeys(threads, "1"),
        }

    def limited(self, user=None):
        """Return the commands that set limits, as another user where one is named, and then become the kernel."""
        words = ["/usr/bin/prlimit", f"--as={2 * self.memory}", f"--cpu={self.seconds}",
                 f"--fsize={limits.LARGEST_FILE}", f"--nofile={limits.OPEN_FILES}", f"--nproc={self.processes}",
                 "--core=0"]
        if user is not None:
            words = [*becoming(user), *words]
        return words

    exit_status = None  # of the kernel, once it has ended

    async def poll(self):
        """Return the exit status, None while the kernel lives."""
        status = await super().poll()
        if self.process is not None and self.process.returncode is not None:
            self.exit_status = self.process.returncode
        return status

    def end(self):
        """Kill the kernel and all it started, and see it dead. Jupyter's own way looks ten times a second for that."""
        if self.process is not None:
            with suppress(psutil.NoSuchProcess):
                for process in psutil.Process(self.process.pid).children(recursive=True):
                    with suppress(psutil.NoSuchProcess):
                        process.kill()
            self.process.kill()
            self.process.wait()

    def family(self):
        """Return the processes of the kernel and all it started."""
        try:
            kernel = psutil.Process(self.process.pid)
            return [kernel, *kernel.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def look(self):
        """Return the bytes of memory that the kernel and all it started hold, and what the system holds for them."""
        if self.process is None:
            return 0
        family = self.family()
        held = self.files() + sum(_open_files(process) for process in family) * _OF_AN_OPEN_FILE
        resident = held + sum(_memory(process, "rss") for process in family)
        # Memory that processes share counts once; to find out takes long.
        return resident if resident <= self.memory else held + sum(_memory(process, "pss") for process in family)

    def files(self):
        """Return the bytes of memory that files of the kernel take."""
        return 0


class Trusted(Provisioner):
    """A kernel without a sandbox, for one's own work."""

    async def pre_launch(self, **kwargs):
        """Set the environment; everything else is as usual."""
        kwargs = await super().pre_launch(**kwargs)
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        package = self.package or str(Path(cs231n.__file__).parents[1])
        kwargs["env"] = self.environment(package, self.data) | kept
        return kwargs


def becoming(user):
    """Return the start of a command that is run as another user, without any privilege."""
    return ["/usr/bin/setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups", "--bounding-set=-all",
            "--inh-caps=-all", "--no-new-privs"]


def _memory(process, kind):
    """Return the bytes of one process, 0 if it has just ended."""
    with suppress(psutil.Error):
        return getattr(process.memory_full_info() if kind == "pss" else process.memory_info(), kind)
    return 0


def _open_files(process):
    """Return how many files one process has open, 0 if it has just ended."""
    with suppress(psutil.Error):
        return process.num_fds()
    return 0
