"""What a film may be: sizes, rates, lengths, views that its run has."""

from ncviz.errors import UserError
from ncviz.export.figures import check_view
from ncviz.export.film_plan import MOST_FRAMES, FilmPlan, no_length, no_plot, no_size, plots_beside
from ncviz.export.model_plan import check_model
from ncviz.export.presets.preset import presets
from ncviz.file_names import check_file_name
from ncviz.language import tr
from ncviz.parameters import check
from ncviz.runs.repeats import open_run
from ncviz.runs.run import Run
from ncviz.wording import lower_first

LARGEST_AREA = 4096 * 2304
LARGEST_GIF = 500_000_000  # pixels of all frames together


def checked_run(plan: FilmPlan, to_write: bool = True) -> Run | None:
    """Return the run of a film after looking for everything that cannot be.

    Parameters
    ----------
    plan : FilmPlan
    to_write : bool
        Look at the place of the file, too.

    Returns
    -------
    Run or None
        None of a model.

    Raises
    ------
    UserError
        Naming the value that cannot be, and what to choose.
    """
    if to_write:
        _check_destination(plan)
    check_size(plan)
    if plan.over == "model":
        if plan.model is None:
            raise UserError(tr("A film over a model's timeline needs a model: name one."))
        check_model(plan.model)
        if plan.plot_name not in (FilmPlan.plot_name, *plots_beside(plan)):  # by default its first
            raise UserError(no_plot(plan.plot_name, plan))
        return None
    if plan.run is None:
        raise UserError(tr("A film over {over} needs a run: name its folder.", over=plan.over))
    run = open_run(plan.run)
    if plan.plot and plan.plot_name not in plots_beside(plan):
        known = presets().get(plan.plot_name)
        why = "" if known is None else known.why_not(run)
        said = f": {lower_first(why)}" if why else "."
        raise UserError(
            tr(
                "The run has nothing to show in the plot {plot_name!r}{said}",
                plot_name=plan.plot_name,
                said=said,
            )
        )
    for view in (plan.view, *plan.keyframes):
        check_view(run, view)
    for epoch in (plan.first_epoch, plan.last_epoch):
        if epoch is not None:
            run.recorded(epoch)
    if plan.beside is not None:
        open_run(plan.beside.run)  # one that cannot be opened is told of now
    if len(plan.keyframes) == 1:
        raise UserError(tr("A way of the camera needs at least two views."))
    return run


def _check_destination(plan: FilmPlan) -> None:
    if plan.suffix == "png":
        if plan.out.exists():
            raise UserError(
                tr("{out} exists already: choose a new folder for the frames.", out=plan.out)
            )
    elif plan.out.is_dir():
        raise UserError(tr("{out} is a folder: choose the name of a file.", out=plan.out))
    if not plan.out.name:
        raise UserError(tr("{out} is no name for a film: choose one.", out=plan.out))
    check_file_name(plan.out)


def check_size(plan: FilmPlan) -> None:
    """Refuse sizes, rates and lengths that cannot be.

    Raises
    ------
    UserError
        Naming the value, and what to choose.
    """
    check(plan, "film")
    width, height = plan.width, plan.height
    if width * height > LARGEST_AREA:
        raise UserError(no_size(width, plan))
    if plan.suffix == "mp4" and (width % 2 or height % 2):
        raise UserError(
            tr(
                "A film of {width}×{height} pixels cannot be made as MP4: choose even sides, such "
                "as {width_2}×{height_2}.",
                width=width,
                height=height,
                width_2=width + width % 2,
                height_2=height + height % 2,
            )
        )
    if plan.frames > MOST_FRAMES:
        raise UserError(no_length(plan.seconds, plan))
    if plan.suffix == "gif" and width * height * plan.frames > LARGEST_GIF:
        raise UserError(
            tr("The GIF would be too large: choose a smaller size, fewer seconds, or MP4.")
        )
