"""`ncviz info`: what a run is; or versions and devices, for bug reports."""

import argparse
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ncviz import __version__
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import SAMPLES, sample
from ncviz.runs.repeats import RepeatedRun, Repeats, is_repeats, open_run
from ncviz.runs.run import Run
from ncviz.runs.state_in_words import state_in_words

PACKAGES = ("numpy", "scipy", "torch", "torchvision", "PyQt6", "PyQt6-Qt6", "vispy", "pyqtgraph")


def info(parsed: argparse.Namespace) -> int:
    """Print what a run or repeats are, or what a bug report should say.

    Raises
    ------
    UserError
        If there is no run.
    """
    _print(_of_this_computer() if parsed.path is None else _of_folder(parsed.path))
    return 0


def _print(lines: list[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        print(f"{name.ljust(width)}  {value}")


def _of_folder(path: Path) -> list[tuple[str, str]]:
    if str(path) in {each.key for each in SAMPLES} and not path.exists():
        path = sample(str(path)).path
    if not is_repeats(path):
        return _of_run(open_run(path))
    repeats = Repeats(path)
    lines = [("title", repeats.title), ("runs", repeats.count_in_words)]
    for seed in repeats.seeds:
        run, median = repeats.run_of(seed), "; the median" if seed == repeats.median_seed else ""
        said = repeats.absent[seed] if run is None else f"{_state(run)}{median}"
        lines.append((f"seed {seed}", said))
    return [*lines, ("median by", repeats.median_by)]


def _of_run(run: Run) -> list[tuple[str, str]]:
    manifest, lines = run.manifest, []
    if isinstance(run, RepeatedRun):
        lines.append(("one of repeats", run.place_in_words))
    return [
        ("title", manifest.title),
        *lines,
        ("classes", f"{manifest.classes:,}"),
        ("layers", f"{len(manifest.layers):,}"),
        ("state", _state(run)),
        ("made by", manifest.command or "not recorded"),
    ]


def _state(run: Run) -> str:
    message, count = run.manifest.message, len(run.epochs)
    said = state_in_words(run) + (f": {message}" if message else "")
    return f"{said.rstrip('.')}, {count:,} recorded up to {run.counting.named(run.epochs[-1])}"


def _of_this_computer() -> list[tuple[str, str]]:
    lines = [("ncviz", __version__), ("Python", sys.version.split()[0])]
    lines += [("system", f"{platform.system()} {platform.release()} {platform.machine()}")]
    lines += [(name, _version(name)) for name in PACKAGES]
    torch = _torch()  # before OpenGL, which may be Qt's: on Windows torch does not load after Qt
    lines += [("OpenGL", _opengl()), ("display", _display()), *torch]
    return [*lines, ("processors", str(os.cpu_count()))]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _opengl() -> str:
    from ncviz.rendering.offscreen import gl_description

    try:
        return ", ".join(gl_description())
    except UserError as error:
        return str(error)


def _display() -> str:
    names = ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM")
    found = [f"{name}={os.environ[name]}" for name in names if os.environ.get(name)]
    return ", ".join(found) or "none"


def _torch() -> list[tuple[str, str]]:
    try:
        import torch  # noqa: F401 - whether it can be
    except (ImportError, OSError) as error:
        return [("torch device", f"none ({error})")]
    from ncviz.training.device import PROCESSOR, may_have_gpu, training_threads
    from ncviz.training.device_probe import all_devices

    devices = all_devices() if may_have_gpu() else (PROCESSOR,)
    said = [device.refusal if device.problem else device.description for device in devices]
    lines = [("torch device", words) for words in said]
    return [*lines, ("training threads", str(training_threads()))]
