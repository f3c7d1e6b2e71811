"""How to look at a run that stands beside another one."""

from dataclasses import replace

from ncviz.runs.run import Run
from ncviz.scenes.view import View


def view_beside(first: Run, view: View, second: Run, own: View, *, linked: bool = True) -> View:
    """Return how to look at a second run while the first is seen in `view`.

    The same camera, colours and parts; the same epoch while time is linked (see
    `matching_epoch`), clipped to what was recorded; the layer at the same share of
    the depth; the same classes where both runs have them.

    Parameters
    ----------
    first : Run
    view : View
        Of the first run.
    second : Run
    own : View
        What the second run keeps for itself: the split whose samples are seen, pinned ones,
        the one under the pointer and, while time is not linked, its epoch.
    linked : bool
    """
    epoch = matching_epoch(first, view.epoch, second) if linked else own.epoch
    same = first.manifest.class_names == second.manifest.class_names
    classes = second.manifest.classes
    # Rounded, so that an epoch which the second run recorded is not missed by a hair.
    epoch = round(min(max(epoch, second.epochs[0]), second.epochs[-1]), 9)
    return replace(
        view,
        epoch=float(epoch),
        layer=matching_layer(first, view.layer, second),
        classes=view.classes if same else tuple(k for k in view.classes if k < classes),
        hidden=view.hidden if same else (),
        split=own.split,
        pinned=own.pinned,
        hovered=own.hovered,
    )


def count_alike(first: Run, second: Run) -> bool:
    """Tell whether both runs count epochs, or both steps, be it in parts."""
    return first.counting.unit == second.counting.unit


def matching_epoch(first: Run, epoch: float, second: Run) -> float:
    """Return the second run's moment that goes with one of the first.

    The same epoch or step, also where one run tells parts of it apart; of runs that do not
    count alike the same share of what was recorded. A single moment is the last of its run.

    Parameters
    ----------
    first : Run
    epoch : float
        Of the first run.
    second : Run
    """
    if count_alike(first, second):
        return epoch * second.counting.parts / first.counting.parts
    begin, end = first.epochs[0], first.epochs[-1]
    share = 1.0 if begin == end else (epoch - begin) / (end - begin)
    begin, end = second.epochs[0], second.epochs[-1]
    return begin + share * (end - begin)


def matching_layer(first: Run, layer: int, second: Run) -> int:
    """Return the second run's layer at the same share of the depth.

    Parameters
    ----------
    first : Run
    layer : int
        Of the first run.
    second : Run
    """
    last, other = len(first.manifest.layers) - 1, len(second.manifest.layers) - 1
    if layer < 0 or layer >= last:
        return other
    # The last hidden layer stays the last one's alone, the raw input the input's.
    return layer if last == other else min(max(round(layer * other / last), 0), other)
