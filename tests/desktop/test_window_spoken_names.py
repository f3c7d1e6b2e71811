"""Every control of every room, dialog, menu and panel has a role and a name of its own."""

import pytest
from accessible_tree import Accessible, faults
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)
from test_tab_order import DIALOGS, ROOMS, dialogs
from window_parts import settle

from ncviz.desktop.widgets.choice import Choice
from ncviz.explorer.bookmarks import Bookmarks
from ncviz.explorer.room_names import COMPARE, THEORY, TRAIN
from ncviz.models.model import models
from ncviz.training.device import Device
from ncviz.training.recipe import Recipe


def check(widget):
    """Fail with all that is wrong with a window at once."""
    QApplication.processEvents()
    found = faults(Accessible.of(widget))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("room", ROOMS)
def test_controls_of_a_room(window, qtbot, room):
    window.enter(room)
    settle(qtbot, window)
    check(window)


def test_controls_of_every_model(window, qtbot):
    window.enter(THEORY)
    panel = window.current.panel
    panel.panel_of("unconstrained-features").more.setChecked(True)
    for model in models():
        window.current.open_model(model)
        settle(qtbot, window)
        check(window)
    panel.panel_of("unconstrained-features").more.setChecked(False)
    window.current.open_model("layer-peeled")


def test_controls_beside_a_second_run(window, qtbot, imbalanced_run):
    window.enter(COMPARE)
    assert window.current.open_second(imbalanced_run.path)
    window.current.panel.linked.click()
    settle(qtbot, window)
    check(window)
    window.current.panel.linked.click()
    window.comparison.close_second()


def test_controls_of_a_training(window, qtbot):
    window.enter(TRAIN)
    window.training.panel.show_started(Recipe(), Device("cpu", "A processor"))
    settle(qtbot, window)
    check(window)
    window.training.panel.show_recipe()


@pytest.mark.parametrize("name", DIALOGS)
def test_controls_of_a_dialog(window, qtbot, name):
    window.explorer.set_bookmarks(Bookmarks().add(10.0, "here"))
    dialog = dialogs(window)[name]()
    qtbot.waitExposed(dialog)
    stack = getattr(dialog, "stack", None)
    for step in range(stack.count()) if name == "record" else (0,):
        if name == "record":
            dialog.go_to(step)
        check(dialog)
    dialog.close()
    window.exporting.close()


def test_the_command_palette(window, qtbot):
    window.find_command()
    palette = window._palette
    qtbot.waitExposed(palette)
    palette.field.setText("layer")
    check(palette)
    palette.close()


def test_every_entry_of_every_menu(window):
    menus = window.findChildren(QMenu)
    assert len(menus) > 8
    for menu in menus:
        menu.aboutToShow.emit()
        entries = Accessible.of(menu).children()
        assert all(entry.name.strip() for entry in entries if entry.role != "separator"), (
            menu.title()
        )
        named = [entry.name for entry in entries if entry.role != "separator"]
        assert len(set(named)) == len(named), menu.title()


def _nameless():
    return QPushButton(), "no name"


def _symbol():
    return QPushButton("×"), "no name"


def _by_its_text():
    box = QComboBox()
    box.addItem("first")
    return box, "named by its value"


def _without_a_name():
    box = Choice()
    box.addItem("first")
    return box, "named by its value"


def _field():
    return QLineEdit("some text"), "no name"


def _number():
    return QSpinBox(), "no name"


def _painted():
    widget = QWidget()
    widget.setAccessibleName("Something painted")
    widget.setFocusPolicy(widget.focusPolicy().TabFocus)
    return widget, "no role"


def _places():
    return QSlider(), "no name"


@pytest.mark.parametrize(
    "make",
    [_nameless, _symbol, _by_its_text, _without_a_name, _field, _number, _painted, _places],
)
def test_what_is_added_without_a_name_is_found(qtbot, make):
    page = QWidget()
    qtbot.addWidget(page)
    row = QHBoxLayout(page)
    widget, fault = make()
    row.addWidget(widget)
    row.addWidget(QCheckBox("Samples"))
    page.show()
    (found,) = faults(Accessible.of(page))
    assert found.startswith(fault)


def test_two_controls_of_one_name_are_found(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    row = QHBoxLayout(page)
    for _ in range(2):
        row.addWidget(QPushButton("Choose…"))
    page.show()
    (found,) = faults(Accessible.of(page))
    assert found.startswith("named like another")
