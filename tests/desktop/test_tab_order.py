"""Tab follows the eye, stops at nothing that is hidden or has no name, and is always seen."""

from itertools import combinations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QWidget,
)
from window_parts import dispose, focusable, named, pixels_of, settle

from ncviz.desktop.guide.guide_window import show_guide
from ncviz.desktop.guide.help import show_about, show_shortcuts
from ncviz.desktop.widgets.focus_ring import FocusRing
from ncviz.desktop.widgets.formula_card import show_formula
from ncviz.desktop.widgets.tab_order import FollowsEye
from ncviz.explorer.bookmarks import Bookmarks
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, LEARN, THEORY, TRAIN

KEY = Qt.Key
DIALOGS = (
    "figure",
    "film",
    "table",
    "record",
    "preferences",
    "guide",
    "keys",
    "about",
    "card",
    "clock",
    "bookmarks",
)
ROOMS = LEARN, EXPLORE, LAYERS, THEORY, COMPARE, GALLERY, TRAIN
MOST_LINKS = 40  # in one label
SLACK = 6  # pixels that neighbours may overlap


class Form(FollowsEye, QDialog):
    """A dialog to be filled."""


def once_round(window, qtbot, key=KEY.Key_Tab):
    """Return what Tab stops at, from the first stop on."""
    found, stayed = [], 0
    while stayed < MOST_LINKS:
        qtbot.keyClick(window.focusWidget() or window, key)
        focus = window.focusWidget()
        stayed = stayed + 1 if found and focus is found[-1] else 0  # from link to link
        if stayed:
            continue
        if found and focus is found[0]:
            break
        assert focus not in found, named(focus)
        found.append(focus)
    assert len(found) == 1 or not stayed, f"nothing leads out of {named(found[-1])}"
    return found


def place_of(widget):
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.rect().size())


def backwards(stops):
    """Return pairs of stops of which the second stands before the first, as one reads."""
    # Of what a column has scrolled half away, the half that is seen.
    parts = [(widget, widget.visibleRegion().boundingRect()) for widget in stops]
    seen = [
        (widget, part.translated(place_of(widget).topLeft()))
        for widget, part in parts
        if not part.isEmpty()
    ]
    wrong = []
    for (first, a), (second, b) in combinations(seen, 2):
        above, below = b.bottom() < a.top() + SLACK, b.top() > a.bottom() - SLACK
        left, right = b.right() < a.left() + SLACK, b.left() > a.right() - SLACK
        if (above and not right) or (left and not below):
            wrong.append((named(first), a.getRect(), named(second), b.getRect()))
    return wrong


@pytest.mark.parametrize("room", ROOMS)
def test_tab_goes_as_one_reads(window, qtbot, imbalanced_run, room):
    window.rooms[COMPARE].open_second(imbalanced_run.path)
    window.explorer.set_bookmarks(Bookmarks().add(10.0, "here"))
    window.enter(room)
    settle(qtbot, window)
    stops = once_round(window, qtbot)
    first = stops.index(window.header.rooms[room])
    stops = stops[first:] + stops[:first]
    assert len(stops) > 8
    assert backwards(stops) == []
    back = once_round(window, qtbot, KEY.Key_Backtab)
    # A plot shows its tools while it has the focus.
    assert set(reachable(window)) <= set(stops) & set(back)
    nameless = [named(w) for w in stops if not name_of(w)]
    assert nameless == []
    window.enter(EXPLORE)
    window.comparison.close_second()


def reachable(window):
    """Return what Tab has to stop at: of buttons in one group, that which is pressed."""
    groups = [group for group in window.findChildren(QButtonGroup) if group.checkedButton()]
    pressed = [group.checkedButton() for group in groups]
    grouped = [button for group in groups for button in group.buttons()]
    return [
        *(button for button in pressed if button.isVisible()),
        *(
            widget
            for widget in focusable(window)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget not in grouped
            and not isinstance(widget, QScrollArea)
        ),
    ]


def name_of(widget):
    """Return what a screen reader calls it."""
    text = widget.text() if hasattr(widget, "text") and not isinstance(widget, QLineEdit) else ""
    return widget.accessibleName() or text.strip()


def dialogs(window):
    """Return what opens each dialog and small panel, and what it is then."""

    def export(kind):
        window.exporting.open(kind)
        return window.exporting.dialog

    def popup(button, menu):
        button.click()
        return menu

    timeline = window.timeline
    return {
        "figure": lambda: export("figure"),
        "film": lambda: export("film"),
        "table": lambda: export("table"),
        "record": lambda: window.recording.open() or window.recording.dialog,
        "preferences": lambda: window.preferences() or window._preferences,
        "guide": lambda: show_guide(window),
        "keys": lambda: show_shortcuts(window, window.commands.shortcut_groups()),
        "about": lambda: show_about(window),
        "card": lambda: show_formula(window, ("nc1",)),
        "clock": lambda: popup(timeline.clock, timeline.clock_menu),
        "bookmarks": lambda: popup(timeline.bookmark, timeline.bookmark_menu),
    }


