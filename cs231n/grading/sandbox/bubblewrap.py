"""Jupyter kernels that live in bubblewrap: no network, no environment, a read-only system, and limits on everything.

The kernel is reached over Unix sockets in the scratch memory of its own namespace (through /proc/<pid>/root), so there
is no file on the host that it can write.
"""
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

from traitlets import Bool, Int

import cs231n
from cs231n.grading import limits
from cs231n.grading.sandbox import syscalls
from cs231n.grading.sandbox.provisioner import Provisioner, Unavailable

INSTALL = "install it (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap), or grade on Linux"

_PIPES = "/run/kernel"  # in the sandbox: connection file and sockets
_PACKAGE, _DATA = "/package", "/data"
_SCRATCH = ("/tmp", "/dev/shm", _PIPES)  # in the sandbox: what can be written
_FIRST_USER = 200_000_000  # grading as root, each kernel has a user of its own, counted from here
_OF_A_FILE = 1 << 10  # bytes that the system holds for each file, an empty one too
_IS_ROOT = hasattr(os, "getuid") and os.getuid() == 0


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


class Sandbox(Provisioner):
    """A kernel in bubblewrap.

    Attributes
    ----------
    scratch : int
        Bytes of memory that the kernel's files may take.
    as_other_user : bool
        Whether it runs as a user of its own, for which the grader has to be root.
    """

    scratch = Int(limits.SCRATCH)
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
            *self.limited(_FIRST_USER + os.getpid() if self.as_other_user else None), *command,
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


def _in_memory(content):
    """Return a file descriptor from which the content can be read once."""
    descriptor = os.memfd_create("connection")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
