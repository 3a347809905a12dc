"""What is there from the start in a folder that `cs231n link` has been to, before its notebooks import `cs231n`.

The course's notebooks begin with imports from elsewhere: `scipy.misc`, whose pictures are gone, and `google.colab`.
`at_start.pth`, which is installed beside the package, calls `begin` whenever a Python starts in a folder with a
`cs231n/`. Nothing here may import the package: in that folder `cs231n` shall be the linked one.
"""
import importlib.machinery
import importlib.util
import sys
from pathlib import Path

SIGN = '"""Put here by `cs231n link`'  # how the one file of a linked `cs231n` begins


class StandIn:
    """Finds a module that stands in for another: the file of that name here, or, without a file, an empty package."""

    def __init__(self, name, file=None):
        self.name, self.file = name, file

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        if self.file is None:
            return importlib.machinery.ModuleSpec(name, None, is_package=True)
        return importlib.util.spec_from_file_location(name, Path(__file__).with_name(self.file))


def begin():
    """Let the stand-ins be found, if this is a linked folder."""
    if Path("cs231n", "__init__.py").read_text(encoding="utf-8", errors="replace").startswith(SIGN):
        sys.meta_path.insert(0, StandIn("scipy.misc", "old_names.py"))  # today's is empty, and warns
        sys.meta_path += [StandIn("google"), StandIn("google.colab", "colab.py")]  # after the real ones
