"""What a declared field is filled in with: a number, a choice, a switch or a line of text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PyQt6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.form_parts import Field, FieldError, Fields, choice, choose
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.errors import UserError
from ncviz.parameters import Declared, declared, value_of_text
from ncviz.wording import read_number, written_number

FARTHEST = 10**9  # of a number whose range has no end


@dataclass
class FieldWidget:
    """A declared field as a widget.

    Parameters
    ----------
    item : Declared
    widget : QWidget
    get : callable
        Returns what is filled in, given what the plan is called.
    show : callable
        Fills in a value.
    changed : tuple of signals
    text, write : callable, optional
        Returns and fills in what stands there, understood or not, where that is no value.
    """

    item: Declared
    widget: Any
    get: Callable[[str], Any]
    show: Callable[[Any], object]
    changed: tuple[Any, ...]
    text: Callable[[], str] | None = None
    write: Callable[[Any], object] = lambda _written: None

    def __post_init__(self) -> None:
        if self.text is None:
            self.write = self.show

    def value(self, what: str = "form") -> Any:
        """Return what is filled in.

        Parameters
        ----------
        what : str
            What the plan is called, for the sentence.

        Raises
        ------
        UserError
            If it cannot be understood.
        """
        return self.get(what)

    def written(self) -> Any:
        """Return what stands there, whether or not it can be understood."""
        return self.value() if self.text is None else self.text()

    def listen(self, heard: Callable[[], object]) -> None:
        """Call something after each change."""
        for signal in self.changed:
            signal.connect(lambda _what: heard())


def part_of(item: Declared, plan: Any = None, *, segments: bool = False) -> FieldWidget:
    """Return what a declared field is filled in with.

    Parameters
    ----------
    item : Declared
    plan : optional
        On which its range may depend.
    segments : bool, optional
        Show all choices side by side rather than in a list.
    """
    if item.choices:
        return _segments(item) if segments else _chosen(item)
    if item.kind is bool:
        return _switch(item)
    if item.kind is int or (item.kind is float and item.parameter.step is not None):
        return _number(item, plan)
    return _line(item)


def _number(item: Declared, plan: Any) -> FieldWidget:
    """Return a number within a range."""
    known, (low, high) = item.parameter, item.limits(plan)
    step = known.step or 1
    box = NumberBox(
        -FARTHEST if low is None else low + step * known.above,
        FARTHEST if high is None else high,
        item.default,
        whole=item.kind is int,
    )
    box.setSingleStep(step)
    if known.unit:
        box.setSuffix(known.unit if known.unit == "°" else f" {known.unit}")
    if known.empty:
        box.setSpecialValueText(known.empty)

    def value(_what: str) -> float:
        if box.problem:
            raise UserError(f"{item.label}: {box.problem}")
        return box.value()

    def write(written: str) -> None:
        certain(box.lineEdit()).setText(written)
        box.interpretText()

    changed = box.valueChanged, box.problem_changed
    return FieldWidget(item, box, value, box.setValue, changed, box.text, write)


def _line(item: Declared) -> FieldWidget:
    """Return a text, a list, or a number of any size."""
    line = QLineEdit()
    line.setPlaceholderText(item.parameter.empty)

    def value(what: str) -> Any:
        text = line.text()
        if item.kind is float:
            try:
                return read_number(text)
            except ValueError as error:
                raise UserError(f"The {what}'s {item.name}: {error}") from None
        if not text.strip():
            return item.default
        if item.parameter.read is not None:
            return item.parameter.read(text)
        return value_of_text(item, text.strip(), f"The {what}")

    def show(value: Any) -> None:
        if item.kind is float:
            line.setText(written_number(value))
        elif isinstance(value, tuple):
            line.setText(", ".join(map(str, value)))
        else:
            line.setText(str(value))

    if item.default or item.kind is float:
        show(item.default)
    return FieldWidget(item, line, value, show, (line.textChanged,), line.text, line.setText)


def _chosen(item: Declared) -> FieldWidget:
    """Return one of a list."""
    box = choice(item.choices)
    choose(box, item.default)

    def show(value: Any) -> None:
        choose(box, value)

    return FieldWidget(item, box, lambda _what: box.currentData(), show, (box.currentIndexChanged,))


def _segments(item: Declared) -> FieldWidget:
    """Return one of few, all of them seen."""
    buttons = SegmentedButtons(item.choices, item.parameter.choice_tips)
    buttons.set_value(item.default)
    return FieldWidget(
        item, buttons, lambda _what: buttons.value, buttons.set_value, (buttons.chosen,)
    )


def _switch(item: Declared) -> FieldWidget:
    """Return something that is on or off; it bears its caption itself."""
    box = QCheckBox(item.label)
    box.setToolTip(plain_tip(item.parameter.tip))
    box.setChecked(item.default)
    return FieldWidget(item, box, lambda _what: box.isChecked(), box.setChecked, (box.toggled,))


class DeclaredFields(Fields):
    """A page of a dialog that asks for fields of a plan.

    Parameters
    ----------
    plan
        With the values at first.
    """

    def __init__(self, plan: Any) -> None:
        super().__init__()
        self._plan, self._known = plan, declared(plan)
        self._parts: dict[str, FieldWidget] = {}
        self._fields: dict[str, Field] = {}

    def __getitem__(self, name: str) -> Any:
        """Return what a declared field is filled in with, where the page leaves that to us."""
        return self._parts[name].widget

    def part(self, name: str, *, segments: bool = False, own: bool = False) -> Any:
        """Return the widget of a declared field.

        Parameters
        ----------
        name : str
        segments : bool, optional
            Show all choices side by side rather than in a list.
        own : bool, optional
            The page itself reads what is filled in.
        """
        part = part_of(self._known[name], self._plan, segments=segments)
        if not own:
            self._parts[name] = part
        return part.widget

    def field(self, name: str, part: QWidget | None = None) -> Field:
        """Return a declared field with its caption and its tip, or another widget in its place."""
        item = self._known[name]
        if part is None:
            part = self[name] if name in self._parts else self.part(name)
        self._fields[name] = Field(item.label, part, item.parameter.tip)
        return self._fields[name]

    def listen(self, heard: Callable[[], object]) -> None:
        """Call something after each change of the declared fields."""
        for part in self._parts.values():
            part.listen(heard)

    def filled(self) -> dict[str, Any]:
        """Return what is filled in, by the names of the fields.

        Raises
        ------
        FieldError
            If a number that is seen does not fit, or what is written cannot be understood.
        """
        self.check_numbers()
        return {name: self._value(name, part) for name, part in self._parts.items()}

    def _value(self, name: str, part: FieldWidget) -> Any:
        if isinstance(part.widget, NumberBox):
            return part.widget.value()
        try:
            return part.value()
        except UserError as error:
            if name in self._fields:
                raise FieldError(str(error), self._fields[name]) from error
            raise
