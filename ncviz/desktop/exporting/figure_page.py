"""What a figure shall show, and how."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from ncviz.counting import UNITS
from ncviz.desktop.certain import certain
from ncviz.desktop.exporting.page import ExportPage, recorded_moments, whole_numbers
from ncviz.desktop.exporting.what_is_seen import Seen
from ncviz.desktop.widgets.form_parts import Field, choice, choose
from ncviz.desktop.widgets.number_box import NumberBox
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.model_presets import model_presets
from ncviz.export.presets.preset import Preset, presets
from ncviz.export.styles import MILLIMETRES, scene_theme, style_named
from ncviz.scenes.scene import Picture
from ncviz.wording import upper_first

SEEN = "seen"
OF_MODEL = "model:"  # before the presets of the Theory room's model
SEEN_CAPTION = "What you see"
USUAL = {"slide": (300.0, 160.0)}  # millimetres of several panels and of one
SEVERAL, ONE = 180.0, 85.0
SCREEN_RESOLUTION = 96


class FigurePage(ExportPage):
    """Preset, size, look and format of a figure."""

    kind = "Figure"
    verb = "Save figure"
    endings: ClassVar = {".pdf": "pdf", ".svg": "svg", ".png": "png"}

    def __init__(self) -> None:
        super().__init__(FigurePlan(Path("figure.pdf")))
        self.preset = choice({SEEN: SEEN_CAPTION})
        self.epochs, self.layers = self.part("moments", own=True), self.part("layers", own=True)
        self.title = self.part("title")
        self.file_format = self.part("file_format", segments=True)
        self.file_format.set_value("pdf")
        self.theme = self.part("theme", segments=True)
        self.width_box = NumberBox(0, 2000, whole=False)
        self.unit = choice({"mm": "mm", "px": "pixels"})
        self.resolution = choice({dots: f"{dots} dpi" for dots in (150, 300, 600)})
        choose(self.resolution, 300)
        self.legend, self.transparent = self.part("legend"), self.part("transparent")
        self._lay_out()
        self._use_unit()
        self._connect()

    def _lay_out(self) -> None:
        size = QWidget()
        row = QHBoxLayout(size)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.width_box, 3)
        row.addWidget(self.unit, 2)
        self.width_box.setAccessibleName("Width")
        self.unit.setAccessibleName("Unit of the width")
        size.setFocusProxy(self.width_box)
        self.preset_field = self.field("preset", self.preset)
        self.epochs_field = self.field("moments", self.epochs)
        self.layers_field = self.field("layers", self.layers)
        self.title_field = self.field("title")
        self.size_field = Field("Width", size)
        self.resolution_field = self.field("resolution", self.resolution)
        self.theme_field = self.field("theme")
        self.format_field = self.field("file_format")
        for line in (
            (self.preset_field,),
            (self.epochs_field,),
            (self.layers_field,),
            (self.theme_field,),
            (self.format_field,),
            (self.size_field,),
            (self.resolution_field,),
            (self.title_field,),
            (self.legend,),
            (self.transparent,),
        ):
            self.add(*line)
        self.end()
        self.blamed = {
            **dict.fromkeys(UNITS, self.epochs_field),
            "layer": self.layers_field,
            "width": self.size_field,
            "height": self.size_field,
            "pixels": self.size_field,
            "dots per inch": self.resolution_field,
            "preset": self.preset_field,
            "panels": self.preset_field,
        }

    def _connect(self) -> None:
        for signal in (
            self.preset.currentIndexChanged,
            self.epochs.textChanged,
            self.layers.textChanged,
            self.width_box.valueChanged,
            self.resolution.currentIndexChanged,
        ):
            signal.connect(lambda *_: self._changed())
        self.listen(self._changed)
        self.unit.currentIndexChanged.connect(self._use_unit)

    def _changed(self) -> None:
        self._show_possible()
        self.changed.emit()

    def _use_unit(self) -> None:
        pixels = self.unit.currentData() == "px"
        self.width_box.setRange(0, 20_000 if pixels else 2000)
        self.width_box.setSingleStep(10 if pixels else 1)
        self.width_box.setSpecialValueText("automatic")
        self.width_box.setValue(1920 if pixels else 0)
        self._changed()

    def _show_possible(self) -> None:
        preset = self._shown(self._chosen()) or presets()["scene"]
        self.epochs_field.setVisible(preset.panels == "epochs")
        self.layers_field.setVisible(preset.panels == "layers")
        self.legend.setVisible(preset.scenes is not None)
        own_pixels = self.unit.currentData() == "px"
        self.resolution_field.setVisible(self.suffix == ".png" and not own_pixels)

    def set_seen(self, seen: Seen) -> None:
        """Offer what can be drawn of what is on the screen."""
        super().set_seen(seen)
        self.epochs_field.set_caption(upper_first(self.counting.units))
        before = self.preset.currentData()
        possible = [SEEN]
        if seen.run is not None:
            from ncviz.export.figures import presets_for

            possible += presets_for(seen.run)
        possible += [f"{OF_MODEL}{name}" for name in model_presets(seen.model.name)][1:]
        self.preset.blockSignals(True)
        own = seen.picture_in is not None
        self._offer([name for name in possible if name != "scene" or own])
        choose(self.preset, before)
        self.preset.blockSignals(False)
        self._changed()

    def _offer(self, names: list[str]) -> None:
        self.preset.clear()
        for number, name in enumerate(names):
            preset = self._shown(name)  # none for what is seen
            self.preset.addItem(SEEN_CAPTION if preset is None else preset.title, name)
            tip = "" if preset is None else preset.words
            self.preset.setItemData(number, tip, Qt.ItemDataRole.ToolTipRole)

    def _chosen(self) -> str:
        return str(self.preset.currentData())

    def _preset(self) -> str:
        chosen = self._chosen().removeprefix(OF_MODEL)
        return "scene" if chosen == SEEN else chosen

    def _shown(self, name: str) -> Preset | None:
        """Return the preset of an entry in the list; none for what is seen."""
        if not name.startswith(OF_MODEL):
            return presets().get(name)
        return model_presets(certain(self.seen).model.name).get(name.removeprefix(OF_MODEL))

    @property
    def file_name(self) -> str:
        """Return a good name for the file."""
        name = "ncviz" if self.seen is None else self.seen.name
        chosen = str(self.preset.currentData())
        if chosen.startswith(OF_MODEL):
            return f"{certain(self.seen).model.name}-{self._preset()}"
        return name if chosen in (SEEN, "scene") else f"{name}-{chosen}"

    @property
    def suffix(self) -> str:
        """Return the ending of the file."""
        return f".{self.file_format.value}"

    def plan(self, out: Path) -> FigurePlan:
        """Return the figure that is asked for."""
        assert self.seen is not None  # the dialog shows it before it asks
        filled = self.filled()
        preset, seen = self._preset(), self.seen
        shown = self._shown(self._chosen())
        panels = "" if shown is None else shown.panels
        picture_in = seen.picture_in if self._chosen() == SEEN else None
        model = None
        if self._chosen().startswith(OF_MODEL):
            model = seen.model
        elif picture_in is not None and seen.shows_model:
            model, picture_in = replace(seen.model, last=seen.model_at), None
        view = replace(seen.view, theme=scene_theme(style_named(filled["theme"])))
        scene = None if picture_in is None else picture_in(view)
        side_by_side = isinstance(scene, Picture) and len(scene.panels) > 1
        width, resolution = self._size(side_by_side or bool(panels))
        return FigurePlan(
            out=out,
            run=None if model is not None else seen.run_path,
            view=seen.view,
            preset=preset,
            width=width,
            epochs=recorded_moments(self.epochs.text(), seen.run, self.epochs_field)
            if panels == "epochs" and seen.run is not None
            else (),
            layers=whole_numbers(self.layers, self.layers_field, "layers")
            if panels == "layers"
            else (),
            resolution=resolution,
            spacing=seen.spacing,
            scene=scene,
            cameras=() if picture_in is None else seen.cameras,
            model=model,
            said={} if picture_in is None else dict(seen.said),
            **filled,
        )

    def size_in_words(self, out: Path) -> str:
        """Say how large the figure will be."""
        from ncviz.export.figures import sized_figure

        plan = sized_figure(self.plan(out))
        words = f"{plan.width:.0f} × {plan.height:.0f} mm"
        if self.suffix != ".png":
            return words
        sides = (round(s / MILLIMETRES * plan.resolution) for s in (plan.width, plan.height))
        return f"{words}, {' × '.join(str(side) for side in sides)} pixels"

    def _size(self, side_by_side: bool) -> tuple[float, int]:
        """Return millimetres (0 for what suits) and dots per inch."""
        value = self.width_box.value()
        if self.unit.currentData() == "mm" or not value:
            return value, int(self.resolution.currentData())
        if self.suffix != ".png":
            return value * MILLIMETRES / SCREEN_RESOLUTION, SCREEN_RESOLUTION
        # Type keeps its size against the figure, however many pixels there are.
        several, one = USUAL.get(str(self.theme.value), (SEVERAL, ONE))
        usual = several if side_by_side else one
        resolution = min(max(round(value / usual * MILLIMETRES), 30), 2400)
        return value * MILLIMETRES / resolution, resolution
