"""What is done once, a little later: by a timer, or before the window is painted."""

from collections.abc import Callable

from PyQt6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer


def one_shot(owner: QObject, does: Callable[[], object]) -> QTimer:
    """Return a precise timer that does something once each time it is started.

    It ends with its owner: one that outlived it would call what is gone.
    """
    timer = QTimer(owner)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)
    timer.timeout.connect(does)
    return timer


class BeforePainting(QObject):
    """Does something once each time it is started, before the window is painted the next time.

    A timer of no time comes after a painting that was asked for before, and what it changes is
    painted once more. Not to be started by what it does: nothing else would have its turn.

    Parameters
    ----------
    owner : QObject
        With which it ends.
    does : callable
    """

    def __init__(self, owner: QObject, does: Callable[[], object]) -> None:
        super().__init__(owner)
        self._does = does
        self._is_active = False

    def isActive(self) -> bool:
        """Return whether it is still to be done."""
        return self._is_active

    def start(self) -> None:
        """Do it with the next events."""
        if not self._is_active:
            self._is_active = True
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))

    def stop(self) -> None:
        """Do it no more."""
        self._is_active = False
        QCoreApplication.removePostedEvents(self, QEvent.Type.User.value)

    def customEvent(self, _event: QEvent | None) -> None:
        """Do it; Qt calls it."""
        self._is_active = False
        self._does()
