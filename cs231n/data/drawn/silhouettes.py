"""What the pictures of mini-CIFAR show: two views of each class of CIFAR-10.

A view is a short function that paints a silhouette and its parts on all pictures of a `Scene`, from back to front, in
a frame where the object lies between about -1 and 1 and looks to the right or at us. What it leaves to chance differs
from picture to picture: proportions, limbs, colours.
"""
import numpy as np

# Colours: red, green, blue from 0 to 1; a list holds alternatives --------------------------------------------------

BLACK, DARK, GREY, WHITE = (0.07, 0.07, 0.08), (0.18, 0.18, 0.2), (0.6, 0.61, 0.64), (0.93, 0.93, 0.91)
NAVY, FOAM, LAMP = (0.15, 0.2, 0.3), (0.85, 0.9, 0.92), (0.98, 0.94, 0.75)
RED, PINK = (0.75, 0.12, 0.1), (0.86, 0.55, 0.53)
BROWN, TAN, CREAM, GINGER = (0.42, 0.28, 0.16), (0.62, 0.44, 0.26), (0.84, 0.72, 0.52), (0.72, 0.4, 0.15)
GOLD, AMBER, MOSS, BLUE = (0.9, 0.74, 0.14), (0.92, 0.6, 0.12), (0.3, 0.5, 0.18), (0.14, 0.3, 0.66)
METAL = [WHITE, WHITE, (0.72, 0.75, 0.8), (0.4, 0.43, 0.47)]
GLASS = [(0.55, 0.68, 0.78), NAVY]
PAINT = [RED, BLUE, WHITE, DARK, GOLD, (0.15, 0.5, 0.3), GREY, (0.5, 0.15, 0.3), (0.87, 0.45, 0.1)]
FUR = [BROWN, TAN, CREAM, (0.2, 0.17, 0.15), GREY, (0.9, 0.87, 0.82), GINGER]
HIDE = [BROWN, TAN, GINGER, (0.52, 0.46, 0.38)]
MANE = [BLACK, DARK, CREAM]
PLUMAGE = FUR + [BLUE, RED, GOLD]
SKIN = [MOSS, (0.42, 0.62, 0.2), (0.2, 0.4, 0.18), (0.48, 0.42, 0.2), BROWN, (0.75, 0.45, 0.15)]
IRIS = [(0.55, 0.75, 0.2), GOLD, (0.4, 0.65, 0.8)]

# Vehicles ----------------------------------------------------------------------------------------------------------


def airplane_side(s):
    """Flying past: body, swept wings, fin, tailplane, engine."""
    s = s.at(turn=s.uniform(-0.12, 0.2))
    metal, trim = s.colour(METAL), s.colour(PAINT)
    root, span, sweep = s.uniform(-0.1, 0.15), s.uniform(0.45, 0.75), s.uniform(0.3, 0.5)
    tip = root - sweep
    rise = span * 0.7
    s.paint(s.polygon((root + 0.3, 0), (tip + 0.1, rise), (tip - 0.05, rise), (root - 0.1, 0)), metal * 0.75)
    s.paint(s.polygon((-0.62, 0), (-0.88, 0.58), (-1.08, 0.58), (-0.98, 0)), trim)
    s.paint(s.limb([(-1.0, 0.06), (-0.5, 0.02), (0.9, 0)], 0.09, s.uniform(0.14, 0.2)), metal)
    s.paint(s.limb([(-0.6, 0.05), (0.8, 0.05)], 0.025), NAVY, alpha=0.7)
    s.paint(s.polygon((-0.75, 0.04), (-1.12, -0.16), (-1.2, -0.14), (-1.0, 0.06)), metal * 0.85)
    s.paint(s.limb([(root - 0.1, -0.24), (root + 0.14, -0.22)], 0.08), trim * 0.8)
    s.paint(s.polygon((root + 0.32, 0), (root - 0.1, 0), (tip - 0.1, -span), (tip + 0.05, -span)), metal * 0.9)


