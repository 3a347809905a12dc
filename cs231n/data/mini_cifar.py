"""mini-CIFAR: the ten classes of CIFAR-10 as procedurally drawn pictures, in CIFAR-10's own file format.

Each class has two views, each a short function that paints a silhouette and its parts, in a frame where the object lies
between about -1 and 1, on every picture of a `Scene`. What differs from picture to picture is drawn from the scene's
random numbers: pose, proportions, colours, and the place, clutter, light and blur that all classes share.
"""

import pickle
from pathlib import Path

import numpy as np

from .drawing import SIZE, Scene

SEED = 231
PICTURES_PER_FILE = 2000
TRAINING_FILES = 5

# Colours -----------------------------------------------------------------------------------------------------

BLACK, DARK, WHITE = (0.07, 0.07, 0.08), (0.17, 0.17, 0.19), (0.93, 0.93, 0.91)
NAVY, FOAM, LAMP, RED = (0.15, 0.2, 0.3), (0.85, 0.9, 0.92), (0.98, 0.94, 0.75), (0.7, 0.1, 0.1)
PINK, TONGUE = (0.85, 0.58, 0.56), (0.88, 0.4, 0.42)
GLASS = [(0.55, 0.68, 0.78), (0.25, 0.32, 0.4)]
PAINT = [(0.8, 0.12, 0.1), (0.12, 0.25, 0.65), (0.9, 0.88, 0.86), (0.15, 0.15, 0.17), (0.9, 0.72, 0.12),
         (0.15, 0.5, 0.3), (0.55, 0.57, 0.6), (0.5, 0.15, 0.3), (0.85, 0.45, 0.12)]
FUR = [(0.45, 0.3, 0.17), (0.62, 0.44, 0.26), (0.8, 0.66, 0.46), (0.2, 0.17, 0.15), (0.52, 0.5, 0.48), (0.88, 0.84, 0.78),
       (0.7, 0.4, 0.16)]
PLUMAGE = FUR + [(0.2, 0.4, 0.75), (0.78, 0.16, 0.12), (0.85, 0.75, 0.2)]
SKIN = [(0.3, 0.55, 0.16), (0.42, 0.62, 0.2), (0.22, 0.4, 0.18), (0.48, 0.42, 0.2), (0.5, 0.3, 0.16), (0.75, 0.45, 0.15)]

SKY = [(0.45, 0.65, 0.9), (0.7, 0.8, 0.92), (0.75, 0.76, 0.78), (0.9, 0.72, 0.6)]
WATER = [(0.15, 0.32, 0.5), (0.25, 0.45, 0.5), (0.35, 0.45, 0.52), (0.5, 0.6, 0.65)]
GRASS = [(0.3, 0.5, 0.2), (0.45, 0.55, 0.22), (0.6, 0.55, 0.3), (0.22, 0.38, 0.16)]
LEAVES = [(0.12, 0.24, 0.1), (0.2, 0.33, 0.14), (0.3, 0.35, 0.15), (0.45, 0.4, 0.2)]
ASPHALT = [(0.4, 0.4, 0.42), (0.52, 0.5, 0.48), (0.3, 0.3, 0.32), (0.62, 0.6, 0.56)]
EARTH = [(0.55, 0.42, 0.28), (0.7, 0.6, 0.45), (0.88, 0.88, 0.9), (0.4, 0.32, 0.24)]
ROOM = [(0.75, 0.68, 0.58), (0.5, 0.35, 0.28), (0.55, 0.6, 0.66), (0.35, 0.3, 0.34)]
CLUTTER = [WHITE, (0.6, 0.6, 0.62), (0.2, 0.32, 0.15), (0.4, 0.48, 0.25), (0.35, 0.25, 0.17), (0.65, 0.5, 0.4), (0.3, 0.4, 0.55)]

# Places: the colours above and below the horizon
PLACES = {
    "sky": (SKY, SKY), "sea": (SKY, WATER), "pond": (LEAVES, WATER), "meadow": (SKY, GRASS), "forest": (LEAVES, GRASS),
    "road": (SKY, ASPHALT), "street": (ROOM, ASPHALT), "yard": (ROOM, GRASS), "path": (LEAVES, EARTH), "room": (ROOM, ROOM),
    "plain": (SKY, EARTH), "thicket": (LEAVES, LEAVES),
}

# Vehicles ----------------------------------------------------------------------------------------------------


def airplane_side(s):
    """Flying past: body, swept wings, fin and engine."""
    s = s.at(turn=s.uniform(-0.12, 0.2))
    metal, trim = s.colour([WHITE, WHITE, (0.7, 0.73, 0.78), (0.4, 0.43, 0.47)]), s.colour(PAINT)
    root, span, sweep = s.uniform(-0.1, 0.15), s.uniform(0.45, 0.75), s.uniform(0.3, 0.5)
    s.paint(s.polygon((root + 0.3, 0.05), (root + 0.1 - sweep, span * 0.7), (root - 0.05 - sweep, span * 0.7), (root - 0.1, 0.05)),
            metal * 0.75)
    s.paint(s.polygon((-0.62, 0.05), (-0.88, 0.58), (-1.08, 0.58), (-0.98, 0.05)), trim)
    s.paint(s.limb([(-1.0, 0.06), (-0.5, 0.02), (0.9, 0)], 0.09, s.uniform(0.14, 0.2)), metal)
    s.paint(s.limb([(-0.6, 0.05), (0.75, 0.05)], 0.025), NAVY, alpha=0.7)
    s.paint(s.polygon((-0.75, 0.04), (-1.12, -0.16), (-1.2, -0.14), (-1.0, 0.06)), metal * 0.85)
    s.paint(s.limb([(root - 0.1, -0.24), (root + 0.14, -0.22)], 0.08), trim * 0.8)
    s.paint(s.polygon((root + 0.32, -0.04), (root - 0.1, -0.06), (root - 0.1 - sweep, -span), (root + 0.05 - sweep, -span)),
            metal * 0.9)


