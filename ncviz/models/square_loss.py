"""What weight decay makes of the square loss, predicted and simulated.

An unconstrained feature model descends with a bias and with just the penalty on its
features that makes ε what is asked, ε = (C−1) √(n λ λ_H).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ncviz.charts.chart import Level
from ncviz.concepts import CONCEPTS
from ncviz.language import tr
from ncviz.models.descent import Descended, DescentModel
from ncviz.models.model import Number, Remark
from ncviz.models.model_parameters import control, seed
from ncviz.models.over_steps import COLLAPSE, line, over_steps
from ncviz.models.target import Target
from ncviz.runs.snapshot import Snapshot
from ncviz.theory.square_loss import (
    measure_quasi_interpolation,
    predicted_cosine,
    predicted_squared_norm,
)
from ncviz.theory.unconstrained_features import FeatureModelState, UnconstrainedFeatures
from ncviz.values_in_words import Facts
from ncviz.wording import three_digits

SAMPLES = 20
SPARE = 4  # dimensions beyond C, in which features can differ without weight decay
MOMENTUM = 0.97
ARRIVED = 0.02  # relative distance of norms from the prediction, to the eye

LENGTH = tr("length of a classifier row about the mean of all rows.")
PAIR = {"pair": tr("By the mean cosine of all pairs, two rows")}


@dataclass(frozen=True)
class Parameters:
    """λ on or off, its size, ε as a share of (C−1)/C, and C."""

    decays: bool = control(
        True,
        tr("Without weight decay the loss falls to zero and nothing collapses."),
        label=tr("Weight decay"),
        option="--no-weight-decay",
    )
    weight_decay: float = control(
        1e-2,
        tr("Draws the rows of the classifier to one length: the smaller, the longer."),
        symbol="λ",
        label=tr("weight decay"),
        low=1e-3,
        high=3e-2,
        logarithmic=True,
        live=lambda p: p.decays,
    )
    share: float = control(
        0.3,
        tr("How far the output of the right class stays below 1; (K−1)/K is chance."),
        symbol="ε",
        label=tr("output short of 1"),
        low=0.05,
        high=0.9,
        live=lambda p: p.decays,
    )
    classes: int = control(
        4, tr("How many classes."), symbol="K", label=tr("classes"), low=2, high=10
    )
    seed: int = seed()

    @property
    def epsilon(self) -> float:
        """Return ε."""
        return self.share * (self.classes - 1) / self.classes

    @property
    def predicted_norm(self) -> float:
        """Return the length that every centred row of the classifier reaches with weight decay."""
        square = predicted_squared_norm(self.epsilon, self.classes, self.weight_decay)
        return float(np.sqrt(square))

    @property
    def predicted_cosine(self) -> float:
        """Return the cosine that any two rows should reach."""
        return predicted_cosine(self.classes)


@lru_cache(maxsize=16)
def _descent(p: Parameters) -> UnconstrainedFeatures:
    decay, features = p.weight_decay if p.decays else 0.0, 0.0
    if p.decays:
        features = (p.epsilon / (p.classes - 1)) ** 2 / (SAMPLES * decay)
    return UnconstrainedFeatures(
        classes=p.classes,
        dimension=p.classes + SPARE,
        samples=SAMPLES,
        loss="squared_error",
        lambda_w=decay / p.classes,  # this loss is divided by C, see `theory.square_loss`
        lambda_h=features / p.classes,
        bias=True,
        momentum=MOMENTUM,
        learning_rate=_learning_rate(p, decay, features),
        seed=p.seed,
    )


class SquareLoss(DescentModel[Parameters]):
    """Rangamani & Banburski, ICASSP 2022."""

    name, former, order = "square-loss", "square", 300
    title = tr("Square loss")
    tip = tr("Square loss: the norms that weight decay leads to, predicted and simulated.")
    lead = tr(
        "With the square loss, weight decay brings every row of the classifier to one predicted "
        "length."
    )
    invitation = tr("Weight decay on: the norms go where theory says.")
    parameters = Parameters
    steps = 20_000
    plots = (
        over_steps(
            "length",
            tr("length of a row"),
            tr("Lengths of the classifier's rows over steps"),
            tr(
                "Least, mean and largest ‖w_c‖ of the centred rows; the green line is the length "
                "that weight decay, where it is on, predicts (Rangamani & Banburski, ICASSP 2022)."
            ),
            (
                line(
                    "norm", tr("mean"), "classifier", meaning=tr("The mean {length}", length=LENGTH)
                ),
                line(
                    "least_norm",
                    tr("least"),
                    "classifier",
                    dash=True,
                    meaning=tr("The least {length}", length=LENGTH),
                ),
                line(
                    "largest_norm",
                    tr("largest"),
                    "classifier",
                    dash=True,
                    meaning=tr("The largest {length}", length=LENGTH),
                ),
            ),
            formulas=("square loss",),
            logarithmic=False,
            target=Level(
                0.0, tr("predicted"), tr("The length that weight decay predicts for every row.")
            ),
        ),
        over_steps(
            "cosine",
            tr("mean cosine"),
            tr("Cosine between the classifier's rows over steps"),
            tr(
                "Mean over all pairs of centred rows; with weight decay, the green line is "
                "−1/(K−1)."
            ),
            (line("cosine", tr("mean"), "classifier", concept="cosine", facts=PAIR),),
            formulas=("square loss",),
            logarithmic=False,
            target=Level(0.0, tr("predicted"), tr("−1/(K−1), the cosine of a simplex ETF.")),
        ),
        COLLAPSE,
    )

    def words(self, parameters: Parameters, name: str) -> str | None:
        return three_digits(parameters.epsilon) if name == "share" else None

    def remark(self, parameters: Parameters) -> Remark:
        p = parameters
        if not p.decays:
            return Remark(
                tr("Without weight decay nothing is predicted."),
                "Prediction",
                tr("Without weight decay nothing is predicted: the rows come to no one length."),
                "square loss",
            )
        pair = Facts(classes=p.classes, pair=tr("Two rows of the classifier"))
        angle = CONCEPTS["cosine"].sentence(p.predicted_cosine, pair)
        length = three_digits(p.predicted_norm)
        return Remark(
            tr(
                "Predicted: <i>‖w‖</i> = <b>{length}</b>, cosine <b>{predicted_cosine}</b>",
                length=length,
                predicted_cosine=three_digits(p.predicted_cosine),
            ),
            "Prediction",
            tr(
                "Every row of the classifier comes to the length {length}. {angle}",
                length=length,
                angle=angle,
            ),
            "square loss",
        )

    def has_ideal(self, parameters: Parameters) -> bool:
        """Return whether weight decay drives the classifier to a simplex ETF."""
        return parameters.decays and super().has_ideal(parameters)

    def levels(self, parameters: Parameters, _target: Target | None) -> Mapping[str, float]:
        p = parameters
        if not p.decays:
            return {}
        return {"length": p.predicted_norm, "cosine": p.predicted_cosine}

    def numbers(self, parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        p = parameters
        end = tr("; −1/(K−1) at last") if p.decays else ""
        norm = Number(
            "predicted", p.predicted_norm, tr("√((ε − Kε²/(K−1)) / (Kλ)), λ the weight decay.")
        )
        return (
            Number("‖<i>w</i>‖", seen.value("norm"), tr("Mean length of the centred rows.")),
            *([norm] if p.decays else []),
            Number(
                "cosine", seen.value("cosine"), tr("Mean cosine between two rows{end}.", end=end)
            ),
            Number("ε", seen.value("epsilon"), tr("Measured from the margins of the outputs.")),
        )

    def caption(self, parameters: Parameters, seen: Descended) -> str:
        p = parameters
        if seen.step == 0:
            return (
                tr("Random to begin with: play, and watch the norms go to their target.")
                if p.decays
                else tr("Without weight decay: play, and watch the norms come to no one length.")
            )
        if not p.decays:
            return tr(
                "Without weight decay nothing is predicted: the loss can be 0 without collapse."
            )
        spread = max(
            abs(seen.value(name) / p.predicted_norm - 1) for name in ("least_norm", "largest_norm")
        )
        if max(spread, abs(seen.value("cosine") - p.predicted_cosine)) < ARRIVED:
            return tr(
                "All rows have the predicted length and angle: weight decay has made a simplex ETF."
            )
        return tr("With weight decay every row of the classifier heads for the same length.")

    def descent(self, parameters: Parameters) -> UnconstrainedFeatures:
        return _descent(parameters)

    def measure(
        self, parameters: Parameters, state: FeatureModelState, snapshot: Snapshot
    ) -> dict[str, float]:
        found = super().measure(parameters, state, snapshot)
        outputs = state.H @ state.W.T + (0 if state.b is None else state.b)
        labels = self.descent(parameters).labels()
        return {**found, "epsilon": measure_quasi_interpolation(outputs, labels).epsilon}


def _learning_rate(p: Parameters, decay: float, features: float) -> float:
    """Return one over the largest curvature, at the start and at the minimum."""
    classes, rows, d = p.classes, SAMPLES * p.classes, p.classes + SPARE
    start_h, start_w = (np.sqrt(rows / d) + 1) ** 2, (np.sqrt(classes / d) + 1) ** 2
    end_h = end_w = 0.0
    if decay > 0:
        margin = 1 - p.share
        end_h = np.sqrt(SAMPLES) * margin * np.sqrt(decay / features)
        end_w = np.sqrt(SAMPLES) * margin * np.sqrt(features / decay)
    # The bias adds one for each row to the squares of the features.
    curvature = (rows + max(start_h, end_h) + max(start_w, end_w)) / (rows * classes)
    return float(1 / (curvature + max(decay, features) / classes))


SQUARE_LOSS = SquareLoss()
