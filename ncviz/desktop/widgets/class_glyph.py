"""The sign of a class beside its name: its hue, and its shape where shapes tell classes apart."""

import math

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from ncviz.scenes.palette import readable
from ncviz.scenes.scene import SHAPES


def shape_path(shape: str, center: QPointF, radius: float) -> QPainterPath:
    """Return the outline of one of `SHAPES` that fills about the same area in each."""
    path = QPainterPath()
    if shape == "sphere":
        path.addEllipse(center, 0.9 * radius, 0.9 * radius)
    elif shape == "cube":
        half = 0.8 * radius
        path.addRect(QRectF(center.x() - half, center.y() - half, 2 * half, 2 * half))
    elif shape == "cross":
        for wide, high in ((1.0, 0.38), (0.38, 1.0)):
            arm = QPainterPath()
            arm.addRect(
                QRectF(
                    center.x() - wide * radius,
                    center.y() - high * radius,
                    2 * wide * radius,
                    2 * high * radius,
                )
            )
            path = path.united(arm)
    else:
        path.addPolygon(_polygon(shape, center, radius))
        path.closeSubpath()
    return path


def _polygon(shape: str, center: QPointF, radius: float) -> QPolygonF:
    corners, lengths = {
        "pyramid": (3, (1.1,)),
        "diamond": (4, (1.05,)),
        "hexagon": (6, (1.0,)),
        "star": (10, (1.15, 0.5)),
    }[shape]
    points = []
    for corner in range(corners):
        angle = math.tau * corner / corners - math.pi / 2
        length = radius * lengths[corner % len(lengths)]
        points.append(
            QPointF(center.x() + length * math.cos(angle), center.y() + length * math.sin(angle))
        )
    return QPolygonF(points)


def paint_glyph(
    painter: QPainter,
    center: QPointF,
    radius: float,
    color: str,
    shape: int,
    *,
    ground: str,
    filled: bool,
) -> None:
    """Paint the sign of a class, as an empty outline where the class is hidden.

    What is nearly as light or as dark as its ground has an outline that is not.

    Parameters
    ----------
    painter : QPainter
        With antialiasing.
    center, radius : QPointF, float
        In pixels.
    color : str
        Of the class.
    shape : int
        Index into `SHAPES`.
    ground : str
        The colour of what it lies on.
    filled : bool
    """
    painter.save()
    hue = QColor(color)
    edge = readable(color, ground)
    plain = filled and edge == color
    painter.setPen(Qt.PenStyle.NoPen if plain else QPen(QColor(edge), 1.0 if filled else 1.5))
    painter.setBrush(hue if filled else Qt.BrushStyle.NoBrush)
    painter.drawPath(
        shape_path(SHAPES[shape % len(SHAPES)], center, radius if filled else radius - 1)
    )
    painter.restore()
