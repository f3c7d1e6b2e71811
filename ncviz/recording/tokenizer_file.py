"""The 'tokenizer.json' in a model's folder: how texts are cut, and into which tokens."""

import json
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError, reason
from ncviz.language import tr

NAME = "tokenizer.json"
LARGEST_LIST = 64 * 2**20  # bytes of a list of words
UNIGRAM = "Unigram"


def read_tokenizer(path: Path) -> dict[str, Any]:
    """Return what a 'tokenizer.json' holds.

    Raises
    ------
    OSError, ValueError, RecursionError
        If it cannot be read.
    UserError
        If it says nothing of a model.
    """
    found = json.loads(read_text(path, LARGEST_LIST))
    if not isinstance(found, dict) or not isinstance(found.get("model"), dict):
        raise UserError(tr("{path} does not say how texts are cut.", path=path))
    return found


def kind_of(found: dict[str, Any]) -> str:
    """Return the kind of list; old files do not always say it."""
    model = found["model"]
    usual = UNIGRAM if isinstance(model.get("vocab"), list) else "WordPiece"
    usual = "BPE" if "merges" in model else usual
    return str(model.get("type", usual))[:40]


def unreadable_list(folder: Path, error: Exception) -> UserError:
    """Return what is said of a folder whose list of tokens cannot be read."""
    return UserError(
        tr(
            "{folder}: its list of tokens cannot be read: {error}.",
            folder=folder,
            error=reason(error),
        )
    )
