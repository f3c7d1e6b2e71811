"""Opens a file or folder of arrays, whatever its format; nothing in it is run."""

from collections.abc import Sequence
from pathlib import Path

from ncviz.arrays.array_format import all_endings, all_titles, array_formats, need_package
from ncviz.arrays.foreign_files import foreign_sentence
from ncviz.arrays.stored import ArrayFile, told
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.language import tr


def open_arrays(path: Path, features: Sequence[str] = (), labels: str = "") -> ArrayFile:
    """Open a file of arrays; of those formats that can be large only names and shapes are read.

    Parameters
    ----------
    path : Path
        A file or folder of one of `array_formats`.
    features : sequence of str, optional
        Columns of a table that are features.
    labels : str, optional
        The column of a table that holds the labels.

    Raises
    ------
    UserError
        If it cannot be read, is damaged, of another format, or would need
        memory without bound.
    """
    head = b""
    with told(path, tr("file of arrays")):
        is_folder = path.is_dir() or is_array_folder(path)
        if not is_folder:
            with open_regular(path) as stream:
                head = stream.read(1024)
    if not is_folder and not head:
        raise UserError(tr("{path} is empty: it was perhaps not written to its end.", path=path))
    for kind in array_formats().values():
        fits = kind.is_folder is not None and kind.is_folder(path) if is_folder else False
        if fits or (not is_folder and kind.fits(path, head)):
            if kind.needs:
                need_package(kind.needs, path, kind.title)
            return kind.open(path, features, labels)
    if is_folder:
        known = [kind.title for kind in array_formats().values() if kind.is_folder is not None]
        raise UserError(
            tr(
                "{path} is a folder without arrays that are read together ({known}): give one of "
                "its files, or a folder that holds features.npy and labels.npy.",
                path=path,
                known=", ".join(known),
            )
        )
    raise UserError(
        foreign_sentence(path)
        or tr("{path} is none of {all_titles}.", path=path, all_titles=all_titles())
    )


def holds_arrays(path: Path) -> bool:
    """Tell by names alone whether a path is a file of arrays, or a folder of them."""
    try:
        if path.is_dir():
            return is_array_folder(path)
        return path.suffix.lower() in all_endings(shared=False) and path.exists()
    except (OSError, ValueError):
        return False  # whoever opens it says why


def is_array_folder(path: Path) -> bool:
    """Tell whether a folder, or a name with numbers to count, stands for files of arrays."""
    if path.is_file():
        return False
    folders = (kind.is_folder for kind in array_formats().values() if kind.is_folder is not None)
    return any(fits(path) for fits in folders)
