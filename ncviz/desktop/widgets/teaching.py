"""Numbers and symbols answer to pointing: a card beside the pointer, and a light in the scene.

A widget is taught with `teach`: a function says what stands at a point of it. All else, when the
card comes, where it stands, when it goes and what lights up, is the same everywhere.
"""

from collections.abc import Callable

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QHelpEvent, QMouseEvent
from PyQt6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import BODY, current_look
from ncviz.desktop.widgets.plain_text import IndexedLabel, PlainLabel
from ncviz.desktop.widgets.typeset import Typeset
from ncviz.errors import UserError
from ncviz.explorer.answers import NO_LIGHT, Answer
from ncviz.formulas import FORMULAS
from ncviz.language import tr

FORMULA_SIZE = 1.2  # letters of a formula over those of the text
WIDTH = 304  # pixels of a card at normal text
BESIDE = 22  # pixels from the pointer to the card
APART = 8  # pixels from what the card may not cover

AnswerAt = Callable[[QPoint], Answer | None]
# What ends a card: moving within the widget is looked at more closely.
_ENDS = (
    QEvent.Type.Leave,
    QEvent.Type.Hide,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.WindowDeactivate,
    QEvent.Type.KeyPress,
)
_HEARD = frozenset((*_ENDS, QEvent.Type.ToolTip, QEvent.Type.MouseMove))


