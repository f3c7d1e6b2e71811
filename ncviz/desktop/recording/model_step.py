"""Which network the checkpoints belong to."""

from dataclasses import replace

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QComboBox, QWidget

from ncviz.desktop.recording.dialog_step import CodeField, DialogStep, code_line
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
from ncviz.recording.plan import RecordPlan

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
        self.recipe = PathField(
            ask_for_file(self, "A recipe", "Recipes (*.toml)"), "a recipe .toml, or a run's folder"
        )
        self.run = PathField(ask_for_folder(self, "A run that ncviz trained"), "its run's folder")
        self.suggestion = caption()
        self.torchvision_field = Field(
            "Name", self.torchvision, "A classifier of torchvision.models."
        )
        self.recipe_field = Field("Recipe", self.recipe, "The recipe it was trained by.")
        self.run_field = Field("or run", self.run, "The run of its training.")
        tip = "It returns the network; looked for in the current folder too."
        self.code = CodeField(
            Field("Function", code_line(), tip), "my_package.models:make_model", always=True
        )
        self.arguments_field = self.field("model_args")
        for field in (
            Field("The model is", self.kind),
            self.suggestion,
            self.torchvision_field,
            self.recipe_field,
            self.run_field,
            self.code.field,
            self.arguments_field,
            self.code.consent_field,
        ):
            self.add(field)
        self.end()
        self.blamed = {
            "torchvision": self.torchvision_field,
            "argument": self.arguments_field,
            "recipe": self.recipe_field,
            "say yes": self.code.consent_field,
            "module": self.code.field,
        }
        self.code.allowed.connect(self.heard)
        self.follow_inputs(
            kind=self.kind,
            torchvision=self.torchvision,
            recipe=self.recipe,
            run=self.run,
            code=self.code.line,
        )
        self._touched = False
        self.show_possible()

    def suggest(self, model: str, tried: str) -> None:
        """Choose what the checkpoints look like, unless the user chose already."""
        scheme, _, name = model.partition(":")
        if not self._touched and (tried or name):
            self.kind.set_value(CODE if tried else TORCHVISION)
            self.show_possible()
        if self._touched or scheme != "torchvision" or not name:
            self.suggestion.setText(tried)
            self.suggestion.setVisible(bool(tried))
            return
        with QSignalBlocker(self.torchvision):
            self.torchvision.setEditText(name)
        self.suggestion.setText(f"By their names, the weights are of {name}.")
        self.suggestion.show()

    def heard(self) -> None:
        self._touched = True
        super().heard()

    def show_possible(self) -> None:
        kind = self.kind.value
        self.torchvision_field.setVisible(kind == TORCHVISION)
        self.recipe_field.setVisible(kind == OWN)
        self.run_field.setVisible(kind == OWN)
        self.code.show(kind == CODE)
        self.arguments_field.setVisible(kind != OWN)
        self.suggestion.setVisible(kind != OWN and bool(self.suggestion.text()))

    @property
    def spec(self) -> str:
        """Return the model as a plan names it; empty if there is none."""
        kind = self.kind.value
        if kind == TORCHVISION:
            name = self.torchvision.currentText().strip().removeprefix("torchvision:")
            return f"torchvision:{name}" if name else ""
        if kind == CODE:
            return self.code.text
        if self.recipe.text:
            return f"recipe:{self.recipe.text}"
        return f"run:{self.run.text}" if self.run.text else ""

    def first(self) -> QWidget:
        return self.kind.button(self.kind.value)

    def add_to(self, plan: RecordPlan) -> RecordPlan:
        kind = self.kind.value
        if kind == TORCHVISION and not self.spec:
            raise FieldError("Name a model such as resnet18.", self.torchvision_field)
        if kind == OWN and not self.spec:
            raise FieldError("Name the recipe or the run of the training.", self.recipe_field)
        if kind == CODE:
            self.code.check()
        filled = {} if kind == OWN else self.filled()
        return replace(plan, model=self.spec, trusted=plan.trusted or kind == CODE, **filled)
