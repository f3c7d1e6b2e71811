"""Where words go so that none covers another, and stays while the picture turns."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
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
# Of each choice: its side, how far out it is, and corners come closer.
_ACROSS, _DOWN = np.tile(np.array(_SIDES, dtype=np.float64), (1 + len(_STEPS), 1)).T
_AWAY = np.repeat((0.0, *_STEPS), len(_SIDES))
_SHORTER = np.where((_ACROSS != 0) & (_DOWN != 0), 0.75, 1.0)
_HYSTERESIS = 0.5  # so much room there must be to come back, in heights of the word
_AT_ONCE = 64  # points
_SECTORS = 16  # directions that are told apart
_TURNED_AWAY = -0.3  # cosine to the direction it should take, below which a word changes sides


class Wish(NamedTuple):
    """A word that wants a place.

    Attributes
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


class WordPlace(NamedTuple):
    """The place of a word.

    Attributes
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


def place_words(
    wishes: Sequence[Wish],
    area: Box,
    taken: Sequence[Box] = (),
    spared: NDArray[np.float64] | None = None,
    others: NDArray[np.float64] | None = None,
) -> list[WordPlace | None]:
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
    list of WordPlace or None
        None where there is no room.
    """
    occupied = [*taken]
    crowd = _Crowd(others)
    whole: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []  # made when first asked for
    spots: list[WordPlace | None] = []
    for number, wish in enumerate(wishes):
        if spared is None or not len(spared):
            first = _at_a_glance(wish, area, occupied, crowd)
            if first is not None:
                choice, box = first
                occupied.append(box)
                spots.append(WordPlace(int(box[0]), int(box[1]), choice, choice >= len(_SIDES)))
                continue
        if not whole:
            whole.append(_all_boxes(wishes, area))
        boxes, inside = whole[0][0][number], whole[0][1][number]
        near = _near(boxes, np.reshape(occupied, (-1, 4)), _HYSTERESIS * wish.height)
        free = inside & _free(boxes, near)
        mistaken = np.zeros(len(boxes), dtype=bool)  # of those that are free
        if free.any():
            mistaken[free] = _mistaken(wish, boxes[free], _rivals(wish, others))
        roomy = partial(_free, boxes, near, _HYSTERESIS * wish.height)
        chosen = _choose(wish, boxes, free, roomy, spared, ~mistaken)
        if chosen is None:
            spots.append(None)
            continue
        box = _as_box(boxes[chosen])
        occupied.append(box)
        led = chosen >= len(_SIDES) or bool(mistaken[chosen])
        spots.append(WordPlace(round(box[0]), round(box[1]), chosen, led))
    return spots


def _at_a_glance(
    wish: Wish, area: Box, occupied: Sequence[Box], crowd: "_Crowd"
) -> tuple[int, Box] | None:
    """Return choice and box of a word that finds its place at once; None if all must be weighed.

    Most words of a picture that turns stay where they were, or take the first place: to look at
    that one alone, number by number, is much shorter than to weigh all of them as arrays.
    """
    near, far, wrong = _choices(_sector(wish.toward))
    before = wish.before
    if before is not None and before % len(_SIDES) not in wrong:
        if before not in near:  # it comes back where there is room to spare
            return None
        near = (before, *near)
    rivals = crowd.near(wish)
    if rivals is None:
        return None
    return next(
        (
            (choice, box)
            for choice in (*near, *far)
            for box in (_box(wish, choice),)
            if _is_free(box, area, occupied) and not _is_mistaken(wish, box, rivals)
        ),
        None,
    )


