"""Which network the checkpoints belong to."""

from dataclasses import replace
from typing import Any

from PyQt6.QtWidgets import QComboBox, QLineEdit, QWidget

from ncviz.desktop.recording.dialog_step import Consent, DialogStep
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.form_parts import (
    Field,
    FieldError,
    PathField,
    ask_for_file,
    ask_for_folder,
    caption,
)
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.errors import UserError
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import is_code, parse_arguments

TORCHVISION, OWN, CODE = "torchvision", "own", "code"
# A choice to begin with; any classifier of torchvision can be written.
KNOWN = (
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "densenet121",
    "vgg11_bn",
    "vgg16",
    "mobilenet_v2",
    "efficientnet_b0",
    "convnext_tiny",
    "vit_b_16",
    "swin_t",
)


class ModelStep(DialogStep):
    """A torchvision name, a network of ncviz, or a function of the user's."""

    name = "Model"
    title = "Which model?"

    def __init__(self) -> None:
        super().__init__()
        self.kind = SegmentedButtons(
            {TORCHVISION: "torchvision", OWN: "ncviz network", CODE: "Your code"}
        )
        self.kind.set_value(TORCHVISION)
        self.torchvision = Choice()
        self.torchvision.setEditable(True)
        self.torchvision.addItems(KNOWN)
        self.torchvision.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.arguments = self.part("model_args", own=True)
        self.recipe = PathField(
            ask_for_file(self, "A recipe", "Recipes (*.toml)"), "a recipe .toml, or a run's folder"
        )
        self.run = PathField(ask_for_folder(self, "A run that ncviz trained"), "its run's folder")
        self.code = QLineEdit()
        self.code.setPlaceholderText("package.module:function")
        self.consent = Consent()
        self.suggestion = caption()
        self.kind_field = Field("The model is", self.kind)
        self.torchvision_field = Field(
            "Name", self.torchvision, "A classifier of torchvision.models."
        )
        self.arguments_field = self.field("model_args", self.arguments)
        self.recipe_field = Field("Recipe", self.recipe, "The recipe it was trained by.")
        self.run_field = Field("or run", self.run, "The run of its training.")
        self.code_field = Field(
            "Function", self.code, "It returns the network; looked for in the current folder too."
        )
        self.consent_field = Field("", self.consent)
        for field in (
            self.kind_field,
            self.suggestion,
            self.torchvision_field,
            self.recipe_field,
            self.run_field,
            self.code_field,
            self.arguments_field,
            self.consent_field,
        ):
            self.add(field)
        self.end()
        self.blamed = {
            "torchvision": self.torchvision_field,
            "argument": self.arguments_field,
            "recipe": self.recipe_field,
            "say yes": self.consent_field,
            "module": self.code_field,
        }
        self.kind.chosen.connect(self._changed)
        self.torchvision.currentTextChanged.connect(self._changed)
        self.code.textChanged.connect(self._changed)
        self.arguments.textChanged.connect(self._changed)
        self.recipe.changed.connect(self._changed)
        self.run.changed.connect(self._changed)
        self.consent.toggled.connect(self._changed)
        self._touched = False
        self._show_possible()

    def suggest(self, model: str, tried: str) -> None:
        """Choose what the checkpoints look like, unless the user chose already."""
        scheme, _, name = model.partition(":")
        if not self._touched and (tried or name):
            self.kind.set_value(CODE if tried else TORCHVISION)
            self._show_possible()
        if self._touched or scheme != "torchvision" or not name:
            self.suggestion.setText(tried)
            self.suggestion.setVisible(bool(tried))
            return
        self.torchvision.blockSignals(True)
        self.torchvision.setEditText(name)
        self.torchvision.blockSignals(False)
        self.suggestion.setText(f"By their names, the weights are of {name}.")
        self.suggestion.show()

    def _changed(self) -> None:
        self._touched = True
        self.clear_faults()
        self._show_possible()
        self.changed.emit()

    def _show_possible(self) -> None:
        kind = self.kind.value
        for value, fields in (
            (TORCHVISION, (self.torchvision_field,)),
            (OWN, (self.recipe_field, self.run_field)),
            (CODE, (self.code_field, self.consent_field)),
        ):
            for field in fields:
                field.setVisible(kind == value)
        self.arguments_field.setVisible(kind != OWN)
        self.suggestion.setVisible(kind != OWN and bool(self.suggestion.text()))
        self.consent.ask_for(self.code.text().strip())

    @property
    def spec(self) -> str:
        """Return the model as a plan names it; empty if there is none."""
        kind = self.kind.value
        if kind == TORCHVISION:
            name = self.torchvision.currentText().strip().removeprefix("torchvision:")
            return f"torchvision:{name}" if name else ""
        if kind == CODE:
            return self.code.text().strip()
        if self.recipe.text:
            return f"recipe:{self.recipe.text}"
        return f"run:{self.run.text}" if self.run.text else ""

    def first(self) -> QWidget:
        """Return the button that is pressed."""
        return self.kind.button(self.kind.value)

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        """Return the plan with the model."""
        spec, kind = self.spec, self.kind.value
        if kind == TORCHVISION and not spec:
            raise FieldError("Name a model such as resnet18.", self.torchvision_field)
        if kind == OWN and not spec:
            raise FieldError("Name the recipe or the run of the training.", self.recipe_field)
        if kind == CODE:
            if not is_code(spec):
                raise FieldError(
                    "Name a function such as my_package.models:make_model.", self.code_field
                )
            if not self.consent.isChecked():
                raise FieldError(
                    "This code would run on this computer: say yes to it first.",
                    self.consent_field,
                )
        arguments = {} if kind == OWN else self._arguments()
        trusted = plan.trusted or kind == CODE
        return replace(plan, model=spec, model_args=arguments, trusted=trusted)

    def _arguments(self) -> dict[str, Any]:
        try:
            return parse_arguments(self.arguments.text())
        except UserError as error:
            raise FieldError(str(error), self.arguments_field) from error
