"""Preferences change settings at once and say so."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QFileDialog, QWidget
from window_parts import dispose, dress_now

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell import preferences
from ncviz.desktop.shell.preferences import Preferences
from ncviz.desktop.widgets.devices import Devices
from ncviz.scenes.palette import DARK, LIGHT


@pytest.fixture
def settings():
    return Settings(system_theme=False)


@pytest.fixture
def dialog(qapp, qtbot, settings):
    window = QWidget()
    window.dialog = Preferences(window, settings, Devices(window, settings))
    window.said = []
    window.dialog.changed.connect(lambda *change: window.said.append(change))
    yield window.dialog
    dispose(window)


@pytest.fixture
def said(dialog):
    return dialog.parentWidget().said


def test_the_theme_is_chosen(dialog, said, settings, monkeypatch):
    dialog.theme.button("dark").click()
    assert settings.theme == "dark"
    assert said == [("theme", "dark")]
    monkeypatch.setattr(preferences, "system_theme", lambda: "light")
    dialog.theme.button("system").click()
    assert (settings.theme, settings.system_theme) == ("light", True)
    assert said[1:] == [("system_theme", True), ("theme", "light")]
    dialog.theme.button("light").click()
    assert (settings.theme, settings.system_theme) == ("light", False)
    assert said[3:] == [("system_theme", False)]


def test_the_text_size_is_applied_when_the_slider_rests(dialog, said, settings, qtbot):
    dialog.text_size.setFocus()
    dialog.text_size.setValue(22)
    dialog.text_size.setValue(30)
    assert dialog.percent.text() == "150 %"
    assert said == []
    qtbot.waitUntil(lambda: bool(said))
    assert said == [("text_scale", 1.5)]
    assert settings.text_scale == 1.5


@pytest.mark.parametrize("name", ["shapes", "recorded_only", "restore_session"])
def test_switches(dialog, said, settings, name):
    before = getattr(settings, name)
    dialog.switches[name].click()
    assert getattr(settings, name) is not before
    assert said == [(name, not before)]


def test_palette_frames_and_threads(dialog, said, settings):
    box = dialog.palette_box
    other = box.count() - 1
    box.setCurrentIndex(other)
    box.activated.emit(other)
    dialog.frame_limit.button(30).click()
    dialog.frame_limit.button(0).click()
    dialog.threads.setValue(1)
    wanted = [("frame_limit", 30), ("frame_limit", 0), ("threads", 1)]
    if other:
        wanted.insert(0, ("palette", box.itemData(other)))
    assert said == wanted
    assert (settings.frame_limit, settings.threads) == (0, 1)


def test_where_runs_are_kept(dialog, said, settings, answer, tmp_path):
    assert not dialog.default_folder.isEnabled()
    answer(QFileDialog, "getExistingDirectory", str(tmp_path))
    dialog.choose_folder.click()
    assert said == [("runs_folder", str(tmp_path))]
    assert dialog.folder.toolTip() == str(tmp_path)
    dialog.default_folder.click()
    assert settings.runs_folder == ""
    answer(QFileDialog, "getExistingDirectory", "")
    dialog.choose_folder.click()
    assert len(said) == 2, "the user changed their mind"


def test_what_changed_elsewhere_is_shown_without_saying_so(dialog, said, settings):
    settings.theme, settings.shapes, settings.text_scale = "dark", True, 1.25
    settings.frame_limit, settings.threads = 30, 1
    dialog.show_settings()
    assert dialog.theme.value == "dark"
    assert dialog.switches["shapes"].isChecked()
    assert dialog.percent.text() == "125 %"
    assert (dialog.frame_limit.value, dialog.threads.value()) == (30, 1)
    assert said == []


def test_it_leaves_the_window_usable_and_closes_with_escape(dialog, qtbot):
    dialog.show()
    qtbot.waitExposed(dialog)
    assert not dialog.isModal()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize(("theme", "scale"), [(LIGHT, 1.0), (DARK, 1.5)])
def test_nothing_is_clipped(dialog, qapp, qtbot, theme, scale):
    dress_now(theme, scale)
    dialog.show()
    qtbot.waitExposed(dialog)
    QApplication.processEvents()
    for part in (*dialog.switches.values(), dialog.percent, dialog.choose_folder):
        assert part.width() >= part.sizeHint().width(), part
        assert part.height() >= part.minimumSizeHint().height(), part
    assert dialog.height() <= 720
    assert not dialog.scroller.horizontalScrollBar().isVisible()
    dialog.close()
    dress_now(LIGHT)
