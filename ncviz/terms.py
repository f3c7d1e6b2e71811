"""Words of sentences that have a card: found in any caption, whoever wrote it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ncviz.concepts import CONCEPTS, spellings
from ncviz.wording import QUOTED


@dataclass(frozen=True)
class Stretch:
    """A stretch of a sentence.

    Parameters
    ----------
    text : str
    key : str
        Of `ncviz.concepts.CONCEPTS`; empty for plain words.
    """

    text: str
    key: str = ""


def stretches_of(sentence: str, *, common: bool = False) -> tuple[Stretch, ...]:
    """Divide a sentence into plain words and terms, each word at its first place alone.

    Parameters
    ----------
    sentence : str
    common : bool
        Whether words as common as 'layer' are terms, too, as they are to who learns.

    Returns
    -------
    tuple of Stretch
        Their texts joined are the sentence.
    """
    pattern, keys = _terms(common)
    parts: list[Stretch] = []
    seen: set[str] = set()
    end = 0
    for found in pattern.finditer(sentence):
        word = found.group(1)
        if word is None:
            continue
        if word.lower() in seen:
            continue
        seen.add(word.lower())
        parts += [Stretch(sentence[end : found.start()]), Stretch(word, keys[word.lower()])]
        end = found.end()
    parts.append(Stretch(sentence[end:]))
    return tuple(part for part in parts if part.text)


@cache
def _terms(common: bool) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds terms, and the concept of each, whose word may begin a sentence."""
    found = list(spellings(common))
    words = "|".join(re.escape(text) for text, _ in found)
    pattern = re.compile(rf"{QUOTED}|(?<![\w-])({words})(?![\w-])", re.IGNORECASE)
    keys: dict[str, str] = {}
    for text, key in found:
        keys.setdefault(text.lower(), key)
    return pattern, keys


def notion_called(words: str) -> str:
    """Return the concept that is called by these very words, as above a field; '' for none.

    In a sentence not each of them would be a link: *class*, *layer*, *loss* are everywhere.
    """
    word = words.lower()
    return next((_NAMES[each] for each in (word, word[:-1], word[:-2]) if each in _NAMES), "")


def _names() -> Iterator[tuple[str, str]]:
    """Yield what concepts are called: whole, and without a symbol or what follows a comma."""
    for key, concept in CONCEPTS.items():
        head = re.split("[,:(]", concept.name)[0].strip()
        bare = re.sub(r" \S$", "", head)
        yield from ((name.lower(), key) for name in (bare, head, concept.name, key))


_NAMES = dict(_names())
