"""Numbers of many classes or layers are worked out in a thread, and are the same."""

import threading
from dataclasses import astuple
from types import SimpleNamespace

import pytest

from ncviz.charts import numbers as numbers_module
from ncviz.charts.classes import CLASSES
from ncviz.charts.measured import GROUPS
from ncviz.errors import UserError
from ncviz.explorer import epoch_series as series_module
from ncviz.explorer.epoch_series import EpochSeries, seconds_of_numbers
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.run import Run


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(series_module, "SLOW", 0.0)


def finish(series):
    """Let everything come, as the window does frame by frame."""
    while not series.complete:
        series.advance(0.0)
        series._job.wait()


@pytest.mark.parametrize(
    ("classes", "layers", "width", "wanted"),
    [(10, 8, 512, False), (100, 8, 1024, False), (1000, 1, 512, True), (2, 400, 2, True)],
)
def test_many_classes_or_layers_are_slow(classes, layers, width, wanted):
    names = tuple(str(k) for k in range(classes))
    of_layers = tuple(RecordedLayer(f"layer {t}", width) for t in range(layers))
    run = SimpleNamespace(manifest=Manifest("", names, of_layers))
    assert (seconds_of_numbers(run) > series_module.SLOW) == wanted


def test_the_numbers_are_the_same_and_come_from_another_thread(slow, small_run, monkeypatch):
    run, threads = Run(small_run.path), set()

    def measure(*arguments):
        threads.add(threading.current_thread())
        return real(*arguments)

    real = numbers_module.measure_layer
    monkeypatch.setattr(numbers_module, "measure_layer", measure)
    series = EpochSeries(run)
    series.want((CLASSES, GROUPS))
    finish(series)
    assert threading.main_thread() not in threads
    monkeypatch.setattr(series_module, "SLOW", 1e9)
    wanted = EpochSeries(run)
    wanted.want((CLASSES, GROUPS))
    assert wanted.advance(60.0)
    assert series.epochs == wanted.epochs
    assert series.collapse("nc1").tolist() == wanted.collapse("nc1").tolist()
    assert series.scalar("train_error").tolist() == wanted.scalar("train_error").tolist()
    for epoch in run.epochs:
        assert series.fuzziness(epoch) == wanted.fuzziness(epoch)
        assert (series.measured(CLASSES, epoch) == wanted.measured(CLASSES, epoch)).all()
        groups = [astuple(one.measured(GROUPS, epoch)) for one in (series, wanted)]
        assert groups[0] == pytest.approx(groups[1], nan_ok=True)


def test_the_moment_that_is_seen_comes_first(slow, small_run):
    series = EpochSeries(Run(small_run.path))
    assert not series.prepare(5)
    series._job.wait()
    assert series.prepare(5)
    assert series.epochs == [5]
    series.want((CLASSES,))
    assert not series.prepare(5), "what a plot shows besides is still to come"


def test_a_damaged_epoch_is_told_once(slow, growing_run):
    run = Run(growing_run.path)
    (file,) = run.path.glob("snapshots/*1.safetensors")
    file.write_bytes(b"damaged")
    series, told = EpochSeries(run), 0
    while not series.complete:
        try:
            series.advance(0.0)
        except UserError:
            told += 1
        series._job.wait()
    assert told == 1
    assert series.epochs == [0, 2]
    assert series.prepare(1), "there is nothing to wait for"


def test_another_run_in_the_same_place_hands_nothing_over(slow, growing_run, make_run):
    series = EpochSeries(Run(growing_run.path))
    manifest = growing_run.path / "manifest.json"
    manifest.write_text(manifest.read_text().replace("2026-01-02", "2027-01-02"))
    series.prepare(1)
    series._job.wait()
    with pytest.raises(UserError, match="Another run was written"):
        series.prepare(1)
