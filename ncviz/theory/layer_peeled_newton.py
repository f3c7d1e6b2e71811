"""Newton's method for the Layer-Peeled Model of any class sizes.

Classes of one size are alike, and the programme is convex: at its optimum the logits of two
groups of m_g and m_h alike classes are one number A_gh, and d_g more for a class's own. With
M = diag(d) + √m A √m the nuclear norm is ‖M‖_* + Σ (m_g − 1) d_g, so that as many rows are
enough as there are different sizes. Where all differ, M = Z.

With M = W Hᵀ and d_g = u_g² / 2 (m_g − 1) the constraint is ‖W‖² + ‖H‖² + ‖u‖² <= 2τ, and it is
active: a smooth problem on a sphere, not convex, but a local minimum is global (Burer and Monteiro
2005). Each step starts from the singular vectors U, V of M, with W = U √s and H = V √s, which have
the least length: what that saves is spent on the sphere.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.slabs import one_blas_thread
from ncviz.theory.truncated_newton import Linear, inner, length, products, truncated_newton

FloatArray = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]  # of single precision, or double

_STEPS = 300
_TOLERANCE = 1e-10
_NEAR = 0.05  # residual below which the model of the Hessian holds
_ROUGHLY, _CLOSELY = 0.1, 0.02  # reduction of the residual by conjugate gradients
_SHORTEST_STEP = 1e-8
_LIFTED = 1e-3  # of the mean singular value: a vanished direction has no slope to come back
_VANISHED = 1e-13
_VANISHING, _FLAT = 1e-6, 0.99  # of the largest, where the slope is below such a share
_RIDGE = 1e-3
_LEAST = 1e-25  # of the largest singular value, so that nothing is divided by 0
_MERGED_FROM, _MERGED = 256, 4  # sizes, and how many neighbours are equal for a start
_ROUGH_TOLERANCE = 1e-3  # of that start
_OWN_FROM = 128  # groups: of fewer, own logits cost conjugate gradients little
_THREADS_FROM = 256  # rows of matrices that are worth a second thread of BLAS


@dataclass(frozen=True, eq=False)
class _Margins:
    """Margins of logits, and slopes by logits from those by margins, of groups of classes."""

    scale: Floats
    within: Floats
    counts: Floats

    def of(self, M: Floats, d: Floats) -> Floats:
        """Return logits less a class's own; on the diagonal those of others of its group."""
        logits = M * self.scale
        logits -= np.diag(logits) + self.within * d
        np.fill_diagonal(logits, -d)
        return logits

    def back(self, slopes: Floats) -> tuple[Floats, Floats]:
        """Return slopes by M and d from those by the margins."""
        inside = np.diag(slopes).copy()
        outside = slopes.sum(axis=0) - inside
        by_M = slopes * self.scale
        np.fill_diagonal(by_M, -outside / self.counts)
        return by_M, -inside - self.within * outside

    def in_single_precision(self) -> "_Margins":
        return _Margins(*(_single(each) for each in (self.scale, self.within, self.counts)))


class ProgrammePoint(NamedTuple):
    """A feasible point, and the programme there.

    The slopes, of which `pull` is that by the margins, are divided by the objective.
    """

    M: FloatArray
    d: FloatArray
    objective: float
    softmax: FloatArray
    pull: FloatArray
    slope: Floats
    slope_own: Floats


