"""Folders of runs: how a new one is called, by moment and a few words; which lies in another."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

LONGEST = 100  # characters behind the moment: with them every file system copes
MOST_LOOKED_AT = 1000  # of what lies in a folder


def folder_words(words: str) -> str:
    """Return words as part of a folder's name that every file system can keep.

    Parameters
    ----------
    words : str
        Such as a run's title; whole words are left out where they are too many.
    """
    kept = ""
    for word in re.sub(r"[^\w.-]+", " ", words).split():
        longer = f"{kept} {word}".strip()
        if len(longer) > LONGEST:
            break
        kept = longer
    return kept.rstrip(". ")


def new_folder(parent: Path, words: str) -> Path:
    """Return a folder for a new run that does not exist yet.

    Parameters
    ----------
    parent : Path
    words : str
        What tells the run from others.
    """
    moment = datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
    name = f"{moment} {folder_words(words)}".strip()
    path, number = parent / name, 2
    while path.exists():
        path = parent / f"{name} ({number})"
        number += 1
    return path


def folder_inside(folder: Path, names: Sequence[str]) -> str:
    """Return the name of the first folder in a folder that holds a file of a name; '' of none.

    Parameters
    ----------
    folder : Path
    names : sequence of str
        Of files.
    """
    try:
        inside = sorted(islice(folder.iterdir(), MOST_LOOKED_AT))
        held = (each for each in inside if any((each / name).is_file() for name in names))
        return next((each.name for each in held), "")
    except OSError:
        return ""
