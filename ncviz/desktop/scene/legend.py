"""The classes of the scene as chips in its corner: click hides, Alt-click keeps one alone."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from PyQt6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QWheelEvent
from PyQt6.QtWidgets import QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.style.theme import BODY, CAPTION, current_look
from ncviz.desktop.widgets.class_glyph import paint_glyph
from ncviz.desktop.widgets.class_list import ClassEntry, ClassList
from ncviz.explorer.answers import Answer
from ncviz.language import tr
from ncviz.runs.manifest import Manifest
from ncviz.scenes.palette import DEFAULT_PALETTE
from ncviz.scenes.scene import SHAPES
from ncviz.scenes.view import View

MARGIN = 16  # from the corner of the scene
GAP = 4
PAD = 8
NAMED = 12  # classes; of more only the glyphs are shown, with their names on hover
ROWS = 4  # of chips with names, beyond which the names go too
MOST = 0.125  # of the scene's height that several rows of names may take
MOST_BELOW = 0.3  # the same, where they stand below several scenes and cover none
MOST_GLYPHS = 0.25  # of the scene's height that glyphs take; of more one scrolls among them
LONGEST_NAME = 160
PLATE = 0.82  # how much of the scene a chip covers
FOOT = 24  # pixels below what stands at the foot of a scene without a legend
# What a legend goes through when what stands above it must move, too.
MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Legend(ClassList):
    """The classes shown, in the lower left corner of the scene.

    A class that is asked to stay alone and is so already brings all others back.

    Parameters
    ----------
    over : QWidget
        The scene.
    """

    keeps_alone = True

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._state: object = None
        self._reserved = self._beside = 0
        self._most = MOST
        self._named = True
        self._glyphs: dict[object, QPixmap] = {}
        self._glyphs_of: object = None  # ground, side and pixel ratio that they were painted for
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Classes in the scene"))
        over.installEventFilter(self)
        self.hide()

    @property
    def is_compact(self) -> bool:
        """Return whether glyphs stand without names."""
        return bool(self.entries) and not self._named

    def show_view(self, manifest: Manifest | None, view: View) -> None:
        """Show the classes of a view, then the sets of labels among them.

        Parameters
        ----------
        manifest : Manifest or None
            Of the run; None to show no legend.
        view : View
        """
        shown = view.drawn_classes(manifest) if manifest else ()
        self.show_classes(
            tuple((number, manifest.drawn_names[number]) for number in shown) if manifest else (),
            hidden=view.hidden,
            palette=view.palette,
            shapes=view.shapes,
            labels={k: manifest.labels_of(k) for k in shown} if manifest else {},
        )

    def show_classes(
        self,
        classes: tuple[tuple[int, str], ...],
        hidden: tuple[int, ...] = (),
        palette: str = DEFAULT_PALETTE,
        *,
        shapes: bool = False,
        labels: Mapping[int, tuple[int, ...]] = MappingProxyType({}),
    ) -> None:
        """Show classes, given as number and name; cheap where nothing changed.

        Of a set of labels, `labels` says which classes it is made of.
        """
        state = classes, frozenset(hidden), palette, shapes
        if state == self._state:
            return
        self._state, gone = state, frozenset(hidden)
        self.set_entries(
            tuple(
                ClassEntry(
                    number,
                    name,
                    name,
                    palette,
                    number % len(SHAPES) if shapes else 0,
                    number not in gone,
                    tr(
                        "Click or Enter {value} {name}; with Alt it is kept alone.",
                        value=tr("shows") if number in gone else tr("hides"),
                        name=name,
                    ),
                    labels.get(number, ()),
                )
                for number, name in classes
            )
        )
        self.place()
        self.setVisible(bool(classes))

    def answer_of(self, entry: ClassEntry) -> Answer | None:
        answer = super().answer_of(entry)
        return None if answer is None else replace(answer, action=entry.does)

    def follow_look(self) -> None:
        """Wrap the chips anew, in other letters."""
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
        if event is not None and event.type() == QEvent.Type.Resize and watched is self.parent():
            self.place()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        assert event is not None
        if certain(self.verticalScrollBar()).maximum():
            super().wheelEvent(event)
        else:
            event.ignore()  # it is for the scene

    # Where it stands

    def place(self) -> None:
        """Wrap the chips into the width there is, in the lower left corner."""
        if not self.entries:
            return
        over = certain(self.parentWidget())
        width = max(120, over.width() - 2 * MARGIN - self._beside)
        self._named = len(self.entries) <= NAMED
        size, rows = self._extent_of_names(width) if self._named else (QSize(), 0)
        # Large names in a small window would cover what they name.
        if rows > ROWS or (rows > 1 and size.height() > self._most * over.height()):
            self._named = False
        if not self._named:
            size = self._extent_of_glyphs(width, over.height())
        top = over.height() - MARGIN - self._reserved - size.height()
        self.setUniformItemSizes(not self._named)
        # Qt begins a new line where the last pixel of a line would be taken.
        self.setGeometry(MARGIN, max(0, top), size.width() + 1, size.height())
        self.scheduleDelayedItemsLayout()

    def _extent_of_names(self, width: int) -> tuple[QSize, int]:
        """Return what chips with names take, and in how many rows."""
        widest = x = 0
        rows = 1
        for row in range(len(self.entries)):
            chip = self.entry_size(row).width()
            if x and x + chip - GAP > width:
                x, rows = 0, rows + 1
            x += chip
            widest = max(widest, x)
        return QSize(widest, rows * self.entry_size(0).height() - GAP), rows

    def _extent_of_glyphs(self, width: int, height: int) -> QSize:
        side = self._side()
        most = max(1, int(MOST_GLYPHS * height) // side)
        columns = max(1, width // side)
        rows = -(-len(self.entries) // columns)
        scrolls = rows > most
        if scrolls:
            columns = max(1, (width - certain(self.verticalScrollBar()).sizeHint().width()) // side)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if scrolls else policy.ScrollBarAlwaysOff
        )
        bar = certain(self.verticalScrollBar()).sizeHint().width() if scrolls else 0
        return QSize(min(columns, len(self.entries)) * side + bar, min(rows, most) * side)

    def _font(self) -> QFont:
        self.ensurePolished()
        font = QFont(self.font())
        font.setPixelSize(max(1, round(self.font().pixelSize() * CAPTION / BODY)))
        return font

    def _side(self) -> int:
        return QFontMetrics(self._font()).height() + 6

    def entry_size(self, row: int) -> QSize:
        side = self._side()
        if not self._named:
            return QSize(side, side)
        words = QFontMetrics(self._font()).horizontalAdvance(self.entries[row].name)
        return QSize(side + min(LONGEST_NAME, words) + PAD + GAP, side + GAP)

    def paint_entry(self, painter: QPainter, place: QRect, row: int) -> None:
        entry, theme = self.entries[row], current_look().theme
        chip = QRectF(place).adjusted(0, 0, *((-GAP, -GAP) if self._named else (0, 0)))
        edge = theme.line if self.is_under_mouse(row) else None
        edge = theme.accent if self.is_current(row) else edge
        if not self._named:
            painter.drawPixmap(place.topLeft(), self._glyph(entry, edge))
            return
        self._paint_sign(painter, chip, entry, edge)
        font = self._font()
        font.setStrikeOut(not entry.checked)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if entry.checked else theme.quiet))
        room = chip.adjusted(chip.height(), 0, 2 - PAD, 0)
        words = QFontMetrics(font).elidedText(
            entry.name, Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _paint_sign(
        self, painter: QPainter, chip: QRectF, entry: ClassEntry, edge: str | None
    ) -> None:
        """Paint the plate of a chip, and the sign of its class at the left."""
        ground, side = current_look().theme.background, chip.height()
        plate = QColor(ground)
        plate.setAlphaF(PLATE)
        painter.setPen(QPen(QColor(edge), 1.5) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(plate)
        painter.drawRoundedRect(chip.adjusted(1, 1, -1, -1), 6, 6)
        middle = chip.topLeft() + QPointF(side / 2, side / 2)
        paint_glyph(
            painter,
            middle,
            0.26 * side,
            entry.color,
            entry.shape,
            ground=ground,
            filled=entry.checked,
        )

    def _glyph(self, entry: ClassEntry, edge: str | None) -> QPixmap:
        """Return a chip without a name, painted once: hundreds of them are seen at a time."""
        look = entry.color, entry.shape, entry.checked, edge
        size = current_look().theme.background, self._side(), self.devicePixelRatioF()
        if size != self._glyphs_of:
            self._glyphs_of = size
            self._glyphs.clear()
        if look not in self._glyphs:
            _, side, ratio = size
            pixmap = QPixmap(QSize(side, side) * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_sign(painter, QRectF(0, 0, side, side), entry, edge)
            painter.end()
            self._glyphs[look] = pixmap
        return self._glyphs[look]


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
    if legend is None or legend.isHidden() or not legend.entries:
        return foot
    top = legend.y() - 2 * GAP
    # A legend that fills the scene leaves nothing to stand above it.
    return min(foot, top) if top >= above.height() else foot
