"""Cuts texts into the tokens of a RoBERTa: pairs of bytes that were joined most often.

As `word_pieces`, written anew: its lists of tokens and of joined pairs decide what comes out.
"""

import itertools
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

FIRST, LAST, PAD, UNKNOWN = "<s>", "</s>", "<pad>", "<unk>"
LONGEST_WORD = 400  # bytes that are joined together; of a longer word each such part by itself
LETTERS_A_TOKEN = 64  # beyond so many times the tokens that are wanted no letter is looked at
_ENDINGS = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")


def _byte_letters() -> tuple[str, ...]:
    """Return the letter that stands for each byte: itself where it can be seen."""
    seen = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1)}
    seen |= {*range(ord("®"), ord("ÿ") + 1)}
    others = iter(range(256, 512))
    return tuple(chr(byte if byte in seen else next(others)) for byte in range(256))


BYTES = _byte_letters()


@dataclass(frozen=True, eq=False)
class BytePairs:
    """The tokens of a list of joined bytes.

    Parameters
    ----------
    numbers : mapping of str to int
        Of each token, whose letters stand for bytes.
    joined : sequence of pair of str
        Pairs that become one token, the first ones first.

    Notes
    -----
    Sennrich et al., ACL 2016, of bytes as Radford et al., 2019; Liu et al., arXiv:1907.11692
    (2019).
    """

    numbers: Mapping[str, int]
    joined: Sequence[tuple[str, str]]

    @property
    def pad(self) -> int:
        """Return the number that fills a batch up."""
        return self.numbers.get(PAD, 1)

    @property
    def unknown(self) -> int:
        """Return the number of what the list does not have."""
        return self.numbers[UNKNOWN]

    @cached_property
    def _ranks(self) -> dict[tuple[str, str], int]:
        return {pair: rank for rank, pair in enumerate(self.joined)}

    def __call__(self, text: str, longest: int) -> list[int]:
        """Return the numbers of a text's tokens, <s> first and </s> last.

        Parameters
        ----------
        text : str
        longest : int
            Tokens at most, these two among them; of a longer text the rest is left out.
        """
        room, unknown = longest - 2, self.numbers[UNKNOWN]
        found: list[int] = []
        for word in parted(text[: LETTERS_A_TOKEN * longest]):
            content = word.encode("utf-8", "replace")
            for start in range(0, len(content), LONGEST_WORD):
                letters = "".join(BYTES[byte] for byte in content[start : start + LONGEST_WORD])
                found += [self.numbers.get(token, unknown) for token in self._tokens(letters)]
            if len(found) >= room:
                break
        return [self.numbers[FIRST], *found[:room], self.numbers[LAST]]

    def _tokens(self, letters: str) -> list[str]:
        """Return a word joined pair by pair, the pair that stands first in the list first."""
        parts, ranks, never = [*letters], self._ranks, len(self._ranks)
        while len(parts) > 1:
            pairs = [*itertools.pairwise(parts)]
            best = min(pairs, key=lambda pair: ranks.get(pair, never))
            if best not in ranks:
                break
            made: list[str] = []
            place = 0
            while place < len(parts):
                if place < len(pairs) and pairs[place] == best:
                    made.append(parts[place] + parts[place + 1])
                    place += 2
                else:
                    made.append(parts[place])
                    place += 1
            parts = made
        return parts


def parted(text: str) -> list[str]:
    """Return the words, numbers and marks of a text, each with the space before it."""
    parts, place, end = [], 0, len(text)
    while place < end:
        start = place
        ending = next((each for each in _ENDINGS if text.startswith(each, place)), "")
        if ending:
            place += len(ending)
        elif not text[place].isspace() or (
            text[place] == " " and place + 1 < end and not text[place + 1].isspace()
        ):
            place += text[place] == " "
            kind = _kind(text[place])
            while place < end and not text[place].isspace() and _kind(text[place]) == kind:
                place += 1
        else:
            while place < end and text[place].isspace():
                place += 1
            if place < end and place - start > 1:
                place -= 1  # the last space is of the word behind it
        parts.append(text[start:place])
    return parts


@lru_cache(maxsize=4096)
def _kind(letter: str) -> str:
    category = unicodedata.category(letter)[0]
    return category if category in "LN" else "other"


def missing_tokens(numbers: Mapping[str, int]) -> Sequence[str]:
    """Return which tokens a list lacks that no text can do without."""
    return [token for token in (UNKNOWN, FIRST, LAST) if token not in numbers]
