"""Tab follows the eye: which control comes next is where it stands, not when it was made."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, QEvent, QRect, Qt
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLayout, QScrollArea, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.focus_ring import KeyFocus

SHRUNK = 0.2  # of a block's side, by which neighbours may overlap and still be apart


if TYPE_CHECKING:
    _OfAWindow = QWidget
else:
    _OfAWindow = object


class FollowsEye(_OfAWindow):
    """Of a window whose Tab goes as one reads: row by row, and column by column in each.

    Written before the class of Qt's in the bases of a window, a dialog or a small panel.
    """

    _key_focus: KeyFocus | None = None  # made with the first Tab

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Give the focus to the next stop, or the one before; round at the ends."""
        here = self.focusWidget()
        stops = stops_of(self, here)
        if not stops:
            return False
        if here in stops:
            there = stops[(stops.index(here) + (1 if forward else -1)) % len(stops)]
        else:
            there = stops[0 if forward else -1]
        self.step_to(
            there, Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        )
        _bring_into_view(there)
        return True

    def step_to(
        self, there: QWidget, reason: Qt.FocusReason = Qt.FocusReason.TabFocusReason
    ) -> None:
        """Give the focus to a control as Tab does, with a ring around it."""
        if self._key_focus is None:
            self._key_focus = KeyFocus(self)
        self._key_focus.step(there, reason)


def stops_of(window: QWidget, besides: QWidget | None = None) -> list[QWidget]:
    """Return what Tab stops at, as one reads a window.

    Parameters
    ----------
    window : QWidget
    besides : QWidget, optional
        What has the focus, and counts as a stop therefore.
    """
    return list(_read(_block_of(window, besides)))


@dataclass
class _Block:
    """What stands together: a widget, or the part of one that a layout lays out."""

    place: QRect
    stop: QWidget | None = None
    parts: list["_Block"] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.stop is None and not self.parts


def _block_of(widget: QWidget, besides: QWidget | None) -> _Block:
    layout = widget.layout()
    parts, placed = _parts_of(layout, besides) if layout is not None else ([], set())
    for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if child not in placed and child.isVisible() and not child.isWindow():
            parts.append(_block_of(child, besides))
    parts = [part for part in parts if not part.is_empty]
    is_stop = _is_stop(widget) or widget is besides
    if widget.isWindow() or (parts and isinstance(widget, QScrollArea)):
        is_stop = False  # what lies in it has the focus, and scrolls it with the page keys
    return _Block(widget.geometry(), widget if is_stop else None, parts)


def _parts_of(layout: QLayout, besides: QWidget | None) -> tuple[list[_Block], set[QWidget]]:
    """Return the parts that a layout lays out, and the widgets that they are made of."""
    parts: list[_Block] = []
    placed: set[QWidget] = set()
    for number in range(layout.count()):
        item = certain(layout.itemAt(number))
        if item.layout() is not None:
            within, widgets = _parts_of(certain(item.layout()), besides)
            parts.append(_Block(item.geometry(), None, [p for p in within if not p.is_empty]))
            placed |= widgets
        elif item.widget() is not None:
            placed.add(certain(item.widget()))
            if certain(item.widget()).isVisible():
                parts.append(_block_of(certain(item.widget()), besides))
    return parts, placed


def _is_stop(widget: QWidget) -> bool:
    if not widget.isEnabled() or widget.focusProxy() is not None or widget.rect().isEmpty():
        return False
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is not None and group.exclusive() and group.checkedButton() is not None:
        # The pressed one stands for all: Qt's button that had the focus once may not know.
        return group.checkedButton() is widget and any(map(_takes_tab, group.buttons()))
    return _takes_tab(widget)


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _read(block: _Block) -> Iterator[QWidget]:
    if block.stop is not None:
        yield block.stop
    for part in _in_order(block.parts):
        yield from _read(part)


def _in_order(blocks: list[_Block]) -> list[_Block]:
    """Return blocks as one reads them: cut into rows where these are apart, else into columns."""
    if len(blocks) < 2:
        return blocks
    for upright in (True, False):
        groups = _apart(blocks, upright=upright)
        if len(groups) > 1:
            if not upright and QApplication.isRightToLeft():
                groups.reverse()
            return [block for group in groups for block in _in_order(group)]
    return sorted(blocks, key=lambda block: (block.place.top(), block.place.left()))


def _apart(blocks: list[_Block], *, upright: bool) -> list[list[_Block]]:
    """Return groups between which nothing overlaps, from above or from the left."""
    groups: list[list[_Block]] = []
    end = 0.0
    for start, stop, block in sorted(
        ((*_extent(block, upright=upright), block) for block in blocks), key=lambda each: each[:2]
    ):
        if groups and start < end:
            groups[-1].append(block)
        else:
            groups.append([block])
        end = max(end, stop) if len(groups[-1]) > 1 else stop
    return groups


def _extent(block: _Block, *, upright: bool) -> tuple[float, float]:
    place = block.place
    start, length = (place.top(), place.height()) if upright else (place.left(), place.width())
    return start + SHRUNK * length, start + (1 - SHRUNK) * length


def go_to_field(widget: QWidget) -> None:
    """Give the focus to a control, wherever it has to be scrolled to."""
    window = widget.window()
    if isinstance(window, FollowsEye):
        window.step_to(widget)
    else:
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
    _bring_into_view(widget)


def _bring_into_view(widget: QWidget) -> None:
    """Scroll whatever a widget lies in until it is seen."""
    # What has just been unfolded has no place yet.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()
