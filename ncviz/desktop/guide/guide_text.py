"""A page of the guide as Qt shows it: formulas typeset, pictures as wide as there is room."""

import re
from urllib.parse import unquote

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QTextDocument

from ncviz.assets import document
from ncviz.desktop.widgets.typeset import formula_path
from ncviz.errors import UserError

_FENCE = re.compile(r"^(```.*?^```|(?: {4,}[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
_MATHEMATICS = re.compile(r"\$\$(.+?)\$\$|(?<![\\$\w])\$([^$\n]+?)\$(?![\w$])", re.DOTALL)
# What mathtext does not know, and what it has for it.
_WORDS = (
    (r"\\[lr]Vert(?![A-Za-z])", r"\\Vert"),
    (r"\\[lr]vert(?![A-Za-z])", "|"),
    (r"\\top(?![A-Za-z])", r"\\mathsf{T}"),
    (r"\\tfrac(?![A-Za-z])", r"\\frac"),
    (r"\\([lg])e(?![A-Za-z])", r"\\\1eq"),
    (r"\\frac([A-Za-z0-9])([A-Za-z0-9])", r"\\frac{\1}{\2}"),
    (r"\\frac([A-Za-z0-9])(?=\{)", r"\\frac{\1}"),
    (r"\\text(?![A-Za-z])", r"\\mathrm"),
    (r"\\[Bb]ig[lr](?![A-Za-z])", ""),
    (r"\s+", " "),
)
_EM = 100.0  # of `formula_path`
INK = 1.0  # letters of a formula over those of the text
EDGE = 3  # pixels of room around a formula


def with_formulas_as_pictures(markdown: str) -> tuple[str, list[str]]:
    """Return a page in which each formula is a picture named 'formula:N', and the formulas.

    Parameters
    ----------
    markdown : str
        With formulas between dollar signs, as GitHub writes them. Code is left alone.
    """
    formulas: list[str] = []

    def as_picture(found: re.Match[str]) -> str:
        tex = (found[1] or found[2]).strip()
        for word, known in _WORDS:
            tex = re.sub(word, known, tex)
        formulas.append(tex)
        return f"![formula](formula:{len(formulas) - 1})"

    parts = _FENCE.split(markdown)
    written = [
        part if number % 2 else _MATHEMATICS.sub(as_picture, part)
        for number, part in enumerate(parts)
    ]
    return "".join(written), formulas


def picture_of_formula(tex: str, pixels: float, color: str, ratio: float) -> QImage:
    """Return a formula as a picture; its words where it cannot be typeset.

    Parameters
    ----------
    tex : str
        Without dollar signs.
    pixels : float
        The size of its letters.
    color : str
        Hex.
    ratio : float
        Device pixels for each of the widget's.
    """
    try:
        path = formula_path(tex)
    except ValueError:  # beyond mathtext: what it says is read as it is written
        path = formula_path(rf"\mathtt{{{re.sub(r'[^A-Za-z0-9=+, -]', ' ', tex)}}}")
    box, scale = path.boundingRect(), INK * pixels / _EM
    # As high above the base line as below it, at least: text centres pictures on its letters.
    rise, fall = max(-box.top(), 0.75 * _EM), max(box.bottom(), 0.25 * _EM)
    area = QRectF(box.left(), -rise, box.width(), rise + fall)
    width, height = (round(side * scale) + EDGE for side in (area.width(), area.height()))
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(EDGE / 2, EDGE / 2)
    painter.scale(scale, scale)
    painter.translate(-area.left(), -area.top())
    painter.fillPath(path, QColor(color))
    painter.end()
    return image


def picture_of_guide(name: str, theme: str, widest: int, ratio: float) -> QImage:
    """Return a picture of the guide, in the window's theme if it is there, made to fit.

    Parameters
    ----------
    name : str
        As the page writes it, 'images/explore-light.png'.
    theme : str
        'light' or 'dark'.
    widest : int
        Pixels of the page.
    ratio : float
        Device pixels for each of the widget's.

    Returns
    -------
    QImage
        Null where it is no file of the guide: nothing else is ever read.
    """
    for wanted in (name.replace("-light", f"-{theme}"), name):
        try:
            image = QImage(str(document(wanted)))
        except UserError:
            continue
        room = round(widest * ratio)
        if image.width() > room:
            image = image.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
            image.setDevicePixelRatio(ratio)
        return image
    return QImage()


def address(heading: str) -> str:
    """Return the address of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def headings_of(text: QTextDocument) -> list[tuple[str, int, int]]:
    """Return each heading of a page: its words, its level, and where it begins."""
    found = []
    block = text.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        if level:
            found.append((block.text().strip(), level, block.position()))
        block = block.next()
    return found


def page_and_place(link: str, page: str) -> tuple[str, str]:
    """Return the page that a link leads to and the heading there; each may be empty.

    Parameters
    ----------
    link : str
        As a page writes it: 'numbers.md#nc1', '#the-scene'.
    page : str
        The page that it stands in, without its ending.
    """
    name, _, place = unquote(link).partition("#")
    return (name.removesuffix(".md") if name else page), place
