"""Words of sentences that have a card: found in any caption, whoever wrote it."""

import re
from dataclasses import dataclass

from ncviz.concepts import spellings
from ncviz.wording import QUOTED

_SPELLINGS = dict(spellings())
_WORDS = "|".join(re.escape(text) for text in _SPELLINGS)
_FOUND = re.compile(rf"{QUOTED}|(?<![\w-])({_WORDS})(?![\w-])", re.IGNORECASE)


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


def stretches_of(sentence: str) -> tuple[Stretch, ...]:
    """Divide a sentence into plain words and terms, each word at its first place alone.

    Returns
    -------
    tuple of Stretch
        Their texts joined are the sentence.
    """
    parts: list[Stretch] = []
    seen: set[str] = set()
    end = 0
    for found in _FOUND.finditer(sentence):
        word = found.group(1)
        if word is None:
            continue
        if word.lower() in seen:
            continue
        seen.add(word.lower())
        parts += [Stretch(sentence[end : found.start()]), Stretch(word, _key_of(word))]
        end = found.end()
    parts.append(Stretch(sentence[end:]))
    return tuple(part for part in parts if part.text)


def _key_of(word: str) -> str:
    """Return the concept of a word, which may stand at the beginning of a sentence."""
    return next(key for text, key in _SPELLINGS.items() if text.lower() == word.lower())
