"""What is known of the screen, by the names that a lesson's conditions use."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from ncviz.explorer.desks import desk_of
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.room_names import ROOMS, THEORY, TRAIN
from ncviz.explorer.window_state import WindowState
from ncviz.language import tr
from ncviz.lessons.condition import Fact
from ncviz.lessons.lesson import LessonStage
from ncviz.lessons.reach import Reach, reach_of_declared
from ncviz.models.descent import DescentModel
from ncviz.models.model import models
from ncviz.parameters import declared
from ncviz.parameters.declaring import Declared
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import sample_columns
from ncviz.scenes.camera import Camera
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict

FACTS = {
    "room": tr("the room one is in, by its name"),
    "epoch": tr("the epoch on the timeline"),
    "layer": tr("the layer that is shown; the input is 0"),
    "classes": tr("how many classes are shown"),
    "hidden": tr("how many of them are hidden"),
    "pinned": tr("how many samples are pinned"),
    "split": tr("whose samples are shown: train, test, …"),
    "color": tr("what samples are coloured by; class"),
    "samples": tr("whether samples are drawn: on or off"),
    "means": tr("whether class means are drawn: on or off"),
    "classifier": tr("whether the classifier is drawn: on or off"),
    "etf": tr("whether the simplex ETF is drawn: on or off"),
    "turned": tr("by how many degrees the scene was turned since the step began"),
    "trained": tr("the last epoch of the open run"),
    "step": tr("how far the model of the Theory room has descended"),
    "model": tr("the model of the Theory room"),
}

_WORDS: Mapping[str, tuple[str, ...]] = {
    "room": tuple(ROOMS),
    **dict.fromkeys(("samples", "means", "classifier", "etf"), ("on", "off")),
}
_OF_RUN: Mapping[str, tuple[float, Callable[[Run], float]]] = {
    "epoch": (0.0, lambda run: float(run.epochs[-1])),
    "layer": (0.0, lambda run: len(run.manifest.layers) - 1.0),
    "classes": (2.0, lambda run: float(run.manifest.classes)),
    "hidden": (0.0, lambda run: float(len(run.manifest.drawn_names))),
}


def facts_of(state: WindowState, run: Run | None, first: Camera) -> dict[str, Fact]:
    """Return what is known of the screen.

    Parameters
    ----------
    state : WindowState
        What is there.
    run : Run, optional
        The open one.
    first : Camera
        Where the scene was seen from when the step began.

    Returns
    -------
    dict
        By the names of `FACTS`; in the Theory room the parameters of the model, too, and in
        the Train room the fields of the recipe.
    """
    view = state.view
    known: dict[str, Fact] = {
        "room": state.room,
        "turned": _angle(first, view.camera),
        "pinned": float(len(view.pinned)),
    }
    known |= {
        name: "on" if getattr(view, f"show_{name}") else "off"
        for name in ("samples", "means", "classifier", "etf")
    }
    if run is not None:
        layers, classes = len(run.manifest.layers), run.manifest.classes
        known |= {
            "epoch": float(view.epoch),
            "layer": float(view.layer % layers if layers else 0),
            "classes": float(len(view.shown_classes(classes))),
            "hidden": float(len(view.hidden)),
            "split": view.split or "train",
            "color": view.color_by or "class",
            "trained": float(run.epochs[-1] if run.epochs else 0),
        }
    if state.room == THEORY:
        known |= _of_model(state.theory)
    if state.room == TRAIN:
        known |= _plain({**_defaults(), **state.recipe})
    return known


def reach_of(name: str, stage: LessonStage, run: Run | None) -> Reach | None:
    """Return what a name of a condition can be at a step; None of a list, which is not compared.

    Parameters
    ----------
    name : str
        One that is known there.
    stage : LessonStage
        What is shown.
    run : Run, optional
        The open one, where it is certain which one that is.
    """
    own: Mapping[str, Declared] = {}
    if stage.room == THEORY:
        own = declared(models()[stage.model].parameters())
    if stage.room == TRAIN:  # of which lists are no facts, and leave the name to the run
        fields = declared(Recipe()).items()
        own = {key: item for key, item in fields if key not in FACTS or item.kind is not tuple}
    if name in own:
        return reach_of_declared(own[name])
    if name in _WORDS:
        return Reach(values=_WORDS[name], is_word=True)
    if name == "model":
        return Reach(values=tuple(models()), is_word=True)
    if name == "step" and stage.room == THEORY:
        model = models()[stage.model]
        return Reach(0.0, float(model.steps) if isinstance(model, DescentModel) else math.inf)
    if name == "trained" and stage.room == TRAIN:
        return Reach(0.0, float(recipe_from_dict(stage.recipe).epochs), whole=True)
    if name in ("split", "color") and run is not None:
        known = sample_columns(run) if name == "color" else [each.name for each in run.splits]
        return Reach(values=tuple(known), is_word=True)
    if name in _OF_RUN:
        low, high = _OF_RUN[name]
        return Reach(low, high(run) if run is not None else math.inf, whole=name != "epoch")
    if name in FACTS:
        return {
            "split": Reach(is_word=True),
            "color": Reach(is_word=True),
            "turned": Reach(0.0, 180.0),
        }.get(name, Reach(0.0, whole=True))
    return Reach()  # a number of the model


def numbers_as_facts(desk: ModelDesk[Any]) -> dict[str, Fact]:
    """Return the numbers of a model that have a value now, with _ for what is no letter."""
    read = ((number.word, number.value) for number in desk.numbers())
    return {name_of_number(word): value for word, value in read if value is not None}


def name_of_number(word: str) -> str:
    """Return the name by which a condition knows a number of a model."""
    return re.sub(r"\W+", "_", word).strip("_")


def names_of_numbers(model: str) -> frozenset[str]:
    """Return by which names a condition knows the numbers of a model."""
    desk = desk_of(models()[model])
    try:
        return frozenset(name_of_number(number.word) for number in desk.numbers())
    finally:
        desk.close()


def known_names(model: str, room: str) -> frozenset[str]:
    """Return which names a condition may use at a step, beside the numbers of a model."""
    names = set(FACTS)
    if room == THEORY and model in models():
        names |= declared(models()[model].parameters()).keys()
    if room == TRAIN:
        names |= declared(Recipe()).keys()
    return frozenset(names)


def _of_model(theory: Any) -> dict[str, Fact]:
    name = theory.get("model", "")
    values = theory.get(name, {})
    values = values if isinstance(values, dict) else {}
    return {"model": str(name), **_plain(values)}


def _defaults() -> dict[str, Any]:
    return {name: item.default for name, item in declared(Recipe()).items()}


def _plain(values: dict[str, Any]) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for name, value in values.items():
        if isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif isinstance(value, int | float):
            found[name] = float(value)
        elif isinstance(value, str):
            found[name] = value
    return found


def _angle(first: Camera, now: Camera) -> float:
    """Return by how many degrees a scene was turned, in azimuth or elevation."""
    around = abs((now.azimuth - first.azimuth + 180.0) % 360.0 - 180.0)
    return max(around, abs(now.elevation - first.elevation))
