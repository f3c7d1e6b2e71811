"""Where figures and films of the command line are seen from: nothing that they show is cut."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ncviz.cli import main
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.film_moments import shot_at
from ncviz.export.film_plan import FilmPlan
from ncviz.export.first_camera import figure_from_first_camera, film_from_first_camera
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_fit import shows_all
from ncviz.scenes.compose import compose
from ncviz.scenes.panel_fit import fit_into_panel
from ncviz.scenes.view import View


@pytest.mark.parametrize("preset", ["scene", "layers", "collapse", "summary"])
def test_a_figure_shows_all_of_each_of_its_scenes(small_run, preset):
    run, view = Run(small_run.path), View(epoch=3, classes=(0, 1, 2, 3, 4))
    plan = FigurePlan(Path("x.svg"), run.path, view, preset, epochs=(0, 20), layers=(0, 1, 2))
    camera = figure_from_first_camera(run, plan).view.camera
    shown = {
        "scene": [view],
        "layers": [replace(view, layer=layer) for layer in range(3)],
    }.get(preset, [view.at(0), view.at(20)])
    scenes = [compose(run, one) for one in shown]
    if preset == "layers":
        scenes = [fit_into_panel(scene) for scene in scenes]
    assert all(shows_all(camera, [scene]) for scene in scenes)


@pytest.mark.parametrize(
    ("over", "turn"), [("epochs", 0.0), ("epochs", 180.0), ("layers", 0.0), ("camera", 0.0)]
)
def test_one_camera_shows_a_whole_film(small_run, over, turn):
    run = Run(small_run.path)
    plan = FilmPlan(Path("x.gif"), run.path, View(), over, width=300, height=200, turn=turn)
    plan = film_from_first_camera(plan)
    shots = [shot_at(plan, run, float(share)) for share in np.linspace(0, 1, 23)]
    assert all(shows_all(shot.camera, [shot.scene], 1.5) for shot in shots)
    assert len({shot.camera.distance for shot in shots}) == 1, "nothing pumps"


def test_a_film_over_the_imbalance_shows_the_giant_at_its_end():
    model = ModelPlan(settings={"classes": 20, "majority": 1})
    plan = FilmPlan(Path("x.gif"), over="model", model=model, width=200, height=200)
    plan = film_from_first_camera(plan)
    path = model_path(model)
    for share in (0.0, 0.5, 1.0):
        shot = shot_at(plan, None, share, path)
        assert shows_all(shot.camera, [shot.scene])
    assert plan.view.camera.distance > Camera().distance


def test_a_view_that_is_named_stays_as_it_is(small_run, tmp_path):
    out = tmp_path / "x.png"
    wanted = "ncviz:v1 epoch=20 camera=30,18,2"
    assert main(["export", "figure", str(small_run.path), "--view", wanted, "--out", str(out)]) == 0
    with Image.open(out) as image:
        said = json.loads(image.text["ncviz"])
    assert said["view"]["camera"]["distance"] == 2
