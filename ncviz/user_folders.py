"""Where settings, runs and downloads belong, whatever the environment says of a home."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

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


def expanded(path: Path) -> Path:
    """Return a path with the user's home for '~', or as it is where nobody has that home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
