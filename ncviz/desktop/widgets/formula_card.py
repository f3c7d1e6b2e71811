"""A card that says what something means, then its formula, its symbols and its source."""

from collections.abc import Sequence

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import BODY, current_look
from ncviz.desktop.widgets.dialog import Dialog
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.typeset import Typeset
from ncviz.formula import Formula
from ncviz.formulas import FORMULAS
from ncviz.language import tr

WIDTH = 480  # pixels of text at a text scale of 1
FORMULA_SIZE = 1.4  # letters of a formula over those of the text
MARGIN = 8  # pixels between the card and the edge of the window
SIDES = 24  # pixels beside the words
BAR = 12  # pixels of a scroll bar
TITLE_BAR = 32  # pixels that a window manager may put above the card


class FormulaCard(Dialog):
    """Formulas one below the other; Esc closes it, nothing waits for it.

    It stays within the window that it belongs to, wherever that goes.

    Parameters
    ----------
    parent : QWidget
    keys : sequence of str
        Of `ncviz.formulas.FORMULAS`.
    concept : str, optional
        Of `ncviz.concepts.CONCEPTS`: its name and meaning come first.
    free : QWidget, optional
        A part at the top of the window that the card never covers.
    """

    def __init__(
        self,
        parent: QWidget,
        keys: Sequence[str],
        concept: str = "",
        free: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.keys, self.concept, self._free = tuple(keys), concept, free
        self._room = self._room_in(parent)
        self.formulas: list[Typeset] = []
        formulas = [FORMULAS[key] for key in keys]
        names = [CONCEPTS[concept].name] if concept else [formula.name for formula in formulas]
        self.setWindowTitle(names[0] if len(names) == 1 else tr("Formulas"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(SIDES, 16, SIDES, SIDES)
        column.setSpacing(8)
        if concept:
            column.addWidget(_words(CONCEPTS[concept].name, "title"))
            column.addWidget(_words(CONCEPTS[concept].meaning))
        for number, formula in enumerate(formulas):
            if number or concept:
                column.addSpacing(16)
            self._add(column, formula, named=not concept or formula.name not in names)
        column.addStretch(1)
        self._scroll(inside)
        parent.installEventFilter(self)

    def _room_in(self, window: QWidget) -> QRect:
        """Return where the card may stand on the screen: in the window, as far as that is seen."""
        inner = QRect(window.mapToGlobal(QPoint(0, 0)), window.size())
        screen = certain(window.screen()).availableGeometry()
        seen = inner.intersected(screen) if inner.intersects(screen) else screen
        free = self._free
        if free is not None and not sip.isdeleted(free) and free.isVisible():
            seen.setTop(min(free.mapToGlobal(QPoint(0, free.height())).y(), seen.center().y()))
        return seen.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def _scroll(self, inside: QWidget) -> None:
        self._area = area = QScrollArea()
        area.setAccessibleName(self.windowTitle())
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        for widget in (area.viewport(), inside):
            certain(widget).setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        inside.ensurePolished()
        self._take_size()

    def _take_size(self) -> None:
        """Be as large as the words need, and no larger than the window."""
        layout = certain(certain(self._area.widget()).layout())
        width = min(round(WIDTH * current_look().text_scale) + 2 * SIDES, self._room.width())
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else 0
        height = height or layout.sizeHint().height()
        highest = self._room.height() - TITLE_BAR
        fits = height <= highest
        policy = Qt.ScrollBarPolicy
        # A bar that is not needed would take width from the words.
        bar = policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded
        self._area.setVerticalScrollBarPolicy(bar)
        self.setMinimumSize(0, 0)
        self.resize(min(width if fits else width + BAR, self._room.width()), min(height, highest))

    def _widest(self) -> int:
        """Return how wide a formula may be."""
        return min(round(WIDTH * current_look().text_scale), self._room.width() - 2 * SIDES - BAR)

    def _add(self, column: QVBoxLayout, formula: Formula, *, named: bool) -> None:
        if named:
            column.addWidget(_words(formula.name, "heading" if self.concept else "title"))
        column.addWidget(_words(formula.sentence))
        column.addSpacing(4)
        for line in formula.lines:
            drawn = self._typeset(line, BODY * FORMULA_SIZE, formula.name)
            self.formulas.append(drawn)
            column.addWidget(drawn)
            column.addSpacing(4)
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
        theme, text_scale = current_look()
        return Typeset(tex, pixels * text_scale, theme.text, spoken, self._widest())

    # Within the window

    def stand_beside(self, corner: QPoint) -> None:
        """Stand left of a point of the screen, as far as the window has room there."""
        room = self._room
        x = corner.x() - self.width() - 16
        self.move(
            max(room.left(), min(x, room.right() + 1 - self.width())),
            max(room.top() + TITLE_BAR, min(corner.y(), room.bottom() + 1 - self.height())),
        )

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        moved = event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.Move)
        if moved and watched is self.parentWidget() and self.isVisible():
            self._room = self._room_in(certain(self.parentWidget()))
            self._take_size()
            self.stand_beside(self.pos() + QPoint(self.width() + 16, 0))
        return super().eventFilter(watched, event)


def _words(text: str, role: str = "") -> QLabel:
    label = PlainLabel(text, role, wraps=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def show_formula(
    parent: QWidget,
    keys: Sequence[str],
    concept: str = "",
    *,
    free: bool = False,
) -> FormulaCard:
    """Show formulas on a card of their own, beside the widget that asks.

    Parameters
    ----------
    parent : QWidget
    keys : sequence of str
        Of `ncviz.formulas.FORMULAS`.
    concept : str, optional
        Of `ncviz.concepts.CONCEPTS`, which comes first.
    free : bool
        Whether the widget that asks stays free: the card stands below it, on the right.

    Returns
    -------
    FormulaCard
        Already on the screen; it is deleted when it is closed.
    """
    window = certain(parent.window())
    for card in window.findChildren(FormulaCard):
        if (card.keys, card.concept) == (tuple(keys), concept) and card.isVisible():
            card.raise_()
            card.activateWindow()
            return card
    card = FormulaCard(window, keys, concept, parent if free else None)
    corner = QPoint(parent.width() + card.width(), 0) if free else QPoint(0, 0)
    card.stand_beside(parent.mapToGlobal(corner))
    card.show()
    return card


def show_concept(parent: QWidget, concept: str, *, free: bool = False) -> FormulaCard:
    """Show what a notion means, and its formula if it has one.

    Parameters
    ----------
    parent : QWidget
    concept : str
        Key of `ncviz.concepts.CONCEPTS`.
    free : bool
        As of `show_formula`.
    """
    formula = CONCEPTS[concept].formula
    return show_formula(parent, (formula,) if formula else (), concept, free=free)