def airplane_top(s):
    """Seen from above or below: a cross of body, wings and tailplane."""
    s = s.at(turn=s.uniform(-0.5, 0.5), size=s.uniform(0.95, 1.15)).fold()
    metal, trim = s.colour([WHITE, (0.7, 0.73, 0.78), (0.4, 0.43, 0.47), DARK]), s.colour(PAINT)
    sweep, chord = s.uniform(0.05, 0.5), s.uniform(0.16, 0.3)
    s.paint(s.polygon((0, 0.25), (0, 0.25 - 2 * chord), (1, 0.1 - sweep - chord), (1, 0.1 - sweep)), metal * 0.85)
    s.paint(s.polygon((0, -0.62), (0, -0.9), (0.4, -1.0), (0.4, -0.86)), metal * 0.8)
    s.paint(s.limb([(s.uniform(0.3, 0.42), 0.05 - sweep / 2), (0.36, 0.25 - sweep / 2)], 0.07), trim)
    s.paint(s.limb([(0, -0.9), (0, 0.85)], 0.08, 0.15), metal)
    s.paint(s.limb([(0, -0.95), (0, -0.65)], 0.05), trim)
    s.paint(s.disc(0, 0.85, 0.08), NAVY)


def wheel(s, x, y, radius):
    s.paint(s.disc(x, y, radius), BLACK)
    s.paint(s.disc(x, y, radius * 0.5), s.colour([(0.75, 0.75, 0.78), (0.5, 0.5, 0.5)]))


def automobile_side(s):
    """A low body, a cabin with two windows, two wheels."""
    body, glass = s.colour(PAINT), s.colour(GLASS)
    roof, front, back = s.uniform(0.38, 0.55), s.uniform(0.15, 0.35), s.uniform(-0.85, -0.5)
    s.paint(s.box(0, -0.42, 0.95, 0.08), BLACK, soft=3)
    s.paint(s.polygon((-0.95, 0), (0.6, 0), (front, roof), (back + 0.15, roof)), body)
    s.paint(s.polygon((back + 0.02, 0.04), (-0.16, 0.04), (-0.16, roof - 0.09), (back + 0.17, roof - 0.09)), glass, relief=0)
    s.paint(s.polygon((-0.06, 0.04), (0.48, 0.04), (front - 0.03, roof - 0.09), (-0.06, roof - 0.09)), glass, relief=0)
    s.paint(s.box(0, -0.17, 1.02, s.uniform(0.17, 0.23), 0.14), body)
    s.paint(s.disc(0.95, -0.1, 0.07), LAMP)
    s.paint(s.box(-0.98, -0.1, 0.04, 0.07), RED)
    for x in (-0.58, 0.58):
        wheel(s, x, -0.36, s.uniform(0.2, 0.25))


def automobile_front(s):
    """Coming towards us: windscreen, bonnet, two headlights, grille."""
    body, glass = s.colour(PAINT), s.colour(GLASS)
    roof, shift = s.uniform(0.5, 0.66), s.uniform(-0.08, 0.08)
    wheels = s.fold()
    wheels.paint(wheels.box(0.58, -0.5, 0.15, 0.24, 0.06), BLACK)
    s.paint(s.polygon((-0.72, 0.02), (0.72, 0.02), (0.48 + shift, roof), (-0.48 + shift, roof)), body)
    s.paint(s.polygon((-0.6, 0.05), (0.6, 0.05), (0.42 + shift, roof - 0.1), (-0.42 + shift, roof - 0.1)), glass, relief=0)
    s.paint(s.box(0, -0.22, 0.82, 0.32, 0.16), body)
    s.paint(s.box(shift, -0.26, 0.32, 0.08, 0.03), BLACK)
    s.paint(s.box(0, -0.47, 0.8, 0.07, 0.04), body * 0.6)
    lamps = s.at(shift / 2).fold()
    lamps.paint(lamps.ellipse(0.58, -0.2, 0.16, 0.11), LAMP)


def truck_side(s):
    """A tall load behind a cab: closed box, tank or open bed."""
    cab, load, glass = s.colour(PAINT), s.colour(PAINT), s.colour(GLASS)
    top, back = s.uniform(0.45, 0.75), s.uniform(-1.15, -0.95)
    s.paint(s.box(-0.05, -0.4, 1.05, 0.08), BLACK)
    corner = 0.02 + 0.28 * s.chance(0.3)
    middle, half = (top - 0.32) / 2, (top + 0.32) / 2
    s.paint(s.box((back + 0.32) / 2, middle, (0.32 - back) / 2, half, corner), load)
    s.paint(s.limb([(back + 0.1, middle), (0.2, middle)], 0.04), s.colour(PAINT), alpha=s.chance(0.5))
    s.paint(s.polygon((0.42, -0.42), (1.1, -0.42), (1.1, 0.0), (0.9, 0.38), (0.42, 0.38)), cab)
    s.paint(s.polygon((0.6, 0.02), (1.0, 0.02), (0.86, 0.29), (0.6, 0.29)), glass, relief=0)
    s.paint(s.disc(1.05, -0.24, 0.07), LAMP)
    for x in (-0.85, -0.4, 0.75):
        wheel(s, x, -0.48, 0.2)