def airplane_top(s):
    """From above or below: a cross of body, wings and tailplane, an engine under each wing."""
    s = s.at(turn=s.uniform(-0.5, 0.5), size=s.uniform(0.95, 1.15)).fold()
    metal, trim = s.colour(METAL + [DARK]), s.colour(PAINT)
    sweep, chord = s.uniform(0.05, 0.5), s.uniform(0.16, 0.3)
    s.paint(s.polygon((0, 0.25), (0, 0.25 - 2 * chord), (1, 0.1 - sweep - chord), (1, 0.1 - sweep)), metal * 0.85)
    s.paint(s.polygon((0, -0.62), (0, -0.9), (0.4, -1.0), (0.4, -0.86)), metal * 0.8)
    s.paint(s.limb([(0.36, 0.05 - sweep / 2), (0.36, 0.25 - sweep / 2)], 0.07), trim)
    s.paint(s.limb([(0, -0.9), (0, 0.85)], 0.08, 0.15), metal)
    s.paint(s.limb([(0, -0.95), (0, -0.65)], 0.05), trim)
    s.paint(s.disc(0, 0.85, 0.08), NAVY)


def wheel(s, x, y, radius):
    s.paint(s.disc(x, y, radius), BLACK)
    s.paint(s.disc(x, y, radius * 0.5), GREY)


def automobile_side(s):
    """A low body, a cabin with two windows, two wheels."""
    body, glass = s.colour(PAINT), s.colour(GLASS)
    roof, front, back = s.uniform(0.38, 0.55), s.uniform(0.15, 0.35), s.uniform(-0.7, -0.35)
    sill, frame = 0.04, roof - 0.09
    s.paint(s.box(0, -0.42, 0.95, 0.08), BLACK, soft=3)
    s.paint(s.polygon((back - 0.25, 0), (0.6, 0), (front, roof), (back, roof)), body)
    s.paint(s.polygon((back - 0.15, sill), (-0.16, sill), (-0.16, frame), (back + 0.02, frame)), glass, relief=0)
    s.paint(s.polygon((-0.06, sill), (0.48, sill), (front - 0.03, frame), (-0.06, frame)), glass, relief=0)
    s.paint(s.box(0, -0.17, 1.02, s.uniform(0.17, 0.23), 0.14), body)
    s.paint(s.disc(0.95, -0.1, 0.07), LAMP)
    s.paint(s.box(-0.98, -0.1, 0.04, 0.07), RED)
    for x in (-0.58, 0.58):
        wheel(s, x, -0.36, s.uniform(0.2, 0.25))


def automobile_front(s):
    """Coming towards us: windscreen, bonnet, two headlights, grille."""
    body, glass = s.colour(PAINT), s.colour(GLASS)
    roof, shift, both = s.uniform(0.5, 0.66), s.uniform(-0.08, 0.08), s.fold()
    both.paint(both.box(0.58, -0.5, 0.15, 0.24, 0.06), BLACK)
    s.paint(s.polygon((-0.72, 0), (0.72, 0), (0.48 + shift, roof), (-0.48 + shift, roof)), body)
    screen = s.polygon((-0.6, 0.05), (0.6, 0.05), (0.42 + shift, roof - 0.1), (-0.42 + shift, roof - 0.1))
    s.paint(screen, glass, relief=0)
    s.paint(s.box(0, -0.22, 0.82, 0.32, 0.16), body)
    s.paint(s.box(shift, -0.26, 0.32, 0.08, 0.03), BLACK)
    s.paint(s.box(0, -0.47, 0.8, 0.07, 0.04), body * 0.6)
    both.paint(both.ellipse(0.58, -0.2, 0.16, 0.11), LAMP)


