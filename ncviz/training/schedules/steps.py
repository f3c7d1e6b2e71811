"""Two drops of the learning rate."""

from ncviz.training.schedules.schedule import Schedule


def _drops(epochs: int) -> tuple[int, ...]:
    return tuple(sorted({epoch for epoch in (epochs // 3, 2 * epochs // 3) if epoch > 0}))


def _rate(start: float, done: int, epochs: int) -> float:
    return start / 10.0 ** sum(done >= drop for drop in _drops(epochs))


STEPS = Schedule(
    name="steps",
    words="÷10 twice",
    rate=_rate,
    described="divided by 10 twice",
    drops=_drops,
    source="He & Su, PNAS 2023",
)
