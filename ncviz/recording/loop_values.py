"""Numbers that a training loop hands over: epochs, losses, rates."""

import operator
from typing import Any

import numpy as np
from torch import Tensor

from ncviz.counting import EPOCHS, Counting
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.manifest import LAST_EPOCH

# What a loop hands over may be of another kind, or of other samples, than what is measured.
_OWN_NAMES = {"train_loss": "given_loss", "test_loss": "given_test_loss", "lr": "learning_rate"}


def epoch_number(value: Any, counting: Counting = EPOCHS) -> int:
    """Return the number of an epoch, of whatever type it is.

    Parameters
    ----------
    value : int, whole float, NumPy number or tensor of one
    counting : Counting, optional
        What the run counts; where it counts parts, those may be given, such as 2.5.

    Raises
    ------
    UserError
        If it is no whole number from 0 to `LAST_EPOCH`.
    """
    number: Any = None
    if counting.parts > 1 and not isinstance(value, bool | str):
        value = _in_parts(value, counting)
    if not isinstance(value, bool):
        try:
            number = operator.index(value)
        except (TypeError, ValueError, RuntimeError):
            number = _whole(value)
    if number is None or not 0 <= number <= LAST_EPOCH:
        words = repr(value) if len(repr(value)) <= 40 else type(value).__name__
        advice = tr(", or say parts= to the recorder") if isinstance(value, float) else ""
        raise UserError(
            tr(
                "the {unit} is {words}: count whole numbers from 0 to {last_epoch:,}{advice}",
                unit=counting.unit,
                words=words,
                last_epoch=LAST_EPOCH,
                advice=advice,
            )
        )
    return int(number)


def _in_parts(value: Any, counting: Counting) -> Any:
    """Return the whole number of parts that a value is; the value itself where it is none."""
    try:
        return counting.number(float(value))
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return value


def _whole(value: Any) -> int | None:
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None
    return int(number) if number.is_integer() and not isinstance(value, str) else None


def plain_numbers(given: dict[str, Any]) -> tuple[dict[str, float], list[str]]:
    """Return numbers under the names that a snapshot gives them, and what is to be said.

    Parameters
    ----------
    given : dict
        Numbers, tensors, arrays or lists; of several numbers the mean is taken.
    """
    numbers: dict[str, float] = {}
    said: list[str] = []
    for name, value in given.items():
        if value is None:
            continue
        shown = "loss" if name == "train_loss" else name
        found = _all_numbers(value)
        if found is None or not found.size:
            said.append(
                tr(
                    "{shown} is no number but a {name}: it is left out",
                    shown=shown,
                    name=type(value).__name__,
                )
            )
            continue
        if found.size > 1:
            said.append(
                tr("{shown} holds {size} numbers: their mean is kept", shown=shown, size=found.size)
            )
        numbers[_OWN_NAMES.get(name, name)] = float(found.mean())
    return numbers, said


def _all_numbers(value: Any) -> np.ndarray | None:
    try:
        if isinstance(value, Tensor):
            value = value.detach().cpu().double().numpy()
        return np.asarray(value, dtype=np.float64).ravel()
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None
