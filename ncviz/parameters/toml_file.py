"""A TOML file of somebody's as plain values: what is none gets one sentence."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import TooLargeError, read_text
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters.toml_trouble import toml_trouble
from ncviz.wording import lower_first, one_line

LARGEST_FILE = 2**18  # bytes
LONGEST_TEXT = 1000  # characters


def read_toml(path: Path, where: str) -> tuple[str, dict[str, Any]]:
    """Read a small TOML file.

    Parameters
    ----------
    path : Path
    where : str
        What it is, to begin a sentence: 'The lesson x.toml'.

    Returns
    -------
    text : str
    values : dict
        Every text in it is one line of plain characters.

    Raises
    ------
    UserError
        If it cannot be read or is no TOML.
    """
    text = ""
    try:
        text = read_text(path, LARGEST_FILE)
        return text, _tidy(tomllib.loads(text))
    except OSError as error:
        raise UserError(
            tr("{where} cannot be read: {strerror}.", where=where, strerror=error.strerror)
        ) from error
    except TooLargeError as error:
        raise UserError(
            tr(
                "{where} has more than {largest:,} bytes: choose a file of text alone.",
                where=where,
                largest=LARGEST_FILE,
            )
        ) from error
    except (ValueError, RecursionError) as error:
        said = toml_trouble(text, error)
        raise UserError(
            tr("{where} is not a TOML file: {said}.", where=where, said=said)
        ) from error


@contextmanager
def within(where: str, table: str) -> Iterator[None]:
    """Let what refuses a value of a table name the file and the table, once.

    Parameters
    ----------
    where : str
        What the file is, as in `read_toml`.
    table : str
        '' of what stands above the first.

    Raises
    ------
    UserError
        In place of a UserError or ValueError that does not begin with `where`.
    """
    try:
        yield
    except (UserError, ValueError) as error:
        said = str(error).rstrip(".")
        if said.startswith(where):
            raise
        raise UserError(
            tr(
                "{where}: {table} does not fit: {said}.",
                where=where,
                table=table or tr("it"),
                said=lower_first(said),
            )
        ) from error


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value, LONGEST_TEXT)
    if isinstance(value, dict):
        return {one_line(key, LONGEST_TEXT): _tidy(each) for key, each in value.items()}
    return list(map(_tidy, value)) if isinstance(value, list) else value
