"""A session: everything that is open and how it stands, as one small JSON file."""

import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from ncviz.assets import asset
from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.explorer.bookmarks import LONGEST_NAME, MOST_BOOKMARKS, Bookmark
from ncviz.explorer.checks import (
    Check,
    MisfitError,
    any_text,
    by_name,
    each,
    mapping,
    number_between,
    one_of,
    or_none,
    switch,
    table,
    taken,
)
from ncviz.explorer.player import ENDS, PACES, SPEEDS
from ncviz.explorer.window_state import PlayerState, WindowState
from ncviz.language import tr
from ncviz.runs.writer import write_atomically
from ncviz.scenes.epoch_scale import SPACINGS
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view, view_to_text
from ncviz.wording import listed, lower_first, one_line

FORMAT = "ncviz session"
VERSION = 1
SUFFIX = ".ncviz-session"
LARGEST_BYTES = 2_000_000
LATEST_EPOCH = 1e12
MOST_PLOTS = 1000
LONGEST_EXPERIMENT = 255  # letters of its name, which is that of a file
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
        written = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
        content = f"{written}\n".encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UserError(
            tr("The session cannot be written to {path}: {error}.", path=path, error=error)
        ) from error
    if len(content) > LARGEST_BYTES:
        raise UserError(
            tr("The session is too large for {path}: remove bookmarks or curves.", path=path)
        )
    write_atomically(path, content)


def _plain(state: WindowState, folder: Path) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "others": [],  # an older ncviz asks for it
        **{
            name: held.write(attrgetter(held.where)(state))
            for name, held in _held(folder, []).items()
        },
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
    values, notes, state = _values_of(path), list[str](), WindowState()
    try:
        for name, held in _held(path.absolute().parent, notes).items():
            if name in values or not held.may_lack:
                state = held.put(state, taken(values, name, held.read))
    except MisfitError as misfit:
        raise UserError(
            tr("{path} is damaged: {misfit} does not fit a session.", path=path, misfit=misfit)
        ) from misfit
    except UserError as error:  # of one of the views
        raise UserError(
            tr(
                "{path} is damaged: {error}",
                path=path,
                error=lower_first(str(error)),
            )
        ) from error
    unknown = [one_line(name, 40) for name in values.keys() - _plain(WindowState(), path).keys()]
    if unknown:
        names = listed(sorted(unknown))
        notes.append(tr("The session says what this ncviz does not know: {names}.", names=names))
    return state, tuple(notes)