def truck_side(s):
    """A tall box or tank on three wheels behind a cab."""
    cab, load, glass = s.colour(PAINT), s.colour(PAINT), s.colour(GLASS)
    top, back = s.uniform(0.45, 0.75), s.uniform(-1.15, -0.95)
    x, y, length, height = (0.32 + back) / 2, (top - 0.32) / 2, (0.32 - back) / 2, (top + 0.32) / 2
    s.paint(s.box(-0.05, -0.4, 1.05, 0.08), BLACK)
    s.paint(s.box(x, y, length, height, 0.02 + 0.28 * s.chance(0.3)), load)
    s.paint(s.box(x, y, length, 0.04), s.colour(PAINT), alpha=s.chance(0.5))
    s.paint(s.polygon((0.42, -0.42), (1.1, -0.42), (1.1, 0.0), (0.9, 0.38), (0.42, 0.38)), cab)
    s.paint(s.polygon((0.6, 0.02), (1.0, 0.02), (0.86, 0.29), (0.6, 0.29)), glass, relief=0)
    s.paint(s.disc(1.05, -0.24, 0.07), LAMP)
    for x in (-0.85, -0.4, 0.75):
        wheel(s, x, -0.48, 0.2)


def truck_front(s):
    """Coming towards us: higher than wide, upright windscreen, grille, mirrors, the load behind."""
    cab, load, both = s.colour(PAINT), s.colour(PAINT), s.fold()
    s.paint(s.box(s.uniform(-0.35, 0.35), 0.3, 0.62, 0.66, 0.03), load * 0.85)
    both.paint(both.box(0.45, -0.78, 0.14, 0.2, 0.04), BLACK)
    both.paint(both.box(0.68, 0.12, 0.07, 0.16, 0.03), BLACK)
    s.paint(s.box(0, -0.08, 0.6, 0.64, 0.08), cab)
    s.paint(s.box(0, 0.22, 0.5, 0.2, 0.05), s.colour(GLASS), relief=0)
    s.paint(s.box(0, -0.3, 0.32, 0.18, 0.03), BLACK)
    s.paint(s.box(0, -0.3, 0.3, 0.03), GREY)
    s.paint(s.box(0, -0.62, 0.62, 0.09, 0.03), s.colour([GREY, DARK]))
    both.paint(both.disc(0.46, -0.4, 0.08), LAMP)


def ship_motor(s):
    """A long hull with a deckhouse, a funnel and a mast."""
    hull, house = s.colour(PAINT), s.colour([WHITE, WHITE, CREAM])
    deck, stern, middle = s.uniform(-0.15, 0.0), s.uniform(-1.05, -0.9), s.uniform(-0.45, 0.1)
    s.paint(s.limb([(middle + 0.2, 0), (middle + 0.2, 0.9)], 0.03), DARK)
    s.paint(s.box(middle - 0.15, deck + 0.45, 0.13, 0.32, 0.02), s.colour(PAINT))
    s.paint(s.box(middle + 0.1, deck + s.uniform(0.3, 0.5), 0.32, 0.14, 0.02), house)
    s.paint(s.box(middle, deck + 0.12, 0.55, 0.2, 0.02), house)
    s.paint(s.box(middle, deck + 0.18, 0.48, 0.04), NAVY, alpha=0.8)
    s.paint(s.polygon((stern + 0.15, -0.55), (0.7, -0.55), (1.15, deck + 0.08), (stern, deck)), hull)
    s.paint(s.polygon((stern + 0.15, -0.55), (0.7, -0.55), (0.8, -0.42), (stern + 0.1, -0.42)), s.colour(PAINT))
    s.paint(s.limb([(stern, -0.57), (0.9, -0.57)], 0.04), FOAM, alpha=0.7, soft=2)


