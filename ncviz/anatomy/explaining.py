"""Whether vectors explain logits: decided by numbers, as they were computed."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ncviz.anatomy.doubles import doubles
from ncviz.anatomy.pairing import DISTANCE, PRODUCT
from ncviz.language import tr

# The largest share of logits that may be left unexplained: the rounding of float32 and of
# TF32, and that of shorter numbers.
_LEFT, _LEFT_SHORT = 2e-3, 3e-2
_ROUNDING, _ROUNDING_SHORT = 2e-5, 6e-3  # of the largest logit
_ENOUGH = 8  # samples whose order is no chance
_MEAN, _FIRST, _LAST = "mean", "first", "last"


@dataclass(frozen=True, eq=False)
class Explanation:
    """How logits follow from samples and rows.

    Parameters
    ----------
    rows : tensor, shape (K, d)
        What the samples are multiplied with, in effect: each row with the
        factor of its class, where classes have factors of their own.
    bias : tensor, shape (K,), or None
    places : str
        What becomes of several places or tokens: 'mean', 'first', 'last', or
        'max'; '' where there is one.
    said : tuple of str
        What lies between the products and the logits, for people.
    has_factors : bool
        Whether classes have factors of their own.
    """

    rows: Tensor
    bias: Tensor | None
    places: str = ""
    said: tuple[str, ...] = ()
    has_factors: bool = False


@dataclass(frozen=True, eq=False)
class _Fit:
    """The factor and the shift of each class; `is_plain` where there are none to speak of."""

    factors: Tensor
    shifts: Tensor
    is_plain: bool = False
    is_order: bool = False

    @property
    def is_one_scale(self) -> bool:
        gap = (self.factors - self.factors.mean()).abs().max()
        return bool(gap <= _LEFT * self.factors.abs().max())

    @property
    def said(self) -> str:
        if self.is_order:
            return tr("each logit is a rising function of the one of its row")
        return "" if self.is_one_scale else tr("each class has a factor of its own")


def tolerance_of(logits: Tensor) -> float:
    """Return the share of logits of this type that may be rounding."""
    is_short = torch.finfo(logits.dtype).eps > 1e-4 if logits.is_floating_point() else False
    return _LEFT_SHORT if is_short else _LEFT


def explain(
    logits: Tensor, samples: Tensor, rows: Tensor, bias: Tensor | None, kind: str, tolerance: float
) -> Explanation | None:
    """Return how logits follow from products with rows, or distances to them; None if not.

    Parameters
    ----------
    logits : tensor, shape (n, K)
    samples : tensor, shape (n, T, d)
        At T places or tokens.
    rows : tensor, shape (m, d)
        Of K classes or more.
    bias : tensor, shape (m,), or None
    kind : str
        'product' or 'distance'.
    tolerance : float

    Notes
    -----
    Logits may be the products themselves, with a factor and a shift of each
    class (a bias, a scale, a batch normalisation) or of each sample (a cosine,
    a squared distance), and of the mean over places.
    """
    logits, samples, rows = doubles(logits), doubles(samples), doubles(rows)
    bias = None if bias is None else doubles(bias)
    if len(rows) < logits.shape[1]:
        return None
    forms = list(_forms(samples, rows, bias, kind))
    for by_order in (False, True):  # the plainer explanation first
        for places, values, said in forms:
            chosen = _classes(logits, values)
            if chosen is None:
                continue
            # Where more is open, less is believed.
            is_strict = len(rows) > len(chosen) or "ReLU" in said or "maximum" in said
            if by_order:
                found = None if is_strict else _by_order(logits, values)
            else:
                found = fit(logits, values[:, chosen], tolerance, is_strict=is_strict)
            if found is None:
                continue
            words = [said, found.said]
            if len(rows) > len(chosen):
                words.append(
                    tr(
                        "{count} of its {count_2} rows are used",
                        count=len(chosen),
                        count_2=len(rows),
                    )
                )
            own = None if bias is None else bias[chosen]
            told = tuple(word for word in words if word)
            explained = _explanation(rows[chosen], own, found, places, told)
            if "distance" not in said:
                return explained
            if found.is_one_scale and bool(found.factors[0] > 0):
                return Explanation(rows[chosen], None, places, explained.said)
    return None


def _explanation(
    rows: Tensor, bias: Tensor | None, found: _Fit, places: str, said: tuple[str, ...]
) -> Explanation:
    if found.is_plain:
        return Explanation(rows, bias, places, said)
    factors, shifts = found.factors, found.shifts
    if found.is_one_scale:
        # One scale for all, as a temperature: the rows stay as they are.
        scale = factors.mean()
        rows, bias = rows * scale.sign(), _sum(bias, scale.sign(), shifts / scale.abs())
    else:
        rows, bias = rows * factors[:, None], _sum(bias, factors, shifts)
    return Explanation(rows, bias, places, said, not found.is_one_scale)


def _sum(bias: Tensor | None, factors: Tensor, shifts: Tensor) -> Tensor | None:
    if bias is not None:
        return bias * factors + shifts
    return shifts if bool(shifts.abs().max() > 0) else None


def _forms(
    samples: Tensor, rows: Tensor, bias: Tensor | None, kind: str
) -> Iterator[tuple[str, Tensor, str]]:
    """Yield what logits may be: which places, the values (n, m), and words."""
    places = samples.shape[1]
    readings = [("", samples[:, 0])]
    if places > 1:
        readings = [(_MEAN, samples.mean(1)), (_FIRST, samples[:, 0]), (_LAST, samples[:, -1])]
    if kind == PRODUCT:
        for name, vectors in readings:
            yield name, _products(vectors, rows, bias), ""
        values = _products(samples, rows, bias)
        yield (_MEAN if places > 1 else ""), values.relu().mean(1), tr("a ReLU follows it")
        if places > 1:
            yield "max", values.amax(1), tr("of all places the maximum is taken")
            yield (
                "max",
                values.relu().amax(1),
                tr("a ReLU follows it, and the maximum of all places"),
            )
    for name, vectors in readings[:1]:
        distances = torch.cdist(vectors, rows)
        words = tr("the logits fall with the distance from its rows")
        yield name, -distances.square(), tr("{words}, squared", words=words)
        if kind == DISTANCE:
            yield name, -distances, words


def _products(vectors: Tensor, rows: Tensor, bias: Tensor | None) -> Tensor:
    values = vectors @ rows.t()
    return values if bias is None else values + bias


def _classes(logits: Tensor, values: Tensor) -> Tensor | None:
    """Return which rows the classes have: the first ones, or those alike to the logits."""
    classes, rows = logits.shape[1], values.shape[1]
    first = torch.arange(classes)
    if rows == classes or fit(logits, values[:, :classes], _LEFT_SHORT) is not None:
        return first
    found = (_standard(logits).t() @ _standard(values)).argmax(1)
    # Of several centres a class the nearest one may be the same for the few samples here.
    groups = found // (rows // classes), found % classes
    if rows % classes == 0 and any(torch.equal(group, first) for group in groups):
        return None
    return found if len(set(found.tolist())) == classes else None


def _standard(values: Tensor) -> Tensor:
    values = values - values.mean(0)
    lengths: Tensor = values.norm(dim=0).clamp_min(1e-300)
    return values / lengths


def fit(
    logits: Tensor, values: Tensor, tolerance: float, *, is_strict: bool = False
) -> _Fit | None:
    """Return factors and shifts of classes by which values are logits; None if there are none.

    Parameters
    ----------
    logits, values : tensor, shape (n, K)
    tolerance : float
        The share of what varies in the logits that may be left.
    is_strict : bool, optional
        Whether samples may have no factors of their own.
    """
    if not bool(torch.isfinite(values).all() and torch.isfinite(logits).all()):
        return None
    ones, zeros = torch.ones_like(logits[0]), torch.zeros_like(logits[0])
    size = max(float(logits.abs().max()), 1e-12)
    rounding = _ROUNDING if tolerance == _LEFT else _ROUNDING_SHORT
    if bool(((logits - values).abs() <= rounding * size).all()):
        return _Fit(ones, zeros, is_plain=True)
    if is_strict:
        return _by_class(logits, values, tolerance)
    return (
        _by_class(logits, values, tolerance)
        or _by_sample(logits, values, tolerance)
        or _by_both(logits, values, tolerance)
    )


def _by_class(logits: Tensor, values: Tensor, tolerance: float) -> _Fit | None:
    """Logits are a_k times the values plus b_k."""
    varied, wanted = values - values.mean(0), logits - logits.mean(0)
    square = varied.square().sum(0)
    floor = 1e-10 * values.abs().max().square()
    if bool((square <= floor).any()):
        return None
    factors = (varied * wanted).sum(0) / square
    gap = (wanted - factors * varied).norm(dim=0)
    if bool((gap > tolerance * wanted.norm(dim=0)).any()) or bool((factors == 0).any()):
        return None
    shifts = logits.mean(0) - factors * values.mean(0)
    if bool(shifts.abs().max() <= tolerance * logits.abs().max()):
        shifts = torch.zeros_like(shifts)
    return _Fit(factors, shifts)


def _by_sample(logits: Tensor, values: Tensor, tolerance: float) -> _Fit | None:
    """Logits are s_n times the values plus t_n, as softmax does not mind."""
    varied = values - values.mean(1, keepdim=True)
    wanted = logits - logits.mean(1, keepdim=True)
    scale = (varied * wanted).sum(1, keepdim=True) / varied.square().sum(1, keepdim=True).clamp_min(
        1e-300
    )
    if logits.shape[1] == 2:  # two numbers less their mean are always parallel
        scale = scale.median().expand_as(scale)
    if _is_more_left(wanted - scale * varied, wanted, tolerance):
        return None
    signs = scale.sign()
    if bool((signs == 0).any()) or bool((signs != signs[0]).any()):
        return None
    factors = signs[0].expand(logits.shape[1])
    return _Fit(factors, torch.zeros_like(logits[0]))


def _by_both(logits: Tensor, values: Tensor, tolerance: float) -> _Fit | None:
    """Logits are s_n times a_k times the values, as in a cosine divided by norms afterwards."""
    tiny = 1e-9 * values.abs().max()
    ratio = logits / torch.where(values.abs() <= tiny, tiny + values * 0, values)
    if bool((ratio == 0).any()) or bool((ratio.sign() != ratio[0, 0].sign()).any()):
        return None
    size = ratio.abs().log()
    by_sample = (size - size.median(0).values).median(1, keepdim=True).values
    by_class = (size - by_sample).median(0).values
    said = (by_sample + by_class).exp() * ratio[0, 0].sign() * values
    if _is_more_left(logits - said, logits, tolerance):
        return None
    factors = by_class.exp() * ratio[0, 0].sign()
    return _Fit(factors, torch.zeros_like(factors))


def _is_more_left(gap: Tensor, logits: Tensor, tolerance: float) -> bool:
    """Tell whether more is left unexplained than a share of what varies from sample to sample."""
    varied = (logits - logits.mean(0)).norm(dim=0)
    rounding = 1e-3 * tolerance * logits.abs().max()
    return bool((gap.norm(dim=0) > 3 * tolerance * varied + rounding).any())


def _by_order(logits: Tensor, values: Tensor) -> _Fit | None:
    """Each logit rises, or each falls, with its value: as where a tanh or a kernel follows."""
    if len(logits) < _ENOUGH or bool((logits.std(0) == 0).any()):
        return None
    for sign in (1.0, -1.0):
        order = (sign * values).argsort(0)
        steps = logits.gather(0, order).diff(dim=0)
        size = logits.amax(0) - logits.amin(0)
        if bool((steps >= -1e-6 * size).all()):
            factors = torch.full_like(logits[0], sign)
            return _Fit(factors, torch.zeros_like(factors), is_order=True)
    return None
