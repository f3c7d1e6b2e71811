"""Full data sets, which lie outside ncviz: found in a folder or downloaded."""

import os
from pathlib import Path
from typing import Protocol

from platformdirs import site_data_dir

from ncviz.data.dataset import Entry, Images, Progress
from ncviz.errors import UserError
from ncviz.user_folders import data_folder


class DataFiles(Protocol):
    """The files of a full data set: where they lie, how to read and to get them."""

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Where the files may lie below a folder that the user names."""
        ...

    def holds(self, folder: Path) -> bool:
        """Tell whether the folder itself holds all files."""
        ...

    def read(self, folder: Path, entry: Entry) -> tuple[Images, Images]:
        """Return the training and the test images.

        Raises
        ------
        UserError
            If a file is missing, damaged, or not of this data set.
        """
        ...

    def fetch(self, root: Path, entry: Entry, progress: Progress | None) -> Path:
        """Download the files, verified, and return the folder below `root` that holds them.

        Raises
        ------
        UserError
            If the network or the disk does not allow it.
        """
        ...


def load_full(
    files: DataFiles,
    entry: Entry,
    folder: Path | None,
    download: bool,
    progress: Progress | None,
) -> tuple[Images, Images]:
    """Read a full data set from where it is found, else download it first.

    Parameters
    ----------
    files : DataFiles
        The files to look for.
    entry : Entry
        The data set's entry in the catalogue.
    folder : Path or None
        The only folder to look in and to download to. By default those are
        ncviz's own data folder, and for looking also ``datasets/<name>`` in the
        system's data folders, where Debian's packages put data sets.
    download : bool
        Whether to download what is not found.
    progress : callable or None
        Called with the bytes done and the bytes in all.

    Returns
    -------
    tuple of Images
        Training and test images.

    Raises
    ------
    UserError
        If the data set is not found, cannot be read or cannot be downloaded.
    """
    roots = _usual_folders(entry.name) if folder is None else [folder]
    places = (root / subfolder for root in roots for subfolder in files.subfolders)
    found = next((place for place in places if files.holds(place)), None)
    if found is None:
        if not download:
            raise UserError(_absent(entry, roots))
        found = files.fetch(roots[0], entry, progress)
    return files.read(found, entry)


def _usual_folders(name: str) -> list[Path]:
    shares = site_data_dir("datasets", appauthor=False, multipath=True)
    return [data_folder() / "data", *(Path(share) / name for share in shares.split(os.pathsep))]


def _absent(entry: Entry, roots: list[Path]) -> str:
    remedies = ["name a folder that holds it"]
    if entry.debian_package:
        remedies.append(f"run 'apt-get install {entry.debian_package}'")
    return (
        f"{entry.title} was not found in {', '.join(map(str, roots))}: "
        f"{', '.join(remedies)}, or fetch it with the button Download in the Train room or with "
        f"'ncviz train --download'."
    )
