"""The views that a film passes through."""

from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.counting import EPOCHS, Counting
from ncviz.desktop.widgets.form_parts import caption
from ncviz.language import tr
from ncviz.runs.layer_names import shortened_layer
from ncviz.scenes.view import View

HINT = tr(
    "Turn the scene in the window, then add what you see. Without any, the camera turns once."
)


class Keyframes(QWidget):
    """A list of views, in the order of the film.

    Signals
    -------
    add_asked()
        Add what the window shows now.
    changed()
    """

    add_asked = pyqtSignal()
    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._views: list[View] = []
        self.names: tuple[str, ...] = ()  # of the run's layers
        self.counting = EPOCHS  # of the run
        self.list = QListWidget()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(tr("Views on the way"))
        self.add = QPushButton(tr("Add this view"))
        self.remove = QPushButton(tr("Remove"))
        self.earlier = QPushButton(tr("Move earlier"))
        self.later = QPushButton(tr("Move later"))
        self.add.setToolTip(tr("Add camera, moment and layer as the window shows them now."))
        self.hint = caption(HINT)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, buttons in (
            (first, (self.add, self.remove)),
            (second, (self.earlier, self.later)),
        ):
            row.setSpacing(8)
            for button in buttons:
                button.setAutoDefault(False)
                row.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.hint)
        column.addWidget(self.list)
        column.addLayout(first)
        column.addLayout(second)
        self.add.clicked.connect(lambda: self.add_asked.emit())
        self.remove.clicked.connect(self._remove)
        self.earlier.clicked.connect(lambda: self._move(-1))
        self.later.clicked.connect(lambda: self._move(1))
        self.list.currentRowChanged.connect(self._show_possible)
        self._show()

    @property
    def views(self) -> tuple[View, ...]:
        """Return the views in their order."""
        return tuple(self._views)

    def put(self, view: View) -> None:
        """Add a view after the chosen one."""
        row = self.list.currentRow()
        place = len(self._views) if row < 0 else row + 1
        self._views.insert(place, replace(view, hovered=None))
        self._show(place)
        self.changed.emit()

    def _remove(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._views):
            del self._views[row]
            self._show(min(row, len(self._views) - 1))
            self.changed.emit()

    def _move(self, way: int) -> None:
        row = self.list.currentRow()
        other = row + way
        if 0 <= row < len(self._views) and 0 <= other < len(self._views):
            self._views[row], self._views[other] = self._views[other], self._views[row]
            self._show(other)
            self.changed.emit()

    def _show(self, chosen: int = -1) -> None:
        self.list.clear()
        for number, view in enumerate(self._views, 1):
            self.list.addItem(f"{number}   {describe(view, self.names, self.counting)}")
        self.list.setCurrentRow(chosen)
        line = self.list.fontMetrics().lineSpacing() + 8
        self.list.setFixedHeight(line * min(max(len(self._views), 1), 5) + 8)
        self.list.setVisible(bool(self._views))
        self._show_possible()

    def _show_possible(self) -> None:
        row, count = self.list.currentRow(), len(self._views)
        for button, possible in (
            (self.remove, 0 <= row < count),
            (self.earlier, 0 < row < count),
            (self.later, 0 <= row < count - 1),
        ):
            button.setEnabled(possible)
            button.setVisible(count > 0)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Let Delete remove the chosen view."""
        assert event is not None
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.list.hasFocus():
            self._remove()
        else:
            super().keyPressEvent(event)


def describe(view: View, names: tuple[str, ...] = (), counting: Counting = EPOCHS) -> str:
    """Say in a few words which view it is.

    Parameters
    ----------
    view : View
    names : tuple of str
        Of the run's layers, as far as it is known.
    counting : Counting
        What the run counts.
    """
    camera = view.camera
    known = -len(names) <= view.layer < len(names)
    layer = shortened_layer(names[view.layer]) if known else tr("last layer")
    return tr(
        "{epoch} · {layer} · {azimuth:.0f}° round, {elevation:.0f}° up",
        epoch=counting.named(round(view.epoch)),
        layer=layer,
        azimuth=camera.azimuth % 360,
        elevation=camera.elevation,
    )