def truck_front(s):
    """Coming towards us: higher than wide, a big windscreen, grille, mirrors, the load behind."""
    cab, load, glass = s.colour(PAINT), s.colour(PAINT), s.colour(GLASS)
    shift = s.uniform(-0.35, 0.35)
    s.paint(s.box(shift, 0.3, 0.62, 0.66, 0.03), load * 0.85)
    both = s.fold()
    both.paint(both.box(0.45, -0.78, 0.14, 0.2, 0.04), BLACK)
    both.paint(both.box(0.68, 0.12, 0.07, 0.16, 0.03), BLACK)
    s.paint(s.box(0, -0.08, 0.6, 0.64, 0.08), cab)
    s.paint(s.box(0, 0.22, 0.5, 0.2, 0.05), glass, relief=0)
    s.paint(s.box(0, -0.3, 0.32, 0.18, 0.03), BLACK)
    s.paint(s.box(0, -0.3, 0.3, 0.03), s.colour([(0.7, 0.7, 0.72)]))
    s.paint(s.box(0, -0.62, 0.62, 0.09, 0.03), s.colour([(0.7, 0.7, 0.72), DARK]))
    both.paint(both.disc(0.46, -0.4, 0.08), LAMP)


def ship_motor(s):
    """A long hull with a deckhouse, portholes and a funnel."""
    hull, band, house = s.colour(PAINT), s.colour(PAINT), s.colour([WHITE, WHITE, (0.8, 0.75, 0.65)])
    deck, stern = s.uniform(-0.15, 0.0), s.uniform(-1.05, -0.9)
    middle, levels = s.uniform(-0.45, 0.1), s.uniform(0.3, 0.5)
    s.paint(s.limb([(middle - 0.1, 0), (middle - 0.1, 0.9)], 0.03), DARK)
    s.paint(s.box(middle - 0.15, deck + 0.45, 0.13, 0.32, 0.02), s.colour(PAINT))
    s.paint(s.box(middle, deck + 0.12, 0.55, 0.2, 0.02), house)
    s.paint(s.box(middle + 0.1, deck + levels, 0.32, 0.14, 0.02), house)
    s.paint(s.box(middle, deck + 0.16, 0.48, 0.04), NAVY, alpha=0.8)
    s.paint(s.polygon((stern + 0.15, -0.55), (0.7, -0.55), (1.15, deck + 0.08), (stern, deck)), hull)
    s.paint(s.polygon((stern + 0.15, -0.55), (0.7, -0.55), (0.8, -0.42), (stern + 0.1, -0.42)), band)
    s.paint(s.limb([(stern, -0.57), (0.9, -0.57)], 0.04), FOAM, alpha=0.7, soft=2)


def ship_sailing(s):
    """A curved hull under a mast with two sails."""
    s = s.at(turn=s.uniform(-0.1, 0.1))
    hull, sail = s.colour(PAINT + [(0.45, 0.28, 0.15)]), s.colour([WHITE, WHITE, (0.85, 0.75, 0.6), (0.8, 0.25, 0.2)])
    mast, top, boom = s.uniform(-0.1, 0.2), s.uniform(0.85, 1.1), s.uniform(0.55, 0.85)
    s.paint(s.limb([(mast, -0.4), (mast, top)], 0.035), DARK)
    s.paint(s.polygon((mast - boom, -0.28), (mast - 0.05, -0.3), (mast - 0.05, top - 0.08)), sail)
    s.paint(s.polygon((mast + 0.06, -0.28), (mast + 0.65, -0.3), (mast + 0.06, top - 0.25)), sail * 0.88)
    s.paint(s.polygon((-0.6, -0.72), (0.6, -0.72), (0.95, -0.38), (-0.85, -0.42)), hull)
    s.paint(s.limb([(-0.8, -0.74), (0.75, -0.74)], 0.04), FOAM, alpha=0.7, soft=2)


# Animals -----------------------------------------------------------------------------------------------------


def eyes(s, x, y, radius, iris, pupil=0.55):
    """A pair of eyes with pupils and a glint, in a folded frame."""
    s.paint(s.disc(x, y, radius), iris)
    s.paint(s.disc(x, y, radius * pupil), BLACK)


def quadruped(s, coat, length, depth, leg, thickness, legs=0.9):
    """A trunk along y = 0, hips at -length, shoulders at length, on four legs."""
    for side, tone in ((0.1, 0.6), (-0.03, legs)):
        for hip in (-length, length):
            foot, knee = hip + side + s.uniform(-0.15, 0.15), hip + side + s.uniform(-0.08, 0.08)
            s.paint(s.limb([(hip + side * 0.5, -depth * 0.3), (knee, -depth - leg * 0.4), (foot, -depth - leg)],
                           thickness * 1.5, thickness), coat * tone)
    s.paint(np.minimum(s.limb([(-length, 0), (length, 0)], depth * 0.95, depth * 0.9), s.disc(length, 0.02, depth)), coat)


