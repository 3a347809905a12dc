"""What is done to one picture on its way into a network; those that draw do so from NumPy's global generator."""
import numpy as np

from cs231n.autograd.tape import Tensor
from cs231n.nn.convolution import two


class Compose:
    """One after the other."""

    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, picture):
        for transform in self.transforms:
            picture = transform(picture)
        return picture


class ToTensor:
    """A picture (H, W, C) of bytes to a tensor (C, H, W) of float32 from 0 to 1."""

    def __call__(self, picture):
        array = np.asarray(picture)
        array = np.ascontiguousarray((array if array.ndim == 3 else array[:, :, np.newaxis]).transpose(2, 0, 1))
        return Tensor(array.astype(np.float32) / 255 if array.dtype == np.uint8 else array.astype(np.float32))


class Normalize:
    """Subtract a mean and divide by a standard deviation, one each a channel."""

    def __init__(self, mean, std):
        self.mean, self.std = (np.asarray(a, np.float32).reshape(-1, 1, 1) for a in (mean, std))

    def __call__(self, picture):
        return Tensor((picture.data - self.mean) / self.std)


class RandomHorizontalFlip:
    """Mirror with probability p; a tensor (C, H, W) or a picture (H, W, C)."""

    def __init__(self, p=0.5):
        self.p = p

    def __call__(self, picture):
        if np.random.random_sample() >= self.p:
            return picture
        if isinstance(picture, Tensor):
            return Tensor(np.ascontiguousarray(picture.data[:, :, ::-1]))
        return picture[:, ::-1]


class RandomCrop:
    """Cut out a part of this size at a random place, of the picture with `padding` zeros around."""

    def __init__(self, size, padding=0):
        self.size, self.padding = two(size), padding

    def __call__(self, picture):
        is_tensor, p, (height, width) = isinstance(picture, Tensor), self.padding, self.size
        array = picture.data.transpose(1, 2, 0) if is_tensor else picture
        array = np.pad(array, ((p, p), (p, p), (0, 0)))
        if array.shape[0] < height or array.shape[1] < width:
            raise ValueError(f"size must fit into the padded picture, {array.shape[:2]}, got {self.size}")
        top, left = (np.random.randint(room + 1) for room in (array.shape[0] - height, array.shape[1] - width))
        array = array[top:top + height, left:left + width]
        return Tensor(np.ascontiguousarray(array.transpose(2, 0, 1))) if is_tensor else array
