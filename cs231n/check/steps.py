"""How many steps Python takes in a call: few where NumPy does the work, many where Python loops."""
import inspect
import re
import sys
import sysconfig
from pathlib import Path

# NumPy's own loops in Python, which call a function for each part of an array.
_LOOPS_IN_DISGUISE = {"apply_along_axis", "_vectorize_call", "_vectorize_call_with_signature"}
_LIBRARIES = re.compile("|".join((
    r".*[\\/](?:site|dist)-packages[\\/]", re.escape(sysconfig.get_path("stdlib")), "<frozen ", "<__array_function__")))
_KIT = str(Path(__file__).resolve().parents[1])
CALL = 10  # steps that a call into a library counts, whatever it does in there


def python_steps(function, args):
    """Count the steps that Python takes in a call: the bytecode instructions of the student's code, and of the kit's.

    The instructions within other libraries are not counted: some take steps for each part of what they get, such as
    `np.array_split`, and are no loop over examples. A call of one counts as `CALL`, as it may stand in a loop that
    leaves no instructions, `map(np.linalg.norm, X)`; what a generator of theirs yields, as that of `np.choose` does for
    each choice, is no call. Where NumPy itself goes round in Python for each part of an array,
    its instructions count.
    """
    steps = 0

    def trace(frame, event, _):
        nonlocal steps
        if not _counts(frame.f_code):
            resumed = frame.f_code.co_flags & inspect.CO_GENERATOR  # each value of a generator looks like a call
            steps += CALL * (event == "call" and not resumed and _counts(frame.f_back.f_code))
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        steps += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(before)
    return steps


def explain_loop(few, many):
    """Say that a function loops over examples, if it takes these numbers of steps for few and for many; else None."""
    if many <= 1.25 * few + 50:
        return None
    return (f"Python takes {few} steps for few examples and {many} for many: somewhere it still loops over them (for, "
            "a comprehension, map, np.vectorize). Say it for whole arrays at once, with broadcasting, indexing or a "
            "matrix product.")


def _counts(code):
    return code.co_name in _LOOPS_IN_DISGUISE or code.co_filename.startswith(_KIT) or \
        not _LIBRARIES.match(code.co_filename)
