"""Names that Windows gives to no file, told before something is written under them.

Under `nul.png` Windows writes to a device and keeps nothing, and it drops a point or a space at a
name's end, so that a file lies elsewhere than was said. Python raises for neither.
"""

import ctypes
import sys
from pathlib import Path, PureWindowsPath

from ncviz.errors import UserError
from ncviz.language import tr

LONGEST = 259  # letters of a path, unless the system allows more
_IS_WINDOWS = sys.platform == "win32"
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"
}
_FORBIDDEN = '<>:"|?*'


def check_file_name(path: Path, holds: str = "") -> None:
    """Refuse a path that the system would take for something else.

    Parameters
    ----------
    path : Path
        Of a file or folder that is to be made.
    holds : str
        The longest path within a folder.

    Raises
    ------
    UserError
        On Windows, if a part of it is kept for a device, ends in a point or a space, or holds
        what no name there can hold, or if it is too long.
    """
    if not _IS_WINDOWS:
        return
    why = _refused(PureWindowsPath(path))
    letters = len(str(path.absolute() / holds))
    if not why and letters > LONGEST and not _takes_long_paths():
        whole = tr("with what it holds it has") if holds else tr("it has")
        why = tr(
            "{whole} {letters} letters, and {longest} are the most",
            whole=whole,
            letters=letters,
            longest=LONGEST,
        )
    if why:
        raise UserError(
            tr(
                "{path} cannot be written on Windows: {why}. Choose another name.",
                path=path,
                why=why,
            )
        )


def _refused(path: PureWindowsPath) -> str:
    for part in path.parts[1 if path.anchor else 0 :]:
        if part in (".", ".."):
            continue
        if part.split(".")[0].rstrip(" ").upper() in _DEVICES:
            return tr("'{part}' is the name of a device", part=part)
        if part[-1] in ". ":
            return tr(
                "'{part}' ends in a {value}",
                part=part,
                value=tr("point") if part[-1] == "." else tr("space"),
            )
        odd = next((letter for letter in part if letter in _FORBIDDEN or letter < " "), "")
        if odd:
            return tr("'{part}' holds {odd!r}", part=part, odd=odd)
    return ""


def _takes_long_paths() -> bool:
    """Return whether this Windows, and this program, have no limit of 259 letters."""
    windll = getattr(ctypes, "windll", None)
    return bool(windll and windll.ntdll.RtlAreLongPathsEnabled())
