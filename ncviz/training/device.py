"""What trains: the processor, or a GPU that was seen to work.

Importing this module does not import torch. Whether a GPU works is found out in a
process of its own, see `ncviz.training.device_probe`.
"""

import ctypes.util
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import memory_in_words

AUTO, CPU = "auto", "cpu"
CHOICES = tr("auto, cpu, cuda, cuda:1, mps or xpu")
_NAMES = re.compile(r"auto|cpu|mps|(cuda|xpu)(:\d{1,3})?")
# The drivers of NVIDIA, of NVIDIA in Windows' subsystem for Linux, and of AMD.
_DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")


@dataclass(frozen=True)
class Device:
    """Something to train on, and whether that works.

    Parameters
    ----------
    name : str
        As torch calls it: 'cpu', 'cuda:0', 'mps', 'xpu:0'.
    title : str
        As its maker calls it.
    memory : int
        Bytes in all; 0 if unknown.
    problem : str
        Why it cannot be used, to go on a sentence; empty if it works.
    """

    name: str
    title: str
    memory: int = 0
    problem: str = ""

    @property
    def description(self) -> str:
        """Say which one it is, such as 'NVIDIA H200, 139 GiB (cuda:0)'."""
        size = f", {memory_in_words(self.memory)}" if self.memory else ""
        return f"{self.title}{size} ({self.name})"

    @property
    def refusal(self) -> str:
        """Say that it cannot be used, and why, without a full stop."""
        return tr(
            "{description} cannot be used: {problem}",
            description=self.description,
            problem=self.problem,
        )


PROCESSOR = Device(CPU, tr("Processor"))


def device_name(text: str) -> str:
    """Return the whole name of a device: 'cuda' is 'cuda:0'.

    Raises
    ------
    UserError
        If it names none.
    """
    if not _NAMES.fullmatch(text):
        raise UserError(
            tr("The device {words!r} is unknown: choose {choices}.", words=text, choices=CHOICES)
        )
    kind, _, number = text.partition(":")
    return f"{kind}:{int(number or 0)}" if kind in ("cuda", "xpu") else kind


def choose_device(wanted: str, devices: Sequence[Device]) -> tuple[Device, str]:
    """Return the device that a name stands for, and what to say of the choice.

    Parameters
    ----------
    wanted : str
        'auto' for the first GPU that works, else the processor.
    devices : sequence of Device
        What was found.

    Returns
    -------
    Device
    str
        A sentence where 'auto' has chosen a GPU, or went past one that cannot be used.

    Raises
    ------
    UserError
        If a device that was named is not there or cannot be used.
    """
    name = device_name(wanted)
    working = [device for device in devices if not device.problem]
    if name == AUTO:
        gpu = next((device for device in working if device.name != CPU), None)
        broken = next((device for device in devices if device.problem), None)
        if gpu is not None:
            return gpu, tr("{description} is used.", description=gpu.description)
        if broken is None:
            return PROCESSOR, ""
        return PROCESSOR, tr("{refusal}. The processor is used instead.", refusal=broken.refusal)
    found = next((device for device in devices if device.name == name), None)
    kind = name.partition(":")[0]
    # A driver without a torch that knows it stands for all devices of its kind.
    found = found or next((device for device in devices if device.name == kind), None)
    ways = " or ".join(device.name for device in working)
    if found is None:
        raise UserError(tr("There is no device {name} here: choose {ways}.", name=name, ways=ways))
    if found.problem:
        raise UserError(
            tr("{refusal}. Choose the device {ways}.", refusal=found.refusal, ways=ways)
        )
    return found, ""


def may_have_gpu() -> bool:
    """Tell whether to look for a GPU, which takes a process that imports torch."""
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    if os.name == "nt":
        return ctypes.util.find_library("nvcuda") is not None or "+xpu" in torch_version()
    files = [*_DEVICE_FILES, *(["/dev/dri"] if "+xpu" in torch_version() else [])]
    return any(Path(file).exists() for file in files)


def torch_version() -> str:
    """Return torch's version without importing it; empty where it is absent."""
    # Imported here: it takes the tenth of a second in which the window has imported all else.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("torch")
    except PackageNotFoundError:
        return ""


def training_threads() -> int:
    """Return how many threads train: one core is left for the window, or as NCVIZ_THREADS says."""
    chosen = os.environ.get("NCVIZ_THREADS", "")
    if chosen.isdigit() and int(chosen) > 0:
        return int(chosen)
    return max(1, cores() - 1)


def cores() -> int:
    """Return how many of the computer's cores may be used."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return own or 1


def get_ready(device: str) -> None:
    """Set torch's threads, and let it import what it imports on its first steps.

    Parameters
    ----------
    device : str
        Such as 'cpu' or 'cuda:0'.
    """
    import torch

    torch.set_num_threads(training_threads())
    weight = torch.ones(2, 2, device=device, requires_grad=True)
    for optimizer in (
        torch.optim.SGD([weight], fused=True),
        torch.optim.Adam([weight], fused=True),
    ):
        weight.square().sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
