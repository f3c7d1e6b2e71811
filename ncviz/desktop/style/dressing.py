"""Dresses all widgets anew, in several turns of the event loop, when the theme or the type changes.

Qt takes the look off every widget that has one and puts the other on, which with all rooms made
would stop the window. So Qt passes all of them over, and they are dressed here a few at a time:
first what is seen, while no window is painted and no layout moves anything: nobody sees half of it;
then what lies hidden, while the window rests, or at once when another room is entered.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QLayout, QStackedWidget, QWidget

from ncviz.desktop.certain import certain

SLICE = 0.005  # seconds at a time, while the window rests
SLICE_OF_SEEN = 0.025  # while it is not painted
_POLISHED = Qt.WidgetAttribute.WA_WState_Polished
Step = Callable[[], None]


class Dressing(QObject):
    """Knows what is still to be dressed."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._steps: deque[Step] = deque()
        self._held: list[QWidget] = []  # windows that are not painted now
        self._layouts: list[QLayout] = []  # that place nothing now
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def waits(self) -> bool:
        """Whether something is still to be dressed."""
        return bool(self._steps)

    @property
    def holds(self) -> bool:
        """Whether something that is seen is still to be dressed, and nothing is painted."""
        return bool(self._held)

    def begin(self, take_off: Step, steps: Iterable[Step], finished: Step) -> None:
        """Dress all widgets; at once where no window is seen.

        What was begun before and not ended is forgotten.

        Parameters
        ----------
        take_off : callable
            Takes the look off the application.
        steps : iterable of callable
            The first puts the other one on; the rest follows it, once what is seen is dressed.
        finished : callable
            Called when all that is seen is dressed, and when the rest is.
        """
        windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
        if not windows:
            self._release()
            self._steps = deque([take_off, *steps, finished])
            self.finish()
            return
        self._hold(windows)
        seen, hidden = _pass_over_all()
        take_off()
        put_on, *rest = steps
        self._steps = deque([put_on, *seen, *rest, finished, self._release, *hidden, finished])
        _leave_layouts()
        self._timer.start(0)

    def finish(self) -> None:
        """Dress all that waits, now."""
        while self._steps:
            self._steps.popleft()()
        self._timer.stop()

    def _hold(self, windows: list[QWidget]) -> None:
        """Paint nothing, and let no layout place things of which some wear another look."""
        for window in windows:
            window.setUpdatesEnabled(False)
        for widget in QApplication.allWidgets():
            layout = widget.layout()
            if layout is not None and layout.isEnabled() and widget.isVisible():
                layout.setEnabled(False)
                self._layouts.append(layout)
        self._held = windows

    def _go_on(self) -> None:
        holds = self.holds
        end = time.perf_counter() + (SLICE_OF_SEEN if holds else SLICE)
        while self._steps and self.holds == holds:
            self._steps.popleft()()
            if time.perf_counter() >= end:
                break
        if self.holds:
            _leave_layouts()
        if not self._steps:
            self._timer.stop()

    def _release(self) -> None:
        """Paint again, after the layouts that were left alone have placed everything."""
        windows, self._held = self._held, []
        layouts, self._layouts = self._layouts, []
        for layout in layouts:
            if not sip.isdeleted(layout):
                layout.setEnabled(True)
                layout.invalidate()
        for widget in QApplication.allWidgets() if windows else ():
            if widget.isVisible():
                QCoreApplication.postEvent(widget, QEvent(QEvent.Type.LayoutRequest))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        for window in windows:
            if not sip.isdeleted(window):
                window.setUpdatesEnabled(True)


def _pass_over_all() -> tuple[list[Step], list[Step]]:
    """Let Qt leave all widgets alone; return what dresses those that are seen, and the others."""
    behind = set(_behind_others())
    seen: list[Step] = []
    hidden: list[Step] = []
    for widget in QApplication.allWidgets():
        widget.setAttribute(_POLISHED, False)
        # What is hidden alone, as a plot without room, may be shown by what follows.
        late = widget in behind or not certain(widget.window()).isVisible()
        (hidden if late else seen).append(partial(_dress, widget))
    return seen, hidden


def _behind_others() -> Iterator[QWidget]:
    """Yield what lies in pages of stacks behind the one that is seen."""
    for stack in QApplication.allWidgets():
        if isinstance(stack, QStackedWidget) and stack.isVisible():
            for page in map(stack.widget, range(stack.count())):
                if page is not None and page is not stack.currentWidget():
                    yield page
                    yield from page.findChildren(QWidget)


def _dress(widget: QWidget) -> None:
    if sip.isdeleted(widget):
        return
    if not widget.testAttribute(_POLISHED):
        certain(widget.style()).polish(widget)
        widget.setAttribute(_POLISHED)
    QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


def _leave_layouts() -> None:
    """Let nothing ask for other sizes before all that is seen is dressed."""
    QCoreApplication.removePostedEvents(None, QEvent.Type.LayoutRequest)
