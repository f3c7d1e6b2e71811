"""`ncviz model`: a theory model along its timeline, as numbers, a figure, a film or a run."""

import argparse
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.errors import UserError
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.desks import desk_of
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure
from ncviz.export.film_checks import check_size
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import make_film
from ncviz.export.first_camera import film_from_first_camera
from ncviz.export.styles import scene_theme, style_named
from ncviz.models.descent import DescentModel
from ncviz.models.model import Model, models
from ncviz.parameters import add_options, check, from_options
from ncviz.scenes.camera_fit import opening_camera
from ncviz.scenes.view import View
from ncviz.wording import saved_files

MOMENTS, SEARCHED = 240, 24  # of a film; of a model whose every optimum is searched
FRAME = 0.1  # seconds between two looks at what is computed


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
    parameters = from_options(chosen.parameters(), wanted)
    check(parameters, "model")
    desk = desk_of(chosen)
    try:
        desk.put(parameters)
        if wanted.step is not None:
            desk.seek(wanted.step)
        _finish(desk)
        _say(desk, as_json=wanted.json)
        if wanted.figure is not None:
            _draw(desk, wanted.figure, wanted.theme)
        if wanted.film is not None:
            _film(desk, wanted.film, wanted.seconds)
        if wanted.run is not None:
            _record(desk, wanted.run)
    finally:
        desk.close()
    return 0


def _parser(chosen: Model[Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"ncviz model {chosen.name}", description=f"{chosen.tip} {chosen.lead}"
    )
    add_options(parser, chosen.parameters())
    parser.set_defaults(step=None, run=None)
    if isinstance(chosen, DescentModel):
        last = "of the descent; by default the last"
        parser.add_argument("--step", type=float, default=math.inf, metavar="STEP", help=last)
        parser.add_argument("--run", type=Path, metavar="RUN", help="keep its steps as a run")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="draw it: PDF, SVG or PNG")
    parser.add_argument("--theme", default="paper", help="of the figure; default paper")
    parser.add_argument("--film", type=Path, metavar="FILE", help="its timeline: MP4 or GIF")
    parser.add_argument("--seconds", type=float, default=8.0, help="of the film; default 8")
    parser.add_argument("--json", action="store_true", help="JSON instead of text")
    return parser


def _finish(desk: ModelDesk[Any]) -> None:
    while desk.moving:
        desk.advance(FRAME)


def _say(desk: ModelDesk[Any], *, as_json: bool) -> None:
    numbers = {_plain(number.name): number.value for number in desk.numbers()}
    if as_json:
        finite = {
            name: value if value is not None and math.isfinite(value) else None
            for name, value in numbers.items()
        }
        said = {**desk.said(), "at": desk.moment(), "caption": desk.caption(), "numbers": finite}
        print(json.dumps(said, indent=1))
        return
    print(f"{desk.moment()}: {desk.caption()}")
    for name, value in numbers.items():
        print(f"{name}: {'-' if value is None or math.isnan(value) else f'{value:.6g}'}")


def _plain(name: str) -> str:
    return name.replace("<i>", "").replace("</i>", "").replace("&nbsp;", " ")


def _draw(desk: ModelDesk[Any], out: Path, theme: str) -> None:
    view = View(theme=scene_theme(style_named(theme)))
    scene = desk.scene(view)
    camera = opening_camera(view.camera, [scene])
    said = {"model": {"name": desk.model.name, **desk.said()}}
    seen = replace(view, camera=camera)
    make_figure(FigurePlan(out, view=seen, theme=theme, scene=scene, said=said))
    print(saved_files(out))


def _film(desk: ModelDesk[Any], out: Path, seconds: float) -> None:
    view, said = View(), {"model": {"name": desk.model.name, **desk.said()}}
    plan = FilmPlan(out, view=view, seconds=seconds, said=said)
    check_size(plan)
    searched = isinstance(desk, OptimumDesk) and desk.model.search(desk.parameters) is not None
    count = min(plan.frames, SEARCHED if searched else MOMENTS)
    last = desk.player.position if isinstance(desk, DescentDesk) else desk.player.last
    moments = []
    for place in np.linspace(0.0, last, count):
        desk.player.seek(float(place))
        desk.follow_player()
        _finish(desk)
        moments.append((desk.scene(view), desk.moment()))
    make_film(film_from_first_camera(replace(plan, moments=tuple(moments))))
    print(saved_files(out))


def _record(desk: ModelDesk[Any], out: Path) -> None:
    assert isinstance(desk, DescentDesk)
    desk.model.record(desk.parameters, out, desk.run.epochs)
    print(saved_files(out))
