"""What a sentence of this process's language is in English, for whoever looks for words in it.

A form looks for the field that a sentence complains of, a reader of a file for its line: both
know the words in which the code has it.
"""

import re
import string
from functools import cache, lru_cache

from ncviz.language import ENGLISH, LANGUAGE, catalogue_of

FEWEST = 3  # letters of a template that tell it from others
TRIED = 3  # templates that fit, of which the one that explains most is taken
_FIELD = re.compile(r"\{(\w+)[^{}]*\}")
_Parts = tuple[tuple[str, str | None], ...]  # what is written, and the field behind it


def in_english(sentence: str) -> str:
    """Return a sentence that `tr` made as it would be in English; any other one as it is.

    Parameters
    ----------
    sentence : str
        Also one that begins small, or has lost its full stop, within another one.
    """
    return sentence if LANGUAGE == ENGLISH else _best(sentence)[1]


@lru_cache(1000)
def _best(sentence: str) -> tuple[int, str]:
    """Return how many letters of a sentence are words of templates, and the sentence in English."""
    best, tried = (0, sentence), 0
    if sum(map(str.isalpha, sentence)) < FEWEST:
        return best
    for english, parts, letters in _templates():
        if tried == TRIED or letters <= best[0] // 2:
            break
        if not all(written in sentence for written in _own(parts)):
            continue
        found = _pattern(parts).fullmatch(sentence)
        if found is None:
            continue
        tried += 1
        values = {name: _best(value) for name, value in found.groupdict().items()}
        known = letters + sum(count for count, _ in values.values())
        if known > best[0]:
            best = known, _filled(english, {name: value for name, (_, value) in values.items()})
    return best


def _filled(english: str, values: dict[str, str]) -> str:
    return _FIELD.sub(lambda field: values.get(field[1], field[0]), english)


@cache
def _templates() -> tuple[tuple[str, _Parts, int], ...]:
    """Return each text with what it is here, and how many letters of its own that has.

    Those with the most come first.
    """
    known: dict[object, str] = getattr(catalogue_of(LANGUAGE), "_catalog", {})
    found = []
    for text, said in known.items():
        parts = _parts(said)
        letters = sum(map(str.isalpha, "".join(_own(parts))))
        if isinstance(text, str) and text and letters >= FEWEST:
            found.append((text, parts, letters))
    return tuple(sorted(found, key=lambda each: -each[2]))


def _parts(said: str) -> _Parts:
    """Take a template apart; formulas, whose braces are no fields, are one part."""
    try:
        parsed = [(written, name) for written, name, *_ in string.Formatter().parse(said)]
    except ValueError:
        return ((said, None),)
    are_fields = all(name is None or name.isidentifier() for _, name in parsed)
    return tuple(parsed) if are_fields else ((said, None),)


def _own(parts: _Parts) -> list[str]:
    """Return what is written around the fields, less what a sentence within another one lacks."""
    written = [each for each, _ in parts]
    written[0] = written[0][1:] if written[0][:1].isalpha() else written[0]
    written[-1] = written[-1].removesuffix(".") if parts[-1][1] is None else written[-1]
    return [each for each in written if each]


@cache
def _pattern(parts: _Parts) -> re.Pattern[str]:
    """Return what the sentences of a template are like."""
    pattern, known = "", set[str]()
    for written, name in parts:
        first = "" if pattern else written[:1]
        pattern += f"(?i:{first})" if first.isalpha() else re.escape(first)
        pattern += re.escape(written.removeprefix(first))
        if name is not None:
            pattern += f"(?P={name})" if name in known else f"(?P<{name}>.*?)"
            known.add(name)
    if parts[-1][1] is None and pattern.endswith(r"\."):
        pattern += "?"
    return re.compile(pattern, re.DOTALL)
