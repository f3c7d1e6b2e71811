"""A learning rate that stays."""

from ncviz.training.schedules.schedule import Schedule

CONSTANT = Schedule(
    name="constant",
    words="Constant",
    rate=lambda start, _done, _epochs: start,
    described="constant",
    said="constant rate",
    order=1,
)
