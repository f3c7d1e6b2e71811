"""GNC1–GNC3: neural collapse of more classes than a simplex ETF has room for."""

from ncviz.concept import CLASSIFIER, MEANS, SAMPLES, Concept
from ncviz.errors import UserError
from ncviz.formula import CENTRED, FEATURE, JIANG, ROW, Formula
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import Facts, ordinary, two_digits

MOST = 300  # classes: each takes a projection onto the hull of all others
_NONE = tr("There is no value here: a vector of length 0 has no direction.")


def _spread(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("The samples of each class have one direction.")
    return tr(
        "Beside the spread of the classes' directions, that within classes is {value}.",
        value=two_digits(value),
    )


def _margin(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return tr(
            "A classifier's direction lies between those of others: no feature can favour it."
        )
    return tr(
        "The one classifier nearest to the hull of all others is {value} away from it.",
        value=two_digits(value),
    )


def _dual(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return tr("Every classifier points along its class mean.")
    if value < 5e-3:
        return tr(
            "The cosine of classifier and class mean misses 1 by {value}, on average.",
            value=two_digits(value),
        )
    return tr(
        "The cosine of classifier and class mean is {value}, on average.",
        value=two_digits(1 - value),
    )


def _crowded(place: LayerAt) -> LayerAt:
    """Return the place where no simplex ETF fits into the layer."""
    K, d = place.run.manifest.classes, place.width
    if d >= K - 1:
        raise AbsentError(
            tr(
                "It is told where no simplex ETF fits: {k} classes have one in {d} dimensions.",
                k=K,
                d=d,
            )
        )
    return place


def _gnc1(place: LayerAt) -> float:
    from ncviz.theory.softmax_codes import gnc1  # slow to import: not at the window's start

    features, drawn = _crowded(place).drawn_features, place.drawn
    try:
        return gnc1(features, drawn.labels, len(drawn.present))
    except UserError as error:
        raise AbsentError(_NONE) from error


def _gnc2(place: LayerAt) -> float:
    from ncviz.theory.softmax_codes import gnc2

    rows = _crowded(place).rows
    if len(rows) > MOST:
        raise AbsentError(
            tr(
                "It would take long for {count} classes: ncviz.theory.softmax_codes.gnc2 has it.",
                count=len(rows),
            )
        )
    try:
        return gnc2(rows)
    except UserError as error:
        raise AbsentError(_NONE) from error


def _gnc3(place: LayerAt) -> float:
    from ncviz.theory.softmax_codes import gnc3

    rows, means = _crowded(place).paired
    try:
        return gnc3(rows, means)
    except UserError as error:
        raise AbsentError(_NONE) from error


GNC1 = Metric(
    name="gnc1",
    label=tr("GNC1"),
    key="GNC1",
    notion=Concept(
        tr("GNC1, variability of directions"),
        tr(
            "NC1 of the directions of features, where more classes than dimensions leave no room "
            "for a simplex ETF; of the samples that are drawn."
        ),
        "gnc1",
        ordinary(_spread, _NONE),
        (SAMPLES,),
        ("GNC1",),
        tr("generalized neural collapse many classes Jiang"),
    ),
    formula=Formula(
        tr("GNC1, variability of directions"),
        (r"\mathrm{NC1}\;\mathrm{of}\;\;h_i/\Vert h_i\Vert",),
        tr("It is 0 where the samples of each class share one direction."),
        (FEATURE,),
        f"{JIANG}, GNC1",
    ),
    of=_gnc1,
    needs="drawn samples",
    scope=LAST,
    order=260,
)
GNC2 = Metric(
    name="gnc2",
    label=tr("GNC2"),
    key="GNC2",
    notion=Concept(
        tr("GNC2, one-vs-rest distance"),
        tr(
            "How far the direction of each classifier is from all that lies between the others, "
            "of the class where that is least: it grows to the margin of a softmax code."
        ),
        "gnc2",
        ordinary(_margin, _NONE),
        (CLASSIFIER,),
        ("GNC2",),
        tr("softmax code margin hull Jiang"),
    ),
    formula=Formula(
        tr("GNC2, one-vs-rest distance"),
        (
            r"\mathrm{min}_k\;\mathrm{dist}\left(\hat w_k,\;\mathrm{conv}\{\hat w_j:\,j\neq k\}"
            r"\right)",
        ),
        tr("It grows: the classifiers come to be a softmax code, which has the largest there is."),
        ((r"\hat w_k", tr("direction of row k of the classifier")), ROW),
        tr("{jiang}, Definition 2.1", jiang=JIANG),
    ),
    of=_gnc2,
    needs="classifier",
    scope=LAST,
    order=270,
    weight=1e5,
)
GNC3 = Metric(
    name="gnc3",
    label=tr("GNC3"),
    key="GNC3",
    notion=Concept(
        tr("GNC3, self-duality of directions"),
        tr("How far each classifier is from the direction of its class mean, on average."),
        "gnc3",
        ordinary(_dual, _NONE),
        (MEANS, CLASSIFIER),
        ("GNC3",),
        tr("generalized neural collapse duality Jiang"),
    ),
    formula=Formula(
        tr("GNC3, self-duality of directions"),
        (r"\mathrm{mean}_k\;\left(1-\cos(w_k,\,m_k)\right)",),
        tr("It is 0 where each classifier points along the mean of its class."),
        (ROW, CENTRED),
        f"{JIANG}, GNC3",
    ),
    of=_gnc3,
    needs="class means, classifier",
    scope=LAST,
    order=280,
)
