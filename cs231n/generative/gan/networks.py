"""The networks of the course's GANs, and the noise that generators start from.

A discriminator gives every image a score: the higher, the more it takes the image for a real one. Images are rows of
784 numbers in -1 to 1, digits of 28x28. The builders' defaults are the course's sizes; smaller networks train faster.
"""
import numpy as np

from cs231n.exercise import exercise
from cs231n.networks.sequential import (
    Sequential,
    affine,
    batchnorm,
    conv,
    conv_transpose,
    leaky_relu,
    max_pool,
    relu,
    reshape,
    spatial_batchnorm,
    tanh,
)
from cs231n.validation import check_integer, check_sizes, describe


def _check_noise(batch_size, dim):
    check_sizes(batch_size=batch_size, dim=dim)


def _check_discriminator(hidden=256):
    check_sizes(hidden=hidden)


def _check_generator(noise_dim=96, hidden=1024):
    check_sizes(noise_dim=noise_dim, hidden=hidden)


def _check_dc_classifier(channels=(32, 64), hidden=1024):
    if not isinstance(channels, (tuple, list)) or len(channels) != 2:
        raise ValueError(f"channels must be two numbers, one for each convolution, got {describe(channels)}")
    for count in channels:
        check_integer(count, "each of channels", 1)
    check_sizes(hidden=hidden)


def _check_dc_generator(noise_dim=96, channels=(128, 64), hidden=1024):
    check_sizes(noise_dim=noise_dim)
    _check_dc_classifier(channels, hidden)


@exercise("assignment3/GANs", validate=_check_noise)
def sample_noise(batch_size, dim):
    """Draw what a generator starts from.

    Parameters
    ----------
    batch_size, dim : int
        N and Z.

    Returns
    -------
    z : ndarray (N, Z) of float64
        Numbers evenly spread over -1 <= z < 1, from NumPy's global generator.

    Raises
    ------
    ValueError
        If a size is not a whole number above 0.
    """
    z = np.random.uniform(-1, 1, size=(batch_size, dim))
    return z


@exercise("assignment3/GANs", validate=_check_discriminator)
def discriminator(hidden=256):
    """Make the discriminator of the vanilla GAN: affine - leaky ReLU - affine - leaky ReLU - affine.

    Parameters
    ----------
    hidden : int
        Units of both hidden layers.

    Returns
    -------
    Sequential
        Takes images (N, 784), gives scores (N, 1); 267,009 parameters with 256 units.

    Raises
    ------
    ValueError
        If `hidden` is not a whole number above 0.
    """
    D = Sequential(
        affine(784, hidden), leaky_relu(0.01),
        affine(hidden, hidden), leaky_relu(0.01),
        affine(hidden, 1),
    )
    return D


@exercise("assignment3/GANs", validate=_check_generator)
def generator(noise_dim=96, hidden=1024):
    """Make the generator of the vanilla GAN: affine - ReLU - affine - ReLU - affine - tanh.

    Parameters
    ----------
    noise_dim, hidden : int
        Z, and the units of both hidden layers.

    Returns
    -------
    Sequential
        Takes noise (N, Z), gives images (N, 784) in -1 to 1; 1,858,320 parameters with Z = 4 and 1024 units.

    Raises
    ------
    ValueError
        If an argument is not a whole number above 0.
    """
    G = Sequential(
        affine(noise_dim, hidden), relu(),
        affine(hidden, hidden), relu(),
        affine(hidden, 784), tanh(),
    )
    return G


@exercise("assignment3/GANs", validate=_check_dc_classifier)
def build_dc_classifier(channels=(32, 64), hidden=1024):
    """Make a convolutional discriminator.

    Two times: 5x5 convolution - leaky ReLU - 2x2 max pooling (28x28, 12x12, 4x4). Then affine - leaky ReLU - affine.

    Parameters
    ----------
    channels : tuple of two int
        Filters of the convolutions.
    hidden : int
        Units of the hidden affine layer.

    Returns
    -------
    Sequential
        Takes images (N, 784), gives scores (N, 1); 1,102,721 parameters at the default sizes.

    Raises
    ------
    ValueError
        If a size is not a whole number above 0.
    """
    first, second = channels
    D = Sequential(
        reshape(1, 28, 28),
        conv(1, first, 5), leaky_relu(0.01), max_pool(2),
        conv(first, second, 5), leaky_relu(0.01), max_pool(2),
        affine(second * 4 * 4, hidden), leaky_relu(0.01),
        affine(hidden, 1),
    )
    return D


@exercise("assignment3/GANs", validate=_check_dc_generator)
def build_dc_generator(noise_dim=96, channels=(128, 64), hidden=1024):
    """Make a convolutional generator, after InfoGAN (Chen et al., 2016).

    Two times: affine - ReLU - batch norm. Then two 4x4 transposed convolutions of stride 2, which enlarge 7x7 maps to
    14x14 and 28x28; ReLU and batch norm follow the first, tanh the second.

    Parameters
    ----------
    noise_dim : int
        Z.
    channels : tuple of two int
        Channels of the 7x7 maps and of the 14x14 maps.
    hidden : int
        Units of the first affine layer.

    Returns
    -------
    Sequential
        Takes noise (N, Z), gives images (N, 784) in -1 to 1; 6,580,801 parameters with Z = 4.

    Raises
    ------
    ValueError
        If a size is not a whole number above 0.
    """
    first, second = channels
    G = Sequential(
        affine(noise_dim, hidden), relu(), batchnorm(hidden),
        affine(hidden, first * 7 * 7), relu(), batchnorm(first * 7 * 7),
        reshape(first, 7, 7),
        conv_transpose(first, second, 4, stride=2, pad=1), relu(), spatial_batchnorm(second),
        conv_transpose(second, 1, 4, stride=2, pad=1), tanh(),
        reshape(784),
    )
    return G
