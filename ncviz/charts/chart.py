"""A plot as a plain value: what is drawn, and nothing of who draws it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.colors import Color
from ncviz.charts.rich_text import plain

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Across:
    """What stands on the lower axis.

    Parameters
    ----------
    kind : str
        'epochs' (of a run or a descent, spaced as the timeline is), 'layers' or 'ratio'.
    at : array, shape (n,)
        Where curves have their values: epochs, 1 … m, ratios.
    unit : str
        What one place is called: 'epoch', 'layer', 'step', 'R'.
    title : str
        At the axis; empty where who draws knows it, as over epochs.
    names : tuple of str
        Of the layers.
    logarithmic : bool
    reach : tuple of 2 floats, optional
        Where the axis begins and ends, where that is known beforehand.
    whole : bool
        Whether only whole numbers are labelled, as of layers.
    """

    kind: str
    at: Floats
    unit: str
    title: str = ""
    names: tuple[str, ...] = ()
    logarithmic: bool = False
    reach: tuple[float, float] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Sign:
    """A few letters on a curve.

    Parameters
    ----------
    text : str
        Plain.
    at : float
        Where on the lower axis.
    color : Color
    below, above : bool
        Below the curve or above it; else on it.
    """

    text: str
    at: float
    color: Color = "text"
    below: bool = False
    above: bool = False


@dataclass(frozen=True, eq=False)
class Curve:
    """A line, or a set of points.

    Parameters
    ----------
    key : str
        Tells it from the others; stays when values change. Curves of one key are hidden together.
    label : str
        Rich text (`ncviz.charts.rich_text.rich` for names of others); empty for what is not read.
    values : array, shape (n,)
        At `Across.at`; NaN where there is none.
    color : Color
    dash : bool or tuple of int
        Dashed, perhaps by lengths of dashes and gaps of its own.
    dots : bool
        Dashes and dots in turn.
    points : str
        Draws points alone: 'full', 'edged', 'hollow', or a 'ring' about a point.
    strong : bool
        Drawn wider, and named however little room there is.
    faint : bool
        Drawn thinner: what was before.
    short : str
        In a legend over many curves, where the label would be too long; rich text.
    end : str, optional
        At its end, where a page names curves there; by default the label, empty for nothing.
    swatch : bool
        A legend shows the colour as a dot: it is no colour for words.
    silent, unnamed : bool
        A legend shows no number of it; a legend leaves it out.
    percent : bool
        A share, told as a percentage.
    concept : str
        Key of `ncviz.concepts.CONCEPTS`.
    facts : mapping
        Fields of `ncviz.values_in_words.Facts`, such as what or which split it is of.
    meaning : str
        A sentence on what it is, where no concept says it.
    classes : tuple of int
        Whose it is; empty for all.
    layer : int, optional
        Whose it is; None for the last one, where a concept is measured.
    note : str
        What a page says of it above the axes.
    makes_room : bool
        The axis reaches as far as it does.
    page_only : bool
        Only pages show it.
    beside : str
        What it is called where it is another run's, laid over this one's.
    aside : float
        How far back it stands for who points: 0 for what is meant most often, up to 1.
    at : array, optional
        Where its values are, if not at `Across.at`.
    upto : array, optional
        The other side of an area that begins at the values; it has no line then.
    of : str
        Key of the curve that it belongs to, and is hidden with: its range, its mean.
    sign : Sign, optional
    """

    key: str
    label: str
    values: Floats
    color: Color = "text"
    dash: bool | tuple[int, ...] = False
    dots: bool = False
    points: str = ""
    strong: bool = False
    faint: bool = False
    short: str = ""
    end: str | None = None
    swatch: bool = False
    silent: bool = False
    unnamed: bool = False
    percent: bool = False
    concept: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    meaning: str = ""
    classes: tuple[int, ...] = ()
    layer: int | None = None
    note: str = ""
    makes_room: bool = True
    page_only: bool = False
    beside: str = ""
    aside: float = 0.0
    at: Floats | None = None
    upto: Floats | None = None
    of: str = ""
    sign: Sign | None = None

    @property
    def heights(self) -> Floats:
        """Return all heights that it reaches."""
        return self.values if self.upto is None else np.concatenate([self.values, self.upto])

    @property
    def line(self) -> str:
        """Return letters that look like its line, as a legend has them: '—', '– –', '– · –'."""
        if self.dots:
            return _DASHES_AND_DOTS
        if self.dash is True:
            return "– –"
        if not self.dash:
            return "—"
        marks = [_mark(length) for length in self.dash[::2]]
        return _DASHES_AND_DOTS if len(set(marks)) > 1 else " ".join(marks[:1] * 2)

    @property
    def end_word(self) -> str:
        """Return what stands at its end on a page."""
        return plain(self.label) if self.end is None else self.end


_DASHES_AND_DOTS = "– · –"


def _mark(length: int) -> str:
    """Return what looks like a dash of so many widths of the line."""
    return "·" if length <= 2 else "-" if length <= 4 else "–" if length <= 8 else "—"


@dataclass(frozen=True)
class Upright:
    """A line across the plot at one place of the lower axis.

    Parameters
    ----------
    at : float
        Such as an epoch, or R₀.
    word : str
        Beside it, rich text.
    note : str
        What a page says of it above the axes.
    dots : bool
        Dotted; else dashed.
    height : float
        Of the word, as a share of the axis.
    """

    at: float
    word: str
    note: str = ""
    dots: bool = False
    height: float = 0.92


@dataclass(frozen=True)
class Level:
    """A line at one height, such as what a theory predicts.

    Parameters
    ----------
    at : float
    label : str
        Rich text.
    meaning : str
        A sentence.
    color : Color
    """

    at: float
    label: str
    meaning: str = ""
    color: Color = "etf"


@dataclass(frozen=True)
class Spot:
    """A single point that is no curve's, such as a trained run over a theory.

    Parameters
    ----------
    at, height : float
    label : str
        Plain.
    note : str
        What a page says of it above the axes.
    here : bool
        It is what the scene shows.
    """

    at: float
    height: float
    label: str
    note: str = ""
    here: bool = False


@dataclass(frozen=True)
class Reading:
    """A number that is told above a plot.

    Parameters
    ----------
    key : str
        Of a curve, whose word stands before the number; else of `ncviz.concepts.CONCEPTS`.
    text : str
        The number, rich text.
    value : float
    concept : str
        What the number is of; by default the key.
    title : str
        What it is called where one points at it; by default as the concept.
    sign : str
        Before the curve's word, as it is drawn: '●', '○'.
    classes : tuple of int
        Whose it is; empty for all.
    meaning : str
        A sentence on what it is, where no concept says it.
    facts : mapping
        Fields of `ncviz.values_in_words.Facts`.
    roles : tuple of str, optional
        What of the scene it lights; by default what the concept does.
    """

    key: str
    text: str
    value: float
    concept: str = ""
    title: str = ""
    sign: str = ""
    classes: tuple[int, ...] = ()
    meaning: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    roles: tuple[str, ...] | None = None


@dataclass(frozen=True)
class LegendWord:
    """A word in a legend of its own, where curves of a key bear other names.

    Parameters
    ----------
    key : str
        Of curves.
    words : str
        With the sign as which they are drawn, as in '● now'.
    title, meaning : str
        What is said where one points at it.
    """

    key: str
    words: str
    title: str
    meaning: str


@dataclass(frozen=True, eq=False)
class Chart:
    """What is drawn.

    Parameters
    ----------
    across : Across
    curves : tuple of Curve
        From the back to the front.
    title : str
        Rich text; empty for the plot's own.
    uprights : tuple of Upright
    levels : tuple of Level
    spots : tuple of Spot
    readings : tuple of Reading
        Numbers above the plot that are no values of curves.
    lead : str
        Before the readings, rich text.
    legend : tuple of LegendWord
    note : str
        What a page says above the axes.
    limits : tuple of 2 floats, optional
        Of the heights, where they are known beforehand.
    reach : array, optional
        Heights for which a window makes room; by default those of the curves.
    nothing : str
        A sentence in place of curves that have no values at all.
    handles : str
        Key of a curve of points that can be dragged up and down in a window.
    floor : float, optional
        What lies below is rounding error, and drawn there; by default zero has a place below all.
    samples : str
        Whose numbers it shows, as in 'held-out samples'; empty for those of the training samples,
        and where the curves say it themselves.
    gist : str
        What the curves of this moment show, in the place of the plot's gist and as short.
    """

    across: Across
    curves: tuple[Curve, ...]
    title: str = ""
    uprights: tuple[Upright, ...] = ()
    levels: tuple[Level, ...] = ()
    spots: tuple[Spot, ...] = ()
    readings: tuple[Reading, ...] = ()
    lead: str = ""
    legend: tuple[LegendWord, ...] = ()
    note: str = ""
    limits: tuple[float, float] | None = None
    reach: Floats | None = None
    nothing: str = ""
    handles: str = ""
    floor: float | None = None
    samples: str = ""
    gist: str = ""

    def kept(self, keys: Collection[str]) -> "Chart":
        """Return it with those of its curves alone that have one of some keys; all, if none has.

        Marks, which have no key, stay; words in the legend go with their curves.
        """
        kept = tuple(c for c in self.curves if not c.key or (c.of or c.key) in keys)
        if not any(curve.key for curve in kept):
            return self
        gone = {curve.key for curve in self.curves} - {curve.key for curve in kept}
        legend = tuple(word for word in self.legend if word.key not in gone)
        return replace(self, curves=kept, legend=legend)

    def curve(self, key: str) -> Curve | None:
        """Return the first curve of a key; None if there is none."""
        return next((curve for curve in self.curves if curve.key == key), None)
