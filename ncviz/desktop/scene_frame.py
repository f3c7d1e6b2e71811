"""The canvas with what is written over it."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QResizeEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ncviz.desktop.canvas import NoCanvas, SceneCanvas
from ncviz.desktop.hover_card import HoverCard
from ncviz.desktop.legend import Legend
from ncviz.desktop.scene_tools import SceneTools
from ncviz.desktop.theme import mix
from ncviz.scenes.palette import Theme

MARGIN = 16
PLATE = 0.72  # how much of the scene the plate below the words covers
BETWEEN = "between recorded epochs"


class SceneFrame(QWidget):
    """The 3-D scene, the moment large and faint in a corner, a caption below.

    Parameters
    ----------
    canvas : SceneCanvas or NoCanvas

    Attributes
    ----------
    moment, note, between : QLabel
        The epoch, what must be said about the picture, and that it is interpolated.
    legend : Legend
    tools : SceneTools
    card : HoverCard
        Hidden until somebody shows the facts of a sample.
    caption : QLabel
    has_scene : bool
        Not where there is no OpenGL.
    """

    def __init__(self, canvas: SceneCanvas | NoCanvas) -> None:
        super().__init__()
        self.canvas = canvas
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(canvas.native, 1)
        self.moment = _over(canvas.native, "display")
        self.between = _over(canvas.native, "caption")
        self.note = _over(canvas.native, "caption")
        self.between.hide()
        self.has_scene = isinstance(canvas, SceneCanvas)
        self.legend = Legend(canvas.native)
        self.tools = SceneTools(canvas.native)
        self.card = HoverCard(canvas.native)
        self.tools.setVisible(self.has_scene)
        self.caption = QLabel()
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.caption.setWordWrap(True)
        self.caption.setMargin(6)
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.addWidget(self.caption)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of a theme, and the size of letters as it is now."""
        plate = QColor(theme.background)
        ground = f"rgba({plate.red()}, {plate.green()}, {plate.blue()}, {PLATE})"
        plates = f"background: {ground}; border-radius: 6px; padding: 0 6px;"
        faint = mix(theme.background, theme.text, 0.6)
        self.moment.setStyleSheet(f"color: {faint}; {plates}")
        self.note.setStyleSheet(f"color: {theme.quiet}; {plates}")
        # A frame of dashes: this moment was not recorded, it lies between two that were.
        self.between.setStyleSheet(
            f"color: {theme.text}; background: {ground}; border-radius: 6px;"
            f" border: 1px dashed {theme.quiet}; padding: 0 6px;"
        )
        for label in (self.moment, self.note, self.between):
            label.ensurePolished()
            label.adjustSize()
        self.legend.set_theme(theme)
        self.tools.set_theme(theme)
        self.card.set_theme(theme)
        self._place()
        self.caption.setStyleSheet(f"background: {theme.background}; color: {theme.text};")

    def show_words(
        self, moment: str, note: str, caption: str, *, interpolated: bool = False
    ) -> None:
        """Write what is seen.

        Parameters
        ----------
        moment, note, caption : str
        interpolated : bool
            Whether the picture lies between two recorded epochs.
        """
        _write(self.moment, moment)
        _write(self.note, note)
        _write(self.between, BETWEEN if interpolated else "")
        if self.caption.text() != caption:
            self.caption.setText(caption)
        self._place()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        several = len(self.canvas.picture.panels) > 1
        role = "title" if several else "display"
        if self.moment.property("role") != role:  # panels have titles of their own
            self.moment.setProperty("role", role)
            self.moment.setStyleSheet(self.moment.styleSheet())  # polishes it anew
            self.moment.adjustSize()
        room = self.canvas.native.width() - 2 * MARGIN
        self.note.setWordWrap(False)
        if self.note.sizeHint().width() > room:
            self.note.setWordWrap(True)
            self.note.resize(room, self.note.heightForWidth(room))
        else:
            self.note.adjustSize()
        if several:
            self._place_at_foot()
        else:
            self._place_at_head()

    def _place_at_head(self) -> None:
        left = MARGIN - 6  # the plate is wider than the words
        self.moment.move(left, MARGIN // 2)
        below = MARGIN // 2 + self.moment.height() + 4
        self.note.move(left + 3, below)  # large letters stand a little further in
        beside = left + self.moment.width() + 8
        middle = MARGIN // 2 + (self.moment.height() - self.between.height()) // 2
        if beside + self.between.width() > self.canvas.native.width():
            beside, middle = left + 3, below + self.note.height() + 4
        self.between.move(beside, middle)

    def _place_at_foot(self) -> None:
        """Leave the upper corners to the titles of the panels; the legend stands on the left."""
        native = self.canvas.native
        right, bottom = native.width() - MARGIN + 6, native.height() - MARGIN
        labels = [x for x in (self.note, self.moment, self.between) if not x.isHidden()]
        widest = max((label.width() for label in labels), default=0)
        if not self.legend.isHidden() and self.legend.geometry().right() > right - widest:
            bottom = self.legend.y() - 4
        for label in labels:
            label.move(right - label.width(), bottom - label.height())
            bottom -= label.height() + 4


def _over(native: QWidget, role: str) -> QLabel:
    label = QLabel(native)
    label.setProperty("role", role)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label


def _write(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
        label.adjustSize()
    if label.isHidden() == bool(text):
        label.setVisible(bool(text))
