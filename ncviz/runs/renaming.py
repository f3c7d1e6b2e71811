"""Gives a recorded run another title."""

from dataclasses import replace
from pathlib import Path

from ncviz.errors import UserError
from ncviz.runs.lock import WritingLock
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import read_manifest
from ncviz.runs.writer import write_atomically

LONGEST = 200  # characters


def rename_run(folder: Path, title: str) -> str:
    """Write another title into a run's manifest; its folder keeps its name.

    Parameters
    ----------
    folder : Path
        The run's folder.
    title : str
        One line; spaces around it and between its words are tidied.

    Returns
    -------
    str
        The title as it was written.

    Raises
    ------
    UserError
        If the title is empty or too long, or the run is being recorded, is gone, or
        cannot be written.
    """
    tidy = " ".join(title.split())
    if not tidy or not tidy.isprintable():
        raise UserError("A run needs a title of one line: write one.")
    if len(tidy) > LONGEST:
        raise UserError(f"The title has {len(tidy)} characters: write at most {LONGEST}.")
    manifest = read_manifest(folder / MANIFEST)
    lock = WritingLock(folder)
    try:
        if not lock.held:
            raise UserError(f"{folder} is being recorded: rename it when the recording has ended.")
        write_atomically(folder / MANIFEST, replace(manifest, title=tidy).to_json().encode())
    finally:
        lock.release()
    return tidy
