"""Switches hear whoever turns them: a click, a key, or a screen reader, which clicks nothing."""

from collections.abc import Callable

from PyQt6.QtWidgets import QAbstractButton

from ncviz.language import tr

MORE, LESS = tr("Show more"), tr("Show less")  # on the switch that unfolds fields


def when_turned(button: QAbstractButton, act: Callable[[bool], object]) -> None:
    """Do something when a user turns a switch on or off.

    Parameters
    ----------
    button : QAbstractButton
        Checkable.
    act : callable
        Is told whether it is on.
    """
    button.toggled.connect(act)


def when_chosen(button: QAbstractButton, act: Callable[[], object]) -> None:
    """Do something when a user turns to one of several buttons that exclude each other."""
    button.toggled.connect(lambda on: act() if on else None)


def show_turned(button: QAbstractButton, on: bool) -> None:
    """Show whether a switch is on: that is no user who turns it."""
    blocked = button.blockSignals(True)
    button.setChecked(on)
    button.blockSignals(blocked)
