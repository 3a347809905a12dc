"""mini-CIFAR: the ten classes of CIFAR-10 as procedurally drawn pictures, in CIFAR-10's own file format.

`silhouettes` draws the objects. Here they get what differs from picture to picture for all classes alike: a place, a
pose, something that stands in the way, light and blur.
"""
import pickle

import numpy as np

from cs231n.data.drawn.drawing import SIZE, Scene
from cs231n.data.drawn.silhouettes import VIEWS

SEED = 231
PICTURES_PER_FILE = 2000
TRAINING_FILES = 5
LABEL_NAMES = list(VIEWS)

# Colours: red, green, blue from 0 to 1, four alternatives each
SKY = [(0.42, 0.64, 0.92), (0.68, 0.8, 0.94), (0.76, 0.77, 0.8), (0.92, 0.8, 0.68)]
WATER = [(0.13, 0.3, 0.5), (0.22, 0.45, 0.52), (0.35, 0.45, 0.52), (0.5, 0.62, 0.68)]
GRASS = [(0.3, 0.5, 0.2), (0.45, 0.55, 0.22), (0.6, 0.56, 0.3), (0.22, 0.38, 0.16)]
LEAVES = [(0.12, 0.24, 0.1), (0.2, 0.34, 0.14), (0.3, 0.36, 0.15), (0.46, 0.4, 0.2)]
ROAD = [(0.4, 0.4, 0.42), (0.52, 0.5, 0.48), (0.3, 0.3, 0.32), (0.62, 0.6, 0.56)]
EARTH = [(0.55, 0.42, 0.28), (0.7, 0.6, 0.45), (0.88, 0.88, 0.9), (0.4, 0.32, 0.24)]
ROOM = [(0.76, 0.68, 0.56), (0.5, 0.35, 0.28), (0.55, 0.6, 0.66), (0.35, 0.31, 0.33)]

CLUTTER = LEAVES + EARTH + [(0.93, 0.93, 0.91), (0.6, 0.6, 0.62)]

# Places: what is above and what is below the horizon
PLACES = {"sky": (SKY, SKY), "sea": (SKY, WATER), "meadow": (SKY, GRASS), "road": (SKY, ROAD), "plain": (SKY, EARTH),
          "pond": (LEAVES, WATER), "forest": (LEAVES, GRASS), "path": (LEAVES, EARTH), "thicket": (LEAVES, LEAVES),
          "street": (ROOM, ROAD), "yard": (ROOM, GRASS), "room": (ROOM, ROOM)}

# Where each class is seen: no place gives it away
SEEN_IN = {
    "airplane": ("sky", "sky", "sky", "sea", "meadow", "road"),
    "automobile": ("road", "street", "yard", "path", "plain", "meadow"),
    "bird": ("sky", "sky", "thicket", "meadow", "sea", "pond", "forest", "plain"),
    "cat": ("room", "room", "room", "yard", "path", "street", "thicket"),
    "deer": ("forest", "thicket", "meadow", "path", "forest", "plain"),
    "dog": ("room", "yard", "meadow", "path", "street", "plain"),
    "frog": ("pond", "thicket", "forest", "path", "room", "yard"),
    "horse": ("meadow", "meadow", "forest", "yard", "plain", "path"),
    "ship": ("sea", "sea", "sea", "pond"),
    "truck": ("road", "street", "road", "plain", "path", "meadow"),
}


def clutter(s, spots, post):
    """A bush, cloud or stone at each of `spots` (x, y, reach; none if negative), at the last one perhaps a `post`."""
    for x, y, reach in spots:
        reach = np.maximum(reach, 0.01)
        s.paint(s.ellipse(x, y, 1.6 * reach, reach), s.colour(CLUTTER), soft=3)
    trunk = s.limb([(x, y), (x + s.uniform(-0.2, 0.2), 1.5)], s.uniform(0.02, 0.1))
    s.paint(trunk, s.colour(CLUTTER), alpha=s.chance(post))


def bushes(s, horizon):
    """Clutter along the horizon."""
    reaches = (s.uniform(-0.25, 0.5), s.uniform(-0.15, 0.3), s.uniform(-0.1, 0.2))
    clutter(s, [(s.uniform(-1, 1), horizon + s.uniform(-0.1, 0.5), reach) for reach in reaches], 0.25)


def background(s, zones, horizon, decorate):
    """Two softly textured zones that meet at the horizon; `decorate(s, horizon)` paints what is behind it.

    `zones` are the colours above and below, alternatives of each, shape (n, 2, alternatives, 3).
    """
    each = np.arange(len(s.rgb))
    above, below = (s.vary(zones[each, zone, s.index(zones.shape[2])]) for zone in (0, 1))
    s.rgb += above * (1 + 0.15 * s.noise(2, 2))[:, None]
    decorate(s, horizon)
    ground = s.y - horizon - 0.08 * s.noise(4, 1)
    s.paint(ground, below * (1 + 0.2 * s.noise(3, 12))[:, None], relief=0, soft=s.uniform(1, 4))
    s.rgb *= 1 + (s.uniform(0.04, 0.18) * s.noise(11, 13))[:, None]


