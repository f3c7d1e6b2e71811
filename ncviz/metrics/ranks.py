"""Ranks: in how many dimensions class means and classifier rows lie."""

from ncviz.concept import CLASSIFIER, MEANS, SAMPLES, Concept
from ncviz.formula import CENTRED, FEATURE, ROW, SINGULAR, Formula
from ncviz.geometry.ranks import numerical_dimensions, participation, singular_values, stable_rank
from ncviz.language import tr
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import Facts, ordinary, two_digits

_NONE = tr("There is no rank here: all of these vectors have length 0.")


def _counted(value: float, facts: Facts) -> str:
    ideal = (
        tr(
            "; a simplex ETF of {classes} in {classes_2}",
            classes=facts.classes,
            classes_2=facts.classes - 1,
        )
        if facts.classes
        else ""
    )
    return (
        tr("They lie in {value} dimension{ideal}.", value=two_digits(value), ideal=ideal)
        if value == 1
        else tr("They lie in {value} dimensions{ideal}.", value=two_digits(value), ideal=ideal)
    )


def _alike(value: float, facts: Facts) -> str:
    ideal = (
        tr(
            "; a simplex ETF of {classes} has {classes_2}",
            classes=facts.classes,
            classes_2=facts.classes - 1,
        )
        if facts.classes
        else ""
    )
    return tr("They fill as much as {value} would{ideal}.", value=_axes(value), ideal=ideal)


def _axes(value: float) -> str:
    number = two_digits(value)
    return tr("a single axis") if number == "1" else tr("{number} equally long axes", number=number)


def _filled(value: float, _facts: Facts) -> str:
    return tr("As seen from 0, all features fill as much as {value} would.", value=_axes(value))


_RANK = Concept(
    tr("Rank of the class means"),
    tr(
        "In how many dimensions the centred class means lie; axes shorter than a thousandth of the "
        "longest do not count."
    ),
    "rank",
    ordinary(_counted, _NONE),
    (MEANS,),
    search=tr("dimensions low rank bias Súkeník deep neural collapse"),
)
_RANK_FORMULA = Formula(
    tr("Rank of the class means"),
    (r"\#\left\{j:\;s_j>10^{-3}\,s_1\right\}",),
    tr("K − 1 in a simplex ETF; fewer at the optimum of deep models with weight decay."),
    (SINGULAR, CENTRED),
    "Súkeník, Lampert, Mondelli, NeurIPS 2024, arXiv 2405.14468",
)
_PARTICIPATION = Concept(
    tr("Participation of the class means"),
    tr(
        "How many equally long axes fill as much as those of the centred class means: a rank that "
        "counts short axes less."
    ),
    "participation",
    ordinary(_alike, _NONE),
    (MEANS,),
    search=tr("effective rank participation ratio dimensions"),
)
_PARTICIPATION_FORMULA = Formula(
    tr("Participation of the class means"),
    (r"\left(\sum_j s_j\right)^{2}\,/\;\sum_j s_j^{\,2}",),
    tr("From 1, all on a line, to K − 1 in a simplex ETF."),
    (SINGULAR, CENTRED),
    "Súkeník, Lampert, Mondelli, NeurIPS 2024, arXiv 2405.14468",
)
_STABLE = Concept(
    tr("Stable rank"),
    tr(
        "The squared lengths of all vectors over that along their longest axis, of class means or "
        "of classifier rows: a rank that a little noise does not change."
    ),
    "stable rank",
    ordinary(_alike, _NONE),
    (MEANS, CLASSIFIER),
    search=tr("effective rank spectral norm"),
)
_STABLE_FORMULA = Formula(
    tr("Stable rank"),
    (r"\Vert A\Vert_F^{\;2}\,/\,\Vert A\Vert_2^{\;2}=\;\sum_j s_j^{\,2}\;/\;s_1^{\,2}",),
    tr("From 1 to the rank; K − 1 in a simplex ETF."),
    (SINGULAR, (r"A", tr("the centred class means, or the classifier")), CENTRED, ROW),
    tr("Rudelson & Vershynin, J. ACM 54, 2007"),
)
RANK = Metric(
    name="rank_means",
    label=tr("rank"),
    key="rank",
    notion=_RANK,
    formula=_RANK_FORMULA,
    of=lambda place: numerical_dimensions(place.singular_values),
    needs="class means",
    order=130,
    weight=2.0,
)
PARTICIPATION = Metric(
    name="participation_means",
    label=tr("participation"),
    key="participation",
    notion=_PARTICIPATION,
    formula=_PARTICIPATION_FORMULA,
    of=lambda place: participation(place.singular_values),
    needs="class means",
    order=140,
    weight=2.0,
)
STABLE_RANK = Metric(
    name="stable_rank_means",
    label=tr("stable&nbsp;rank"),
    key="stable rank",
    notion=_STABLE,
    formula=_STABLE_FORMULA,
    of=lambda place: stable_rank(place.singular_values),
    needs="class means",
    order=150,
    weight=2.0,
)
STABLE_RANK_OF_CLASSIFIER = Metric(
    name="stable_rank_classifier",
    label=tr("stable&nbsp;rank,&nbsp;classifier"),
    key="stable rank",
    notion=_STABLE,
    formula=_STABLE_FORMULA,
    of=lambda place: stable_rank(singular_values(place.rows)),
    needs="classifier",
    scope=LAST,
    order=160,
    weight=2.0,
)
STABLE_RANK_OF_FEATURES = Metric(
    name="stable_rank_features",
    label=tr("stable&nbsp;rank,&nbsp;features"),
    key="stable rank of features",
    notion=Concept(
        tr("Stable rank of the features"),
        tr(
            "The squared lengths of all samples' features over that along their longest axis, as "
            "seen from 0: features that lie to one side of it have a stable rank near 1."
        ),
        "stable rank of features",
        ordinary(_filled, tr("There is no rank here: all features are 0.")),
        (SAMPLES,),
        search=tr("effective rank spectral norm low rank bias"),
    ),
    formula=Formula(
        tr("Stable rank of the features"),
        (r"\Vert H\Vert_F^{\;2}\,/\,\Vert H\Vert_2^{\;2}=\;\sum_j s_j^{\,2}\;/\;s_1^{\,2}",),
        tr("From 1 to the number of features."),
        ((r"H", tr("features of all samples, one a column, not centred")), FEATURE, SINGULAR),
        "Rangamani et al., ICML 2023; Rudelson & Vershynin, J. ACM 54, 2007",
    ),
    of=lambda place: place.linear_probe.stable_rank,
    needs="all samples, while recording",
    order=165,
)
