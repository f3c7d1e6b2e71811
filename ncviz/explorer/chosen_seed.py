"""Which of several repeats is in the scene."""

from dataclasses import replace

from ncviz.explorer.explorer import Explorer
from ncviz.runs.repeats import repeats_of


def choose_seed(explorer: Explorer, seed: int | None) -> None:
    """Show the run of another seed of the open repeats, at the same moment and in the same view.

    Parameters
    ----------
    explorer : Explorer
    seed : int or None
        One that is not there changes nothing.

    Raises
    ------
    UserError
        If it cannot be opened; what is open stays.
    """
    repeats, before = repeats_of(explorer.run), explorer.run
    run = None if repeats is None or seed is None else repeats.run_of(seed)
    if run is None or before is None or run.path == before.path:
        return
    view = explorer.view
    explorer.open(run.path)
    explorer.show(replace(view, pinned=explorer.view.pinned))