def ship_sailing(s):
    """A hull under a mast with two sails."""
    s = s.at(turn=s.uniform(-0.1, 0.1))
    hull, sail = s.colour(PAINT + [BROWN]), s.colour([WHITE, WHITE, CREAM, RED])
    mast, top, boom = s.uniform(-0.1, 0.2), s.uniform(0.85, 1.1), s.uniform(0.55, 0.85)
    s.paint(s.limb([(mast, -0.4), (mast, top)], 0.035), DARK)
    s.paint(s.polygon((mast - boom, -0.28), (mast - 0.05, -0.3), (mast - 0.05, top - 0.08)), sail)
    s.paint(s.polygon((mast + 0.06, -0.28), (mast + 0.65, -0.3), (mast + 0.06, top - 0.25)), sail * 0.88)
    s.paint(s.polygon((-0.6, -0.72), (0.6, -0.72), (0.95, -0.38), (-0.85, -0.42)), hull)
    s.paint(s.limb([(-0.8, -0.74), (0.75, -0.74)], 0.04), FOAM, alpha=0.7, soft=2)


# Animals -----------------------------------------------------------------------------------------------------------


def eye(s, x, y, radius, iris):
    s.paint(s.disc(x, y, radius), iris, relief=0)
    s.paint(s.disc(x, y, radius * 0.55), BLACK, relief=0)


def quadruped(s, coat, length, depth, leg, thickness):
    """A trunk along y = 0 from the hips at -length to the shoulders at length, far legs, near legs."""
    for side, tone in ((0.1, 0.6), (-0.03, 0.9)):
        for hip in (-length, length):
            knee, foot = hip + side + s.uniform(-0.08, 0.08), hip + side + s.uniform(-0.15, 0.15)
            joints = [(hip, -depth * 0.3), (knee, -depth - leg * 0.4), (foot, -depth - leg)]
            s.paint(s.limb(joints, thickness * 1.5, thickness), coat * tone)
    s.paint(s.limb([(-length, 0), (length, 0)], depth * 0.95, depth), coat)


def bird_perched(s):
    """A plump body, round head, beak, folded wing and tail, thin legs, on a twig."""
    plumage, beak = s.colour(PLUMAGE), s.colour([AMBER, DARK])
    s.paint(s.limb([(-1.3, -0.8), (1.3, s.uniform(-0.95, -0.7))], 0.07), BROWN, alpha=s.chance(0.67))
    for x in (-0.1, 0.1):
        s.paint(s.limb([(x, -0.35), (x + 0.05, -0.8)], 0.03), beak * 0.7)
    b = s.at(turn=s.uniform(-0.02, 0.28))
    b.paint(b.polygon((-0.35, 0.1), (-1.15, -0.18), (-1.15, -0.34), (-0.35, -0.2)), plumage * 0.7)
    b.paint(b.ellipse(0, -0.05, 0.58, s.uniform(0.36, 0.46)), plumage)
    b.paint(b.ellipse(0.2, -0.18, 0.33, 0.26), s.colour(PLUMAGE), soft=2)
    b.paint(b.ellipse(-0.2, 0.02, 0.42, 0.2), plumage * 0.65)
    h = s.at(0.48, s.uniform(0.38, 0.52))
    h.paint(h.polygon((0.2, -0.1), (s.uniform(0.5, 0.75), -0.05), (0.2, 0.1)), beak)
    h.paint(h.disc(0, 0, s.uniform(0.27, 0.34)), plumage)
    h.paint(h.disc(0.12, 0.05, 0.07), BLACK)


def bird_flying(s):
    """A slim body with tail and beak between two long beating wings."""
    s = s.at(turn=s.uniform(-0.15, 0.3))
    plumage, lift = s.colour(PLUMAGE), s.uniform(0.55, 1.0)
    far, near = (s.uniform(0.05, 0.4), lift), (s.uniform(-0.45, 0.0), lift * (1 - 1.8 * s.chance(0.4)))
    for (x, y), tone in ((far, 0.65), (near, 0.85)):
        s.paint(s.limb([(0.1, 0), (x, y * 0.5), (x - 0.35, y)], 0.23, 0.05), plumage * tone)
        s.paint(s.limb([(x - 0.2, y * 0.8), (x - 0.35, y)], 0.1, 0.05), plumage * 0.35)
    s.paint(s.polygon((-0.4, 0), (-0.95, 0.18), (-0.85, 0.0), (-0.95, -0.14)), plumage * 0.75)
    s.paint(s.limb([(-0.5, 0), (0.05, -0.03), (0.55, 0.1)], 0.06, 0.18), plumage)
    s.paint(s.polygon((0.66, 0.02), (0.98, 0.06), (0.66, 0.2)), s.colour([AMBER, DARK]))
    s.paint(s.disc(0.6, 0.14, 0.06), BLACK)


