"""The guide, offline: its pages with their pictures and formulas, and a list of their headings."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QSize, Qt, QUrl
from PyQt6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.assets import PAGES, document
from ncviz.desktop.certain import certain
from ncviz.desktop.guide.guide_text import (
    address,
    headings_of,
    page_and_place,
    picture_of_formula,
    picture_of_guide,
    with_formulas_as_pictures,
)
from ncviz.desktop.style.theme import BODY, current_look
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.dialog import Dialog
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.language import tr

WIDEST = 760  # pixels of a page's lines at normal text
MARGIN = 24  # around a page
LINE = 118  # per cent of a line's own height
PLACE = Qt.ItemDataRole.UserRole


class GuidePage(QTextBrowser):
    """One page; it reads files of the guide and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that came and went would change the width, and with it the pictures.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.page = ""
        self._formulas: list[str] = []
        self._width = 0

    def show_page(self, page: str) -> None:
        """Show a page from its beginning.

        Raises
        ------
        UserError
            If it is no page of the guide.
        """
        source = document(f"{page}.md").read_text(encoding="utf-8")
        written, self._formulas = with_formulas_as_pictures(source)
        self.page = page
        _, scale = current_look()
        font = self.font()
        font.setPixelSize(round(BODY * scale))
        self.setDocument(QTextDocument(self))  # in the old one the last page's letters go on
        certain(self.document()).setDefaultFont(font)
        certain(self.document()).setDocumentMargin(MARGIN)
        self._width = self._room()
        certain(self.document()).setMarkdown(
            written, QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        )
        self._dress()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _dress(self) -> None:
        """Give headings room, links the window's colour, and code the width of the page."""
        theme, scale = current_look()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()  # else the page is laid out anew after each block
        block = certain(self.document()).begin()
        while block.isValid():
            cursor.setPosition(block.position())
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            level, shape = block.blockFormat().headingLevel(), QTextBlockFormat()
            if not _is_picture(block):
                line: Any = QTextBlockFormat.LineHeightTypes.ProportionalHeight
                shape.setLineHeight(LINE, line.value)
            shape.setNonBreakableLines(False)
            if level:
                letters = QTextCharFormat()
                letters.setFontWeight(QFont.Weight.DemiBold)
                cursor.mergeCharFormat(letters)
                shape.setTopMargin(round((28 if level < 3 else 20) * scale))
                shape.setBottomMargin(round(6 * scale))
            elif cursor.currentTable() is None and block.textList() is None:
                shape.setBottomMargin(round(8 * scale))
            cursor.mergeBlockFormat(shape)
            self._dress_parts(block, theme.accent)
            block = block.next()
        cursor.endEditBlock()

    def _dress_parts(self, block: QTextBlock, link: str) -> None:
        """Centre formulas on their line, and give links the window's colour."""
        cursor = QTextCursor(self.document())
        # Read all before the first change: a change may join or split the parts.
        for start, length, before in _parts(block):
            change = QTextCharFormat()
            if before.isImageFormat():
                change.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
            if before.anchorHref():
                change.setForeground(QColor(link))
            if change.propertyCount():
                cursor.setPosition(start)
                cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(change)

    def _room(self) -> int:
        _, scale = current_look()
        return max(240, min(certain(self.viewport()).width() - 2 * MARGIN, round(WIDEST * scale)))

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Return a formula or a picture of the guide; an empty picture for all else."""
        theme, scale = current_look()
        ratio = self.devicePixelRatioF()
        if name.scheme() == "formula":
            tex = self._formulas[int(name.path())]
            return picture_of_formula(tex, BODY * scale, theme.text, ratio)
        if name.scheme() or kind != QTextDocument.ResourceType.ImageResource.value:
            return QImage()
        return picture_of_guide(name.toString(), theme.name, self._width, ratio)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self.page and self._room() != self._width:
            bar = certain(self.verticalScrollBar())
            place = bar.value() / max(1, bar.maximum())
            self.show_page(self.page)
            bar.setValue(round(place * bar.maximum()))

    def go_to(self, place: str) -> bool:
        """Go to a heading by its address; return whether there is one."""
        for words, _level, position in headings_of(certain(self.document())):
            if address(words) == place:
                cursor = QTextCursor(self.document())
                cursor.setPosition(position)
                self.setTextCursor(cursor)
                certain(self.verticalScrollBar()).setValue(
                    certain(self.verticalScrollBar()).value() + self.cursorRect(cursor).top()
                )
                return True
        return False


def _parts(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """Return start, length and format of each part of a block; an empty block has none."""
    found, parts = [], block.begin()
    while not parts.atEnd():
        part = parts.fragment()
        found.append((part.position(), part.length(), part.charFormat()))
        parts += 1
    return found


def _is_picture(block: QTextBlock) -> bool:
    """Tell whether a block is a picture of the window: it takes no room between lines."""
    shown = [letters for _start, _length, letters in _parts(block)]
    if not shown or not shown[0].isImageFormat():
        return False
    return not shown[0].toImageFormat().name().startswith("formula:")


class GuideWindow(Dialog):
    """The guide beside the window, which stays usable."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Guide"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._past: list[tuple[str, int]] = []
        self.text = GuidePage()
        self.text.setAccessibleName(tr("The guide"))
        self.text.anchorClicked.connect(self._follow)
        self.pages = Choice()
        for page, title in PAGES.items():
            self.pages.addItem(title, page)
        self.pages.setAccessibleName(tr("Page of the guide"))
        self.pages.setToolTip(tr("Which page of the guide to read."))
        self.pages.activated.connect(lambda _index: self.open(self.pages.currentData()))
        self.back = QToolButton()
        self.back.setText(tr("Back"))
        self.back.setProperty("role", "quiet")
        keys = QKeySequence(QKeySequence.StandardKey.Back)
        written = keys.toString(QKeySequence.SequenceFormat.NativeText)
        self.back.setToolTip(
            plain_tip(tr("Go back to where a link was followed ({written}).", written=written))
        )
        self.back.clicked.connect(self.go_back)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Find on this page"))
        self.field.setAccessibleName(tr("Find on this page"))
        self.field.returnPressed.connect(self.find_next)
        self.said = PlainLabel(role="caption")
        self.contents = QListWidget()
        self.contents.setAccessibleName(tr("Headings of this page"))
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.itemClicked.connect(self._chosen)
        self.contents.itemActivated.connect(self._chosen)
        self._lay_out()
        ways: tuple[tuple[QKeySequence.StandardKey | str, Callable[[], None]], ...] = (
            (QKeySequence.StandardKey.Back, self.go_back),
            ("Ctrl+F", self._to_field),
        )
        for wish, act in ways:
            QShortcut(QKeySequence(wish), self).activated.connect(act)
        self.resize(self._size())

    def _size(self) -> QSize:
        _, scale = current_look()
        wanted = QSize(round(1060 * scale), round(780 * scale))
        return wanted.boundedTo(certain(self.screen()).availableSize() - QSize(16, 48))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.pages)
        head.addWidget(self.back)
        head.addStretch(1)
        head.addWidget(self.field)
        split = QSplitter()
        split.addWidget(self.contents)
        split.addWidget(self.text)
        split.setStretchFactor(1, 1)
        split.setSizes([240, 820])
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(split, 1)
        column.addWidget(self.said)

    def open(self, page: str = "guide", place: str = "") -> None:
        """Show a page, at one of its headings if it is named.

        Raises
        ------
        UserError
            If it is no page of the guide.
        """
        self.said.clear()
        if self.text.page != page:
            self.text.show_page(page)
            self.pages.setCurrentIndex(self.pages.findData(page))
            self._list_headings()
        if place:
            self.text.go_to(place)
        self.back.setEnabled(bool(self._past))

    def _list_headings(self) -> None:
        self.contents.clear()
        for words, level, _position in headings_of(certain(self.text.document())):
            if level > 3 or level == 1:
                continue
            item = QListWidgetItem(f"{'    ' * (level - 2)}{words}")
            item.setData(PLACE, address(words))
            self.contents.addItem(item)

    def _chosen(self, item: QListWidgetItem) -> None:
        self._remember()
        self.open(self.text.page, item.data(PLACE))

    def _follow(self, link: QUrl) -> None:
        if link.scheme():  # nothing is fetched: the guide is read offline
            self.said.setText(
                tr("{tostring} is on the web, not in the guide.", tostring=link.toString())
            )
            return
        page, place = page_and_place(link.toString(), self.text.page)
        if page not in PAGES:  # whatever else lies beside them in a copy of the source
            name = link.fileName()
            self.said.setText(tr("{name} is no part of the guide.", name=name))
            return
        self._remember()
        self.open(page, place)

    def _remember(self) -> None:
        self._past.append((self.text.page, certain(self.text.verticalScrollBar()).value()))

    def go_back(self) -> None:
        """Go back to where a link or a heading was followed."""
        if self._past:
            page, height = self._past.pop()
            self.open(page)
            certain(self.text.verticalScrollBar()).setValue(height)

    def _to_field(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    def find_next(self) -> None:
        """Go to the next place with the words of the field, from the start after the last."""
        words = self.field.text()
        if words and not self.text.find(words):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(words)


def show_guide(window: QWidget, page: str = "guide", place: str = "") -> GuideWindow:
    """Open the guide beside a window, or turn to a page of the one that is open.

    Parameters
    ----------
    window : QWidget
    page : str
        One of `ncviz.assets.PAGES`.
    place : str
        Address of a heading; empty for the beginning.

    Raises
    ------
    UserError
        If this installation lacks the page.
    """
    open_guides = [guide for guide in window.findChildren(GuideWindow) if guide.isVisible()]
    guide = open_guides[0] if open_guides else GuideWindow(window)
    guide.show()  # first: pictures are as wide as the page then
    guide.open(page, place)
    guide.raise_()
    guide.activateWindow()
    return guide
