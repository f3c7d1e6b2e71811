"""Samples as a contact sheet: chosen by what is known of them, in order, saved as a table."""

from pathlib import Path

import numpy as np
from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.scene.hover_card import magnified
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.color_dot import color_dot
from ncviz.desktop.widgets.dialog import Dialog
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.errors import UserError
from ncviz.explorer.lasso import columns_at, in_order, table_of_samples, those_of
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import CLASS
from ncviz.runs.writer import write_atomically
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.palette import class_color
from ncviz.scenes.view import View
from ncviz.wording import upper_first

MOST = 500  # pictures at once; a table has all of them
SIDE = 72  # pixels of a picture
EACH = "all"


class SamplesDialog(Dialog):
    """What is known of chosen samples at a moment.

    Parameters
    ----------
    parent : QWidget
    run : Run
    view : View
        Its epoch and palette.
    rows : tuple of int
        Of the probe.

    Signals
    -------
    table_chosen(Path)
        Its columns are to be added to the run.
    """

    table_chosen = pyqtSignal(Path)

    def __init__(self, parent: QWidget, run: Run, view: View, rows: tuple[int, ...]) -> None:
        super().__init__(parent)
        self._run, self._view, self._rows = run, view, rows
        self.shown: tuple[int, ...] = ()
        self.setWindowTitle(tr("Samples"))
        self.only, self.word, self.order = Choice(), Choice(), Choice()
        for choice, name in (
            (self.only, tr("Only")),
            (self.word, tr("Value")),
            (self.order, tr("Order by")),
        ):
            choice.setAccessibleName(name)
        self._offer_columns()
        self.count = PlainLabel(role="caption")
        self.sheet = QListWidget()
        if run.probe.texts is None:
            self.sheet.setViewMode(QListView.ViewMode.IconMode)
            self.sheet.setIconSize(QSize(SIDE, SIDE))
        self.sheet.setResizeMode(QListView.ResizeMode.Adjust)
        self.sheet.setMovement(QListView.Movement.Static)
        self.sheet.setUniformItemSizes(True)
        self.sheet.setSpacing(6 if run.probe.texts is None else 0)
        self.sheet.setAccessibleName(tr("Samples"))
        self.save = QPushButton(tr("Save table…"))
        self.save.setToolTip(tr("All that is known of these samples, as CSV."))
        self.add = QPushButton(tr("Add columns…"))
        self.add.setToolTip(
            tr(
                "What you know of the samples, from a table: a row for each drawn sample, in their "
                "order or with a column 'sample' as Save table… writes it."
            )
        )
        self._lay_out()
        self.only.activated.connect(lambda _index: self._only_chosen())
        self.word.activated.connect(lambda _index: self._show())
        self.order.activated.connect(lambda _index: self._show())
        self.save.clicked.connect(self._save)
        self.add.clicked.connect(self._ask_table)
        self._only_chosen()
        self.fit(760, 560)

    def _offer_columns(self) -> None:
        self._columns = columns_at(self._run, self._view.epoch)
        self.only.addItem(tr("all of them"), EACH)
        for name, column in self._columns.items():
            if column.words:
                self.only.addItem(column.title, name)
            way = ("", "") if column.words else (tr(", least first"), tr(", most first"))
            for least, words in zip((True, False), way, strict=True):
                if least or words:
                    self.order.addItem(f"{column.title}{words}", (name, least))

    def take_columns(self) -> None:
        """Offer the columns that the run has now; what is chosen stays chosen."""
        chosen = {choice: choice.currentData() for choice in (self.only, self.order)}
        word = self.word.currentText()
        for choice in chosen:
            choice.clear()
        self._offer_columns()
        for choice, data in chosen.items():  # Qt does not find a pair
            there = (k for k in range(choice.count()) if choice.itemData(k) == data)
            choice.setCurrentIndex(next(there, 0))
        self._only_chosen()
        self.word.setCurrentIndex(max(0, self.word.findText(word)))
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for words, choice in (
            (tr("Only"), self.only),
            ("", self.word),
            (tr("Order by"), self.order),
        ):
            if words:
                row.addWidget(PlainLabel(words))
            row.addWidget(choice)
        row.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        foot.addWidget(self.add)
        foot.addWidget(self.save)
        whole = QVBoxLayout(self)
        whole.addLayout(row)
        whole.addWidget(self.sheet, 1)
        whole.addLayout(foot)

    def _only_chosen(self) -> None:
        """Offer the words of the column that decides."""
        name = self.only.currentData()
        self.word.clear()
        self.word.setVisible(name != EACH)
        if name != EACH:
            column = self._columns[name]
            for number in np.unique(column.values[list(self._rows)]).tolist():
                self.word.addItem(column.words[number])
        self._show()

    def _show(self) -> None:
        name = self.only.currentData()
        rows = self._rows
        if name != EACH and self.word.count():
            rows = those_of(self._columns, rows, name, self.word.currentText())
        by, least = self.order.currentData()
        self.shown = in_order(self._columns, rows, by, least_first=least)
        self.sheet.clear()
        for sample in self.shown[:MOST]:
            self.sheet.addItem(self._item(sample))
        moment = self._run.counting.named(nearest_recorded(self._run.epochs, self._view.epoch))
        more = tr("; the first {most:,} are shown", most=MOST) if len(self.shown) > MOST else ""
        word = tr("sample") if len(self.shown) == 1 else tr("samples")
        self.count.setText(
            tr(
                "{count:,} {word} at {moment}{more}",
                count=len(self.shown),
                word=word,
                moment=moment,
                more=more,
            )
        )
        self.save.setEnabled(bool(self.shown))

    def _item(self, sample: int) -> QListWidgetItem:
        images, texts = self._run.probe.images, self._run.probe.texts
        label = self._columns[CLASS]
        name = label.said(sample)
        if images is not None:
            icon = QIcon(magnified(images[sample], self.devicePixelRatioF()))
        else:
            theme = current_look().theme
            icon = color_dot(
                class_color(label.labels_of(int(label.values[sample])), theme, self._view.palette)
            )
        by, _ = self.order.currentData()
        value = self._columns[by].said(sample)
        item = QListWidgetItem(icon, value if texts is None else f"{value} · {texts[sample]}")
        lines = [
            tr("Sample {sample}", sample=sample),
            *(() if texts is None else (texts[sample],)),
            *(
                f"{upper_first(column.title)}: {column.said(sample)}"
                for column in self._columns.values()
            ),
        ]
        item.setToolTip(plain_tip("\n".join(lines)))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}; " + "; ".join(lines))
        if texts is None:
            item.setSizeHint(QSize(SIDE + 24, SIDE + 28))
        return item

    def _ask_table(self) -> None:
        text, _ = QFileDialog.getOpenFileName(
            self, tr("Add columns of a table"), "", tr("Tables (*.csv *.tsv *.txt);;All files (*)")
        )
        if text:
            self.table_chosen.emit(Path(text))

    def _save(self) -> None:
        text, _ = QFileDialog.getSaveFileName(
            self, tr("Save what is known of these samples"), "samples.csv", "Tables (*.csv)"
        )
        if not text:
            return
        path = Path(text)
        content = table_of_samples(self._run, self._view.epoch, self.shown).encode()
        try:
            write_atomically(path if path.suffix else path.with_suffix(".csv"), content)
        except UserError as error:
            self.count.setText(str(error))
            return
        self.count.setText(tr("Saved {name}.", name=path.name))
