"""CIFAR-10 as a `Dataset`: the real one where it is, else the built-in miniature."""
from pathlib import Path

import numpy as np

from cs231n.data import catalogue
from cs231n.data.cifar10 import read_CIFAR10
from cs231n.data.store import place_of
from cs231n.nn.utils.data import Dataset


class CIFAR10(Dataset):
    """Pictures and labels of CIFAR-10.

    Parameters
    ----------
    root : str or path, optional
        The folder that holds `cifar-10-batches-py`. Where that is not, the data folder's, or the built-in miniature.
    train : bool
        The training pictures, or the test pictures.
    transform, target_transform : function, optional
        From a picture, an array (32, 32, 3) of uint8, to what the network takes, such as
        ``transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])``; and for labels alike.
    download : bool
        Nothing is downloaded here: `cs231n data` does.
    """

    def __init__(self, root=None, train=True, transform=None, target_transform=None, download=False):
        folder = None if root is None else Path(root) / "cifar-10-batches-py"
        Xtr, ytr, Xte, yte = read_CIFAR10(place_of(catalogue.CIFAR10, folder))
        pictures, labels = (Xtr, ytr) if train else (Xte, yte)
        self.data = np.ascontiguousarray(pictures.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
        self.targets = [int(label) for label in labels]
        self.transform, self.target_transform = transform, target_transform

    def __getitem__(self, index):
        picture, label = self.data[index], self.targets[index]
        picture = self.transform(picture) if self.transform else picture
        return picture, self.target_transform(label) if self.target_transform else label

    def __len__(self):
        return len(self.data)