def bird_perched(s):
    """A plump body, round head, beak, folded wing, tail, thin legs on a branch."""
    plumage, belly, beak = s.colour(PLUMAGE), s.colour(PLUMAGE), s.colour([(0.9, 0.6, 0.1), DARK])
    lean = s.uniform(-0.02, 0.28)
    twig = s.chance(0.67)
    s.paint(s.limb([(-1.3, -0.8), (1.3, s.uniform(-0.95, -0.7))], 0.07), s.colour([(0.3, 0.2, 0.12)]), alpha=twig)
    for x in (-0.1, 0.1):
        s.paint(s.limb([(x, -0.35), (x + 0.05, -0.8)], 0.03), beak * 0.7)
    b = s.at(turn=lean)
    b.paint(b.polygon((-0.35, 0.1), (-1.15, -0.18), (-1.15, -0.34), (-0.35, -0.2)), plumage * 0.7)
    b.paint(b.ellipse(0, -0.05, 0.58, s.uniform(0.36, 0.46)), plumage)
    b.paint(b.ellipse(0.2, -0.18, 0.33, 0.26), belly, soft=2)
    b.paint(b.ellipse(-0.2, 0.02, 0.42, 0.2), plumage * 0.65)
    h = s.at(0.48, s.uniform(0.38, 0.52))
    h.paint(h.polygon((0.2, -0.1), (s.uniform(0.5, 0.75), -0.05), (0.2, 0.1)), beak)
    h.paint(h.disc(0, 0, s.uniform(0.27, 0.34)), plumage)
    h.paint(h.disc(0.12, 0.05, 0.07), BLACK)


def bird_flying(s):
    """Two raised or spread wings, a tapering body, tail and beak."""
    s = s.at(turn=s.uniform(-0.15, 0.3))
    plumage, tip, beak = s.colour(PLUMAGE), s.colour([BLACK, DARK, WHITE]), s.colour([(0.9, 0.6, 0.1), DARK])
    lift, span = s.uniform(0.2, 1.0), s.uniform(0.7, 1.05)
    near, far = s.uniform(-0.45, -0.05), s.uniform(0.05, 0.4)
    for x, tone in ((far, 0.7), (near, 0.9)):
        y = lift if tone < 0.8 else lift * (1 - 1.6 * s.chance(0.3))
        s.paint(s.limb([(0.12, 0.05), (x * 0.6 + 0.1, y * 0.55), (x - 0.25, y * span)], 0.25, 0.05), plumage * tone)
        s.paint(s.limb([(x * 0.8 - 0.1, y * span * 0.8), (x - 0.28, y * span)], 0.09, 0.04), tip)
    s.paint(s.polygon((-0.4, 0.08), (-0.95, 0.14), (-0.95, -0.12), (-0.4, -0.08)), plumage * 0.75)
    s.paint(s.limb([(-0.45, 0), (0.05, -0.02), (0.55, 0.1)], 0.1, 0.19), plumage)
    s.paint(s.polygon((0.66, 0.02), (0.98, 0.08), (0.66, 0.2)), beak)
    s.paint(s.disc(0.6, 0.15, 0.06), BLACK)


def cat_sitting(s):
    """Facing us: pointed ears, bright eyes, whiskers, a curled tail; sometimes only the face."""
    coat, iris = s.colour(FUR), s.colour([(0.55, 0.75, 0.2), (0.9, 0.75, 0.2), (0.4, 0.65, 0.8)])
    chest = s.colour([WHITE]) * 0.5 + coat * 0.5
    tail = s.uniform(-0.5, 0.1)
    s.paint(s.limb([(0.3, -0.85), (0.85, -0.75), (0.95, tail)], 0.13, 0.08), coat * 0.8)
    s.paint(s.ellipse(0, -0.6, s.uniform(0.45, 0.58), 0.6), coat)
    s.paint(s.ellipse(0, -0.5, 0.22, 0.45), chest, soft=3)
    h = s.at(s.uniform(-0.12, 0.12), 0.25, turn=s.uniform(-0.1, 0.1)).fold()
    h.paint(h.polygon((0.08, 0.28), (0.52, 0.1), (0.56, 0.8)), coat)
    h.paint(h.polygon((0.22, 0.32), (0.44, 0.25), (0.49, 0.62)), PINK)
    h.paint(h.ellipse(0, 0, s.uniform(0.56, 0.64), s.uniform(0.44, 0.52)), coat)
    stripe = np.maximum(h.stripes(5, 0.4), h.box(0, 0.32, 0.3, 0.14))
    h.paint(stripe, coat * 0.4, alpha=s.chance(0.5))
    h.paint(h.ellipse(0, -0.2, 0.26, 0.16), chest, soft=2)
    eyes(h, 0.26, 0.04, 0.13, iris, 0.5)
    h.paint(h.polygon((0, -0.2), (0.09, -0.1), (0, -0.08)), PINK)
    h.paint(h.limb([(0.15, -0.2), (0.75, -0.14)], 0.012), WHITE, alpha=0.7)
    h.paint(h.limb([(0.15, -0.24), (0.72, -0.32)], 0.012), WHITE, alpha=0.7)


