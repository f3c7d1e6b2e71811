"""What weight decay makes of a classifier trained with the square loss.

Rangamani & Banburski, ICASSP 2022, for balanced classes and the loss

    (1/2N) Σ_i ‖y_i − f(x_i)‖² + λ/2 Σ_l ‖W_l‖²,   N samples in all, y one-hot.

(The paper divides by 2NC because its N counts the samples of one class. For the
`squared_error` of ncviz, which is divided by 2NK with N samples in all, pass K times
the weight decay it was trained with.)

Assumed are *symmetric quasi-interpolation*, output 1 − ε for a sample's class and
ε/(C−1) for each other, up to a number added to all outputs of a sample, and that the
gradient by the last layer f = W h + b vanishes:

    λ w_c = (1/N) Σ_i (y_i − f_i)_c h_i.

Without its mean over the classes the residual y_i − f_i is ε for the class and −ε/(C−1)
for each other. So the centred rows, w_c less the mean row, are ε/(λ(C−1)) (μ_c − μ_G),
and multiplying the equation by them gives their norms and cosines. All of this is for
centred rows: the paper, whose outputs have no number added, states it for w_c. The two
are one if the last layer has a bias without decay. Without a bias outputs cannot add up
to one while rows add up to zero: the optimum of the unconstrained model then has
orthogonal rows, with cosine 0, and only the centred ones have cosine −1/(C−1).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.language import tr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class QuasiInterpolation:
    """How outputs miss their one-hot targets.

    Attributes
    ----------
    epsilon : float
        ε, from the mean margin 1 − εC/(C−1).
    margin_deviation : float
        Standard deviation of all margins; 0 where it is symmetric.
    """

    epsilon: float
    margin_deviation: float


def measure_quasi_interpolation(outputs: Floats, labels: Ints) -> QuasiInterpolation:
    """Measure ε from the margins, own output less each other.

    Parameters
    ----------
    outputs : array, shape (N, C)
        f(x_i). A number added to all outputs of a sample does not matter.
    labels : array of int, shape (N,)
        0…C−1.

    Raises
    ------
    UserError
        If shapes disagree or there are fewer than two classes.

    Notes
    -----
    The definition of symmetric quasi-interpolation in Rangamani & Banburski,
    ICASSP 2022.
    """
    if outputs.ndim != 2 or labels.shape != outputs.shape[:1] or not len(labels):
        raise UserError(
            tr(
                "Outputs of shape {shape} do not fit labels of shape {shape_2}: "
                "give an (N, C) array and N labels.",
                shape=outputs.shape,
                shape_2=labels.shape,
            )
        )
    C = outputs.shape[1]
    _check_classes(C)
    others = np.arange(C) != labels[:, None]
    own = outputs[np.arange(len(labels)), labels]
    margins = (own[:, None] - outputs)[others]
    return QuasiInterpolation(float((1 - margins.mean()) * (C - 1) / C), float(margins.std()))


def quasi_interpolation(epsilon: float, classes: int) -> Floats:
    """Return the outputs of one sample of each class, shape (C, C).

    Parameters
    ----------
    epsilon : float
        ε, from 0 to below (C−1)/C, where all outputs would be equal.
    classes : int
        C.

    Raises
    ------
    UserError
        If a value is outside its range.
    """
    _check_epsilon(epsilon, classes)
    away = epsilon / (classes - 1)
    return np.asarray(away + (1 - epsilon - away) * np.eye(classes))


def predicted_classifier(means: Floats, epsilon: float, weight_decay: float) -> Floats:
    """Return the predicted centred rows ε/(λ(C−1)) (μ_c − μ_G), shape (C, d).

    Parameters
    ----------
    means : array, shape (C, d)
        Class means μ_c of the last-layer features of balanced classes; μ_G is
        their mean.
    epsilon : float
        ε, from 0 to below (C−1)/C.
    weight_decay : float
        λ > 0: without weight decay nothing is predicted.

    Raises
    ------
    UserError
        If a value is outside its range.

    Notes
    -----
    Rangamani & Banburski, ICASSP 2022; assumptions at the head of this module.
    """
    _check_epsilon(epsilon, len(means))
    _check_weight_decay(weight_decay)
    slope = epsilon / (weight_decay * (len(means) - 1))
    return np.asarray(slope * (means - means.mean(axis=0)))


def predicted_squared_norm(epsilon: float, classes: int, weight_decay: float) -> float:
    """Return the predicted squared norm (ε − Cε²/(C−1))/(Cλ) of each centred row.

    Parameters
    ----------
    epsilon : float
        ε, from 0 to below (C−1)/C; largest at half of that.
    classes : int
        C.
    weight_decay : float
        λ > 0.

    Raises
    ------
    UserError
        If a value is outside its range.

    Notes
    -----
    Rangamani & Banburski, ICASSP 2022; assumptions at the head of this module.
    """
    _check_epsilon(epsilon, classes)
    _check_weight_decay(weight_decay)
    return (epsilon - classes * epsilon**2 / (classes - 1)) / (classes * weight_decay)


def predicted_cosine(classes: int) -> float:
    """Return the predicted cosine −1/(C−1) between any two centred rows.

    Parameters
    ----------
    classes : int
        C ≥ 2.

    Raises
    ------
    UserError
        If there are fewer than two classes.
    """
    _check_classes(classes)
    return -1 / (classes - 1)


def unconstrained_epsilon(classes: int, samples: int, lambda_w: float, lambda_h: float) -> float:
    """Return ε at the minimum of the unconstrained feature model with the square loss.

    It is (C−1) sqrt(n λ_W λ_H), or (C−1)/C once that is larger: the classifier is zero.

    Parameters
    ----------
    classes, samples : int
        C, and n samples of every class.
    lambda_w, lambda_h : float
        λ_W and λ_H, the penalties beside (1/2N) Σ ‖y − f‖².

    Raises
    ------
    UserError
        If there are fewer than two classes, no sample, or a negative penalty.

    Notes
    -----
    From the soft threshold of the singular values of the targets, as in Zhou et
    al., ICML 2022; holds with and without a bias.
    """
    _check_classes(classes)
    if samples < 1 or not min(lambda_w, lambda_h) >= 0:
        raise UserError(
            tr(
                "{samples:sample|samples} and penalties of {lambda_w:g} and {lambda_h:g} are "
                "given: give at least one sample, and no penalty below 0.",
                samples=samples,
                lambda_w=lambda_w,
                lambda_h=lambda_h,
            )
        )
    epsilon = (classes - 1) * math.sqrt(samples * lambda_w * lambda_h)
    return min(epsilon, (classes - 1) / classes)


def _check_classes(classes: int) -> None:
    if classes < 2:
        raise UserError(tr("The number of classes is {classes}, give at least 2.", classes=classes))


def _check_epsilon(epsilon: float, classes: int) -> None:
    _check_classes(classes)
    if not 0 <= epsilon < (classes - 1) / classes:
        raise UserError(
            tr(
                "ε is {epsilon:g}, give a number from 0 to below {classes:.4g}: "
                "beyond, outputs favour the wrong classes.",
                epsilon=epsilon,
                classes=(classes - 1) / classes,
            )
        )


def _check_weight_decay(weight_decay: float) -> None:
    if not (math.isfinite(weight_decay) and weight_decay > 0):
        raise UserError(
            tr(
                "The weight decay is {weight_decay:g}, give a positive number: "
                "without weight decay nothing is predicted.",
                weight_decay=weight_decay,
            )
        )
