"""`ncviz info`: versions and devices, for bug reports."""

import argparse
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from ncviz import __version__
from ncviz.errors import UserError

PACKAGES = ("numpy", "scipy", "torch", "torchvision", "PyQt6", "PyQt6-Qt6", "vispy", "pyqtgraph")


def info(_parsed: argparse.Namespace) -> int:
    """Print what a bug report should say."""
    lines = [("ncviz", __version__), ("Python", sys.version.split()[0])]
    lines += [("system", f"{platform.system()} {platform.release()} {platform.machine()}")]
    lines += [(name, _version(name)) for name in PACKAGES]
    torch = _torch()  # before OpenGL, which may be Qt's: on Windows torch does not load after Qt
    lines += [("OpenGL", _opengl()), ("display", _display()), *torch]
    lines += [("processors", str(os.cpu_count()))]
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        print(f"{name.ljust(width)}  {value}")
    return 0


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
