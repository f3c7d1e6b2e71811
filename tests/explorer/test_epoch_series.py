import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.charts import numbers as numbers_module
from ncviz.charts.numbers import FUZZINESS
from ncviz.errors import UserError
from ncviz.explorer import epoch_series as series_module
from ncviz.explorer.epoch_series import EpochSeries
from ncviz.metrics.measures import measure_run
from ncviz.runs.measures import fuzziness_by_layer, law_at
from ncviz.runs.run import Run


@pytest.fixture
def run(small_run):
    return Run(small_run.path)


def complete(series):
    for _ in range(100):
        if series.complete:
            return series
        series.advance(0.0)
    raise AssertionError("it is never complete")


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=70, unique=True).map(sorted))
def test_coarse_to_fine_names_every_epoch_once(epochs):
    ordered = series_module._coarse_to_fine(tuple(epochs))
    assert sorted(ordered) == epochs
    assert set(ordered[:2]) == {epochs[0], epochs[-1]}
    # At any moment what is there spans the run without large gaps.
    for count in range(2, len(epochs) + 1):
        there = sorted(epochs.index(e) for e in ordered[:count])
        gaps = [b - a for a, b in pairwise(there)]
        assert max(gaps) <= 4 * len(epochs) / count


def test_it_grows_until_it_is_complete(run):
    series = EpochSeries(run)
    assert not series.complete
    assert series.epochs == []
    assert series.terminal_phase() is None
    sizes = []
    while not series.complete:
        assert series.advance(0.0)
        sizes.append(len(series.epochs))
    assert sizes == [1, 2, 3, 4, 5, 6]
    assert series.epochs == list(run.epochs)
    assert not series.advance(1.0)


def test_enough_time_completes_it_at_once(run):
    series = EpochSeries(run)
    assert series.advance(60.0)
    assert series.complete


def test_the_numbers_are_those_of_the_run(run):
    series = complete(EpochSeries(run))
    measured = measure_run(run)
    last = [r for r in measured["layers"] if r["layer"] == "layer 2" and r["split"] == "train"]
    for metric in ("nc1", "nc2_equinorm_means", "nc2_equiangular_means", "nc3", "nc4"):
        assert series.collapse(metric).tolist() == [record[metric] for record in last]
    for layer in range(3):
        expected = [fuzziness_by_layer(run, e)[layer] for e in run.epochs]
        assert series.fuzziness_of_layers()[:, layer].tolist() == expected
    for name in ("train_loss", "test_loss", "train_error", "test_error"):
        assert series.scalar(name).tolist() == [run.snapshot(e).scalars[name] for e in run.epochs]
    for epoch in run.epochs:
        assert series.law(epoch) == law_at(run, epoch)
        assert series.fuzziness(epoch) == fuzziness_by_layer(run, epoch)


def test_an_epoch_that_is_asked_for_is_computed_first(run):
    series = EpochSeries(run)
    assert series.fuzziness(5) == fuzziness_by_layer(run, 5)
    assert series.epochs == [5]
    assert series.fuzziness_of_layers().shape == (1, 3)


def test_nothing_is_computed_twice(run, monkeypatch):
    asked = []
    real = numbers_module.measure_layer

    def counting(run, epoch, *more):
        asked.append(epoch)
        return real(run, epoch, *more)

    monkeypatch.setattr(numbers_module, "measure_layer", counting)
    series = EpochSeries(run)
    series.fuzziness(5)
    complete(series)
    series.law(5)
    assert sorted(asked) == list(run.epochs)


def test_what_was_not_recorded_is_nan(run):
    series = complete(EpochSeries(run))
    assert all(math.isnan(v) for v in series.collapse("another"))
    assert all(math.isnan(v) for v in series.scalar("another"))


def test_the_terminal_phase_is_known_once_all_is_computed(run):
    series = EpochSeries(run)
    assert series.terminal_phase() is None
    complete(series)
    errors = [run.snapshot(e).scalars["train_error"] for e in run.epochs]
    start = series.terminal_phase()
    assert start is not None
    assert all(error == 0 for e, error in zip(run.epochs, errors, strict=True) if e >= start)
    assert errors[run.epochs.index(start) - 1] > 0


def test_a_growing_run_is_no_longer_complete(growing_run):
    path = growing_run.path / "snapshots" / "000002.safetensors"
    content = path.read_bytes()
    path.unlink()
    run = Run(growing_run.path)
    series = complete(EpochSeries(run))
    assert series.epochs == [0, 1]
    path.write_bytes(content)
    assert run.refresh()
    assert not series.complete
    assert complete(series).epochs == [0, 1, 2]


def test_a_damaged_snapshot_is_told_once_and_then_passed_over(growing_run):
    (growing_run.path / "snapshots" / "000001.safetensors").write_bytes(b"damaged")
    series = EpochSeries(Run(growing_run.path))
    told = []
    for _ in range(20):
        try:
            series.advance(0.0)
        except UserError as error:
            told.append(str(error))
    assert len(told) == 1
    assert "000001.safetensors" in told[0]
    assert series.complete
    assert series.epochs == [0, 2]
    assert series.scalar("train_loss").tolist() == [2.0, pytest.approx(2 / 3)]
    with pytest.raises(UserError, match="000001"):
        series.fuzziness(1)


def test_curves_are_made_once_until_more_epochs_are_known(run):
    """A caption asks for them at every frame."""
    series = EpochSeries(run)
    first = series.run.epochs[0]
    series.measured(FUZZINESS, first)
    short = series.scalar("train_error")
    assert short is series.scalar("train_error")
    assert len(short) == len(series.epochs) == 1
    while series.advance(1.0):
        pass
    whole = series.scalar("train_error")
    assert series.epochs == list(run.epochs)
    assert len(whole) == len(series.epochs)
    told = [run.snapshot(e).scalars.get("train_error", np.nan) for e in series.epochs]
    np.testing.assert_array_equal(whole, told)
    assert not whole.flags.writeable


def test_it_goes_on_where_it_was(run, monkeypatch):
    """Else a run of ten thousand epochs would take minutes, of which each look back is most."""
    series = EpochSeries(run)
    looks = []
    missing = EpochSeries._missing
    monkeypatch.setattr(
        EpochSeries, "_missing", lambda *told: (looks.append(told[-1]), missing(*told))[1]
    )
    turns = 0
    while not series.complete:
        series.advance(0.0)
        turns += 1
    assert turns == len(run.epochs)
    assert len(looks) <= 2 * turns
    assert series.count > 0


def test_epochs_that_come_while_it_computes_are_not_passed_over(growing_run):
    path = growing_run.path / "snapshots" / "000001.safetensors"
    content = path.read_bytes()
    path.unlink()
    run = Run(growing_run.path)
    series = EpochSeries(run)
    series.advance(0.0)
    path.write_bytes(content)
    assert run.refresh()
    assert complete(series).epochs == [0, 1, 2]
