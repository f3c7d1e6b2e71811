"""Image classifiers of transformers, built as a folder's settings say; none of its code is run."""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.hub_folder import CONFIG
from ncviz.recording.library_models import WithoutNumbers
from ncviz.recording.recorded_network import Names, RecordedNetwork
from ncviz.recording.state_dicts import State, fit_names, misfit
from ncviz.torchvision import load_torchvision

# Settings that bring in code, kernels or weights from elsewhere, or packed numbers.
_LEFT_OUT = (
    *("auto_map", "custom_pipelines", "_name_or_path", "transformers_version", "architectures"),
    *("quantization_config", "compression_config", "torch_dtype", "dtype"),
    *("attn_implementation", "_attn_implementation", "_attn_implementation_internal"),
    *("experts_implementation", "_experts_implementation", "use_kernels"),
    *("use_pretrained_backbone", "backbone_kwargs"),
)
_LARGEST = 10_000_000  # a number of settings, where the weights have fewer numbers
_DEEPEST = 20  # settings within settings
_COUNTS = ("layer", "depth", "block", "stage", "expert")  # in names of how many parts there are


@dataclass(frozen=True)
class _HubNames(Names):
    """How the names that transformers writes into files become those of its modules."""

    network: Any = None

    def __call__(self, tensors: State) -> State:
        try:
            core = importlib.import_module("transformers.core_model_loading")
            mapping = importlib.import_module("transformers.conversion_mapping")
        except ImportError:  # of the fourth version, whose files have the names of its modules
            return tensors
        wanted = self.network.state_dict()
        changes = mapping.get_model_conversion_mapping(self.network)
        renamings = [each for each in changes if isinstance(each, core.WeightRenaming)]
        prefix = self.network.base_model_prefix
        found = {}
        for name, tensor in tensors.items():
            other, _ = core.rename_source_key(name, renamings, [], prefix, wanted)
            found[name if other not in wanted and name in wanted else other] = tensor
        return found


def build_image_classifier(
    folder: Path, config: Mapping[str, Any], arguments: Mapping[str, Any], tensors: State
) -> RecordedNetwork:
    """Build the image classifier that a folder's settings describe.

    Parameters
    ----------
    folder : Path
        Names it in messages.
    config : mapping
        From `read_config`.
    arguments : mapping
        Settings that are to be others.
    tensors : dict of str to tensor
        Of a checkpoint, which bound how large the network can be.

    Raises
    ------
    UserError
        If transformers is not installed or has no such classifier, or if the settings say
        what the weights do not bear out.
    """
    where = folder / CONFIG
    kind = config.get("model_type")
    if not isinstance(kind, str):
        raise UserError(
            tr("{where} says no model_type: name a folder that save_pretrained wrote.", where=where)
        )
    transformers = _load_transformers()
    settings = {n: v for n, v in {**config, **arguments}.items() if n not in _LEFT_OUT}
    _check(settings, tensors, str(where))
    known = importlib.import_module("transformers.models.auto.modeling_auto")
    names = known.MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES
    if kind not in names:
        raise UserError(
            tr(
                "{where} is of a {kind}, of which transformers has no image classifier: give the "
                "network as package.module:function.",
                where=where,
                kind=kind[:60],
            )
        )
    try:
        made = transformers.AutoConfig.for_model(**settings)
        with _quiet(transformers), WithoutNumbers():
            network = _built(transformers, made, config)
        hub_names = _HubNames(network=network)
        inside = hub_names(fit_names(tensors, network.state_dict())[0])
        found = misfit(inside, network.state_dict())
        if found is None:  # only then does it take memory, as much as the weights do
            with _quiet(transformers):
                network = _built(transformers, made, config)
            hub_names = _HubNames(network=network)
    except UserError:
        raise
    except Exception as error:  # of any kind, for settings are anything
        raise UserError(
            tr(
                "transformers cannot build the network of {where}: {error}.",
                where=where,
                error=reason(error),
            )
        ) from error
    side = _side(network, made)
    if side:
        network.image_size = side  # type: ignore[assignment]
    return RecordedNetwork(
        network, type(network).__name__, dict(arguments), names=hub_names, misfit=found
    )


def _built(transformers: Any, config: Any, said: Mapping[str, Any]) -> nn.Module:
    """Return the network, of the class that the settings name where it is a classifier."""
    known = importlib.import_module("transformers.models.auto.modeling_auto")
    ours = known.MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES[config.model_type]
    ours = (ours,) if isinstance(ours, str) else ours
    named = said.get("architectures")
    named = named if isinstance(named, list) else []
    name = next((each for each in named if each in ours), ours[0])
    network = getattr(transformers, name)(config)
    assert isinstance(network, nn.Module)  # transformers' list of classifiers holds no others
    return network.eval()


def _load_transformers() -> Any:
    load_torchvision()  # which transformers imports, and which some pairs of builds make fail
    try:
        return importlib.import_module("transformers")
    except ImportError as error:
        raise UserError(
            tr(
                "transformers cannot be imported ({error}): install it with "
                "pip install 'ncviz[transformers]'.",
                error=error,
            )
        ) from error


@contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Keep transformers from writing about settings to the terminal."""
    logging = transformers.utils.logging
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(before)


def _side(network: Any, config: Any) -> int:
    """Return the side of the images that the network takes; 0 where it takes any."""
    has_positions = any(name.endswith("position_embeddings") for name in network.state_dict())
    side = getattr(config, "image_size", 0)
    return side if has_positions and isinstance(side, int) else 0


def _check(settings: Mapping[str, Any], tensors: State, where: str) -> None:
    """Refuse settings of a network that is larger than its weights, before it is built."""
    parts, numbers = len(tensors), max((t.numel() for t in tensors.values()), default=0)
    for name, value in _numbers(settings, "", 0):
        is_count = any(word in name for word in _COUNTS)
        if abs(value) > max(_LARGEST, numbers) or (is_count and value > parts + 100):
            raise UserError(
                tr(
                    "{where} says {name} = {value:.6g}, and the weights are {parts:,} arrays, "
                    "the largest of {numbers:,} numbers: these settings are not of these weights.",
                    where=where,
                    name=name[:60],
                    value=value,
                    parts=parts,
                    numbers=numbers,
                )
            )


def _numbers(value: Any, name: str, depth: int) -> Iterator[tuple[str, float]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in ("id2label", "label2id"):
                yield from _numbers(inner, str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, name, depth + 1)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, value
