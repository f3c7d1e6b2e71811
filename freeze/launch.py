"""Where the frozen application begins."""

import multiprocessing
import os
import sys
from pathlib import Path


def _prepare() -> None:
    """Put right what differs between a frozen program and an installed one."""
    # A program without a console has no streams; what is written for people asks for them.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    if sys.platform == "linux":
        # Only this program looks for libraries in its folder, not the ones that it opens.
        before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
        if before is not None:
            os.environ["LD_LIBRARY_PATH"] = before
        else:
            os.environ.pop("LD_LIBRARY_PATH", None)
        _find_our_libraries()
        if not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
            # Qt speaks of every other locale than one of UTF-8.
            os.environ["LC_CTYPE"] = "C.UTF-8"


def _find_our_libraries() -> None:
    """Let what looks for a library by its name find ours where the system has none."""
    import ctypes.util

    find_in_system = ctypes.util.find_library
    folder = Path(getattr(sys, "_MEIPASS", ""))

    def find_library(name: str) -> str | None:
        ours = (str(path) for path in sorted(folder.glob(f"lib{name}.so*")))
        return find_in_system(name) or next(ours, None)

    ctypes.util.find_library = find_library


def _run() -> int:
    from ncviz.cli import main

    try:
        return main()
    except ModuleNotFoundError:
        from ncviz.viewer import VIEWER, is_viewer

        # What asks for torch without looking first.
        if not is_viewer():
            raise
        print(f"ncviz: {VIEWER}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    # First of all: a child process goes its own way from here.
    multiprocessing.freeze_support()
    _prepare()
    sys.exit(_run())
