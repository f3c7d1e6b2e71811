"""A virtual screen: what it shows, and the keys that are pressed on it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (1440, 900)
# Balls, curves and buttons are coloured, all else is grey: so many pixels are a picture.
COLOURED = 4000
_HEADER = 25  # numbers of four bytes


class Screen:
    """An X server without a monitor.

    Parameters
    ----------
    display : str
        Such as ':3'.
    memory : Path
        The file that holds its pixels.
    """

    def __init__(self, display: str, memory: Path) -> None:
        self.display = display
        self._memory = memory

    def pixels(self) -> np.ndarray:
        """Return what is shown, shape (height, width, 3)."""
        raw = self._memory.read_bytes()
        header = np.frombuffer(raw, ">u4", _HEADER)
        height, line, colors = int(header[5]), int(header[12]), int(header[19])
        start = int(header[0]) + 12 * colors
        rows = np.frombuffer(raw, np.uint8, height * line, start).reshape(height, -1, 4)
        return rows[:, : int(header[4]), 2::-1]

    def save(self, path: Path) -> None:
        """Keep what is shown as PNG."""
        Image.fromarray(self.pixels()).save(path)

    @property
    def shows_picture(self) -> bool:
        """Return whether more than empty panels is drawn."""
        pixels = self.pixels().astype(np.int16)
        return int((np.ptp(pixels, axis=2) > 60).sum()) > COLOURED

    def press(self, window: str, *keys: str) -> None:
        """Press keys, such as 'ctrl+6', one after the other in a window."""
        self._xdotool("windowfocus", "--sync", window)
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)

    def window(self, process: int) -> str:
        """Return the number of the visible window of a process, or nothing."""
        found = self._xdotool("search", "--onlyvisible", "--pid", str(process), check=False)
        return found.split()[-1] if found.split() else ""

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=30,
            check=check,
        )
        return done.stdout


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    """Start an X server and end it.

    Yields
    ------
    Screen
    """
    for program, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
        if shutil.which(program) is None:
            raise SystemExit(f"The check needs {program}: on Debian, 'apt install {package}'.")
    width, height = SIZE
    with tempfile.TemporaryDirectory() as folder:
        # The server chooses a free number and says which once it is ready.
        reader, writer = os.pipe()
        server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writer), "-fbdir", folder),
                *("-screen", "0", f"{width}x{height}x24", "-noreset"),
            ],
            pass_fds=(writer,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        try:
            with os.fdopen(reader) as answer:
                number = answer.readline().strip()
            if not number:
                raise SystemExit("The virtual screen did not start: try 'Xvfb :99'.")
            yield Screen(f":{number}", Path(folder, "Xvfb_screen0"))
        finally:
            server.terminate()
            server.wait(timeout=10)


def wait_until(what: Callable[[], object], seconds: float, failure: str) -> float:
    """Wait until something holds.

    Returns
    -------
    float
        The seconds that it took.

    Raises
    ------
    AssertionError
        With `failure`, if it does not hold in time.
    """
    start = time.monotonic()
    while not what():
        took = time.monotonic() - start
        if took > seconds:
            raise AssertionError(f"{failure} ({seconds:g} s).")
        time.sleep(0.05)
    return time.monotonic() - start