def cat_sitting(s):
    """Facing us: pointed ears, bright eyes, pink nose, whiskers, stripes, a curled tail."""
    coat = s.colour(FUR)
    light = coat * 0.5 + 0.45
    s.paint(s.limb([(0.3, -0.85), (0.85, -0.75), (0.95, s.uniform(-0.5, 0.1))], 0.13, 0.08), coat * 0.8)
    s.paint(s.ellipse(0, -0.6, s.uniform(0.45, 0.58), 0.6), coat)
    s.paint(s.ellipse(0, -0.5, 0.22, 0.45), light, soft=3)
    h = s.at(s.uniform(-0.12, 0.12), 0.25, turn=s.uniform(-0.1, 0.1)).fold()
    h.paint(h.polygon((0.08, 0.28), (0.52, 0.1), (0.56, 0.8)), coat)
    h.paint(h.polygon((0.22, 0.32), (0.44, 0.25), (0.49, 0.62)), PINK)
    h.paint(h.ellipse(0, 0, s.uniform(0.56, 0.64), s.uniform(0.44, 0.52)), coat)
    h.paint(np.maximum(h.stripes(5, 0.4), h.box(0, 0.32, 0.3, 0.14)), coat * 0.4, alpha=s.chance(0.5))
    h.paint(h.ellipse(0, -0.2, 0.26, 0.16), light, soft=2)
    eye(h, 0.26, 0.04, 0.14, s.colour(IRIS))
    h.paint(h.polygon((0, -0.2), (0.09, -0.1), (0, -0.08)), PINK)
    for y in (-0.14, -0.32):
        h.paint(h.limb([(0.15, -0.22), (0.75, y)], 0.012), WHITE, alpha=0.7)


def cat_walking(s):
    """From the side, the long tail up, stripes, the round face with pointed ears turned to us."""
    coat, tail, b = s.colour(FUR), s.uniform(-1.1, -0.8), s.at(0, -0.15)
    s.paint(s.limb([(-0.55, -0.1), (-0.85, 0.15), (tail, 0.5), (tail + 0.2, 0.8)], 0.1, 0.07), coat * 0.85)
    quadruped(b, coat, 0.45, 0.27, 0.4, 0.07)
    b.paint(np.maximum(b.stripes(4, 0.4), b.box(-0.1, 0.1, 0.5, 0.14, 0.1)), coat * 0.45, alpha=s.chance(0.5))
    h = s.at(0.62, s.uniform(0.15, 0.35), turn=s.uniform(-0.1, 0.1)).fold()
    h.paint(h.polygon((0.02, 0.2), (0.32, 0.08), (0.38, 0.6)), coat * 0.9)
    h.paint(h.ellipse(0, 0, 0.4, 0.33), coat)
    h.paint(h.ellipse(0, -0.14, 0.17, 0.1), coat * 0.5 + 0.45, soft=2)
    eye(h, 0.17, 0.04, 0.1, s.colour(IRIS))
    h.paint(h.disc(0, -0.1, 0.05), PINK)


