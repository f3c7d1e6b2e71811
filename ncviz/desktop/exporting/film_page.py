"""What a film shall run over, and how large and long it is."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from PyQt6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from ncviz.counting import UNITS
from ncviz.desktop.certain import certain
from ncviz.desktop.exporting.keyframes import Keyframes
from ncviz.desktop.exporting.page import ExportPage, recorded_moments
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.form_parts import Field, FieldError, Fields, caption, choice
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.export.film_plan import FilmPlan
from ncviz.export.model_plan import ModelPlan
from ncviz.runs.layer_names import names_of, shortened_layer
from ncviz.wording import upper_first

EPOCHS, LAYERS, RATIO, CAMERA = "epochs", "layers", "ratio", "camera"
SIZES = {
    "1280x720": "1280 × 720",
    "1920x1080": "1920 × 1080, full HD",
    "3840x2160": "3840 × 2160, 4K",
    "1080x1080": "1080 × 1080, square",
    "1080x1920": "1080 × 1920, upright",
    "640x360": "640 × 360, for a GIF",
    "": "Own size",
}
MOST_TURN = 720
PEELED = "layer-peeled"
TWO_GROUPS_HINT = (
    "A film over R is of two groups of classes with q = 2, not of what you see: "
    "save that as a figure."
)
MODEL_HINT = (
    "A film of this model: keep it as a run with the button in its panel, then export a film "
    "over the training of that run. Over R the Layer-Peeled Model is filmed."
)
BESIDE_HINT = "Both runs are filmed, as you see them."


class FilmPage(ExportPage):
    """What passes, size, frames and what is written on a film."""

    kind = "Film"
    verb = "Make film"
    usual_name = "film"
    endings: ClassVar = {".mp4": "mp4", ".gif": "gif"}

    def __init__(self) -> None:
        super().__init__(FilmPlan(Path("film.mp4")))
        self.over = self.part("over", segments=True)
        self.over.button(RATIO).setAccessibleName("Imbalance ratio R")
        self.first, self.last = QLineEdit(), QLineEdit()
        self.first.setPlaceholderText("first")
        self.last.setPlaceholderText("last")
        self.lowest = NumberBox(1.0, 10_000.0, 1.0, whole=False)
        self.highest = NumberBox(1.0, 10_000.0, 1000.0, whole=False)
        self.keyframes = Keyframes()
        self.file_format = self.part("file_format", segments=True)
        self.file_format.set_value("mp4")
        self.sizes = choice(SIZES)
        self.width_box, self.height_box = self.part("width"), self.part("height")
        self.rate, self.seconds = self.part("rate"), self.part("seconds")
        self.turn = self.part("turn")
        self.turn.setRange(-MOST_TURN, MOST_TURN)
        self.theme = SegmentedButtons({"light": "Light", "dark": "Dark"})
        self.theme.set_value("light")
        self.title = self.part("title")
        self.counter, self.legend, self.plot = map(self.part, ("counter", "legend", "plot"))
        self.fine = QCheckBox("Fine edges")
        self.fine.setToolTip("Draw twice as large and average: four times slower.")
        self._lay_out()
        self._connect()
        self._show_possible()

    def _lay_out(self) -> None:
        own = QWidget()
        row = QHBoxLayout(own)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget, stretch in ((self.width_box, 1), (PlainLabel("×"), 0), (self.height_box, 1)):
            row.addWidget(widget, stretch)
        for name, box in (("width", self.width_box), ("height", self.height_box)):
            box.setAccessibleName(self._known[name].label)
        own.setFocusProxy(self.width_box)
        self.over_field = self.field("over")
        self.hint = caption()
        self.range_part = Fields()
        self.first_field = Field("From", self.first, "A recorded one; empty: the first.")
        self.last_field = Field("To", self.last, "A recorded one; empty: the last.")
        self.range_part.add(self.first_field, self.last_field)
        self.ratio_part = Fields()
        self.lowest_field = Field("From R", self.lowest, "Of class sizes, majority to minority.")
        self.highest_field = Field("To R", self.highest)
        self.ratio_part.add(self.lowest_field, self.highest_field)
        self.keyframes_field = Field("Views", self.keyframes)
        self.format_field = self.field("file_format")
        self.size_field = Field("Size in pixels", self.sizes)
        self.own_field = Field("", own)
        self.rate_field = self.field("rate")
        self.seconds_field = self.field("seconds")
        self.theme_field = Field("Look", self.theme)
        self.turn_field = self.field("turn")
        self.title_field = self.field("title")
        for line in (
            (self.over_field,),
            (self.hint,),
            (self.range_part,),
            (self.ratio_part,),
            (self.keyframes_field,),
            (self.format_field,),
            (self.size_field,),
            (self.own_field,),
            (self.rate_field, self.seconds_field),
            (self.theme_field, self.turn_field),
            (self.title_field,),
            (self.counter, self.legend),
            (self.plot,),
            (self.fine,),
        ):
            self.add(*line)
        self.end()
        self.blamed = {
            "gif would": self.size_field,
            "frames a second": self.rate_field,
            "seconds": self.seconds_field,
            "pixels": self.size_field,
            "encoder": self.format_field,
            "way of the camera": self.keyframes_field,
            "ratio": self.lowest_field,
            **dict.fromkeys(UNITS, self.first_field),
            "layer": self.over_field,
        }

    def _connect(self) -> None:
        for signal in (
            self.first.textChanged,
            self.last.textChanged,
            self.lowest.valueChanged,
            self.highest.valueChanged,
            self.keyframes.changed,
            self.theme.chosen,
            self.fine.toggled,
        ):
            signal.connect(lambda *_: self._changed())
        self.listen(self._changed)
        self.sizes.currentIndexChanged.connect(self._use_size)

    def _changed(self) -> None:
        self._show_possible()
        self.changed.emit()

    def _use_size(self) -> None:
        words = str(self.sizes.currentData())
        if words:
            width, height = (int(part) for part in words.split("x"))
            for box, value in ((self.width_box, width), (self.height_box, height)):
                box.blockSignals(True)
                box.setValue(value)
                box.blockSignals(False)
        self._changed()

    def _show_possible(self) -> None:
        over = self.over.value
        self.range_part.setVisible(over == EPOCHS)
        self.ratio_part.setVisible(over == RATIO)
        self.keyframes_field.setVisible(over == CAMERA)
        self.turn_field.setVisible(not (over == CAMERA and self.keyframes.views))
        self.own_field.setVisible(not self.sizes.currentData())
        hint = self._hint()
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        words = {LAYERS: "Layer's name", RATIO: "R"}
        self.counter.setText(words.get(str(over), f"{upper_first(self.counting.unit)} counter"))
        self.plot.setText(
            "Minority cosine beside the scene" if over == RATIO else "Plot of D beside the scene"
        )

    def set_seen(self, seen: Seen) -> None:
        """Take up what is on the screen."""
        fresh = self.seen is None
        before = None if self.seen is None else self.seen.shows_model
        super().set_seen(seen)
        self.keyframes.names = () if seen.run is None else names_of(seen.run)
        self.keyframes.counting = self.counting
        self.first_field.set_caption(f"From {self.counting.unit}")
        self.last_field.set_caption(f"To {self.counting.unit}")
        if fresh:
            self.theme.set_value(seen.view.theme)
        for value in (EPOCHS, LAYERS, CAMERA):
            self.over.button(value).setEnabled(seen.run is not None)
        came_to_model = seen.shows_model == PEELED != before
        if seen.run is None or came_to_model:
            self.over.set_value(RATIO)
        self._changed()

    def _hint(self) -> str:
        """Say what is filmed where that is not plain from what is seen."""
        seen, over = self.seen, self.over.value
        if seen is None:
            return ""
        if seen.shows_model and not (over == RATIO and seen.shows_model == PEELED):
            if seen.shows_model != PEELED:
                return MODEL_HINT
            return f"The open run is filmed: {seen.run.manifest.title}." if seen.run else ""
        if over == RATIO:
            # Only two groups with q = 2 have a majority among their parameters.
            shown = seen.said.get("model", {})
            return "" if "majority" in shown or not seen.shows_model else TWO_GROUPS_HINT
        if seen.beside is not None:
            return BESIDE_HINT
        if seen.picture_in is not None and seen.run is not None and over != LAYERS:
            name = shortened_layer(seen.run.manifest.layers[seen.view.layer].name)
            return f"A film shows one layer, {name}; over layers it passes through all of them."
        return ""

    @property
    def suffix(self) -> str:
        """Return the ending of the file; empty for a folder."""
        return "" if self.file_format.value == "png" else f".{self.file_format.value}"

    @property
    def file_kinds(self) -> str:
        """Return the kinds of files for a file dialog."""
        return "MP4 (*.mp4)" if self.suffix == ".mp4" else "GIF (*.gif)"

    def plan(self, out: Path) -> FilmPlan:
        """Return the film that is asked for."""
        assert self.seen is not None  # the dialog shows it before it asks
        filled, seen = self.filled(), self.seen
        over = filled["over"]
        over_epochs = over == EPOCHS
        model = None
        if over == RATIO:
            model = self._model(seen)
        elif seen.run is None:
            raise FieldError(self.needs_run, self.over_field)
        views = self.keyframes.views if over == CAMERA else ()
        return FilmPlan(
            out=out,
            run=None if over == RATIO else seen.run_path,
            view=replace(seen.view, theme=str(self.theme.value)),
            first_epoch=self._epoch(self.first, self.first_field) if over_epochs else None,
            last_epoch=self._epoch(self.last, self.last_field) if over_epochs else None,
            keyframes=views,
            model=model,
            beside=None if over == RATIO else seen.beside,
            supersample=2 if self.fine.isChecked() else 1,
            **{**filled, "turn": 0.0 if views else filled["turn"]},
        )

    def _model(self, seen: Seen) -> ModelPlan:
        low, high = self.lowest.value(), self.highest.value()
        if low >= high:
            raise FieldError("R must grow: let it end above where it begins.", self.highest_field)
        problem = certain(seen.problem)
        return ModelPlan(problem.classes, problem.majority, problem.budget, low, high)

    def _epoch(self, line: QLineEdit, field: Field) -> int | None:
        run = None if self.seen is None else self.seen.run
        found = () if run is None else recorded_moments(line.text(), run, field)
        if len(found) > 1:
            raise FieldError(f"Write one {self.counting.unit} here.", field)
        return found[0] if found else None
