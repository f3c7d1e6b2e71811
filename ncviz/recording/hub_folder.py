"""Reads a folder of Hugging Face's libraries: settings and weights, and none of its code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.checkpoint_file import check_tensors, read_checkpoint
from ncviz.recording.checkpoint_paths import find_checkpoints
from ncviz.recording.state_dicts import State
from ncviz.recording.weights import find_weights

CONFIG = "config.json"
LARGEST_CONFIG = 16 * 2**20  # bytes; it names every class, and the largest sets have 21,000

# Where the weights stand, the first to be looked for first.
_WEIGHTS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
# What stands there instead, and what to do.
_OTHERS = {
    "adapter_model.safetensors": tr("merge_and_unload() makes one network of adapters and model"),
    "adapter_model.bin": tr("merge_and_unload() makes one network of adapters and model"),
    "tf_model.h5": tr(
        "from_pretrained(…, from_tf=True) and save_pretrained(…) bring it to PyTorch"
    ),
    "flax_model.msgpack": tr(
        "from_pretrained(…, from_flax=True) and save_pretrained(…) bring it to PyTorch"
    ),
}


@dataclass(frozen=True, eq=False)
class HubFolder:
    """What a folder holds of one network.

    Parameters
    ----------
    path : Path
        The folder.
    config : mapping
        Of its 'config.json'.
    tensors : dict of str to tensor
        Which still lie in their files; `load_tensor` reads one.
    """

    path: Path
    config: Mapping[str, Any]
    tensors: State


def read_hub_folder(folder: Path) -> HubFolder:
    """Return the settings and the weights in a folder; nothing in it is run.

    Parameters
    ----------
    folder : Path
        As of ``save_pretrained``: 'config.json' and weights in safetensors or PyTorch's
        format, whole or in parts with their index.

    Raises
    ------
    UserError
        Naming the file that is missing or cannot be read, and what to do.
    """
    config = read_config(folder)
    path = weights_in(folder)
    weights = find_weights(read_checkpoint(path), str(path))
    try:
        check_tensors(weights.tensors, path)
    except OSError as error:
        raise UserError(
            tr("{path} cannot be read: {error}.", path=path, error=reason(error))
        ) from error
    return HubFolder(folder, config, weights.tensors)


def read_config(folder: Path) -> dict[str, Any]:
    """Return what the 'config.json' of a folder says.

    Raises
    ------
    UserError
        If there is none, or it is no JSON object.
    """
    path = folder / CONFIG
    try:
        found = json.loads(read_text(path, LARGEST_CONFIG))
    except FileNotFoundError:
        raise UserError(_without_config(folder)) from None
    except OSError as error:
        raise UserError(
            tr("{path} cannot be read: {error}.", path=path, error=reason(error))
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            tr("{path} is no settings of a network: {error}.", path=path, error=reason(error))
        ) from error
    if not isinstance(found, dict):
        raise UserError(
            tr("{path} is no settings of a network: it holds no names with values.", path=path)
        )
    return found


def _without_config(folder: Path) -> str:
    if not folder.is_dir():
        return tr(
            "There is no folder {folder}: name one that save_pretrained has written.", folder=folder
        )
    return tr(
        "{folder} has no {config}, which says what network it is: name a folder that "
        "save_pretrained has written.",
        folder=folder,
        config=CONFIG,
    )


def network_folder(folder: Path) -> Path:
    """Return the folder with settings: this one, or that of the first checkpoint within it.

    Parameters
    ----------
    folder : Path
        Such as the ``output_dir`` of a Trainer, with 'checkpoint-500' in it.

    Raises
    ------
    UserError
        If there are none.
    """
    if (folder / CONFIG).is_file() or not folder.is_dir():
        return folder
    for path in find_checkpoints([str(folder)]):
        if (path.parent / CONFIG).is_file():
            return path.parent
    raise UserError(_without_config(folder))


def weights_in(folder: Path) -> Path:
    """Return the file with the weights, or the index of its parts.

    Raises
    ------
    UserError
        If there is none.
    """
    found = next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
    if found is not None:
        return found
    for name, advice in _OTHERS.items():
        if (folder / name).is_file():
            raise UserError(
                tr(
                    "{folder} holds {name} and no weights of PyTorch: {advice}.",
                    folder=folder,
                    name=name,
                    advice=advice,
                )
            )
    raise UserError(
        tr(
            "{folder} holds no weights: one of {weights} is looked for.",
            folder=folder,
            weights=", ".join(_WEIGHTS),
        )
    )
