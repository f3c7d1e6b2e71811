"""Networks in folders as Hugging Face's libraries save them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ncviz.language import tr
from ncviz.recording.model_source import ModelSource

if TYPE_CHECKING:
    from ncviz.recording.recorded_network import RecordedNetwork
    from ncviz.recording.state_dicts import State


def _build(
    name: str, arguments: Mapping[str, Any], tensors: "State", classes: int
) -> "RecordedNetwork":
    from ncviz.recording.hub_folder import network_folder, read_config  # loads torch
    from ncviz.recording.hub_models import build_image_classifier

    given = Path(name).expanduser()
    folder = network_folder(given)
    built = build_image_classifier(folder, read_config(folder), arguments, tensors)
    return replace(built, title=f"{type(built.network).__name__} of {given.resolve().name}")


HUGGING_FACE = ModelSource(name="hf", words=tr("hf:FOLDER"), build=_build, order=3)
