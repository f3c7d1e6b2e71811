"""What a question reads off the run or the model that its step shows."""

import math
from collections.abc import Iterable

from ncviz.experiments.experiment import Expected
from ncviz.experiments.found_numbers import numbers_of_model, numbers_of_run, read_of_model
from ncviz.explorer.desks import desk_of
from ncviz.language import tr
from ncviz.lessons.kinds import PLACE
from ncviz.lessons.lesson import LAST, LessonStage, Question, check_tolerance
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.metric import LAYER, metrics
from ncviz.models.model import models
from ncviz.nearest import one_among
from ncviz.parameters import from_plain
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN
from ncviz.wording import lower_first


def truth_of(ask: Question, stage: LessonStage, run: Run | None) -> float:
    """Return the number that a question reads.

    Raises
    ------
    ValueError, UserError
        Saying what there is no number of, and what can be read.
    """
    if stage.model:
        found = _of_model(ask, stage)
    elif run is not None:
        found = _of_run(ask, run)
    else:
        raise ValueError(tr("reads needs a run or a model at this step: write [step.window]"))
    check_tolerance(ask, found)
    return found


def _of_model(ask: Question, stage: LessonStage) -> float:
    if ask.kind == PLACE:
        raise ValueError(tr("kind is 'place', which asks for a layer of a run: write 'number'"))
    model = models()[stage.model]
    desk = desk_of(model)
    try:
        desk.put(from_plain(model.parameters(), stage.settings, "model"))
        descends = getattr(desk, "run", None) is not None
        _check_name(ask.reads, [*read_of_model(desk), *(metrics() if descends else ())])
        expected = _expected(ask)
        found = numbers_of_model(desk, [expected])[expected.reading]
    finally:
        desk.close()
    if not isinstance(found, float | int) or math.isnan(found):
        raise ValueError(
            tr("reads is {reads!r}, of which there is no number there", reads=ask.reads)
        )
    return float(found)


def _of_run(ask: Question, run: Run) -> float:
    _check_name(ask.reads, metrics())
    metric, last = metrics()[ask.reads], len(run.manifest.layers) - 1
    if ask.layer > last:
        raise ValueError(
            tr("layer is {layer}: choose 0 to {last} in this run", layer=ask.layer, last=last)
        )
    if ask.kind == PLACE and metric.scope != LAYER:
        raise ValueError(
            tr(
                "reads is {reads!r}, which is of {scope} and has no place beside other layers: "
                "choose another, or the kind 'number'",
                reads=ask.reads,
                scope=metric.scope,
            )
        )
    expected = _expected(ask)
    found = numbers_of_run(run, [expected])[expected.reading]
    if not isinstance(found, float | int) or math.isnan(found):
        epoch = run.epochs[-1] if ask.epoch == LAST else ask.epoch
        layer = last if ask.layer == LAST else ask.layer
        why = metric.at(LayerAt(run, epoch, layer, TRAIN.name))[1]
        raise ValueError(
            tr(
                "reads is {reads!r}, and layer {layer} has no such number: {why}",
                reads=ask.reads,
                layer=layer,
                why=lower_first(why.rstrip(".")),
            )
        )
    return float(found)


def _check_name(name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        raise ValueError(
            tr("reads is {reads!r}: choose {names}", reads=name, names=one_among(name, names))
        )


def _expected(ask: Question) -> Expected:
    return Expected(number=ask.reads, layer=ask.layer, epoch=ask.epoch)
