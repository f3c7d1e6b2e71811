"""A picture in which some classes stand out, because something points at them elsewhere."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ncviz.concept import CLASSIFIER, ETF, MEANS, SAMPLES
from ncviz.runs.manifest import Manifest
from ncviz.runs.run import Run
from ncviz.scenes.drawing import CLASSIFIER_STICK, MEAN_STICK, edges_of
from ncviz.scenes.scene import Balls, Scene, Sticks
from ncviz.scenes.view import View

Bools = NDArray[np.bool_]
Owners = tuple[list[int], list[int]]

ROLES = (SAMPLES, MEANS, CLASSIFIER, ETF)

BETWEEN_STICKS = (MEAN_STICK + CLASSIFIER_STICK) / 2
DRAWN_AXES = 3  # the last of the edges
FADED = 0.82  # how far what is not meant goes over into the background
FADED_ALPHA = 0.3  # of names and of the edges of the simplex ETF


def emphasized(
    scene: Scene, run: Run, view: View, classes: Iterable[int], roles: Iterable[str] = ()
) -> Scene:
    """Return a scene in which all but some classes fade into the background.

    Parameters
    ----------
    scene : Scene
        Composed of this run in this view; it is not changed.
    run : Run
    view : View
    classes : iterable of int
        Those that are not drawn count for nothing; if none is left, the scene
        stays as it is. All count where there are roles alone.
    roles : iterable of str
        Of `ROLES`: what does not fade. None, or none that is drawn, for all.
    """
    shown = view.drawn_classes(run.manifest)
    visible = [k for k in shown if k not in view.hidden]
    meant, asked = set(classes) & set(visible), tuple(classes)
    vertices, rest = _owners(scene, view, run.manifest, visible)
    lit = set(roles) & _drawn_roles(scene, view, (vertices, rest), visible)
    if not meant and (asked or not lit):
        return scene
    meant, lit = meant or set(visible), lit or set(ROLES)
    labels = run.drawn_of(view.split).drawn_labels[scene.sample_ids]
    names = {run.manifest.drawn_names[k] for k in meant}
    of_rest = _roles_of(rest, view, visible)
    pale = _others(rest, meant) | np.array([role not in lit for role in of_rest], dtype=bool)
    pale_vertices = _others(vertices, meant) | (ETF not in lit)
    pale_samples = ~np.isin(labels, list(meant)) | (SAMPLES not in lit)
    corners = meant if ETF in lit else set()
    return replace(
        _faded_scene(scene, pale_samples, np.append(pale_vertices, pale), pale),
        edges=_faded_edges(scene.edges, [k for k in vertices if k < run.manifest.classes], corners),
        links=_faded_links(scene.links, visible, corners),
        labels=tuple(
            label
            if label.text in names
            else replace(label, color=(*label.color[:3], FADED_ALPHA * label.color[3]))
            for label in scene.labels
        ),
    )


def lit_model(scene: Scene, view: View, roles: Iterable[str]) -> Scene:
    """Return the scene of a model in which all but some roles fade into the background.

    Parameters
    ----------
    scene : Scene
        Of a model of the Theory room, in this view.
    view : View
    roles : iterable of str
        Of `ROLES`; none, or none that is drawn, for all.
    """
    rest = len(scene.sticks)  # one to each mean and to each classifier row
    vertices = len(scene.balls) - rest
    # Sets of labels have means and no rows: the thickness of its stick says what each is.
    of_rest = np.where(scene.sticks.radii > BETWEEN_STICKS, MEANS, CLASSIFIER)
    drawn = {*of_rest, *([ETF] if vertices else []), *([SAMPLES] if len(scene.samples) else [])}
    lit = set(roles) & drawn
    if not lit:
        return scene
    pale = ~np.isin(of_rest, list(lit))
    pale_vertices = np.full(vertices, ETF not in lit)
    edges = scene.edges
    if ETF not in lit:
        colors = edges.colors.copy()
        colors[: len(edges) - DRAWN_AXES * view.show_axes, 3] *= FADED_ALPHA
        edges = replace(edges, colors=colors)
    pale_samples = np.full(len(scene.samples), SAMPLES not in lit)
    return replace(
        _faded_scene(scene, pale_samples, np.append(pale_vertices, pale), pale),
        edges=edges,
        links=_faded_links(scene.links, list(range(len(scene.links))), set()),
    )


def dimmed(scene: Scene) -> Scene:
    """Return a scene all of which fades into the background."""
    pale = (np.ones(len(part), dtype=bool) for part in (scene.samples, scene.balls, scene.sticks))
    links = _faded_links(scene.links, list(range(len(scene.links))), set())
    return replace(_faded_scene(scene, *pale), links=links)


def owners_of_balls(scene: Scene, view: View, run: Run) -> list[tuple[str, int] | None]:
    """Return whose each ball is: 'means' or 'classifier', and the class; None for a vertex.

    Parameters
    ----------
    scene : Scene
        Composed in this view.
    view : View
    run : Run
    """
    visible = [k for k in view.drawn_classes(run.manifest) if k not in view.hidden]
    vertices, rest = _owners(scene, view, run.manifest, visible)
    roles = _roles_of(rest, view, visible)
    return [*(None for _ in vertices), *zip(roles, rest, strict=True)]


def _owners(
    scene: Scene, view: View, manifest: Manifest, visible: list[int]
) -> tuple[list[int], list[int]]:
    """Return the class of each vertex of the ETF, and of each mean and classifier row."""
    # One stick to each mean and to each classifier row; vertices have none, where they are drawn.
    vertices = list(view.drawn_classes(manifest)) if len(scene.balls) > len(scene.sticks) else []
    rest = list(visible) if view.show_means else []
    if len(scene.sticks) > len(rest):
        rest += [k for k in visible if k < manifest.classes]  # the classifier's rows
    return vertices, rest


def _roles_of(rest: list[int], view: View, visible: list[int]) -> list[str]:
    """Return the role of each ball that is no vertex: means first, then classifier rows."""
    means = len(visible) if view.show_means else 0
    return [MEANS if number < means else CLASSIFIER for number in range(len(rest))]


def _drawn_roles(scene: Scene, view: View, owners: Owners, visible: list[int]) -> set[str]:
    vertices, rest = owners
    drawn = set(_roles_of(rest, view, visible))
    if vertices:
        drawn.add(ETF)
    if len(scene.samples):
        drawn.add(SAMPLES)
    return drawn


def _others(owners: list[int], meant: set[int]) -> Bools:
    return np.array([k not in meant for k in owners], dtype=bool)


def _faded(
    colors: NDArray[np.float32], which: Bools, background: tuple[float, float, float]
) -> NDArray[np.float32]:
    mixed = colors.copy()
    paper = np.asarray(background, dtype=np.float32)
    mixed[which, :3] += np.float32(FADED) * (paper - mixed[which, :3])
    return mixed


def _faded_balls(balls: Balls, which: Bools, background: tuple[float, float, float]) -> Balls:
    cores = None if balls.cores is None else _faded(balls.cores, which, background)
    outlines = None if balls.outlines is None else _faded(balls.outlines, which, background)
    colors = _faded(balls.colors, which, background)
    return replace(balls, colors=colors, cores=cores, outlines=outlines)


def _faded_scene(scene: Scene, samples: Bools, balls: Bools, sticks: Bools) -> Scene:
    paper = scene.background
    return replace(
        scene,
        samples=_faded_balls(scene.samples, samples, paper),
        balls=_faded_balls(scene.balls, balls, paper),
        sticks=replace(scene.sticks, colors=_faded(scene.sticks.colors, sticks, paper)),
    )


def _faded_edges(edges: Sticks, vertices: list[int], meant: set[int]) -> Sticks:
    """Fade the edges of the ETF that do not join two of the classes; axes stay."""
    if len(edges) < edges_of(len(vertices)):  # so many are not drawn
        return edges
    first, second = np.triu_indices(len(vertices), k=1)
    others = _others(vertices, meant)
    colors = edges.colors.copy()
    colors[: len(first)][others[first] | others[second], 3] *= FADED_ALPHA
    return replace(edges, colors=colors)


def _faded_links(links: Sticks, owners: list[int], meant: set[int]) -> Sticks:
    colors = links.colors.copy()
    if len(links):
        colors[_others(owners, meant), 3] *= FADED_ALPHA
    return replace(links, colors=colors)
