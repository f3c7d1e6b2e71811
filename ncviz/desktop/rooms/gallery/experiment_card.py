"""The chosen experiment: its picture, what was claimed, every number, and what can be done."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.gallery.choice_box import ChoiceBox
from ncviz.desktop.rooms.gallery.experiment_picture import ExperimentPicture
from ncviz.desktop.rooms.gallery.found_picture import FoundPicture
from ncviz.desktop.rooms.gallery.verdict_sign import VerdictSign
from ncviz.desktop.style.theme import current_look
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.experiments.experiment import Expected, Experiment, ModelProblem
from ncviz.experiments.found_chart import FoundChart, found_charts
from ncviz.experiments.shelf import HowFar, Shelved
from ncviz.experiments.verdict import NOT_REPRODUCED, NOT_RUN, REPRODUCED, Ours
from ncviz.language import tr
from ncviz.parameters import declared
from ncviz.viewer import VIEWER, is_viewer
from ncviz.wording import upper_first

MOST_SEEDS = 100
MOST_OF_IT = 0.35  # of the card's height, that its picture takes
ANOTHER = tr("Another experiment is under way: wait for it, or stop it.")


class ExperimentCard(QWidget):
    """One experiment at length.

    Signals
    -------
    open_asked(), knob_asked(), compare_asked()
    run_asked(int)
        With so many seeds.
    """

    open_asked = pyqtSignal()
    run_asked = pyqtSignal(int)
    knob_asked = pyqtSignal()
    compare_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.row: Shelved | None = None
        self._running_name = ""
        self.picture = ExperimentPicture()
        self.title = PlainLabel(role="title", wraps=True)
        self.source = PlainLabel(role="caption", wraps=True)
        self.claim = PlainLabel(wraps=True)
        self.numbers: list[NumberLines] = []
        self.reason = PlainLabel(wraps=True)
        self.standing = PlainLabel(role="caption", wraps=True)
        self.scaled = PlainLabel(role="caption", wraps=True)
        self.knob_words = PlainLabel(role="caption", wraps=True)
        self.open = QPushButton(tr("Open"))
        self.open.setProperty("role", "primary")
        self.open.setAccessibleName(tr("Open this experiment"))  # the header has an Open, too
        self.run = QPushButton(tr("Run"))
        self.run.setProperty("role", "beside-primary")
        self.seeds_words = PlainLabel(tr("Seeds"), "caption")
        self.seeds = NumberBox(1, MOST_SEEDS)
        self.seeds.setAccessibleName(tr("Seeds"))
        self.seeds.setToolTip(tr("How many random starts Run trains; those that are done stay."))
        self.left, self.right = (
            ChoiceBox(tr("What Open shows")),
            ChoiceBox(tr("What Compare lays beside it")),
        )
        self.beside = PlainLabel(tr("beside"), "caption")
        self.knob = QPushButton(tr("Turn the knob"))
        self.compare = QPushButton(tr("Compare"))
        self._lay_out()
        self.open.clicked.connect(lambda: self.open_asked.emit())
        self.run.clicked.connect(self._ask_run)
        self.knob.clicked.connect(lambda: self.knob_asked.emit())
        self.compare.clicked.connect(lambda: self.compare_asked.emit())
        self.left.currentIndexChanged.connect(lambda _: self._keep_apart())
        for box in (self.left, self.right):
            box.currentIndexChanged.connect(lambda _: self._offer(self.row, self._running_name))
        self.show_row(None)

    def _lay_out(self) -> None:
        self.words = QWidget()
        column = QVBoxLayout(self.words)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(6)
        self._numbers = QVBoxLayout()
        self._numbers.setSpacing(6)
        for part in (self.picture, self.title, self.source, self.claim):
            column.addWidget(part)
        column.addLayout(self._numbers)
        for part in (self.reason, self.standing, self.scaled, self.knob_words):
            column.addWidget(part)
        column.addStretch(1)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys scroll its words
        self.scroller.setAccessibleName(tr("The chosen experiment"))
        self.scroller.setWidget(self.words)
        certain(self.scroller.viewport()).setAutoFillBackground(False)
        self.words.setAutoFillBackground(False)
        self.shown = QWidget()
        line = QHBoxLayout(self.shown)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.left, 1)
        line.addWidget(self.beside)
        line.addWidget(self.right, 1)
        buttons = QGridLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.open, 0, 0)
        buttons.addWidget(self.run, 0, 1)
        buttons.addWidget(self.seeds_words, 0, 2, Qt.AlignmentFlag.AlignBottom)
        buttons.addWidget(self.knob, 1, 0)
        buttons.addWidget(self.compare, 1, 1)
        buttons.addWidget(self.seeds, 1, 2)
        for number in (0, 1):
            buttons.setColumnStretch(number, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(10)
        outer.addWidget(self.scroller, 1)
        outer.addWidget(self.shown)
        outer.addLayout(buttons)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.picture.set_most(round(MOST_OF_IT * self.height()))

    def follow_look(self) -> None:
        """Leave room for larger digits, and show the picture of the theme."""
        self.seeds.setFixedWidth(round(56 * max(1.0, current_look().text_scale)))
        self.picture.show_row(self.row)

    # What is shown

    def show_row(self, row: Shelved | None, running: str = "", trouble: str = "") -> None:
        """Show an experiment.

        Parameters
        ----------
        row : Shelved or None
        running : str, optional
            The name of the experiment that is being run.
        trouble : str, optional
            How the last run of this one failed, a sentence.
        """
        other = row is None or self.row is None or row.name != self.row.name
        self.row, self._running_name = row, running
        self.words.setVisible(row is not None)
        self.picture.show_row(row)
        if row is not None:
            self._show_words(row, trouble)
        self._show_choices(row, anew=other)
        if other:
            certain(self.scroller.verticalScrollBar()).setValue(0)
            here = row is not None and row.standing is HowFar.DONE
            self.seeds.setValue(len(certain(row).outcome.seeds) if here else 1)
        self._offer(row, running)

    def _show_words(self, row: Shelved, trouble: str) -> None:
        e = row.experiment
        self.title.setText(e.title)
        self.source.setText(e.source.words)
        self.claim.setText(e.claim)
        while len(self.numbers) < len(e.expected):
            self.numbers.append(NumberLines())
            self._numbers.addWidget(self.numbers[-1])
        ours, charts = row.outcome.ours or (None,) * len(e.expected), found_charts(row.outcome)
        for number, lines in enumerate(self.numbers):
            lines.setVisible(number < len(e.expected))
            if number < len(e.expected):
                expected, chart = e.expected[number], charts.get(number)
                lines.show_number(e.words_of(expected), expected, ours[number], chart)
        said = (
            tr("The last run failed: {trouble}", trouble=trouble),
            row.outcome.failure or row.sentence,
        )
        self.standing.setText("\n".join(said if trouble else said[1:]))
        self.reason.setText(tr("Why: {reason}", reason=row.outcome.reason))
        self.reason.setVisible(bool(row.outcome.reason))
        self.scaled.setText(tr("Small form: {scaled}", scaled=e.scaled))
        self.scaled.setVisible(bool(e.scaled))
        self.knob_words.setText(knob_in_words(e))
        self.knob_words.setVisible(e.knob is not None)

    def _show_choices(self, row: Shelved | None, *, anew: bool) -> None:
        """Let one choose among the variants and seeds that are there."""
        runs = () if row is None else row.runs
        self.left.show_choices(row, certain(row).first if runs else None, anew=anew)
        self.right.show_choices(row, None if row is None else row.second, anew=anew)
        several, network = len(runs) > 1, row is not None and not row.of_theory
        self.shown.setVisible(several)
        for part in (self.beside, self.right):
            part.setVisible(several and network)

    def _keep_apart(self) -> None:
        """Lay nothing beside itself: what is chosen on the left gives its place on the right."""
        row = self.row
        if row is not None and self.left.chosen == self.right.chosen is not None:
            others = (each for each in (row.first, row.second) if each != self.left.chosen)
            self.right.choose(next(others, None))

    def _offer(self, row: Shelved | None, running: str) -> None:
        """Offer what there is to do; a button that does nothing says why."""
        for button, tip, on in (
            (self.open, *self._opening(row)),
            (self.run, *self._running(row, running)),
            (self.knob, *self._turning(row)),
            (self.compare, *self._comparing(row)),
        ):
            button.setToolTip(plain_tip(tip))
            button.setEnabled(on)
        again = row is not None and row.standing in (HowFar.DONE, HowFar.OLDER)
        begun = row is not None and row.standing is HowFar.BEGUN
        self.run.setText(tr("Run again") if again else tr("Go on") if begun else tr("Run"))
        drawn = row is not None and row.experiment.is_drawn
        self.seeds.setVisible(drawn)
        self.seeds_words.setVisible(drawn)

    def _ask_run(self) -> None:
        if not self.seeds.isVisible() or self.seeds.holds():
            self.run_asked.emit(int(self.seeds.value()))

    def _opening(self, row: Shelved | None) -> tuple[str, bool]:
        if row is None:
            return tr("Choose an experiment first."), False
        if not row.opens:
            return tr("Run it first: then its run opens as the figure shows it."), False
        return tr("Show it in the {room} room.", room=tr(row.experiment.shown.room)), True

    def _running(self, row: Shelved | None, running: str) -> tuple[str, bool]:
        if row is None:
            return tr("Choose an experiment first."), False
        if running:
            return tr("It is under way.") if running == row.name else ANOTHER, False
        if is_viewer() and not row.of_theory:
            return VIEWER, False
        if row.standing is HowFar.DONE:
            if not row.experiment.is_drawn:
                return tr("Solve it anew."), True
            if row.of_theory:
                return tr("Solve the seeds that are missing; if none is, all of them anew."), True
            return tr("Train the seeds that are missing; if none is, measure all runs anew."), True
        return row.coming, True

    def _turning(self, row: Shelved | None) -> tuple[str, bool]:
        if row is None or row.experiment.knob is None:
            return tr("This experiment names no field to turn."), False
        room = tr("Theory") if row.of_theory else tr("Train")
        return tr(
            "{experiment} Goes to the {room} room, at that field.",
            experiment=knob_in_words(row.experiment),
            room=room,
        ), True

    def _comparing(self, row: Shelved | None) -> tuple[str, bool]:
        if row is None or row.of_theory:
            return tr("A model has no second run to lay beside it."), False
        if len(row.runs) < 2 and row.beside is None:
            return tr("It has one network alone, and none to compare it with."), False
        left, right = self.left.chosen, self.right.chosen
        if left is None or right is None:
            return tr("Run it first: then two of its runs stand side by side."), False
        words = row.words_of
        return tr(
            "“{left}” on the left, “{right}” on the right.", left=words(left), right=words(right)
        ), True


def knob_in_words(experiment: Experiment) -> str:
    """Say which field to turn, from what to what, and what happens then; '' where none is named."""
    knob = experiment.knob
    if knob is None:
        return ""
    subject = experiment.variant(knob.variant).small
    of = subject.parameters if isinstance(subject, ModelProblem) else subject
    item = declared(of)[knob.field]
    if isinstance(knob.to, bool):
        turned = tr("on") if knob.to else tr("off")
        return tr(
            "Switch “{label}” {turned}. {then}",
            label=item.label,
            turned=turned,
            then=upper_first(knob.then),
        )
    start, to = item.words(experiment.start), item.words(knob.to)
    return tr(
        "Turn “{label}” from {start} to {to}. {then}",
        label=item.label,
        start=start,
        to=to,
        then=upper_first(knob.then),
    )


class NumberLines(QWidget):
    """A number: what was published, ours, and whether it is what it has to be."""

    def __init__(self) -> None:
        super().__init__()
        self.sign = VerdictSign()
        self.name = PlainLabel(role="heading", wraps=True)
        self.published = PlainLabel(wraps=True)
        self.ours = PlainLabel(wraps=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.sign, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.name, 0, 1, 1, 2)
        for line, (word, value) in enumerate(
            ((tr("published"), self.published), (tr("ours"), self.ours)), 1
        ):
            grid.addWidget(PlainLabel(word, "sentence"), line, 1, top)
            grid.addWidget(value, line, 2, top)
        self.found = FoundPicture()
        grid.addWidget(self.found, 3, 1, 1, 2)

    def show_number(
        self, words: str, expected: Expected, ours: Ours | None, chart: FoundChart | None
    ) -> None:
        """Show another number, with a chart of it where there is one."""
        self.name.setText(upper_first(words))
        self.found.show_chart(chart, upper_first(words))
        self.published.setText(
            tr(
                "{published}; wanted: {wanted}",
                published=expected.published,
                wanted=expected.wanted,
            )
        )
        if ours is None:
            self.ours.setText("–")
            self.sign.show_verdict(NOT_RUN)
            return
        self.ours.setText(
            tr(
                "{words}; {value}",
                words=ours.words,
                value=tr("holds") if ours.holds else tr("does not hold"),
            )
        )
        self.sign.show_verdict(REPRODUCED if ours.holds else NOT_REPRODUCED)
