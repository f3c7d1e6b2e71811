"""Fits the weights of a file to a network: prefixes, wrappers, and what keeps them from fitting."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ncviz.language import tr

SHOWN = 3  # names in a sentence

State = dict[str, Tensor]

# What networks beside the trained one are called, the nearest to it first: it at its best, an
# average or a teacher that follows it, and what it was before.
_COPIES = tuple(
    re.compile(words)
    for words in (
        r"best",
        r"ema|swa|avg|average|averaged|averaging|polyak|shadow|teacher|target|momentum|key|k|slow",
        r"old|prev|previous|initial|init|pretrained|reference|ref|frozen",
    )
)
_TRAINED = re.compile(r"student|online|query|q|live|main|current|cur|trained")


def distance_from_trained(name: str) -> int:
    """Return how far a network is from the trained one by its name; 0 for one that is no copy.

    By whole words, as in 'model_ema', 'netEMA' or 'encoder_k.', but not in 'schema'.
    """
    found = (
        number
        for word in _words(name)
        for number, copies in enumerate(_COPIES, start=1)
        if copies.fullmatch(word)
    )
    return max(found, default=0)


def is_copy(name: str) -> bool:
    """Tell whether a name is of an average, a teacher or another copy of the trained network."""
    return distance_from_trained(name) > 0


def is_called_trained(name: str) -> bool:
    """Tell whether a name says that a network is the trained one of several: 'student'."""
    return any(_TRAINED.fullmatch(word) for word in _words(name))


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def without_module(path: str) -> str:
    """Return a path without the 'module' that DataParallel and others put in between."""
    parts = path.split(".")
    return ".".join(part for part in parts if part != "module" or len(parts) == 1)


@dataclass(frozen=True, eq=False)
class Misfit:
    """What keeps weights from fitting a network.

    Parameters
    ----------
    missing, unexpected : tuple of str
        Names the network or the file has alone.
    shapes : mapping of name to (shape in the file, shape in the network)
    """

    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)


def fit_names(tensors: State, wanted: Mapping[str, Any]) -> tuple[State, tuple[str, ...]]:
    """Take off what stands before the network's own names, such as 'module.' or 'model.'.

    Parameters
    ----------
    tensors : dict of str to tensor
        Of the file.
    wanted : mapping
        The network's names.

    Returns
    -------
    tuple
        The tensors by the network's names, and what lies outside the prefix,
        such as a loss function's weights beside a Lightning module's network.
    """
    tensors = _without_inner_module(tensors, wanted)
    prefix = next(iter(_prefixes(tensors, wanted)), None)
    if prefix is None:
        # Or the network stands within another that the file knows nothing of.
        own = next(iter(_prefixes(wanted, tensors)), "")
        if not all(f"{own}{name}" in wanted for name in tensors):
            own = ""  # some names that end alike make no network within another
        around = {name.partition(".")[0] for name in tensors}
        inner = {name.partition(".")[2]: tensor for name, tensor in tensors.items()}
        if not own and len(around) == 1 and all(inner):  # each within what the other has not
            found = fit_names(inner, wanted)
            if any(name in wanted for name in found[0]):
                return found
        return ({f"{own}{n}": t for n, t in tensors.items()} if own else dict(tensors)), ()
    inside = {n[len(prefix) :]: t for n, t in tensors.items() if n.startswith(prefix)}
    outside = tuple(name for name in tensors if not name.startswith(prefix))
    return inside, outside


def networks_in(tensors: State, wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the prefixes under which a file holds a network, the one to take first.

    That is the trained one; a copy of it, such as an average or a teacher, comes
    after it.

    Parameters
    ----------
    tensors, wanted
        As of `fit_names`.
    """
    return _prefixes(_without_inner_module(tensors, wanted), wanted)


def _prefixes(longer: Iterable[str], shorter: Iterable[str]) -> tuple[str, ...]:
    """Return what stands before most of the shorter names, the likeliest first."""
    votes = _votes(longer, shorter)
    most = max(votes.values(), default=0)
    found = (prefix for prefix, count in votes.items() if count == most)
    return tuple(
        sorted(
            found,
            key=lambda p: (distance_from_trained(p), not is_called_trained(p), len(p), p),
        )
    )


def _votes(longer: Iterable[str], shorter: Iterable[str]) -> Counter[str]:
    """Count before how many of the shorter names each prefix stands."""
    ends: dict[str, list[str]] = {}
    for name in shorter:
        if not name.endswith("num_batches_tracked"):  # which old files lack
            ends.setdefault(name.rpartition(".")[2], []).append(name)
    votes: Counter[str] = Counter()
    for name in longer:
        for end in ends.get(name.rpartition(".")[2], ()):
            if name == end or name.endswith(f".{end}"):
                votes[name.removesuffix(end)] += 1
    return votes


def _without_inner_module(tensors: State, wanted: Mapping[str, Any]) -> State:
    """Drop the 'module' that DataParallel leaves within names, as in 'features.module.0'."""
    if any(".module." in f".{name}" for name in wanted):
        return tensors
    plain = {re.sub(r"(?<=\.)module\.", "", name): value for name, value in tensors.items()}
    return plain if len(plain) == len(tensors) else tensors


