"""The SVG icons of assets/, in the colours of whatever theme is worn when they are painted."""

from collections.abc import Callable
from functools import cache

from PyQt6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from ncviz.assets import asset
from ncviz.desktop.style.theme import current_look, style_colors
from ncviz.scenes.palette import Theme


def icon(name: str, color: str = "text", disabled: str = "") -> QIcon:
    """Return an icon that follows the theme.

    Parameters
    ----------
    name : str
        Of a file in assets/icons, without its ending.
    color : str
        Of the theme, as the style sheet calls it.
    disabled : str, optional
        The colour while disabled.
    """

    def drawn(theme: Theme) -> QIcon:
        colors = style_colors(theme)
        return drawn_icon(name, colors[color], colors[disabled or color])

    return themed_icon(drawn)


def themed_icon(drawn: Callable[[Theme], QIcon]) -> QIcon:
    """Return an icon that is another one in another theme.

    Parameters
    ----------
    drawn : callable
        Returns the icon of a theme.
    """
    return QIcon(_ThemedIcon(drawn))


class _ThemedIcon(QIconEngine):
    """Paints the icon of the theme that is worn now."""

    def __init__(self, drawn: Callable[[Theme], QIcon]) -> None:
        super().__init__()
        self._drawn = drawn

    @property
    def _icon(self) -> QIcon:
        return self._drawn(current_look().theme)

    def clone(self) -> QIconEngine:
        return _ThemedIcon(self._drawn)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return self._icon.actualSize(size, mode, state)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._icon.pixmap(size, mode, state)

    def paint(
        self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        self._icon.paint(painter, rect, Qt.AlignmentFlag.AlignCenter, mode, state)


@cache
def drawn_icon(name: str, color: str, disabled: str | None = None) -> QIcon:
    """Return an icon drawn in one colour.

    Parameters
    ----------
    name : str
    color : str
        Hex colour.
    disabled : str, optional
        Hex colour while disabled.
    """
    result = QIcon()
    svg = asset("icons", f"{name}.svg").read_text(encoding="utf-8")
    modes = {QIcon.Mode.Normal: color, QIcon.Mode.Disabled: disabled or color}
    for side in (20, 40, 60):
        drawn = {c: _pixmap(svg.replace("currentColor", c).encode(), side) for c in modes.values()}
        for mode, hex_color in modes.items():
            result.addPixmap(drawn[hex_color], mode)
    return result


def application_icon() -> QIcon:
    """Return the icon of ncviz."""
    result = QIcon()
    data = asset("icons", "ncviz.svg").read_bytes()
    for side in (16, 32, 64, 128, 256):
        result.addPixmap(_pixmap(data, side))
    return result


def _pixmap(svg: bytes, side: int) -> QPixmap:
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap
