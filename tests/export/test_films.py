import hashlib
import itertools
import json
import math
import os
import threading
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from ncviz import held_files
from ncviz.charts.plot import GRID, MATRIX
from ncviz.errors import UserError
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.export import film_files
from ncviz.export.beside import Beside
from ncviz.export.film_files import hundredths
from ncviz.export.film_moments import Shot, blend, epoch_at, shot_at
from ncviz.export.film_plan import FilmPlan, plots_beside
from ncviz.export.film_plot import FilmOverLayers, make_film_plot
from ncviz.export.films import film_said, make_film, preview_frame
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan, timeline
from ncviz.export.plots import pages
from ncviz.export.provenance import said_by
from ncviz.models.model import models
from ncviz.models.optimum import OptimumModel
from ncviz.parameters import declared
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.scenes.beside import view_beside
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View
from ncviz.theory.layer_peeled import minority_cosine_curve
from ncviz.wording import upper_first

VIEW = View(classes=(0, 1, 2), theme="dark")


def searched(model):
    return isinstance(model, OptimumModel) and model.search(model.parameters()) is not None


@pytest.fixture
def plan(small_run, tmp_path):
    return FilmPlan(
        tmp_path / "film.mp4",
        small_run.path,
        view=VIEW,
        width=96,
        height=64,
        rate=10,
        seconds=0.8,
    )


MODEL = ModelPlan(settings={"classes": 4, "majority": 2}, last=100.0)


