"""Drops of the learning rate."""

from dataclasses import dataclass
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import parameter
from ncviz.training.schedules.schedule import Schedule


def _drops(epochs: int) -> tuple[int, ...]:
    return tuple(sorted({epoch for epoch in (epochs // 3, 2 * epochs // 3) if epoch > 0}))


def _divided(start: float, done: int, drops: tuple[int, ...]) -> float:
    return start / 10.0 ** sum(done >= drop for drop in drops)


STEPS = Schedule(
    name="steps",
    words=tr("÷10 twice"),
    rate=lambda start, done, epochs: _divided(start, done, _drops(epochs)),
    described=tr("divided by 10 twice"),
    drops=_drops,
    source="He & Su, PNAS 2023",
)


def _check_end(drops: tuple[int, ...], recipe: Any) -> None:
    late = next((epoch for epoch in drops if epoch >= recipe.epochs), None)
    if late is not None:
        raise UserError(
            tr(
                "The recipe's drop_epochs name {late}, and it has {epochs:epoch|epochs}: name "
                "earlier ones, or train longer.",
                late=late,
                epochs=recipe.epochs,
            )
        )


def _check(drops: tuple[int, ...]) -> None:
    wrong = next((epoch for epoch in drops if epoch < 1), None)
    if wrong is not None:
        raise UserError(
            tr("The recipe's drop_epochs name {wrong}: give epochs from 1 on.", wrong=wrong)
        )


@dataclass(frozen=True)
class DropOptions:
    """At which epochs the rate drops."""

    drop_epochs: tuple[int, ...] = parameter(
        (),
        tr("Epochs after which the rate is divided by 10, such as 40, 80."),
        label=tr("÷10 after"),
        empty=tr("at thirds"),
        later=True,
        check=_check,
        check_in=_check_end,
        said=lambda drops: tr("÷10 after {value}", value=" ".join(map(str, drops))),
        domain=tr("epochs from 1"),
        meaning=tr(
            "epochs after which the rate is divided by 10, such as `[40, 80]`; empty for a "
            "third and two thirds of all"
        ),
    )


def _drops_within(epochs: int, drop_epochs: tuple[int, ...]) -> tuple[int, ...]:
    if not drop_epochs:
        return _drops(epochs)
    return tuple(sorted({epoch for epoch in drop_epochs if epoch < epochs}))


MILESTONES = Schedule(
    name="milestones",
    words=tr("÷10 at epochs"),
    rate=lambda start, done, epochs, drop_epochs: _divided(
        start, done, _drops_within(epochs, drop_epochs)
    ),
    described=tr("divided by 10 at chosen epochs"),
    said=tr("rate by epochs"),
    drops=_drops_within,
    options=DropOptions,
    order=3,
)
