"""Numbers and names as people read them."""

import math
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import PurePath

from ncviz.language import ENGLISH, LANGUAGE, tr

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # tab, line feed and return apart
_ORDER = "\u202a-\u202e\u2066-\u2069"  # overrides and isolates of the direction of writing
_BREAKS = re.compile(f"[{_CONTROLS}\t\n\r\u2028\u2029]")
_TURNS = re.compile(f"[{_ORDER}\ud800-\udfff\ufffe\uffff]")
_OBEYED = re.compile(f"[{_CONTROLS}{_ORDER}\ud800-\udfff]")
_LINE_ENDS = re.compile("[\t\n\r\u2028\u2029]")

_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # what spreadsheets read one from
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


# NOTE: leave this as it is where every word loses its capital within a sentence. Where nouns keep
# it, as in German: the words that begin sentences and do not keep it, with spaces between them.
_OF_ALL = tr("all words lose their capital")
SMALL_WORDS = frozenset() if LANGUAGE == ENGLISH else frozenset(_OF_ALL.split())


def three_digits(value: float | None) -> str:
    """Return a number with three significant digits, a dash where there is none.

    Parameters
    ----------
    value : float or None
        None and NaN are what does not apply.

    Returns
    -------
    str
        Such as '0.0123', '1,230', '4.5·10⁻⁷', '∞' or '–'; minus signs are real ones.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0 or 1e-3 <= abs(value) < 1000:
        return f"{value:.3g}".replace("-", "−").replace("1e+03", "1,000")
    if 1000 <= abs(value) < 1e5:
        return f"{float(f'{value:.3g}'):,.0f}".replace("-", "−")
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}·10{raised(int(exponent))}".replace("-", "−")


# What stands in quotation marks, of any language here: names and words of people, no terms.
QUOTED = r"„[^“]*“|“[^”]*”"


def quoted(name: str) -> str:
    """Return a name in the quotation marks of the language of this process."""
    return tr("“{name}”", name=name)


def listed(names: Sequence[str], most: int = 4) -> str:
    """Return names as one lists them: 'a, b and c', of many the first and how many more.

    Parameters
    ----------
    names : sequence of str
    most : int
        Named at most.
    """
    shown = list(names) if len(names) <= most else [*names[: most - 1]]
    rest = len(names) - len(shown)
    shown += [tr("{rest:,} more", rest=rest)] if rest else []
    return tr(" and ").join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)


def raised(number: int) -> str:
    """Return a whole number in superscript digits."""
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def short_number(value: float) -> str:
    """Return a round number as short as a scale has it: '0.001', '10⁻⁵', '2·10⁻⁷', '100'."""
    mantissa, _, exponent = f"{value:g}".partition("e")
    if not exponent:
        if not 0 < abs(value) < 1e-3:
            return mantissa.replace("-", "−")
        mantissa, exponent = f"{value:e}".split("e")
        mantissa = f"{float(mantissa):g}"
    factor = "" if mantissa == "1" else f"{mantissa}·".replace("-", "−")
    return f"{factor}10{raised(int(exponent))}"


def correlation(value: float) -> str:
    """Return a correlation to four decimals: near −1, three digits would say nothing."""
    return "–" if math.isnan(value) else f"{value:.4f}".replace("-", "−")


def written_number(value: float) -> str:
    """Return the shortest text that gives the same number again, as a field shows it.

    Returns
    -------
    str
        Such as '100000', '−2.5' or '1e-05': a point is the decimal mark, nothing separates
        thousands, and the minus is a real one.
    """
    if float(value).is_integer() and abs(value) < 1e15:
        text = str(int(value))
    else:
        text = f"{value:g}"
        text = text if float(text) == value else repr(float(value))
    return f"−{text[1:]}" if text.startswith("-") else text


_MARKS = str.maketrans({"−": "-", ",": ".", "٫": ".", "،": "."})


def read_number(text: str, *, whole: bool = False) -> float:
    """Return the number that somebody typed or pasted.

    Parameters
    ----------
    text : str
        A point and a comma are both the decimal mark, whatever the system's language;
        the minus may be the typographic one, digits may be of any script.
    whole : bool, optional
        Only whole numbers, without a decimal mark.

    Raises
    ------
    ValueError
        With a sentence that says what cannot be read. Marks between thousands are
        refused rather than guessed at: '1.000' may mean one or a thousand.
    """
    bare = text.strip()
    plain = bare.translate(_MARKS)
    if plain.count(".") > 1:
        raise ValueError(
            tr(
                "{bare!r} has two decimal marks: write 1234.5 without marks between thousands.",
                bare=bare,
            )
        )
    if whole and "." in plain:
        raise ValueError(
            tr(
                "{bare!r} is not a whole number: write it without a point or comma, such as 1000.",
                bare=bare,
            )
        )
    try:
        number = float("_" if "_" in plain else plain)  # '1_000' is Python's, not people's
    except ValueError:
        example = "20" if whole else "0.001 or 1e-3"
        raise ValueError(
            tr("{bare!r} is not a number: write one such as {example}.", bare=bare, example=example)
        ) from None
    if whole and not number.is_integer():
        raise ValueError(tr("{bare!r} is not a whole number: write one such as 20.", bare=bare))
    return number


def lower_first(text: str) -> str:
    """Return a text with its first letter small, to stand within a sentence.

    In a language whose nouns keep their capital, the catalogue lists the words that lose it.
    """
    first = re.match(r"\w*", text)
    if SMALL_WORDS and first is not None and first[0].lower() not in SMALL_WORDS:
        return text
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return a text with its first letter large, to begin a sentence."""
    return text[:1].upper() + text[1:]


