"""Where words go so that none covers another, and stays while the picture turns."""

from collections.abc import Sequence
from typing import NamedTuple

Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels

# Up, right, left, down, then the corners: x to the right and y down.
_SIDES = ((0, -1), (1, 0), (-1, 0), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_STEPS = (1.3, 2.6, 4.0, 5.5)  # farther out, in heights of the word
_HYSTERESIS = 0.5  # so much room there must be to come back, in heights of the word


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
    """

    x: float
    y: float
    lift: float
    width: float
    height: float
    before: int | None = None


class Spot(NamedTuple):
    """The place of a word.

    Parameters
    ----------
    left, top : int
        In pixels.
    choice : int
        To be handed in as `before` with the next picture.
    far : bool
        So far from its point that a line should lead there.
    """

    left: int
    top: int
    choice: int
    far: bool


def place(wishes: Sequence[Wish], area: Box, taken: Sequence[Box] = ()) -> list[Spot | None]:
    """Return where words go so that none leaves the area or covers one before it.

    A word stands above its point if there is room, else to its right, its
    left, below or at a corner, else farther out. It stays where it was in the
    picture before as long as there is room, but comes back from far away.

    Parameters
    ----------
    wishes : sequence of Wish
        The more important first.
    area : tuple of 4 floats
        Left, top, right and bottom, in pixels.
    taken : sequence of tuples of 4 floats
        What else must not be covered.

    Returns
    -------
    list of Spot or None
        None where there is no room.
    """
    occupied = list(taken)
    spots: list[Spot | None] = []
    for wish in wishes:
        choice = _choose(wish, area, occupied)
        if choice is None:
            spots.append(None)
            continue
        box = _box(wish, choice)
        occupied.append(box)
        spots.append(Spot(round(box[0]), round(box[1]), choice, choice >= len(_SIDES)))
    return spots


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes share a pixel."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _choose(wish: Wish, area: Box, occupied: list[Box]) -> int | None:
    near = range(len(_SIDES))
    far = range(len(_SIDES), len(_SIDES) * (1 + len(_STEPS)))
    before = wish.before

    def free(choice: int, room: float = 0.0) -> bool:
        left, top, right, bottom = _box(wish, choice)
        inside = left >= area[0] and top >= area[1] and right <= area[2] and bottom <= area[3]
        if not inside:
            return False
        box = left - room, top - room, right + room, bottom + room
        return not any(overlap(box, other) for other in occupied)

    if before is not None and before in near and free(before):
        return before
    if before is not None and before in far and free(before):
        room = _HYSTERESIS * wish.height
        return next((choice for choice in near if free(choice, room)), before)
    return next((choice for choice in (*near, *far) if free(choice)), None)


def _box(wish: Wish, choice: int) -> Box:
    step, side = divmod(choice, len(_SIDES))
    across, down = _SIDES[side]
    lift = wish.lift + (_STEPS[step - 1] * wish.height if step else 0.0)
    if across and down:
        lift *= 0.75
    left = round(wish.x + across * lift + (across - 1) / 2 * wish.width)
    top = round(wish.y + down * lift + (down - 1) / 2 * wish.height)
    return left, top, left + wish.width, top + wish.height
