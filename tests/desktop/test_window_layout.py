"""Nothing is cut off and nothing lies upon another, at the smallest size and with large text."""

import pytest
from PyQt6.QtCore import QPoint, QPointF, QRect, QSize
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from window_parts import dispose, peeled, settle

from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.window import MainWindow, first_size
from ncviz.desktop.widgets.lesson_places import PlaceWithin
from ncviz.desktop.widgets.long_names import LongLabel
from ncviz.desktop.widgets.spoken_picture import SpokenPicture
from ncviz.explorer.room_names import EXPLORE, THEORY, TRAIN
from ncviz.training.recipe import Recipe
from ncviz.training.training_messages import TrainingProgress

SMALLEST = 1280, 720
ROOMS = {"Explore": EXPLORE, "Theory": THEORY, "Train": TRAIN}


@pytest.fixture(scope="module")
def dressed(qapp, tmp_path_factory, demonstration):
    """A window of the smallest size; without OpenGL, as the layout is the same."""
    folder = tmp_path_factory.mktemp("window")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NCVIZ_NO_OPENGL", "1")
        window = MainWindow(Settings(motion=False), folder / "settings.json", folder / "runs")
    window.resize(*SMALLEST)
    window.show()
    window.open(demonstration, remember=False)
    yield window
    dispose(window)


@pytest.fixture(
    params=[("light", 1.0), ("dark", 1.0), ("light", 1.5), ("light", 1.75)],
    ids=lambda p: f"{p[0]}-{p[1]}",
)
def look(request, dressed, qtbot):
    """The window in one theme and size of text."""
    theme, scale = request.param
    if (dressed.settings.theme, dressed.settings.text_scale) != (theme, scale):
        dressed.appearance.set("text_scale", scale)
        dressed.appearance.set_theme(theme)
    dressed.enter(EXPLORE)
    dressed.note.hide()
    dressed.playback.seek(30.0)
    settle(qtbot, dressed)
    yield dressed
    dressed.training.work.close()
    dressed.training.panel.show_recipe()
    dressed.training.panel.form.set_recipe(Recipe())
    dressed.busy.say("training", "")
    settle(qtbot, dressed)


def name_of(widget):
    text = getattr(widget, "text", lambda: "")()
    names = [widget.objectName(), widget.accessibleName(), str(text)[:40], type(widget).__name__]
    return "/".join(dict.fromkeys(name for name in names if name))


def scroll_area_of(widget):
    """Return the scroll area a widget scrolls in, if any."""
    while widget is not None:
        parent = widget.parentWidget()
        if isinstance(parent, QScrollArea) and widget is parent.viewport():
            return parent
        widget = parent
    return None


def parts(window):
    """Return every visible widget of our own, not those inside Qt's and pyqtgraph's."""
    found = []
    for widget in window.centralWidget().findChildren(QWidget):
        inner = widget.parentWidget()
        while inner is not None and not isinstance(inner, QComboBox | QSpinBox):
            if isinstance(inner, QAbstractScrollArea) and not isinstance(inner, QScrollArea):
                break
            inner = inner.parentWidget()
        painted = not isinstance(widget, SpokenPicture)
        if inner is None and widget.isVisible() and widget.window() is window and painted:
            found.append(widget)
    return found


def beyond_its_parent(widget):
    parent = widget.parentWidget()
    area = scroll_area_of(widget)
    frame = parent.rect()
    box = widget.geometry()
    if area is not None and widget is area.widget():
        frame = QRect(frame.x(), box.y(), frame.width(), box.height())  # it may scroll
    return not frame.contains(box)


def text_width(widget):
    return widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))


def too_small(widget):
    """Return what of a widget's text does not fit, or an empty string."""
    if isinstance(widget, LongLabel):
        return ""  # cut in its middle, and whole in its tooltip
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            wanted = widget.heightForWidth(widget.width())
            return f"{wanted} px high" if widget.height() < wanted - 1 else ""
        need = widget.sizeHint()
        if widget.width() < need.width() or widget.height() < need.height():
            return f"{need.width()}×{need.height()}"
    elif isinstance(widget, QAbstractButton) and widget.text():
        spare = 24 if isinstance(widget, QCheckBox) else 10
        icon = 0 if widget.icon().isNull() else widget.iconSize().width()
        if widget.width() < text_width(widget) + icon + spare:
            return f"{text_width(widget) + icon + spare} px wide"
    elif isinstance(widget, QComboBox):
        need = widget.fontMetrics().horizontalAdvance(widget.currentText()) + 30
        return f"{need} px wide" if widget.width() < need else ""
    elif isinstance(widget, QLineEdit | QSpinBox):
        text = widget.text() or getattr(widget, "placeholderText", str)()
        need = widget.fontMetrics().horizontalAdvance(text) + 12
        return f"{need} px wide" if widget.width() < need else ""
    return ""


def overlapping(window):
    """Return pairs of visible siblings that cover each other."""
    over_the_scene = (window.frame.moment, window.frame.note, window.note)
    pairs = []
    by_parent = {}
    for widget in parts(window):
        if widget not in over_the_scene and not isinstance(widget, PlaceWithin):
            by_parent.setdefault(widget.parentWidget(), []).append(widget)
    for siblings in by_parent.values():
        for number, first in enumerate(siblings):
            pairs += [
                (name_of(first), name_of(second))
                for second in siblings[number + 1 :]
                if first.geometry().intersects(second.geometry())
            ]
    return pairs


