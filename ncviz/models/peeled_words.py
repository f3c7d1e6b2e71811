"""What is said of an optimum of the Layer-Peeled Model, in one sentence."""

import numpy as np

from ncviz.geometry.collapse import cosines
from ncviz.language import tr
from ncviz.models.ghosts import ghost_role
from ncviz.models.model import Number, RoleWords
from ncviz.models.peeled_optimum import Optimum
from ncviz.models.shape_curve import MET
from ncviz.theory.layer_peeled import TwoGroupSolution
from ncviz.theory.layer_peeled_descent import CONVERGED
from ncviz.wording import three_digits

BALANCED = tr("Balanced classes: features and classifiers form a simplex ETF.")
ETF = 1e-3  # distance of cosines below which a shape is one
OPPOSITE = tr("Two classes stand opposite each other, whatever their sizes.")


def caption_of_groups(
    solution: TwoGroupSolution, critical: float, optimum: Optimum, farthest: float
) -> str:
    """Return the sentence for majority and minority classes.

    Parameters
    ----------
    solution : TwoGroupSolution
    critical : float
        R₀, where the minority classifiers meet.
    optimum : Optimum
        The same, as it is seen.
    farthest : float
        The largest R of the timeline.
    """
    problem = solution.problem
    if problem.minority < 2:
        both = tr("; the two stand opposite each other") if problem.classes == 2 else ""
        return tr(
            "With one minority class there are no two classifiers to fall together{both}.",
            both=both,
        )
    if problem.ratio == 1.0:
        return BALANCED
    if solution.collapsed and optimum.zeros:
        return tr(
            "Minority Collapse to exactly zero: at this R the whole budget goes to the majority, "
            "and the cosine 1 between zero classifiers is a convention."
        )
    if solution.collapsed:
        return tr(
            "Minority Collapse: beyond R₀ = {critical} the minority classes share one classifier.",
            critical=three_digits(critical),
        )
    if not np.isfinite(critical):
        return tr(
            "As R grows the minority classifiers close in, but at no R shown here do they meet."
        )
    beyond = tr(", beyond the timeline") if critical > farthest else ""
    return tr(
        "As R grows the minority classifiers close in; they meet at R₀ = {critical}{beyond}.",
        critical=three_digits(critical),
        beyond=beyond,
    )


def caption_of_shape(optimum: Optimum, sizes: tuple[float, ...], critical: float | None) -> str:
    """Return the sentence for any class sizes; `critical` is None where it is not reached."""
    classes = len(sizes)
    if min(sizes) == max(sizes):
        return BALANCED
    if classes == 2:
        return OPPOSITE
    if optimum.zeros:
        who = (
            tr("The smallest class's classifier is")
            if optimum.zeros == 1
            else (tr("The classifiers of the {zeros} smallest classes are", zeros=optimum.zeros))
        )
        return tr("{who} zero: this budget is spent on the others alone.", who=who)
    if optimum.cosine >= 1 - MET:
        return tr("Minority Collapse: the smallest classes share one classifier.")
    lost = classes - 1 - optimum.directions
    if lost > 0:
        return tr(
            "{lost} of {classes} directions have collapsed: "
            "the small classes make do with fewer dimensions.",
            lost=lost,
            classes=classes - 1,
        )
    first = (
        tr("The two smallest classes have the closest classifiers")
        if _two_smallest_are_closest(optimum, sizes)
        else tr("No two classifiers have met")
    )
    if critical is not None:
        return tr(
            "{first}; those of the two smallest meet near R₀ = {critical}.",
            first=first,
            critical=three_digits(critical),
        )
    return f"{first}."


def shape_in_words(optimum: Optimum) -> str:
    """Return how the classifiers and features stand to a simplex ETF."""
    classifiers, features = optimum.distances_to_etf
    if not np.isfinite([classifiers, features]).all():
        return tr("nothing certifies that no optimum is lower")
    if max(classifiers, features) < ETF:
        centre = np.linalg.norm(optimum.features.mean(axis=0))
        away = centre > ETF * np.linalg.norm(optimum.features, axis=1).max()
        about = tr(", the features' one about a centre that is not zero") if away else ""
        return tr("both classifiers and features form a simplex ETF{about}", about=about)
    return tr(
        "no simplex ETF: cosines of the classifiers are off by {classifiers}, "
        "of the features by {features}",
        classifiers=three_digits(classifiers),
        features=three_digits(features),
    )


