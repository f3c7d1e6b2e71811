"""The unconstrained feature model's desk: descends, goes back, diverges, is kept."""

import json

import numpy as np
import pytest

from ncviz.explorer.descent_desk import DescentDesk
from ncviz.models.class_sizes import PRESETS
from ncviz.models.unconstrained_features import (
    CLASS_MEANS,
    CLASSIFIERS,
    FREE,
    SIMPLEX_ETF,
    SPHERE,
    UNCONSTRAINED_FEATURES,
)
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import LOSSES, measure_collapse


@pytest.fixture
def desk():
    """Return a small desk and the list of what it told."""
    desk = DescentDesk(UNCONSTRAINED_FEATURES)
    desk.set(samples=5)
    desk.told = []
    desk.listen(desk.told.append)
    yield desk
    desk.close()


def finish(desk):
    while desk.moving:
        desk.advance(0.016)


def to_the_end(desk):
    desk.player.end()
    finish(desk)


def test_at_first_all_is_random_and_waits(desk):
    assert not desk.moving
    assert desk.moment_text() == "step 0"
    assert desk.caption().startswith("Random")
    scene = desk.scene(View())
    assert len(scene.samples) == 20
    assert len(scene.balls) == 12


def test_playing_lets_it_fall_to_the_simplex(desk):
    desk.toggle_playing()
    finish(desk)
    assert desk.moment_text() == "step 3,000"
    assert desk.caption().startswith("Neural collapse")
    assert abs(desk.numbers()[1].value) < 1e-6
    assert "ratio" in desk.told
    assert desk.marks()[0].text == "TPT"


def test_each_recorded_step_is_the_model_s(desk):
    to_the_end(desk)
    for state in simulate(desk.descent, desk.run.epochs[:40:8]):
        desk.player.seek(desk.player.position_of(float(state.step)))
        expected = measure_collapse(desk.descent, state)
        assert desk.value("loss") == state.loss
        assert desk.value("nc1") == pytest.approx(expected.nc1)
        assert desk.value("nc3") == pytest.approx(expected.nc3)


def test_time_runs_back_without_descending_again(desk):
    to_the_end(desk)
    late = desk.scene(View()).samples.positions
    desk.player.seek(0.0)
    desk.follow_player()
    assert not desk.moving
    early = desk.scene(View()).samples.positions
    assert np.abs(late - early).max() > 0.1
    desk.step()
    assert desk.moment_text() == "step 1"


@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_with_every_classifier(desk, kind, loss):
    desk.set(kind=kind, loss=loss, learning_rate=0.5)
    desk.player.seek(60.0)
    finish(desk)
    assert desk.trouble == ""
    assert desk.caption().endswith(".")
    assert np.isfinite(desk.scene(View()).samples.positions).all()
    assert desk.value("objective") < desk.history["objective"][0]


def test_choices_make_room_for_each_other(desk):
    desk.set(dimension=12, bias=True)
    desk.set(kind=SIMPLEX_ETF, classes=6)
    assert desk.descent.dimension == 6
    desk.set(kind=SPHERE)
    assert (desk.parameters.dimension, desk.descent.bias) == (12, False)
    desk.set(kind=FREE)
    assert desk.descent.bias
    desk.set(kind=CLASS_MEANS)
    assert desk.descent.classifier == "class_means"
    assert desk.told.count("problem") == 5


@pytest.mark.parametrize("preset", [p.name for p in PRESETS])
@pytest.mark.parametrize(("classes", "dimension"), [(2, 1), (20, 1), (20, 32)])
def test_classes_widths_and_sizes_at_their_ends(desk, preset, classes, dimension):
    desk.set(classes=classes, dimension=dimension, preset=preset)
    desk.player.seek(12.0)
    finish(desk)
    assert np.isfinite(desk.scene(View()).balls.positions).all()
    assert desk.caption().endswith(".")


@pytest.mark.parametrize("penalties", [{"lambda_h": 0.1}, {"lambda_h": 0.0, "lambda_w": 0.0}])
def test_penalties_at_their_ends(desk, penalties):
    desk.set(**penalties)
    to_the_end(desk)
    assert desk.trouble == ""
    desk.scene(View())
    assert desk.caption().split()[0] in ("The", "Without", "Neural")


def test_too_large_a_step_on_the_sphere_is_told(desk):
    desk.set(kind=SPHERE, loss="squared_error", learning_rate=5.0)
    to_the_end(desk)
    assert desk.trouble == ""
    assert "lower the step size" in desk.caption()


def test_divergence_is_a_sentence_and_ends_the_descent(desk):
    desk.set(loss="squared_error", learning_rate=1e3, momentum=0.99)
    desk.toggle_playing()
    finish(desk)
    assert "diverged" in desk.caption()
    assert not desk.player.playing
    assert np.isfinite(desk.scene(View()).samples.positions).all()
    assert desk.told[-1] in ("problem", "ratio")
    desk.set(learning_rate=1.0, momentum=0.9)
    assert desk.trouble == ""
    assert desk.player.stops[-1] == desk.model.steps


