"""Colours of curves, said without a theme: a role, the hue of a class, or a shade."""

from dataclasses import dataclass

from ncviz.scenes.palette import Theme, class_color, mix


@dataclass(frozen=True)
class Hue:
    """The hue of a class; too pale, perhaps, for thin lines and for words.

    Parameters
    ----------
    number : int or tuple of int
        Of the class; of several ones their mixture.
    """

    number: int | tuple[int, ...]


@dataclass(frozen=True)
class Shade:
    """A colour between the ground, or the lines of the axes, and another one.

    Parameters
    ----------
    share : float
        0 for where it begins, 1 for the other.
    start : str
        'line' or 'ground'.
    end : str
        The other, a field of Theme; by default quiet words.
    """

    share: float
    start: str = "line"
    end: str = "quiet"


Color = str | Hue | Shade  # a word is a field of Theme: 'text', 'means', 'accent'


def painted(color: Color, theme: Theme, palette: str, ground: str) -> str:
    """Return a colour in a theme, as hex.

    Parameters
    ----------
    color : Color
    theme : Theme
    palette : str
        Of the hues.
    ground : str
        What it is drawn on, hex.
    """
    if isinstance(color, Hue):
        return class_color(color.number, theme, palette)
    if isinstance(color, Shade):
        start = ground if color.start == "ground" else theme.line
        return mix(start, getattr(theme, color.end), color.share)
    found: str = getattr(theme, color)
    return found
