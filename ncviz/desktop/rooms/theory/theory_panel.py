"""The left column of the Theory room: the models, one at a time."""

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.rooms.theory.model_panel import DescentPanel, ModelPanel, OptimumPanel
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.columns import turn_to
from ncviz.desktop.widgets.plain_text import plain_tip
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.explorer.solvers import are_loaded
from ncviz.language import tr

PAUSE = 10  # milliseconds between two looks whether solvers are loaded


class TheoryPanel(QWidget):
    """Switches between the models and holds their panels, each made when it is first shown.

    Signals
    -------
    panel_made(QWidget)
        The panel of a model exists from now on.
    model_changed(str)
        A model was chosen, by its name.
    waits()
        A model was chosen that is shown a little later.
    overlay_asked()
        Lay the open run over the curve.
    keep_asked()
        Record the descending model as a run.

    Parameters
    ----------
    desks : mapping of str to ModelDesk
        By the names of the models, in order.
    """

    model_changed = pyqtSignal(str)
    waits = pyqtSignal()
    overlay_asked = pyqtSignal()
    keep_asked = pyqtSignal()
    panel_made = pyqtSignal(QWidget)

    def __init__(self, desks: Mapping[str, ModelDesk[Any]]) -> None:
        super().__init__()
        self._desks = desks
        self.switch = Choice()
        for name, desk in desks.items():
            self.switch.addItem(desk.model.title, name)
            tip = plain_tip(desk.model.tip)
            self.switch.setItemData(self.switch.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.switch.setAccessibleName(tr("Model"))
        self._made: dict[str, ModelPanel] = {}
        self._shown = ""
        self.pages = QStackedWidget()
        head = QVBoxLayout()
        head.setContentsMargins(16, 8, 8, 0)
        head.addWidget(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        self._waiting = one_shot(self, self._ask)
        self.switch.activated.connect(lambda _: self._ask())
        self.show_model(next(iter(desks)))

    def panel_of(self, name: str) -> ModelPanel:
        """Return the panel of a model, made when it is first asked for."""
        if name not in self._made:
            self._made[name] = panel = self._make(self._desks[name])
            self.pages.addWidget(panel)
            self.panel_made.emit(panel)
        return self._made[name]

    def _make(self, desk: ModelDesk[Any]) -> ModelPanel:
        if isinstance(desk, OptimumDesk):
            solved = OptimumPanel(desk)
            solved.overlay_asked.connect(self.overlay_asked)
            return solved
        assert isinstance(desk, DescentDesk)
        descending = DescentPanel(desk)
        descending.keep_asked.connect(self.keep_asked)
        return descending

    @property
    def model(self) -> str:
        """Return the name of the model that is shown."""
        return self._shown

    def show_model(self, name: str) -> None:
        """Show a model's panel without telling anyone."""
        self._shown = name
        self._waiting.stop()
        self.switch.setCurrentIndex(self.switch.findData(name))
        self.switch.setToolTip(plain_tip(self._desks[name].model.tip))
        turn_to(self.pages, self.panel_of(name))

    def show_problem(self) -> None:
        """Bring the panel that is seen up to date with its desk."""
        self.panel_of(self.model).show_problem()

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date."""
        self.panel_of(self.model).show_moment()

    def open_model(self, name: str) -> bool:
        """Turn to a model and bring its panel up to date; return whether that is done.

        Else it is done, and told, as soon as all that it needs is loaded.
        """
        if name != self._shown and not are_loaded():
            self.switch.setCurrentIndex(self.switch.findData(name))
            self._ask()
            return False
        self.show_model(name)
        self.show_problem()
        return True

    @property
    def chosen(self) -> str:
        """Return the name of the model that is shown, or will be."""
        return str(self.switch.currentData())

    @property
    def is_waiting(self) -> bool:
        """Return whether a model was chosen that is shown as soon as it can be solved."""
        return self._waiting.isActive()

    def _ask(self) -> None:
        """Turn to the model that was chosen, once all that it needs is loaded."""
        if are_loaded():
            self._choose(str(self.switch.currentData()))
        else:
            self._waiting.start(PAUSE)
            self.waits.emit()

    def _choose(self, name: str) -> None:
        self.show_model(name)
        self.show_problem()
        self.model_changed.emit(name)
