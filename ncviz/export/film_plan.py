"""A film that is asked for: a plain value, and the choices it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ncviz.charts.plot import GRID, MATRIX
from ncviz.export.beside import Beside, run_beside
from ncviz.export.export_plan import (
    ScenePlan,
    counting_of,
    run_of,
    size_in_pixels,
    theme_of_view,
    to_file,
)
from ncviz.export.lacking import lacks
from ncviz.export.model_plan import ModelPlan
from ncviz.export.plan_texts import (
    ends_of_range,
    moment_of,
    read_views,
    texts_of_moments,
    texts_of_views,
)
from ncviz.export.plots import pages
from ncviz.language import tr
from ncviz.models.model import models
from ncviz.parameters import command, facet, parameter
from ncviz.scenes.view import View
from ncviz.wording import upper_first

SIDES = 16, 4096  # pixels
FASTEST_GIF = 50.0  # frames a second
LONGEST = 600.0  # seconds
MOST_FRAMES = 36_000
FARTHEST_TURN = 36_000.0  # degrees
SIZES = {
    "1280x720": "1280 × 720",
    "1920x1080": tr("1920 × 1080, full HD"),
    "3840x2160": "3840 × 2160, 4K",
    "1080x1080": "1080 × 1080, square",
    "1080x1920": "1080 × 1920, upright",
    "640x360": tr("640 × 360, for a GIF"),
}


def no_size(_side: int, plan: "FilmPlan") -> str:
    """Say that no film can be so large or small."""
    least, most = SIDES
    return tr(
        "A film of {width}×{height} pixels cannot be made: choose sides from {least} to "
        "{most}, and no more than 4096×2304 in all.",
        width=plan.width,
        height=plan.height,
        least=least,
        most=most,
    )


def no_length(_seconds: float, plan: "FilmPlan") -> str:
    """Say that no film can be so long."""
    return tr(
        "A film of {seconds:g} seconds cannot be made: choose more than 0 and at most "
        "{longest:g} seconds, and at most {most_frames} frames.",
        seconds=plan.seconds,
        longest=LONGEST,
        most_frames=MOST_FRAMES,
    )


def _plots_beside() -> dict[str, str]:
    """Return the plots that go in step with films, and their titles."""
    of_runs = {
        name: page.caption or page.title
        for name, (plot, page) in pages().items()
        if plot.over != MATRIX
    }
    of_models = {
        plot.name: plot.menu
        for model in models().values()
        for plot in model.plots
        if plot.over not in (GRID, MATRIX)
    }
    return of_models | of_runs


OVER = {
    "epochs": tr("Training"),
    "layers": tr("Layers"),
    "model": tr("Model"),
    "camera": tr("Camera"),
}


def plots_beside(plan: Any) -> list[str]:
    """Return the plots that can go in step with a film of its run, or of its model."""
    if plan.over == "model":
        of_model = () if plan.model is None else plan.model.model.plots
        return [plot.name for plot in of_model if plot.over not in (GRID, MATRIX)]
    run, known = run_of(plan), pages()
    possible = [name for name, (plot, _) in known.items() if plot.over != MATRIX]
    return [name for name in possible if run is None or not lacks(run, *known[name])]


def no_plot(value: str, plan: Any) -> str:
    """Say that no such plot goes in step with a film of the plan's run, or of its model."""
    return tr(
        "No plot {value!r} stands beside a film: choose {plan}.",
        value=value,
        plan=", ".join(plots_beside(plan)),
    )


def _counter(plan: Any) -> str:
    words = {"layers": tr("Layer's name"), "model": tr("Counter")}
    return words.get(plan.over, tr("{unit} counter", unit=upper_first(counting_of(plan).name)))


def _end(which: str) -> Any:
    """Declare an end of the epochs that pass, as people write it."""
    name = f"{which}_epoch"

    def text(plan: Any) -> str:
        number = getattr(plan, name)
        return "" if number is None else texts_of_moments((number,), run_of(plan))

    way = {"first": tr("From"), "last": tr("To")}[which]
    return facet(
        str,
        text,
        lambda plan, text: replace(plan, **{name: moment_of(text, run_of(plan))}),
        tr("A recorded one; empty: the {which}.", which=which),
        of=name,
        caption=lambda plan: f"{way} {counting_of(plan).unit}",
        empty=which,
        when=lambda plan: plan.over == "epochs",
        option="-",
    )


def _range(plan: Any) -> str:
    ends = plan.first_epoch, plan.last_epoch
    return "" if ends == (None, None) else f"{plan.first}:{plan.last}"


