import pytest
from accessible_tree import Accessible
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtWidgets import QApplication, QWidget
from window_parts import dress_now, press_class

from ncviz.desktop.scene.legend import GAP, MARGIN, NAMED, Legend
from ncviz.desktop.widgets.class_glyph import shape_path
from ncviz.runs.manifest import Manifest
from ncviz.scenes.palette import DARK, LIGHT, class_color
from ncviz.scenes.scene import SHAPES
from ncviz.scenes.view import View

NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal")
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def scene(qapp, qtbot):
    dress_now(LIGHT)
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
    legend.show_view(Manifest("", NAMES, ()), View())
    return legend


@pytest.fixture
def told(legend):
    heard = []
    for name in ("toggled", "alone"):
        getattr(legend, name).connect(lambda number, name=name: heard.append((name, number)))
    return heard


def test_the_classes_of_the_view_stand_in_the_corner(legend, scene):
    assert [entry.name for entry in legend.entries] == list(NAMES[:4])
    assert [entry.color for entry in legend.entries] == [class_color(k, LIGHT) for k in range(4)]
    assert all(entry.checked for entry in legend.entries)
    assert legend.isVisible()
    assert legend.geometry().left() == MARGIN
    assert legend.geometry().bottom() == scene.height() - MARGIN - 1
    legend.show_view(Manifest("", NAMES, ()), View(classes=(1, 5)))
    assert [entry.name for entry in legend.entries] == ["Trouser", "Sandal"]
    assert legend.entries[1].color == class_color(5, LIGHT)


def test_it_follows_the_corner(legend, scene, qtbot):
    scene.resize(700, 500)
    qtbot.waitUntil(lambda: legend.geometry().bottom() == 500 - MARGIN - 1)


def test_a_click_hides_and_shows(legend, told, qtbot):
    press_class(qtbot, legend, 2)
    assert told == [("toggled", 2)]
    assert legend.entries[2].checked  # until the view has followed
    legend.show_view(Manifest("", NAMES, ()), View(hidden=(2,)))
    assert not legend.entries[2].checked
    assert legend.entries[2].does == "Click or Enter shows Pullover; with Alt it is kept alone."
    press_class(qtbot, legend, 2)
    assert told[1:] == [("toggled", 2)]


def test_alt_click_keeps_a_class_alone(legend, told, qtbot):
    press_class(qtbot, legend, 1, ALT)
    assert told == [("alone", 1)]
    assert legend.entries[1].checked
    assert "with Alt it is kept alone" in legend.entries[1].does


def test_keys_do_what_the_mouse_does(legend, told, qtbot, scene):
    pointed = []
    legend.pointed.connect(pointed.append)
    scene.activateWindow()
    qtbot.waitUntil(scene.isActiveWindow)
    legend.setFocus()
    qtbot.keyClick(legend, Qt.Key.Key_Space)
    qtbot.keyClick(legend, Qt.Key.Key_Right)
    qtbot.keyClick(legend, Qt.Key.Key_Return, ALT)
    for step in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(legend, step)
    legend.clearFocus()
    assert pointed == [0, 1, 0, 3, 0, 3, -1]
    assert told == [("toggled", 0), ("alone", 1)]


def test_a_click_leaves_the_focus_where_it_was(legend, qtbot):
    press_class(qtbot, legend, 0)
    assert not legend.hasFocus()


def test_nothing_is_made_anew_without_need(legend):
    before = legend.entries
    legend.show_view(Manifest("", NAMES, ()), View(epoch=9))
    assert legend.entries is before
    legend.setCurrentIndex(legend.model().index(2))
    legend.show_view(Manifest("", NAMES, ()), View(palette="grey", shapes=True, hidden=(1,)))
    assert legend.currentIndex().row() == 2, "the keys stay where they are"
    assert legend.entries[3].shape == 3
    assert legend.entries[3].color == class_color(3, LIGHT, "grey")


def test_it_wraps_into_a_narrow_scene(legend, scene):
    legend.show_view(Manifest("", NAMES, ()), View(classes=tuple(range(6))))
    scene.resize(300, 400)
    legend.place()
    places = [legend.place_of(number) for number in range(6)]
    assert len({place.y() for place in places}) > 1
    assert not legend.is_compact
    assert legend.geometry().right() <= 300 - MARGIN
    for row, place in enumerate(places):
        assert legend.rect().adjusted(0, 0, GAP, GAP).contains(place)
        assert place.size() == legend.entry_size(row)


def test_many_classes_are_glyphs_whose_names_show_on_hover(legend, qtbot, told):
    names = tuple(f"class {k}" for k in range(40))
    legend.show_view(Manifest("", names, ()), View(classes=tuple(range(NAMED + 1))))
    assert legend.is_compact
    assert legend.entries[7].does.startswith("Click or Enter hides class 7")
    assert legend.height() == legend.place_of(12).height()
    press_class(qtbot, legend, 7)
    assert told == [("toggled", 7)]
    legend.show_view(Manifest("", names, ()), View(classes=tuple(range(NAMED))))
    assert not legend.is_compact


def test_large_letters_are_not_clipped(legend):
    small = legend.place_of(0).size()
    dress_now(LIGHT, 1.5)
    try:
        large = legend.place_of(0)
        assert large.width() > 1.3 * small.width()
        assert large.height() > 1.2 * small.height()
        assert legend.rect().adjusted(0, 0, GAP, GAP).contains(large)
    finally:
        dress_now(LIGHT)


def test_no_run_no_legend(legend):
    legend.show_view(None, View())
    assert not legend.isVisible()
    assert legend.entries == ()


def test_a_hidden_class_is_an_empty_outline(legend, scene):
    dress_now(DARK)
    legend.show_view(Manifest("", NAMES, ()), View(theme="dark"))
    middle = legend.height() // 2
    filled = legend.grab().toImage().pixelColor(middle, middle)
    legend.show_view(Manifest("", NAMES, ()), View(theme="dark", hidden=(0,)))
    empty = legend.grab().toImage().pixelColor(middle, middle)
    assert filled.name().upper() == class_color(0, DARK)
    assert empty.name().upper() != class_color(0, DARK)
    dress_now(LIGHT)


def test_each_shape_has_an_outline_of_about_one_size():
    for shape in SHAPES:
        bounds = shape_path(shape, QPointF(0, 0), 10).boundingRect()
        assert 14 < bounds.width() < 24
        assert 14 < bounds.height() < 24


def test_a_screen_reader_hears_each_class_and_ticks_it(legend, told):
    legend.show_view(Manifest("", NAMES, ()), View(hidden=(1,)))
    entries = [part for part in Accessible.of(legend).walk() if part.role == "list item"]
    assert [part.name for part in entries] == list(NAMES[:4])
    assert [("checked" in part.states) for part in entries] == [True, False, True, True]
    entries[2].act("Toggle")
    assert told == [("toggled", 2)]
    assert entries[1].description == "Click or Enter shows Trouser; with Alt it is kept alone."
