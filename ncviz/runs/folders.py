"""What the folder of a new run is called: the moment, and a few words."""

import re
from datetime import datetime
from pathlib import Path

LONGEST = 100  # characters behind the moment: with them every file system copes


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
