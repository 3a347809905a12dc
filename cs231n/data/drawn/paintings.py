"""Pictures of our own drawing for style transfer: a landscape to paint, and three paintings to learn a style from.

All functions take the height and width in pixels and a seed, and return (height, width, 3) of uint8 in RGB.
"""
import numpy as np
from PIL import Image, ImageDraw
from scipy.spatial import cKDTree

FINE = 3  # everything is drawn so many times larger and then made smaller, so that edges are smooth


def landscape(height=96, width=128, seed=0):
    """A village by a lake, under hills and an evening sky."""
    rng = np.random.RandomState(seed)
    H, W = FINE * height, FINE * width
    shore = 0.68 * H
    rows = np.linspace(0, 1, H)[:, None, None]
    sky = (1 - rows) * (70, 120, 200) + rows * (265, 215, 165)
    image = Image.fromarray(np.uint8(np.clip(sky.repeat(W, axis=1), 0, 255)))
    pen = ImageDraw.Draw(image)
    _disc(pen, 0.74 * W, 0.24 * H, 0.075 * H, (255, 238, 170))
    for x, y, reach in ((0.2, 0.16, 0.05), (0.27, 0.14, 0.06), (0.35, 0.17, 0.045), (0.55, 0.3, 0.03)):
        pen.ellipse((W * x - 2.2 * H * reach, H * (y - 0.6 * reach), W * x + 2.2 * H * reach, H * (y + 0.6 * reach)),
                    fill=(250, 235, 225))
    hills = ((0.44, 0.09, (120, 130, 165)), (0.52, 0.06, (85, 120, 110)), (0.6, 0.04, (85, 135, 65)))
    for level, swing, colour in hills:
        pen.polygon([(0, shore), *_ridge(rng, W, level * H, swing * H), (W, shore)], fill=colour)
    for x in np.linspace(0.08, 0.9, 7) + rng.uniform(-0.03, 0.03, 7):
        if rng.rand() < 0.7:
            _house(pen, rng, x * W, shore - rng.uniform(0, 0.05) * H, 0.13 * H)
        else:
            _tree(pen, rng, x * W, shore, 0.2 * H)
    # The lake shows what is above its shore, darker and in ripples.
    pixels = np.array(image)
    depth = np.arange(H - int(shore))
    ripples = np.rint(0.01 * W * np.sin(depth**0.75) * rng.uniform(0.6, 1.4, len(depth))).astype(int)
    for row, ripple in zip(depth, ripples, strict=True):
        pixels[int(shore) + row] = 0.65 * np.roll(pixels[int(shore) - 1 - row], ripple, axis=0) + (10, 25, 45)
    image = Image.fromarray(pixels)
    _tree(ImageDraw.Draw(image), rng, 0.97 * W, 1.02 * H, 0.75 * H)
    return _smaller(np.asarray(image), height, width)


def swirls(height=96, width=128, seed=0):
    """Short strokes in blue that run around yellow stars."""
    rng = np.random.RandomState(seed)
    H, W = FINE * height, FINE * width
    image = Image.new("RGB", (W, H), (25, 40, 95))
    pen = ImageDraw.Draw(image)
    stars = rng.uniform(0.05, 0.95, (7, 2)) * (W, H)
    turn = rng.choice([-1, 1], len(stars))
    reach = 0.3 * H
    step, strokes = 0.02 * H, H * W // 70
    for x, y in rng.uniform(0, 1, (strokes, 2)) * (W, H):
        away = np.array([x, y]) - stars
        distance = np.hypot(*away.T)
        nearest, near = distance.argmin(), np.exp(-distance.min() / (0.35 * reach))
        lights = np.array([(30, 60, 140), (60, 110, 190), (120, 170, 215), (20, 35, 90), (200, 215, 190)])
        colour = lights[rng.choice(5, p=(0.3, 0.3, 0.2, 0.13, 0.07))] * (1 - near) + np.array((250, 205, 70)) * near
        path = [(x, y)]
        for _ in range(5):
            away = np.array(path[-1]) - stars
            pull = turn / (np.hypot(*away.T) + 0.1 * reach)**2
            flow = np.array([-(away[:, 1] * pull).sum() + 0.6 / reach, (away[:, 0] * pull).sum()])
            path.append(tuple(path[-1] + step * flow / np.hypot(*flow)))
        shade = rng.uniform(0.85, 1.15) if distance[nearest] > 0.08 * reach else 1.1
        pen.line(path, fill=_rgb(shade * colour), width=round(0.014 * H), joint="curve")
    return _smaller(np.asarray(image), height, width)


