"""Where everything of one layer lies in the picture at a recorded epoch."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.projection import Guide, align_to_etf
from ncviz.runs.snapshot import Positions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FINEST = 2e-3  # of the size of a layer: what spreads less is the rounding of its positions
VANISHED = (
    1e-12  # a length; what is shorter is rounding, and is drawn as nothing, whatever all else is
)
EXACT = 1e-6  # epochs; no moment that the mouse meets lies so near a recorded one and beside it
FARTHEST = 12.0  # scene units; what a network throws farther is drawn here


@dataclass(frozen=True, eq=False)
class Layout:
    """Where everything of one layer lies in the picture at one moment.

    Parameters
    ----------
    means : array, shape (K′ + S, 3)
        Of the chosen classes, then of the sets of labels among them.
    classifier : array, shape (K′, 3), or None
    samples : array, shape (n, 3)
        The probe samples of the chosen classes.
    own : array, shape (K′, 3), or None
        Means of the split whose samples they are, where it is not the training; NaN for a class
        without any.
    """

    means: Floats
    classifier: Floats | None
    samples: Floats
    own: Floats | None = None

    def cast(self, shadow: Floats) -> "Layout":
        """Return the shadow, of shape (m, 3), of a layout in m dimensions."""
        rows = None if self.classifier is None else self.classifier @ shadow
        return Layout(self.means @ shadow, rows, within_reach(self.samples @ shadow))


@dataclass(frozen=True, eq=False)
class Aligned:
    """One recorded layer in all dimensions of its picture: turned to the fixed simplex ETF in K′−1.

    Many classes of a narrow layer span fewer dimensions: points are held in those q ≤ K′−1, for
    thousands of samples of a thousand classes would fill the memory.

    Parameters
    ----------
    held_means : array, shape (K′ + S, q)
        Of the classes, then of the sets of labels among them.
    held_classifier : array, shape (K′, q), or None
    held_samples : array, shape (n, q)
    rotation : array, shape (q, K′−1), or None
        Which turns what is held to the simplex ETF; None where it is turned already.
    held_own : array, shape (K′, q), or None
        Means of the split of the samples, see `Layout`.
    """

    held_means: Floats
    held_classifier: Floats | None
    held_samples: Floats
    rotation: Floats | None = None
    held_own: Floats | None = None

    @property
    def means(self) -> Floats:
        """Return the means in all dimensions, shape (K′ + S, K′−1)."""
        return self._turned(self.held_means)

    @property
    def samples(self) -> Floats:
        """Return the probe samples in all dimensions, shape (n, K′−1)."""
        return self._turned(self.held_samples)

    def cast(self, shadow: Floats) -> Layout:
        """Return the layout that a shadow of shape (K′−1, 3) throws."""
        thrown = shadow if self.rotation is None else self.rotation @ shadow
        rows = None if self.held_classifier is None else self.held_classifier @ thrown
        own = None if self.held_own is None else within_reach(self.held_own @ thrown)
        return Layout(self.held_means @ thrown, rows, within_reach(self.held_samples @ thrown), own)

    def _turned(self, points: Floats) -> Floats:
        return points if self.rotation is None else np.asarray(points @ self.rotation)


def align(
    positions: Positions,
    classes: tuple[int, ...],
    sample_ids: Ints,
    guide: Guide | None = None,
    weight: Floats | None = None,
    others: tuple[Floats, Floats | None] | None = None,
    sets: tuple[int, ...] = (),
    single: NDArray[np.bool_] | None = None,
) -> Aligned:
    """Align one recorded layer to the fixed simplex ETF.

    Means and samples share one scale: the root mean square distance of the
    samples from the centre, in the span of the chosen means, is 1; what all
    coincides, to the precision of the run, stays in the middle. Early in
    training the class means are short against that spread; at collapse they
    reach the vertices. The scale does not depend on the shadow, so that a
    grand tour does not breathe. Classifier rows are scaled by their own mean
    length, as self-duality (NC3) holds up to a factor: by that in all
    dimensions, so that a row which points out of the span of the means is
    short in the picture, by the cosine between the two.

    Parameters
    ----------
    positions : Positions
    classes : tuple of int
        The chosen ones, two at least.
    sample_ids : array of int, shape (n,)
        Their probe samples.
    guide : Guide, optional
        Decides the directions that the means leave open.
    weight : array, shape (K, d), optional
        The classifier itself, whose rows reach out of the span of the means;
        by default they are taken to lie in it.
    others : tuple of arrays, shape (m, r) and (K′, r) or None, optional
        Samples of another split, which are seen in place of these, and its means; these decide
        scale and turn all the same.
    sets : tuple of int, optional
        Numbers of the sets of labels that are drawn beside the classes: they decide nothing.
    single : array of bool, shape (n,), optional
        Which of the samples are of the classes themselves; by default all.
    """
    chosen = list(classes)
    alignment = align_to_etf(positions.means[chosen], guide=guide)
    rotation = alignment.rotation  # orthonormal rows or columns, whichever are fewer
    is_held = rotation.shape[0] < rotation.shape[1]

    def turned(points: Floats) -> Floats:
        return points if is_held else np.asarray(points @ rotation)

    means = turned(positions.means[[*chosen, *sets]] - alignment.center)
    samples = turned(positions.probe[sample_ids] - alignment.center)
    cloud = samples if single is None else samples[single]
    cloud = cloud if len(cloud) else means[: len(chosen)]
    classes_alone = positions.means if not sets else positions.means[chosen] - alignment.center
    size = float(np.sqrt(np.vdot(classes_alone, classes_alone) / len(classes_alone)))
    spread = float(np.sqrt(np.vdot(cloud, cloud) / len(cloud)))
    scale = 1 / max(spread, FINEST * size, VANISHED)
    rows = None
    if positions.classifier is not None:
        rows = _centered(positions.classifier[chosen])
        whole = rows if weight is None else _centered(weight[chosen])
        length = float(np.linalg.norm(whole, axis=1).mean())
        rows = turned(rows) / max(length, VANISHED)
    own = None
    if others is not None:
        samples = turned(others[0] - alignment.center)
        own = None if others[1] is None else scale * turned(others[1] - alignment.center)
    return Aligned(scale * means, rows, scale * samples, rotation if is_held else None, own)


def turn_onto(positions: Positions, target: Floats, *, about_zero: bool) -> Layout:
    """Return a recorded layer turned to points that its class means are to become, shape (K, m).

    Lengths stay, and so does the angle between any two, seen from 0 or from their middle.
    """
    center = 0.0 if about_zero else positions.means.mean(axis=0)
    means = positions.means - center
    left, _, right = np.linalg.svd(means.T @ target, full_matrices=False)
    turn, rows = left @ right, positions.classifier
    if rows is not None:
        rows = (rows if about_zero else _centered(rows)) @ turn
    return Layout(means @ turn, rows, (positions.probe - center) @ turn)


def _centered(rows: Floats) -> Floats:
    return np.asarray(rows - rows.mean(axis=0))


def within_reach(points: Floats) -> Floats:
    """Return points of shape (…, 3), those far outside brought back into sight."""
    squared = np.einsum("...i,...i->...", points, points)
    if float(squared.max(initial=0.0)) <= FARTHEST**2:
        return points
    distance = np.sqrt(squared)[..., None]
    return np.asarray(points * np.minimum(1.0, FARTHEST / np.maximum(distance, VANISHED)))


def recorded_around(epochs: tuple[int, ...], epoch: float) -> tuple[int, int, float]:
    """Return the recorded epochs before and after a moment, and the share of the way.

    Parameters
    ----------
    epochs : tuple of int
        Ascending, at least one.
    epoch : float
        Clipped to their range.
    """
    epoch = min(max(epoch, epochs[0]), epochs[-1])
    after = min(bisect_right(epochs, epoch), len(epochs) - 1)
    before = max(0, after - 1)
    if epoch >= epochs[-1] or len(epochs) == 1:
        return epochs[-1], epochs[-1], 0.0
    low, high = epochs[before], epochs[after]
    if high - epoch < EXACT:
        return recorded_around(epochs, high)
    return low, high, 0.0 if epoch - low < EXACT else (epoch - low) / (high - low)


def nearest_recorded(epochs: tuple[int, ...], epoch: float) -> int:
    """Return the recorded epoch that is nearest to a moment."""
    low, high, share = recorded_around(epochs, epoch)
    return low if share < 0.5 else high


def earlier_recorded(epochs: tuple[int, ...], epoch: int, count: int) -> tuple[int, ...]:
    """Return a few recorded epochs before one, evenly among all, for the curves behind it."""
    places = np.linspace(0, len(epochs) - 1, count + 1).astype(int)
    chosen = dict.fromkeys(epochs[place] for place in places.tolist())
    return tuple(other for other in chosen if other < epoch)[-count:]


def layout_between(first: Layout, second: Layout, share: float) -> Layout:
    """Return the placed points on the way from one layout to another."""
    classifier = None
    if first.classifier is not None and second.classifier is not None:
        classifier = _mix(first.classifier, second.classifier, share)
    return Layout(
        _mix(first.means, second.means, share),
        classifier,
        _mix(first.samples, second.samples, share),
        None if first.own is None or second.own is None else _mix(first.own, second.own, share),
    )


def _mix(first: Floats, second: Floats, share: float) -> Floats:
    return np.asarray((1 - share) * first + share * second)
