"""Why a text is no TOML, in words for people who write their first such file."""

import re

from ncviz.language import tr
from ncviz.parameters.toml_lines import HEAD
from ncviz.wording import lower_first

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = re.compile("[“”„‟«»‘’‚]")
_WORD = re.compile(r"[^\s#,\]}]+")
_COMMA = re.compile(r"=\s*-?(\d+),(\d+)\s*(?:#.*)?$")
_LONGEST = 40  # characters of what is repeated


def toml_trouble(text: str, error: Exception) -> str:
    """Return why a text is no TOML, to stand after 'is not a TOML file:'.

    Parameters
    ----------
    text : str
        The file.
    error : Exception
        What the reader of TOML raised.
    """
    if isinstance(error, RecursionError):
        return tr("it is nested too deeply")
    if isinstance(error, UnicodeDecodeError):
        return _no_text(error)
    found = _PLACE.search(str(error))
    if found is None:  # such as a number of thousands of digits
        return lower_first(str(error))
    said, lines = str(error)[: found.start()], text.splitlines()
    filled = [number for number, line in enumerate(lines, 1) if line.strip()]
    line = int(found[1]) if found[1] else max(filled, default=1)
    written = lines[line - 1] if line <= len(lines) else ""
    at = int(found[2]) - 1 if found[2] else len(written)
    if said == "Unclosed array":
        line = _last(lines, r"=\s*\[[^\]]*$", line)
    if said == "Unterminated string" and '"""' in text:
        line = _last(lines, '"""', line)
    return _of_line(said, line, written, at)


def _no_text(error: UnicodeDecodeError) -> str:
    content = bytes(error.object)
    if b"\0" in content:
        return tr("it is no text")
    line = content.count(b"\n", 0, error.start) + 1
    return tr("line {line} is not written in UTF-8: save the file as UTF-8", line=line)


def _of_line(said: str, line: int, written: str, at: int) -> str:
    is_open = said in ("Unterminated string", 'Expected "\'"', "Illegal character '\\n'")
    curly = _CURLY.search(written if is_open else written[at : at + 1])
    if curly:
        return tr(
            'line {line} has the curly quote {quote}: write straight ones, "',
            line=line,
            quote=curly[0],
        )
    if is_open:
        return tr("the text in line {line} has no straight quote at its end", line=line)
    head = HEAD.fullmatch(written)
    if head is not None and said.startswith(("Cannot declare", "Cannot overwrite")):
        return _of_head(line, head[2])
    if said.startswith("Expected") and written.lstrip().startswith("["):
        return tr("line {line} needs as many ] as [", line=line)
    if said.startswith("Cannot"):
        key = written.partition("=")[0].strip()[:_LONGEST]
        return tr("line {line} gives {key} a second value: keep one", line=line, key=key)
    if said == "Invalid value":
        return _of_value(line, written[at:])
    if said.startswith("Expected newline"):
        comma = _COMMA.search(written)
        if comma:
            return tr(
                "line {line} has a comma in a number: write {number}, with a point",
                line=line,
                number=".".join(comma.groups()),
            )
        if max(written.count('"'), written.count("'")) > 2:
            return tr("line {line} has a quote within a text: choose another mark there", line=line)
        return tr("line {line} goes on after its value: write one key in a line", line=line)
    if said == "Invalid statement":
        return tr("line {line} begins with no key: write a key, = and its value", line=line)
    if said.startswith("Expected '='"):
        return tr("line {line} has no = after its key", line=line)
    if said == "Unclosed array":
        return tr(
            "the list that begins in line {line} lacks a comma or the ] at its end", line=line
        )
    if said.startswith("Unescaped"):
        return tr(r"line {line} has a \ within a text: write \\ for each", line=line)
    return tr("line {line}: {said}", line=line, said=lower_first(said))


def _of_head(line: int, table: str) -> str:
    first = table.partition(".")[0]
    if table == first:  # of a list, one of whose tables was written as if there were one alone
        return tr(
            "line {line} begins another {table}: write [[{table}]], with two brackets, each time",
            line=line,
            table=table,
        )
    return tr(
        "line {line} has [{table}] a second time: keep one, or begin another [[{first}]] above it",
        line=line,
        table=table,
        first=first,
    )


def _of_value(line: int, value: str) -> str:
    word = _WORD.match(value)
    if word is None:
        return tr("line {line} has a key without a value", line=line)
    if word[0].lower() in ("true", "false", "yes", "no", "on", "off"):
        return tr(
            "line {line} has {word}: write true or false, in small letters", line=line, word=word[0]
        )
    if word[0][0] in ".+-" or word[0][0].isdigit():
        return tr(
            "line {line} has {word}, which is no number: write it as 0.5 or 12",
            line=line,
            word=word[0][:_LONGEST],
        )
    return tr(
        'line {line} has {word} without quotes: write a text between straight ones, "…"',
        line=line,
        word=word[0][:_LONGEST],
    )


def _last(lines: list[str], pattern: str, usual: int) -> int:
    found = [number for number, line in enumerate(lines, 1) if re.search(pattern, line)]
    return max(found, default=usual)
