"""Windows to test, and what watches that no test leaves anything behind."""

import contextlib
import multiprocessing
import threading

import pytest
from patience import SECONDS, Patience
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QSize, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from window_parts import ScriptedRunner, dispose, peeled, settle

from ncviz.assets import asset
from ncviz.desktop.rooms.train import training
from ncviz.desktop.scene import notes
from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import make_application
from ncviz.desktop.shell.window import MainWindow
from ncviz.desktop.widgets import devices
from ncviz.explorer.room_names import EXPLORE
from ncviz.explorer.solvers import load_solvers
from ncviz.models.layer_peeled import Parameters
from ncviz.scenes.camera import Camera
from ncviz.scenes.view import View
from ncviz.training.recipe import Recipe
from ncviz.training.training_runner import TrainingRunner

SIZE = 1280, 800
STAYS = 600_000  # milliseconds that a note stays, and a hint: a busy machine looks late
TURN = 1, 10  # milliseconds of events, after which is looked again: at first, and at last


class PatientBot(QtBot):
    """Waits while anything is done, however long a busy machine needs for it."""

    def waitUntil(self, callback, *, rest=SECONDS):
        """Wait until something is so, or nobody has done anything for so many seconds."""
        patience = Patience(rest)
        turn, longest = TURN
        while not callback():
            if patience.is_over:
                raise self.TimeoutError(f"nothing happens any more, without {callback}")
            self.wait(turn)
            turn = min(2 * turn, longest)

    def waitSignal(self, signal, **options):
        return super().waitSignal(signal, timeout=None, **options)

    def mouseDClick(self, widget, button, *more, **options):
        """Click twice, as a hand does: Qt's own leaves the button pressed."""
        super().mouseDClick(widget, button, *more, **options)
        self.mouseRelease(widget, button, *more, **options)

    def waitExposed(self, widget):
        """Wait until a window is on the screen."""
        self.waitUntil(lambda: (handle := widget.windowHandle()) and handle.isExposed())


@pytest.fixture(scope="session", autouse=True)
def _notes_stay():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notes, "MILLISECONDS", STAYS)
        yield


@pytest.fixture
def qtbot(qapp, request):
    return PatientBot(request)


@pytest.fixture(scope="session")
def qapp():
    """The application as ncviz makes it, with its fonts and the settings of its plots."""
    application = make_application()
    yield application
    application.processEvents()


# Nothing may be left behind


def _owner(thing):
    """Return the outermost parent of a Qt object."""
    while (parent := thing.parent()) is not None:
        thing = parent
    return thing


@pytest.fixture(autouse=True)
def _nothing_left(qapp, qtbot, monkeypatch):
    """Fail a test that leaves windows, timers, threads or processes, or a button pressed."""
    timers = []
    start = QTimer.start

    def remember(timer, *arguments):
        timers.append(timer)
        return start(timer, *arguments)

    monkeypatch.setattr(QTimer, "start", remember)
    known = [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]
    threads_before = set(threading.enumerate())
    processes_before = set(multiprocessing.active_children())
    yield
    # What the test itself, or its qtbot, closed and told to be deleted is not left.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def is_new(thing):
        return not any(_owner(thing) is old for old in known)

    # Every plot of pyqtgraph owns menus that belong to no window, and the empty form
    # that they were taken from.
    def of_a_plot(widget):
        return isinstance(widget, QMenu) or (type(widget) is QWidget and not widget.children())

    windows = [
        widget
        for widget in QApplication.topLevelWidgets()
        if is_new(widget) and (widget.isVisible() or not of_a_plot(widget))
    ]

    def ticking():
        return [t for t in timers if not sip.isdeleted(t) and t.isActive() and is_new(t)]

    with contextlib.suppress(qtbot.TimeoutError):  # a frame that is about to be drawn is no leak
        qtbot.waitUntil(lambda: not ticking(), rest=1.0)
    still = ticking()
    for timer in still:
        timer.stop()
    qtbot.waitUntil(lambda: set(threading.enumerate()) <= threads_before)
    processes = set(multiprocessing.active_children()) - processes_before
    for process in processes:
        process.kill()
    pressed = QApplication.mouseButtons()
    if pressed:  # by a test; the next ones must not meet it
        bare = QWidget()
        for button in Qt.MouseButton:
            if button & pressed:
                qtbot.mouseRelease(bare, button)
    assert not windows, f"windows are left: {windows}"
    assert not still, f"timers are left: {[(t, t.parent()) for t in still]}"
    assert not processes, f"processes are left: {processes}"
    assert not pressed, f"left pressed: {pressed}"


@pytest.fixture(autouse=True, scope="session")
def _solvers():
    """Have them loaded, as a while after the start: a model is then opened at once."""
    load_solvers()


@pytest.fixture(autouse=True)
def _no_dialog(monkeypatch):
    """Let a dialog that no test expects fail it, instead of waiting for ever."""

    def refuse(name):
        def show(*arguments, **_keywords):
            raise AssertionError(f"unexpected dialog: {name} {arguments[1:]}")

        return show

    for kind, names in (
        (QMessageBox, ("question", "information", "warning", "critical", "about")),
        (QFileDialog, ("getOpenFileName", "getSaveFileName", "getExistingDirectory")),
    ):
        for name in names:
            monkeypatch.setattr(kind, name, refuse(name))
    monkeypatch.setattr(QDialog, "exec", refuse("exec"))
    monkeypatch.setattr(QMessageBox, "exec", refuse("exec"))


