"""How exported figures look: paper, slide, light, dark."""

from dataclasses import dataclass, replace

from ncviz.errors import UserError
from ncviz.scenes.palette import DARK, LIGHT, Theme

MILLIMETRES = 25.4  # in an inch
POINTS = 72.0  # in an inch
FAMILY = ("Source Sans 3", "DejaVu Sans")


@dataclass(frozen=True)
class FigureStyle:
    """Colours, type and lines of a figure.

    Parameters
    ----------
    name : str
    theme : Theme
    size : float
        Of the type, in points.
    line : float
        Width of curves, in points; axes have half of it.
    marker : float
        Diameter of the points of a plot, in points.
    """

    name: str
    theme: Theme
    size: float
    line: float
    marker: float

    @property
    def small(self) -> float:
        """Return the size of secondary words, in points."""
        return 0.88 * self.size

    @property
    def large(self) -> float:
        """Return the size of titles, in points."""
        return 1.15 * self.size


_PAPER = replace(LIGHT, name="paper", background="#FFFFFF", surface="#FFFFFF")
STYLES = {
    style.name: style
    for style in (
        FigureStyle("paper", _PAPER, 8.0, 0.8, 3.0),
        FigureStyle("slide", LIGHT, 14.0, 1.8, 6.5),
        FigureStyle("light", LIGHT, 9.0, 1.1, 4.0),
        FigureStyle("dark", DARK, 9.0, 1.1, 4.0),
    )
}


def style_named(name: str) -> FigureStyle:
    """Return a style.

    Raises
    ------
    UserError
        If there is none of that name.
    """
    if name not in STYLES:
        raise UserError(f"There is no theme {name!r} for figures: choose {', '.join(STYLES)}.")
    return STYLES[name]


def scene_theme(style: FigureStyle) -> str:
    """Return the theme that a view has in a figure of this style."""
    return "dark" if style.theme.name == "dark" else "light"
