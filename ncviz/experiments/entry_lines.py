"""An experiment's file as text: whether it is one, and which line a sentence complains of.

Nothing here knows what an experiment is: the window asks before it needs to.
"""

import re
from pathlib import Path

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError

LARGEST_FILE = 2**18  # bytes
_TELLS = re.compile(r"^\s*(?:claim\s*=|\[\[\s*expected\s*\]\])", re.MULTILINE)
_HEAD = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*=""")
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
    keys = _keys(text)
    tables = {table for _, table, *_ in keys if table and _stands_in(table, told or rest)}
    if variant:  # first in its own table, else in that of all
        own = [key for key in keys if key[1].startswith("vary") and variant[1] in key[1] + key[3]]
        keys = [*own, *(key for key in keys if key[1] in _COMMON)]
    elif tables:
        keys = [key for key in keys if key[1] in tables]
    for word in re.findall(r"[\w-]+", rest):
        for key, _, number, _ in keys:
            if key == word:
                return number
    return None


def _keys(text: str) -> list[tuple[str, str, int, str]]:
    """Return each key with its table, the number of its line, and the line."""
    keys: list[tuple[str, str, int, str]] = []
    table, count = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        head = _HEAD.fullmatch(line)
        if head:
            count += head[1] == "[["
            table = f"{head[2]} {count}" if head[1] == "[[" else head[2]
            continue
        words = (next(filter(None, found.groups()), "") for found in _KEY.finditer(line))
        keys.extend((word, table, number, line) for word in words)
    return keys


def _stands_in(words: str, sentence: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sentence) is not None