def dog_sitting(s):
    """Facing us: hanging ears, a light muzzle with a big nose, a collar, the tongue out."""
    coat, ear = s.colour(FUR), s.colour(FUR)
    light, both = coat * 0.45 + 0.5 * s.colour([WHITE, CREAM]), s.fold()
    s.paint(s.limb([(-0.4, -0.6), (0.4, -0.6)], s.uniform(0.35, 0.45)), coat * 0.9)
    both.paint(both.limb([(0.2, -0.5), (0.22, -1.1)], 0.15), coat)
    s.paint(s.ellipse(0, -0.55, 0.22, 0.3), light, soft=2)
    s.paint(s.limb([(-0.28, -0.25), (0.28, -0.25)], 0.07), s.colour(PAINT), alpha=s.chance(0.5))
    h = s.at(s.uniform(-0.1, 0.1), 0.3, turn=s.uniform(-0.12, 0.12)).fold()
    h.paint(h.box(0, 0.12, s.uniform(0.4, 0.48), 0.42, 0.3), coat)
    h.paint(h.limb([(0.36, 0.42), (0.55, 0.25), (0.58, s.uniform(-0.35, -0.1))], 0.12, 0.18), ear * 0.7)
    h.paint(h.ellipse(0, -0.22, 0.3, s.uniform(0.28, 0.34)), light)
    h.paint(h.ellipse(0, -0.42, 0.1, 0.16), PINK, alpha=s.chance(0.5))
    h.paint(h.ellipse(0, -0.1, 0.15, 0.11), BLACK, relief=0)
    h.paint(h.disc(0.2, 0.18, 0.08), BLACK, relief=0)


def dog_standing(s):
    """From the side: sturdy legs, a big head with a snout, dark nose and hanging ear, the tail up."""
    coat, patch, b = s.colour(FUR), s.colour(FUR), s.at(-0.05, -0.2)
    b.paint(b.limb([(-0.55, 0.1), (-0.8, 0.35), (-0.8, s.uniform(0.55, 0.85))], 0.1, 0.06), coat)
    quadruped(b, coat, s.uniform(0.4, 0.48), s.uniform(0.25, 0.32), s.uniform(0.25, 0.4), 0.1)
    b.paint(np.maximum(b.ellipse(-0.2, 0.12, 0.32, 0.2), b.box(0, 0, 0.7, 0.24)), patch, alpha=s.chance(0.5))
    s.paint(s.limb([(0.4, -0.05), (0.55, 0.3)], 0.22, 0.2), coat)
    h = s.at(0.56, s.uniform(0.3, 0.45), turn=s.uniform(-0.15, 0.1))
    h.paint(np.minimum(h.disc(0, 0.04, 0.32), h.limb([(0.1, -0.06), (0.48, -0.1)], 0.19, 0.14)), coat)
    h.paint(h.disc(0.6, -0.04, 0.1), BLACK, relief=0)
    h.paint(h.disc(0.18, 0.12, 0.07), BLACK, relief=0)
    h.paint(h.limb([(-0.12, 0.2), (-0.22, -0.25)], 0.13, 0.16), patch * 0.6)


def antlers(s, size):
    """Two branching beams that grow upwards from the origin of a folded frame."""
    x, y = 0.45 * size, 0.9 * size
    beam = s.limb([(0.08, 0), (x, y * 0.4), (x * 0.9, y)], 0.05, 0.03)
    inner = s.limb([(x * 0.7, y * 0.25), (x * 0.5, y * 0.65)], 0.035)
    outer = s.limb([(x, y * 0.45), (x * 1.5, y * 0.7)], 0.035)
    s.paint(np.minimum(beam, np.minimum(inner, outer)), s.colour([CREAM, BROWN]), relief=0)


def deer_standing(s):
    """From the side: slender legs, upright neck, antlers, a white tail, sometimes spots."""
    coat, b = s.colour(HIDE), s.at(-0.1, -0.2)
    b.paint(b.ellipse(-0.68, 0.08, 0.12, 0.17), WHITE)
    quadruped(b, coat, 0.42, s.uniform(0.21, 0.26), s.uniform(0.5, 0.62), 0.045)
    spots = np.maximum(b.stripes(5, 0.35), b.at(turn=1).stripes(5, 0.35))
    b.paint(np.maximum(spots, b.box(0, 0.06, 0.5, 0.13)), WHITE, relief=0, alpha=s.chance(0.4))
    x, y = s.uniform(0.5, 0.65), s.uniform(0.4, 0.55)
    s.paint(s.limb([(0.3, -0.12), (x, y)], 0.2, 0.1), coat)
    antlers(s.at(x, y + 0.1, turn=s.uniform(-0.1, 0.1)).fold(), s.uniform(0.5, 0.8))
    h = s.at(x, y)
    h.paint(h.limb([(-0.08, 0.08), (-0.32, 0.16)], 0.09, 0.04), coat * 0.8)
    h.paint(h.limb([(0, 0.04), (0.36, -0.08)], 0.15, 0.07), coat)
    h.paint(np.minimum(h.disc(0.37, -0.07, 0.06), h.disc(0.08, 0.08, 0.05)), BLACK)


