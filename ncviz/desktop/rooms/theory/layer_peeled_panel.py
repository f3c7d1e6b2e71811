"""The left column of the Layer-Peeled Model: its sliders and class sizes."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ncviz.desktop.rooms.theory.theory_sliders import (
    STEPS,
    NamedSlider,
    Scale,
    ScaledSlider,
    labelled,
    side_by_side,
)
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.class_sizes import ClassSizesEditor
from ncviz.desktop.widgets.computing import Computing
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.explorer.class_shapes import FREE, PRESETS
from ncviz.explorer.theory_desk import (
    BUDGETS,
    MAXIMUM_CLASSES,
    MAXIMUM_PINS,
    MAXIMUM_RATIO,
    POWERS,
    TheoryDesk,
)
from ncviz.wording import three_digits

__all__ = ["STEPS", "LayerPeeledPanel", "NamedSlider"]

PIN_TIP = f"Keep this curve for comparison with the next ones, up to {MAXIMUM_PINS}."
NO_CURVE = "One minority class has no second one to compare with: there is no curve to keep."
NEAR_TWO = 0.08  # a q that is dragged so near to 2 is 2


class LayerPeeledPanel(QWidget):
    """R, K, K_A, E_H·E_W, class sizes and q, solved while they are dragged.

    Signals
    -------
    overlay_asked()
        Lay the open run over the curve.

    Parameters
    ----------
    desk : TheoryDesk
    """

    overlay_asked = pyqtSignal()

    def __init__(self, desk: TheoryDesk) -> None:
        super().__init__()
        self._desk = desk
        self.ratio = ScaledSlider(
            "R",
            "imbalance ratio",
            "How many times more samples the largest class has than the smallest.",
            Scale(1.0, MAXIMUM_RATIO),
            concept="imbalance",
        )
        self.classes = NamedSlider(
            "K", "classes", "All classes, majority and minority.", 2, MAXIMUM_CLASSES
        )
        self.majority = NamedSlider(
            "K<sub>A</sub>",
            "majority",
            "Classes with many samples, where there are two groups; the others are minority.",
            1,
            MAXIMUM_CLASSES - 1,
        )
        self.budget = ScaledSlider(
            "E<sub>H</sub>·E<sub>W</sub>",
            "norm budget",
            "How large features and classifiers may be; only the product matters.",
            Scale(*BUDGETS),
            concept="norm budget",
        )
        self.power = ScaledSlider(
            "q",
            "power of the norm",
            "Features are bounded in Σ |h_j|^q over their coordinates: only q = 2 is solved "
            "exactly; for any other the lowest of many descents is shown.",
            Scale(*POWERS),
            concept="power",
        )
        self.preset = Choice()
        for preset in PRESETS:
            self.preset.addItem(preset.name.capitalize(), preset.name)
        self.preset.addItem("Free", FREE)
        self.preset.setAccessibleName("Class sizes")
        self.sizes = ClassSizesEditor()
        self.pin = QPushButton("Pin curve")
        self.pin.setToolTip(PIN_TIP)
        self.overlay = QPushButton("Overlay run")
        self.overlay.setToolTip(
            "Mark the mean cosine between the minority classifiers of the open run, at its R."
        )
        self.computing = Computing(
            lambda: desk.solved_share,
            desk.stop_solving,
            "Keep the best answer so far, or go back to q = 2 if there is none.",
        )
        self._connect()
        self._lay_out()
        self.show_problem()

    def _connect(self) -> None:
        desk = self._desk
        self.ratio.chosen.connect(desk.seek_ratio)
        self.classes.slider.valueChanged.connect(lambda k: desk.set_problem(classes=k))
        self.majority.slider.valueChanged.connect(lambda k: desk.set_problem(majority=k))
        self.budget.chosen.connect(lambda budget: desk.set_problem(budget=budget))
        self.power.chosen.connect(lambda q: desk.set_power(2.0 if abs(q - 2) < NEAR_TWO else q))
        self.preset.activated.connect(self._choose_preset)
        self.sizes.changed.connect(desk.set_sizes)
        self.pin.clicked.connect(lambda: desk.pin())
        self.overlay.clicked.connect(lambda: self.overlay_asked.emit())

    def _choose_preset(self, index: int) -> None:
        name = self.preset.itemData(index)
        if name == FREE:
            self._desk.set_sizes(self._desk.sizes)
        else:
            self._desk.set_preset(name)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 8)
        column.setSpacing(8)
        words = PlainLabel("The best last layer under a norm budget, when classes differ in size.")
        words.setProperty("role", "sentence")
        words.setWordWrap(True)
        column.addWidget(words)
        column.addWidget(self.ratio)
        column.addLayout(side_by_side(self.classes, self.majority))
        column.addWidget(self.budget)
        tip = "Who has how many samples: a preset, or drag the bars below."
        column.addLayout(labelled("Class sizes", self.preset, tip))
        column.addWidget(self.sizes)
        column.addWidget(self.power)
        column.addWidget(self.computing)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.pin, 1)
        buttons.addWidget(self.overlay, 1)
        column.addLayout(buttons)
        column.addStretch(1)

    def show_problem(self) -> None:
        """Bring everything up to date; K_A ends below K."""
        desk, problem = self._desk, self._desk.problem
        # A run that was laid over the curve may have more classes than one chooses by hand.
        self.classes.set_maximum(max(MAXIMUM_CLASSES, problem.classes))
        self.majority.set_maximum(problem.classes - 1)
        self.ratio.show_number(problem.ratio)
        self.classes.show_value(problem.classes, str(problem.classes))
        self.majority.show_value(problem.majority, str(problem.majority))
        self.majority.setEnabled(desk.shape is None)
        self.budget.show_number(problem.budget)
        solving = " · solving…" if desk.solving else ""
        self.power.show_number(desk.q)
        self.power.value.setText(three_digits(desk.q) + solving)
        self.computing.watch()
        self.preset.setCurrentIndex(self.preset.findData(desk.preset))
        self.sizes.show_sizes(desk.sizes)
        alone = desk.shape is None and problem.minority < 2
        self.pin.setEnabled(len(desk.pins) < MAXIMUM_PINS and not alone)
        self.pin.setToolTip(NO_CURVE if alone else PIN_TIP)

    def show_moment(self) -> None:
        """Bring what depends on R up to date."""
        self.show_problem()
