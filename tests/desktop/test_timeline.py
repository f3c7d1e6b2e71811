"""The timeline by itself: what it shows of a player, and what its controls ask for."""

from itertools import pairwise

import pytest
from PyQt6.QtCore import QEvent, QObject, QPoint, Qt
from PyQt6.QtGui import QPainter, QPixmap
from PyQt6.QtWidgets import QApplication, QToolButton
from window_parts import dispose, drag, dress_now, hover

from ncviz.desktop.timeline.timeline import Timeline
from ncviz.desktop.timeline.timeline_slider import TimelineMark
from ncviz.desktop.widgets.teaching import answer_of
from ncviz.explorer.bookmarks import Bookmarks
from ncviz.explorer.player import Player
from ncviz.scenes.palette import DARK, LIGHT

STOPS = (0.0, 1.0, 2.0, 5.0, 10.0, 150.0, 600.0)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def player():
    return Player(stops=STOPS, ease=False)


@pytest.fixture
def timeline(qapp, qtbot, player):
    """Return a timeline of a recorded run, and what it asked for."""
    dress_now(LIGHT)
    timeline = Timeline()
    timeline.asked = []
    for name in (
        "sought",
        "stepped",
        "looping",
        "following",
        "speed_changed",
        "end_changed",
        "pace_changed",
        "spacing_changed",
        "recorded_only_changed",
        "bookmark_asked",
        "bookmark_sought",
        "bookmark_stepped",
        "bookmark_removed",
    ):
        getattr(timeline, name).connect(lambda value, n=name: timeline.asked.append((n, value)))
    timeline.play_toggled.connect(lambda: timeline.asked.append(("play", None)))
    timeline.bookmark_renamed.connect(lambda *v: timeline.asked.append(("renamed", v)))
    timeline.resize(1280, timeline.sizeHint().height())
    timeline.reserve("epoch 600 / 600")
    timeline.show_stops(player)
    timeline.show_player(player, "epoch 0 / 600")
    timeline.show()
    qtbot.waitExposed(timeline)
    yield timeline
    dispose(timeline)


