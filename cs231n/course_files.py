"""Where the files of an assignment are: its notebooks, and the values recorded beside them."""
from pathlib import Path

# The order in which the notebooks of an assignment are taught.
ORDER = {
    "assignment1": ("knn", "svm", "softmax", "two_layer_net", "features"),
    "assignment2": ("FullyConnectedNets", "BatchNormalization", "Dropout", "ConvolutionalNetworks"),
    "assignment3": ("RNN_Captioning", "LSTM_Captioning", "NetworkVisualization", "StyleTransfer", "GANs"),
}


def as_taught(paths):
    """Sort notebooks by assignment and in the order in which they are taught; others come last, by name.

    Parameters
    ----------
    paths : iterable of Path

    Returns
    -------
    list of Path
    """
    def place(path):
        order = ORDER.get(path.parent.name, ())
        return path.parent, order.index(path.stem) if path.stem in order else len(order), path.name

    return sorted(paths, key=place)


def find(relative):
    """Find a file of the course, such as `assignment1/knn.ipynb`.

    Notebooks run in their own folder, tests and scripts elsewhere, so the current folder and those above it are tried
    first, then the folder that holds the package (a checkout).

    Parameters
    ----------
    relative : str
        Path from the root of the kit, with forward slashes.

    Returns
    -------
    Path or None
        The first that exists.
    """
    here = Path.cwd()
    for root in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (root / relative).is_file():
            return root / relative
    return None
