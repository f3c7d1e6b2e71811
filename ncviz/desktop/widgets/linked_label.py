"""Words of which some are links, reached one by one with Tab and pressed with Return."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFocusEvent
from PyQt6.QtWidgets import QLabel, QWidget

from ncviz.desktop.widgets.words_at import document_of, links_of

_BEGINS_LINK = "<a href="


class LinkedLabel(QLabel):
    """Rich text whose links are the stops of Tab, in both directions.

    A label of Qt's stops before its first link, and lets nobody out of it backwards.
    The link that has the focus keeps it where other words are written meanwhile, as
    while time passes. The mouse takes no focus away.
    """

    def __init__(self) -> None:
        super().__init__()
        self._link = -1  # the number of the one that has the focus
        self._high: tuple[object, int] = (None, 0)  # of which words in which width, and how much
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def setText(self, text: str | None) -> None:
        """Write other words; laying out the same again would cost time: nothing happens then."""
        if text == QLabel.text(self):
            return
        # Which links there are takes as long to find as the words to lay out.
        before = self._targets() if self.hasFocus() and self._link >= 0 else []
        super().setText(text)
        has_links = _BEGINS_LINK in (text or "")
        # Without a link there is nothing to reach with the keyboard.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if has_links else Qt.FocusPolicy.NoFocus)
        if not 0 <= self._link < len(before):
            return
        target, targets = before[self._link], self._targets()
        if targets[self._link : self._link + 1] == [target]:
            self._go(self._link)
        elif target in targets:
            self._go(targets.index(target))
        else:
            self._link = -1

    def heightForWidth(self, width: int) -> int:
        """Return it as Qt does, which lays out all words for each question."""
        of = QLabel.text(self), width, self.font().key(), self.devicePixelRatioF()
        if self._high[0] != of:
            self._high = of, super().heightForWidth(width)
        return self._high[1]

    def _links(self) -> list[tuple[str, int, int]]:
        return links_of(document_of(self))

    def _targets(self) -> list[str]:
        return [target for target, _, _ in self._links()]

    def _go(self, number: int) -> None:
        self._link = number
        _, start, length = self._links()[number]
        self.setSelection(start, length)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        assert event is not None
        super().focusInEvent(event)
        links = self._links()
        if links and event.reason() == Qt.FocusReason.BacktabFocusReason:
            self._go(len(links) - 1)
        elif links and event.reason() == Qt.FocusReason.TabFocusReason:
            self._go(0)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self._link = -1
        self.setSelection(0, 0)

    def focusNextPrevChild(self, forward: bool) -> bool:
        there = self._link + (1 if forward else -1)
        if self._link >= 0 and 0 <= there < len(self._links()):
            self._go(there)
            return True
        return QWidget.focusNextPrevChild(self, forward)  # Qt's label would keep it
