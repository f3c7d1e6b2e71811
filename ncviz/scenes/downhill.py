"""A direction in which class means can move, drawn as sticks from them."""

import numpy as np

from ncviz.runs.own_space import is_own_space
from ncviz.runs.run import Run
from ncviz.scenes.continuation import guide_for
from ncviz.scenes.layout import Floats, align
from ncviz.scenes.palette import THEMES, rgb
from ncviz.scenes.placements import samples_of, shadow_of
from ncviz.scenes.scene import Sticks
from ncviz.scenes.view import View

LENGTH = 0.5  # of the longest stick, in scene units
RADIUS = 0.014


def sticks_towards(run: Run, epoch: int, ends: Floats, view: View) -> Sticks:
    """Return sticks from the class means of the last layer to where they would move.

    Parameters
    ----------
    run : Run
    epoch : int
        A recorded one.
    ends : array, shape (K, r)
        Where the class means would move, however far, in the frame of the layer's positions.
    view : View
        With all classes.
    """
    layer, classes = len(run.manifest.layers) - 1, tuple(range(run.manifest.classes))
    if is_own_space(run, layer):
        return Sticks(lit=False)
    positions = run.snapshot(epoch).positions(layer)
    samples = samples_of(run, classes)
    guide = guide_for(run, epoch, layer, classes, positions, samples)
    everything = align(positions, classes, samples, guide, others=(ends, None))
    thrown = shadow_of(run, layer, classes, view.shadow)
    here = everything.cast(thrown).means
    along = everything.held_samples - everything.held_means
    along = along @ (thrown if everything.rotation is None else everything.rotation @ thrown)
    longest = float(np.linalg.norm(along, axis=1).max(initial=0.0))
    if not longest > 0:
        return Sticks(lit=False)
    there = here + LENGTH / longest * along
    count = len(here)
    color = (*rgb(THEMES[view.theme].accent), 1.0)
    return Sticks(
        here.astype(np.float32),
        there.astype(np.float32),
        np.full(count, RADIUS, dtype=np.float32),
        np.tile(np.array(color, dtype=np.float32), (count, 1)),
        lit=False,
    )
