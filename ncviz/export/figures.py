"""Figures for papers and slides: the file that a plan asks for."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.export.figure_plan import (
    LARGEST,
    SMALLEST,
    FigurePlan,
    no_length,
    no_preset,
    usual_width,
)
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import check_model
from ncviz.export.model_presets import presets_of
from ncviz.export.picture import check_size, provenance
from ncviz.export.presets.minority import MINORITY
from ncviz.export.presets.preset import presets, usual_height
from ncviz.export.provenance import carry_in_figure
from ncviz.export.styles import MILLIMETRES, POINTS, fit_style, style_named
from ncviz.language import tr
from ncviz.parameters import check
from ncviz.runs.layer_names import unknown_layer
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.scenes.scene import Picture
from ncviz.scenes.view import View
from ncviz.wording import lower_first

PREVIEWED = 30  # dots per inch, whatever is asked for


def make_figure(plan: FigurePlan) -> Path:
    """Draw a figure and save it.

    Parameters
    ----------
    plan : FigurePlan

    Returns
    -------
    Path
        The file, there whole or not at all.

    Raises
    ------
    UserError
        If the plan does not fit the run, or the file cannot be written.
    """
    if plan.out.is_dir():
        raise UserError(tr("{out} is a folder: choose the name of a file.", out=plan.out))
    write_atomically(plan.out, figure_bytes(plan))
    return plan.out


def figure_bytes(plan: FigurePlan) -> bytes:
    """Return the content of the file that a plan asks for.

    Raises
    ------
    UserError
        If the plan does not fit the run.
    """
    run, plan = _checked(plan)
    from ncviz.export.pages import save_page

    said = provenance(run, plan.view, with_path=plan.with_path) | {
        "figure": {
            "preset": plan.preset,
            "theme": plan.theme,
            "epochs": list(plan.epochs),
            "layers": list(plan.layers),
            "millimetres": [round(plan.width, 3), round(plan.height, 3)],
            "transparent": plan.transparent,
            "title": plan.title,
            "legend": plan.legend,
            "spacing": plan.spacing,
        }
    }
    if plan.model is not None and (run is None or plan.preset == MINORITY.name):
        said["model"] = model_path(plan.model).said()
    if plan.sweep is not None:
        said["sweep"] = plan.sweep.said()
    said |= plan.said
    if "beside" in said and not plan.with_path:
        said["beside"] = {key: it for key, it in said["beside"].items() if key != "path"}
    content = save_page(run, plan)
    return carry_in_figure(content, plan.suffix, said)


def bare_figure(plan: FigurePlan) -> bytes:
    """Return a figure's content that says nothing of its making, and brings no type along.

    Raises
    ------
    UserError
        If the plan does not fit the run.
    """
    run, plan = _checked(plan)
    from ncviz.export.pages import save_page

    return save_page(run, plan)


def preview_figure(plan: FigurePlan, longest_side: int) -> NDArray[np.uint8]:
    """Return a figure as pixels, its longer side about so many.

    Returns
    -------
    array, shape (height, width, 3)
    """
    run, plan = _checked(replace(plan, file_format="png", resolution=PREVIEWED))
    from ncviz.export.pages import page_pixels

    return page_pixels(run, plan, longest_side)


def presets_for(run: Run) -> tuple[str, ...]:
    """Return the presets that make sense for a run."""
    return tuple(p.name for p in presets().values() if p.applies(run))


def sized_figure(plan: FigurePlan) -> FigurePlan:
    """Return a plan with the size, epochs and layers that its figure will have.

    Raises
    ------
    UserError
        If it does not fit the run.
    """
    return _checked(plan)[1]


def _checked(plan: FigurePlan) -> tuple[Run | None, FigurePlan]:
    """Return the run, and the plan with its gaps filled in."""
    check(plan, "figure")
    run = None if plan.run is None else open_run(plan.run)
    if plan.sweep is not None:
        plan.sweep.read()
    if run is None and plan.scene is None and plan.model is None and plan.sweep is None:
        raise UserError(
            tr("The preset {preset!r} needs a run: name its folder.", preset=plan.preset)
        )
    if plan.model is not None:
        check_model(plan.model)
    if plan.preset not in presets_of(plan):
        raise UserError(no_preset(plan.preset, plan))
    if run is not None:
        why = "" if plan.scene or plan.model else presets()[plan.preset].why_not(run)
        if why:
            raise UserError(
                tr(
                    "The run has nothing to show in the figure {preset!r}: {why}",
                    preset=plan.preset,
                    why=lower_first(why),
                )
            )
        plan = _fitted(run, plan)
    plan = _sized(run, plan)
    if plan.suffix == "png":
        sides = (round(side / MILLIMETRES * plan.resolution) for side in (plan.width, plan.height))
        check_size(*sides)
    return run, plan


def _fitted(run: Run, plan: FigurePlan) -> FigurePlan:
    layers = len(run.manifest.layers)
    check_view(run, plan.view)
    for epoch in plan.epochs:
        run.recorded(epoch)
    for layer in plan.layers:
        if not -layers <= layer < layers:
            raise UserError(unknown_layer(run, layer))
    preset = presets()[plan.preset]
    if preset.panels == "epochs" and preset.choose is not None:
        plan = replace(plan, epochs=plan.epochs or preset.choose(run))
    if preset.panels == "layers" and preset.choose is not None:
        picked = plan.layers or preset.choose(run)
        plan = replace(plan, layers=tuple(layer % layers for layer in picked))
    if len(plan.epochs) > 12 or len(plan.layers) > 12:
        raise UserError(tr("A figure shows at most 12 moments or layers side by side."))
    return plan


def check_view(run: Run, view: View) -> None:
    """Refuse a view that does not fit a run.

    Raises
    ------
    UserError
        Naming the epoch, layer or class that the run lacks.
    """
    layers, classes = len(run.manifest.layers), run.manifest.classes
    if not -layers <= view.layer < layers:
        raise UserError(unknown_layer(run, view.layer))
    if not (math.isfinite(view.epoch) and 0 <= view.epoch <= run.epochs[-1]):
        last = run.counting.digits(run.epochs[-1])
        raise UserError(
            tr(
                "The run has no {epoch}: choose 0 to {last}.",
                epoch=run.counting.named(view.epoch),
                last=last,
            )
        )
    strange = [k for k in (*view.classes, *view.hidden) if not 0 <= k < classes]
    if strange:
        raise UserError(
            tr(
                "The run has no class {strange}: choose 0 to {classes}.",
                strange=strange[0],
                classes=classes - 1,
            )
        )
    if len(view.classes) == 1:
        raise UserError(tr("A scene needs at least two classes."))


def _sized(run: Run | None, plan: FigurePlan) -> FigurePlan:
    """Return a plan with width and height: what suits its panels where it says nothing."""
    preset = presets_of(plan)[plan.preset]
    panels = plan.scene.panels if isinstance(plan.scene, Picture) else ()
    shown = len(preset.shown(plan))
    wide = plan.width or usual_width(plan)
    unit = fit_style(style_named(plan.theme), wide).size / POINTS * MILLIMETRES
    if len(panels) > 1 and not shown:
        columns = len({panel.left for panel in panels})
        high = len({panel.top for panel in panels}) * wide / columns + 14.0
    else:
        height = usual_height if preset.panels and not shown else preset.height
        high = height(run, plan, wide, unit)
    sized = replace(plan, width=wide, height=plan.height or high)
    for name, value in (("width", sized.width), ("height", sized.height)):
        if not SMALLEST <= value <= LARGEST:
            raise UserError(no_length(name, value))
    return sized
