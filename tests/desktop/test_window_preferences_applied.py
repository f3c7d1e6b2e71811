"""Each preference takes effect while one watches, and is there at the next start."""

import os

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication, QFileDialog
from sample_parts import rest
from window_parts import dispose, settle

from ncviz.desktop.settings.settings import Settings, read_settings
from ncviz.desktop.shell import appearance
from ncviz.desktop.shell.presenter import FRAME_MILLISECONDS
from ncviz.desktop.style.theme import BODY, current_look
from ncviz.scenes.palette import DARK, LIGHT, rgb, theme_named


@pytest.fixture(scope="module", autouse=True)
def _threads():
    before = os.environ.pop("NCVIZ_THREADS", None)
    yield
    os.environ.pop("NCVIZ_THREADS", None)
    if before is not None:
        os.environ["NCVIZ_THREADS"] = before


@pytest.fixture
def own(window):
    """The module's window, put in order afterwards."""
    yield window
    rest(window)
    usual = Settings(motion=False)
    for name in ("frame_limit", "motion", "contrast", "runs_folder", "threads"):
        window.appearance.set(name, getattr(usual, name))


@pytest.fixture
def preferences(own, qtbot):
    own.commands["edit.preferences"].trigger()
    page = own._preferences
    qtbot.waitExposed(page)
    yield page
    page.close()
    own.appearance.set("text_scale", 1.0)
    own.appearance.set_theme("light")


def test_the_theme(own, preferences, qtbot):
    preferences.theme.button("dark").click()
    settle(qtbot, own)
    assert own.explorer.view.theme == "dark"
    assert own.theme.name == "dark"
    assert own.commands["view.dark"].isChecked()
    rows = own.canvas.scene.balls.colors
    classifier = [int(DARK.classifier[k : k + 2], 16) for k in (1, 3, 5)]
    assert (np.rint(255 * rows[:, :3]).astype(int) == classifier).all(axis=1).any()


def test_the_text_size(own, preferences, qtbot):
    preferences.text_size.setValue(preferences.text_size.maximum())
    assert preferences.percent.text() == "175 %"
    qtbot.waitUntil(lambda: own.settings.text_scale == 1.75)
    settle(qtbot, own)
    assert QApplication.font().pixelSize() == round(1.75 * BODY)


def test_the_palette(own, preferences, qtbot):
    before = own.canvas.scene.samples.colors.copy()
    box = preferences.palette_box
    box.setCurrentIndex(1 - box.currentIndex())
    box.activated.emit(box.currentIndex())
    settle(qtbot, own)
    assert own.explorer.view.palette == box.currentData() == own.settings.palette
    assert not np.allclose(own.canvas.scene.samples.colors, before)


def test_shapes(own, preferences, qtbot):
    preferences.switches["shapes"].click()
    settle(qtbot, own)
    assert own.explorer.view.shapes
    assert len(set(np.asarray(own.canvas.scene.samples.shapes).tolist())) > 1


def test_recorded_epochs_only(own, preferences, qtbot):
    own.playback.seek(2.6)
    settle(qtbot, own)
    between = own.canvas.scene.balls.positions.copy()
    preferences.switches["recorded_only"].click()
    settle(qtbot, own)
    assert own.explorer.view.recorded_only
    assert not (own.explorer.around is not None)
    assert not np.allclose(own.canvas.scene.balls.positions, between)


def test_motion(own, preferences):
    for moves in (True, False):
        preferences.motion.button(moves).click()
        assert own.explorer.player.ease == own.canvas.motion == moves
        assert own.presentation.motion == moves
        assert own.commands["view.motion"].isChecked() == moves


def test_contrast(own, preferences, qtbot):
    preferences.contrast.button("high").click()
    settle(qtbot, own)
    assert own.theme == current_look()[0] == theme_named("light", "high")
    assert own.canvas.scene.background == pytest.approx(rgb(LIGHT.background)), "as in a figure"
    preferences.contrast.button("standard").click()
    assert own.theme == current_look()[0] == LIGHT


def test_the_system_is_followed_until_one_chooses(own, preferences, monkeypatch):
    asked = {"theme": "dark", "contrast": "high", "motion": True}
    for name in asked:
        monkeypatch.setattr(appearance, f"system_{name}", lambda name=name: asked[name])
    preferences.theme.button("system").click()
    monkeypatch.setattr("ncviz.desktop.shell.preferences.system_theme", lambda: asked["theme"])
    preferences.contrast.button("system").click()
    preferences.motion.button(None).click()
    own.appearance._system.changed.emit()
    assert own.theme == theme_named("dark", "high")
    assert own.explorer.player.ease
    asked.update(theme="light", contrast="standard", motion=False)
    own.appearance._system.changed.emit()
    assert own.theme == LIGHT
    assert not own.explorer.player.ease
    assert not own.commands["view.motion"].isChecked()
    own.commands["view.dark"].trigger()
    own.commands["view.motion"].trigger()
    preferences.contrast.button("standard").click()
    asked.update(contrast="high")
    own.appearance._system.changed.emit()
    assert own.theme == DARK, "chosen"
    assert own.explorer.player.ease, "chosen"


def test_the_frame_limit(own, preferences):
    for limit in (30, 0, 60):
        preferences.frame_limit.button(limit).click()
        assert own.presenter._clock.interval() == FRAME_MILLISECONDS[limit]


def test_threads_of_a_training(own, preferences):
    preferences.threads.setValue(1)
    assert os.environ["NCVIZ_THREADS"] == "1"
    preferences.threads.setValue(0)
    assert os.environ["NCVIZ_THREADS"] == ""


def test_where_runs_are_kept(own, preferences, answer, tmp_path):
    answer(QFileDialog, "getExistingDirectory", str(tmp_path / "elsewhere"))
    preferences.choose_folder.click()
    assert own.training.folder == tmp_path / "elsewhere"
    assert preferences.folder.toolTip() == str(tmp_path / "elsewhere")


def test_all_are_kept_for_the_next_start(qtbot, small_run, tmp_path, make_window):
    own = make_window(Settings(motion=False), run=small_run.path, opengl=False)
    own.commands["edit.preferences"].trigger()
    preferences = own._preferences
    qtbot.waitExposed(preferences)
    preferences.theme.button("dark").click()
    preferences.frame_limit.button(30).click()
    preferences.motion.button(True).click()
    preferences.contrast.button("high").click()
    for name in ("shapes", "recorded_only", "restore_session"):
        preferences.switches[name].click()
    expected = Settings(
        theme="dark",
        frame_limit=30,
        shapes=True,
        recorded_only=True,
        restore_session=False,
        motion=True,
        contrast="high",
    )
    preferences.close()
    dispose(own)
    kept = read_settings(tmp_path / "config" / "s.json")
    kinds = ("theme", "frame_limit", "shapes", "recorded_only", "restore_session")
    for name in (*kinds, "motion", "contrast"):
        assert getattr(kept, name) == getattr(expected, name), name
    again = make_window(kept, opengl=False)
    assert again.explorer.view.shapes
    assert again.explorer.view.recorded_only
    assert again.theme == theme_named("dark", "high")
    assert again.presenter._clock.interval() == 33
    again.appearance.set_theme("light")
