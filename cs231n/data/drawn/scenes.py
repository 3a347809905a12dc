"""What is to be seen on each picture of mini-COCO, and what people say who see it.

A scene is planned before it is drawn: one to three things, their colours and places. Captions are made of the same
plan, so that what they say is true.
"""
from typing import NamedTuple

import numpy as np

from cs231n.data.drawn import silhouettes as shapes

# The colours that have a name: red, green, blue from 0 to 1.
COLOURS = {
    "red": (0.75, 0.1, 0.08), "orange": (0.9, 0.5, 0.12), "yellow": (0.92, 0.8, 0.15), "green": (0.2, 0.5, 0.18),
    "blue": (0.12, 0.3, 0.75), "brown": (0.42, 0.26, 0.13), "white": (0.95, 0.95, 0.93), "grey": (0.52, 0.53, 0.55),
    "black": (0.08, 0.08, 0.09),
}
OWN = "own"  # in place of one of these names: the colour of the thing itself


class Kind(NamedTuple):
    """A kind of thing.

    Attributes
    ----------
    names, plurals : tuple of str
    views : tuple of (function, str)
        How it is drawn, and what it does there.
    colours : tuple of str
    size : float
        Half its length, of half a picture's.
    places : tuple of str
        Where it is seen; what is named twice is so twice as often.
    flies : bool
    wears : tuple of str
        The colours that its drawing asks for first: its own, or one that goes with any.
    """

    names: tuple[str, ...]
    plurals: tuple[str, ...]
    views: tuple[tuple, ...]
    colours: tuple[str, ...]
    size: float
    places: tuple[str, ...]
    flies: bool = False
    wears: tuple[str, ...] = (OWN,)


PAINTS = ("red", "blue", "white", "black", "yellow", "green", "orange")
LAND = ("grass", "snow", "sand")
ALL = ("sky", "sky", "sky", "sea", "road", *LAND)
KINDS = {
    "airplane": Kind(("airplane", "plane"), ("airplanes", "planes"),
                     ((shapes.airplane_side, "flying"), (shapes.airplane_top, "flying")),
                     ("white", "white", "grey", "red", "blue", "yellow"), 0.36, ALL, flies=True),
    "flying bird": Kind(("bird",), ("birds",), ((shapes.bird_flying, "flying"),),
                        ("black", "white", "brown", "red", "grey"), 0.33, ALL, flies=True),
    "bird": Kind(("bird",), ("birds",), ((shapes.bird_perched, "sitting"),),
                 ("brown", "white", "black", "red", "blue", "yellow"), 0.3, LAND),
    "car": Kind(("car",), ("cars",),
                ((shapes.automobile_side, "seen from the side"), (shapes.automobile_front, "seen from the front")),
                PAINTS, 0.38, ("road", "road", "road", *LAND)),
    "truck": Kind(("truck",), ("trucks",),
                  ((shapes.truck_side, "seen from the side"), (shapes.truck_front, "seen from the front")),
                  PAINTS, 0.4, ("road", "road", "road", *LAND), wears=(OWN, OWN)),
    "ship": Kind(("ship", "boat"), ("ships", "boats"), ((shapes.ship_motor, "sailing"),), PAINTS, 0.4, ("sea",) * 4,
                 wears=(OWN, "white")),
    "sailing boat": Kind(("sailing boat",), ("sailing boats",), ((shapes.ship_sailing, "floating"),),
                         ("red", "blue", "white", "black", "green", "brown"), 0.4, ("sea",) * 4, wears=(OWN, "white")),
    "cat": Kind(("cat",), ("cats",), ((shapes.cat_sitting, "sitting"), (shapes.cat_walking, "walking")),
                ("black", "white", "orange", "brown", "grey"), 0.33, ("road", *LAND)),
    "dog": Kind(("dog",), ("dogs",), ((shapes.dog_sitting, "sitting"), (shapes.dog_standing, "standing")),
                ("black", "white", "brown", "orange", "grey"), 0.35, ("road", *LAND)),
    "deer": Kind(("deer",), ("deer",), ((shapes.deer_standing, "standing"),), ("brown",), 0.37, ("grass", *LAND)),
    "horse": Kind(("horse",), ("horses",), ((shapes.horse_standing, "standing"),),
                  ("brown", "white", "black", "grey"), 0.4, ("grass", *LAND)),
    "frog": Kind(("frog",), ("frogs",), ((shapes.frog_front, "sitting"), (shapes.frog_side, "sitting")),
                 ("green", "green", "brown", "orange"), 0.3, ("road", *LAND)),
}