def bytes_in_words(count: float) -> str:
    """Return the size of a file as people read it: '3.72 MB', '820 kB', '12 bytes'."""
    return _in_units(count, 1000, ("kB", "MB", "GB", "TB", "PB", "EB"))


def count_of_bytes(count: int) -> str:
    """Return every byte that is counted: '1 byte', '12,345 bytes'."""
    return tr("1 byte") if count == 1 else tr("{count:,} bytes", count=count)


def memory_in_words(count: float) -> str:
    """Return room in a memory or on a disk, in powers of 1,024: '139 GiB', '9.56 KiB'."""
    return _in_units(count, 1024, ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))


def _in_units(count: float, step: int, units: Sequence[str]) -> str:
    if round(count) < step:
        return count_of_bytes(round(count))
    values = [count / step**power for power in range(1, len(units) + 1)]
    # The first unit of which there are less than a thousand, or the last one.
    place = next((at for at, value in enumerate(values) if float(f"{value:.3g}") < 1000), -1)
    return f"{values[place]:,.3g} {units[place]}"


def in_words(number: int) -> str:
    """Return a count up to twelve in letters, a larger one in digits."""
    first = (tr("no"), tr("one"), tr("two"), tr("three"), tr("four"), tr("five"), tr("six"))
    words = (*first, tr("seven"), tr("eight"), tr("nine"), tr("ten"), tr("eleven"), tr("twelve"))
    return words[number] if 0 <= number < len(words) else f"{number:,}"


def _is_plain(text: str) -> bool:
    loose = text[:1] == " " or text[-1:] == " " or "  " in text
    return text.isascii() and text.isprintable() and not loose


def one_line(text: str, longest: int = 10**6) -> str:
    """Return a text from outside as one line that shows every letter it holds.

    A space takes the place of line breaks, tabs and control characters. What would turn the order
    of the letters around is left out, and what no XML may hold, half a character among it.

    Parameters
    ----------
    text : str
    longest : int, optional
        Characters; of a longer one the rest is left out, which '…' says.
    """
    if len(text) <= longest and _is_plain(text):
        return text  # nearly always, and a manifest may hold 100,000 names
    spaced = _TURNS.sub("", _BREAKS.sub(" ", text[: 4 * longest]))
    line = " ".join(part for part in spaced.split(" ") if part)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def cell(text: str) -> str:
    """Return a text as a cell of a table that no spreadsheet takes for a formula.

    Parameters
    ----------
    text : str
        Before '=1+1' and '-x' stands an apostrophe, which they hide; a number stays one.
    """
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULAS) and not _NUMBER.fullmatch(line) else line


