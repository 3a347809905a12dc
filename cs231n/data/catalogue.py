"""Which data sets there are: their files, where they come from, how to know that they are right, and what must be
known of each besides: what loads it, what tells of it, and which files hold labels of test data.
"""
import importlib
from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file of a data set.

    Attributes
    ----------
    name : str
    checksum : str or None
        `"md5:..."` or `"sha256:..."`. Of the content of a `.gz` file, since the same content can be compressed to
        different bytes. None if the publisher gives none: then the one recorded at the first download counts.
    needed : bool
        False if the loaders can do without it.
    """

    name: str
    checksum: str | None = None
    needed: bool = True


@dataclass(frozen=True)
class Download:
    """An address at the publisher's, and the checksum of what it gives (None if the publisher gives none).

    A `.zip` or `.tar.gz` is unpacked, from the folder `inside` it; anything else is a file of the data set as it is.
    """

    url: str
    checksum: str | None = None
    inside: str = ""


@dataclass(frozen=True)
class Miniature:
    """A small stand-in that the kit draws.

    Attributes
    ----------
    folder : str
        Where it is put, below the data folder.
    modules : tuple of str
        The modules of `cs231n.data.drawn` that draw it. The first has `make(folder)`. Change one and it is drawn again.
    title : str
    takes : str
        How long drawing takes.
    """

    folder: str
    modules: tuple[str, ...]
    title: str
    takes: str


@dataclass(frozen=True)
class DataSet:
    """A data set: `files` in `folder` below the data folder, made of `downloads`.

    Attributes
    ----------
    loaders : tuple of str
        What notebooks load it with, as dotted names for `named`. A notebook that has the last part of one in its text
        is taken to load it.
    teller : str
        Dotted name of a function that makes what is missing of it, if the kit can, and returns the line that says what
        a notebook runs on.
    test_labels : dict of str to str
        Files that hold labels of test data, of the download and of the miniature; behind each the dotted name of a
        function that takes its path and returns its content (bytes) without these labels. That is what a kernel sees
        in which a submission is graded. Empty if no model is tested on these data.
    otherwise : str
        What the loaders use where the data set is absent, if they have anything.
    """

    name: str
    title: str
    folder: str
    files: tuple[File, ...]
    downloads: tuple[Download, ...]
    loaders: tuple[str, ...]
    teller: str
    test_labels: dict[str, str]
    miniature: Miniature | None = None
    otherwise: str = ""


CIFAR10 = DataSet(
    name="cifar10",
    title="CIFAR-10: 60,000 pictures of 32x32 in ten classes",
    folder="cifar-10-batches-py",
    files=(
        File("data_batch_1", "md5:c99cafc152244af753f735de768cd75f"),
        File("data_batch_2", "md5:d4bba439e000b95fd0a9bffe97cbabec"),
        File("data_batch_3", "md5:54ebc095f3ab1f0389bbae665268c751"),
        File("data_batch_4", "md5:634d18415352ddfa80567beed471001a"),
        File("data_batch_5", "md5:482c414d41f54cd18b22e5b47cb7c3cb"),
        File("test_batch", "md5:40351d587109b95175f43aff81a1287e"),
        File("batches.meta", "md5:5ff9c542aee3614f3951f8cda6e48888", needed=False),
    ),
    downloads=(
        Download(
            "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
            "md5:c58f30108f718f92721af3b95e74349a",
            inside="cifar-10-batches-py",
        ),
    ),
    loaders=("cs231n.data.cifar10.load_CIFAR10", "cs231n.data.cifar10.get_CIFAR10_data",
             "cs231n.nn.vision.datasets.CIFAR10"),
    teller="cs231n.data.cifar10.describe_CIFAR10",
    test_labels={"test_batch": "cs231n.data.cifar10.without_labels"},
    miniature=Miniature(
        "mini-cifar-10-batches-py",
        modules=("mini_cifar", "silhouettes", "drawing"),
        title="mini-CIFAR-10, 12,000 pictures in CIFAR-10's format",
        takes="about 10 s",
    ),
    otherwise="mini-CIFAR-10",
)

_MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MNIST = DataSet(
    name="mnist",
    title="MNIST: 70,000 handwritten digits of 28x28",
    folder="mnist",
    files=(
        File("train-images-idx3-ubyte.gz", "md5:6bbc9ace898e44ae57da46a324031adb"),
        File("train-labels-idx1-ubyte.gz", "md5:a25bea736e30d166cdddb491f175f624"),
        File("t10k-images-idx3-ubyte.gz", "md5:2646ac647ad5339dbf082846283269ea"),
        File("t10k-labels-idx1-ubyte.gz", "md5:27ae3e4e09519cfbb04c329615203637"),
    ),
    downloads=(
        Download(_MNIST + "train-images-idx3-ubyte.gz", "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        Download(_MNIST + "train-labels-idx1-ubyte.gz", "md5:d53e105ee54ea40749a09fcbcd1e9432"),
        Download(_MNIST + "t10k-images-idx3-ubyte.gz", "md5:9fb629c4189551a2d022fa330f9573f3"),
        Download(_MNIST + "t10k-labels-idx1-ubyte.gz", "md5:ec29112dd5afa0611ce80d1b7f02629c"),
    ),
    loaders=("cs231n.data.mnist.load_mnist",),
    teller="cs231n.data.mnist.describe_mnist",
    test_labels=dict.fromkeys(  # the loader takes it unpacked, too
        ("t10k-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte"), "cs231n.data.mnist.without_labels"),
    otherwise="the digits of scikit-learn",
)

COCO = DataSet(
    name="coco",
    title="COCO: captions and VGG16 features of 123,287 pictures",
    folder="coco_captioning",
    files=(
        File("coco2014_captions.h5"),
        File("coco2014_vocab.json", "sha256:0cf30d2a349e9d24df4c9b0fa3dca46ad69b05876595546fdd690559a8c8da53"),
        File("train2014_vgg16_fc7_pca.h5"),
        File("val2014_vgg16_fc7_pca.h5"),
        File("train2014_urls.txt"),
        File("val2014_urls.txt"),
        File("train2014_images.txt", needed=False),
        File(
            "val2014_images.txt",
            "sha256:5b98b5430c41dc245222e174fa67b7fc703923fa6e888c30fb33277f3d9c88ad",
            needed=False,
        ),
        File("train2014_vgg16_fc7.h5", needed=False),
        File("val2014_vgg16_fc7.h5", needed=False),
    ),
    downloads=(Download("http://cs231n.stanford.edu/coco_captioning.zip", inside="coco_captioning"),),
    loaders=("cs231n.data.coco.load_coco_data",),
    teller="cs231n.data.coco.describe_coco",
    test_labels={"coco2014_captions.h5": "cs231n.data.coco.without_endings"},
    miniature=Miniature(
        "mini-coco",
        modules=("mini_coco", "scenes", "mini_cifar", "silhouettes", "drawing"),
        title="mini-COCO, 4,000 scenes with five captions each in COCO's format",
        takes="about 30 s, some minutes without the compiled layers",
    ),
    otherwise="mini-COCO",
)

IMAGENET_VAL_25 = DataSet(
    name="imagenet_val_25",
    title="ImageNet: 25 validation pictures of 224x224",
    folder="",
    files=(
        File(
            "imagenet_val_25.npz",
            "sha256:35141609d22457c791e8fbe10c2d3b09ed0d6a04b669173e9fbebb0b4915cd3c",
        ),
    ),
    downloads=(
        Download(
            "http://cs231n.stanford.edu/imagenet_val_25.npz",
            "sha256:35141609d22457c791e8fbe10c2d3b09ed0d6a04b669173e9fbebb0b4915cd3c",
        ),
    ),
    loaders=("cs231n.data.imagenet.load_imagenet_val",),
    teller="cs231n.data.imagenet.describe_imagenet_val",
    test_labels={},  # they are looked at, with their names
)

SQUEEZENET = DataSet(
    name="squeezenet",
    title="SqueezeNet v1.1: weights trained on ImageNet",
    folder="squeezenet",
    files=(File("squeezenet_v1.1.caffemodel"),),
    downloads=(
        Download("https://github.com/forresti/SqueezeNet/raw/master/SqueezeNet_v1.1/squeezenet_v1.1.caffemodel"),
    ),
    loaders=("cs231n.classifiers.pretrained_cnn.load_pretrained",),
    teller="cs231n.classifiers.pretrained_cnn.describe_pretrained",
    test_labels={},
    otherwise="the built-in network",
)

CATALOGUE = {dataset.name: dataset for dataset in (CIFAR10, MNIST, COCO, IMAGENET_VAL_25, SQUEEZENET)}


def named(name):
    """Return what a dotted name of the catalogue means."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)