def cat_walking(s):
    """From the side, the long tail up, the round face with pointed ears turned to us."""
    coat = s.colour(FUR)
    iris = s.colour([(0.55, 0.75, 0.2), (0.9, 0.75, 0.2)])
    tail = s.uniform(-1.1, -0.8)
    s.paint(s.limb([(-0.55, -0.1), (-0.85, 0.15), (tail, 0.5), (tail + 0.2, 0.8)], 0.1, 0.07), coat * 0.85)
    b = s.at(0, -0.15)
    quadruped(b, coat, 0.45, 0.27, 0.4, 0.07)
    stripes = np.maximum(b.stripes(4, 0.4), b.box(-0.1, 0.1, 0.5, 0.14, 0.1))
    b.paint(stripes, coat * 0.45, alpha=s.chance(0.5))
    h = s.at(0.62, s.uniform(0.15, 0.35), turn=s.uniform(-0.1, 0.1)).fold()
    h.paint(h.polygon((0.02, 0.2), (0.32, 0.08), (0.36, 0.56)), coat * 0.9)
    h.paint(h.ellipse(0, 0, 0.38, 0.31), coat)
    h.paint(h.ellipse(0, -0.14, 0.17, 0.1), coat * 0.5 + 0.45, soft=2)
    eyes(h, 0.16, 0.04, 0.09, iris)
    h.paint(h.disc(0, -0.1, 0.05), PINK)


def dog_sitting(s):
    """Facing us: hanging ears, a long light muzzle with a big nose, tongue."""
    coat, ear = s.colour(FUR), s.colour(FUR)
    muzzle, tongue = coat * 0.45 + 0.5 * s.colour([WHITE, FUR[2]]), s.chance(0.5)
    s.paint(s.limb([(-0.4, -0.6), (0.4, -0.6)], s.uniform(0.35, 0.45)), coat * 0.9)
    legs = s.fold()
    legs.paint(legs.limb([(0.2, -0.5), (0.22, -1.1)], 0.15), coat)
    s.paint(s.ellipse(0, -0.55, 0.22, 0.3), muzzle, soft=2)
    s.paint(s.limb([(-0.28, -0.25), (0.28, -0.25)], 0.07), s.colour(PAINT), alpha=s.chance(0.5))
    h = s.at(s.uniform(-0.1, 0.1), 0.3, turn=s.uniform(-0.12, 0.12)).fold()
    h.paint(h.box(0, 0.12, s.uniform(0.4, 0.48), 0.42, 0.3), coat)
    h.paint(h.limb([(0.36, 0.42), (0.55, 0.25), (0.58, s.uniform(-0.35, -0.1))], 0.12, 0.18), ear * 0.7)
    h.paint(h.ellipse(0, -0.22, 0.3, s.uniform(0.28, 0.34)), muzzle)
    h.paint(h.ellipse(0, -0.42, 0.1, 0.16), TONGUE, alpha=tongue)
    h.paint(h.ellipse(0, -0.1, 0.15, 0.11), BLACK, relief=0)
    h.paint(h.disc(0.2, 0.18, 0.08), BLACK, relief=0)


def dog_standing(s):
    """From the side: sturdy legs, a snout with a dark nose, a hanging ear, the tail up."""
    coat, patch = s.colour(FUR), s.colour(FUR)
    s.paint(s.limb([(-0.6, 0), (-0.85, 0.2), (-0.95, s.uniform(0.3, 0.6))], 0.1, 0.06), coat)
    b = s.at(0, -0.15)
    quadruped(b, coat, s.uniform(0.42, 0.5), s.uniform(0.25, 0.32), s.uniform(0.3, 0.45), 0.1)
    b.paint(np.maximum(b.ellipse(-0.2, 0.12, 0.32, 0.2), b.limb([(-0.5, 0), (0.5, 0)], 0.26)), patch,
            alpha=s.chance(0.5))
    s.paint(s.limb([(0.45, 0), (0.62, 0.35)], 0.22, 0.2), coat)
    h = s.at(0.65, s.uniform(0.35, 0.5), turn=s.uniform(-0.15, 0.1))
    h.paint(np.minimum(h.disc(0, 0.02, 0.26), h.limb([(0.1, -0.04), (0.5, -0.08)], 0.16, 0.11)), coat)
    h.paint(h.disc(0.58, -0.03, 0.09), BLACK, relief=0)
    h.paint(h.disc(0.14, 0.1, 0.06), BLACK, relief=0)
    h.paint(h.limb([(-0.1, 0.16), (-0.18, -0.22)], 0.11, 0.13), patch * 0.65)


def antlers(s, size):
    """A pair of branching antlers, from (0.1, 0) upwards, in a folded frame."""
    x, y = 0.45 * size, 0.9 * size
    beam = s.limb([(0.08, 0), (x, y * 0.4), (x * 0.9, y)], 0.05, 0.03)
    tines = np.minimum(s.limb([(x * 0.7, y * 0.25), (x * 0.5, y * 0.65)], 0.035), s.limb([(x, y * 0.45), (x * 1.5, y * 0.7)], 0.035))
    return np.minimum(beam, tines)


