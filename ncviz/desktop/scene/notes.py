"""Quiet notes at the head of the scene: what happened, and what to do."""

from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PyQt6.QtGui import QEnterEvent, QGuiApplication, QHideEvent
from PyQt6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.scene.canvas import canvas_is_a_window
from ncviz.desktop.scene.legend import MOVES, legend_over, top_of_foot
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.errors import UserError
from ncviz.language import tr

MILLISECONDS = 6000  # that information stays
AGAIN = 2000  # and goes on staying after it was pointed at
GAP = 8  # pixels around a note
WAITING = 20  # notes that are kept behind the one that is seen
SHOW, HIDE = tr("Show details"), tr("Hide details")
LINES = 10  # of details that are seen without scrolling


@dataclass(frozen=True)
class _Said:
    """A note that waits."""

    sentence: str
    details: str
    stays: bool


class Note(QWidget):
    """One sentence over the upper edge of the scene or the lower edge of a page, the latest first.

    Information leaves by itself, unless it is pointed at; an error stays until it is closed. What a
    new note covers comes back when that one is closed, information not if time closed the new one.
    Escape closes, too.

    Parameters
    ----------
    over : QWidget
        Where it appears. If that is no window of its own, as the 3-D canvas is, the note
        becomes one, or the canvas would cover it.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("note")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        if canvas_is_a_window() and not over.testAttribute(Qt.WidgetAttribute.WA_NativeWindow):
            self.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
            self.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
            self.setProperty("native", "true")  # a window has no see-through corners
        self._details, self._stays = "", False
        self._waiting: list[_Said] = []
        self.text = PlainLabel(wraps=True)
        self.count = PlainLabel(role="caption")
        self.more = QPushButton(SHOW)
        self.copy = QPushButton(tr("Copy details"))
        self.dismiss = QPushButton(tr("Close"))
        self.dismiss.setToolTip(tr("Close this note (Esc)."))
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(tr("Details"))
        self._lay_out()
        self.more.clicked.connect(lambda: self._expand(self.details.isHidden()))
        self.copy.clicked.connect(
            lambda: certain(QGuiApplication.clipboard()).setText(self._details)
        )
        self.dismiss.clicked.connect(self.close_this)
        self._timer = one_shot(self, self._time_is_up)
        over.installEventFilter(self)
        self._expand(False)
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        row.addWidget(self.count)
        for button in (self.copy, self.more, self.dismiss):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 10, 10)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.details)

    def lie_over(self, over: QWidget) -> None:
        """Appear over another widget from now on: one that covers the first."""
        before = certain(self.parentWidget())
        if over is before:
            return
        seen, waiting, left = not self.isHidden(), self._waiting, self._timer.remainingTime()
        before.removeEventFilter(self)
        self.setParent(over)
        over.installEventFilter(self)
        if seen:
            self._waiting = waiting
            self.show()
            self.raise_()
            self._place()
            if left > 0:
                self._timer.start(left)

    def say(self, sentence: str, details: str = "", *, stays: bool = False) -> None:
        """Show a sentence; what has details, or is an error, stays until it is closed."""
        before = _Said(self.text.text(), self._details, self._stays)
        now = _Said(sentence, details, stays or bool(details))
        if self.isVisible() and before != now:
            self._waiting = [said for said in self._waiting if said not in (before, now)]
            self._waiting = [*self._waiting, before][-WAITING:]
        self._show(now)

    def _show(self, said: _Said) -> None:
        self._details, self._stays = said.details, said.stays
        self.text.setText(said.sentence)
        self.details.setPlainText(said.details)
        self.more.setVisible(bool(said.details))
        self._expand(False)
        waiting = len(self._waiting)
        self.count.setText(tr("{waiting} more", waiting=waiting))
        self.count.setVisible(waiting > 0)
        self._watch_legend()
        self.show()
        self.raise_()
        self._place()
        if said.stays or self.underMouse():
            self._timer.stop()
        else:
            self._timer.start(MILLISECONDS)

    def take_back(self, sentence: str) -> None:
        """Say a sentence no longer that has ceased to be true."""
        self._waiting = [said for said in self._waiting if said.sentence != sentence]
        if self.isVisible() and self.text.text() == sentence:
            self.close_this()

    def say_error(self, error: UserError) -> None:
        """Show what went wrong, with what led to it as details."""
        self.say(str(error), cause_of(error), stays=True)

    def _watch_legend(self) -> None:
        """Go up and down with the legend below; it may have been made after the note."""
        legend = legend_over(certain(self.parentWidget()))
        if legend is not None:
            legend.installEventFilter(self)  # again is the same as once

    def _time_is_up(self) -> None:
        """Close information, and what waits behind it and is older."""
        self._waiting = [said for said in self._waiting if said.stays]
        self.close_this()

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self._timer.stop()  # it is being read
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        if self.isVisible() and not self._stays and self.details.isHidden():
            self._timer.start(AGAIN)
        super().leaveEvent(event)

    def close_this(self) -> None:
        """Close what is seen; what it covered comes back."""
        if self._waiting:
            self._show(self._waiting.pop())
        else:
            self.hide()

    def hideEvent(self, event: QHideEvent | None) -> None:
        if self.isHidden():  # itself, not a parent
            self._waiting = []
            self._timer.stop()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        kind = event.type() if event is not None else QEvent.Type.None_
        of_scene = watched is self.parentWidget()
        if kind == QEvent.Type.Resize or (kind in MOVES and not of_scene and self.isVisible()):
            self._place()
        return super().eventFilter(watched, event)

    def _expand(self, on: bool) -> None:
        self.details.setVisible(on)
        self.copy.setVisible(on)
        self.more.setText(HIDE if on else SHOW)
        if on:
            # A note that is being read stays.
            self._timer.stop()
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        over = certain(self.parentWidget())
        metrics = self.fontMetrics()
        widest = metrics.averageCharWidth() * (100 if not self.details.isHidden() else 84)
        width = max(120, min(widest, over.width() - 32))
        # One more, for the scroll bar that a long line brings.
        lines = min(LINES, self._details.rstrip().count("\n") + 2)
        self.details.setFixedHeight(lines * self.details.fontMetrics().lineSpacing() + 20)
        certain(self.layout()).activate()
        height = max(48, certain(self.layout()).heightForWidth(width))
        height = min(height, over.height() - 32)
        self.resize(width, height)
        self.move(place_over(over, self))


def place_over(over: QWidget, said: QWidget) -> QPoint:
    """Return where words stand over a widget: at the head of the scene, else at the foot.

    At the head, which the camera leaves free of most points, below what stands there already.

    Parameters
    ----------
    over : QWidget
    said : QWidget
        A child of it, in its full size.
    """
    left = (over.width() - said.width()) // 2
    foot = QPoint(left, top_of_foot(over, said) - said.height())
    if legend_over(over) is None:  # a page: its head holds titles and buttons
        return foot
    head = QRect(QPoint(left, GAP), said.size())
    others = [
        child.geometry()
        for child in over.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if child is not said
        and child.isVisible()
        and not child.isWindow()
        and child.mask().isEmpty()  # the ring of the focus covers no more than its line
    ]
    for other in sorted(others, key=QRect.top):
        if other.adjusted(-GAP, -GAP, GAP, GAP).intersects(head):
            head.moveTop(other.bottom() + GAP)
    return head.topLeft() if head.bottom() < over.height() / 2 else foot


def cause_of(error: BaseException) -> str:
    """Return what led to an error, for the details of a note; empty if nothing is known.

    Parameters
    ----------
    error : BaseException
        Raised from another one, or not.
    """
    lines: list[str] = []
    cause = error.__cause__
    while cause is not None and len(lines) < LINES:
        lines.append(f"{type(cause).__name__}: {cause}".rstrip(": "))
        cause = cause.__cause__
    return "\n".join(lines)
