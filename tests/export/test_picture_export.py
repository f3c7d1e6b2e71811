import json
import math
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ncviz.errors import UserError
from ncviz.export.picture import (
    LARGEST_AREA,
    LARGEST_SIDE,
    check_size,
    epochs_figure,
    provenance,
    save_picture,
    save_png,
)
from ncviz.runs import writer as writer_module
from ncviz.runs.measures import law_at
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.palette import THEMES, rgb
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import ShadowChoice, View


@pytest.fixture(scope="module")
def run(small_run):
    return Run(small_run.path)


@pytest.fixture(scope="module")
def view():
    return View(epoch=20, classes=(0, 1, 2), theme="light", show_labels=False)


def load(path):
    with Image.open(path) as image:
        image.load()
        return image.copy(), dict(image.text)


def background(theme):
    return np.rint(np.multiply(rgb(THEMES[theme].background), 255)).astype(int)


def test_a_picture_says_how_it_was_made(run, view, tmp_path):
    said = provenance(run, view)
    path = tmp_path / "picture.png"
    save_picture(compose(run, view), view.camera, path, 160, 90, said=said)
    image, text = load(path)
    assert image.size == (160, 90)
    assert image.mode == "RGB"
    assert image.format is None or image.format == "PNG"
    read = json.loads(text["ncviz"])
    assert read["program"].startswith("ncviz ")
    assert read["run"] == "Synthetic · 3 layers"
    assert read["recipe"] == {"dataset": "synthetic", "seed": 0}
    assert read["created"] == "2026-01-02T03:04:05+00:00"
    assert set(read["software"]) == {"ncviz", "python"}
    camera = read["view"].pop("camera")
    camera["target"] = tuple(camera["target"])
    shadow = read["view"].pop("shadow")
    shadow["toward"] = tuple(shadow["toward"])
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in read["view"].items()}
    again = View(**values, shadow=ShadowChoice(**shadow), camera=Camera(**camera))
    assert again == view  # enough to draw it again


def test_a_model_has_no_run_to_name(view):
    said = provenance(None, view)
    assert list(said) == ["program", "view", "view_text"]
    json.dumps(said, allow_nan=False)


def test_the_picture_shows_the_scene(run, view, tmp_path):
    path = tmp_path / "picture.png"
    means_alone = replace(view, show_etf=False, show_samples=False, show_classifier=False)
    scene = compose(run, means_alone)
    assert len(scene.balls) == 3
    save_picture(scene, view.camera, path, 300, 300)
    pixels = np.asarray(load(path)[0]).astype(int)
    assert np.abs(pixels[0, 0] - background("light")).max() <= 1
    places = view.camera.project(scene.balls.positions, 300, 300)
    rims = 0.8 * scene.balls.radii * view.camera.pixels_per_unit(300, places[:, 2])
    for (x, y, _), rim in zip(places, rims, strict=True):
        red, _, blue = pixels[int(y - rim), int(x)]
        assert blue > red + 40  # class means are blue


def test_the_theme_decides_the_background(run, tmp_path):
    for theme in ("light", "dark"):
        path = tmp_path / f"{theme}.png"
        save_picture(compose(run, View(theme=theme)), Camera(), path, 40, 40)
        corner = np.asarray(load(path)[0])[0, 0].astype(int)
        assert np.abs(corner - background(theme)).max() <= 1


def test_a_transparent_picture_has_no_background(run, view, tmp_path):
    path = tmp_path / "picture.png"
    save_picture(compose(run, view), view.camera, path, 200, 200, transparent=True)
    image, _ = load(path)
    assert image.mode == "RGBA"
    alpha = np.asarray(image)[..., 3]
    assert alpha[0, 0] == 0
    assert alpha.max() == 255
    assert 0.5 < (alpha == 0).mean() < 1


