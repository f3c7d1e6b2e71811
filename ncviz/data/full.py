"""Full data sets, which lie outside ncviz: found in a folder or downloaded."""

import os
from abc import ABC, abstractmethod
from pathlib import Path

from platformdirs import site_data_dir

from ncviz.data.dataset import DatasetEntry, Images, Progress
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.user_folders import data_folder


class DataFiles(ABC):
    """The files of a full data set: where they lie, how to read and to get them."""

    subfolders: tuple[str, ...]
    """Where the files may lie below a folder that the user names."""

    @abstractmethod
    def holds(self, folder: Path) -> bool:
        """Tell whether the folder itself holds all files."""

    @abstractmethod
    def read(self, folder: Path, entry: DatasetEntry) -> tuple[Images, Images]:
        """Return the training and the test images.

        Raises
        ------
        UserError
            If a file is missing, damaged, or not of this data set.
        """

    @abstractmethod
    def fetch(self, root: Path, entry: DatasetEntry, progress: Progress | None) -> Path:
        """Download the files, verified, and return the folder below `root` that holds them.

        Raises
        ------
        UserError
            If the network or the disk does not allow it.
        """

    def load(
        self, entry: DatasetEntry, folder: Path | None, download: bool, progress: Progress | None
    ) -> tuple[Images, Images]:
        """Read the images from where they are found, else download them first.

        Parameters
        ----------
        entry : DatasetEntry
            The data set's entry in the catalogue.
        folder : Path or None
            The only folder to look in and to download to. By default those are
            ncviz's own data folder, and for looking also ``datasets/<name>`` in the
            system's data folders, where Debian's packages put data sets.
        download : bool
            Whether to download what is not found.
        progress : callable or None
            Called with the bytes done and the bytes in all.

        Raises
        ------
        UserError
            If the data set is not found, cannot be read or cannot be downloaded.
        """
        roots = _usual_folders(entry.name) if folder is None else [folder]
        places = (root / subfolder for root in roots for subfolder in self.subfolders)
        found = next((place for place in places if self.holds(place)), None)
        if found is None:
            if not download:
                raise UserError(_absent(entry, roots))
            found = self.fetch(roots[0], entry, progress)
        return self.read(found, entry)


def _usual_folders(name: str) -> list[Path]:
    shares = site_data_dir("datasets", appauthor=False, multipath=True)
    return [data_folder() / "data", *(Path(share) / name for share in shares.split(os.pathsep))]


def _absent(entry: DatasetEntry, roots: list[Path]) -> str:
    remedies = [tr("name a folder that holds it")]
    if entry.debian_package:
        remedies.append(
            tr("run 'apt-get install {debian_package}'", debian_package=entry.debian_package)
        )
    return tr(
        "{title} was not found in {value}: "
        "{remedies}, or fetch it with the button Download in the Train room or with "
        "'ncviz train --download'.",
        title=entry.title,
        value=", ".join(map(str, roots)),
        remedies=", ".join(remedies),
    )
