"""Matplotlib as it is delivered, whatever lies in the current folder or the environment."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FILE = "matplotlibrc"
# What says where a window is drawn, and nothing of how a figure looks.
_NOT_OF_LOOKS = ("backend", "backend_fallback", "interactive", "toolbar")


def import_without_settings() -> None:
    """Import matplotlib so that it reads no file of the current folder.

    Such a file may have come with somebody's data: it can be a pipe, and what
    it sets would call LaTeX. A backend that the environment names is kept for
    whoever draws beside us, where there is one of that name.

    It takes a moment, so that nothing is imported where there is nothing to fear.
    """
    named = os.environ.get("MPLBACKEND")
    if "matplotlib" in sys.modules or not (named or os.path.lexists(_FILE)):
        return
    os.environ.pop("MPLBACKEND", None)
    try:
        with contextlib.chdir(Path(__file__).parent):
            import matplotlib
    finally:
        if named is not None:
            os.environ["MPLBACKEND"] = named
    with contextlib.suppress(ValueError):
        if named:
            matplotlib.rcParams["backend"] = named


@contextmanager
def default_settings(options: Mapping[str, Any]) -> Iterator[None]:
    """Let matplotlib draw by its own defaults and these options, for a while.

    Parameters
    ----------
    options : mapping
        Of `matplotlib.rcParams`.
    """
    import matplotlib

    chosen: Any = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if name not in _NOT_OF_LOOKS
    }
    with matplotlib.rc_context(chosen | dict(options)):
        yield
