"""Words of a figure that fit into the room they have."""

from ncviz.export.scene_artist import text_width
from ncviz.export.shortening import broken_to, cut_to


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
    return cut_to(text, room, lambda line: text_width(line, size, weight))


def wrapped(text: str, room: float, size: float, weight: int = 400, lines: int = 3) -> list[str]:
    """Return a text broken between its words into lines that fit, the last one cut.

    Parameters
    ----------
    text : str
    room, size : float
        In points.
    weight : int
    lines : int
        At most.
    """
    return broken_to(text, room, lambda line: text_width(line, size, weight), lines)
