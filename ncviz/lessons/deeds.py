"""What a lesson's film shows, and what the deed of a step makes of it."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ncviz.explorer.room_names import THEORY, TRAIN
from ncviz.explorer.window_state import WindowState
from ncviz.export.model_path import model_path
from ncviz.export.model_plan import ModelPlan, timeline
from ncviz.lessons.condition import ConditionPart, KnownFacts
from ncviz.lessons.facts import facts_of, names_of_numbers, numbers_as_facts
from ncviz.lessons.lesson import STAGED, Lesson, LessonStage, LessonStep
from ncviz.lessons.staging import run_of
from ncviz.models.descent import DescentModel
from ncviz.models.model import clipped, models
from ncviz.parameters import Declared, changed, declared, values_of
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import sample_columns
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view

MOST_PINNED = 12
SWITCHES = "samples", "means", "classifier", "etf"
TURNS = range(0, 181, 5)  # degrees
SCANNED = 24  # values of what a model is solved along, where a number of it is asked for


@dataclass(frozen=True)
class Scenery:
    """What a film shows at a moment of a lesson.

    Parameters
    ----------
    room : str
    run, beside : Path or None
        Of rooms with runs.
    view : View
    model : str
        Of the Theory room; empty elsewhere.
    settings : mapping
        Its parameters that are not as at first.
    step : float
        How far a model has descended.
    turned : float
        Degrees by which the scene was turned.
    """

    room: str
    run: Path | None
    beside: Path | None
    view: View
    model: str = ""
    settings: Mapping[str, Any] | None = None
    step: float = 0.0
    turned: float = 0.0

    @property
    def at_rest(self) -> "Scenery":
        """Return the same at the beginning of a step, from where the next turn is counted."""
        camera = self.view.camera.orbit(self.turned, 0.0)
        return replace(self, view=replace(self.view, camera=camera), turned=0.0)

    @property
    def parameters(self) -> Any:
        """Return the parameters of the model."""
        return ModelPlan(self.model, dict(self.settings or {})).parameters

    def with_parameter(self, name: str, value: Any) -> "Scenery":
        """Return the scenery with another value of a parameter of the model."""
        model, before = models()[self.model], self.parameters
        after = clipped(model.settled(before, changed(before, {name: value}), (name,)))
        usual = values_of(model.parameters())
        settings = {n: v for n, v in values_of(after).items() if v != usual[n]}
        return replace(self, settings=settings)


def scenery_of(lesson: Lesson, stage: LessonStage) -> Scenery:
    """Return what a film shows when a step begins with a stage."""
    model = models().get(stage.model)
    steps = float(model.steps) if isinstance(model, DescentModel) and stage.plays else 0.0
    return Scenery(
        stage.room,
        None if stage.model else run_of(lesson, stage.run),
        None if stage.model else run_of(lesson, stage.beside),
        text_to_view(stage.view),
        stage.model,
        dict(stage.settings),
        steps,
    )


def facts_at(scenery: Scenery) -> KnownFacts:
    """Return what a condition finds there; numbers of a model only of those that descend."""
    theory: dict[str, Any] = {}
    if scenery.model:
        values = values_of(scenery.parameters)
        theory = {"model": scenery.model, scenery.model: values}
    run = None if scenery.run is None else Run(scenery.run)
    room = scenery.room
    state = WindowState(room, scenery.run, scenery.view, theory=theory)
    facts = {**facts_of(state, run, scenery.view.camera), "turned": scenery.turned}
    if room == TRAIN:
        facts["trained"] = 0.0
    if room == THEORY:
        facts["step"] = scenery.step
    return facts


def numbers_at(scenery: Scenery) -> KnownFacts:
    """Return the numbers of a model there."""
    plan = ModelPlan(scenery.model, dict(scenery.settings or {}))
    if isinstance(plan.model, DescentModel):
        plan = replace(plan, first=0.0, last=max(scenery.step, 1.0))
        desk = model_path(plan).desk
        desk.seek(scenery.step)
        desk.finish()
    else:
        desk = model_path(plan).still()
    return numbers_as_facts(desk)


def after_deed(step: LessonStep, before: Scenery) -> tuple[Scenery, bool]:
    """Return what the deed of a step makes of a scenery, and whether a film can do it.

    What a film cannot do, such as training, leaves all as it is.
    """
    deed = step.do
    if deed is None:
        return before, True
    model = models().get(before.model)
    if before.room == TRAIN or (deed.until is None and set(deed.point) == {"plots"}):
        return before, False  # a film has no plots
    if deed.until is None:  # one does as one likes; what descends is let descend
        if isinstance(model, DescentModel):
            return replace(before, step=float(model.steps)), True
        return before, True
    numbers = names_of_numbers(before.model) if before.model else frozenset()
    parts: dict[str, list[ConditionPart]] = {}
    for part in deed.until.parts:
        parts.setdefault(part.name, []).append(part)
    now = before
    asked = {name: of for name, of in parts.items() if name in numbers - facts_at(now).keys()}
    for name, of in parts.items():
        if name not in asked:
            now = _nearest(now, _candidates(now, name, of), of, facts_at)
    if asked:
        everything = [part for of in asked.values() for part in of]
        now = _nearest(now, _of_numbers(now), everything, numbers_at)
    facts = {**(numbers_at(now) if asked and now.model else {}), **facts_at(now)}
    return (now, True) if deed.until.holds(facts) else (before, False)


def _nearest(
    now: Scenery,
    candidates: Iterable[Scenery],
    parts: list[ConditionPart],
    facts: Callable[[Scenery], KnownFacts],
) -> Scenery:
    """Return the first scenery of which all of some comparisons hold; the present one for none."""
    for each in (now, *candidates):
        known = facts(each)
        if all(part.holds(known) for part in parts):
            return each
    return now


def _of_numbers(now: Scenery) -> Iterator[Scenery]:
    """Yield where a model may lead: to its end, or along what it is solved over."""
    model = models().get(now.model)
    if model is None:
        return
    plan = ModelPlan(now.model, dict(now.settings or {}))
    low, high = timeline(plan)
    if isinstance(model, DescentModel):
        yield replace(now, step=high)
        return
    along = str(getattr(model, "along", ""))
    start = float(getattr(plan.parameters, along))
    is_ratio = bool(getattr(model, "logarithmic", False)) and low > 0
    for share in (k / SCANNED for k in range(SCANNED + 1)):
        value = low * (high / low) ** share if is_ratio else low + share * (high - low)
        if value > start:
            yield now.with_parameter(along, value)


def _candidates(now: Scenery, name: str, parts: list[ConditionPart]) -> Iterator[Scenery]:
    """Yield what a fact could become, the nearest first."""
    if name == "room":
        yield from (replace(now, room=room) for room in STAGED)
    elif name == "model":
        yield from (replace(now, room=THEORY, model=m, settings={}, step=0.0) for m in models())
    elif name == "turned":
        angles = (*_numbers(parts), *map(float, TURNS))
        yield from (replace(now, turned=by) for by in angles if 0.0 <= by <= 180.0)
    elif name == "step":
        model = models().get(now.model)
        if isinstance(model, DescentModel):
            wanted = (*_numbers(parts), 0.0, float(model.steps))
            yield from (replace(now, step=s) for s in wanted if 0 <= s <= model.steps)
    elif now.model and name in declared(now.parameters):
        item = declared(now.parameters)[name]
        yield from (now.with_parameter(name, v) for v in _values(now, item, parts))
    elif now.run is not None:
        run = Run(now.run)
        yield from (replace(now, view=view) for view in _views(now.view, run, name, parts))


def _numbers(parts: list[ConditionPart]) -> list[float]:
    """Return the numbers that are named, and what lies just beside each."""
    found = [part.value for part in parts if isinstance(part.value, float)]
    beside = [value + by for value in found for by in (1.0, -1.0)]
    near = [value + by * max(abs(value), 1e-3) for value in found for by in (0.01, -0.01)]
    return [*found, *near, *beside]


def _values(now: Scenery, item: Declared, parts: list[ConditionPart]) -> list[Any]:
    if item.kind is bool:
        return [True, False]
    if item.kind in (int, float):
        low, high = item.limits(now.parameters)
        wanted = [*_numbers(parts), *(end for end in (low, high) if end is not None)]
        kept = [v for v in wanted if (low is None or v >= low) and (high is None or v <= high)]
        return [item.kind(value) for value in kept if math.isfinite(value)]
    return list(item.choices)


def _views(view: View, run: Run, name: str, parts: list[ConditionPart]) -> Iterator[View]:
    layers, count = len(run.manifest.layers), run.manifest.classes
    shown = view.shown_classes(count)
    if name == "epoch":
        for epoch in sorted(run.epochs, key=lambda epoch: abs(epoch - view.epoch)):
            yield view.at(epoch)
    elif name == "layer":
        here = view.layer % layers
        for layer in sorted(range(layers), key=lambda layer: abs(layer - here)):
            yield replace(view, layer=layer)
    elif name == "classes":
        everybody = (*shown, *(k for k in range(count) if k not in shown))
        for many in sorted(range(2, count + 1), key=lambda many: abs(many - len(shown))):
            yield replace(view, classes=everybody[:many])
    elif name == "hidden":
        for many in range(len(shown)):
            yield replace(view, hidden=shown[:many])
    elif name == "pinned":
        labels = run.drawn_of(view.split).drawn_labels.tolist()
        rows = [row for row, label in enumerate(labels) if label in shown]
        spread = rows[:: max(len(rows) // MOST_PINNED, 1)][:MOST_PINNED]
        for many in range(len(spread) + 1):
            yield replace(view, pinned=tuple(spread[:many]))
    elif name == "split":
        for split in run.splits:
            yield replace(view, split=split.name)
    elif name == "color":
        for column in ("", *sample_columns(run)):
            yield replace(view, color_by=column)
    elif name in SWITCHES:
        changes: dict[str, Any] = {f"show_{name}": not getattr(view, f"show_{name}")}
        yield replace(view, **changes)