def misfit(tensors: State, wanted: Mapping[str, Any]) -> Misfit | None:
    """Compare weights with a network's; None if they fit.

    Parameters
    ----------
    tensors : dict of str to tensor
        From `fit_names`.
    wanted : mapping of str to tensor
        The network's state dict.
    """
    missing = tuple(
        name
        for name in wanted
        # A counter of batches that old files lack, and nothing depends on.
        if name not in tensors and not name.endswith("num_batches_tracked")
    )
    unexpected = tuple(name for name in tensors if name not in wanted)
    shapes = {
        name: (tuple(tensors[name].shape), tuple(wanted[name].shape))
        for name in wanted
        if name in tensors and tensors[name].shape != wanted[name].shape
    }
    return Misfit(missing, unexpected, shapes) if missing or unexpected or shapes else None


def describe_misfit(
    found: Misfit, tensors: State, wanted: Mapping[str, Any], where: str, model: str
) -> str:
    """Return a sentence that says what does not fit, and what the cause may be."""
    parts = []
    if found.missing:
        parts.append(tr("it lacks {missing}", missing=_some(found.missing)))
    if found.unexpected:
        parts.append(
            tr("it has {unexpected} that the model has not", unexpected=_some(found.unexpected))
        )
    if found.shapes:
        sides = [
            tr(
                "{name} is {a} in the file and {b} in the model",
                name=name,
                a=_shape(a),
                b=_shape(b),
            )
            for name, (a, b) in list(found.shapes.items())[:SHOWN]
        ]
        more = len(found.shapes) - len(sides)
        parts.append(
            ", ".join(sides) + (tr(", and {more} more differ", more=more) if more > 0 else "")
        )
    cause = _cause(found, tensors, wanted, model)
    return tr(
        "{where} does not fit {model}: {parts}. {cause}",
        where=where,
        model=model,
        parts="; ".join(parts),
        cause=cause,
    )


def _cause(found: Misfit, tensors: State, wanted: Mapping[str, Any], model: str) -> str:
    common = sum(name in wanted for name in tensors)
    if not common and not _renamed(found):
        like = family_of(tensors)
        return tr(
            "Likely cause: the weights are of another model{value}.",
            value=f", {like}" if like else "",
        )
    if found.missing or found.unexpected:
        renamed = _renamed(found)
        if renamed:
            return tr(
                "Likely cause: a prefix, {renamed} in the file is {renamed_2} in the model.",
                renamed=renamed[0],
                renamed_2=renamed[1],
            )
        if without := _left_out(found, tensors, wanted):
            return tr(
                "Likely cause: the network was saved without {parts}: save all of its weights.",
                parts=_some(without),
            )
        share = common / max(len(tensors), len(wanted))
        if share > 0.5:
            return tr("Likely cause: another depth or variant of this model.")
        return tr("Likely cause: the wrong model.")
    heads = [n for n, (a, b) in found.shapes.items() if a[1:] == b[1:]]
    if len(heads) == len(found.shapes):
        name = heads[0]
        a, b = found.shapes[name]
        return tr(
            "Likely cause: another number of classes, {a} in the file and {b} here.", a=a[0], b=b[0]
        )
    return tr("Likely cause: another width or another size of the input.")


def _left_out(found: Misfit, tensors: State, wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which modules a file lacks whole, where nothing else differs.

    What is numbered, such as the third of some blocks, is a matter of depth, unless the network
    ends in it.
    """
    if found.unexpected or found.shapes or not tensors:
        return ()
    there = {name[:dot] for name in tensors for dot in _dots(name)}
    parts = []
    for name in found.missing:
        part = next((name[:dot] for dot in _dots(name) if name[:dot] not in there), "")
        if part not in parts:
            parts.append(part)
    ends = [*wanted][-1].startswith(f"{parts[-1]}.")
    is_last = len(parts) == 1 and parts[0] != "" and ends
    is_depth = any(re.search(r"\d(\.|$)", part) or not part for part in parts)
    return tuple(parts) if is_last or not is_depth else ()


def _dots(name: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(r"\.", name))


def _renamed(found: Misfit) -> tuple[str, str] | None:
    """Return a name of the file and one of the model if most differ by what stands before."""
    ends: dict[str, str] = {}
    for name in found.missing:
        parts = name.split(".")
        for start in range(min(3, len(parts) - 1)):
            ends.setdefault(".".join(parts[start:]), name)
    pairs = []
    own = [name for name in found.unexpected if not name.endswith("num_batches_tracked")]
    for name in own:
        parts = name.split(".")
        tails = (".".join(parts[start:]) for start in range(len(parts) - 1))
        end = next((tail for tail in tails if tail in ends), None)
        if end is not None:
            pairs.append((name, ends[end]))
    most = max(len(own), len(found.missing))
    return pairs[0] if pairs and len(pairs) >= 0.8 * most else None


def family_of(tensors: State) -> str:
    """Return whose names these are, as far as names tell."""
    signs = {
        "layer1.0.conv1": tr("a ResNet by their names"),
        "denseblock1": tr("a DenseNet by their names"),
        "encoder.layers.encoder_layer_0": tr("a vision transformer of torchvision by their names"),
        "blocks.0.attn": tr("a vision transformer of timm by their names"),
        "features.0.": tr("a VGG, AlexNet or MobileNet by their names"),
        "blocks.0.0.": tr("a network of ncviz by their names"),
    }
    names = list(tensors)
    return next((like for sign, like in signs.items() if any(sign in n for n in names)), "")


def _some(names: Any) -> str:
    shown = ", ".join(str(name)[:60] for name in list(names)[:SHOWN])
    more = len(names) - SHOWN
    return tr("{shown} and {more} more", shown=shown, more=more) if more > 0 else shown


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if shape else tr("a single number")
