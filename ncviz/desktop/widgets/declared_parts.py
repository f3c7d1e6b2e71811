"""What a declared field is filled in with: a number, a choice, a switch or a line of text."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from PyQt6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.form_parts import Field, Fields, choice, choose
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.errors import UserError
from ncviz.parameters import Declared, declared, read_text
from ncviz.wording import read_number, written_number

FARTHEST = 10**9  # of a number whose range has no end


class Part(ABC):
    """A declared field as a widget.

    Attributes
    ----------
    item : Declared
    widget : QWidget
    """

    widget: QWidget

    def __init__(self, item: Declared) -> None:
        self.item = item

    @abstractmethod
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

    @abstractmethod
    def show(self, value: Any) -> None:
        """Fill in a value."""

    @abstractmethod
    def listen(self, heard: Callable[[], object]) -> None:
        """Call something after each change."""

    def written(self) -> Any:
        """Return what stands there, whether or not it can be understood."""
        return self.value()

    def write(self, written: Any) -> None:
        """Fill in what stood there before."""
        self.show(written)


def part_of(item: Declared, plan: Any = None, *, segments: bool = False) -> Part:
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
        return Segments(item) if segments else Chosen(item)
    if item.kind is bool:
        return Switch(item)
    if item.kind is int or (item.kind is float and item.parameter.step is not None):
        return Number(item, plan)
    return Line(item)


class Number(Part):
    """A number within a range."""

    widget: NumberBox

    def __init__(self, item: Declared, plan: Any) -> None:
        super().__init__(item)
        known, (low, high) = item.parameter, item.limits(plan)
        step = known.step or 1
        self.widget = NumberBox(
            -FARTHEST if low is None else low + step * known.above,
            FARTHEST if high is None else high,
            item.default,
            whole=item.kind is int,
        )
        self.widget.setSingleStep(step)
        if known.unit:
            self.widget.setSuffix(known.unit if known.unit == "°" else f" {known.unit}")
        if known.empty:
            self.widget.setSpecialValueText(known.empty)

    @property
    def problem(self) -> str:
        """Return what is wrong with what is written; empty if nothing is."""
        return self.widget.problem

    def value(self, what: str = "form") -> float:
        if self.problem:
            raise UserError(f"{self.item.label}: {self.problem}")
        return self.widget.value()

    def show(self, value: float) -> None:
        self.widget.setValue(value)

    def listen(self, heard: Callable[[], object]) -> None:
        self.widget.valueChanged.connect(lambda _value: heard())
        self.widget.problem_changed.connect(lambda _problem: heard())

    def written(self) -> str:
        return self.widget.text()

    def write(self, written: str) -> None:
        certain(self.widget.lineEdit()).setText(written)
        self.widget.interpretText()


class Line(Part):
    """A text, a list, or a number of any size."""

    widget: QLineEdit

    def __init__(self, item: Declared) -> None:
        super().__init__(item)
        self.widget = QLineEdit()
        self.widget.setPlaceholderText(item.parameter.empty)
        if item.default or item.kind is float:
            self.show(item.default)

    def value(self, what: str = "form") -> Any:
        text, item = self.widget.text(), self.item
        if item.kind is float:
            try:
                return read_number(text)
            except ValueError as error:
                raise UserError(f"The {what}'s {item.name}: {error}") from None
        if not text.strip():
            return item.default
        if item.parameter.read is not None:
            return item.parameter.read(text)
        return read_text(item, text.strip(), f"The {what}")

    def show(self, value: Any) -> None:
        if self.item.kind is float:
            self.widget.setText(written_number(value))
        elif isinstance(value, tuple):
            self.widget.setText(", ".join(map(str, value)))
        else:
            self.widget.setText(str(value))

    def listen(self, heard: Callable[[], object]) -> None:
        self.widget.textChanged.connect(lambda _text: heard())

    def written(self) -> str:
        return self.widget.text()

    def write(self, written: str) -> None:
        self.widget.setText(written)


class Chosen(Part):
    """One of a list."""

    widget: QComboBox

    def __init__(self, item: Declared) -> None:
        super().__init__(item)
        self.widget = choice(item.choices)
        choose(self.widget, item.default)

    def value(self, what: str = "form") -> Any:
        return self.widget.currentData()

    def show(self, value: Any) -> None:
        choose(self.widget, value)

    def listen(self, heard: Callable[[], object]) -> None:
        self.widget.currentIndexChanged.connect(lambda _number: heard())


class Segments(Part):
    """One of few, all of them seen."""

    widget: SegmentedButtons

    def __init__(self, item: Declared) -> None:
        super().__init__(item)
        self.widget = SegmentedButtons(item.choices, item.parameter.choice_tips)
        self.widget.set_value(item.default)

    def value(self, what: str = "form") -> Any:
        return self.widget.value

    def show(self, value: Any) -> None:
        self.widget.set_value(value)

    def listen(self, heard: Callable[[], object]) -> None:
        self.widget.chosen.connect(lambda _value: heard())


class Switch(Part):
    """Something that is on or off; it bears its caption itself."""

    widget: QCheckBox

    def __init__(self, item: Declared) -> None:
        super().__init__(item)
        self.widget = QCheckBox(item.label)
        self.widget.setToolTip(plain_tip(item.parameter.tip))
        self.widget.setChecked(item.default)

    def value(self, what: str = "form") -> bool:
        return self.widget.isChecked()

    def show(self, value: bool) -> None:
        self.widget.setChecked(value)

    def listen(self, heard: Callable[[], object]) -> None:
        self.widget.toggled.connect(lambda _on: heard())


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
        self._parts: dict[str, Part] = {}

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
        part = self._parts[name].widget if part is None else part
        return Field(item.label, part, item.parameter.tip)

    def listen(self, heard: Callable[[], object]) -> None:
        """Call something after each change of the declared fields."""
        for part in self._parts.values():
            part.listen(heard)

    def filled(self) -> dict[str, Any]:
        """Return what is filled in, by the names of the fields.

        Raises
        ------
        FieldError
            If a number that is seen does not fit.
        """
        self.check_numbers()
        return {
            name: part.widget.value() if isinstance(part, Number) else part.value()
            for name, part in self._parts.items()
        }
