"""The main job from its beginning to its end by keys alone: nothing is clicked or called."""

import pytest
from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel
from window_parts import settle

from ncviz.charts.rich_text import plain
from ncviz.explorer.pointing import sample_facts
from ncviz.explorer.room_names import EXPLORE, TRAIN
from ncviz.export.provenance import said_by
from ncviz.runs.run import Run
from ncviz.wording import three_digits

KEY = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ROUND = 400  # presses of Tab after which one has been everywhere


class Hands:
    """Presses keys on whatever has the focus, as someone without a mouse does."""

    def __init__(self, window):
        self.window = window

    @property
    def focus(self):
        popup = QApplication.activePopupWidget()
        return QApplication.focusWidget() or popup or QApplication.activeWindow() or self.window

    def press(self, *keys):
        for one in keys:
            QTest.keyClick(self.focus, *(one if isinstance(one, tuple) else (one,)))
            QApplication.processEvents()

    def write(self, text):
        """Write over all that stands in a field."""
        self.press((KEY.Key_A, CONTROL))
        for letter in text:
            QTest.keyClick(self.focus, letter)

    def go_to(self, name):
        """Press Tab until something of such a name has the focus, and return it."""
        met = []
        for _ in range(ROUND):
            focus = self.focus
            if focus.accessibleName() == name or getattr(focus, "text", str)() == name:
                return focus
            met.append(focus.accessibleName() or type(focus).__name__)
            self.press(KEY.Key_Tab)
        raise AssertionError(f"Tab never comes to {name!r}, only to {sorted(set(met))}")


@pytest.fixture
def hands(make_window, qtbot, real_training):
    window = make_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return Hands(window)


def test_from_a_run_to_a_figure(hands, qtbot, tmp_path):
    window, press = hands.window, hands.press
    explorer = window.explorer

    # Open a run: the search finds it.
    press((KEY.Key_K, CONTROL))
    hands.write("open the demonstration")
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: explorer.run is not None)
    settle(qtbot, window)
    run = explorer.run
    assert window.room == EXPLORE

    # Play, pause, scrub.
    press(KEY.Key_Home, KEY.Key_Space)
    qtbot.waitUntil(lambda: window.player.position > 1)
    press(KEY.Key_Space)
    assert not window.player.playing
    press(KEY.Key_Home, KEY.Key_Right, KEY.Key_Right)
    settle(qtbot, window)
    assert explorer.nearest_epoch == run.epochs[2]
    press(KEY.Key_End)
    settle(qtbot, window)
    assert explorer.nearest_epoch == run.epochs[-1]

    # Choose a layer and the classes.
    press(KEY.Key_Up)
    layer = len(run.manifest.layers) - 2
    assert explorer.view.layer == layer
    before = explorer.view.shown_classes(run.manifest.classes)
    hands.go_to("Classes")
    press(KEY.Key_End, KEY.Key_Return)
    settle(qtbot, window)
    chosen = explorer.view.shown_classes(run.manifest.classes)
    assert chosen == (*before, run.manifest.classes - 1)

    # Turn the scene, step to a sample, read its card, pin it.
    camera = window.canvas.control.goal
    press(KEY.Key_F6, KEY.Key_Right, (KEY.Key_Left, SHIFT), KEY.Key_Plus)
    assert window.canvas.control.goal != camera
    press(KEY.Key_C, KEY.Key_N)
    while window.scene_keys.spot.kind != "samples":
        press(KEY.Key_N)
    settle(qtbot, window)
    row = window.scene_keys.spot.row
    facts = sample_facts(run, run.epochs[-1], layer, row)
    read = window.canvas.native.accessibleName()
    for words in (
        run.manifest.class_names[facts.label],
        f"Predicted: {run.manifest.class_names[facts.predicted]}",
        three_digits(facts.distance),
        f"Sample {row}",
    ):
        assert words in read
    press(KEY.Key_Return)
    assert explorer.view.pinned == (row,)

    # Read D of a layer and the law.
    law = window.plots.plot("law")
    qtbot.waitUntil(lambda: explorer.series.has(run.epochs[-1]))
    settle(qtbot, window)
    hands.go_to(plain(law.heading.text()))
    press(KEY.Key_Home, KEY.Key_Right)
    fuzziness = explorer.series.fuzziness(run.epochs[-1])
    assert law.accessibleName().endswith(f"now {three_digits(fuzziness[1])}")
    press((KEY.Key_C, CONTROL))
    table = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    column = table[0].index("now")
    assert [float(line[column]) for line in table[1:]] == pytest.approx(fuzziness)
    while not (isinstance(hands.focus, QLabel) and "ρ" in plain(hands.focus.text())):
        press(KEY.Key_Tab)
    press((KEY.Key_C, CONTROL))
    wanted = three_digits(explorer.series.law(run.epochs[-1]).decay_ratio)
    assert f"ρ = {wanted}" in QGuiApplication.clipboard().text()

    # Train a small run.
    press((KEY.Key_6, CONTROL))
    assert window.room == TRAIN
    for name, value in (
        ("Images a class", "10"),
        ("Pixels a side", "4"),
        ("Layers", "3"),
        ("Width", "8"),
        ("Batch", "50"),
        ("Epochs", "3"),
        ("Record", "all"),
    ):
        hands.go_to(name)
        hands.write(value)
    hands.go_to("Train")
    press(KEY.Key_Return)
    assert window.training.work.is_running
    qtbot.waitUntil(lambda: not window.training.work.is_running)
    settle(qtbot, window)
    trained = Run(window.training.run.path)
    assert (trained.epochs, trained.manifest.state) == ((0, 1, 2, 3), "finished")
    assert explorer.run.path == trained.path

    # Export a figure.
    out = tmp_path / "by-keys.png"
    press((KEY.Key_E, CONTROL))
    dialog = window.exporting.dialog
    qtbot.waitUntil(dialog.isVisible)
    dialog.activateWindow()  # as the system's window manager does
    qtbot.waitUntil(dialog.isActiveWindow)
    hands.go_to("Save to")
    hands.write(str(out))
    hands.go_to(dialog.save.text())
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: not dialog.work.is_running and out.exists())
    with Image.open(out) as picture:
        assert min(picture.size) > 100
    said = said_by(out)
    assert said["view"]["epoch"] == 3
    assert f'run="{trained.manifest.title}"' in said["view_text"]
    press(KEY.Key_Escape)
    qtbot.waitUntil(dialog.isHidden)
    dialog.close_all()
