"""The left column of the Theory room: three models, one at a time."""

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ncviz.desktop.rooms.theory.feature_model_panel import FeatureModelPanel
from ncviz.desktop.rooms.theory.layer_peeled_panel import LayerPeeledPanel
from ncviz.desktop.rooms.theory.square_loss_panel import SquareLossPanel
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.explorer.feature_model_desk import FeatureModelDesk
from ncviz.explorer.square_loss_desk import SquareLossDesk
from ncviz.explorer.theory_desk import TheoryDesk

PEELED, FEATURES, SQUARE = "peeled", "features", "square"
TITLES = {
    PEELED: "Layer-Peeled Model",
    FEATURES: "Unconstrained features",
    SQUARE: "Square loss",
}
SHORT = {PEELED: "Peeled", FEATURES: "Features", SQUARE: "Square"}
TIPS = {
    PEELED: "Layer-Peeled Model: the best last layer under a norm budget, for any class sizes.",
    FEATURES: "Unconstrained feature model: free features and classifier descend on a loss.",
    SQUARE: "Square loss: the norms that weight decay leads to, predicted and simulated.",
}


class TheoryPanel(QWidget):
    """Switches between the models and holds their panels, each made when it is first shown.

    Signals
    -------
    panel_made(QWidget)
        The panel of a model exists from now on.
    model_changed(str)
        'peeled', 'features' or 'square' was chosen.
    overlay_asked()
        Lay the open run over the curve.
    keep_asked()
        Record the descending model as a run.

    Parameters
    ----------
    peeled : TheoryDesk
    features : FeatureModelDesk
    square : SquareLossDesk
    """

    model_changed = pyqtSignal(str)
    overlay_asked = pyqtSignal()
    keep_asked = pyqtSignal()
    panel_made = pyqtSignal(QWidget)

    def __init__(
        self, peeled: TheoryDesk, features: FeatureModelDesk, square: SquareLossDesk
    ) -> None:
        super().__init__()
        self.switch = SegmentedButtons(SHORT, TIPS)
        self.switch.setAccessibleName("Model")
        self.title = PlainLabel()
        self.title.setProperty("role", "title")
        self._makers: dict[str, Callable[[], QWidget]] = {
            PEELED: lambda: LayerPeeledPanel(peeled),
            FEATURES: lambda: FeatureModelPanel(features),
            SQUARE: lambda: SquareLossPanel(square),
        }
        self._made: dict[str, QWidget] = {}
        self.pages = QStackedWidget()
        head = QVBoxLayout()
        head.setContentsMargins(16, 8, 8, 0)
        head.setSpacing(8)
        head.addWidget(self.switch)
        head.addWidget(self.title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        self.switch.chosen.connect(self._choose)
        self.show_model(PEELED)

    def panel_of(self, name: str) -> QWidget:
        """Return the panel of a model, made when it is first asked for."""
        if name not in self._made:
            panel = self._made[name] = self._makers[name]()
            self.pages.addWidget(panel)
            if name == PEELED:
                panel.overlay_asked.connect(self.overlay_asked)
            else:
                panel.keep_asked.connect(self.keep_asked)
            self.panel_made.emit(panel)
        return self._made[name]

    @property
    def model(self) -> str:
        """Return the model that is shown."""
        return str(self.switch.value)

    def show_model(self, name: str) -> None:
        """Show a model's panel without telling anyone."""
        self.switch.set_value(name)
        self.title.setText(TITLES[name])
        self.pages.setCurrentWidget(self.panel_of(name))
        # A page that is not seen must not make the column higher.
        for key, panel in self._made.items():
            kept = QSizePolicy.Policy.Preferred if key == name else QSizePolicy.Policy.Ignored
            panel.setSizePolicy(QSizePolicy.Policy.Preferred, kept)
        self.pages.updateGeometry()

    def show_problem(self) -> None:
        """Bring the panel that is seen up to date with its desk."""
        self.panel_of(self.model).show_problem()

    def show_moment(self) -> None:
        """Bring what depends on the moment up to date."""
        self.panel_of(self.model).show_moment()

    def _choose(self, name: object) -> None:
        self.show_model(str(name))
        self.show_problem()
        self.model_changed.emit(str(name))