def _values_of(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(
            read_text(path, LARGEST_BYTES), parse_constant=_refuse, parse_float=_finite
        )
        json.dumps(values, ensure_ascii=False).encode()  # fails for half a character
    except FileNotFoundError:
        raise UserError(
            tr(
                "{path} does not exist: choose a session file, which ends in {suffix}.",
                path=path,
                suffix=SUFFIX,
            )
        ) from None
    except OSError as error:
        raise UserError(
            tr(
                "{path} cannot be read ({strerror}): choose another file.",
                path=path,
                strerror=error.strerror,
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            tr(
                "{path} is not a session of ncviz, for it is not JSON: choose a file that ends in "
                "{suffix}.",
                path=path,
                suffix=SUFFIX,
            )
        ) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise UserError(
            tr(
                "{path} is not a session of ncviz: choose a file that ends in {suffix}.",
                path=path,
                suffix=SUFFIX,
            )
        )
    version = values.get("version")
    if type(version) is int and version > VERSION:
        raise UserError(
            tr(
                "{path} is in version {version} of the session format: "
                "this ncviz reads version {version_2}; install a newer ncviz.",
                path=path,
                version=str(version)[:20],
                version_2=VERSION,
            )
        )
    if type(version) is not int or version != VERSION:
        raise UserError(tr("{path} is damaged: its version does not fit a session.", path=path))
    return values


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are Python's, not JSON's


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(number)
    return value


def _written(folder: Path, run: Path | None) -> str | None:
    if run is None:
        return None
    run = run.absolute()
    if run == asset("demonstration").absolute():
        return DEMONSTRATION
    return (run.relative_to(folder) if run.is_relative_to(folder) else run).as_posix()


def _found(folder: Path, notes: list[str], name: object) -> Path | None:
    """Return where a run lies; None, and a note, if it is gone."""
    name = any_text(name)
    path = asset("demonstration") if name == DEMONSTRATION else folder / name
    try:
        there = os.path.exists(path)
    except ValueError:  # no path at all
        there = False
    if there:
        return path
    shown = "".join(c if c.isprintable() else "?" for c in str(path))
    note = tr(
        "The run {shown} of this session is no longer there: everything else is restored.",
        shown=shown,
    )
    if note not in notes:
        notes.append(note)
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
    return tr(
        "What the session says of the {what}'s {wrong} cannot be; in this session it is left at "
        "its default.",
        what=what,
        wrong=wrong,
    )


@dataclass(frozen=True)
class _Held:
    """What a session file holds under a name.

    Parameters
    ----------
    where : str
        In a `WindowState`, such as 'second.linked'.
    read : callable
        From the file's value; raises ValueError, or UserError with a sentence of its own.
    write : callable
        To the file's value.
    may_lack : bool
        Whether it is as it begins where a file lacks it: a former ncviz did not keep it.
    """

    where: str
    read: Check
    write: Callable[[Any], Any] = lambda value: value
    may_lack: bool = False

    def put(self, state: WindowState, value: Any) -> WindowState:
        whole, _, part = self.where.partition(".")
        if part:
            value = replace(getattr(state, whole), **{part: value})
        return replace(state, **{whole: value})


def _among(choices: Sequence[float]) -> Check:
    return lambda value: one_of(*choices)(number_between(0, LATEST_EPOCH)(value))


def _view(value: object) -> View:
    return text_to_view(any_text(value))


def _name(value: object) -> str:
    name = any_text(value)
    if len(name) > LONGEST_NAME:
        raise ValueError(
            tr("it must have at most {longest_name} characters", longest_name=LONGEST_NAME)
        )
    return name


def _experiment(value: object) -> str:
    name = any_text(value)
    if len(name) > LONGEST_EXPERIMENT:
        raise ValueError(
            tr(
                "it must have at most {longest_experiment} characters",
                longest_experiment=LONGEST_EXPERIMENT,
            )
        )
    return name


_EPOCH = number_between(0, LATEST_EPOCH)
_PLAYER = table(
    PlayerState,
    position=_EPOCH,
    speed=_among(SPEEDS),
    at_end=one_of(*ENDS),
    pace=one_of(*PACES),
    spacing=one_of(*SPACINGS),
)
_BOOKMARK = table(Bookmark, epoch=_EPOCH, name=_name)
_NAMES = each(any_text, MOST_PLOTS)


def _held(folder: Path, notes: list[str]) -> dict[str, _Held]:
    """Return what a session file in a folder holds; reading it notes the runs that are gone."""
    run: dict[str, Any] = {
        "read": or_none(partial(_found, folder, notes)),
        "write": partial(_written, folder),
        "may_lack": True,
    }
    return {
        "run": _Held("run", **run),
        "view": _Held("view", _view, view_to_text),
        "second_run": _Held("second.run", **run),
        "second_view": _Held("second.view", _view, view_to_text),
        "linked": _Held("second.linked", switch, may_lack=True),
        "camera_linked": _Held("second.camera_linked", switch, may_lack=True),
        "room": _Held("room", any_text),
        "in_a_row": _Held("in_a_row", switch, may_lack=True),
        "player": _Held("player", _PLAYER, asdict),
        "bookmarks": _Held(
            "bookmarks", each(_BOOKMARK, MOST_BOOKMARKS), lambda marks: list(map(asdict, marks))
        ),
        "plots": _Held("plots.kinds", _NAMES, list),
        "chosen_in_plots": _Held(
            "plots.chosen",
            by_name(lambda value: frozenset(_NAMES(value))),
            lambda chosen: {kind: sorted(keys) for kind, keys in chosen.items()},
            may_lack=True,
        ),
        "theory": _Held("theory", mapping, dict),
        "experiment": _Held("experiment", _experiment, may_lack=True),
        "recipe": _Held("recipe", mapping, dict, may_lack=True),
        "recording": _Held("recording", mapping, dict, may_lack=True),
        "geometry": _Held("geometry", any_text),
        "columns": _Held("columns", by_name(switch), dict),
    }