def test_an_empty_scene_is_only_its_background(tmp_path):
    path = tmp_path / "empty.png"
    save_picture(Scene(background=(1.0, 0.0, 0.0)), Camera(), path, 7, 5)
    assert (np.asarray(load(path)[0]) == (255, 0, 0)).all()


@pytest.mark.parametrize(
    ("width", "height"),
    [(0, 10), (10, 0), (-5, 10), (LARGEST_SIDE + 1, 10), (10, LARGEST_SIDE + 1), (16000, 16000)],
)
def test_impossible_sizes_are_refused_before_anything_is_drawn(tmp_path, width, height):
    with pytest.raises(UserError, match=f"{width}×{height}.*16384.*130 million.*\\.$"):
        save_picture(Scene(), Camera(), tmp_path / "picture.png", width, height)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (LARGEST_SIDE, 1), (16384, 7934), (7680, 4320)]
)
def test_sizes_at_the_limits_are_taken(width, height):
    check_size(width, height)
    assert width * height <= LARGEST_AREA


def test_one_pixel(run, view, tmp_path):
    path = tmp_path / "picture.png"
    save_picture(compose(run, view), view.camera, path, 1, 1)
    assert load(path)[0].size == (1, 1)


def test_a_failed_write_leaves_nothing_or_what_was_there(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    path = tmp_path / "picture.png"
    monkeypatch.setattr(writer_module.os, "replace", full)
    with pytest.raises(UserError, match=r"picture\.png cannot be written: No space left"):
        save_picture(Scene(), Camera(), path, 8, 8)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    path.write_bytes(b"before")
    monkeypatch.setattr(writer_module.os, "replace", full)
    with pytest.raises(UserError):
        save_picture(Scene(), Camera(), path, 8, 8)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UserError, match=r"nowhere.*No such file or directory\.$"):
        save_png(Image.new("RGB", (2, 2)), tmp_path / "nowhere" / "x.png", {})


def test_what_is_said_may_be_in_any_script(tmp_path):
    path = tmp_path / "x.png"
    said = {"run": "神経崩壊 ρ½ 😀", "nested": {"a": [1, 2.5, None]}}
    save_png(Image.new("RGB", (2, 2)), path, said)
    assert json.loads(load(path)[1]["ncviz"]) == said


@pytest.mark.parametrize("epochs", [(0,), (0, 5, 20)])
@pytest.mark.parametrize("panel", [100, 163])
def test_epochs_stand_side_by_side(run, epochs, panel):
    figure = epochs_figure(run, View(theme="dark"), epochs, panel)
    assert figure.size == (panel * len(epochs), panel + panel // 5)
    pixels = np.asarray(figure).astype(int)
    foreground = np.abs(pixels - background("dark")).max(axis=2) > 40
    for number in range(len(epochs)):
        columns = slice(number * panel, (number + 1) * panel)
        title, drawing = foreground[: panel // 5, columns], foreground[panel // 5 :, columns]
        assert title.sum() > 20  # words
        assert drawing.mean() > 0.02


def test_each_panel_is_its_own_epoch(run):
    figure = epochs_figure(run, View(), (0, 20), 150)
    pixels = np.asarray(figure)[30:].astype(int)
    assert np.abs(pixels[:, :150] - pixels[:, 150:]).mean() > 1
    alone = np.asarray(epochs_figure(run, View(), (20,), 150))[30:].astype(int)
    assert np.abs(pixels[:, 150:] - alone).max() <= 1


def test_an_epoch_that_was_not_recorded_is_refused(run):
    with pytest.raises(UserError, match="no snapshot of epoch 3"):
        epochs_figure(run, View(), (3,), 60)


def test_a_figure_of_a_run_whose_law_is_undefined(make_run, tmp_path):
    make_run(tmp_path / "run", counts=(4, 4), epochs=(0,), widths=(3,))
    run = Run(tmp_path / "run")
    assert math.isnan(law_at(run, 0).decay_ratio)  # one layer alone makes no law
    assert epochs_figure(run, View(), (0,), 60).size == (60, 72)
