"""Finds out which GPUs work, in a process of its own: a broken driver may crash or hang.

Nothing here imports torch, except in the child process.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection

from ncviz.interrupts import leave_to_parent
from ncviz.training.child_process import ChildProcess, why_it_ended
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
_UNSEEN = Device("cuda", "The GPU")


class DeviceProbe:
    """Tries all devices, one after the other, in a spawned process.

    Where the process dies or hangs, the device that it tried cannot be used, and another
    process goes on with the rest.

    Parameters
    ----------
    serve : callable, optional
        The process's part, given its end of the pipe: it is sent the names of devices to
        leave out, and sends each device before it is tried, again afterwards, and None
        at the end.
    seconds : float, optional
        To wait for each.
    """

    def __init__(
        self, serve: Callable[[Connection], None] | None = None, seconds: float = SECONDS
    ) -> None:
        self._serve = serve or _serve
        self._seconds = seconds
        self._child: ChildProcess | None = None
        self._found: dict[str, Device] = {PROCESSOR.name: PROCESSOR}
        self._trying: Device | None = None
        self._deadline = 0.0
        self.is_running = False

    def start(self) -> None:
        """Begin."""
        self.is_running = True
        self._begin()

    def _begin(self) -> None:
        self._trying = None
        self._child = ChildProcess(self._serve, "trying devices")
        self._child.send(tuple(self._found))
        self._deadline = time.monotonic() + self._seconds

    def poll(self, timeout: float = 0.0) -> tuple[Device, ...] | None:
        """Return all devices once each was tried, the processor first; None until then.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait, if there is nothing yet.
        """
        if self._child is None:
            return tuple(self._found.values())
        left = max(0.0, self._deadline - time.monotonic())
        messages, exitcode = self._child.receive(min(timeout, left))
        for device in messages:
            if device is None:
                self.close()
                return tuple(self._found.values())
            if self._trying is not None:
                self._found[device.name] = device
            self._trying = device if self._trying is None else None
            self._deadline = time.monotonic() + self._seconds
        if exitcode is not None:
            self._go_on(f"the process that tried it {why_it_ended(exitcode)}")
        elif time.monotonic() >= self._deadline:
            self._child.kill()
            self._go_on(f"it did not answer within {self._seconds:.0f} seconds")
        return None if self.is_running else tuple(self._found.values())

    def _go_on(self, problem: str) -> None:
        """Note what ended the process, and try the other devices, if it had come to one."""
        trying = self._trying
        self._end_child()
        self._found[(trying or _UNSEEN).name] = replace(trying or _UNSEEN, problem=problem)
        if trying is None:
            self.is_running = False
        else:
            self._begin()

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None

    def close(self) -> None:
        """End the process; what was not tried is not known."""
        self._end_child()
        self.is_running = False


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


def _serve(connection: Connection) -> None:
    """Do the child's part: try what was not tried yet."""
    leave_to_parent()
    left_out = connection.recv()
    from ncviz.training.device_trial import absent, problem_of, seen_devices

    seen = tuple(seen_devices())
    for device in seen:
        if device.name not in left_out:
            connection.send(device)
            connection.send(replace(device, problem=problem_of(device.name)))
    if not seen:
        connection.send(absent())
        connection.send(absent())
    connection.send(None)
