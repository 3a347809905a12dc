"""Data sets of pictures and what is done to pictures on the way; in PyTorch this is `torchvision`."""
from cs231n.nn.vision import datasets, transforms  # noqa: F401
