"""Draws the application's icon in the formats that the systems ask for."""

import io
import os
import sys
from pathlib import Path

from PIL import Image

SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)
WINDOWS_SIZES = (16, 24, 32, 48, 64, 128, 256)


def draw(svg: Path, sizes: tuple[int, ...] = SIZES) -> dict[int, Image.Image]:
    """Return the icon as pictures, by their side in pixels.

    Parameters
    ----------
    svg : Path
        A square drawing.
    sizes : tuple of int, optional
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt6.QtCore import QBuffer, QIODevice, QRectF, Qt
    from PyQt6.QtGui import QGuiApplication, QImage, QPainter
    from PyQt6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication(["ncviz"])
    renderer = QSvgRenderer(str(svg))
    pictures = {}
    for side in sizes:
        image = QImage(side, side, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        pictures[side] = Image.open(io.BytesIO(bytes(buffer.data()))).convert("RGBA")
    del application
    return pictures


def write(svg: Path, folder: Path) -> None:
    """Write the icon as .ico, .icns and PNG into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = draw(svg)
    for side, picture in pictures.items():
        picture.save(folder / f"ncviz-{side}.png")
    own = [pictures[side] for side in WINDOWS_SIZES]
    own[-1].save(
        folder / "ncviz.ico", sizes=[(s, s) for s in WINDOWS_SIZES], append_images=own[:-1]
    )
    pictures[1024].save(folder / "ncviz.icns", append_images=[*pictures.values()][:-1])


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
