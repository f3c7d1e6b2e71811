"""Names cut and lines broken to the room they have, whatever measures them."""

from collections.abc import Callable, Sequence

from ncviz.rendering.typefaces import clusters
from ncviz.rendering.words import ELLIPSIS

HEAD = 0.4  # of a shortened name; what tells layers and classes apart often stands at its end


def one_line(text: str) -> str:
    """Return a text without line breaks and tabs."""
    return " ".join(text.split())


def cut_to(text: str, room: float, width_of: Callable[[str], float]) -> str:
    """Return a name on one line, cut in its middle so that it is no wider.

    Parameters
    ----------
    text : str
    room : float
    width_of : callable
        Width of a line, in the unit of `room`.
    """
    text = one_line(text)
    if width_of(text) <= room:
        return text
    letters = clusters(text)
    low, high = 0, len(letters) - 1  # letters that are kept
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(_cut(letters, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return _cut(letters, low)


def broken_to(text: str, room: float, width_of: Callable[[str], float], lines: int) -> list[str]:
    """Return a text broken between its words into lines that fit, the last one cut.

    Parameters
    ----------
    text : str
    room : float
    width_of : callable
    lines : int
        At most.
    """
    words = one_line(text).split()
    found: list[str] = []
    while words and len(found) < lines - 1:
        taken = 1
        while taken < len(words) and width_of(" ".join(words[: taken + 1])) <= room:
            taken += 1
        found.append(cut_to(" ".join(words[:taken]), room, width_of))
        words = words[taken:]
    if words:
        found.append(cut_to(" ".join(words), room, width_of))
    return found


def _cut(letters: Sequence[str], kept: int) -> str:
    head = round(HEAD * kept)
    tail = "".join(letters[len(letters) - (kept - head) :])
    return "".join(letters[:head]).rstrip() + ELLIPSIS + tail.lstrip()
