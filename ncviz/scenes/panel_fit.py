"""Scenes that fit into small panels, and panels in one row."""

from dataclasses import replace

import numpy as np

from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls, Panel, Picture, Scene, Sticks

REACH = 1.2  # scene units from the centre that a square panel shows in the first view
LARGEST = 1.6  # times: so much a small scene is drawn apart


def fit_into_panel(scene: Scene, distance: float = Camera().distance) -> Scene:
    """Return a scene drawn so close together, or apart, that it fills its panel.

    Parameters
    ----------
    scene : Scene
        Its arrays are not changed. Radii stay as they are, so that small
        scenes stay easy to read.
    distance : float
        Of the camera in the first view of the run.

    Notes
    -----
    What lies farthest out decides: it moves continuously with time, and so does the
    scale, which the simplex ETF shows. Turning the camera does not change it.
    """
    points = np.concatenate([scene.samples.positions, scene.balls.positions])
    squares = np.einsum("ij,ij->i", points, points)
    farthest = float(np.sqrt(squares.max(initial=0.0, where=np.isfinite(squares))))
    reach = REACH * distance / Camera().distance
    share = min(reach / farthest, LARGEST) if farthest > 0 else 1.0
    return scene if share == 1.0 else drawn_together(scene, share)


def drawn_together(scene: Scene, share: float) -> Scene:
    """Return a scene whose points lie so many times as far from the centre."""
    return replace(
        scene,
        samples=_balls(scene.samples, share),
        balls=_balls(scene.balls, share),
        rings=_balls(scene.rings, share),
        sticks=_sticks(scene.sticks, share),
        edges=_sticks(scene.edges, share),
        links=_sticks(scene.links, share),
        ground=_sticks(scene.ground, share),
        trails=_sticks(scene.trails, share),
        labels=tuple(
            replace(label, position=(share * x, share * y, share * z))
            for label, (x, y, z) in ((label, label.position) for label in scene.labels)
        ),
    )


def _balls(balls: Balls, share: float) -> Balls:
    return replace(balls, positions=balls.positions * np.float32(share))


def _sticks(sticks: Sticks, share: float) -> Sticks:
    factor = np.float32(share)
    return replace(sticks, starts=sticks.starts * factor, ends=sticks.ends * factor)


def side_by_side(picture: Picture) -> Picture:
    """Return a picture with all its panels in one row."""
    count = len(picture.panels)
    panels: list[Panel] = [
        replace(panel, left=number / count, top=0.0, width=1 / count, height=1.0)
        for number, panel in enumerate(picture.panels)
    ]
    return Picture(tuple(panels))
