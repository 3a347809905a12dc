"""What a wheel must be able to do wherever it is installed; run by tests, and by cibuildwheel on each system.

Prints the levels of the fast layers that this machine has. Without a C compiler that understands the kernels there is
NumPy alone: Microsoft's does not, and wheels for Windows are built with it.
"""
import os

import numpy as np

from cs231n import fast_layers, layers

rng = np.random.default_rng(0)
x, w, b = rng.standard_normal((2, 3, 9, 9)), rng.standard_normal((4, 3, 3, 3)), rng.standard_normal(4)
conv_param = {"stride": 2, "pad": 1}
out, cache = layers.conv_forward_naive(x, w, b, conv_param)
gradients = layers.conv_backward_naive(out, cache)
for level in fast_layers.levels:
    fast_layers.use_level(level)
    fast, cache = fast_layers.conv_forward_fast(x, w, b, conv_param)
    for a, c in zip((fast, *fast_layers.conv_backward_fast(out, cache)), (out, *gradients), strict=True):
        np.testing.assert_allclose(a, c, atol=1e-12)
assert os.name == "nt" or "baseline" in fast_layers.levels, "the kernels are not in this wheel"
print(*fast_layers.levels)