class GroupedProgramme:
    """The programme of groups of alike classes.

    Parameters
    ----------
    class_sizes : array, shape (K,)
        Positive.
    bound : float
        τ on the nuclear norm of the logits.
    """

    def __init__(self, class_sizes: FloatArray, bound: float) -> None:
        sizes, self.group, counts = np.unique(class_sizes, return_inverse=True, return_counts=True)
        self.counts = counts.astype(np.float64)
        self.bound = bound
        self._weights = sizes * self.counts / class_sizes.sum()
        self.scale = 1 / np.sqrt(np.outer(self.counts, self.counts))
        self.margins = _Margins(self.scale, 1 - 1 / self.counts, self.counts)
        self.margins_singly = self.margins.in_single_precision()
        several = self.counts > 1
        self.bend = np.where(several, 0.5 / np.where(several, self.counts - 1, 1), 0.0)
        self._others = np.repeat(self.counts[:, None], len(counts), axis=1)
        np.fill_diagonal(self._others, self.counts - 1)

    def minimise(self) -> FloatArray:
        """Return the optimal logits, shape (K, K)."""
        alone = len(self.counts) < _THREADS_FROM
        with one_blas_thread() if alone else nullcontext(), np.errstate(under="ignore"):
            M, d = self._descend()
        spent = np.linalg.norm(M, "nuc") + np.sum((self.counts - 1) * d)
        A = (M - np.diag(d)) * self.scale
        Z = A[np.ix_(self.group, self.group)] + np.diag(d[self.group])
        return np.asarray(Z * (self.bound / spent))

    def _descend(self, tolerance: float = _TOLERANCE) -> tuple[FloatArray, FloatArray]:
        """Step until the slope along the sphere vanishes."""
        M, d = self._start()
        residual = 1.0
        for _ in range(_STEPS):
            frame = _Frame(self, M, d, residual)
            residual = frame.residual
            if residual <= tolerance and (tolerance > _TOLERANCE or not frame.is_saddle()):
                break  # a start may be a saddle: the way on leads off it
            M, d = frame.step()
        return frame.point.M, frame.point.d

    def _start(self) -> tuple[FloatArray, FloatArray]:
        """Return a simplex ETF; of many sizes, the optimum where neighbouring ones are equal."""
        G, counts = len(self.counts), self.counts
        if G < _MERGED_FROM:
            root = np.sqrt(counts)
            return np.eye(G) - np.outer(root, root) / counts.sum(), np.where(counts > 1, 1.0, 0.0)
        part = np.arange(G) // _MERGED
        means = np.bincount(part, self._weights) / np.bincount(part, counts)
        fewer = GroupedProgramme(means[part][self.group], self.bound)
        M, d = fewer._descend(_ROUGH_TOLERANCE)
        A = (M - np.diag(d)) * fewer.scale
        M = A[np.ix_(part, part)] / self.scale + np.diag(d[part])
        return M, np.where(counts > 1, d[part], 0.0)

    def at(self, M: FloatArray, d: FloatArray) -> ProgrammePoint:
        """Return the programme at a point."""
        margins = self.margins.of(M, d)
        top = np.maximum(margins.max(axis=0, where=self._others > 0, initial=-np.inf), 0.0)
        weights = self._others * np.exp(np.where(self._others > 0, margins - top, -np.inf))
        wrong, own = weights.sum(axis=0), np.exp(-top)
        # log1p keeps the digits of a tiny loss.
        losses = top + np.where(top > 0, np.log(own + wrong), np.log1p(wrong))
        objective = float(self._weights @ losses)
        softmax = weights / (own + wrong)
        pull = softmax * (self._weights / objective)
        slope, slope_own = self.margins.back(pull)
        return ProgrammePoint(M, d, objective, softmax, pull, slope, slope_own)

    def bent(self, u: Floats) -> FloatArray:
        """Return d of its free numbers, by half of which `bend` it follows them."""
        return np.asarray(self.bend * u * u)


