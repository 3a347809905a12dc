"""What is said about a check's result, kindly and exactly; of a hidden test no more than that it failed."""
from cs231n.grading.results import Reason
from cs231n.grading.text import plain, shorten

LONGEST = 4000  # characters of a message: whoever prints more is told the beginning

LABEL = {
    Reason.RIGHT: "right",
    Reason.WRONG: "not right yet",
    Reason.HIDDEN_WRONG: "a hidden test fails",
    Reason.ERROR: "stopped with an error",
    Reason.SYNTAX_ERROR: "not valid Python",
    Reason.NOT_ATTEMPTED: "not attempted",
    Reason.WAITING: "needs another exercise first",
    Reason.NO_VALUE: "no value",
    Reason.TIMED_OUT: "took too long",
    Reason.OUT_OF_MEMORY: "took too much memory",
    Reason.KERNEL_DIED: "ended the program",
    Reason.TOO_MUCH_OUTPUT: "printed too much",
    Reason.NO_NOTEBOOK: "notebook not handed in",
    Reason.UNREADABLE: "file cannot be read",
    Reason.REFUSED: "leans on what is not allowed",
    Reason.GRADER_FAILED: "not graded yet",
}

ADVICE = {
    Reason.HIDDEN_WRONG:
        "A hidden test fails here: your answer is right for the inputs that you could see, and not for all others. "
        "Look for what holds only in the example: a size or a number written into the code, one data type, a batch of "
        "one, values that are all positive.",
    Reason.SYNTAX_ERROR: "Python could not read this cell, so nothing in it was run.",
    Reason.NOT_ATTEMPTED: "This exercise is still as it was handed out.",
    Reason.WAITING: "This check uses an exercise that is not solved yet. Your answer here may well be right.",
    Reason.NO_VALUE: "The check ended without a value to compare. See that the function returns what it should.",
    Reason.TIMED_OUT:
        "The check was still running when its time was over. Look for a loop that never ends, or for one over examples "
        "that NumPy could do at once.",
    Reason.OUT_OF_MEMORY: "The check asked for more memory than there is. Look at the shapes that broadcasting makes.",
    Reason.KERNEL_DIED: "The program ended in the middle of this check. An answer should return, not exit.",
    Reason.TOO_MUCH_OUTPUT: "More was printed than can be kept. Take out what you printed while looking for mistakes.",
    Reason.NO_NOTEBOOK: "There was no such notebook in what you handed in.",
    Reason.UNREADABLE:
        "The file of this notebook could not be read. Open it in Jupyter, save it, and talk to your teachers.",
    Reason.REFUSED: "This course asks for the steps themselves here, not for what somebody else has made of them.",
    Reason.GRADER_FAILED:
        "Grading this failed for a reason that has nothing to do with your answer. It will be graded again.",
}


def told(result):
    """Return what a student reads about a check's result, as plain text; "" if there is nothing to say.

    Parameters
    ----------
    result : CheckResult

    Returns
    -------
    str
        Advice, then the message. A hidden test's message is left out, whatever is in it.
    """
    message = "" if result.reason in (Reason.HIDDEN_WRONG, Reason.GRADER_FAILED) else plain(result.message).strip("\n")
    return "\n\n".join(filter(None, [ADVICE.get(result.reason, ""), shorten(message, LONGEST)]))
