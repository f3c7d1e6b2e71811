"""One of the two runs that are compared, on a card."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
)

from ncviz.desktop.widgets.long_names import FittedTitle
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.language import tr
from ncviz.runs.layer_names import anatomy
from ncviz.runs.measures import imbalance_ratio
from ncviz.runs.run import Run
from ncviz.wording import three_digits


class RunCard(QFrame):
    """One of the two runs.

    Parameters
    ----------
    side : str
        'Left' or 'Right'.

    Signals
    -------
    asked()
        Choose another run.
    """

    asked = pyqtSignal()

    def __init__(self, side: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.side = PlainLabel(side, "caption")
        self.title = FittedTitle(keep_last=True)
        self.title.setProperty("role", "heading")
        self.facts = PlainLabel(role="caption", wraps=True)
        self.choose = QPushButton(tr("Choose…"))
        self.choose.setToolTip(
            plain_tip(
                tr(
                    "Choose the run on the {side}: a sample, a recent one, or a folder.",
                    side=side.lower(),
                )
            )
        )
        self.choose.setAccessibleName(tr("Choose the run on the {side}", side=side.lower()))
        self.choose.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choose.clicked.connect(self.asked)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self.side)
        self.head.addStretch(1)
        self.head.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 8)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addWidget(self.title)
        column.addWidget(self.facts)

    def show_run(self, run: Run | None, title: str, *, twin: bool) -> None:
        """Say which run it is; a twin has the other one's title, and shows its folder's name."""
        self.title.set_title(tr("No run yet") if run is None else title)
        folder = f"{run.path.name} · " if run is not None and twin else ""
        self.facts.setText("" if run is None else folder + _facts(run))
        self.facts.setVisible(run is not None)
        self.setToolTip("" if run is None else plain_tip(str(run.path)))


def _facts(run: Run) -> str:
    manifest, ratio = run.manifest, imbalance_ratio(run)
    return " · ".join(
        (
            tr("{classes:,} classes", classes=manifest.classes),
            tr("balanced") if ratio == 1.0 else f"R = {three_digits(ratio)}",
            anatomy(run),
            tr("to {epochs}", epochs=run.counting.named(run.epochs[-1])),
        )
    )
