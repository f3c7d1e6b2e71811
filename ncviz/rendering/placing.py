"""Where words go so that none covers another, and stays while the picture turns."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels

# Up, right, left, down, then the corners: x to the right and y down.
_SIDES = ((0, -1), (1, 0), (-1, 0), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_STEPS = (1.3, 2.6, 4.0, 5.5)  # farther out, in heights of the word
FAR = 0.6  # points that may be covered rather than go one step farther out
SAME = 0.5  # pixels by which something has to be nearer
MISTAKEN = 3.0  # points that may be covered rather than stand beside another's
_HYSTERESIS = 0.5  # so much room there must be to come back, in heights of the word
_SECTORS = 16  # directions that are told apart
_TURNED_AWAY = -0.3  # cosine to the direction it should take, below which a word changes sides


class Wish(NamedTuple):
    """A word that wants a place.

    Parameters
    ----------
    x, y : float
        Its point, in pixels.
    lift : float
        How far from its point it must stay.
    width, height : float
        Of the word.
    before : int or None
        The choice it had in the picture before.
    toward : tuple of 2 floats
        Where it should rather stand as seen from its point, a unit vector with
        y down; zero if it does not matter.
    own : tuple of int
        Rows of the points for which a word must not be mistaken that belong to it.
    """

    x: float
    y: float
    lift: float
    width: float
    height: float
    before: int | None = None
    toward: tuple[float, float] = (0.0, 0.0)
    own: tuple[int, ...] = ()


class Spot(NamedTuple):
    """The place of a word.

    Parameters
    ----------
    left, top : int
        In pixels.
    choice : int
        To be handed in as `before` with the next picture.
    far : bool
        A line should lead to its point: that is far, or something else is nearer.
    """

    left: int
    top: int
    choice: int
    far: bool


def place(
    wishes: Sequence[Wish],
    area: Box,
    taken: Sequence[Box] = (),
    spared: NDArray[np.float64] | None = None,
    others: NDArray[np.float64] | None = None,
) -> list[Spot | None]:
    """Return where words go so that none leaves the area or covers one before it.

    A word stands on the side of its point that it should if there is room;
    where no side is better, above, else to its right, its left, below or at a
    corner; else farther out. It stays where it was in the picture before as
    long as there is room and that side is not the wrong one, but comes back
    from far away.

    Parameters
    ----------
    wishes : sequence of Wish
        The more important first.
    area : tuple of 4 floats
        Left, top, right and bottom, in pixels.
    taken : sequence of tuples of 4 floats
        What else must not be covered.
    spared : array, shape (n, 2), optional
        Points, such as samples, of which each word covers as few as it can:
        for pictures that stand still.
    others : array, shape (m, 2), optional
        Points that have names of their own. No word stands nearer to one of them
        than to its own point if there is another place; else a line tells whose
        it is.

    Returns
    -------
    list of Spot or None
        None where there is no room.
    """
    occupied = list(taken)
    spots: list[Spot | None] = []
    for wish in wishes:
        rivals = _rivals(wish, others)
        choice = _choose(wish, area, occupied, spared, rivals)
        if choice is None:
            spots.append(None)
            continue
        box = _box(wish, choice)
        occupied.append(box)
        led = choice >= len(_SIDES) or _mistaken(wish, box, rivals)
        spots.append(Spot(round(box[0]), round(box[1]), choice, led))
    return spots


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes share a pixel."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def covered(box: Box, points: NDArray[np.float64]) -> int:
    """Return how many points lie in a box."""
    left, top, right, bottom = box
    x, y = points[:, 0], points[:, 1]
    return int(((x > left) & (x < right) & (y > top) & (y < bottom)).sum())


def _choose(
    wish: Wish,
    area: Box,
    occupied: list[Box],
    spared: NDArray[np.float64] | None,
    rivals: NDArray[np.float64],
) -> int | None:
    near, far, wrong = _choices(_sector(wish.toward))
    before = wish.before
    if before is not None and before % len(_SIDES) in wrong:
        before = None

    def free(choice: int, room: float = 0.0) -> bool:
        left, top, right, bottom = _box(wish, choice)
        inside = left >= area[0] and top >= area[1] and right <= area[2] and bottom <= area[3]
        if not inside:
            return False
        box = left - room, top - room, right + room, bottom + room
        return not any(overlap(box, other) for other in occupied)

    def clear(choice: int) -> bool:
        return not _mistaken(wish, _box(wish, choice), rivals)

    if spared is not None and len(spared):
        open_to_it = [choice for choice in (*near, *far) if free(choice)]
        return min(
            open_to_it,
            key=lambda choice: (
                covered(_box(wish, choice), spared)
                + FAR * (choice // len(_SIDES))
                + MISTAKEN * (not clear(choice))
            ),
            default=None,
        )
    if before is not None and before in near and free(before) and clear(before):
        return before
    if before is not None and before in far and free(before):
        room = _HYSTERESIS * wish.height
        return next((choice for choice in near if free(choice, room) and clear(choice)), before)
    open_to_it = [choice for choice in (*near, *far) if free(choice)]
    # Where every place is another's, the line that leads to a far one is easiest to see.
    led = [choice for choice in open_to_it if choice >= len(_SIDES)]
    unmistaken = next(filter(clear, open_to_it), None)
    return next(iter((*led, *open_to_it)), None) if unmistaken is None else unmistaken


def _rivals(wish: Wish, others: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return the points of others that are near enough to matter."""
    if others is None or not len(others):
        return np.empty((0, 2))
    reach = 2 * (wish.lift + _STEPS[-1] * wish.height) + wish.width
    with np.errstate(invalid="ignore"):
        near = np.abs(others - (wish.x, wish.y)).max(axis=1) < reach
    near[list(wish.own)] = False
    return np.asarray(others[near])


