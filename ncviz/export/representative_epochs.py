"""A few epochs that tell most of a run."""

import numpy as np

from ncviz.runs.run import Run


def representative_epochs(run: Run, count: int) -> tuple[int, ...]:
    """Return so many recorded epochs, where there are so many: the first, early ones, the last."""
    chosen, between = {run.epochs[0], run.epochs[-1]}, list(run.epochs[1:-1])
    # As epochs from 1 on, so steps from 500 on: early is what is near the first after 0.
    least = next((epoch for epoch in run.epochs if epoch > 0), 1)
    longest = max(run.epochs[-1] / least, 1.0)
    for moment in least * np.geomspace(longest**0.25, longest, count - 1)[:-1]:
        if between:
            nearest = min(between, key=lambda epoch: abs(epoch - moment))
            between.remove(nearest)
            chosen.add(nearest)
    return tuple(sorted(chosen))
