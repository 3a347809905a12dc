"""Many small pictures painted at once, with signed distances.

A shape is an array of signed distances, one number a pixel: negative inside, positive outside, zero on the outline.
Shapes are combined with plain arithmetic (`np.minimum` is "or", `np.maximum` is "and"), and painting is a blend whose
weight falls from one to zero across the pixel that the outline crosses, which is all the anti-aliasing there is.

A `Scene` paints `n` pictures together: every size, place and colour may be a number or one number a picture. Only
``+ - * /``, square root, minimum, maximum and floor are used, each of which IEEE 754 defines to the last bit, so
that the pictures are the same bytes on every machine.
"""

import numpy as np

SIZE = 32  # pixels along the side of a picture, unless a scene is asked for another number


def length(u, v):
    """Length of the vectors (u, v); `np.hypot` may round differently from machine to machine."""
    return np.sqrt(u * u + v * v)


class Scene:
    """A frame of reference on `n` pictures that are painted together.

    Parameters
    ----------
    rgb : ndarray, shape (n, 3, size, size)
        The pictures, red green blue from 0 to 1; painted in place and shared by all frames on them.
    x, y : ndarray, shape (n, size, size)
        Where each pixel lies in this frame; x grows to the right, y upwards.
    unit : float or ndarray, shape (n, 1, 1)
        How many pixels long a distance of one is.
    rng : numpy.random.RandomState
        The source of all choices.
    prescribed : list of ndarray, shape (n, 3), optional
        What the next calls of `colour` give, in place of a choice; see `wearing`. Shared by all frames, too.
    """

    def __init__(self, rgb, x, y, unit, rng, prescribed=()):
        self.rgb, self.x, self.y, self.unit, self.rng, self.prescribed = rgb, x, y, unit, rng, prescribed

    @classmethod
    def blank(cls, n, rng, size=SIZE):
        """`n` black pictures, in a frame whose origin is the centre and whose edges are at -1 and 1."""
        ticks = (np.arange(size) + 0.5) * (2 / size) - 1
        shape = (n, size, size)
        return cls(np.zeros((n, 3, size, size)), np.broadcast_to(ticks, shape),
                   np.broadcast_to(-ticks[:, None], shape), size / 2, rng)

    # choices -------------------------------------------------------------------------------------------------

    def uniform(self, low, high):
        """One number a picture, shape (n, 1, 1)."""
        return low + (high - low) * self.rng.random_sample((len(self.rgb), 1, 1))

    def index(self, count):
        """One whole number below `count` a picture, shape (n,)."""
        return self.rng.randint(0, count, len(self.rgb), dtype=np.int64)

    def choose(self, options):
        """One row of `options` a picture, shape (n, ...)."""
        return np.asarray(options)[self.index(len(options))]

    def chance(self, probability):
        """1.0 with that probability, otherwise 0.0, one a picture, shape (n, 1, 1)."""
        return (self.rng.random_sample((len(self.rgb), 1, 1)) < probability).astype(float)

    def vary(self, colours):
        """`colours`, one a picture, changed a little in lightness and less in hue, shape (n, 3, 1, 1)."""
        base = np.reshape(colours, (-1, 3, 1, 1))
        hue = 0.1 * (self.rng.random_sample(base.shape) - 0.5)
        return np.clip(base + self.uniform(-0.12, 0.12)[:, None] + hue, 0, 1)

    def colour(self, options):
        """One of the colours `options` a picture, or what is prescribed, varied a little, shape (n, 3, 1, 1)."""
        return self.vary(self.prescribed.pop(0) if self.prescribed else self.choose(options))

    def noise(self, cells_x, cells_y):
        """Smooth fields between random values from -1 to 1 at the corners of a grid of cells, shape (n, size, size)."""
        size = self.x.shape[-1]
        field = self.rng.random_sample((len(self.rgb), cells_y + 1, cells_x + 1)) * 2 - 1
        for axis, cells in ((1, cells_y), (2, cells_x)):
            position = (np.arange(size) + 0.5) * cells / size
            cell = position.astype(int)
            t = (position - cell).reshape((-1, 1) if axis == 1 else (1, -1))
            t = t * t * (3 - 2 * t)
            field = np.take(field, cell, axis) * (1 - t) + np.take(field, cell + 1, axis) * t
        return field

    # frames --------------------------------------------------------------------------------------------------

    def at(self, x=0, y=0, size=1, turn=0, mirror=1):
        """A frame with its origin at (x, y), `size` times as large, turned anticlockwise, mirrored left to right if -1.

        `turn` is the tangent of half the angle: sine and cosine follow from it by arithmetic alone.
        """
        cos, sin = (1 - turn * turn) / (1 + turn * turn), 2 * turn / (1 + turn * turn)
        dx, dy = (self.x - x) / size, (self.y - y) / size
        return Scene(self.rgb, (cos * dx + sin * dy) * mirror, cos * dy - sin * dx, self.unit * size, self.rng,
                     self.prescribed)

    def fold(self):
        """A frame in which whatever is painted at x > 0 appears at -x too."""
        return Scene(self.rgb, np.abs(self.x), self.y, self.unit, self.rng, self.prescribed)

    def wearing(self, *colours):
        """The same frame, in which the next calls of `colour` give these, shape (n, 3) each, one after the other."""
        return Scene(self.rgb, self.x, self.y, self.unit, self.rng, list(colours))

    # shapes: signed distances, shape (n, size, size) -----------------------------------------------------------

    def disc(self, x, y, radius):
        return length(self.x - x, self.y - y) - radius

    def ellipse(self, x, y, width, height):
        """An ellipse with the given half axes (a first-order distance: exact on the outline)."""
        u, v = (self.x - x) / width, (self.y - y) / height
        reach = length(u, v)
        return reach * (reach - 1) / (length(u / width, v / height) + 1e-9)

    def box(self, x, y, width, height, corner=0.0):
        """A rectangle with the given half sides and rounded corners."""
        u, v = np.abs(self.x - x) - (width - corner), np.abs(self.y - y) - (height - corner)
        return length(np.maximum(u, 0), np.maximum(v, 0)) + np.minimum(np.maximum(u, v), 0) - corner

    def polygon(self, *corners):
        """A convex polygon, corners anticlockwise: the intersection of its half planes."""
        distance = None
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]):
            dx, dy = bx - ax, by - ay
            side = ((self.x - ax) * dy - (self.y - ay) * dx) / length(dx, dy)
            distance = side if distance is None else np.maximum(distance, side)
        return distance

    def limb(self, joints, start, end=None):
        """A chain of round-ended strokes through `joints`, whose radius goes from `start` to `end`."""
        end = start if end is None else end
        pieces, distance = len(joints) - 1, None
        for i, ((ax, ay), (bx, by)) in enumerate(zip(joints, joints[1:])):
            px, py, dx, dy = self.x - ax, self.y - ay, bx - ax, by - ay
            along = np.clip((px * dx + py * dy) / (dx * dx + dy * dy), 0, 1)
            radius = start + (end - start) * ((i + along) / pieces)
            stroke = length(px - along * dx, py - along * dy) - radius
            distance = stroke if distance is None else np.minimum(distance, stroke)
        return distance

    def stripes(self, frequency, width):
        """Upright stripes of the plane, `frequency` in a unit, each `width` of its share wide (0 to 1)."""
        phase = self.x * frequency + self.uniform(0, 1)
        return (np.abs(phase - np.floor(phase) - 0.5) - width / 2) / frequency

    # paint ---------------------------------------------------------------------------------------------------

    def paint(self, shape, colour, relief=0.3, alpha=1.0, soft=1.0):
        """Fill `shape` with `colour`; `relief` darkens towards the outline, `soft` is the outline's width in pixels."""
        pixels = shape * self.unit
        weight = np.clip(0.5 - pixels / soft, 0, 1) * alpha
        tone = 1 + relief * (np.clip(pixels * -0.25, 0, 1) - 0.6)
        colour = np.reshape(colour, (3, 1, 1)) if isinstance(colour, tuple) else colour
        self.rgb += weight[:, None] * (colour * tone[:, None] - self.rgb)
