"""A card that shows formulas, what their symbols mean, and where they come from."""

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QDialog, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ncviz.desktop.theme import BODY
from ncviz.desktop.typeset import Typeset
from ncviz.formulas import FORMULAS, Formula
from ncviz.scenes.palette import Theme

WIDTH = 480  # pixels of text at a text scale of 1
FORMULA_SIZE = 1.4  # letters of a formula over those of the text


class FormulaCard(QDialog):
    """Formulas one below the other; Esc closes it, nothing waits for it.

    Parameters
    ----------
    parent : QWidget
    keys : sequence of str
        Of `ncviz.formulas.FORMULAS`.
    theme : Theme
    text_scale : float
    """

    def __init__(
        self, parent: QWidget, keys: Sequence[str], theme: Theme, text_scale: float = 1.0
    ) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.keys = tuple(keys)
        self._theme, self._text_scale = theme, text_scale
        self.formulas: list[Typeset] = []
        formulas = [FORMULAS[key] for key in keys]
        self.setWindowTitle(formulas[0].name if len(formulas) == 1 else "Formulas")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(8)
        for number, formula in enumerate(formulas):
            if number:
                column.addSpacing(24)
            self._add(column, formula)
        column.addStretch(1)
        self._scroll(inside)

    def _scroll(self, inside: QWidget) -> None:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        for widget in (area.viewport(), inside):
            widget.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        inside.ensurePolished()
        width = self._width() + 48
        layout = inside.layout()
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else 0
        height = max(height, layout.sizeHint().height() if not height else 0)
        screen = self.screen().availableGeometry()
        highest = screen.height() - 6 * 8  # its title bar, and some space
        fits = height <= highest
        if fits:  # a bar that is not needed would take width from the words
            area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.resize(min(width if fits else width + 12, screen.width()), min(height, highest))

    def _width(self) -> int:
        return round(WIDTH * self._text_scale)

    def _add(self, column: QVBoxLayout, formula: Formula) -> None:
        title = _words(formula.name, "title")
        column.addWidget(title)
        column.addSpacing(4)
        for line in formula.lines:
            drawn = self._typeset(line, BODY * FORMULA_SIZE, formula.name)
            self.formulas.append(drawn)
            column.addWidget(drawn)
            column.addSpacing(4)
        column.addWidget(_words(formula.sentence))
        column.addLayout(self._symbols(formula))
        column.addWidget(_words(formula.source, "caption"))

    def _symbols(self, formula: Formula) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (symbol, meaning) in enumerate(formula.symbols):
            drawn = self._typeset(symbol, BODY * 1.1, meaning)
            grid.addWidget(drawn, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(_words(meaning, "caption"), row, 1)
        return grid

    def _typeset(self, tex: str, pixels: float, spoken: str) -> Typeset:
        size = pixels * self._text_scale
        return Typeset(tex, size, self._theme.text, spoken, self._width())


def _words(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def show_formula(
    parent: QWidget, keys: Sequence[str], theme: Theme, text_scale: float = 1.0
) -> FormulaCard:
    """Show formulas on a card of their own, beside the widget that asks.

    Parameters
    ----------
    parent : QWidget
    keys : sequence of str
        Of `ncviz.formulas.FORMULAS`; ('simplex etf',) for that word in a caption.
    theme : Theme
    text_scale : float

    Returns
    -------
    FormulaCard
        Already on the screen; it is deleted when it is closed.
    """
    window = parent.window()
    for card in window.findChildren(FormulaCard):
        if card.keys == tuple(keys) and card.isVisible():
            card.raise_()
            card.activateWindow()
            return card
    card = FormulaCard(window, keys, theme, text_scale)
    screen = card.screen().availableGeometry()
    corner = parent.mapToGlobal(QPoint(0, 0)) - QPoint(card.width() + 16, 0)
    x = min(max(corner.x(), screen.left()), max(screen.left(), screen.right() - card.width()))
    y = min(max(corner.y(), screen.top()), max(screen.top(), screen.bottom() - card.height()))
    card.move(x, y)
    card.show()
    return card
