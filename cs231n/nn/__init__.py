"""Networks as modules on the tape, with PyTorch's names, arguments, defaults and first weights.

    from cs231n import nn

    model = nn.Sequential(nn.Linear(1000, 100), nn.ReLU(), nn.Linear(100, 10))
    optimizer = nn.optim.SGD(model.parameters(), lr=1e-2)
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()

`module` has what a module is, `layers`, `activations` and `recurrent` the modules, `functional` and `losses` the
functions behind them, which wrap the kit's layers.
"""
# ruff: noqa: F401 (what stands here is what this package offers)
from cs231n.nn import functional, init, optim, utils
from cs231n.nn.activations import (
    ELU,
    GELU,
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    KLDivLoss,
    L1Loss,
    LeakyReLU,
    LogSoftmax,
    MSELoss,
    MultiMarginLoss,
    NLLLoss,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    SmoothL1Loss,
    Softmax,
    Softplus,
    Tanh,
)
from cs231n.nn.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Embedding,
    Flatten,
    GroupNorm,
    Identity,
    InstanceNorm2d,
    LayerNorm,
    Linear,
    Maxout,
    MaxPool2d,
)
from cs231n.nn.module import Module, ModuleDict, ModuleList, Parameter, Sequential
from cs231n.nn.recurrent import GRU, LSTM, RNN
from cs231n.nn.serialization import load, save
