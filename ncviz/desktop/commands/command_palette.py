"""The search: every command, notion, sample, plot and page, found by a few letters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from PyQt6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QHideEvent, QKeyEvent
from PyQt6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from ncviz.desktop.commands.commands import Command, Commands
from ncviz.desktop.commands.findings import BETWEEN, Finding
from ncviz.desktop.widgets.command_rows import CommandRow, CommandRows
from ncviz.desktop.widgets.fuzzy import fuzzy_match
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.language import tr

RECENT = 6
_ITS_WORD = 30.0
NEARNESS = 5.0  # score that each letter has to bring: scattered ones find too many names
ROWS = 9  # that are seen at once
A_GO = 0.5  # by which a command comes before what is found as well
_IN_WORDS, _IN_KEY, _IN_TIP = 12.0, 8.0, 6.0  # against the score of letters in the text
# Words that are typed in full, or begin words of a name, come before letters within one.
_NAMED, _BEGUN, _SPELT, _BEGINNING = 200.0, 100.0, 90.0, 5.0
_NAME, _WAY = 250.0, 250.0  # by which what is typed whole comes before what only holds it
_OF_A_PAGE = 60.0  # by which what can be done or seen comes before a page that speaks of it


@dataclass(frozen=True)
class _Found:
    """A command or something to go to that fits."""

    command: Command | Finding
    places: tuple[int, ...]
    score: float


class CommandPalette(QFrame):
    """A field over the window and what fits the words that are typed in it.

    A popup, not a child: the 3-D canvas is a window of its own and would cover a child.

    Parameters
    ----------
    window : QWidget
        Over which it opens.
    commands : Commands
    recent : list of str, optional
        Keys of commands used last, the latest first; changed in place, for the settings.
    find : callable, optional
        Gives what else can be found, each time that the palette is opened.

    Signals
    -------
    used(str)
        The key of a command that was chosen, before it runs.
    going()
        Something was chosen, and what it does comes next.
    """

    used = pyqtSignal(str)
    going = pyqtSignal()

    def __init__(
        self,
        window: QWidget,
        commands: Commands,
        recent: list[str] | None = None,
        find: Callable[[], Iterable[Finding]] = tuple,
    ) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self._window = window
        self._commands = commands
        self._find = find
        self._findings: dict[str, Finding] = {}
        self.recent = recent if recent is not None else []
        self.field = QLineEdit()
        self.field.setObjectName("palette-field")
        self.field.setPlaceholderText(tr("Search: D, play, Minority Collapse, cosine matrix …"))
        self.field.setAccessibleName(tr("Search"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.model = _Rows()
        self.list = QListView()
        self.list.setObjectName("palette-list")
        self.list.setModel(self.model)
        self._rows = CommandRows(self.list)
        self.list.setItemDelegate(self._rows)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(lambda _index: self.run_current())
        self.empty = PlainLabel(role="sentence", wraps=True)
        self.empty.setMargin(16)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.foot = PlainLabel(tr("↑ ↓  choose      Enter  go      Esc  close"), "caption")
        self.foot.setContentsMargins(16, 4, 16, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        for part in (self.field, self.list, self.empty, self.foot):
            column.addWidget(part)
        self._search("")

    # Opening

    def open(self) -> None:
        """Show it over the upper part of the window, with an empty field."""
        self._commands.refresh()
        self._findings = {finding.key: finding for finding in self._find()}
        self.list.scheduleDelayedItemsLayout()  # letters may be larger than last time
        self.field.clear()
        self._search("")
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._commands.release()
        super().hideEvent(event)

    def toggle(self) -> None:
        """Open it, or close it."""
        self.hide() if self.isVisible() else self.open()

    def _place(self) -> None:
        metrics = self.fontMetrics()
        window = self._window
        width = min(metrics.averageCharWidth() * 84, window.width() - 32)
        self.setFixedWidth(max(240, width))
        top = max(8, window.height() // 9)
        rest = self.field.sizeHint().height() + self.foot.sizeHint().height() + 10
        rows = min(ROWS, (window.height() - top - rest - 16) // self._row_height())
        self.list.setFixedHeight(max(3, rows) * self._row_height() + 8)
        self.empty.setFixedHeight(self.list.height())
        self.adjustSize()
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, top)))

    def _row_height(self) -> int:
        return self._rows.row_height()

    # Searching

    def _search(self, typed: str) -> None:
        found = self._recent_first() if not typed.strip() else self._fitting(typed)
        self.model.show([self._row(item) for item in found])
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        if found:
            self.list.setCurrentIndex(self.model.index(0))
            self.list.scrollToTop()
        else:
            self.empty.setText(self._advice(typed))

    def _recent_first(self) -> list[_Found]:
        recent = [key for key in self.recent if key in self._commands]
        others = [command.key for command in self._commands if command.key not in recent]
        return [_Found(self._commands.command(key), (), 0.0) for key in recent + others]

    def _fitting(self, typed: str) -> list[_Found]:
        found = [match for command in self._commands if (match := self._fit(typed, command))]
        others = self._findings.values()
        found += [match for finding in others if (match := self._fit_finding(typed, finding))]
        rank = {key: number for number, key in enumerate(self.recent)}
        return sorted(found, key=lambda f: (-f.score, rank.get(f.command.key, RECENT)))

    def _fit(self, typed: str, command: Command) -> _Found | None:
        """Return how well a command fits: by letters of its text, or by words about it."""
        match = fuzzy_match(typed, command.text)
        score, places = (match.score, match.places) if match else (0.0, ())
        for text, worth in (
            (command.words, _IN_WORDS),
            (f"{self._commands.group_of(command.key)} {command.key}", _IN_KEY),
            (command.tip, _IN_TIP),
        ):
            if worth > score and _all_begin_words(typed, text):
                score, places = worth, ()
        if match is None and not score:
            return None
        score += _by_words(typed, command.text)
        disabled = not self._commands[command.key].isEnabled()
        return _Found(command, places, score - 100 * disabled)

    def _fit_finding(self, typed: str, finding: Finding) -> _Found | None:
        """Return how well something to go to fits: by its name, its kind or words about it."""
        match = fuzzy_match(typed, finding.name)
        near = match is not None and match.score >= NEARNESS * len("".join(typed.split()))
        score, places = (match.score, match.places) if match and near else (0.0, ())
        if typed.strip().casefold() in finding.words.casefold().split():
            score = max(score, _ITS_WORD)  # a symbol such as D or r is a word of one letter
        for text, worth in (
            (f"{finding.kind} {finding.name} {finding.words}", _IN_WORDS),
            (finding.tip, _IN_TIP - 1),
        ):
            if worth > score and _all_begin_words(typed, text):
                score, places = worth, ()
        score += max(_by_words(typed, finding.name), _by_spelling(typed, finding))
        score += _whole(typed, finding)
        score -= _OF_A_PAGE * (finding.kind == "Guide" and score > _OF_A_PAGE)
        return _Found(finding, places, score - A_GO) if score else None

    def _advice(self, typed: str) -> str:
        texts = [command.text.rstrip("…") for command in self._commands]
        texts += [finding.name for finding in self._findings.values()]
        words = {word.casefold(): word for text in texts for word in text.split()}
        near = get_close_matches(typed.strip().casefold(), words, n=1, cutoff=0.5)
        return tr("Nothing is called “{typed}”. ", typed=typed.strip()) + (
            tr("Did you mean “{words}”?", words=words[near[0]])
            if near
            else tr("Try a verb, such as play, open or save, or a thing, such as theme or camera.")
        )

    def _row(self, found: _Found) -> CommandRow:
        if isinstance(found.command, Finding):
            finding = found.command
            return CommandRow(finding.key, finding.name, finding.tip, finding.kind, found.places)
        command, action = found.command, self._commands[found.command.key]
        return CommandRow(
            key=command.key,
            text=command.text.rstrip("…"),
            tip=command.tip,
            keys=self._commands.keys_of(command.key),
            places=found.places,
            enabled=action.isEnabled(),
            checked=action.isChecked() if action.isCheckable() else None,
            recent=not found.score and command.key in self.recent,
            needs=command.needs,
        )

    @property
    def shown(self) -> list[str]:
        """Return the keys of the commands in the list, from the top."""
        return [row.key for row in self.model.rows]

    # Keys

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # no shortcut of the window below
                return True
            if event.type() == QEvent.Type.KeyPress and self._take(event):
                return True
        return super().eventFilter(watched, event)

    def _take(self, event: QKeyEvent) -> bool:
        key, here = event.key(), self.list.currentIndex().row()
        count = self.model.rowCount()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        moves = {
            Qt.Key.Key_Up: (here - 1) % max(1, count),
            Qt.Key.Key_Down: (here + 1) % max(1, count),
            Qt.Key.Key_PageUp: max(0, here - ROWS),
            Qt.Key.Key_PageDown: min(count - 1, here + ROWS),
        }
        if key in moves and count:
            self.list.setCurrentIndex(self.model.index(moves[Qt.Key(key)]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run_current()
        elif key == Qt.Key.Key_Escape or (key == Qt.Key.Key_K and control):
            self.hide()
        else:
            return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return True

    def run_current(self) -> None:
        """Close, and run the command that is marked, if it is enabled, or go to what is."""
        row = self.list.currentIndex().row()
        if not 0 <= row < len(self.model.rows) or not self.model.rows[row].enabled:
            return
        key = self.model.rows[row].key
        self.hide()
        self.going.emit()
        if key in self._findings:
            self._findings[key].go()
            return
        self.recent[:] = [key, *(other for other in self.recent if other != key)][:RECENT]
        self.used.emit(key)
        self._commands[key].trigger()


def _by_words(typed: str, name: str) -> float:
    """Return how much a name gains by words that are typed whole, or as beginnings of its words."""
    said, parts = name.casefold().split(), typed.casefold().split()
    if parts and said[: len(parts)] == parts:
        return _NAMED
    return _BEGUN if _all_begin_words(typed, name) else 0.0


def _by_spelling(typed: str, finding: Finding) -> float:
    """Return how much a notion gains by being written or looked for so, from the first word on."""
    if finding.kind != "Notion" or not _all_begin_words(typed, finding.words):
        return 0.0
    said = " ".join(typed.casefold().split())
    begun = any(way.startswith(said) for way in finding.words.casefold().split(BETWEEN))
    return _SPELT + _BEGINNING * begun


def _whole(typed: str, finding: Finding) -> float:
    """Return how much it is worth that a name, or a way to write it, is typed whole."""
    said = " ".join(typed.casefold().split())
    if finding.name.casefold() == said:
        return _NAME
    return _WAY if said in finding.words.casefold().split(BETWEEN) else 0.0


def _all_begin_words(typed: str, text: str) -> bool:
    words, parts = (line.casefold().replace(".", " ").split() for line in (text, typed))
    return bool(parts) and all(any(word.startswith(part) for word in words) for part in parts)


class _Rows(QAbstractListModel):
    """What the list shows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[CommandRow] = []

    def show(self, rows: list[CommandRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return f"{row.tip} {row.keys}".strip()
        return None
