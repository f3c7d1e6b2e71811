"""Distances of class means and classifier from the frames that theory predicts."""

from ncviz.concept import CLASSIFIER, ETF, MEANS, Concept
from ncviz.formula import ROW, ZHU, Formula
from ncviz.geometry.collapse import nc2_zhu
from ncviz.geometry.frames import (
    MOST_CLASSES,
    orthogonal_distance,
    seli_distance_of_classifier,
    seli_distance_of_means,
)
from ncviz.language import tr
from ncviz.metrics.layer_at import AbsentError, Floats, LayerAt
from ncviz.metrics.metric import LAST, Metric
from ncviz.values_in_words import Facts, Words, ordinary, two_digits

_NONE = tr(
    "There is no value here: it takes two classes, and vectors that are not all of length 0."
)


def _from(frame: str) -> Words:
    def say(value: float, _facts: Facts) -> str:
        if value < 1e-12:
            return tr("Up to turning and size, they are {frame}.", frame=frame)
        return tr(
            "Their matrix of products misses that of {frame} by {value}, where each "
            "of both has length 1.",
            frame=frame,
            value=two_digits(value),
        )

    return ordinary(say, _NONE)


def _every_mean(place: LayerAt) -> Floats:
    """Return m_k of all classes, which those of the theory are compared with."""
    means, K = place.centered_means, len(place.training_counts)
    _require_few(K)
    if len(means) != K:
        raise AbsentError(
            tr(
                "There is no value here: {count} of {k} classes have samples.",
                count=len(means),
                k=K,
            )
        )
    return means


def _require_few(classes: int) -> None:
    if classes > MOST_CLASSES:
        raise AbsentError(
            tr(
                "There is no value here: of more than {most_classes:,} classes the frame, a "
                "matrix of {classes:,} × {classes:,}, is not computed.",
                most_classes=MOST_CLASSES,
                classes=classes,
            )
        )


def _every_row(place: LayerAt) -> Floats:
    _require_few(len(place.training_counts))
    if len(place.rows) != len(place.training_counts):
        raise AbsentError(tr("There is no value here: the classifier has not one row a class."))
    return place.rows


_ETF = Concept(
    tr("Distance from a simplex ETF"),
    tr("How far lengths and angles are from those of a simplex ETF, in one number."),
    "etf distance",
    _from(tr("a simplex ETF")),
    (MEANS, CLASSIFIER, ETF),
    search=tr("NC2 Zhu Gram"),
)
_ETF_FORMULA = Formula(
    tr("Distance from a simplex ETF"),
    (
        r"\left\Vert\,\dfrac{G}{\Vert G\Vert_F}-\dfrac{1}{\sqrt{K-1}}\left(I_K-\dfrac{1}{K}"
        r"\mathbf{1}\mathbf{1}^{\mathsf{T}}\right)\right\Vert_F",
    ),
    tr("It is 0 where norms and angles are those of a simplex ETF."),
    ((r"G", tr("products of all pairs of centred class means, or of classifier rows")), ROW),
    f"{ZHU}, NC2",
)
_SELI = Concept(
    tr("Distance from SELI"),
    tr(
        "How far lengths and angles are from what cross-entropy comes to where classes differ in "
        "size and weight decay vanishes: the simplex-encoded labels, interpolated. Of equal "
        "classes that is a simplex ETF."
    ),
    "seli",
    _from(tr("the interpolated simplex-encoded labels")),
    (MEANS, CLASSIFIER),
    search=tr("imbalance Thrampoulidis simplex-encoded labels interpolation"),
)
_SELI_FORMULA = Formula(
    tr("Distance from SELI"),
    (
        r"(I-\frac{1}{K}\mathbf{1}\mathbf{1}^{\mathsf{T}})\,\mathrm{diag}(n)\,(I-\frac{1}{K}"
        r"\mathbf{1}\mathbf{1}^{\mathsf{T}})=V\Lambda^{2}V^{\mathsf{T}}",
        r"\left\Vert\,\dfrac{WW^{\mathsf{T}}}{\Vert\cdot\Vert_F}-\dfrac{V\Lambda V^{\mathsf{T}}}"
        r"{\Vert\cdot\Vert_F}\right\Vert_F\qquad\left\Vert\,\dfrac{M^{\mathsf{T}}M}"
        r"{\Vert\cdot\Vert_F}-\dfrac{V\Lambda^{+}V^{\mathsf{T}}}{\Vert\cdot\Vert_F}\right\Vert_F",
    ),
    tr(
        "It can be 0 on imbalanced data, too: where the classifier and the class means "
        "interpolate the labels less their mean."
    ),
    (
        (r"n", tr("training samples of each class")),
        (r"W,\; M", tr("classifier, one row a class, and centred class means, one column a class")),
    ),
    "Thrampoulidis et al., Imbalance trouble, NeurIPS 2022",
)
_FRAME = Concept(
    tr("Distance from an orthogonal frame"),
    tr(
        "How far class means, as seen from 0, are from equal lengths and right angles: what "
        "features that are never negative come to, whatever the sizes of classes."
    ),
    "orthogonal frame",
    _from(tr("an orthogonal frame")),
    (MEANS,),
    search=tr("OF supervised contrastive ReLU Kini"),
)
_FRAME_FORMULA = Formula(
    tr("Distance from an orthogonal frame"),
    (r"\left\Vert\,G/\Vert G\Vert_F-I_K/\sqrt{K}\,\right\Vert_F",),
    tr("It is 0 where class means are equally long and perpendicular."),
    ((r"G", tr("products of all pairs of class means, which are not centred")),),
    "Kini et al., ICLR 2024, arXiv 2306.07960",
)
ETF_OF_MEANS = Metric(
    name="etf_distance_means",
    label=tr("ETF,&nbsp;means"),
    key="ETF distance",
    notion=_ETF,
    formula=_ETF_FORMULA,
    of=lambda place: nc2_zhu(place.centered_means),
    needs="class means",
    order=170,
)
ETF_OF_CLASSIFIER = Metric(
    name="etf_distance_classifier",
    label=tr("ETF,&nbsp;classifier"),
    key="ETF distance",
    notion=_ETF,
    formula=_ETF_FORMULA,
    of=lambda place: nc2_zhu(place.rows),
    needs="classifier",
    scope=LAST,
    order=180,
)
SELI_OF_MEANS = Metric(
    name="seli_distance_means",
    label=tr("SELI,&nbsp;means"),
    key="SELI distance",
    notion=_SELI,
    formula=_SELI_FORMULA,
    of=lambda place: seli_distance_of_means(_every_mean(place), place.training_counts),
    needs="class means, class sizes",
    weight=3.0,
    order=190,
)
SELI_OF_CLASSIFIER = Metric(
    name="seli_distance_classifier",
    label=tr("SELI,&nbsp;classifier"),
    key="SELI distance",
    notion=_SELI,
    formula=_SELI_FORMULA,
    of=lambda place: seli_distance_of_classifier(_every_row(place), place.training_counts),
    needs="classifier, class sizes",
    scope=LAST,
    weight=3.0,
    order=200,
)
ORTHOGONAL = Metric(
    name="orthogonal_distance_means",
    label=tr("orthogonal,&nbsp;means"),
    key="frame distance",
    notion=_FRAME,
    formula=_FRAME_FORMULA,
    of=lambda place: orthogonal_distance(place.means),
    needs="class means",
    order=210,
)
