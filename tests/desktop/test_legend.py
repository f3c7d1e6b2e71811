import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtWidgets import QApplication, QWidget

from ncviz.desktop.class_glyph import outline
from ncviz.desktop.legend import MARGIN, NAMED, Legend
from ncviz.desktop.theme import apply_theme
from ncviz.scenes.palette import DARK, LIGHT, class_color
from ncviz.scenes.scene import SHAPES
from ncviz.scenes.view import View

NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal")
LEFT, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def scene(qapp, qtbot):
    apply_theme(QApplication.instance(), LIGHT)
    widget = QWidget()
    widget.resize(600, 400)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def legend(scene):
    legend = Legend(scene)
    legend.set_theme(LIGHT)
    legend.show_view(NAMES, View())
    return legend


@pytest.fixture
def told(legend):
    heard = []
    for name in ("hidden", "shown", "alone"):
        getattr(legend, name).connect(lambda number, name=name: heard.append((name, number)))
    return heard


def test_the_classes_of_the_view_stand_in_the_corner(legend, scene):
    assert [chip.name for chip in legend.chips] == list(NAMES[:4])
    assert [chip.color for chip in legend.chips] == [class_color(k) for k in range(4)]
    assert all(chip.isChecked() and chip.isVisible() for chip in legend.chips)
    assert legend.geometry().left() == MARGIN
    assert legend.geometry().bottom() == scene.height() - MARGIN - 1
    legend.show_view(NAMES, View(classes=(1, 5)))
    assert [chip.name for chip in legend.chips] == ["Trouser", "Sandal"]
    assert legend.chips[1].color == class_color(5)


def test_it_follows_the_corner(legend, scene, qtbot):
    scene.resize(700, 500)
    qtbot.waitUntil(lambda: legend.geometry().bottom() == 500 - MARGIN - 1)


def test_a_click_hides_and_shows(legend, told, qtbot):
    qtbot.mouseClick(legend.chips[2], LEFT)
    assert told == [("hidden", 2)]
    assert legend.chips[2].isChecked()  # until the view has followed
    legend.show_view(NAMES, View(hidden=(2,)))
    assert not legend.chips[2].isChecked()
    assert legend.chips[2].toolTip() == "Click shows Pullover; Alt-click keeps it alone."
    qtbot.mouseClick(legend.chips[2], LEFT)
    assert told[1:] == [("shown", 2)]


def test_alt_click_keeps_a_class_alone(legend, told, qtbot):
    qtbot.mouseClick(legend.chips[1], LEFT, ALT)
    assert told == [("alone", 1)]
    assert legend.chips[1].isChecked()
    assert "Alt-click keeps it alone" in legend.chips[1].toolTip()


def test_keys_do_what_the_mouse_does(legend, told, qtbot, scene):
    scene.activateWindow()
    qtbot.waitUntil(scene.isActiveWindow)
    legend.chips[0].setFocus()
    qtbot.keyClick(legend.chips[0], Qt.Key.Key_Space)
    qtbot.keyClick(legend.chips[0], Qt.Key.Key_Right)
    assert legend.chips[1].hasFocus()
    qtbot.keyClick(legend.chips[1], Qt.Key.Key_Return, ALT)
    qtbot.keyClick(legend.chips[1], Qt.Key.Key_Left)
    qtbot.keyClick(legend.chips[0], Qt.Key.Key_Left)
    assert legend.chips[3].hasFocus()
    assert told == [("hidden", 0), ("alone", 1)]


def test_a_click_leaves_the_focus_where_it_was(legend, qtbot):
    qtbot.mouseClick(legend.chips[0], LEFT)
    assert not legend.chips[0].hasFocus()


def test_nothing_is_made_anew_without_need(legend):
    before = list(legend.chips)
    legend.show_view(NAMES, View(epoch=9, hidden=(1,)))
    legend.show_view(NAMES, View(palette="many", shapes=True))
    assert all(a is b for a, b in zip(before, legend.chips, strict=True))
    assert legend.chips[3].shape == 3
    assert legend.chips[3].color == class_color(3, "many")


def test_it_wraps_into_a_narrow_scene(legend, scene):
    legend.show_view(NAMES, View(classes=tuple(range(6))))
    scene.resize(300, 400)
    legend.place()
    assert len({chip.y() for chip in legend.chips}) > 1
    assert not legend.is_compact
    for chip in legend.chips:
        assert chip.geometry().right() <= 300 - 2 * MARGIN
        assert chip.width() >= chip.sizeHint().width()


def test_many_classes_are_glyphs_whose_names_show_on_hover(legend, qtbot, told):
    names = tuple(f"class {k}" for k in range(40))
    legend.show_view(names, View(classes=tuple(range(NAMED + 1))))
    assert legend.is_compact
    assert legend.chips[7].toolTip().startswith("Click hides class 7")
    assert legend.height() == legend.chips[0].height()
    qtbot.mouseClick(legend.chips[7], LEFT)
    assert told == [("hidden", 7)]
    legend.show_view(names, View(classes=tuple(range(NAMED))))
    assert not legend.is_compact


def test_large_letters_are_not_clipped(legend):
    small = legend.chips[0].size()
    apply_theme(QApplication.instance(), LIGHT, 1.5)
    legend.set_theme(LIGHT)
    try:
        assert legend.chips[0].width() > 1.3 * small.width()
        assert legend.chips[0].height() > 1.2 * small.height()
    finally:
        apply_theme(QApplication.instance(), LIGHT)


def test_no_run_no_legend(legend):
    legend.show_view((), View())
    assert not legend.isVisible()
    assert legend.chips == []


def test_a_hidden_class_is_an_empty_outline(legend, scene):
    legend.set_theme(DARK)
    chip = legend.chips[0]
    middle = chip.height() // 2
    filled = chip.grab().toImage().pixelColor(middle, middle)
    legend.show_view(NAMES, View(hidden=(0,)))
    empty = chip.grab().toImage().pixelColor(middle, middle)
    assert filled.name().upper() == class_color(0)
    assert empty.name().upper() != class_color(0)


def test_each_shape_has_an_outline_of_about_one_size():
    for shape in SHAPES:
        bounds = outline(shape, QPointF(0, 0), 10).boundingRect()
        assert 14 < bounds.width() < 24
        assert 14 < bounds.height() < 24
