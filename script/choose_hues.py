"""Chooses the colours of roles and classes by computation, and prints them for scenes/palette.py.

    python script/choose_hues.py

How far apart two colours are is CIEDE2000, for the least of four sights: normal, protanopia,
deuteranopia, tritanopia (tests/scenes/colour_sight.py). Roles are three colours, APART or more
from each other, whose lines are seen on the grounds of their theme and that leave as much room as
can be to classes. They are darker than classes, on dark ground too: samples glow there. Class hues
are APART or more from every role of their theme; the first FIRST of them are as far from each other
as a search by exchanges finds, each further one is the farthest from all before it. What counts is
the lesser of two distances: of the hues themselves, as samples have them, and of what plots make of
them for thin lines, which must be seen on the ground (`readable`). The FEW that are farthest apart
come first in each theme; of these, and of the rest, those of both themes that are most alike belong
to one class.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "scenes"))
from colour_sight import SIGHTS, ciede2000, differences, from_lab, lab, simulated

from ncviz.scenes.palette import LINE_CONTRAST, THEMES, Theme, contrast, readable, rgb

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

APART = 20.0
# Degrees of hue, where both are colourful: 'red' is one thing; of the first FEW even more.
NAMED_APART, FEW_APART = 20.0, 28.0
COLOURFUL = 45.0
FEW, FIRST, MANY, GREYS = 4, 12, 40, 5
STARTS, EXCHANGES = 40, 80
GRID = 3.0  # units of lightness between the colours tried
ROOM_GRID = 5.0  # the same, of those that roles leave room to
NORMAL = 0.5  # how much differences count for who has all cones: they are larger
LINES = 1.5  # how much those of lines count: there is less room


@dataclass(frozen=True)
class Range:
    """Where colours are looked for: lightness, chroma, hue in degrees, from and to."""

    light: tuple[float, float]
    chroma: tuple[float, float]
    hue: tuple[float, float]

    def colors(self, step: float) -> Floats:
        """Return the colours of the range that a screen can show, shape (n, 3)."""
        (l0, l1), (c0, c1), (h0, h1) = self.light, self.chroma, self.hue
        light, chroma, hue = np.meshgrid(
            np.arange(l0, l1 + 0.1, step),
            np.arange(c0, c1 + 0.1, 2 * step),
            np.radians(np.arange(h0, h1, 2.5 * step)),
            indexing="ij",
        )
        points = np.stack([light, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
        colors = from_lab(points.reshape(-1, 3))
        shown = ((colors > -1e-3) & (colors < 1.001)).all(axis=1)
        return np.unique(np.round(255 * np.clip(colors[shown], 0, 1)) / 255, axis=0)


# Green, blue and red as people name them, and classes that are neither mud nor glare.
ROLES = {
    "light": (
        Range((26, 46), (34, 70), (134, 164)),
        Range((28, 46), (44, 80), (264, 296)),
        Range((34, 48), (48, 80), (12, 38)),
    ),
    "dark": (
        Range((44, 60), (30, 80), (130, 164)),
        Range((48, 60), (60, 100), (270, 300)),
        Range((46, 60), (40, 90), (4, 38)),
    ),
}
ROOM = {  # that roles leave to classes
    "light": Range((48, 86), (34, 80), (0, 360)),
    "dark": Range((64, 94), (34, 94), (0, 360)),
}
CLASSES = {
    "light": Range((46, 92), (24, 90), (0, 360)),
    "dark": Range((56, 96), (20, 94), (0, 360)),
}
GREYS_OF = {
    "light": Range((20, 92), (3, 3), (255, 257)),
    "dark": Range((64, 96), (3, 3), (255, 257)),
}


def choose_roles(theme: Theme, classes: Floats) -> Floats:
    """Return green, blue and red of a theme, shape (3, 3)."""
    grounds = (theme.background, theme.surface)
    green, blue, red = (
        np.array([c for c in part.colors(2) if _is_seen(_hex(c), grounds)])
        for part in ROLES[theme.name]
    )
    apart = [differences(a, b) >= APART for a, b in ((green, blue), (green, red), (blue, red))]
    free = [differences(role, classes) >= APART for role in (green, blue, red)]
    best = -1, np.zeros((0, 3))
    for i in range(len(green)):
        for j in np.flatnonzero(apart[0][i]):
            thirds = np.flatnonzero(apart[1][i] & apart[2][j])
            if len(thirds):
                room = (free[2][thirds] & free[0][i] & free[1][j]).sum(axis=1)
                if room.max() > best[0]:
                    third = thirds[room.argmax()]
                    best = int(room.max()), np.array([green[i], blue[j], red[third]])
    return best[1]


def as_lines(colors: Floats, theme: Theme) -> Floats:
    """Return the colours in which plots draw lines of these hues."""
    return np.array([rgb(readable(_hex(color), theme.surface)) for color in colors])


def choose_apart(colors: Floats, count: int) -> Floats:
    """Return so many colours, as far from each other as a search finds."""
    return colors[_best(_between(colors), count)]


def choose_classes(colors: Floats, theme: Theme, roles: Floats) -> Floats:
    """Return FIRST hues: FEW that are as far apart as can be, and beside these the others."""
    between = _between(colors, theme)
    begin = np.flatnonzero(_turn(colors, roles) >= FEW_APART)
    few = begin[_best(between[np.ix_(begin, begin)], FEW)]
    return colors[_best(between, FIRST, few.tolist())]


def _best(between: Floats, count: int, held: Sequence[int] = ()) -> Indices:
    """Return indices of colours that are far apart, those that are held first."""
    random = np.random.default_rng(0)
    tries = (_spread(between, count, random, held) for _ in range(STARTS))
    return max(tries, key=lambda chosen: _nearest(between, chosen))


def _spread(
    between: Floats, count: int, random: np.random.Generator, held: Sequence[int]
) -> Indices:
    """Return indices: the farthest points from held or random ones, exchanged while it helps."""
    chosen = list(held)
    chosen += [int(random.integers(len(between)))] if len(chosen) < count else []
    while len(chosen) < count:
        chosen.append(int(between[chosen].min(axis=0).argmax()))
    for _ in range(EXCHANGES):
        inner = between[np.ix_(chosen, chosen)] + 1e3 * np.eye(count)
        for place in np.unravel_index(inner.argmin(), inner.shape):
            if place < len(held):
                continue
            gap = between[chosen[:place] + chosen[place + 1 :]].min(axis=0)
            if gap.max() > inner.min() + 1e-9:
                chosen[place] = int(gap.argmax())
                break
        else:
            break
    return np.array(chosen)


def farthest_first(between: Floats, begin: Indices) -> list[int]:
    """Return an order: FEW of `begin`, each further one as far as can be from all before it."""
    few = max(combinations(begin.tolist(), FEW), key=lambda c: _nearest(between, np.array(c)))
    inner = between[np.ix_(few, few)]
    order = [few[k] for k in np.unravel_index(inner.argmax(), inner.shape)]
    order += [k for k in few if k not in order]
    while len(order) < len(between):
        gap = between[order].min(axis=0)
        gap[order] = -1
        order.append(int(gap.argmax()))
    return order


def go_on(hues: Floats, colors: Floats, theme: Theme) -> Floats:
    """Return MANY hues: each further one the farthest of some colours from all before it."""
    lines = as_lines(colors, theme)

    def apart(some: Floats) -> Floats:
        drawn = LINES * _apart(as_lines(some, theme), lines)
        return np.asarray(np.minimum(_apart(some, colors), drawn).min(axis=0))

    gap = apart(hues)
    while len(hues) < MANY:
        further = colors[[gap.argmax()]]
        hues = np.concatenate([hues, further])
        gap = np.minimum(gap, apart(further))
    return hues


def _apart(first: Floats, second: Floats) -> Floats:
    return np.minimum(differences(first, second), NORMAL * _normal(first, second))


def _between(colors: Floats, theme: Theme | None = None) -> Floats:
    between = _apart(colors, colors)
    if theme is None:
        return between
    lines = as_lines(colors, theme)
    return np.minimum(between, LINES * _apart(lines, lines))


def _nearest(between: Floats, chosen: Indices) -> float:
    return float((between[np.ix_(chosen, chosen)] + 1e3 * np.eye(len(chosen))).min())


def _may_be_class(classes: Floats, roles: Floats) -> NDArray[np.bool_]:
    """Return which colours are apart from all roles, and are not called as one of them is."""
    pale = np.hypot(*lab(classes)[:, 1:].T) < COLOURFUL
    called_otherwise = pale | (_turn(classes, roles) >= NAMED_APART)
    return called_otherwise & (differences(roles, classes) >= APART).all(axis=0)


def _turn(classes: Floats, roles: Floats) -> Floats:
    """Return how many degrees of hue lie between each class and the nearest role."""
    hue, role_hue = (np.degrees(np.arctan2(lab(c)[:, 2], lab(c)[:, 1])) for c in (classes, roles))
    return np.asarray(np.abs((hue - role_hue[:, None] + 180) % 360 - 180).min(axis=0))


def _normal(first: Floats, second: Floats) -> Floats:
    return ciede2000(lab(first)[:, None], lab(second)[None])


def _is_seen(color: str, grounds: tuple[str, ...]) -> bool:
    return all(contrast(color, ground) >= LINE_CONTRAST for ground in grounds)


def _hex(color: Floats) -> str:
    return "#" + "".join(f"{round(255 * part):02X}" for part in color)


def _say(name: str, first: Floats, second: Floats | None = None) -> None:
    parts = []
    for sight in SIGHTS:
        a, b = (lab(simulated(c, sight)) for c in (first, first if second is None else second))
        gaps = ciede2000(a[:, None], b[None])
        if second is None:
            gaps = gaps + 1e3 * np.eye(len(first))
        parts.append(f"{sight} {gaps.min():.1f}")
    print(f"  {name}: {', '.join(parts)}")


def main() -> None:
    """Choose and print."""
    roles, free, first = {}, {}, {}
    for name, theme in THEMES.items():
        roles[name] = choose_roles(theme, ROOM[name].colors(ROOM_GRID))
        colors = CLASSES[name].colors(GRID)
        free[name] = colors[_may_be_class(colors, roles[name])]
        first[name] = choose_classes(free[name], theme, roles[name])
    light, dark = first["light"], first["dark"]
    for part in (slice(None, FEW), slice(FEW, None)):
        unlike = np.linalg.norm(
            lab(light[part])[:, None, 1:] - lab(dark[part])[None, :, 1:], axis=-1
        )
        dark[part] = dark[part][linear_sum_assignment(unlike)[1]]
    apart = _between(light, THEMES["light"]), _between(dark, THEMES["dark"])
    order = farthest_first(np.minimum(*apart), np.arange(FEW))
    for name, hues in (("light", light[order]), ("dark", dark[order])):
        hues = go_on(hues, free[name], THEMES[name])
        print(f"{name}: roles", *map(_hex, roles[name]))
        _say("roles", roles[name])
        for count in (2, 3, 4, 10, FIRST, MANY):
            _say(f"{count} classes and roles", roles[name], hues[:count])
            _say(f"{count} classes", hues[:count])
            _say(f"{count} classes as lines", as_lines(hues[:count], THEMES[name]))
        print(" ".join(map(_hex, hues)))
        ramp = GREYS_OF[name].colors(1)
        ramp = ramp[(differences(roles[name], ramp) >= APART).all(axis=0)]
        greys = choose_apart(ramp, GREYS)
        greys = greys[farthest_first(_between(greys), np.arange(GREYS))]
        _say("greys", greys)
        print(" ".join(map(_hex, greys)))


if __name__ == "__main__":
    main()
