"""Whether there is a screen to open a window on: without one Qt would abort the program."""

import ctypes
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr

INSTEAD = tr(
    "draw the demonstration with 'ncviz demo --out out', or a run with 'ncviz picture RUN --out "
    "FILE.png'."
)


def check_display(environment: Mapping[str, str] | None = None) -> None:
    """Say in a sentence why no window can be opened, if none can.

    Parameters
    ----------
    environment : mapping, optional
        Variables to go by; those of the process by default.

    Raises
    ------
    UserError
        Naming the display.
    """
    named = os.environ if environment is None else environment
    if sys.platform == "linux" and not named.get("QT_QPA_PLATFORM"):
        _check(named)


def _check(named: Mapping[str, str]) -> None:
    wayland, x11 = named.get("WAYLAND_DISPLAY"), named.get("DISPLAY")
    if not wayland and not x11:
        raise UserError(tr("There is no display to open a window on: {instead}", instead=INSTEAD))
    if wayland and (Path(named.get("XDG_RUNTIME_DIR", "/")) / wayland).is_socket():
        return
    if x11 and _answers(x11):
        return
    name, value = ("DISPLAY", x11) if x11 else ("WAYLAND_DISPLAY", wayland)
    raise UserError(
        tr(
            "Nothing answers at the display {value!r} that {name} names: set it to one that runs, "
            "or {instead}",
            value=value,
            name=name,
            instead=INSTEAD,
        )
    )


def _answers(display: str) -> bool:
    """Tell whether an X server lets us in; True where it cannot be asked."""
    try:
        library = ctypes.CDLL("libxcb.so.1")
        library.xcb_connect.restype = ctypes.c_void_p
        library.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        library.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
        library.xcb_disconnect.argtypes = [ctypes.c_void_p]
    except (OSError, AttributeError):
        return True
    connection = library.xcb_connect(os.fsencode(display), None)
    refused = bool(library.xcb_connection_has_error(connection))
    library.xcb_disconnect(connection)
    return not refused
