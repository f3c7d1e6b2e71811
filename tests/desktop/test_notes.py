"""Notes that queue up, expand and are dismissed by keys."""

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF
from PyQt6.QtGui import QEnterEvent
from PyQt6.QtWidgets import QApplication, QVBoxLayout, QWidget
from window_parts import dispose, dress_now, pixels_of, settle

from ncviz.desktop.scene.canvas import make_canvas
from ncviz.desktop.scene.notes import Note
from ncviz.errors import UserError
from ncviz.scenes.palette import LIGHT, rgb


@pytest.fixture
def over(qapp, qtbot):
    widget = QWidget()
    widget.resize(900, 600)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    dispose(widget)


@pytest.fixture
def note(over):
    found = Note(over)
    yield found
    found.hide()


def test_the_latest_comes_first_and_the_others_come_back(note):
    note.say("First.", "details of the first")
    note.say("Second.")
    note.say("Third.")
    assert note.text.text() == "Third."
    assert note.count.text() == "2 more"
    note.dismiss.click()
    assert note.text.text() == "Second."
    assert note._timer.isActive()
    note.dismiss.click()
    assert note.text.text() == "First."
    assert note.more.isVisible()
    assert not note._timer.isActive(), "an error stays"
    assert not note.count.isVisible()
    note.dismiss.click()
    assert not note.isVisible()


def test_the_same_words_are_said_once(note):
    for _ in range(3):
        note.say("The same.")
    note.say("Another.")
    note.say("The same.")
    assert note.count.text() == "1 more"


def test_not_too_many_wait(note):
    for number in range(100):
        note.say(f"Number {number}.")
    assert note.count.text() == "20 more"


def test_hiding_forgets_what_waits(note):
    note.say("First.")
    note.say("Second.")
    note.hide()
    assert not note._timer.isActive()
    note.say("Third.")
    assert not note.count.isVisible()


def test_what_has_ceased_to_be_true_is_taken_back_wherever_it_waits(note):
    note.say("First.", stays=True)
    note.say("Second.", stays=True)
    note.take_back("First.")
    assert note.text.text() == "Second."
    note.close_this()
    assert not note.isVisible()
    note.say("Third.", stays=True)
    note.say("Fourth.", stays=True)
    note.take_back("Fourth.")
    assert note.text.text() == "Third."
    note.take_back("Fifth.")
    assert note.isVisible()


def test_time_closes_what_has_no_details(note, qtbot):
    note.say("An error.", "details")
    note.say("A word.")
    note._timer.start(1)
    qtbot.waitUntil(lambda: note.text.text() == "An error.")
    assert note.isVisible()


def test_details_unfold_in_place_and_can_be_copied(note, over):
    details = "\n".join(f"line {n}" for n in range(40))
    note.say("Something went wrong.", details)
    low = note.height()
    assert not note.details.isVisible()
    note.more.click()
    assert note.details.isVisible()
    assert note.details.toPlainText() == details
    assert note.height() > low
    assert over.rect().contains(note.geometry())
    note.copy.click()
    assert QApplication.clipboard().text() == details
    note.more.click()
    assert not note.details.isVisible()
    assert note.height() == low


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_long_words_are_not_clipped(note, over, qapp, scale):
    dress_now(LIGHT, scale)
    for width in (900, 420):
        over.resize(width, 600)
        note.say("A run " + "with quite a long path " * 8 + f"cannot be opened at {width}.")
        QApplication.processEvents()
        assert note.text.height() >= note.text.heightForWidth(note.text.width())
        assert over.rect().contains(note.geometry())
    dress_now(LIGHT)


def test_a_note_on_a_page_lies_above_a_canvas_on_it(over, qapp, qtbot):
    """The canvas is a native window: a plain child of the page would lie below it."""
    dress_now(LIGHT)
    canvas = make_canvas()
    QVBoxLayout(over).addWidget(canvas.native)
    qtbot.waitUntil(lambda: canvas.frames > 0)
    note = Note(over)
    note.say("Over the canvas.", "details")
    wanted = [round(255 * part) for part in rgb(LIGHT.text)]

    def seen():
        here = note.mapToGlobal(QPoint(6, 6))
        image = over.screen().grabWindow(0, here.x(), here.y(), 1, 1).toImage()
        return list(pixels_of(image)[0, 0, :3]) == wanted

    qtbot.waitUntil(seen)
    note.hide()
    canvas.close()


def test_an_error_tells_what_led_to_it(note):
    try:
        try:
            int("x")
        except ValueError as cause:
            raise UserError("a.toml has no number: write one.") from cause
    except UserError as error:
        note.say_error(error)
    assert note.text.text() == "a.toml has no number: write one."
    assert note.more.isVisible()
    assert note.details.toPlainText().startswith("ValueError: invalid literal")
    note.dismiss.click()
    note.say_error(UserError("Nothing led to this."))
    assert not note.more.isVisible()


def test_information_leaves_by_itself_with_all_that_waits_behind_it(note, qtbot):
    for number in range(3):
        note.say(f"Information {number}.")
    note._timer.start(1)
    qtbot.waitUntil(lambda: not note.isVisible())


def test_what_is_pointed_at_stays_until_the_pointer_leaves(note, qtbot):
    note.say("Information.")
    QApplication.sendEvent(note, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    assert not note._timer.isActive()
    QApplication.sendEvent(note, QEvent(QEvent.Type.Leave))
    assert note._timer.isActive()


def test_an_error_stays_without_details_too(note, qtbot):
    note.say_error(UserError("This cannot be read."))
    assert not note._timer.isActive()
    note.say("Information.")
    note._timer.start(1)
    qtbot.waitUntil(lambda: note.text.text() == "This cannot be read.")
    assert not note._timer.isActive()
    QApplication.sendEvent(note, QEvent(QEvent.Type.Leave))
    assert not note._timer.isActive()


def test_a_class_that_cannot_go_says_why(window, qtbot):
    settle(qtbot, window)
    first, second, *others = window.explorer.view.shown_classes(10)
    for number in others:
        window.picture.toggle_class(number)
    assert not window.note.isVisible()
    for number in (first, second):
        window.picture.toggle_class(number)
        assert window.note.text.text() == "At least two classes are drawn."
    assert window.explorer.view.shown_classes(10) == (first, second)
    window.picture.hide_class(first)
    window.picture.hide_class(second)
    assert window.note.text.text() == "At least one class stays in sight."
    assert window.explorer.view.hidden == (first,)
