"""The left column of the Compare room: which two runs, which layer, and their numbers."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.compare.compare_offers import Offer, OfferButton
from ncviz.desktop.rooms.compare.compare_table import CompareRow, NumberTable
from ncviz.desktop.rooms.compare.run_card import RunCard
from ncviz.desktop.rooms.compare.second_clock import SecondClock
from ncviz.desktop.rooms.explore.split_row import SplitRow
from ncviz.desktop.widgets.lesson_places import go_with
from ncviz.desktop.widgets.long_names import shortened_middle
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_button, plain_tip
from ncviz.desktop.widgets.slider import Slider
from ncviz.desktop.widgets.switches import show_turned, when_turned
from ncviz.errors import UserError
from ncviz.explorer.answers import Answer, about, facts_of, minority_of
from ncviz.explorer.comparison import Comparison
from ncviz.explorer.comparison_words import CONCEPT_OF, ERRORS, NUMBERS
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.side_names import side_names
from ncviz.language import tr
from ncviz.lessons.places import VALUES
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.scenes.panel_titles import panel_titles
from ncviz.wording import correlation, three_digits, upper_first

_OFFERS_SHOWN = 6


class ComparePanel(QWidget):
    """Which two runs are compared, and their numbers at this moment.

    Signals
    -------
    choose_first(), choose_second()
        Ask for the folder of another run.
    swap()
        Let the two change places.
    link_toggled(bool)
        Let the second follow the clock of the first.
    camera_link_toggled(bool)
        Look at both from the same place.
    second_sought(float), second_play_toggled()
        A position of the second run's own clock; play it, or hold it.
    layer_chosen(int)
        A layer of the first run.
    first_chosen(str), offer_chosen(str)
        Path of a run that was offered for the left, or for the right.

    Attributes
    ----------
    offers_now : callable
        Returns what is offered now in the place of a run.
    menu : QMenu or None
        What *Choose…* opened last.
    """

    choose_first = pyqtSignal()
    choose_second = pyqtSignal()
    swap = pyqtSignal()
    link_toggled = pyqtSignal(bool)
    camera_link_toggled = pyqtSignal(bool)
    second_sought = pyqtSignal(float)
    second_play_toggled = pyqtSignal()
    layer_chosen = pyqtSignal(int)
    first_chosen = pyqtSignal(str)
    offer_chosen = pyqtSignal(str)

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self._comparison = comparison
        self.offers_now: Callable[[Run | None], Sequence[Offer]] = lambda _run: ()
        self.menu: QMenu | None = None
        self._offers: tuple[Offer, ...] = ()
        self.first, self.second = RunCard(tr("Left")), RunCard(tr("Right"))
        self.swap_button = QPushButton(tr("Swap"))
        self.swap_button.setToolTip(tr("Let the two runs change places."))
        self.swap_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.second.head.insertWidget(self.second.head.count() - 1, self.swap_button)
        self.linked = QCheckBox(comparison.same)
        self.linked.setToolTip(
            tr(
                "The right run follows the timeline; switch it off to give it a timeline of its "
                "own."
            )
        )
        self.linked.setChecked(comparison.linked)
        self.camera_linked = QCheckBox(tr("Same camera"))
        self.camera_linked.setToolTip(
            tr("Both runs are seen from the same place; switch it off to turn each by itself.")
        )
        self.camera_linked.setChecked(comparison.camera_linked)
        self.samples = (
            SplitRow(tr("Samples of the left run"), short=True),
            SplitRow(tr("Samples of the right run"), short=True),
        )
        self.clock = SecondClock()
        self.layer = Slider()
        self.layer.setPageStep(1)
        self.layer.setMinimumHeight(24)
        self.layer.setAccessibleName(tr("Layer"))
        self.layer.setToolTip(
            tr(
                "From the raw input to the last layer; networks of different depth are matched by "
                "the share of the way."
            )
        )
        self.layer_words = PlainLabel(tr("Layer"))
        self.layer_words.setToolTip(plain_tip(self.layer.toolTip()))
        self.table = NumberTable()
        go_with(self.table, VALUES)
        self.note = PlainLabel(role="sentence", wraps=True)
        self.empty = QWidget()
        self.empty.setObjectName("offers")
        self.offers: list[QPushButton] = []
        self._connect()
        self._lay_out()
        comparison.listen(self._comparison_changed)
        comparison.first.listen(self._first_changed)
        self.show_runs()

    def _comparison_changed(self, what: str) -> None:
        if what != "view":
            self.show_runs()

    def _connect(self) -> None:
        self.first.asked.connect(lambda: self._choose(self.first))
        self.second.asked.connect(lambda: self._choose(self.second))
        self.swap_button.clicked.connect(lambda: self.swap.emit())
        when_turned(self.linked, self.link_toggled.emit)
        when_turned(self.camera_linked, self.camera_link_toggled.emit)
        self.clock.sought.connect(self.second_sought)
        self.clock.play_toggled.connect(self.second_play_toggled)
        self.layer.valueChanged.connect(self.layer_chosen)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 0)
        column.setSpacing(5)
        column.addWidget(self.first)
        column.addWidget(self.second)
        self._offer_column = QVBoxLayout(self.empty)
        self._offer_column.setContentsMargins(0, 8, 0, 0)
        self._offer_column.setSpacing(8)
        for text, role in (
            (tr("What differs between two runs?"), "heading"),
            (
                tr(
                    "Put a run on the right to see both under one camera and one clock: balanced "
                    "beside imbalanced classes, or weight decay on beside off."
                ),
                "sentence",
            ),
        ):
            label = PlainLabel(text, role, wraps=True)
            self._offer_column.addWidget(label)
        column.addWidget(self.empty)
        self._both = QWidget()
        below = QVBoxLayout(self._both)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        links, depth = QHBoxLayout(), QHBoxLayout()
        links.setSpacing(16)
        links.addWidget(self.linked)
        links.addWidget(self.camera_linked)
        links.addStretch(1)
        depth.setSpacing(16)
        depth.addWidget(self.layer_words)
        depth.addWidget(self.layer, 1)
        self.whose = QWidget()
        whose = QHBoxLayout(self.whose)
        whose.setContentsMargins(0, 0, 0, 0)
        samples = PlainLabel(tr("Samples"))
        samples.setToolTip(tr("Whose numbers these are."))
        whose.addWidget(samples)
        for row in self.samples:
            whose.addWidget(row.choice, 1)
        below.addLayout(links)
        below.addWidget(self.whose)
        for row in self.samples:
            below.addWidget(row)
        below.addWidget(self.clock)
        below.addLayout(depth)
        below.addWidget(self.table)
        below.addWidget(self.note)
        column.addWidget(self._both)
        column.addStretch(1)

    def set_offers(self, offers: Sequence[Offer]) -> None:
        """Offer runs for the right side, while there is none."""
        if tuple(offers) == self._offers:
            return
        self._offers = tuple(offers)
        for button in self.offers:
            self._offer_column.removeWidget(button)
            button.deleteLater()
        self.offers = [OfferButton(offer) for offer in self._offers[:_OFFERS_SHOWN]]
        for button in self.offers:
            button.clicked.connect(lambda _=False, b=button: self.offer_chosen.emit(b.offer.path))
            self._offer_column.addWidget(button)

    def _choose(self, card: RunCard) -> None:
        """Offer samples, recent runs and a folder in the place of one of the two runs."""
        left, comparison = card is self.first, self._comparison
        run = (comparison.first if left else comparison.second).run
        chosen = self.first_chosen if left else self.offer_chosen
        folder = self.choose_first if left else self.choose_second
        if self.menu is not None:
            self.menu.deleteLater()
        self.menu = QMenu(self.window())
        self.menu.setToolTipsVisible(True)
        for offer in self.offers_now(run):
            action = certain(self.menu.addAction(plain_button(shortened_middle(offer.title))))
            action.setToolTip(plain_tip(f"{offer.title}\n{offer.path}"))
            action.triggered.connect(lambda _=False, path=offer.path: chosen.emit(path))
        self.menu.addSeparator()
        certain(self.menu.addAction(tr("Choose a folder…"))).triggered.connect(
            lambda: folder.emit()
        )
        self.menu.popup(card.choose.mapToGlobal(card.choose.rect().bottomLeft()))

    def _first_changed(self, what: str) -> None:
        if what == "run":
            self.show_runs()
        elif what == "epochs":  # it grew, was resumed or has another title
            self.show_cards()

    def show_cards(self) -> None:
        """Say what the two runs are now: title, facts and how far they were recorded.

        A title begins with what the other lacks: cut off in the middle, both would read alike.
        """
        comparison = self._comparison
        runs = first, second = comparison.first.run, comparison.second.run
        titles = ["" if run is None else run.manifest.title for run in runs]
        twins = titles[0] == titles[1]
        if first is not None and second is not None and not twins:
            titles = list(panel_titles(first, second))
        for card, run, title in zip((self.first, self.second), runs, titles, strict=True):
            card.show_run(run, title, twin=twins)

    def show_runs(self) -> None:
        """Show other runs, and whether time is linked."""
        comparison = self._comparison
        run = comparison.first.run
        self.show_cards()
        complete = comparison.complete
        self.empty.setVisible(comparison.second.run is None)
        self._both.setVisible(complete)
        self.swap_button.setVisible(complete)
        self.linked.setText(comparison.same)
        show_turned(self.linked, comparison.linked)
        show_turned(self.camera_linked, comparison.camera_linked)
        self.clock.setVisible(not comparison.linked)
        for row, side in zip(self.samples, (comparison.first, comparison.second), strict=True):
            row.show_run(side.run)
        if run is not None:
            names = [shortened_layer(layer.name) for layer in run.manifest.layers]
            self.layer.means(lambda layer: names[min(round(layer), len(names) - 1)])
            blocked = self.layer.blockSignals(True)
            self.layer.setRange(0, len(names) - 1)
            self.layer.blockSignals(blocked)
        self.show_moment()

    def show_moment(self) -> None:
        """Bring the numbers up to date."""
        comparison = self._comparison
        if not comparison.complete:
            return
        if not comparison.linked:
            self.clock.show_moment(comparison.second)
        for row, side in zip(self.samples, (comparison.first, comparison.second), strict=True):
            row.show_view(side.view)
        self.whose.setVisible(any(row.choice.count() > 1 for row in self.samples))
        layer = comparison.first.view.layer
        self.layer.show_value(layer)
        if not comparison.has_numbers:
            return  # the room shows the moment again once they are there
        try:
            left, right = comparison.numbers()
        except UserError:  # a damaged snapshot: the window's note says which
            return
        alike = comparison.counts_alike
        heading = (
            upper_first(certain(comparison.first.run).counting.name) if alike else tr("Moment")
        )
        places = [_place(side, alike) for side in (comparison.first, comparison.second)]
        where = (
            CompareRow(heading, places[0][0], places[1][0], tr("The recorded one nearest here.")),
            CompareRow(tr("Layer"), places[0][1], places[1][1], tr("The layer in the scene.")),
        )
        rows = [row for row in where if row.left != row.right]  # else the scene says it of both
        samples = [side.split.title for side in (comparison.first, comparison.second)]
        if set(samples) != {TRAIN.title}:
            here, there = (upper_first(title.removesuffix(tr(" samples"))) for title in samples)
            rows.append(CompareRow("Samples", here, there, tr("Whose numbers these are.")))
        known = {name for name in NUMBERS if (left[name], right[name]) != (None, None)}
        training, held_out = ERRORS  # of which the second tells more
        rows += [
            CompareRow(
                name,
                _words(name, left[name]),
                _words(name, right[name]),
                comparison.tip(name),
                (
                    _said(comparison.first, tr("{name}, left", name=name), name, left[name]),
                    _said(comparison.second, tr("{name}, right", name=name), name, right[name]),
                ),
            )
            for name in NUMBERS
            if name in known and not (name == training and held_out in known)
        ]
        left_name, right_name = (
            name.removesuffix(tr(" samples"))
            for name in side_names(comparison.first, comparison.second)
        )
        self.table.name_sides((left_name, right_name))
        self.table.show_rows(tuple(rows))
        note = comparison.note()
        if note != self.note.text():
            self.note.setText(note)


def _place(explorer: Explorer, alike: bool) -> tuple[str, str]:
    run = certain(explorer.run)
    said = run.counting.digits if alike else run.counting.named
    moment = said(explorer.nearest_epoch)
    return moment, shortened_layer(run.manifest.layers[explorer.view.layer].name)


def _said(explorer: Explorer, title: str, name: str, value: float | None) -> Answer:
    """Return what is said of a number of one of the two runs."""
    key = CONCEPT_OF[name]
    classes = minority_of(explorer) if CONCEPTS[key].only_minority else ()
    facts = facts_of(explorer)
    if name in ERRORS:
        facts = replace(facts, samples=ERRORS[name].samples)
    return about(key, value, facts, title=title, classes=classes)


def _words(name: str, value: float | None) -> str:
    if value is None or not (name == "r" or name in ERRORS):
        return three_digits(value)
    return correlation(value) if name == "r" else f"{three_digits(100 * value)} %"
