"""NC5: class means beside samples of classes that the network does not know."""

from ncviz import values_in_words as words
from ncviz.concept import MEANS, Concept
from ncviz.formula import MEANS as MEAN
from ncviz.formula import Formula
from ncviz.geometry.out_of_distribution import nc5
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import Metric
from ncviz.values_in_words import Facts, ordinary, two_digits


def _cosine(value: float, _facts: Facts) -> str:
    if value < 1e-12:
        return "The mean of all samples of unknown classes is perpendicular to every class mean."
    return f"Their mean has the cosine {two_digits(value)} with a class mean, up to its sign."


def _nc5(place: LayerAt) -> float:
    if not place.is_foreign:
        raise AbsentError("It is told of splits whose classes the network does not know.")
    means = LayerAt(place.run, place.epoch, place.layer, "train").means
    if place.statistics.means.shape[1] != means.shape[1]:
        raise AbsentError("There is no value here: their means are kept about the middle alone.")
    return nc5(means, place.statistics.sample_mean[None])


NC5 = Metric(
    name="nc5",
    label="NC5",
    key="NC5",
    notion=Concept(
        "NC5, right angle with what is unknown",
        "How far the mean of samples of classes that the network does not know is from a right "
        "angle with the class means, as seen from 0. It falls to 0 as class means come to be "
        "perpendicular to whatever is out of distribution.",
        "nc5",
        ordinary(_cosine, words.NO_LENGTH),
        (MEANS,),
        ("NC5",),
        "out of distribution OOD NECO orthogonal",
    ),
    formula=Formula(
        "NC5, right angle with what is unknown",
        (r"\mathrm{mean}_k\;\left|\cos(\mu_k,\,\mu_{\mathrm{OOD}})\right|",),
        "It falls to 0 as class means become perpendicular to the mean of samples out of "
        "distribution.",
        (MEAN, (r"\mu_{\mathrm{OOD}}", "mean of the samples of classes that are not known")),
        "Ben Ammar et al., NECO, ICLR 2024, arXiv 2310.06823",
    ),
    of=_nc5,
    needs="class means",
    order=410,
)