# How to say where: things that fly are over what others are on.
PLACES = {
    "sky": ("in the sky",), "sea": ("on the sea", "on the water"), "road": ("on the road", "on a street"),
    "grass": ("on the grass", "in a field"), "snow": ("in the snow",), "sand": ("on the sand", "on a beach"),
}
OVER = {
    "sky": ("in the sky",), "sea": ("over the sea", "over the water"), "road": ("over the road", "over a street"),
    "grass": ("over the grass", "over a field"), "snow": ("over the snow",), "sand": ("over the sand", "over a beach"),
}
HIDDEN = {("snow", "white"), ("grass", "green"), ("sea", "blue"), ("sky", "blue")}  # colours too much like the ground

# Words that few people use: too rare for the vocabulary, where they become <UNK>.
RARE = {
    "airplane": ("aeroplane", "airliner", "aircraft"), "car": ("saloon", "sedan"), "truck": ("lorry", "wagon"),
    "ship": ("vessel", "steamer"), "horse": ("steed",), "dog": ("hound",), "sea": ("ocean", "waves"),
    "road": ("highway", "tarmac"), "grass": ("lawn", "meadow"), "sand": ("dunes",), "picture": ("photograph", "sketch"),
    "red": ("scarlet", "crimson"), "yellow": ("golden", "lemon"), "orange": ("amber", "apricot"),
    "brown": ("chestnut", "hazel"), "blue": ("navy", "cobalt"), "white": ("pale", "snowy"), "grey": ("silver", "smoky"),
    "black": ("dark", "coal"),
}
RARE_SHARE = 0.025  # of the uses of a word

# How the first group lies to the second, and the second to the first
RELATIONS = {
    "": (("",), ("",)),
    "left": (("left of", "to the left of"), ("right of", "to the right of")),
    "above": (("above", "over"), ("below", "under")),
}
# What is said of one group, of two, and of two next to each other: a and b are the groups
ONE = ("{a} {place}", "{a} {place}", "{there} {a} {place}", "{a} {doing} {place}", "{a} {verb} {doing} {place}",
       "a picture of {a} {place}", "{place} {there} {a}", "{a} {doing}")
TWO = ("{a} {relation} {b} {place}", "{a} {relation} {b}", "{b} {inverse} {a}", "{there} {a} {relation} {b}",
       "{a} {verb} {relation} {b}", "a picture of {a} and {b}", "{a} and {b}")
TOGETHER = ("{a} and {b} {place}", "{a} next to {b} {place}", "{b} next to {a}", "{place} {there} {a} and {b}")
NUMBERS = ("", "", "two", "three")
MOST_WORDS = 15

# How many there are of each group, and how often that is so.
GROUPS = ((1,), (1, 1), (2,), (3,), (2, 1), (1, 2))
GROUP_SHARES = (0.28, 0.36, 0.12, 0.06, 0.09, 0.09)
COLUMNS = ((), (0,), (-0.46, 0.46), (-0.66, 0, 0.66))  # where so many things in a row stand


class Group(NamedTuple):
    """Things alike: how many, of what kind, seen how, of what colour, and where, (count, 3): x, y and size."""

    kind: str
    view: int
    colour: str
    spots: np.ndarray


class Scene(NamedTuple):
    """A place, one or two groups of things, and how the first lies to the second: 'left', 'above' or ''."""

    place: str
    groups: tuple[Group, ...]
    relation: str


