"""Reads the weights of one checkpoint: by ncviz, or by a function of the user's."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.checkpoint_file import check_tensors, read_checkpoint
from ncviz.recording.choosing import CheckpointError
from ncviz.recording.plan import RecordPlan
from ncviz.recording.state_dicts import State
from ncviz.recording.user_code import call_users_code, load_function
from ncviz.recording.weights import BesideError, Weights, find_weights


class BesideCheckpointError(CheckpointError):
    """A file lies beside checkpoints, and is no fault."""


def read_weights(path: Path, plan: RecordPlan) -> Weights:
    """Return the weights of one checkpoint; they may still lie in the file.

    Parameters
    ----------
    path : Path
    plan : RecordPlan
        Says which entry to take, and whether a function of the user's reads it.

    Raises
    ------
    CheckpointError
        If it has none, or is not read for safety; of its own kind if it is a
        file that lies beside checkpoints, such as an optimiser's.
    """
    try:
        if plan.load:
            return find_weights(_loaded(path, plan), str(path), plan.weights)
        weights = find_weights(read_checkpoint(path), str(path), plan.weights)
        check_tensors(weights.tensors, path)
    except BesideError as error:
        raise BesideCheckpointError(str(error)) from error
    except UserError as error:
        raise CheckpointError(str(error)) from error
    except Exception as error:  # such as a shape that is a text
        raise CheckpointError(
            tr("{path} is damaged: {error}.", path=path, error=reason(error))
        ) from error
    others = {place: part for place, part in weights.others.items() if _is_whole(part, path)}
    return replace(weights, others=others)


def mark_of(weights: Weights, where: str) -> str:
    """Return the mark of a checkpoint's weights.

    Raises
    ------
    CheckpointError
        If it is damaged.
    """
    try:
        return weights.mark(where)
    except UserError as error:
        raise CheckpointError(str(error)) from error


def _is_whole(tensors: State, path: Path) -> bool:
    try:
        check_tensors(tensors, path)
    except UserError:
        return False
    return True


def _loaded(path: Path, plan: RecordPlan) -> Any:
    """Return what the user's function makes of a checkpoint."""
    content = call_users_code(plan.load, load_function(plan.load, trusted=plan.trusted), str(path))
    if isinstance(content, nn.Module):
        content = content.state_dict()
    if not isinstance(content, Mapping):
        raise UserError(
            tr(
                "{load} returned a {name} for {path}: return a state dict, "
                "tensors or arrays by their names.",
                load=plan.load,
                name=type(content).__name__,
                path=path,
            )
        )
    return {name: _plain(value) for name, value in content.items()}


def _plain(value: Any) -> Any:
    """Return arrays of other libraries as NumPy's, and mappings as dictionaries."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if hasattr(value, "__array__") and not isinstance(value, Tensor):
        return np.asarray(value)
    return value
