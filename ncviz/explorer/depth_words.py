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
    if len(names) < 2 or not all(map(math.isfinite, (fuzziness[0], fuzziness[-1]))):
        return "There is no separation fuzziness D to compare over the layers here."
    read = [three_digits(value) for value in fuzziness]
    at = [f"{value} at {shortened_layer(name)}" for value, name in zip(read, names, strict=True)]
    ends = [at[0], f"{read[-1]} at the last layer"]
    if imbalanced:
        said = f"Separation fuzziness D: {', '.join(ends)}."
        return f"{said} Imbalanced: D says little of the minority classes."
    known = [point for point, value in enumerate(fuzziness) if math.isfinite(value)]
    steps = list(itertools.pairwise(known))
    failing = [(a, b) for a, b in steps if fuzziness[b] >= fuzziness[a] or read[a] == read[b]]
    said = "Over the layers the separation fuzziness D"
    if failing:
        rises = all(fuzziness[b] > fuzziness[a] and read[a] != read[b] for a, b in failing)
        verb, turn = "rises" if rises else "does not fall", failing[0][0]
        if len(failing) == len(steps):
            where = " layer by layer" if rises and len(steps) > 1 else ""
        elif len(failing) > 1 and failing == steps[-len(failing) :]:
            where, ends[1:1] = f" after {shortened_layer(names[turn])}", [at[turn]]
        elif len(failing) <= MOST_NAMED:
            where = f" at {listed([shortened_layer(names[b]) for _, b in failing])}"
        else:
            where = f" at {len(failing):,} of the {len(steps):,} layers"
        return f"{said} {verb}{where}: {', '.join(ends)}."
    second = known[1]
    if len(known) > 2 and fuzziness[-1] >= STILL_FALLS * fuzziness[second]:
        ends[1:1] = [at[second]]
        return f"{said} hardly falls after {shortened_layer(names[second])}: {', '.join(ends)}."
    said = f"{said} falls: {', '.join(ends)}"
    if len(known) == 2:
        return f"{said}."
    ratio, straight = three_digits(law.decay_ratio), correlation(law.pearson_r)
    if is_equi_separation(fuzziness):
        return f"{said}, by a factor of about {ratio} a layer: equi-separation (r = {straight})."
    if law.pearson_r <= GEOMETRIC and len(known) > 2:
        factors = layer_factors(fuzziness)
        least, most = three_digits(factors.min()), three_digits(factors.max())
        return (
            f"{said}, roughly geometric: a layer leaves {least} to {most} of it (r = {straight})."
        )
    return f"{said}, but not by one factor a layer (r = {straight})."
