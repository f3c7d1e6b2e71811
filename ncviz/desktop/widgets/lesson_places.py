"""Parts of the window that a lesson may point at: each says by which word it is known."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QScrollArea, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.focus_ring import ring_around
from ncviz.desktop.widgets.plain_text import PlainLabel

PLACE = "place"  # property of such a part
ANSWERS = "answers"  # property of a field for an answer, which keeps the keys it is given
WITH = "with-place"  # property of what is hidden together with another part
NOTED = QSize(120, 60)  # pixels; what is smaller is hidden without a word
LAID_OUT = QEvent.Type.Resize, QEvent.Type.LayoutRequest
FREE = 12  # pixels kept free above and below what is scrolled to


def be_place(widget: QWidget, name: str) -> None:
    """Let a part be known by a word of `ncviz.lessons.places`."""
    widget.setProperty(PLACE, name)


def go_with(widget: QWidget, name: str) -> None:
    """Let a part be hidden wherever what is known by a word is; nothing points at it."""
    widget.setProperty(WITH, name)


def _word_of(part: QWidget, words: Collection[str]) -> str:
    """Return the word for which a part is hidden; '' for none."""
    found = (part.property(kind) for kind in (PLACE, WITH))
    return next((word for word in found if word in words), "")


def parts_at(window: QWidget, names: Iterable[str]) -> Iterator[QWidget]:
    """Yield the parts of a window that are seen and known by some words."""
    wanted = set(names)
    if not wanted:
        return
    for widget in window.findChildren(QWidget):
        if widget.property(PLACE) in wanted and widget.isVisible():
            yield widget


def has_place_for(column: QWidget, names: Collection[str]) -> bool:
    """Tell whether something that is known by one of some words lies on the page of a column."""
    for part in (column, *column.findChildren(QWidget)) if names else ():
        if part.property(PLACE) in names:
            around = part.parentWidget()  # the part itself may be veiled
            if part is column or (around is not None and around.isVisibleTo(column)):
                return True
    return False


def scroll_to(part: QWidget) -> None:
    """Let a part be seen whole that lies in something that scrolls."""
    around = part.parentWidget()
    while around is not None:
        page = around.widget() if isinstance(around, QScrollArea) else None
        if isinstance(around, QScrollArea) and page is not None:
            top = part.mapTo(page, QPoint(0, 0)).y()
            room = certain(around.viewport()).height()
            around.ensureWidgetVisible(part, 0, min(FREE, max(room - part.height(), 0) // 2))
            if part.height() > room:  # then its beginning
                certain(around.verticalScrollBar()).setValue(top)
        around = around.parentWidget()


class PlaceWithin(QWidget):
    """Stands for a part of what a widget paints, where a lesson hides that; it is not to be seen.

    Parameters
    ----------
    painted : QWidget
    name : str
        The word by which the part is known.
    changed : callable, optional
        Paints anew; by default the widget is updated.
    """

    def __init__(
        self, painted: QWidget, name: str, changed: Callable[[], object] | None = None
    ) -> None:
        super().__init__(painted)
        self._changed = changed or painted.update
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(1, 1)
        be_place(self, name)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._changed()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._changed()


class Veil:
    """Hides parts of a window that would tell an answer, in their places, and says so there.

    Parameters
    ----------
    window : QWidget
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._hidden: list[QWidget] = []
        self._notes: list[VeilNote] = []
        self._words: dict[str, str] = {}

    def hide_again(self) -> None:
        """Hide what has come to be seen since: parts of columns that were folded away."""
        self.hide_parts(self._words)

    def keep_rooms(self) -> None:
        """Let hidden parts keep their rooms; while one presents, the scene takes the caption's."""
        for part in (part for part in self._hidden if not sip.isdeleted(part)):
            policy = part.sizePolicy()
            gives = part.property(PLACE) == "caption" and self._window.isFullScreen()
            policy.setRetainSizeWhenHidden(not gives)
            part.setSizePolicy(policy)
        for note in (note for note in self._notes if not sip.isdeleted(note)):
            note.follow()

    def hide_parts(self, words: Mapping[str, str]) -> None:
        """Hide what stands in these places, and say why there; show all else again."""
        self._words = dict(words)
        for written in self._notes:
            if not sip.isdeleted(written):
                written.end()
        self._notes = []
        self._hidden = [part for part in self._hidden if not sip.isdeleted(part)]
        kept = [part for part in self._hidden if _word_of(part, words)]
        for part in self._hidden:
            if part not in kept:
                part.show()
        seen = (part for part in self._window.findChildren(QWidget) if part.isVisible())
        kept += [part for part in seen if _word_of(part, words)] if words else []
        self._hidden = kept
        self.keep_rooms()
        for part in kept:
            part.hide()
        holders = ((part, part.parentWidget()) for part in self._hidden)
        self._notes = [
            VeilNote(part, words[_word_of(part, words)], around)
            for part, around in holders
            if around
        ]


class VeilNote(PlainLabel):
    """Says in the place of a hidden part why it is hidden, wherever the layout moves that.

    Parameters
    ----------
    part : QWidget
        Hidden, with its place retained.
    words : str
    around : QWidget
        What holds the part.
    """

    def __init__(self, part: QWidget, words: str, around: QWidget) -> None:
        super().__init__(words, "caption", wraps=True, parent=around)
        self._part, self._around = part, around
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        around.installEventFilter(self)
        self.follow()

    def end(self) -> None:
        """Be gone at once: a layout before it is deleted would show it again."""
        self._around.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def follow(self) -> None:
        """Lie where the part would; nothing where there is no room for words."""
        part = self._part
        if sip.isdeleted(part):
            return
        self.setGeometry(part.geometry())
        has_room = part.width() >= NOTED.width() and part.height() >= NOTED.height()
        self.setVisible(has_room and part.sizePolicy().retainSizeWhenHidden())

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        # A hidden part is told of no move; what holds it has laid out by now.
        if watched is self._around and event is not None and event.type() in LAID_OUT:
            self.follow()
        return super().eventFilter(watched, event)


class Pointing(QObject):
    """Rings around parts of a window: nothing is dimmed, nothing is covered.

    Parameters
    ----------
    window : QWidget

    Signals
    -------
    moved()
        The window has another size: what is pointed at may have moved out of sight.
    """

    moved = pyqtSignal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)
        self._window = window
        self._names: tuple[str, ...] = ()
        self._rings: list[QWidget] = []

    def point(self, names: tuple[str, ...]) -> None:
        """Point at what is known by these words, and at nothing else; none ends it."""
        self._names = names
        for ring in self._rings:
            if not sip.isdeleted(ring):
                ring.hide()
                ring.deleteLater()
        for part in parts_at(self._window, names):
            scroll_to(part)
        self._rings = [ring_around(part) for part in parts_at(self._window, names)]

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if self._names and event is not None and event.type() == QEvent.Type.Resize:
            self.moved.emit()
        return super().eventFilter(watched, event)

    def again(self) -> None:
        """Point anew: parts were shown, hidden or moved since."""
        self.point(self._names)
