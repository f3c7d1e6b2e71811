"""Changes a network of a library as its weights say that it was changed: its stem and its head."""

import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ncviz.language import tr
from ncviz.recording.state_dicts import State, misfit

_MOST_CHANNELS = 64  # of images; more are another kind of layer


@dataclass(frozen=True)
class StemChoice:
    """What the weights of a first convolution do not tell.

    Parameters
    ----------
    stride : int
        Of the first convolution; 0 to choose.
    pool : bool or None
        Whether max-pooling follows it; None to choose.
    """

    stride: int = 0
    pool: bool | None = None


def adapt(network: nn.Module, tensors: State, choice: StemChoice) -> tuple[str, ...]:
    """Change the first convolution and the classifier so that weights fit.

    Parameters
    ----------
    network : nn.Module
        Changed where it must be; it may be on the device 'meta'.
    tensors : dict of str to tensor
        By the network's names, as far as these agree.
    choice : StemChoice

    Returns
    -------
    tuple of str
        What was changed, and what was assumed, in words.
    """
    return (*_adapt_stem(network, tensors, choice), *_adapt_head(network, tensors))


# The stem


def first_convolution(network: nn.Module) -> tuple[str, nn.Conv2d] | None:
    """Return the first convolution of a network, by its name."""
    found = ((n, m) for n, m in network.named_modules() if isinstance(m, nn.Conv2d))
    return next(found, None)


def _adapt_stem(network: nn.Module, tensors: State, choice: StemChoice) -> Iterator[str]:
    first = first_convolution(network)
    if first is None:
        return
    name, conv = first
    weight = tensors.get(f"{name}.weight", conv.weight)
    has_bias = f"{name}.bias" in tensors if f"{name}.weight" in tensors else conv.bias is not None
    if weight.ndim != 4 or conv.groups != 1 or weight.shape[1] > _MOST_CHANNELS:
        return
    if type(conv) is not nn.Conv2d:  # which pads, or scales its weights, in a way of its own
        return
    channels, kernel = int(weight.shape[1]), (int(weight.shape[2]), int(weight.shape[3]))
    is_patches = conv.kernel_size == conv.stride
    # A small kernel in a large one's place is for images that are small already.
    is_small = not is_patches and conv.stride > (1, 1) and kernel < conv.kernel_size
    stride, padding = conv.stride, conv.padding
    if is_patches:
        stride = kernel
    elif kernel != conv.kernel_size:
        stride = (1, 1) if is_small else conv.stride
        padding = (kernel[0] // 2, kernel[1] // 2)
    if choice.stride:
        stride = (choice.stride, choice.stride)
    adapted = nn.Conv2d(
        channels,
        conv.out_channels,
        kernel,
        stride,  # type: ignore[arg-type]
        padding,  # type: ignore[arg-type]
        bias=has_bias,
        padding_mode=conv.padding_mode,
        device=conv.weight.device,
    )
    _replace(network, name, adapted)
    if is_patches and hasattr(network, "patch_size"):
        setattr(network, "patch_size", kernel[0])  # noqa: B010
    if channels != conv.in_channels:
        yield tr(
            "{name} takes {channels} {channels_2}, as in the checkpoint",
            name=name,
            channels=channels,
            channels_2=_plural("channel", channels),
        )
    if has_bias != (conv.bias is not None):
        yield tr(
            "{name} has {value} bias, as in the checkpoint",
            name=name,
            value="a" if has_bias else tr("no"),
        )
    words = []
    if (kernel, stride) != (conv.kernel_size, conv.stride):
        words.append(
            tr(
                "{name} is {kernel}×{kernel_2} with stride {stride}",
                name=name,
                kernel=kernel[0],
                kernel_2=kernel[1],
                stride=stride[0],
            )
        )
    pools = [n for n, module in network.named_modules() if isinstance(module, nn.MaxPool2d)]
    # Of several, as in a VGG, the first is no part of the stem.
    chosen = choice.pool is False or (choice.pool is None and is_small and len(pools) == 1)
    if pools and chosen:
        _replace(network, pools[0], nn.Identity())
        words.append(tr("{pools} is left out", pools=pools[0]))
    if words and not is_patches:
        words.append(
            tr(
                "weights do not tell stride and pooling: the model's arguments stem_stride and "
                "stem_pool choose otherwise"
            )
        )
    if words:
        yield "; ".join(words)


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"


# The head


def head_of(network: nn.Module) -> str:
    """Return the name of the last layer that can be a classifier; '' for none."""
    names = [name for name, module in network.named_modules() if _is_linear(module)]
    return names[-1] if names else ""


def _is_linear(module: nn.Module) -> bool:
    return isinstance(module, nn.Linear) or (
        isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1)
    )


