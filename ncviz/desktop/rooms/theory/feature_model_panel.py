"""The left column of the unconstrained feature model."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.rooms.theory.theory_sliders import (
    NamedSlider,
    Scale,
    ScaledSlider,
    fold_button,
    labelled,
    side_by_side,
)
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.computing import Computing
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.explorer.class_shapes import PRESETS
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.feature_model_desk import (
    CLASS_MEANS,
    FREE,
    MAXIMUM_CLASSES,
    MAXIMUM_DIMENSION,
    MAXIMUM_SAMPLES,
    SIMPLEX_ETF,
    SPHERE,
    FeatureModelDesk,
)

LOSSES = {
    "cross_entropy": "Cross-entropy",
    "focal": "Focal",
    "label_smoothing": "Label smoothing",
    "squared_error": "Squared error",
}
CLASSIFIERS = {
    FREE: "Free",
    SIMPLEX_ETF: "Fixed simplex ETF",
    CLASS_MEANS: "Class means",
    SPHERE: "On the sphere",
}
PENALTIES = Scale(1e-6, 1e-1, zero=True)
MORE, LESS = "Show more", "Show less"
SEEDS = 99


class DescentButtons(QWidget):
    """Play, step and restart a model that descends.

    Parameters
    ----------
    desk : DescentDesk
    """

    def __init__(self, desk: DescentDesk) -> None:
        super().__init__()
        self._desk = desk
        self.play = QPushButton("Play")
        self.play.setProperty("role", "primary")
        self.play.setToolTip("Let it descend, or hold it.")
        self.step = QPushButton("Step")
        self.step.setToolTip("Go to the next recorded step.")
        self.restart = QPushButton("Restart")
        self.restart.setToolTip("Begin anew at the random start.")
        self.play.clicked.connect(lambda: desk.toggle_playing())
        self.step.clicked.connect(lambda: desk.step())
        self.restart.clicked.connect(lambda: desk.restart())
        self.computing = Computing(
            lambda: desk.descended_share,
            desk.stop_descending,
            "Stand at the step that the model has come to.",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.computing)
        row.addWidget(self.play, 2)
        row.addWidget(self.step, 1)
        row.addWidget(self.restart, 1)

    def show_moment(self) -> None:
        """Say what a click does now."""
        self.computing.watch()
        self.play.setText("Pause" if self._desk.player.playing else "Play")


class KeepButton(QPushButton):
    """Keeps a model as a run.

    Parameters
    ----------
    desk : DescentDesk
    """

    def __init__(self, desk: DescentDesk) -> None:
        super().__init__("Keep as a run")
        self._desk = desk
        self.setToolTip("Record these steps as a run, to explore like any network's.")

    def show_moment(self) -> None:
        """Say whether there is something to keep, or that it is being kept."""
        desk = self._desk
        self.setText("Keeping…" if desk.keeping else "Keep as a run")
        self.setEnabled(not desk.keeping and desk.frontier > 0)


class FeatureModelPanel(QWidget):
    """Loss, classifier, penalties, classes and dimension; every change begins anew.

    Signals
    -------
    keep_asked()
        Record the model as a run.

    Parameters
    ----------
    desk : FeatureModelDesk
    """

    keep_asked = pyqtSignal()

    def __init__(self, desk: FeatureModelDesk) -> None:
        super().__init__()
        self._desk = desk
        self.buttons = DescentButtons(desk)
        self.keep = KeepButton(desk)
        self.loss = _choices(LOSSES)
        self.classifier = _choices(CLASSIFIERS)
        self.preset = _choices({p.name: p.name.capitalize() for p in PRESETS})
        self._make_sliders()
        self.bias = QCheckBox("Bias, with its penalty")
        self.bias.setToolTip("Add a bias to the logits; on the sphere there is none.")
        self.more = fold_button(MORE)
        self.more.setToolTip("Step size, momentum, samples, bias and seed.")
        self.rare = QWidget()
        self._lay_out()
        self._connect()
        self.show_problem()

    def _make_sliders(self) -> None:
        self.focusing = ScaledSlider(
            "γ", "focusing", "How little the focal loss cares for easy samples.", _linear(0, 5)
        )
        self.smoothing = ScaledSlider(
            "α", "smoothing", "Share of the target spread over all classes.", _linear(0, 0.5)
        )
        self.temperature = ScaledSlider(
            "τ",
            "temperature",
            "By which logits are divided on the sphere.",
            Scale(0.05, 2.0),
            concept="temperature",
        )
        self.lambda_w = ScaledSlider(
            "λ<sub>W</sub>",
            "penalty on classifier",
            "Penalty on ‖W‖²; 0 at the left.",
            PENALTIES,
            concept="penalty",
        )
        self.lambda_h = ScaledSlider(
            "λ<sub>H</sub>",
            "penalty on features",
            "Penalty on ‖H‖²; 0 at the left.",
            PENALTIES,
            concept="penalty",
        )
        self.lambda_b = ScaledSlider(
            "λ<sub>b</sub>",
            "on the bias",
            "Penalty on ‖b‖²; 0 at the left.",
            PENALTIES,
            concept="penalty",
        )
        self.classes = NamedSlider("K", "classes", "How many classes.", 2, MAXIMUM_CLASSES)
        self.dimension = NamedSlider(
            "d", "width", "Width of the features; K − 1 is enough.", 1, MAXIMUM_DIMENSION
        )
        self.samples = NamedSlider(
            "n", "samples", "Samples of the largest class.", 1, MAXIMUM_SAMPLES
        )
        self.seed = NamedSlider("", "seed", "Of the random start.", 0, SEEDS)
        self.rate = ScaledSlider(
            "η", "step size", "Too large, and the descent diverges.", Scale(1e-2, 1e3)
        )
        self.momentum = ScaledSlider(
            "", "momentum", "Share of the last step that is kept.", _linear(0, 0.99)
        )

    def _lay_out(self) -> None:
        common = QWidget()
        self._stack(
            common,
            labelled("Loss", self.loss, "What is minimised; squared error is per class."),
            self.focusing,
            self.smoothing,
            labelled(
                "Classifier",
                self.classifier,
                "Free, fixed at a simplex ETF, always the class means, or of unit length.",
            ),
            self.temperature,
            self.lambda_w,
            self.lambda_h,
            side_by_side(self.classes, self.dimension),
            labelled("Class sizes", self.preset, "Who has how many samples."),
        )
        self._stack(
            self.rare,
            self.rate,
            self.momentum,
            side_by_side(self.samples, self.seed),
            self.bias,
            self.lambda_b,
        )
        self.rare.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 8)
        column.setSpacing(8)
        words = PlainLabel("Features and classifier are free, and descend on the loss.")
        words.setProperty("role", "sentence")
        words.setWordWrap(True)
        column.addWidget(words)
        column.addWidget(self.buttons)
        column.addWidget(common)
        column.addWidget(self.rare)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch(1)
        row.addWidget(self.keep)
        column.addLayout(row)

    @staticmethod
    def _stack(page: QWidget, *parts: object) -> None:
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in parts:
            column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)
        column.addStretch(1)

    def _connect(self) -> None:
        desk = self._desk
        for name in ("focusing", "smoothing", "temperature", "lambda_w", "lambda_h", "lambda_b"):
            getattr(self, name).chosen.connect(lambda v, n=name: desk.set(**{n: v}))
        self.rate.chosen.connect(lambda rate: desk.set(learning_rate=rate))
        self.momentum.chosen.connect(lambda share: desk.set(momentum=share))
        for name in ("classes", "dimension", "samples", "seed"):
            slider = getattr(self, name).slider
            slider.valueChanged.connect(lambda v, n=name: desk.set(**{n: v}))
        for name, field in (("loss", "loss"), ("classifier", "kind"), ("preset", "preset")):
            box = getattr(self, name)
            box.activated.connect(lambda _, b=box, f=field: desk.set(**{f: b.currentData()}))
        self.bias.toggled.connect(lambda on: desk.set(bias=on))
        self.keep.clicked.connect(lambda: self.keep_asked.emit())
        self.more.toggled.connect(self._turn)

    def _turn(self, more: bool) -> None:
        self.rare.setVisible(more)
        self.more.setText(LESS if more else MORE)

    def show_problem(self) -> None:
        """Bring everything up to date; what does not apply is hidden or greyed."""
        desk, p = self._desk, self._desk.parameters
        for name in ("focusing", "smoothing", "temperature", "lambda_w", "lambda_h", "lambda_b"):
            getattr(self, name).show_number(getattr(p, name))
        self.rate.show_number(p.learning_rate)
        self.momentum.show_number(p.momentum)
        for name, value in (
            ("classes", p.classes),
            ("dimension", p.dimension),
            ("samples", desk.samples),
            ("seed", p.seed),
        ):
            getattr(self, name).show_value(value, str(value))
        self.loss.setCurrentIndex(self.loss.findData(p.loss))
        self.classifier.setCurrentIndex(self.classifier.findData(desk.kind))
        self.preset.setCurrentIndex(self.preset.findData(desk.preset))
        self.bias.blockSignals(True)
        self.bias.setChecked(p.bias)
        self.bias.blockSignals(False)
        self.focusing.setVisible(p.loss == "focal")
        self.smoothing.setVisible(p.loss == "label_smoothing")
        self.temperature.setVisible(p.spherical)
        self.lambda_w.setVisible(not p.spherical)
        self.lambda_h.setVisible(not p.spherical)
        self.lambda_w.setEnabled(p.classifier == FREE)
        self.dimension.setEnabled(p.classifier != SIMPLEX_ETF)
        self.bias.setEnabled(not p.spherical)
        self.lambda_b.setEnabled(p.bias)
        self.show_moment()

    def show_moment(self) -> None:
        """Bring the buttons up to date."""
        self.buttons.show_moment()
        self.keep.show_moment()


def _choices(words: dict[str, str]) -> QComboBox:
    box = Choice()
    for value, text in words.items():
        box.addItem(text, value)
    return box


def _linear(low: float, high: float) -> Scale:
    return Scale(low, high, logarithmic=False)