class _Frame:
    """A point with its singular vectors: free numbers are W, H and u.

    They are held as one array. Directions that have vanished take no part: W and H have as many
    columns as there are others, and nothing leads from those back to these.
    """

    def __init__(
        self, programme: GroupedProgramme, M: FloatArray, d: FloatArray, residual: float
    ) -> None:
        self.programme = programme
        before = programme.at(M, d)
        # Of directions that have vanished, the slope tells which come back first.
        little = 1e-7 * np.linalg.norm(M) / max(float(np.linalg.norm(before.slope)), 1e-300)
        self.U, _, Vt = np.linalg.svd(M - little * before.slope)
        self.V = Vt.T
        s = np.maximum(np.sum((self.U.T @ M) * Vt, axis=1), 0.0)
        slopes = -np.sum((self.U.T @ before.slope) * Vt, axis=1)
        own_slopes = -2 * programme.bend * before.slope_own
        multiplier = (slopes @ s + (programme.counts - 1) * d @ own_slopes) / programme.bound
        lift = _LIFTED * min(1.0, residual**2)
        s, d = (
            np.where(steep > multiplier * (1 + 1e-6), np.maximum(x, lift * x.mean()), x)
            for x, steep in ((s, slopes), (d, own_slopes))
        )
        if residual <= _NEAR:
            s, d = (np.where(x < _VANISHED * x.max(initial=0.0), 0.0, x) for x in (s, d))
            s = np.where((s < _VANISHING * s.max()) & (slopes < _FLAT * multiplier), 0.0, s)
        spent = s.sum() + np.sum((programme.counts - 1) * d)
        self.s, d = s * (programme.bound / spent), d * (programme.bound / spent)
        last = np.argsort(self.s == 0, kind="stable")
        self.s, self.U, self.V = self.s[last], self.U[:, last], self.V[:, last]
        self.rank = int(np.count_nonzero(self.s))
        U, V, root = self.U[:, : self.rank], self.V[:, : self.rank], np.sqrt(self.s[: self.rank])
        W, H, u = U * root, V * root, np.sqrt(2 * (programme.counts - 1) * d)
        self.point = programme.at(W @ H.T, d)
        self.slopes = np.sum((self.U.T @ self.point.slope) * self.V.T, axis=1)
        self.x = _joined(W, H, u)
        slope = _joined(
            self.point.slope @ H,
            self.point.slope.T @ W,
            2 * programme.bend * u * self.point.slope_own,
        )
        self.multiplier = -inner(slope, self.x) / (2 * programme.bound)
        self.descent = -slope - self.multiplier * self.x
        self.residual = length(self.descent) * float(np.sqrt(2 * programme.bound))

    def is_saddle(self) -> bool:
        """Tell whether a direction that has vanished would lower the objective."""
        steepest = np.linalg.norm(self.point.slope, 2)
        own = np.max(-2 * self.programme.bend * self.point.slope_own, initial=0.0)
        found = max(float(steepest), float(own)) > self.multiplier * (1 + 1e-6)
        self.residual = max(self.residual, 2 * _NEAR) if found else self.residual
        return found

    def step(self) -> tuple[FloatArray, FloatArray]:
        """Return M and d after a step along the sphere, halved while the objective rises."""
        curvature = _Curvature(self)
        precondition = curvature.model() if self.residual < _NEAR else (lambda x: x)
        reduction = _ROUGHLY if self.residual > _CLOSELY else _CLOSELY
        steep, radius = length(self.descent), float(np.sqrt(2 * self.programme.bound))
        descent = _single(self.descent / steep)
        found = truncated_newton(curvature.hessian, precondition, descent, reduction)
        # On a ridge go down on its side.
        step = self.descent * (radius / steep) if found is None else found * steep
        share = min(1.0, 0.5 * radius / length(step))
        while True:
            moved = self.x + share * step
            moved *= radius / length(moved)
            W, H, u = _parts(moved, len(self.s))
            M, d = W @ H.T, self.programme.bent(u)
            risen = self.programme.at(M, d).objective > self.point.objective * (1 + 1e-12)
            if not risen or share < _SHORTEST_STEP:
                return M, d
            share /= 2


