"""The lessons as cards: what each takes, what one can say afterwards, how far one is."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ncviz.desktop.rooms.gallery.gallery_card import Card
from ncviz.desktop.style.icons import icon
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.focus_ring import OWN_RING
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.language import tr
from ncviz.lessons.lesson import Lesson
from ncviz.lessons.playing import LessonStanding
from ncviz.wording import lower_first

CARD = 22  # least width of a card, in lines of text
MOST_COLUMNS = 3
LEAD = tr(
    "Each asks you to guess, then to act, and then shows why. You can explore at any step, leave, "
    "and come back."
)


def standing_in_words(lesson: Lesson, standing: LessonStanding) -> str:
    """Say how long a lesson takes and how far one is."""
    minutes = (
        tr("{minutes} minutes", minutes=lesson.minutes)
        if lesson.minutes != 1
        else tr("{minutes} minute", minutes=lesson.minutes)
    )
    if standing.finished:
        minutes = tr("{minutes} · done", minutes=minutes)
    if standing.step > 0:
        return tr(
            "{minutes} · you are at step {step} of {count}",
            minutes=minutes,
            step=standing.step + 1,
            count=len(lesson.steps),
        )
    return minutes


class LearnPage(QWidget):
    """Where a lesson is chosen.

    Signals
    -------
    chosen(str)
        The name of a lesson.
    open_asked()
        The user wants to choose a file.
    """

    chosen = pyqtSignal(str)
    open_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setProperty(OWN_RING, True)  # a ring around all of the window tells nothing
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.cards: dict[str, Card] = {}
        self._columns = 0
        self.open_button = QPushButton(tr("Open a lesson…"))
        self.open_button.setIcon(icon("open"))
        self.open_button.setToolTip(tr("Play a lesson of your own, a TOML file."))
        self.open_button.clicked.connect(lambda: self.open_asked.emit())
        page = QWidget()
        page.setObjectName("welcome-page")
        self._grid = QGridLayout()
        self._grid.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(PlainLabel(tr("Learn"), "display"))
        words.addWidget(PlainLabel(LEAD, "sentence", wraps=True))
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(page)
        column.setContentsMargins(40, 24, 40, 24)
        column.setSpacing(20)
        column.addLayout(head)
        column.addLayout(self._grid)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def show_lessons(
        self, lessons: Sequence[tuple[str, Lesson]], standings: Mapping[str, LessonStanding]
    ) -> None:
        """Show other lessons, by the names that `chosen` tells, and how far one is in each."""
        for card in self.cards.values():
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {}
        for number, (name, lesson) in enumerate(lessons, 1):
            said = standing_in_words(lesson, standings.get(name, LessonStanding()))
            card = Card(
                f"{number}. {lesson.title}",
                tr("Afterwards {able}\n{said}", able=lower_first(lesson.able), said=said),
                pictured=False,
            )
            card.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self.cards[name] = card
        self._columns = 0
        self._arrange()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        line = 16 * max(1.0, current_look().text_scale)
        columns = max(1, min(MOST_COLUMNS, int((self.width() - 80) // (CARD * line))))
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, number // columns, number % columns)
        for column in range(MOST_COLUMNS):
            self._grid.setColumnStretch(column, int(column < columns))
