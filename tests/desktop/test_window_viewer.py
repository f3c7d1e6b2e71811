"""What the window of the viewer, which has no torch, does where torch would be needed."""

import pytest
from window_parts import ScriptedRunner, dispose

from ncviz.desktop.rooms.train.train_panel import TrainPanel
from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.devices import Devices
from ncviz.explorer.room_names import TRAIN
from ncviz.viewer import VIEWER


@pytest.fixture
def without_torch(monkeypatch):
    for module in (
        "widgets.devices",
        "rooms.train.training",
        "rooms.train.train_panel",
        "commands.window_commands",
        "recording.recording",
    ):
        monkeypatch.setattr(f"ncviz.desktop.{module}.is_viewer", lambda: True)
    monkeypatch.setattr("ncviz.viewer.is_viewer", lambda: True)


def test_a_training_is_refused_in_one_sentence(window, without_torch):
    window.enter(TRAIN)
    window.training.start()
    assert window.note.text.text() == VIEWER
    assert not window.training.work.is_running


def test_dropped_checkpoints_are_refused_in_one_sentence(window, without_torch, tmp_path):
    (tmp_path / "epoch_1.pt").write_bytes(b"")
    window.opening.open_dropped([tmp_path / "epoch_1.pt"])
    assert window.note.text.text() == VIEWER
    assert window.recording.dialog is None


def test_the_commands_say_why_they_are_off(window, without_torch):
    for name in ("train.start", "file.record"):
        command = window.commands.command(name)
        assert not command.enabled()
        assert command.needs == VIEWER


def test_the_panel_says_why_it_does_not_train(qapp, without_torch):
    devices = Devices(qapp, Settings())
    devices.look()
    assert not devices.is_looking
    panel = TrainPanel(devices, Background(devices, ScriptedRunner))
    assert not panel.start.isEnabled()
    assert panel.start.toolTip() == VIEWER
    dispose(panel)
