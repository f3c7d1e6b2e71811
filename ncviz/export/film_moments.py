"""Which scene a film shows at each of its moments."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.chart import Spot
from ncviz.export.film_plan import FilmPlan
from ncviz.export.model_path import ModelPath
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.run import Run
from ncviz.scenes.beside import count_alike, view_beside
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_moves import camera_between
from ncviz.scenes.compose import compose, compose_comparison
from ncviz.scenes.scene import Balls, Label, Picture, Scene, Sticks
from ncviz.scenes.view import View
from ncviz.wording import upper_first

Floats = NDArray[np.float64]
Composer = Callable[[View], Scene | Picture]

REST_BEFORE, REST_AFTER = 0.04, 0.10  # shares of the time in which epochs and models stand still
LAYER_REST = 0.5  # share of its time in which a layer stands still


@dataclass(frozen=True, eq=False)
class Shot:
    """What one frame shows.

    Parameters
    ----------
    scene : Scene or Picture
        A picture of two scenes where two runs are compared.
    camera : Camera
    counter : str
        The epoch, the layer, or where a model's timeline stands.
    epoch, layer : float
        Of the plot; between two recorded epochs or two layers where not whole. Of a model the
        epoch is a step, or a value of what it is solved along.
    spots : tuple of Spot
        Of the plot, such as the optimum that is seen.
    second_camera : Camera, optional
        Of the run on the right, where it is seen from a place of its own.
    """

    scene: Scene | Picture
    camera: Camera
    counter: str
    epoch: float = 0.0
    layer: float = -1.0
    spots: tuple[Spot, ...] = ()
    second_camera: Camera | None = None


def shot_at(
    plan: FilmPlan,
    run: Run | None,
    share: float,
    path: ModelPath | None = None,
    second: Run | None = None,
    aspect: float = 2.0,
) -> Shot:
    """Return what a film shows after a share of its time.

    Parameters
    ----------
    plan : FilmPlan
    run : Run or None
        None of a model.
    share : float
        0…1.
    path : ModelPath, optional
        Of a model.
    second : Run, optional
        On the right, as the plan has it beside.
    aspect : float
        Width over height of the picture: two runs may stand one above the other.
    """
    if run is None:
        assert path is not None
        seen = path.moment(rested(share), plan.view)
        camera = plan.view.camera.orbit(plan.turn * share, 0.0)
        return Shot(seen.scene, camera, seen.counter, seen.at, path.layer, seen.spots)
    shot = _of_run(plan, run, share, composer(plan, run, second, aspect))
    if second is not None and plan.beside is not None and not count_alike(run, second):
        shot = replace(shot, counter=_counter_of_both(plan, run, second, shot))
    if plan.beside is None or second is None or plan.beside.camera_linked:
        return shot
    whole = 360.0 if plan.over == "camera" else 0.0
    turned = 0.0 if plan.keyframes else (plan.turn or whole) * share
    return replace(shot, second_camera=plan.beside.view.camera.orbit(turned, 0.0))


def _of_run(plan: FilmPlan, run: Run, share: float, composed: Composer) -> Shot:
    if plan.over == "layers":
        return _over_layers(plan, run, share, composed)
    if plan.over == "camera":
        return _along_camera(plan, run, share, composed)
    epoch = epoch_at(_epochs_of(plan, run), rested(share))
    view = plan.view.at(epoch)
    return Shot(
        composed(view),
        view.camera.orbit(plan.turn * share, 0.0),
        _counter(run, epoch),
        epoch,
        float(view.layer % len(run.manifest.layers)),
    )


def _counter(run: Run, epoch: float) -> str:
    return upper_first(run.counting.named(math.floor(epoch + 1e-6)))


def _counter_of_both(plan: FilmPlan, run: Run, second: Run, shot: Shot) -> str:
    """Return the counter of two runs that do not count alike; over layers it is the layer's."""
    assert plan.beside is not None
    if plan.over == "layers":
        return shot.counter
    view = view_beside(
        run, plan.view.at(shot.epoch), second, plan.beside.view, linked=plan.beside.linked
    )
    return f"{shot.counter} · {second.counting.named(math.floor(view.epoch + 1e-6))}"


def composer(plan: FilmPlan, run: Run, second: Run | None, aspect: float) -> Composer:
    """Return what draws a view of the run, with the second run beside it if there is one."""

    def compose_both(view: View) -> Picture:
        assert second is not None
        assert plan.beside is not None
        own = plan.beside.view
        beside = view_beside(run, view, second, own, linked=plan.beside.linked)
        return compose_comparison(run, view, second, beside, aspect)

    return partial(compose, run) if second is None or plan.beside is None else compose_both


def rested(share: float) -> float:
    """Return the share of the way, with a rest before and after."""
    way = (share - REST_BEFORE) / (1 - REST_BEFORE - REST_AFTER)
    return min(max(way, 0.0), 1.0)


def eased(share: float) -> float:
    """Return a share that starts and ends slowly."""
    return share * share * (3 - 2 * share)


def epoch_at(epochs: Sequence[float], way: float) -> float:
    """Return the epoch after a share of the way from record to record.

    Records are dense where much happens: each takes the same time, as in the window.
    """
    return float(np.interp(way * (len(epochs) - 1), np.arange(len(epochs)), epochs))