def classes_in(network: nn.Module, tensors: State) -> int:
    """Return how many classes weights tell apart; 0 if they do not say."""
    head = head_of(network).partition(".")[0]
    last = [t for n, t in tensors.items() if n.partition(".")[0] == head and t.ndim in (2, 4)]
    return int(last[-1].shape[0]) if last else 0


def _adapt_head(network: nn.Module, tensors: State) -> Iterator[str]:
    """Build the classifier anew if it is there that the weights differ."""
    wanted = network.state_dict()
    found = misfit(tensors, wanted)
    last = head_of(network)
    if found is None or not last:
        return
    other = (*found.missing, *found.unexpected, *found.shapes)
    parts = last.split(".")
    places = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    place = next((p for p in places if all(n.startswith(f"{p}.") for n in other)), "")
    if not place or not any(n.startswith(f"{place}.") for n in tensors):
        return
    inside = {
        n.removeprefix(f"{place}."): t for n, t in tensors.items() if n.startswith(f"{place}.")
    }
    old = network.get_submodule(place)
    head = _Head(old, inside, next(network.parameters()).device)
    if head.module is None:
        return
    before = next((m for m in old.modules() if isinstance(m, nn.Linear)), None)
    _replace(network, place, head.module)
    linear = next((m for m in head.module.modules() if isinstance(m, nn.Linear)), None)
    if before is not None and linear is not None and linear.in_features != before.in_features:
        yield from _adapt_average(network, before.in_features, linear.in_features)
    if _is_linear(old) and _is_linear(head.module):
        if (head.module.bias is None) != (old.bias is None):
            yield (
                tr("{place} has no bias, as in the checkpoint", place=place)
                if head.module.bias is None
                else tr("{place} has a bias, as in the checkpoint", place=place)
            )
        return
    steps = [m for m in head.module.modules() if not isinstance(m, nn.Sequential | nn.Identity)]
    assumed = tr("; the weights do not tell an activation, ReLU was taken") if head.assumes else ""
    yield tr(
        "{place} is {words}, as in the checkpoint{assumed}",
        place=place,
        words=", ".join(map(_words, steps)),
        assumed=assumed,
    )


