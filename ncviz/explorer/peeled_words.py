"""What is said of an optimum of the Layer-Peeled Model, in one sentence."""

from ncviz.explorer.peeled_optimum import Optimum
from ncviz.explorer.shape_curve import MET
from ncviz.theory.layer_peeled import TwoGroupSolution
from ncviz.wording import three_digits

BALANCED = "Balanced classes: features and classifiers form a simplex ETF."


def caption_of_groups(solution: TwoGroupSolution, critical: float) -> str:
    """Return the sentence for majority and minority classes, which meet at `critical`."""
    if solution.problem.minority < 2:
        return "With one minority class there are no two classifiers to fall together."
    if solution.problem.ratio == 1.0:
        return BALANCED
    if solution.collapsed:
        return (
            f"Minority Collapse: beyond R₀ = {three_digits(critical)} "
            "the minority classes share one classifier."
        )
    return (
        f"As R grows the minority classifiers close in; they meet at R₀ = {three_digits(critical)}."
    )


def caption_of_shape(optimum: Optimum, ratio: float, classes: int, critical: float | None) -> str:
    """Return the sentence for any class sizes; `critical` is None where it is not reached."""
    if ratio == 1.0:
        return BALANCED
    if classes > 2 and optimum.cosine >= 1 - MET:
        return "Minority Collapse: the smallest classes share one classifier."
    lost = classes - 1 - optimum.directions
    if lost > 0:
        return (
            f"{lost} of {classes - 1} directions have collapsed: "
            "the small classes make do with fewer dimensions."
        )
    if critical is not None:
        return (
            "The smallest classes have the closest classifiers; "
            f"two of them meet near R₀ = {three_digits(critical)}."
        )
    return "The smallest classes have the closest classifiers; none have met."


def caption_of_power(q: float, classes: int, solving: bool, failure: str) -> str:
    """Return the sentence for another power than 2 in the features' budget."""
    if failure:
        return failure
    if solving:
        return f"Solving for q = {three_digits(q)}; the picture is the last answer."
    if classes < 3:
        return "Two classes stand opposite each other, whatever the norm."
    return (
        f"With q = {three_digits(q)} in place of 2 the optimum is no simplex ETF, "
        "even with equal classes."
    )
