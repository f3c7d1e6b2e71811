"""The second page of the Gallery: published experiments beside ours."""

from collections.abc import Collection, Sequence

from PyQt6.QtCore import QEvent, QObject, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.gallery.experiment_card import ExperimentCard
from ncviz.desktop.rooms.gallery.experiment_list import HEADS, ExperimentList, places
from ncviz.desktop.style.theme import CAPTION, current_look, letters
from ncviz.desktop.widgets.background import Background
from ncviz.desktop.widgets.key_names import PRESS
from ncviz.desktop.widgets.long_names import LongLabel
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.progress_buttons import ProgressButtons
from ncviz.experiments.finding import RunChoice
from ncviz.experiments.shelf import Shelved, fitting_rows
from ncviz.language import tr

CARD_WIDTH, CARD_SHARE = 364, 0.33  # pixels at normal text, and of the page at most
READING = tr("The experiments are being read.")
HINT = tr("What the field published, and what ncviz finds when it is done again.")
SEARCH = tr("Search: collapse, Papyan, 2021, depth …")
CANCEL = tr("End here and throw away what is being trained; what was finished stays.")


class ExperimentsPage(QWidget):
    """A list to look through, and the chosen experiment beside it.

    Parameters
    ----------
    work : Background
        That runs an experiment.
    switch : QWidget
        Leads to the first page.

    Signals
    -------
    open_asked(object, object, object), compare_asked(object, object, object)
        Of a row, with what is chosen for the left and the right.
    knob_asked(object)
        Of a row.
    run_asked(object, int)
        Of a row, with so many seeds.
    worn()
        Another theme: pictures are other ones.
    """

    worn = pyqtSignal()
    open_asked = pyqtSignal(object, object, object)
    run_asked = pyqtSignal(object, int)
    knob_asked = pyqtSignal(object)
    compare_asked = pyqtSignal(object, object, object)

    def __init__(self, work: Background, switch: QWidget) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rows: tuple[Shelved, ...] = ()
        self._awaited = ""  # the experiment that comes with the next rows
        self._wanted = ""  # the experiment to choose, once it is there
        self._running = ""
        self._troubles: dict[str, str] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(SEARCH)
        self.search.setAccessibleName(tr("Search the experiments"))
        self.search.setClearButtonEnabled(True)
        self.list = ExperimentList()
        self.heads = _Heads(self.list)
        self.empty = PlainLabel(READING, "sentence", wraps=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setMargin(12)
        self.card = ExperimentCard()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.doing = LongLabel()
        self.doing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.buttons = ProgressButtons(work, tr("Running"), self._say_state)
        self._state = self._told = ""
        self._lay_out(switch)
        self.list.resized.connect(self.heads.update)
        self.search.textChanged.connect(lambda _: self._filter())
        self.search.installEventFilter(self)
        self.list.chosen.connect(self._chosen)
        self.list.pressed_enter.connect(self.enter_row)
        self.list.typed.connect(self._typed)
        self.card.open_asked.connect(lambda: self.open_asked.emit(*self._chosen_runs()))
        self.card.run_asked.connect(lambda seeds: self.run_asked.emit(self.card.row, seeds))
        self.card.knob_asked.connect(lambda: self.knob_asked.emit(self.card.row))
        self.card.compare_asked.connect(lambda: self.compare_asked.emit(*self._chosen_runs()))
        self.buttons.cancel_asked.connect(self.buttons.call_off)
        self.setFocusProxy(self.list)
        self._filter()
        self.follow_look()

    def _lay_out(self, switch: QWidget) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel(tr("Published experiments"), "display"), 1)
        head.addWidget(switch, 0, Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(PlainLabel(HINT, "sentence", wraps=True), 4)
        below.addWidget(self.search, 3, Qt.AlignmentFlag.AlignBottom)
        self.left = QWidget()  # over which notes appear: they leave the buttons free
        left = QVBoxLayout(self.left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(6)
        left.addLayout(below)
        for part, stretch in ((self.heads, 0), (self.list, 1), (self.empty, 1)):
            left.addWidget(part, stretch)
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addWidget(self.left, 1)
        middle.addWidget(self.card)
        self.foot = QWidget()
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(16)
        foot.addWidget(self.doing, 2)
        foot.addWidget(self.bar, 1)
        foot.addWidget(self.buttons)
        self.foot.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 16, 40, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(middle, 1)
        column.addWidget(self.foot)

    def follow_look(self) -> None:
        """Take up another theme, and other letters."""
        self.list.rows.forget_pictures()
        self.list.lay_out_anew()
        self._share_width()
        self.card.follow_look()
        self.worn.emit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        wide = CARD_WIDTH * max(1.0, current_look().text_scale)
        self.card.setFixedWidth(round(min(wide, max(CARD_SHARE * self.width(), 240))))

    # What is shown

    @property
    def rows(self) -> tuple[Shelved, ...]:
        """Return all rows, sought or not."""
        return self._rows

    @property
    def name(self) -> str:
        """Return the name of the experiment that is chosen, or will be."""
        return self._wanted or ("" if self.list.row is None else self.list.row.name)

    def show_rows(self, rows: Sequence[Shelved]) -> None:
        """Show what is known of the experiments."""
        here = self.name
        self._rows, self._wanted, self._awaited = tuple(rows), "", ""
        self._filter(here)

    def show_trouble(self, sentence: str) -> None:
        """Say why there is no list."""
        self.empty.setText(sentence)

    def await_row(self, name: str) -> None:
        """Expect another experiment in what is shown next."""
        self._awaited = name

    def choose(self, name: str) -> bool:
        """Go to an experiment, wherever it is; return whether there is such a one or may be."""
        if not self._rows or name == self._awaited:
            self.search.clear()
            self._wanted = name
            return True
        if all(row.name != name for row in self._rows):
            return False
        if all(row.name != name for row in fitting_rows(self._rows, self.search.text())):
            self.search.clear()
        self.list.choose(name)
        return True

    def show_pictures(self) -> None:
        """Show pictures that were drawn meanwhile."""
        self.list.rows.forget_pictures()
        certain(self.list.viewport()).update()
        self.card.picture.show_row(self.card.row)

    def _filter(self, name: str = "") -> None:
        found = fitting_rows(self._rows, self.search.text())
        self.list.show_rows(found, name or self.name)
        for part in (self.list, self.heads):
            part.setVisible(bool(found))
        self.empty.setVisible(not found)
        if self._rows and not found:
            self.empty.setText(
                tr(
                    "Nothing fits “{words}”: try an author, a year, or a word of the claim.",
                    words=self.search.text().strip(),
                )
            )
        self._chosen(self.list.row)

    def _chosen(self, row: Shelved | None) -> None:
        trouble = "" if row is None else self._troubles.get(row.name, "")
        self.card.show_row(row, self._running, trouble)

    def _chosen_runs(self) -> tuple[Shelved | None, RunChoice | None, RunChoice | None]:
        return self.card.row, self.card.left.chosen, self.card.right.chosen

    # A run

    def begin(self, row: Shelved) -> None:
        """Show that an experiment is being run."""
        self._running = self.list.rows.running = row.name
        self._troubles.pop(row.name, None)
        self._state, self._told = tr("Running"), row.experiment.title
        self.bar.setValue(0)
        self.buttons.begin(CANCEL)
        self.foot.show()
        self._follow_run()
        certain(self.layout()).activate()
        self.list.scrollTo(self.list.currentIndex())  # the foot has taken some of its room

    def show_progress(self, words: str, share: float) -> None:
        """Say how far it is, in words and as a share of all."""
        self._told = words
        self.bar.setValue(round(1000 * share))
        self._say_state(self._state)

    def end(self, trouble: str = "") -> None:
        """Show that it has ended; with a sentence if it failed."""
        if trouble:
            self._troubles[self._running] = trouble
        self.list.rows.failed = set(self._troubles)
        self._running = self.list.rows.running = ""
        self.foot.hide()
        self._follow_run()

    def forget_troubles(self, names: Collection[str]) -> None:
        """Say no more that these have failed: they were run elsewhere since."""
        for name in names:
            self._troubles.pop(name, None)
        self.list.rows.failed = set(self._troubles)

    def _follow_run(self) -> None:
        self._say_state(self._state)
        certain(self.list.viewport()).update()
        self._chosen(self.list.row)

    def _say_state(self, state: str) -> None:
        self._state = state
        self.doing.setText(f"{state} · {self._told}")

    # Keys

    def enter_row(self) -> None:
        """Do what Enter does: open what can be opened, else go to the button that runs it."""
        row = self.list.row
        if row is not None and row.opens:
            self.open_asked.emit(*self._chosen_runs())
        elif row is not None:
            self.card.run.setFocus(Qt.FocusReason.TabFocusReason)

    def _typed(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.insert(text)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
            steps |= {Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}
            if event.key() in steps:
                self.list.go(steps[Qt.Key(event.key())])
                return True
            if event.key() in PRESS:
                self.enter_row()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)


class _Heads(QWidget):
    """What the columns of the list are."""

    def __init__(self, of: ExperimentList) -> None:
        super().__init__()
        self._list = of

    def sizeHint(self) -> QSize:
        return QSize(100, QFontMetrics(letters(CAPTION)).height() + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(letters(CAPTION))
        painter.setPen(QColor(current_look().theme.quiet))
        width = certain(self._list.viewport()).width()
        row = QRect(0, 0, width, self._list.rows.row_height())
        for place, word in zip(places(row)[2:], HEADS, strict=True):
            line = QRect(place.left(), 0, place.width(), self.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, word)
        painter.end()
