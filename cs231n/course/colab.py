"""What stands in for `google.colab` in a linked folder: the notebooks' set-up cell asks for its `drive`."""
import os
import sys


class drive:
    """Google Drive, where the notebooks lay in Colab: here they lie in a folder of this machine."""

    @staticmethod
    def mount(mountpoint, *args, **kwargs):
        """Mount nothing; when the cell has changed folders, come back to the notebook's."""
        here = os.getcwd()
        print(f"This is not Colab: nothing is mounted, and the notebook works in {here}. Any text does for FOLDERNAME.")
        sys.path.insert(0, here)
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        if shell:

            def come_back(*_):
                shell.events.unregister("post_run_cell", come_back)
                os.chdir(here)

            shell.events.register("post_run_cell", come_back)
