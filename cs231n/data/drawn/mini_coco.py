"""mini-COCO: drawn scenes with captions, in the file format of the course's COCO captions.

`scenes` makes up what is to be seen and what is said of it, `silhouettes` draws the things, and the built-in ConvNet
looks at them.
"""
import json
from collections import Counter, defaultdict

import h5py
import numpy as np

from cs231n.classifiers.pretrained_cnn import PretrainedCNN
from cs231n.data.drawn import mini_cifar
from cs231n.data.drawn.drawing import Scene
from cs231n.data.drawn.mini_cifar import GRASS, ROAD, SKY, WATER
from cs231n.data.drawn.scenes import COLOURS, KINDS, MOST_WORDS, OWN, plan, tell
from cs231n.data.drawn.silhouettes import WHITE

SEED = 231
SIZE = 64  # pixels along the side of a picture
WINDOW = 44  # and of the part of it in which a thing is drawn
SCENES = {"train": 3500, "val": 500}
CAPTIONS_EACH = 5
RAREST = 50  # a word that is used less often is <UNK>
SPECIAL = ["<NULL>", "<START>", "<END>", "<UNK>"]
GRID = 4  # cells along the side of the grid over which features are averaged
COLOUR_WEIGHT = 5  # so that colours vary half as much as the feature maps
FEATURES = 512  # numbers of a picture
DRAWN_AT_ONCE = 250  # scenes; another number makes other pictures
SEEN_AT_ONCE = 50  # scenes; the network keeps 6 MB of feature maps for each

SNOW = [(0.9, 0.92, 0.95), (0.85, 0.88, 0.93), (0.93, 0.93, 0.92), (0.8, 0.84, 0.9)]
SAND = [(0.88, 0.77, 0.53), (0.82, 0.7, 0.46), (0.92, 0.83, 0.64), (0.76, 0.63, 0.42)]
GROUND = {"sky": SKY, "sea": WATER, "road": ROAD, "grass": [*GRASS[:2], GRASS[1], GRASS[3]], "snow": SNOW, "sand": SAND}


def draw(scenes, rng):
    """Draw scenes.

    Parameters
    ----------
    scenes : list of scenes.Scene
    rng : numpy.random.RandomState
        The source of what the plan leaves open.

    Returns
    -------
    ndarray, shape (n, 64, 64, 3), uint8
    """
    s = Scene.blank(len(scenes), rng, SIZE)
    zones = np.array([(SKY, GROUND[scene.place]) for scene in scenes])
    all_sky = np.reshape([scene.place == "sky" for scene in scenes], (-1, 1, 1))
    mini_cifar.background(s, zones, np.where(all_sky, -1.5, s.uniform(-0.1, 0.2)), clouds)
    # A view is painted at once on all pictures that show it; of several things on a picture each has its turn.
    turns = defaultdict(list)
    for number, scene in enumerate(scenes):
        things = [(group, spot) for group in scene.groups for spot in group.spots]
        for turn, (group, spot) in enumerate(things):
            turns[turn, group.kind, group.view].append((number, COLOURS[group.colour], spot))
    for (_, kind, view), things in sorted(turns.items(), key=lambda item: item[0]):
        numbers, colours, spots = (np.array(column) for column in zip(*things, strict=True))
        paint(s, numbers, KINDS[kind], view, colours, spots)
    mini_cifar.expose(s, light=(0.85, 1.1), contrast=(0.75, 1.1))
    return np.rint(np.clip(s.rgb, 0, 1) * 255).astype(np.uint8).transpose(0, 2, 3, 1)


def clouds(s, horizon):
    """A cloud of three puffs, on some pictures so small that it is not there."""
    x, y, reach = s.uniform(-1, 1), s.uniform(0.4, 0.9), np.maximum(s.uniform(-0.1, 0.16), 0.001)
    puffs = [s.disc(x + shift * reach, y, share * reach) for shift, share in ((-1.2, 0.7), (0, 1), (1.3, 0.6))]
    s.paint(np.minimum.reduce(puffs), WHITE, alpha=0.6, soft=4)


