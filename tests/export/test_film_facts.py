"""What is on a film's frames: legible, named, with every word on the frame."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text

from ncviz.export import film_axes
from ncviz.export.film_frames import Painter
from ncviz.export.film_moments import shot_at
from ncviz.export.film_plan import FilmPlan
from ncviz.export.film_plot import make_film_plot
from ncviz.export.film_words import LINE, fitting_line, type_size, width_of
from ncviz.export.films import preview_frame
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan
from ncviz.parameters import declared
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose, with_classes
from ncviz.scenes.palette import THEMES, class_color
from ncviz.scenes.scene import Label
from ncviz.scenes.view import View

SIZES = ((320, 240), (640, 360), (1280, 720), (1920, 1080), (1080, 1920), (853, 481))
LONG = "An overly long title that goes on and on and on, far beyond the edge of any frame there is"
LEAST = 0.025  # of the height


@pytest.fixture(scope="module")
def plan(small_run):
    return FilmPlan(
        Path("x"), small_run.path, view=View(epoch=20), file_format="png", width=640, height=360
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("plot", [False, True])
def test_type_is_read_from_the_last_row(plan, size, plot, monkeypatch):
    width, height = size
    drawn = []
    monkeypatch.setattr(
        film_axes,
        "name_axes",
        lambda axes, *_args, **_words: drawn.append(axes),
    )
    shown = replace(plan, width=width, height=height, plot=plot, title="Title", counter=True)
    painter = Painter(shown, Run(plan.run))
    assert painter.small >= LEAST * height
    assert painter.legend is not None
    assert painter.legend.pixels >= LEAST * height
    _, _, wide, high = painter.scene_place
    scene = compose(Run(plan.run), plan.view)
    scale = painter.text_scale(scene, wide, high)
    assert Label("", (0, 0, 0), (0, 0, 0, 1)).size * min(wide, high) * scale >= LEAST * height
    sizes = [
        text.get_fontsize()
        for axes in drawn
        for text in axes.findobj(Text)
        if text.get_visible() and text.get_text().strip()
    ]
    assert bool(sizes) == plot
    assert all(found >= LEAST * height for found in sizes)


@pytest.mark.parametrize("size", SIZES)
def test_scene_plot_and_words_do_not_share_a_place(plan, size):
    width, height = size
    painter = Painter(
        replace(plan, width=width, height=height, title=LONG, plot=True), Run(plan.run)
    )
    left, top, wide, high = painter.scene_place
    assert (left, left + wide) <= (0, width)
    title = round(1.25 * type_size(0.044, width, height)) * len(painter.title_lines)
    assert top >= min(title, height // 4)
    assert top + high <= height - painter.legend.height


def test_the_legend_names_what_passes(plan, imbalanced_run):
    painter = Painter(replace(plan, view=View(epoch=20, hidden=(1,))), Run(plan.run))
    names = [entry.text for entry in painter.legend.entries]
    roles = ["simplex ETF", "class means", "classifiers"]
    assert names == [*roles, "class 0", "class 2", "class 3", "3 of 5 classes"]
    # Of an imbalanced run classes of both groups are shown, and named.
    few = replace(plan, run=imbalanced_run.path, view=View(epoch=4))
    names = [entry.text for entry in Painter(few, Run(few.run)).legend.entries]
    shown = with_classes(few.view, Run(few.run)).classes
    assert names[3:] == [*(f"class {k}" for k in shown), "4 of 5 classes"]
    assert max(shown) >= 2
    # Along the camera, those of every keyframe.
    way = replace(plan, over="camera", keyframes=(View(classes=(0, 1)), View(classes=(0, 4))))
    names = [entry.text for entry in Painter(way, Run(plan.run)).legend.entries]
    assert names[3:] == ["class 0", "class 1", "class 4", "3 of 5 classes"]
    # Over layers the classifier comes at the end.
    over = Painter(replace(plan, over="layers"), Run(plan.run))
    assert "classifiers" in [entry.text for entry in over.legend.entries]
    still = Painter(replace(plan, over="camera", view=View(layer=0)), Run(plan.run))
    assert "classifiers" not in [entry.text for entry in still.legend.entries]
    assert Painter(replace(plan, legend=False), Run(plan.run)).legend is None
    model = replace(plan, run=None, over="model", model=ModelPlan(), seconds=0.2)
    names = [entry.text for entry in Painter(model, None).legend.entries]
    assert names == ["simplex ETF", "features", "classifier"]  # as its window says


def test_a_model_of_several_layers_has_its_plot_over_them(plan):
    settings = {"depth": 3, "below": 1, "samples": 1, "width": 6}
    model = ModelPlan("deep-features", settings=settings, last=12.0)
    wanted = replace(plan, run=None, over="model", model=model, seconds=0.2, plot=True)
    wanted, path = replace(wanted, plot_name="layers"), model_path(model)
    plot = make_film_plot(wanted, None, path, (320, 240), 12)
    shots = [shot_at(wanted, None, share, path) for share in (0.0, 1.0)]
    assert [shot.layer for shot in shots] == [1.0, 1.0], "the ring is where the scene is"
    first, last = map(plot.draw, shots)
    assert (first != last).any(axis=-1).sum() > 100


@pytest.mark.parametrize("over", tuple(declared(FilmPlan)["over"].choices))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_legend_is_on_the_frame(plan, over, theme):
    wanted = replace(plan, over=over, view=replace(plan.view, theme=theme))
    if over == "model":
        wanted = replace(wanted, run=None, model=ModelPlan(), seconds=0.2)
    painter = Painter(wanted, None if over == "model" else Run(plan.run))
    frame = painter.frame(0.5)
    strip = frame[-painter.legend.height :].astype(int)
    hues = [entry.color for entry in painter.legend.entries if entry.color]
    assert hues
    if over != "model":
        assert class_color(3, THEMES[theme]) in hues
    for hue in hues:
        color = np.array([int(hue[i : i + 2], 16) for i in (1, 3, 5)])
        assert (np.abs(strip - color).max(axis=-1) <= 2).sum() >= 4, hue


def test_the_legend_keeps_to_few_lines_and_to_the_frame(make_run, tmp_path):
    run = make_run(tmp_path / "run", counts=(4,) * 12, epochs=(0, 1), per_class=2)
    path = run.path / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["class_names"] = [f"{LONG} {k}" for k in range(12)]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    plan = FilmPlan(Path("x"), run.path, file_format="png", width=640, height=360)
    for shown in (4, 12):
        view = View(classes=tuple(range(shown)))
        legend = Painter(replace(plan, view=view), Run(run.path)).legend
        assert 1 <= len(legend.lines) <= 4
        assert all(sum(wide for *_, wide in line) <= 640 for line in legend.lines)
        assert legend.height <= LINE * 5 * legend.pixels


def test_words_are_cut_to_the_frame():
    assert fitting_line("short", 20, 400) == "short"
    cut = fitting_line("features.denseblock4.denselayer16", 20, 120)
    assert "…" in cut
    assert cut.endswith("16")
    assert width_of(cut, 20) <= 120


@pytest.mark.parametrize("size", [(16, 16), (63, 63), (17, 300), (300, 17), (641, 361)])
@pytest.mark.parametrize("over", ["epochs", "layers"])
def test_odd_and_tiny_films_are_drawn(plan, size, over):
    small = replace(plan, width=size[0], height=size[1], over=over, title=LONG, plot=True)
    assert preview_frame(small, 0.5).shape == (size[1], size[0], 3)


def test_a_single_epoch_is_filmed(make_run, tmp_path):
    run = make_run(tmp_path / "one", counts=(5,) * 2, epochs=(3,))
    plan = FilmPlan(Path("x"), run.path, View(epoch=3), "layers", "png", 320, 240, plot=True)
    frame = preview_frame(plan, 0.5)
    assert frame.std() > 5
