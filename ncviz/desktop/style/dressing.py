"""Dresses all widgets anew, in several turns of the event loop, when the theme or the type changes.

Qt takes the look off every widget that has one and puts the other on, which with all rooms made
would stop the window. So Qt passes all of them over, and they are dressed here a few at a time:
first what is seen, while no window is painted and no layout moves anything: nobody sees half of it;
then what lies hidden, while the window rests, or at once when another room is entered.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QLayout, QStackedWidget, QWidget

from ncviz.desktop.certain import certain

# What a widget has that has more to do with another look than its style sheet says. It is called
# once all that lies in the widget is dressed; the widget calls it itself when it is made.
FOLLOW = "follow_look"
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
        self.is_painting = False  # what was held back, in a turn of its own
        self._layouts: list[QLayout] = []  # that place nothing now
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def holds(self) -> bool:
        """Whether something that is seen is still to be dressed, and nothing is painted."""
        return bool(self._held)

    def begin(
        self,
        take_off: Step,
        put_on: Step,
        follow: Iterable[Step],
        finished: Step,
        at_last: Iterable[Step] = (),
    ) -> None:
        """Dress all widgets; at once where no window is seen.

        What was begun before and not ended is forgotten.

        Parameters
        ----------
        take_off, put_on : callable
            Take the look off the application, and put the other one on.
        follow : iterable of callable
            Called once what is seen is dressed.
        finished : callable
            Called when all that is seen is dressed, and when the rest is.
        at_last : iterable of callable
            Called after that: what is seen may have asked what is hidden how wide it is.
        """
        windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
        if not windows:
            self._release()
            self._painted()
            everything = _followers(QApplication.allWidgets())
            self._steps = deque([take_off, put_on, *everything, *follow, finished])
            self.finish()
            return
        self._hold(windows)
        seen, hidden = _pass_over_all()
        take_off()
        dressed = [put_on, *_steps_of(seen), self._measure_seen, *follow]
        self._steps = deque([*dressed, finished, self._release, self._painted])
        self._steps.extend([*_steps_of(hidden), finished, *at_last])
        _leave_layouts()
        self._timer.start(0)

    def dress_ahead(self) -> None:
        """Dress what was never shown, while the window rests: showing it will take less."""
        never = (w for w in QApplication.allWidgets() if not w.testAttribute(_POLISHED))
        self._steps.extend(partial(_polish, widget) for widget in never)
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

    def _measure_seen(self) -> None:
        """Let what is seen forget the sizes that it needed in other type: columns ask for them."""
        for layout in self._layouts:
            if not sip.isdeleted(layout):
                forget_sizes(layout)

    def _release(self) -> None:
        """Paint again, after the layouts that were left alone have placed everything."""
        windows, self._held = self._held, []
        layouts, self._layouts = self._layouts, []
        self.is_painting = bool(windows)
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

    def _painted(self) -> None:
        self.is_painting = False


def _pass_over_all() -> tuple[list[QWidget], list[QWidget]]:
    """Let Qt leave all widgets alone; return those that are seen, and the others."""
    behind = set(_behind_others())
    seen: list[QWidget] = []
    hidden: list[QWidget] = []
    for widget in QApplication.allWidgets():
        widget.setAttribute(_POLISHED, False)
        # What is hidden alone, as a plot without room, may be shown by what follows.
        late = widget in behind or not certain(widget.window()).isVisible()
        (hidden if late else seen).append(widget)
    return seen, hidden


def _steps_of(widgets: Sequence[QWidget]) -> list[Step]:
    """Return what dresses widgets, and then lets those follow that have more to do."""
    return [partial(_dress, widget) for widget in widgets] + _followers(widgets)


def _followers(widgets: Iterable[QWidget]) -> list[Step]:
    """Return what lets widgets follow, those first that lie within others."""
    found = [widget for widget in widgets if hasattr(widget, FOLLOW)]
    return [partial(_follow, widget) for widget in sorted(found, key=_depth, reverse=True)]


def _depth(widget: QWidget) -> int:
    around = widget.parentWidget()
    return 0 if around is None else 1 + _depth(around)


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


def _polish(widget: QWidget) -> None:
    if not sip.isdeleted(widget):
        widget.ensurePolished()


def _follow(widget: QWidget) -> None:
    if not sip.isdeleted(widget):
        getattr(widget, FOLLOW)()


def forget_sizes(layout: QLayout) -> None:
    """Let a layout, and those within it, measure anew what its widgets need."""
    around = layout.parentWidget()
    if around is not None:
        around.updateGeometry()
    for nested in (layout, *layout.findChildren(QLayout)):
        nested.invalidate()


def polish_anew(widget: QWidget) -> None:
    """Let a widget look as the style sheet says of a property that it has now."""
    style = certain(widget.style())
    style.unpolish(widget)
    style.polish(widget)


def _leave_layouts() -> None:
    """Let nothing ask for other sizes before all that is seen is dressed."""
    QCoreApplication.removePostedEvents(None, QEvent.Type.LayoutRequest)
