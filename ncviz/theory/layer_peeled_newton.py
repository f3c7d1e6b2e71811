"""Newton's method for the Layer-Peeled Model of any class sizes.

Classes of one size are alike, and the programme is convex: at its optimum the logits of two
groups of m_g and m_h alike classes are one number A_gh, and d_g more for a class's own. With
M = diag(d) + √m A √m the nuclear norm is ‖M‖_* + Σ (m_g − 1) d_g, so that as many rows are
enough as there are different sizes. Where all differ, M = Z.

With M = W Hᵀ and d_g = u_g² / 2 (m_g − 1) the constraint is ‖W‖² + ‖H‖² + ‖u‖² <= 2τ, and it is
active: a smooth problem on a sphere, not convex, but a local minimum is global (Burer and Monteiro
2005). Each step is taken in the frame U, V of the singular vectors of M, where W = U √s and
H = V √s have the least length: what the frame saves is spent on the sphere.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.slabs import one_blas_thread

FloatArray = NDArray[np.float64]
Linear = Callable[[FloatArray], FloatArray]

_STEPS = 300
_TOLERANCE = 1e-10
_NEAR = 0.05  # residual below which the model of the Hessian holds
_CG_STEPS = 100
_ROUGHLY, _CLOSELY = 0.1, 0.02  # reduction of the residual by conjugate gradients
_SHORTEST_STEP = 1e-8
_LIFTED = 1e-3  # of the mean singular value: a vanished direction has no slope to come back
_VANISHED = 1e-13
_RIDGE = 1e-3
_OWN_FROM = 128  # groups: of fewer, conjugate gradients take own logits in a few steps more
_OF_KERNEL = 1e-3  # of the largest singular value, what is left out of a smooth kernel
_THREADS_FROM = 256  # rows of matrices that are worth a second thread of BLAS


class ProgrammePoint(NamedTuple):
    """A feasible point, and the programme there, all divided by the objective but itself."""

    M: FloatArray
    d: FloatArray
    objective: float
    softmax: FloatArray
    slope: FloatArray
    slope_own: FloatArray


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
        self.within = 1 - 1 / self.counts
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

    def _descend(self) -> tuple[FloatArray, FloatArray]:
        """Step until the slope along the sphere vanishes; start from a simplex ETF."""
        K, root = self.counts.sum(), np.sqrt(self.counts)
        d = np.where(self.counts > 1, 1.0, 0.0)
        M = np.diag(np.ones(len(root))) - np.outer(root, root) / K
        residual = 1.0
        for _ in range(_STEPS):
            frame = _Frame(self, M, d, residual)
            residual = frame.residual
            if residual <= _TOLERANCE and not frame.is_saddle():
                break
            M, d = frame.step()
        return frame.point.M, frame.point.d

    def at(self, M: FloatArray, d: FloatArray) -> ProgrammePoint:
        """Return the programme at a point."""
        margins = self.margins(M, d)
        top = np.maximum(margins.max(axis=0, where=self._others > 0, initial=-np.inf), 0.0)
        weights = self._others * np.exp(np.where(self._others > 0, margins - top, -np.inf))
        wrong, own = weights.sum(axis=0), np.exp(-top)
        # log1p keeps the digits of a tiny loss.
        losses = top + np.where(top > 0, np.log(own + wrong), np.log1p(wrong))
        objective = float(self._weights @ losses)
        softmax = weights / (own + wrong)
        slope, slope_own = self.back(softmax * (self._weights / objective))
        return ProgrammePoint(M, d, objective, softmax, slope, slope_own)

    def margins(self, M: FloatArray, d: FloatArray) -> FloatArray:
        """Return logits less a class's own; on the diagonal those of others of its group."""
        logits = M * self.scale
        logits -= np.diag(logits) + self.within * d
        np.fill_diagonal(logits, -d)
        return logits

    def back(self, slopes: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return slopes by M and d from those by the margins."""
        inside = np.diag(slopes).copy()
        outside = slopes.sum(axis=0) - inside
        by_M = slopes * self.scale
        np.fill_diagonal(by_M, -outside / self.counts)
        return by_M, -inside - self.within * outside

    def curved(
        self, point: ProgrammePoint, dM: FloatArray, dd: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return how the slopes change along a direction."""
        change = point.softmax * self.margins(dM, dd)
        change -= point.softmax * change.sum(axis=0)
        change *= self._weights / point.objective
        return self.back(change)

    def bent(self, u: FloatArray) -> FloatArray:
        """Return d of its free numbers, by half of which `bend` it follows them."""
        return np.asarray(self.bend * u * u)


class _Frame:
    """A point in the frame of its singular vectors: free numbers are a = UᵀW, b = VᵀH, and u.

    They are held as one array of 2 G + 1 rows.
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
        spent = s.sum() + np.sum((programme.counts - 1) * d)
        self.s, d = s * (programme.bound / spent), d * (programme.bound / spent)
        self._root = np.sqrt(self.s)
        self._u = np.sqrt(2 * (programme.counts - 1) * d)
        self.point = programme.at((self.U * self.s) @ Vt, d)
        self._slope = self.U.T @ self.point.slope @ self.V
        G = len(s)
        self.x = np.zeros((2 * G + 1, G))
        self.x[range(G), range(G)] = self.x[range(G, 2 * G), range(G)] = self._root
        self.x[-1] = self._u
        slope = np.empty_like(self.x)
        slope[:G], slope[G:-1] = self._slope * self._root, self._slope.T * self._root
        slope[-1] = 2 * programme.bend * self._u * self.point.slope_own
        self.multiplier = -_inner(slope, self.x) / (2 * programme.bound)
        self.descent = -slope - self.multiplier * self.x
        self.residual = _length(self.descent) * float(np.sqrt(2 * programme.bound))

    def is_saddle(self) -> bool:
        """Tell whether a direction that has vanished would lower the objective."""
        steepest = np.linalg.norm(self._slope, 2)
        own = np.max(-2 * self.programme.bend * self.point.slope_own, initial=0.0)
        found = max(float(steepest), float(own)) > self.multiplier * (1 + 1e-6)
        self.residual = max(self.residual, 2 * _NEAR) if found else self.residual
        return found

    def step(self) -> tuple[FloatArray, FloatArray]:
        """Return M and d after a step along the sphere, halved while the objective rises."""
        near = self.residual < _NEAR
        precondition = self._model() if near else (lambda x: x)
        reduction = _ROUGHLY if self.residual > _CLOSELY else _CLOSELY
        step = _truncated_newton(self._hessian, precondition, self.descent, reduction)
        radius = np.sqrt(2 * self.programme.bound)
        if step is None:  # a ridge: go down on its side
            step = self.descent * (radius / _length(self.descent))
        share = min(1.0, 0.5 * radius / _length(step))
        while True:
            moved = self.x + share * step
            moved *= radius / _length(moved)
            a, b, u = self._parts(moved)
            M, d = self.U @ (a @ b.T) @ self.V.T, self.programme.bent(u)
            risen = self.programme.at(M, d).objective > self.point.objective * (1 + 1e-12)
            if not risen or share < _SHORTEST_STEP:
                return M, d
            share /= 2

    def _response(self, kept: FloatArray, swapped: FloatArray, c: float) -> FloatArray:
        """Return how far the diagonal of dM gives way to forces on it, in the model without them.

        In the frame, forces F give dM = (1/c − K/c²) F, K what is kept and swapped: two kernels
        of pairs of singular values, smooth and so of low rank.
        """
        moved = np.zeros_like(kept)
        for kernel, left, right in (
            (1 / c - kept / c**2, self.U, self.V),
            (-swapped / c**2, self.V, self.U),
        ):
            rows, values, columns = np.linalg.svd(kernel)
            for row, value, column in zip(rows.T, values, columns, strict=True):
                if value < _OF_KERNEL * values[0]:
                    break
                moved += ((self.U * (value * row)) @ left.T) * ((self.V * column) @ right.T)
        return np.asarray((moved + moved.T) / 2)

    def _parts(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        G = x.shape[1]
        return x[:G], x[G:-1], x[-1]

    def _tangent(self, x: FloatArray) -> FloatArray:
        """Take out, in place, what leaves the sphere: the point is diagonal in its frame."""
        a, b, u = self._parts(x)
        G = len(u)
        diagonals = a.ravel()[:: G + 1], b.ravel()[:: G + 1]
        along = sum(float(self._root @ each) for each in diagonals) + float(self._u @ u)
        along /= 2 * self.programme.bound
        for each in diagonals:
            each -= along * self._root
        u -= along * self._u
        return x

    def _hessian(self, x: FloatArray) -> FloatArray:
        """Apply the Hessian of the Lagrangian along the sphere."""
        a, b, u = self._parts(x)
        bend = 2 * self.programme.bend
        dM = self.U @ (a * self._root + (b * self._root).T) @ self.V.T
        slope, slope_own = self.programme.curved(self.point, dM, bend * self._u * u)
        slope = self.U.T @ slope @ self.V
        out = self.multiplier * x
        curved_a, curved_b, curved_u = self._parts(out)
        curved_a += slope * self._root + self._slope @ b
        curved_b += slope.T * self._root + self._slope.T @ a
        curved_u += bend * (self._u * slope_own + self.point.slope_own * u)
        return self._tangent(out)

    def _model(self) -> Linear:
        """Return the inverse of a model of the Hessian, which preconditions it.

        The losses are taken for c ‖dM‖² / 2, c their mean curvature, and the slope for diagonal in
        this frame, as it is at the optimum. What is left couples the two numbers (a_ij, b_ij) by
        the multiplier and the slope, and (a_ij, b_ji) and (a_ji, b_ij) by dM: four at a time.
        A class's own logit is stiffer by a factor of the order of K: of many groups it is added,
        by Woodbury's formula.
        """
        programme, root, s = self.programme, self._root, self.s
        off = self.point.slope * programme.scale
        count = len(s) * (len(s) - 1)
        c = (off.sum() - np.trace(off)) / count if count else self.multiplier
        held = self.multiplier * (1 + _RIDGE)
        slopes = np.clip(-np.diag(self._slope), 0.0, self.multiplier)[:, None]
        same, other = (part / (held * held - slopes * slopes) for part in (held, slopes))
        own = 1 / c + s * same + (s * same).T
        crossed = s * other + (s * other).T
        determinant = own * own - crossed * crossed
        kept, swapped = own / determinant, -crossed / determinant
        bend = 2 * programme.bend
        counts = programme.counts
        outside = -np.diag(self.point.slope) * counts  # curvature by a group's own logit
        lever = programme.within * bend * self._u
        inside = -self.point.slope_own - programme.within * outside
        stiff = np.maximum(held + bend * self.point.slope_own, _RIDGE * held)
        stiff += (bend * self._u) ** 2 * inside
        response = None
        if len(s) >= _OWN_FROM:
            moved = self._response(kept, swapped, c) / np.outer(counts, counts)
            moved += np.diag(1 / np.maximum(outside - c * counts**2, _RIDGE * held))
            response = np.linalg.inv(moved + np.diag(lever**2 / stiff))
        else:
            stiff += lever**2 * outside
        turning = 2 * np.maximum(s[:, None] + s, 1e-300)

        def level(x: FloatArray) -> FloatArray:
            """Take out what turns W and H alike and leaves M as it is."""
            a, b, _ = self._parts(x)
            turn = root[:, None] * (a + b)
            turn = root[:, None] * (turn - turn.T) / turning
            a -= turn
            b -= turn
            return x

        def uncoupled(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
            return same * a + other * b, other * a + same * b

        def moving(a: FloatArray, b: FloatArray) -> FloatArray:
            return np.asarray(a * root + (b * root).T)

        def coupled(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
            a, b = uncoupled(a, b)
            moved = moving(a, b)
            back = kept * moved + swapped * moved.T
            less, also = uncoupled(back * root, back.T * root)
            return a - less, b - also

        def solve(x: FloatArray) -> FloatArray:
            out = level(x.copy())
            a, b, u = self._parts(out)
            a[:], b[:] = coupled(a, b)
            u /= stiff
            if response is not None:
                own = np.einsum("kj,kj->k", self.U @ moving(a, b), self.V) / counts
                force = response @ (own + lever * u)
                pull = self.U.T @ ((force / counts)[:, None] * self.V)
                less, also = coupled(pull * root, pull.T * root)
                a -= less
                b -= also
                u -= lever * force / stiff
            return self._tangent(level(out))

        return solve


def _truncated_newton(
    hessian: Linear, precondition: Linear, descent: FloatArray, reduction: float
) -> FloatArray | None:
    """Solve hessian(step) = descent roughly, stopping where curvature turns negative.

    Nothing is returned where it does at once.
    """
    step, residual = np.zeros_like(descent), descent
    direction = solved = precondition(residual)
    square = first = _inner(residual, solved)
    for number in range(_CG_STEPS):
        image = hessian(direction)
        curvature = _inner(direction, image)
        if curvature <= 0:
            return step if number else None
        step = step + direction * (square / curvature)
        residual = residual - image * (square / curvature)
        solved = precondition(residual)
        square, last = _inner(residual, solved), square
        if square <= reduction**2 * first:
            break
        direction = solved + direction * (square / last)
    return step


def _inner(x: FloatArray, y: FloatArray) -> float:
    return float(np.vdot(x, y))


def _length(x: FloatArray) -> float:
    return float(np.sqrt(_inner(x, x)))
