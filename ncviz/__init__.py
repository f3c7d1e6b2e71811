"""ncviz: a desktop explorer for the geometry of deep classifiers."""

from importlib import import_module
from typing import Any

__all__ = ["Recorder", "__version__", "open_repeats", "open_run", "show"]

__version__: str


def __getattr__(name: str) -> Any:
    """Import what takes time, such as torch for `Recorder`, when it is first asked for."""
    if name == "__version__":
        globals()[name] = _version()
        return globals()[name]
    if name == "Recorder":
        # By its name: most modules ask this one for the version, and need no torch for it.
        return import_module("ncviz.recording.recorder").Recorder
    if name == "open_repeats":
        return import_module("ncviz.runs.repeats").Repeats
    if name == "open_run":
        return import_module("ncviz.runs.repeats").open_run
    if name == "show":
        return import_module("ncviz.export.web.showing").show
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ncviz")
    except PackageNotFoundError:  # a source tree that was never installed
        return "0+unknown"
