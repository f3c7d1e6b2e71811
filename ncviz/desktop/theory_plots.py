"""The right column of the Theory room: the plots of the model that is seen."""

from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ncviz.desktop.columns import column_of
from ncviz.desktop.minority_plot import MinorityPlot
from ncviz.desktop.step_plot import StepLine, StepPlot
from ncviz.desktop.theory_panel import FEATURES, PEELED, SQUARE
from ncviz.explorer.feature_model_desk import FeatureModelDesk
from ncviz.explorer.square_loss_desk import SquareLossDesk
from ncviz.explorer.theory_desk import TheoryDesk
from ncviz.scenes.palette import Theme

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


class TheoryPlots(QWidget):
    """The plots of three models, those of one at a time.

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
        self._peeled, self._features, self._square = peeled, features, square
        self.minority = MinorityPlot()
        self.minority.unpin_asked.connect(peeled.unpin)
        self.minority.removal_asked.connect(peeled.remove_point)
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
        self.square_collapse = collapse_over_steps()
        self.pages = QStackedWidget()
        self._of = {
            PEELED: column_of(self.minority),
            FEATURES: column_of(self.loss, self.collapse),
            SQUARE: column_of(self.norms, self.cosine, self.square_collapse),
        }
        for page in self._of.values():
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self._model = PEELED

    def show_model(self, name: str) -> None:
        """Turn to the plots of 'peeled', 'features' or 'square', and bring them up to date."""
        self._model = name
        self.pages.setCurrentWidget(self._of[name])
        self.show_curve()

    def show_curve(self) -> None:
        """Bring everything of the model that is seen up to date."""
        if self._model == PEELED:
            self.minority.show_curve(self._peeled)
            self.minority.show_points(self._peeled)
        elif self._model == FEATURES:
            least = self._features.optimum
            self.loss.show_curve(self._features, None if least is None else least.objective)
            self.collapse.show_curve(self._features)
        else:
            desk = self._square
            length, cosine = desk.prediction or (None, None)
            self.norms.show_curve(desk, length)
            self.cosine.show_curve(desk, cosine)
            self.square_collapse.show_curve(desk)

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date; a descent grows while it plays."""
        if self._model == PEELED:
            self.minority.show_ratio(self._peeled)
        else:
            self.show_curve()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Use the colours of a theme."""
        for plot in self.plots():
            plot.set_theme(theme, scale)

    def plots(self) -> tuple[MinorityPlot | StepPlot, ...]:
        """Return all plots, seen or not."""
        return (
            self.minority,
            self.loss,
            self.collapse,
            self.norms,
            self.cosine,
            self.square_collapse,
        )
