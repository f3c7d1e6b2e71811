"""`ncviz export` and `ncviz picture`: figures, films, tables, pages and pictures as files."""

import argparse
import math
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ncviz.commands.names import tell_of_names
from ncviz.errors import UserError
from ncviz.export.export_messages import ExportProgress
from ncviz.export.export_plan import ScenePlan, run_of
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import check_view, make_figure
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import make_film
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.model_plan import ModelPlan, peeled_as
from ncviz.export.page_plan import PagePlan, saved_page
from ncviz.export.picture import check_size, provenance, save_picture
from ncviz.export.picture_plan import PicturePlan
from ncviz.export.site_plan import SitePlan
from ncviz.export.styles import scene_theme, style_named
from ncviz.export.sweep_figure import SweepFigure
from ncviz.export.table_plan import TablePlan
from ncviz.export.tables import make_table
from ncviz.export.web.making import make_page
from ncviz.export.web.site import make_site
from ncviz.interrupts import first_interrupt_sets
from ncviz.language import tr
from ncviz.parameters import check, from_options
from ncviz.runs.run import Run
from ncviz.scenes.camera_fit import opening_camera
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View
from ncviz.wording import saved_files, visible_line

PROGRESS_SECONDS = 0.2
USUAL_RATIO = 1000.0  # as far as R goes where no model is named

Scenes = TypeVar("Scenes", bound=ScenePlan)


def export_figure(parsed: argparse.Namespace) -> int:
    """Draw a figure.

    Raises
    ------
    UserError
        If an option does not fit, or the file cannot be written.
    """
    plan = _asked(FigurePlan, parsed)
    run = run_of(plan)
    if parsed.sweep_sweep is not None:
        return _export_sweep(plan, parsed)
    if parsed.model_name or plan.preset == "minority":
        plan = replace(plan, model=_model(parsed, run))
    elif run is None:
        raise UserError("Name the folder of a run, or a model of theory with --model.")
    if parsed.model_name:
        plan = replace(plan, run=None)
    elif run is None:  # the curve alone
        plan = replace(plan, preset="cosine")
    theme = scene_theme(style_named(plan.theme))
    plan = replace(plan, view=replace(plan.view, theme=theme))
    if not parsed.view:
        plan = figure_from_first_camera(run, plan)
    make_figure(plan)
    return _told(run, plan.out)


def _export_sweep(plan: FigurePlan, parsed: argparse.Namespace) -> int:
    if plan.run is not None or parsed.model_name:
        raise UserError("A figure is of a run, of a model or of a sweep: name one of them.")
    asked = from_options(SweepFigure(), parsed, into="sweep_")
    make_figure(replace(plan, sweep=asked, preset=asked.preset))
    return _told(None, plan.out)


def export_film(parsed: argparse.Namespace) -> int:
    """Draw a film, and say how far it is.

    Raises
    ------
    UserError
        If an option does not fit, or the film cannot be written.
    """
    plan = _asked(FilmPlan, parsed)
    run, keyframes = run_of(plan), plan.keyframes
    if plan.over == "model" or parsed.model_name:
        plan = replace(plan, over="model", run=None, model=_model(parsed, run))
    elif run is None:
        raise UserError("Name the folder of a run, or a model of theory with --model.")
    if keyframes and not (parsed.theme or parsed.view):
        plan = replace(plan, view=replace(plan.view, theme=keyframes[0].theme))
    plan = replace(plan, plot=plan.plot or plan.plot_name != FilmPlan.plot_name)
    draw_film(plan, has_camera=bool(parsed.view or keyframes))
    return _told(run, plan.out)


def draw_film(plan: FilmPlan, *, has_camera: bool = False) -> None:
    """Draw a film and tell a terminal how far it is; Ctrl+C leaves nothing behind.

    Parameters
    ----------
    plan : FilmPlan
    has_camera : bool
        Somebody chose its camera; else all that passes is to be seen.
    """
    interrupted = threading.Event()
    with first_interrupt_sets(interrupted):
        if not make_film(plan, _Teller(plan.out), interrupted.is_set, has_camera=has_camera):
            raise KeyboardInterrupt


