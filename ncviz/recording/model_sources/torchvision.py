"""Classifiers of torchvision, as people change them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ncviz.language import tr
from ncviz.recording.model_source import ModelSource

if TYPE_CHECKING:
    from ncviz.recording.recorded_network import RecordedNetwork
    from ncviz.recording.state_dicts import State


def _build(
    name: str, arguments: Mapping[str, Any], tensors: "State", classes: int
) -> "RecordedNetwork":
    from ncviz.recording.guessing import guess_model  # loads torch
    from ncviz.recording.library_models import build_from_library

    built = build_from_library(name, arguments, tensors, classes)
    if built.misfit is None:
        return built
    guess = guess_model(tensors)
    hint = tr(" They fit torchvision:{name}.", name=guess.name) if guess.name else f" {guess.tried}"
    return replace(built, hint=hint)


TORCHVISION = ModelSource(name="torchvision", words=tr("torchvision:NAME"), build=_build, order=1)
