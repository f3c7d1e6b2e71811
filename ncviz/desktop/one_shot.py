"""A timer that does something once."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, Qt, QTimer


def one_shot(owner: QObject, does: Callable[[], object]) -> QTimer:
    """Return a precise timer that does something once each time it is started.

    It ends with its owner: one that outlived it would call what is gone.
    """
    timer = QTimer(owner)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)
    timer.timeout.connect(does)
    return timer
