"""Opens files that others may have written: real files alone, and no more of them than fits.

A pipe waits for ever, a device never ends: whoever reads a file asks here first.
"""

import codecs
import errno
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from ncviz.errors import UserError
from ncviz.language import tr

if sys.platform == "win32":
    import _winapi
    import msvcrt

    _SHARED = 0x1 | 0x2 | 0x4  # to be read, written and removed by others meanwhile

    def _open(path: Path) -> int:
        # As elsewhere: what is open can be replaced and removed. Python's own opening forbids it.
        handle = _winapi.CreateFile(
            str(path), _winapi.GENERIC_READ, _SHARED, 0, _winapi.OPEN_EXISTING, 0, 0
        )
        return msvcrt.open_osfhandle(handle, os.O_RDONLY)

else:

    def _open(path: Path) -> int:
        # A pipe whose other end is nobody's must not be waited for.
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK)


_KINDS = (
    (stat.S_ISFIFO, tr("a pipe")),
    (stat.S_ISSOCK, tr("a socket")),
    (stat.S_ISCHR, tr("a device")),
    (stat.S_ISBLK, tr("a device")),
)


class TooLargeError(UserError):
    """A file is larger than one of its kind can be."""


def check_regular(path: Path) -> None:
    """Refuse what is no regular file, before a library opens it by its path.

    Parameters
    ----------
    path : Path
        Links are followed.

    Raises
    ------
    OSError
        If it is absent, a folder, or may not be looked at.
    UserError
        If it is a pipe, a socket or a device, or its name is no name of a file.
    """
    try:
        mode = os.stat(path).st_mode
    except ValueError as error:  # a zero byte, or letters that no file's name can have
        raise UserError(
            tr("{path!r} is no name of a file: choose another one.", path=str(path))
        ) from error
    _check_mode(path, mode)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; nothing else is ever waited for.

    Returns
    -------
    binary file
        To be closed by the caller.

    Raises
    ------
    OSError, UserError
        As `check_regular`.
    """
    check_regular(path)  # opening a device may have an effect by itself
    file = open(_open(path), "rb")  # noqa: SIM115 - handed to the caller
    try:
        _check_mode(path, os.fstat(file.fileno()).st_mode)
    except BaseException:
        file.close()
        raise
    return file


def read_bounded(path: Path, largest: int) -> bytes:
    """Return the content of a file of a kind that is never large.

    Parameters
    ----------
    path : Path
    largest : int
        Bytes that a file of this kind can have.

    Raises
    ------
    OSError, UserError
        As `check_regular`; `TooLargeError` if it is larger.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(min(largest, size) + 1)
    if len(content) > largest:
        raise TooLargeError(
            tr(
                "{path} has {size:,} bytes, where a file of this kind is read up to {largest:,}: "
                "choose a smaller one.",
                path=path,
                size=max(size, len(content)),
                largest=largest,
            )
        )
    return content


def read_text(path: Path, largest: int) -> str:
    """Return the content of a small file of text, as editors and shells of any system write it.

    Parameters
    ----------
    path : Path
    largest : int
        Bytes that a file of this kind can have.

    Returns
    -------
    str
        Without the mark at its beginning that tells UTF-8 or UTF-16; UTF-8 without one.

    Raises
    ------
    OSError, UserError
        As `read_bounded`.
    UnicodeDecodeError
        If it is no text.
    """
    content = read_bounded(path, largest)
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as PowerShell's
    return content.decode("utf-16" if is_utf16 else "utf-8-sig")


def read_json(path: Path, largest: int) -> Any:
    """Return what a small JSON file holds.

    Parameters
    ----------
    path : Path
    largest : int
        Bytes that a file of this kind can have.

    Raises
    ------
    OSError, UserError
        As `read_bounded`.
    ValueError
        If it is no JSON, holds half a character, or is nested too deeply.
    """
    try:
        values = json.loads(read_text(path, largest), parse_constant=_refuse)
        json.dumps(values, ensure_ascii=False).encode()  # fails for half a character
    except RecursionError as error:
        raise ValueError(tr("it is nested too deeply")) from error
    return values


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are Python's, not JSON's


def _check_mode(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        what = next((name for fits, name in _KINDS if fits(mode)), tr("of another kind"))
        raise UserError(tr("{path} is {what} and no file: name a file.", path=path, what=what))
