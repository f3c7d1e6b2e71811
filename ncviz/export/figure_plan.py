"""A figure that is asked for: a plain value, and the choices it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ncviz.export.export_plan import ScenePlan, recorded_moments, run_of, to_file
from ncviz.export.model_plan import ModelPlan
from ncviz.export.model_presets import presets_of, titles_of_presets
from ncviz.export.plan_texts import millimetres, whole_numbers
from ncviz.export.presets.preset import presets
from ncviz.export.styles import MILLIMETRES
from ncviz.export.sweep_figure import SweepFigure
from ncviz.language import tr
from ncviz.parameters import command, declared, facet, parameter
from ncviz.scenes.camera import Camera
from ncviz.scenes.epoch_scale import SPACINGS
from ncviz.scenes.scene import Picture, Scene

SMALLEST, LARGEST = 20.0, 2000.0  # millimetres
USUAL_WIDTHS = ((85.0, 180.0), (160.0, 300.0))  # of one panel and several; on paper, on a slide
SLIDE = 9 / 16  # height over width
SCREEN_RESOLUTION = 96  # dots per inch


def no_length(name: str, value: float) -> str:
    """Say that no figure can be so wide, or so high."""
    return tr(
        "A {name} of {value:g} mm is out of range: choose {smallest:g} to {largest:g} mm.",
        name=name,
        value=value,
        smallest=SMALLEST,
        largest=LARGEST,
    )


def usual_width(plan: Any) -> float:
    """Return the width that suits what a figure shows, in millimetres."""
    preset = presets_of(plan)[plan.preset]
    panels = plan.scene.panels if isinstance(plan.scene, Picture) else ()
    several = preset.whole_page or len(panels) > 1
    several = several or (bool(preset.panels) and len(preset.shown(plan)) != 1)
    return USUAL_WIDTHS[plan.theme == "slide"][several]


def _pixels(plan: Any) -> int:
    return round(float(plan.width / MILLIMETRES * plan.resolution))


def _as_wide_as(plan: Any, pixels: int) -> Any:
    """Return a plan so many pixels wide; type keeps its size against the figure."""
    if not pixels:
        return plan
    if plan.suffix != "png":
        return replace(
            plan,
            width=pixels * MILLIMETRES / SCREEN_RESOLUTION,
            resolution=SCREEN_RESOLUTION,
        )
    low, high = declared(plan)["resolution"].limits(plan)
    dots = round(pixels / usual_width(plan) * MILLIMETRES)
    resolution = int(min(max(dots, low or 1), high or dots))
    return replace(plan, width=pixels * MILLIMETRES / resolution, resolution=resolution)


def _offered(plan: Any) -> list[str]:
    run = run_of(plan)
    return [name for name, each in presets_of(plan).items() if run is None or each.applies(run)]


def no_preset(value: str, plan: Any) -> str:
    """Say that no figure of the plan's run, or of its model, shows that."""
    return tr(
        "There is no preset {value!r}: choose {plan}.",
        value=value,
        plan=", ".join(presets_of(plan)),
    )


