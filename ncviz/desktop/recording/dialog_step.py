"""What the steps of the dialog have in common."""

import re

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QWidget

from ncviz.desktop.widgets.declared_parts import DeclaredFields
from ncviz.desktop.widgets.form_parts import caption
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_button
from ncviz.recording.plan import RecordPlan

# Where a sentence names an option of the command line, the dialog has a field.
FIELDS = {
    "--weights": "the list of networks in step 1",
    "--load": "'Read by' in step 1",
    "--data": "step 3",
    "--per-class": "'Measured a class' in step 3",
    "--split train": "'Training' in step 3",
    "--size": "'Pixels a side' in step 3",
    "--pool": "way for 'Maps become'",
    "--epoch-pattern": "'Epochs in the names' in step 1",
    "with --yes": "where it is named",
    "--batch, ": "",  # the dialog has no field for it
}
_OPTION = re.compile("|".join(FIELDS))
_EPOCHS = re.compile(r"with --epochs \S+=3")


def in_fields(sentence: str) -> str:
    """Return a sentence that names the fields of the dialog instead of options."""
    plain = _EPOCHS.sub("in the list in step 1", sentence)
    return _OPTION.sub(lambda found: FIELDS[found[0]], plain)


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
        self.heading = PlainLabel(self.title)
        self.heading.setProperty("role", "title")
        self.heading.setWordWrap(True)
        self.add(self.heading)
        if self.hint:
            self.add(caption(self.hint))

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        """Return the plan with what is chosen here.

        Raises
        ------
        FieldError
            If something is missing.
        """
        raise NotImplementedError

    def first(self) -> QWidget:
        """Return what has the focus when the step is entered."""
        raise NotImplementedError


class Consent(QCheckBox):
    """The user's explicit yes to running her own code; it is never remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._for = ""
        self.ask_for("")

    def ask_for(self, spec: str) -> None:
        """Ask about this code; a yes to other code does not count."""
        if spec != self._for:
            self.setChecked(False)
        self._for = spec
        self.setText(plain_button(f"Yes, import and run {spec or 'this code'}"))
        self.setToolTip("Its module is imported and the function called, with your rights.")
