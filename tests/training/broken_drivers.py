"""Processes that try devices, and crash, hang or fail as drivers do. Nothing here imports torch."""

import os
import signal
import time

from ncviz.training.device import Device

FIRST, SECOND = Device("cuda:0", "NVIDIA A"), Device("cuda:1", "NVIDIA B")


def _try(tell, left_out, ends):
    """Try two devices, of which some end the process."""
    for device in (FIRST, SECOND):
        if device.name not in left_out:
            tell(device)
            ends(device)
            tell(device)


def both_work(control, tell, left_out):
    _try(tell, left_out, lambda device: None)


def first_crashes(control, tell, left_out):
    def end(device):
        if device == FIRST:
            os.kill(os.getpid(), signal.SIGSEGV)

    _try(tell, left_out, end)


def all_leave(control, tell, left_out):
    _try(tell, left_out, lambda device: os._exit(3))


def first_hangs(control, tell, left_out):
    _try(tell, left_out, lambda device: time.sleep(3600) if device == FIRST else None)


def dies_at_once(control, tell, left_out):
    os.kill(os.getpid(), signal.SIGABRT)