def mosaic(height=96, width=128, seed=0):
    """Tiles of red, ochre and blue-green glass, in rings around two centres, with dark joints."""
    rng = np.random.RandomState(seed)
    H, W = FINE * height, FINE * width
    side = 0.06 * H
    grid = np.stack(np.meshgrid(np.arange(-1, W / side + 1), np.arange(-1, H / side + 1)), axis=-1).reshape(-1, 2)
    centres = (grid + rng.uniform(0.15, 0.85, grid.shape)) * side
    glass = np.array([(190, 45, 35), (225, 155, 45), (245, 225, 170), (30, 110, 120), (25, 50, 90), (120, 30, 60)])
    ring = np.min([np.hypot(*(centres - middle).T) for middle in ((0.3 * W, 0.4 * H), (0.8 * W, 0.75 * H))], axis=0)
    number = (ring / (0.13 * H)).astype(int) % len(glass)
    other = rng.rand(len(centres)) < 0.15
    number[other] = rng.randint(0, len(glass), other.sum())
    colours = glass[number] * rng.uniform(0.75, 1.2, (len(centres), 1))
    pixels = np.stack(np.meshgrid(np.arange(W), np.arange(H)), axis=-1)
    distance, tile = cKDTree(centres).query(pixels, k=2)
    joint = (distance[..., 1] - distance[..., 0] < 0.012 * H)[..., None]
    shine = 1 + 0.25 * (0.3 - distance[..., :1] / side)
    return _smaller(np.where(joint, (35, 28, 30), colours[tile[..., 0]] * shine), height, width)


def dots(height=96, width=128, seed=0):
    """A sunny meadow under trees, in dots of pure colour."""
    rng = np.random.RandomState(seed)
    H, W = FINE * height, FINE * width
    image = Image.new("RGB", (W, H), (235, 225, 190))
    pen = ImageDraw.Draw(image)
    palettes = {"sky": [(90, 150, 225), (150, 190, 240), (245, 225, 200), (170, 150, 220)],
                "leaves": [(30, 90, 50), (70, 140, 50), (40, 60, 120), (190, 190, 50)],
                "meadow": [(230, 190, 40), (150, 190, 50), (235, 120, 50), (250, 235, 120)],
                "shade": [(60, 60, 140), (40, 110, 70), (120, 70, 140), (60, 140, 120)]}
    for x, y in rng.uniform(0, 1, (H * W // 22, 2)):
        wave = 0.06 * np.sin(9 * x + 2) + 0.05 * np.sin(23 * x)
        place = ("leaves" if y < 0.42 + wave and np.sin(7 * x + 1) > 0.1 else "sky" if y < 0.4 + wave else
                 "shade" if np.sin(7 * x + 14 * y) > 0.35 else "meadow")
        colour = np.array(palettes[place][rng.choice(4, p=(0.45, 0.3, 0.15, 0.1))])
        _disc(pen, x * W, y * H, rng.uniform(0.007, 0.013) * H, _rgb(colour * rng.uniform(0.9, 1.1)))
    return _smaller(np.asarray(image), height, width)


STYLES = {"swirls": swirls, "mosaic": mosaic, "dots": dots}


def _ridge(rng, W, level, swing):
    """Points of a line of hills from left to right."""
    x = np.linspace(0, 1, 60)
    waves = sum(np.sin(2 * np.pi * (k * x + rng.rand())) / k for k in (1, 2, 3, 5, 9))
    return list(zip(x * W, level + swing * waves, strict=True))


def _house(pen, rng, x, y, size):
    """A house with a roof and lit windows, its foot in the middle at (x, y)."""
    walls = [(235, 220, 195), (225, 180, 120), (205, 150, 140), (240, 235, 225)][rng.randint(4)]
    roof = [(160, 60, 45), (120, 50, 45), (95, 70, 75)][rng.randint(3)]
    half, tall = 0.42 * size, size * rng.uniform(0.8, 1.2)
    pen.rectangle((x - half, y - tall, x + half, y), fill=walls)
    pen.polygon([(x - 1.2 * half, y - tall), (x, y - tall - 0.75 * size), (x + 1.2 * half, y - tall)], fill=roof)
    for row in (0.3, 0.7):
        for column in (-0.5, 0.5):
            middle, foot = x + column * half, y - row * tall
            pen.rectangle((middle - 0.09 * size, foot - 0.1 * size, middle + 0.09 * size, foot + 0.1 * size),
                          fill=(70, 75, 100) if rng.rand() < 0.6 else (255, 220, 120))


def _tree(pen, rng, x, y, size):
    """A tree of leafy discs, its foot at (x, y)."""
    pen.rectangle((x - 0.04 * size, y - 0.5 * size, x + 0.04 * size, y), fill=(70, 50, 40))
    for angle in rng.permutation(np.linspace(0, 2 * np.pi, 9, endpoint=False)):
        green = np.array((45, 85, 40)) * rng.uniform(0.8, 1.3)
        across, up = 0.2 * size * np.cos(angle), 0.68 * size - 0.2 * size * np.sin(angle)
        _disc(pen, x + across, y - up, 0.17 * size, _rgb(green))


def _disc(pen, x, y, radius, colour):
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _rgb(colour):
    return tuple(int(value) for value in np.clip(colour, 0, 255))


def _smaller(pixels, height, width):
    """The finished picture of one that was drawn `FINE` times larger."""
    blocks = np.clip(pixels, 0, 255).reshape(height, FINE, width, FINE, 3)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
