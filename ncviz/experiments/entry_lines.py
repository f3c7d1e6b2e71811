"""An experiment's file as text: whether it is one, and which line a sentence complains of.

Nothing here knows what an experiment is: the window asks before it needs to.
"""

import re
from pathlib import Path

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.parameters.toml_lines import toml_lines

LARGEST_FILE = 2**18  # bytes
_TELLS = re.compile(r"^\s*(?:claim\s*=|\[\[\s*expected\s*\]\])", re.MULTILINE)
_VARIANT = re.compile(r"\bvary '([^']*)'")
_COMMON = ("recipe", "fine_tuning", "model", "published")  # what every variant has


def is_experiment(path: Path) -> bool:
    """Tell whether a TOML file is one of an experiment, whole or not, rather than a recipe."""
    try:
        return _TELLS.search(read_text(path, LARGEST_FILE)) is not None
    except (OSError, ValueError, UserError):
        return False  # whoever opens it says why


def line_of(text: str, sentence: str) -> int | None:
    """Return the number of the line, from 1; None where none can be told.

    Parameters
    ----------
    text : str
        The file.
    sentence : str
        Names a key, and the table in which it stands, as `entry_file` does; without the path.
    """
    variant = _VARIANT.search(sentence)
    plain = _VARIANT.sub("", sentence)
    told, _, rest = plain.rpartition(" does not fit: ")
    lines = [line for line in toml_lines(text) if not line.is_head]
    tables = {line.table for line in lines if line.table and _stands_in(line.table, told or rest)}
    if variant:  # first in its own table, else in that of all
        own = [e for e in lines if e.table.startswith("vary") and variant[1] in e.table + e.text]
        lines = [*own, *(line for line in lines if line.table in _COMMON)]
    elif tables:
        lines = [line for line in lines if line.table in tables]
    for word in re.findall(r"[\w-]+", rest):
        for line in lines:
            if word in line.keys:
                return line.number
    return None


def _stands_in(words: str, sentence: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sentence) is not None