def deer_standing(s):
    """From the side: slender legs, upright neck, antlers, a white tail, sometimes spots."""
    coat = s.colour([FUR[0], FUR[1], FUR[6], FUR[4]])
    b = s.at(-0.1, -0.2)
    b.paint(b.ellipse(-0.68, 0.08, 0.12, 0.17), WHITE)
    quadruped(b, coat, 0.42, s.uniform(0.21, 0.26), s.uniform(0.5, 0.62), 0.045)
    spots = np.maximum(np.maximum(b.stripes(5, 0.35), b.at(turn=1).stripes(5, 0.35)), b.limb([(-0.45, 0.06), (0.4, 0.06)], 0.13))
    b.paint(spots, WHITE, relief=0, alpha=s.chance(0.4))
    top, x = s.uniform(0.4, 0.55), s.uniform(0.5, 0.65)
    s.paint(s.limb([(0.3, -0.12), (x, top)], 0.2, 0.1), coat)
    h = s.at(x, top)
    both = h.at(0, 0.1, turn=s.uniform(-0.1, 0.1)).fold()
    both.paint(antlers(both, s.uniform(0.5, 0.8)), s.colour([(0.8, 0.7, 0.5), (0.4, 0.28, 0.16)]), relief=0)
    h.paint(h.limb([(-0.08, 0.08), (-0.32, 0.16)], 0.09, 0.04), coat * 0.8)
    h.paint(h.limb([(0, 0.04), (0.36, -0.08)], 0.15, 0.07), coat)
    h.paint(h.disc(0.37, -0.07, 0.06), BLACK)
    h.paint(h.disc(0.08, 0.08, 0.05), BLACK)


def deer_head(s):
    """Facing us: wide antlers, ears held sideways, a long narrow face."""
    coat = s.colour([FUR[0], FUR[1], FUR[6], FUR[4]])
    s.paint(s.limb([(0, -0.3), (s.uniform(-0.3, 0.3), -1.2)], 0.3, 0.5), coat * 0.8)
    h = s.at(0, -0.1, turn=s.uniform(-0.1, 0.1)).fold()
    frame = h.at(0, 0.28)
    frame.paint(antlers(frame, s.uniform(0.75, 1.0)), s.colour([(0.8, 0.7, 0.5), (0.45, 0.32, 0.2)]), relief=0)
    h.paint(h.ellipse(0.5, 0.22, 0.27, 0.12), coat * 0.75)
    h.paint(h.limb([(0, 0.15), (0, -0.4)], 0.3, 0.16), coat)
    h.paint(h.ellipse(0, -0.45, 0.14, 0.14), coat * 0.4 + 0.5, soft=2)
    h.paint(h.ellipse(0, -0.42, 0.12, 0.08), BLACK, relief=0)
    h.paint(h.disc(0.2, 0.08, 0.07), BLACK, relief=0)


def horse_standing(s):
    """From the side: deep body, strong arched neck with a mane, long head, long tail."""
    coat = s.colour(FUR)
    mane = s.colour([BLACK, DARK, (0.85, 0.75, 0.55)])
    b = s.at(-0.12, -0.1)
    b.paint(b.limb([(-0.65, 0.15), (-0.9, -0.1), (-0.9, -0.65)], 0.09, 0.13), mane)
    quadruped(b, coat, s.uniform(0.46, 0.54), s.uniform(0.29, 0.34), s.uniform(0.5, 0.6), 0.08)
    x, top = s.uniform(0.55, 0.75), s.uniform(0.45, 0.7)
    s.paint(s.limb([(0.15, 0.2), (x - 0.2, top + 0.02), (x, top + 0.1)], 0.12, 0.1), mane)
    s.paint(s.limb([(0.3, 0.05), (x, top)], 0.29, 0.17), coat)
    h = s.at(x, top, turn=s.uniform(-0.2, 0.1))
    h.paint(h.polygon((-0.1, 0.08), (0.08, 0.08), (0, 0.32)), coat * 0.8)
    h.paint(h.limb([(0, 0), (0.36, -0.28)], 0.17, 0.11), coat)
    h.paint(h.disc(0.38, -0.3, 0.09), coat * 0.5)
    h.paint(h.disc(0.12, 0.02, 0.05), BLACK)


def horse_head(s):
    """A portrait from the side: long head, pricked ears, mane down the neck."""
    coat, mane = s.colour(FUR), s.colour([BLACK, DARK, (0.85, 0.75, 0.55)])
    blaze = s.chance(0.5)
    s.paint(s.limb([(-0.75, -0.9), (-0.5, 0.0), (-0.05, 0.6)], 0.35, 0.2), mane)
    s.paint(s.limb([(-0.45, -1.1), (-0.2, 0), (0.05, 0.4)], 0.5, 0.27), coat)
    h = s.at(0.05, 0.42, turn=s.uniform(-0.15, 0.12))
    h.paint(h.polygon((-0.28, 0.12), (0, 0.2), (-0.1, 0.62)), coat * 0.8)
    h.paint(h.limb([(0, 0), (0.68, -0.62)], 0.3, 0.18), coat)
    h.paint(h.limb([(0.28, 0.0), (0.68, -0.4)], 0.05), WHITE, alpha=blaze)
    h.paint(h.ellipse(0.72, -0.68, 0.17, 0.14), coat * 0.6)
    h.paint(h.disc(0.8, -0.62, 0.05), BLACK)
    h.paint(h.disc(0.14, 0.06, 0.08), BLACK)
    h.paint(h.limb([(-0.1, 0.35), (0.1, 0.2)], 0.1, 0.06), mane)


