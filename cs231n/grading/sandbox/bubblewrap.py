"""Jupyter kernels that live in bubblewrap: no network, no environment, a read-only system, and limits on everything.

The kernel is reached over Unix sockets in the scratch memory of its own namespace (through /proc/<pid>/root), so there
is no file on the host that it can write. What it may hold and use is set by the traits of `Sandbox`; memory and
processes are watched from outside as well (`look`), as limits that a process sets count for each process alone.
"""
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, Dict, Int, List, Unicode

import cs231n
from cs231n.grading.sandbox import syscalls

INSTALL = "install it (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap), or grade on Linux"

_PIPES = "/run/kernel"  # in the sandbox: connection file and sockets
_PACKAGE, _DATA = "/package", "/data"
_SCRATCH = ("/tmp", "/dev/shm", _PIPES)  # in the sandbox: what can be written
_FIRST_USER = 200_000_000  # grading as root, each kernel has a user of its own, counted from here
_LARGEST_FILE = 64 << 20
_OPEN_FILES = 512
_OF_AN_OPEN_FILE = 256 << 10  # bytes that the system may hold for it: what was sent to a socket and is not read
_OF_A_FILE = 1 << 10  # bytes that the system holds for each file, an empty one too
_IS_ROOT = hasattr(os, "getuid") and os.getuid() == 0
_PROVISIONERS = {"bubblewrap": "cs231n-sandbox", "other-user": "cs231n-other-user", "none": "cs231n-trusted"}


class Unavailable(Exception):
    """There is no sandbox on this machine; the message says what to do."""


