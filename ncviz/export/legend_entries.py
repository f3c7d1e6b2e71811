"""What a legend says: colours and what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ncviz.language import named, tr
from ncviz.models.model import RoleWords
from ncviz.runs.run import Run
from ncviz.scenes.palette import THEMES, Theme, class_color, rgb
from ncviz.scenes.sample_colors import colors_in_words, column_in_view
from ncviz.scenes.scene import SHAPES, Scene
from ncviz.scenes.view import View

MOST_CLASSES = 20  # that are named
_THEMES = tuple(THEMES.values())


@dataclass(frozen=True)
class LegendEntry:
    """A colour and what it means.

    Parameters
    ----------
    text : str
    color : str
        Hex; empty of words alone.
    shape : int
        Of the samples of a class.
    is_class : bool
        Not a role, such as the class means.
    """

    text: str
    color: str
    shape: int = 0
    is_class: bool = False


def legend_entries(
    scenes: Sequence[Scene],
    run: Run | None,
    view: View,
    theme: Theme,
    own: Sequence[Scene] | None = None,
    most: int = MOST_CLASSES,
    said: Sequence[RoleWords] = (),
) -> list[LegendEntry]:
    """Return what is to be seen in scenes, with its colours: the ideal, the roles, the classes.

    Parameters
    ----------
    scenes : sequence of Scene
    run : Run or None
    view : View
        Its palette and shapes.
    theme : Theme
        Of the legend.
    own : sequence of Scene, optional
        Those that show samples of the run; by default all.
    most : int
        Of more classes none is named.
    said : sequence of RoleWords
        What a model calls its roles.
    """
    ideals = dict.fromkeys(scene.target for scene in scenes if _has_role(scene, "etf"))
    points = dict.fromkeys((scene.points for scene in scenes), "means")
    roles = {**dict.fromkeys(ideals, "etf"), **points, named("classifiers"): "classifier"}
    own_words = {words.role: words.in_short for words in said}
    found = [
        LegendEntry(own_words.get(role) or tr(name), getattr(theme, role))
        for name, role in roles.items()
        if any(_has_role(scene, role) for scene in scenes)
    ]
    if run is None:
        return found
    run = run.drawn_of(view.split)
    names = run.numbered_names
    shown = sorted(
        {k for scene in own or scenes for k in run.drawn_labels[scene.sample_ids].tolist()}
    )
    column = column_in_view(run, view)
    if column is not None:
        ids = np.unique(np.concatenate([scene.sample_ids for scene in own or scenes]))
        words = colors_in_words(column, theme, view.palette, ids)
        found += [
            LegendEntry(f"{column.title}: {text}" if not number else text, hue, 0, True)
            for number, (text, hue) in enumerate(words)
        ]
    elif len(shown) <= most:
        for k in shown:
            hue = class_color(run.labels_of(k), theme, view.palette)
            found.append(LegendEntry(names[k], hue, k % len(SHAPES) if view.shapes else 0, True))
    return found


def part_of_classes(run: Run, views: Sequence[View]) -> list[LegendEntry]:
    """Return how many of a run's classes a picture is of, where it is not of all of them."""
    of_all = run.manifest.classes
    shown = len({k for view in views for k in view.visible_classes(of_all)})
    if shown >= of_all:
        return []
    return [LegendEntry(tr("{shown:,} of {of_all:,} classes", shown=shown, of_all=of_all), "")]


def _has_role(scene: Scene, role: str) -> bool:
    return any(_has_ball(scene, getattr(drawn, role)) for drawn in _THEMES)


def _has_ball(scene: Scene, color: str) -> bool:
    found = np.isclose(scene.balls.colors[:, :3], rgb(color), atol=0.01).all(axis=1)
    return bool(found.any())
