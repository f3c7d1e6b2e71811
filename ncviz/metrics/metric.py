"""A number that there is: its words, its formula and source, and how it is computed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ncviz.catalogue import entries
from ncviz.concept import Concept
from ncviz.formula import Formula
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt

# Of what a number is.
LAYER, LAST, NETWORK = tr("each layer"), tr("the last layer"), tr("all layers together")
WEIGHTS = tr("weights, while recording")  # what numbers of hidden weights need


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number of a snapshot, declared once.

    Parameters
    ----------
    name : str
        Of its column in tables, and in JSON.
    label : str
        In the legend of a plot, rich text.
    key : str
        Of its notion among `ncviz.concepts.CONCEPTS`; numbers of one kind share theirs.
    notion : Concept
        What it is and what a value says, also NaN.
    formula : Formula
        Of the key `notion.formula`.
    of : callable
        Computes it; raises `AbsentError` where something that it needs is not there.
    needs : str
        What of a snapshot it is computed from, in few words.
    scope : str
        'each layer', 'the last layer' or 'all layers together'.
    order : int
        Place among columns.
    core : bool
        One of those that every table prints; the others are asked for.
    unbounded : bool
        Whether ∞ is a value of it; else it has none there.
    percent : bool
        A share, told as a percentage.
    of_sets : bool
        Whether it is defined where samples have several labels: of most numbers it is not, for
        their means are no more to lie as those of a simplex ETF.
    weight : float
        What it costs beside a matrix of all cosines.
    latex : str
        Heading in a paper's table; empty for numbers that it leaves out.
    """

    name: str
    label: str
    key: str
    notion: Concept
    formula: Formula
    of: Callable[[LayerAt], float]
    needs: str
    scope: str = LAYER
    order: int = 1000
    core: bool = False
    unbounded: bool = False
    percent: bool = False
    of_sets: bool = False
    weight: float = 0.5
    latex: str = ""

    @property
    def subject(self) -> str:
        """Return the colour of what it is of: 'means', 'classifier', or 'text' for the rest."""
        first = self.needs.split(",")[0]
        if first == "classifier":
            return first
        return "means" if self.needs.removesuffix(", class sizes") == "class means" else "text"

    @property
    def is_of_weights(self) -> bool:
        """Return whether it is of the network alone, whatever the samples."""
        return self.needs.split(",")[0] in ("classifier", "weights")

    def at(self, place: LayerAt) -> tuple[float, str]:
        """Return its value, and where there is none NaN with a sentence that says why.

        Parameters
        ----------
        place : LayerAt
            The last layer for what is of the last one, or of all together.
        """
        if place.label_sets and not self.of_sets:
            return math.nan, tr("It is not defined of samples with several labels.")
        try:
            value = float(self.of(place))
        except AbsentError as absent:
            return math.nan, str(absent)
        if math.isnan(value) or (math.isinf(value) and not self.unbounded):
            return math.nan, self.notion.sentence(value)
        return value, ""


def metrics() -> Mapping[str, Metric]:
    """Return every number that there is, by name and in the order of columns."""
    return entries("ncviz.metrics", Metric)
