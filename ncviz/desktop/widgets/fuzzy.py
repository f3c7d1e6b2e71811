"""Finds commands by a few letters of their names."""

from dataclasses import dataclass
from itertools import pairwise

_WORD_START, _IN_A_ROW, _SPREAD = 8.0, 5.0, 0.15


@dataclass(frozen=True)
class Match:
    """How well a text fits what was typed.

    Parameters
    ----------
    score : float
        Larger is better.
    places : tuple of int
        Which letters of the text were found.
    """

    score: float
    places: tuple[int, ...]


def fuzzy_match(typed: str, text: str) -> Match | None:
    """Match letters that stand in a text in the same order, not necessarily side by side.

    Parameters
    ----------
    typed : str
        Blanks and case do not matter.
    text : str

    Returns
    -------
    Match or None
        None if a letter is missing. Starts of words and letters in a row count more,
        and so do short texts.
    """
    letters = "".join(typed.casefold().split())
    folded = "".join(c.casefold()[:1] or c for c in text)
    best: Match | None = None
    start = folded.find(letters[:1]) if letters else -1
    if not letters:
        return Match(0.0, ())
    while start >= 0:
        found = _from(letters, folded, start)
        if found is not None and (best is None or found.score > best.score):
            best = found
        start = folded.find(letters[0], start + 1)
    return best


def _from(letters: str, text: str, start: int) -> Match | None:
    """Match from one place on: in a row where possible, else at the next start of a word."""
    places = [start]
    for letter in letters[1:]:
        here = places[-1] + 1
        if text[here : here + 1] != letter:
            starts = (n for n in range(here, len(text)) if text[n] == letter and _starts(text, n))
            here = next(starts, text.find(letter, here))
            if here < 0:
                return None
        places.append(here)
    score = sum(_WORD_START for place in places if _starts(text, place))
    score += sum(_IN_A_ROW for a, b in pairwise(places) if b == a + 1)
    spread = places[-1] - places[0] + 1 - len(places)
    return Match(score + len(places) - _SPREAD * (spread + 0.3 * len(text)), tuple(places))


def _starts(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
