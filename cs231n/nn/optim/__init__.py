"""Optimisers and learning-rate schedules with PyTorch's names, on the update rules of `cs231n.optim`."""
# ruff: noqa: F401 (what stands here is what this package offers)
from cs231n.nn.optim import lr_scheduler
from cs231n.nn.optim.lbfgs import LBFGS
from cs231n.nn.optim.optimizer import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
