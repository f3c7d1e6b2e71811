"""A lesson's file as text: whether it is one, and which line a sentence complains of.

Nothing here knows what a lesson is: the window asks before it needs to.
"""

import re
from pathlib import Path

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.in_english import in_english
from ncviz.language import tr
from ncviz.parameters.toml_lines import toml_lines

LARGEST_FILE = 2**18  # bytes
# Also where a bracket lacks, or all steps; lines may end as on old Macs.
_TELLS = re.compile(r"(?:^|[\r\n])\s*(?:\[{1,2}\s*step\s*[\].]|able\s*=)")

_TABLE = re.compile(r"\bstep \d+(?: ([\w-]+))?")


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
    except UnicodeDecodeError as error:
        return bytes(error.object).decode(errors="replace")
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
    told, known = _TABLE.search(sentence), list(toml_lines(text))
    table = told[0] if told else ""
    if told and told[1] and all(line.table != table for line in known):
        table = table.rpartition(" ")[0]  # what follows is a word of the sentence
    rest = sentence[sentence.find(table) + len(table) :]
    lines = [line for line in known if line.table == table]
    for word in re.findall(r"[\w-]+", rest):
        for line in lines:
            if word == line.key:
                return line.number
    if not table:  # perhaps of a table that no lesson has
        lines = []
        for word in re.findall(r"[\w-]+", rest):
            lines = lines or [line for line in known if line.table.partition(" ")[0] == word]
    return next((line.number for line in lines if line.is_head), None)
