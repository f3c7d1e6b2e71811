"""The models of the Theory room as names and values that JSON can hold, and back."""

import contextlib
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from ncviz.errors import UserError
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.feature_model_desk import FeatureModelDesk
from ncviz.explorer.square_loss_desk import SquareLossDesk
from ncviz.explorer.theory_desk import MAXIMUM_CLASSES, TheoryDesk

_OF_FEATURES = ("kind", "preset", "samples", "dimension", "bias")
_OF_SQUARE_LOSS = ("classes", "weight_decay", "share", "decays", "seed")
# What does not fit is left as it is: a session of another version, or edited by hand.
_MISFITS = (UserError, TypeError, ValueError, KeyError, AttributeError, StopIteration, IndexError)

Settings = dict[str, Any]
Desk = TheoryDesk | DescentDesk


def settings_of(desk: Desk) -> Settings:
    """Return what the user has set on a desk."""
    if isinstance(desk, TheoryDesk):
        problem = vars(desk.problem)
        return {**problem, "shape": desk.shape, "preset": desk.preset, "q": desk.q}
    if isinstance(desk, SquareLossDesk):
        return {name: getattr(desk, name) for name in _OF_SQUARE_LOSS}
    if isinstance(desk, FeatureModelDesk):
        own = {name: getattr(desk, name) for name in _OF_FEATURES}
        return {**vars(desk.parameters), **own}
    return {}


def restore_settings(desk: Desk, settings: Mapping[str, Any]) -> None:
    """Bring such settings back; what does not fit is left as it is."""
    with contextlib.suppress(*_MISFITS):
        if isinstance(desk, TheoryDesk):
            _restore_peeled(desk, settings)
        elif isinstance(desk, SquareLossDesk):
            desk.set(**{n: settings[n] for n in _OF_SQUARE_LOSS if n in settings})
        elif isinstance(desk, FeatureModelDesk):
            known = {field.name for field in fields(desk.parameters)} - {"classifier", "spherical"}
            known |= set(_OF_FEATURES)
            desk.set(**{name: value for name, value in settings.items() if name in known})


def choices_of(desk: Desk) -> Settings:
    """Return what can be taken back on a desk: its settings, and what lies beside its curve."""
    settings = settings_of(desk)
    if isinstance(desk, TheoryDesk):
        return {**settings, "pins": desk.pins, "points": desk.points}
    return settings


def put_choices_back(desk: Desk, choices: Mapping[str, Any]) -> None:
    """Bring some of these choices back exactly; the rest stays.

    Parameters
    ----------
    desk : TheoryDesk or DescentDesk
    choices : mapping of str to object
        Of `choices_of` on the same desk.
    """
    if isinstance(desk, TheoryDesk):
        problem = {name: choices[name] for name in vars(desk.problem) if name in choices}
        desk.problem = replace(desk.problem, **problem)
        for name in choices.keys() - problem.keys():
            setattr(desk, name, choices[name])
        desk.renew()
    elif isinstance(desk, SquareLossDesk):
        desk.set(**choices)
    elif isinstance(desk, FeatureModelDesk):
        desk.set(**{n: v for n, v in choices.items() if n not in ("classifier", "spherical")})


def _restore_peeled(desk: TheoryDesk, settings: Mapping[str, Any]) -> None:
    classes = int(settings["classes"])
    if not 2 <= classes <= MAXIMUM_CLASSES:
        return
    desk.set_preset("two groups")
    desk.set_problem(
        classes=classes, majority=settings["majority"], budget=float(settings["budget"])
    )
    shape = settings.get("shape")
    if shape is not None and len(shape) == classes:
        ratio = max(float(settings["ratio"]), 2.0)
        if settings["preset"] == "free":
            desk.set_sizes([ratio ** float(share) for share in shape])
        else:
            desk.set_preset(str(settings["preset"]))
    elif settings.get("preset") == "balanced":
        desk.set_preset("balanced")
    desk.set_power(float(settings.get("q", 2.0)))
    desk.seek_ratio(float(settings["ratio"]))
