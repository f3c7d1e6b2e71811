"""The window on a machine that cannot draw the 3-D picture."""

import pytest
from PyQt6.QtWidgets import QLabel
from window_parts import settle

import ncviz.desktop.scene.opengl
from ncviz.desktop.scene.no_canvas import NoCanvas
from ncviz.desktop.scene.opengl import opengl
from ncviz.explorer.room_names import THEORY, TRAIN


@pytest.fixture
def window(make_window, small_run):
    return make_window(run=small_run.path, opengl=False)


def words(window):
    return " ".join(label.text() for label in window.canvas.native.findChildren(QLabel))


def test_it_says_why(window):
    assert isinstance(window.canvas, NoCanvas)
    assert "OpenGL is switched off by NCVIZ_NO_OPENGL" in words(window)
    assert window.canvas.native.isVisible()


def test_everything_else_works(window, qtbot):
    window.playback.jump(True)
    settle(qtbot, window)
    assert window.timeline.readout.text() == "epoch 20 / 20"
    assert len(window.plots.plot("law").curves["now"].getData()[0]) == 3
    assert len(window.plots.plot("loss").curves["train_loss"].getData()[0]) == 6
    window.picture.reset_camera()
    window.run_panel.switches["show_etf"].click()
    settle(qtbot, window)
    assert len(window.canvas.scene.edges) == 0
    window.enter(THEORY)
    settle(qtbot, window)
    assert (
        window.rooms["Theory"]
        .plots.page_of("layer-peeled")
        .plot("cosine")
        .curves["cosine"]
        .getData()[1]
        is not None
    )
    window.appearance.set_theme("dark")
    window.enter(TRAIN)
    settle(qtbot, window)
    assert window.training.panel.isVisible()


@pytest.fixture
def looked_for_anew():
    found = ncviz.desktop.scene.opengl._found
    found.cache_clear()
    yield
    found.cache_clear()


@pytest.mark.usefixtures("looked_for_anew")
def test_a_computer_without_any_context(monkeypatch):
    monkeypatch.setattr(ncviz.desktop.scene.opengl.QOpenGLContext, "create", lambda self: False)
    assert "no usable OpenGL" in opengl().problem


@pytest.mark.usefixtures("looked_for_anew")
def test_a_computer_with_an_old_opengl(monkeypatch):
    """As Windows offers it through a remote desktop."""

    class Old:
        def version(self):
            return (1, 1)

    monkeypatch.setattr(ncviz.desktop.scene.opengl.QOpenGLContext, "format", lambda self: Old())
    assert "only OpenGL 1.1 and the 3-D picture needs 2.1" in opengl().problem


@pytest.mark.usefixtures("looked_for_anew")
def test_here_nothing_is_wrong(monkeypatch):
    monkeypatch.delenv("NCVIZ_NO_OPENGL", raising=False)
    assert opengl().problem == ""
