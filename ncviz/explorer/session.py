"""A session: everything that is open and how it stands, as one small JSON file."""

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ncviz.assets import asset
from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.explorer.bookmarks import LONGEST_NAME, MOST_BOOKMARKS, Bookmark
from ncviz.explorer.checks import number_between
from ncviz.explorer.player import ENDS, PACES, SPEEDS
from ncviz.explorer.window_state import PlayerState, PlotLayout, SecondRun, WindowState
from ncviz.runs.writer import write_atomically
from ncviz.scenes.epoch_scale import SPACINGS
from ncviz.scenes.view_text import text_to_view, view_to_text
from ncviz.wording import listed, one_line

FORMAT = "ncviz session"
VERSION = 1
SUFFIX = ".ncviz-session"
LARGEST_BYTES = 2_000_000
LATEST_EPOCH = 1e12
MOST_PLOTS = 1000
DEMONSTRATION = "ncviz:demonstration"  # lies elsewhere on each computer


def write_session(path: Path, state: WindowState) -> None:
    """Write a session file, whole or not at all.

    Parameters
    ----------
    path : Path
        Runs that lie in its folder are kept relative to it, so that the
        folder can be moved.
    state : WindowState

    Raises
    ------
    UserError
        If it cannot be written.
    """
    values = _plain(state, path.absolute().parent)
    try:
        text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        content = text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UserError(f"The session cannot be written to {path}: {error}.") from error
    if len(content) > LARGEST_BYTES:
        raise UserError(f"The session is too large for {path}: remove bookmarks or curves.")
    write_atomically(path, content)


def _plain(state: WindowState, folder: Path) -> dict[str, Any]:
    second = state.second
    return {
        "format": FORMAT,
        "version": VERSION,
        "run": _written(state.run, folder),
        "view": view_to_text(state.view),
        "others": [],  # an older ncviz asks for it
        "second_run": _written(second.run, folder),
        "second_view": view_to_text(second.view),
        "linked": second.linked,
        "camera_linked": second.camera_linked,
        "room": state.room,
        "in_a_row": state.in_a_row,
        "player": asdict(state.player),
        "bookmarks": [asdict(mark) for mark in state.bookmarks],
        "plots": list(state.plots.kinds),
        "chosen_in_plots": {kind: sorted(keys) for kind, keys in state.plots.chosen.items()},
        "theory": dict(state.theory),
        "recipe": dict(state.recipe),
        "recording": dict(state.recording),
        "geometry": state.geometry,
        "columns": dict(state.columns),
    }


def read_session(path: Path) -> tuple[WindowState, tuple[str, ...]]:
    """Read a session file.

    Returns
    -------
    state : WindowState
        Without the runs that are gone.
    notes : tuple of str
        A sentence for each of these, and one for what this ncviz does not know.

    Raises
    ------
    UserError
        If the file is absent, no session, damaged, or of a newer ncviz.
    """
    values = _values_of(path)
    reader = _Reader(path.absolute().parent)
    try:
        state = reader.state(values)
    except _MisfitError as misfit:
        raise UserError(f"{path} is damaged: {misfit} does not fit a session.") from misfit
    except UserError as error:  # of one of the views
        raise UserError(f"{path} is damaged: {str(error)[0].lower()}{str(error)[1:]}") from error
    unknown = [one_line(name, 40) for name in values.keys() - _plain(WindowState(), path).keys()]
    if unknown:
        names = listed(sorted(unknown))
        reader.notes.append(f"The session says what this ncviz does not know: {names}.")
    return state, tuple(reader.notes)


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

    def state(self, values: Mapping[str, Any]) -> WindowState:
        columns = _take(values, "columns", dict)
        if not all(isinstance(shown, bool) for shown in columns.values()):
            raise _MisfitError("columns")
        return WindowState(
            room=_take(values, "room", str),
            run=self._run(_optional(values, "run")),
            view=text_to_view(_take(values, "view", str)),
            player=_player(_take(values, "player", dict)),
            bookmarks=tuple(
                _bookmark(mark) for mark in _list(values, "bookmarks", dict, MOST_BOOKMARKS)
            ),
            plots=_plots(values),
            in_a_row=_switch(values, "in_a_row", False),
            second=SecondRun(
                run=self._run(_optional(values, "second_run")),
                view=text_to_view(_take(values, "second_view", str)),
                linked=_switch(values, "linked", True),
                camera_linked=_switch(values, "camera_linked", True),
            ),
            theory=_take(values, "theory", dict),
            recipe=_take(values, "recipe", dict) if "recipe" in values else {},
            recording=_take(values, "recording", dict) if "recording" in values else {},
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


def left_at_default(what: str, names: Sequence[str]) -> str:
    """Say that a session holds values of a form that cannot be.

    Parameters
    ----------
    what : str
        What the form fills in, such as 'recipe'.
    names : sequence of str
        Of the fields.
    """
    wrong = listed([one_line(name, 40) for name in names])
    return (
        f"What the session says of the {what}'s {wrong} cannot be; in this session it is left at "
        "its default."
    )


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


def _plots(values: Mapping[str, Any]) -> PlotLayout:
    name = "chosen_in_plots"
    chosen = _take(values, name, dict) if name in values else {}
    return PlotLayout(
        tuple(_list(values, "plots", str, MOST_PLOTS)),
        {kind: frozenset(_list(chosen, kind, str, MOST_PLOTS)) for kind in chosen},
    )


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


def _switch(values: Mapping[str, Any], name: str, absent: bool) -> bool:
    """Return whether something is on; what a former ncviz did not keep is as it begins."""
    return bool(_take(values, name, bool)) if name in values else absent


def _optional(values: Mapping[str, Any], name: str) -> str | None:
    return None if values.get(name) is None else str(_take(values, name, str))


def _list(values: Mapping[str, Any], name: str, kind: type, most: int) -> list[Any]:
    items = _take(values, name, list)
    if len(items) > most or not all(isinstance(item, kind) for item in items):
        raise _MisfitError(name)
    return list(items)


def _number(values: Mapping[str, Any], name: str) -> float:
    try:
        found: float = number_between(0, LATEST_EPOCH)(values.get(name))
    except ValueError:
        value = values.get(name)
        raise _MisfitError(
            f"{name} {value!r:.40}" if name in values else f"the lack of {name}"
        ) from None
    return found
