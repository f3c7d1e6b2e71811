"""The left column of the square loss."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ncviz.concepts import CONCEPTS
from ncviz.desktop.rooms.theory.feature_model_panel import SEEDS, DescentButtons, KeepButton
from ncviz.desktop.rooms.theory.theory_sliders import NamedSlider, Scale, ScaledSlider, side_by_side
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer, Light
from ncviz.explorer.square_loss_desk import (
    EPSILON_SHARES,
    MAXIMUM_CLASSES,
    WEIGHT_DECAYS,
    SquareLossDesk,
)
from ncviz.values_in_words import Facts
from ncviz.wording import three_digits


class SquareLossPanel(QWidget):
    """λ on or off, its size, ε and K; every change of the model begins anew.

    Signals
    -------
    keep_asked()
        Record the model as a run.

    Parameters
    ----------
    desk : SquareLossDesk
    """

    keep_asked = pyqtSignal()

    def __init__(self, desk: SquareLossDesk) -> None:
        super().__init__()
        self._desk = desk
        self.buttons = DescentButtons(desk)
        self.keep = KeepButton(desk)
        self.decays = QCheckBox("Weight decay")
        self.decays.setToolTip("Without weight decay the loss falls to zero and nothing collapses.")
        self.weight_decay = ScaledSlider(
            "λ",
            "weight decay",
            "Draws the rows of the classifier to one length: the smaller, the longer.",
            Scale(*WEIGHT_DECAYS),
        )
        self.epsilon = ScaledSlider(
            "ε",
            "output short of 1",
            "How far the output of the right class stays below 1; (K−1)/K is chance.",
            Scale(*EPSILON_SHARES, logarithmic=False),
        )
        self.classes = NamedSlider("K", "classes", "How many classes.", 2, MAXIMUM_CLASSES)
        self.seed = NamedSlider("", "seed", "Of the random start.", 0, SEEDS)
        self.prediction = QLabel()
        self.prediction.setTextFormat(Qt.TextFormat.RichText)
        self.prediction.setWordWrap(True)
        teach(self.prediction, lambda _point: self._predicted())
        self._connect()
        self._lay_out()
        self.show_problem()

    def _predicted(self) -> Answer:
        desk, concept = self._desk, CONCEPTS["square loss"]
        pair = Facts(classes=desk.classes, pair="Two rows of the classifier")
        angle = CONCEPTS["cosine"].sentence(desk.predicted_cosine, pair)
        length = three_digits(desk.predicted_norm)
        sentence = (
            f"Every row of the classifier comes to the length {length}. {angle}"
            if desk.decays
            else "Without weight decay nothing is predicted: the rows come to no one length."
        )
        light = Light(concept.lights, concept="square loss")
        return Answer("Prediction", sentence, concept.meaning, light=light)

    def _connect(self) -> None:
        desk = self._desk
        self.decays.toggled.connect(lambda on: desk.set(decays=on))
        self.weight_decay.chosen.connect(lambda decay: desk.set(weight_decay=decay))
        self.epsilon.chosen.connect(lambda share: desk.set(share=share))
        self.classes.slider.valueChanged.connect(lambda classes: desk.set(classes=classes))
        self.seed.slider.valueChanged.connect(lambda seed: desk.set(seed=seed))
        self.keep.clicked.connect(lambda: self.keep_asked.emit())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 8)
        column.setSpacing(8)
        words = PlainLabel(
            "With the square loss and weight decay every row of the classifier comes to one "
            "predicted length."
        )
        words.setProperty("role", "sentence")
        words.setWordWrap(True)
        column.addWidget(words)
        column.addWidget(self.buttons)
        column.addWidget(self.decays)
        column.addWidget(self.weight_decay)
        column.addWidget(self.epsilon)
        column.addLayout(side_by_side(self.classes, self.seed))
        column.addSpacing(8)
        column.addWidget(self.prediction)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.keep)
        column.addLayout(row)

    def show_problem(self) -> None:
        """Bring everything up to date."""
        desk = self._desk
        self.decays.blockSignals(True)
        self.decays.setChecked(desk.decays)
        self.decays.blockSignals(False)
        self.weight_decay.show_number(desk.weight_decay)
        self.epsilon.show_number(desk.share)
        self.epsilon.value.setText(three_digits(desk.epsilon))
        self.classes.show_value(desk.classes, str(desk.classes))
        self.seed.show_value(desk.seed, str(desk.seed))
        self.prediction.setText(
            f"Predicted: <i>‖w‖</i> = <b>{three_digits(desk.predicted_norm)}</b>, "
            f"cosine <b>{three_digits(desk.predicted_cosine)}</b>"
            if desk.decays
            else "Without weight decay nothing is predicted."
        )
        self.show_moment()

    def show_moment(self) -> None:
        """Bring the buttons up to date."""
        self.buttons.show_moment()
        self.keep.show_moment()
