"""A plan as a form: a cell for each field that is declared, shown while it means something."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.style.dressing import polish_anew
from ncviz.desktop.widgets.declared_parts import FieldWidget, part_of
from ncviz.desktop.widgets.lesson_places import be_place
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.teaching import teach
from ncviz.errors import UserError
from ncviz.explorer.answers import about_words
from ncviz.lessons.places import FIELD
from ncviz.parameters import (
    Declared,
    check_value,
    declared,
    fitting,
    from_plain,
    to_plain,
    values_of,
)

IN_A_ROW = 3  # of the fields that no row names
NARROWEST = 40  # pixels


class PlanForm(QWidget):
    """All fields of a plan, in rows.

    Parameters
    ----------
    plan
        What is shown at first; it has a method `check`.
    what : str
        What it is called, for sentences.
    rows : sequence of sequences of str
        Names of fields that stand side by side. Those that are in none, such as the fields of
        a part whose type is chosen here, stand where a row is empty, or else below.
    widths : mapping, optional
        Of fields that are wider than the others of their row: how many times.

    Signals
    -------
    changed()
        Something else is filled in.
    """

    changed = pyqtSignal()

    def __init__(
        self,
        plan: Any,
        what: str,
        rows: Sequence[Sequence[str]] = (),
        widths: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__()
        self._rest, self._what = plan, what
        self.parts: dict[str, FieldWidget] = {}
        self._homes: dict[str, QWidget] = {}
        self._cells: dict[str, QVBoxLayout] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        # Rows, not a grid: in each row, wide captions need only their own width.
        self._others = QVBoxLayout()
        self._others.setSpacing(0)
        for names in rows if () in rows else (*rows, ()):
            if not names:
                column.addLayout(self._others)
                continue
            row = QHBoxLayout()
            row.setSpacing(8)
            for name in names:
                self._homes[name] = QWidget()
                row.addWidget(self._homes[name], (widths or {}).get(name, 1))
            column.addLayout(row)
        self._in_rows = tuple(self._homes)
        column.addStretch(1)
        self._begun = plan
        self.show_plan(plan)
        self._first = self._all_written()

    def __getitem__(self, name: str) -> Any:
        """Return what the field of a name is filled in with."""
        return self.parts[name].widget

    # What stands where

    def _follow(self, plan: Any) -> None:
        """Have a part for each field of a plan, and show those that apply."""
        known = {name: item for name, item in declared(plan).items() if item.parameter.in_form}
        for name, item in known.items():
            if name not in self.parts or self.parts[name].item is not item:
                self._put(item, plan)
        self.parts = {name: self.parts[name] for name in known}
        for name in self._homes.keys() - known.keys() - set(self._in_rows):
            home = self._homes.pop(name)
            home.hide()  # it goes only once the event loop comes to it
            home.deleteLater()
            del self._cells[name]
        shown = [
            name
            for name, item in known.items()
            if item.applies(plan) and len(item.choices) != 1 and self.is_shown(item, plan)
        ]
        for name, home in self._homes.items():
            home.setVisible(name in shown)
        for number, name in enumerate(name for name in shown if name not in self._in_rows):
            self._row_of_others(number // IN_A_ROW).addWidget(self._homes[name], 1)

    def _row_of_others(self, number: int) -> QHBoxLayout:
        while self._others.count() <= number:
            row = QHBoxLayout()
            row.setSpacing(8)
            self._others.addLayout(row)
        return cast("QHBoxLayout", certain(self._others.itemAt(number)).layout())

    def is_shown(self, item: Declared, plan: Any) -> bool:
        """Return whether a field that means something is shown, too; it counts in any case."""
        return True

    def _put(self, item: Declared, plan: Any) -> None:
        """Make the part of a field, in place of one that bears the same name."""
        if item.name not in self._homes:
            self._homes[item.name] = QWidget(self)
        cell = self._cells.get(item.name)
        if cell is None:
            cell = self._cells[item.name] = QVBoxLayout(self._homes[item.name])
            cell.setContentsMargins(0, 0, 0, 0)
            cell.setSpacing(0)
        while cell.count():
            if (old := certain(cell.takeAt(0)).widget()) is not None:
                old.deleteLater()
        part = self.parts[item.name] = part_of(item, plan)
        be_place(part.widget, f"{FIELD}{item.name}")
        self.fill_cell(cell, part)
        part.listen(lambda: self.heard(item.name))

    def fill_cell(self, cell: QVBoxLayout, part: FieldWidget) -> None:
        """Put a field into its cell, below its caption."""
        widget, item = part.widget, part.item
        widget.setMinimumWidth(NARROWEST)
        if isinstance(widget, QCheckBox):
            cell.addStretch(1)
            cell.addWidget(widget)
            return
        caption = PlainLabel(item.label, "caption")
        caption.setBuddy(widget)
        teach(caption, lambda _point: about_words(item.label, item.parameter.tip))
        widget.setToolTip(plain_tip(item.parameter.tip))
        widget.setAccessibleName(item.label)
        cell.addWidget(caption)
        cell.addWidget(widget)
        cell.addStretch(1)

    def heard(self, name: str) -> None:
        """Follow what was filled in at a field."""
        plan, faults = self.read()
        self._follow(plan)
        for name, part in self.parts.items():
            widget = part.widget
            if not isinstance(widget, QLineEdit | NumberBox):
                continue
            if isinstance(widget, NumberBox) and widget.problem:
                continue  # which says so itself
            wrong = name in faults
            if bool(widget.property("wrong")) != wrong:
                widget.setProperty("wrong", wrong)
                polish_anew(widget)
        self.changed.emit()

    # What is filled in

    def show_plan(self, plan: Any) -> None:
        """Show a plan."""
        self._rest = plan
        self._follow(plan)
        for name, value in values_of(plan).items():
            if name in self.parts:  # what chooses others comes before them
                self.parts[name].show(value)

    def plan(self) -> Any:
        """Return the plan that is filled in.

        Raises
        ------
        UserError
            Naming every field that does not fit.
        """
        plan, faults = self.read()
        if faults:
            raise UserError(" ".join(faults.values()))
        plan.check()  # what fits alone may not fit together
        return plan

    def read(self) -> tuple[Any, dict[str, str]]:
        """Return the plan of all that can be understood, and what is wrong with which field."""
        values: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for name, part in self.parts.items():
            try:
                values[name] = self.value_of(part)
            except UserError as error:
                faults[name] = str(error)
        plan = fitting(self._rest, values)
        for name, item in declared(plan).items():
            if name not in self.parts:
                continue
            if not item.applies(plan):
                values[name] = item.default
                faults.pop(name, None)
            elif name in values:
                try:
                    check_value(item, values[name], self._what, plan)
                except UserError as error:
                    faults[name] = str(error)
        return fitting(self._rest, values), faults

    def value_of(self, part: FieldWidget) -> Any:
        """Return what a field says; raise a UserError if it cannot be."""
        return part.value(self._what)

    # What is kept

    def written(self) -> dict[str, Any]:
        """Return what stands in the fields, understood or not, where it is not as at first.

        It is as JSON can hold it, and equal where nothing else is filled in.
        """
        now = self._all_written()
        return {
            name: value
            for name, value in now.items()
            if name not in self._first or self._first[name] != value
        }

    def write(self, written: Mapping[str, Any]) -> list[str]:
        """Let the fields be filled in so.

        Parameters
        ----------
        written : mapping
            As `written` returned it, perhaps of a file.

        Returns
        -------
        list of str
            Names whose values cannot be: these are as at first.
        """
        self.show_plan(self._begun)
        wrong = []
        for name, value in written.items():
            part = self.parts.get(name)  # what chooses others comes before them
            if part is None:
                try:
                    self._rest = from_plain(self._rest, {name: value}, self._what)
                except UserError:
                    wrong.append(name)
            elif not part.put(value):
                wrong.append(name)
        return wrong

    def _all_written(self) -> dict[str, Any]:
        hidden = to_plain(self._rest).items()
        in_form = {name for name, item in declared(self._rest).items() if item.parameter.in_form}
        return {
            **{name: part.written() for name, part in self.parts.items()},
            **{name: value for name, value in hidden if name not in in_form},
        }