def _mistaken(wish: Wish, box: Box, rivals: NDArray[np.float64]) -> bool:
    """Return whether a word in a box is nearer to another's point than to its own."""
    if not len(rivals):
        return False
    own = _gap(box, np.array([[wish.x, wish.y]]))[0]
    return bool((_gap(box, rivals) < own - SAME).any())


def _gap(box: Box, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances of points from a box, 0 within it."""
    across = np.maximum(box[0] - points[:, 0], points[:, 0] - box[2])
    down = np.maximum(box[1] - points[:, 1], points[:, 1] - box[3])
    return np.asarray(np.hypot(np.maximum(across, 0.0), np.maximum(down, 0.0)))


def _sector(toward: tuple[float, float]) -> int | None:
    """Return the number of a direction among a few around; None where there is none."""
    if toward == (0.0, 0.0):
        return None
    return round(math.atan2(toward[1], toward[0]) / math.tau * _SECTORS) % _SECTORS


@lru_cache(maxsize=_SECTORS + 1)
def _choices(sector: int | None) -> tuple[tuple[int, ...], tuple[int, ...], frozenset[int]]:
    """Return choices near a point and far from it, the best first, and the sides that are wrong."""
    numbers = range(len(_SIDES))
    angle = 0.0 if sector is None else math.tau * sector / _SECTORS
    length = 0.0 if sector is None else 1.0
    agreement = [
        length * (x * math.cos(angle) + y * math.sin(angle)) / math.hypot(x, y) for x, y in _SIDES
    ]
    near = tuple(sorted(numbers, key=lambda side: -round(2 * agreement[side])))
    far = tuple(len(_SIDES) * step + side for step in range(1, 1 + len(_STEPS)) for side in near)
    return near, far, frozenset(side for side in numbers if agreement[side] < _TURNED_AWAY)


def _box(wish: Wish, choice: int) -> Box:
    step, side = divmod(choice, len(_SIDES))
    across, down = _SIDES[side]
    lift = wish.lift + (_STEPS[step - 1] * wish.height if step else 0.0)
    if across and down:
        lift *= 0.75
    left = round(wish.x + across * lift + (across - 1) / 2 * wish.width)
    top = round(wish.y + down * lift + (down - 1) / 2 * wish.height)
    return left, top, left + wish.width, top + wish.height