def decoded(file):
    with av.open(str(file)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_an_mp4_has_all_frames_and_plays_everywhere(plan):
    told = []
    assert make_film(replace(plan, title="A title"), told.append)
    frames = decoded(plan.out)
    assert len(frames) == plan.frames == 8
    assert frames[0].shape == (64, 96, 3)
    with av.open(str(plan.out)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert float(stream.average_rate) == 10
        assert container.metadata["title"] == "A title"
    content = plan.out.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays before it is whole
    assert [(p.done, p.total) for p in told] == [(k + 1, 8) for k in range(8)]
    assert told[-1].seconds_left == 0
    assert (
        np.abs(frames[0].astype(int) - preview_frame(replace(plan, title="A title"), 0)).mean() < 4
    )


def test_the_same_plan_gives_the_same_file(plan, tmp_path):
    for suffix in ("mp4", "gif"):
        digests = set()
        for name in ("one", "two"):
            out = tmp_path / f"{name}.{suffix}"
            make_film(replace(plan, out=out, plot=True))
            digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
        assert len(digests) == 1


def test_a_gif_has_one_palette_and_its_time(plan, tmp_path):
    out = tmp_path / "film.gif"
    make_film(replace(plan, out=out, rate=15))
    with Image.open(out) as image:
        assert image.size == (96, 64)
        assert image.info["loop"] == 0
        total = 0
        for number in range(image.n_frames):
            image.seek(number)
            total += image.info["duration"]
    assert total == 800
    content = out.read_bytes()
    flags = content[10]
    assert flags & 0x80  # a palette for all
    assert sum(hundredths(300, 29.97)) == pytest.approx(300 / 29.97 * 1000, abs=10)


@pytest.mark.parametrize("rate", [7, 30])
def test_a_gif_keeps_every_frame(plan, tmp_path, rate):
    """At the rests before and after, frames are equal."""
    still = replace(plan, out=tmp_path / "film.gif", rate=rate, seconds=2, first_epoch=0)
    make_film(still)
    with Image.open(still.out) as image:
        assert image.n_frames == still.frames == 2 * rate
        durations, frames = [], []
        for number in range(image.n_frames):
            image.seek(number)
            durations.append(image.info["duration"])
            frames.append(np.asarray(image.convert("RGB"), dtype=int))
    assert sum(durations) == 2000
    assert (frames[0] == frames[1]).all() or rate == 7
    assert (frames[-1] == frames[-2]).all()
    for share, frame in ((0.0, frames[0]), (1.0, frames[-1])):
        assert np.abs(frame - preview_frame(still, share)).mean() < 3


@pytest.mark.parametrize("over", ["epochs", "layers", "camera"])
def test_two_runs_are_filmed_side_by_side(plan, make_run, tmp_path, over):
    other = make_run(tmp_path / "other", counts=(8, 8, 8), epochs=(0, 2), title="Other")
    beside = Beside(other.path, View(epoch=2.0, pinned=(1,)))
    film = replace(plan, over=over, beside=beside, plot=True, title="Both", seconds=0.4)
    assert make_film(film)
    assert said_by(film.out)["film"]["beside"]["run"] == "Other"
    first, second = Run(film.run), Run(other.path)
    shot = shot_at(film, first, 0.7, second=second)
    assert [panel.title for panel in shot.scene.panels] == ["Synthetic · 3 layers", "Other"]
    assert shot.second_camera is None
    view = view_beside(first, film.view.at(shot.epoch), second, beside.view)
    assert view.epoch == min(shot.epoch, 2.0)
    if over == "epochs":
        wanted = compose(second, view).samples.positions
        assert np.array_equal(shot.scene.panels[1].scene.samples.positions, wanted)
    frame = preview_frame(film, 0.7).astype(int)
    alone = preview_frame(replace(film, beside=None), 0.7).astype(int)
    assert np.abs(frame - alone).max() > 60
    gone = replace(film, beside=replace(beside, run=tmp_path / "gone"))
    with pytest.raises(UserError, match="gone"):
        make_film(gone)


def test_a_run_with_a_clock_and_a_camera_of_its_own(plan, make_run, tmp_path):
    other = make_run(tmp_path / "other", counts=(8, 8, 8), epochs=(0, 2), title="Other")
    own = View(epoch=2.0, camera=Camera(azimuth=99.0))
    beside = Beside(other.path, own, linked=False, camera_linked=False)
    film = replace(plan, beside=beside, turn=30.0)
    first, second = Run(film.run), Run(other.path)
    shots = [shot_at(film, first, share, second=second) for share in (0.0, 1.0)]
    held = [shot.scene.panels[1].scene.samples.positions for shot in shots]
    moved = [shot.scene.panels[0].scene.samples.positions for shot in shots]
    assert np.array_equal(*held)
    assert not np.array_equal(*moved)
    assert [shot.second_camera.azimuth for shot in shots] == pytest.approx([99.0, 129.0])


def test_a_sequence_is_a_folder_of_pictures(plan, tmp_path):
    out = tmp_path / "frames"
    make_film(replace(plan, out=out, width=97, height=65))  # odd sides are fine here
    names = sorted(path.name for path in out.iterdir())
    assert names == ["film.json", *(f"frame-{k:04}.png" for k in range(1, 9))]
    said = json.loads((out / "film.json").read_text())
    assert said["film"]["frames"] == 8
    with Image.open(out / "frame-0001.png") as image:
        first = np.asarray(image)
    assert (first == preview_frame(replace(plan, width=97, height=65, out=out), 0)).all()
    with pytest.raises(UserError, match="frames exists already"):
        make_film(replace(plan, out=out))


@pytest.mark.parametrize("over", ["epochs", "layers", "camera"])
def test_what_passes_moves_the_picture(plan, over):
    film = replace(plan, over=over, counter=False)
    first, last = preview_frame(film, 0.0), preview_frame(film, 0.45)
    assert np.abs(first.astype(int) - last).mean() > 0.5


def test_a_film_over_the_ratio_needs_no_run(plan):
    film = replace(plan, run=None, over="model", model=MODEL, plot=True)
    assert make_film(film)
    assert len(decoded(film.out)) == 8
    said = said_by(film.out)["model"]
    assert (said["name"], said["first"], said["last"]) == ("layer-peeled", 1, 100)
    assert said["parameters"]["ratio"] == said["moment"] == 100
    path = model_path(MODEL)
    shots = [shot_at(film, None, share, path) for share in np.linspace(0, 1, 9)]
    assert [shot.epoch for shot in shots] == sorted(shot.epoch for shot in shots)
    assert shots[0].counter == "R = 1"
    assert shots[-1].counter == "R = 100"
    curve = minority_cosine_curve(4, 2, 5.0, [shot.epoch for shot in shots]).cosines
    assert [shot.spots[0].height for shot in shots] == pytest.approx(list(curve))


@pytest.mark.parametrize("name", [name for name, model in models().items() if not searched(model)])
def test_any_model_is_filmed_with_any_of_its_plots(plan, name):
    model = models()[name]
    settings = {"samples": 2} if "samples" in declared(model.parameters) else {}
    last = min(40.0, timeline(ModelPlan(name, settings))[1])
    of_model = ModelPlan(name, settings, last=last)
    for plot in model.plots:
        if plot.over in (GRID, MATRIX):
            continue  # maps and matrices stand beside no film
        film = replace(plan, run=None, over="model", model=of_model, plot=True, width=300)
        film = replace(film, plot_name=plot.name)
        first, end = preview_frame(film, 0.0), preview_frame(film, 1.0)
        scene, beside = np.split(np.abs(first.astype(int) - end).max(axis=(0, 2)) > 60, [185])
        assert scene.any()
        assert beside.any(), plot.name
    shot = shot_at(film, None, 1.0, model_path(of_model))
    assert shot.epoch == pytest.approx(last)
    said = model.moment_text(last) if isinstance(model, OptimumModel) else "step 40"
    # The letter of a formula stays as it is.
    assert shot.counter == (said if " = " in said else upper_first(said))


def test_a_searched_model_is_searched_before_the_film_and_tells_so(plan, monkeypatch):
    monkeypatch.setattr("ncviz.export.model_path.SEARCHED", 3)
    model = ModelPlan("two-layer-peeled", {"classes": 3, "majority": 1}, last=100.0)
    film, told = replace(plan, run=None, over="model", model=model), []
    assert make_film(film, told.append, has_camera=False)
    before = [step for step in told if step.doing]
    assert told[: len(before)] == before
    assert math.isnan(told[0].seconds_left)
    moments = dict.fromkeys(step.doing for step in before)
    assert list(moments) == [
        f"search for optimum {k} of 3 (2-Layer-Peeled Model, R = {r})"
        for k, r in ((1, "1"), (2, "10"), (3, "100"))
    ]
    assert [step.done for step in before] == sorted(step.done for step in before)
    assert [step.words for step in told[len(before) :]] == [f"frame {k} of 8" for k in range(1, 9)]
    # At any of these moments all is known, and a search of its own finds the same.
    path = model_path(model)
    monkeypatch.setattr(type(path.model), "search", lambda *_: iter(()))
    seen = [path.moment(share, VIEW).scene for share in (0.0, 0.5, 1.0)]
    assert path.said(1.0)["descents"] == 4
    monkeypatch.undo()
    alone = OptimumDesk(path.model, (1.0, 100.0))
    alone.put(path.model.parameters(classes=3, majority=1, ratio=10.0))
    alone.finish()
    assert np.array_equal(alone.scene(VIEW).balls.positions, seen[1].balls.positions)


def test_a_search_before_a_film_can_be_cancelled(plan):
    model = ModelPlan("two-layer-peeled", {"classes": 6})
    film, told = replace(plan, run=None, over="model", model=model), []
    assert not make_film(film, told.append, lambda: len(told) > 1)
    assert "optimum 1 of 24" in told[-1].doing
    assert not list(plan.out.parent.glob("*film*"))


def test_a_film_goes_farther_than_the_sliders_of_the_model():
    path = model_path(ModelPlan(settings={"classes": 100, "majority": 30}, last=1e12))
    end = path.moment(1.0, VIEW)
    assert (end.counter, end.at) == ("R = 1.00·10¹²", 1e12)
    assert end.spots[0].height == pytest.approx(1.0)
    assert len(end.scene.labels) >= 100
    (chart, _), names = path.whole_chart("cosine"), [label.text for label in end.scene.labels]
    assert chart.across.reach == (1.0, 1e12)
    assert {"A30", "B70"} <= set(names)


def test_a_descent_is_filmed_between_two_steps(plan):
    part = ModelPlan("softmax-codes", {"samples": 2}, first=3, last=9)
    film, path = replace(plan, run=None, over="model", model=part), model_path(part)
    steps = [shot_at(film, None, share, path).epoch for share in (0.0, 0.5, 1.0)]
    assert (steps[0], steps[2]) == (3, 9)
    assert 3 < steps[1] < 9
    assert film_said(film, None)["model"]["moment"] == 9


def test_a_map_stands_beside_no_film():
    plan = FilmPlan(Path("x.mp4"), over="model", model=ModelPlan("softmax-codes"))
    assert plots_beside(plan) == ["margin", "gnc"]


def test_epochs_pass_from_record_to_record(plan):
    run = Run(plan.run)
    moments = [shot_at(plan, run, share).epoch for share in np.linspace(0, 1, 50)]
    assert moments == sorted(moments)
    assert (moments[0], moments[-1]) == (0, 20)
    assert epoch_at((0, 1, 10), 0.75) == 5.5
    back = replace(plan, first_epoch=20, last_epoch=2)
    moments = [shot_at(back, run, share).epoch for share in np.linspace(0, 1, 50)]
    assert moments == sorted(moments, reverse=True)
    assert (moments[0], moments[-1]) == (20, 2)


def test_layers_glide_into_one_another(plan):
    run, film = Run(plan.run), replace(plan, over="layers")
    names = [shot_at(film, run, share).counter for share in np.linspace(0, 1, 60)]
    assert [name for name, _ in itertools.groupby(names)] == ["input", "layer 1", "layer 2"]
    first, second = (compose(run, replace(VIEW, layer=layer)) for layer in (0, 1))
    middle = blend(first, second, 0.5)
    expected = (first.samples.positions + second.samples.positions) / 2
    assert middle.samples.positions == pytest.approx(expected, abs=1e-6)
    with_classifier = blend(second, compose(run, replace(VIEW, layer=2)), 0.9)
    assert len(with_classifier.balls) > len(second.balls)


def test_the_camera_passes_through_its_views(plan):
    views = tuple(
        View(epoch=e, camera=Camera(azimuth=a, distance=d))
        for e, a, d in ((0, 0, 4), (20, 90, 8), (2, 180, 4))
    )
    film, run = replace(plan, over="camera", keyframes=views), Run(plan.run)
    for share, view in zip((0, 0.5, 1), views, strict=True):
        shot = shot_at(film, run, share)
        assert shot.camera == view.camera
        assert shot.epoch == pytest.approx(view.epoch)
    slow = shot_at(film, run, 0.05).camera.azimuth
    assert 0 < slow < 0.1 * 90  # it starts slowly
    turn = replace(plan, over="camera")
    assert shot_at(turn, run, 0.5).camera.azimuth == pytest.approx(VIEW.camera.azimuth + 180)


@pytest.mark.parametrize(
    ("layers", "said"),
    [((2, -1), ["Epoch 20"]), ((0, 0), ["Epoch 20 · input"]), ((2, 1), ["layer 2", "layer 1"])],
)
def test_views_of_other_layers_than_the_last_say_so(plan, layers, said):
    views = tuple(View(epoch=20, layer=layer) for layer in layers)
    film, run = replace(plan, over="camera", keyframes=views), Run(plan.run)
    counters = dict.fromkeys(shot_at(film, run, share).counter for share in (0.0, 1.0))
    assert all(counter.endswith(words) for counter, words in zip(counters, said, strict=True))


def test_the_plot_goes_with_the_scene(plan):
    run = Run(plan.run)
    film = replace(plan, plot=True, width=300, height=160)
    early, late = preview_frame(film, 0.0), preview_frame(film, 1.0)
    right = slice(round(0.64 * 300) + 1, None)
    assert np.abs(early[:, right].astype(int) - late[:, right]).max() > 60
    high = preview_frame(replace(film, width=160, height=300), 0.5)
    assert high.shape == (300, 160, 3)
    plot = make_film_plot(film, run, None, (200, 150), 12)
    assert isinstance(plot, FilmOverLayers)
    for epoch in run.epochs:
        assert values_at(plot, epoch) == pytest.approx(fuzziness_by_layer(run, epoch))
    first, second = (np.array(fuzziness_by_layer(run, e)) for e in (5, 10))
    assert values_at(plot, 7.5) == pytest.approx(np.sqrt(first * second))


def values_at(plot, epoch):
    (now,) = (c.values for c in plot.curves(plot.numbers, epoch) if c.key == "now")
    return now


@pytest.mark.parametrize("name", [n for n, (p, _) in pages().items() if p.over != "matrix"])
def test_every_plot_of_curves_goes_with_the_scene(imbalanced_run, name):
    run = Run(imbalanced_run.path)
    film = FilmPlan(Path("x.mp4"), run.path, view=View(epoch=4), plot=True, plot_name=name)
    plot = make_film_plot(film, run, None, (260, 220), 9)
    early, late = (plot.draw(Shot(None, None, "", epoch)) for epoch in (0.5, 3.5))
    assert early.shape == late.shape == (220, 260, 3)
    changes = np.abs(early.astype(int) - late).max()
    # One that has nothing of this run may say why instead.
    assert changes > 60 or not pages()[name][0].applies(run)


@pytest.mark.parametrize(
    ("name", "words"), [("heat-map", "choose fuzziness"), ("groups", "nothing to show")]
)
def test_a_plot_that_cannot_stand_beside_is_refused(plan, name, words):
    with pytest.raises(UserError, match=words):
        preview_frame(replace(plan, plot=True, plot_name=name), 0.0)


def left_behind(plan):
    return sorted(path.name for path in plan.out.parent.iterdir())


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "frames"])
def test_a_cancelled_film_leaves_nothing(plan, tmp_path, name):
    film = replace(plan, out=tmp_path / name)
    asked = iter([False, False, True])
    assert not make_film(film, cancelled=lambda: next(asked))
    assert left_behind(film) == []


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "frames"])
def test_an_interrupted_film_leaves_nothing(plan, tmp_path, name):
    def interrupt(progress):
        if progress.done == 3:
            raise KeyboardInterrupt

    film = replace(plan, out=tmp_path / name)
    with pytest.raises(KeyboardInterrupt):
        make_film(film, interrupt)
    assert left_behind(film) == []
    assert not [t for t in threading.enumerate() if t.name == "film encoder"]


