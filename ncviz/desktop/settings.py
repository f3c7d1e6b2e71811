"""What ncviz remembers between starts, in one small JSON file."""

import json
import logging
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path

from ncviz.errors import UserError
from ncviz.runs.writer import write_atomically
from ncviz.scenes import palette as palettes

VERSION = 2
RECENT = 8
SMALLEST_TEXT, LARGEST_TEXT = 0.75, 2.0
FRAME_LIMITS = (30, 60, 0)  # frames a second; 0 is none
PALETTES: tuple[str, ...] = tuple(getattr(palettes, "PALETTES", ("okabe-ito",)))
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
    motion : bool
        Animate steps instead of jumping.
    recent : list of str
        Folders of runs, the latest first.
    geometry : str
        Of the window, as Qt's base64 text.
    system_theme : bool
        Let `theme` follow the system's.
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
    restore_session : bool
        Begin where the last session ended.
    runs_folder : str
        Where trained runs are kept; empty for the user's data folder.
    recent_commands : list of str
        Keys of the commands last chosen in the palette.
    """

    theme: str = "light"
    text_scale: float = 1.0
    motion: bool = True
    recent: list[str] | None = None
    geometry: str = ""
    system_theme: bool = False
    palette: str = "okabe-ito"
    shapes: bool = False
    recorded_only: bool = False
    frame_limit: int = 60
    threads: int = 0
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


# Each takes a value from a file or a dialog and returns what is kept, or raises ValueError.


def _one_of(*choices: object) -> Callable[[object], Any]:
    def check(value: object) -> object:
        # 1 == True, yet 1 is no answer to yes or no.
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise ValueError(f"choose one of {', '.join(map(repr, choices))}")
        return value

    return check


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("it must be text")
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("it must be a list")
    return [item for item in value if isinstance(item, str)]


def _scale(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or math.isnan(value):
        raise ValueError(f"it must be a number from {SMALLEST_TEXT} to {LARGEST_TEXT}")
    return min(max(float(value), SMALLEST_TEXT), LARGEST_TEXT)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1024:
        raise ValueError("it must be a whole number from 0 to 1024")
    return value


_switch = _one_of(True, False)
_CHECKS: dict[str, Callable[[object], Any]] = {
    "theme": _one_of("light", "dark"),
    "text_scale": _scale,
    "motion": _switch,
    "recent": _texts,
    "geometry": _text,
    "system_theme": _switch,
    "palette": _one_of(*PALETTES),
    "shapes": _switch,
    "recorded_only": _switch,
    "frame_limit": _one_of(*FRAME_LIMITS),
    "threads": _count,
    "restore_session": _switch,
    "runs_folder": _text,
    "recent_commands": _texts,
}


def settings_path() -> Path:
    """Return where the settings lie."""
    return user_config_path("ncviz") / "settings.json"


def runs_path(settings: Settings | None = None) -> Path:
    """Return the folder in which the window keeps the runs it trains.

    Parameters
    ----------
    settings : Settings, optional
        In which another folder may be chosen.
    """
    chosen = settings.runs_folder if settings is not None else ""
    return Path(chosen).expanduser() if chosen else user_data_path("ncviz") / "runs"


def read_settings(path: Path) -> Settings:
    """Read the settings; a value that does not fit is left at its default, with a warning."""
    settings = Settings()
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return settings
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("The settings in %s cannot be read: %s", path, error)
        return settings
    if not isinstance(values, dict):
        _log.warning("The settings in %s are no settings: they begin anew.", path)
        return settings
    # A file without a version is of the first one, which had fewer settings and no other ones.
    version = values.pop("version", 1)
    if not isinstance(version, int) or version > VERSION:
        _log.warning("The settings in %s are of a newer ncviz: what is known is read.", path)
    known = {item.name for item in fields(Settings)}
    for name, value in values.items():
        if name not in known:
            _log.warning("The settings in %s hold %r, which is unknown.", path, name)
            continue
        if value is None and name == "recent":
            continue
        try:
            settings.set(name, value)
        except ValueError as error:
            _log.warning("The setting %s = %.80r in %s is left out: %s.", name, value, path, error)
    return settings


def write_settings(settings: Settings, path: Path) -> None:
    """Write the settings; failing to is logged, and no reason to disturb anyone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        values = {"version": VERSION, **asdict(settings)}
        write_atomically(path, json.dumps(values, indent=1).encode())
    except (OSError, UserError) as error:
        _log.warning("The settings cannot be kept: %s", error)
