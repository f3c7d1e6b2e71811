"""The scenes of a run at all moments of a page, taken apart into what stays and what moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

from ncviz.export.legend_entries import legend_entries
from ncviz.export.web.payload import LegendLine, SceneLook, SceneParts, SceneState
from ncviz.runs.run import Run
from ncviz.scenes.camera_fit import opening_camera, outermost_over_time
from ncviz.scenes.cast import sample_radius
from ncviz.scenes.compose import compose
from ncviz.scenes.palette import THEMES
from ncviz.scenes.scene import Scene, Sticks
from ncviz.scenes.view import View

# Width over height of the pictures for which a camera is chosen: of phones, and of wide screens.
ASPECTS = (0.5, 0.7, 0.85, 1.0, 1.35, 1.8, 2.6)
COVERED = (0.12, 0.0)  # of the picture's height, by the caption
Ints = NDArray[np.int64]


def look_of(
    run: Run,
    view: View,
    moments: Sequence[float],
    layers: Sequence[int],
    rows: Ints,
    name: str,
    advance: Callable[[int], object],
    beside: Sequence[Sequence[Scene]] = (),
) -> SceneLook:
    """Return one choice of classes over moments and layers, without captions.

    Parameters
    ----------
    run : Run
    view : View
        With the classes; epoch and layer do not apply.
    moments : sequence of float
        Recorded ones; of a run that goes by another's clock those between them, too.
    layers : sequence of int
        As many as the page has; one may stand there more than once.
    rows : array of int
        Of the probe's samples that are kept.
    name : str
    advance : callable
        Told of each moment that is done.
    beside : sequence of sequences of Scene
        Of each layer what else one camera is to see: the other run's.
    """
    own = replace(view, hidden=(), pinned=(), hovered=None, recorded_only=False)
    found: dict[bytes, int] = {}
    parts: list[SceneParts] = []
    states: list[tuple[SceneState, ...]] = []
    known: dict[tuple[float, int], SceneState] = {}

    def seen(epoch: float, layer: int) -> SceneState:
        one = replace(own, layer=layer).at(epoch)
        scenes = {theme: thinned(compose(run, replace(one, theme=theme)), rows) for theme in THEMES}
        made = parts_of(run, one, scenes)
        key = made.key
        if key not in found:
            found[key] = len(parts)
            parts.append(made)
        return state_of(scenes["light"], found[key])

    for number, epoch in enumerate(moments):
        for layer in layers:
            if (epoch, layer) not in known:
                known[epoch, layer] = seen(epoch, layer)
        states.append(tuple(known[epoch, layer] for layer in layers))
        advance(number + 1)
    last = replace(own, layer=layers[-1]).at(moments[-1])
    return SceneLook(
        name,
        tuple(parts),
        tuple(states),
        _legend(run, last, rows),
        (),
        tuple(
            _cameras(view, (outermost_over_time(run, replace(own, layer=layer)), *more))
            for layer, more in zip(layers, beside or [()] * len(layers), strict=True)
        ),
        tuple(view.hidden),
    )


def thinned(scene: Scene, rows: Ints) -> Scene:
    """Return a scene with some of its samples, as large as so few are drawn."""
    kept = np.flatnonzero(np.isin(scene.sample_ids, rows))
    samples = scene.samples
    if len(kept) == len(samples):
        return scene
    radius = np.float32(sample_radius(len(kept)))
    few = replace(
        samples,
        positions=samples.positions[kept],
        radii=np.full(len(kept), radius, dtype=np.float32),
        colors=samples.colors[kept],
        shapes=None if samples.shapes is None else samples.shapes[kept],
        outlines=None if samples.outlines is None else samples.outlines[kept],
    )
    return replace(scene, samples=few, sample_ids=scene.sample_ids[kept])


def lines_of(scene: Scene) -> tuple[Sticks, ...]:
    """Return all that is drawn as lines, in the order of `SceneParts`."""
    return scene.sticks, scene.edges, scene.links, scene.ground, scene.trails


def state_of(scene: Scene, parts: int) -> SceneState:
    """Return where everything of a scene is."""
    lines = lines_of(scene)
    labels = np.array([label.position for label in scene.labels], dtype=np.float64).reshape(-1, 3)
    points = np.concatenate(
        [
            scene.samples.positions,
            scene.balls.positions,
            *(each.starts for each in lines),
            *(each.ends for each in lines),
            labels,
        ]
    )
    alphas = np.concatenate([each.colors[:, 3] for each in lines])
    return SceneState(parts, points.astype(np.float64), _bytes(alphas), scene.note)


def parts_of(run: Run, view: View, scenes: dict[str, Scene]) -> SceneParts:
    """Return what a scene, drawn in each theme, has in common with those of other moments.

    Parameters
    ----------
    run : Run
    view : View
        Of which it is, with nothing hidden.
    scenes : dict
        By theme.
    """
    scene = scenes["light"]
    drawn = view.drawn_classes(run.manifest)
    return parts_from(
        scenes,
        owners(run, view, scene),
        run.drawn_of(view.split).drawn_labels[scene.sample_ids],
        {run.manifest.drawn_names[k]: k for k in drawn},
        len(drawn) if view.show_means else 0,
    )


def parts_from(
    scenes: Mapping[str, Scene],
    owned: tuple[Ints, Ints],
    samples: Ints,
    names: Mapping[str, int],
    means: int,
) -> SceneParts:
    """Return what a scene, drawn in each theme, has in common with others, whoever owns it.

    Parameters
    ----------
    scenes : mapping
        By theme.
    owned : tuple of two arrays of int
        Whose the balls and the lines are.
    samples : array of int
        Whose the samples are.
    names : mapping of str to int
        Whose a label is.
    means : int
        How many means there are, which come after what is green.
    """
    scene = scenes["light"]
    balls, lines = owned
    first = len(scene.balls) - len(scene.sticks)
    roles = ["etf"] * first + ["means"] * means
    roles += ["classifier"] * (len(scene.balls) - len(roles))
    has_lines = any(each.samples.outlines is not None for each in scenes.values())
    return SceneParts(
        sample_radii=scene.samples.radii,
        sample_colors={name: _bytes(each.samples.colors) for name, each in scenes.items()},
        sample_outlines={
            name: _bytes(_outlines(each)) for name, each in scenes.items() if has_lines
        },
        sample_shapes=scene.samples.shapes,
        sample_owners=samples,
        sample_ids=scene.sample_ids,
        ball_radii=scene.balls.radii,
        ball_colors={name: _bytes(each.balls.colors) for name, each in scenes.items()},
        ball_cores={name: _bytes(_cores(each)) for name, each in scenes.items()},
        ball_owners=balls,
        ball_roles=tuple(roles),
        line_radii=np.concatenate([each.radii for each in lines_of(scene)]),
        line_colors={
            name: _bytes(np.concatenate([line.colors[:, :3] for line in lines_of(each)]))
            for name, each in scenes.items()
        },
        line_lit=np.concatenate([np.full(len(each), each.lit) for each in lines_of(scene)]),
        line_owners=lines,
        labels=tuple(label.text for label in scene.labels),
        label_owners=np.array([names.get(label.text, -1) for label in scene.labels], dtype=int),
        fog=scene.fog,
    )


def owners(run: Run, view: View, scene: Scene) -> tuple[Ints, Ints]:
    """Return whose the balls and the lines of a scene are, −1 of nobody.

    Means and classifier rows have a stick each, in one order; what is green comes before them.
    """
    classes = view.drawn_classes(run.manifest)
    corners = view.shown_classes(run.manifest.classes)
    means = classes if view.show_means else ()
    rows = corners[: len(scene.sticks) - len(means)]
    sticks = (*means, *rows)
    balls = (-1,) * (len(scene.balls) - len(sticks)) + sticks
    links = classes if len(scene.links) == len(classes) else (-1,) * len(scene.links)
    rest = len(scene.ground) + len(scene.trails)
    lines = (*sticks, *(-1,) * len(scene.edges), *links, *(-1,) * rest)
    return np.array(balls, dtype=np.int64), np.array(lines, dtype=np.int64)


def _legend(run: Run, view: View, rows: Ints) -> tuple[LegendLine, ...]:
    scenes = {t: [thinned(compose(run, replace(view, theme=t)), rows)] for t in THEMES}
    drawn = run.drawn_of(view.split)
    names = drawn.numbered_names  # all of them: the page's own legend has room
    both = {
        t: legend_entries(of, run, view, THEMES[t], most=len(names)) for t, of in scenes.items()
    }
    present = np.unique(drawn.drawn_labels[scenes["light"][0].sample_ids]).tolist()
    owned = iter([k for k in present if not view.color_by])
    lines = []
    for light, dark in zip(both["light"], both["dark"], strict=True):
        owner = next(owned, None) if light.is_class else None
        assert owner is None or names[owner] == light.text
        colors = {"light": light.color, "dark": dark.color}
        lines.append(LegendLine(light.text, colors, owner, light.shape))
    return tuple(lines)


def outermost_of(run: Run, view: View, layers: Sequence[int]) -> tuple[tuple[Scene, ...], ...]:
    """Return of each layer what one camera must see of a run to see all of it at all moments."""
    own = replace(view, hidden=(), pinned=(), hovered=None)
    return tuple((outermost_over_time(run, replace(own, layer=layer)),) for layer in layers)


def _cameras(view: View, scenes: Sequence[Scene]) -> tuple[tuple[float, dict[str, object]], ...]:
    """Return the cameras from which all of a layer is seen at all moments, by aspect."""
    return tuple(
        (aspect, asdict(opening_camera(view.camera, list(scenes), aspect, covered=COVERED)))
        for aspect in ASPECTS
    )


def _outlines(scene: Scene) -> NDArray[np.float32]:
    found = scene.samples.outlines
    return np.zeros((len(scene.samples), 4), np.float32) if found is None else found


def _cores(scene: Scene) -> NDArray[np.float32]:
    found = scene.balls.cores
    return np.zeros((len(scene.balls), 4), np.float32) if found is None else found


def _bytes(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.round(255 * np.clip(shares, 0.0, 1.0)).astype(np.uint8)
