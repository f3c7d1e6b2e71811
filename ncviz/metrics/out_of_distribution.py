"""NC5 and NECO: samples of classes that the network does not know."""

from ncviz import values_in_words as words
from ncviz.concept import MEANS, SAMPLES, Concept
from ncviz.formula import FEATURE, Formula
from ncviz.formula import MEANS as MEAN
from ncviz.geometry.out_of_distribution import nc5
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import Facts, ordinary, percent, two_digits


def _cosine(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return tr(
            "The mean of all samples of unknown classes is perpendicular to every class mean."
        )
    return tr(
        "Their mean has the cosine {value} with a class mean, up to its sign.",
        value=two_digits(value),
    )


def _above(value: float, _facts: Facts) -> str:
    return tr(
        "Of two samples, one of each kind, that of the known classes has the larger score "
        "{value} of the time; 50 % is chance.",
        value=percent(value),
    )


def _of_unknown(place: LayerAt) -> LayerAt:
    if not place.is_unknown:
        raise AbsentError(tr("It is told of splits whose classes the network does not know."))
    return place


def _nc5(place: LayerAt) -> float:
    _of_unknown(place)
    means = LayerAt(place.run, place.epoch, place.layer, "train").means
    if place.statistics.means.shape[1] != means.shape[1]:
        raise AbsentError(
            tr("There is no value here: their means are kept about the middle alone.")
        )
    return nc5(means, place.statistics.sample_mean[None])


NC5 = Metric(
    name="nc5",
    label=tr("NC5"),
    key="NC5",
    notion=Concept(
        tr("NC5, right angle with what is unknown"),
        tr(
            "How far the mean of samples of classes that the network does not know is from a right "
            "angle with the class means, as seen from 0. It is 0 where class means are "
            "perpendicular to whatever is out of distribution."
        ),
        "nc5",
        ordinary(_cosine, words.NO_LENGTH),
        (MEANS,),
        ("NC5",),
        tr("out of distribution OOD NECO orthogonal"),
    ),
    formula=Formula(
        tr("NC5, right angle with what is unknown"),
        (r"\mathrm{mean}_k\;\left|\cos(\mu_k,\,\mu_{\mathrm{OOD}})\right|",),
        tr(
            "It is 0 where class means are perpendicular to the mean of samples out of "
            "distribution."
        ),
        (MEAN, (r"\mu_{\mathrm{OOD}}", tr("mean of the samples of classes that are not known"))),
        "Ben Ammar et al., NECO, ICLR 2024, arXiv 2310.06823",
    ),
    of=_nc5,
    needs="class means",
    order=410,
)
NECO = Metric(
    name="neco",
    label=tr("NECO"),
    key="NECO",
    notion=Concept(
        tr("NECO, telling unknown samples apart"),
        tr(
            "How often a sample of the known classes, held out where there are any, lies more "
            "within the principal directions of the training features than a sample of classes "
            "that the network does not know."
        ),
        "neco",
        ordinary(_above, tr("It was not recorded of these samples.")),
        (SAMPLES,),
        ("NECO",),
        tr("out of distribution OOD detection AUROC"),
    ),
    formula=Formula(
        tr("NECO, telling unknown samples apart"),
        (
            tr(r"s(h)=\Vert P\,h\Vert\,/\,\Vert h\Vert"),
            r"\mathrm{share}\left(s(h_{\mathrm{known}})>s(h_{\mathrm{OOD}})\right)",
        ),
        tr("The area under a detector's curve: 1/2 by chance, 1 where every sample is told apart."),
        (
            (r"P", tr("projection onto the first K − 1 principal directions of training features")),
            FEATURE,
        ),
        "Ben Ammar et al., NECO, ICLR 2024, arXiv 2310.06823",
    ),
    of=lambda place: _of_unknown(place).scalar(f"neco_{place.split}"),
    needs="all samples, while recording",
    scope=LAST,
    order=420,
)