def frog_front(s):
    """Squatting towards us: eyes on top of the head, a wide mouth, folded legs on both sides."""
    skin, throat = s.colour(SKIN), s.colour([(0.85, 0.85, 0.6), (0.75, 0.8, 0.45)])
    s.paint(s.ellipse(0, -0.85, 1.1, 0.14), BLACK, alpha=0.4, soft=3)
    b = s.fold()
    b.paint(b.ellipse(0.68, -0.5, 0.34, s.uniform(0.3, 0.42)), skin * 0.8)
    b.paint(b.limb([(0.72, -0.8), (1.05, -0.84)], 0.09), skin * 0.75)
    b.paint(b.ellipse(0, -0.35, s.uniform(0.62, 0.72), 0.48), skin)
    b.paint(b.ellipse(0, -0.5, 0.42, 0.28), throat, soft=3)
    b.paint(b.limb([(0.34, -0.45), (0.34, -0.82), (0.5, -0.86)], 0.1, 0.07), skin * 0.9)
    h = s.at(s.uniform(-0.06, 0.06), 0.02).fold()
    h.paint(h.ellipse(0, 0, s.uniform(0.66, 0.76), 0.36), skin)
    h.paint(h.disc(0.42, 0.3, 0.24), skin)
    eyes(h, 0.42, 0.33, 0.17, s.colour([(0.95, 0.9, 0.5), (0.95, 0.65, 0.15), WHITE]))
    h.paint(h.limb([(0, -0.18), (0.35, -0.15), (0.6, -0.02)], 0.035), skin * 0.25, relief=0)


def frog_side(s):
    """From the side: a sloping back, one bulging eye, the hind leg folded double."""
    skin = s.colour(SKIN)
    belly = skin * 0.4 + 0.55 * s.colour([(0.85, 0.85, 0.6)])
    s.paint(s.ellipse(0, -0.7, 1.1, 0.14), BLACK, alpha=0.4, soft=3)
    b = s.at(turn=s.uniform(-0.02, 0.12))
    b.paint(b.limb([(-0.6, -0.35), (0.1, -0.1), (0.6, 0.05)], 0.3, 0.32), skin)
    b.paint(b.limb([(-0.2, -0.45), (0.6, -0.15)], 0.16), belly, soft=3)
    spots = np.maximum(np.maximum(b.stripes(3, 0.35), b.at(turn=1).stripes(3, 0.35)), b.limb([(-0.6, -0.2), (0.4, 0.1)], 0.2))
    b.paint(spots, skin * 0.5, alpha=s.chance(0.5))
    b.paint(b.disc(0.52, 0.32, 0.21), skin)
    b.paint(b.disc(0.55, 0.34, 0.14), s.colour([(0.95, 0.9, 0.5), (0.95, 0.65, 0.15)]))
    b.paint(b.disc(0.57, 0.34, 0.08), BLACK)
    b.paint(b.limb([(0.55, -0.02), (0.92, 0.02)], 0.03), skin * 0.25, relief=0)
    s.paint(s.limb([(-0.65, -0.45), (-0.1, -0.3)], 0.2, 0.17), skin * 0.85)
    s.paint(s.limb([(-0.1, -0.35), (-0.7, -0.7), (-0.2, -0.74)], 0.1, 0.07), skin * 0.7)
    s.paint(s.limb([(0.4, -0.3), (0.35, -0.7), (0.55, -0.74)], 0.11, 0.06), skin * 0.85)


# The classes, in CIFAR-10's order: their views and the places they are seen in
CLASSES = {
    "airplane": ((airplane_side, airplane_top), ("sky", "sky", "sky", "sea", "meadow", "road")),
    "automobile": ((automobile_side, automobile_front), ("road", "street", "yard", "path", "plain", "meadow")),
    "bird": ((bird_perched, bird_flying), ("sky", "sky", "thicket", "meadow", "sea", "pond", "forest", "plain")),
    "cat": ((cat_sitting, cat_walking), ("room", "room", "room", "yard", "path", "street", "thicket")),
    "deer": ((deer_standing, deer_head), ("forest", "thicket", "meadow", "path", "forest", "plain")),
    "dog": ((dog_sitting, dog_standing), ("room", "yard", "meadow", "path", "street", "plain")),
    "frog": ((frog_front, frog_side), ("pond", "thicket", "forest", "path", "room", "yard")),
    "horse": ((horse_standing, horse_head), ("meadow", "meadow", "forest", "yard", "plain", "path")),
    "ship": ((ship_motor, ship_sailing), ("sea", "sea", "sea", "pond", "sea")),
    "truck": ((truck_side, truck_front), ("road", "street", "road", "plain", "path", "meadow")),
}
LABEL_NAMES = list(CLASSES)


# Pictures ----------------------------------------------------------------------------------------------------


