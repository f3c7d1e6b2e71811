"""Dresses what is hidden after what is seen, when the theme or the size of text changes.

Qt takes the look off every widget that has one and puts the other on. With all rooms made, five of
six lie behind the one that is seen: they are passed over, and dressed a few at a time while the
window rests, or at once when another room is entered.
"""

import time
from collections.abc import Callable

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QStackedWidget, QWidget

from ncviz.desktop.certain import certain

SLICE = 0.005  # seconds at a time
_POLISHED = Qt.WidgetAttribute.WA_WState_Polished


class Dressing(QObject):
    """Remembers what is to be dressed.

    Parameters
    ----------
    application : QApplication
    finished : callable
        Called when all of it is dressed.
    """

    def __init__(self, application: QApplication, finished: Callable[[], None]) -> None:
        super().__init__(application)
        self._finished = finished
        self._waiting: list[QWidget] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._dress_some)

    @property
    def waits(self) -> bool:
        """Whether something is still to be dressed."""
        return bool(self._waiting)

    def pass_over_hidden(self) -> None:
        """Let Qt leave alone the pages behind others, until they are dressed here."""
        for stack in QApplication.allWidgets():
            if isinstance(stack, QStackedWidget) and stack.isVisible():
                for number in set(range(stack.count())) - {stack.currentIndex()}:
                    self._pass_over(certain(stack.widget(number)))
        if self._waiting:
            self._timer.start(0)

    def _pass_over(self, page: QWidget) -> None:
        for widget in (page, *page.findChildren(QWidget)):
            if widget.testAttribute(_POLISHED) and widget.window() is page.window():
                widget.setAttribute(_POLISHED, False)
                self._waiting.append(widget)

    def finish(self) -> None:
        """Dress all that waits, now."""
        self._dress_some(float("inf"))

    def _dress_some(self, seconds: float = SLICE) -> None:
        end = time.perf_counter() + seconds
        while self._waiting and time.perf_counter() < end:
            widget = self._waiting.pop()
            if sip.isdeleted(widget) or widget.testAttribute(_POLISHED):
                continue
            certain(widget.style()).polish(widget)
            widget.setAttribute(_POLISHED)
            QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
        if not self._waiting and self._timer.isActive():
            self._timer.stop()
            self._finished()
