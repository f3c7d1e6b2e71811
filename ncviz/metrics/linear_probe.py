"""The error of a linear probe of each layer."""

import numpy as np

from ncviz.concept import SAMPLES, Concept
from ncviz.formula import FEATURE, Formula
from ncviz.geometry.linear_probe import linear_probe_error
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.metric import Metric
from ncviz.values_in_words import Facts, ordinary, percent

_NONE = tr(
    "There is no value here: it takes two drawn samples of each class, and features that differ."
)


def _wrong(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("A linear map of this layer tells every drawn sample that it was not fitted to.")
    return tr(
        "A linear map of this layer mistakes {value} of the drawn samples that it was "
        "not fitted to, classes counted alike.",
        value=percent(value),
    )


def _wrong_of_all(value: float, _facts: Facts) -> str:
    if value <= 0:
        return tr("A linear map of all features tells every one of these samples.")
    return tr(
        "A linear map of all features mistakes {value} of these samples, classes counted alike.",
        value=percent(value),
    )


def _recorded(place: LayerAt) -> float:
    counts, probe = place.statistics.counts, place.linear_probe
    found = probe.wrong if probe.wrong is not None else probe.wrong_of_halves
    if found is None:
        raise AbsentError(
            tr(
                "There is no value here: it takes features that differ, and of classes that are "
                "not the network's two samples each; earlier runs have it of the network's alone."
            )
        )
    return float(np.mean(found[counts > 0] / counts[counts > 0]))


def _probe(place: LayerAt) -> float:
    drawn = place.drawn
    kept = drawn.present[drawn.labels]
    return linear_probe_error(drawn.samples[kept], drawn.labels[kept], len(drawn.present))


_RIDGE = (
    r"\hat A=\mathrm{argmin}_A\;\,\sum_k\dfrac{1}{n_k}\,\sum_{i\in k}"
    r"\Vert A\,(h_i-\mu_G)-e_{k}\Vert^{2}+\lambda\,\Vert A\Vert_F^{\;2}",
    r"\mathrm{mean}_k\;\mathrm{share}_{\,i\in k}\left(\mathrm{argmax}_j\,"
    r"(\hat A\,(h_i-\mu_G))_j\neq k\right)",
)
_SYMBOLS = (
    FEATURE,
    (r"e_k", tr("k-th axis")),
    (r"\mu_G", tr("mean of the class means")),
    (r"\lambda", tr("a thousandth of the mean squared feature, times the classes")),
)
_SOURCE = "Alain & Bengio, arXiv 1610.01644, 2016"
LINEAR_PROBE = Metric(
    name="linear_probe_error",
    label=tr("linear&nbsp;probe"),
    key="linear probe",
    notion=Concept(
        tr("Linear probe"),
        tr(
            "How often a linear map of a layer mistakes the class: fitted to every other drawn "
            "sample and judged by the rest, within the span of the class means, which is all that "
            "is kept of the samples."
        ),
        "linear probe",
        ordinary(_wrong, _NONE),
        (SAMPLES,),
        ("linear probe",),
        tr("ridge regression Alain Bengio tunnel"),
    ),
    formula=Formula(
        tr("Linear probe"),
        _RIDGE,
        tr("It falls over the layers that make classes linearly separable."),
        _SYMBOLS,
        _SOURCE,
    ),
    of=_probe,
    needs="drawn samples",
    order=370,
    percent=True,
    weight=10.0,
)
LINEAR_PROBE_OF_ALL = Metric(
    name="linear_probe_full_error",
    label=tr("linear&nbsp;probe,&nbsp;all&nbsp;features"),
    key="linear probe of all features",
    notion=Concept(
        tr("Linear probe of all features"),
        tr(
            "How often a linear map of a layer mistakes the class: fitted to all training samples "
            "in all dimensions of the layer, and judged by the same samples, or by held-out ones. "
            "Classes that are not the network's are told apart by maps of their own: each half of "
            "their samples is judged by that of the other half. Hidden layers of more than 512 "
            "features have it, if at all, before and after a training alone."
        ),
        "linear probe of all features",
        ordinary(_wrong_of_all, _NONE),
        (SAMPLES,),
        search=tr("ridge regression Alain Bengio tunnel held-out"),
    ),
    formula=Formula(
        tr("Linear probe of all features"),
        _RIDGE,
        tr(
            "It falls over the layers that make classes linearly separable; on held-out samples "
            "it may rise again: the tunnel effect."
        ),
        _SYMBOLS,
        tr("{source}; Masarczyk et al., The tunnel effect, NeurIPS 2023", source=_SOURCE),
    ),
    of=_recorded,
    needs="all samples, while recording",
    order=375,
    percent=True,
)
