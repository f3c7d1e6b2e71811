"""A session: everything that is open and how it stands, as one small JSON file."""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ncviz.assets import asset
from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.explorer.bookmarks import LONGEST_NAME, MOST_BOOKMARKS, Bookmark
from ncviz.explorer.checks import number
from ncviz.explorer.player import ENDS, PACES, SPEEDS, Player
from ncviz.runs.writer import write_atomically
from ncviz.scenes.epoch_scale import SPACINGS
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view, view_to_text

FORMAT = "ncviz session"
VERSION = 1
SUFFIX = ".ncviz-session"
LARGEST_BYTES = 2_000_000
LATEST_EPOCH = 1e12
MOST_RUNS = 100
DEMONSTRATION = "ncviz:demonstration"  # lies elsewhere on each computer


@dataclass(frozen=True)
class PlayerState:
    """How the timeline stands.

    Parameters
    ----------
    position : float
        In the unit of the spacing.
    speed : float
        One of `SPEEDS`.
    at_end, pace, spacing : str
        One of `ENDS`, `PACES`, `SPACINGS`.
    """

    position: float = 0.0
    speed: float = 1.0
    at_end: str = "stop"
    pace: str = "keep the speed"
    spacing: str = "recorded"

    @classmethod
    def of(cls, player: Player) -> "PlayerState":
        """Return how a player stands."""
        return cls(player.position, player.speed, player.at_end, player.pace, player.spacing)

    def apply_to(self, player: Player) -> None:
        """Let a player stand so; it pauses."""
        player.pause()
        player.speed, player.at_end, player.pace = self.speed, self.at_end, self.pace
        player.set_spacing(self.spacing)
        player.seek(self.position)


@dataclass(frozen=True)
class Session:
    """What a session file holds.

    Parameters
    ----------
    run : Path, optional
        The open run.
    view : View
        Of it; the sample under the pointer is not kept.
    others : tuple of Path
        Further runs, e.g. those laid over a plot.
    second_run : Path, optional
        The second run of the comparison.
    second_view : View
        With the epoch at which it stands.
    linked : bool
        Whether the second run follows the clock of the first.
    room : str
        Its name.
    player : PlayerState
    bookmarks : tuple of Bookmark
        Of the open run.
    plots : tuple of str
        How the plots are laid out, in words of their own.
    theory : mapping
        Parameters of the Theory room: names and values that JSON can hold.
    geometry : str
        Of the window, as Qt's base64 text.
    columns : mapping of str to bool
        Which columns are unfolded.
    """

    run: Path | None = None
    view: View = field(default_factory=View)
    others: tuple[Path, ...] = ()
    second_run: Path | None = None
    second_view: View = field(default_factory=View)
    linked: bool = True
    room: str = "Explore"
    player: PlayerState = field(default_factory=PlayerState)
    bookmarks: tuple[Bookmark, ...] = ()
    plots: tuple[str, ...] = ()
    theory: Mapping[str, Any] = field(default_factory=dict)
    geometry: str = ""
    columns: Mapping[str, bool] = field(default_factory=dict)


def write_session(path: Path, session: Session) -> None:
    """Write a session file, whole or not at all.

    Parameters
    ----------
    path : Path
        Runs that lie in its folder are kept relative to it, so that the
        folder can be moved.
    session : Session

    Raises
    ------
    UserError
        If it cannot be written.
    """
    folder = path.absolute().parent
    player = session.player
    values = {
        "format": FORMAT,
        "version": VERSION,
        "run": _written(session.run, folder),
        "view": view_to_text(session.view),
        "others": [_written(run, folder) for run in session.others],
        "second_run": _written(session.second_run, folder),
        "second_view": view_to_text(session.second_view),
        "linked": session.linked,
        "room": session.room,
        "player": {
            "position": player.position,
            "speed": player.speed,
            "at_end": player.at_end,
            "pace": player.pace,
            "spacing": player.spacing,
        },
        "bookmarks": [{"epoch": mark.epoch, "name": mark.name} for mark in session.bookmarks],
        "plots": list(session.plots),
        "theory": dict(session.theory),
        "geometry": session.geometry,
        "columns": dict(session.columns),
    }
    try:
        text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        content = text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UserError(f"The session cannot be written to {path}: {error}.") from error
    if len(content) > LARGEST_BYTES:
        raise UserError(f"The session is too large for {path}: remove bookmarks or curves.")
    write_atomically(path, content)


def read_session(path: Path) -> tuple[Session, tuple[str, ...]]:
    """Read a session file.

    Returns
    -------
    session : Session
        Without the runs that are gone.
    notes : tuple of str
        A sentence for each of these.

    Raises
    ------
    UserError
        If the file is absent, no session, damaged, or of a newer ncviz.
    """
    values = _values_of(path)
    reader = _Reader(path.absolute().parent)
    try:
        session = reader.session(values)
    except _MisfitError as misfit:
        raise UserError(f"{path} is damaged: {misfit} does not fit a session.") from misfit
    except UserError as error:  # of one of the views
        raise UserError(f"{path} is damaged: {str(error)[0].lower()}{str(error)[1:]}") from error
    return session, tuple(reader.notes)


