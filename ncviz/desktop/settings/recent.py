"""What the runs that were opened last are called."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ncviz.errors import UserError
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.repeats import is_repeats, title_of_folder


def recent_names(paths: Sequence[Path | str]) -> list[str]:
    """Return the title of each run, with its folder where two have the same one.

    Parameters
    ----------
    paths : sequence of Path or str
        Folders of runs or of repeats; of one that is gone or damaged the folder's name is told.
    """
    folders = [Path(path) for path in paths]
    titles = [_title(folder) for folder in folders]
    often = Counter(titles)
    return [
        f"{title} · {folder.name}" if often[title] > 1 and title != folder.name else title
        for title, folder in zip(titles, folders, strict=True)
    ]


def _title(folder: Path) -> str:
    try:
        if is_repeats(folder):
            return title_of_folder(folder)
        return read_manifest(folder / MANIFEST).title or folder.name
    except UserError:  # opening it says why
        return folder.name
