"""The download button of the Train room, with a stand-in for the network."""

import threading

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QProgressDialog, QPushButton

import ncviz.data.catalogue
from ncviz.errors import UserError
from ncviz.explorer.room_names import TRAIN


class Network:
    """Stands for `load`: sends pieces until the test lets it end."""

    def __init__(self):
        self.calls = []
        self.may_end = threading.Event()
        self.ending = None
        self.total = 1000

    def load(self, key, folder=None, download=False, progress=None):
        self.calls.append((key, folder, download))
        for done in range(0, 10**9, 10):
            progress(min(done, 900), self.total)
            if self.may_end.wait(0.005):
                break
        progress(self.total, self.total)
        if self.ending is not None:
            raise self.ending


@pytest.fixture
def network(monkeypatch):
    network = Network()
    monkeypatch.setattr(ncviz.data.catalogue, "load", network.load)
    yield network
    network.may_end.set()


@pytest.fixture
def room(window, network):
    window.enter(TRAIN)
    form = window.training.panel.form
    form["dataset"].setCurrentIndex(form["dataset"].findData("mnist"))
    yield window.training
    window.training.download.close(10)


def press(qtbot, room):
    qtbot.mouseClick(room.panel.form.download, Qt.MouseButton.LeftButton)


def dialogs():
    return [w for w in QApplication.topLevelWidgets()
            if isinstance(w, QProgressDialog) and w.isVisible()]  # fmt: skip


def wait_for_progress(qtbot):
    qtbot.waitUntil(lambda: bool(dialogs()) and dialogs()[0].value() > 0)
    return dialogs()[0]


def test_a_download_shows_its_progress_and_its_end(window, room, network, qtbot, tmp_path):
    room.panel.form["data_folder"].setText(str(tmp_path))
    press(qtbot, room)
    dialog = wait_for_progress(qtbot)
    assert dialog.labelText() == "Downloading MNIST …"
    assert network.calls == [("mnist", tmp_path, True)]
    network.may_end.set()
    qtbot.waitUntil(lambda: not dialogs())
    assert window.note.text.text() == "The data set is ready."


def test_a_failed_download_says_why(window, room, network, qtbot):
    network.ending = UserError("train-images.gz could not be downloaded: no route to host.")
    press(qtbot, room)
    wait_for_progress(qtbot)
    assert network.calls == [("mnist", None, True)]
    network.may_end.set()
    qtbot.waitUntil(lambda: not dialogs())
    assert window.note.text.text() == str(network.ending)


def test_a_download_is_cancelled(window, room, network, qtbot):
    press(qtbot, room)
    dialog = wait_for_progress(qtbot)
    qtbot.mouseClick(dialog.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert window.note.text.text() == "The download was cancelled; nothing was kept."
    assert not dialogs()
    qtbot.waitUntil(lambda: not room.download.is_running)
    # And can be begun again.
    press(qtbot, room)
    wait_for_progress(qtbot)
    network.may_end.set()
    qtbot.waitUntil(lambda: not dialogs())
    assert window.note.text.text() == "The data set is ready."
    assert len(network.calls) == 2


def test_a_second_press_begins_no_second_download(room, network, qtbot):
    press(qtbot, room)
    wait_for_progress(qtbot)
    press(qtbot, room)
    assert len(dialogs()) == 1
    assert len(network.calls) == 1


def test_a_press_while_the_last_one_still_ends_is_answered(window, room, network, qtbot):
    """Cancelled, but its thread still waits for the network: a silent button is a broken one."""
    held = threading.Event()
    network.may_end.wait, original = lambda _: held.wait(10), network.may_end.wait
    press(qtbot, room)
    qtbot.waitUntil(lambda: bool(network.calls))
    room.download.cancel()
    window.note.hide()
    try:
        press(qtbot, room)
        assert window.note.isVisible() or dialogs()
    finally:
        network.may_end.wait = original
        held.set()


def test_a_download_that_breaks_in_an_unknown_way_does_not_hang(window, room, network, qtbot):
    network.ending = RuntimeError("a bug of ours")
    press(qtbot, room)
    wait_for_progress(qtbot)
    network.may_end.set()
    qtbot.waitUntil(lambda: not room.download.is_running)
    qtbot.waitUntil(lambda: not dialogs())
    assert window.note.text.text().startswith("The download failed (RuntimeError: a bug of ours)")


def test_closing_the_window_ends_the_download(make_window, network, qtbot, small_run):
    window = make_window(run=small_run.path, opengl=False)
    window.enter(TRAIN)
    form = window.training.panel.form
    form["dataset"].setCurrentIndex(form["dataset"].findData("cifar10"))
    qtbot.mouseClick(form.download, Qt.MouseButton.LeftButton)
    wait_for_progress(qtbot)
    window.close()
    left, running = dialogs(), window.training.download.is_running
    for dialog in left:
        dialog.canceled.disconnect()
        dialog.close()
    assert not running
    assert not left, "the progress of the download outlives the window"