@pytest.mark.parametrize("name", ["film.mp4", "film.gif"])
def test_a_full_disk_leaves_what_was_there(plan, tmp_path, monkeypatch, name):
    def full(*_args):
        raise OSError(28, "No space left on device")

    film = replace(plan, out=tmp_path / name)
    film.out.write_bytes(b"before")
    monkeypatch.setattr(held_files, "flush", full)
    with pytest.raises(UserError, match=f"{name} cannot be written: No space left on device"):
        make_film(film)
    assert left_behind(film) == [name]
    assert film.out.read_bytes() == b"before"


def test_a_disk_that_fills_up_while_frames_are_written(plan, tmp_path, monkeypatch):
    count = itertools.count()
    sync = os.fsync

    def full(handle):
        if next(count) == 4:
            raise OSError(28, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    film = replace(plan, out=tmp_path / "frames", seconds=3)
    with pytest.raises(UserError, match="frames cannot be written: No space left on device"):
        make_film(film)
    assert left_behind(film) == []


def test_an_encoder_that_fails_stops_the_film(plan, monkeypatch):
    def fail(_self, _frame):
        raise UserError("The encoder failed.")

    monkeypatch.setattr(film_files._Mp4, "write", fail)
    with pytest.raises(UserError, match="The encoder failed"):
        make_film(replace(plan, seconds=3))
    assert left_behind(plan) == []


def test_no_encoder_is_said_before_anything_is_drawn(plan, monkeypatch):
    monkeypatch.setattr(film_files, "ENCODER", "libnothing")
    with pytest.raises(UserError, match=r"no H\.264 encoder: choose a GIF"):
        make_film(plan)
    assert left_behind(plan) == []


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "frames"])
def test_a_place_that_cannot_be_written_is_said(plan, tmp_path, name):
    (tmp_path / "file").write_bytes(b"")
    for folder, words in (("nowhere", "No such file"), ("file", "Not a directory")):
        with pytest.raises(UserError, match=f"{name}.*{words}"):
            make_film(replace(plan, out=tmp_path / folder / name))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 97}, "97×64 pixels cannot be made as MP4: choose even sides, such as 98×64"),
        ({"width": 0}, "0×64 pixels cannot be made"),
        ({"height": -2}, "96×-2"),
        ({"width": 20_000}, "20000×64"),
        ({"width": 4096, "height": 4096}, "4096×4096"),
        ({"rate": 0.0}, "0 frames a second"),
        ({"rate": float("nan")}, "nan frames a second"),
        ({"seconds": 0.0}, "0 seconds"),
        ({"seconds": float("inf")}, "inf seconds"),
        ({"seconds": 500.0, "rate": 100.0}, "at most 36000 frames"),
        ({"out": Path("x.gif"), "rate": 60.0}, "choose 1 to 50"),
        ({"out": Path("x.gif"), "width": 3840, "height": 2160, "seconds": 60.0}, "too large"),
        ({"out": Path("x.avi")}, "x.avi is of no format"),
        ({"over": "time"}, "no films over 'time'"),
        ({"over": "model"}, "timeline needs a model: name one"),
        ({"run": None}, "needs a run"),
        ({"view": View(layer=8)}, "no layer 8"),
        ({"view": View(theme="pink")}, "no theme 'pink'"),
        ({"first_epoch": 3}, "Epoch 3 was not recorded"),
        ({"keyframes": (View(),)}, "at least two views"),
        ({"keyframes": (View(), View(epoch=999))}, "no epoch 999"),
        ({"supersample": 9}, "9 times"),
        ({"out": Path("/")}, "is a folder|exists already|no name"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(plan, changes, words):
    with pytest.raises(UserError, match=words) as caught:
        make_film(replace(plan, **changes))
    assert str(caught.value).endswith(".")
    assert left_behind(plan) == []


def test_a_run_that_is_damaged_midway_leaves_no_film(growing_run, tmp_path):
    target = growing_run.path / "snapshots" / "000001.safetensors"
    target.write_bytes(target.read_bytes()[:100])
    out = tmp_path / "out" / "film.mp4"
    out.parent.mkdir()
    plan = FilmPlan(out, growing_run.path, width=64, height=48, rate=10, seconds=0.6)
    with pytest.raises(UserError, match="damaged"):
        make_film(plan)
    assert list(out.parent.iterdir()) == []
