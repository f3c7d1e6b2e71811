"""Titles of two runs side by side, which begin with what tells them apart."""

from ncviz.runs.measures import imbalance_ratio
from ncviz.runs.run import Run

_DOT = " · "


def panel_titles(first: Run, second: Run) -> tuple[str, str]:
    """Return a title for each of two runs, what they share last: the end is what may be cut.

    Parameters
    ----------
    first, second : Run
        Two runs of one title are told apart by the names of their folders.
    """
    titles = first.manifest.title, second.manifest.title
    if titles[0] == titles[1]:
        if first.path == second.path:
            return titles
        return (
            f"{first.path.name}{_DOT}{titles[0]}",
            f"{second.path.name}{_DOT}{titles[1]}",
        )
    parts = [title.split(_DOT) for title in titles]
    shared = [part for part in parts[0] if part in parts[1]]
    own = [[part for part in mine if part not in shared] for mine in parts]
    balanced = [imbalance_ratio(run) == 1.0 for run in (first, second)]
    if balanced[0] != balanced[1] and not own[balanced.index(True)]:
        own[balanced.index(True)] = ["balanced"]
    return _DOT.join(own[0] + shared), _DOT.join(own[1] + shared)