class AnswerCard(QFrame):
    """What is said of what one points at; it lets the mouse through.

    A window of its own, not a child: the 3-D canvas would cover a child.
    """

    def __init__(self, window: QWidget) -> None:
        flags = Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint
        super().__init__(window, flags | Qt.WindowType.WindowTransparentForInput)
        self.setObjectName("answer-card")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.title, self.sentence = PlainLabel(role="heading", wraps=True), IndexedLabel(wraps=True)
        self.meaning, self.action = (
            IndexedLabel(role="sentence", wraps=True),
            PlainLabel(role="caption", wraps=True),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(4)
        self.formulas: list[Typeset] = []
        for label in (self.title, self.sentence, self.meaning):
            column.addWidget(label)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        column.addLayout(self._lines)
        column.addWidget(self.action)

    def show_answer(
        self,
        answer: Answer,
        at: QPoint,
        *,
        with_formula: bool = False,
        clear: QRect | None = None,
    ) -> None:
        """Show an answer beside a point of the screen, within the window.

        Where there is room for it, the card covers nothing of the rectangle that is to stay clear.
        """
        width = round(WIDTH * max(1.0, current_look().text_scale))
        self._typeset(answer.light.concept if with_formula else "", width - 26)
        for label, text in (
            (self.title, answer.title),
            (self.sentence, answer.sentence),
            (self.meaning, answer.meaning),
            (self.action, answer.action),
        ):
            label.setText(text)
            label.setVisible(bool(text))
            label.ensurePolished()  # else its lines are counted in other letters
            label.setFixedWidth(width - 26)
        certain(self.layout()).activate()
        # The widget's, not the layout's: the frame takes width from the words.
        self.resize(width, self.heightForWidth(width))
        self.move(self._place(at, clear))
        self.show()
        self.raise_()

    def _typeset(self, concept: str, widest: int) -> None:
        """Show the formula of a notion below what is said; '' shows none."""
        for drawn in self.formulas:
            self._lines.removeWidget(drawn)
            drawn.hide()
            drawn.deleteLater()
        theme, scale = current_look()
        formula = FORMULAS.get(CONCEPTS[concept].formula) if concept else None
        self.formulas = [
            Typeset(line, BODY * FORMULA_SIZE * scale, theme.text, formula.name, widest)
            for line in (formula.lines if formula is not None else ())
            if formula is not None
        ]
        for drawn in self.formulas:
            self._lines.addWidget(drawn)

    def _place(self, at: QPoint, clear: QRect | None) -> QPoint:
        """Return where the card stands: below the pointer or above it, within the window."""
        window = certain(self.parentWidget())
        room = QRect(window.mapToGlobal(QPoint(0, 0)), window.size())
        x = min(max(at.x() - 24, room.left()), room.right() - self.width())
        if clear is not None:
            level = min(max(at.y() - 24, room.top()), room.bottom() - self.height())
            for place in (
                QPoint(clear.left() - APART - self.width(), level),
                QPoint(clear.right() + APART, level),
                QPoint(x, clear.top() - APART - self.height()),
            ):
                if room.contains(QRect(place, self.size())):
                    return place
        y = at.y() + BESIDE
        if y + self.height() > room.bottom():
            y = max(room.top(), at.y() - BESIDE // 2 - self.height())
        return QPoint(x, y)


class Teacher(QObject):
    """Shows one answer at a time in a window.

    Signals
    -------
    lit(object)
        A `Light`: what stands out from now on; `NO_LIGHT` ends it.
    """

    lit = pyqtSignal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._pupil: _Pupil | None = None
        self._card: AnswerCard | None = None  # most starts need none
        self.answer: Answer | None = None
        self.with_formulas = False  # else plain words alone

    @property
    def card(self) -> AnswerCard:
        """Return the card, seen or not."""
        if self._card is None:
            self._card = AnswerCard(self._window)
        return self._card

    def show(self, pupil: "_Pupil", answer: Answer, at: QPoint) -> None:
        """Show an answer beside a point of the screen, and let its part of the scene light up."""
        self._pupil = pupil
        self._say(answer, at)

    def refresh(self) -> None:
        """Say what is true now: time passes under the pointer, too."""
        if self._pupil is not None:
            answer = self._pupil.ask(self._asked_at)
            if answer is None:
                self.end(self._pupil)  # what was pointed at is there no more
            elif answer != self.answer:
                self._say(answer, self._at)

    def end(self, pupil: "_Pupil") -> None:
        """Take the card and the light away, if they are of this widget."""
        if pupil is self._pupil:
            self._pupil, self.answer = None, None
            self.card.hide()
            self.lit.emit(NO_LIGHT)

    def _say(self, answer: Answer, at: QPoint) -> None:
        before = NO_LIGHT if self.answer is None else self.answer.light
        self.answer, self._at = answer, at
        self._asked_at = certain(self._pupil).taught.mapFromGlobal(at)
        clear = certain(self._pupil).clear
        self.card.show_answer(answer, at, with_formula=self.with_formulas, clear=clear)
        if answer.light != before:
            self.lit.emit(answer.light)


class _Pupil(QObject):
    """Listens to one widget."""

    def __init__(self, taught: QWidget, answer_at: AnswerAt, stays_clear: bool) -> None:
        super().__init__(taught)
        self.taught, self._answer_at = taught, answer_at
        self._stays_clear = stays_clear
        taught.setMouseTracking(True)
        taught.installEventFilter(self)

    @property
    def clear(self) -> QRect | None:
        """Return what of the screen no card is to cover."""
        if not self._stays_clear:
            return None
        return QRect(self.taught.mapToGlobal(QPoint(0, 0)), self.taught.size())

    def ask(self, point: QPoint) -> Answer | None:
        """Return what is said at a point of the widget."""
        try:
            return self._answer_at(point)
        except UserError as error:  # the epoch's file is damaged
            return Answer(tr("This moment cannot be read"), str(error))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is None or event.type() not in _HEARD or sip.isdeleted(self.taught):
            return False
        teacher: Teacher | None = getattr(self.taught.window(), "teacher", None)
        if teacher is None or not (teacher.answer or isinstance(event, QHelpEvent)):
            return False
        if isinstance(event, QHelpEvent):
            answer = self.ask(event.pos())
            if answer is not None:  # else the widget may have a tip of its own
                teacher.show(self, answer, event.globalPos())
            return answer is not None
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            stays = _same_thing(self.ask(event.pos()), teacher.answer)
        else:
            stays = False
        if not stays:
            teacher.end(self)
        return False


def _same_thing(one: Answer | None, other: Answer | None) -> bool:
    """Tell whether two answers are of the same thing; its value changes with time."""
    return one is not None and other is not None and one.title == other.title


def teach(widget: QWidget, answer_at: AnswerAt, *, stays_clear: bool = False) -> None:
    """Let a widget answer to pointing.

    Parameters
    ----------
    widget : QWidget
    answer_at : callable
        Takes a point in the widget's pixels, and returns the `Answer` there, or None.
    stays_clear : bool
        Whether the card stands beside the widget or above it, where there is room: it is read as a
        whole, or what stands below belongs to it.
    """
    _Pupil(widget, answer_at, stays_clear)


def show_answer(widget: QWidget, point: QPoint) -> Answer | None:
    """Show what a widget answers at a point, as if the mouse rested there; None ends its card.

    Parameters
    ----------
    widget : QWidget
        That was taught, in a window with a teacher.
    point : QPoint
        In the widget's pixels.
    """
    teacher: Teacher | None = getattr(widget.window(), "teacher", None)
    for pupil in _pupils_of(widget) if teacher is not None else ():
        answer = pupil.ask(point)
        if answer is not None:
            certain(teacher).show(pupil, answer, widget.mapToGlobal(point))
            return answer
    end_answer(widget)
    return None


def end_answer(widget: QWidget) -> None:
    """Take the card of a widget away, if it is its card that is seen."""
    teacher: Teacher | None = getattr(widget.window(), "teacher", None)
    for pupil in _pupils_of(widget) if teacher is not None else ():
        certain(teacher).end(pupil)


def answer_of(widget: QWidget, point: QPoint) -> Answer | None:
    """Return what a widget would answer at a point; None where it is not taught.

    Parameters
    ----------
    widget : QWidget
    point : QPoint
        In the widget's pixels.
    """
    answers = (pupil.ask(point) for pupil in _pupils_of(widget))
    return next((answer for answer in answers if answer is not None), None)


def _pupils_of(widget: QWidget) -> list[_Pupil]:
    return [child for child in widget.children() if isinstance(child, _Pupil)]
