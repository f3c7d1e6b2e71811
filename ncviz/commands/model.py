"""`ncviz model`: a theory model along its timeline, as numbers, a figure, a film or a run."""

import argparse
import json
import math
from pathlib import Path
from typing import Any

from ncviz.commands.export import draw_film
from ncviz.commands.later import LaterParser
from ncviz.errors import UserError
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import ModelDesk
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure
from ncviz.export.film_plan import FilmPlan
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan
from ncviz.export.styles import scene_theme, style_named
from ncviz.models.descent import DescentModel
from ncviz.models.model import Model, models, yielding
from ncviz.parameters import add_options, declared, from_options, from_texts, values_of
from ncviz.scenes.view import View
from ncviz.wording import saved_files


def model(parsed: argparse.Namespace) -> int:
    """Bring a model to a moment and say what is to be seen there.

    Raises
    ------
    UserError
        If there is no such model, a parameter cannot be, or a file cannot be written.
    """
    known, name = models(), parsed.name
    if name is None:
        for each, found in known.items():
            print(f"{each}: {found.tip}")
        return 0
    if name not in known:
        raise UserError(f"There is no model {name!r}: choose one of {', '.join(known)}.")
    chosen = known[name]
    wanted = _parser(chosen).parse_args(parsed.rest)
    usual = chosen.parameters()
    parameters = _with_settings(from_options(usual, wanted), wanted.set, name)
    by_options = {key for key in declared(usual) if getattr(wanted, key, None) is not None}
    parameters = yielding(parameters, by_options | {word.partition("=")[0] for word in wanted.set})
    chosen.check(parameters)
    plan = ModelPlan(name, values_of(parameters), last=wanted.step)
    desk = model_path(plan).still()
    try:
        _say(desk, as_json=wanted.json)
        if wanted.figure is not None:
            _draw(plan, wanted)
        if wanted.film is not None:
            _film(plan, wanted)
        if wanted.run is not None:
            _record(desk, wanted.run)
    finally:
        desk.close()
    return 0


def _with_settings(parameters: Any, words: list[str], name: str) -> Any:
    """Return parameters with those of `--set` in their place."""
    source = f"The model {name}"
    texts = dict(word.split("=", 1) for word in words if "=" in word)
    changed, unknown = from_texts(parameters, texts, source)
    for word in words:
        key, equals, _text = word.partition("=")
        if not equals or key in unknown:
            known = ", ".join(declared(parameters))
            raise UserError(
                f"--set {word} names no parameter of {name} and its value: write NAME=VALUE, with "
                f"one of {known}."
            )
    return changed


def _parser(chosen: Model[Any]) -> argparse.ArgumentParser:
    parser = LaterParser(
        prog=f"ncviz model {chosen.name}", description=f"{chosen.tip} {chosen.lead}"
    )
    add_options(parser, chosen.parameters())
    parser.set_defaults(step=None, run=None)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter by its name in files and JSON; may be given again",
    )
    if isinstance(chosen, DescentModel):
        last = "of the descent; by default the last"
        parser.add_argument("--step", type=float, metavar="STEP", help=last)
        parser.add_argument("--run", type=Path, metavar="RUN", help="keep its steps as a run")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="draw it: PDF, SVG or PNG")
    parser.add_argument(
        "--plot",
        choices=[plot.name for plot in chosen.plots],
        help="in the figure, in place of the picture; in the film, beside it",
    )
    parser.add_argument("--theme", default="paper", help="of the figure; default paper")
    parser.add_argument("--film", type=Path, metavar="FILE", help="its timeline: MP4 or GIF")
    parser.add_argument("--seconds", type=float, default=8.0, help="of the film; default 8")
    parser.add_argument("--json", action="store_true", help="JSON instead of text")
    return parser


def _say(desk: ModelDesk[Any], *, as_json: bool) -> None:
    numbers = {number.word: number.value for number in desk.numbers()}
    if as_json:
        finite = {
            name: value if value is not None and math.isfinite(value) else None
            for name, value in numbers.items()
        }
        said = {
            **desk.said(),
            "at": desk.moment_text(),
            "caption": desk.caption(),
            "numbers": finite,
        }
        print(json.dumps(said, indent=1))
        return
    print(f"{desk.moment_text()}: {desk.caption()}")
    for name, value in numbers.items():
        print(f"{name}: {'-' if value is None or math.isnan(value) else f'{value:.6g}'}")


def _draw(plan: ModelPlan, wanted: argparse.Namespace) -> None:
    view = View(theme=scene_theme(style_named(wanted.theme)))
    preset = wanted.plot or "scene"
    figure = FigurePlan(wanted.figure, view=view, preset=preset, theme=wanted.theme, model=plan)
    make_figure(figure_from_first_camera(None, figure))
    print(saved_files(wanted.figure))


def _film(plan: ModelPlan, wanted: argparse.Namespace) -> None:
    beside = {"plot": True, "plot_name": wanted.plot} if wanted.plot else {}
    film = FilmPlan(wanted.film, over="model", seconds=wanted.seconds, model=plan, **beside)
    draw_film(film)
    print(saved_files(wanted.film))


def _record(desk: ModelDesk[Any], out: Path) -> None:
    assert isinstance(desk, DescentDesk)
    desk.model.record(desk.parameters, out, desk.run.epochs)
    print(saved_files(out))
