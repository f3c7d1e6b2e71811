"""The classes of the scene as chips in its corner: click hides, Alt-click keeps one alone."""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QAbstractButton, QWidget

from ncviz.desktop.class_glyph import paint_glyph
from ncviz.desktop.plain_text import plain_tip
from ncviz.desktop.teaching import teach
from ncviz.desktop.theme import BODY, CAPTION
from ncviz.explorer.answers import Answer
from ncviz.scenes.palette import DEFAULT_PALETTE, LIGHT, Theme, class_color
from ncviz.scenes.scene import SHAPES
from ncviz.scenes.view import View

MARGIN = 16  # from the corner of the scene
GAP = 4
PAD = 8
NAMED = 12  # classes; of more only the glyphs are shown, with their names on hover
ROWS = 4  # of chips with names, beyond which the names go too
MOST = 0.125  # of the scene's height that several rows of names may take
MOST_BELOW = 0.3  # the same, where they stand below several scenes and cover none
LONGEST_NAME = 160
PLATE = 0.82  # how much of the scene a chip covers
FOOT = 24  # pixels below what stands at the foot of a scene without a legend
# What a legend goes through when what stands above it must move, too.
MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)

_ALONE = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
_BACK = Qt.Key.Key_Left, Qt.Key.Key_Up
_ON = Qt.Key.Key_Right, Qt.Key.Key_Down
_PRESS = Qt.Key.Key_Return, Qt.Key.Key_Enter