def export_picture(parsed: argparse.Namespace) -> int:
    """Draw the scene of a run in pixels.

    Raises
    ------
    UserError
        If an option does not fit the run, or the file cannot be written.
    """
    plan = _asked(PicturePlan, parsed)
    check(plan, "picture")
    check_size(plan.width, plan.height)
    run, view = run_of(plan), plan.view
    assert run is not None  # which is asked for
    check_view(run, view)
    scene = compose(run, view)
    if not parsed.view:
        view = replace(view, camera=opening_camera(view.camera, [scene], plan.width / plan.height))
    save_picture(
        scene,
        view.camera,
        plan.out,
        plan.width,
        plan.height,
        transparent=plan.transparent,
        said=provenance(run, view, with_path=plan.with_path),
    )
    return _told(run, plan.out)


def export_table(parsed: argparse.Namespace) -> int:
    """Write a table.

    Raises
    ------
    UserError
        If the run is damaged or the file cannot be written.
    """
    return _told(None, *make_table(from_options(TablePlan(parsed.out, parsed.run), parsed)))


def export_page(parsed: argparse.Namespace) -> int:
    """Write a page for a browser, and say what was left out of it.

    Raises
    ------
    UserError
        If an option does not fit the run, or the file cannot be written.
    """
    plan = _asked(PagePlan, parsed)
    if parsed.model_name:
        if plan.run is not None or plan.beside is not None:
            raise UserError("A page is of a run or of a model: name one of them.")
        plan = replace(plan, model=_model(parsed, None))
    path, rule = make_page(plan)
    if rule:
        print(rule)
    print(saved_page(path))
    return 0


def export_site(parsed: argparse.Namespace) -> int:
    """Write a page for each run below a folder and their index, and say how far it is.

    Raises
    ------
    UserError
        If an option does not fit, no run can be shown, or something cannot be written.
    """
    from ncviz.experiments.telling import ExperimentsOfRuns, gallery_folder  # for a site alone

    plan, told = from_options(SitePlan(parsed.out, parsed.folder), parsed), ExperimentsOfRuns()
    if plan.folder is None:
        title = plan.title or tr("The gallery of ncviz")
        plan = replace(plan, folder=gallery_folder(), title=title)
    made = make_site(plan, lambda name: print(visible_line(name), flush=True), told.about)
    for why in made.left_out:
        print(f"Left out: {visible_line(why)}", file=sys.stderr)
    pages = (
        tr("1 page, for any browser.")
        if made.pages == 1
        else tr("{count:,} pages, for any browser.", count=made.pages)
    )
    print(f"{saved_files(made.index)} {pages}")
    return 0


def _asked(kind: type[Scenes], parsed: argparse.Namespace) -> Scenes:
    """Return the plan of the options; unless they say otherwise, the last epoch is seen."""
    plan = kind(parsed.out, parsed.run)
    run = run_of(plan)
    view = View() if run is None else View().at(run.epochs[-1])
    return from_options(replace(plan, view=view), parsed)


def _model(parsed: argparse.Namespace, run: Run | None) -> ModelPlan:
    """Return the model of the options: by default the Layer-Peeled Model, as a run has it."""
    model = ModelPlan() if parsed.model_name else ModelPlan(last=USUAL_RATIO)
    if run is not None and not parsed.model_name:
        model = peeled_as(run, model)
    return from_options(model, parsed, into="model_")


def _told(run: Run | None, *written: Path) -> int:
    tell_of_names(run)
    print(saved_files(*written))
    return 0


class _Teller:
    """Tells a terminal how far a film is, on one line."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._told, self._longest = 0.0, 0

    def __call__(self, progress: ExportProgress) -> None:
        done = progress.done == progress.total and not progress.doing
        if not sys.stderr.isatty() or not (
            done or time.monotonic() - self._told > PROGRESS_SECONDS
        ):
            return
        self._told = time.monotonic()
        left = "" if math.isnan(progress.seconds_left) else f", {progress.seconds_left:.0f} s left"
        line = f"{self._out.name}: {progress.words}{', writing' if done else left}"
        # What was told before may have been longer.
        rest, self._longest = " " * (self._longest - len(line)), max(self._longest, len(line))
        print(
            f"\r{line}{rest}",
            end="\n" if done else "",
            file=sys.stderr,
            flush=True,
        )
