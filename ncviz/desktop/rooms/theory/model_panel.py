"""The left column of a model: what is done with it, and its parameters."""

from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.theory.parameter_rows import ParameterRows
from ncviz.desktop.rooms.theory.theory_sliders import ParameterSlider, fold_button
from ncviz.desktop.widgets.columns import StackedPage
from ncviz.desktop.widgets.computing import Computing
from ncviz.desktop.widgets.lesson_places import go_with
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.switches import LESS, MORE
from ncviz.desktop.widgets.tab_order import go_to_field
from ncviz.desktop.widgets.teaching import teach
from ncviz.explorer.answers import Answer, Light
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import MAXIMUM_PINS, OptimumDesk
from ncviz.language import tr
from ncviz.models.class_sizes import with_sizes

PIN_TIP = tr(
    "Keep this curve for comparison with the next ones, up to {maximum_pins}.",
    maximum_pins=MAXIMUM_PINS,
)


class ModelPanel(StackedPage):
    """Parameters of a model; every change is asked of its desk at once."""

    def __init__(self, desk: ModelDesk[Any]) -> None:
        super().__init__()
        self._desk = desk
        self.rows = ParameterRows(desk.model)
        self.fields = self.rows.fields
        self.rows.chosen.connect(lambda name, value: desk.set(**{name: value}))
        self.rows.sizes_chosen.connect(lambda sizes: desk.put(with_sizes(desk.parameters, sizes)))
        self.told = QWidget()  # stands for the remark, which comes and goes by itself
        self.remark = QLabel(self.told)
        self.remark.setTextFormat(Qt.TextFormat.RichText)
        self.remark.setWordWrap(True)
        self.remark.setContentsMargins(0, 16, 0, 0)
        told = QVBoxLayout(self.told)
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(self.remark)
        teach(self.remark, lambda _point: self._remarked())
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 8, 8, 8)
        self.column.setSpacing(8)
        said = " ".join(filter(None, (desk.model.lead, desk.model.deed)))
        words = PlainLabel(said, "sentence", wraps=True)
        for part in (words, self.told):  # which say what becomes of it, as the caption does
            go_with(part, "caption")
        self.column.addWidget(words)

    def _remarked(self) -> Answer | None:
        remark = self._desk.model.remark(self._desk.parameters)
        if remark is None:
            return None
        concept = CONCEPTS[remark.concept]
        light = Light(concept.lights, concept=remark.concept)
        return Answer(remark.title, remark.sentence, concept.meaning, light=light)

    def _lay_out_parameters(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(0)  # or what stands for no remark would take some
        for part in (self.rows, self.rows.rare, self.told):
            column.addWidget(part)
        certain(self.rows.rare.layout()).setContentsMargins(0, self.column.spacing(), 0, 0)
        self.column.addLayout(column)

    def show_problem(self) -> None:
        """Bring everything up to date."""
        desk = self._desk
        remark = desk.model.remark(desk.parameters)
        self.remark.setText("" if remark is None else remark.text)
        self.remark.setVisible(remark is not None)
        self.show_moment()

    def go_to(self, name: str) -> None:
        """Give the control of a parameter the focus."""
        field = self.fields[name]
        go_to_field(field.slider if isinstance(field, ParameterSlider) else field)

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date."""
        raise NotImplementedError


class DescentButtons(QWidget):
    """Play, step and restart a model that descends."""

    def __init__(self, desk: DescentDesk[Any]) -> None:
        super().__init__()
        self._desk = desk
        self.play = QPushButton(tr("Play"))
        self.play.setProperty("role", "primary")
        self.play.setToolTip(tr("Let it descend, or hold it."))
        self.step = QPushButton(tr("Step"))
        self.step.setToolTip(tr("Go to the next recorded step."))
        self.restart = QPushButton(tr("Restart"))
        self.restart.setToolTip(tr("Begin anew at the random start."))
        self.play.clicked.connect(lambda: desk.toggle_playing())
        self.step.clicked.connect(lambda: desk.step())
        self.restart.clicked.connect(lambda: desk.restart())
        self.computing = Computing(
            lambda: desk.computed,
            desk.stop_computing,
            tr("Stand at the step that the model has come to."),
        )
        go_with(self, "play")
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
        self.play.setText(tr("Pause") if self._desk.player.playing else tr("Play"))


class DescentPanel(ModelPanel):
    """A model that descends: play, step, restart; every change begins anew.

    Signals
    -------
    keep_asked()
        Record the model as a run.
    """

    keep_asked = pyqtSignal()

    def __init__(self, desk: DescentDesk[Any]) -> None:
        super().__init__(desk)
        self.buttons = DescentButtons(desk)
        self._descending = desk
        self.keep = QPushButton(tr("Keep as a run"))
        self.keep.setToolTip(tr("Record these steps as a run, to explore like any network's."))
        self.keep.clicked.connect(lambda: self.keep_asked.emit())
        self.more = fold_button(MORE)
        self.more.setToolTip(plain_tip(desk.model.more))
        self.more.toggled.connect(self._turn)
        self.column.addWidget(self.buttons)
        self._lay_out_parameters()
        self.column.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.more)
        if not desk.model.more:
            self.more.hide()
        row.addStretch(1)
        row.addWidget(self.keep)
        self.column.addLayout(row)
        self.show_problem()

    def go_to(self, name: str) -> None:
        if not self.fields[name].isVisibleTo(self):
            self.more.setChecked(True)
        super().go_to(name)

    def _turn(self, more: bool) -> None:
        self.rows.rare.setVisible(more)
        self.more.setText(LESS if more else MORE)

    def show_problem(self) -> None:
        self.rows.show_values(self._descending.parameters)
        super().show_problem()

    def show_moment(self) -> None:
        desk = self._descending
        self.buttons.show_moment()
        self.keep.setText(tr("Keeping…") if desk.keeping else tr("Keep as a run"))
        self.keep.setEnabled(not desk.keeping and desk.frontier > 0)


class OptimumPanel(ModelPanel):
    """A model that is solved while its sliders are dragged.

    Signals
    -------
    overlay_asked()
        Lay the open run over the curve.
    """

    overlay_asked = pyqtSignal()

    def __init__(self, desk: OptimumDesk[Any]) -> None:
        super().__init__(desk)
        self._solved = desk
        self.pin = QPushButton(tr("Pin curve"))
        self.pin.setToolTip(PIN_TIP)
        self.overlay = QPushButton(tr("Overlay run"))
        self.overlay.setToolTip(plain_tip(desk.model.overlay_tip))
        if not desk.model.overlay_tip:
            self.overlay.hide()
        self.computing = Computing(lambda: desk.computed, desk.stop_computing, desk.model.stop_tip)
        self.pin.clicked.connect(lambda: desk.pin())
        self.overlay.clicked.connect(lambda: self.overlay_asked.emit())
        self._lay_out_parameters()
        self.column.addWidget(self.computing)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.pin, 1)
        buttons.addWidget(self.overlay, 1)
        self.column.addLayout(buttons)
        self.column.addStretch(1)
        self.show_problem()

    def show_moment(self) -> None:
        desk = self._solved
        self.rows.show_values(desk.parameters)
        sought = self.fields.get(desk.model.sought)
        if desk.solving and sought is not None:
            sought.write(tr("{words} · solving…", words=sought.value.text()))
        self.computing.watch()
        nothing = desk.model.no_curve(desk.parameters)
        self.pin.setEnabled(len(desk.pins) < MAXIMUM_PINS and not nothing)
        self.pin.setToolTip(plain_tip(nothing or PIN_TIP))