@pytest.fixture(autouse=True)
def runners(monkeypatch):
    """Let no test train by accident; return the runners that were made instead."""
    made = []

    def choose():
        made.append(ScriptedRunner())
        return made[-1]

    monkeypatch.setattr(training, "_runner", choose)
    monkeypatch.setattr(devices, "may_have_gpu", lambda: False)  # whatever this computer has
    return made


@pytest.fixture
def real_training(runners, monkeypatch):
    """Train for once, in a process as the window does."""
    monkeypatch.setattr(training, "_runner", TrainingRunner)


# Windows


@pytest.fixture
def make_window(qapp, qtbot, tmp_path, monkeypatch):
    """Make windows of the test's own. Each canvas costs 8 MB for ever: `window` is shared."""
    made = []

    def make(settings=None, *, run=None, size=SIZE, show=True, opengl=True):
        if not opengl:
            monkeypatch.setenv("NCVIZ_NO_OPENGL", "1")
        window = MainWindow(
            settings or Settings(motion=False), tmp_path / "config" / "s.json", tmp_path / "runs"
        )
        window.plots.set_layout(("law", "collapse", "loss"))
        made.append(window)
        window.resize(*size)
        if show:
            window.show()
            qtbot.waitExposed(window)
        if run is not None:
            assert window.open(run, remember=False)
            settle(qtbot, window)
        return window

    yield make
    for window in made:
        if not sip.isdeleted(window):
            dispose(window)


@pytest.fixture(scope="module")
def shared_window(qapp, tmp_path_factory, small_run):
    """One window for a module; tests take it as `window`, which puts it in order."""
    folder = tmp_path_factory.mktemp("window")
    window = MainWindow(Settings(motion=False), folder / "settings.json", folder / "runs")
    window.plots.set_layout(("law", "collapse", "loss"))
    window.presentation._timer.setInterval(STAYS)
    window.show()
    yield window
    dispose(window)
    assert sip.isdeleted(window)


@pytest.fixture
def window(shared_window, qtbot, small_run):
    """The module's window, at the start of the small run, as if just opened."""
    window = shared_window
    _put_in_order(window, small_run.path)
    qtbot.waitUntil(lambda: window.canvas.frames > 0)
    settle(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    focus = window.focusWidget()
    if focus is not None:
        focus.clearFocus()
    yield window
    window.player.pause()
    window.explorer.player.pause()
    window.note.hide()
    settle(qtbot, window)
    for desk in window.rooms.theory.desks.values():
        desk.close()  # ends the process in which it searches


def _put_in_order(window, run):
    """Undo what a test did; what it left alone is not touched, which is ten times faster."""
    settings = window.settings
    settings.recent = []
    window.appearance.set("contrast", "standard")
    if (settings.theme, settings.text_scale) != ("light", 1.0):
        window.appearance.set("text_scale", 1.0)
        window.appearance.set_theme("light")
    if window.size() != QSize(*SIZE):
        window.resize(*SIZE)
    for side in ("left", "right"):
        getattr(window, side).show()
    for name in ("left", "right", "large", "motion"):
        window.commands[f"view.{name}"].setChecked(name in ("left", "right"))
    window.appearance.set("motion", False)
    for player in (window.explorer.player, peeled(window).player):
        player.speed, player.looping = 1.0, False
        player.pause()
    for name in ("loop", "follow"):
        window.commands[f"play.{name}"].setChecked(False)
    peeled(window).points = ()
    peeled(window).put(Parameters())
    window.training.work.close()
    window.training.panel.show_recipe()
    window.training.panel.form.set_recipe(Recipe())
    window.busy.say("training", "")
    window.explorer.run = None
    window.explorer.view = View()
    window.enter(EXPLORE)
    window.open(run, remember=False)
    window.presenter.tick()  # which frames it
    window.canvas.home = Camera()
    window.canvas.set_camera(Camera())
    window.doings.forget()
    window.note.text.clear()
    window.note.hide()


@pytest.fixture(scope="session")
def demonstration():
    return asset("demonstration")


# What the user answers


@pytest.fixture
def answer(monkeypatch):
    """Let the user give an answer to a dialog; return the list of what they were asked."""

    def give(kind, name, value):
        asked = []

        def show(*arguments, **_keywords):
            asked.append(arguments)
            return value

        monkeypatch.setattr(kind, name, show)
        return asked

    return give


@pytest.fixture
def answer_file(answer):
    """Let the user choose a file, or '' to change their mind."""
    return lambda path, name="getSaveFileName": answer(QFileDialog, name, (str(path), ""))


@pytest.fixture
def key(qtbot):
    """Press keys as the user does: on whatever has the focus."""

    def press(window, *keys):
        for one in keys:
            combination = one if isinstance(one, tuple) else (one,)
            target = QApplication.focusWidget() or window
            assert isinstance(target, QWidget)
            qtbot.keyClick(target, *combination)

    return press