@dataclass(frozen=True)
class FilmPlan(ScenePlan):
    """A film that is asked for.

    Parameters
    ----------
    out : Path
        A file .mp4 or .gif, or a new folder for a sequence of PNG files.
    run : Path or None
        None of a model.
    view : View
        What else is seen. Its theme is the film's.
    over : str
        What passes.
    file_format : str
        Empty to go by the name of `out`.
    plot : bool
        Show a plot in step with the scene.
    plot_name : str
        Which one: the preset of its figure, or a plot of the model; by default its first.
    first_epoch, last_epoch : int or None
        Recorded epochs between which the film runs; None for all.
    keyframes : tuple of View
        Over 'camera': the views to pass through; without any, one turn.
    model : ModelPlan, optional
        Over 'model': what passes.
    said : mapping
        What else the film is to say of its making.
    beside : Beside, optional
        Another run on the right, but over 'model'.
    supersample : int
        Draw so many times larger and average; 1 is smooth but where surfaces meet.
    """

    out: Path = to_file(tr(".mp4, .gif or a new folder"))
    over: str = parameter(
        "epochs",
        label=tr("Over"),
        choices=OVER,
        choice_tips={
            "epochs": tr("The training, from the first moment to the last."),
            "layers": tr("From the raw input to the last layer, at this moment."),
            "model": tr("A model of theory along its timeline."),
            "camera": tr("A way of the camera, from view to view."),
        },
        offered=lambda plan: OVER if plan.run is not None else ["model"],
        sentence=tr("There are no films over {value}: choose {choices}."),
        read=lambda text: "model" if text == "ratio" else text,  # as it was called before
        help=tr("epochs, layers, camera or model"),
        metavar="WHAT",
    )
    file_format: str = parameter(
        "",
        label=tr("Format"),
        choices={"mp4": "MP4", "gif": "GIF", "png": tr("PNG files")},
        others=True,
        choice_tips={
            "mp4": tr("H.264, plays everywhere."),
            "png": tr("A new folder with a file a frame."),
        },
        help=tr("default: by name"),
        option="--format",
    )
    width: int = parameter(
        1280, label=tr("Width in pixels"), low=SIDES[0], high=SIDES[1], sentence=no_size, option="-"
    )
    height: int = parameter(
        720, label=tr("Height in pixels"), low=SIDES[0], high=SIDES[1], sentence=no_size, option="-"
    )
    rate: float = parameter(
        30.0,
        label=tr("Frames a second"),
        low=1.0,
        high=lambda plan: FASTEST_GIF if plan.suffix == "gif" else 120.0,
        step=1.0,
        sentence=tr("{value} frames a second cannot be had: choose {low} to {high}."),
        help=tr("frames a second; default 30"),
        option="--fps",
    )
    seconds: float = parameter(
        8.0,
        low=0.0,
        above=True,
        high=LONGEST,
        step=1.0,
        sentence=no_length,
        help="default 8",
    )
    title: str = parameter(
        "", tr("In the upper left corner."), empty=tr("none"), help=tr("in the upper left corner")
    )
    counter: bool = parameter(True, caption=_counter, help=tr("epoch, layer, step or R"))
    legend: bool = parameter(
        True,
        tr("Say at the foot what the colours mean."),
        help=tr("leave out what colours mean"),
        option="--no-legend",
    )
    plot: bool = parameter(
        False,
        label=tr("Plot beside the scene"),
        help=tr("D over layers (of a model: its first plot) beside"),
    )
    plot_name: str = parameter(
        "fuzziness",
        tr("What goes in step with the scene."),
        label=tr("Which plot"),
        choices=_plots_beside,
        offered=plots_beside,
        when=lambda plan: plan.plot,
        sentence=no_plot,
        help=tr("another plot beside: the preset of its figure, or a plot of the model"),
        metavar="NAME",
    )
    turn: float = parameter(
        0.0,
        tr("During the film, about the upright."),
        label=tr("Camera turns"),
        unit="°",
        low=-FARTHEST_TURN,
        high=FARTHEST_TURN,
        step=15.0,
        when=lambda plan: plan.over != "camera" or not plan.keyframes,
        help=tr("of the camera"),
        metavar="DEGREES",
    )
    first_epoch: int | None = parameter(None, option="-", in_form=False)
    last_epoch: int | None = parameter(None, option="-", in_form=False)
    keyframes: tuple[View, ...] = parameter(
        (),
        label=tr("Views"),
        when=lambda plan: plan.over == "camera",
        help=tr("over camera: a file with one view a line, or TOML; or the views' texts"),
        split="words",
        read=read_views,
        write=texts_of_views,
        metavar="FILE",
    )
    model: ModelPlan | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    beside: Beside | None = run_beside()
    supersample: int = parameter(
        1,
        low=1,
        high=4,
        sentence=tr("Frames can be drawn {low} to {high} times larger, not {value} times."),
        option="-",
        in_form=False,
    )

    verb, plural = "export film", "films"
    endings = MappingProxyType({".mp4": "mp4", ".gif": "gif"})
    otherwise = tr("name a new folder for PNG files")

    first, last = _end("first"), _end("last")
    theme = theme_of_view()
    size = size_in_pixels(
        tr("WIDTHxHEIGHT in pixels, up to 4K"),
        label=tr("Size in pixels"),
        choices=SIZES,
        others=True,
        empty=tr("Own size"),
    )
    range = facet(
        str,
        _range,
        lambda plan, text: replace(plan, **ends_of_range(text, run_of(plan))),
        of="first_epoch",
        help=tr("of epochs; backwards too"),
        metavar="FROM:TO",
        in_form=False,
    )
    fine = facet(
        bool,
        lambda plan: plan.supersample > 1,
        lambda plan, fine: replace(plan, supersample=2 if fine else 1),
        tr("Draw twice as large and average: four times slower."),
        of="supersample",
        label=tr("Fine edges"),
        help=tr("draw twice as large and average"),
    )

    @property
    def frames(self) -> int:
        """Return how many frames the film has."""
        return max(round(self.rate * self.seconds), 1)

    def _format(self) -> str:
        is_folder = not self.out.suffix or self.out.is_dir()
        return super()._format() or ("png" if is_folder else "")

    def command(self) -> str:
        """Return the command that makes the same file; empty if it shows what no option names."""
        if self.beside is not None and not self.beside.is_plain:
            return ""
        return command(
            self,
            self.verb,
            also=() if self.model is None or self.run is not None else (self.model,),
        )
