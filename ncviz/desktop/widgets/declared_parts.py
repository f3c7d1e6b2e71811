"""What a declared field is filled in with: a number, a choice, a switch or a line of text."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ncviz.desktop.certain import certain
from ncviz.desktop.widgets.form_parts import Field, FieldError, Fields, choice, choose, offer
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import Declared, changed, check_value, declared, value_of, value_of_text
from ncviz.wording import read_number, written_number

FARTHEST = 10**9  # of a number whose range has no end
FEW = 4  # choices that are seen side by side


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
    offer : callable, optional
        Lets it have these of its choices alone, with the words for each.
    """

    item: Declared
    widget: Any
    get: Callable[[str], Any]
    show: Callable[[Any], object]
    changed: tuple[Any, ...]
    text: Callable[[], str] | None = None
    write: Callable[[Any], object] = lambda _written: None
    offer: Callable[[Mapping[Any, str]], object] | None = None

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

    def put(self, written: object) -> bool:
        """Let something from elsewhere stand there; return whether it can."""
        if type(written) is not type(self.written()):
            return False
        self.write(written)
        return self.text is not None or bool(self.written() == written)

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
                raise UserError(
                    tr("The {what}'s {name}: {error}", what=what, name=item.name, error=error)
                ) from None
        if not text.strip():
            return item.default
        if item.parameter.read is not None:
            return item.parameter.read(text)
        return value_of_text(item, text.strip(), tr("The {what}", what=what))

    def show(value: Any) -> None:
        if item.kind is float:
            line.setText(written_number(value))
        elif isinstance(value, tuple):
            line.setText(", ".join(map(str, value)))
        else:
            line.setText(str(value))
        line.setCursorPosition(0)  # what is longer than the field is read from its beginning

    if item.default or item.kind is float:
        show(item.default)
    return FieldWidget(item, line, value, show, (line.textChanged,), line.text, line.setText)


def _chosen(item: Declared) -> FieldWidget:
    """Return one of a list."""
    known = item.parameter
    box = choice(item.choices | ({"": known.empty} if known.others and known.empty else {}))
    choose(box, item.default)
    return FieldWidget(
        item,
        box,
        lambda _what: box.currentData(),
        lambda value: choose(box, value),
        (box.currentIndexChanged,),
        offer=lambda words: offer(box, words, known.choice_tips),
    )


def _segments(item: Declared) -> FieldWidget:
    """Return one of few, all of them seen."""
    buttons = SegmentedButtons(item.choices, item.parameter.choice_tips)
    buttons.set_value(item.default)

    def enable(words: Mapping[Any, str]) -> None:
        for value in item.choices:
            buttons.button(value).setEnabled(value in words)

    return FieldWidget(
        item,
        buttons,
        lambda _what: buttons.value,
        buttons.set_value,
        (buttons.chosen,),
        offer=enable,
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

    Attributes
    ----------
    fields : dict
        By name: its `Field`, or the box to tick that bears its caption itself.
    """

    def __init__(self, plan: Any) -> None:
        super().__init__()
        self._plan, self._known = plan, declared(plan)
        self._parts: dict[str, FieldWidget] = {}
        self.fields: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Return what the field of a name is filled in with."""
        if name in self._parts:
            return self._parts[name].widget
        field = self.fields[name]
        return field.part if isinstance(field, Field) else field

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
        field = self.fields[name] = Field(item.label, part, item.parameter.tip)
        return field

    def lay_out(self, rows: Sequence[Sequence[str]], own: Mapping[str, QWidget]) -> None:
        """Show all fields that a form shows; those that no row names stand below.

        Parameters
        ----------
        rows : sequence of sequences of str
            Names of what stands side by side.
        own : mapping
            What the page itself reads, by the names in the rows: in place of a declared field,
            or beside them.
        """
        named = [name for row in rows for name in row]
        shown = (name for name, item in self._known.items() if item.parameter.in_form)
        for row in (*rows, *((name,) for name in shown if name not in named)):
            for name in row:
                self.fields[name] = self._made(name, own.get(name))
            self.add(*(self.fields[name] for name in row))
        self.end()

    def _made(self, name: str, own: QWidget | None) -> QWidget:
        item = self._known.get(name)
        if item is None or isinstance(own, Field):
            assert own is not None
            return own
        if own is None:
            few = item.kind is str and 1 < len(item.choices) <= FEW
            own = self.part(name, segments=few)
            if (value := value_of(self._plan, name)) != item.default:
                self._parts[name].show(value)
        return own if isinstance(own, QCheckBox) else self.field(name, own)

    def follow(self, plan: Any) -> None:
        """Show what means anything in a plan, under its caption there."""
        for name, home in self.fields.items():
            item = self._known.get(name)
            if item is None:
                continue
            home.setVisible(self.in_use(name, plan))
            if isinstance(home, Field):
                home.set_caption(item.caption(plan))
            elif isinstance(home, QCheckBox):
                home.setText(item.caption(plan))

    def in_use(self, name: str, plan: Any) -> bool:
        """Tell whether a declared field is shown and read."""
        return self._known[name].applies(plan)

    def offer(self, plan: Any) -> None:
        """Offer of all choices those that can be had in a plan."""
        for name, part in self._parts.items():
            if part.offer is not None and part.item.parameter.offered is not None:
                part.offer(self._known[name].offered(plan))

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
        found: dict[str, Any] = {}
        for name, part in self._parts.items():
            with self._blamed(name):
                found[name] = _value(part)
        return found

    def understood(self, plan: Any) -> Any:
        """Return a plan with all that is filled in and can be understood."""
        for name, part in self._parts.items():
            with contextlib.suppress(UserError):
                plan = changed(plan, {name: _value(part)})
        return plan

    def filled_in(self, plan: Any, what: str) -> Any:
        """Return a plan with what is filled in and in use.

        Parameters
        ----------
        plan
        what : str
            What it is called in sentences.

        Raises
        ------
        FieldError
            Naming the first field that does not fit.
        """
        self.check_numbers()
        for name, part in self._parts.items():
            if not self.in_use(name, plan):
                continue
            with self._blamed(name):
                value = _value(part)
                plan = changed(plan, {name: value})
                check_value(part.item, value, what, plan)
        return plan

    @contextlib.contextmanager
    def _blamed(self, name: str) -> Iterator[None]:
        """Say at a field, where it has one, what is refused of it."""
        try:
            yield
        except UserError as error:
            if isinstance(self.fields.get(name), Field):
                raise FieldError(str(error), self.fields[name]) from error
            raise


def _value(part: FieldWidget) -> Any:
    box = part.widget  # of a number that is hidden, the last good one counts
    return box.value() if isinstance(box, NumberBox) else part.value()
