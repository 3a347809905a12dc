"""A `state_dict` in a file: safetensors, which PyTorch's users read as well, and which cannot run code when loaded."""
from collections import OrderedDict

import numpy as np

from cs231n.autograd.tape import Tensor


def save(state_dict, path):
    """Write tensors by name; gradients and the tape are not saved."""
    from safetensors.numpy import save_file  # here, as few programs save

    save_file({name: np.ascontiguousarray(tensor.data) for name, tensor in state_dict.items()}, str(path))


def load(path):
    """Read what `save` wrote, or any file of safetensors: a dictionary for `Module.load_state_dict`."""
    from safetensors.numpy import load_file

    return OrderedDict((name, Tensor(array)) for name, array in load_file(str(path)).items())
