"""A learning rate that falls along half a cosine, almost to 0."""

import math

from ncviz.language import tr
from ncviz.training.schedules.schedule import Schedule


def _rate(start: float, done: int, epochs: int) -> float:
    return start * (1 + math.cos(math.pi * done / epochs)) / 2


COSINE = Schedule(
    name="cosine",
    words=tr("Cosine"),
    rate=_rate,
    described=tr("on a cosine"),
    source="Loshchilov & Hutter, ICLR 2017, without restarts",
    order=2,
)
