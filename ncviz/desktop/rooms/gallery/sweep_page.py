"""A page of the Gallery while a sweep is open: table, map, and a plot of each cell."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.rooms.gallery.sweep_map_view import SweepMapView
from ncviz.desktop.rooms.gallery.sweep_multiples import MultiplesView
from ncviz.desktop.rooms.gallery.sweep_table import SweepTableView
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.long_names import LongLabel
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.language import tr
from ncviz.sweeps.multiples import MOST, Multiple, plots_of_sweeps
from ncviz.sweeps.numbers import run_numbers
from ncviz.sweeps.places import FINISHED, STATES
from ncviz.sweeps.row_filter import RowFilter
from ncviz.sweeps.survey import USUAL, SurveyRow
from ncviz.sweeps.sweep import Sweep
from ncviz.sweeps.sweep_map import (
    SweepGrid,
    cell_at,
    map_of,
    spread_in_words,
    usual_axes,
)
from ncviz.sweeps.sweep_words import SweepWords, number_title

TABLE, MAP, PLOTS = "table", "map", "plots"
VIEWS = {TABLE: tr("Table"), MAP: tr("Map"), PLOTS: tr("Plots")}
TIPS = {
    TABLE: tr("A row for each cell and seed."),
    MAP: tr("A number over two parameters."),
    PLOTS: tr("The same plot of each cell."),
}


class SweepPage(QWidget):
    """What there is of a sweep.

    Parameters
    ----------
    switch : QWidget
        Leads to the other pages.

    Signals
    -------
    changed()
        Other numbers or plots are wanted.
    opened(object, object)
        A `SweepCell`, and the seed or None for all of them.
    table_asked(), figure_asked()
    """

    changed = pyqtSignal()
    opened = pyqtSignal(object, object)
    table_asked = pyqtSignal()
    figure_asked = pyqtSignal()

    def __init__(self, switch: QWidget) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sweep: Sweep | None = None
        self._rows: tuple[SurveyRow, ...] = ()
        self._shown: tuple[SurveyRow, ...] = ()
        self.title = PlainLabel("", "display")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.views = SegmentedButtons(VIEWS, TIPS)
        self.views.setAccessibleName(tr("How the sweep is shown"))
        self.views.set_value(TABLE)
        self.number, self.split = _choice(tr("Number")), _choice(tr("Samples"))
        self.across, self.up = _choice(tr("Along the map")), _choice(tr("Up the map"))
        self.plot = _choice(tr("Plot of each cell"))
        self.filter = QLineEdit()
        self.filter.setAccessibleName(tr("Filter the cells"))
        self.filter.setClearButtonEnabled(True)
        self.table = SweepTableView()
        self.map = SweepMapView()
        self.multiples = MultiplesView()
        self.pages = QStackedWidget()
        self.told = LongLabel()
        self.progress = PlainLabel("", "sentence")
        self.save_table = QPushButton(tr("Save table…"))
        self.save_figure = QPushButton(tr("Save figure…"))
        self._lay_out(switch)
        self._connect()

    def _lay_out(self, switch: QWidget) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(switch, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.views)
        for part in (self.number, self.plot, self.across, self.up, self.split):
            row.addWidget(part, 1)
        row.addWidget(self.filter, 2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.multiples)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for page in (self.table, self.map, scroll):
            self.pages.addWidget(page)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.progress)
        foot.addWidget(self.told, 1)
        foot.addWidget(self.save_table)
        foot.addWidget(self.save_figure)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 16, 40, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.views.chosen.connect(self.turn)
        for part in (self.number, self.split, self.plot):
            part.activated.connect(lambda _: self.changed.emit())
        for part in (self.number, self.across, self.up):
            part.activated.connect(lambda _: self._show())
        self.filter.textChanged.connect(lambda _: self._filter())
        self.table.opened.connect(lambda row: self.opened.emit(row.task.cell, row.task.seed))
        self.map.opened.connect(self._open_place)
        self.multiples.opened.connect(self._open_multiple)
        for view in (self.map, self.multiples):
            view.told.connect(self.told.setText)
        self.save_table.clicked.connect(lambda: self.table_asked.emit())
        self.save_figure.clicked.connect(lambda: self.figure_asked.emit())

    # What is asked for

    @property
    def view(self) -> str:
        """Return how it is shown."""
        return str(self.views.value)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the numbers that are looked at."""
        return tuple(dict.fromkeys((*USUAL, str(self.number.currentData() or USUAL[0]))))

    def turn(self, view: Any) -> None:
        """Show it as a table, a map or plots."""
        self.views.set_value(view)
        self.pages.setCurrentIndex(list(VIEWS).index(view))
        self.number.setVisible(view != PLOTS)
        self.plot.setVisible(view == PLOTS)
        for part in (self.across, self.up):
            part.setVisible(view == MAP)
        self.save_figure.setVisible(view != TABLE)
        self.told.setText("")
        self.setFocusProxy({TABLE: self.table, MAP: self.map, PLOTS: self.multiples}[view])
        self._show()
        self.changed.emit()

    def show_sweep(self, sweep: Sweep) -> None:
        """Show another sweep."""
        self.sweep, self._rows, self._shown = sweep, (), ()
        self.title.setText(sweep.name)
        names = () if sweep.model else tuple(run_numbers())
        _fill(self.number, {name: number_title(name) for name in names}, "rho")
        _fill(self.split, {"train": tr("Training"), "test": tr("Test")}, "train")
        _fill(self.plot, {name: each.menu for name, each in plots_of_sweeps().items()}, "law")
        across, up = usual_axes(sweep)
        words = SweepWords(sweep)
        _fill(self.across, {name: f"→ {words.heading(name)}" for name in sweep.varied}, across)
        _fill(self.up, {name: f"↑ {words.heading(name)}" for name in sweep.varied}, up)
        self.filter.setPlaceholderText(tr("Filter: {example}", example=_example(sweep, words)))
        self.split.setVisible(not sweep.model)
        self.views.button(PLOTS).setEnabled(not sweep.model)
        self.filter.clear()
        self.turn(self.view if not sweep.model or self.view != PLOTS else TABLE)

    def show_rows(self, rows: Sequence[SurveyRow]) -> None:
        """Show how far the tasks are."""
        assert self.sweep is not None
        self._rows = tuple(rows)
        if self.sweep.model and not self.number.count():
            found = dict.fromkeys(name for row in rows for name in row.numbers)
            usual = next((name for name in found if "minority" in name), "")
            _fill(self.number, {name: name for name in found}, usual)
        self._filter()

    def _tell_progress(self, trouble: str) -> None:
        counted = Counter(row.stands.state for row in self._rows)
        states = ", ".join(f"{counted[each]:,} {tr(each)}" for each in STATES if counted[each])
        said = [tr("{said} of {count:,}", said=states, count=len(self._rows))]
        if self.filter.text().strip():
            shown = len(self._shown)
            said.append(
                tr("{count:,} of them shown", count=shown) if shown else tr("none fits the filter")
            )
        if trouble:
            said.append(trouble)
        self.progress.setText(", ".join(said))

    @property
    def shown_cells(self) -> tuple[Any, ...]:
        """Return the cells that the filter leaves."""
        return tuple({row.task.cell.number: row.task.cell for row in self._shown}.values())

    def _filter(self) -> None:
        if self.sweep is None:
            return
        before = self.shown_cells
        asked = RowFilter(self.sweep, self._numbers_of(self.sweep), self.filter.text())
        self._shown = tuple(row for row in self._rows if asked.fits(row))
        self._tell_progress(asked.trouble)
        self._show()
        if self.view == PLOTS and before != self.shown_cells:
            self.changed.emit()

    def _show(self) -> None:
        sweep = self.sweep
        if sweep is None:
            return
        if self.view == TABLE:
            self.table.show_rows(sweep, self._shown, self._numbers_of(sweep))
        elif self.view == MAP:
            self._show_map(sweep)

    def _numbers_of(self, sweep: Sweep) -> tuple[str, ...]:
        """Return the numbers that rows have."""
        if not sweep.model:
            return self.numbers
        return tuple(dict.fromkeys(name for row in self._rows for name in row.numbers))

    def _show_map(self, sweep: Sweep) -> None:
        number = str(self.number.currentData() or "")
        across, up = (str(each.currentData() or "") for each in (self.across, self.up))
        up = "" if up == across else up
        values = [(row.task, row.numbers[number]) for row in self._shown if number in row.numbers]
        grid = map_of(sweep, values, number, across, up)
        self.map.show_grid(grid)
        self.told.setText(spread_in_words(grid))

    def show_multiples(self, name: str, multiples: Sequence[Multiple]) -> None:
        """Show a plot of each cell."""
        self.multiples.show_multiples(plots_of_sweeps()[name], multiples)
        left = len(self.shown_cells) - MOST
        self.told.setText(
            tr("The first {most} cells; filter for others.", most=MOST) if left > 0 else ""
        )

    # What is opened

    def _open_place(self, row: int, column: int) -> None:
        """Open the first cell that stands at a place of the map."""
        grid = self.map.grid
        assert isinstance(grid, SweepGrid)
        assert self.sweep is not None
        cell = cell_at(self.sweep, self.shown_cells, grid, row, column)
        if cell is not None:
            self.opened.emit(cell, None)

    def _open_multiple(self, place: int) -> None:
        self.opened.emit(self.multiples.multiples[place].cell, None)


def _choice(name: str) -> Choice:
    choice = Choice()
    choice.setAccessibleName(name)
    choice.setToolTip(plain_tip(name))
    choice.setMinimumContentsLength(6)
    choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return choice


def _example(sweep: Sweep, words: SweepWords) -> str:
    """Return what can stand in the filter."""
    cell = sweep.cells[-1]
    name = next((each for each in sweep.varied if sweep.value(cell, each) is not None), "")
    value = f"{words.short(name)}={words.value(name, sweep.value(cell, name))} " if name else ""
    return value + tr(FINISHED)


def _fill(choice: Choice, items: dict[str, str], usual: str) -> None:
    choice.clear()
    for value, words in items.items():
        choice.addItem(words, value)
    choice.setCurrentIndex(max(choice.findData(usual), 0) if items else -1)