def text_of_cell(cell: str) -> str:
    """Return the text that `cell` made a cell of."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULAS) else cell


def visible(text: str) -> str:
    r"""Return a text in which what a terminal would obey, and not show, is written out.

    A byte of a file's name that is no UTF-8, which Python holds as half a character, comes
    out as '\xe9'.
    """
    return _OBEYED.sub(_written_out, text)


def visible_line(text: str) -> str:
    r"""Return a visible text in which line breaks and tabs are written out, too, as '\n'.

    A sentence or a cell with a name in it stays one.
    """
    return _LINE_ENDS.sub(_written_out, visible(text))


def saved_files(*paths: PurePath) -> str:
    """Return where files were saved, in one line whatever their names hold."""
    return tr("Saved {paths}.", paths=tr(" and ").join(visible_line(str(path)) for path in paths))


def _written_out(found: re.Match[str]) -> str:
    number = ord(found[0])
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02x}"
    return found[0].encode("unicode_escape").decode()


def shell_word(text: str) -> str:
    r"""Return a word for a command line, quoted where a shell would take it for something else.

    Parameters
    ----------
    text : str
        Such as a path; bytes that are no UTF-8 and control characters become ``$'\xe9'``, which
        bash and zsh understand. On Windows quotes are those of PowerShell and of cmd.
    """
    if sys.platform == "win32":
        return _windows_word(text)
    else:  # noqa: RET505 - mypy knows the systems by this form alone
        return _posix_word(text)


def _windows_word(text: str) -> str:
    if re.search(r"[$`]", text):  # within double quotes these mean something to PowerShell
        quoted = text.replace("'", "''")
        return f"'{quoted}'"
    return text if re.fullmatch(r"[\w.:=\\/+-]+", text) else f'"{text}"'


def _posix_word(text: str) -> str:
    if text.isprintable():
        return shlex.quote(text)
    parts = []
    for character in text:
        if character in "'\\":
            parts.append(f"\\{character}")
        elif character.isprintable():
            parts.append(character)
        else:
            parts += [f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape")]
    return f"$'{''.join(parts)}'"


def read_numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a list that somebody typed, with spaces, semicolons or commas between.

    Parameters
    ----------
    text : str
        Such as '0.485, 0.456', '0,485 0,456' or '0.485,0.456'. A lone comma within a word
        without a point is the decimal mark.

    Raises
    ------
    ValueError
        Naming the word that is no number.
    """
    numbers: list[float] = []
    for word in re.split(r"[\s;]+|,\s+", text.strip().rstrip(",;")):
        decimal = word.count(",") == 1 and "." not in word
        numbers += [read_number(part) for part in ([word] if decimal else word.split(","))]
    return tuple(numbers)


def duration(seconds: float) -> str:
    """Return a time for people, such as '8 s', '3 min 20 s' or '2 h 5 min'."""
    if not 0 <= seconds < 1e8:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return tr("{whole} min {whole_2} s", whole=whole // 60, whole_2=whole % 60)
    return tr("{whole} h {whole_2} min", whole=whole // 3600, whole_2=whole % 3600 // 60)


def rough_duration(seconds: float) -> str:
    """Return a guess at a time, with no more digits than a guess has."""
    if seconds < 1.5:
        return "a second"
    digits = 1 if seconds < 20 else 5 if seconds < 60 else 60 if seconds < 3600 else 600
    return duration(max(digits, digits * round(seconds / digits))).removesuffix(" 0 s")
