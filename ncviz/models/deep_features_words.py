"""What deep unconstrained features say of collapse and of the low rank: which is cheaper."""

from functools import lru_cache

from ncviz.language import tr
from ncviz.theory.deep_features import DeepFeatures
from ncviz.theory.deep_features_optimum import DeepSolution, collapsed, low_rank
from ncviz.theory.deep_features_starts import COLLAPSED, LOW_RANK
from ncviz.wording import three_digits


@lru_cache(maxsize=32)
def known_collapse(network: DeepFeatures) -> DeepSolution | None:
    """Return `collapsed`, remembered."""
    return collapsed(network)


@lru_cache(maxsize=32)
def known_low_rank(network: DeepFeatures) -> DeepSolution | None:
    """Return `low_rank`, remembered."""
    return low_rank(network)


def missing(network: DeepFeatures, start: str) -> str:
    """Say why there is no such solution."""
    if network.width < network.classes and not network.is_linear:
        return tr("With a ReLU deep neural collapse takes a width of K or more.")
    if start == COLLAPSED:
        return ""
    if network.depth < 2:
        return tr("With one matrix there is no layer between, and no lower rank is cheaper.")
    if network.is_linear:
        return tr("Without a ReLU no lower rank is cheaper than collapse.")
    return tr("Of so few classes no graph of lower rank is known.")


def compared(network: DeepFeatures) -> str:
    """Say which of both solutions is cheaper."""
    collapse, low = known_collapse(network), known_low_rank(network)
    if collapse is None:
        return missing(network, COLLAPSED)
    if network.width < network.classes:
        least = three_digits(collapse.objective)
        return tr(
            "The width has room for rank {width}, which costs {least} at least.",
            width=network.width,
            least=least,
        )
    told = tr("Collapse costs {objective}", objective=three_digits(collapse.objective))
    if collapse.scale == 0 and (low is None or low.scale == 0):
        return tr(
            "The penalties outweigh the loss: nothing known is better than zero. {told}, too.",
            told=told,
        )
    if low is None:
        return f"{told}. {missing(network, LOW_RANK)}"
    both = tr(
        "{told}, rank {rank} costs {objective}",
        told=told,
        rank=low.rank,
        objective=three_digits(low.objective),
    )
    gap = low.objective - collapse.objective
    if abs(gap) < 1e-9 * collapse.objective:
        return tr("{both}: the same.", both=both)
    cheaper = tr("collapse") if gap > 0 else tr("the lower rank")
    return tr(
        "{both}: {cheaper} is cheaper by {gap}.",
        both=both,
        cheaper=cheaper,
        gap=three_digits(abs(gap)),
    )
