"""Loss and error over the epochs, and the losses that a training loop handed over."""

import numpy as np

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_epochs import over_epochs
from ncviz.charts.plot import EPOCHS, Plot, PlotFigure

HELD_OUT = {"split": "held-out"}
# Of another kind, or of other samples, than what is measured: never on one curve with it.
GIVEN = {"loss": "given"}
OWN = "own: as the training loop gave it; others: measured"


def _draw(numbers: Numbers, _moment: Moment) -> Chart:
    def measured(split: str, what: str, label: str) -> Curve:
        key = f"{split}_{what}"
        error = what == "error"
        return Curve(
            key,
            label,
            numbers.scalar(key),
            "text" if split == "train" else "quiet",
            dash=error,
            percent=error,
            end=split,
            concept=what,
            facts=HELD_OUT if split == "test" else {},
        )

    curves = [
        measured("train", "loss", "loss"),
        measured("test", "loss", "test&nbsp;loss"),
        measured("train", "error", "error"),
        measured("test", "error", "test&nbsp;error"),
    ]
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
    return over_epochs(numbers, curves)


LOSS = Plot(
    "loss",
    menu="Loss and error",
    heading="Loss and error over training",
    tip="Mean loss, and share of mistakes, on the training images and on held-out ones; the "
    "dotted line marks where the training error has become zero for good. Own loss is "
    "what your training loop handed over, of its own kind.",
    over=EPOCHS,
    draw=_draw,
    up="loss, error",
    formulas=("loss", "error"),
    order=40,
    pages=(
        PlotFigure(
            "loss",
            "loss over training",
            "Loss",
            up="loss",
            curves=("train_loss", "test_loss", "given_loss", "given_test_loss"),
            caption="Loss over training",
            order=70,
        ),
        PlotFigure(
            "error",
            "share of mistakes over training",
            "Error",
            up="error",
            curves=("train_error", "test_error"),
            caption="Error over training",
            order=80,
        ),
    ),
    from_statistics=False,
)
