"""Titles of two runs side by side, which begin with what tells them apart."""

from ncviz.language import tr
from ncviz.runs.measures import imbalance_ratio
from ncviz.runs.run import Run

BETWEEN = " · "


def panel_titles(first: Run, second: Run) -> tuple[str, str]:
    """Return a title for each of two runs, what they share last: the end is what may be cut.

    Parameters
    ----------
    first, second : Run
        Two runs of one title are told apart by the names of their folders.
    """
    own, shared = _parts(first, second)
    return BETWEEN.join(own[0] + shared), BETWEEN.join(own[1] + shared)


def own_titles(first: Run, second: Run) -> tuple[str, str]:
    """Return what tells two runs apart, in as few words as their titles have for it.

    Parameters
    ----------
    first, second : Run
        Of one run on both sides nothing does: two times its title.
    """
    own, shared = _parts(first, second)
    return BETWEEN.join(own[0] or shared), BETWEEN.join(own[1] or shared)


def _parts(first: Run, second: Run) -> tuple[tuple[list[str], list[str]], list[str]]:
    """Return the parts of each title that the other lacks, and those of both."""
    titles = first.manifest.title, second.manifest.title
    if titles[0] == titles[1]:
        same = first.path == second.path
        return ([], []) if same else ([first.path.name], [second.path.name]), [titles[0]]
    parts = [title.split(BETWEEN) for title in titles]
    shared = [part for part in parts[0] if part in parts[1]]
    own = [[part for part in mine if part not in shared] for mine in parts]
    balanced = [imbalance_ratio(run) == 1.0 for run in (first, second)]
    if balanced[0] != balanced[1] and not own[balanced.index(True)]:
        own[balanced.index(True)] = [tr("balanced")]
    return (own[0], own[1]), shared
