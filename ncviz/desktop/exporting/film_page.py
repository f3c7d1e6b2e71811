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
from ncviz.desktop.exporting.keyframes import Keyframes
from ncviz.desktop.exporting.page import ExportPage, recorded_moments
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.form_parts import Field, FieldError, Fields, caption, choice
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.desktop.widgets.segmented import SegmentedButtons
from ncviz.export.film_plan import FilmPlan
from ncviz.export.model_path import SEARCHED, is_searched
from ncviz.export.model_plan import ModelPlan, timeline
from ncviz.parameters import declared
from ncviz.runs.layer_names import names_of, shortened_layer
from ncviz.wording import upper_first

EPOCHS, LAYERS, MODEL, CAMERA = "epochs", "layers", "model", "camera"
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
BESIDE_HINT = "Both runs are filmed, as you see them."


class FilmPage(ExportPage):
    """What passes, size, frames and what is written on a film."""

    kind = "Film"
    verb = "Make film"
    usual_name = "film"
    endings: ClassVar = {".mp4": "mp4", ".gif": "gif"}

    def __init__(self) -> None:
        super().__init__(FilmPlan(Path("film.mp4")))
        self._model_name = ""
        self.over = self.part("over", segments=True)
        self.first, self.last = QLineEdit(), QLineEdit()
        self.first.setPlaceholderText("first")
        self.last.setPlaceholderText("last")
        self.lowest = NumberBox(0.0, 1e12, 0.0, whole=False)
        self.highest = NumberBox(0.0, 1e12, 0.0, whole=False)
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
        self.lowest_field = Field("From", self.lowest)
        self.highest_field = Field("To", self.highest)
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
        self.ratio_part.setVisible(over == MODEL)
        self.keyframes_field.setVisible(over == CAMERA)
        self.turn_field.setVisible(not (over == CAMERA and self.keyframes.views))
        self.own_field.setVisible(not self.sizes.currentData())
        hint = self._hint()
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        words = {LAYERS: "Layer's name", MODEL: "Counter"}
        self.counter.setText(words.get(str(over), f"{upper_first(self.counting.unit)} counter"))
        self.plot.setText(f"Plot of {'D' if over != MODEL else 'the model'} beside the scene")

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
        if seen.run is None or (seen.shows_model and seen.shows_model != before):
            self.over.set_value(MODEL)
        if seen.model.name != self._model_name:
            self._use_model(seen.model)
        self._changed()

    def _hint(self) -> str:
        """Say what is filmed where that is not plain from what is seen."""
        seen, over = self.seen, self.over.value
        if seen is None:
            return ""
        if over == MODEL:
            if is_searched(seen.model):
                return f"Each of its {SEARCHED} moments is searched for, which takes minutes."
            return "" if seen.shows_model else f"{seen.model.model.title}, as in Theory."
        if seen.shows_model:
            return f"The open run is filmed: {seen.run.manifest.title}." if seen.run else ""
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
        if over == MODEL:
            model = self._model(seen)
        elif seen.run is None:
            raise FieldError(self.needs_run, self.over_field)
        views = self.keyframes.views if over == CAMERA else ()
        return FilmPlan(
            out=out,
            run=None if over == MODEL else seen.run_path,
            view=replace(seen.view, theme=str(self.theme.value)),
            first_epoch=self._epoch(self.first, self.first_field) if over_epochs else None,
            last_epoch=self._epoch(self.last, self.last_field) if over_epochs else None,
            keyframes=views,
            model=model,
            beside=None if over == MODEL else seen.beside,
            supersample=2 if self.fine.isChecked() else 1,
            **{**filled, "turn": 0.0 if views else filled["turn"]},
        )

    def _use_model(self, model: ModelPlan) -> None:
        """Let the model's whole timeline pass."""
        self._model_name = model.name
        for way, box, value, field in zip(
            ("first", "last"),
            (self.lowest, self.highest),
            timeline(model),
            (self.lowest_field, self.highest_field),
            strict=True,
        ):
            box.blockSignals(True)
            box.setRange(*timeline(model))
            box.setValue(value)
            box.blockSignals(False)
            field.set_caption(declared(model)[way].caption(model))

    def _model(self, seen: Seen) -> ModelPlan:
        low, high = self.lowest.value(), self.highest.value()
        if low >= high:
            raise FieldError(
                "Time must pass: let it end above where it begins.", self.highest_field
            )
        return replace(seen.model, first=low, last=high)

    def _epoch(self, line: QLineEdit, field: Field) -> int | None:
        run = None if self.seen is None else self.seen.run
        found = () if run is None else recorded_moments(line.text(), run, field)
        if len(found) > 1:
            raise FieldError(f"Write one {self.counting.unit} here.", field)
        return found[0] if found else None
