"""What must be known to compare two runs that stand side by side."""

from ncviz.explorer.explorer import Explorer
from ncviz.scenes.beside import count_alike, matching_epoch


def note_on(first: Explorer, second: Explorer, *, linked: bool) -> str:
    """Say what must be known to compare; empty if there is nothing to say.

    Parameters
    ----------
    first, second : Explorer
        Left and right.
    linked : bool
        Whether the right one follows the clock of the left one.
    """
    left, right = first.run, second.run
    if left is None or right is None:
        return ""
    parts = []
    epoch, moment = matching_epoch(left, first.view.epoch, right), right.counting.named
    if not linked:
        goes = "plays by itself, now" if second.player.playing else "is held"
        parts.append(f"the right run {goes} at {moment(second.nearest_epoch)}")
    elif not count_alike(left, right):
        units = f"{left.counting.units} on the left, {right.counting.units} on the right"
        parts.append(f"{units}: both runs stand at the same share of what was recorded")
    elif epoch > right.epochs[-1]:
        parts.append(f"the right run ends at {moment(right.epochs[-1])} and stays there")
    elif epoch < right.epochs[0]:
        parts.append(f"the right run begins at {moment(right.epochs[0])} and waits there")
    if len(left.manifest.layers) != len(right.manifest.layers):
        parts.append("layers are matched by depth")
    if left.manifest.class_names != right.manifest.class_names:
        parts.append("the runs have different classes")
    for side, where in ((first, "left"), (second, "right")):
        drawn = side.drawn
        if drawn is not None and drawn.drawn.name != side.split.name:
            parts.append(f"on the {where} none of the {side.split.samples} are kept to draw")
    text = " · ".join(parts)
    return text[:1].upper() + text[1:]
