"""Cuts texts into the tokens of a BERT: words, marks, and pieces of words that a list knows.

Written anew and not taken from the library `tokenizers`, which is a program of its own to install:
what BERT, DistilBERT and MiniLM need fits on a page, and the list alone decides what comes out.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MARKS = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
OF_MPNET = "<pad>", "[UNK]", "<s>", "</s>"  # beside the words of a BERT
LONGEST_WORD = 100  # letters; a longer one is unknown
LETTERS_A_TOKEN = 64  # beyond so many times the tokens that are wanted no letter is looked at
_CONTINUED = "##"
_SIGNS = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
# Ideographs, of which each is a word.
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


@dataclass(frozen=True, eq=False)
class WordPieces:
    """The tokens of a list of words and pieces of words.

    Parameters
    ----------
    numbers : mapping of str to int
        Of each token; a piece that goes on a word begins with '##'.
    lowers : bool
        Whether letters are made small.
    strips : bool
        Whether accents are taken off.
    parts_ideographs : bool
        Whether each of them is a word.
    marks : tuple of str, optional
        What fills up, what is unknown, what stands first, and what last.

    Notes
    -----
    Devlin et al., NAACL 2019; the longest piece first, as Wu et al., arXiv:1609.08144 (2016).
    """

    numbers: Mapping[str, int]
    lowers: bool = True
    strips: bool = True
    parts_ideographs: bool = True
    marks: tuple[str, str, str, str] = MARKS

    @property
    def pad(self) -> int:
        """Return the number that fills a batch up."""
        return self.numbers.get(self.marks[0], 0)

    @property
    def unknown(self) -> int:
        """Return the number of what the list does not have."""
        return self.numbers[self.marks[1]]

    def __call__(self, text: str, longest: int) -> list[int]:
        """Return the numbers of a text's tokens, [CLS] first and [SEP] last.

        Parameters
        ----------
        text : str
        longest : int
            Tokens at most, these two among them; of a longer text the rest is left out.
        """
        room = longest - 2
        unknown, first, last = (self.numbers[mark] for mark in self.marks[1:])
        pieces: list[int] = []
        for word in self.words(text[: LETTERS_A_TOKEN * longest]):
            pieces += self._pieces(word) or [unknown]
            if len(pieces) >= room:
                break
        return [first, *pieces[:room], last]

    def words(self, text: str) -> list[str]:
        """Return the words and marks of a text."""
        found = []
        for word in self._cleaned(text).split():
            word = word.lower() if self.lowers else word
            if self.strips:
                apart = unicodedata.normalize("NFD", word)
                word = "".join(c for c in apart if unicodedata.category(c) != "Mn")
            found += _parted(word)
        return found

    def _cleaned(self, text: str) -> str:
        """Return a text without control characters, with spaces about ideographs."""
        kept = []
        for letter in text:
            if letter in "\t\n\r" or unicodedata.category(letter) == "Zs":
                kept.append(" ")
            elif letter != "\ufffd" and not unicodedata.category(letter).startswith("C"):
                kept.append(f" {letter} " if self._is_word(letter) else letter)
        return "".join(kept)

    def _is_word(self, letter: str) -> bool:
        code = ord(letter)
        return self.parts_ideographs and any(low <= code <= high for low, high in _IDEOGRAPHS)

    def _pieces(self, word: str) -> list[int] | None:
        """Return the longest known pieces from the left; None where none goes on."""
        if len(word) > LONGEST_WORD:
            return None
        found: list[int] = []
        start = 0
        while start < len(word):
            before = _CONTINUED if start else ""
            ends = range(len(word), start, -1)
            end = next((e for e in ends if before + word[start:e] in self.numbers), None)
            if end is None:
                return None
            found.append(self.numbers[before + word[start:end]])
            start = end
        return found


def _parted(word: str) -> list[str]:
    """Return a word with each mark as a word of its own."""
    parts: list[str] = []
    goes_on = False
    for letter in word:
        if _is_mark(letter):
            parts.append(letter)
            goes_on = False
        elif goes_on:
            parts[-1] += letter
        else:
            parts.append(letter)
            goes_on = True
    return parts


@lru_cache(maxsize=4096)
def _is_mark(letter: str) -> bool:
    return letter in _SIGNS or unicodedata.category(letter).startswith("P")


def missing_tokens(
    numbers: Mapping[str, int], marks: tuple[str, str, str, str] = MARKS
) -> Sequence[str]:
    """Return which tokens a list lacks that no text can do without."""
    return [token for token in marks[1:] if token not in numbers]