def colour(timeline, position, up=0):
    slider = timeline.slider
    picture = slider.grab().toImage()
    return picture.pixelColor(round(slider.x_of(position)), slider.height() // 2 - up).name()


def test_each_control_asks(timeline, qtbot):
    for button in (timeline.play, timeline.previous, timeline.next, timeline.loop, timeline.follow):
        qtbot.mouseClick(button, LEFT)
    timeline.speed.setCurrentIndex(0)
    assert timeline.asked == [
        ("play", None),
        ("stepped", -1),
        ("stepped", 1),
        ("looping", True),
        ("following", True),
        ("speed_changed", 0.25),
    ]


def test_the_menu_of_the_clock_asks_and_shows(timeline, player, qtbot):
    qtbot.mouseClick(timeline.clock, LEFT)
    menu = timeline.clock_menu
    assert menu.isVisible()
    assert menu.end.button("stop").isChecked()
    assert menu.spacing.button("recorded").isChecked()
    qtbot.mouseClick(menu.end.button("ping-pong"), LEFT)
    qtbot.mouseClick(menu.pace.button("every epoch"), LEFT)
    qtbot.mouseClick(menu.spacing.button("logarithmic"), LEFT)
    menu.recorded_only.click()
    assert timeline.asked == [
        ("end_changed", "ping-pong"),
        ("pace_changed", "every epoch"),
        ("spacing_changed", "logarithmic"),
        ("recorded_only_changed", True),
    ]
    player.at_end, player.pace = "loop", "keep the speed"
    timeline.asked.clear()
    timeline.show_player(player, "", recorded_only=False)
    assert menu.end.button("loop").isChecked()
    assert menu.pace.button("keep the speed").isChecked()
    assert not menu.recorded_only.isChecked()
    assert timeline.asked == [], "showing is not asking"
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


def test_the_loop_button_shows_both_kinds_of_going_on(timeline, player):
    def picture():
        return timeline.loop.icon().pixmap(20, 20).toImage()

    loop = picture()
    player.at_end = "ping-pong"
    timeline.show_player(player, "")
    assert timeline.loop.isChecked()
    assert picture() != loop
    player.at_end = "stop"
    timeline.show_player(player, "")
    assert not timeline.loop.isChecked()
    assert picture() == loop


@pytest.mark.parametrize("spacing", ["recorded", "linear", "logarithmic"])
def test_ticks_and_drags_follow_the_spacing(timeline, player, spacing):
    player.set_spacing(spacing)
    timeline.show_stops(player)
    slider = timeline.slider
    assert slider._ticks == player.ticks()
    assert slider._last == player.last
    place = player.position_of(150)
    drag(slider, [(slider.x_of(0), slider.height() / 2), (slider.x_of(place), 40)])
    name, position = timeline.asked[-1]
    assert name == "sought"
    player.seek(position)
    assert player.value == pytest.approx(150, rel=0.03)


def test_the_handle_is_hollow_between_recorded_epochs(timeline, player):
    ring = 6  # pixels above the middle of the handle
    for position, hollow in ((2.0, False), (2.5, True), (3.0, False)):
        player.seek(position)
        timeline.show_player(player, "")
        assert timeline.slider.is_between == hollow
        assert (colour(timeline, position, ring) == LIGHT.accent.lower()) != hollow
        assert colour(timeline, position) == LIGHT.accent.lower()
    player.seek(2.5)
    timeline.show_player(player, "", recorded_only=True)
    assert not timeline.slider.is_between


def test_the_theory_room_interpolates_nothing(timeline):
    player = Player(stops=tuple(1.25**k for k in range(42)))
    labelled = [(player.position_of(10.0**k), f"{10**k:,}") for k in range(4)]
    timeline.show_stops(player, labelled)
    assert [text for _, text in timeline.slider._ticks] == ["1", "10", "100", "1,000"]
    player.seek(2.5)
    timeline.show_player(player, "R = 2")
    assert not timeline.slider.is_between
    assert timeline.clock_menu.spacing.isHidden()
    assert timeline.clock_menu.pace.isHidden()
    assert not timeline.clock_menu.end.isHidden()
    assert timeline.bookmark.isHidden()


def test_stops_that_stay_cost_the_timeline_nothing(timeline):
    player = Player(stops=tuple(1.25**k for k in range(42)))
    labelled = [(player.position_of(10.0**k), f"{10**k:,}") for k in range(4)]
    timeline.show_stops(player, labelled)
    timeline.slider.grab()
    painted = timeline.slider._still
    assert painted is not None
    timeline.show_stops(player, list(labelled))
    assert timeline.slider._still is painted


# Bookmarks


def test_bookmarks_stand_on_the_timeline_as_flags(timeline, player, qtbot):
    marks = Bookmarks().add(5.0, "they part").add(6.0).add(9999.0)
    timeline.show_bookmarks(marks, player)
    slider = timeline.slider
    assert slider._flags == ((3.0, "they part"), (player.position_of(6.0), "epoch 6"))
    assert colour(timeline, 3.0, 8) == LIGHT.accent.lower()
    above = round(slider.x_of(3.0)) + 4, slider.height() // 2 - 9
    hover(slider, above)
    assert answer_of(slider, QPoint(*above)).title == "Bookmark: they part"
    qtbot.mouseClick(slider, LEFT, pos=QPoint(*above))
    assert timeline.asked == [("sought", 3.0)]
    timeline.show_bookmarks(Bookmarks(), player)
    assert colour(timeline, 3.0, 8) != LIGHT.accent.lower()


def test_the_button_tells_that_this_moment_is_marked(timeline, player):
    def picture():
        return timeline.bookmark.icon().pixmap(20, 20).toImage()

    empty = picture()
    timeline.show_bookmarks(Bookmarks().add(5.0), player)
    assert picture() == empty
    player.seek(3.0)
    timeline.show_player(player, "")
    assert picture() != empty


def test_a_moment_is_marked_named_and_removed(timeline, player, qtbot):
    qtbot.mouseClick(timeline.bookmark, LEFT)
    menu = timeline.bookmark_menu
    assert menu.isVisible()
    assert menu.empty.isVisible()
    assert not menu.list.isVisible()
    qtbot.keyClicks(menu.name, "they part")
    qtbot.keyClick(menu.name, Qt.Key.Key_Return)
    assert timeline.asked.pop() == ("bookmark_asked", "they part")
    assert menu.name.text() == ""
    timeline.show_bookmarks(Bookmarks().add(5.0, "they part").add(10.0), player)
    assert not menu.empty.isVisible()
    words = [menu.list.item(k).text() for k in range(2)]
    assert words == ["they part  ·  epoch 5", "epoch 10"]
    assert not menu.remove.isEnabled()
    qtbot.mouseClick(menu.next, LEFT)
    qtbot.mouseClick(menu.previous, LEFT)
    assert [timeline.asked.pop() for _ in range(2)] == [
        ("bookmark_stepped", -1),
        ("bookmark_stepped", 1),
    ]
    menu.list.setCurrentRow(1)
    qtbot.keyClick(menu.list, Qt.Key.Key_Return)
    assert timeline.asked.pop() == ("bookmark_sought", 10.0)
    menu.list.item(1).setText("collapse")
    assert timeline.asked.pop() == ("renamed", (1, "collapse"))
    qtbot.keyClick(menu.list, Qt.Key.Key_Delete)
    assert timeline.asked.pop() == ("bookmark_removed", 1)
    qtbot.mouseClick(menu.remove, LEFT)
    assert timeline.asked.pop() == ("bookmark_removed", 1)
    assert timeline.asked == []
    menu.hide()


def test_a_click_on_a_bookmark_goes_there(timeline, player, qtbot):
    timeline.show_bookmarks(Bookmarks().add(5.0).add(10.0), player)
    menu = timeline.bookmark_menu
    menu.open_above(timeline.bookmark)
    place = menu.list.visualItemRect(menu.list.item(0)).center()
    qtbot.mouseClick(menu.list.viewport(), LEFT, pos=place)
    assert timeline.asked == [("bookmark_sought", 5.0)]
    menu.hide()


# What a frame costs


class LayoutRequests(QObject):
    """Counts what makes Qt lay out again."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched, event):
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_a_frame_lays_nothing_out_and_paints_no_tick(timeline, player, qtbot, monkeypatch):
    timeline.grab()
    requests = LayoutRequests()
    timeline.installEventFilter(requests)
    painted = []
    real = timeline.slider._paint_still
    monkeypatch.setattr(timeline.slider, "_paint_still", lambda: painted.append(1) or real())
    for step in range(30):
        player.seek(player.last * step / 30)
        timeline.show_player(player, f"epoch {step} / 600")
        QApplication.processEvents()
    assert requests.count == 0
    assert painted == []
    timeline.slider.set_marks((TimelineMark(3.0, "TPT"),))
    timeline.slider.grab()
    assert painted == [1]


# Looks


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_is_clipped_at_1280_pixels(qapp, timeline, player, theme, scale):
    dress_now(theme, scale)
    timeline.reserve("epoch 600 / 600")
    timeline.show_player(player, "epoch 600 / 600")
    timeline.resize(1280, timeline.sizeHint().height())
    QApplication.processEvents()
    assert timeline.minimumSizeHint().width() <= 1280
    assert timeline.slider.width() >= 500
    assert timeline.readout.sizeHint().width() <= timeline.readout.width()
    assert timeline.slider.height() >= timeline.slider.sizeHint().height()
    for menu in (timeline.clock_menu, timeline.bookmark_menu):
        menu.open_above(timeline.clock)
        QApplication.processEvents()
        for button in menu.findChildren(QToolButton):
            assert button.width() >= button.sizeHint().width()
        menu.hide()
    dress_now(LIGHT)


class Recorder(QPainter):
    """Remembers where words were painted."""

    def __init__(self, device):
        super().__init__(device)
        self.boxes = []

    def drawText(self, box, *_rest):
        self.boxes.append(box)


def test_tick_labels_never_overlap(timeline, player):
    player.set_stops(tuple(float(e) for e in range(0, 601, 3)))
    slider = timeline.slider
    for spacing in ("recorded", "linear", "logarithmic"):
        player.set_spacing(spacing)
        timeline.show_stops(player)
        pixmap = QPixmap(10, 10)
        painter = Recorder(pixmap)
        slider._paint_ticks(painter)
        painter.end()
        assert len(painter.boxes) > 4
        for before, after in pairwise(painter.boxes):
            assert before.right() < after.left()
        assert painter.boxes[0].left() >= -1
        assert painter.boxes[-1].right() <= slider.width() + 1


def test_every_control_teaches(timeline):
    for widget in (
        timeline.previous,
        timeline.play,
        timeline.next,
        timeline.speed,
        timeline.loop,
        timeline.clock,
        timeline.bookmark,
        timeline.follow,
        timeline.clock_menu.recorded_only,
        *timeline.clock_menu.findChildren(QToolButton),
    ):
        assert widget.toolTip().endswith(".")


def test_tab_stops_at_every_control(timeline):
    controls = (timeline.play, timeline.speed, timeline.loop, timeline.clock, timeline.bookmark)
    for widget in controls:
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget.accessibleName()


@pytest.mark.parametrize("spacing", ["recorded", "linear", "logarithmic"])
def test_a_click_beside_a_recorded_epoch_means_it(timeline, player, qtbot, spacing):
    player.set_spacing(spacing)
    timeline.show_stops(player)
    slider = timeline.slider
    places = player.places
    for number, place in enumerate(places):
        others = [abs(slider.x_of(place) - slider.x_of(p)) for p in places if p != place]
        off = 3 if min(others) > 8 else 0  # where dots stand so near, the nearest one is meant
        at = QPoint(
            round(slider.x_of(place)) + (off if number == 0 else -off), slider.height() // 2
        )
        timeline.asked.clear()
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at)
        if off:
            assert timeline.asked == [("sought", place)]
        else:
            assert timeline.asked[0][1] in places


def test_a_click_on_the_label_of_a_tick_means_the_tick(timeline, player, qtbot):
    timeline.show_stops(player)
    slider = timeline.slider
    for place, box in slider._tick_boxes():
        for x in (box.left() + 1, box.center().x(), box.right() - 1):
            timeline.asked.clear()
            at = QPoint(round(x), round(box.center().y()))
            qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at)
            assert timeline.asked == [("sought", place)]
