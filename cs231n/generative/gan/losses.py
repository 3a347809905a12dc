"""What the two networks of a GAN minimise: each loss comes with its gradient on the scores.

There are N scores of real images and N of generated ones; the two numbers may differ.
"""
import numpy as np

from cs231n.exercise import exercise
from cs231n.layers.losses import bce_loss
from cs231n.validation import check_array


def _check_two(scores_real, scores_fake):
    check_array(scores_real, "the scores of real images", ("N", 1))
    check_array(scores_fake, "the scores of generated images", ("N", 1))


def _check_fake(scores_fake):
    check_array(scores_fake, "the scores of generated images", ("N", 1))


@exercise("assignment3/GANs", validate=_check_two)
def discriminator_loss(logits_real, logits_fake):
    """What the discriminator minimises: cross-entropy with real images as 1, and with generated ones as 0.

    Parameters
    ----------
    logits_real, logits_fake : ndarray (N, 1)
        Scores of real and of generated images.

    Returns
    -------
    loss : float
        The sum of the two.
    dreal, dfake : ndarray (N, 1)
        Gradients of the loss on the scores.

    Raises
    ------
    ValueError
        If the scores have another shape.
    """
    loss_real, dreal = bce_loss(logits_real, np.ones_like(logits_real))
    loss_fake, dfake = bce_loss(logits_fake, np.zeros_like(logits_fake))
    return loss_real + loss_fake, dreal, dfake


@exercise("assignment3/GANs", validate=_check_fake)
def generator_loss(logits_fake):
    """What the generator minimises: cross-entropy of its images with the target 1, ``mean of -log D(G(z))``.

    This is the form that does not saturate: where D is sure that an image is generated, its gradient is largest.

    Parameters
    ----------
    logits_fake : ndarray (N, 1)
        Scores of generated images.

    Returns
    -------
    loss : float
    dfake : ndarray (N, 1)
        Gradient of the loss on the scores.

    Raises
    ------
    ValueError
        If the scores have another shape.
    """
    loss, dfake = bce_loss(logits_fake, np.ones_like(logits_fake))
    return loss, dfake


@exercise("assignment3/GANs", validate=_check_two)
def ls_discriminator_loss(scores_real, scores_fake):
    """The discriminator's loss of the least squares GAN (Mao et al., 2017): ``1/2 mean (s - 1)^2 + 1/2 mean s^2``.

    The first mean is over real images, the second over generated ones. Parameters and results are those of
    `discriminator_loss`.
    """
    loss = 0.5 * np.mean((scores_real - 1) ** 2) + 0.5 * np.mean(scores_fake**2)
    dreal = (scores_real - 1) / scores_real.size
    dfake = scores_fake / scores_fake.size
    return loss, dreal, dfake


@exercise("assignment3/GANs", validate=_check_fake)
def ls_generator_loss(scores_fake):
    """The generator's loss of the least squares GAN: ``1/2 mean (s - 1)^2``.

    Parameters and results are those of `generator_loss`.
    """
    loss = 0.5 * np.mean((scores_fake - 1) ** 2)
    dfake = (scores_fake - 1) / scores_fake.size
    return loss, dfake
