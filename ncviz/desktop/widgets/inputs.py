"""What stands in the inputs of a form that no plan declares: heard of, kept, and put back."""

from typing import Any

from PyQt6.QtWidgets import QComboBox, QLineEdit

from ncviz.desktop.widgets.form_parts import PathField
from ncviz.desktop.widgets.segmented import SegmentedButtons

Input = SegmentedButtons | PathField | QComboBox | QLineEdit


def changed_signal(part: Input) -> Any:
    """Return the signal that tells of another value."""
    match part:
        case SegmentedButtons():
            return part.chosen
        case PathField():
            return part.changed
        case QComboBox():
            return part.currentTextChanged if part.isEditable() else part.currentIndexChanged
    return part.textChanged


def written_in(part: Input) -> str:
    """Return what stands there, understood or not."""
    match part:
        case SegmentedButtons():
            return str(part.value)
        case PathField():
            return part.text
        case QComboBox():
            return part.currentText() if part.isEditable() else str(part.currentData())
    return part.text()


def write_in(part: Input, written: object) -> bool:
    """Let something from elsewhere stand there; return whether it can."""
    if not isinstance(written, str):
        return False
    match part:
        case SegmentedButtons():
            part.set_value(written)
        case PathField():
            part.set_text(written)
        case QComboBox():
            if part.isEditable():
                part.setEditText(written)
            else:
                part.setCurrentIndex(max(part.findData(written), 0))
        case _:
            part.setText(written)
    return written_in(part) == written
