"""Where the keys of a TOML file stand, so that a sentence can name the line."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

HEAD = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*=""")


@dataclass(frozen=True)
class TomlLine:
    """A line of a TOML file.

    Attributes
    ----------
    number : int
        From 1.
    table : str
        The table in which it stands, or whose head it is: 'source', 'vary wide', and of a list of
        tables 'step 2', below it 'step 2 ask'; '' above the first.
    text : str
    is_head : bool
    """

    number: int
    table: str
    text: str
    is_head: bool = False

    @property
    def key(self) -> str:
        """The key that it begins with; '' where there is none."""
        found = _KEY.match(self.text.lstrip())
        return _word(found) if found else ""

    @property
    def keys(self) -> list[str]:
        """Every key that it gives a value, those of tables within a line too."""
        return list(map(_word, _KEY.finditer(self.text)))


def toml_lines(text: str) -> Iterator[TomlLine]:
    """Go through the lines of a file, also of one that is no whole TOML."""
    counts: Counter[str] = Counter()
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        head = HEAD.fullmatch(line)
        if head:
            first, dot, rest = head[2].partition(".")
            if head[1] == "[[" and not dot:
                counts[first] += 1
            place = f"{first} {counts[first]}" if counts[first] else first
            table = f"{place} {rest}" if dot else place
        yield TomlLine(number, table, line, is_head=head is not None)


def _word(found: re.Match[str]) -> str:
    return next(filter(None, found.groups()), "")
