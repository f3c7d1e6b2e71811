"""Where in a checkpoint weights lie: every state dict in it, likeliest first."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ncviz.recording.checkpoint_names import time_in
from ncviz.recording.state_dicts import (
    State,
    distance_from_trained,
    is_called_trained,
    is_copy,
)
from ncviz.recording.stored_tensors import (
    as_tensor,
    is_strange,
    is_tensor,
)
from ncviz.recording.whole_models import Looks, content_of, is_network, network_of

# Where training scripts put the weights, the likeliest first.
PLACES = (
    "current_model_state",  # Lightning's, beside an average that took the usual place
    "state_dict",
    "model_state_dict",
    "model",
    "net",
    "network",
    "module",
    "weights",
    "params",
    "student",
    "model_ema",
    "ema_state_dict",
    "ema",
    "state_dict_ema",
)

# Parts of a name that wrappers insert; none is ever a layer's own.
_WRAPPERS = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")

_DEPTH = 4  # of dictionaries in dictionaries that are looked into

_LAYER = frozenset(("weight", "bias", "running_mean", "running_var", "num_batches_tracked"))
_NO_WEIGHTS = re.compile(r"(?i)optim|opt$|^(?:lr_)?sched|scaler$|^rng|random|^(?:hyper_param|args)")


def entries_of(content: Any) -> Mapping[Any, Any] | None:
    """Return what lies in a file by name, or by number; None if it is a single value."""
    if not isinstance(content, list | tuple):
        return content_of(content)
    if content and all(
        isinstance(item, list | tuple) and len(item) == 2 and isinstance(item[0], str)
        for item in content
    ):
        return dict(content)  # of `state_dict().items()`
    return dict(enumerate(content))


def places_of(
    value: Any, looks: Looks, path: str = "", depth: int = 0
) -> Iterator[tuple[str, State]]:
    """Yield every entry that holds weights."""
    if is_network(value):
        if network := network_of(value, looks):
            yield path, network
        return
    fields = content_of(value)
    if fields is None:
        return
    looks.spend(1 + len(fields))
    tensors = _tensors(fields)
    if any("." in name for name in tensors):
        yield path, tensors
        return
    inner = [] if depth >= _DEPTH else list(_inner(fields, looks, path, depth + 1))
    if inner and all("." not in name for _, part in inner for name in part):
        inner = _joined(inner, path)
    yield from inner
    if not inner and _is_layer(tensors):
        yield path, tensors


def _is_layer(tensors: State) -> bool:
    """Tell whether tensors are of a single layer, whose names have no dots."""
    flat = all(len(tensor.shape) < 2 for tensor in tensors.values() if is_tensor(tensor))
    return bool(tensors) and (not flat or _LAYER.issuperset(tensors))


def _inner(
    fields: Mapping[Any, Any], looks: Looks, path: str, depth: int
) -> Iterator[tuple[str, State]]:
    for name, value in fields.items():
        if _is_number(name):
            # Whole networks; tensors that have a number are the state of an optimiser.
            found = places_of(value, looks, join(path, str(name)), depth)
            yield from ((at, part) for at, part in found if any("." in each for each in part))
        if not isinstance(name, str) or _NO_WEIGHTS.search(name):
            continue
        if isinstance(value, list | tuple):  # of networks
            looks.spend(len(value))
            for number, item in enumerate(value):
                yield from places_of(item, looks, join(path, f"{name}.{number}"), depth)
        else:
            yield from places_of(value, looks, join(path, name), depth)


def _is_number(name: Any) -> bool:
    return isinstance(name, int) and not isinstance(name, bool) and abs(name) < 10**9


def _joined(inner: list[tuple[str, State]], path: str) -> list[tuple[str, State]]:
    """Join single layers that lie side by side, where a network is kept as nested dictionaries."""
    names = [at.removeprefix(path).lstrip(".") for at, _ in inner]
    if len(inner) < 2 or any(name in PLACES or is_copy(name) for name in names):
        return inner
    parts = zip(names, inner, strict=True)
    return [(path, {join(at, name): t for at, (_, part) in parts for name, t in part.items()})]


def join(path: str, name: str) -> str:
    """Return the name of a part of a place; '' is the whole file."""
    return f"{path}.{name}" if path else name


def _tensors(fields: Mapping[Any, Any]) -> State:
    found = {}
    for name, value in fields.items():
        if isinstance(value, tuple) and value and is_strange(value[0]):
            value = value[0]  # a quantised layer's weights beside its biases
        tensor = as_tensor(value)
        if isinstance(name, str) and (is_tensor(tensor) or is_strange(tensor)):
            found[name] = tensor
    return found


def rank(place: str, tensors: State) -> tuple[Any, ...]:
    """Return what sorts places: usual names first."""
    name = place.rpartition(".")[2]
    usual = PLACES.index(name) if name in PLACES else len(PLACES)
    numbers = [-_count(part) for part in place[:200].split(".")]
    return (
        *(distance_from_trained(place), usual, not is_called_trained(place), -len(tensors)),
        *(place.count("."), numbers, place),
    )


def _count(part: str) -> Fraction:
    """Return the number that tells an entry from its like: of a list, or its epoch."""
    if part.isdecimal():
        return Fraction(int(part))
    time = time_in(part)
    return Fraction(0) if time is None else time.value


def cleaned(tensors: State) -> State:
    """Return weights whose names do not tell of what the network was wrapped in."""
    return {
        ".".join(part for part in name.split(".") if part not in _WRAPPERS): value
        for name, value in tensors.items()
    }
