"""What is worked out in a thread before it is drawn."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.explorer import moment_measures, preparing
from ncviz.explorer.moment_measures import measure_moment
from ncviz.explorer.preparing import Preparing, is_heavy
from ncviz.runs.run import Run
from ncviz.scenes import placements
from ncviz.scenes.cache import Cache
from ncviz.scenes.compose import compose
from ncviz.scenes.view import ShadowChoice, View

ALL = View(epoch=3.0, layer=2, classes=(0, 1, 2, 3, 4), hidden=(1,))


@pytest.fixture
def heavy(monkeypatch):
    monkeypatch.setattr(preparing, "HEAVY", 0.0)


def measured(run, view):
    shown = view.shown_classes(run.manifest.classes)
    return measure_moment(run, 2, view.layer, shown, view.hidden, view.shadow)


def test_a_run_of_some_classes_is_drawn_at_once(small_run):
    run = Run(small_run.path)
    assert not is_heavy(run, ALL)
    assert Preparing().ready([(run, ALL)])
    assert Preparing().ready([])


def test_snapshots_of_very_many_layers_are_opened_aside_once(small_run, monkeypatch):
    monkeypatch.setattr(preparing, "OPENING", 1e9)  # as a thousand layers would have it
    run, prepared = Run(small_run.path), Preparing()
    assert is_heavy(run, ALL)
    assert not prepared.ready([(run, ALL)])
    prepared.wait()
    monkeypatch.setattr(Run, "_read", lambda *_: pytest.fail("opened again"))
    assert prepared.ready([(run, ALL), (run, replace(ALL, layer=0))]), "any layer of them"
    assert not is_heavy(run, ALL)
    compose(run, replace(ALL, layer=0))


def test_very_many_layers_are_worked_out_together(small_run, monkeypatch):
    run, prepared = Run(small_run.path), Preparing()
    layers = [(run, replace(ALL, layer=number)) for number in range(3)]
    assert prepared.ready(layers), "three are few"
    monkeypatch.setattr(preparing, "LEAST", preparing.HEAVY / 2.5)
    assert not prepared.ready(layers)
    prepared.wait()
    monkeypatch.setattr(placements, "align", lambda *_: pytest.fail("worked out again"))
    assert prepared.ready(layers)
    for _, view in layers:
        compose(run, view)


def test_what_a_tour_turns_is_worked_out_once_for_all_its_frames(heavy, small_run, monkeypatch):
    run, prepared = Run(small_run.path), Preparing()
    assert not prepared.ready([(run, replace(ALL, shadow=ShadowChoice("tour", time=0.1)))])
    prepared.wait()
    later = replace(ALL, shadow=ShadowChoice("tour", time=0.2))
    assert prepared.ready([(run, later)])
    monkeypatch.setattr(placements, "align", lambda *_: pytest.fail("worked out again"))
    compose(run, later)


def test_the_trail_of_a_pin_is_worked_out_before(heavy, small_run, monkeypatch):
    run, prepared = Run(small_run.path), Preparing()
    assert not prepared.ready([(run, ALL)])
    prepared.wait()
    pinned = replace(ALL, pinned=(9,))
    assert not prepared.ready([(run, pinned)])
    prepared.wait()
    assert prepared.ready([(run, pinned)])
    expected = compose(Run(small_run.path), pinned).trails
    monkeypatch.setattr(placements, "align", lambda *_: pytest.fail("worked out again"))
    np.testing.assert_array_equal(compose(run, pinned).trails.starts, expected.starts)
    assert len(expected) > 0


def test_what_was_prepared_is_drawn_without_work_and_as_ever(heavy, small_run, monkeypatch):
    run, fresh = Run(small_run.path), Run(small_run.path)
    expected, said = compose(fresh, ALL), measured(fresh, ALL)
    prepared = Preparing()
    assert not prepared.ready([(run, ALL)])
    prepared.wait()
    assert prepared.ready([(run, ALL)])
    for module, name in ((placements, "align"), (moment_measures, "_look_at")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("worked out again"))
    scene = compose(run, ALL)
    for part in ("samples", "balls"):
        there, here = getattr(scene, part), getattr(expected, part)
        assert np.array_equal(there.positions, here.positions)
        assert np.array_equal(there.colors, here.colors)
    assert measured(run, ALL)[0] == said[0]
    assert repr(measured(run, ALL)) == repr(said), "NaN are alike in words"


def test_of_another_choice_of_classes_the_layer_is_not_measured_again(
    heavy, small_run, monkeypatch
):
    run, prepared = Run(small_run.path), Preparing()
    other = replace(ALL, classes=(0, 2, 4), hidden=())
    expected = measured(Run(small_run.path), other)
    assert not prepared.ready([(run, ALL)])
    prepared.wait()
    assert prepared.ready([(run, ALL)])
    monkeypatch.setattr(moment_measures, "measure_layer", lambda *_: pytest.fail("again"))
    assert not prepared.ready([(run, other)])
    prepared.wait()
    assert prepared.ready([(run, other)])
    assert repr(measured(run, other)) == repr(expected)


def test_another_view_is_worked_out_once_the_first_is(heavy, small_run):
    run, prepared = Run(small_run.path), Preparing()
    other = View(epoch=3.0, layer=0, classes=ALL.classes)
    assert not prepared.ready([(run, ALL)])
    prepared.wait()
    assert not prepared.ready([(run, ALL), (run, other)])
    prepared.wait()
    assert prepared.ready([(run, ALL), (run, other)])


def test_what_fails_is_left_to_who_draws_it(heavy, growing_run):
    run, prepared = Run(growing_run.path), Preparing()
    for path in growing_run.path.rglob("*.safetensors"):
        path.write_bytes(b"")
    view = View(epoch=0.0, layer=0, classes=(0, 1, 2))
    assert not prepared.ready([(run, view)])
    prepared.wait()
    assert prepared.ready([(run, view)])
    with pytest.raises(UserError):
        compose(run, view)


def test_nothing_is_taken_from_another_run_in_the_same_place(heavy, small_run, monkeypatch):
    run, prepared = Run(small_run.path), Preparing()
    monkeypatch.setattr(preparing, "compose", lambda *_: pytest.fail("another run"))
    object.__setattr__(run.manifest, "created", "2020-01-01T00:00:00+00:00")
    assert not prepared.ready([(run, ALL)])
    prepared.wait()
    assert prepared.ready([(run, ALL)])


def test_a_memory_takes_over_what_another_kept():
    first, second = Cache(), Cache()
    second.recall("a", lambda: np.arange(3))
    first.adopt(second)
    assert "a" in first
    assert "b" not in first
    assert first.recall("a", lambda: pytest.fail("made again")).tolist() == [0, 1, 2]
    assert first.used == second.used


def test_the_work_is_done_in_a_thread_of_its_own(heavy, small_run, monkeypatch):
    workers = []

    def align(*arguments):
        workers.append(threading.current_thread())
        return real(*arguments)

    real = placements.align
    monkeypatch.setattr(placements, "align", align)
    prepared, run = Preparing(), Run(small_run.path)
    prepared.ready([(run, ALL)])
    prepared.wait()
    prepared.ready([(run, ALL)])
    compose(run, ALL)
    assert workers
    assert threading.main_thread() not in workers
