"""The strip above the rooms: what a lesson says, asks and waits for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PyQt6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.learn.answer_field import AnswerField
from ncviz.desktop.rooms.learn.flow import FlowRow
from ncviz.desktop.rooms.learn.place_plot import PlacePlot
from ncviz.desktop.widgets.key_names import with_native_keys
from ncviz.desktop.widgets.lesson_places import ANSWERS
from ncviz.desktop.widgets.linked_label import LinkedLabel
from ncviz.desktop.widgets.plain_text import PlainLabel, bounded, plain_button, plain_tip
from ncviz.desktop.widgets.term_links import teach_terms, with_terms
from ncviz.language import tr
from ncviz.lessons.kinds import ASKED, NUMBER, PLACE, PREDICTION, TO_DO, Guess
from ncviz.wording import read_number

if TYPE_CHECKING:
    from ncviz.lessons.lesson import Question

LONGEST = 400  # letters of a prediction
GO_ON = tr("Go on")
UNSURE = tr("Show the answer")
WITHOUT = tr("Go on without")


@dataclass(frozen=True)
class StripWords:
    """What the strip shows.

    Parameters
    ----------
    head : str
        Lesson and step.
    text : str
        What is said, asked or to be done.
    reply : str
        Of the guess, or why it is so.
    phase : str
        As of `Playing`.
    question : Question, optional
        To be answered now.
    options : sequence of str
        Of the question.
    before : tuple of float
        Of a question for a place: the values of the layers before.
    counts : mapping of int to int
        How many of an audience chose each option, from 1; empty where nobody counts.
    kept : tuple of (str, str)
        Questions and what was predicted.
    is_first, is_last : bool
    notes : str
        For the speaker.
    """

    head: str = ""
    text: str = ""
    reply: str = ""
    phase: str = ""
    question: "Question | None" = None
    options: Sequence[str] = ()
    before: tuple[float, ...] = ()
    counts: dict[int, int] = field(default_factory=dict)
    kept: tuple[tuple[str, str], ...] = ()
    is_first: bool = True
    is_last: bool = False
    notes: str = ""


class LessonStrip(QWidget):
    """Shows one step at a time; hidden while no lesson is played.

    Signals
    -------
    guessed(object)
        The number of an option from 1, a number, or words.
    passed()
        Go on without a guess, or without the deed.
    stepped(int)
        +1 or −1.
    again()
        Set the stage of the step again.
    left()
        Leave the lesson.
    explained(str)
        A term was clicked: a key of `ncviz.concepts.CONCEPTS`.
    """

    guessed = pyqtSignal(object)
    passed = pyqtSignal()
    stepped = pyqtSignal(int)
    again = pyqtSignal()
    left = pyqtSignal()
    explained = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lesson-strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.head = PlainLabel(role="caption")
        self.text = LessonWords("lesson")
        self.reply = LessonWords("lesson-reply")
        self.kept = PlainLabel(role="sentence", wraps=True)
        self.answers = FlowRow()
        self.back = QPushButton(tr("Go back"))
        self.next = QPushButton(GO_ON)
        self.next.setProperty("role", "primary")
        self.next.setAutoDefault(True)  # Return presses it, too, where it has the keys
        self.repeat = QToolButton()
        self.repeat.setText(tr("Show this step again"))
        self.leave = QToolButton()
        self.leave.setText(tr("Leave"))
        self.notes = QToolButton()
        self.notes.setText(tr("Notes"))
        self.notes.setCheckable(True)
        self.notes.setToolTip(
            tr("What the lesson says to the speaker; the audience reads it, too.")
        )
        self.noted = PlainLabel(role="caption", wraps=True)  # above the picture, not over it
        self.count = QToolButton()
        self.count.setText(tr("Count an audience"))
        self.count.setCheckable(True)
        self.count.setToolTip(tr("Each click on an answer counts one guess, until you go on."))
        self.count.hide()  # until one presents
        for button in (self.repeat, self.leave, self.notes, self.count):
            button.setProperty("role", "quiet")
        self._words = StripWords()
        self.buttons: list[QPushButton] = []  # of the options
        self.field: QLineEdit | None = None
        self.place: PlacePlot | None = None
        self._lay_out()
        self._connect()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.head, 1)
        for button in (self.count, self.notes, self.repeat, self.leave):
            head.addWidget(button)
        body = QVBoxLayout()
        body.setSpacing(6)
        for widget in (self.text, self.answers, self.reply, self.kept):
            body.addWidget(widget)
        body.addStretch(1)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        ways.addWidget(self.back)
        ways.addWidget(self.next)
        lower = QHBoxLayout()
        lower.setSpacing(24)
        lower.addLayout(body, 1)
        lower.addLayout(ways)
        # At the top they stay in their place while answers and replies come and go.
        lower.setAlignment(ways, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 10)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(lower)
        column.addWidget(self.noted)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _connect(self) -> None:
        self.back.setToolTip(plain_tip(with_native_keys(tr("The step before (Page Up)."))))
        self.repeat.setToolTip(
            plain_tip(with_native_keys(tr("Show what the step began with again (Ctrl+L).")))
        )
        self.leave.setToolTip(tr("Leave the lesson; it goes on here the next time."))
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(self.go_on)
        self.repeat.clicked.connect(lambda: self.again.emit())
        self.leave.clicked.connect(lambda: self.left.emit())
        self.notes.toggled.connect(self._show_notes)
        for label in (self.text, self.reply):
            label.linkActivated.connect(self.explained)
        # Also where a slider or a list was used last, which would step by these keys.
        for key, act in ((Qt.Key.Key_PageDown, self.go_on), (Qt.Key.Key_PageUp, self.back.click)):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def go_on(self) -> None:
        """Go on: to what is told, where something is asked or to be done, or to the next step."""
        waits = self._words.phase in (ASKED, TO_DO)
        self.passed.emit() if waits else self.stepped.emit(1)

    def show_words(self, words: StripWords) -> None:
        """Show a step."""
        before, self._words = self._words, words
        focus = QApplication.focusWidget()
        answers = focus is not None and self.answers.isAncestorOf(focus)
        self.head.setText(words.head)
        self.text.setText(words.text)
        self.reply.setText(words.reply)
        self.reply.setVisible(bool(words.reply))
        kept = "\n".join(
            tr("“{question}” You wrote: {said}", question=question, said=said)
            for question, said in words.kept
        )
        self.kept.setText(kept)
        self.kept.setVisible(bool(kept))
        self.notes.setVisible(bool(words.notes))
        self.noted.setText(words.notes)
        self._show_notes(self.notes.isChecked())
        self._offer_to_count()
        self.back.setEnabled(not words.is_first)
        self.next.setText(self._next_word(words))
        self.next.setToolTip(plain_tip(self._next_tip(words)))
        quiet = words.phase in (ASKED, TO_DO)
        self.next.setProperty("role", "beside-primary" if quiet else "primary")
        for style in (self.style(),):
            if style is not None:
                style.unpolish(self.next)
                style.polish(self.next)
        if (before.question, before.options) != (words.question, words.options):
            self._ask(words)
            if answers and not quiet:  # what had the keys is gone: Return goes on
                self.next.setFocus()
        self._count(words)
        self.setAccessibleName(" ".join(filter(None, (words.head, words.text, words.reply))))
        self.updateGeometry()
        self._keep_height()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._offer_to_count()  # presenting may have begun, or ended
        self._keep_height()

    def _show_notes(self, on: bool) -> None:
        self.noted.setVisible(on and bool(self._words.notes))
        self._keep_height()

    def _offer_to_count(self) -> None:
        options = bool(self._words.options)
        self.count.setVisible(options and certain(self.window()).isFullScreen())

    def event(self, event: QEvent | None) -> bool:
        done = super().event(event)
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._need_height()  # answers came or went
        return done

    def _keep_height(self) -> None:
        """Measure anew what its words take, and need that."""
        certain(self.layout()).invalidate()
        self._need_height()

    def _need_height(self) -> None:
        """Need as much height as its words take at this width: a page that lacks it scrolls.

        Says nothing of a layout that is as it was: a request would follow each request.
        """
        self.setMinimumHeight(certain(self.layout()).totalHeightForWidth(self.width()))

    @staticmethod
    def _next_word(words: StripWords) -> str:
        if words.phase == ASKED:
            if words.question is not None and words.question.kind == PREDICTION:
                return WITHOUT
            return GO_ON if words.counts else UNSURE
        if words.phase == TO_DO:
            return WITHOUT
        return tr("Finish") if words.is_last else GO_ON

    @staticmethod
    def _next_tip(words: StripWords) -> str:
        tips = {
            ASKED: tr("Go on without a guess (Page Down)."),
            TO_DO: tr("Go on without it (Page Down)."),
        }
        return with_native_keys(tips.get(words.phase, tr("The next step (Page Down).")))

    def _ask(self, words: StripWords) -> None:
        self.buttons, self.field, self.place = [], None, None
        ask = words.question
        if ask is None:
            self.answers.put()
        elif ask.kind == PLACE:
            self.place = PlacePlot(words.before, ask.text)
            self.place.placed.connect(lambda value: self.guessed.emit(value))
            self.answers.put(self.place)
        elif ask.kind in (NUMBER, PREDICTION):
            self._ask_in_words(ask)
        else:
            for number, option in enumerate(words.options, 1):
                button = QPushButton(plain_button(option))
                button.clicked.connect(lambda _=False, n=number: self.guessed.emit(float(n)))
                self.buttons.append(button)
            self.answers.put(*self.buttons)

    def _ask_in_words(self, ask: "Question") -> None:
        self.field = field = AnswerField()
        field.setProperty(ANSWERS, True)
        field.setMaxLength(LONGEST)
        is_number = ask.kind == NUMBER
        field.setPlaceholderText(tr("A number") if is_number else tr("In your own words"))
        field.setAccessibleName(ask.text)
        field.setMinimumWidth(120 if is_number else 480)
        take = QPushButton(tr("Guess") if is_number else tr("Keep it"))
        field.returnPressed.connect(lambda: self._take(ask))
        take.clicked.connect(lambda: self._take(ask))
        self.answers.put(field, take)

    def write(self) -> None:
        """Let what is typed go into the answer, where one is to be written: not to the scene."""
        if self.field is not None:
            self.field.setFocus()

    def _take(self, ask: "Question") -> None:
        if self.field is None:
            return
        said = self.field.text().strip()
        guess: Guess = said
        if ask.kind == NUMBER:
            try:
                guess = _number(said)
            except ValueError:
                self.reply.setText(tr("Write a number, such as 0.5 or −3/4."))
                self.reply.show()
                return
        if said:
            self.guessed.emit(guess)

    def _count(self, words: StripWords) -> None:
        for number, button in enumerate(self.buttons, 1):
            count = words.counts.get(number, 0)
            option = plain_button(words.options[number - 1])
            button.setText(f"{option}   {count}" if count else option)


class LessonWords(LinkedLabel):
    """What is said; words that have a card are links to it.

    Parameters
    ----------
    role : str
        How the style sheet writes it.
    """

    _words = ""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setProperty("role", role)
        teach_terms(self, stays_clear=True)

    def text(self) -> str:
        """Return the words as they were given."""
        return self._words

    def setText(self, text: str | None) -> None:
        self._words = bounded(text or "")
        self.setAccessibleName(self._words)
        super().setText(with_terms(self._words, common=True))

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self.setText(self._words)  # links in the colour of the new look


def _number(said: str) -> float:
    """Return the number that was written, also as a fraction such as '−1/3'.

    Raises
    ------
    ValueError
        If it is none.
    """
    above, line, below = said.replace("\N{MINUS SIGN}", "-").partition("/")
    number = read_number(above.strip())
    if not line:
        return number
    under = read_number(below.strip())
    if under == 0:
        raise ValueError("nothing is divided by 0")
    return number / under
