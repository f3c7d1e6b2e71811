"""Finds what is not seen whole in a window: charts below a fold, rings, numbers that touch."""

from collections.abc import Iterator

import pyqtgraph as pg
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtGui import QFontMetricsF, QPainter, QPicture
from PyQt6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from ncviz.desktop.widgets.focus_ring import FocusRing
from ncviz.desktop.widgets.lesson_places import parts_at


def is_seen(window: QWidget, part: QWidget) -> bool:
    """Tell whether all of a part is on the screen, or its beginning where it is higher."""
    seen = part.visibleRegion().boundingRect()
    if part.height() > window.height() / 2 and seen != part.rect():
        return seen.top() == 0 and seen.height() > window.height() / 3
    return seen == part.rect() and window.rect().contains(_place(part, window))


def faults(window: QWidget, places: tuple[str, ...]) -> list[str]:
    """Say what is wrong with what a step points at, and with each chart and ring that is seen."""
    found = [
        f"{name} is not seen whole"
        for name in places
        for part in parts_at(window, [name])
        if not is_seen(window, part)
    ]
    for chart in window.findChildren(pg.GraphicsView):
        if chart.isVisible() and chart.width() > 1:
            hidden = chart.rect() != (seen := _seen(chart, window))
            found += [f"of a chart, {chart.rect()}, only {seen} is seen"] if hidden else []
            found += [f"{one!r} touches {other!r}" for one, other in touching(chart)]
    for ring in window.findChildren(FocusRing):
        place = _place(ring, window)
        beyond = (v for v in _viewports_of(ring) if not _place(v, window).contains(place))
        if ring.isVisible() and any(beyond):
            found.append(f"the ring around {ring._surrounded} reaches beyond its column")
    return found


def _place(part: QWidget, window: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def _seen(part: QWidget, window: QWidget) -> QRect:
    """Return what of a part its parents do not cut off; what lies over it does not count."""
    seen, around = part.rect(), part
    while around is not window:
        seen = seen.intersected(QRect(part.mapFrom(around, QPoint(0, 0)), around.size()))
        around = around.parentWidget()
    return seen.intersected(QRect(part.mapFrom(window, QPoint(0, 0)), window.size()))


def _viewports_of(ring: FocusRing) -> Iterator[QWidget]:
    """Yield what shows a part of a page that the ring stands around, and does not cut it off."""
    around = ring._surrounded
    while around is not None and not around.isWindow():
        above = around.parentWidget()
        is_viewport = isinstance(above, QAbstractScrollArea) and above.viewport() is around
        if is_viewport and not around.isAncestorOf(ring):
            yield around
        around = above


def touching(chart: pg.GraphicsView) -> Iterator[tuple[str, str]]:
    """Yield the numbers along an axis that have no room between them."""
    for item in chart.scene().items():
        if not (isinstance(item, pg.AxisItem) and item.isVisible()):
            continue
        words = _written(item)
        for n, (place, text) in enumerate(words):
            for other, said in words[n + 1 :]:
                lines = 0.1 * place.height()  # above and below the digits nothing is written
                if place.adjusted(-2, lines, 2, -lines).intersects(
                    other.adjusted(0, lines, 0, -lines)
                ):
                    yield text, said


def _written(axis: pg.AxisItem):
    painter = QPainter(picture := QPicture())
    font = axis.style["tickFont"] or QApplication.font()
    painter.setFont(font)
    drawn = axis.generateDrawSpecs(painter)
    painter.end()
    del picture
    metrics = QFontMetricsF(font)
    words = drawn[2] if drawn is not None else ()
    return [
        (metrics.boundingRect(box, int(flags), text), text) for box, flags, text in words if text
    ]