def _values_of(path: Path) -> dict[str, Any]:
    try:
        text = read_text(path, LARGEST_BYTES)
        values = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        json.dumps(values, ensure_ascii=False).encode()  # fails for half a character
    except FileNotFoundError:
        raise UserError(
            f"{path} does not exist: choose a session file, which ends in {SUFFIX}."
        ) from None
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}): choose another file."
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"{path} is not a session of ncviz, for it is not JSON: choose a file that ends in "
            f"{SUFFIX}."
        ) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise UserError(f"{path} is not a session of ncviz: choose a file that ends in {SUFFIX}.")
    version = values.get("version")
    if type(version) is int and version > VERSION:
        raise UserError(
            f"{path} is in version {str(version)[:20]} of the session format: "
            f"this ncviz reads version {VERSION}; install a newer ncviz."
        )
    if type(version) is not int or version != VERSION:
        raise UserError(f"{path} is damaged: its version does not fit a session.")
    return values


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are Python's, not JSON's


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _written(run: Path | None, folder: Path) -> str | None:
    if run is None:
        return None
    run = run.absolute()
    if run == asset("demonstration").absolute():
        return DEMONSTRATION
    return (run.relative_to(folder) if run.is_relative_to(folder) else run).as_posix()


class _MisfitError(Exception):
    """Names a value of a session that cannot be."""


class _Reader:
    """Turns the values of a file into a session, and notes which runs are gone.

    Parameters
    ----------
    folder : Path
        Of the session file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.notes: list[str] = []

    def session(self, values: Mapping[str, Any]) -> Session:
        others = _list(values, "others", str, MOST_RUNS)
        columns = _take(values, "columns", dict)
        if not all(isinstance(shown, bool) for shown in columns.values()):
            raise _MisfitError("columns")
        run, second = (self._run(_optional(values, name)) for name in ("run", "second_run"))
        found = [self._run(name) for name in others]
        return Session(
            run=run,
            view=text_to_view(_take(values, "view", str)),
            others=tuple(other for other in found if other is not None),
            second_run=second,
            second_view=text_to_view(_take(values, "second_view", str)),
            linked=_take(values, "linked", bool) if "linked" in values else True,
            room=_take(values, "room", str),
            player=_player(_take(values, "player", dict)),
            bookmarks=tuple(
                _bookmark(mark) for mark in _list(values, "bookmarks", dict, MOST_BOOKMARKS)
            ),
            plots=tuple(_list(values, "plots", str, 1000)),
            theory=_take(values, "theory", dict),
            geometry=_take(values, "geometry", str),
            columns=columns,
        )

    def _run(self, name: str | None) -> Path | None:
        if name is None:
            return None
        path = asset("demonstration") if name == DEMONSTRATION else self._folder / name
        try:
            there = os.path.exists(path)
        except ValueError:  # no path at all, such as one with a zero byte
            there = False
        if there:
            return path
        shown = "".join(c if c.isprintable() else "?" for c in str(path))
        note = f"The run {shown} of this session is no longer there: everything else is restored."
        if note not in self.notes:
            self.notes.append(note)
        return None


def _player(values: Mapping[str, Any]) -> PlayerState:
    state = PlayerState(
        position=_number(values, "position"),
        speed=_number(values, "speed"),
        at_end=_take(values, "at_end", str),
        pace=_take(values, "pace", str),
        spacing=_take(values, "spacing", str),
    )
    for name, choices in (
        ("speed", SPEEDS),
        ("at_end", ENDS),
        ("pace", PACES),
        ("spacing", SPACINGS),
    ):
        if getattr(state, name) not in choices:
            raise _MisfitError(f"{name} {values[name]!r:.40}")
    return state


def _bookmark(values: Mapping[str, Any]) -> Bookmark:
    name = _take(values, "name", str)
    if len(name) > LONGEST_NAME:
        raise _MisfitError(f"the bookmark {name[:20]!r}…")
    return Bookmark(_number(values, "epoch"), name)


def _take(values: Mapping[str, Any], name: str, kind: type) -> Any:
    value = values.get(name)
    if not isinstance(value, kind):
        raise _MisfitError(f"{name} {value!r:.40}" if name in values else f"the lack of {name}")
    return value


def _optional(values: Mapping[str, Any], name: str) -> str | None:
    return None if values.get(name) is None else str(_take(values, name, str))


def _list(values: Mapping[str, Any], name: str, kind: type, most: int) -> list[Any]:
    items = _take(values, name, list)
    if len(items) > most or not all(isinstance(item, kind) for item in items):
        raise _MisfitError(name)
    return list(items)


def _number(values: Mapping[str, Any], name: str) -> float:
    try:
        found: float = number(0, LATEST_EPOCH)(values.get(name))
    except ValueError:
        value = values.get(name)
        raise _MisfitError(
            f"{name} {value!r:.40}" if name in values else f"the lack of {name}"
        ) from None
    return found
