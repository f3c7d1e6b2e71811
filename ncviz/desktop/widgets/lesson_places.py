"""Parts of the window that a lesson may point at: each says by which word it is known."""

from collections.abc import Iterable, Iterator

from PyQt6 import sip
from PyQt6.QtWidgets import QScrollArea, QWidget

from ncviz.desktop.widgets.focus_ring import ring_around

PLACE = "place"  # property of such a part
FREE = 12  # pixels kept free above and below what is scrolled to


def be_place(widget: QWidget, name: str) -> None:
    """Let a part be known by a word of `ncviz.lessons.places`."""
    widget.setProperty(PLACE, name)


def parts_at(window: QWidget, names: Iterable[str]) -> Iterator[QWidget]:
    """Yield the parts of a window that are seen and known by some words."""
    wanted = set(names)
    if not wanted:
        return
    for widget in window.findChildren(QWidget):
        if widget.property(PLACE) in wanted and widget.isVisible():
            yield widget


def scroll_to(part: QWidget) -> None:
    """Let a part be seen whole that lies in something that scrolls."""
    around = part.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(part, 0, FREE)
        around = around.parentWidget()


class Pointing:
    """Rings around parts of a window: nothing is dimmed, nothing is covered.

    Parameters
    ----------
    window : QWidget
    """

    def __init__(self, window: QWidget) -> None:
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

    def again(self) -> None:
        """Point anew: parts were shown, hidden or moved since."""
        self.point(self._names)