def background(s, places):
    """Paint one of `places` on each picture: two zones, soft textures, and clutter along the horizon."""
    n = len(s.rgb)
    zones = s.choose([PLACES[name] for name in places])
    above, below = (s.vary(zones[np.arange(n), zone, s.rng.randint(0, zones.shape[2], n)]) for zone in (0, 1))
    horizon = s.uniform(-0.3, 0.45)
    s.rgb += above * (1 + 0.15 * s.noise(2, 2))[:, None]
    for width in (0.5, 0.3, 0.2):
        clutter, reach = s.colour(CLUTTER) * 0.5 + above * 0.5, s.uniform(-0.4, 1) * width
        s.paint(s.ellipse(s.uniform(-1, 1), horizon + s.uniform(-0.1, 0.7), np.maximum(1.6 * reach, 0.01), np.maximum(reach, 0.01)),
                clutter, relief=0.2, soft=3)
    x = s.uniform(-1, 1)
    s.paint(s.limb([(x, horizon), (x + s.uniform(-0.1, 0.1), 1.2)], s.uniform(0.02, 0.12)), s.colour(CLUTTER), alpha=s.chance(0.25))
    ground = s.y - horizon - 0.08 * s.noise(4, 1)
    s.paint(ground, below * (1 + 0.2 * s.noise(3, 12))[:, None], relief=0, soft=s.uniform(1, 4))
    for _ in range(2):
        s.paint(s.ellipse(s.uniform(-1, 1), s.uniform(-1, -0.3), s.uniform(0.05, 0.35), s.uniform(0.03, 0.1)), s.vary(below, 0.2), soft=2)
    s.rgb *= 1 + (s.uniform(0.05, 0.3) * s.noise(16, 16))[:, None]


def expose(s):
    """Light from one side, contrast, a colour cast, blur and grain, as a camera adds them."""
    rgb = s.rgb
    light = s.uniform(0.65, 1.15) + s.uniform(-0.2, 0.2) * s.x + s.uniform(-0.15, 0.15) * s.y
    rgb *= light[:, None] * (1 + 0.16 * (s.rng.random_sample((len(rgb), 3, 1, 1)) - 0.5))
    contrast = s.uniform(0.55, 1.1)[:, None]
    rgb += (1 - contrast) * (s.uniform(0.3, 0.6)[:, None] - rgb)
    blur = s.uniform(0, 0.25)[:, None]
    for near, here, far in ((rgb[:, :, :-2], rgb[:, :, 1:-1], rgb[:, :, 2:]), (rgb[..., :-2], rgb[..., 1:-1], rgb[..., 2:])):
        here += blur * ((near + far) - 2 * here)
    rgb += (s.uniform(0.01, 0.05)[:, None]) * (s.rng.random_sample(rgb.shape) + s.rng.random_sample(rgb.shape) - 1)


def draw(label, n, rng):
    """Draw `n` pictures of one class.

    Parameters
    ----------
    label : str
        One of the ten names in `LABEL_NAMES`.
    n : int
        How many pictures; a class's views take turns.
    rng : numpy.random.RandomState
        The source of all choices.

    Returns
    -------
    ndarray, shape (n, 3, SIZE, SIZE), uint8
        Red, green and blue planes, as CIFAR-10 stores them.
    """
    views, places = CLASSES[label]
    pictures = np.empty((n, 3, SIZE, SIZE), np.uint8)
    for i, view in enumerate(views):
        s = Scene.blank(len(pictures[i::len(views)]), rng)
        background(s, places)
        view(s.at(s.uniform(-0.2, 0.2), s.uniform(-0.2, 0.15), size=s.uniform(0.65, 0.95), turn=s.uniform(-0.06, 0.06),
                  mirror=1 - 2 * s.chance(0.5)))
        expose(s)
        pictures[i::len(views)] = np.rint(np.clip(s.rgb, 0, 1) * 255)
    return pictures


def make(folder):
    """Write mini-CIFAR as CIFAR-10's Python files: five training batches, the test batch and the names.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder; gets ``data_batch_1`` to ``data_batch_5``, ``test_batch`` and ``batches.meta``.

    Notes
    -----
    The layout is that of https://www.cs.toronto.edu/~kriz/cifar.html with 2,000 pictures a file, 200 of each class.
    Each file has a seed of its own.
    """
    folder = Path(folder)
    each = PICTURES_PER_FILE // len(LABEL_NAMES)
    names = [f"data_batch_{i + 1}" for i in range(TRAINING_FILES)] + ["test_batch"]
    for i, name in enumerate(names):
        rng = np.random.RandomState(SEED + i)
        data = np.concatenate([draw(label, each, rng).reshape(each, -1) for label in LABEL_NAMES])
        labels = np.repeat(np.arange(len(LABEL_NAMES)), each)
        order = rng.permutation(len(data))
        labels = labels[order].tolist()
        _write(folder / name, {
            "batch_label": f"training batch {i + 1} of {TRAINING_FILES}" if i < TRAINING_FILES else "testing batch 1 of 1",
            "labels": labels, "data": data[order],
            "filenames": [f"{LABEL_NAMES[y]}_mini_{i * PICTURES_PER_FILE + j:06d}.png" for j, y in enumerate(labels)]})
    _write(folder / "batches.meta", {"num_cases_per_batch": PICTURES_PER_FILE, "label_names": LABEL_NAMES,
                                     "num_vis": 3 * SIZE * SIZE})


def _write(path, batch):
    path.write_bytes(pickle.dumps(batch, protocol=4))
