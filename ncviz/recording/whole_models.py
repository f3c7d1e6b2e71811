"""Takes the weights out of networks that were pickled whole, or as a program of TorchScript."""

from collections.abc import Iterator, Mapping
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.pickles import Inert
from ncviz.recording.stored_tensors import as_tensor, is_strange, is_tensor

_DEEPEST = 100  # modules within modules
_MOST = 500_000  # entries, where one may be met many times


class Looks:
    """How many more entries of a file are looked at; a few bytes can refer to endless ones.

    Parameters
    ----------
    where : str
        Names the file in the error message.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._left = _MOST

    def spend(self, entries: int) -> None:
        """Count entries.

        Raises
        ------
        UserError
            If there are more than any checkpoint has.
        """
        self._left -= entries
        if self._left < 0:
            raise UserError(
                tr(
                    "{where} has more entries than any weights need: save model.state_dict().",
                    where=self._where,
                )
            )


def content_of(value: Any) -> Mapping[Any, Any] | None:
    """Return what a dictionary holds, or what an object would have held; None for other values."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, Inert):
        return None
    state = value.state
    if isinstance(state, tuple) and state and isinstance(state[0], dict):
        state = state[0]  # beside the slots
    if value.entries or isinstance(state, dict):
        return {**(state if isinstance(state, dict) else {}), **value.entries}
    return None


def is_network(value: Any) -> bool:
    """Tell whether a value stands for a network that was pickled whole."""
    return _is_module(value) or (isinstance(value, Inert) and value.kind.startswith("__torch__."))


def network_of(value: Any, looks: Looks) -> dict[str, Any]:
    """Return the state dict of a network that was pickled whole.

    Parameters
    ----------
    value : object
        For which `is_network` is true.
    looks : Looks
        Are spent.

    Raises
    ------
    UserError
        If it has too many modules.
    """
    return dict(_walk(value, "", 0, looks))


def _is_module(value: Any) -> bool:
    if not isinstance(value, Inert):
        return False
    state = content_of(value)
    return state is not None and "_parameters" in state and "_modules" in state


def _walk(module: Any, path: str, depth: int, looks: Looks) -> Iterator[tuple[str, Any]]:
    """Yield the tensors of a module and of those within it."""
    state = content_of(module)
    if state is None or depth > _DEEPEST:
        return
    tensors, modules = _parts(state) if _is_module(module) else (state, state)
    looks.spend(1 + len(state) + len(tensors) + len(modules))
    for name, value in tensors.items():
        tensor = as_tensor(value)
        if is_tensor(tensor) or is_strange(tensor):
            yield f"{path}{name}", tensor
    for name, value in modules.items():
        if isinstance(value, Inert) and not is_strange(value):
            yield from _walk(value, f"{path}{name}.", depth + 1, looks)


def _parts(state: Mapping[Any, Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return the tensors that a module's state dict would have, and its modules."""
    left_out = state.get("_non_persistent_buffers_set")
    left_out = left_out if isinstance(left_out, list) else []
    kinds = (content_of(state.get(kind)) or {} for kind in ("_parameters", "_buffers", "_modules"))
    parameters, buffers, modules = kinds
    kept = {name: value for name, value in buffers.items() if name not in left_out}
    return {**parameters, **kept}, dict(modules)
