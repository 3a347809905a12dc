"""Jupyter kernels that run as another user, for containers in which nobody may make namespaces; a grader that is root.

What it keeps out: the user owns nothing but a scratch folder, and has no capabilities, no way to get any, no
environment of the grader's, and limits on processes, CPU time, size of a file and memory (which is watched from outside
too). Folders of the grader must be closed to other users, and a kernel that could enter one does not start. At the end
every process and every file of the user is gone. No two kernels have the same user.

What it does not keep out, and `bubblewrap` does: a kernel sees the rest of the system, as any user does: the
programs and files that are open to all, and the names of processes. It can fill the disk until it is ended. The
network, and Unix sockets that are open to all, are closed only where the extra `autograder` is installed
(`no_network`). If the grader is killed, what the kernel started is gone only when another kernel gets its user.
"""
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

import cs231n
from cs231n.grading.sandbox import no_network
from cs231n.grading.sandbox.provisioner import Provisioner, Unavailable, becoming

_USERS = range(61001, 61065)  # ids that neither Debian nor systemd gives to anybody
_LOCKS = Path("/run/cs231n-users")
_WRITABLE = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")  # by everybody, as a rule
_WITH_ITS_PARENT = ("/usr/bin/setpriv", "--pdeathsig", "KILL")  # the kernel is to die
_DEATH = 10  # seconds in which killed processes must be gone
_OPEN = 'for path; do if [ -r "$path" ] || [ -x "$path" ]; then echo "$path"; fi; done'


def see_that_it_works():
    """Raise `Unavailable` unless this process is root and another user can run this Python."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise Unavailable("Kernels run as another user only if the grader is root.")
    try:
        # By way of a shell: what setpriv itself starts may be found with the rights that it is about to lose.
        command = [*becoming(_USERS[0]), "/bin/sh", "-c", 'exec "$0" -I -c "import ipykernel"', sys.executable]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/")
    except OSError as error:
        raise Unavailable(f"Kernels cannot run as another user: {error}.") from None
    if done.returncode:
        raise Unavailable(f"Another user cannot run {sys.executable}: {done.stderr.strip()[-300:]}.")


def closes_network():
    """Tell whether kernels have no network."""
    return importlib.util.find_spec("pyseccomp") is not None


class OtherUser(Provisioner):
    """A kernel that runs as a user of its own."""

    _user = _lock = _scratch = None

    async def pre_launch(self, **kwargs):
        """Make a place for the kernel, and have its command run there, as the user."""
        self._user, self._lock = _free_user()
        try:
            _clear(self._user)  # of a grader that was killed
            self._scratch = Path(tempfile.mkdtemp(prefix="kernel-"))
            self._scratch.chmod(0o711)
            self._see_what_is_open()
            return self._wrapped(await self._connected(**kwargs))
        except BaseException:
            self._leave()
            raise

    async def cleanup(self, restart=False):
        """Take away all that the kernel left."""
        self._leave()
        await super().cleanup(restart)

    def end(self):
        """Kill the kernel and all it started."""
        super().end()
        _kill(self._user)

    def family(self):
        """Return the processes of the user: also those whose parents have ended."""
        return _processes(self._user)

    async def _connected(self, **kwargs):
        """Have the kernel make its sockets in a folder that it owns."""
        sockets = self._own("sockets")
        self.parent.transport, self.parent.ip = "ipc", str(sockets / "s")
        return await super().pre_launch(**kwargs)

    def _wrapped(self, kwargs):
        """Return how the kernel is to be launched."""
        home = self._own("home")
        package, data, connection = (self._scratch / name for name in ("package", "data", "connection.json"))
        shutil.copyfile(self.parent.connection_file, connection)
        os.chown(connection, 0, self._user)
        connection.chmod(0o440)
        shutil.copytree(self.package, package)
        for path in (package, *package.rglob("*")):
            path.chmod(0o755)
        shutil.copytree(self.data, data, copy_function=_link)
        data.chmod(0o755)
        for name, copy in self.covers.items():
            (data / name).unlink()
            shutil.copyfile(copy, data / name)
        command = [str(connection) if part == self.parent.connection_file else part for part in kwargs["cmd"]]
        before = [sys.executable, "-I", no_network.__file__] if closes_network() else []
        kwargs["cmd"] = [*before, *self.limited(self._user), *_WITH_ITS_PARENT, *command]
        kwargs["env"] = self.environment(str(package), str(data)) | {"HOME": str(home), "TMPDIR": str(home)}
        kwargs["cwd"] = str(home)
        return kwargs

    def _own(self, name):
        """Make a folder in the scratch folder that belongs to the user."""
        folder = self._scratch / name
        folder.mkdir(mode=0o700)
        os.chown(folder, self._user, self._user)
        return folder

    def _see_what_is_open(self):
        """Raise `Unavailable` if the user could enter a folder that must be closed."""
        closed = [*self.hidden, self.data, str(Path(cs231n.__file__).parent)]
        command = [*becoming(self._user), "/bin/sh", "-c", _OPEN, "sh", *closed]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        if done.stdout:
            raise Unavailable(f"Students' code could read {', '.join(done.stdout.splitlines())}: close it (chmod go=).")

    def _leave(self):
        if self._lock is not None:
            _clear(self._user)
            if self._scratch:
                shutil.rmtree(self._scratch)
            self._lock.release()
            self._lock = self._scratch = None


def _link(source, target):
    """Let a file be there too, or a copy of it: what it is below is closed."""
    try:
        os.link(source, target)
    except OSError:  # on another file system
        shutil.copyfile(source, target)


def _free_user():
    """Return the id of a user that no other kernel has, and the lock that keeps it so."""
    _LOCKS.mkdir(mode=0o700, exist_ok=True)
    for user in _USERS:
        lock = FileLock(_LOCKS / str(user), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        return user, lock
    raise Unavailable(f"There are already {len(_USERS)} kernels on this machine that run as another user.")


def _processes(user):
    """Return the processes of a user that are alive."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.uids().real == user and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:  # it has just ended
            continue
    return found


def _kill(user):
    """Kill all processes of a user, in one call as that user: none can get away by starting another."""
    until = time.monotonic() + _DEATH
    while _processes(user):
        if time.monotonic() > until:
            raise Unavailable(f"processes of the user {user} do not end")
        subprocess.run([*becoming(user), "/bin/sh", "-c", "kill -KILL -1"], capture_output=True)
        time.sleep(0.01)


def _clear(user):
    """Kill all processes of a user and remove its files, from where everybody may write."""
    _kill(user)
    folders = [folder for folder in _WRITABLE if Path(folder).is_dir()]
    theirs = ["-user", str(user), "-prune", "-exec", "rm", "-rf", "--one-file-system", "{}", "+"]
    closed = ["-type", "d", "!", "-perm", "-0002", "-prune"]
    # Its exit status tells of others who remove their own files at the same time.
    subprocess.run(["find", *folders, "-xdev", "-mindepth", "1", *theirs, "-o", *closed], capture_output=True)
