"""Finds out which GPUs work, in a process of its own: a broken driver may crash or hang.

Nothing here imports torch, except in the child process.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from ncviz.jobs.control import Control
from ncviz.jobs.messages import Died, End, Failed
from ncviz.jobs.process import WorkProcess
from ncviz.jobs.worker import Job
from ncviz.language import tr
from ncviz.training.device import (
    AUTO,
    CPU,
    PROCESSOR,
    Device,
    choose_device,
    device_name,
    may_have_gpu,
)

SECONDS = 60.0  # for one device; a driver that wakes up takes some ten
_UNSEEN = Device("cuda", tr("The GPU"))


Trial = Callable[[Control, Callable[[Device], None], tuple[str, ...]], None]


class DeviceProbe:
    """Tries all devices, one after the other, in a spawned process.

    Where the process dies or hangs, the device that it tried cannot be used, and another
    process goes on with the rest.

    Parameters
    ----------
    trial : callable, optional
        The process's part: it is given the names of devices to leave out, and tells each
        device before it is tried, and again afterwards.
    seconds : float, optional
        To wait for each.
    """

    def __init__(self, trial: Trial | None = None, seconds: float = SECONDS) -> None:
        self._trial = trial or _try_devices
        self._seconds = seconds
        self._worker = WorkProcess(tr("trying devices"))
        self._job: Job[Device, None] | None = None
        self._found: dict[str, Device] = {PROCESSOR.name: PROCESSOR}
        self._trying: Device | None = None
        self._deadline = 0.0

    @property
    def is_running(self) -> bool:
        """Return whether not all devices were tried yet."""
        return self._job is not None

    def start(self) -> None:
        """Begin."""
        self._trying = None
        self._job = self._worker.begin(self._trial, tuple(self._found))
        self._deadline = time.monotonic() + self._seconds

    def poll(self, timeout: float = 0.0) -> tuple[Device, ...] | None:
        """Return all devices once each was tried, the processor first; None until then.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait, if there is nothing yet.
        """
        if self._job is not None:
            left = max(0.0, self._deadline - time.monotonic())
            for message in self._job.poll(min(timeout, left)):
                self._take(message)
        if self._job is not None and time.monotonic() >= self._deadline:
            self._go_on(tr("it did not answer within {seconds:.0f} seconds", seconds=self._seconds))
        return None if self.is_running else tuple(self._found.values())

    def _take(self, message: Device | End[None]) -> None:
        match message:
            case Device():
                if self._trying is not None:
                    self._found[message.name] = message
                self._trying = message if self._trying is None else None
                self._deadline = time.monotonic() + self._seconds
            case Died():
                self._go_on(tr("the process that tried it {why}", why=message.why))
            case Failed(sentence=sentence):
                self._go_on(sentence)
            case _:
                self.close()

    def _go_on(self, problem: str) -> None:
        """Note what ended the process, and try the other devices, if it had come to one."""
        trying = self._trying
        self.close()
        self._found[(trying or _UNSEEN).name] = replace(trying or _UNSEEN, problem=problem)
        if trying is not None:
            self.start()

    def close(self) -> None:
        """End the process; what was not tried is not known."""
        self._worker.close()
        self._job = None


def find_device(wanted: str) -> tuple[Device, str]:
    """Return the device that a name stands for, as `choose_device`, once it was tried.

    Parameters
    ----------
    wanted : str
        As on the command line.

    Raises
    ------
    UserError
        If it names no device, or one that is not there or cannot be used.
    """
    name = device_name(wanted)
    if name == CPU or (name == AUTO and not may_have_gpu()):
        return PROCESSOR, ""
    return choose_device(name, all_devices())


def all_devices() -> tuple[Device, ...]:
    """Return every device once it was tried, the processor first."""
    probe = DeviceProbe()
    probe.start()
    try:
        while (devices := probe.poll(1.0)) is None:
            pass
    finally:
        probe.close()
    return devices


def _try_devices(
    _control: Control, tell: Callable[[Device], None], left_out: tuple[str, ...]
) -> None:
    """Do the process's part: try what was not tried yet."""
    from ncviz.training.device_trial import absent, problem_of, seen_devices

    seen = tuple(seen_devices())
    for device in seen:
        if device.name not in left_out:
            tell(device)
            tell(replace(device, problem=problem_of(device.name)))
    if not seen:
        tell(absent())
        tell(absent())
