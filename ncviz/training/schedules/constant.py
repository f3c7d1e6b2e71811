"""A learning rate that stays."""

from ncviz.language import tr
from ncviz.training.schedules.schedule import Schedule

CONSTANT = Schedule(
    name="constant",
    words=tr("Constant"),
    rate=lambda start, _done, _epochs: start,
    described="constant",
    said=tr("constant rate"),
    order=1,
)
