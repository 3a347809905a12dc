"""The kernel that nbval drives, with limits on time, memory and output that are kept while its messages are read."""
import os
import signal
import time
from collections import deque
from queue import Empty

import zmq
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel

from cs231n.grading.results import Reason
from cs231n.grading.sandbox import OneKernel

LARGEST_MESSAGE = 64 << 20  # bytes; a kernel that sends a larger one is cut off
MOST_OUTPUT = 128 << 20  # bytes of all messages of a kernel
START = 60  # seconds in which a kernel must answer
SILENCE = 10  # seconds after the end of a cell in which its outputs must have arrived
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
        context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
        context.setsockopt(zmq.LINGER, 0)
        self.km = KernelManager(context=context, kernel_spec_manager=OneKernel(spec))
        self._messages, self._bytes = deque(), 0
        self.limit_next(START)
        self.km.start_kernel(stdout=open(os.devnull, "w"), stderr=open(os.devnull, "w"))
        self.kc = self.km.client()
        self.kc.start_channels(stdin=False, hb=False, control=False)
        try:
            self._wait_until_ready()
        except Ended as ended:
            self.stop()
            raise NotStarted(f"the kernel did not start: {ended}") from None

    def _wait_until_ready(self):
        """Ask until an answer has come on both channels; what is published before is lost."""
        while True:
            asked = self.kc.kernel_info()
            self.await_reply(asked)
            try:
                self.await_idle(asked, timeout=0.03)
            except (Empty, Ended):
                self.limit_next(START)
                continue
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
        self.await_idle(asked, SILENCE)
        self._messages.clear()

    def await_reply(self, msg_id, timeout=None):
        """Wait for the end of a cell, and read what it publishes meanwhile. nbval's timeout is not used: ours is."""
        while True:
            message = self._receive("shell")
            if message and message["parent_header"].get("msg_id") == msg_id:
                return

    def get_message(self, stream, timeout=None):
        """Return the next message of the outputs; `stream` is always iopub here."""
        silent_until = time.monotonic() + (SILENCE if timeout is None else timeout)
        while not self._messages:
            self._receive(None)
            if time.monotonic() > silent_until:
                raise Empty
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
        """Tell whether the process lives."""
        return self.km.is_alive()

    def _receive(self, wanted):
        """Take what has arrived, waiting a moment if nothing has; return a message of the channel `wanted`, if any."""
        channels = {self.kc.iopub_channel.socket: "iopub", self.kc.shell_channel.socket: "shell"}
        poller = zmq.Poller()
        for socket in channels:
            if channels[socket] in ("iopub", wanted):
                poller.register(socket, zmq.POLLIN)
        ready = dict(poller.poll(100))
        answer = None
        for socket in ready:
            message = self._read(socket)
            if channels[socket] == "iopub":
                self._messages.append(message)
            else:
                answer = message
        self._keep_limits(idle=not ready)
        return answer

    def _read(self, socket):
        frames = socket.recv_multipart()
        self._bytes += sum(map(len, frames))
        if self._bytes > MOST_OUTPUT:
            raise Ended(Reason.TOO_MUCH_OUTPUT, f"it printed or showed more than {MOST_OUTPUT >> 20} MB")
        try:
            return self.kc.session.deserialize(self.kc.session.feed_identities(frames)[1])
        except (ValueError, TypeError, KeyError) as error:  # only a kernel that was tampered with sends such things
            raise Ended(Reason.NO_VALUE, "the kernel sent what is no message") from error

    def _keep_limits(self, idle):
        now = time.monotonic()
        if now > self._deadline:
            raise Ended(Reason.TIMED_OUT, f"it was not done after {self._limit:.0f} seconds")
        if now - self._looked < _GLANCE:
            return
        self._looked = now
        if self.km.provisioner.look() > self.km.provisioner.memory:
            raise Ended(Reason.OUT_OF_MEMORY,
                        f"it needed more than {self.km.provisioner.memory / 1e9:.1f} GB of memory")
        if idle and not self.km.is_alive():
            was_killed = self.km.provisioner.exit_status in (-signal.SIGKILL, 128 + signal.SIGKILL)
            raise Ended(Reason.KERNEL_DIED, "it ended the program", was_killed)
