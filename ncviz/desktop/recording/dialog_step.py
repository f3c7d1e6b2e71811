"""What the steps of the dialog have in common."""

import re
from collections.abc import Mapping
from typing import Any, cast

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ncviz.desktop.widgets.declared_parts import DeclaredFields
from ncviz.desktop.widgets.form_parts import Field, FieldError, caption
from ncviz.desktop.widgets.inputs import Input, changed_signal, write_in, written_in
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_button
from ncviz.language import tr
from ncviz.parameters import declared
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import is_code

# Where a sentence names an option of the command line, the dialog has a field: said here where it
# stands in words of its own; else it is called by the label of what is declared.
FIELDS = {
    "--weights": tr("the list of networks in step 1"),
    "--load": tr("'Read by' in step 1"),
    "--data": tr("step 3"),
    "--per-class": tr("'Measured a class' in step 3"),
    "--split train": tr("'Training' in step 3"),
    "--size": tr("'Pixels a side' in step 3"),
    "--pool": tr("way for 'Maps become'"),
    "--epoch-pattern": tr("'Epochs in the names' in step 1"),
    tr("with --yes"): tr("where it is named"),
    "--batch, ": "",  # the dialog has no field for it
    "--model-args: ": "",  # said at the field itself
}
_OPTION = re.compile("|".join(FIELDS) + r"|--(?P<name>[a-z]+(?:-[a-z]+)*)")
_EPOCHS = re.compile(tr("with --epochs") + r" \S+=3")


def in_fields(sentence: str) -> str:
    """Return a sentence that names the fields of the dialog instead of options."""
    plain = _EPOCHS.sub(tr("in the list in step 1"), sentence)
    return _OPTION.sub(_field_of, plain)


def _field_of(option: re.Match[str]) -> str:
    if option[0] in FIELDS:
        return FIELDS[option[0]]
    each = declared(RecordPlan()).get(option["name"].replace("-", "_"))
    return option[0] if each is None else f"'{each.label}'"


class DialogStep(DeclaredFields):
    """One page of the dialog.

    Signals
    -------
    changed()
        What it adds to the plan is another thing now.
    """

    changed = pyqtSignal()
    name = ""
    title = ""
    hint = ""

    def __init__(self) -> None:
        super().__init__(RecordPlan())
        self._inputs: dict[str, Input] = {}
        self.heading = PlainLabel(self.title, "title", wraps=True)
        self.add(self.heading)
        if self.hint:
            self.add(caption(self.hint))

    def follow_inputs(self, **inputs: Input) -> None:
        """Hear of these inputs and of the declared fields, and keep what stands in them."""
        self._inputs = inputs
        for part in inputs.values():
            changed_signal(part).connect(lambda *_: self.heard())
        self.listen(self.heard)

    def written(self) -> dict[str, Any]:
        """Return what stands in the step, as JSON can hold it; no yes to code is kept."""
        return {
            **{name: written_in(part) for name, part in self._inputs.items()},
            **{name: part.written() for name, part in self._parts.items()},
        }

    def write(self, written: Mapping[str, Any]) -> list[str]:
        """Let the step be filled in so; return the names of what cannot be."""
        for code in self.findChildren(CodeField):
            code.consent.setChecked(False)
        wrong = []
        for name, value in written.items():
            if name in self._parts:
                is_right = self._parts[name].put(value)
            else:
                is_right = name in self._inputs and write_in(self._inputs[name], value)
            if not is_right:
                wrong.append(name)
        self.heard()
        return wrong

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        """Return the plan with what is chosen here.

        Raises
        ------
        FieldError
            If something is missing.
        """
        raise NotImplementedError

    def heard(self) -> None:
        """Follow what was filled in."""
        self.clear_faults()
        self.show_possible()
        self.changed.emit()

    def show_possible(self) -> None:
        """Show the fields that mean something beside what is chosen."""

    def first(self) -> QWidget:
        """Return what has the focus when the step is entered."""
        raise NotImplementedError


class CodeField(QObject):
    """A function of the user's, and her explicit yes to running it, which is never remembered.

    Parameters
    ----------
    field : Field
        Its name is written in it.
    example : str
        Of a name.
    always : bool, optional
        Ask even while nothing is written.

    Signals
    -------
    allowed()
        Or not any more.
    """

    allowed = pyqtSignal()

    def __init__(self, field: Field, example: str, *, always: bool = False) -> None:
        super().__init__(field)
        self.field, self._example, self._always = field, example, always
        self.line = cast(QLineEdit, field.part)
        self.consent = QCheckBox()
        self.consent.setToolTip(
            tr("Its module is imported and the function called, with your rights.")
        )
        self.consent_field = Field("", self.consent)
        self._is_wanted = True
        if not always:
            self.consent_field.hide()
        self._ask()
        self.line.textChanged.connect(self._changed)
        self.consent.toggled.connect(lambda _: self.allowed.emit())

    @property
    def text(self) -> str:
        """Return what is written."""
        return self.line.text().strip()

    def _ask(self) -> None:
        """Ask about this code; a yes to other code does not count."""
        self.consent.setChecked(False)
        self.consent.setText(
            plain_button(tr("Yes, import and run {words}", words=self.text or tr("this code")))
        )

    def _changed(self) -> None:
        self._ask()
        self.show(self._is_wanted)

    def show(self, on: bool) -> None:
        """Ask for it, or not."""
        self._is_wanted = on
        self.field.setVisible(on)
        self.consent_field.setVisible(on and (self._always or bool(self.text)))

    @property
    def may_run(self) -> bool:
        """Return whether a function is named, and may be run."""
        return is_code(self.text) and self.consent.isChecked()

    def check(self) -> str:
        """Return the function's name.

        Raises
        ------
        FieldError
            If it is none, or must not be run.
        """
        if not is_code(self.text):
            raise FieldError(
                tr("Name a function such as {example}.", example=self._example), self.field
            )
        if not self.consent.isChecked():
            raise FieldError(
                tr("This code would run on this computer: say yes to it first."), self.consent_field
            )
        return self.text


def code_line(placeholder: str = "package.module:function") -> QLineEdit:
    """Return the line in which a function is named."""
    line = QLineEdit()
    line.setPlaceholderText(placeholder)
    return line
