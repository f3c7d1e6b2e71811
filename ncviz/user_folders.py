"""Where settings, runs and downloads belong, whatever the environment says of a home."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from platformdirs import user_config_path, user_data_path


def config_folder() -> Path:
    """Return the folder of the user's settings, which need not be there yet."""
    return _absolute(user_config_path, Path(".config"))


def data_folder() -> Path:
    """Return the folder of the user's runs and downloads, which need not be there yet."""
    return _absolute(user_data_path, Path(".local", "share"))


def _absolute(find: Callable[..., Path], below: Path) -> Path:
    """Return a folder that does not depend on where ncviz is started.

    A relative XDG folder is to be passed over, as its specification says; and who has no home
    at all gets a folder that lasts until the computer is switched off.
    """
    try:
        found = find("ncviz", appauthor=False)
    except RuntimeError:  # there is no home
        found = Path()
    home = Path(os.path.expanduser("~"))
    if not home.is_absolute():
        user = os.getuid() if hasattr(os, "getuid") else "user"
        home = Path(tempfile.gettempdir(), f"ncviz-{user}")
    return found if found.is_absolute() else home / below / "ncviz"


def path_of(text: str) -> Path:
    """Return the path that somebody wrote: with `~` for the home, or as an address 'file://…'.

    Parameters
    ----------
    text : str
        Such as 'file:///C:/runs/a%20run', which programs and browsers put on the clipboard.
    """
    if not text.lower().startswith("file:"):
        return expanded(Path(text))
    address = urlsplit(text)
    name = unquote(address.path)
    if address.netloc not in ("", "localhost"):
        return Path(f"//{address.netloc}{name}")
    return Path(name[1:] if re.match("/[A-Za-z]:", name) else name)  # a drive of Windows


def expanded(path: Path) -> Path:
    """Return a path with the user's home for '~', or as it is where nobody has that home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
