"""Make the weights of the built-in network: `python -m cs231n.classifiers.train_pretrained_cnn`, some minutes.

A `ModernConvNet` learns the ten classes of mini-CIFAR. Its batch normalisation, which by then only scales and shifts,
is multiplied into the convolutions, so that what is saved is plain convolutions. The file holds their weights in half
precision.
"""
import numpy as np

from cs231n.classifiers.cnn import ModernConvNet
from cs231n.classifiers.pretrained_cnn import CHANNELS, WEIGHTS_FILE, PretrainedCNN
from cs231n.data.catalogue import CIFAR10
from cs231n.data.cifar10 import load_CIFAR10
from cs231n.data.folders import data_folder
from cs231n.data.store import make
from cs231n.image_utils import preprocess_image
from cs231n.solver import Solver
from cs231n.training.schedules import cosine, warm_up

EPOCHS, BATCH_SIZE, VALIDATION = 7, 50, 500


def augment(X):
    """Mirror half of the images, shift all by up to three pixels, add noise: (N, 3, H, W) in and out.

    The noise keeps the network from leaning on single pixels, which makes its gradients on the image smoother.
    """
    N, _, H, W = X.shape
    mirrored = np.where(np.random.rand(N, 1, 1, 1) < 0.5, X, X[:, :, :, ::-1])
    framed = np.pad(mirrored, ((0, 0), (0, 0), (3, 3), (3, 3)), mode="reflect")
    shifted = np.stack([image[:, top:top + H, left:left + W]
                        for image, (top, left) in zip(framed, np.random.randint(0, 7, (N, 2)), strict=True)])
    return shifted + (0.2 * np.random.rand(N, 1, 1, 1) * np.random.randn(*X.shape)).astype(X.dtype)


def fold(net, eps=1e-5):
    """Turn a trained ModernConvNet with batch normalisation into plain convolutions.

    In testing, batch normalisation is ``gamma (Wx - mean) / std + beta``, which is a convolution with the weights
    ``gamma / std * W`` and the bias ``beta - gamma / std * mean``. The affine layer behind the global mean is a 1x1
    convolution before it.

    Parameters
    ----------
    net : ModernConvNet
    eps : float
        What batch normalisation adds to the variance.

    Returns
    -------
    dict of str to ndarray
        `params` of `PretrainedCNN`.
    """
    params = {}
    blocks = [block for stage in net.stages for block in stage]
    for number, block in enumerate(blocks, 1):
        averages = net.bn_params[block]
        scale = net.params[f"{block}_gamma"] / np.sqrt(averages["running_var"] + eps)
        params[f"conv{number}_W"] = net.params[f"{block}_W"] * scale[:, None, None, None]
        params[f"conv{number}_b"] = net.params[f"{block}_beta"] - scale * averages["running_mean"]
    last = len(blocks) + 1
    params[f"conv{last}_W"] = net.params["W"].T[:, :, None, None]
    params[f"conv{last}_b"] = net.params["b"]
    return params


def main():
    """Train, fold, save, and print the accuracy on the test images of what was saved."""
    np.random.seed(231)
    Xtr, ytr, Xte, yte = load_CIFAR10(make(CIFAR10.miniature, data_folder()))
    Xtr, Xte = (preprocess_image(X.astype(np.float32)).transpose(0, 3, 1, 2) for X in (Xtr, Xte))
    data = {"X_train": Xtr[:-VALIDATION], "y_train": ytr[:-VALIDATION],
            "X_val": Xtr[-VALIDATION:], "y_val": ytr[-VALIDATION:]}
    net = ModernConvNet(channels=CHANNELS, blocks=2, reg=1e-4)
    iterations = EPOCHS * (len(data["X_train"]) // BATCH_SIZE)
    solver = Solver(net, data, update_rule="adam", optim_config={"learning_rate": 3e-3}, batch_size=BATCH_SIZE,
                    num_epochs=EPOCHS, lr_schedule=warm_up(50, cosine(iterations - 50)), augment=augment,
                    num_train_samples=200, print_every=50)
    solver.train()
    print(f"test accuracy {solver.check_accuracy(Xte, yte):.4f} in training")
    np.savez_compressed(WEIGHTS_FILE, **{name: value.astype(np.float16) for name, value in fold(net).items()})
    model = PretrainedCNN()
    scores = np.concatenate([model.forward(Xte[i:i + 100])[0] for i in range(0, len(Xte), 100)])
    print(f"test accuracy {np.mean(scores.argmax(axis=1) == yte):.4f} as saved; "
          f"{WEIGHTS_FILE.stat().st_size / 1e3:.0f} kB in {WEIGHTS_FILE}")


if __name__ == "__main__":
    main()
