"""How exported figures look: paper, slide, light, dark."""

from dataclasses import dataclass, replace

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.scenes.palette import DARK, LIGHT, Theme

MILLIMETRES = 25.4  # in an inch
POINTS = 72.0  # in an inch
LEAST_SHARE = 0.026  # of the height of a slide or a film: its smallest type
NARROW = 80.0  # millimetres: on narrower pages the type is smaller
SMALLEST_TYPE = 0.82  # of the usual one
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
    longest : float
        Room of a name beside a plot, in points.
    room : float
        Of a line above a plot, in points.
    """

    name: str
    theme: Theme
    size: float
    line: float
    marker: float
    longest: float = 110.0
    room: float = 240.0

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
        raise UserError(
            tr(
                "There is no theme {name!r} for figures: choose {styles}.",
                name=name,
                styles=", ".join(STYLES),
            )
        )
    return STYLES[name]


def fit_style(style: FigureStyle, width: float, height: float = 0.0) -> FigureStyle:
    """Return a style for a page: type of slides is read from the last row, narrow pages have less.

    Parameters
    ----------
    style : FigureStyle
    width, height : float
        Of the page, in millimetres.
    """
    if style.name == "slide":
        factor = LEAST_SHARE * height / MILLIMETRES * POINTS / style.small
        return scaled(style, max(factor, 1.0))
    return scaled(style, min(max(width / NARROW, SMALLEST_TYPE), 1.0))


def scaled(style: FigureStyle, factor: float) -> FigureStyle:
    """Return a style with everything so many times larger."""
    return replace(
        style,
        size=factor * style.size,
        line=factor * style.line,
        marker=factor * style.marker,
    )


def scene_theme(style: FigureStyle) -> str:
    """Return the theme that a view has in a figure of this style."""
    return "dark" if style.theme.name == "dark" else "light"