class LegendChip(QAbstractButton):
    """One class: checked while it is drawn.

    Parameters
    ----------
    number : int
        Of the class.
    name : str
    parent : QWidget

    Signals
    -------
    alone : int
        The class was asked to stay alone.
    pointed : int
        The class, or −1 when the pointer or the focus leaves.
    """

    alone = pyqtSignal(int)
    pointed = pyqtSignal(int)

    def __init__(self, number: int, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.number, self.name = number, name
        self.color, self.shape, self.theme = "#808080", 0, LIGHT
        self.named = True
        self.setCheckable(True)
        self.setChecked(True)
        # A click must not take the keys away from the scene.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)

    def say(self, sentence: str) -> None:
        """Explain in a tooltip what a click does."""
        self.setToolTip(plain_tip(sentence))
        self.setAccessibleDescription(sentence)

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(max(1, round(self.font().pixelSize() * CAPTION / BODY)))
        return font

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetrics(self._font())
        side = metrics.height() + 6
        if not self.named:
            return QSize(side, side)
        words = min(LONGEST_NAME, metrics.horizontalAdvance(self.name))
        return QSize(side + words + PAD, side)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        self.pointed.emit(self.number)
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self.pointed.emit(-1)
        self.update()
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:
        if self.underMouse() or self.hasFocus():  # no leave is told of what is gone
            self.pointed.emit(-1)
        super().hideEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        self.pointed.emit(self.number)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        self.pointed.emit(-1)
        super().focusOutEvent(event)

    def event(self, event: QEvent | None) -> bool:
        # On a chip that has the focus Enter presses it, and arrows go to its neighbours.
        wanted = event is not None and event.type() == QEvent.Type.ShortcutOverride
        if wanted and event.key() in (*_PRESS, *_BACK, *_ON):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event.key() in _PRESS:
            if event.modifiers() & _ALONE:
                self.alone.emit(self.number)
            else:
                self.click()
        elif event.key() in (*_BACK, *_ON):
            self.parentWidget().step_focus(self, 1 if event.key() in _ON else -1)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if self.isDown() and inside and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.setDown(False)
            self.alone.emit(self.number)
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plate = QColor(self.theme.background)
        plate.setAlphaF(PLATE)
        edge = self.theme.line if self.underMouse() or self.isDown() else None
        edge = self.theme.accent if self.hasFocus() else edge
        painter.setPen(QPen(QColor(edge), 1.5) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(plate)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        side = self.height()
        center = QPointF(side / 2, side / 2)
        paint_glyph(
            painter,
            center,
            0.26 * side,
            self.color,
            self.shape,
            ground=self.theme.background,
            filled=self.isChecked(),
        )
        if not self.named:
            return
        font = self._font()
        font.setStrikeOut(not self.isChecked())
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text if self.isChecked() else self.theme.quiet))
        room = QRect(side, 0, self.width() - side - PAD + 2, side)
        words = QFontMetrics(font).elidedText(self.name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


class Legend(QWidget):
    """The classes shown, in the lower left corner of the scene.

    Parameters
    ----------
    over : QWidget
        The scene.

    Signals
    -------
    hidden, shown : int
        A class was asked to leave, or to come back.
    alone : int
        A class was asked to stay alone, or, if it is, all to come back.
    pointed : int
        The class under the pointer or with the focus; −1 for none.
    """

    hidden = pyqtSignal(int)
    shown = pyqtSignal(int)
    alone = pyqtSignal(int)
    pointed = pyqtSignal(int)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.chips: list[LegendChip] = []
        # What is said of a class that is pointed at.
        self.tell: Callable[[int], Answer | None] = lambda _number: None
        self._theme = LIGHT
        self._state: object = None
        self._reserved = self._beside = 0
        self._most = MOST
        over.installEventFilter(self)
        self.hide()

    @property
    def is_compact(self) -> bool:
        """Return whether glyphs stand without names."""
        return any(not chip.named for chip in self.chips)

    def show_view(self, names: tuple[str, ...], view: View) -> None:
        """Show the classes of a view.

        Parameters
        ----------
        names : tuple of str
            Of all classes of the run; none to show no legend.
        view : View
        """
        shown = view.shown_classes(len(names)) if names else ()
        self.show_classes(
            tuple((number, names[number]) for number in shown),
            hidden=view.hidden,
            palette=view.palette,
            shapes=view.shapes,
        )

    def show_classes(
        self,
        classes: tuple[tuple[int, str], ...],
        hidden: tuple[int, ...] = (),
        palette: str = DEFAULT_PALETTE,
        *,
        shapes: bool = False,
    ) -> None:
        """Show classes, given as number and name; cheap where nothing changed."""
        state = classes, frozenset(hidden), palette, shapes
        if state == self._state:
            return
        self._state = state
        if [(chip.number, chip.name) for chip in self.chips] != list(classes):
            self._make_chips(classes)
        for chip in self.chips:
            chip.color = class_color(chip.number, palette)
            chip.shape = chip.number % len(SHAPES) if shapes else 0
            chip.setChecked(chip.number not in hidden)
            does = "hides" if chip.isChecked() else "shows"
            chip.say(f"Click {does} {chip.name}; Alt-click keeps it alone.")
            chip.update()
        self.place()
        self.setVisible(bool(classes))

    def _make_chips(self, classes: tuple[tuple[int, str], ...]) -> None:
        self.pointed.emit(-1)
        self.hide()  # a thousand chips come at once, not one after the other
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = [LegendChip(number, name, self) for number, name in classes]
        for chip in self.chips:
            chip.theme = self._theme
            chip.clicked.connect(lambda _checked, c=chip: self._clicked(c))
            chip.alone.connect(self.alone)
            chip.pointed.connect(self.pointed)
            teach(chip, lambda _point, c=chip: self._answer_of(c))
            chip.show()

    def _answer_of(self, chip: LegendChip) -> Answer | None:
        answer = self.tell(chip.number)
        return None if answer is None else replace(answer, action=chip.toolTip())

    def _clicked(self, chip: LegendChip) -> None:
        # The view decides what is drawn, and may refuse: the last class stays.
        chip.setChecked(not chip.isChecked())
        (self.hidden if chip.isChecked() else self.shown).emit(chip.number)

    def step_focus(self, chip: LegendChip, step: int) -> None:
        """Give the focus to a neighbour."""
        there = self.chips[(self.chips.index(chip) + step) % len(self.chips)]
        there.setFocus(Qt.FocusReason.TabFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of a theme, and the size of letters as it is now."""
        self._theme = theme
        for chip in self.chips:
            chip.theme = theme
            chip.update()
        self.place()

    def reserve(self, bottom: int, right: int = 0, most: float = MOST) -> None:
        """Leave so many pixels free below and on the right.

        Parameters
        ----------
        bottom, right : int
        most : float
            Share of the scene's height that several rows of names may take.
        """
        if (bottom, right, most) != (self._reserved, self._beside, self._most):
            self._reserved, self._beside, self._most = bottom, right, most
            self.place()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Wrap the chips into the width there is, in the lower left corner."""
        if not self.chips:
            return
        over = self.parentWidget()
        width = max(120, over.width() - 2 * MARGIN - self._beside)
        named = len(self.chips) <= NAMED
        spots = self._wrap(width, named=named)
        rows = len({spot.y() for spot in spots})
        # Large names in a small window would cover what they name.
        crowded = rows > 1 and spots[-1].bottom() > self._most * over.height()
        if named and (rows > ROWS or crowded):
            spots = self._wrap(width, named=False)
        for chip, spot in zip(self.chips, spots, strict=True):
            chip.setGeometry(spot)
        extent = QRect()
        for spot in spots:
            extent = extent.united(spot)
        top = over.height() - MARGIN - self._reserved - extent.height()
        self.setGeometry(MARGIN, max(0, top), extent.width(), extent.height())

    def _wrap(self, width: int, *, named: bool) -> list[QRect]:
        spots: list[QRect] = []
        x = y = 0
        for chip in self.chips:
            chip.named = named
            size = chip.sizeHint()
            gap = GAP if named else 0
            if x and x + size.width() > width:
                x, y = 0, y + size.height() + gap
            spots.append(QRect(x, y, size.width(), size.height()))
            x += size.width() + gap
        return spots


def legend_over(scene: QWidget) -> Legend | None:
    """Return the legend that lies over a scene, seen or not."""
    return scene.findChild(Legend, options=Qt.FindChildOption.FindDirectChildrenOnly)


def top_of_foot(scene: QWidget, above: QWidget) -> int:
    """Return where something at the foot of a scene has to end, to leave the legend free.

    Parameters
    ----------
    scene : QWidget
    above : QWidget
        What is to stand there, in its full size.
    """
    legend, foot = legend_over(scene), scene.height() - FOOT
    if legend is None or legend.isHidden() or not legend.chips:
        return foot
    top = legend.y() - 2 * GAP
    # A legend that fills the scene leaves nothing to stand above it.
    return min(foot, top) if top >= above.height() else foot