def test_the_model_is_kept_as_a_run(desk, tmp_path):
    assert not desk.keep(tmp_path / "run"), "nothing has descended yet"
    desk.player.seek(20.0)
    finish(desk)
    assert desk.keep(tmp_path / "run")
    assert not desk.keep(tmp_path / "other")
    assert desk.moving
    desk._keeping.wait()
    desk.advance(0.0)
    assert desk.kept == tmp_path / "run"
    assert desk.told[-1] == "points"
    run = Run(desk.kept)
    assert run.epochs == desk.run.epochs
    assert run.snapshot(run.epochs[-1]).scalars["train_loss"] == desk.history["loss"][-1]


def test_a_folder_in_use_is_told(desk, tmp_path):
    (tmp_path / "file").write_text("no folder")
    desk.player.seek(5.0)
    finish(desk)
    desk.keep(tmp_path / "file")
    desk._keeping.wait()
    desk.advance(0.0)
    assert desk.kept is None
    assert desk.keep_trouble.endswith(".")


def test_settings_come_back(desk):
    desk.set(classes=5, kind=SPHERE, loss="cross_entropy", temperature=0.5, preset="one giant")
    kept = json.loads(json.dumps(desk.settings()))
    other = DescentDesk(UNCONSTRAINED_FEATURES)
    assert other.restore(kept) == ()
    assert other.parameters == desk.parameters
    (sentence,) = other.restore({"loss": "none", "classes": 3})
    assert "loss is 'none': choose one of" in sentence
    assert other.parameters.loss == "cross_entropy", "what cannot be has its default"
    assert other.parameters.classes == 3


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ("cross_entropy", "with the logarithm of time"),
        ("focal", "with the logarithm of time"),
        ("label_smoothing", "comes to rest before"),
        ("squared_error", "comes to rest before"),
    ],
)
def test_without_penalties_the_caption_is_what_the_descent_does(desk, loss, words):
    desk.set(loss=loss, lambda_w=0.0, lambda_h=0.0, lambda_b=0.0, learning_rate=1.0, momentum=0.0)
    to_the_end(desk)
    assert words in desk.caption()
    thousand = next(e for e in desk.run.epochs if e >= 1000)
    before, after = (
        desk.history["nc1"][desk.run.epochs.index(step)] for step in (thousand, desk.run.epochs[-1])
    )
    if "rest" in words:
        assert after == pytest.approx(before, rel=0.01)
    else:
        assert after < 0.99 * before


@pytest.mark.parametrize("held", ["lambda_w", "lambda_h"])
def test_one_penalty_is_enough_to_draw_classes_together(desk, held):
    values = {"lambda_w": 0.0, "lambda_h": 0.0, held: 5e-3}
    desk.set(loss="squared_error", lambda_b=0.0, learning_rate=2.0, momentum=0.0, **values)
    to_the_end(desk)
    assert desk.value("nc1") < 1e-3
    assert "Without penalties" not in desk.caption()


@pytest.mark.parametrize("preset", [p.name for p in PRESETS])
@pytest.mark.parametrize("dimension", [2, 8])
@pytest.mark.parametrize("kind", [FREE, SPHERE])
def test_neural_collapse_is_said_only_where_all_of_it_is_there(desk, preset, dimension, kind):
    desk.set(preset=preset, dimension=dimension, kind=kind)
    to_the_end(desk)
    if desk.caption().startswith("Neural collapse"):
        assert desk.value("nc1") < 1e-3
        assert desk.value("nc2_equiangular_means") < 0.05
        assert desk.value("nc2_equinorm_means") < 0.05
    if dimension < 3:
        assert not desk.caption().startswith("Neural collapse")


@pytest.mark.parametrize(
    ("classes", "dimension", "note"),
    [
        (4, 3, ""),
        (5, 3, "all 5 classes, exact: features have 3 dimensions"),
        (6, 5, "3-D shadow of 5 dimensions"),
        (20, 8, "3-D shadow of 8 dimensions"),
        (20, 19, "3-D shadow of 19 dimensions"),
        (5, 2, "all 5 classes, exact: features have 2 dimensions"),
    ],
)
def test_no_simplex_etf_is_drawn_or_praised_where_there_is_no_room(desk, classes, dimension, note):
    desk.set(classes=classes, dimension=dimension)
    room = dimension >= classes - 1
    scene = desk.scene(View())
    # Class means and classifiers, and the vertices where there are any.
    assert len(scene.balls) == classes * (3 if room else 2)
    assert scene.note == note
    assert ("etf" in [words.role for words in desk.roles()]) == room
