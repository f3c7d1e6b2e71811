"""What a legend says: colours and what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ncviz.runs.run import Run
from ncviz.scenes.palette import THEMES, Theme, class_color, rgb
from ncviz.scenes.scene import SHAPES, Scene
from ncviz.scenes.view import View

MOST_CLASSES = 20  # that are named


@dataclass(frozen=True)
class Entry:
    """A colour and what it means.

    Parameters
    ----------
    text : str
    color : str
        Hex.
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
    scenes: Sequence[Scene], run: Run | None, view: View, theme: Theme
) -> list[Entry]:
    """Return what is to be seen in scenes, with its colours: the ideal, the roles, the classes."""
    roles = {"simplex ETF": "etf", "class means": "means", "classifiers": "classifier"}
    drawn = THEMES[view.theme]
    found = [
        Entry(name, getattr(theme, role))
        for name, role in roles.items()
        if any(_has_ball(scene, getattr(drawn, role)) for scene in scenes)
    ]
    if run is None or not any(len(scene.samples) for scene in scenes):
        return found
    names = run.manifest.class_names
    shown = view.visible_classes(len(names))
    if len(shown) <= MOST_CLASSES:
        found += [
            Entry(
                names[k], class_color(k, view.palette), k % len(SHAPES) if view.shapes else 0, True
            )
            for k in shown
        ]
    return found


def _has_ball(scene: Scene, color: str) -> bool:
    found = np.isclose(scene.balls.colors[:, :3], rgb(color), atol=0.01).all(axis=1)
    return bool(found.any())
