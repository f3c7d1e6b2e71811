"""The main job with a screen reader alone: what is done and read here, is so through Qt's tree.

Objects are found by role and name, and acted upon by their actions, numbers and texts; what is
read are names, values and descriptions. Keys, mouse and widgets take no part. The dialogs with
which a system asks for a file are its own: a run is opened from the recent ones.
"""

import re

import pytest
from accessible_tree import application
from PyQt6.QtWidgets import QApplication

from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.training.training_messages import TrainingProgress


@pytest.fixture
def tree(window, qtbot):
    """The open window in the tree, and what waits until it says something."""

    class Tree:
        def __getattr__(self, name):
            return getattr(self.window, name)

        @property
        def window(self):
            (found,) = [w for w in application().children() if w.role == "window" and w.is_shown]
            return found

        def until(self, condition):
            qtbot.waitUntil(lambda: condition())

        def choose(self, menu, entry):
            above = self.window.find("menu bar", "").find("menu item", menu)
            (found,) = [item for item in _entries(above) if item.name.split("\t")[0] == entry]
            found.act("Press")
            QApplication.processEvents()

        def scene(self):
            return self.window.find("picture", "3-D scene").description

    return Tree()


def _entries(menu):
    for entry in menu.children():
        yield entry
        yield from _entries(entry)


def test_open_play_and_scrub(window, tree, imbalanced_run, small_run):
    window.settings.recent = [str(imbalanced_run.path), str(small_run.path)]
    tree.find("check box", "Gallery").act("Toggle")
    tree.until(lambda: "Synthetic · 3 layers · imbalanced" in tree.named("button"))
    tree.find("button", "Synthetic · 3 layers · imbalanced").act("Press")
    tree.until(lambda: tree.find("check box", "Explore").states >= {"checked"})
    tree.until(lambda: tree.find("spin box", "Timeline").range == (0.0, 4.0))
    timeline, last = tree.find("spin box", "Timeline"), 4.0
    tree.find("button", "Play from here").act("Press")
    tree.until(lambda: tree.find("spin box", "Timeline").number == last)
    tree.until(lambda: "4 / 4" in timeline.value)
    tree.until(lambda: f"Epoch {last:.0f}" in tree.scene())
    timeline.set_number(1.0)
    tree.until(lambda: tree.scene().startswith("Epoch 1,"))
    assert timeline.number == 1.0


def test_choose_a_layer_and_classes_and_read_the_law(window, tree, small_run):
    tree.find("spin box", "Timeline").set_number(20.0)
    tree.until(lambda: tree.scene().startswith("Epoch 20,"))
    layers = tree.find("list", "Layers").children()
    values = fuzziness_by_layer(Run(small_run.path), 20)
    for value, item in zip(values, layers, strict=True):
        said = float(re.search(r"D = ([\d.,]+)", item.name)[1].replace(",", ""))
        assert said == pytest.approx(value, rel=5e-3)
    layers[1].act("Toggle")
    tree.until(lambda: "layer 1" in tree.scene())
    assert "selected" in tree.find("list", "Layers").children()[1].states
    classes = tree.find("list", "Classes").children()
    assert [item.name for item in classes] == [f"class {k}" for k in range(5)]
    classes[4].act("Toggle")
    tree.until(lambda: "All 5 classes are shown" in tree.scene())
    law = tree.find("group", "Separation fuzziness")
    assert re.search(r"ρ = 0\.\d+, half-life [\d.]+ layers?, r = −0\.\d+", law.description)
    curves = tree.find("group", "Neural collapse")
    assert re.search(r"NC1: from [\d.]+ at epoch 0 to [\d.]+ at epoch 20", curves.description)


def test_point_at_a_sample(tree):
    for _ in range(40):
        tree.choose("View", "Next thing")
        said = tree.find("client", "3-D scene").name
        if "sample" in said.lower():
            break
    assert re.search(r"3-D scene: .*class \d", said)


def test_train(window, tree, runners):
    tree.find("check box", "Train").act("Press")
    tree.until(lambda: "checked" in tree.find("check box", "Train").states)
    epochs = tree.find("spin box", "Epochs")
    epochs.set_number(7)
    assert epochs.value == "7"
    tree.find("button", "Train").act("Press")
    tree.until(lambda: window.training.work.is_running)
    assert runners[-1].recipe.epochs == 7
    runners[-1].messages.append(TrainingProgress(2, 7, 0.7, 0.9, 0.5, 10.0))
    window.training.work.poll()
    tree.until(lambda: bool(tree.named("progress bar")))
    assert tree.find("progress bar", "").number > 0
    window.training.work.close()


def test_export_a_figure(window, tree, user_home):
    tree.find("button", "Export").act("Press")
    (dialog,) = [w for w in application().children() if w.name.startswith("Export")]
    dialog.find("text field", "Save to").set_text(str(user_home / "by ear.svg"))
    dialog.find("button", "Save figure").act("Press")
    tree.until(lambda: (user_home / "by ear.svg").exists())
    tree.until(lambda: "disabled" not in dialog.find("button", "Save figure").states)
    window.exporting.close()