def _box(wish: Wish, choice: int) -> Box:
    """Return the box of one choice, as `_all_boxes` does."""
    across, down = _SIDES[choice % len(_SIDES)]
    away = 0.0 if choice < len(_SIDES) else _STEPS[choice // len(_SIDES) - 1]
    lift = (wish.lift + away * wish.height) * (0.75 if across and down else 1.0)
    left = float(round(wish.x + across * lift + (across - 1) / 2 * wish.width))
    top = float(round(wish.y + down * lift + (down - 1) / 2 * wish.height))
    return left, top, left + wish.width, top + wish.height


def _is_free(box: Box, area: Box, occupied: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    if left < area[0] or top < area[1] or right > area[2] or bottom > area[3]:
        return False
    return not any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for other in occupied
    )


def _is_mistaken(wish: Wish, box: Box, rivals: Sequence[Sequence[float]]) -> bool:
    nearer = max(math.sqrt(_squared_gap(box, wish.x, wish.y)) - SAME, 0.0) ** 2
    return any(_squared_gap(box, x, y) < nearer for x, y in rivals)


def _squared_gap(box: Box, x: float, y: float) -> float:
    across, down = max(box[0] - x, x - box[2], 0.0), max(box[1] - y, y - box[3], 0.0)
    return across * across + down * down


class _Crowd:
    """Points that have names of their own; few of them are looked through number by number."""

    def __init__(self, points: NDArray[np.float64] | None) -> None:
        self._points = points
        self._few = points is None or len(points) <= _AT_ONCE
        self._pairs: list[list[float]] = [] if points is None or not self._few else points.tolist()

    def near(self, wish: Wish) -> Sequence[Sequence[float]] | None:
        """Return the points that a word could be taken for; None if there are many."""
        if not self._few:
            rivals = _rivals(wish, self._points)
            return rivals.tolist() if len(rivals) <= _AT_ONCE else None
        reach, x, y, own = _reach(wish), wish.x, wish.y, wish.own
        return [
            pair
            for number, pair in enumerate(self._pairs)
            if abs(pair[0] - x) < reach and abs(pair[1] - y) < reach and number not in own
        ]


def covered(box: Box, points: NDArray[np.float64]) -> int:
    """Return how many points lie in a box."""
    left, top, right, bottom = box
    x, y = points[:, 0], points[:, 1]
    return int(((x > left) & (x < right) & (y > top) & (y < bottom)).sum())


def _choose(
    wish: Wish,
    boxes: NDArray[np.float64],
    free: NDArray[np.bool_],
    roomy: Callable[[], NDArray[np.bool_]],
    spared: NDArray[np.float64] | None,
    clear: NDArray[np.bool_],
) -> int | None:
    near, far, wrong = _choices(_sector(wish.toward))
    before = wish.before
    if before is not None and before % len(_SIDES) in wrong:
        before = None
    if spared is not None and len(spared):
        return min(
            (choice for choice in (*near, *far) if free[choice]),
            key=lambda choice: (
                covered(_as_box(boxes[choice]), spared)
                + FAR * (choice // len(_SIDES))
                + MISTAKEN * (not clear[choice])
            ),
            default=None,
        )
    if before is not None and before in near and free[before] and clear[before]:
        return before
    if before is not None and before in far and free[before]:
        room = roomy()
        fitting = (choice for choice in near if free[choice] and room[choice] and clear[choice])
        return next(fitting, before)
    open_to_it = [choice for choice in (*near, *far) if free[choice]]
    # Where every place is another's, the line that leads to a far one is easiest to see.
    led = [choice for choice in open_to_it if choice >= len(_SIDES)]
    unmistaken = next((choice for choice in open_to_it if clear[choice]), None)
    return next(iter((*led, *open_to_it)), None) if unmistaken is None else unmistaken


def _reach(wish: Wish) -> float:
    """Return how far from its point a rival may be that a word could be taken for."""
    return 2 * (wish.lift + _STEPS[-1] * wish.height) + wish.width


def _rivals(wish: Wish, others: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return the points of others that are near enough to matter."""
    if others is None or not len(others):
        return np.empty((0, 2))
    reach = _reach(wish)
    with np.errstate(invalid="ignore"):
        across, down = np.abs(others[:, 0] - wish.x), np.abs(others[:, 1] - wish.y)
        near = (across < reach) & (down < reach)
    near[list(wish.own)] = False
    return np.asarray(others[near])


def _mistaken(
    wish: Wish, boxes: NDArray[np.float64], rivals: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return in which boxes a word is nearer to another's point than to its own."""
    own = np.sqrt(_squared_gaps(boxes, np.array([[wish.x, wish.y]]))[:, 0])
    nearer = np.maximum(own - SAME, 0.0)[:, None] ** 2
    clear = np.arange(len(boxes))
    # Of thousands of points a few decide: the others are asked of few boxes, or of none.
    first, count = 0, _AT_ONCE
    while first < len(rivals) and len(clear):
        some = _squared_gaps(boxes[clear], rivals[first : first + count]) < nearer[clear]
        clear = clear[~some.any(axis=1)]
        first, count = first + count, 2 * count
    mistaken = np.ones(len(boxes), dtype=bool)
    mistaken[clear] = False
    return mistaken


def _squared_gaps(boxes: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the squared distances of points from boxes, 0 within, shape (boxes, points)."""
    left, top, right, bottom = boxes.T[:, :, None]
    x, y = points.T
    across = np.maximum(np.maximum(left - x, x - right), 0.0)
    down = np.maximum(np.maximum(top - y, y - bottom), 0.0)
    return np.asarray(across * across + down * down)


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


def _all_boxes(wishes: Sequence[Wish], area: Box) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the boxes of all choices, shape (wishes, choices, 4), and which lie in the area."""
    numbers = np.array([wish[:5] for wish in wishes], dtype=np.float64).reshape(-1, 5)
    x, y, lifts, width, height = numbers.T[:, :, None]
    lift = (lifts + _AWAY * height) * _SHORTER
    left = np.round(x + _ACROSS * lift + (_ACROSS - 1) / 2 * width)
    top = np.round(y + _DOWN * lift + (_DOWN - 1) / 2 * height)
    right, bottom = left + width, top + height
    inside = (left >= area[0]) & (top >= area[1]) & (right <= area[2]) & (bottom <= area[3])
    return np.stack([left, top, right, bottom], axis=2), inside


def _near(
    boxes: NDArray[np.float64], occupied: NDArray[np.float64], room: float
) -> NDArray[np.float64]:
    """Return what is occupied so near that it may matter to one of the boxes."""
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    there = (occupied[:, 2] > left - room) & (occupied[:, 0] < right + room)
    there &= (occupied[:, 3] > top - room) & (occupied[:, 1] < bottom + room)
    return np.asarray(occupied[there])


def _free(
    boxes: NDArray[np.float64], occupied: NDArray[np.float64], room: float = 0.0
) -> NDArray[np.bool_]:
    """Return which boxes, with so much room around, share no pixel with what is occupied."""
    ours, theirs = boxes.T[:, :, None], occupied.T[:, None]
    shared = (
        (ours[0] - room < theirs[2])
        & (theirs[0] < ours[2] + room)
        & (ours[1] - room < theirs[3])
        & (theirs[1] < ours[3] + room)
    )
    return np.asarray(~shared.any(axis=1))


def _as_box(row: NDArray[np.float64]) -> Box:
    left, top, right, bottom = row.tolist()
    return left, top, right, bottom
