"""Loss and error over the epochs, and the losses that a training loop handed over."""

from ncviz.desktop.plots.epoch_plot import EpochPlot, Line
from ncviz.explorer.explorer import Explorer

HELD_OUT = {"split": "held-out"}
LINES = (
    Line("train_loss", "loss", "text", concept="loss"),
    Line("test_loss", "test&nbsp;loss", "quiet", concept="loss", facts=HELD_OUT),
    Line("train_error", "error", "text", dash=True, percent=True, concept="error"),
    Line(
        "test_error",
        "test&nbsp;error",
        "quiet",
        dash=True,
        percent=True,
        concept="error",
        facts=HELD_OUT,
    ),
)
# Of another kind, or of other samples, than what is measured: never on one curve with it.
GIVEN = {"loss": "given"}
OWN_LINES = (
    Line("given_loss", "own&nbsp;loss", "accent", concept="loss", facts=GIVEN),
    Line("given_test_loss", "own&nbsp;test&nbsp;loss", "accent", True, concept="loss", facts=GIVEN),
)


class LossPlot(EpochPlot):
    """Loss and error; a loss that a training loop handed over has a line where a run has one."""

    def __init__(self) -> None:
        super().__init__(
            "Loss and error over training",
            "Mean loss, and share of mistakes, on the training images and on held-out ones; the "
            "dotted line marks where the training error has become zero for good. Own loss is "
            "what your training loop handed over, of its own kind.",
            LINES,
            ("loss", "error"),
            up="loss, error",
        )

    def lines_for(self, explorer: Explorer) -> tuple[Line, ...]:
        series = explorer.series
        if series is None:
            return LINES
        return (*LINES, *(line for line in OWN_LINES if series.has_scalar(line.key)))

    def follow_series(self, explorer: Explorer) -> None:
        self._take_lines(explorer)
        super().follow_series(explorer)
