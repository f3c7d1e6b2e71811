"""Two passes through a network, and the pairings in them that explain its logits."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ncviz.anatomy.doubles import doubles
from ncviz.anatomy.explaining import Explanation, explain, tolerance_of
from ncviz.anatomy.inputs import Inputs, each
from ncviz.anatomy.logits import Logits
from ncviz.anatomy.pairing import Key, Pairing
from ncviz.anatomy.trace import Told, Traced, trace

_LOOKED_AT = 32  # pairings before the logits
_SAMPLES = 8
Place = tuple[Key, int]
Passes = tuple[Traced, Traced]


@dataclass(frozen=True, eq=False)
class Probed:
    """Two passes through a network, whose logits are known.

    Parameters
    ----------
    passes : tuple of Traced
        Of samples, and of others made from them.
    logits : tuple of tensor, shape (n, K)
        Of both.
    given : tensor
        The logits of the first as the network gave them, with a softmax, say.
    """

    passes: Passes
    logits: tuple[Tensor, Tensor]
    given: Tensor


@dataclass(frozen=True, eq=False)
class Met:
    """Pairings of the same samples, whose rows together give the logits."""

    pairings: tuple[tuple[Pairing, Pairing], ...]  # of both passes
    samples: Tensor
    rows: Tensor
    bias: Tensor | None
    found: Explanation

    @property
    def last(self) -> Pairing:
        """Return the last of them, of the first pass."""
        return self.pairings[-1][0]


def others_like(inputs: Inputs) -> Inputs:
    """Return as many samples as tell factors from chance, made from a few of them.

    Of real numbers with noise as large as they vary; of others in another order.
    """
    generator = torch.Generator().manual_seed(0)

    def change(tensor: Tensor) -> Tensor:
        if tensor.is_meta or not tensor.ndim:
            return tensor
        repeats = -(-_SAMPLES // len(tensor))
        more = tensor.repeat(repeats, *[1] * (tensor.ndim - 1))[:_SAMPLES]
        if not tensor.is_floating_point():
            return torch.stack([one.roll(n, -1) if one.ndim else one for n, one in enumerate(more)])
        size = float(tensor.float().std()) if tensor.numel() > 1 else 1.0
        noise = torch.randn(more.shape, generator=generator).to(more)
        return more + noise * (size or 1.0) if math.isfinite(size) else more

    return each(change, inputs)


def pass_twice(network: nn.Module, inputs: Inputs, told: Told | None = None) -> Passes:
    """Pass samples through a network, and others made from them.

    Parameters
    ----------
    network : nn.Module
        In evaluation mode.
    inputs : Inputs
        A few samples.
    told : callable, optional
        See `trace`; of the first pass.
    """
    is_traced = True
    try:
        one = trace(network, inputs, told)
    except (RuntimeError, TypeError, NotImplementedError):
        # Perhaps an operation that cannot be looked at; else the error comes again.
        is_traced = False
        one = trace(network, inputs, told, with_operations=False)
    try:
        other = trace(network, others_like(inputs), with_operations=is_traced)
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError):
        other = trace(network, inputs, with_operations=is_traced)  # it takes only such as these
    return one, other


def probed(passes: Passes, logits: Logits) -> Probed:
    """Return two passes with their logits."""
    one, other = passes
    given = logits.place_in(one.output)
    return Probed(passes, (logits(one.output), logits(other.output)), given)


def find_met(probed: Probed) -> Met | None:
    """Return the last pairings that explain the logits."""
    pairs = list(_in_both(probed))
    if not all(bool(torch.isfinite(logits).all()) for logits in probed.logits):
        return _last_of_all(pairs, probed.logits[0].shape[1])
    for number, pair in enumerate(pairs[:_LOOKED_AT]):
        found = _explained(probed, (pair,))
        if found is None:
            found = _explained(probed, _same_samples(pairs[number:], pair))
        if found is not None:
            return found
    return None


def _last_of_all(pairs: Sequence[tuple[Pairing, Pairing]], classes: int) -> Met | None:
    """Return the last pairing with a row a class: NaN and infinite numbers tell no more."""
    for pair in pairs:
        rows, bias = pair[0].rows, pair[0].bias
        if len(rows) == classes:
            return Met((pair,), pair[0].samples, rows, bias, Explanation(rows, bias))
    return None


def _in_both(probed: Probed) -> Iterator[tuple[Pairing, Pairing]]:
    """Yield the pairings whose rows are the same in both passes, the last one first."""
    one, other = (list(reversed(p.trace.pairings)) for p in probed.passes)
    seen: Counter[Key] = Counter()
    for first in one:
        same = [pairing for pairing in other if pairing.key == first.key]
        second = same[seen[first.key]] if seen[first.key] < len(same) else None
        seen[first.key] += 1
        if second is not None and torch.allclose(
            doubles(first.rows), doubles(second.rows), rtol=1e-3, atol=1e-6, equal_nan=True
        ):
            yield first, second


def _same_samples(
    pairs: Sequence[tuple[Pairing, Pairing]], last: tuple[Pairing, Pairing]
) -> tuple[tuple[Pairing, Pairing], ...]:
    """Return the pairings of the same samples, in the order in which they were met."""
    found = [last]
    for pair in pairs[1:]:
        one, other = pair[0].samples, last[0].samples
        if pair[0].key[0] != last[0].key[0] or one.shape != other.shape:
            break
        if not torch.equal(one, other):
            break
        found.append(pair)
    return tuple(reversed(found))


def _explained(probed: Probed, pairs: tuple[tuple[Pairing, Pairing], ...]) -> Met | None:
    logits = torch.cat(probed.logits)
    tolerance = tolerance_of(logits)
    samples = torch.cat([doubles(pair.samples) for pair in pairs[-1]])
    kind = pairs[-1][0].key[0]
    for rows, bias in _together(pairs, logits.shape[1]):
        found = explain(logits, samples, rows, bias, kind, tolerance)
        if found is not None:
            return Met(pairs, samples, rows, bias, found)
    return None


def _together(
    pairs: Sequence[tuple[Pairing, Pairing]], classes: int
) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Yield the rows and the bias of pairings that stand side by side, or are averaged."""
    first = [pair[0] for pair in pairs]
    if len(first) == 1:
        rows, bias = first[0].rows, first[0].bias
        yield rows, bias
        if len(rows) % classes == 0 and len(rows) > classes:  # of several heads, or a class's own
            for shape, along in (((-1, classes), 0), ((classes, -1), 1)):
                mean = None if bias is None else doubles(bias).reshape(shape).mean(along)
                yield doubles(rows).reshape(*shape, rows.shape[1]).mean(along), mean
        return
    parts = [doubles(p.rows) for p in first]
    biases = [doubles(torch.zeros_like(p.rows[:, 0]) if p.bias is None else p.bias) for p in first]
    if sum(map(len, parts)) == classes:
        yield torch.cat(parts), torch.cat(biases)
    if all(len(part) == classes for part in parts):
        yield torch.stack(parts).mean(0), torch.stack(biases).mean(0)