def expose(s, light=(0.65, 1.15), contrast=(0.5, 1.1)):
    """What a camera does: uneven light, a colour cast, contrast, blur and grain."""
    light = s.uniform(*light) + s.uniform(-0.2, 0.2) * s.x + s.uniform(-0.15, 0.15) * s.y
    cast = 0.92 + 0.16 * s.rng.random_sample((len(s.rgb), 3, 1, 1))
    contrast, mist = s.uniform(*contrast)[:, None], s.uniform(0.3, 0.65)[:, None]
    blur, grain = s.uniform(0, 0.3)[:, None], s.uniform(0.01, 0.05)[:, None]
    s.rgb *= light[:, None] * cast
    s.rgb += (1 - contrast) * (mist - s.rgb)
    size = s.rgb.shape[-1]
    pixel = np.arange(size)
    for axis in (2, 3):
        before, after = (np.take(s.rgb, np.clip(pixel + step, 0, size - 1), axis) for step in (-1, 1))
        s.rgb += blur * (before + after - 2 * s.rgb)
    s.rgb += grain * (s.rng.random_sample(s.rgb.shape) + s.rng.random_sample(s.rgb.shape) - 1)


def draw(label, n, rng):
    """Draw `n` pictures of one class.

    Parameters
    ----------
    label : str
        One of the ten names in `LABEL_NAMES`.
    n : int
        How many pictures; the class's views take turns.
    rng : numpy.random.RandomState
        The source of all choices.

    Returns
    -------
    ndarray, shape (n, 3, 32, 32), uint8
        Red, green and blue planes, as CIFAR-10 stores them.

    Raises
    ------
    ValueError
        If `label` is none of the ten names.
    """
    if label not in VIEWS:
        raise ValueError(f"label is {label!r}; it must be one of {', '.join(LABEL_NAMES)}")
    views = VIEWS[label]
    pictures = np.empty((n, 3, SIZE, SIZE), np.uint8)
    for i, view in enumerate(views):
        s = Scene.blank(len(pictures[i :: len(views)]), rng)
        horizon = s.uniform(-0.35, 0.5)
        background(s, s.choose([PLACES[place] for place in SEEN_IN[label]]), horizon, bushes)
        mirror = (1 - 2 * s.chance(0.5)) * s.uniform(0.85, 1.2)  # not quite 1: a little slimmer or wider
        view(s.at(s.uniform(-0.2, 0.2), s.uniform(-0.2, 0.15), s.uniform(0.55, 0.95), s.uniform(-0.08, 0.08), mirror))
        clutter(s, [(s.uniform(-1, 1), s.uniform(-1, -0.5), s.uniform(-0.3, 0.3)) for _ in range(2)], 0.15)
        expose(s)
        pictures[i :: len(views)] = np.rint(np.clip(s.rgb, 0, 1) * 255)
    return pictures


def make(folder):
    """Write mini-CIFAR as CIFAR-10's Python files: five training batches, the test batch and the names.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder; gets ``data_batch_1`` to ``data_batch_5``, ``test_batch`` and ``batches.meta``.

    Notes
    -----
    The layout is that of https://www.cs.toronto.edu/~kriz/cifar.html, with 2,000 pictures a file, 200 of each class.
    The bytes are the same on every machine.
    """
    each = PICTURES_PER_FILE // len(LABEL_NAMES)
    batches = [(f"data_batch_{i}", f"training batch {i} of {TRAINING_FILES}") for i in range(1, TRAINING_FILES + 1)]
    for i, (name, title) in enumerate([*batches, ("test_batch", "testing batch 1 of 1")]):
        rng = np.random.RandomState(SEED + i)
        data = np.concatenate([draw(label, each, rng).reshape(each, -1) for label in LABEL_NAMES])
        order = rng.permutation(len(data))
        labels = np.repeat(np.arange(len(LABEL_NAMES)), each)[order].tolist()
        filenames = [f"{LABEL_NAMES[y]}_mini_{i * PICTURES_PER_FILE + j:06d}.png" for j, y in enumerate(labels)]
        write(folder / name, {"batch_label": title, "labels": labels, "data": data[order], "filenames": filenames})
    write(folder / "batches.meta", {"num_cases_per_batch": PICTURES_PER_FILE, "label_names": LABEL_NAMES,
                                    "num_vis": 3 * SIZE * SIZE})


def write(path, content):
    """Pickle `content` in a protocol that does not change from one Python to the next."""
    path.write_bytes(pickle.dumps(content, protocol=4))
