"""The SVG icons of assets/, in the colour of the theme."""

from functools import cache

from PyQt6.QtCore import QByteArray, QRectF, QSize, Qt
from PyQt6.QtGui import QIcon, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from ncviz.assets import asset


@cache
def icon(name: str, color: str, disabled: str | None = None) -> QIcon:
    """Return an icon drawn in one colour.

    Parameters
    ----------
    name : str
        Of a file in assets/icons, without its ending.
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
