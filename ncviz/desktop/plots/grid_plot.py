"""A map of two parameters of a model: pointing tells a cell's value, a click goes there."""

import html
import math
from typing import Any

from PyQt6.QtCore import QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent

from ncviz.charts.grid import Grid
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import plain
from ncviz.desktop.plots.grid_view import NOWHERE, GridView
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.desktop.widgets.teaching import end_answer, show_answer, teach
from ncviz.explorer.answers import Answer
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.language import tr
from ncviz.wording import cell, three_digits, upper_first

KEY = Qt.Key
STEPS = {
    KEY.Key_Up: (1, 0),
    KEY.Key_Down: (-1, 0),
    KEY.Key_Left: (0, -1),
    KEY.Key_Right: (0, 1),
}
ENTER = KEY.Key_Return, KEY.Key_Enter
CELL = "cell"  # in the link of the words
LOOK = 100  # milliseconds between two looks at what is computed


class GridPlot(PlotFrame):
    """Draws a `Grid`.

    Signals
    -------
    chosen(object)
        Values of the two parameters, by name: a cell was clicked.
    """

    chosen = pyqtSignal(object)

    def __init__(self, declared: Plot) -> None:
        self.view = GridView()
        super().__init__(declared.heading, declared.tip, self.view, declared.formulas)
        self.gist = declared.gist
        self._declared = declared
        self._desk: DescentDesk[Any] | None = None
        self._said = ""
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK)
        self._clock.timeout.connect(self._look)
        self.add_tool("copy", tr("Copy"), tr("Copy the numbers as a table."), self.copy_data)
        self.view.pointed.connect(lambda *_cell: self._say())
        self.view.clicked.connect(self._choose)
        teach(self.view, lambda point: self._answer_at(QPointF(point)), stays_clear=True)
        self.follow_look()

    @property
    def grid(self) -> Grid | None:
        """Return what is drawn."""
        return self.view.grid

    def follow_look(self) -> None:
        super().follow_look()
        self.numbers.ensurePolished()
        self.numbers.setFixedHeight(self.numbers.fontMetrics().lineSpacing() + 1)

    # What is shown

    def follow_series(self, desk: DescentDesk[Any]) -> None:
        self._desk = desk
        self._begin()
        self.view.show_grid(desk.grid(self._declared))
        self._say()

    def _begin(self) -> None:
        """Have the cells computed once the map is seen."""
        if self._desk is not None and self.isVisible() and not self._desk.survey.complete:
            self._desk.survey.begin()
            self._clock.start()

    def _look(self) -> None:
        desk = self._desk
        if desk is None:
            return
        if desk.survey.poll():
            self.view.show_grid(desk.grid(self._declared))
            self._say()
        if desk.survey.complete:
            self._clock.stop()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._begin()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def _choose(self, row: int, column: int) -> None:
        grid = self.grid
        if grid is not None:
            self.chosen.emit({grid.up: int(grid.rows[row]), grid.across: int(grid.columns[column])})

    # Words

    def _say(self) -> None:
        grid, cell = self.grid, self.view.cell
        if grid is None:
            return
        cell = cell if cell != NOWHERE else grid.here or NOWHERE
        if cell == NOWHERE:
            self.say("")
            return
        value = grid.values[cell]
        told = f"<b>{three_digits(float(value))}</b>"
        if math.isnan(value):
            told = html.escape(grid.trouble) or tr("not computed yet")
        source = "" if math.isnan(value) else tr(" &nbsp; {sources}", sources=grid.sources[cell])
        words = tr(
            "{cell} &nbsp; {name} &nbsp; {told}{source}",
            cell=grid.name_of(*cell),
            name=grid.sector(*cell).name,
            told=told,
            source=source,
        )
        style = f"color:{self.theme.text};text-decoration:none"
        self.say(f'<a href="{CELL}" style="{style}">{words}</a>')

    def answer_of(self, key: str) -> Answer | None:
        cell = self.view.cell if self.view.cell != NOWHERE else self.grid and self.grid.here
        return self._answer_of(cell) if key == CELL and cell else None

    def _answer_at(self, point: QPointF) -> Answer | None:
        by_keys = self.hasFocus() and self.view.cell != NOWHERE
        return self._answer_of(self.view.cell if by_keys else self.view.cell_at(point))

    def _answer_of(self, cell: tuple[int, int]) -> Answer | None:
        grid = self.grid
        if grid is None or cell == NOWHERE:
            return None
        value, sector = float(grid.values[cell]), grid.sector(*cell)
        said = grid.unknown
        if not math.isnan(value):
            said = tr(
                "The {measure} is {value} ({sources}).",
                measure=grid.measure,
                value=three_digits(value),
                sources=grid.sources[cell],
            )
        meaning = f"{upper_first(sector.name)}: {sector.meaning} {grid.meaning}"
        return Answer(grid.name_of(*cell), said, meaning, tr("Click sets the sliders there."))

    def in_words(self) -> str:
        grid = self.grid
        if grid is None:
            return ""
        known = int((~(grid.values != grid.values)).sum())
        sectors = " ".join(sector.meaning for sector in grid.sectors)
        return tr(
            "{words}. {known} of {size} cells known. {sectors}",
            words=plain(self.numbers.text()),
            known=known,
            size=grid.values.size,
            sectors=sectors,
        )

    def told(self) -> str:
        pointing = self.hasFocus() and self.view.cell != NOWHERE
        return f"{plain(self.numbers.text())}\n{self._said}" if pointing else ""

    def table(self) -> str:
        grid = self.grid
        if grid is None:
            return ""
        names = [grid.up, grid.across, grid.measure, "sector", tr("found by")]
        lines = ["\t".join(map(cell, names))]
        for row, up in enumerate(grid.rows):
            for column, across in enumerate(grid.columns):
                value = float(grid.values[row, column])
                told = "" if math.isnan(value) else repr(value)
                sector, source = grid.sector(row, column).name, grid.sources[row, column]
                texts = str(up), str(across), told, sector, str(source)
                lines.append("\t".join(map(cell, texts)))
        return "\n".join(lines) + "\n"

    # By keys

    def press(self, key: int) -> bool:
        grid, (row, column) = self.grid, self.view.cell
        if grid is None:
            return False
        pointing = (row, column) != NOWHERE
        if key == KEY.Key_Escape and pointing:
            self.let_go()
        elif key in ENTER and pointing:
            self._choose(row, column)
        elif key in STEPS:
            up, right = STEPS[Qt.Key(key)] if pointing else (0, 0)
            row, column = (row, column) if pointing else grid.here or (0, 0)
            row = min(max(row + up, 0), len(grid.rows) - 1)
            self._go(row, min(max(column + right, 0), len(grid.columns) - 1))
        else:
            return False
        return True

    def _go(self, row: int, column: int) -> None:
        """Point at a cell, with the card that the mouse would bring."""
        self.view.point_at((row, column))
        answer = show_answer(self.view, self.view.rectangle(row, column).center().toPoint())
        self._said = "" if answer is None else answer.sentence
        self.announce(self.told())

    def let_go(self) -> None:
        end_answer(self.view)
        self.view.point_at(NOWHERE)
        self.announce("")

    def rest(self) -> None:
        if self.view.cell != NOWHERE:
            self.let_go()
