"""Whether the tape runs, and what else is known of what is being computed; each thread has its own."""
import functools
import threading


class _Mode(threading.local):
    recording = True  # whether the tape runs
    watched = None  # what is recorded now, if somebody wants to draw it; see `watching`
    in_module = False  # whether a module with convolutions is being computed
    convolved = False  # whether a convolution was recorded since the last walk backwards


mode = _Mode()


class set_grad_enabled:
    """Let the tape run, or not, until the end of a `with` block or of a decorated function."""

    def __init__(self, mode):
        self.mode = bool(mode)

    def __enter__(self):
        self.before, mode.recording = mode.recording, self.mode

    def __exit__(self, *exception):
        mode.recording = self.before

    def __call__(self, function):
        @functools.wraps(function)
        def with_mode(*args, **kwargs):
            with set_grad_enabled(self.mode):
                return function(*args, **kwargs)

        return with_mode


class watching:
    """Keep what is recorded within a `with` block: a dictionary, node -> (the tensor it computed, its inputs)."""

    def __enter__(self):
        self.before, mode.watched = mode.watched, {}
        return mode.watched

    def __exit__(self, *exception):
        mode.watched = self.before


def no_grad():
    """Stop the tape, as for updates and tests, in a ``with no_grad():`` or a function decorated with ``@no_grad()``."""
    return set_grad_enabled(False)


def enable_grad():
    """Let the tape run within a `no_grad`."""
    return set_grad_enabled(True)


def is_grad_enabled():
    """Tell whether the tape runs in this thread."""
    return mode.recording
