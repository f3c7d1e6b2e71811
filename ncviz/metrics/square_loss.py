"""The least-squares loss of the last features, in its parts, and what the classifier adds to it."""

from ncviz.concept import CLASSIFIER, MEANS, SAMPLES, Concept
from ncviz.formula import CENTRED, FEATURE, HAN, ROW, Formula
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import Facts, ordinary, two_digits

_NONE = tr("There is no value here: it was not recorded.")


def _within(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("The best linear map takes all samples of a class for one and the same.")
    return tr(
        "Of the least squared error of a linear map, {value} is there because samples "
        "of a class differ.",
        value=two_digits(value),
    )


def _between(value: float, _facts: Facts) -> str:
    return tr(
        "Of the least squared error of a linear map, {value} is left at the class "
        "means, its ridge included.",
        value=two_digits(value),
    )


def _beside(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return tr("The classifier is that of the least squared error.")
    return tr(
        "The classifier's squared error is {value} above the least one.", value=two_digits(value)
    )


def _of_training(place: LayerAt, name: str) -> float:
    if place.split != "train":
        raise AbsentError(
            tr("It is told of the training samples, to which the linear map is fitted.")
        )
    found = place.snapshot.scalars.get(f"{name}_train")
    if found is None:
        raise AbsentError(
            tr(
                "It was not recorded: it takes all features of the last layer at once, few enough "
                "of them, and classes that differ."
            )
        )
    return found


_FORMULA = Formula(
    tr("Parts of the square loss"),
    (
        r"L_{\mathrm{NC1}}=\dfrac{1}{2}\,\mathrm{mean}_k\,\mathrm{mean}_{\,i\in k}\,"
        r"\Vert A(h_i-\mu_k)\Vert^{2}",
        r"L_{\mathrm{NC2/3}}=\dfrac{1}{2}\,\mathrm{mean}_k\,\Vert A\,m_k+\dfrac{1}{K}\mathbf{1}"
        r"-e_k\Vert^{2}+\dfrac{\lambda}{2}\,\Vert A\Vert_F^{\;2}",
        r"L_{\perp}=\dfrac{1}{2}\,\mathrm{Tr}\left[(W-A)(\Sigma_T+\lambda I)(W-A)^{\mathsf{T}}"
        r"\right]+\dfrac{1}{2}\,\Vert W\mu_G+b-\dfrac{1}{K}\mathbf{1}\Vert^{2}",
    ),
    tr(
        "The first two sum to the least squared error that a linear map A of the features has, "
        "with targets 0 and 1 and classes counted alike; the third is what a classifier has "
        "beyond it. At collapse under squared error the first and the third go to 0 before the "
        "second."
    ),
    (
        FEATURE,
        CENTRED,
        (r"A", tr("the linear map that makes the sum of the first two least")),
        (r"e_k", tr("k-th axis")),
        (
            r"\lambda",
            tr("a thousandth of the mean squared feature; the paper has the weight decay"),
        ),
        (r"\Sigma_T", tr("second moment of the features about the mean of the class means, μ_G")),
        ROW,
    ),
    HAN,
)
WITHIN = Metric(
    name="square_loss_within",
    label=tr("<i>L</i>&nbsp;NC1"),
    key="square loss within classes",
    notion=Concept(
        tr("Square loss within classes"),
        tr(
            "The part of the least squared error of a linear map of the features that the spread "
            "within classes makes."
        ),
        "parts of the square loss",
        ordinary(_within, _NONE),
        (SAMPLES,),
        search=tr("MSE decomposition least squares LNC1 Han Papyan Donoho"),
    ),
    formula=_FORMULA,
    of=lambda place: _of_training(place, "square_loss_within"),
    needs="all samples, while recording",
    scope=LAST,
    order=430,
)
BETWEEN = Metric(
    name="square_loss_between",
    label=tr("<i>L</i>&nbsp;NC2/3"),
    key="square loss of class means",
    notion=Concept(
        tr("Square loss of the class means"),
        tr(
            "The part of the least squared error of a linear map of the features that is left at "
            "the class means, with the ridge that keeps the map short."
        ),
        "parts of the square loss",
        ordinary(_between, _NONE),
        (MEANS,),
        search=tr("MSE decomposition least squares LNC2/3 Han Papyan Donoho"),
    ),
    formula=_FORMULA,
    of=lambda place: _of_training(place, "square_loss_between"),
    needs="all samples, while recording",
    scope=LAST,
    order=440,
)
BESIDE = Metric(
    name="square_loss_beside",
    label="<i>L</i>⊥",
    key="square loss of the classifier",
    notion=Concept(
        tr("Square loss of the classifier"),
        tr(
            "By how much the squared error of the classifier, with targets 0 and 1, is above the "
            "least that a linear map of the features has. Trained with cross-entropy or another "
            "target, it need not fall."
        ),
        "parts of the square loss",
        ordinary(_beside, _NONE),
        (CLASSIFIER,),
        search=tr("MSE decomposition central path L perp Han Papyan Donoho"),
    ),
    formula=_FORMULA,
    of=lambda place: _of_training(place, "square_loss_beside"),
    needs="classifier and all samples, while recording",
    scope=LAST,
    order=450,
)
