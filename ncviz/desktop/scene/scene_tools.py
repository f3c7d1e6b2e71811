"""The buttons in a corner of the scene: where it is seen from."""

from PyQt6.QtCore import QEvent, QObject, QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ncviz.desktop.style.icons import icon
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.long_names import shortened_middle
from ncviz.desktop.widgets.mnemonics import letter_menu
from ncviz.desktop.widgets.plain_text import plain_button, plain_tip
from ncviz.desktop.widgets.switches import show_turned, when_turned
from ncviz.language import tr
from ncviz.scenes.camera_moves import STANDARD_VIEWS
from ncviz.wording import upper_first

ICON = 18
MARGIN = 10


class SceneTools(QWidget):
    """Standard views, a class to the front, turntable, perspective.

    Parameters
    ----------
    over : QWidget
        The scene.

    Signals
    -------
    standard_view(str)
    class_view(int)
        Turn so that this class faces the viewer.
    turning(bool), orthographic(bool)
    in_a_row(bool)
        Several panels side by side, or in a grid.
    """

    standard_view = pyqtSignal(str)
    class_view = pyqtSignal(int)
    turning = pyqtSignal(bool)
    orthographic = pyqtSignal(bool)
    in_a_row = pyqtSignal(bool)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("scene-tools")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._over = over
        self.look = self._button(
            "cube", tr("Look from a standard direction, or turn a class to the front.")
        )
        self.look.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.look.setAccessibleName(tr("Standard views"))
        self.turn = self._button(
            "turntable", tr("Turn the scene like a turntable (T)."), checkable=True
        )
        self.turn.setAccessibleName(tr("Turntable"))
        self.flat = self._button(
            "orthographic",
            tr("Leave out perspective: equal lengths look equal (O)."),
            checkable=True,
        )
        self.flat.setAccessibleName(tr("Orthographic"))
        self.menu = QMenu(self)
        self.look.setMenu(self.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self.row = self._button(
            "row", tr("Put the layers into one row, or into a grid."), checkable=True
        )
        self.row.setAccessibleName(tr("One row"))
        self.row.hide()
        for button in (self.look, self.turn, self.flat, self.row):
            row.addWidget(button)
        when_turned(self.row, self.in_a_row.emit)
        when_turned(self.turn, self.turning.emit)
        when_turned(self.flat, self.orthographic.emit)
        self._place_at: QPoint | None = None
        self._classes: tuple[tuple[int, str], ...] | None = None
        self.show_classes(())
        over.installEventFilter(self)
        self.follow_look()

    def _button(self, picture: str, tip: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture))
        button.setProperty("role", "quiet")
        button.setToolTip(plain_tip(tip))
        button.setCheckable(checkable)
        return button

    def show_classes(self, classes: tuple[tuple[int, str], ...]) -> None:
        """Offer to turn these classes, number and name, to the front."""
        if classes == self._classes:
            return
        self._classes = classes
        self.menu.clear()
        for number, name in enumerate(STANDARD_VIEWS, 1):
            self.menu.addAction(
                f"{upper_first(tr(name))}\t{number}", lambda n=name: self.standard_view.emit(n)
            )
        if classes:
            self.menu.addSeparator()
        for number, name in classes[:20]:
            text = plain_button(tr("{name} to the front", name=shortened_middle(name)))
            self.menu.addAction(text, lambda k=number: self.class_view.emit(k))
        letter_menu(self.menu)

    def offer_row(self, on: bool) -> None:
        """Offer to put panels into one row, where there are several."""
        self.row.setVisible(on)
        self._place()

    def show_turning(self, on: bool) -> None:
        """Check whether the scene turns."""
        show_turned(self.turn, on)

    def show_orthographic(self, on: bool) -> None:
        """Check whether perspective is left out."""
        show_turned(self.flat, on)

    def follow_look(self) -> None:
        """Let icons grow with the text."""
        side = round(ICON * current_look().icon_scale)
        for button in (self.look, self.turn, self.flat, self.row):
            button.setIconSize(QSize(side, side))
        self._place()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def stand(self, at: QPoint | None) -> None:
        """Stand at a point, or in the upper right corner."""
        if at != self._place_at:
            self._place_at = at
            self._place()

    def _place(self) -> None:
        self.adjustSize()
        self.move(self._place_at or QPoint(self._over.width() - self.width() - MARGIN, MARGIN))
