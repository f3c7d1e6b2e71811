"""What lies under the pointer, and what is known about it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import CLASS, sample_column, sample_columns
from ncviz.runs.splits import TRAIN
from ncviz.scenes.camera import Camera
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.scene import Balls, Picture

Singles = NDArray[np.float32]

WITHIN_PIXELS = 6.0  # from a sample's rim, where the pointer still meets it
SOLID = 0.99  # alpha from which on a ball hides what lies behind it


@dataclass(frozen=True)
class Pointed:
    """A sample under the pointer.

    Parameters
    ----------
    panel : int
        Number of the panel in the picture.
    sample_id : int
        The sample's row among the run's probe samples.
    """

    panel: int
    sample_id: int


def sample_at(
    picture: Picture,
    camera: Camera,
    width: int,
    height: int,
    x: float,
    y: float,
    within_pixels: float = WITHIN_PIXELS,
) -> Pointed | None:
    """Return the front-most sample under the pointer, or else the nearest one beside it.

    Parameters
    ----------
    picture : Picture
    camera : Camera
        Of all panels.
    width, height : int
        Of the picture, in pixels.
    x, y : float
        The pointer, in pixels from the upper left corner.
    within_pixels : float
        How far from a sample's rim the pointer may be.

    Returns
    -------
    Pointed or None
        None also where a class mean or a classifier row covers the sample.
    """
    number = picture.panel_at(x / max(width, 1), y / max(height, 1))
    if number is None:
        return None
    panel = picture.panels[number]
    left, top, across, down = panel.pixels(width, height)
    scene, here = panel.scene, (x - left, y - top)
    if not len(scene.sample_ids):
        return None
    away, depth, radii = distances_seen(scene.samples, camera, across, down, *here)
    near = np.flatnonzero((away <= radii + within_pixels) & (depth > 0))
    if not len(near):
        return None
    covering = near[away[near] <= radii[near]]
    best = covering[depth[covering].argmin()] if len(covering) else near[away[near].argmin()]
    if _is_covered(scene.balls, camera, across, down, *here, float(depth[best])):
        return None
    return Pointed(number, int(scene.sample_ids[best]))


def ball_at(
    picture: Picture, camera: Camera, width: int, height: int, x: float, y: float
) -> int | None:
    """Return the front-most solid ball under the pointer: a class mean or a classifier row.

    Parameters
    ----------
    picture, camera, width, height, x, y
        As of `sample_at`, which decides first: a sample may lie before the ball.

    Returns
    -------
    int or None
        Its number in the balls of the scene of the panel there.
    """
    number = picture.panel_at(x / max(width, 1), y / max(height, 1))
    if number is None:
        return None
    panel = picture.panels[number]
    left, top, across, down = panel.pixels(width, height)
    balls = panel.scene.balls
    if not len(balls):
        return None
    away, depth, radii = distances_seen(balls, camera, across, down, x - left, y - top)
    under = np.flatnonzero((balls.colors[:, 3] > SOLID) & (away <= radii) & (depth > 0))
    return int(under[depth[under].argmin()]) if len(under) else None


def distances_seen(
    balls: Balls, camera: Camera, width: int, height: int, x: float, y: float
) -> tuple[Singles, Singles, Singles]:
    """Return distances from the pointer, depths, and radii in pixels, in single precision."""
    # Column by column: on many points a matrix product would start BLAS's threads,
    # which wait for each other where the processor has other work.
    points = balls.positions.T
    eye = camera.eye().astype(np.float32)
    across, up, backward = camera.basis().astype(np.float32)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        dx, dy, dz = (points[axis] - eye[axis] for axis in range(3))
        right = dx * across[0] + dy * across[1] + dz * across[2]
        above = dx * up[0] + dy * up[1] + dz * up[2]
        depth = -(dx * backward[0] + dy * backward[1] + dz * backward[2])
        # Pixels that a scene unit measures: one number without perspective.
        unit = np.float32(camera.pixels_per_unit(height, 1.0))
        scale = np.broadcast_to(unit, depth.shape) if camera.is_orthographic else unit / depth
        away = np.hypot(right * scale + (width / 2 - x), above * scale - (height / 2 - y))
        return away.astype(np.float32), depth, (balls.radii * scale).astype(np.float32)


def _is_covered(
    balls: Balls, camera: Camera, width: int, height: int, x: float, y: float, depth: float
) -> bool:
    if not len(balls):
        return False
    away, depths, radii = distances_seen(balls, camera, width, height, x, y)
    hides = (balls.colors[:, 3] > SOLID) & (away < radii) & (depths > 0) & (depths < depth)
    return bool(hides.any())


@dataclass(frozen=True, eq=False)
class SampleFacts:
    """What is known about a probe sample at a recorded epoch.

    Parameters
    ----------
    row : int
        Its number among the drawn samples of its split.
    moment : str
        The recorded one that the facts are of, such as 'epoch 3'.
    layer : str
        The layer's name.
    class_names : tuple of str
        Of the run; the numbers below count them.
    labels : tuple of int
        The classes of the sample: several where it has more than one label.
    label : int
        The class of the sample, or its set of labels.
    predicted : int or None
        The class that the network gives it; None if that was not recorded.
    nearest : int or None
        The class whose mean is nearest in the last layer; None if not recorded.
    nearest_here : int
        The class whose mean is nearest in this layer.
    distance : float
        From its own class mean, in the span of the class means.
    relative_distance : float
        The same as a multiple of the mean over the probe samples of its class;
        NaN where that is zero.
    dimensions, width : int
        Of that span, and of the whole layer.
    image : array of uint8, shape (height, width) or (height, width, 3), or None
        What the network saw.
    more : tuple of (str, str)
        Titles of further columns, and what they say of it.
    samples : str
        Of which split it is, unless it is one of the training.
    text : str
        What the network read; empty where it is no text, or was not kept.
    """

    row: int
    moment: str
    layer: str
    class_names: tuple[str, ...]
    labels: tuple[int, ...]
    label: int
    predicted: int | None
    nearest: int | None
    nearest_here: int
    distance: float
    relative_distance: float
    dimensions: int
    width: int
    image: NDArray[np.uint8] | None = None
    more: tuple[tuple[str, str], ...] = ()
    samples: str = ""
    text: str = ""

    @property
    def is_right(self) -> bool | None:
        """Whether the network gives it its own class; None if that is not known."""
        known = math.isfinite(self.distance)  # of classes that the network does not know, it is not
        return self.predicted == self.label if self.predicted is not None and known else None

    @property
    def agree(self) -> bool | None:
        """Whether classifier and nearest class mean agree (NC4); None if not recorded."""
        if self.predicted is None or self.nearest is None:
            return None
        return self.predicted == self.nearest


def predicted_in_words(names: tuple[str, ...], predicted: int | None, is_right: bool | None) -> str:
    """Say what the network takes a sample for.

    Parameters
    ----------
    names : tuple of str
    predicted : int or None
        None where it was not recorded.
    is_right : bool or None
        None where that is not known.
    """
    if predicted is None:
        return tr("not recorded")
    name = names[predicted]
    if is_right is None:
        return name
    # 'right' is no side here.
    template = tr("{predicted}, right") if is_right else tr("{predicted}, wrong")
    return template.format(predicted=name)


def sample_facts(run: Run, epoch: float, layer: int, row: int) -> SampleFacts:
    """Gather what is known about a probe sample.

    Parameters
    ----------
    run : Run
    epoch : float
        The nearest recorded one is taken: nothing is interpolated here.
    layer : int
        −1 is the last.
    row : int
        Of the probe.

    Raises
    ------
    UserError
        If the snapshot cannot be read.

    Notes
    -----
    A run stores the probe in the span of the class means, in half precision.
    Which mean is nearest is the same there as in the whole layer, since all
    means lie in that span; the distance itself lacks what is orthogonal to it.
    """
    manifest, labels = run.manifest, run.drawn_labels
    number = layer % len(manifest.layers)
    recorded = nearest_recorded(run.epochs, epoch)
    snapshot = run.snapshot(recorded)
    positions = snapshot.positions(number)
    label = int(labels[row])
    to_means = np.linalg.norm(positions.means - positions.probe[row], axis=1)
    measured = snapshot.counts(number, "train")
    if measured is not None:  # a class without samples has no mean
        to_means[: len(measured)][measured == 0] = np.inf
    typical = distance = float("nan")
    if label < len(positions.means):
        own = np.linalg.norm(positions.probe[labels == label] - positions.means[label], axis=1)
        typical, distance = float(own.mean()), float(to_means[label])
    images, texts = run.probe.images, run.probe.texts

    def given(name: str) -> int | None:
        classes = snapshot.probe(name)
        return None if classes is None else int(classes[row])

    return SampleFacts(
        row=row,
        moment=run.counting.named(recorded),
        layer=manifest.layers[number].name,
        class_names=run.numbered_names,
        labels=run.labels_of(label),
        label=label,
        predicted=given("predicted"),
        nearest=given("nearest"),
        nearest_here=int(to_means.argmin()),
        distance=distance,
        relative_distance=distance / typical if typical > 0 else float("nan"),
        dimensions=positions.means.shape[1],
        width=manifest.layers[number].width,
        image=None if images is None else images[row],
        more=_more_of(run, recorded, row),
        samples="" if run.drawn is TRAIN else run.drawn.title,
        text="" if texts is None else texts[row],
    )


def _more_of(run: Run, epoch: int, row: int) -> tuple[tuple[str, str], ...]:
    """Return what further columns say of a sample, beside classes that stand elsewhere."""
    found = (
        sample_column(run, epoch, name)
        for name in sample_columns(run)
        if name not in (CLASS, "predicted", "nearest", "right")
    )
    return tuple((column.title, column.said(row)) for column in found if column is not None)
