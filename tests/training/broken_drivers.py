"""Processes that try devices, and crash, hang or fail as drivers do. Nothing here imports torch."""

import os
import signal
import time

from ncviz.training.device import Device

FIRST, SECOND = Device("cuda:0", "NVIDIA A"), Device("cuda:1", "NVIDIA B")


def _tell(connection, ends):
    """Try two devices, of which some end the process."""
    left_out = connection.recv()
    for device in (FIRST, SECOND):
        if device.name not in left_out:
            connection.send(device)
            ends(device)
            connection.send(device)
    connection.send(None)


def both_work(connection):
    _tell(connection, lambda device: None)


def first_crashes(connection):
    def end(device):
        if device == FIRST:
            os.kill(os.getpid(), signal.SIGSEGV)

    _tell(connection, end)


def all_leave(connection):
    _tell(connection, lambda device: os._exit(3))


def first_hangs(connection):
    _tell(connection, lambda device: time.sleep(3600) if device == FIRST else None)


def dies_at_once(connection):
    os.kill(os.getpid(), signal.SIGABRT)
