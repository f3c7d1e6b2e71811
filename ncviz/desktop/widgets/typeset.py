"""Typeset mathematics as paths: crisp at any scale, in the colour of the theme."""

from functools import lru_cache

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ncviz.rendering.matplotlib_settings import default_settings

_STOP, _MOVE, _LINE, _CURVE3, _CURVE4, _CLOSE = 0, 1, 2, 3, 4, 79
_SIZE = 100.0  # at which paths are made; drawing scales them


@lru_cache(maxsize=256)
def formula_path(tex: str) -> QPainterPath:
    """Return a formula in TeX's notation as a path, its baseline at 0, 100 units an em.

    Parameters
    ----------
    tex : str
        Without dollar signs; what matplotlib's mathtext understands.
    """
    # Imported here: it takes a moment, and only who opens a card needs it.
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    with default_settings({}):
        text = TextPath((0, 0), f"${tex}$", size=_SIZE, prop=FontProperties(math_fontfamily="cm"))
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    points = [(float(x), -float(y)) for x, y in text.vertices]
    at = 0
    while at < len(points):
        code = int(text.codes[at])
        if code == _MOVE:
            path.moveTo(*points[at])
        elif code == _LINE:
            path.lineTo(*points[at])
        elif code == _CURVE3:
            path.quadTo(*points[at], *points[at + 1])
        elif code == _CURVE4:
            path.cubicTo(*points[at], *points[at + 1], *points[at + 2])
        elif code == _CLOSE:
            path.closeSubpath()
        at += {_CURVE3: 2, _CURVE4: 3}.get(code, 1)
    return path


class Typeset(QWidget):
    """One formula.

    Parameters
    ----------
    tex : str
        In TeX's notation, without dollar signs.
    pixels : float
        The size of its letters.
    color : str
        Hex.
    spoken : str
        What a screen reader says.
    widest : float
        It is drawn smaller where it would be wider, pixels.
    """

    def __init__(
        self, tex: str, pixels: float, color: str, spoken: str = "", widest: float = 1e9
    ) -> None:
        super().__init__()
        self._path = formula_path(tex)
        self._box = self._path.boundingRect()
        self._scale = pixels / _SIZE
        if self._box.width() * self._scale > widest - 4:
            self._scale = (widest - 4) / self._box.width()
        self._color = QColor(color)
        self.setAccessibleName(spoken or tex)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(
            round(self._box.width() * self._scale) + 4, round(self._box.height() * self._scale) + 4
        )

    def ink(self) -> QRectF:
        """Return the box of what is drawn, in pixels of the widget."""
        return QRectF(2, 2, self._box.width() * self._scale, self._box.height() * self._scale)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(2, 2)
        painter.scale(self._scale, self._scale)
        painter.translate(-self._box.left(), -self._box.top())
        painter.fillPath(self._path, self._color)
        painter.end()
