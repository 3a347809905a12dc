"""All limits of grading: what is taken in, what a kernel may use, how often something is tried again.

Sizes are in bytes and times in seconds unless the name says otherwise. What can be set from outside is here as its
default.
"""
from cs231n.course.handin import LARGEST

# What is handed in.
LARGEST_NOTEBOOK = LARGEST
LARGEST_ARCHIVE = 5 * LARGEST  # of one student: no assignment has more notebooks
MOST_UNPACKED = 10 * LARGEST  # for one submission: entries of a zip can share their bytes
MOST_FILES = 1000  # in one submission
MOST_PARTS = 200_000  # lists and dicts in a notebook: 20 MB of empty ones would take gigabytes
MOST_CELLS = 5000  # in a notebook
LONGEST_NAME = 100  # characters of a file's name as it is shown

# A kernel. Those who call it a provisioner's traits find them here.
MEMORY = 2_500_000_000  # of the kernel and all it starts
PROCESSES = 128  # and threads
CPU_SECONDS = 900  # of one process
SCRATCH = 256 << 20  # of the files it writes
LARGEST_FILE = 64 << 20
OPEN_FILES = 512
START_SECONDS = 60  # in which a kernel must answer
SILENCE_SECONDS = 10  # after the end of a cell, in which its outputs must have arrived
LARGEST_MESSAGE = 64 << 20  # a kernel that sends a larger one is cut off
MOST_OUTPUT = 128 << 20  # of all messages of a kernel
MOST_ITEMS = 1_000_000  # in a message: 60 MB of empty lists are a gigabyte once they are read
MOST_HELD = 3 * MOST_OUTPUT  # that the grader may come to hold of what a kernel sent

# The time of a cell.
CELL_SECONDS = 30  # that any cell may take
TIMES_OURS = 20  # a cell may take so many times what ours took
OURS_AT_MOST = 600  # for a cell of our own

# The time of a notebook as a whole, repetitions counted.
NOTEBOOK_SECONDS = 600  # that any notebook may take
NOTEBOOK_TIMES_OURS = 10  # and so many times what ours took, where that is more

# Trying again.
TRIES = 2  # runs of a notebook in which a kernel was killed: it may not be the answer that did it
MOST_TRIES = 10  # where the system says that it killed for want of memory, or kernels do not start
FAILURES = 5  # of the grader itself, such as kernels that do not start
BREAKS = 10  # of worker processes in which a task was running: then it is the task
SUSPECT_BREAKS = 2  # after which a task runs alone: if it is the one, nobody else is to lose by it

# What is shown, in characters.
LONGEST_MESSAGE = 1500  # for one check
LONGEST_ERROR = 500  # of an exception's own words
LONGEST_RENDERED = 10_000  # of an answer in Markdown; what is longer is shown as it is written
LONGEST_ANSWER = 100_000  # that is shown at all
LONGEST_SUMMARY = 20_000  # platforms refuse results that are too long
LONGEST_REMARKS = 2000  # in a cell of the gradebook

# Figures of a submission.
MOST_FIGURES = 12  # of a notebook
LARGEST_PICTURE = 4_000_000  # of its text in base64
MOST_PIXELS = 8_000_000  # of one picture
MOST_PICTURES = 40  # of a notebook that are looked at, also those that turn out to be none
MOST_PIXELS_IN_ALL = 40_000_000  # of those
