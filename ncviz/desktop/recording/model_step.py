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
from ncviz.language import named, tr
from ncviz.recording.plan import RecordPlan

TORCHVISION, TIMM, HUB, ONNX = "torchvision", "timm", "hf", "onnx"
OWN, CODE = "own", "code"
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
OF_TIMM = (
    "resnet18",
    "resnet50",
    "vit_tiny_patch16_224",
    "deit_tiny_patch16_224",
    "swin_tiny_patch4_window7_224",
    "convnext_atto",
    "efficientnet_b0",
    "mobilenetv3_small_050",
)


class ModelStep(DialogStep):
    """A name in a library, a folder, a network of ncviz, or a function of the user's."""

    name = named("Model")
    title = tr("Which model?")

    def __init__(self) -> None:
        super().__init__()
        self.kind = SegmentedButtons(
            {
                TORCHVISION: "torchvision",
                TIMM: "timm",
                HUB: tr("Hugging Face"),
                ONNX: "ONNX",
                OWN: "ncviz",
                CODE: tr("Your code"),
            }
        )
        self.kind.set_value(TORCHVISION)
        self.torchvision, self.timm = _names(KNOWN), _names(OF_TIMM)
        self.hub = PathField(
            ask_for_folder(self, tr("A folder with config.json")),
            tr("the folder with config.json, or with checkpoint-500, … in it"),
        )
        self.onnx = PathField(
            ask_for_file(self, tr("A network of ONNX"), tr("Networks of ONNX (*.onnx)")),
            tr("an .onnx file, such as the first of the checkpoints"),
        )
        self.recipe = PathField(
            ask_for_file(self, "A recipe", "Recipes (*.toml)"),
            tr("a recipe .toml, or a run's folder"),
        )
        self.run = PathField(
            ask_for_folder(self, tr("A run that ncviz trained")), tr("its run's folder")
        )
        self.suggestion = caption()
        self.torchvision_field = Field(
            tr("Name"), self.torchvision, tr("A classifier of torchvision.models.")
        )
        self.timm_field = Field(
            tr("Name"), self.timm, tr("A network of timm, which must be installed.")
        )
        self.hub_field = Field(
            tr("Folder"),
            self.hub,
            tr("As save_pretrained or a Trainer wrote it; no code in it is run."),
        )
        self.onnx_field = Field(
            tr("File"),
            self.onnx,
            tr("onnxruntime computes it, which must be installed: pip install 'ncviz[onnx]'."),
        )
        self.recipe_field = Field(tr("Recipe"), self.recipe, tr("The recipe it was trained by."))
        self.run_field = Field(tr("or run"), self.run, tr("The run of its training."))
        tip = tr("It returns the network; looked for in the current folder too.")
        self.code = CodeField(
            Field(tr("Function"), code_line(), tip), "my_package.models:make_model", always=True
        )
        self.arguments_field = self.field("model_args")
        for field in (
            Field(tr("The model is"), self.kind),
            self.suggestion,
            self.torchvision_field,
            self.timm_field,
            self.hub_field,
            self.onnx_field,
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
            "timm": self.timm_field,
            "config.json": self.hub_field,
            "transformers": self.hub_field,
            "ncviz[onnx]": self.onnx_field,
            "ONNX": self.onnx_field,
            "argument": self.arguments_field,
            "recipe": self.recipe_field,
            "say yes": self.code.consent_field,
            "module": self.code.field,
        }
        self.code.allowed.connect(self.heard)
        self.follow_inputs(
            kind=self.kind,
            torchvision=self.torchvision,
            timm=self.timm,
            hub=self.hub,
            onnx=self.onnx,
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
            self.kind.set_value(CODE if tried else scheme)
            self.show_possible()
        if self._touched or scheme not in (TORCHVISION, TIMM, HUB, ONNX) or not name:
            self.suggestion.setText(tried)
            self.suggestion.setVisible(bool(tried))
            return
        if scheme == HUB:
            with QSignalBlocker(self.hub):
                self.hub.set_text(name)
            self.suggestion.setText(tr("config.json beside the weights says what network it is."))
        elif scheme == ONNX:
            with QSignalBlocker(self.onnx):
                self.onnx.set_text(name)
            self.suggestion.setText(tr("A file of ONNX says itself what network it is."))
        elif scheme == TIMM:
            with QSignalBlocker(self.timm):
                self.timm.setEditText(name)
            self.suggestion.setText(tr("The file says that its network is {name}.", name=name))
        else:
            with QSignalBlocker(self.torchvision):
                self.torchvision.setEditText(name)
            self.suggestion.setText(tr("By their names, the weights are of {name}.", name=name))
        self.suggestion.show()

    def heard(self) -> None:
        self._touched = True
        super().heard()

    def show_possible(self) -> None:
        kind = self.kind.value
        self.torchvision_field.setVisible(kind == TORCHVISION)
        self.timm_field.setVisible(kind == TIMM)
        self.hub_field.setVisible(kind == HUB)
        self.onnx_field.setVisible(kind == ONNX)
        self.recipe_field.setVisible(kind == OWN)
        self.run_field.setVisible(kind == OWN)
        self.code.show(kind == CODE)
        self.arguments_field.setVisible(kind not in (OWN, ONNX))
        self.suggestion.setVisible(kind != OWN and bool(self.suggestion.text()))

    @property
    def spec(self) -> str:
        """Return the model as a plan names it; empty if there is none."""
        kind = self.kind.value
        if kind in (TORCHVISION, TIMM):
            part = self.torchvision if kind == TORCHVISION else self.timm
            name = part.currentText().strip().removeprefix(f"{kind}:")
            return f"{kind}:{name}" if name else ""
        if kind == HUB:
            return f"hf:{self.hub.text}" if self.hub.text else ""
        if kind == ONNX:
            return f"onnx:{self.onnx.text}" if self.onnx.text else ""
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
            raise FieldError(tr("Name a model such as resnet18."), self.torchvision_field)
        if kind == TIMM and not self.spec:
            raise FieldError(tr("Name a network of timm such as resnet18."), self.timm_field)
        if kind == HUB and not self.spec:
            raise FieldError(tr("Name the folder with config.json."), self.hub_field)
        if kind == ONNX and not self.spec:
            raise FieldError(tr("Name a file of ONNX, such as net.onnx."), self.onnx_field)
        if kind == OWN and not self.spec:
            raise FieldError(tr("Name the recipe or the run of the training."), self.recipe_field)
        if kind == CODE:
            self.code.check()
        filled = {} if kind in (OWN, ONNX) else self.filled()
        return replace(plan, model=self.spec, trusted=plan.trusted or kind == CODE, **filled)


def _names(known: tuple[str, ...]) -> Choice:
    """Return a choice of names in which others can be written."""
    part = Choice()
    part.setEditable(True)
    part.addItems(known)
    part.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return part
