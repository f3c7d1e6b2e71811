"""The left column of the Explore room: the run, its layers, its classes."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ncviz.counting import EPOCHS, Counting
from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.explore.color_row import ColorRow
from ncviz.desktop.rooms.explore.layer_list import LayerList
from ncviz.desktop.rooms.explore.run_title import RunTitle
from ncviz.desktop.rooms.explore.seed_choice import SeedChoice
from ncviz.desktop.rooms.explore.split_row import SplitRow
from ncviz.desktop.style.icons import icon, themed_icon
from ncviz.desktop.widgets.choice import Choice
from ncviz.desktop.widgets.class_chips import ClassChips
from ncviz.desktop.widgets.color_dot import color_dot
from ncviz.desktop.widgets.lesson_places import be_place, go_with
from ncviz.desktop.widgets.long_names import LongLabel
from ncviz.desktop.widgets.plain_text import PlainLabel, plain_tip
from ncviz.desktop.widgets.switches import show_turned, when_turned
from ncviz.desktop.widgets.teaching import teach
from ncviz.desktop.widgets.words_at import BETWEEN, fact_at
from ncviz.explorer.answers import (
    Answer,
    about_word,
    about_words,
    of_class,
    of_layer,
    of_run,
    of_title,
)
from ncviz.explorer.explorer import Explorer
from ncviz.geometry.etf import DRAWN, has_simplex_etf
from ncviz.language import tr
from ncviz.lessons.places import VALUES
from ncviz.runs.directions import class_groups
from ncviz.runs.layer_names import anatomy, layer_in_words, names_of
from ncviz.runs.repeats import repeats_of
from ncviz.runs.run import Run, reads_texts
from ncviz.runs.splits import TRAIN
from ncviz.runs.state_in_words import state_in_words
from ncviz.scenes.own_space import has_code
from ncviz.scenes.placements import dimensions_of
from ncviz.wording import upper_first

SHADOWS = {
    "simplex": (tr("all classes alike"), tr("A fixed projection that treats all classes alike.")),
    "best": (tr("widest spread"), tr("The three axes along which the class means spread most.")),
    "axes": (
        tr("three classes in full"),
        tr(
            "The space of the first three classes that are not hidden: their vertices in full "
            "length."
        ),
    ),
    "tour": (tr("grand tour"), tr("A journey through all dimensions.")),
}

ETF, CODE = tr("Simplex ETF"), tr("Softmax code")
CODE_TIP = tr(
    "The directions farthest from each other's hull in so few dimensions, turned to the class "
    "means of the last epoch."
)

CHIP = tr("Click or Enter shows or hides it; what takes more than three dimensions is a shadow.")

NO_NAMES = tr("The scenes of all layers are too small for names: the legend below them has them.")


def recorded_words(epochs: Sequence[int], counting: Counting = EPOCHS) -> str:
    """Say how many epochs are recorded, and of how many where some are not.

    Of steps and of parts of an epoch it is snapshots that there are many of.
    """
    count, last = len(epochs), epochs[-1]
    of = tr(" of {last:,}", last=last) if counting == EPOCHS and count < last else ""
    counted = Counting("snapshot") if counting.unit == "step" or counting.parts > 1 else counting
    return f"{count:,}{of} {counted.units if count > 1 or of else counted.name}"


def _learnt(run: Run) -> str:
    """Return how many samples the network learned from; '' where it is not known."""
    counts = run.manifest.train_counts
    if not counts:
        return ""
    count = sum(counts) + _images_of_sets(run)
    if reads_texts(run):
        return tr("{count:,} texts", count=count)
    if run.probe.images is None and "kind" in run.manifest.recipe:  # such as imported features
        return tr("{count:,} samples", count=count)
    return tr("{counts:,} images", counts=count)


def _images_of_sets(run: Run) -> int:
    """Return how many training images have several labels."""
    names = [split.name for split in run.manifest.splits if split.drawn]
    found = [run.snapshot(run.epochs[0]).counts(0, name) for name in names]
    return sum(int(counts.sum()) for counts in found if counts is not None)


def _counts_to_show(run: Run) -> tuple[int, ...]:
    """Return the training samples of each class where they differ enough to matter."""
    return run.manifest.train_counts if class_groups(run)[1] else ()


class RunPanel(QWidget):
    """Which run is open, which layer and which classes are in the scene.

    Signals
    -------
    shadow_asked(str)
        Another kind of shadow for more than four classes.
    tour_asked(bool)
        Travel through all dimensions, or rest.
    rename_asked()
        Give the run another title.
    """

    rename_asked = pyqtSignal()
    shadow_asked = pyqtSignal(str)
    tour_asked = pyqtSignal(bool)

    def __init__(self, explorer: Explorer) -> None:
        super().__init__()
        self._explorer = explorer
        self._paused = False
        self.title = RunTitle()
        self.title.rename.clicked.connect(lambda: self.rename_asked.emit())
        self.facts = PlainLabel(role="caption", wraps=True)
        self.seeds = SeedChoice()
        self.layers = LayerList()
        self.classes = ClassChips()
        self.switches = {
            name: _switch(text, hue, tip, concept)
            for name, text, hue, tip, concept in (
                ("show_samples", tr("Samples"), "quiet", "", "sample"),
                ("show_means", tr("Class means"), "means", "", "class mean"),
                ("show_classifier", tr("Classifier"), "classifier", "", "classifier"),
                ("show_etf", ETF, "etf", "", "simplex ETF"),
                ("show_labels", tr("Names"), "text", tr("The names of the classes."), ""),
                ("show_axes", tr("Axes"), "line", tr("The axes of the picture."), ""),
            )
        }
        self.samples = SplitRow()
        self.colors = ColorRow()
        for part, name in (
            (self.layers, "layers"),
            (self.classes, "classes"),
            (self.samples.choice, "samples"),
        ):
            be_place(part, name)
        self.shadow = Choice()
        for kind, (text, tip) in SHADOWS.items():
            self.shadow.addItem(text, kind)
            tip_role = Qt.ItemDataRole.ToolTipRole
            self.shadow.setItemData(self.shadow.count() - 1, tip, tip_role)
        self.shadow.setToolTip(
            tr(
                "More than four classes need more than three dimensions: which shadow of them is "
                "drawn."
            )
        )
        self.shadow.setAccessibleName(tr("Shadow"))
        # Else the longest of its words makes the column wider than it is.
        self.shadow.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.shadow.setMinimumContentsLength(6)
        self.shadow.activated.connect(
            lambda _index: self.shadow_asked.emit(self.shadow.currentData())
        )
        self.tour = QToolButton()
        self.tour.setIcon(icon("tour"))
        self.tour.setCheckable(True)
        self.tour.setProperty("role", "quiet")
        self.tour.setToolTip(tr("Travel through all dimensions, or rest here (G)."))
        self.tour.setAccessibleName(tr("Grand tour"))
        when_turned(self.tour, self.tour_asked.emit)
        self.shadow_row = QWidget()
        row = QHBoxLayout(self.shadow_row)
        row.setContentsMargins(0, 0, 8, 0)
        row.addWidget(PlainLabel(tr("Shadow")))
        row.addWidget(self.shadow, 1)
        row.addWidget(self.tour)
        self.numbers = LongLabel("", "caption")
        self._lay_out()
        self._teach()

    def _teach(self) -> None:
        """Let layers, classes and the facts of the run answer to pointing."""
        explorer = self._explorer
        teach(self.layers, lambda point: self._layer_at(point.y()))
        teach(self.title, lambda _point: of_title(explorer))
        teach(self.facts, lambda point: of_run(explorer).get(fact_at(self.facts, point)))
        teach(self.numbers, lambda _point: about_word("D"))
        self.classes.tell = lambda number: of_class(explorer, number, CHIP)

    def _layer_at(self, height: float) -> Answer | None:
        row = self.layers.row_at(height) if self.layers.tells_values else None
        answer = None if row is None else of_layer(self._explorer, row)
        return None if answer is None else replace(answer, action=tr("Click shows this layer."))

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 4, 0, 0)
        whole.setSpacing(2)
        # Up to the edge: else a scroll bar beside it would wrap it, and so be needed for ever.
        whole.addWidget(self.title)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(2)
        whole.addLayout(column, 1)
        column.addWidget(self.seeds)
        column.addWidget(self.facts)
        go_with(self.numbers, VALUES)
        column.addWidget(_heading(tr("Layers"), self.numbers))
        column.addWidget(self.layers)
        column.addWidget(_heading(tr("Classes")))
        column.addWidget(self.classes)
        column.addWidget(self.shadow_row)
        column.addWidget(_heading(tr("Shown"), self.samples.choice))
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        for number, switch in enumerate(self.switches.values()):
            grid.addWidget(switch, number // 2, number % 2)
        column.addLayout(grid)
        column.addWidget(self.colors)
        column.addWidget(self.samples)
        column.addStretch(1)

    def show_run(self) -> None:
        """Show another run."""
        run = self._explorer.run
        if run is None:
            return
        manifest = run.manifest
        self.show_title()
        self.layers.set_layers(tuple(layer.name for layer in manifest.layers))
        self.classes.set_classes(manifest.class_names, _counts_to_show(run))
        self.samples.show_run(run)
        self.colors.show_run(run.drawn_of(self._explorer.view.split))
        self.show_facts()

    def show_title(self) -> None:
        """Show what the run is called."""
        run = self._explorer.run
        repeats = repeats_of(run)
        title = "" if run is None else run.manifest.title
        self.title.set_title(title if repeats is None else repeats.title)
        self.seeds.show_run(run)

    def set_paused(self, paused: bool) -> None:
        """Say whether the run's training waits."""
        if paused != self._paused:
            self._paused = paused
            self.show_facts()

    def show_facts(self) -> None:
        """Bring the line under the title up to date."""
        run = self._explorer.run
        if run is None:
            return
        manifest = run.manifest
        state = "" if manifest.state == "finished" else state_in_words(run)
        if manifest.state == "running" and self._paused:
            state = tr("training paused")
        missing = run.missing_epochs
        facts = [
            tr("{classes:,} classes", classes=manifest.classes),
            tr("{count:label set|label sets}", count=len(manifest.label_sets))
            if manifest.label_sets
            else "",
            _learnt(run),
            recorded_words(run.epochs, run.counting),
            state,
            tr("{count} missing", count=len(missing)) if missing else "",
        ]
        counted = BETWEEN.join(fact for fact in facts if fact)
        self.facts.setText(f"{counted}\n{anatomy(run)}")
        about = f"{run.path}\n{manifest.command}\n{manifest.message}"
        self.facts.setToolTip(plain_tip(about.strip()))

    def show_series(self) -> None:
        """Show the numbers computed so far."""
        if self._explorer.series is not None:
            self.layers.set_curves(self._explorer.series)

    def offer_names(self, on: bool) -> None:
        """Let names in the scene be switched, or say why that does nothing here."""
        self.switches["show_labels"].setEnabled(on)
        self.switches["show_labels"].setToolTip("" if on else NO_NAMES)

    def show_moment(self) -> None:
        """Show the view as it is now."""
        explorer = self._explorer
        if explorer.series is None:
            return
        self.layers.show_moment(
            explorer.series.fuzziness(explorer.nearest_epoch), explorer.view.layer
        )
        self.classes.show_view(explorer.view)
        self.samples.show_view(explorer.view)
        self.colors.show_view(explorer)
        split = explorer.split
        self.numbers.setText(
            tr("D: spread over gaps")
            if split is TRAIN
            else tr("D of {samples}", samples=split.samples)
        )
        run, layer = certain(explorer.run), explorer.view.layer
        shown = explorer.view.shown_classes(run.manifest.classes)
        self.shadow_row.setVisible(dimensions_of(run, layer, shown) > DRAWN)
        self.shadow.setCurrentIndex(self.shadow.findData(explorer.view.shadow.kind))
        show_turned(self.tour, explorer.touring)
        for name, switch in self.switches.items():
            switch.setChecked(getattr(explorer.view, name))
        self._show_ideal(run, layer)

    def _show_ideal(self, run: Run, layer: int) -> None:
        """Say what the classes could become, or why nothing is drawn."""
        classes, width = run.manifest.classes, run.manifest.layers[layer].width
        switch, why = self.switches["show_etf"], ""
        switch.setText(CODE if has_code(run, layer) else ETF)
        if not has_simplex_etf(classes, width):
            why = tr(
                "a simplex ETF of {classes:,} classes needs {classes_2:,} dimensions, and there "
                "are {width:,}.",
                classes=classes,
                classes_2=classes - 1,
                width=width,
            )
            where = layer_in_words(names_of(run)[layer])
            why = (
                f"{CODE_TIP} {upper_first(why)}"
                if has_code(run, layer)
                else (tr("None is drawn in {where}: {why}", where=where, why=why))
            )
        switch.setToolTip(plain_tip(why))


def _heading(text: str, right: QWidget | None = None) -> QWidget:
    row = QWidget()
    grid = QGridLayout(row)
    grid.setContentsMargins(0, 0, 8, 0)
    grid.addWidget(PlainLabel(text, "heading"), 0, 0)
    if right is not None:
        grid.addWidget(right, 0, 1, Qt.AlignmentFlag.AlignRight)
    return row


def _switch(text: str, hue: str, tip: str, concept: str) -> QCheckBox:
    """Return a switch with a disc in one of the theme's colours, which says what it is of."""
    switch = QCheckBox(text)
    teach(switch, lambda _point: about_words(text, tip, concept))
    switch.setIcon(themed_icon(lambda theme: color_dot(getattr(theme, hue))))
    return switch
