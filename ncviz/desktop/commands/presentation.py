"""Presentation mode: the picture alone, in large type, worked by keys."""

from collections.abc import Callable, Iterable, Sequence

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QPoint, QPropertyAnimation, QRect, Qt, pyqtSignal
from PyQt6.QtWidgets import QGraphicsOpacityEffect, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.scene.legend import MOVES, legend_over
from ncviz.desktop.scene.notes import place_over
from ncviz.desktop.style.theme import CAPTION, is_dressing
from ncviz.desktop.widgets.key_names import FULL_SCREEN, with_native_keys
from ncviz.desktop.widgets.lesson_places import has_place_for
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.language import tr

TEXT_SCALE = 1.5
LEGIBLE = 0.025  # of the screen's height: the smallest type that the last row reads
HINT_MILLISECONDS = 4000
FADE_MILLISECONDS = 200
WHOLE_MILLISECONDS = 100
HINT = with_native_keys(
    tr(
        "Space plays · ← → step · Home End · Ctrl+K all commands · B black · {full_screen} or Esc "
        "ends",
        full_screen=FULL_SCREEN,
    )
)


class Black(QWidget):
    """Covers the window, and takes no keys: a window of its own, or the canvas would cover it."""

    def __init__(self, window: QWidget) -> None:
        flags = Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint
        super().__init__(window, flags)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet("background: black;")