def deer_head(s):
    """Facing us: wide antlers, ears held sideways, a long narrow face."""
    coat = s.colour(HIDE)
    s.paint(s.limb([(0, -0.3), (s.uniform(-0.3, 0.3), -1.2)], 0.3, 0.5), coat * 0.8)
    h = s.at(0, -0.1, turn=s.uniform(-0.1, 0.1)).fold()
    antlers(h.at(0, 0.28), s.uniform(0.75, 1.0))
    h.paint(h.ellipse(0.5, 0.22, 0.27, 0.12), coat * 0.75)
    h.paint(h.limb([(0, 0.15), (0, -0.4)], 0.3, 0.16), coat)
    h.paint(h.ellipse(0, -0.45, 0.14, 0.14), coat * 0.4 + 0.5, soft=2)
    h.paint(np.minimum(h.ellipse(0, -0.42, 0.12, 0.08), h.disc(0.2, 0.08, 0.07)), BLACK, relief=0)


def horse_standing(s):
    """From the side: deep body, strong neck with a mane, long head, long tail."""
    coat, mane, b = s.colour(FUR), s.colour(MANE), s.at(-0.12, -0.1)
    b.paint(b.limb([(-0.65, 0.15), (-0.9, -0.1), (-0.9, -0.65)], 0.09, 0.13), mane)
    quadruped(b, coat, s.uniform(0.46, 0.54), s.uniform(0.29, 0.34), s.uniform(0.5, 0.6), 0.08)
    x, y = s.uniform(0.55, 0.75), s.uniform(0.45, 0.7)
    s.paint(s.limb([(0.1, 0.2), (x - 0.22, y), (x, y + 0.12)], 0.13, 0.11), mane)
    s.paint(s.limb([(0.3, 0.05), (x, y)], 0.29, 0.17), coat)
    h = s.at(x, y, turn=s.uniform(-0.2, 0.1))
    h.paint(h.polygon((-0.1, 0.08), (0.08, 0.08), (0, 0.32)), coat * 0.8)
    h.paint(h.limb([(0, 0), (0.36, -0.28)], 0.17, 0.11), coat)
    h.paint(h.disc(0.38, -0.3, 0.09), coat * 0.5)
    h.paint(h.disc(0.12, 0.02, 0.05), BLACK)


def horse_head(s):
    """A portrait from the side: long head, pricked ears, a mane down the neck, sometimes a blaze or a halter."""
    coat, mane = s.colour(FUR), s.colour(MANE)
    s.paint(s.limb([(-0.9, -0.9), (-0.6, 0.05), (-0.12, 0.66)], 0.35, 0.2), mane)
    s.paint(s.limb([(-0.45, -1.1), (-0.2, 0), (0.05, 0.4)], 0.5, 0.27), coat)
    h = s.at(0.05, 0.42, turn=s.uniform(-0.15, 0.12))
    for x, tone in ((0.14, 0.6), (-0.06, 0.85)):
        h.paint(h.polygon((x - 0.2, 0.12), (x + 0.08, 0.2), (x, 0.66)), coat * tone)
    h.paint(h.limb([(0, 0), (0.68, -0.62)], 0.33, 0.17), coat)
    h.paint(h.limb([(0.28, 0), (0.68, -0.4)], 0.05), WHITE, alpha=s.chance(0.5))
    h.paint(h.ellipse(0.72, -0.68, 0.17, 0.14), coat * 0.6)
    halter = np.minimum(h.limb([(0.28, -0.56), (0.62, -0.24)], 0.035), h.limb([(-0.15, 0.1), (0.28, -0.56)], 0.035))
    h.paint(halter, s.colour(PAINT), alpha=s.chance(0.4))
    h.paint(np.minimum(h.disc(0.8, -0.62, 0.05), h.disc(0.14, 0.06, 0.08)), BLACK)
    h.paint(h.limb([(-0.1, 0.35), (0.1, 0.2)], 0.1, 0.06), mane)


