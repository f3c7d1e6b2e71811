"""From a run and a view to a Scene, or to several: pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.etf import DRAWN, has_simplex_etf
from ncviz.language import tr
from ncviz.runs.directions import default_classes
from ncviz.runs.layer_names import numbers_of_layers, shortened_layer
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.own_space import is_own_space, own_space
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Positions
from ncviz.runs.splits import TRAIN
from ncviz.scenes.cache import cache_of
from ncviz.scenes.cast import Cast, make_cast
from ncviz.scenes.drawing import Ideal, draw_layout
from ncviz.scenes.ghosts import Ghost, ideal_of, seen_from_zero, words_from_zero
from ncviz.scenes.hollow_means import hollow_means
from ncviz.scenes.label_sets import words_of_absent
from ncviz.scenes.layout import (
    Floats,
    Layout,
    align,
    layout_between,
    nearest_recorded,
    recorded_around,
    turn_onto,
)
from ncviz.scenes.own_space import (
    code_in,
    ground_of,
    ideal_in,
    is_on_sphere,
    rings_about,
    shadow_of_points,
    words_of_own_space,
)
from ncviz.scenes.panel_titles import panel_titles
from ncviz.scenes.placements import layout_at, samples_of, shadow_of
from ncviz.scenes.sample_colors import colored_by_column
from ncviz.scenes.scene import Picture, Scene, grid_of_panels, join_sticks
from ncviz.scenes.shadows import (
    BEST,
    drawn_shadow,
    kind_that_applies,
    shadow_in_words,
    vertices_in,
)
from ncviz.scenes.trails import rings_of, trails_of
from ncviz.scenes.view import ShadowChoice, View
from ncviz.wording import upper_first

MOST_LAYERS = 48  # side by side: each costs a frame some milliseconds, and gets its share of pixels


def compose(
    run: Run,
    view: View,
    set_scales: Mapping[int, float] | None = None,
    ghost: Ghost | None = None,
) -> Scene:
    """Describe the picture of a run.

    Parameters
    ----------
    run : Run
    view : View
        Its epoch is clipped to the recorded range; between two recorded epochs
        positions are interpolated linearly, unless it wants recorded ones only.
    set_scales : mapping of int to float, optional
        By numbers of labels, how many times farther out than the mean of the vertices of its
        labels a set of so many belongs; by default as far as fits its means best.
    ghost : Ghost, optional
        What is drawn in green in the place of the simplex ETF, of all classes; not about zero.

    Returns
    -------
    Scene
        Its arrays may be shared with other scenes of the run and must not be
        changed.

    Raises
    ------
    UserError
        If a snapshot that is needed cannot be read.

    Notes
    -----
    The vocabulary of Papyan, Han, Donoho, PNAS 2020, Fig. 1.
    """
    manifest, view, run = run.manifest, with_classes(view, run), run.drawn_of(view.split)
    classes = view.shown_classes(manifest.classes)
    layer = view.layer % len(manifest.layers)
    epoch = nearest_recorded(run.epochs, view.epoch) if view.recorded_only else view.epoch
    cast = _cast_of(run, classes, view)
    cast = colored_by_column(cast, run, view)
    layout = layout_at(run, epoch, layer, classes, view.shadow)
    shadow = shadow_of(run, layer, classes, view.shadow)
    scene = _drawn(run.whole, layout, cast, view, layer, shadow, set_scales, ghost)
    if run.drawn is not TRAIN:
        note = " · ".join(filter(None, (run.drawn.title, scene.note)))
        scene = replace(scene, note=note, trails=hollow_means(layout, cast, view))
    elif (told := run.measured_on(view.split)) is not TRAIN:
        whose = tr("training samples drawn, numbers of the {samples}", samples=told.samples)
        scene = replace(scene, note=" · ".join(filter(None, (whose, scene.note))))
    if not view.show_samples or (not view.pinned and view.hovered is None):
        return scene
    trails = trails_of(run, epoch, layer, layout, view, cast, shadow)
    return replace(
        scene,
        rings=rings_of(scene, view, cast),
        trails=join_sticks([scene.trails, trails]) if len(scene.trails) else trails,
    )


def _drawn(
    run: Run,
    layout: Layout,
    cast: Cast,
    view: View,
    layer: int,
    shadow: Floats,
    set_scales: Mapping[int, float] | None,
    ghost: Ghost | None,
) -> Scene:
    """Draw a layer beside what its classes could become."""
    if is_own_space(run, layer):
        plain = replace(view, shadow=ShadowChoice())  # there is none to choose
        ideal = code_in(run, layer, cast.corners) if view.show_etf else None
        note = words_of_own_space(run, layer, cast.corners)
        scene = draw_layout(layout, cast, plain, ideal, note)
        return replace(scene, ground=ground_of(run, view, layer))
    width = run.manifest.layers[layer].width
    fits = has_simplex_etf(run.manifest.classes, width)
    names = cast.names[: len(cast.corners)]
    note = shadow_in_words(view.shadow, names, width)
    if run.manifest.label_sets:
        absent = words_of_absent(run.probe.labels, cast.corners, names)
        note = " · ".join(filter(None, (note, absent)))
    ideal = Ideal(vertices_in(shadow), set_scales=set_scales or {}) if fits else None
    if ghost is not None and len(ghost.means) == len(cast.corners):
        ideal = ideal_of(ghost, shadow)
    return draw_layout(layout, cast, view, ideal, note)


def with_classes(view: View, run: Run) -> View:
    """Return a view in which the classes are chosen that a run shows first, if none are yet.

    Parameters
    ----------
    view : View
    run : Run
        Of an imbalanced one, classes of both groups.
    """
    return view if view.classes else replace(view, classes=default_classes(run))


def compose_onto(
    run: Run, view: View, target: Floats, name: str, marked: Sequence[int] = ()
) -> Scene:
    """Describe the picture of a run whose classes are to become other points than a simplex ETF.

    Parameters
    ----------
    run : Run
    view : View
    target : array, shape (K, m)
        Where all its classes are to come; it never moves, and class means are turned onto it by
        orthogonal Procrustes, without a change of lengths. Of more than three dimensions a fixed
        shadow is drawn.
    name : str
        What it is.
    marked : sequence of int
        Which of its points have a ring.
    """
    classes, layer = tuple(range(run.manifest.classes)), view.layer % len(run.manifest.layers)
    cast = _cast_of(run, classes, view)
    on_sphere = is_on_sphere(run, layer)
    points = target - (0.0 if on_sphere else target.mean(axis=0))
    shadow = shadow_of_points(points)
    low, high, share = recorded_around(run.epochs, view.epoch)

    def turned(epoch: int) -> Layout:
        positions = run.snapshot(epoch).positions(layer)
        if on_sphere:
            own = own_space(run, epoch, layer)
            positions = Positions(own.means, own.samples, own.rows)
        return turn_onto(positions, points, about_zero=on_sphere).cast(shadow)

    layout = turned(low) if share == 0 else layout_between(turned(low), turned(high), share)
    ideal = ideal_in(points, shadow, name)
    dimensions = points.shape[1]
    note = (
        tr("3-D shadow of {dimensions} dimensions", dimensions=dimensions)
        if dimensions > DRAWN
        else ""
    )
    scene = draw_layout(layout, cast, view, ideal, note)
    if view.show_etf and len(marked):
        scene = replace(scene, rings=rings_about(ideal.points[list(marked)], view.theme))
    if on_sphere and dimensions <= DRAWN:
        return replace(scene, ground=ground_of(run, view, layer))
    return scene


def _cast_of(run: Run, classes: tuple[int, ...], view: View) -> Cast:
    manifest, drawn = run.manifest, run.manifest.with_sets(classes)
    names = tuple(manifest.drawn_names[number] for number in drawn)
    sets = tuple(manifest.labels_of(number) for number in drawn[len(classes) :])
    sample_ids = samples_of(run, classes)
    return cache_of(run).recall(
        ("cast", classes, view.hidden, view.palette, view.shapes, view.theme),
        lambda: make_cast(drawn, names, view, run.drawn_labels[sample_ids], sample_ids, sets),
    )


def vertices_of(run: Run, view: View) -> Floats:
    """Return where a view draws the vertices of the simplex ETF, one for each class shown.

    In a layer's own space, where there is none, its class means at that moment.

    Returns
    -------
    array, shape (K′, 3)
        In the order of `view.shown_classes`.
    """
    classes = with_classes(view, run).shown_classes(run.manifest.classes)
    layer = view.layer % len(run.manifest.layers)
    if is_own_space(run, layer):
        return layout_at(run, view.epoch, layer, classes).means
    return vertices_in(shadow_of(run, layer, classes, view.shadow))


def layers_beside(count: int, chosen: int) -> tuple[int, ...]:
    """Return the layers that stand side by side: all, or of very many some at equal distances.

    Parameters
    ----------
    count : int
        Of all layers.
    chosen : int
        A layer that is always among them, as the first and the last are.
    """
    if count <= MOST_LAYERS:
        return tuple(range(count))
    even = {round(k * (count - 1) / (MOST_LAYERS - 2)) for k in range(MOST_LAYERS - 1)}
    return tuple(sorted(even | {chosen % count}))


def compose_layers(
    run: Run, view: View, aspect: float, fuzziness: Sequence[float] | None = None
) -> Picture:
    """Describe layers side by side at the same moment, from the raw input to the last.

    Parameters
    ----------
    run : Run
    view : View
        Its layer is the chosen panel. Names of classes are left out: many
        small scenes would drown in them.
    aspect : float
        Width over height of the picture.
    fuzziness : sequence of float, optional
        D in all layers at this moment, of the samples whose numbers the view shows, where it is
        known already.
    """
    layers = run.manifest.layers
    chosen = view.layer % len(layers)
    shown = layers_beside(len(layers), chosen)
    one = replace(view, show_labels=False)
    scenes = [compose(run, replace(one, layer=number)) for number in shown]
    titles = [shortened_layer(layers[number].name) for number in shown]
    epoch = nearest_recorded(run.epochs, view.epoch)
    split = run.measured_on(view.split).name
    numbers = cache_of(run).recall(
        (tr("numbers of layers"), epoch, split),
        lambda: numbers_of_layers(fuzziness or fuzziness_by_layer(run, epoch, split)),
    )
    below = [numbers[number] for number in shown]
    return grid_of_panels(scenes, titles, aspect, shown.index(chosen), below)


def compose_comparison(
    first_run: Run, first_view: View, second_run: Run, second_view: View, aspect: float = 2.0
) -> Picture:
    """Describe two runs side by side, each in its own view, under their titles.

    Parameters
    ----------
    first_run, second_run : Run
    first_view, second_view : View
    aspect : float
        Width over height of the picture; in a tall one they stand one above the other.
    """
    same_classes = first_run.manifest.class_names == second_run.manifest.class_names
    if same_classes and not first_view.classes and not second_view.classes:
        # Those of the imbalanced run, whichever it is: the same classes in both.
        chosen = default_classes(first_run) or default_classes(second_run)
        first_view = replace(first_view, classes=chosen)
        second_view = replace(second_view, classes=chosen)
    scenes = [compose(first_run, first_view), compose(second_run, second_view)]
    named = list(panel_titles(first_run, second_run))
    seen = first_run.drawn_of(first_view.split), second_run.drawn_of(second_view.split)
    if any(run.drawn is not TRAIN for run in seen):
        whose = [upper_first(run.drawn.title) for run in seen]
        named = [f"{samples} · {title}" for samples, title in zip(whose, named, strict=True)]
    return grid_of_panels(scenes, named, aspect)


def compose_model(
    means: Floats,
    classifier: Floats | None,
    names: tuple[str, ...],
    view: View,
    samples: tuple[Floats, NDArray[np.int64]] | None = None,
    ghost: Ghost | None = None,
) -> Scene:
    """Describe the picture of a model's features and classifier.

    Parameters
    ----------
    means : array, shape (K, p)
        Features h_k, one a class.
    classifier : array, shape (K, p), or None
        Rows w_k.
    names : tuple of str
        K of them.
    view : View
        Its epoch, layer and classes do not apply.
    samples : tuple of arrays, shape (n, p) and (n,), optional
        Samples and their classes.
    ghost : Ghost, optional
        What is drawn in green in the place of the simplex ETF.
    """
    cloud, labels = samples or (np.zeros((0, means.shape[1])), np.zeros(0, dtype=np.int64))
    everybody = np.arange(len(labels))
    classes = tuple(range(len(means)))
    if ghost is not None and ghost.about_zero:
        plain = replace(view, shadow=ShadowChoice())  # there is none to choose
        cast = make_cast(classes, names, plain, labels, everybody)
        layout, ideal = seen_from_zero(means, classifier, cloud, ghost.name)
        return draw_layout(layout, cast, plain, ideal, words_from_zero(len(classes)))
    positions = Positions(means, cloud, classifier)
    aligned = align(positions, classes, everybody)
    widest = aligned.means if kind_that_applies(view.shadow, len(classes) - 1) == BEST else None
    shadow = drawn_shadow(len(classes), view.shadow, widest)
    layout = aligned.cast(shadow)
    cast = make_cast(classes, names, view, labels, everybody)
    note = shadow_in_words(view.shadow, cast.names)
    ideal = Ideal(vertices_in(shadow)) if ghost is None else ideal_of(ghost, shadow)
    return draw_layout(layout, cast, view, ideal, note)
