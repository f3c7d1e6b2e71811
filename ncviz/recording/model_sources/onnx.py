"""Networks in files of ONNX, computed by onnxruntime, where it is installed."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ncviz.language import tr
from ncviz.recording.model_source import ModelSource

if TYPE_CHECKING:
    from ncviz.recording.recorded_network import RecordedNetwork
    from ncviz.recording.state_dicts import State


def _build(
    name: str, _arguments: Mapping[str, Any], _tensors: "State", classes: int
) -> "RecordedNetwork":
    from ncviz.recording.checkpoint_names import time_in
    from ncviz.recording.onnx_network import onnx_network  # loads torch
    from ncviz.recording.recorded_network import RecordedNetwork

    path = Path(name).expanduser()
    counts = time_in(path.stem) is not None  # one of several epochs
    title = path.resolve().parent.name if counts else path.stem
    return RecordedNetwork(onnx_network(path), title, {})


ONNX = ModelSource(
    name="onnx", words=tr("onnx:FILE.onnx"), build=_build, takes_arguments=False, order=6
)
