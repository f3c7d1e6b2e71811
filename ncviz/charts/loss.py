"""Loss and error over the epochs, and the losses that a training loop handed over."""

import numpy as np

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.of_metrics import shown_beside
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure
from ncviz.charts.rich_text import rich
from ncviz.language import tr
from ncviz.wording import upper_first

# Of another kind, or of other samples, than what is measured: never on one curve with it.
GIVEN = {"loss": "given"}
FURTHER = "further"  # in keys, for a split that is neither that of the training nor held out
OWN = tr("own: as the training loop gave it; others: measured")


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    shown = moment.split
    first, second = shown_beside(("train", "test"), shown.name)
    absent = ""
    if shown.is_unknown:
        first, second = "train", "test"
        absent = tr("{samples} have no loss and no error", samples=upper_first(shown.samples))

    def measured(split: str, what: str) -> Curve:
        error, known = what == "error", {"train": "train", "test": "test"}
        title = known.get(split, shown.title)
        word = "" if split == first else rich(f"{title} ")
        return Curve(
            f"{known.get(split, FURTHER)}_{what}",
            f"{word}{what}",
            numbers.scalar(f"{split}_{what}"),
            "text" if split == first else "quiet",
            dash=error,
            percent=error,
            end=title,
            concept=what,
            facts={"samples": numbers.run.split_named(split).samples},
        )

    curves = [measured(split, what) for what in ("loss", "error") for split in (first, second)]
    for key, label in (
        ("given_loss", "own&nbsp;loss"),
        ("given_test_loss", "own&nbsp;test&nbsp;loss"),
    ):
        if numbers.has_scalar(key):
            values = numbers.scalar(key)
            note = OWN if np.isfinite(values).any() else ""
            curves.append(
                Curve(
                    key,
                    label,
                    values,
                    "accent",
                    dash="test" in key,
                    concept="loss",
                    facts=GIVEN,
                    note=note,
                )
            )
    return over_epochs(numbers, curves, absent, None if absent else moment)


def _keys(what: str) -> tuple[str, ...]:
    return tuple(f"{split}_{what}" for split in ("train", "test", FURTHER))


LOSS = Plot(
    "loss",
    menu=tr("Loss and error"),
    heading=tr("Loss and error over training"),
    tip=tr(
        "Mean loss, and share of mistakes, on the training images and on held-out ones; the "
        "dotted line marks where the training error has become zero for good. Own loss is "
        "what your training loop handed over, of its own kind."
    ),
    over=EPOCHS,
    draw=_draw,
    up=tr("loss, error"),
    formulas=("loss", "error"),
    order=40,
    curves=("train_loss", "test_loss", "train_error", "test_error"),
    pages=(
        PlotFigure(
            "loss",
            tr("loss over training"),
            tr("Loss"),
            up=tr("loss"),
            curves=(*_keys("loss"), "given_loss", "given_test_loss"),
            caption=tr("Loss over training"),
            order=70,
        ),
        PlotFigure(
            "error",
            tr("share of mistakes over training"),
            tr("Error"),
            up=tr("error"),
            curves=_keys("error"),
            caption=tr("Error over training"),
            order=80,
        ),
    ),
    from_statistics=False,
)
