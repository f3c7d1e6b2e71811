"""What scene and plots show, for who hears it: the classes; where curves begin, turn and end."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ncviz.language import tr
from ncviz.wording import listed, quoted, three_digits

MOST_CURVES, MOST_NAMED = 8, 12  # curves and classes that are told one by one


def say_curve(
    name: str,
    across: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    place: Callable[[float], str],
) -> str:
    """Say in a sentence where a curve begins and ends, and how far it goes beyond both.

    Parameters
    ----------
    name : str
    across, values : arrays of shape (n,)
        NaN where nothing is known.
    place : callable
        Names a place on the lower axis, such as 'epoch 40'.
    """
    known = ~np.isnan(values)
    x, y = across[known], values[known]

    def at(index: int) -> str:
        return tr("{y} at {x}", y=three_digits(float(y[index])), x=place(float(x[index])))

    if not len(y):
        return tr("{name}: no value.", name=name)
    if len(y) == 1:
        return f"{name}: {at(0)}."
    low, high = int(y.argmin()), int(y.argmax())
    ends = {three_digits(float(y[0])), three_digits(float(y[-1]))}
    if len({three_digits(float(y[index])) for index in (low, high)}) == 1:
        return tr(
            "{name}: {pop} from {x} to {x_2}.",
            name=name,
            pop=ends.pop(),
            x=place(float(x[0])),
            x_2=place(float(x[-1])),
        )
    words = [tr("from {at} to {at_2}", at=at(0), at_2=at(-1))]
    for extreme, index in (("lowest", low), ("highest", high)):
        if three_digits(float(y[index])) not in ends:
            words.append(f"{extreme} {at(index)}")
    return f"{name}: {', '.join(words)}."


def say_curves(curves: Sequence[str]) -> str:
    """Say the sentences of a plot's curves; of many the first, and how many more there are."""
    if not curves:
        return tr("No curve is shown.")
    more = len(curves) - MOST_CURVES
    rest = (
        tr(" {more:,} more {value}.", more=more, value=tr("curve") if more == 1 else tr("curves"))
        if more > 0
        else ""
    )
    return " ".join(curves[:MOST_CURVES]) + rest


def say_cosines(what: str, cosines: npt.NDArray[np.float64]) -> str:
    """Say in a sentence between which values cosines lie; '' where there is no pair.

    Parameters
    ----------
    what : str
        Such as 'class means'.
    cosines : array of shape (n,)
        One for each pair; NaN where it is not defined.
    """
    known = cosines[~np.isnan(cosines)]
    if not len(cosines):
        return ""
    if not len(known):
        return tr("Between {what} no cosine is defined.", what=what)
    low, mean, high = (three_digits(float(v)) for v in (known.min(), known.mean(), known.max()))
    missing = len(cosines) - len(known)
    pairs = tr("pair") if missing == 1 else tr("pairs")
    rest = (
        tr("; of {missing:,} {pairs} it is not defined", missing=missing, pairs=pairs)
        if missing
        else ""
    )
    if low == high:
        return tr("Between {what} the cosine is {low}{rest}.", what=what, low=low, rest=rest)
    return tr(
        "Between {what} cosines lie from {low} to {high}, on average {mean}{rest}.",
        what=what,
        low=low,
        high=high,
        mean=mean,
        rest=rest,
    )


def say_shown(names: Sequence[str], visible: Sequence[int]) -> str:
    """Say in a sentence which classes of a run are in the scene.

    Parameters
    ----------
    names : sequence of str
        Of all classes.
    visible : sequence of int
    """
    if not visible:
        return tr("None of {count:,} classes is shown.", count=len(names))
    who = listed([quoted(names[k]) for k in visible], MOST_NAMED)
    count = f"{len(visible):,}"
    if len(visible) == len(names):
        return tr(
            "{value} classes are shown: {who}.",
            value=tr("Both") if len(names) == 2 else tr("All {count}", count=count),
            who=who,
        )
    is_shown = tr("is shown") if len(visible) == 1 else tr("are shown")
    return tr(
        "{count} of {count_2:,} classes {is_shown}: {who}.",
        count=count,
        count_2=len(names),
        is_shown=is_shown,
        who=who,
    )
