"""What weight decay makes of the square loss, predicted and simulated; needs no window."""

from typing import Any

import numpy as np

from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import Number
from ncviz.runs.snapshot import Snapshot
from ncviz.theory.square_loss import (
    measure_quasi_interpolation,
    predicted_cosine,
    predicted_squared_norm,
)
from ncviz.theory.unconstrained_features import State, UnconstrainedFeatures

MAXIMUM_CLASSES = 10
WEIGHT_DECAYS = (1e-3, 3e-2)
EPSILON_SHARES = (0.05, 0.9)  # of (C−1)/C, where all outputs are equal
RANGES = {
    "classes": (2, MAXIMUM_CLASSES),
    "weight_decay": WEIGHT_DECAYS,
    "share": EPSILON_SHARES,
}
SAMPLES = 20
SPARE = 4  # dimensions beyond C, in which features can differ without weight decay
STEPS = 20_000
MOMENTUM = 0.97
ARRIVED = 0.02  # relative distance of norms from the prediction, to the eye


class SquareLossDesk(DescentDesk):
    """State of the square loss: λ on or off, its size, ε and C.

    An unconstrained feature model descends with a bias and with just the
    penalty on its features that makes ε what is asked, ε = (C−1) √(n λ λ_H).

    Attributes
    ----------
    classes : int
        C.
    weight_decay : float
        λ.
    share : float
        ε as a share of (C−1)/C.
    decays : bool
        Whether λ is on; off, features have no penalty either.
    seed : int
    """

    def __init__(self) -> None:
        self.classes = 4
        self.weight_decay = 1e-2
        self.share = 0.3
        self.decays = True
        self.seed = 0
        super().__init__(self._make(), STEPS)

    @property
    def epsilon(self) -> float:
        """Return ε."""
        return self.share * (self.classes - 1) / self.classes

    @property
    def prediction(self) -> tuple[float, float] | None:
        """Return the predicted length and cosine; None without weight decay, which makes them."""
        return (self.predicted_norm, self.predicted_cosine) if self.decays else None

    @property
    def predicted_norm(self) -> float:
        """Return the length that every centred row of the classifier reaches with weight decay."""
        square = predicted_squared_norm(self.epsilon, self.classes, self.weight_decay)
        return float(np.sqrt(square))

    @property
    def predicted_cosine(self) -> float:
        """Return the cosine that any two rows should reach."""
        return predicted_cosine(self.classes)

    def set(self, **changes: Any) -> None:
        """Change `classes`, `weight_decay`, `share`, `decays` or `seed`; begin anew.

        What lies outside its range is clipped.
        """
        for name, value in changes.items():
            low, high = RANGES.get(name, (value, value))
            setattr(self, name, min(max(value, low), high))
        parameters = self._make()
        # With λ off another λ changes the target, and not the descent.
        if parameters != self.parameters:
            self.parameters = parameters
            self.restart()
        else:
            self._tell("problem")

    @property
    def has_ideal(self) -> bool:
        """Return whether weight decay drives the classifier to a simplex ETF."""
        return self.decays and super().has_ideal

    def numbers(self) -> tuple[Number, ...]:
        """Return what is read at this step."""
        known = self.prediction
        end = "; −1/(K−1) at last" if known else ""
        return (
            Number("‖<i>w</i>‖", self.value("norm"), "Mean length of the centred rows."),
            *(
                [Number("predicted", known[0], "√((ε − Kε²/(K−1)) / (Kλ)), λ the weight decay.")]
                if known
                else []
            ),
            Number("cosine", self.value("cosine"), f"Mean cosine between two rows{end}."),
            Number("ε", self.value("epsilon"), "Measured from the margins of the outputs."),
        )

    def caption(self) -> str:
        """Say in one sentence what is to be seen."""
        if self.trouble:
            return self.trouble
        if self.shown_step == 0:
            return (
                "Random to begin with: play, and watch the norms go to their target."
                if self.decays
                else "Without weight decay: play, and watch the norms come to no one length."
            )
        if not self.decays:
            return "Without weight decay nothing is predicted: the loss can be 0 without collapse."
        spread = max(
            abs(self.value(name) / self.predicted_norm - 1)
            for name in ("least_norm", "largest_norm")
        )
        if max(spread, abs(self.value("cosine") - self.predicted_cosine)) < ARRIVED:
            return (
                "All rows have the predicted length and angle: weight decay has made a simplex ETF."
            )
        return "With weight decay every row of the classifier heads for the same length."

    def _make(self) -> UnconstrainedFeatures:
        classes, decay = self.classes, self.weight_decay if self.decays else 0.0
        features = 0.0
        if self.decays:
            features = (self.epsilon / (classes - 1)) ** 2 / (SAMPLES * decay)
        return UnconstrainedFeatures(
            classes=classes,
            dimension=classes + SPARE,
            samples=SAMPLES,
            loss="squared_error",
            lambda_w=decay / classes,  # this loss is divided by C, see `ncviz.theory.square_loss`
            lambda_h=features / classes,
            bias=True,
            momentum=MOMENTUM,
            learning_rate=self._learning_rate(decay, features),
            seed=self.seed,
        )

    def _learning_rate(self, decay: float, features: float) -> float:
        """Return one over the largest curvature, at the start and at the minimum."""
        classes, rows, d = self.classes, SAMPLES * self.classes, self.classes + SPARE
        start_h, start_w = (np.sqrt(rows / d) + 1) ** 2, (np.sqrt(classes / d) + 1) ** 2
        end_h = end_w = 0.0
        if decay > 0:
            margin = 1 - self.share
            end_h = np.sqrt(SAMPLES) * margin * np.sqrt(decay / features)
            end_w = np.sqrt(SAMPLES) * margin * np.sqrt(features / decay)
        # The bias adds one for each row to the squares of the features.
        curvature = (rows + max(start_h, end_h) + max(start_w, end_w)) / (rows * classes)
        return float(1 / (curvature + max(decay, features) / classes))

    def _measure(self, state: State, snapshot: Snapshot) -> dict[str, float]:
        outputs = state.H @ state.W.T + (0 if state.b is None else state.b)
        found = measure_quasi_interpolation(outputs, self.parameters.labels())
        return {**super()._measure(state, snapshot), "epsilon": found.epsilon}
