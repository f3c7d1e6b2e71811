"""Builds the network that checkpoints belong to, and puts their weights into it."""

import inspect
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.errors import UserError, reason
from ncviz.networks.mlp import MultilayerPerceptron
from ncviz.recording.plan import RecordPlan, is_code
from ncviz.recording.state_dicts import State, describe, fit_names, misfit
from ncviz.recording.user_code import call, load_function
from ncviz.torchvision import load_torchvision

# Their helping classifiers are used in training alone.
_WITH_HELPERS = ("googlenet", "inception_v3")


@dataclass(frozen=True, eq=False)
class Model:
    """A network and what was worked out about it.

    Parameters
    ----------
    network : nn.Module
    title : str
        For people.
    arguments : mapping
        It was built with.
    notes : tuple of str
        What was changed so that the weights fit.
    recipe : mapping
        Of the network's own run, for its standardised data; empty for others.
    """

    network: nn.Module
    title: str
    arguments: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    recipe: Mapping[str, Any] | None = None

    @property
    def channels(self) -> int:
        """Channels of the images that the network takes; 0 if it takes vectors or others."""
        conv = first_convolution(self.network)
        return 0 if conv is None else int(conv[1].in_channels)

    @property
    def image_size(self) -> int:
        """Side of the only images that the network takes; 0 for any."""
        size = getattr(self.network, "image_size", 0)
        return size if isinstance(size, int) else 0


def build_model(plan: RecordPlan, tensors: State, classes: int) -> Model:
    """Build the model of a plan so that weights of this kind fit.

    Parameters
    ----------
    plan : RecordPlan
    tensors : dict of str to tensor
        Of any one of the checkpoints, for the number of classes and channels.
    classes : int
        Of the data, if the weights do not tell.

    Raises
    ------
    UserError
        If there is no such model, or it cannot be built.
    """
    scheme, _, name = plan.model.partition(":")
    arguments = dict(plan.model_args or {})
    with torch.random.fork_rng(devices=[]):
        if scheme == "torchvision" and name:
            model = _torchvision_model(name, arguments, tensors, classes)
        elif scheme in ("recipe", "run") and name:
            model = _own_network(scheme, Path(name).expanduser(), tensors, classes)
        else:
            model = _users_model(plan, arguments)
    for parameter in model.network.parameters():
        parameter.requires_grad_(False)
    model.network.eval()
    return model


def _torchvision_model(name: str, arguments: dict[str, Any], tensors: State, classes: int) -> Model:
    models = load_torchvision().models
    known = models.list_models(module=models)
    if name not in known:
        close = [other for other in known if name[:4].lower() in other][:5]
        raise UserError(
            f"torchvision has no classifier {name!r}: choose one such as "
            f"{', '.join(close or known[:5])}."
        )
    for argument in ("weights", "weights_backbone"):
        if arguments.get(argument) is not None:
            raise UserError(f"{argument} cannot be given: the weights are the checkpoints'.")
    if name in _WITH_HELPERS:
        helped = any("aux" in key.lower() for key in tensors)
        arguments = {"aux_logits": helped, "init_weights": False, **arguments}
    build = models.get_model_builder(name)
    if "num_classes" not in arguments:
        found = _classes_in(_without_numbers(name, build, arguments), tensors)
        arguments["num_classes"] = found or classes
    network = _build(name, build, arguments, "cpu")
    notes = _adapt_channels(network, tensors)
    return Model(network, name, arguments, notes)


def _build(name: str, build: Any, arguments: Mapping[str, Any], device: str) -> nn.Module:
    try:
        with warnings.catch_warnings(), torch.device(device):
            warnings.simplefilter("ignore")  # about weights that are replaced at once
            network = build(weights=None, **arguments)
    except (TypeError, ValueError, RuntimeError, NotImplementedError) as error:
        raise UserError(
            f"torchvision cannot build {name} with {dict(arguments)}: {reason(error)}."
        ) from error
    assert isinstance(network, nn.Module)  # it came from torchvision's list of classifiers
    return network


def classes_of(name: str, tensors: State) -> int:
    """Return how many classes weights of a torchvision model tell apart; 0 if they do not say."""
    build = load_torchvision().models.get_model_builder(name)
    return _classes_in(_without_numbers(name, build, {}), tensors) or 0


def _without_numbers(name: str, build: Any, arguments: Mapping[str, Any]) -> nn.Module:
    """Build a network for the shapes of its weights, which costs no memory where that works."""
    if name.startswith("regnet"):  # their builder reads numbers back
        return _build(name, build, arguments, "cpu")
    return _build(name, build, arguments, "meta")


