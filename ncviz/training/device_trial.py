"""Tries every device that torch sees: the part of the process that may crash."""

from collections.abc import Iterator

import numpy as np
import torch

from ncviz.anatomy.doubles import has_doubles
from ncviz.errors import reason
from ncviz.geometry.statistics import class_statistics
from ncviz.language import tr
from ncviz.measuring.device_errors import free_memory_in_words, is_out_of_memory
from ncviz.networks.perceptron import Perceptron
from ncviz.training.device import PROCESSOR, Device
from ncviz.training.losses.cross_entropy import cross_entropy

_SAMPLES, _CLASSES = 24, 3
# Some compute products in 10 bits of precision; a kernel that is broken is off by far more.
_TOLERANCE = 0.02


def seen_devices() -> Iterator[Device]:
    """Yield every GPU that torch sees, working or not."""
    for number in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(number)
        yield Device(f"cuda:{number}", properties.name, properties.total_memory)
    if torch.backends.mps.is_available():
        yield Device("mps", tr("Apple GPU"), torch.mps.recommended_max_memory())
    for number in range(torch.xpu.device_count()):
        intel = torch.xpu.get_device_properties(number)
        yield Device(f"xpu:{number}", intel.name, intel.total_memory)


def absent() -> Device:
    """Return what stands for a GPU whose driver is there and which torch does not see."""
    if torch.version.cuda or torch.version.hip:
        why = tr(
            "torch {version} does not see it (its driver may be too old, or in use)",
            version=torch.__version__,
        )
        return Device("cuda", tr("The GPU"), problem=why)
    why = tr("torch {version} is built without it", version=torch.__version__)
    return Device("mps" if torch.backends.mps.is_built() else "cuda", tr("The GPU"), problem=why)


def problem_of(device: str) -> str:
    """Train two steps on a device and on the processor; return why it cannot be used, or ''."""
    try:
        found, expected = _steps(device), _steps(PROCESSOR.name)
    except Exception as error:  # noqa: BLE001 - a driver may fail in any way
        return _why(device, error)
    if not np.allclose(found, expected, rtol=_TOLERANCE, atol=_TOLERANCE):
        return tr("it computes other numbers than the processor")
    return ""


def _steps(device: str) -> list[float]:
    """Return what two steps of a small training, and its measuring, give."""
    generator = torch.Generator().manual_seed(0)
    samples = torch.randn(_SAMPLES, 8, generator=generator)
    labels = torch.arange(_SAMPLES) % _CLASSES
    order = torch.randperm(_SAMPLES, generator=generator)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = Perceptron(depth=3, width=16).build((8,), _CLASSES)
    network, samples, here = network.to(device), samples.to(device), labels.to(device)
    parameters = list(network.parameters())
    losses = []
    for optimizer in (
        torch.optim.SGD(parameters, 0.05, momentum=0.9, fused=True),
        torch.optim.Adam(parameters, 0.001, fused=True),
    ):
        batch = order.to(device)
        loss = cross_entropy(network(samples[batch]), here[batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(float(loss.detach()))
    with torch.no_grad():
        features = network(samples)
        features = features if has_doubles(torch.device(device).type) else features.cpu()
        statistics = class_statistics(features, labels.numpy(), _CLASSES)
    return [*losses, *statistics.means.ravel().tolist()]


def _why(device: str, error: Exception) -> str:
    if is_out_of_memory(error):
        free = free_memory_in_words(device)
        left = f", {free}" if free else ""
        return tr("its memory is full{left}", left=left)
    if "no kernel image" in str(error):
        return tr("torch {version} has no kernels for it", version=torch.__version__)
    return reason(error) or type(error).__name__
