"""What a figure shall show, and how."""

from dataclasses import replace
from pathlib import Path

from PyQt6.QtWidgets import QHBoxLayout, QWidget

from ncviz.counting import UNITS
from ncviz.desktop.exporting.page import ExportPage
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.form_parts import choice, offer
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.model_presets import model_presets
from ncviz.export.presets.preset import Preset, presets
from ncviz.export.styles import MILLIMETRES, scene_theme, style_named
from ncviz.language import tr
from ncviz.parameters import changed

SEEN = "seen"
OF_MODEL = "model:"  # before the presets of the Theory room's model
SEEN_CAPTION = tr("What you see")
USUAL_PIXELS = 1920
ROWS = (
    ("preset",),
    ("moments",),
    ("layers",),
    ("theme",),
    ("file_format",),
    ("width",),
    ("resolution",),
    ("title",),
    ("legend",),
    ("transparent",),
)
# Words of a sentence, and the field that it is about.
BLAMED = {
    **dict.fromkeys(UNITS, "moments"),
    "layer": "layers",
    "width": "width",
    "height": "width",
    "pixels": "width",
    "dots per inch": "resolution",
    "preset": "preset",
    "panels": "preset",
}


class FigurePage(ExportPage):
    """Preset, size, look and format of a figure."""

    kind = tr("Figure")
    verb = tr("Save figure")

    def __init__(self) -> None:
        super().__init__(FigurePlan(Path("figure.pdf"), file_format="pdf"))
        self.preset = choice({SEEN: SEEN_CAPTION})
        self.unit = choice({"mm": "mm", "px": "pixels"})
        self.unit.setAccessibleName(tr("Unit of the width"))
        self.millimetres = self.part("width", own=True)
        self.pixels = self.part("pixels", own=True)
        self.pixels.setValue(USUAL_PIXELS)
        for box in (self.millimetres, self.pixels):
            box.setSuffix("")  # the list beside it says so
            box.setAccessibleName(tr("Width"))
        self.lay_out(ROWS, {"preset": self.preset, "width": self._size()})
        self.blamed = {words: self.fields[name] for words, name in BLAMED.items()}
        self.listen(self.heard)
        for signal in (
            self.preset.currentIndexChanged,
            self.unit.currentIndexChanged,
            self.millimetres.valueChanged,
            self.pixels.valueChanged,
        ):
            signal.connect(lambda _: self.heard())

    def _size(self) -> QWidget:
        size = QWidget()
        row = QHBoxLayout(size)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.millimetres, 3)
        row.addWidget(self.pixels, 3)
        row.addWidget(self.unit, 2)
        size.setFocusProxy(self.millimetres)
        return size

    @property
    def in_pixels(self) -> bool:
        """Return whether the width is one in pixels."""
        return bool(self.unit.currentData() == "px")

    def in_use(self, name: str, plan: FigurePlan) -> bool:
        """Tell whether a declared field is shown: of a width in pixels the resolution follows."""
        follows = name == "resolution" and self.in_pixels
        return not follows and super().in_use(name, plan)

    def show_possible(self) -> None:
        """Show the fields that mean anything."""
        super().show_possible()
        self.millimetres.setVisible(not self.in_pixels)
        self.pixels.setVisible(self.in_pixels)
        self["width"].setFocusProxy(self.pixels if self.in_pixels else self.millimetres)

    def set_seen(self, seen: Seen) -> None:
        """Offer what can be drawn of what is on the screen."""
        self.seen = seen
        names = [SEEN]
        if seen.run is not None:
            from ncviz.export.figures import presets_for

            names += presets_for(seen.run)
        if seen.picture_in is None and "scene" in names:
            names.remove("scene")  # then it is what one sees
        names += [f"{OF_MODEL}{name}" for name in model_presets(seen.model.name)][1:]
        known = {name: self._shown(name) for name in names}
        offer(
            self.preset,
            {name: each.title if each else SEEN_CAPTION for name, each in known.items()},
            {name: each.words for name, each in known.items() if each},
        )
        super().set_seen(seen)

    def _chosen(self) -> str:
        return str(self.preset.currentData())

    def _preset(self) -> str:
        chosen = self._chosen().removeprefix(OF_MODEL)
        return "scene" if chosen == SEEN else chosen

    def _shown(self, name: str) -> Preset | None:
        """Return the preset of an entry in the list; none for what is seen."""
        if not name.startswith(OF_MODEL):
            return presets().get(name)
        return model_presets(self.seen.model.name).get(name.removeprefix(OF_MODEL))

    @property
    def file_name(self) -> str:
        """Return a good name for the file."""
        name, chosen = self.seen.name, self._chosen()
        if chosen.startswith(OF_MODEL):
            return f"{self.seen.model.name}-{self._preset()}"
        return name if chosen in (SEEN, "scene") else f"{name}-{chosen}"

    def begun(self, out: Path) -> FigurePlan:
        """Return a plan of what is seen."""
        seen, model = self.seen, None
        if self._chosen().startswith(OF_MODEL):
            model = seen.model
        elif self._chosen() == SEEN and seen.picture_in is not None and seen.shows_model:
            model = replace(seen.model, last=seen.model_at)
        return FigurePlan(
            out,
            None if model is not None else seen.run_path,
            seen.view,
            self._preset(),
            spacing=seen.spacing,
            width=self.millimetres.value(),
            model=model,
        )

    def plan(self, out: Path) -> FigurePlan:
        """Return the figure that is asked for."""
        plan: FigurePlan = super().plan(out)
        seen = self.seen
        if seen.picture_in is not None and self._chosen() == SEEN and plan.model is None:
            theme = scene_theme(style_named(plan.theme))
            plan = replace(
                plan,
                scene=seen.picture_in(replace(seen.view, theme=theme)),
                cameras=seen.cameras,
                said=dict(seen.said),
            )
        return changed(plan, pixels=self.pixels.value()) if self.in_pixels else plan

    def size_in_words(self, out: Path) -> str:
        """Say how large the figure will be."""
        from ncviz.export.figures import sized_figure

        plan = sized_figure(self.plan(out))
        words = tr("{width:.0f} × {height:.0f} mm", width=plan.width, height=plan.height)
        if self.suffix != ".png":
            return words
        sides = (round(s / MILLIMETRES * plan.resolution) for s in (plan.width, plan.height))
        return tr(
            "{words}, {sides} pixels", words=words, sides=" × ".join(str(side) for side in sides)
        )
