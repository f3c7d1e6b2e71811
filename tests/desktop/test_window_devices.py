"""The choice of a device in the window: tried in the background, kept, and said where it fails."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from ncviz.desktop.widgets import devices
from ncviz.desktop.widgets.devices import DeviceChoice
from ncviz.explorer.room_names import TRAIN
from ncviz.training.device import PROCESSOR, Device

GPU = Device("cuda:0", "NVIDIA H200", 139 * 2**30)
FULL = Device("cuda:0", "NVIDIA T4", 15 * 2**30, "its memory is full, 0.01 of 15 GiB are free")
SECOND = Device("cuda:1", "NVIDIA H200", 139 * 2**30)


class ScriptedProbe:
    """Tries nothing; a test says what was found."""

    def __init__(self):
        self.answer = None
        self.is_running = False

    def start(self):
        self.is_running = True

    def poll(self, timeout=0.0):
        return self.answer

    def close(self):
        self.is_running = False


@pytest.fixture
def probes(monkeypatch):
    made = []

    def make():
        made.append(ScriptedProbe())
        return made[-1]

    monkeypatch.setattr(devices, "DeviceProbe", make)
    monkeypatch.setattr(devices, "may_have_gpu", lambda: True)
    return made


@pytest.fixture
def found(window, probes, qtbot):
    """Enter the Train room on a computer with these devices; put all back afterwards."""

    def enter(*others):
        window.enter(TRAIN)
        probes[0].answer = (PROCESSOR, *others)
        qtbot.waitUntil(lambda: not window.training.devices.is_looking)
        return window.training.panel

    yield enter
    owner = window.training.devices
    owner.close()
    owner.all, owner._probe = (PROCESSOR,), None
    owner.want("auto")


def rows(box):
    return [box.itemText(row) for row in range(box.count())]


def test_where_there_is_nothing_to_choose_no_choice_is_seen(found):
    assert not found().device_row.isVisible()


def test_devices_are_listed_once_they_were_tried(found, window):
    panel = found(FULL, SECOND)
    assert panel.device_row.isVisible()
    assert rows(panel.device) == [
        "Automatic: NVIDIA H200",
        "Processor",
        "NVIDIA T4, 15 GiB (cuda:0)",
        "NVIDIA H200, 139 GiB (cuda:1)",
    ]
    item = panel.device.model().item(2)
    assert not item.isEnabled()
    assert "its memory is full" in panel.device.itemData(2, Qt.ItemDataRole.ToolTipRole)
    label = next(label for label in panel.findChildren(QLabel) if label.buddy() is panel.device)
    assert label.text() == panel.device.accessibleName() == "Device"
    assert panel.device.toolTip()
    assert "by a rough estimate for the processor" in panel.forecast.text()


def test_the_device_that_is_chosen_trains(found, window, runners):
    panel = found(GPU, SECOND)
    panel.device.setCurrentIndex(panel.device.findData("cuda:1"))
    panel.device.activated.emit(panel.device.currentIndex())
    assert window.settings.device == "cuda:1"
    panel.start.click()
    assert runners[-1].device == "cuda:1"
    assert panel.summary.text().endswith("On NVIDIA H200, 139 GiB (cuda:1).")
    window.training.work.close()
    panel.show_recipe()


def test_automatic_takes_the_first_that_works(found, runners):
    panel = found(GPU, SECOND)
    panel.start.click()
    assert runners[-1].device == "cuda:0"


def test_automatic_says_that_it_went_past_a_gpu(found, window, runners):
    found(FULL).start.click()
    assert runners[-1].device == "cpu"
    assert window.note.text.text() == (
        "NVIDIA T4, 15 GiB (cuda:0) cannot be used: its memory is full, 0.01 of 15 GiB are free. "
        "The processor is used instead."
    )


@pytest.mark.parametrize(
    ("others", "words"),
    [((), "There is no device cuda:0 here: choose cpu."), ((FULL,), "cannot be used: its memory")],
    ids=["gone", "full"],
)
def test_a_device_that_was_set_is_never_replaced_in_silence(found, window, others, words):
    panel = found(*others)
    window.training.devices.want("cuda:0")
    panel.start.click()
    assert words in window.note.text.text()
    assert not window.training.work.is_running


def test_a_start_before_the_answer_waits_for_it(window, probes, found, runners, qtbot):
    window.enter(TRAIN)
    window.training.panel.start.click()
    assert not window.training.work.is_running
    assert window.note.text.text() == "The GPU is tried first: the training starts in a moment."
    found(GPU)
    assert window.training.work.is_running
    assert runners[-1].device == "cuda:0"


def test_all_lists_show_the_same_choice(found, window):
    found(GPU)
    window.preferences()
    window.recording.open()
    dialog = window.recording.dialog
    window.training.devices.want("cuda:0")
    boxes = window.findChildren(DeviceChoice)
    assert len(boxes) == 3
    assert {box.currentData() for box in boxes} == {"cuda:0"}
    assert window._preferences.device.accessibleName() == "Device for training"
    assert dialog.record.device_field.part.accessibleName() == "Device"
    window._preferences.close()
    dialog.close()