class _Curvature:
    """The Hessian at a point, and a model of it in the frame of its singular vectors.

    In single precision, which is twice as fast: a step is sought to two digits, and the next
    point tells in double precision what is left.
    """

    def __init__(self, frame: _Frame) -> None:
        programme, point = frame.programme, frame.point
        self._frame, self._margins = frame, programme.margins_singly
        self._multiplier, self._bound = frame.multiplier, float(programme.bound)
        self._x = _single(frame.x)
        self._W, self._H, self._u = self._parts(self._x)
        self._softmax, self._pull = _single(point.softmax), _single(point.pull)
        self._slope, self._slope_own = _single(point.slope), _single(point.slope_own)
        self._bend = _single(2 * programme.bend)

    def _parts(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        return _parts(x, len(self._frame.s))

    def hessian(self, x: Floats) -> Floats:
        """Apply the Hessian of the Lagrangian along the sphere."""
        W, H, u = self._parts(x)
        dM = W @ self._H.T
        dM += self._W @ H.T
        change = self._margins.of(dM, self._bend * self._u * u)
        change -= np.einsum("ij,ij->j", self._softmax, change)
        change *= self._pull
        slope, slope_own = self._margins.back(change)
        out = self._multiplier * x
        curved_W, curved_H, curved_u = self._parts(out)
        curved_W += slope @ self._H
        curved_W += self._slope @ H
        curved_H += slope.T @ self._W
        curved_H += self._slope.T @ W
        curved_u += self._bend * (self._u * slope_own + self._slope_own * u)
        return self._tangent(out)

    def _tangent(self, x: Floats) -> Floats:
        """Take out, in place, what leaves the sphere."""
        x -= self._x * (inner(self._x, x) / (2 * self._bound))
        return x

    def _response(self, kept: FloatArray, swapped: FloatArray, c: float) -> FloatArray:
        """Return how far the diagonal of dM gives way to forces on it, in the model without them.

        In the frame, forces F give dM = (1/c − K/c²) F, K what is kept and swapped: two kernels
        of pairs of singular values, smooth and so of low rank.
        """
        U, V = self._frame.U, self._frame.V
        moved = np.zeros_like(kept)
        for kernel, left, right in ((1 / c - kept / c**2, U, V), (-swapped / c**2, V, U)):
            for row, column in products(kernel):
                moved += ((U * row) @ left.T) * ((V * column) @ right.T)
        return np.asarray((moved + moved.T) / 2)

    def model(self) -> Linear:
        """Return the inverse of a model of the Hessian, which preconditions it.

        The losses are taken for c ‖dM‖² / 2, c their mean curvature, and the slope for diagonal in
        the frame, as it is at the optimum. With a = UᵀW and b = VᵀH, what is left couples the two
        numbers (a_ij, b_ij) by the multiplier and the slope, and (a_ij, b_ji) and (a_ji, b_ij) by
        dM: four at a time. A class's own logit is stiffer by a factor of the order of K. Of many
        groups, some of several classes, that is added by Woodbury's formula; of others conjugate
        gradients take it in a few steps more.
        """
        programme, point, s = self._frame.programme, self._frame.point, self._frame.s
        rank = self._frame.rank
        off = point.slope * programme.margins.scale
        count = len(s) * (len(s) - 1)
        c = (off.sum() - np.trace(off)) / count if count else self._multiplier
        held = self._multiplier * (1 + _RIDGE)
        slopes = np.clip(-self._frame.slopes, 0.0, self._multiplier)[:, None]
        same, other = (part / (held * held - slopes * slopes) for part in (held, slopes))
        own, crossed = (s * part + (s * part).T for part in (same, other))
        own += 1 / c
        determinant = own * own - crossed * crossed
        kept, swapped = own / determinant, -crossed / determinant
        counts = programme.counts
        bent = 2 * programme.bend * self._u.astype(np.float64)
        lever = programme.margins.within * bent
        outside = -np.diag(point.slope) * counts  # curvature by a group's own logit
        stiff = np.maximum(held + 2 * programme.bend * point.slope_own, _RIDGE * held)
        stiff -= bent**2 * (point.slope_own + programme.margins.within * outside)
        response: Floats | None = None
        if len(s) >= _OWN_FROM and counts.max() > 1:
            moved = self._response(kept, swapped, c) / np.outer(counts, counts)
            moved += np.diag(1 / np.maximum(outside - c * counts**2, _RIDGE * held))
            response = _single(np.linalg.inv(moved + np.diag(lever**2 / stiff)))
        else:
            stiff += lever**2 * outside
        turning = _single(np.maximum(2 * (s[:rank, None] + s[:rank]), _LEAST * s.max()))
        root = _single(np.sqrt(s[:rank]))
        same, other, kept, swapped, stiff = map(_single, (same, other, kept, swapped, stiff))
        kept, swapped, lever = kept[:, :rank], swapped[:, :rank], _single(lever)
        U, V = _single(self._frame.U), _single(self._frame.V)

        def level(a: Floats, b: Floats) -> None:
            """Take out, in place, what turns W and H alike and leaves M as it is."""
            turn = root[:, None] * (a[:rank] + b[:rank])
            turn = root[:, None] * (turn - turn.T) / turning
            a[:rank] -= turn
            b[:rank] -= turn

        def uncoupled(a: Floats, b: Floats) -> tuple[Floats, Floats]:
            return same * a + other * b, other * a + same * b

        def coupled(a: Floats, b: Floats) -> tuple[Floats, Floats]:
            a, b = uncoupled(a, b)
            # The first columns of dM in the frame, and those of its transpose; others are 0.
            columns, rows = a * root, b * root
            corner = columns[:rank].T.copy()
            columns[:rank] += rows[:rank].T
            rows[:rank] += corner
            less, also = uncoupled(
                (kept * columns + swapped * rows) * root, (kept * rows + swapped * columns) * root
            )
            return a - less, b - also

        def solve(x: Floats) -> Floats:
            W, H, u = self._parts(x)
            turned = U.T @ W, V.T @ H
            level(*turned)
            a, b = coupled(*turned)
            u = u / stiff
            if response is not None:
                own = np.einsum("kj,kj->k", U @ a, self._H) + np.einsum("kj,kj->k", self._W, V @ b)
                force = response @ (own / self._margins.counts + lever * u)
                pull = (force / self._margins.counts)[:, None]
                less, also = coupled(U.T @ (pull * self._H), V.T @ (pull * self._W))
                a, b = a - less, b - also
                u = u - lever * force / stiff
            level(a, b)
            return self._tangent(_joined(U @ a, V @ b, u))

        return solve


def _joined(W: Floats, H: Floats, u: Floats) -> Floats:
    return np.concatenate([W.ravel(), H.ravel(), u])


def _parts(x: Floats, groups: int) -> tuple[Floats, Floats, Floats]:
    """Return W, H and u, as views."""
    W, H = x[: len(x) - groups].reshape(2, groups, -1)
    return W, H, x[len(x) - groups :]


def _single(x: Floats) -> Floats:
    return x.astype(np.float32)