def see_that_it_works():
    """Raise `Unavailable` unless bubblewrap is installed and allowed to make namespaces."""
    if shutil.which("bwrap") is None:
        raise Unavailable(f"Submissions are only run in a sandbox, and bubblewrap is not installed: {INSTALL}.")
    done = subprocess.run([*_namespaces(_IS_ROOT), "--ro-bind", "/", "/", "true"], capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(
            f"bubblewrap is not allowed to make a sandbox here: {done.stderr.strip()}. Containers and some systems "
            "forbid user namespaces to ordinary users (on Ubuntu see the sysctl "
            "kernel.apparmor_restrict_unprivileged_userns); ask for them, or grade on another machine."
        )


def kernel_spec(sandbox="bubblewrap", **limits):
    """Return the kernel that grading runs notebooks in.

    Parameters
    ----------
    sandbox : {"bubblewrap", "other-user", "none"}
        None is for one's own work; `other_user` says what the second keeps out.
    **limits
        Traits of `Provisioner`.

    Returns
    -------
    jupyter_client.kernelspec.KernelSpec
    """
    provisioner = {"provisioner_name": _PROVISIONERS[sandbox], "config": limits}
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
    memory = Int(2_500_000_000)
    processes = Int(128)
    seconds = Int(900)
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

    def limits(self, user=None):
        """Return the commands that set limits, as another user where one is named, and then become the kernel."""
        words = ["/usr/bin/prlimit", f"--as={2 * self.memory}", f"--cpu={self.seconds}", f"--fsize={_LARGEST_FILE}",
                 f"--nofile={_OPEN_FILES}", f"--nproc={self.processes}", "--core=0"]
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


class Sandbox(Provisioner):
    """A kernel in bubblewrap.

    Attributes
    ----------
    scratch : int
        Bytes of memory that the kernel's files may take.
    as_other_user : bool
        Whether it runs as a user of its own, for which the grader has to be root.
    """

    scratch = Int(256 << 20)
    as_other_user = Bool(_IS_ROOT)

    async def pre_launch(self, **kwargs):
        """Wrap the kernel's command."""
        manager = self.parent
        manager.transport, manager.ip = "ipc", f"{_PIPES}/s"
        kwargs = await super().pre_launch(**kwargs)
        connection = f"{_PIPES}/connection.json"
        command = [connection if part == manager.connection_file else part for part in kwargs["cmd"]]
        described = _in_memory(Path(manager.connection_file).read_bytes())
        self._told, told = os.pipe()
        passed, words = [described, told], []
        if filtered := syscalls.program():
            passed.append(_in_memory(filtered))
            words = ["--seccomp", str(passed[-1])]
        kwargs["cmd"] = [
            *_namespaces(self.as_other_user), *words, "--info-fd", str(told), *self._files(),
            "--perms", "0444", "--ro-bind-data", str(described), connection, "--remount-ro", "/", "--chdir", "/tmp",
            "--clearenv",
            *(word for item in self.environment(_PACKAGE, _DATA).items() for word in ("--setenv", *item)),
            *self.limits(_FIRST_USER + os.getpid() if self.as_other_user else None), *command,
        ]
        kwargs["pass_fds"] = tuple(passed)
        kwargs["env"] = {"PATH": os.environ.get("PATH", os.defpath)}
        kwargs["cwd"] = "/"
        return kwargs

    async def launch_kernel(self, cmd, **kwargs):
        """Start it, and say where its sockets are."""
        try:
            connection = await super().launch_kernel(cmd, **kwargs)
        finally:
            for descriptor in kwargs["pass_fds"]:
                os.close(descriptor)
        with open(self._told, encoding="utf-8") as info:
            text = info.read()  # ends when bubblewrap has closed it, before the kernel starts
        if not text:
            raise Unavailable("bubblewrap did not start; `cs231n grade` says why")
        self.inner_pid = json.loads(text)["child-pid"]
        self.parent.ip = connection["ip"] = f"/proc/{self.inner_pid}/root{_PIPES}/s"
        return connection

    def files(self):
        """Return the bytes of memory that scratch files take."""
        taken = 0
        with suppress(OSError):  # it has just ended
            for folder in _SCRATCH:
                disk = os.statvfs(f"/proc/{self.inner_pid}/root{folder}")
                taken += (disk.f_blocks - disk.f_bfree) * disk.f_frsize + (disk.f_files - disk.f_ffree) * _OF_A_FILE
        return taken

    def _files(self):
        """Return what the kernel sees of the file system: all of it read-only, but for scratch memory."""
        trees = [Path(sys.base_prefix), Path(sys.prefix), Path(sysconfig.get_paths()["stdlib"])]
        trees += [Path(sys.executable).resolve().parents[1]]
        words = ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
        for folder, size in zip(_SCRATCH, (self.scratch, 1 << 20, 1 << 20), strict=True):
            words += ["--size", str(size), "--perms", "1777", "--tmpfs", folder]
        for link in ("bin", "lib", "lib64", "sbin"):
            if Path("/", link).is_symlink():
                words += ["--symlink", f"usr/{link}", f"/{link}"]
            elif Path("/", link).is_dir():
                words += ["--ro-bind", f"/{link}", f"/{link}"]
        for tree in sorted({tree for tree in trees if not tree.is_relative_to("/usr")}):
            for parent in list(reversed(tree.parents))[1:]:  # else bubblewrap makes them, closed to other users
                words += ["--dir", str(parent)]
            words += ["--ro-bind", str(tree), str(tree)]
        shown = [Path("/usr"), *trees]
        for path in sorted({Path(cs231n.__file__).parent, *map(Path, self.hidden)}):
            if any(path.is_relative_to(tree) for tree in shown) and path.is_dir():
                words += ["--tmpfs", str(path), "--remount-ro", str(path)]
        words += ["--ro-bind", self.package, _PACKAGE, "--ro-bind", self.data, _DATA]
        for name, copy in self.covers.items():
            words += ["--ro-bind", copy, f"{_DATA}/{name}"]
        return words


def becoming(user):
    """Return the start of a command that is run as another user, without any privilege."""
    return ["/usr/bin/setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups", "--bounding-set=-all",
            "--inh-caps=-all", "--no-new-privs"]


def _namespaces(as_other_user):
    """Return the start of a bubblewrap command.

    Root needs no user namespace to make the others; it starts the kernel as a user of its own instead, as limits on the
    number of processes do not hold for root.
    """
    if as_other_user:
        spaces = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
                  "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]
    else:
        spaces = ["--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
    return ["bwrap", *spaces, "--die-with-parent", "--new-session"]


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


def _in_memory(content):
    """Return a file descriptor from which the content can be read once."""
    descriptor = os.memfd_create("connection")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
