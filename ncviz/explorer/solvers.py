"""What the models of the Theory room solve with: loaded in a thread, as it takes long."""

import importlib
import threading

from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import call
from ncviz.language import tr

_MODULES = "scipy.optimize", "scipy.integrate"

_begun, _ended = threading.Event(), threading.Event()
_loader = WorkThread(tr("loading of the models"))


def load_solvers() -> None:
    """Import it all."""
    _begun.set()
    try:
        for module in _MODULES:
            importlib.import_module(module)
    finally:
        _ended.set()


def are_loaded() -> bool:
    """Return whether all of it is there; else a thread is about it, or begins now.

    Whoever solves before has to wait for it.
    """
    if not _begun.is_set():
        _begun.set()
        _loader.begin(call, load_solvers)
    return _ended.is_set()