def without_answer(failure: str, optimum: Optimum, instead: str) -> str:
    """Return why a search has no answer, and what is seen instead: `instead`, or an older one."""
    if optimum.residual is None:
        return tr("{failure} The picture is that of {instead}.", failure=failure, instead=instead)
    return tr("{failure} The picture is still the last answer.", failure=failure)


def not_converged(optimum: Optimum) -> str:
    """Return a few words on a descent that is at no optimum."""
    limit = three_digits(CONVERGED)
    return tr(
        "not converged, its residual {residual} is above {limit}",
        residual=three_digits(optimum.residual),
        limit=limit,
    )


def note_of(optimum: Optimum, note: str) -> str:
    """Return the note in the corner of the picture: another one, and what has not converged."""
    return note if optimum.converged else " · ".join(filter(None, [note, not_converged(optimum)]))


def numbers_of(optimum: Optimum, cosine: float, *, two_groups: bool) -> tuple[Number, ...]:
    """Return what is read of an optimum; `cosine` is NaN where there is none."""
    if two_groups and np.isnan(cosine):
        tip = tr("One minority class has no second one to compare with, at any q.")
    elif optimum.zeros >= 2:
        tip = tr("These classifiers are zero and have no direction; 1 is a convention.")
    else:
        tip = tr("1 once their classifiers are one.")
    last = Number(
        f"cosine, {'minority' if two_groups else 'two smallest'}",
        cosine,
        tip,
    )
    if optimum.residual is None:
        return (
            Number(
                "objective", optimum.objective, tr("Mean cross-entropy at the optimum, in nats.")
            ),
            Number("duality gap", optimum.gap, tr("So far above the least possible loss at most.")),
            last,
        )
    return (
        Number(
            "objective",
            optimum.objective,
            tr(
                "Mean cross-entropy in nats of the lowest of {descents} descents.",
                descents=optimum.descents,
            ),
        ),
        Number(
            "certainly above",
            optimum.least,
            tr(
                "No optimum at this q is lower, since its features fit into a Euclidean budget "
                "whose exact optimum this is."
            ),
        ),
        residual_number(optimum),
        *(
            Number(
                f"cosines off, {what}",
                off,
                tr("From −1/(K−1), by the mean; 0 in a simplex ETF."),
            )
            for what, off in zip(("classifier", "features"), optimum.distances_to_etf, strict=True)
        ),
        last,
    )


def residual_number(optimum: Optimum) -> Number:
    """Return how nearly an optimum that was sought is one."""
    limit = three_digits(CONVERGED)
    tip = tr(
        "0 at a local optimum; above {limit} it is not converged. Nothing certifies more.",
        limit=limit,
    )
    return Number("residual", optimum.residual, tip)


def roles_of(*, two_groups: bool, square: bool, ghost: str) -> tuple[RoleWords, ...]:
    """Return what the colours, spheres and sticks of the picture are; `square` is q = 2."""
    why = tr("the best for equal classes") if square else tr("for comparison")
    groups = tr("A: majority classes, B: minority classes")
    if not two_groups:
        groups = tr("1 is the first of the class sizes, and so on")
    return (
        ghost_role(ghost, tr("green: simplex ETF, {why}", why=why)),
        RoleWords("means", tr("blue, thick: features, one point a class"), "class mean"),
        RoleWords("classifier", tr("red, thin: classifier, one row a class"), "classifier"),
        RoleWords("", groups, "minority" if two_groups else "class", ()),
    )


def _two_smallest_are_closest(optimum: Optimum, sizes: tuple[float, ...]) -> bool:
    found = cosines(optimum.weights)
    np.fill_diagonal(found, -1.0)
    one, other = np.argsort(sizes, kind="stable")[:2]
    return bool(found[one, other] >= found.max() - MET)
