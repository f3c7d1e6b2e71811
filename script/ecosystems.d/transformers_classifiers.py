"""Image classifiers of transformers, as `save_pretrained` writes them into 'checkpoint-500'."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from _recording import record

from ncviz.torchvision import load_torchvision

MADE_BY = "transformers"
NEEDS = ("transformers",)

_WIDTHS = {"depths": [1, 1, 1, 1], "hidden_sizes": [8, 16, 24, 32]}
_TRANSFORMER = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "image_size": 32,
    "patch_size": 8,
}
_SWIN = {
    "image_size": 32,
    "patch_size": 2,
    "embed_dim": 8,
    "depths": [1, 1, 2],
    "num_heads": [1, 2, 2],
    "window_size": 4,
}
# Small settings of each kind.
KINDS: dict[str, dict[str, Any]] = {
    "vit": _TRANSFORMER,
    "deit": _TRANSFORMER,
    "beit": _TRANSFORMER,
    "dinov2": _TRANSFORMER,
    "vit_msn": _TRANSFORMER,
    "data2vec-vision": _TRANSFORMER,
    "resnet": {"embedding_size": 8, "layer_type": "basic", **_WIDTHS},
    "regnet": {"embedding_size": 8, "groups_width": 8, **_WIDTHS},
    "bit": {"embedding_size": 8, "num_groups": 4, **_WIDTHS},
    "convnext": _WIDTHS,
    "convnextv2": _WIDTHS,
    "swin": _SWIN,
    "swinv2": _SWIN,
    "mobilenet_v2": {"image_size": 32},
    "poolformer": {},
}


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return a case for each kind."""
    return {kind: _case(kind, settings) for kind, settings in KINDS.items()}


def _case(kind: str, settings: dict[str, Any]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        load_torchvision()
        transformers = importlib.import_module("transformers")
        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        torch.manual_seed(0)
        config = transformers.AutoConfig.for_model(kind, num_labels=10, **settings)
        names = transformers.models.auto.modeling_auto
        named = names.MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES[kind]
        network = getattr(transformers, named if isinstance(named, str) else named[0])(config)
        network.save_pretrained(folder / "out" / "checkpoint-500")
        return record(f"hf:{folder / 'out'}", folder / "out", folder, size=32)

    return make
