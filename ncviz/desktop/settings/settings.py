"""What ncviz remembers between starts, in one small JSON file."""

import contextlib
import logging
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ncviz.desktop.settings.shared_file import SharedFile, put_aside
from ncviz.errors import UserError
from ncviz.explorer.checks import Check, number, one_of, switch, text, texts, whole
from ncviz.scenes.palette import CONTRASTS, DEFAULT_PALETTE, PALETTES, palette_named
from ncviz.training.device import AUTO, device_name
from ncviz.user_folders import config_folder, data_folder, expanded

VERSION = 2
RECENT, RECENT_COMMANDS = 8, 8
SMALLEST_TEXT, LARGEST_TEXT = 0.75, 2.0
FRAME_LIMITS = (30, 60, 0)  # frames a second; 0 is none
_log = logging.getLogger(__name__)


@dataclass
class Settings:
    """The user's settings.

    Parameters
    ----------
    theme : str
        'light' or 'dark': what is on the screen.
    text_scale : float
        1, or up to 1.75 for a lecture room.
    motion : bool or None
        Animate steps instead of jumping; None lets the system say.
    recent : list of str
        Folders of runs, the latest first.
    geometry : str
        Of the window, as Qt's base64 text.
    system_theme : bool
        Let `theme` follow the system's.
    contrast : str
        Of the window's words: 'system', or one of `CONTRASTS`.
    palette : str
        The hues of the classes, one of `PALETTES`.
    shapes : bool
        Tell classes apart by shapes too.
    recorded_only : bool
        Show recorded epochs and nothing between them.
    frame_limit : int
        Frames a second, one of `FRAME_LIMITS`.
    threads : int
        Of a training; 0 means all cores but one.
    device : str
        What trains and records, as `--device` names it.
    restore_session : bool
        Begin where the last session ended.
    runs_folder : str
        Where trained runs are kept; empty for the user's data folder.
    recent_commands : list of str
        Keys of the commands last chosen in the palette.
    """

    theme: str = "light"
    text_scale: float = 1.0
    motion: bool | None = None
    recent: list[str] | None = None
    geometry: str = ""
    system_theme: bool = True
    contrast: str = "system"
    palette: str = DEFAULT_PALETTE
    shapes: bool = False
    recorded_only: bool = False
    frame_limit: int = 60
    threads: int = 0
    device: str = AUTO
    restore_session: bool = True
    runs_folder: str = ""
    recent_commands: list[str] = field(default_factory=list)

    def set(self, name: str, value: object) -> None:
        """Change one setting.

        Raises
        ------
        ValueError
            If there is no such setting, or it cannot have this value.
        """
        if name not in _CHECKS:
            raise ValueError(f"there is no setting {name!r}")
        setattr(self, name, _CHECKS[name](value))

    def remember(self, path: Path) -> None:
        """Put a run at the head of the recent ones."""
        text = str(path.resolve())
        others = [item for item in self.recent or [] if item != text]
        self.recent = [text, *others][:RECENT]

    def forget(self, path: str) -> None:
        """Take a run out of the recent ones."""
        self.recent = [item for item in self.recent or [] if item != path]


def _scale(value: object) -> float:
    scale: float = number(-math.inf, math.inf)(value)
    return min(max(scale, SMALLEST_TEXT), LARGEST_TEXT)


def _device(value: object) -> str:
    try:
        return device_name(text(value))
    except UserError as error:
        raise ValueError(str(error)) from None


def _latest(most: int) -> Check:
    return lambda value: texts(value)[:most]


_CHECKS: dict[str, Check] = {
    "theme": one_of("light", "dark"),
    "text_scale": _scale,
    "motion": lambda value: None if value is None else switch(value),
    "contrast": one_of("system", *CONTRASTS),
    "recent": _latest(RECENT),
    "geometry": text,
    "system_theme": switch,
    "palette": lambda value: one_of(*PALETTES)(palette_named(str(value))),
    "shapes": switch,
    "recorded_only": switch,
    "frame_limit": one_of(*FRAME_LIMITS),
    "threads": whole(0, 1024),
    "device": _device,
    "restore_session": switch,
    "runs_folder": text,
    "recent_commands": _latest(RECENT_COMMANDS),
}


def settings_path() -> Path:
    """Return where the settings lie."""
    return config_folder() / "settings.json"


def runs_path(settings: Settings | None = None) -> Path:
    """Return the folder in which the window keeps the runs it trains.

    Parameters
    ----------
    settings : Settings, optional
        In which another folder may be chosen.
    """
    chosen = settings.runs_folder if settings is not None else ""
    return expanded(Path(chosen)) if chosen else data_folder() / "runs"


def read_settings(path: Path, tell: Callable[[str], None] = _log.warning) -> Settings:
    """Read the settings; whatever is wrong with them, there are some.

    Parameters
    ----------
    path : Path
        A file that cannot be read at all is put aside.
    tell : callable, optional
        Given a sentence for all that cannot be used: it is left at its default.
    """
    settings = Settings()
    try:
        values = SharedFile(path).read()
    except UserError as error:
        tell(f"The settings begin anew: {error} {put_aside(path)}")
        return settings
    # A file without a version is of the first one, which had fewer settings and no other ones.
    version = values.pop("version", 1)
    if type(version) is not int or version > VERSION:
        tell(f"The settings in {path} are of a newer ncviz: what is known is read.")
    for name, value in values.items():
        if name not in _CHECKS:
            _log.warning("The settings in %s hold %.80r, which is unknown.", path, name)
            continue
        if value is None and name == "recent":
            continue
        try:
            settings.set(name, value)
        except ValueError as error:
            tell(f"The setting {name} = {value!r:.80} in {path} is left out: {error}.")
    return settings


def settings_file(path: Path, settings: Settings) -> SharedFile:
    """Return the file to which a window writes what it changes of the settings it has read.

    Parameters
    ----------
    path : Path
    settings : Settings
        As they were read.
    """
    return SharedFile(path, values_of(settings), _fitting)


def values_of(settings: Settings) -> dict[str, Any]:
    """Return the settings as values that JSON can hold."""
    return {"version": VERSION, **asdict(settings), "recent": settings.recent or []}


def write_settings(settings: Settings, path: Path) -> None:
    """Write all settings; failing to is logged, and no reason to disturb anyone."""
    try:
        SharedFile(path).write(values_of(settings))
    except UserError as error:
        _log.warning("The settings cannot be kept: %s", error)


def _fitting(values: dict[str, Any]) -> dict[str, Any]:
    """Return values without those that cannot be; what a newer ncviz has written stays."""
    found = {}
    for name, value in values.items():
        with contextlib.suppress(ValueError):
            found[name] = _CHECKS[name](value) if name in _CHECKS else value
    return found
