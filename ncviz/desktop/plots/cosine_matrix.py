"""The cosines between all classes at once."""

import html

import numpy as np
from PyQt6.QtCore import QPointF, Qt, pyqtSignal

from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.moment import Moment
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import plain
from ncviz.concept import CLASSIFIER, MEANS
from ncviz.desktop.plots.matrix_view import MatrixView
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.teaching import end_answer, show_answer, teach
from ncviz.explorer.answers import Answer, about, facts_of, of_class
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.spoken_words import say_cosines
from ncviz.language import named, tr
from ncviz.values_in_words import Facts
from ncviz.wording import cell, three_digits, upper_first

SHOWN = (named("both"), named("means"), named("classifier"))
KEY = Qt.Key
STEPS = {  # rows down, columns to the right
    KEY.Key_Up: (-1, 0),
    KEY.Key_Down: (1, 0),
    KEY.Key_Left: (0, -1),
    KEY.Key_Right: (0, 1),
}
ENDS = {KEY.Key_Home: 0, KEY.Key_End: 1}
ENTER = KEY.Key_Return, KEY.Key_Enter


class CosineMatrix(PlotFrame):
    """A heat map: cosines of class means above the diagonal, of classifier rows below.

    It shows all classes of the run, not only those in the scene: it is what the
    3-D picture leaves out. Once the legend hides some of these, it follows the
    legend and shows those that are left in the scene.

    Signals
    -------
    pair_hovered(int, int)
        Two classes of the run; −1, −1 when the pointer leaves.
    pair_kept(int, int)
        Two classes that stand out until another key; −1, −1 when they do no more.
    """

    run_signs = "", ""  # the left one's alone
    pair_hovered = pyqtSignal(int, int)
    pair_kept = pyqtSignal(int, int)

    def __init__(self, declared: Plot) -> None:
        self.view = MatrixView()
        super().__init__(declared.heading, declared.tip, self.view, declared.formulas)
        self.needs, self.gist = declared.needs, declared.gist
        self.shown = "both"
        self.matrix: ClassMatrix | None = None
        self._declared = declared
        self._explorer: Explorer | None = None
        self._said = ""
        self.kept = False  # the cell stays when the focus goes on
        self._drawn: tuple[object, ...] = ()
        self.add_tool(
            "part", tr("Both"), tr("Show the means, the classifier, or both."), self._show_next_part
        )
        self.add_tool("copy", tr("Copy"), tr("Copy the numbers as a table."), self.copy_data)
        self.view.pointed.connect(self._pointed)
        teach(self.view, lambda point: self._answer_at(QPointF(point)), stays_clear=True)
        self.follow_look()

    def follow_look(self) -> None:
        super().follow_look()
        self.numbers.ensurePolished()
        lines = 1 if current_look().text_scale <= 1.2 else 2
        self.numbers.setFixedHeight(lines * (self.numbers.fontMetrics().lineSpacing() + 1))
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._say_what_is_where()

    def follow_moment(self, explorer: Explorer) -> None:
        run, view = explorer.run, explorer.view
        if run is None:
            return
        self._explorer = explorer
        moment = Moment(run, explorer.nearest_epoch, view)
        shown = moment.epoch, moment.layer, moment.split.name, moment.matrix_classes
        drawn = run, *shown, view.palette
        if drawn == self._drawn or explorer.series is None:
            return  # a million cells of a thousand classes take a moment
        found = self._declared.chart(explorer.series, moment)
        assert isinstance(found, ClassMatrix)
        self.matrix, self._drawn = found, drawn
        self.gist = self._declared.gist if found.has_ideal else ""
        self.say_whose(found.samples)
        self._show(view.palette)

    def point_at(self, classes: tuple[int, ...]) -> None:
        self.view.mark(classes)

    def show_part(self, shown: str) -> None:
        """Show 'both', 'means' or 'classifier'."""
        self.shown = shown
        self.strip.buttons["part"].setText(upper_first(tr(shown)))
        self._place_strip()
        self._show(self.view.palette_name)

    def _show_next_part(self) -> None:
        self.show_part(SHOWN[(SHOWN.index(self.shown) + 1) % len(SHOWN)])

    @property
    def _classes(self) -> tuple[int, ...]:
        return () if self.matrix is None else self.matrix.classes

    @property
    def _numbers(self) -> tuple[int, ...]:
        """Return what the classes are in the scene."""
        matrix = self.matrix
        return () if matrix is None else tuple(matrix.numbers[k] for k in matrix.classes)

    @property
    def _of_vectors(self) -> bool:
        return self.matrix is not None and self.matrix.of_vectors

    @property
    def _has_rows(self) -> bool:
        return self.matrix is not None and self.matrix.has_rows

    def _show(self, palette: str) -> None:
        matrix = self.matrix
        if matrix is None:
            return
        names = [matrix.names[k] for k in matrix.classes]
        values = matrix.shown(self.shown)
        hues = [matrix.hues[k] for k in matrix.classes]
        self.view.show_matrix(values, names, matrix.ideal, palette, self._numbers, hues)
        self._pointed(*self.view.cell)

    # Words

    def in_words(self) -> str:
        if self.matrix is None or len(self._classes) < 2:
            return plain(self.numbers.text())
        chosen, table = self._classes, self.view.values
        below = np.tri(len(chosen), k=-1, dtype=bool)
        rows = self._has_rows and self.shown != "means"
        sentences = [
            say_cosines(
                tr("vectors") if self.matrix.of_vectors else tr("class means"), table[below.T]
            )
            if self.shown != "classifier"
            else "",
            say_cosines(tr("classifier rows"), table[below]) if rows else "",
        ]
        said = " ".join(sentence for sentence in sentences if sentence)
        count = len(self.matrix.names)
        every = tr("Both") if count == 2 else tr("All {count:,}", count=count)
        some = (
            tr("{count:,} of {count_2:,}", count=len(chosen), count_2=count)
            if len(chosen) < count
            else every
        )
        some = tr(
            "{some} {what}",
            some=some,
            what=tr("vectors") if self.matrix.of_vectors else tr("classes"),
        )
        each = three_digits(self.view.ideal)
        ideal = tr("In a simplex ETF of {count:,} classes each is {each}.", count=count, each=each)
        ideal = self.matrix.why_no_ideal or ideal
        return f"{some}. {said or plain(self.numbers.text())} {ideal}"

    def _say_what_is_where(self) -> None:
        if len(self._classes) == 1:
            self.say(tr("One class alone has no cosine to another."))
            return
        some = self.matrix.words if self.matrix is not None else ""
        if self._of_vectors:
            self.say(tr("cosine of each vector with each other"))
            return
        means = tr(
            '<span style="color:{means}">means</span>', means=self.theme.word(self.theme.means)
        )
        rows = tr(
            '<span style="color:{classifier}">classifier</span>',
            classifier=self.theme.word(self.theme.classifier),
        )
        if self.shown == "means" or (self.shown == "both" and not self._has_rows):
            words = tr("{means} of {some}", means=means, some=some or tr("the classes"))
        elif self.shown == "classifier":
            of = tr(" of {some}", some=some) if some else ""
            words = (
                tr("{rows} rows{of}", rows=rows, of=of)
                if self._has_rows
                else tr("The last layer has the classifier.")
            )
        else:
            words = " &nbsp; ".join(filter(None, (f"◥ {means} &nbsp; ◣ {rows}", some)))
        is_crowded = (
            self.matrix is not None and self.matrix.is_of_classes and not self.matrix.has_ideal
        )
        said = words, tr("no simplex ETF fits") if is_crowded else ""
        self.say(" &nbsp; ".join(filter(None, said)))

    def _pointed(self, row: int, column: int) -> None:
        if row < 0 or max(row, column) >= len(self._classes):
            self._say_what_is_where()
            self.pair_hovered.emit(-1, -1)
            return
        first, second = self._numbers[row], self._numbers[column]
        one, two = (html.escape(self.view.names[at]) for at in (row, column))
        of_rows = self._is_classifier(row, column)
        what = tr("classifier") if of_rows else tr("means")
        if self._of_vectors:
            what = tr("cosine")
        color = self.theme.word(self.theme.classifier if of_rows else self.theme.means)
        value = three_digits(float(self.view.values[row, column]))
        self.say(
            tr(
                '{one} · {two} &nbsp; <span style="color:{color}">{what}</span> <b>{value}</b>',
                one=one,
                two=two,
                color=color,
                what=what,
                value=value,
            )
        )
        self.pair_hovered.emit(first, second)

    # By keys

    def press(self, key: int) -> bool:
        row, column = self.view.cell
        pointing, last = row >= 0, len(self._classes) - 1
        if last < 1:
            return False
        if key == KEY.Key_Escape and pointing:
            self.let_go()
        elif key in STEPS and pointing:
            down, right = STEPS[Qt.Key(key)]
            self._go(min(max(row + down, 0), last), min(max(column + right, 0), last))
        elif key in ENDS and pointing:
            self._go(row, ENDS[Qt.Key(key)] * last)
        elif key in STEPS or key in ENDS:
            self._go(0, 1)  # the first key shows where one is
        elif key in ENTER and pointing:
            self._keep(not self.kept)
        else:
            return False
        return True

    def _go(self, row: int, column: int) -> None:
        """Point at a cell, with the card that the mouse would bring."""
        self._keep(False)
        self.view.point_at((row, column))
        answer = show_answer(self.view, self.view.center_of(row, column).toPoint())
        self._said = "" if answer is None else answer.sentence
        self.announce(self.told())

    def told(self) -> str:
        pointing = self.hasFocus() and self.view.cell[0] >= 0
        return f"{plain(self.numbers.text())}\n{self._said}" if pointing else ""

    def _keep(self, on: bool) -> None:
        row, column = self.view.cell
        if on != self.kept:
            self.kept = on
            chosen = (self._numbers[row], self._numbers[column]) if on and row >= 0 else (-1, -1)
            self.pair_kept.emit(*chosen)

    def let_go(self) -> None:
        self._keep(False)
        end_answer(self.view)
        self.view.point_at((-1, -1))
        self.announce("")

    def rest(self) -> None:
        if self.kept:
            end_answer(self.view)
        elif self.view.cell[0] >= 0:
            self.let_go()

    def _answer_at(self, point: QPointF) -> Answer | None:
        """Return what is said of the cell at a point."""
        # By keys a cell is told that may be smaller than a pixel.
        by_keys = self.hasFocus() and self.view.cell[0] >= 0
        row, column = self.view.cell if by_keys else self.view.cell_at(point)
        if self._explorer is None or row < 0 or max(row, column) >= len(self._classes):
            return None
        first, second = self._numbers[row], self._numbers[column]
        if self.matrix is not None and self._of_vectors:
            facts = Facts(classes=len(self.matrix.names), width=self.matrix.width)
            title, value = tr("Cosine of two vectors"), float(self.view.values[row, column])
            return None if row == column else about("cosine", value, facts, title=title)
        if first == second:
            return of_class(self._explorer, first)
        of_rows = self._is_classifier(row, column)
        one, two = self.view.names[row], self.view.names[column]
        facts = facts_of(self._explorer, of=(one, two))
        kind = tr("classifiers") if of_rows else tr("class means")
        return about(
            "cosine",
            float(self.view.values[row, column]),
            facts,
            title=tr("Cosine of two {kind}", kind=kind),
            classes=(first, second),
            roles=(CLASSIFIER,) if of_rows else (MEANS,),
        )

    def _is_classifier(self, row: int, column: int) -> bool:
        if self.shown == "both":
            return self._has_rows and row > column
        return self.shown == "classifier"

    def table(self) -> str:
        names, rows = [cell(name) for name in self.view.names], self.view.values.tolist()
        whose = f", {self.samples}" if self.samples else ""
        lines = ["\t".join([cell(f"class{whose}"), *names])]
        for name, values in zip(names, rows, strict=True):
            cells = ("" if np.isnan(value) else repr(value) for value in values)
            lines.append("\t".join([name, *cells]))
        return "\n".join(lines) + "\n"