class _Head:
    """A classifier as the names and shapes of its weights tell.

    Parameters
    ----------
    old : nn.Module
        What stands there; of it all is kept that the weights do not contradict.
    inside : dict of str to tensor
        The weights, by their names within the classifier.
    device : torch.device

    Attributes
    ----------
    module : nn.Module or None
        None if there is a layer that is unknown.
    assumes : bool
        Whether an activation was assumed between two linear layers.
    """

    def __init__(self, old: nn.Module, inside: State, device: torch.device) -> None:
        self._device = device
        self.assumes = False
        self.module = self._built(old, inside)
        if self.module is not None and not _has_linear(self.module):
            self.module = None

    def _built(self, old: nn.Module | None, inside: State) -> nn.Module | None:
        if old is not None and misfit(inside, old.state_dict()) is None:
            return old
        if not any("." in name for name in inside):
            return _layer(inside, self._device)
        own: dict[str, State] = {}
        for name, tensor in inside.items():
            first, _, rest = name.partition(".")
            own.setdefault(first, {})[rest] = tensor
        kept = _weightless(old, own)
        names = list(own)
        if all(name.isdecimal() and len(name) < 3 for name in own):
            names = [str(number) for number in range(max(map(int, own)) + 1)]
        made: dict[str, nn.Module] = {}
        for name in names:
            if name not in own:
                made[name] = kept.get(name, nn.Identity())
                continue
            child = self._built(_child(old, name), own[name])
            if child is None:
                return None
            if _has_linear(child):
                self._fill(made, named=not name.isdecimal())
            made[name] = child
        return nn.Sequential(OrderedDict(made))

    def _fill(self, made: dict[str, nn.Module], *, named: bool) -> None:
        """Put an activation where one must have stood since the last linear layer."""
        names = list(made)
        linear = [number for number, name in enumerate(names) if _has_linear(made[name])]
        if not linear:
            return
        after = {name: type(made[name]) for name in names[linear[-1] + 1 :]}
        if any(kind.__module__.endswith(".activation") for kind in after.values()):
            return
        gap = next((name for name, kind in after.items() if kind is nn.Identity), "")
        if gap or named:
            made[gap or f"{names[-1]}_activation"] = nn.ReLU()
            self.assumes = True


def _has_linear(module: nn.Module) -> bool:
    return any(_is_linear(inner) for inner in module.modules())


def _child(old: nn.Module | None, name: str) -> nn.Module | None:
    return dict(old.named_children()).get(name) if old is not None else None


def _weightless(old: nn.Module | None, own: Mapping[str, State]) -> dict[str, nn.Module]:
    """Return what has no weights in the old classifier, if the new one is laid out like it."""
    if not isinstance(old, nn.Sequential):
        return {}
    bare = {name: m for name, m in old.named_children() if not m.state_dict()}
    return {} if set(bare) & set(own) else bare


def _layer(own: Mapping[str, Tensor], device: torch.device) -> nn.Module | None:
    """Return the layer that has such weights; None for one that is unknown."""
    weight, bias = own.get("weight"), "bias" in own
    if weight is None or set(own) - {"weight", "bias", *_COUNTERS}:
        return None
    width = int(weight.shape[0])
    if weight.ndim == 2:
        return nn.Linear(int(weight.shape[1]), width, bias=bias, device=device)
    if weight.ndim == 1:
        if "running_mean" in own:
            return nn.BatchNorm1d(width, device=device)
        return nn.LayerNorm(width, bias=bias, device=device)
    if weight.ndim == 4 and weight.shape[2:] == (1, 1):
        return nn.Conv2d(int(weight.shape[1]), width, 1, bias=bias, device=device)
    return None


_COUNTERS = ("running_mean", "running_var", "num_batches_tracked")


def _adapt_average(network: nn.Module, before: int, now: int) -> Iterator[str]:
    """Let the average-pooling give as many numbers as a smaller classifier takes."""
    found = [(n, m) for n, m in network.named_modules() if isinstance(m, nn.AdaptiveAvgPool2d)]
    if not found:
        return
    name, pool = found[-1]
    side = pool.output_size if isinstance(pool.output_size, int) else (pool.output_size or [1])[0]
    channels = before // (int(side or 1) ** 2)
    new = math.isqrt(now // channels) if channels else 0
    if new and new * new * channels == now:
        _replace(network, name, nn.AdaptiveAvgPool2d(new))
        yield tr(
            "{name} gives {new}×{new}, as the classifier of the checkpoint takes",
            name=name,
            new=new,
        )


def _replace(network: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(network.get_submodule(parent), last, module.train(network.training))


def _words(module: nn.Module) -> str:
    if isinstance(module, nn.Linear):
        bias = "" if module.bias is not None else tr(" without bias")
        return tr(
            "Linear {in_features}→{out_features}{bias}",
            in_features=module.in_features,
            out_features=module.out_features,
            bias=bias,
        )
    return type(module).__name__
