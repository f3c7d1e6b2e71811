import os
from pathlib import Path

import av
import numpy as np
import pytest
from patience import Patience
from PIL import Image

from ncviz.export import exporter as exporters
from ncviz.export.export_messages import ExportProgress
from ncviz.export.exporter import spawned_exporter
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure, presets_for, preview_figure, sized_figure
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import make_film, preview_film
from ncviz.export.table_plan import TablePlan
from ncviz.jobs.messages import Answered, Cancelled, Failed, Finished, Unanswered
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.scene import Panel, Picture
from ncviz.scenes.view import View

VIEW = View(classes=(0, 1, 2))


@pytest.fixture(scope="module")
def exporter():
    exporter = spawned_exporter()
    exporter.prepare()
    yield exporter
    exporter.close()


@pytest.fixture
def film(small_run, tmp_path):
    return FilmPlan(
        tmp_path / "film.mp4", small_run.path, view=VIEW, width=96, height=64, rate=10, seconds=0.8
    )


def until(exporter, kinds):
    """Return all messages up to the first of some kinds."""
    told, patience = [], Patience()
    while not patience.is_over:
        told += exporter.poll(0.1)
        if told and isinstance(told[-1], kinds):
            return told
    raise AssertionError(f"no {kinds} among {told}")


def finished(exporter, plan):
    exporter.start(plan)
    assert exporter.is_running
    told = until(exporter, (Finished, Failed, Cancelled))
    assert not exporter.is_running
    return told


def test_a_film_in_the_background_is_that_of_the_command_line(exporter, film, tmp_path):
    told = finished(exporter, film)
    assert told[-1] == Finished((film.out,))
    progress = [message for message in told if isinstance(message, ExportProgress)]
    assert progress[-1].done == progress[-1].total == 8
    assert progress[0].frame.shape == (64, 96, 3)
    before = film.out.read_bytes()
    assert make_film(film)
    assert film.out.read_bytes() == before


@pytest.mark.parametrize("name", ["x.svg", "x.pdf", "x.png"])
def test_a_figure_in_the_background_is_that_of_the_command_line(
    exporter, small_run, tmp_path, name
):
    plan = FigurePlan(tmp_path / name, small_run.path, VIEW, resolution=60)
    assert finished(exporter, plan) == [Finished((plan.out,))]
    before = plan.out.read_bytes()
    make_figure(plan)
    assert plan.out.read_bytes() == before


def test_a_table_in_the_background(exporter, small_run, tmp_path):
    plan = TablePlan(tmp_path / "x.csv", small_run.path)
    told = finished(exporter, plan)
    assert told[-1] == Finished((plan.out, tmp_path / "x.csv.json"))
    assert plan.out.read_text().startswith("epoch,")


def test_a_table_tells_how_far_it_is_and_can_be_cancelled(exporter, make_run, tmp_path):
    many = make_run(tmp_path / "run", counts=(9, 9, 9), epochs=tuple(range(400)))
    plan = TablePlan(tmp_path / "x.csv", many.path)
    exporter.start(plan)
    progress = until(exporter, ExportProgress)[-1]
    assert 1 <= progress.done < progress.total == 400
    assert progress.seconds_left > 0
    exporter.cancel()
    assert isinstance(until(exporter, Cancelled)[-1], Cancelled)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_cannot_be_is_said_in_a_sentence(exporter, small_run, film, tmp_path):
    for plan in (
        FigurePlan(tmp_path / "x.svg", small_run.path, width=1e6),
        FilmPlan(tmp_path / "x.mp4", small_run.path, width=100_000, height=2),
        TablePlan(tmp_path / "x.csv", tmp_path / "nothing"),
    ):
        (failed,) = finished(exporter, plan)
        assert isinstance(failed, Failed)
        assert failed.sentence.endswith(".")
    assert list(tmp_path.iterdir()) == []


def test_previews_of_figures_and_films(exporter, small_run, film, tmp_path):
    figure = FigurePlan(tmp_path / "x.svg", small_run.path, VIEW)
    exporter.ask(figure, longest_side=200)
    (shown,) = until(exporter, Answered)
    assert (shown.value == preview_figure(figure, 200)).all()
    exporter.ask(film, share=0.5, longest_side=80)
    (shown,) = until(exporter, Answered)
    assert shown.value.shape == (53, 80, 3)
    assert (shown.value == preview_film(film, 0.5, 80)).all()
    exporter.ask(FigurePlan(tmp_path / "x.svg", small_run.path, width=-1.0))
    (failed,) = until(exporter, Unanswered)
    assert "width of -1 mm" in failed.sentence


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "frames"])
def test_a_cancelled_film_leaves_nothing(exporter, small_run, tmp_path, name):
    plan = FilmPlan(tmp_path / name, small_run.path, width=320, height=240, seconds=100)
    exporter.start(plan)
    until(exporter, ExportProgress)
    exporter.cancel()
    assert isinstance(until(exporter, Cancelled)[-1], Cancelled)
    assert not exporter.is_running
    assert list(tmp_path.iterdir()) == []


