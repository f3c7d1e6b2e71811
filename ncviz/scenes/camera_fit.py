"""Cameras that show all there is, over as many moments as one likes."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ncviz.runs.run import Run
from ncviz.scenes.cache import cache_of
from ncviz.scenes.camera import MAXIMUM_DISTANCE, PERSPECTIVE, Camera
from ncviz.scenes.compose import compose, with_classes
from ncviz.scenes.scene import Balls, Scene
from ncviz.scenes.view import View

Floats = NDArray[np.float64]

FILLED = 0.94  # share of the picture that what is drawn may fill
NEAREST = 3.4  # scene units: a fit comes no closer to a small scene
OUTLIERS = 0.02  # share of the samples for which a whole run is not made smaller
MOMENTS = 5  # of a run, of which the farthest decides
LOWEST, HIGHEST = -0.3, 0.5  # of the target: so near the centre it stays
FARTHER = 1.0  # scene units that words above or below may shift it
MANY = 5_000  # points, from which on a fit looks at the outermost alone
LEAST_FREE = 0.25  # of the half of a picture, however much of it words cover
_HEIGHT_STEP = 0.04  # scene units between the heights that are tried

Covered = tuple[float, float]  # shares of a picture's height, from above and from below
NOTHING_COVERED: Covered = (0.0, 0.0)


def fitted_camera(
    camera: Camera,
    scenes: Iterable[Scene],
    aspect: float = 1.0,
    turns: Sequence[float] = (0.0,),
    covered: Covered = NOTHING_COVERED,
) -> Camera:
    """Return the nearest camera in the same direction that shows all of some scenes.

    Parameters
    ----------
    camera : Camera
        Where we look from now. Its direction and perspective stay.
    scenes : iterable of Scene
        E.g. those of a film: one camera shows them all, so that nothing pumps.
    aspect : float
        Width over height of the picture; 1 for a camera from which narrow
        panels step back by themselves, see `camera_moves.fitted`.
    turns : sequence of float
        Degrees about the upright axis, by which the camera will be turned.
    covered : tuple of 2 floats
        Shares of the picture's height that words cover above and below: nothing
        of the scenes lies under them.

    Returns
    -------
    Camera
        It looks at a point of the upright axis, so that what turns about that
        axis stays in the middle. The same camera where there is nothing to show.
    """
    points, radii = _outline(scenes)
    if not len(points):
        return camera
    tangent = math.tan(math.radians(camera.field_of_view or PERSPECTIVE) / 2)
    half = FILLED * tangent
    up, down = (tangent * share for share in _free(covered, FILLED))
    heights = _heights(covered)
    farthest = np.full(len(heights), -np.inf)
    for turn in turns:
        basis = camera.orbit(turn, 0.0).basis()
        # From the target to the points, for each height of it: to the right, up, to the eye.
        seen = points @ basis.T
        shift = heights[:, None] * basis[:, 2]
        across = np.abs(seen[:, 0] - shift[:, :1]) + radii
        along = seen[:, 1] - shift[:, 1:2]
        wanted = np.maximum((along + radii) / up, (radii - along) / down)
        wanted = np.maximum(wanted, across / (half * aspect))
        if not camera.is_orthographic:
            wanted = wanted + seen[:, 2] - shift[:, 2:]
        farthest = np.maximum(farthest, wanted.max(axis=1))
    best = int(farthest.argmin())
    distance = min(max(float(farthest[best]), NEAREST), MAXIMUM_DISTANCE)
    return replace(camera, distance=distance, target=(0.0, 0.0, float(heights[best])))


def shows_all(
    camera: Camera,
    scenes: Iterable[Scene],
    aspect: float = 1.0,
    covered: Covered = NOTHING_COVERED,
) -> bool:
    """Return whether nothing of some scenes leaves the picture, or lies under its words.

    Parameters
    ----------
    camera, scenes, aspect, covered
        As of `fitted_camera`.
    """
    points, radii = _outline(scenes)
    seen = (points - np.asarray(camera.target)) @ camera.basis().T
    half = math.tan(math.radians(camera.field_of_view or PERSPECTIVE) / 2)
    depth = camera.distance - (0.0 if camera.is_orthographic else seen[:, 2])
    up, down = (half * share for share in _free(covered))
    across = np.abs(seen[:, 0]) + radii <= half * aspect * depth
    along = (seen[:, 1] + radii <= up * depth) & (radii - seen[:, 1] <= down * depth)
    return bool((across & along).all())


def opening_camera(
    camera: Camera,
    scenes: Iterable[Scene],
    aspect: float = 1.0,
    turns: Sequence[float] = (0.0,),
    covered: Covered = NOTHING_COVERED,
) -> Camera:
    """Return the first view of some scenes: the usual one, or farther away if that cuts them.

    Parameters
    ----------
    camera, scenes, aspect, turns, covered
        As of `fitted_camera`.
    """
    kept = list(scenes)
    home = Camera().with_perspective(not camera.is_orthographic)
    usual = replace(camera, distance=home.distance, target=home.target)
    if all(shows_all(usual.orbit(turn, 0.0), kept, aspect, covered) for turn in turns):
        return usual
    return fitted_camera(usual, kept, aspect, turns, covered)


def scenes_over_time(run: Run, view: View, moments: int = MOMENTS) -> list[Scene]:
    """Return scenes of a run in one view at moments from the first epoch to the last.

    Parameters
    ----------
    run : Run
    view : View
        Its epoch does not apply.
    moments : int
        How many at most.
    """
    picked = np.linspace(0, len(run.epochs) - 1, min(len(run.epochs), moments)).round()
    return [compose(run, view.at(run.epochs[int(k)])) for k in picked]


def outermost_over_time(run: Run, view: View) -> Scene:
    """Return balls where the scenes of `scenes_over_time` reach farthest, few outliers left out.

    A camera that shows these shows those, and a run remembers them: they depend neither on
    colours nor on names nor on the moment.

    Parameters
    ----------
    run : Run
    view : View
        Its epoch does not apply.
    """
    plain = View(
        layer=view.layer % len(run.manifest.layers),
        classes=with_classes(view, run).shown_classes(run.manifest.classes),
        hidden=view.hidden,
        show_samples=view.show_samples,
        show_means=view.show_means,
        show_classifier=view.show_classifier,
        show_etf=view.show_etf,
        show_labels=False,
        shadow=view.shadow,
        split=view.split,
    )

    def farthest() -> Scene:
        scenes = scenes_over_time(run, plain)
        points, radii = _outline(without_outliers(scene) for scene in scenes)
        colors = np.zeros((len(points), 4))
        return Scene(balls=Balls(*(part.astype(np.float32) for part in (points, radii, colors))))

    return cache_of(run).recall(("outermost", run.epochs, plain), farthest)


def without_outliers(scene: Scene, share: float = OUTLIERS) -> Scene:
    """Return a scene without the few samples that lie farthest out.

    Parameters
    ----------
    scene : Scene
        It is not changed.
    share : float
        Of its samples, rounded down.
    """
    samples = scene.samples
    kept = len(samples) - int(share * len(samples))
    if kept == len(samples):
        return scene
    squares = np.square(samples.positions).sum(axis=1)
    near = np.sort(np.argpartition(squares, kept)[:kept])
    shapes = None if samples.shapes is None else samples.shapes[near]
    core = Balls(samples.positions[near], samples.radii[near], samples.colors[near], shapes)
    return replace(scene, samples=core, sample_ids=scene.sample_ids[near])


def _free(covered: Covered, filled: float = 1.0) -> tuple[float, float]:
    """Return how far one may draw above and below the middle, in halves of the picture."""
    above, below = covered
    return max(filled - 2 * above, LEAST_FREE), max(filled - 2 * below, LEAST_FREE)


def _heights(covered: Covered) -> Floats:
    """Return the heights of the target that are tried."""
    farther = 0.0 if covered == NOTHING_COVERED else FARTHER
    low, high = LOWEST - farther, HIGHEST + farther
    return np.linspace(low, high, round((high - low) / _HEIGHT_STEP) + 1)


def _outline(scenes: Iterable[Scene]) -> tuple[Floats, Floats]:
    """Return the centres and radii of all that is drawn somewhere."""
    seen = list(scenes)
    parts: list[Balls] = [part for scene in seen for part in (scene.balls, scene.samples)]
    parts += [_ground_of(scene) for scene in seen if scene.handles is not None]
    points = np.concatenate([np.zeros((0, 3)), *(part.positions for part in parts)])
    radii = np.concatenate([np.zeros(0), *(part.radii for part in parts)])
    somewhere = np.isfinite(points).all(axis=1)
    return _outermost(points[somewhere].astype(np.float64), radii[somewhere].astype(np.float64))


def _ground_of(scene: Scene) -> Balls:
    """Return where balls can be dragged to, as if they lay everywhere on the ground already."""
    points = scene.ground.starts
    radius = float(scene.balls.radii.max()) if len(scene.balls) else 0.0
    return Balls(points, np.full(len(points), radius, dtype=np.float32))


def _outermost(points: Floats, radii: Floats) -> tuple[Floats, Floats]:
    """Leave out what lies within others of its radius: no camera sees it farther out than them.

    How far a sphere reaches to any side is a convex function of its centre, so that the corners
    of the convex hull decide. Of few points the hull is not worth its time.
    """
    kept = np.ones(len(points), dtype=bool)
    for radius in np.unique(radii) if len(points) > MANY else ():
        alike = np.flatnonzero(radii == radius)
        corners = _corners(points[alike])
        kept[alike] = False
        kept[alike[corners]] = True
    return points[kept], radii[kept]


def _corners(points: Floats) -> NDArray[np.intp]:
    """Return which points are corners of the convex hull of all; all of them where it is flat."""
    if len(points) <= MANY:
        return np.arange(len(points))
    from scipy.spatial import ConvexHull, QhullError

    try:
        return np.asarray(ConvexHull(points).vertices, dtype=np.intp)
    except QhullError:
        return np.arange(len(points))
