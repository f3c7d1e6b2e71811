"""What a move of a slider shows with its one frame is all that there is to see."""

import pytest
from window_parts import settle

from ncviz.desktop.rooms.theory.parameter_rows import ParameterRows


def _seen(window):
    """Return pixels of all but the scene, whose names may move when it rests, and its places."""
    room, frame = window.rooms.theory, window.frame
    parts = room.panel, room.plots, window.timeline, frame.caption, frame.moment, frame.roles
    scene = window.canvas.scene
    places = scene.balls.positions.tolist(), scene.samples.positions.tolist()
    words = [label.text for label in scene.labels]
    return [*(part.grab().toImage() for part in parts), places, words, window.canvas.camera]


@pytest.fixture
def theory(window, qtbot):
    """The Theory room; the models are left as they were."""
    window.enter("Theory")
    settle(qtbot, window)
    room = window.rooms.theory
    model, before = room.model, {name: desk.parameters for name, desk in room.desks.items()}
    yield room
    for name, parameters in before.items():
        room.desks[name].put(parameters)
    room.open_model(model)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        ("layer-peeled", {"ratio": 37.0}),
        ("layer-peeled", {"budget": 3.0}),
        ("law", {"first": 0.3}),
        ("label-sets", {"rarity": 3.0}),
        ("landscape", {"kick": 0.2}),
    ],
)
def test_all_that_depends_on_a_slider_is_drawn(theory, window, qtbot, model, changes):
    theory.open_model(model)
    settle(qtbot, window)
    theory.desk.set(**changes)
    settle(qtbot, window)
    moved = _seen(window)
    window.presenter.show_all()
    settle(qtbot, window)
    assert _seen(window) == moved


def test_a_move_writes_the_values_of_the_panel_once(theory, window, qtbot, monkeypatch):
    written = []
    show = ParameterRows.show_values
    monkeypatch.setattr(
        ParameterRows, "show_values", lambda rows, p: written.append(p) or show(rows, p)
    )
    for model, changes in (("law", {"first": 0.4}), ("label-sets", {"rarity": 4.0})):
        theory.open_model(model)
        settle(qtbot, window)
        written.clear()
        theory.desk.set(**changes)
        window.presenter.tick()
        settle(qtbot, window)
        assert written == [theory.desk.parameters]