def find_source(probed: Probed) -> Pairing | None:
    """Return the last pairing of which the logits are some function without weights.

    Such as the greatest of several centres a class, or outputs in another order.
    None where there is none, or several of different samples.
    """
    trace = probed.passes[0].trace
    sources = trace.sources_of(probed.given)
    found = [pairing for pairing in trace.pairings if pairing.number in sources]
    if not found or len(found) < len(sources):
        return None
    last = found[-1].samples
    is_one = all(
        one.samples.shape == last.shape and torch.equal(one.samples, last) for one in found
    )
    return found[-1] if is_one else None


def place_of(probed: Probed, pairing: Pairing) -> Place:
    """Return by what a pairing is found again: its kind, and how many of the same follow."""
    same = [p for p in probed.passes[0].trace.pairings if p.key == pairing.key]
    return pairing.key, len(same) - 1 - same.index(pairing)


def met_again(probed: Probed, places: Sequence[Place], has_factors: bool) -> Met | None:
    """Return the same pairings in other passes.

    Parameters
    ----------
    probed : Probed
    places : sequence of (Key, int)
        As `place_of` gives them.
    has_factors : bool
        Whether each class had a factor of its own; then there must be one now.
    """
    pairs = []
    for key, following in places:
        one, other = (
            [p for p in passed.trace.pairings if p.key == key] for passed in probed.passes
        )
        if min(len(one), len(other)) <= following:
            return None
        pairs.append((one[-1 - following], other[-1 - following]))
    if not pairs:
        return None
    found = _explained(probed, tuple(pairs))
    if found is not None or has_factors:
        return found
    # Samples that are all alike, or rows of zeros, tell nothing of scales.
    classes = probed.logits[0].shape[1]
    samples = torch.cat([doubles(pair.samples) for pair in pairs[-1]])
    for rows, bias in _together(pairs, classes):
        is_mean = len(pairs) == 1 and len(pairs[0][0].rows) != classes
        if len(rows) == classes and not is_mean:
            return Met(tuple(pairs), samples, rows, bias, Explanation(rows, bias))
    return None
