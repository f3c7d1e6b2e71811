"""Classifiers of timm, where it is installed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ncviz.language import tr
from ncviz.recording.model_source import ModelSource

if TYPE_CHECKING:
    from ncviz.recording.recorded_network import RecordedNetwork
    from ncviz.recording.state_dicts import State


def _build(
    name: str, arguments: Mapping[str, Any], tensors: "State", classes: int
) -> "RecordedNetwork":
    from ncviz.recording.library_models import build_from_library  # loads torch
    from ncviz.recording.timm_models import TIMM_MODELS

    # The hub writes 'timm/resnet18.a1_in1k'; what comes after the dot tells weights apart.
    plain = name.removeprefix("timm/").partition(".")[0]
    return build_from_library(plain, arguments, tensors, classes, library=TIMM_MODELS)


TIMM = ModelSource(name="timm", words=tr("timm:NAME"), build=_build, order=2)