def paint(s, numbers, kind, view, colours, spots):
    """Paint a thing of one kind on the pictures `numbers`, in a window around its spot, as all else stays as it is."""
    x, y, size = (spots[:, column].reshape(-1, 1, 1) for column in range(3))
    row, column = (np.rint(centre * (SIZE / 2)).astype(int) - WINDOW // 2 for centre in (1 - y, 1 + x))
    rows, columns = (np.clip(corner, 0, SIZE - WINDOW) + np.arange(WINDOW) for corner in (row, column))
    rows = rows.transpose(0, 2, 1)
    window = numbers.reshape(-1, 1, 1), slice(None), rows, columns  # (n, WINDOW, WINDOW, 3)
    part = Scene(s.rgb[window].transpose(0, 3, 1, 2), s.x[0, 0, columns], s.y[0, rows, 0], s.unit, s.rng)
    part = part.at(x, y, size * kind.size, part.uniform(-0.04, 0.04), 1 - 2 * part.chance(0.5))
    kind.views[view][0](part.wearing(*(colours if colour == OWN else COLOURS[colour] for colour in kind.wears)))
    s.rgb[window] = part.rgb.transpose(0, 2, 3, 1)


def tell_all(scene, rng):
    """Different captions of a scene."""
    captions = []
    while len(captions) < CAPTIONS_EACH:
        words = tell(scene, rng)
        if words not in captions:
            captions.append(words)
    return captions


def vocabulary(captions):
    """The words in the order of their numbers: special ones, then all that are used often, the most frequent first."""
    counts = Counter(word for words in captions for word in words)
    often = (word for word in counts if counts[word] >= RAREST)
    return SPECIAL + sorted(often, key=lambda word: (-counts[word], word))


def encode(captions, word_to_idx):
    """Captions as numbers, (N, 17): <START>, words, <END>, and <NULL> up to the end."""
    rows = np.full((len(captions), MOST_WORDS + 2), word_to_idx["<NULL>"], dtype=np.int32)
    for row, words in zip(rows, captions, strict=True):
        numbers = [word_to_idx.get(word, word_to_idx["<UNK>"]) for word in ("<START>", *words, "<END>")]
        row[:len(numbers)] = numbers
    return rows


def look(pictures):
    """What is seen in each cell of a coarse grid, (n, 2208): the built-in ConvNet's last feature maps, and colours.

    The ConvNet was trained to name things whatever their colour, so its maps tell little of that. The colours are the
    highest and the lowest red, green, blue, red less green, and blue less yellow of each cell.
    """
    net, seen = PretrainedCNN(), []
    for i in range(0, len(pictures), SEEN_AT_ONCE):
        batch = pictures[i:i + SEEN_AT_ONCE]
        maps, _ = net.forward(net.preprocess(batch), "relu6")
        rgb = red, green, blue = batch.transpose(3, 0, 1, 2).astype(np.float32) / 255
        colours = COLOUR_WEIGHT * np.stack([*rgb, red - green, blue - (red + green) / 2], axis=1)
        parts = cells(maps).mean(axis=(3, 5)), cells(colours).max(axis=(3, 5)), cells(colours).min(axis=(3, 5))
        seen.append(np.hstack([part.reshape(len(batch), -1) for part in parts]))
    return np.concatenate(seen)


def cells(maps):
    """Maps (n, C, H, W) cut by the grid, (n, C, GRID, H / GRID, GRID, W / GRID)."""
    n, C, H, W = maps.shape
    return maps.reshape(n, C, GRID, H // GRID, GRID, W // GRID)


def principal_axes(x):
    """The directions in which x (N, D) varies most, (D, FEATURES), the first ones most; signs are fixed."""
    _, axes = np.linalg.eigh(np.cov(x.T))
    axes = axes[:, :-FEATURES - 1:-1]
    return axes * np.sign(axes[np.argmax(np.abs(axes), axis=0), np.arange(FEATURES)])


def make(folder):
    """Write mini-COCO as the course's files: captions, vocabulary, features and addresses; and the pictures.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder; gets ``coco2014_captions.h5``, ``coco2014_vocab.json``, for train and val each
        ``*2014_vgg16_fc7_pca.h5`` (the course's name: here the features are the built-in ConvNet's) and
        ``*2014_urls.txt``, and ``pictures.h5`` with the scenes, uint8 (N, 64, 64, 3).

    Notes
    -----
    Captions and pictures are the same on every machine, features up to rounding.
    """
    captions, features = {}, {}
    with h5py.File(folder / "pictures.h5", "w") as file:
        for number, (split, count) in enumerate(SCENES.items()):
            rng = np.random.RandomState(SEED + number)
            scenes = [plan(rng) for _ in range(count)]
            captions[split] = [words for scene in scenes for words in tell_all(scene, rng)]
            file[split] = np.concatenate([
                draw(scenes[i:i + DRAWN_AT_ONCE], rng) for i in range(0, count, DRAWN_AT_ONCE)])
            features[split] = look(file[split][:])
            urls = "".join(f"mini-coco:{split}/{i}\n" for i in range(count))
            (folder / f"{split}2014_urls.txt").write_text(urls, encoding="utf-8", newline="\n")
    words = vocabulary(captions["train"])
    word_to_idx = {word: i for i, word in enumerate(words)}
    text = json.dumps({"idx_to_word": words, "word_to_idx": word_to_idx})
    (folder / "coco2014_vocab.json").write_text(text, encoding="utf-8")
    mean, axes = features["train"].mean(axis=0), principal_axes(features["train"])
    size = np.sqrt(np.mean(((features["train"] - mean) @ axes) ** 2))
    with h5py.File(folder / "coco2014_captions.h5", "w") as file:
        for split, count in SCENES.items():
            file[f"{split}_captions"] = encode(captions[split], word_to_idx)
            file[f"{split}_image_idxs"] = np.repeat(np.arange(count, dtype=np.int32), CAPTIONS_EACH)
            with h5py.File(folder / f"{split}2014_vgg16_fc7_pca.h5", "w") as seen:
                seen["features"] = ((features[split] - mean) @ axes / size).astype(np.float32)