class Presentation(QObject):
    """Goes to full screen with a clean picture, and back to exactly what was.

    Parameters
    ----------
    window : QWidget
    parts : sequence of QWidget
        What is folded away: menu bar, header, columns.
    scene : QWidget
        Over which the hint appears.
    text_scale : callable
        Returns the text scale.
    set_text_scale : callable
        Given the text scale, enlarges all text.
    write_at_least : callable
        Given a text scale, lets no text be smaller for a while; 0 ends it.

    Signals
    -------
    changed(bool)
        Whether one presents now.
    folded()
        Other parts are seen than before.
    """

    changed = pyqtSignal(bool)
    folded = pyqtSignal()

    def __init__(
        self,
        window: QWidget,
        parts: Sequence[QWidget],
        scene: QWidget,
        text_scale: Callable[[], float],
        set_text_scale: Callable[[float], object],
        write_at_least: Callable[[float], object] = lambda _scale: None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._parts = tuple(parts)
        self._scene = scene
        self._text_scale, self._set_text_scale = text_scale, set_text_scale
        self._write_at_least = write_at_least
        self.active = False
        self._black: QWidget | None = None
        self.motion = True
        self._hidden: list[bool] = []
        self._had_keys: QWidget | None = None  # before one presented
        self._spoken_of: frozenset[str] = frozenset()
        self._scale = 1.0
        self._state = Qt.WindowState.WindowNoState
        self._place = QRect()
        self.hint = PlainLabel(HINT, parent=scene)
        self.hint.setObjectName("hint")
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hint.hide()
        self._effect = QGraphicsOpacityEffect(self.hint)
        self.hint.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(FADE_MILLISECONDS)
        self._fade.setEndValue(0.0)
        self._fade.finished.connect(self.hint.hide)
        self._timer = one_shot(self, self._fade_hint)
        self._timer.setInterval(HINT_MILLISECONDS)
        # Large type may have needed more room than there was.
        self._shrunk = one_shot(self, self._take_place)
        self._whole = one_shot(self, self._paint_whole)
        self._whole.setInterval(WHOLE_MILLISECONDS)
        window.installEventFilter(self)
        scene.installEventFilter(self)
        self._legend = legend_over(scene)
        if self._legend is not None:
            self._legend.installEventFilter(self)

    def toggle(self) -> None:
        """Present, or go back."""
        self.leave() if self.active else self.enter()

    def enter(self) -> None:
        """Present: full screen, large type, the picture and the keys."""
        if self.active:
            return
        window = self._window
        self.active = True
        self._hidden = [part.isHidden() for part in self._parts]
        self._had_keys = window.focusWidget()
        self._scale, self._state = self._text_scale(), window.windowState()
        self._place = window.geometry()
        self._fold()
        if self._scale < TEXT_SCALE:
            self._set_text_scale(TEXT_SCALE)
        self._make_legible(certain(window.screen()).size().height())
        window.showFullScreen()
        self._whole.start()
        self._show_hint()
        self._scene.setFocus()
        self.changed.emit(True)

    def lay_open(self, names: Iterable[str]) -> None:
        """Unfold what a lesson speaks of, while one presents, and fold away the rest.

        Parameters
        ----------
        names : iterable of str
            Words of `ncviz.lessons.places`; none for the picture alone.
        """
        before, self._spoken_of = self._spoken_of, frozenset(names)
        if self.active and self._spoken_of != before:
            self._fold()

    def _fold(self) -> None:
        for part in self._parts:
            part.setVisible(has_place_for(part, self._spoken_of))
        self.folded.emit()

    @property
    def is_blank(self) -> bool:
        """Return whether the screen is black, so that all look at the speaker."""
        return self._black is not None

    def blank(self, on: bool) -> None:
        """Let the screen be black, or seen again."""
        if not on and self._black is not None:
            self._black.deleteLater()
            self._black.hide()
            self._black = None
        elif on and self._black is None:
            self._black = black = Black(self._window)
            black.setGeometry(QRect(self._window.mapToGlobal(QPoint(0, 0)), self._window.size()))
            black.show()

    def _make_legible(self, height: int) -> None:
        pixels = LEGIBLE * height + 1  # sizes are rounded
        self._write_at_least(pixels / CAPTION)

    def leave(self) -> None:
        """Go back to exactly what was; call it before the window closes, too."""
        if not self.active:
            return
        self.active = False
        self.blank(False)
        self._timer.stop()
        self._fade.stop()
        self.hint.hide()
        for part, hidden in zip(self._parts, self._hidden, strict=True):
            part.setHidden(hidden)
        self.folded.emit()
        self._write_at_least(0.0)
        if self._text_scale() != self._scale:
            self._set_text_scale(self._scale)
        self._give_keys_back()
        self._window.setWindowState(self._state)
        self._take_place()
        self._shrunk.start(0)
        self._whole.start()
        self.changed.emit(False)

    def _give_keys_back(self) -> None:
        """Let what had the keys have them again, such as a field for an answer, if it is there."""
        had, self._had_keys = self._had_keys, None
        if had is not None and not sip.isdeleted(had) and self._scene.hasFocus():
            had.setFocus()

    def _take_place(self) -> None:
        """Stand where the window stood before."""
        if self._state == Qt.WindowState.WindowNoState and not self.active:
            self._window.setGeometry(self._place)

    def _paint_whole(self) -> None:
        """Paint the window once it is dressed: what was asked for while it turned may be lost."""
        if is_dressing():
            self._whole.start()
        else:
            self._window.repaint()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        kind = event.type() if event is not None else QEvent.Type.None_
        resized = watched is self._scene and kind == QEvent.Type.Resize
        if resized or (watched is self._legend and kind in MOVES and not self.hint.isHidden()):
            self._place_hint()
        if watched is self._window and kind == QEvent.Type.Resize and self.active:
            self._make_legible(self._window.height())
        # The window manager has keys of its own that end full screen.
        ended = kind == QEvent.Type.WindowStateChange and self.active
        if ended and watched is self._window and not self._window.isFullScreen():
            self._state = self._window.windowState()
            self.leave()
        return super().eventFilter(watched, event)

    # The hint

    def _show_hint(self) -> None:
        self._fade.stop()
        self._effect.setOpacity(0.75)
        self.hint.show()
        self.hint.raise_()
        self._place_hint()
        self._timer.start()

    def _place_hint(self) -> None:
        self.hint.setWordWrap(False)
        self.hint.adjustSize()
        room = self._scene.width() - 16
        if self.hint.width() > room:  # beside columns that a lesson has opened
            self.hint.setWordWrap(True)
            self.hint.resize(room, self.hint.heightForWidth(room))
        self.hint.move(place_over(self._scene, self.hint))

    def _fade_hint(self) -> None:
        if self.motion:
            self._fade.setStartValue(self._effect.opacity())
            self._fade.start()
        else:
            self.hint.hide()
