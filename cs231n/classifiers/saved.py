"""Models that are kept in files between notebooks, by the two methods that the course's have from 2024 on."""
from pathlib import Path

import numpy as np

FOLDER = Path("cs231n", "saved")  # in the course's layout, from the notebook's folder


class Saved:
    """`save` and `load` for a model with a dictionary `params` of arrays."""

    def save(self, fname):
        """Write the parameters to `cs231n/saved/<fname>`, in NumPy's format for several arrays.

        Parameters
        ----------
        fname : str
            Such as `best_softmax.npy`.
        """
        FOLDER.mkdir(parents=True, exist_ok=True)
        with open(FOLDER / fname, "wb") as file:
            np.savez(file, **self.params)
        print(fname, "saved.")

    def load(self, fname):
        """Read what `save` wrote.

        Returns
        -------
        bool
            Whether there is such a file.

        Raises
        ------
        ValueError
            If the file is another one. The course's own are pickles, which can run code, and are not read.
        """
        path = FOLDER / fname
        if not path.is_file():
            print(fname, "not available.")
            return False
        try:
            arrays = np.load(path, allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise ValueError(f"{path} was not written by save of this package: {error}") from None
        if not isinstance(arrays, np.lib.npyio.NpzFile):
            raise ValueError(f"{path} holds one array, and no parameters by name")
        with arrays:
            self.params = {name: arrays[name] for name in arrays}
        print(fname, "loaded.")
        return True