@dataclass(frozen=True)
class FigurePlan(ScenePlan):
    """A figure that is asked for.

    Parameters
    ----------
    run : Path or None
        None of a model.
    view : View
        Its theme gives way to the figure's.
    file_format : str
        Empty to go by the name of the file.
    width, height : float
        In millimetres; 0 for what suits the preset.
    epochs, layers : tuple of int
        For presets with several; empty for a good choice.
    scene : Scene or Picture, optional
        Draw this instead of the run's, e.g. a model's optimum, or two runs
        side by side.
    cameras : tuple of Camera
        One for each panel of such a picture, where they differ; empty for the
        view's.
    sweep : SweepFigure, optional
        What is drawn, of a sweep.
    model : ModelPlan, optional
        What is drawn, or the curve over which the preset 'minority' lays a run.
    said : mapping
        What else the file is to say of its making.
    numbers : bool
        Whether D is written above scenes.
    """

    out: Path = to_file(tr(".pdf, .svg or .png"))
    preset: str = parameter(
        "scene",
        tr("What the figure shows."),
        meaning=tr("one of [all presets](#all-presets)"),
        label=tr("Show"),
        choices=titles_of_presets,
        offered=_offered,
        sentence=no_preset,
        help=lambda: ", ".join(presets()),
        metavar="NAME",
    )
    file_format: str = parameter(
        "",
        label=tr("Format"),
        choices={"pdf": "PDF", "svg": "SVG", "png": "PNG"},
        others=True,
        choice_tips={
            "pdf": tr("For LaTeX: vectors, with the type inside."),
            "svg": tr("For editing: vectors."),
        },
        help=tr("default: by name"),
        option="--format",
    )
    width: float = parameter(
        0.0,
        low=0.0,
        high=LARGEST,
        step=1.0,
        unit=tr("mm"),
        empty=tr("automatic"),
        read=millimetres,
        sentence=lambda value, _plan: no_length("width", value),
        help=tr("mm, cm or in"),
        metavar="85mm",
    )
    height: float = parameter(
        0.0,
        low=0.0,
        high=LARGEST,
        step=1.0,
        unit=tr("mm"),
        empty=tr("automatic"),
        read=millimetres,
        sentence=lambda value, _plan: no_length("height", value),
        help=tr("default: what suits the preset"),
        metavar="70mm",
        in_form=False,
    )
    theme: str = parameter(
        "paper",
        label=tr("Look"),
        choices={
            "paper": tr("Paper"),
            "slide": tr("Slide"),
            "light": tr("Light"),
            "dark": tr("Dark"),
        },
        choice_tips={
            "paper": tr("White, small type, thin lines."),
            "slide": tr("Large type and thick lines."),
            "light": tr("As the light theme of the window."),
            "dark": tr("As the dark theme of the window."),
        },
        sentence=tr("There is no theme {value} for figures: choose {choices}."),
        help=tr("default: paper"),
    )
    transparent: bool = parameter(
        False, label=tr("Transparent background"), help=tr("leave out the background")
    )
    epochs: tuple[int, ...] = parameter((), option="-", in_form=False)
    layers: tuple[int, ...] = parameter(
        (),
        tr("Numbers such as 0, 3, 7; 0 is the input."),
        empty=tr("a good choice"),
        when=lambda plan: presets_of(plan)[plan.preset].panels == "layers",
        read=lambda text: whole_numbers(text, "layers"),
        help=tr("panels of layers"),
        metavar="0,3,7",
    )
    title: str = parameter(
        "", tr("Above the figure."), empty=tr("none"), help=tr("above the figure")
    )
    legend: bool = parameter(
        True,
        tr("Say below scenes what the colours mean."),
        when=lambda plan: presets_of(plan)[plan.preset].scenes is not None,
        help=tr("leave out what colours mean"),
        option="--no-legend",
    )
    resolution: int = parameter(
        300,
        tr("Of the pixels of a PNG."),
        choices={dots: tr("{dots} dpi", dots=dots) for dots in (150, 300, 600)},
        others=True,
        when=lambda plan: plan.suffix == "png",
        low=30,
        high=2400,
        sentence=tr(
            "A resolution of {value} dots per inch is out of range: choose {low} to {high}."
        ),
        help=tr("of PNG; default 300"),
        option="--dpi",
        metavar="DPI",
    )
    spacing: str = parameter(
        "recorded",
        choices=SPACINGS,
        sentence=tr("Moments cannot be spaced {value} on an axis: choose {choices}."),
        help=tr("of epochs on an axis: recorded ones equally far apart, linear, logarithmic"),
        in_form=False,
    )
    scene: Scene | Picture | None = None
    cameras: tuple[Camera, ...] = ()
    model: ModelPlan | None = None
    sweep: SweepFigure | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    numbers: bool = True

    verb, plural = "export figure", "figures"
    endings = MappingProxyType({".pdf": "pdf", ".svg": "svg", ".png": "png"})

    moments = recorded_moments(
        tr("panels of collapse and law"),
        empty=tr("a good choice"),
        when=lambda plan: presets_of(plan)[plan.preset].panels == "epochs",
    )
    pixels = facet(
        int,
        _pixels,
        _as_wide_as,
        tr("As type keeps its size against the figure, this decides the dots per inch."),
        of="width",
        label=tr("Width in pixels"),
        unit=tr("px"),
        low=0,
        high=20_000,
        step=10,
        empty=tr("automatic"),
        option="-",
        in_form=False,
    )

    def command(self) -> str:
        """Return the command that makes the same file; empty if it shows what no option names."""
        if self.scene is not None:
            return ""
        if self.sweep is not None:
            return command(self, self.verb, also=(self.sweep,))
        return command(
            self,
            self.verb,
            also=() if self.model is None or self.run is not None else (self.model,),
        )
