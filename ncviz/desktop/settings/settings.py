"""What ncviz remembers between starts, in one small JSON file."""

import contextlib
import logging
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QLocale

from ncviz.desktop.settings.shared_file import SharedFile, put_aside
from ncviz.errors import UserError
from ncviz.explorer.checks import Check, number_between, one_of, switch, text, texts, whole
from ncviz.language import ENGLISH, languages, tr
from ncviz.parameters import Declared, declared, parameter
from ncviz.scenes.palette import (
    CONTRASTS,
    DEFAULT_PALETTE,
    PALETTE_NAMES,
    PALETTES,
    palette_named,
)
from ncviz.training.device import AUTO, device_name
from ncviz.user_folders import config_folder, data_folder, expanded

VERSION = 2
RECENT, RECENT_COMMANDS = 8, 8
SMALLEST_TEXT, LARGEST_TEXT = 0.75, 2.0
_log = logging.getLogger(__name__)


def _scale(value: object) -> float:
    scale: float = number_between(-math.inf, math.inf)(value)
    return min(max(scale, SMALLEST_TEXT), LARGEST_TEXT)


def _device(value: object) -> str:
    try:
        return device_name(text(value))
    except UserError as error:
        raise ValueError(str(error)) from None


def _latest(most: int) -> Check:
    return lambda value: texts(value)[:most]


def _own_name(language: str) -> str:
    """Return what its speakers call a language."""
    return "English" if language == ENGLISH else QLocale(language).nativeLanguageName()


@dataclass
class Settings:
    """The user's settings.

    Parameters
    ----------
    theme : str
        What is on the screen.
    motion : bool or None
        Animate steps instead of jumping; None lets the system say.
    recent : list of str
        Folders of runs, the latest first.
    geometry : str
        Of the window, as Qt's base64 text.
    system_theme : bool
        Let `theme` follow the system's.
    frame_limit : int
        Frames a second; 0 is none.
    threads : int
        Of a training; 0 means all cores but one.
    runs_folder : str
        Where trained runs are kept; empty for the user's data folder.
    recent_commands : list of str
        Keys of the commands last chosen in the palette.
    """

    theme: str = parameter(
        "light", label=tr("Theme"), choices={"light": tr("Light"), "dark": tr("Dark")}
    )
    text_scale: float = parameter(
        1.0,
        tr("Large text reaches the last row of a lecture room."),
        label=tr("Text size"),
        read=_scale,
    )
    motion: bool | None = parameter(
        None,
        label=tr("Motion"),
        choices={None: tr("As the system"), True: tr("Full"), False: tr("Reduced")},
        choice_tips={
            True: tr("Move from one state to the next."),
            False: tr("Jump from one state to the next; playing still plays."),
        },
        read=lambda value: None if value is None else switch(value),
    )
    formulas: bool = parameter(
        False,
        tr("What is pointed at is told with its formula; else in plain words alone."),
        label=tr("Words with formulas"),
    )
    recent: list[str] | None = parameter(None, read=_latest(RECENT))
    geometry: str = parameter("")
    system_theme: bool = parameter(True)
    language: str = parameter(
        ENGLISH,
        tr("Of every text; it changes with the next start."),
        label=tr("Language"),
        choices={code: _own_name(code) for code in languages()},
    )
    contrast: str = parameter(
        "system",
        label=tr("Contrast"),
        choices={"system": tr("As the system"), **{name: name.capitalize() for name in CONTRASTS}},
        choice_tips={"high": tr("Words of the window in black on white, or white on black.")},
    )
    palette: str = parameter(
        DEFAULT_PALETTE,
        tr("The hues that tell classes apart."),
        label=tr("Colours of classes"),
        choices=PALETTE_NAMES,
        read=lambda value: one_of(*PALETTES)(palette_named(str(value))),
    )
    shapes: bool = parameter(False, tr("Tell classes apart by shapes as well as by colours."))
    recorded_only: bool = parameter(
        False,
        tr("Show nothing between two recorded moments: no interpolation."),
        label=tr("Recorded moments only"),
    )
    frame_limit: int = parameter(
        60,
        label=tr("Frames a second, at most"),
        choices={30: "30", 60: "60", 0: tr("None")},
        choice_tips={
            30: tr("Saves the battery."),
            60: tr("As most screens."),
            0: tr("As fast as it goes."),
        },
    )
    threads: int = parameter(
        0,
        tr("How many cores a training uses; automatic leaves one free."),
        label=tr("Threads for training"),
        empty=tr("Automatic"),
        low=0,
        high=1024,
    )
    device: str = parameter(AUTO, label=tr("Device for training"), read=_device)
    restore_session: bool = parameter(
        True,
        tr("Open the same runs in the same views at the next start."),
        label=tr("Begin where the last session ended"),
    )
    runs_folder: str = parameter("", label=tr("Runs are kept in"))
    recent_commands: list[str] = parameter(factory=list, read=_latest(RECENT_COMMANDS))

    def set(self, name: str, value: object) -> None:
        """Change one setting.

        Raises
        ------
        ValueError
            If there is no such setting, or it cannot have this value.
        """
        if name not in _CHECKS:
            raise ValueError(tr("there is no setting {name!r}", name=name))
        setattr(self, name, _CHECKS[name](value))

    def remember(self, path: Path) -> None:
        """Put a run at the head of the recent ones."""
        text = str(path.resolve())
        others = [item for item in self.recent or [] if item != text]
        self.recent = [text, *others][:RECENT]

    def forget(self, path: str) -> None:
        """Take a run out of the recent ones."""
        self.recent = [item for item in self.recent or [] if item != path]


def _check(item: Declared) -> Check:
    """Return what looks at a value of a setting: its own, or what its declaration says."""
    known = item.parameter
    if known.read is not None:
        return known.read
    if item.choices:
        return one_of(*item.choices)
    if item.kind is int:
        low, high = item.limits(None)
        return whole(int(low or 0), int(high or 0))
    return switch if item.kind is bool else text


_CHECKS = {name: _check(item) for name, item in declared(Settings).items()}


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
        tell(tr("The settings begin anew: {error} {path}", error=error, path=put_aside(path)))
        return settings
    # A file without a version is of the first one, which had fewer settings and no other ones.
    version = values.pop("version", 1)
    if type(version) is not int or version > VERSION:
        tell(tr("The settings in {path} are of a newer ncviz: what is known is read.", path=path))
    for name, value in values.items():
        if name not in _CHECKS:
            _log.warning("The settings in %s hold %.80r, which is unknown.", path, name)
            continue
        if value is None and name == "recent":
            continue
        try:
            settings.set(name, value)
        except ValueError as error:
            tell(
                tr(
                    "The setting {name} = {value!r:.80} in {path} is left out: {error}.",
                    name=name,
                    value=value,
                    path=path,
                    error=error,
                )
            )
    return settings


def settings_file(path: Path, settings: Settings) -> SharedFile:
    """Return the file to which a window writes what it changes of the settings it has read.

    Parameters
    ----------
    path : Path
    settings : Settings
        As they were read.
    """
    return SharedFile(path, settings_as_json(settings), _fitting)


def settings_as_json(settings: Settings) -> dict[str, Any]:
    """Return the settings as values that JSON can hold."""
    return {"version": VERSION, **asdict(settings), "recent": settings.recent or []}


def _fitting(values: dict[str, Any]) -> dict[str, Any]:
    """Return values without those that cannot be; what a newer ncviz has written stays."""
    found = {}
    for name, value in values.items():
        with contextlib.suppress(ValueError):
            found[name] = _CHECKS[name](value) if name in _CHECKS else value
    return found
