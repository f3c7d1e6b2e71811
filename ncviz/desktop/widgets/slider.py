"""A slider that says what it means: λ = 0.005, not the 740th of its places."""

from collections.abc import Callable

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PyQt6.QtWidgets import QSizePolicy

from ncviz.desktop.style.theme import current_look, style_colors
from ncviz.desktop.widgets.spoken_number import SpokenSlider

RADIUS, GROOVE = 8, 4  # of the handle; height of what it moves in, pixels


class Slider(SpokenSlider):
    """A handle in a groove; drag anywhere on it, or step with the arrow keys.

    Signals
    -------
    valueChanged(int)
        The place of the handle.
    sliderPressed(), sliderReleased()
    """

    valueChanged = pyqtSignal(int)  # noqa: N815 - named as Qt's slider names them
    sliderPressed = pyqtSignal()  # noqa: N815
    sliderReleased = pyqtSignal()  # noqa: N815

    def __init__(self) -> None:
        super().__init__()
        self._low, self._high, self._place = 0, 99, 0
        self._step, self._page = 1, 10
        self._down = False
        self._meant: float | None = None  # by the handle, where it is no place's own number
        self._number: Callable[[int], float] = float
        self._place_of: Callable[[float], int] = round
        self._words: Callable[[float], str] = lambda number: f"{number:g}"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    def means(
        self,
        words: Callable[[float], str],
        number: Callable[[int], float] = float,
        place: Callable[[float], int] = round,
    ) -> None:
        """Say what places stand for.

        Parameters
        ----------
        words : callable
            What is read aloud of a number.
        number : callable, optional
            The number that a place stands for; by default itself.
        place : callable, optional
            The place that is nearest to a number.
        """
        self._words, self._number, self._place_of = words, number, place
        self._tell()

    # As of a `QSlider`

    def value(self) -> int:
        """Return the place of the handle."""
        return self._place

    def minimum(self) -> int:
        """Return the first place."""
        return self._low

    def maximum(self) -> int:
        """Return the last place."""
        return self._high

    def setRange(self, low: int, high: int) -> None:
        """Allow the places from `low` to `high`."""
        self._low, self._high = low, max(low, high)
        self.setValue(self._place)
        self.update()
        self._tell()

    def setMaximum(self, high: int) -> None:
        """Allow places up to `high`."""
        self.setRange(self._low, high)

    def setSingleStep(self, places: int) -> None:
        """Step so far with the arrow keys."""
        self._step = places

    def setPageStep(self, places: int) -> None:
        """Step so far with Page Up and Page Down."""
        self._page = places

    def setValue(self, place: int) -> None:
        """Move the handle, to an end where the range ends before."""
        place = min(max(int(place), self._low), self._high)
        if place != self._place:
            self._place = place
            self.update()
            self.valueChanged.emit(place)
            self._tell()

    def show_value(self, place: int, number: float | None = None) -> None:
        """Stand at a place without telling anyone but screen readers.

        Parameters
        ----------
        place : int
        number : float, optional
            What is meant, where it lies between the numbers of two places.
        """
        if (place, number) == (self._place, self._meant):
            return
        blocked = self.blockSignals(True)
        self.setValue(place)
        self.blockSignals(blocked)
        self._tell(number)

    def isSliderDown(self) -> bool:
        """Return whether the handle is held."""
        return self._down

    def setSliderDown(self, down: bool) -> None:
        """Hold the handle, or let it go."""
        if down != self._down:
            self._down = down
            (self.sliderPressed if down else self.sliderReleased).emit()

    # What screen readers hear and set

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._tell(self._meant)

    def _tell(self, number: float | None = None) -> None:
        self._meant = number
        if not self.isVisible():
            return  # nobody hears it, and each word costs
        number = self._number(self._place) if number is None else number
        ends = self._number(self._low), self._number(self._high)
        self.say(number, *ends, self._words(number))

    def told(self, value: float) -> None:
        self.setValue(self._place_of(value))
        self._tell()

    # Keys and the mouse

    def step(self, steps: int) -> None:
        far = self._page if abs(steps) > 1 else self._step
        self.setValue(self._place + (far if steps > 0 else -far))

    def to_end(self, last: bool) -> None:
        self.setValue(self._high if last else self._low)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if self._down:
            self._drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def _drag(self, event: QMouseEvent) -> None:
        share = (event.position().x() - RADIUS) / max(1, self.width() - 2 * RADIUS)
        self.setValue(round(self._low + min(max(share, 0.0), 1.0) * (self._high - self._low)))

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(120, 2 * RADIUS + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 2 * RADIUS + 4)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme, _ = current_look()
        colors = style_colors(theme)
        accent = QColor(colors["accent"] if self.isEnabled() else colors["line"])
        share = (self._place - self._low) / max(1, self._high - self._low)
        here = QPointF(RADIUS + share * (self.width() - 2 * RADIUS), self.height() / 2)
        top, half = here.y() - GROOVE / 2, GROOVE / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors["line"]))
        painter.drawRoundedRect(QRectF(0, top, self.width(), GROOVE), half, half)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(0, top, here.x(), GROOVE), half, half)
        hovered = self.underMouse() and self.isEnabled()
        painter.setBrush(QColor(colors["accent_hover"]) if hovered else accent)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors["text"]), 2))
            painter.drawEllipse(here, RADIUS - 1, RADIUS - 1)
        else:
            painter.drawEllipse(here, RADIUS, RADIUS)
        painter.end()
