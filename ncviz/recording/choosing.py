"""Which of the networks in a file is recorded: the trained one, unless another is named."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.build_model import build_model
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recorded_network import RecordedNetwork, load_weights, named_as
from ncviz.recording.state_dicts import (
    State,
    distance_from_trained,
    is_copy,
    misfit,
    networks_in,
    without_module,
)
from ncviz.recording.suggesting import suggest
from ncviz.recording.weights import Weights

_MOST_TRIED = 8  # entries of a file


class CheckpointError(UserError):
    """One checkpoint cannot be recorded; the others may."""


@dataclass(frozen=True)
class Chosen:
    """Which weights of a file were taken.

    Parameters
    ----------
    place : str
        The entry, such as 'state_dict'; '' for the whole file.
    path : str
        The entry and the prefix within it, such as 'state_dict.encoder_q'.
    left : tuple of str
        Paths of other networks in the file that would fit, too.
    averaged : bool
        Whether an average or another copy was taken though nobody named it.
    """

    place: str = ""
    path: str = ""
    left: tuple[str, ...] = ()
    averaged: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """Return a sentence that names what was taken and what was left."""
        what = tr("weights of {path}", path=self.path or tr("the file"))
        if self.averaged:
            what += tr(": a copy or an average of those trained")
        if not self.left:
            return (what,) if self.averaged else ()
        left = tr(" and ").join(self.left[:3])
        more = tr(" and {count} more", count=len(self.left) - 3) if len(self.left) > 3 else ""
        return (
            tr(
                "{what}, not of {left}{more} (--weights names another)",
                what=what,
                left=left,
                more=more,
            ),
        )


def choose_weights(
    plan: RecordPlan, weights: Weights, classes: int, where: str
) -> tuple[RecordedNetwork, Chosen]:
    """Build the model of a plan, and load the first of a file's networks that fits it.

    Parameters
    ----------
    plan : RecordPlan
    weights : Weights
        Of a checkpoint; those at its other entries are tried if they do not fit.
    classes : int
        Of the data, if the weights do not tell.
    where : str
        Names the checkpoint in error messages.

    Raises
    ------
    CheckpointError
        If no weights fit, or they hold NaN.
    UserError
        If the model cannot be built.
    """
    model, taken = _first_that_fits(plan, weights, classes)
    rest = (choice for choice in weights.choices() if choice.place != taken.place)
    left = [
        path
        for choice in islice(rest, _MOST_TRIED)
        if _fits(model, choice.tensors)
        for path in _paths(model, choice)
    ]
    own, *more = _paths(model, taken) or [taken.place]
    try:
        _load(model, taken, where)
    except CheckpointError as error:
        raise CheckpointError(f"{error}{_seems(plan, weights, where)}") from error
    # Entries that share an end, such as a whole network and all entries together, are one.
    left = [path for path in (*more, *left) if path != own]
    # Such as of PyTorch's AveragedModel, which counts what it has averaged.
    counts = any(name.rpartition(".")[2] == "n_averaged" for name in taken.tensors)
    averaged = not plan.weights and (is_copy(own) or (counts and not left))
    return model, Chosen(taken.place, own, tuple(dict.fromkeys(left)), averaged)


def _seems(plan: RecordPlan, weights: Weights, where: str) -> str:
    """Name the model that weights seem to be of, where that is one of another library."""
    model = suggest(Path(where), weights).model
    if model in ("", plan.model) or model.startswith("torchvision:"):
        return ""  # which the model's own words name
    return " " + tr("They seem to be of {model}.", model=model)


def load_same(model: RecordedNetwork, weights: Weights, chosen: Chosen, where: str) -> None:
    """Load those weights of another checkpoint that were taken of the first.

    Raises
    ------
    CheckpointError
        If it has none of this kind, or they do not fit.
    """
    same = (choice for choice in weights.choices() if choice.place == chosen.place)
    fitting = (choice for choice in weights.choices() if _fits(model, choice.tensors))
    taken = next(same, None) or next(fitting, weights)
    path = next(iter(_paths(model, taken)), taken.place)
    if distance_from_trained(path) != distance_from_trained(chosen.path):
        raise CheckpointError(
            tr(
                "{where} holds {path} and no {path_2}, which the others "
                "are recorded of: name what is in all of them with --weights.",
                where=where,
                path=path or tr("weights"),
                path_2=chosen.path or tr("such"),
            )
        )
    _load(model, taken, where)


def _first_that_fits(
    plan: RecordPlan, weights: Weights, classes: int
) -> tuple[RecordedNetwork, Weights]:
    """Return the model as built for the weights that fit it; for the likeliest if none does."""
    model = build_model(plan, weights.tensors, classes)
    if _fits(model, weights.tensors):
        return model, weights
    for choice in islice(weights.choices(), 1, _MOST_TRIED):
        try:
            other = build_model(plan, choice.tensors, classes)
        except UserError:
            continue
        if _fits(other, choice.tensors):
            return other, choice
    return model, weights


def _fits(model: RecordedNetwork, tensors: State) -> bool:
    return misfit(named_as(model, tensors)[0], model.network.state_dict()) is None


def _paths(model: RecordedNetwork, weights: Weights) -> list[str]:
    """Return where in the file each network lies that these weights hold."""
    found = networks_in(weights.tensors, model.network.state_dict())
    paths = (f"{weights.place}.{prefix}".strip(".") for prefix in found)
    return [without_module(path) for path in paths]


def _load(model: RecordedNetwork, weights: Weights, where: str) -> None:
    try:
        load_weights(model, weights.load(where), where)
    except UserError as error:
        raise CheckpointError(str(error)) from error
