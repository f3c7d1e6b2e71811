"""Whether two runs stand at one moment, and whether one may be judged by the other there."""

from ncviz.explorer.explorer import Explorer
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.beside import count_alike

FAR = 0.1  # of the longer training


def differing_moments(first: Explorer, second: Explorer) -> tuple[str, str]:
    """Return what the moments are called whose numbers are shown: 'epoch 200', 'epoch 0'.

    Parameters
    ----------
    first, second : Explorer
        Left and right.

    Returns
    -------
    tuple of 2 str
        Empty where there are no two runs, or both moments are called the same.
    """
    one, other = first.run, second.run
    if one is None or other is None:
        return "", ""
    here, there = (
        one.counting.named(first.nearest_epoch),
        other.counting.named(second.nearest_epoch),
    )
    return ("", "") if here == there else (here, there)


def why_unlike(first: Explorer, second: Explorer) -> str:
    """Say why neither run is to be judged by the other at these moments; empty for no reason.

    One is not trained yet while the other is, or one has been trained for much longer. Of runs
    that do not count alike the shares of what was recorded are compared.

    Parameters
    ----------
    first, second : Explorer
        Left and right, each with a run.
    """
    one, other = first.run, second.run
    assert one is not None
    assert other is not None
    here, there = first.nearest_epoch, second.nearest_epoch
    fresh = _is_untrained(one, here), _is_untrained(other, there)
    if fresh[0] != fresh[1]:
        return tr(
            "the {value} run is not trained yet", value=tr("left") if fresh[0] else tr("right")
        )
    at, until = (here, there), (one.epochs[-1], other.epochs[-1])
    if count_alike(one, other):
        values = [run.counting.value(e) for run, e in zip((one, other), at, strict=True)]
        longest = max(r.counting.value(e) for r, e in zip((one, other), until, strict=True))
        gap, whole = abs(values[0] - values[1]), longest
    else:
        shares = [e / last if last else 1.0 for e, last in zip(at, until, strict=True)]
        gap, whole = abs(shares[0] - shares[1]), 1.0
    if gap > FAR * whole:
        return tr(
            "the {units} lie too far apart to judge one run by the other", units=one.counting.units
        )
    return ""


def _is_untrained(run: Run, epoch: int) -> bool:
    # A run of one moment alone may be a finished network that somebody numbered 0.
    return epoch == 0 and len(run.epochs) > 1
