"""What the callbacks for trainers of other packages have in common."""

import importlib
from pathlib import Path
from typing import Any

from torch import nn

from ncviz.errors import UserError
from ncviz.recording.recorder import Recorder
from ncviz.recording.sharded_network import is_sharded


class EpochCallback:
    """Has a recorder while a trainer trains, and records at the end of epochs.

    Of several processes the first one has it; where they share the weights, each has one.
    """

    def __init__(self, out: str | Path, data: Any, every: int, options: dict[str, Any]) -> None:
        super().__init__()
        self._out = out
        self._data = data
        self._every = every
        self._options = options
        self._recorder: Recorder | None = None

    def _begin(self, network: Any, data: Any, epoch: int) -> None:
        """Make the recorder and record the network before training."""
        self._recorder = Recorder(self._out, network, data, **self._options)
        if epoch == 0 or not self._options.get("resume"):
            self._recorder.record(epoch)

    @staticmethod
    def _takes_part(network: Any, is_first: bool) -> bool:
        """Tell whether this process has to make a recorder of a network."""
        return is_first or (isinstance(network, nn.Module) and is_sharded(network))

    def _record(self, epoch: int, **numbers: Any) -> None:
        if self._recorder is not None and epoch % self._every == 0:
            self._recorder.record(epoch, **numbers)

    def _end(self, state: str = "finished", message: str = "") -> None:
        if self._recorder is not None:
            self._recorder.close(state, message)


def base_of(name: str, modules: tuple[str, ...], missing: str) -> type:
    """Return the class that a package's callbacks inherit from.

    Parameters
    ----------
    name : str
        Of the class.
    modules : tuple of str
        Where it may be, whichever is installed.
    missing : str
        What to say where none is.

    Raises
    ------
    UserError
        If none is installed.
    """
    for module in modules:
        try:
            found: type = getattr(importlib.import_module(module), name)
        except ImportError:
            continue
        return found
    raise UserError(missing)
