"""What the Help menu shows."""

import math
from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.style.icons import application_icon
from ncviz.desktop.style.theme import BODY, CAPTION, current_look
from ncviz.desktop.widgets.dialog import Dialog
from ncviz.desktop.widgets.key_names import with_native_keys
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.language import tr

Rows = Sequence[tuple[str, str]]
MOST_COLUMNS = 4


class ShortcutsPage(Dialog):
    """All keys at a glance, group by group, without a scroll bar.

    Parameters
    ----------
    window : QWidget
    groups : mapping
        From a group's name to what its commands do, and their keys.
    """

    def __init__(self, window: QWidget, groups: Mapping[str, Rows]) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 20, 32, 16)
        column.setSpacing(12)
        title = PlainLabel(tr("Keyboard shortcuts"), "title")
        column.addWidget(title)
        self.columns = self._choose_columns(groups)
        self.body = self._fitting_body()
        column.addWidget(self.body, 1)
        column.addLayout(self._foot())
        for keys in ("F1", "Ctrl+W"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)

    def _fitting_body(self) -> QWidget:
        """Return the keys, written as large as all are seen at once; as at a desk at least."""
        _, scale = current_look()
        room = self._room()
        while True:
            body = self._body(scale)
            if scale <= 1.0 or _is_within(body.sizeHint(), room):
                return body
            body.deleteLater()
            scale = max(1.0, scale - 0.125)

    def _body(self, scale: float) -> QWidget:
        body = QWidget(self)
        body.setStyleSheet(
            f"QLabel {{ font-size: {round(BODY * scale)}px; }}"
            f'QLabel[role="caption"] {{ font-size: {round(CAPTION * scale)}px; }}'
        )
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(32)
        for groups_here in self.columns:
            row.addLayout(_column_of(groups_here), 1)
        return body

    def _room(self) -> QSize:
        """Return how large the keys may be: as the window, and never as the screen."""
        screen = certain(certain(self.parentWidget()).screen() or QGuiApplication.primaryScreen())
        window = certain(self.parentWidget()).size().expandedTo(QSize(1280, 720))
        # Beside them are the margins, the title and the foot.
        return window.boundedTo(screen.availableSize()) - QSize(80, 176)

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        hint = PlainLabel(tr("Esc closes this page."), "caption")
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        close.setAutoDefault(False)
        row.addWidget(hint, 1)
        row.addWidget(close)
        return row

    def _choose_columns(self, groups: Mapping[str, Rows]) -> list[dict[str, Rows]]:
        """Return as few columns as the screen is high enough for."""
        screen = certain(certain(self.parentWidget()).screen() or QGuiApplication.primaryScreen())
        height = min(
            screen.availableGeometry().height(), max(720, certain(self.parentWidget()).height())
        )
        self.ensurePolished()
        line = self.fontMetrics().height() + 6
        fitting = max(6, (height - 160) // line)
        lines = sum(len(rows) + 2 for rows in groups.values())
        count = min(MOST_COLUMNS, max(2, math.ceil(1.15 * lines / fitting)))
        while True:
            columns = balanced_columns(groups, count)
            tallest = max(sum(len(rows) + 2 for rows in part.values()) for part in columns)
            if tallest <= fitting or count >= MOST_COLUMNS:
                return columns
            count += 1


def _is_within(size: QSize, room: QSize) -> bool:
    return size.width() <= room.width() and size.height() <= room.height()


def balanced_columns(groups: Mapping[str, Rows], count: int) -> list[dict[str, Rows]]:
    """Return the groups in order, in at most so many columns of much the same height."""
    sizes = [len(rows) + 2 for rows in groups.values()]
    limit = max([*sizes, math.ceil(sum(sizes) / count)], default=1)
    while len(_split(groups, limit)) > count:
        limit += 1
    return _split(groups, limit)


def _split(groups: Mapping[str, Rows], limit: int) -> list[dict[str, Rows]]:
    columns: list[dict[str, Rows]] = [{}]
    filled = 0
    for name, rows in groups.items():
        if columns[-1] and filled + len(rows) + 2 > limit:
            columns.append({})
            filled = 0
        columns[-1][name] = rows
        filled += len(rows) + 2
    return columns


def _column_of(groups: Mapping[str, Rows]) -> QVBoxLayout:
    column = QVBoxLayout()
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    line = 0
    for name, rows in groups.items():
        heading = PlainLabel(name, "caption")
        heading.setContentsMargins(0, 10 if line else 0, 0, 0)
        grid.addWidget(heading, line, 0, 1, 2)
        line += 1
        for text, keys in rows:
            grid.addWidget(PlainLabel(text), line, 0)
            label = PlainLabel(with_native_keys(keys), "keys")
            grid.addWidget(label, line, 1)
            line += 1
    column.addLayout(grid)
    column.addStretch(1)
    return column


class AboutPage(Dialog):
    """What ncviz is, and under which licences."""

    def __init__(self, window: QWidget) -> None:
        from ncviz import __version__  # which has to be looked up

        super().__init__(window)
        self.setWindowTitle(tr("About ncviz"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.words = QLabel(
            tr(
                "<span style='font-weight: 600'>ncviz {version}</span><p>An explorer for the "
                "geometry of deep classifiers.</p><p>BSD-3-Clause. The typeface is Source Sans 3 "
                "(SIL Open Font License); the images are from Fashion-MNIST (MIT).</p>",
                version=__version__,
            )
        )
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.words.setMinimumWidth(self.fontMetrics().averageCharWidth() * 52)
        picture = PlainLabel()
        picture.setPixmap(application_icon().pixmap(64, 64))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(picture)
        row.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(row)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def show_shortcuts(window: QWidget, shortcuts: Rows | Mapping[str, Rows]) -> ShortcutsPage:
    """Show all keys at a glance, beside the window, which stays usable.

    Parameters
    ----------
    window : QWidget
    shortcuts : list of (str, str), or mapping
        What a command does, and its keys; better group by group, as
        `Commands.shortcut_groups` has them.
    """
    groups = shortcuts if isinstance(shortcuts, Mapping) else {tr("Commands"): shortcuts}
    page = ShortcutsPage(window, groups)
    page.show()
    return page


def show_about(window: QWidget) -> AboutPage:
    """Say what ncviz is."""
    page = AboutPage(window)
    page.show()
    return page