def frog_front(s):
    """Squatting towards us: eyes on top of the head, a wide mouth, folded legs on both sides."""
    skin, b = s.colour(SKIN), s.fold()
    b.paint(b.ellipse(0.68, -0.5, 0.34, s.uniform(0.3, 0.42)), skin * 0.8)
    b.paint(b.limb([(0.72, -0.8), (1.05, -0.84)], 0.09), skin * 0.75)
    b.paint(b.ellipse(0, -0.35, s.uniform(0.62, 0.72), 0.48), skin)
    b.paint(b.ellipse(0, -0.5, 0.42, 0.28), skin * 0.4 + 0.45, soft=3)
    b.paint(b.limb([(0.34, -0.45), (0.34, -0.82), (0.5, -0.86)], 0.1, 0.07), skin * 0.9)
    h = s.at(s.uniform(-0.06, 0.06), 0.02).fold()
    h.paint(h.ellipse(0, 0, s.uniform(0.66, 0.76), 0.36), skin)
    h.paint(h.disc(0.42, 0.3, 0.24), skin)
    eye(h, 0.42, 0.33, 0.17, s.colour([GOLD, AMBER, WHITE]))
    h.paint(h.limb([(0, -0.18), (0.35, -0.15), (0.6, -0.02)], 0.035), skin * 0.25, relief=0)


def frog_side(s):
    """From the side: a sloping back, one bulging eye, the hind leg folded double, sometimes spots."""
    skin, b = s.colour(SKIN), s.at(turn=s.uniform(-0.02, 0.12))
    b.paint(b.limb([(-0.6, -0.35), (0.1, -0.1), (0.6, 0.05)], 0.3, 0.32), skin)
    b.paint(b.limb([(-0.2, -0.45), (0.6, -0.15)], 0.16), skin * 0.4 + 0.45, soft=3)
    spots = np.maximum(b.stripes(3, 0.35), b.at(turn=1).stripes(3, 0.35))
    b.paint(np.maximum(spots, b.limb([(-0.6, -0.2), (0.4, 0.1)], 0.2)), skin * 0.5, alpha=s.chance(0.5))
    b.paint(b.disc(0.52, 0.32, 0.22), skin)
    eye(b, 0.55, 0.34, 0.16, s.colour([GOLD, AMBER]))
    b.paint(b.limb([(0.55, -0.02), (0.92, 0.02)], 0.03), skin * 0.25, relief=0)
    s.paint(s.limb([(-0.65, -0.45), (-0.1, -0.3)], 0.2, 0.17), skin * 0.85)
    s.paint(s.limb([(-0.1, -0.35), (-0.7, -0.7), (-0.2, -0.74)], 0.1, 0.07), skin * 0.7)
    s.paint(s.limb([(0.4, -0.3), (0.35, -0.7), (0.55, -0.74)], 0.11, 0.06), skin * 0.85)


# The classes in CIFAR-10's order
VIEWS = {
    "airplane": (airplane_side, airplane_top),
    "automobile": (automobile_side, automobile_front),
    "bird": (bird_perched, bird_flying),
    "cat": (cat_sitting, cat_walking),
    "deer": (deer_standing, deer_head),
    "dog": (dog_sitting, dog_standing),
    "frog": (frog_front, frog_side),
    "horse": (horse_standing, horse_head),
    "ship": (ship_motor, ship_sailing),
    "truck": (truck_side, truck_front),
}
