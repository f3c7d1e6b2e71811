"""What the pages of the export dialog have in common."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLineEdit

from ncviz.counting import EPOCHS, Counting
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.declared_parts import DeclaredFields
from ncviz.desktop.widgets.form_parts import Field, FieldError
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.errors import UserError
from ncviz.runs.run import Run


class ExportPage(DeclaredFields):
    """The fields of one kind of export.

    Signals
    -------
    changed()
        The plan is another one.
    """

    changed = pyqtSignal()
    kind = ""  # as on the button
    verb = ""
    usual_name = "ncviz"  # of its files
    file_format: SegmentedButtons
    endings: ClassVar[Mapping[str, str]] = {}  # to the formats that they stand for
    needs_run = "Open a run first: there is nothing to export."

    def __init__(self, plan: Any) -> None:
        super().__init__(plan)
        self.seen: Seen | None = None

    @property
    def file_name(self) -> str:
        """Return a good name for the file."""
        return self.usual_name

    def use_suffix(self, suffix: str) -> None:
        """Turn to the format of an ending that was written, if there is one."""
        value = self.endings.get(suffix)
        if value is not None and suffix != self.suffix:
            self.file_format.button(value).click()

    def set_seen(self, seen: Seen) -> None:
        """Take up what is on the screen now."""
        self.seen = seen

    @property
    def counting(self) -> Counting:
        """Return what the run counts that is seen."""
        run = None if self.seen is None else self.seen.run
        return EPOCHS if run is None else run.counting

    @property
    def suffix(self) -> str:
        """Return the ending of the file; empty for a folder."""
        raise NotImplementedError

    @property
    def file_kinds(self) -> str:
        """Return the kinds of files for a file dialog."""
        return f"{self.suffix.removeprefix('.').upper()} (*{self.suffix})"

    def plan(self, out: Path) -> Any:
        """Return what is asked for.

        Raises
        ------
        FieldError
            Naming the field that cannot be.
        """
        raise NotImplementedError


def recorded_moments(text: str, run: Run, field: Field) -> tuple[int, ...]:
    """Return the numbers of the recorded moments that a field names: '0, 5, 20' or '0, 2.5'.

    Raises
    ------
    FieldError
        If one of them is no number, or was not recorded.
    """
    counting = run.counting
    try:
        values = [float(word) for word in text.replace(",", " ").split()]
        return tuple(run.recorded(counting.number(value)) for value in values)
    except UserError as error:
        raise FieldError(str(error), field) from None
    except ValueError:
        words = f"{text.strip()!r} are no {counting.units}: write numbers such as 0, 5, 20."
        raise FieldError(words, field) from None


def whole_numbers(line: QLineEdit, field: Field, what: str) -> tuple[int, ...]:
    """Return the numbers of a field such as '0, 5, 20'; none if it is empty.

    Raises
    ------
    FieldError
        If they are none.
    """
    words = line.text().replace(",", " ").split()
    try:
        return tuple(int(word) for word in words)
    except ValueError:
        raise FieldError(
            f"{line.text().strip()!r} are not {what}: write whole numbers such as 0, 5, 20.",
            field,
        ) from None
