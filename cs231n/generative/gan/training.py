"""The training of a GAN: the discriminator and the generator learn in turn."""
import copy

import numpy as np
from tqdm.auto import tqdm

from cs231n.exercise import exercise
from cs231n.generative.gan.losses import discriminator_loss, generator_loss
from cs231n.generative.gan.networks import sample_noise
from cs231n.optim import polyak_average
from cs231n.training.settings import Settings
from cs231n.training.updater import Updater
from cs231n.validation import check_array, check_number, check_sizes


def discriminator_gradients(D, G, images, z, d_loss=discriminator_loss):
    """Compute the discriminator's loss on real and generated images, and its gradients.

    Parameters
    ----------
    D, G : Sequential
        Discriminator and generator.
    images : ndarray (N, 784)
        Real images.
    z : ndarray (N, Z)
        Noise.
    d_loss : function
        `discriminator_loss` or another one with its arguments and results.

    Returns
    -------
    loss : float
    grads : dict of str -> ndarray
        Gradient on each of ``D.params``.
    """
    fake, _ = G.forward(z)  # to D these are pictures like any others: nothing goes back into G
    scores_real, cache_real = D.forward(images)
    scores_fake, cache_fake = D.forward(fake)
    loss, dreal, dfake = d_loss(scores_real, scores_fake)
    _, grads_real = D.backward(dreal, cache_real)
    _, grads_fake = D.backward(dfake, cache_fake)
    return loss, {name: grads_real[name] + grads_fake[name] for name in grads_real}


@exercise("assignment3/GANs")
def generator_gradients(D, G, z, g_loss=generator_loss):
    """Compute the generator's loss and its gradients, which come to it through the discriminator.

    Parameters
    ----------
    D, G : Sequential
        Discriminator and generator.
    z : ndarray (N, Z)
        Noise.
    g_loss : function
        `generator_loss` or another one with its arguments and results.

    Returns
    -------
    loss : float
    grads : dict of str -> ndarray
        Gradient on each of ``G.params``.
    """
    fake, cache_G = G.forward(z)
    scores, cache_D = D.forward(fake)
    loss, dscores = g_loss(scores)
    dfake, _ = D.backward(dscores, cache_D)  # D's own gradients are for its own step
    _, grads = G.backward(dfake, cache_G)
    return loss, grads


def run_a_gan(D, G, images, d_loss=discriminator_loss, g_loss=generator_loss, *, steps=1000, batch_size=128,
              learning_rate=1e-3, beta1=0.5, d_steps=1, average=0.0, watch=None, pictures=6):
    """Train a discriminator and a generator with Adam, in turn.

    Parameters
    ----------
    D, G : Sequential
        Discriminator and generator; their `params` are trained. G begins with an affine layer, of Z rows.
    images : ndarray (M, D)
        Real images, of the generator's size and range of values. Minibatches are drawn with NumPy's global generator.
    d_loss, g_loss : function
        With the arguments and results of `discriminator_loss` and `generator_loss`.
    steps, batch_size : int
        Steps of the generator, and images in each batch: so many real ones, and so many generated ones.
    learning_rate, beta1 : float
        Of Adam. The usual beta1 of 0.9 remembers gradients of an opponent who has moved on, hence 0.5.
    d_steps : int
        Steps of the discriminator before each step of the generator.
    average : float
        Decay of a running mean of the generator's parameters (`optim.polyak_average`), below 1, which it is left with
        at the end. Two players circle round what they look for; the mean lies nearer to it. 0 leaves the last ones.
    watch : ndarray (N, Z), optional
        Noise whose images are kept as they change.
    pictures : int
        How many times, evenly spread over the training.

    Returns
    -------
    dict
        d_loss, g_loss : list of float, the losses of each step, the discriminator's of the last of `d_steps`.
        pictures : dict of int -> ndarray, the images of `watch` after so many steps, in test mode, by the mean.

    Raises
    ------
    ValueError
        If an argument is out of range.
    FloatingPointError
        If a loss is no longer a finite number.
    """
    check_array(images, "images", ("M", "D"))
    check_sizes(steps=steps, batch_size=batch_size, d_steps=d_steps, pictures=pictures)
    for name, value in {"learning_rate": learning_rate, "beta1": beta1, "average": average}.items():
        check_number(value, name)
    if max(beta1, average) >= 1:
        raise ValueError(f"beta1 and average must be below 1, or the means never move; got {beta1} and {average}")
    if "W1" not in G.params:
        raise ValueError("G must begin with an affine layer: the rows of its W1 say how many numbers of noise it takes")
    noise_dim = len(G.params["W1"])
    if watch is not None:
        check_array(watch, "watch", ("N", noise_dim))
    settings = Settings(update_rule="adam", optim_config={"learning_rate": learning_rate, "beta1": beta1})
    update_D, update_G = (Updater(net.params, settings).step for net in (D, G))
    mean = copy.copy(G)  # the same layers
    mean.params = dict(G.params)
    history = {"d_loss": [], "g_loss": [], "pictures": {}}
    shown = {steps * (i + 1) // pictures for i in range(pictures)}
    for step in tqdm(range(1, steps + 1), leave=False):
        for _ in range(d_steps):
            real = images[np.random.randint(len(images), size=batch_size)]
            loss_D, grads = discriminator_gradients(D, G, real, sample_noise(batch_size, noise_dim), d_loss)
            update_D(D.params, grads)
        loss_G, grads = generator_gradients(D, G, sample_noise(batch_size, noise_dim), g_loss)
        update_G(G.params, grads)
        mean.params = polyak_average(mean.params, G.params, average)
        if not np.isfinite(loss_D + loss_G):
            raise FloatingPointError(f"the discriminator's loss in step {step} is {loss_D}, the generator's {loss_G}: "
                                     "is the learning rate too large?")
        history["d_loss"].append(float(loss_D))
        history["g_loss"].append(float(loss_G))
        if watch is not None and step in shown:
            history["pictures"][step] = mean.forward(watch, mode="test")[0]
    G.params = mean.params
    return history
