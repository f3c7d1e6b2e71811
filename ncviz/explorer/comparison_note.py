"""What must be known to compare two runs that stand side by side."""

from ncviz.explorer.explorer import Explorer
from ncviz.language import tr
from ncviz.scenes.beside import count_alike, matching_epoch
from ncviz.wording import upper_first


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
        goes = tr("plays by itself, now") if second.player.playing else tr("is held")
        parts.append(
            tr(
                "the right run {goes} at {nearest_epoch}",
                goes=goes,
                nearest_epoch=moment(second.nearest_epoch),
            )
        )
    elif not count_alike(left, right):
        units = tr(
            "{units} on the left, {units_2} on the right",
            units=left.counting.units,
            units_2=right.counting.units,
        )
        parts.append(
            tr("{units}: both runs stand at the same share of what was recorded", units=units)
        )
    elif epoch > right.epochs[-1]:
        parts.append(
            tr("the right run ends at {epochs} and stays there", epochs=moment(right.epochs[-1]))
        )
    elif epoch < right.epochs[0]:
        parts.append(
            tr("the right run begins at {epochs} and waits there", epochs=moment(right.epochs[0]))
        )
    if len(left.manifest.layers) != len(right.manifest.layers):
        parts.append(tr("layers are matched by depth"))
    if left.manifest.class_names != right.manifest.class_names:
        parts.append(tr("the runs have different classes"))
    for side, where in ((first, tr("left")), (second, tr("right"))):
        drawn = side.drawn
        if drawn is not None and drawn.drawn.name != side.split.name:
            parts.append(
                tr(
                    "on the {where} none of the {samples} are kept to draw",
                    where=where,
                    samples=side.split.samples,
                )
            )
    text = " · ".join(parts)
    return upper_first(text)
