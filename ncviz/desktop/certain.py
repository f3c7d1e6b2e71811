"""What cannot be missing here, though its type allows for none."""

from typing import TypeVar

from PyQt6.QtWidgets import QApplication

Thing = TypeVar("Thing")


def certain(thing: Thing | None) -> Thing:
    """Return what is there: a layout that was set, the viewport of a list, the run that is open.

    Raises
    ------
    RuntimeError
        If it is missing all the same: a fault of the code.
    """
    if thing is None:
        raise RuntimeError("Something is missing that must be there.")
    return thing


def the_application() -> QApplication:
    """Return the application that runs."""
    running = QApplication.instance()
    if not isinstance(running, QApplication):
        raise RuntimeError("No application with windows is running.")
    return running
