"""Generative adversarial networks: two networks that learn from each other (Goodfellow et al., 2014).

The generator G makes images of noise. The discriminator D tells real images from G's. Letters: N images, Z numbers of
noise for each.
"""
from cs231n.generative.gan.losses import (
    discriminator_loss,
    generator_loss,
    ls_discriminator_loss,
    ls_generator_loss,
)
from cs231n.generative.gan.networks import (
    build_dc_classifier,
    build_dc_generator,
    discriminator,
    generator,
    sample_noise,
)
from cs231n.generative.gan.training import discriminator_gradients, generator_gradients, run_a_gan
from cs231n.layers.losses import bce_loss

__all__ = [
    "bce_loss", "build_dc_classifier", "build_dc_generator", "discriminator", "discriminator_gradients",
    "discriminator_loss", "generator", "generator_gradients", "generator_loss", "ls_discriminator_loss",
    "ls_generator_loss", "run_a_gan", "sample_noise",
]
