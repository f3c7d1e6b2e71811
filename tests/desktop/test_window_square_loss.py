"""The square loss in the window: weight decay on and off, and the predicted norms."""

import numpy as np
import pytest
from window_parts import pick, settle

from ncviz.explorer.room_names import THEORY
from ncviz.theory.square_loss import predicted_squared_norm


@pytest.fixture
def model(window, qtbot):
    window.enter(THEORY)
    room = window.rooms[THEORY]
    pick(room.panel.switch, "square-loss")
    room.desks["square-loss"].set(classes=4, weight_decay=1e-2, share=0.3, decays=True, seed=0)
    room.desks["square-loss"].restart()
    settle(qtbot, window)
    yield window
    room.desks["square-loss"].player.pause()
    settle(qtbot, window)
    room.open_model("layer-peeled")


def parts(window):
    room = window.rooms[THEORY]
    return (
        room.panel.panel_of("square-loss"),
        room.desks["square-loss"],
        room.plots.page_of("square-loss").plot("length"),
    )


def test_the_predicted_norm_is_a_line_in_the_plot(model, qtbot):
    panel, desk, plot = parts(model)
    for place in (
        panel.fields["weight_decay"].slider.minimum(),
        panel.fields["weight_decay"].slider.maximum(),
    ):
        panel.fields["weight_decay"].slider.setValue(place)
        settle(qtbot, model)
        square = predicted_squared_norm(desk.parameters.epsilon, 4, desk.parameters.weight_decay)
        (target,) = plot.levels
        assert target.isVisible()
        assert target.value() == pytest.approx(np.sqrt(square))
        assert desk.descent.lambda_w == pytest.approx(desk.parameters.weight_decay / 4)


def test_with_weight_decay_the_rows_reach_it(model, qtbot):
    _, desk, plot = parts(model)
    model.playback.jump(True)
    qtbot.waitUntil(lambda: desk.frontier == desk.player.last)
    settle(qtbot, model)
    reached = plot.curves["norm"].getData()[1][-1]
    assert reached == pytest.approx(desk.parameters.predicted_norm, rel=0.05)
    assert desk.value("cosine") == pytest.approx(-1 / 3, abs=0.02)
    # In the picture, too: the rows end on the vertices of a simplex.
    ends = model.canvas.scene.balls.positions[-4:]
    unit = ends / np.linalg.norm(ends, axis=1, keepdims=True)
    assert (unit @ unit.T)[~np.eye(4, dtype=bool)] == pytest.approx(-1 / 3, abs=0.1)


def test_without_weight_decay_nothing_is_predicted(model, qtbot):
    panel, desk, _ = parts(model)
    panel.fields["decays"].click()
    settle(qtbot, model)
    assert desk.descent.lambda_w == desk.descent.lambda_h == 0
    assert "nothing is predicted" in panel.remark.text()
    assert "Without weight decay" in model.frame.caption.text()
    panel.fields["decays"].click()
    settle(qtbot, model)
    assert desk.descent.lambda_w > 0
    assert panel.remark.text().startswith("Predicted")


def test_classes_and_seed_begin_anew(model, qtbot):
    panel, desk, _ = parts(model)
    before = model.canvas.scene.balls.positions.copy()
    panel.fields["seed"].slider.setValue(7)
    settle(qtbot, model)
    assert not np.allclose(model.canvas.scene.balls.positions, before)
    panel.fields["classes"].slider.setValue(6)
    settle(qtbot, model)
    assert len(model.canvas.scene.labels) == 6
    assert desk.parameters.predicted_cosine == pytest.approx(-1 / 5)
