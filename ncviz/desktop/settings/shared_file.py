"""A small JSON file that is written by several windows, each of which writes what it changed."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ncviz import held_files
from ncviz.bounded_reading import read_text
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.runs.lock import waiting_lock
from ncviz.runs.writer import write_atomically

LARGEST_BYTES = 16_000_000
MOST_ASIDE = 99  # damaged files that are kept beside the good one

Values = Mapping[str, Any]


class SharedFile:
    """Values under names, in one file of the user's configuration.

    Between two writes of a window another one may write the same file. What the other has changed
    stays: only what differs from what this window read or wrote last is put over it.

    Parameters
    ----------
    path : Path
        Which need not be there.
    seen : mapping, optional
        What this window has read of it.
    fitting : callable, optional
        Given what is to be written, returns what of it may be.
    """

    def __init__(
        self,
        path: Path,
        seen: Values | None = None,
        fitting: Callable[[dict[str, Any]], Values] = dict,
    ) -> None:
        self.path = path
        self._seen = _copied(seen or {})
        self._fitting = fitting

    def read(self) -> dict[str, Any]:
        """Return what the file holds, nothing if there is none.

        Raises
        ------
        UserError
            If it cannot be read or is damaged.
        """
        try:
            values = json.loads(read_text(self.path, LARGEST_BYTES))
            json.dumps(values, ensure_ascii=False).encode()  # fails for half a character
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise UserError(
                tr("{path} cannot be read: {strerror}.", path=self.path, strerror=error.strerror)
            ) from error
        except (ValueError, RecursionError) as error:
            raise UserError(tr("{path} is damaged: it is not JSON.", path=self.path)) from error
        if not isinstance(values, dict):
            raise UserError(
                tr("{path} is damaged: it holds no values under names.", path=self.path)
            )
        return values

    def write(self, values: Values) -> None:
        """Write what has changed since this window read or wrote the file last.

        Raises
        ------
        UserError
            If it cannot be written.
        """
        if values == self._seen:
            return
        make_folder(self.path.parent)
        with waiting_lock(self.path.parent):
            try:
                theirs = self.read()
            except UserError:
                theirs = {}
            kept = self._fitting(merged(self._seen, values, theirs))
            content = json.dumps(kept, indent=1, ensure_ascii=False)
            write_atomically(self.path, content.encode())
        self.saw(values)

    def saw(self, values: Values) -> None:
        """Take values to be what the file holds."""
        self._seen = _copied(values)


def _copied(values: Values) -> Values:
    copy: Values = json.loads(json.dumps(values))  # its lists may be changed in place
    return copy


def merged(before: Values, ours: Values, theirs: Values) -> dict[str, Any]:
    """Return what others wrote, with what was changed here put over it.

    Parameters
    ----------
    before : mapping
        What both began with.
    ours, theirs : mapping
        What became of it. Values under names within are merged likewise; a list, the latest
        first, is given what was put at its head, and loses what was taken out.
    """
    found = dict(theirs)
    for name in before.keys() - ours.keys():
        found.pop(name, None)
    for name, value in ours.items():
        old, other = before.get(name), theirs.get(name)
        if value == old and name in theirs:
            continue
        if isinstance(value, Mapping):
            found[name] = merged(_values(old), value, _values(other))
        elif isinstance(value, list) and isinstance(other, list):
            found[name] = _merged_list(old if isinstance(old, list) else [], value, other)
        else:
            found[name] = value
    return found


def _values(value: object) -> Values:
    return value if isinstance(value, Mapping) else {}


def _merged_list(before: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    new = 0
    while not _in_order(ours[new:], before):
        new += 1
    head = ours[:new]
    gone = [item for item in before if item not in ours]
    rest = [item for item in theirs if item not in head and item not in gone]
    return [*head, *rest]


def _in_order(some: list[Any], all_of_them: list[Any]) -> bool:
    """Tell whether items stand in a longer list in the same order."""
    left = iter(all_of_them)
    return all(item in left for item in some)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, if it is not there.

    Raises
    ------
    UserError
        If that cannot be done.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise UserError(
            tr("The folder {folder} cannot be made: {error}.", folder=folder, error=reason(error))
        ) from error


def put_aside(path: Path) -> str:
    """Give a file that cannot be used another name, so that it ends no further start.

    Returns
    -------
    str
        A sentence that names where it lies now.
    """
    numbers = ["", *(f" {number}" for number in range(2, MOST_ASIDE + 1))]
    names = [
        path.with_name(tr("{stem} (put aside{n}){suffix}", stem=path.stem, n=n, suffix=path.suffix))
        for n in numbers
    ]
    aside = next((name for name in names if not os.path.lexists(name)), names[-1])
    with suppress(OSError, ValueError):
        held_files.replace(path, aside)
        return tr("It lies in {aside} now.", aside=aside)
    return tr("It could not be put aside: remove or mend {path}.", path=path)
