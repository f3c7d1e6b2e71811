"""What else is said of the classifier: its sum, its bias, each row beside its class mean."""

from ncviz import values_in_words as words
from ncviz.concept import CLASSIFIER, MEANS, Concept
from ncviz.formula import CENTRED, ROW, WU, ZHU, Formula
from ncviz.geometry.duality import nc0, nc0_share, unc3, uneven_logits
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import Facts, ordinary, percent, two_digits


def _sum(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return tr("The rows of the classifier sum to 0.")
    return tr(
        "The rows of the classifier sum to a vector of length {value}.", value=two_digits(value)
    )


def _share(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return tr("The rows of the classifier sum to 0.")
    return tr(
        "Their sum is {value} as long as if all rows were alike.", value=percent(min(value, 1.0))
    )


def _variance(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return tr("Every row stands at one angle from its class mean.")
    return tr(
        "The cosine of a row and its class mean varies by {value} over classes.",
        value=two_digits(value**0.5),
    )


def _favour(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return tr("In the middle of all class means no class is favoured.")
    return tr(
        "In the middle of all class means the logits differ by a length of {value}.",
        value=two_digits(value),
    )


def _uneven(place: LayerAt) -> float:
    classifier, means = place.classifier, place.means
    if classifier.weight.shape[1] != means.shape[1]:
        raise AbsentError(tr("There is no value here: classifier and features differ in width."))
    return uneven_logits(classifier.weight, classifier.bias, means.mean(axis=0))


_NC0_FORMULA = Formula(
    tr("NC0, sum of the classifier's rows"),
    (r"\Vert\,\sum_k w_k\Vert", r"\Vert\,\sum_k w_k\Vert\;/\;(\sqrt{K}\,\Vert W\Vert_F)"),
    tr(
        "Weight decay that is part of the gradient brings it to 0, without which there is no "
        "neural collapse; decoupled decay, as of AdamW, need not."
    ),
    (ROW, (r"\Vert\cdot\Vert_F", tr("Frobenius norm"))),
    "Zhao et al., ICLR 2026, arXiv 2602.16642",
)
NC0 = Metric(
    name="nc0",
    label=tr("NC0"),
    key="NC0",
    notion=Concept(
        tr("NC0, sum of the classifier's rows"),
        tr("How long the sum of all rows of the classifier is; in a simplex ETF it is 0."),
        "nc0",
        ordinary(_sum, words.NO_CLASSIFIER),
        (CLASSIFIER,),
        search=tr("zero sum optimizer AdamW weight decay Zhao"),
    ),
    formula=_NC0_FORMULA,
    of=lambda place: nc0(place.rows),
    needs="classifier",
    scope=LAST,
    order=220,
)
NC0_SHARE = Metric(
    name="nc0_share",
    label=tr("NC0&nbsp;/&nbsp;(√K‖W‖)"),
    key="NC0 share",
    notion=Concept(
        tr("NC0 as a share"),
        tr(
            "The sum of all rows of the classifier over what it would be if all rows were alike: "
            "from 0, a simplex ETF, to 1."
        ),
        "nc0",
        ordinary(
            _share, tr("There is no value here: it takes a recorded classifier that is not 0.")
        ),
        (CLASSIFIER,),
        search=tr("zero sum normalised"),
    ),
    formula=_NC0_FORMULA,
    of=lambda place: nc0_share(place.rows),
    needs="classifier",
    scope=LAST,
    order=230,
)
UNC3 = Metric(
    name="unc3",
    label=tr("UNC3"),
    key="UNC3",
    notion=Concept(
        tr("UNC3, uniform duality"),
        tr(
            "How much classes differ in the angle between classifier row and class mean; it can "
            "be 0 where NC3 is not."
        ),
        "unc3",
        ordinary(_variance, words.NO_LENGTH),
        (MEANS, CLASSIFIER),
        search=tr("linguistic collapse variance cosines Wu Papyan"),
    ),
    formula=Formula(
        tr("UNC3, uniform duality"),
        (r"\mathrm{var}_k\;\cos(w_k,\,m_k)",),
        tr("It is 0 where every class is as self-dual as the others."),
        (ROW, CENTRED),
        f"{WU}, UNC3",
    ),
    of=lambda place: unc3(*place.paired),
    needs="class means, classifier",
    scope=LAST,
    order=240,
)
UNEVEN_LOGITS = Metric(
    name="uneven_logits",
    label=tr("uneven&nbsp;logits"),
    key="uneven logits",
    notion=Concept(
        tr("Uneven logits"),
        tr(
            "How much the logits differ in the middle of all class means, where nothing speaks "
            "for any class: the bias and what the classifier makes of that middle."
        ),
        "uneven logits",
        ordinary(_favour, words.NO_CLASSIFIER),
        (CLASSIFIER, MEANS),
        search=tr("bias collapse self-duality Zhu"),
    ),
    formula=Formula(
        tr("Uneven logits"),
        (
            r"\left\Vert\,z-\bar z\,\mathbf{1}\right\Vert\qquad z=W\mu_G+b\qquad"
            r"\bar z=\frac{1}{K}\sum_k z_k",
        ),
        tr("At collapse with a decayed bias it is 0: bias and global mean cancel."),
        ((r"\mu_G", tr("mean of the class means")), (r"W,\,b", tr("last linear layer"))),
        tr("{zhu}, collapse of the bias", zhu=ZHU),
    ),
    of=_uneven,
    needs="class means, classifier",
    scope=LAST,
    order=250,
)
