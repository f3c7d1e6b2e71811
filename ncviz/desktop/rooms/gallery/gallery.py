"""The welcome page: samples, recent runs, theory, and how to bring one's own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PyQt6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.gallery.gallery_card import SHAPE, Card
from ncviz.desktop.settings.recent import recent_names
from ncviz.desktop.style.icons import icon
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.focus_ring import OWN_RING
from ncviz.desktop.widgets.long_names import LongButton
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_button, plain_tip
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import SAMPLES, Sample
from ncviz.language import tr
from ncviz.models.model import Model, models

CARD = 9  # least width of a card, in lines of text
RECENT, FEWER = 6, 3
MOST_ROWS, MOST_COLUMNS = 3, 5  # of models; more stand in another column, as long as there are
ALL, SAMPLES_ALONE, NONE = "all", "samples", "none"  # what has sentences
# Shape, what has sentences, recent runs, spacing: flatter pictures, then cards without their
# sentences and fewer runs, where the page would not fit.
FITS = (
    (1.0, ALL, RECENT, 24),
    (0.9, ALL, RECENT, 24),
    (0.8, ALL, RECENT, 16),
    (0.7, ALL, RECENT, 12),
    (SHAPE, ALL, RECENT, 12),
    (0.5, ALL, RECENT, 8),
    (0.5, SAMPLES_ALONE, RECENT, 8),
    (0.5, SAMPLES_ALONE, FEWER, 8),
    (0.375, SAMPLES_ALONE, FEWER, 8),
    (0.3, SAMPLES_ALONE, FEWER, 8),
    (0.4, NONE, FEWER, 6),
    (0.3, NONE, FEWER, 4),
    (0.2, NONE, FEWER, 4),
)


class Gallery(QWidget):
    """Where to begin.

    Parameters
    ----------
    samples : sequence of Sample, optional
    theory : mapping of str to Model, optional
        By name; by default all that there are.
    switch : QWidget, optional
        Leads to the second page.

    Signals
    -------
    open_sample(str)
        The key of a sample.
    open_path(Path)
        A recent run.
    open_asked()
        The user wants to choose a file.
    train()
    learn()
    open_theory(str)
        The name of a model.
    """

    open_sample = pyqtSignal(str)
    open_path = pyqtSignal(object)
    open_asked = pyqtSignal()
    train = pyqtSignal()
    learn = pyqtSignal()
    open_theory = pyqtSignal(str)

    def __init__(
        self,
        samples: Sequence[Sample] = SAMPLES,
        theory: Mapping[str, Model[Any]] | None = None,
        switch: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setProperty(OWN_RING, True)  # a ring around all of the window tells nothing
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.cards = {item.key: Card(item.title, item.sentence) for item in samples}
        self._samples = tuple(samples)
        for key, card in self.cards.items():
            card.clicked.connect(lambda _=False, key=key: self.open_sample.emit(key))
        self.models: dict[str, Card] = {}
        for key, model in (models() if theory is None else theory).items():
            card = Card(model.title, model.invitation, pictured=False)
            card.clicked.connect(lambda _=False, key=key: self.open_theory.emit(key))
            self.models[key] = card
        self.train_button = QPushButton(tr("Train your own"))
        self.train_button.setProperty("role", "primary")
        self.train_button.setToolTip(tr("Choose data and a network, and watch it collapse."))
        self.train_button.clicked.connect(lambda: self.train.emit())
        self.learn_button = QPushButton(tr("Learn"))
        self.learn_button.setProperty("role", "beside-primary")
        self.learn_button.setToolTip(tr("Lessons: guess, act, see why."))
        self.learn_button.clicked.connect(lambda: self.learn.emit())
        self.open_button = QPushButton(tr("Open…"))
        self.open_button.setIcon(icon("open"))
        self.open_button.setProperty("role", "beside-primary")
        self.open_button.setToolTip(tr("Open a recorded run or features of your own."))
        self.open_button.clicked.connect(lambda: self.open_asked.emit())
        self.recent: list[QPushButton] = []
        self._columns = 0
        self._switch = switch
        self._lay_out()
        self.set_recent([])
        self.follow_look()

    def _lay_out(self) -> None:
        page = _Page()
        page.setObjectName("welcome-page")
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(40, 16, 40, 16)
        self._page.setSpacing(12)
        self._page.addLayout(self._head())
        self._grid = QGridLayout()
        self._grid.setSpacing(16)
        self._page.addLayout(self._grid)
        self._lower = lower = QHBoxLayout()
        lower.setSpacing(40)
        self._lists: list[QVBoxLayout] = []
        self._recent_rows = QVBoxLayout()
        self._recent_rows.setSpacing(2)
        self._models = theory = self._theory()
        for title, rows in ((tr("Theory"), theory), (tr("Recent"), self._recent_rows)):
            column = QVBoxLayout()
            column.setSpacing(8)
            column.addWidget(_title(title))
            column.addLayout(rows)
            column.addStretch(1)
            self._lists.append(column)
            lower.addLayout(column, max(theory.columnCount() - 1, 1) if rows is theory else 1)
        self._page.addLayout(lower)
        self._page.addStretch(1)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its cards have the focus
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.scroller)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        title = PlainLabel(tr("The geometry of deep classifiers"), "display", wraps=True)
        hint = PlainLabel(
            tr("Open a sample, drop a run or a recipe anywhere here, or train your own."),
            "sentence",
            wraps=True,
        )
        words.addWidget(title)
        words.addWidget(hint)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(words, 1)
        ways = QVBoxLayout()
        ways.setSpacing(8)
        if self._switch is not None:
            ways.addWidget(self._switch, 0, Qt.AlignmentFlag.AlignRight)
        ways.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.learn_button)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.train_button)
        ways.addLayout(buttons)
        row.addLayout(ways)
        return row

    def _theory(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        columns = max(1, min(-(-len(self.models) // MOST_ROWS), MOST_COLUMNS))
        for number, card in enumerate(self.models.values()):
            grid.addWidget(card, number // columns, number % columns)
        return grid

    # What is shown

    def follow_look(self) -> None:
        """Show the samples in other colours, and arrange them for other letters."""
        for item in self._samples:
            try:
                picture = QPixmap(str(item.thumbnail(current_look().theme.name)))
            except UserError:
                picture = QPixmap()  # a card without a picture still opens its sample
            self.cards[item.key].picture.set_pixmap(picture)
        for button in (self.open_button, *self.recent):
            _fit_icon(button)
        self._arrange()
        self._fit()

    def set_recent(self, paths: Sequence[Path | str]) -> None:
        """Show the runs that were opened last, the latest first."""
        while self._recent_rows.count():
            item = certain(certain(self._recent_rows.takeAt(0)).widget())
            item.hide()
            item.deleteLater()
        self.recent = []
        shown = [str(path) for path in paths[:RECENT]]
        for text, name in zip(shown, recent_names(shown), strict=True):
            button = LongButton(plain_button(name))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setProperty("role", "row")
            button.setToolTip(plain_tip(f"{name}\n{text}"))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setIcon(icon("recent", "quiet"))
            _fit_icon(button)
            button.clicked.connect(lambda _=False, p=text: self.open_path.emit(Path(p)))
            self.recent.append(button)
            self._recent_rows.addWidget(button)
        if not self.recent:
            empty = PlainLabel(
                tr("Runs that you open or train appear here."), "sentence", wraps=True
            )
            self._recent_rows.addWidget(empty)
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._fit()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show all of it without a scroll bar, if there is any way to."""
        width, room = self.width(), self.height()
        for shape, told, runs, spacing in FITS:
            for card in self.cards.values():
                card.picture.set_shape(shape)
                card.show_sentence(told != NONE)
            for model in self.models.values():
                model.show_sentence(told == ALL)
            for number, button in enumerate(self.recent):
                button.setVisible(number < runs)
            self._page.setSpacing(spacing)
            self._page.setContentsMargins(
                40, min(max(16, spacing), 3 * spacing), 40, min(16, spacing)
            )
            self._invalidate()
            if self._page.totalHeightForWidth(width) <= room:
                return

    def _invalidate(self) -> None:
        for card in (*self.cards.values(), *self.models.values()):
            certain(card.layout()).invalidate()
            card.updateGeometry()
        # Each keeps heights of its own, which those around it ask for.
        for layout in (self._models, self._recent_rows, *self._lists, self._lower, self._grid):
            layout.invalidate()
        self._page.invalidate()

    def _arrange(self) -> None:
        """Lay the cards out in as many columns as fit, without a lonely one."""
        least = CARD * self.fontMetrics().height()
        fitting = max(1, int((self.width() - 80) / least))
        count = len(self.cards)
        lines = -(-count // min(fitting, count)) if count else 1
        columns = -(-count // lines) if count else 1
        if columns == self._columns:
            return
        for number in range(self._columns):
            self._grid.setColumnStretch(number, 0)
        self._columns = columns
        for number, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, number // columns, number % columns)
        for number in range(columns):
            self._grid.setColumnStretch(number, 1)


class _Page(QWidget):
    """As high as its contents are at its width, which is lower than at its least width."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


def _fit_icon(button: QPushButton) -> None:
    """Let an icon be as high as a line of words."""
    side = button.fontMetrics().height()
    button.setIconSize(QSize(side, side))


def _title(text: str) -> QLabel:
    return PlainLabel(text, "title")
