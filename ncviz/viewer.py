"""Whether torch is there, without importing it: the viewer, which opens and exports, has none."""

import ctypes
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr

VIEWER = tr(
    "This is ncviz's viewer, which opens runs and exports them but cannot train or record: "
    "use the full ncviz for that."
)


@cache
def is_viewer() -> bool:
    """Return whether torch is absent; importing it is not tried."""
    return find_spec("torch") is None


def need_torch() -> None:
    """Refuse to go on in the viewer.

    Raises
    ------
    UserError
        If torch is absent.
    """
    if is_viewer():
        raise UserError(VIEWER)


def load_torch_before_qt() -> None:
    """Load torch's core library on Windows: after Qt it fails to start (pytorch issue 166628).

    A window calls this before it imports Qt, and may import torch whenever it likes.
    """
    if sys.platform == "win32":
        spec = find_spec("torch")
        for place in (spec and spec.submodule_search_locations) or ():
            library = Path(place, "lib", "c10.dll")
            if library.is_file():
                os.add_dll_directory(str(library.parent))
                ctypes.CDLL(str(library))
