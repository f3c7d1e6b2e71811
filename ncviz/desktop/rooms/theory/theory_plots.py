"""The right column of the Theory room: the plots of the model that is seen."""

from collections.abc import Callable

from PyQt6.QtWidgets import QStackedWidget, QWidget

from ncviz.desktop.plots.minority_plot import MinorityPlot
from ncviz.desktop.plots.step_plot import StepLine, StepPlot
from ncviz.desktop.rooms.theory.theory_panel import FEATURES, PEELED, SQUARE
from ncviz.desktop.widgets.columns import stack_in
from ncviz.explorer.feature_model_desk import FeatureModelDesk
from ncviz.explorer.square_loss_desk import SquareLossDesk
from ncviz.explorer.theory_desk import TheoryDesk
from ncviz.scenes.palette import LIGHT, Theme

COLLAPSE = (
    StepLine("nc1", "NC1", "text", concept="NC1"),
    StepLine("nc2_equinorm_means", "NC2&nbsp;norms", "means", concept="NC2 norms"),
    StepLine("nc2_equiangular_means", "NC2&nbsp;angles", "means", True, concept="NC2 angles"),
    StepLine("nc3", "NC3", "classifier", concept="NC3"),
)
LENGTH = "length of a classifier row about the mean of all rows."
PAIR = {"pair": "By the mean cosine of all pairs, two rows"}
COLLAPSE_TIP = (
    "NC1 Tr(Σ_W Σ_B⁺)/K; NC2 spread of the means' norms, and mean distance of their cosines from "
    "−1/(K−1); NC3 squared distance between classifier and means (Papyan, Han, Donoho, PNAS 2020)."
)


def collapse_over_steps() -> StepPlot:
    """Return the plot of NC1–NC3 over steps."""
    formulas = ("nc1", "nc2 norms", "nc2 angles", "nc3")
    return StepPlot(
        "Neural collapse NC1–NC3 over steps", COLLAPSE_TIP, COLLAPSE, formulas, up="NC1–NC3"
    )


class PeeledPlots(QWidget):
    """The minority curve."""

    def __init__(self, desk: TheoryDesk) -> None:
        super().__init__()
        self._desk = desk
        self.minority = MinorityPlot()
        self.minority.unpin_asked.connect(desk.unpin)
        self.minority.removal_asked.connect(desk.remove_point)
        self.plots = (self.minority,)
        stack_in(self, *self.plots)

    def show_curve(self) -> None:
        """Bring everything up to date."""
        self.minority.show_curve(self._desk)
        self.minority.show_points(self._desk)

    def show_moment(self) -> None:
        """Bring what depends on the ratio up to date."""
        self.minority.show_ratio(self._desk)


class FeaturePlots(QWidget):
    """Loss and collapse of the unconstrained features over steps."""

    def __init__(self, desk: FeatureModelDesk) -> None:
        super().__init__()
        self._desk = desk
        self.loss = StepPlot(
            "Loss and objective over steps",
            "The objective is the mean loss and all penalties; the green line is its least value, "
            "where that is known (Zhu et al., NeurIPS 2021; Zhou et al., NeurIPS 2022).",
            (
                StepLine("objective", "objective", "text", tip="The loss and all penalties."),
                StepLine("loss", "loss", "quiet", tip="The mean loss of all samples."),
            ),
            ("unconstrained",),
            target="minimum",
            target_tip="The least value that the objective can have.",
            up="objective, loss",
        )
        self.collapse = collapse_over_steps()
        self.plots = self.loss, self.collapse
        stack_in(self, *self.plots)

    def show_curve(self) -> None:
        """Bring everything up to date."""
        least = self._desk.optimum
        self.loss.show_curve(self._desk, None if least is None else least.objective)
        self.collapse.show_curve(self._desk)

    show_moment = show_curve  # a descent grows while it plays


class SquarePlots(QWidget):
    """Norms, angles and collapse of the square loss over steps."""

    def __init__(self, desk: SquareLossDesk) -> None:
        super().__init__()
        self._desk = desk
        self.norms = StepPlot(
            "Lengths of the classifier's rows over steps",
            "Least, mean and largest ‖w_c‖ of the centred rows; the green line is the length that "
            "weight decay, where it is on, predicts (Rangamani & Banburski, ICASSP 2022).",
            (
                StepLine("norm", "mean", "classifier", tip=f"The mean {LENGTH}"),
                StepLine("least_norm", "least", "classifier", True, tip=f"The least {LENGTH}"),
                StepLine(
                    "largest_norm", "largest", "classifier", True, tip=f"The largest {LENGTH}"
                ),
            ),
            ("square loss",),
            logarithmic=False,
            target="predicted",
            target_tip="The length that weight decay predicts for every row.",
            up="length of a row",
        )
        self.cosine = StepPlot(
            "Cosine between the classifier's rows over steps",
            "Mean over all pairs of centred rows; with weight decay, the green line is −1/(K−1).",
            (StepLine("cosine", "mean", "classifier", concept="cosine", facts=PAIR),),
            ("square loss",),
            logarithmic=False,
            target="predicted",
            target_tip="−1/(K−1), the cosine of a simplex ETF.",
            up="mean cosine",
        )
        self.collapse = collapse_over_steps()
        self.plots = self.norms, self.cosine, self.collapse
        stack_in(self, *self.plots)

    def show_curve(self) -> None:
        """Bring everything up to date."""
        length, cosine = self._desk.prediction or (None, None)
        self.norms.show_curve(self._desk, length)
        self.cosine.show_curve(self._desk, cosine)
        self.collapse.show_curve(self._desk)

    show_moment = show_curve


class TheoryPlots(QStackedWidget):
    """The plots of three models, those of one at a time, made when they are first shown.

    Parameters
    ----------
    peeled : TheoryDesk
    features : FeatureModelDesk
    square : SquareLossDesk
    """

    def __init__(
        self, peeled: TheoryDesk, features: FeatureModelDesk, square: SquareLossDesk
    ) -> None:
        super().__init__()
        self._makers: dict[str, Callable[[], QWidget]] = {
            PEELED: lambda: PeeledPlots(peeled),
            FEATURES: lambda: FeaturePlots(features),
            SQUARE: lambda: SquarePlots(square),
        }
        self._made: dict[str, QWidget] = {}
        self._look: tuple[Theme, float] = (LIGHT, 1.0)
        self.setCurrentWidget(self.page_of(PEELED))

    def page_of(self, name: str) -> QWidget:
        """Return the plots of a model, made when they are first asked for."""
        if name not in self._made:
            page = self._made[name] = self._makers[name]()
            for plot in page.plots:
                plot.set_theme(*self._look)
            self.addWidget(page)
        return self._made[name]

    @property
    def minority(self) -> MinorityPlot:
        """Return the minority curve."""
        return self.page_of(PEELED).minority

    def show_model(self, name: str) -> None:
        """Turn to the plots of 'peeled', 'features' or 'square', and bring them up to date."""
        self.setCurrentWidget(self.page_of(name))
        self.show_curve()

    def show_curve(self) -> None:
        """Bring everything of the model that is seen up to date."""
        self.currentWidget().show_curve()

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date."""
        self.currentWidget().show_moment()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Use the colours of a theme."""
        self._look = theme, scale
        for plot in self.plots():
            plot.set_theme(theme, scale)

    def plots(self) -> tuple[MinorityPlot | StepPlot, ...]:
        """Return all plots that were made, seen or not."""
        return tuple(plot for page in self._made.values() for plot in page.plots)