def plan(rng):
    """Make up a scene.

    Parameters
    ----------
    rng : numpy.random.RandomState

    Returns
    -------
    Scene
    """
    place = _one(rng, list(PLACES))
    counts = GROUPS[rng.choice(len(GROUPS), p=GROUP_SHARES)]
    looks = [_look(rng, place)]
    while len(looks) < len(counts):
        look = _look(rng, place)
        if KINDS[look[0]].names != KINDS[looks[0][0]].names or look[2] != looks[0][2]:  # else there is no telling apart
            looks.append(look)
    looks.sort(key=lambda look: not KINDS[look[0]].flies)
    flying = [KINDS[kind].flies for kind, _, _ in looks]
    relation = "" if len(counts) == 1 else "above" if flying == [True, False] else "left"
    if place == "sky" and counts == (1, 1) and rng.randint(2):
        relation = "above"
    spots = _place(rng, counts, flying, relation, place)
    return Scene(place, tuple(Group(*look, spot) for look, spot in zip(looks, spots, strict=True)), relation)


def tell(scene, rng):
    """Say a scene in words.

    Parameters
    ----------
    scene : Scene
    rng : numpy.random.RandomState

    Returns
    -------
    list of str
        At most 15 words, all true of the scene.
    """
    first, last = scene.groups[0], scene.groups[-1]
    kinds = [KINDS[group.kind] for group in scene.groups]
    alike = len({kind.names for kind in kinds}) < len(kinds)  # then their colours tell them apart
    several = len(first.spots) > 1
    forms = ONE if not scene.relation else TWO + TOGETHER if scene.relation == "left" else TWO
    relation, inverse = RELATIONS[scene.relation]
    sentence = _one(rng, forms).format(
        a=_subject(first, rng, alike), b=_subject(last, rng, alike), doing=kinds[0].views[first.view][1],
        relation=_one(rng, relation), inverse=_one(rng, inverse),
        place=_one(rng, (OVER if kinds[-1].flies else PLACES)[scene.place]),
        there="there are" if several else "there is", verb="are" if several else "is")
    words = [_one(rng, RARE[word]) if word in RARE and rng.random_sample() < RARE_SHARE else word
             for word in sentence.split()]
    return words if len(words) <= MOST_WORDS else tell(scene, rng)


def _look(rng, place):
    """A kind, a view and a colour that may be seen at a place."""
    weights = np.array([kind.places.count(place) for kind in KINDS.values()], float)
    name = list(KINDS)[rng.choice(len(KINDS), p=weights / weights.sum())]
    kind = KINDS[name]
    colours = [colour for colour in kind.colours if (place, colour) not in HIDDEN]
    return name, rng.randint(len(kind.views)), _one(rng, colours)


def _place(rng, counts, flying, relation, place):
    """Give each group its spots: what flies in one row above, what stands in one below, groups from left to right."""
    spots = []
    for row in sorted(set(flying), reverse=True):
        numbers = [count for count, flies in zip(counts, flying, strict=True) if flies == row]
        total = sum(numbers)
        x = np.array(COLUMNS[total]) + rng.uniform(-0.08, 0.08, total) + (rng.uniform(-0.4, 0.4) if total == 1 else 0)
        low, high = (-0.4, 0.4) if place == "sky" else (0.48, 0.62) if row else (-0.5, -0.32)
        y = rng.uniform(low, high) + rng.uniform(-0.06, 0.06, total)
        if relation == "above" and len(numbers) == 2:  # both fly: one above the other
            x, y = rng.uniform(-0.4, 0.4) + rng.uniform(-0.1, 0.1, 2), np.array([0.45, -0.45]) + y / 5
        size = rng.uniform(0.88, 1.12, total) * (0.78 if total == 3 else 1)
        spots += np.split(np.stack([x, y, size], axis=1), np.cumsum(numbers)[:-1])
    return spots


def _subject(group, rng, coloured):
    """A group in words: "a red car", "two cars"."""
    kind, count = KINDS[group.kind], len(group.spots)
    name = _one(rng, kind.plurals if count > 1 else kind.names)
    words = f"{group.colour} {name}" if coloured or rng.random_sample() < 0.75 else name
    return f"{NUMBERS[count] or ('an' if words[0] in 'aeiou' else 'a')} {words}"


def _one(rng, options):
    return options[rng.randint(len(options))]