def check(window):
    problems = [f"{name_of(w)} sticks out of its parent" for w in parts(window)
                if beyond_its_parent(w)]  # fmt: skip
    for widget in parts(window):
        if missing := too_small(widget):
            box = widget.size()
            problems.append(f"{name_of(widget)} is {box.width()}×{box.height()}, needs {missing}")
    problems += [f"{first} lies upon {second}" for first, second in overlapping(window)]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_at_the_smallest_size(look, qtbot, room):
    look.enter(ROOMS[room])
    settle(qtbot, look)
    assert (look.width(), look.height()) == SMALLEST, "the window had to grow"
    check(look)


def test_a_training_at_the_smallest_size(look, qtbot, runners):
    look.enter(TRAIN)
    look.training.panel.form.set_recipe(Recipe(imbalance_ratio=10.0, epochs=100_000))
    look.training.start()
    runners[-1].messages.append(
        TrainingProgress(99_999, 100_000, 1.2345e-7, 0.98765, 12.345, 7260.0)
    )
    look.training.work.poll()
    settle(qtbot, look)
    assert look.header.busy.text().endswith("2 h 1 min left")
    check(look)


def test_a_full_data_set_in_the_form_at_the_smallest_size(look, qtbot):
    look.enter(TRAIN)
    form = look.training.panel.form
    form["dataset"].setCurrentIndex(form["dataset"].findData("cifar10"))
    settle(qtbot, look)
    check(look)


def test_everything_is_reachable_without_scrolling(dressed, qtbot):
    """At 1280 × 720, in every room; only enlarged text may need a scroll bar."""
    dressed.appearance.set("text_scale", 1.0)
    dressed.appearance.set_theme("light")
    for room in ROOMS.values():
        dressed.enter(room)
        settle(qtbot, dressed)
        for area in dressed.findChildren(QScrollArea):
            if area.isVisible():
                assert area.verticalScrollBar().maximum() == 0, name_of(area.widget())


def test_the_scene_is_at_least_half_the_window(look, qtbot):
    for room in ROOMS.values():
        look.enter(room)
        settle(qtbot, look)
        share = look.canvas.native.width() / look.width()
        assert share >= (0.5 if look.settings.text_scale == 1.0 else 0.3)


def test_the_ring_around_the_layer_is_whole(look, qtbot):
    """At both ends of the training its point is the highest and the lowest of the plot."""
    for end in (False, True):
        look.playback.jump(end)
        settle(qtbot, look)
        box = look.plots.plot("law").box
        across, up = look.plots.plot("law").ring.item.getData()
        point = box.mapViewToScene(QPointF(across[0], up[0]))
        radius = look.plots.plot("law").ring.item.opts["size"] / 2
        room = box.sceneBoundingRect().adjusted(radius, radius, -radius, -radius)
        assert room.contains(point), f"cut off at epoch {look.explorer.nearest_epoch}"


def test_the_moment_and_its_note_lie_within_the_scene(look, qtbot):
    look.explorer.choose_classes(range(look.explorer.run.manifest.classes))
    look.playback.seek(30.5)
    settle(qtbot, look)
    scene = look.canvas.native.rect()
    words = look.frame.note.text()
    assert "shadow" in words
    assert not look.frame.between.isHidden()
    for label in (look.frame.moment, look.frame.note, look.frame.between):
        assert scene.contains(label.geometry()), label.text()
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width())
        else:
            assert label.width() >= label.sizeHint().width()
    assert not look.frame.moment.geometry().intersects(look.frame.note.geometry())


def test_all_captions_fit_below_the_scene(look, qtbot):
    """The longest sentence wraps; no word of it is cut off."""
    look.enter(THEORY)
    peeled(look).seek(1.01)
    settle(qtbot, look)
    caption = look.frame.caption
    assert caption.height() >= caption.heightForWidth(caption.width())
    below = caption.mapTo(look, QPoint(0, caption.height())).y()
    assert below <= look.timeline.mapTo(look, QPoint(0, 0)).y()


def contrast(first, second):
    def luminance(color):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                 for c in (color.redF(), color.greenF(), color.blueF())]  # fmt: skip
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_stand_out_from_what_they_stand_on(look):
    theme = look.theme
    roles = theme.word(theme.means), theme.word(theme.classifier)
    for color in (theme.text, theme.quiet, *roles):
        for ground in (theme.surface, theme.raised):
            share = contrast(QColor(color), QColor(ground))
            assert share >= 4.5, f"{color} on {ground} in the {theme.name} theme: {share:.2f}"


@pytest.mark.parametrize(
    ("screen", "size"),
    [((1440, 900), (1432, 860)), ((1920, 1080), (1440, 900)), ((1280, 720), (1272, 680))],
)
def test_the_first_window_and_its_title_bar_lie_on_the_screen(screen, size):
    assert first_size(QSize(*screen)) == QSize(*size)


def test_the_left_column_is_as_wide_with_its_scroll_bar_as_without(window, qtbot):
    """Nothing is cut by the bar, and no class more or less moves what stands in the column."""
    widths = set()
    for height in (560, 720, 900):
        window.resize(1280, height)
        for show in (window.picture.all_classes, lambda: window.explorer.choose_classes((0, 1))):
            show()
            settle(qtbot, window)
            area = window._columns[window.run_panel]
            widths.add(area.viewport().width())
            assert window.run_panel.width() == area.viewport().width()
    assert len(widths) == 1
