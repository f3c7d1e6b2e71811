"""What a worker is given in the tests, in modules of their own: its process imports them."""

import mmap
import os
import signal
import sys
from pathlib import Path

from ncviz.errors import UserError
from ncviz.jobs.control import Order


def count(control, tell, numbers):
    for number in range(numbers):
        tell(number)
    return sum(range(numbers))


def refuse(control, tell):
    raise UserError("There is no such file: name another.")


def fall(control, tell):
    raise ZeroDivisionError("by nothing")


def ask_for_too_much(control, tell):
    raise MemoryError


def hold(control, tell, kept=None):
    """Tell without an end until ended; then keep what there is, or not."""
    tell("began")
    while control.order() is Order.CONTINUE:
        if kept is not None:
            tell("more")
    if kept is not None:
        Path(kept).write_text(control.order().value)
    control.check()


def end_late(control, tell):
    """Say with the last breath that there was one."""
    tell("began")
    while control.order() is Order.CONTINUE:
        pass
    print("ended", flush=True)


def wait_for_ever(control, tell):
    tell(os.getpid())
    signal.pause()


def end_the_process(control, tell, number):
    tell("began")
    os.kill(os.getpid(), number)


def read_a_mapped_file_that_shrinks(control, tell, path):
    path.write_bytes(bytes(4 * mmap.PAGESIZE))
    with open(path, "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    os.truncate(path, 0)
    return mapped[0]


def leave(control, tell):
    os._exit(3)


def return_a_function(control, tell):
    return lambda: None


def say_what_is_imported(control, tell):
    return sorted(name for name in ("torch", "PyQt6", "numpy", "vispy") if name in sys.modules)


def get_ready():
    os.environ["NCVIZ_READY"] = "yes"


def is_ready(control, tell):
    return os.environ.get("NCVIZ_READY")
