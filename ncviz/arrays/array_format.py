"""What a format of arrays is, and the catalogue of all; read without NumPy."""

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ncviz.catalogue import entries
from ncviz.errors import UserError
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.arrays.stored import ArrayFile

_MOST_SEEN, _FOLDERS_SEEN = 1000, 100  # entries of a folder by which it is known

Opener = Callable[[Path, Sequence[str], str], "ArrayFile"]
"""Given a path, the names of features and the name of labels that the user says, where she does."""


@dataclass(frozen=True, kw_only=True)
class ArrayFormat:
    """A format of arrays that is read; its reader brings in what it needs when a file is opened.

    Parameters
    ----------
    name : str
    title : str
        For people.
    reads : str
        What of such a file is read, for the documents.
    open : callable
        Opens one; only names and shapes of what can be large are read.
    endings : tuple of str
        Of names, which no other files have.
    shared_endings : tuple of str
        Those that other files have, too: such a file is read where it is named as one of arrays.
    starts : tuple of bytes
        First bytes by which it is known, whatever it is called.
    holds : callable, optional
        Given a path and the first 1024 bytes of a file, tells whether it is of this format.
    is_folder : callable, optional
        Tells whether a folder, or a name that stands for several files, is of this format.
    needs : str
        The package that reads it, where ncviz comes without.
    order : int
        Which formats are asked first.
    """

    name: str
    title: str
    reads: str
    open: Opener
    endings: tuple[str, ...] = ()
    shared_endings: tuple[str, ...] = ()
    starts: tuple[bytes, ...] = ()
    holds: Callable[[Path, bytes], bool] | None = None
    is_folder: Callable[[Path], bool] | None = None
    needs: str = ""
    order: int = 0

    def fits(self, path: Path, head: bytes) -> bool:
        """Tell whether a file is of this format, by its first bytes, else by its name."""
        if head.startswith(self.starts or (b"\0nothing",)):
            return True
        if self.holds is not None:
            return self.holds(path, head)
        return path.suffix.lower() in (*self.endings, *self.shared_endings)


def array_formats() -> Mapping[str, ArrayFormat]:
    """Return every format by its name, in the order in which they are asked."""
    return entries("ncviz.arrays.formats", ArrayFormat)


def all_endings(*, shared: bool = True) -> tuple[str, ...]:
    """Return how names of files of arrays end.

    Parameters
    ----------
    shared : bool, optional
        Whether those are among them that other files have, too.
    """
    found = array_formats().values()
    more = [each for kind in found for each in kind.shared_endings] if shared else []
    return (*(each for kind in found for each in kind.endings), *more)


def all_titles() -> str:
    """Return what all formats are called, for a sentence."""
    return ", ".join(kind.title for kind in array_formats().values())


def some_end(folder: Path, endings: tuple[str, ...], depth: int = 1) -> bool:
    """Tell whether a folder, or a folder in it, has files with such endings.

    Parameters
    ----------
    folder : Path
    endings : tuple of str
    depth : int, optional
        How far down. Of many files and folders some are looked at.
    """
    if not folder.is_dir():
        return False
    folders: list[str] = []
    with os.scandir(folder) as found:
        for entry in islice(found, _MOST_SEEN):
            if entry.name.startswith("."):
                continue
            if entry.name.endswith(endings):
                return True
            if len(folders) < _FOLDERS_SEEN and entry.is_dir():
                folders.append(entry.path)
    return depth > 0 and any(some_end(Path(each), endings, depth - 1) for each in folders)


def need_package(name: str, path: Path, title: str) -> None:
    """Refuse a file whose reader is not installed.

    Parameters
    ----------
    name : str
        Of the package.
    path : Path
    title : str
        Of its format.

    Raises
    ------
    UserError
        With the command that installs it.
    """
    try:
        importlib.import_module(name)
    except ImportError as error:
        raise UserError(
            tr(
                "{path} is a file of {title}, which the package {name} reads, and that is not "
                "installed here: install it with 'pip install {name}'.",
                path=path,
                title=title,
                name=name,
            )
        ) from error
