"""Lengths of features, class means and classifier."""

import numpy as np

from ncviz.concept import CLASSIFIER, MEANS, SAMPLES, Concept
from ncviz.formula import CENTRED, COUNTS, FEATURE, ROW, Formula
from ncviz.language import tr
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import Facts, ordinary, two_digits

_NONE = tr("There is no value here: it was not recorded.")


def _long(value: float, _facts: Facts) -> str:
    return tr("It is {value} long.", value=two_digits(value))


def _feature_norm(place: LayerAt) -> float:
    statistics = place.statistics
    squares = np.zeros(len(statistics.counts))
    squares[statistics.present] = (place.means**2).sum(axis=1)
    return float(np.sqrt(statistics.shares @ (statistics.within_variance + squares)))


FEATURES = Metric(
    name="feature_norm",
    label="‖<i>h</i>‖",
    key="feature norm",
    notion=Concept(
        tr("Length of the features"),
        tr(
            "The root mean square length of the features of a layer. Neural collapse has been "
            "seen to set in once their length fell below a threshold of model and data."
        ),
        "feature norm",
        ordinary(_long, _NONE),
        (SAMPLES,),
        search=tr("feature norm threshold weight decay"),
    ),
    formula=Formula(
        tr("Length of the features"),
        (
            r"\sqrt{\dfrac{1}{N}\,\sum_i\Vert h_i\Vert^{2}}=\sqrt{\,\sum_k\dfrac{n_k}{N}"
            r"\left(v_k+\Vert\mu_k\Vert^{2}\right)}",
        ),
        tr("A root mean square over the samples, which follows from class means and spreads."),
        (FEATURE, COUNTS, (r"v_k", tr("mean squared distance of class k to its mean"))),
        "The mean norm is that of arXiv 2604.00230, 2026",
    ),
    of=_feature_norm,
    needs="class means, spreads of the classes",
    order=340,
)
MEAN_OF_MEANS = Metric(
    name="mean_norm",
    label="‖<i>m</i>‖",
    key="length of means",
    notion=Concept(
        tr("Length of the class means"),
        tr("The average length of the class means from their middle."),
        "length of means",
        ordinary(_long, _NONE),
        (MEANS,),
        search=tr("norm scale"),
    ),
    formula=Formula(
        tr("Length of the class means"),
        (r"\mathrm{mean}_k\,\Vert m_k\Vert",),
        tr("The size of the simplex that class means become."),
        (CENTRED,),
        "Papyan, Han, Donoho, PNAS 117, 2020, property NC2",
    ),
    of=lambda place: float(np.linalg.norm(place.centered_means, axis=1).mean()),
    needs="class means",
    order=350,
)
CLASSIFIER_NORM = Metric(
    name="classifier_norm",
    label="‖<i>W</i>‖",
    key="length of the classifier",
    notion=Concept(
        tr("Length of the classifier"),
        tr("The Frobenius norm of the last linear layer: the root of its summed squares."),
        "length of the classifier",
        ordinary(_long, _NONE),
        (CLASSIFIER,),
        search=tr("norm weights Frobenius balancedness"),
    ),
    formula=Formula(
        tr("Length of the classifier"),
        (r"\Vert W\Vert_F=\sqrt{\,\sum_k\Vert w_k\Vert^{2}}",),
        tr("With cross-entropy and no weight decay it grows for ever once no sample is mistaken."),
        (ROW,),
        tr("Soudry et al., J. Mach. Learn. Res. 19, 2018"),
    ),
    of=lambda place: float(np.linalg.norm(place.rows)),
    needs="classifier",
    scope=LAST,
    order=360,
)
