"""What is drawn of very many classes: how they spread, where a curve each would be a tangle."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ncviz.charts.chart import Curve, LegendWord
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Floats
from ncviz.language import tr
from ncviz.wording import upper_first

MOST_CURVES = 100  # classes that have a curve each
MEDIAN = "median"
# The share of classes below, its word, and in a sentence.
SPREAD = (
    (0.0, "least", tr("the least")),
    (0.05, "5\N{NO-BREAK SPACE}%", tr("the value that 5 % lie below")),
    (0.5, MEDIAN, tr("the value that half lie below")),
    (0.95, "95\N{NO-BREAK SPACE}%", tr("the value that 95 % lie below")),
    (1.0, "largest", tr("the largest")),
)


def are_many(moment: Moment) -> bool:
    """Tell whether more classes are shown than have a curve each."""
    return len(moment.classes) > MOST_CURVES


def spread_note(moment: Moment) -> str:
    """Say on a page what is drawn of very many classes; nothing of fewer."""
    if not are_many(moment):
        return ""
    return tr(
        "of {count:,} classes: median, 5 and 95 %, least and largest", count=len(moment.classes)
    )


def spread_of_classes(
    values: Floats, of: str = "classes", key: str = "", **more: Any
) -> list[Curve]:
    """Return the curves that tell how the values of many classes spread.

    Parameters
    ----------
    values : array, shape (n, K)
        Of each class at each place of the lower axis; NaN where there is none.
    of : str
        What the values are of, in the plural.
    key : str
        Before the curves' keys, where a chart has several spreads.
    **more
        Further fields of `Curve`.

    Notes
    -----
    Each is the value of some class, at each place perhaps of another one: the one with rank
    ⌊q (K − 1)⌉ for the share q.
    """
    ordered = np.sort(values, axis=1)  # NaN comes last
    known = ~np.isnan(values)
    last = known.sum(axis=1) - 1
    rows, whose = np.arange(len(values)), f"{values.shape[1]:,} {of}"
    return [
        Curve(
            f"{key}{word}",
            tr("{word} of {whose}", word=word, whose=whose),
            ordered[rows, np.rint(share * last).astype(int)],
            short="" if word == MEDIAN else word,
            end="" if more.get("dash") else word,  # as of the solid curve beside it
            strong=word == MEDIAN,
            meaning=tr(
                "Of {whose} {said}; at each place it may be another class's.",
                whose=whose,
                said=said,
            ),
            **more,
        )
        for share, word, said in SPREAD
    ]


def spread_legend(curves: Sequence[Curve]) -> tuple[LegendWord, ...]:
    """Return a legend of such curves, where a plot has none by itself."""
    return tuple(
        LegendWord(c.key, c.short or c.label, upper_first(c.end_word), c.meaning) for c in curves
    )