@pytest.mark.parametrize("name", DIALOGS)
def test_tab_goes_as_one_reads_in_dialogs(window, qtbot, name):
    window.explorer.set_bookmarks(Bookmarks().add(10.0, "here"))
    dialog = dialogs(window)[name]()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    stops = once_round(dialog, qtbot)
    first = min(stops, key=lambda w: (place_of(w).top() // 16, place_of(w).left()))
    here = stops.index(first)
    stops = stops[here:] + stops[:here]
    assert backwards(stops) == []
    assert set(reachable(dialog)) <= set(stops)
    assert set(stops) == set(once_round(dialog, qtbot, KEY.Key_Backtab))
    assert [named(w) for w in stops if not name_of(w)] == []
    for label in dialog.findChildren(QLabel):
        letter = QKeySequence.mnemonic(label.text())
        if label.isVisible() and label.buddy() is not None and not letter.isEmpty():
            qtbot.keySequence(dialog, letter)
            focus, buddy = dialog.focusWidget(), label.buddy()
            assert focus is buddy or buddy.isAncestorOf(focus), label.text()
    dialog.close()
    window.exporting.close()


def test_tools_that_hide_behind_tab_do_not_take_it_back(window, qtbot):
    """A plot whose tools come last: they are seen only while one of them has the focus."""
    window.plots.set_layout(("matrix",))
    settle(qtbot, window)
    window.plots.plot("matrix").strip.buttons["copy"].setFocus()
    qtbot.keyClick(window.focusWidget(), KEY.Key_Tab)
    settle(qtbot, window)
    assert window.timeline.previous.hasFocus()
    window.plots.set_layout(("law", "collapse", "loss"))


# The focus is seen


def luminance(image):
    """Return the relative luminance of each pixel, as WCAG 2 defines it."""
    channels = pixels_of(image)[..., :3] / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def around(window, widget):
    """Return the pixels of a widget and of a few pixels around it."""
    over = window.canvas.native  # what lies over the scene is not painted with the window
    over = over if over.isAncestorOf(widget) else widget.window()
    place = QRect(widget.mapTo(over, QPoint()), widget.rect().size()).adjusted(-4, -4, 4, 4)
    return luminance(over.grab(place).toImage())


def scroll_to(widget):
    """Bring a widget into sight, as Tab will."""
    over = widget.parentWidget()
    while over is not None:
        if isinstance(over, QScrollArea):
            over.ensureWidgetVisible(widget)
        over = over.parentWidget()


def faint(window, dialog, qtbot, stops):
    """Return stops whose focus changes too few pixels enough: half of a line around them."""
    found = []
    if len(stops) == 1:
        return found
    for before, widget in zip([stops[-1], *stops], stops, strict=False):
        before.setFocus(Qt.FocusReason.TabFocusReason)
        scroll_to(widget)
        rest = around(window, widget)
        for _ in range(MOST_LINKS):
            qtbot.keyClick(dialog.focusWidget(), KEY.Key_Tab)
            if widget.hasFocus():
                break
        now = around(window, widget)
        contrast = (np.maximum(rest, now) + 0.05) / (np.minimum(rest, now) + 0.05)
        if (contrast >= 3).sum() < sum(now.shape):
            found.append((named(widget), (contrast >= 3).sum(), sum(now.shape)))
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_is_seen(window, qtbot, imbalanced_run, theme):
    window.rooms[COMPARE].open_second(imbalanced_run.path)
    window.appearance.set_theme(theme)
    found = {}
    for room in ROOMS:
        window.enter(room)
        settle(qtbot, window)
        stops = [w for w in once_round(window, qtbot) if w is not window.canvas.native]
        found[room] = faint(window, window, qtbot, stops)
    window.enter(EXPLORE)
    for name in DIALOGS:
        dialog = dialogs(window)[name]()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        found[name] = faint(window, dialog, qtbot, once_round(dialog, qtbot))
        dialog.close()
    window.exporting.close()
    window.appearance.set_theme("light")
    window.comparison.close_second()
    assert {name: some for name, some in found.items() if some} == {}


def test_the_ring_is_for_keys_and_goes_with_a_click(window, qtbot):
    def ringed():
        return [w for w in window.findChildren(FocusRing) if w.isVisible()]

    window.enter(TRAIN)
    form = window.training.panel.form
    form["epochs"].setFocus()
    qtbot.keyClick(form["epochs"], KEY.Key_Tab)
    assert len(ringed()) == 1
    line = form["epochs"].lineEdit()
    QTest.mousePress(line, Qt.MouseButton.LeftButton)
    form["epochs"].setFocus(Qt.FocusReason.MouseFocusReason)
    assert ringed() == []
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton)
    window.timeline.speed.setFocus()  # as a list of choices gives it back
    assert ringed() == []
    window.enter(GALLERY)  # a ring around the whole page would tell nothing
    qtbot.waitUntil(window.current.page.hasFocus)
    assert ringed() == []
    qtbot.keyClick(window.current.page, KEY.Key_Tab)
    assert len(ringed()) == 1


def test_tab_shows_the_ring_whatever_the_mouse_does(window, qtbot):
    window.enter(TRAIN)
    form = window.training.panel.form
    form["epochs"].setFocus()
    QTest.mousePress(form, Qt.MouseButton.LeftButton)
    qtbot.keyClick(form["epochs"], KEY.Key_Tab)
    ringed = [ring for ring in window.findChildren(FocusRing) if ring.isVisible()]
    QTest.mouseRelease(form, Qt.MouseButton.LeftButton)
    assert len(ringed) == 1


def test_a_ring_on_a_hidden_page_follows_what_it_surrounds(qtbot):
    """A list that grows before its page is seen has its ring around all of it."""
    window = QWidget()
    page = QWidget(window)
    page.hide()
    lists = QListWidget(page)
    lists.setGeometry(20, 20, 100, 100)
    window.resize(400, 400)
    page.resize(400, 400)
    window.show()
    qtbot.waitExposed(window)
    ring = FocusRing(page)
    ring.surround(lists)
    lists.resize(100, 300)
    page.show()
    assert ring.geometry().contains(lists.geometry())
    dispose(window)
