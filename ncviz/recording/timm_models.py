"""timm's networks; timm is imported only when one of them is asked for."""

import importlib
import math
from collections.abc import Mapping
from typing import Any

from torch import nn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.adapting import first_convolution
from ncviz.recording.library import Library
from ncviz.recording.state_dicts import State
from ncviz.torchvision import load_torchvision

_MOST_CHANNELS = 64  # of images


def load_timm() -> Any:
    """Return timm, imported so that its networks work.

    Raises
    ------
    UserError
        If it is not installed.
    """
    load_torchvision()  # which timm imports, and which some pairs of builds make fail
    try:
        return importlib.import_module("timm")
    except ImportError as error:
        raise UserError(
            tr(
                "timm cannot be imported ({error}): install it with pip install 'ncviz[timm]'.",
                error=error,
            )
        ) from error


def _make(name: str, **arguments: Any) -> Any:
    network: Any = load_timm().create_model(name, pretrained=False, **arguments)
    patches: Any = getattr(network, "patch_embed", None)
    if getattr(patches, "strict_img_size", False) and getattr(patches, "img_size", None):
        network.image_size = int(patches.img_size[0])  # it takes no other images
    return network


def _found_in(network: nn.Module, tensors: State, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the channels and the size of images that weights are for, where they are unusual."""
    found: dict[str, Any] = {}
    first = first_convolution(network)
    if first is not None and "in_chans" not in arguments:
        weight = tensors.get(f"{first[0]}.weight")
        usual = first[1].in_channels
        if weight is not None and weight.ndim == 4 and first[1].groups == 1:
            channels = int(weight.shape[1])
            if channels != usual and channels <= _MOST_CHANNELS:
                found["in_chans"] = channels
    side = _side(network, tensors)
    if side and "img_size" not in arguments:
        found["img_size"] = side
    return found


def _side(network: Any, tensors: State) -> int:
    """Return the side of the images that positions are for; 0 if it is the usual one."""
    positions, usual = tensors.get("pos_embed"), getattr(network, "pos_embed", None)
    patches = getattr(network, "patch_embed", None)
    if positions is None or usual is None or patches is None or positions.ndim != 3:
        return 0
    if tuple(positions.shape) == tuple(usual.shape):
        return 0
    own = math.prod(getattr(patches, "grid_size", None) or (0,))
    beside = usual.shape[1] - own  # such as the class token's
    side = math.isqrt(max(0, positions.shape[1] - beside))
    return side * int(patches.patch_size[0]) if side * side == positions.shape[1] - beside else 0


TIMM_MODELS = Library(
    "timm",
    lambda: list(map(str, load_timm().list_models())),
    _make,
    ("pretrained", "checkpoint_path", "pretrained_cfg", "pretrained_cfg_overlay", "cache_dir"),
    _found_in,
)
