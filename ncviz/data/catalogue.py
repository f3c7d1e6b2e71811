"""The data sets ncviz knows, and how to load one.

Importing this module reads no data and imports neither torch, torchvision nor
scikit-learn, so that a list of the data sets can be shown at once.
"""

from collections.abc import Mapping
from pathlib import Path

from ncviz.catalogue import entries
from ncviz.data.dataset import DataSet, DatasetEntry, Progress
from ncviz.errors import UserError
from ncviz.language import tr


def data_sets() -> Mapping[str, DatasetEntry]:
    """Return every data set by its name, in the order to show them."""
    return entries("ncviz.data.sets", DatasetEntry)


def load(
    name: str,
    folder: Path | None = None,
    download: bool = False,
    progress: Progress | None = None,
) -> DataSet:
    """Load a data set of the catalogue.

    Parameters
    ----------
    name : str
        As in `data_sets`.
    folder : Path, optional
        For a full data set the only folder to look in and to download to:
        one that holds its files or torchvision's layout of them. By default
        ncviz's own data folder and the system's data sets.
    download : bool, optional
        Whether to download a full data set that is not found.
    progress : callable, optional
        Called during a download with the bytes done and the bytes in all. An
        exception it raises cancels the download, leaves nothing behind and
        passes through.

    Returns
    -------
    DataSet
        Training and test images.

    Raises
    ------
    UserError
        If there is no such data set, or it is not found, damaged, or cannot be
        downloaded.
    """
    known = data_sets()
    if name not in known:
        raise UserError(
            tr(
                "There is no data set '{name}': choose one of {known}.",
                name=name,
                known=", ".join(known),
            )
        )
    entry = known[name]
    train, test = entry.loader(entry, folder, download, progress)
    return DataSet(name, entry.title, train, test)