def test_the_newest_preview_alone_is_told(exporter, small_run, tmp_path):
    figure = FigurePlan(tmp_path / "x.svg", small_run.path, VIEW)
    for side in (100, 60, 80):
        exporter.ask(figure, longest_side=side)
    (shown,) = until(exporter, Answered)
    assert max(shown.value.shape) == 80
    assert exporter.poll(0.1) == []


def test_one_export_at_a_time(exporter, film):
    exporter.start(film)
    with pytest.raises(RuntimeError, match="already"):
        exporter.start(film)
    until(exporter, Finished)


def test_the_window_comes_before_its_exports(exporter, small_run, tmp_path):
    exporter.ask(FigurePlan(tmp_path / "x.png", small_run.path, VIEW))
    until(exporter, Answered)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, exporter.pid) > own


def test_a_process_that_dies_has_failed_and_leaves_nothing(small_run, tmp_path):
    exporter = spawned_exporter()
    plan = FilmPlan(tmp_path / "x.mp4", small_run.path, width=320, height=240, seconds=100)
    exporter.start(plan)
    until(exporter, ExportProgress)
    os.kill(exporter.pid, 9)
    failed = until(exporter, Failed)[-1]
    assert "broke off" in failed.sentence
    assert list(tmp_path.iterdir()) == []
    assert exporter.poll() == []
    plan = FigurePlan(tmp_path / "x.svg", small_run.path, preset="loss")
    assert finished(exporter, plan) == [Finished((plan.out,))]  # in another process
    exporter.close()


def test_a_process_that_does_not_obey_is_killed(small_run, tmp_path, monkeypatch):
    monkeypatch.setattr(exporters, "SECONDS_TO_CANCEL", 0.0)
    exporter = spawned_exporter()
    plan = FilmPlan(tmp_path / "frames", small_run.path, width=1280, height=960, seconds=100)
    exporter.start(plan)
    until(exporter, ExportProgress)
    pid = exporter.pid
    exporter.cancel()
    assert isinstance(until(exporter, Cancelled)[-1], Cancelled)
    assert list(tmp_path.iterdir()) == []
    assert exporter.pid != pid
    exporter.close()


def test_closing_in_mid_film_leaves_nothing(small_run, tmp_path):
    for name in ("x.mp4", "frames"):
        exporter = spawned_exporter()
        exporter.start(FilmPlan(tmp_path / name, small_run.path, seconds=100))
        until(exporter, ExportProgress)
        exporter.close()
        assert not exporter.is_running
        assert exporter.poll() == []
    assert list(tmp_path.iterdir()) == []


def test_scenes_side_by_side_are_one_figure(small_run, tmp_path):
    run = Run(small_run.path)
    panels = tuple(
        Panel(compose(run, VIEW.at(epoch)), left=k / 2, width=0.5, title=f"Run {k}")
        for k, epoch in enumerate((0, 20))
    )
    plan = FigurePlan(tmp_path / "x.svg", scene=Picture(panels), said={"model": {"name": "two"}})
    make_figure(plan)
    text = plan.out.read_text()
    assert "Run 0" in text
    assert "Run 1" in text
    assert 'id="ball-1-0"' in text
    make_figure(FigurePlan(tmp_path / "x.png", scene=Picture(panels), resolution=60))
    with Image.open(tmp_path / "x.png") as image:
        pixels = np.asarray(image.convert("L"), dtype=float)
    halves = np.array_split(pixels, 2, axis=1)
    assert all(half.std() > 5 for half in halves)


def test_presets_that_a_run_can_have(small_run, imbalanced_run, make_run, tmp_path):
    assert "minority" not in presets_for(Run(small_run.path))
    assert {"scene", "held-out", "heat-map", "collapse"} <= set(presets_for(Run(small_run.path)))
    assert "minority" in presets_for(Run(imbalanced_run.path))
    single = make_run(tmp_path / "run", counts=(4, 4), epochs=(0,))
    assert not {"collapse", "epochs", "loss"} & set(presets_for(Run(single.path)))


def test_the_size_a_figure_will_have(small_run):
    plan = FigurePlan(Path("x.svg"), small_run.path, preset="collapse")
    sized = sized_figure(plan)
    assert (sized.width, sized.epochs[0], sized.epochs[-1]) == (180, 0, 20)
    assert sized.height > 30


def test_a_film_can_be_decoded_after_the_background(exporter, film):
    finished(exporter, film)
    with av.open(str(film.out)) as container:
        assert sum(1 for _ in container.decode(video=0)) == film.frames
