"""Where figures and films are seen from if nobody says: all that they show fits in."""

from dataclasses import replace

import numpy as np

from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import sized_figure
from ncviz.export.film_checks import checked_run
from ncviz.export.film_plan import FilmPlan
from ncviz.export.model_path import model_path
from ncviz.export.model_presets import presets_of
from ncviz.runs.run import Run
from ncviz.scenes.camera_fit import opening_camera, scenes_over_time
from ncviz.scenes.compose import compose

FILM_MOMENTS = 60  # of a run or a model, of which the farthest decides
TURN_STEP = 10.0  # degrees


def figure_from_first_camera(run: Run | None, plan: FigurePlan) -> FigurePlan:
    """Return a plan whose camera shows all of every scene on the page.

    Parameters
    ----------
    run : Run or None
        None of a model.
    plan : FigurePlan
        Its camera's direction stays.

    Raises
    ------
    UserError
        If the plan does not fit the run.
    """
    sized, view = sized_figure(plan), plan.view
    scenes_of = presets_of(plan)[plan.preset].scenes
    if scenes_of is None:
        return plan
    scenes = scenes_of(run, view, sized)
    return replace(plan, view=replace(view, camera=opening_camera(view.camera, scenes)))


def film_from_first_camera(plan: FilmPlan) -> FilmPlan:
    """Return a plan whose one camera shows all that passes, turned as it will be.

    Parameters
    ----------
    plan : FilmPlan
        Without keyframes, which have cameras of their own.

    Raises
    ------
    UserError
        If the plan does not fit the run.
    """
    run, view = checked_run(plan, to_write=False), plan.view
    if run is None:
        assert plan.model is not None
        path, shares = model_path(plan.model), np.linspace(0.0, 1.0, FILM_MOMENTS).tolist()
        scenes = [path.moment(share, view).scene for share in shares]
    elif plan.over == "epochs":
        scenes = scenes_over_time(run, view, FILM_MOMENTS)
    elif plan.over == "layers":
        layers = range(len(run.manifest.layers))
        scenes = [compose(run, replace(view, layer=layer)) for layer in layers]
    else:
        scenes = [compose(run, view)]
    whole = plan.turn or (360.0 if plan.over == "camera" else 0.0)
    turns = np.linspace(0.0, whole, 1 + int(abs(whole) / TURN_STEP))
    aspect = max(plan.width / plan.height, 1.0)
    if plan.plot:  # it takes its share of the longer side
        aspect = 1.0
    camera = opening_camera(view.camera, scenes, aspect, [float(turn) for turn in turns])
    return replace(plan, view=replace(view, camera=camera))
