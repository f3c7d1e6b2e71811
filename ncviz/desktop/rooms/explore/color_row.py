"""What samples are coloured by: a choice among the columns of a run, and what the colours mean."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.color_dot import color_dot
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.explorer.explorer import Explorer
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import CLASS, sample_columns
from ncviz.scenes.placements import samples_of
from ncviz.scenes.sample_colors import colors_in_words, column_in_view

TIPS = {
    CLASS: tr("The label that the network learns."),
    "predicted": tr("The class that the network gives each sample at this moment."),
    "nearest": tr("The class whose mean is nearest in the last layer at this moment."),
    "right": tr("Samples that the network gets wrong stand out."),
    "confidence": tr("Softmax probability of the class that the network gives."),
    "losses": tr("Cross-entropy −log p of the label, in nats; log K is that of not knowing."),
}
SIDE = 12  # pixels of a dot


class ColorRow(QWidget):
    """A choice, and below it the colours with their words.

    Signals
    -------
    color_asked(str)
        A name of `ncviz.runs.sample_columns`.
    """

    color_asked = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice()
        self.choice.setAccessibleName(tr("Samples are coloured by"))
        self.choice.setToolTip(tr("What the colours of the samples say."))
        self.choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choice.setMinimumContentsLength(6)
        self.choice.activated.connect(
            lambda _index: self.color_asked.emit(self.choice.currentData())
        )
        self._words: list[tuple[str, str]] = []
        self._drawn: Run | None = None
        row = QHBoxLayout()
        words = PlainLabel(tr("Samples by"))
        words.setToolTip(plain_tip(self.choice.toolTip()))
        row.addWidget(words)
        row.addWidget(self.choice, 1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 8, 0)
        whole.addLayout(row)
        whole.addLayout(self._grid)

    def show_run(self, run: Run) -> None:
        """Offer the columns of the samples of a run that are drawn."""
        self._drawn = run
        chosen = self.choice.currentData()
        self.choice.clear()
        for name, title in sample_columns(run).items():
            self.choice.addItem(title, name)
            tip = TIPS.get(name, tr("What was known of each sample beside its class."))
            role = Qt.ItemDataRole.ToolTipRole
            self.choice.setItemData(self.choice.count() - 1, plain_tip(tip), role)
        self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))
        self.setVisible(self.choice.count() > 1)

    def show_view(self, explorer: Explorer) -> None:
        """Show what is chosen, and what the colours mean at this moment."""
        run, view = explorer.drawn, explorer.view
        if run is None:
            return
        if run is not self._drawn:
            self.show_run(run)
        self.choice.setCurrentIndex(max(0, self.choice.findData(view.color_by)))
        column, theme = column_in_view(run, view), current_look().theme
        words: list[tuple[str, str]] = []
        if column is not None and view.show_samples:
            rows = samples_of(run, view.visible_classes(run.manifest.classes))
            words = colors_in_words(column, theme, view.palette, rows)
        if words != self._words:
            self._words = words
            self._show_words()

    def said(self) -> str:
        """Return what the colours mean, in words."""
        return ", ".join(text for text, _ in self._words)

    def _show_words(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for number, (text, hue) in enumerate(self._words):
            dot, label = PlainLabel(), PlainLabel(text, "caption")
            dot.setPixmap(color_dot(hue).pixmap(SIDE, SIDE))
            self._grid.addWidget(dot, number // 2, 2 * (number % 2))
            self._grid.addWidget(label, number // 2, 2 * (number % 2) + 1)
