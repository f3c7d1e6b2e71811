"""The unconstrained feature model under its controls; needs no window."""

from typing import Any

from ncviz.explorer.class_shapes import whole_sizes
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import Number
from ncviz.theory.unconstrained_features import UnconstrainedFeatures

MAXIMUM_CLASSES = 20
MAXIMUM_DIMENSION = 32
MAXIMUM_SAMPLES = 100
STEPS = 3000

FREE, SIMPLEX_ETF, CLASS_MEANS, SPHERE = "trained", "simplex_etf", "class_means", "sphere"
KINDS = (FREE, SIMPLEX_ETF, CLASS_MEANS, SPHERE)
BALANCED = "balanced"

COLLAPSED = 1e-3  # NC1 of features that sit at their class means, to the eye
NEAR_ETF = 0.05  # distance of cosines from −1/(K−1), and spread of lengths, to the eye
# Without penalties: a loss that larger logits always lower, and one with a least value.
NEVER_DONE = ("cross_entropy", "focal")
ENDLESS = (
    "Without penalties this loss is never done: features of a class draw together ever more "
    "slowly, with the logarithm of time."
)
AT_REST = "Without penalties this loss comes to rest before the features of a class have met."
VANISHED = 1e-3  # of the first objective's features: the minimum is zero


class FeatureModelDesk(DescentDesk):
    """State of the unconstrained feature model.

    Attributes
    ----------
    kind : str
        One of `KINDS`: how the classifier comes about.
    preset : str
        Of class sizes, see `ncviz.explorer.class_shapes`.
    samples : int
        Of the largest class.
    """

    def __init__(self) -> None:
        self.kind = FREE
        self.preset = BALANCED
        self.samples = 50
        self.dimension = 8  # of a classifier that is free to have one
        self.bias = False
        super().__init__(UnconstrainedFeatures(samples=self.samples), STEPS)

    def set(self, **changes: Any) -> None:
        """Change parameters of the model, `kind`, `preset` or `samples`; begin anew.

        What one choice leaves no room for gives way: a fixed simplex ETF needs
        d = K, and on the sphere there is no bias.
        """
        for name in ("kind", "preset", "samples", "dimension", "bias"):
            if name in changes:
                setattr(self, name, changes.pop(name))
        values = {**vars(self.parameters), **changes}
        classes = int(values["classes"])
        values |= {
            "classes": classes,
            "samples": whole_sizes(self.preset, classes, self.samples),
            "classifier": FREE if self.kind == SPHERE else self.kind,
            "spherical": self.kind == SPHERE,
            "dimension": classes if self.kind == SIMPLEX_ETF else self.dimension,
            "bias": self.bias and self.kind != SPHERE,
        }
        parameters = UnconstrainedFeatures(**values)
        if parameters != self.parameters:
            self.parameters = parameters
            self.restart()

    def numbers(self) -> tuple[Number, ...]:
        """Return what is read at this step."""
        least = None if self.optimum is None else self.optimum.objective
        above = None if least is None else self.value("objective") - least
        return (
            Number("loss", self.value("loss"), "Mean loss without the penalties."),
            Number("above minimum", above, "Objective less its least value, where that is known."),
            Number("gradient", self.value("gradient_norm"), "Length of the objective's gradient."),
        )

    def caption(self) -> str:
        """Say in one sentence what is to be seen."""
        if self.trouble:
            return self.trouble
        p = self.parameters
        if self.shown_step == 0:
            return "Random features and a random classifier: play, and watch them descend."
        if self._vanishes():
            return "The penalties outweigh the loss: the minimum is zero, and all shrinks to it."
        if p.spherical and self.value("objective") > self.history["objective"][0]:
            return "On the sphere too large a step never settles: lower the step size."
        collapsed = self.value("nc1") < COLLAPSED
        even = max(self.value("nc2_equiangular_means"), self.value("nc2_equinorm_means"))
        if collapsed and even < NEAR_ETF:
            return "Neural collapse: features sit at their class means, and these at a simplex ETF."
        if p.dimension < p.classes - 1:
            return f"{p.classes} classes have no simplex ETF in {p.dimension} dimensions."
        if collapsed and not p.balanced:
            return (
                "Features sit at their class means; these classes differ in size: no simplex ETF."
            )
        held = p.lambda_h > 0 or (p.lambda_w > 0 and self.kind != SIMPLEX_ETF)
        if not held and not p.spherical:
            return ENDLESS if p.loss in NEVER_DONE else AT_REST
        if self.value("nc1") >= self.history["nc1"][0]:
            return "So far the features of a class are no nearer to each other than at the start."
        if not p.balanced:
            return "Features draw together about their class means."
        return "Features draw together about their class means, which turn to a simplex ETF."

    def _vanishes(self) -> bool:
        p = self.parameters
        if p.spherical or self.optimum is None:
            return False
        return bool(abs(self.optimum.H).max() < VANISHED)
