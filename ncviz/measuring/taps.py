"""Which layers of a network are recorded, as which vectors, and beside which classifier."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.head import Head
from ncviz.anatomy.inputs import Inputs, run
from ncviz.anatomy.logits import Logits
from ncviz.anatomy.points import Point, Pooling, reading
from ncviz.errors import UserError
from ncviz.language import tr


@dataclass(frozen=True, eq=False)
class Taps:
    """Where features are read.

    Parameters
    ----------
    points : tuple of Point
        In the network's order, the classifier's input last.
    pooling : Pooling
    head : Head or None
        What gives the logits; its rows are compared with the class means.
    logits : Logits
        Where they stand in what the network gives.
    notes : tuple of str
        What was chosen, for people.
    linear : str
        The linear layer that gives the logits, of a network that says so itself; then no
        head was looked for.
    """

    points: tuple[Point, ...]
    pooling: Pooling
    head: Head | None = None
    logits: Logits = field(default_factory=Logits)
    notes: tuple[str, ...] = ()
    linear: str = ""

    @property
    def is_compared(self) -> bool:
        """Return whether it is known what gives the logits."""
        return self.head is not None or bool(self.linear)

    @property
    def facts(self) -> dict[str, Any]:
        """Return what a run's recipe says of them."""
        return {
            "layers_recorded": [f"{point.module}:{point.side}" for point in self.points],
            "pool": self.pooling.maps,
            "tokens": self.pooling.tokens,
            "classifier": self.head.name if self.head is not None else "none",
            "classifier_weight": (self.head.weight if self.head is not None else "") or "none",
        }

    def require_sizes(self, now: Sequence[int], begun: Sequence[int]) -> None:
        """Refuse layers or logits that have become wider or narrower: a run has one size of each.

        Parameters
        ----------
        now, begun : sequence of int
            Numbers a sample of each point, and of the logits; now, and when the run began.

        Raises
        ------
        UserError
            Naming what has changed.
        """
        named = [*(tr("layer {name!r}", name=point.name) for point in self.points), "classifier"]
        for name, width, other in zip(named, now, begun, strict=True):
            if width != other:
                raise UserError(
                    tr(
                        "The {name} gives {width} numbers a sample and gave {other} when the run "
                        "began: begin another run",
                        name=name,
                        width=width,
                        other=other,
                    )
                )


def choose_taps(
    anatomy: Anatomy,
    images: Inputs,
    layers: Sequence[str],
    pool: str,
    tokens: str,
    classifier: str,
    classifier_weight: str,
) -> Taps:
    """Choose where a network is read, and say what was chosen.

    Parameters
    ----------
    anatomy : Anatomy
    images : Inputs
        A few samples, on the network's device.
    layers, pool, tokens, classifier, classifier_weight
        As in `RecordPlan`.

    Raises
    ------
    UserError
        If a layer or a matrix does not exist, or is not what it is named as.
    """
    head = anatomy.head(classifier, classifier_weight)
    pooling = anatomy.pooling(pool, tokens, head)
    points = anatomy.choose(layers, head)
    taken = _read_once(anatomy.network, points, pooling, images)
    last = taken.get(len(points) - 1)
    notes = list(anatomy.place.notes)
    if head is None:
        notes.append(
            tr(
                "what gives the logits was not found: the last layer that was chosen counts as the "
                "features, and no weight matrix is compared with it"
            )
        )
    else:
        notes += head.notes
        if head.weight and last is not None and last.shape[1] != head.width:
            notes.append(
                tr(
                    "the features are {shape} numbers and the rows of {weight} "
                    "{width}: there will be no NC3; choose another --pool",
                    shape=last.shape[1],
                    weight=head.weight,
                    width=head.width,
                )
            )
    kept = tuple(
        point
        for number, point in enumerate(points)
        if number == len(points) - 1 or last is None or not _equal(taken.get(number), last)
    )
    if not kept:
        raise UserError(tr("No layer is left to record: choose stages, blocks or names."))
    return Taps(kept, pooling, head, anatomy.place, tuple(notes))


def _read_once(
    network: nn.Module, points: tuple[Point, ...], pooling: Pooling, images: Inputs
) -> dict[int, Tensor]:
    """Return what the points give.

    The last block's maps, average-pooled, are often the classifier's input:
    counted twice, it would flatten the law at its end.
    """
    taken: dict[int, Tensor] = {}

    def take(number: int, features: Tensor) -> None:
        taken[number] = pooling(features).clone()

    with torch.no_grad(), reading(network, points, take):
        run(network, images)
    return taken


def _equal(one: Tensor | None, other: Tensor) -> bool:
    return one is not None and one.shape == other.shape and bool(torch.allclose(one, other))
