"""A row of buttons of which one is pressed: a choice among few."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton

from ncviz.desktop.widgets.group import Group
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.switches import show_turned, when_chosen


class SegmentedButtons(Group):
    """Shows all choices at once, where a list would hide them.

    Parameters
    ----------
    choices : mapping
        From a value to the word on its button.
    tips : mapping, optional
        From a value to its tooltip.
    names : mapping, optional
        From a value to what screen readers call its button, where the word is a symbol.
    apart : bool, optional
        Leave a gap between the buttons.

    Signals
    -------
    chosen(object)
        The value that the user picked.
    """

    chosen = pyqtSignal(object)

    def __init__(
        self,
        choices: Mapping[Any, str],
        tips: Mapping[Any, str] | None = None,
        names: Mapping[Any, str] | None = None,
        *,
        apart: bool = False,
    ) -> None:
        super().__init__()
        self._values = list(choices)
        self._group = QButtonGroup(self)
        self._buttons: list[QToolButton] = []
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4 if apart else 0)
        last = len(self._values) - 1
        for number, (value, word) in enumerate(choices.items()):
            button = QToolButton()
            button.setText(word)
            button.setCheckable(True)
            button.setToolTip(plain_tip((tips or {}).get(value, "")))
            button.setAccessibleName((names or {}).get(value, word))
            button.setProperty("role", "segment")
            ends = {0: "first", last: "last"}
            if not apart:
                button.setProperty("place", ends.get(number, "middle") if last else "only")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, number)
            self._buttons.append(button)
            when_chosen(button, partial(self.chosen.emit, value))
            row.addWidget(button)
        row.addStretch(1)
        # Who asks for the focus means the button that is pressed.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFocusProxy(self._buttons[0])
        self._group.buttonToggled.connect(
            lambda button, on: self.setFocusProxy(button) if on else None
        )

    @property
    def value(self) -> object:
        """Return the value of the button that is pressed; None before any is."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None

    def set_value(self, value: object) -> None:
        """Press a button without saying so."""
        if value in self._values:
            show_turned(self.button(value), True)

    def button(self, value: object) -> QToolButton:
        """Return the button of a value."""
        return self._buttons[self._values.index(value)]
