"""The models of the Theory room as names and values that JSON can hold, and back."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ncviz.errors import UserError
from ncviz.explorer.checks import Check, number, one_of, switch, whole
from ncviz.explorer.class_shapes import FREE, PRESETS, TWO_GROUPS
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.feature_model_desk import (
    KINDS,
    MAXIMUM_DIMENSION,
    MAXIMUM_SAMPLES,
    FeatureModelDesk,
)
from ncviz.explorer.feature_model_desk import MAXIMUM_CLASSES as MOST_FEATURE_CLASSES
from ncviz.explorer.peeled_optimum import MAXIMUM_RATIO
from ncviz.explorer.square_loss_desk import EPSILON_SHARES, WEIGHT_DECAYS, SquareLossDesk
from ncviz.explorer.square_loss_desk import MAXIMUM_CLASSES as MOST_SQUARE_CLASSES
from ncviz.explorer.theory_desk import BUDGETS, MAXIMUM_CLASSES, POWERS, TheoryDesk
from ncviz.theory.unconstrained_features import LOSSES, METHODS

Settings = dict[str, Any]
_PRESETS = one_of(*(preset.name for preset in PRESETS))
_SEED = whole(0, 2**31 - 1)
_OF_FEATURES: dict[str, Check] = {
    "kind": one_of(*KINDS),
    "preset": _PRESETS,
    "samples": whole(1, MAXIMUM_SAMPLES),
    "dimension": whole(1, MAXIMUM_DIMENSION),
    "bias": switch,
}
_OF_PARAMETERS: dict[str, Check] = {  # of an unconstrained feature model
    "classes": whole(2, MOST_FEATURE_CLASSES),
    "loss": one_of(*LOSSES),
    "method": one_of(*METHODS),
    "seed": _SEED,
    **dict.fromkeys(("smoothing", "focusing", "target"), number(0, math.inf)),
    **dict.fromkeys(("lambda_w", "lambda_h", "lambda_b"), number(0, math.inf)),
    **dict.fromkeys(("temperature", "learning_rate", "momentum"), number(0, math.inf)),
}
_OF_SQUARE_LOSS: dict[str, Check] = {
    "classes": whole(2, MOST_SQUARE_CLASSES),
    "weight_decay": number(*WEIGHT_DECAYS),
    "share": number(*EPSILON_SHARES),
    "decays": switch,
    "seed": _SEED,
}
_OF_PEELED: dict[str, Check] = {
    "classes": whole(2, MAXIMUM_CLASSES),
    "majority": whole(1, MAXIMUM_CLASSES),
    "budget": number(*BUDGETS),
    "ratio": number(1, MAXIMUM_RATIO),
    "preset": one_of(FREE, *(preset.name for preset in PRESETS)),
    "q": number(*POWERS),
}
_CHECKS: dict[type, dict[str, Check]] = {
    TheoryDesk: _OF_PEELED,
    SquareLossDesk: _OF_SQUARE_LOSS,
    FeatureModelDesk: _OF_FEATURES | _OF_PARAMETERS,
}
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


def restore_settings(desk: Desk, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Bring such settings back.

    Parameters
    ----------
    desk : TheoryDesk or DescentDesk
    settings : mapping of str to object
        Of a file, which may be of another version or edited by hand.

    Returns
    -------
    tuple of str
        Names of values that do not fit; these are left as they are.
    """
    checks = _CHECKS.get(type(desk), {})
    found: Settings = {}
    misfits = []
    for name, check in checks.items():
        try:
            found |= {name: check(settings[name])} if name in settings else {}
        except ValueError:
            misfits.append(name)
    if not found:
        return tuple(misfits)
    try:
        if isinstance(desk, TheoryDesk):
            _restore_peeled(desk, found, settings.get("shape"))
        elif isinstance(desk, SquareLossDesk | FeatureModelDesk):
            desk.set(**found)
    except UserError:  # values that do not fit together
        misfits = sorted(found)
    return tuple(misfits)


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


def _restore_peeled(desk: TheoryDesk, settings: Settings, shape: object) -> None:
    problem = {n: settings[n] for n in ("classes", "majority", "budget") if n in settings}
    desk.set_preset(TWO_GROUPS)
    desk.set_problem(**problem)
    preset, ratio = settings.get("preset", TWO_GROUPS), settings.get("ratio", desk.problem.ratio)
    if preset != FREE:
        desk.set_preset(preset)
    elif (shares := _shares(shape, desk.problem.classes)) is not None:
        desk.set_sizes([max(ratio, 2.0) ** share for share in shares])
    desk.set_power(settings.get("q", 2.0))
    desk.seek_ratio(ratio)


def _shares(shape: object, classes: int) -> list[float] | None:
    """Return the exponents of free class sizes, one a class; None if these are none."""
    if not isinstance(shape, list | tuple) or len(shape) != classes:
        return None
    try:
        return [number(0, 1)(share) for share in shape]
    except ValueError:
        return None