def _classes_in(network: nn.Module, tensors: State) -> int | None:
    """Return how many classes the weights tell apart, by the shape of the classifier's."""
    inside, _ = fit_names(tensors, network.state_dict())
    last = [n for n, m in network.named_modules() if _is_linear(m) and f"{n}.weight" in inside]
    return int(inside[f"{last[-1]}.weight"].shape[0]) if last else None


def _is_linear(module: nn.Module) -> bool:
    return isinstance(module, nn.Linear) or (
        isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1)
    )


def first_convolution(network: nn.Module) -> tuple[str, nn.Conv2d] | None:
    """Return the first convolution of a network, by its name."""
    found = ((n, m) for n, m in network.named_modules() if isinstance(m, nn.Conv2d))
    return next(found, None)


def _adapt_channels(network: nn.Module, tensors: State) -> tuple[str, ...]:
    """Let the first convolution take as many channels as the weights do."""
    first = first_convolution(network)
    inside, _ = fit_names(tensors, network.state_dict())
    if first is None or f"{first[0]}.weight" not in inside:
        return ()
    name, conv = first
    shape = inside[f"{name}.weight"].shape
    if len(shape) != 4 or shape[1] == conv.in_channels or conv.groups != 1 or shape[1] > 64:
        return ()
    adapted = nn.Conv2d(
        int(shape[1]),
        conv.out_channels,
        conv.kernel_size,  # type: ignore[arg-type]
        conv.stride,  # type: ignore[arg-type]
        conv.padding,  # type: ignore[arg-type]
        conv.dilation,  # type: ignore[arg-type]
        bias=conv.bias is not None,
        padding_mode=conv.padding_mode,
    )
    parent, _, last = name.rpartition(".")
    setattr(network.get_submodule(parent), last, adapted)
    return (f"{name} takes {shape[1]} channels, as in the checkpoint",)


def _own_network(scheme: str, path: Path, tensors: State, classes: int) -> Model:
    from ncviz.runs.manifest import FILE_NAME, read_manifest
    from ncviz.training.recipe import read_recipe, recipe_from_dict

    if scheme == "recipe":
        recipe = read_recipe(path)
    else:
        manifest = read_manifest(path if path.name == FILE_NAME else path / FILE_NAME)
        recipe = recipe_from_dict(manifest.recipe, f"The run {path}")
    first = next((t for n, t in tensors.items() if n.endswith("blocks.0.0.weight")), None)
    inputs = int(first.shape[1]) if first is not None and first.ndim == 2 else recipe.image_size**2
    heads = (t for n, t in tensors.items() if n.endswith("classifier.weight"))
    head = next(heads, None)
    network = MultilayerPerceptron(
        inputs,
        int(head.shape[0]) if head is not None and head.ndim == 2 else classes,
        recipe.depth,
        recipe.width,
        recipe.batch_norm,
        recipe.activation,
    )
    network.register_forward_pre_hook(_flatten_images)
    return Model(network, f"{recipe.depth} layers", {}, recipe=recipe.to_dict())


def _flatten_images(_network: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return (inputs[0].flatten(start_dim=1), *inputs[1:])


def _users_model(plan: RecordPlan, arguments: Mapping[str, Any]) -> Model:
    function_name = plan.model.rpartition(":")[2]
    if not is_code(plan.model):
        raise UserError(
            f"The model {plan.model!r} is unknown: write torchvision:NAME, recipe:FILE.toml, "
            "run:FOLDER, package.module:function or FILE.py:function."
        )
    function = load_function(plan.model, trusted=plan.trusted)
    network = call(plan.model, function, **arguments)
    if not isinstance(network, nn.Module):
        raise UserError(
            f"{plan.model} returned a {type(network).__name__}: it must return a torch.nn.Module."
        )
    title = type(network).__name__ if not inspect.isclass(function) else function_name
    return Model(network, title, dict(arguments))


def load_weights(model: Model, tensors: State, where: str) -> tuple[str, ...]:
    """Put a checkpoint's weights into the network.

    Parameters
    ----------
    model : Model
    tensors : dict of str to tensor
        As the file names them.
    where : str
        Names the file in error messages.

    Returns
    -------
    tuple of str
        Names in the file that belong to something beside the network.

    Raises
    ------
    UserError
        If they do not fit, or hold NaN or infinite values.
    """
    wanted = model.network.state_dict()
    inside, outside = fit_names(tensors, wanted)
    found = misfit(inside, wanted)
    if found is not None:
        raise UserError(describe(found, inside, wanted, where, model.title))
    for name, tensor in inside.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor.float()).all()):
            raise UserError(
                f"{where} holds NaN or infinite weights in {name}: its training had diverged."
            )
    try:
        model.network.load_state_dict(inside, strict=False)
    except RuntimeError as error:
        raise UserError(f"{where} does not fit {model.title}: {reason(error)}.") from error
    return outside
