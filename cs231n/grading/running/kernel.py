"""The kernel that nbval drives, with limits on time, memory and output that are kept while its messages are read."""
import os
import signal
import subprocess
import time
from collections import deque

import psutil
import zmq
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel

from cs231n.check import MIME
from cs231n.grading import limits
from cs231n.grading.results import Reason
from cs231n.grading.sandbox.provisioner import OneKernel

_GLANCE = 0.1  # seconds between two looks at memory


class Ended(Exception):
    """A cell was ended: `reason`, a sentence for the student, and whether a kill ended it, perhaps somebody else's."""

    def __init__(self, reason, message, was_killed=False):
        self.reason = reason
        self.was_killed = was_killed
        super().__init__(message)


class NotStarted(Exception):
    """The kernel did not come up; no cell is to blame."""


class Kernel(RunningKernel):
    """A kernel, started from a specification whatever the notebook asks for.

    Parameters
    ----------
    spec : jupyter_client.kernelspec.KernelSpec
        Of a `sandbox.Provisioner`.
    """

    def __init__(self, spec):
        context = zmq.Context()
        context.setsockopt(zmq.MAXMSGSIZE, limits.LARGEST_MESSAGE)
        context.setsockopt(zmq.LINGER, 0)
        self.km = KernelManager(context=context, kernel_spec_manager=OneKernel(spec))
        self._messages, self._bytes = deque(), 0
        self._this_process = psutil.Process()
        self._held_before = self._this_process.memory_info().rss
        self.limit_next(limits.START_SECONDS)
        self.km.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.kc = self.km.client(context=context)  # else it makes one of its own, without these limits
        try:
            self._connect()
            self._wait_until_ready()
        except Ended as ended:
            self.stop()
            raise NotStarted(f"the kernel did not start: {ended}") from None

    def _connect(self):
        """Open the two channels that are needed, once: what stands there later may be another's socket."""
        if self.km.transport == "ipc":
            self.km.context.setsockopt(zmq.RECONNECT_IVL, -1)
            last = f"{self.km.ip}-{self.km.hb_port}"  # the one that a kernel opens when all others are open
            while not os.path.exists(last):
                self._keep_limits(idle=True)
                time.sleep(0.005)
        self.kc.start_channels(stdin=False, hb=False, control=False)

    def _wait_until_ready(self):
        """Ask until an answer has come on both channels; what is published before is lost."""
        while True:
            asked = self.kc.kernel_info()
            self.await_reply(asked)
            self._receive(None, wait=30)
            if any(message["parent_header"].get("msg_id") == asked for message in self._messages):
                return

    def limit_next(self, seconds):
        """Set how long what comes next may take."""
        self._limit = seconds
        self._deadline = time.monotonic() + seconds
        self._looked = 0.0

    def run(self, source):
        """Run a piece of code and take no notice of what it prints or raises."""
        asked = self.execute_cell_input(source, allow_stdin=False)
        self.await_reply(asked)
        self.await_idle(asked, limits.SILENCE_SECONDS)
        self._messages.clear()

    def await_reply(self, msg_id, timeout=None):
        """Wait for the end of a cell, and read what it publishes meanwhile. nbval's timeout is not used: ours is."""
        while True:
            message = self._receive("shell")
            if message and message["parent_header"].get("msg_id") == msg_id:
                return

    def get_message(self, stream, timeout=None):
        """Return the next message of the outputs; `stream` is always iopub here. nbval's timeout is not used."""
        silent_until = time.monotonic() + limits.SILENCE_SECONDS
        while not self._messages:
            self._receive(None)
            if time.monotonic() > silent_until:
                raise Ended(Reason.TOO_MUCH_OUTPUT, "it showed too much at once, or closed the way out")
        return self._messages.popleft()

    def interrupt(self):
        """Not used: a cell that takes too long is killed, as it may not listen."""

    def kill(self):
        """End the kernel and all it started."""
        self.km.provisioner.end()

    def stop(self):
        """End the kernel, and close the way to it."""
        self.kill()
        self.kc.stop_channels()
        self.km.shutdown_kernel(now=True)
        self.km.context.destroy(linger=0)

    def is_alive(self):
        """Return True: nbval asks before each cell. A kernel that is dead by then is found so as the cell runs."""
        return True

    def lives(self):
        """Tell whether the process lives."""
        return self.km.is_alive()

    def _receive(self, wanted, wait=100):
        """Take what has arrived, waiting some ms if nothing has; return a message of the channel `wanted`, if any."""
        channels = {self.kc.iopub_channel.socket: "iopub", self.kc.shell_channel.socket: "shell"}
        poller = zmq.Poller()
        for socket in channels:
            if channels[socket] in ("iopub", wanted):
                poller.register(socket, zmq.POLLIN)
        ready = dict(poller.poll(wait))
        answer = None
        for socket in ready:
            message = self._read(socket)
            if channels[socket] == "shell":
                answer = message
            elif _is_needed(message):
                self._messages.append(message)
        self._keep_limits(idle=not ready)
        return answer

    def _read(self, socket):
        frames = socket.recv_multipart()
        self._bytes += sum(map(len, frames))
        if self._bytes > limits.MOST_OUTPUT:
            raise Ended(Reason.TOO_MUCH_OUTPUT, f"it printed or showed more than {limits.MOST_OUTPUT >> 20} MB")
        if sum(frame.count(sign) for frame in frames for sign in (b",", b"[", b"{")) > limits.MOST_ITEMS:
            raise Ended(Reason.TOO_MUCH_OUTPUT, f"it printed or showed more than {limits.MOST_ITEMS} items at once")
        try:
            message = self.kc.session.deserialize(self.kc.session.feed_identities(frames)[1])
            message["parent_header"].get, message["content"].get
        except Exception as error:  # of any kind: only a kernel that was tampered with sends such things
            raise Ended(Reason.NO_VALUE, "the kernel sent what is no message") from error
        return message

    def _keep_limits(self, idle):
        now = time.monotonic()
        if now > self._deadline:
            raise Ended(Reason.TIMED_OUT, f"it was not done after {self._limit:.0f} seconds")
        if now - self._looked < _GLANCE:
            return
        self._looked = now
        if self._this_process.memory_info().rss - self._held_before > limits.MOST_HELD:
            raise Ended(Reason.TOO_MUCH_OUTPUT, "it sent more than could be taken in")
        if self.km.provisioner.look() > self.km.provisioner.memory:
            raise Ended(Reason.OUT_OF_MEMORY,
                        f"it needed more than {self.km.provisioner.memory / 1e9:.1f} GB of memory")
        if idle and not self.km.is_alive():
            was_killed = self.km.provisioner.exit_status in (-signal.SIGKILL, 128 + signal.SIGKILL)
            raise Ended(Reason.KERNEL_DIED, "it ended the program", was_killed)


def _is_needed(message):
    """Tell whether a message ends a cell, reports a value or an error, and is as it should be.

    What else a cell prints and shows counts as output, and is forgotten.
    """
    content = message["content"]
    if message["msg_type"] == "status":
        return isinstance(content.get("execution_state"), str)
    if message["msg_type"] == "display_data":
        return isinstance(content.get("data"), dict) and MIME in content["data"] and "metadata" in content
    if message["msg_type"] == "error":
        lines = content.get("traceback")
        return isinstance(lines, list) and all(isinstance(each, str) for each in (
            content.get("ename"), content.get("evalue"), *lines))
    return False
