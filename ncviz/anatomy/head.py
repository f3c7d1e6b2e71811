"""The head of a network: what gives the logits, its input, and its weight matrix."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from ncviz.anatomy.doubles import doubles
from ncviz.anatomy.explaining import Explanation, explain, fit, tolerance_of
from ncviz.anatomy.matrices import COMPUTED, attribute, matrices, name_of, oriented
from ncviz.anatomy.pairing import DISTANCE, PRODUCT, Key, Pairing, is_parallel
from ncviz.anatomy.points import BEFORE, INPUT, LAST, OPERAND, Point, unknown_point
from ncviz.anatomy.probing import Met, Probed, find_met, find_source, met_again, place_of
from ncviz.anatomy.trace import Left
from ncviz.errors import UserError
from ncviz.language import tr

NONE = "none"


@dataclass(frozen=True, eq=False)
class Head:
    """What gives the logits.

    Parameters
    ----------
    name : str
        The layer, or the matrix that features are multiplied with outside of layers.
    features : Point
        Its input.
    began : int
        After how many operations of a pass.
    weight : str
        The parameter or buffer that is its matrix, 'computed' for one that is
        made of others; '' for none.
    met : tuple of (Key, int)
        In which pairings its rows are found: their kind, and how many of
        the same follow.
    width : int
        Numbers of a row.
    places : str
        'first' or 'mean' where it takes one vector of several tokens.
    has_factors : bool
        Whether each class has a factor of its own.
    notes : tuple of str
        For people.
    """

    name: str
    features: Point
    began: int
    weight: str = ""
    met: tuple[tuple[Key, int], ...] = ()
    width: int = 0
    places: str = ""
    has_factors: bool = False
    notes: tuple[str, ...] = ()


def find_head(network: nn.Module, probed: Probed, named: str = "", weight: str = "") -> Head | None:
    """Find what gives the logits.

    Parameters
    ----------
    network : nn.Module
    probed : Probed
    named : str, optional
        The layer by the user's choice.
    weight : str, optional
        The parameter, buffer or attribute that is its matrix by the user's
        choice; 'none' for none.

    Raises
    ------
    UserError
        If the named layer does not give the logits, or the named matrix does
        not explain them.
    """
    met = find_met(probed)
    head: Head | None
    if named:
        head = _named(network, probed, met, named)
    elif met is not None:
        head = _of_met(network, probed, met)
    else:
        head = _of_outputs(network, probed) or _of_source(network, probed)
    if head is None:
        return None
    if weight == NONE:
        return _without(head, tr("no weight matrix is compared with the class means, as was asked"))
    if weight:
        return _with_named(network, head, probed, weight)
    if not head.weight:
        return _without(
            head,
            tr(
                "no weight matrix explains the logits that {name} gives: there will be no NC3",
                name=head.name,
            ),
        )
    return head


def _without(head: Head, words: str) -> Head:
    return replace(head, weight="", met=(), notes=(*head.notes, words))


# What pairings and layers tell


def _of_met(network: nn.Module, probed: Probed, met: Met) -> Head:
    last = met.last
    named = [name_of(network, p.rows, p.inside) for p, _ in met.pairings]
    weight = " + ".join(name for name, _ in named)
    weight = COMPUTED if COMPUTED in weight else weight
    # A head of several layers side by side is what holds them.
    modules = [pair[0].module for pair in met.pairings]
    name = modules[-1] if len(modules) == 1 else _shared(modules)
    said = list(met.found.said)
    if not name and last.inside and weight.startswith(f"{last.inside}."):
        name = last.inside  # which prepares its input further
    if not name:
        name = weight if COMPUTED not in weight else last.inside or type(network).__name__
    point = _input_of(probed, last, name, is_last=met.found.places == LAST)
    if weight not in (name, f"{name}.weight"):
        said.append(tr("its weight matrix is {weight}", weight=weight))
    if len(met.pairings) == 1 and len(last.rows) != len(met.rows):
        said.append(
            tr("of its {count} rows the mean of each class is compared", count=len(last.rows))
        )
    if any(is_scaled for _, is_scaled in named):
        said.append(tr("of {weight} each row is scaled, as the network does", weight=weight))
    notes = [tr("{name} gives the logits: {said}", name=name, said="; ".join(said))] if said else []
    return Head(
        name,
        point,
        min(pair[0].began for pair in met.pairings),
        weight,
        tuple(place_of(probed, pair[0]) for pair in met.pairings),
        met.rows.shape[1],
        met.found.places,
        met.found.has_factors,
        tuple(notes),
    )


def _of_source(network: nn.Module, probed: Probed) -> Head | None:
    """Return the last layer or product behind the logits, where these are some function of it."""
    last = find_source(probed)
    if last is None:
        return None
    weight, _ = name_of(network, last.rows, last.inside)
    name = last.module or (weight if weight != COMPUTED else last.inside or type(network).__name__)
    words = tr("{name} gives what the logits are computed from, without further weights", name=name)
    return Head(name, _input_of(probed, last, name), last.began, notes=(words,))


def _input_of(probed: Probed, pairing: Pairing, name: str, *, is_last: bool = False) -> Point:
    """Return where the samples of a pairing are read: at the layer that is given them, if any."""
    if pairing.module and not is_last and not _runs_again(probed, pairing):
        return Point(pairing.module, INPUT, "features")
    what = LAST if is_last else BEFORE if _is_cosine(pairing) else ""
    return Point(name, OPERAND, "features", (*place_of(probed, pairing), what))


def _shared(modules: Sequence[str]) -> str:
    """Return the module that holds some others; '' if there is none."""
    parts = [name.split(".") for name in modules]
    if "" in modules:
        return ""
    shared = []
    for names in zip(*parts, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return ".".join(shared)


def _runs_again(probed: Probed, pairing: Pairing) -> bool:
    """Tell whether the module of a pairing ran more than once: a hook would see the last time."""
    return probed.passes[0].trace.calls.get(pairing.module, 0) > 1


def _is_cosine(pairing: Pairing) -> bool:
    """Tell whether both sides were brought to one length, so that what was before is the input."""
    if pairing.before is None or pairing.samples.shape[1] != 1:
        return False
    if not is_parallel(pairing.samples, pairing.before):
        return False
    return _of_one_length(pairing.rows) and _of_one_length(pairing.samples[:, 0])


def _of_one_length(vectors: Tensor) -> bool:
    lengths = doubles(vectors).norm(dim=1)
    return bool((lengths - lengths.mean()).abs().max() <= 1e-3 * lengths.mean())


# Layers


def _is_logits(probed: Probed, name: str) -> bool:
    """Tell whether a layer puts out the logits, but for shape, scale, bias and softmax."""
    found: list[Tensor] = []
    for passed in probed.passes:
        left = passed.trace.left.get(name)
        if left is None or left.output.shape[1:].numel() != probed.logits[0].shape[1]:
            return False
        if len(left.output) != len(probed.logits[len(found)]):
            return False
        found.append(doubles(left.output.flatten(1)))
    logits = torch.cat(probed.logits)
    values = torch.cat(found)
    if fit(doubles(logits), values, tolerance_of(logits)) is not None:
        return True
    is_softmax = bool((values >= 0).all()) and bool(((values.sum(1) - 1).abs() < 1e-3).all())
    logs = values.clamp_min(1e-300).log()
    return is_softmax and fit(doubles(logits), logs, tolerance_of(logits)) is not None


def _of_outputs(network: nn.Module, probed: Probed) -> Head | None:
    """Return the innermost layer that puts out the logits, where no pairing explains them."""
    first = probed.passes[0]
    weighted = [name for name, module in network.named_modules() if _has_parameters(module)]
    for name, left in sorted(first.trace.left.items(), key=lambda item: item[1].ended):
        # A wrapper around all of the network is no head of it.
        is_behind = any(
            first.ended.get(other, left.ended) <= left.frame.began for other in weighted
        )
        if is_behind and _takes_vectors(left) and _is_logits(probed, name):
            return _of_layer(network, probed, name)
    return None


def _has_parameters(module: nn.Module) -> bool:
    return next(module.parameters(), None) is not None


def _takes_vectors(left: Left) -> bool:
    given = left.frame.given
    return given is not None and given.ndim >= 2 and given.is_floating_point()


def _of_layer(network: nn.Module, probed: Probed, name: str) -> Head:
    """Return a layer as the head, with a matrix of its own that explains the logits, if any."""
    began = probed.passes[0].trace.left[name].frame.began
    point = Point(name, INPUT, "features")
    for weight, tensor in matrices(network, name):
        found = _explained_by(probed, name, tensor)
        if found is not None:
            notes = (
                tr(
                    "{name} gives the logits: its weight matrix is {weight}",
                    name=name,
                    weight=weight,
                ),
            )
            return Head(name, point, began, weight, width=found.rows.shape[1], notes=notes)
    return Head(name, point, began)


def _explained_by(probed: Probed, name: str, tensor: Tensor) -> Explanation | None:
    """Return how a matrix explains the logits by the input of a layer."""
    given = [passed.trace.left[name].frame.given for passed in probed.passes]
    vectors = [
        doubles(g).flatten(2).mean(2) if g.ndim > 2 else doubles(g) for g in given if g is not None
    ]
    logits = torch.cat(probed.logits)
    if len(vectors) < 2 or sum(map(len, vectors)) != len(logits):
        return None
    samples = torch.cat(vectors)
    for rows in oriented(tensor, (logits.shape[1], samples.shape[1])):
        for kind in (PRODUCT, DISTANCE):
            found = explain(logits, samples[:, None], rows, None, kind, tolerance_of(logits))
            if found is not None:
                return found
    return None


# What the user names


def _named(network: nn.Module, probed: Probed, met: Met | None, named: str) -> Head:
    """Return the head that the user names."""
    head = None if met is None else _of_met(network, probed, met)
    if head is not None and named in (head.name, head.weight, head.weight.removesuffix(".weight")):
        return head
    calls = probed.passes[0].trace.calls
    if named not in calls:
        raise UserError(unknown_point(named, list(calls)))
    if not _is_logits(probed, named):
        gives = tr(", which {name} gives", name=head.name) if head is not None else ""
        raise UserError(
            tr(
                "The layer {named!r} is no classifier of {shape} classes: its "
                "output is not the logits{gives}. Name a layer that puts them out, or none.",
                named=named,
                shape=probed.logits[0].shape[1],
                gives=gives,
            )
        )
    own = _of_layer(network, probed, named)
    given = probed.passes[0].trace.left[named].frame.given
    if head is None or met is None or given is None or not is_parallel(met.last.samples, given):
        return own
    return replace(head, name=named, features=own.features, began=own.began)


def _with_named(network: nn.Module, head: Head, probed: Probed, weight: str) -> Head:
    """Return a head with the matrix that the user names, once it is seen to explain the logits."""
    tensor = attribute(network, weight)
    if not isinstance(tensor, Tensor):
        known = ", ".join([name for name, _ in matrices(network)][-3:])
        raise UserError(
            tr(
                "The network has no matrix {weight!r}: name a parameter or a buffer such as "
                "{known}, or none.",
                weight=weight,
                known=known,
            )
        )
    classes = probed.logits[0].shape[1]
    if head.weight == weight:
        return head
    met = met_again(probed, head.met, head.has_factors)
    if met is not None:
        for rows in oriented(tensor, met.rows.shape):
            logits = torch.cat(probed.logits)
            given = logits, met.samples, rows, None
            kinds = (PRODUCT, DISTANCE)
            if any(explain(*given, kind, tolerance_of(logits)) is not None for kind in kinds):
                return replace(head, weight=weight)
    elif head.features.side == INPUT and _explained_by(probed, head.name, tensor) is not None:
        return replace(head, weight=weight)
    other = tr("{weight} does: name it", weight=head.weight) if head.weight else tr("name another")
    raise UserError(
        tr(
            "{weight} of shape {value} does not explain the logits of "
            "{classes} classes by the features that {name} takes: {other}, or none.",
            weight=weight,
            value="×".join(map(str, tensor.shape)),
            classes=classes,
            name=head.name,
            other=other,
        )
    )


# At each epoch


def weights_now(network: nn.Module, head: Head, probed: Probed) -> Explanation | None:
    """Return the weight matrix of a head as it is now; None if it has none.

    Parameters
    ----------
    network : nn.Module
    head : Head
        As it was found, perhaps with other weights.
    probed : Probed
        With the weights of now.
    """
    if not head.weight:
        return None
    if not head.met:
        tensor = attribute(network, head.weight)
        return _explained_by(probed, head.name, tensor) if isinstance(tensor, Tensor) else None
    met = met_again(probed, head.met, head.has_factors)
    return None if met is None else met.found
