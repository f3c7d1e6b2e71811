"""A lesson's file as text: whether it is one, and which line a sentence complains of.

Nothing here knows what a lesson is: the window asks before it needs to.
"""

import re
from pathlib import Path

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.in_english import in_english
from ncviz.language import tr

LARGEST_FILE = 2**18  # bytes
_TELLS = re.compile(r"^\s*\[\[\s*step\s*\]\]", re.MULTILINE)

_HEAD = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))\s*=")
_TABLE = re.compile(r"\bstep (\d+)(?: (window|model|recipe|ask|do))?\b")


def is_lesson(path: Path) -> bool:
    """Tell whether a TOML file is one of a lesson, whole or not."""
    return _TELLS.search(text_of(path)) is not None  # whoever opens it says why it is none


def with_line(error: UserError, where: str, text: str) -> UserError:
    """Return an error that says its line, where one can be told.

    Parameters
    ----------
    error : UserError
        Begins with `where`.
    where : str
        Names the lesson.
    text : str
        The file.
    """
    said = str(error).removeprefix(where)
    told = in_english(str(error)).removeprefix(in_english(where))
    line = line_of(text, told) if str(error).startswith(where) else None
    if line is None:
        return error
    return UserError(tr("{where}, line {line}{said}", where=where, line=line, said=said))


def text_of(path: Path) -> str:
    """Return a lesson's file; '' where it is gone."""
    try:
        return read_text(path, LARGEST_FILE)
    except (OSError, ValueError, UserError):
        return ""


def line_of(text: str, sentence: str) -> int | None:
    """Return the number of the line, from 1; None where none can be told.

    Parameters
    ----------
    text : str
        The file.
    sentence : str
        Names the step and its table, as `lesson_file` does, and a key.
    """
    told = _TABLE.search(sentence)
    table = told[0] if told else ""
    rest = sentence[told.end() :] if told else sentence
    head, keys = _lines(text, table)
    words = re.findall(r"[\w-]+", rest)
    return next((keys[word] for word in words if word in keys), head or None)


def _lines(text: str, wanted: str) -> tuple[int, dict[str, int]]:
    """Return the line of a table's head, and those of its keys."""
    table, step, head = "", 0, 0
    keys: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = _HEAD.fullmatch(line)
        if found:
            name = found[2]
            step += name == "step" and found[1] == "[["
            own = name.removeprefix("step").replace(".", " ")
            table = f"step {step}{own}"
            head = head or (number if table == wanted else 0)
            continue
        key = _KEY.match(line)
        if key and table == wanted:
            keys.setdefault(next(filter(None, key.groups()), ""), number)
    return head, keys