def _epochs_of(plan: FilmPlan, run: Run) -> tuple[int, ...]:
    first = run.epochs[0] if plan.first_epoch is None else plan.first_epoch
    last = run.epochs[-1] if plan.last_epoch is None else plan.last_epoch
    low, high = min(first, last), max(first, last)
    chosen = tuple(epoch for epoch in run.epochs if low <= epoch <= high)
    return chosen if first <= last else chosen[::-1]


def _over_layers(plan: FilmPlan, run: Run, share: float, composed: Composer) -> Shot:
    layers = run.manifest.layers
    place = min(share * len(layers), len(layers) - 1e-9)
    layer = int(place)
    moving = max((place - layer - LAYER_REST) / (1 - LAYER_REST), 0.0)
    if layer == len(layers) - 1:
        moving = 0.0
    way = eased(moving)
    scene = composed(replace(plan.view, layer=layer))
    if way > 0:
        scene = blended(scene, composed(replace(plan.view, layer=layer + 1)), way)
    shown = layer + (way > 0.5)
    return Shot(
        scene,
        plan.view.camera.orbit(plan.turn * share, 0.0),
        shortened_layer(layers[shown].name),
        plan.view.epoch,
        layer + way,
    )


def _along_camera(plan: FilmPlan, run: Run, share: float, composed: Composer) -> Shot:
    layers = len(run.manifest.layers)
    if not plan.keyframes:
        view, camera = plan.view, plan.view.camera.orbit((plan.turn or 360.0) * share, 0.0)
        epoch = view.epoch
    else:
        place = share * (len(plan.keyframes) - 1)
        number = min(int(place), len(plan.keyframes) - 2)
        way = eased(place - number)
        first, second = plan.keyframes[number : number + 2]
        camera = camera_between(first.camera, second.camera, way)
        epoch = _epoch_between(run.epochs, first.epoch, second.epoch, way)
        view = replace(first if way < 0.5 else second, theme=plan.view.theme)
    layer = view.layer % layers
    counter, scene = _counter(run, epoch), composed(view.at(epoch))
    if any((each.layer + 1) % layers for each in plan.keyframes):  # the last one goes unsaid
        counter = f"{counter} · {shortened_layer(run.manifest.layers[layer].name)}"
    return Shot(scene, camera, counter, epoch, float(layer))


def _epoch_between(epochs: tuple[int, ...], first: float, second: float, way: float) -> float:
    """Return the epoch on the way from one to another, record by record."""
    places = np.interp([first, second], epochs, np.arange(len(epochs)))
    return float(
        np.interp(places[0] + way * (places[1] - places[0]), np.arange(len(epochs)), epochs)
    )


def blended(first: Scene | Picture, second: Scene | Picture, way: float) -> Scene | Picture:
    """Return what lies on the way from one scene or picture to another of its kind."""
    if isinstance(first, Scene) and isinstance(second, Scene):
        return blend(first, second, way)
    assert isinstance(first, Picture)
    assert isinstance(second, Picture)
    pairs = zip(first.panels, second.panels, strict=True)
    return Picture(tuple(replace(a, scene=blend(a.scene, b.scene, way)) for a, b in pairs))


def blend(first: Scene, second: Scene, way: float) -> Scene:
    """Return a scene on the way from one to another with the same samples.

    What only one of them has, such as the classifier of the last layer, comes
    or goes half-way.
    """
    nearer = first if way < 0.5 else second
    samples = nearer.samples
    if len(first.samples) == len(second.samples):
        samples = Balls(
            _mix(first.samples.positions, second.samples.positions, way),
            samples.radii,
            samples.colors,
            samples.shapes,
            outlines=samples.outlines,
        )
    common = min(len(first.balls), len(second.balls))
    balls, sticks = nearer.balls, nearer.sticks
    positions = balls.positions.copy()
    positions[:common] = _mix(first.balls.positions[:common], second.balls.positions[:common], way)
    common = min(len(first.sticks), len(second.sticks))
    ends = sticks.ends.copy()
    ends[:common] = _mix(first.sticks.ends[:common], second.sticks.ends[:common], way)
    return replace(
        nearer,
        samples=samples,
        balls=replace(balls, positions=positions),
        sticks=replace(sticks, ends=ends),
        links=_links_between(first.links, second.links, way),
        labels=_labels_between(first.labels, second.labels, way),
    )


def _links_between(first: Sticks, second: Sticks, way: float) -> Sticks:
    if len(first) != len(second):
        return first if way < 0.5 else second
    return replace(
        first,
        starts=_mix(first.starts, second.starts, way),
        ends=_mix(first.ends, second.ends, way),
        colors=_mix(first.colors, second.colors, way),
    )


def _labels_between(
    first: tuple[Label, ...], second: tuple[Label, ...], way: float
) -> tuple[Label, ...]:
    """Return names on their way, with what they name."""
    if [label.text for label in first] != [label.text for label in second]:
        return first if way < 0.5 else second
    moved = []
    for one, other in zip(first, second, strict=True):
        x, y, z = (
            (1 - way) * a + way * b for a, b in zip(one.position, other.position, strict=True)
        )
        moved.append(replace(one, position=(x, y, z)))
    return tuple(moved)


def _mix(
    first: NDArray[np.float32], second: NDArray[np.float32], way: float
) -> NDArray[np.float32]:
    return np.asarray((1 - way) * first + way * second, dtype=np.float32)
