"""Words that fit into the room they have."""

from collections.abc import Sequence

from ncviz.export.scene_artist import text_width
from ncviz.rendering.typefaces import clusters
from ncviz.rendering.words import ELLIPSIS

HEAD = 0.4  # of a shortened name; what tells layers and classes apart often stands at its end


def one_line(text: str) -> str:
    """Return a text without line breaks and tabs."""
    return " ".join(text.split())


def shortened(text: str, room: float, size: float, weight: int = 400) -> str:
    """Return a name on one line, cut in its middle so that it is no wider.

    Parameters
    ----------
    text : str
    room, size : float
        In points.
    weight : int
        Of the type, 400 or 600.
    """
    text = one_line(text)
    if text_width(text, size, weight) <= room:
        return text
    letters = clusters(text)
    low, high = 0, len(letters) - 1  # letters that are kept
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(_cut(letters, middle), size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return _cut(letters, low)


def wrapped(text: str, room: float, size: float, weight: int = 400, lines: int = 3) -> list[str]:
    """Return a text broken between its words into lines that fit, the last one shortened.

    Parameters
    ----------
    text : str
    room, size : float
        In points.
    weight : int
    lines : int
        At most.
    """
    words = one_line(text).split()
    found: list[str] = []
    while words and len(found) < lines - 1:
        taken = 1
        while taken < len(words) and (
            text_width(" ".join(words[: taken + 1]), size, weight) <= room
        ):
            taken += 1
        found.append(shortened(" ".join(words[:taken]), room, size, weight))
        words = words[taken:]
    if words:
        found.append(shortened(" ".join(words), room, size, weight))
    return found


def _cut(letters: Sequence[str], kept: int) -> str:
    head = round(HEAD * kept)
    tail = "".join(letters[len(letters) - (kept - head) :])
    return "".join(letters[:head]).rstrip() + ELLIPSIS + tail.lstrip()
