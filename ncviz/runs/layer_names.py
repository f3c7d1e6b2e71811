"""What the points of a network are called wherever they are shown.

A point is named by the layer whose output it is: input, layer 1, layer 2, … The last linear
layer is the classifier. D_t is measured before the data pass through layer t: D₁ on the input,
D₂ on the output of layer 1, and so on (He & Su, PNAS 2023).
"""

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.wording import three_digits

INPUT = "input"
LONGEST = 24  # letters of a name beside a curve or in a list
LONGEST_TICK = 9  # letters of a name below an axis
_OWN = re.compile(r"input|layer \d+")
# What ncviz itself calls points, as it is recorded and as it is shown.
_KNOWN = (
    (re.compile("input"), tr("input")),
    (re.compile(r"layer (\d+)"), tr("layer {}")),
    (re.compile(r"block (\d+)"), tr("block {}")),
    (re.compile(r"block (\d+), layer (\d+)"), tr("block {}, layer {}")),
    (re.compile("embedding"), tr("embedding")),
)
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def names_of(run: Run) -> tuple[str, ...]:
    """Return the names of a run's points, as they were recorded."""
    return tuple(layer.name for layer in run.manifest.layers)


def layer_in_words(name: str) -> str:
    """Return what a point is called in the language of this process.

    Parameters
    ----------
    name : str
        As it was recorded. What ncviz calls points itself is translated; a model's own names,
        such as 'features.denseblock4', stay as they are.
    """
    for own, words in _KNOWN:
        if found := own.fullmatch(name):
            return words.format(*found.groups())
    return name


def fuzziness_symbol(number: int) -> str:
    """Return the D of a point as it is written, such as 'D₄'.

    Parameters
    ----------
    number : int
        Of the point, from 0, the input.
    """
    return f"D{str(number + 1).translate(_SUBSCRIPTS)}"


def with_symbol(names: Sequence[str], number: int) -> str:
    """Return a point's name and its D, such as 'layer 3 · D₄'.

    Parameters
    ----------
    names : sequence of str
        Of all points of a network, in order.
    number : int
        From 0, the input.
    """
    return f"{shortened_layer(names[number])} · {fuzziness_symbol(number)}"


def shortened_layer(name: str, longest: int = LONGEST) -> str:
    """Return a name in words, of no more letters; of a long one the end, which tells it apart.

    Parameters
    ----------
    name : str
        Such as 'features.denseblock4.denselayer16'.
    longest : int
    """
    name = layer_in_words(name)
    if len(name) <= longest:
        return name
    kept = name[-(longest - 1) :]
    # Rather a whole part of the name than one cut in two.
    dot = kept.find(".")
    return f"…{kept[dot + 1 :] if 0 <= dot < len(kept) // 2 else kept}"


def tick_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return what stands below an axis over the points of a network.

    Parameters
    ----------
    names : sequence of str
        Of all points, in order.

    Returns
    -------
    tuple of str
        'input', '1', '2', … where the points are named so; the names themselves where they are
        as short as that; else 'D₁', 'D₂', …, and the names belong where one points at.
    """
    if all(_OWN.fullmatch(name) for name in names):
        return tuple(layer_in_words(n) if n == INPUT else n.removeprefix("layer ") for n in names)
    words = tuple(map(layer_in_words, names))
    if len(set(words)) == len(words) and all(len(name) <= LONGEST_TICK for name in words):
        return words
    return tuple(fuzziness_symbol(number) for number in range(len(names)))


def ticks_that_fit(
    labels: Sequence[str], spacing: float, width_of: Callable[[str], float]
) -> list[int]:
    """Return which ticks are labelled so that no two labels touch: every n-th from the first.

    Parameters
    ----------
    labels : sequence of str
        One for each tick.
    spacing : float
        Between two neighbouring ticks.
    width_of : callable
        Width of a label, in the unit of `spacing`.

    Returns
    -------
    list of int
        Numbers of the labels, from 0; the first is among them, if there is one.
    """
    gap = width_of("0")
    widths = [width_of(label) for label in labels]
    for step in range(1, len(labels) + 1):
        kept = list(range(0, len(labels), step))
        if all((widths[a] + widths[b]) / 2 + gap <= step * spacing for a, b in pairwise(kept)):
            return kept
    return [0] if labels else []


def numbers_of_layers(fuzziness: Sequence[float]) -> tuple[str, ...]:
    """Return D of each point and the factor to the next, such as 'D₄ = 35.6, next × 0.62'.

    Parameters
    ----------
    fuzziness : sequence of float
        D_1 … D_m; no factor stands where it is no number.
    """
    found = []
    for number, value in enumerate(fuzziness):
        words = f"{fuzziness_symbol(number)} = {three_digits(value)}"
        if number + 1 < len(fuzziness) and 0 < value < math.inf:
            factor = fuzziness[number + 1] / value
            words += (
                tr(", next × {factor}", factor=three_digits(factor))
                if math.isfinite(factor)
                else ""
            )
        found.append(words)
    return tuple(found)


def counted_layers(names: Sequence[str], *, classifier: bool = True) -> str:
    """Return what a network consists of, such as 'input, 7 hidden layers, classifier'.

    Parameters
    ----------
    names : sequence of str
        Of all measured points.
    classifier : bool
        Whether the last linear layer was recorded.
    """
    if not all(_OWN.fullmatch(name) for name in names):
        points = (
            tr("1 layer measured")
            if len(names) == 1
            else tr("{count} layers measured", count=len(names))
        )
        return tr("{points}, classifier", points=points) if classifier else points
    hidden = len(names) - (names[0] == INPUT)
    parts = [layer_in_words(INPUT)] * (names[0] == INPUT)
    parts += [
        (
            tr("{hidden} hidden layers", hidden=hidden)
            if hidden > 1
            else tr("{hidden} hidden layer", hidden=hidden)
        )
    ] * (hidden > 0)
    return ", ".join([*parts, *[tr("classifier")] * classifier])


def anatomy(run: Run) -> str:
    """Return what the network of a run consists of; see `counted_layers`."""
    recorded = run.snapshot(run.epochs[0]).has_classifier
    return counted_layers(names_of(run), classifier=recorded)


def unknown_layer(run: Run, number: int) -> str:
    """Return what to say of a number that is no layer of a run."""
    names = names_of(run)
    last = len(names) - 1
    choice = tr("choose 0 to {last}; 0 is {names}", last=last, names=names[0])
    return tr(
        "The run has no layer {number}: {choice}{value}.",
        number=number,
        choice=choice,
        value=tr(", {last} is {names}", last=last, names=names[last]) * (last > 0),
    )
