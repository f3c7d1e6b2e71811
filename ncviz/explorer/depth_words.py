"""What the layers of a run do to the separation fuzziness, in a sentence."""

import itertools
import math
from collections.abc import Sequence

from ncviz.geometry.separation import (
    GEOMETRIC,
    EquiSeparationLaw,
    is_equi_separation,
    layer_factors,
)
from ncviz.language import tr
from ncviz.runs.layer_names import shortened_layer
from ncviz.wording import correlation, listed, three_digits

STILL_FALLS = 0.8  # D of the last layer over that of the first hidden one: it hardly falls
MOST_NAMED = 3


def describe_depth(
    names: Sequence[str], fuzziness: Sequence[float], law: EquiSeparationLaw, *, imbalanced: bool
) -> str:
    """Say what the layers of a run do, one after the other.

    Parameters
    ----------
    names : sequence of str
        Of the points, in order.
    fuzziness : sequence of float
        D_1 … D_m.
    law : EquiSeparationLaw
        Fitted to them.
    imbalanced : bool
        D weighs classes by their size: little can be said by it.

    Returns
    -------
    str
        It says that D falls only where every layer lowers it, in the digits shown.
    """
    if len(names) < 2:
        return tr("One layer is recorded: there is none to compare it with.")
    if not all(map(math.isfinite, (fuzziness[0], fuzziness[-1]))):
        return tr("There is no separation fuzziness D to compare over the layers here.")
    read = [three_digits(value) for value in fuzziness]
    at = [
        tr("{value} at {name}", value=value, name=shortened_layer(name))
        for value, name in zip(read, names, strict=True)
    ]
    ends = [at[0], tr("{read} at the last layer", read=read[-1])]
    if imbalanced:
        said = tr("Separation fuzziness D: {ends}.", ends=", ".join(ends))
        return tr("{said} Imbalanced: D says little of the minority classes.", said=said)
    known = [point for point, value in enumerate(fuzziness) if math.isfinite(value)]
    steps = list(itertools.pairwise(known))
    failing = [(a, b) for a, b in steps if fuzziness[b] >= fuzziness[a] or read[a] == read[b]]
    said = tr("Over the layers the separation fuzziness D")
    if failing:
        rises = all(fuzziness[b] > fuzziness[a] and read[a] != read[b] for a, b in failing)
        verb, turn = tr("rises") if rises else tr("does not fall"), failing[0][0]
        if len(failing) == len(steps):
            where = tr(" layer by layer") if rises and len(steps) > 1 else ""
        elif len(failing) > 1 and failing == steps[-len(failing) :]:
            where, ends[1:1] = tr(" after {names}", names=shortened_layer(names[turn])), [at[turn]]
        elif len(failing) <= MOST_NAMED:
            where = tr(
                " at {failing}", failing=listed([shortened_layer(names[b]) for _, b in failing])
            )
        else:
            where = tr(
                " at {count:,} of the {count_2:,} layers", count=len(failing), count_2=len(steps)
            )
        return f"{said} {verb}{where}: {', '.join(ends)}."
    second = known[1]
    if len(known) > 2 and fuzziness[-1] >= STILL_FALLS * fuzziness[second]:
        ends[1:1] = [at[second]]
        return tr(
            "{said} hardly falls after {names}: {ends}.",
            said=said,
            names=shortened_layer(names[second]),
            ends=", ".join(ends),
        )
    said = tr("{said} falls: {ends}", said=said, ends=", ".join(ends))
    if len(known) == 2:
        return f"{said}."
    ratio, straight = three_digits(law.decay_ratio), correlation(law.pearson_r)
    if is_equi_separation(fuzziness):
        return tr(
            "{said}, by a factor of about {ratio} a layer: equi-separation (r = {straight}).",
            said=said,
            ratio=ratio,
            straight=straight,
        )
    if law.pearson_r <= GEOMETRIC and len(known) > 2:
        factors = layer_factors(fuzziness)
        least, most = three_digits(factors.min()), three_digits(factors.max())
        return tr(
            "{said}, roughly geometric: a layer leaves {least} to {most} of it (r = {straight}).",
            said=said,
            least=least,
            most=most,
            straight=straight,
        )
    return tr(
        "{said}, but not by one factor a layer (r = {straight}).", said=said, straight=straight
    )
