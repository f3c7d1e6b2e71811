"""What the models of the Theory room solve with: loaded in a thread, as it takes long."""

import importlib
import threading

_MODULES = "scipy.optimize", "scipy.integrate"

_begun, _ended = threading.Event(), threading.Event()


def load_solvers() -> None:
    """Import it all."""
    _begun.set()
    try:
        for module in _MODULES:
            importlib.import_module(module)
    finally:
        _ended.set()


def are_loading() -> bool:
    """Return whether a thread is about it, for which whoever solves now would have to wait."""
    return _begun.is_set() and not _ended.is_set()
