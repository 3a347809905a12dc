"""A folder that stands for Gradescope's container, with the packages of this environment; for the tests of grading."""
import contextlib
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import small_course

from cs231n.answers.course import Course
from cs231n.grading import autograder_zip


def installable(root):
    """Add to a small course what makes it a repository that can be installed; return it."""
    (root / "datasets").mkdir()
    for name in ("pyproject.toml", "setup.py", "requirements.txt", "README.md", "LICENSE", "install.mk",
                 "datasets/README.md"):
        shutil.copy(small_course.ROOT / name, root / name)
    return root


@contextlib.contextmanager
def made(course, assignment="assignment1"):
    """Unpack the zip of an assignment as Gradescope does. Other users can enter the folder, as there."""
    root = Path(tempfile.mkdtemp(prefix="autograder-"))
    try:
        root.chmod(0o755)
        source = root / "source"
        autograder_zip.write(Course(assignment, course), root / "autograder.zip")
        with zipfile.ZipFile(root / "autograder.zip") as opened:
            for entry in opened.infolist():
                Path(opened.extract(entry, source)).chmod(entry.external_attr >> 16)
        (root / "environment").symlink_to(sys.prefix)
        (source / "data").mkdir()
        (source / "data" / "labels").write_text("the grader's own")
        yield root
    finally:
        shutil.rmtree(root)


def environment(root):
    """Return the environment variables for its scripts: the package is the zip's own."""
    paths = {"AUTOGRADER": root, "PYTHONPATH": root / "source" / "kit", "CS231N_DATA": root / "source" / "data"}
    return os.environ | {name: str(path) for name, path in paths.items()} | {"SECRET": "the grader's"}
