"""What a film shall run over, and how large and long it is."""

from dataclasses import replace
from pathlib import Path

from PyQt6.QtWidgets import QHBoxLayout, QWidget

from ncviz.counting import UNITS
from ncviz.desktop.exporting.keyframes import Keyframes
from ncviz.desktop.exporting.page import UNSEEN, ExportPage
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.form_parts import Field, FieldError, caption
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.export.export_plan import counting_of
from ncviz.export.film_plan import FilmPlan
from ncviz.export.model_path import SEARCHED, is_searched
from ncviz.export.model_plan import ModelPlan, passing, timeline
from ncviz.export.plan_texts import read_size
from ncviz.language import tr
from ncviz.parameters import declared
from ncviz.runs.layer_names import names_of, shortened_layer

LAYERS, MODEL, CAMERA = "layers", "model", "camera"
ROWS = (
    ("over",),
    ("hint",),
    ("first", "last"),
    ("lowest", "highest"),
    ("keyframes",),
    ("file_format",),
    ("size",),
    ("sides",),
    ("rate", "seconds"),
    ("theme", "turn"),
    ("title",),
    ("counter", "legend"),
    ("plot",),
    ("plot_name",),
    ("fine",),
)
# Words of a sentence, and the field that it is about.
BLAMED = {
    "gif would": "size",
    "frames a second": "rate",
    "seconds": "seconds",
    "pixels": "size",
    "encoder": "file_format",
    "way of the camera": "keyframes",
    "ratio": "lowest",
    **dict.fromkeys(UNITS, "first"),
    "layer": "over",
}
BESIDE_HINT = tr("Both runs are filmed, as you see them.")


class FilmPage(ExportPage):
    """What passes, size, frames and what is written on a film."""

    kind = tr("Film")
    verb = tr("Make film")
    usual_name = "film"

    def __init__(self) -> None:
        super().__init__(FilmPlan(Path("film.mp4"), file_format="mp4"))
        self.hint = caption()
        self._model_name = ""
        self.lowest = NumberBox(0.0, 1e12, 0.0, whole=False)
        self.highest = NumberBox(0.0, 1e12, 0.0, whole=False)
        self.keyframes = Keyframes()
        self.sizes = self.part("size", own=True)
        own = {
            "hint": self.hint,
            "lowest": Field(tr("From"), self.lowest),
            "highest": Field(tr("To"), self.highest),
            "keyframes": self.keyframes,
            "size": self.sizes,
            "sides": Field("", self._sides()),
        }
        self.lay_out(ROWS, own)
        self["over"].chosen.connect(lambda _: self.offer(self.wished()))
        self.blamed = {words: self.fields[name] for words, name in BLAMED.items()}
        self.listen(self.heard)
        for signal in (self.lowest.valueChanged, self.highest.valueChanged):
            signal.connect(lambda _: self.heard())
        self.keyframes.changed.connect(self.heard)
        self.sizes.currentIndexChanged.connect(lambda _: self._use_size())

    def _sides(self) -> QWidget:
        """Return the fields of a size of one's own."""
        sides = QWidget()
        row = QHBoxLayout(sides)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        width, height = self.part("width"), self.part("height")
        for widget, stretch in ((width, 1), (PlainLabel("×"), 0), (height, 1)):
            row.addWidget(widget, stretch)
        for name, box in (("width", width), ("height", height)):
            box.setAccessibleName(self._known[name].label)
        sides.setFocusProxy(width)
        return sides

    def _use_size(self) -> None:
        if words := self.sizes.currentData():
            for name, side in read_size(words).items():
                box = self._parts[name].widget
                box.blockSignals(True)
                box.setValue(side)
                box.blockSignals(False)
        self.heard()

    def show_possible(self) -> None:
        """Show the fields that mean anything."""
        super().show_possible()
        of_model = self["over"].value == MODEL
        self.fields["lowest"].setVisible(of_model)
        self.fields["highest"].setVisible(of_model)
        self.fields["sides"].setVisible(not self.sizes.currentData())
        hint = self._hint()
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def set_seen(self, seen: Seen) -> None:
        """Take up what is on the screen."""
        before, self.seen = self.seen, seen
        self.keyframes.names = () if seen.run is None else names_of(seen.run)
        self.keyframes.counting = counting_of(self.begun(Path(self.usual_name)))
        if before is UNSEEN:
            self["theme"].set_value(seen.view.theme)
        came = seen.shows_model and seen.shows_model != before.shows_model
        if seen.run is None or came:
            self["over"].set_value(MODEL)
        if seen.model.name != self._model_name:
            self._use_model(seen.model)
        super().set_seen(seen)

    def _hint(self) -> str:
        """Say what is filmed where that is not plain from what is seen."""
        seen, over = self.seen, self["over"].value
        if over == MODEL:
            if is_searched(seen.model):
                return tr(
                    "Each of its {searched} moments is searched for before the first frame.",
                    searched=SEARCHED,
                )
            return (
                ""
                if seen.shows_model
                else tr("{title}, as in Theory.", title=seen.model.model.title)
            )
        if seen.shows_model:
            return (
                tr("The open run is filmed: {title}.", title=seen.run.manifest.title)
                if seen.run
                else ""
            )
        if seen.beside is not None:
            return BESIDE_HINT
        if seen.picture_in is not None and seen.run is not None and over != LAYERS:
            name = shortened_layer(seen.run.manifest.layers[seen.view.layer].name)
            return tr(
                "A film shows one layer, {name}; over layers it passes through all of them.",
                name=name,
            )
        return ""

    def begun(self, out: Path) -> FilmPlan:
        """Return a plan of what is seen."""
        seen = self.seen
        views = self.keyframes.views if self["over"].value == CAMERA else ()
        return FilmPlan(
            out,
            seen.run_path,
            seen.view,
            keyframes=views,
            model=seen.model,
            beside=seen.beside,
        )

    def plan(self, out: Path) -> FilmPlan:
        """Return the film that is asked for."""
        plan: FilmPlan = super().plan(out)
        if plan.over == MODEL:
            return replace(plan, run=None, beside=None, model=self._model(self.seen))
        if plan.run is None:
            raise FieldError(self.needs_run, self.fields["over"])
        return replace(plan, model=None)

    def size_in_words(self, out: Path) -> str:
        """Say how long and how large the film will be."""
        plan = self.plan(out)
        return tr(
            "{frames} frames, {seconds:g} s, {width} × {height} pixels",
            frames=plan.frames,
            seconds=plan.seconds,
            width=plan.width,
            height=plan.height,
        )

    def _use_model(self, model: ModelPlan) -> None:
        """Let the model's whole timeline pass."""
        self._model_name = model.name
        for way, box, value, field in zip(
            ("first", "last"),
            (self.lowest, self.highest),
            timeline(model),
            (self.fields["lowest"], self.fields["highest"]),
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
            words = tr("Time must pass: let it end above where it begins.")
            raise FieldError(words, self.fields["highest"])
        return passing(seen.model, low, high)
