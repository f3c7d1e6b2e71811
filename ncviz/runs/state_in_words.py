"""How a run stands, in the words that the window, a notebook and the command line share."""

from ncviz.language import tr
from ncviz.runs.lock import is_abandoned
from ncviz.runs.run import Run


def state_in_words(run: Run) -> str:
    """Return whether a run is recorded just now, or how it ended.

    Parameters
    ----------
    run : Run

    Returns
    -------
    str
        A run whose process was killed says by itself that it is recorded still: whether anybody
        writes it tells otherwise.
    """
    state = run.manifest.state
    if state == "running":
        return tr("broke off") if is_abandoned(run.path) else tr("recording")
    return {"stopped": tr("stopped early"), "failed": tr("broke off")}.get(state, tr("finished"))
