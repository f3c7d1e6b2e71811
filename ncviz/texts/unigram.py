"""Cuts texts into the tokens of an XLM-R: the pieces of a list whose probability is largest.

As `word_pieces`, written anew: the list and its probabilities decide what comes out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ncviz.texts.byte_pairs import FIRST, LAST, LETTERS_A_TOKEN, PAD

SPACE = "\N{LOWER ONE EIGHTH BLOCK}"  # stands for the space before a word
LONGEST_WORD = 400  # letters that are cut together; of a longer word each such part by itself
_UNKNOWN_COSTS = 10.0  # by so much less likely than the rarest piece is a letter that no piece has


@dataclass(frozen=True, eq=False)
class Unigram:
    """The tokens of a list of pieces with the logarithms of their probabilities.

    Parameters
    ----------
    pieces : sequence of pair of str and float
        The number of a piece is its place.
    unknown : int
        The number of what no piece holds.
    even : callable
        Makes a text even before it is cut at its spaces.

    Notes
    -----
    Kudo, ACL 2018; the likeliest cut by Viterbi's recursion. As of Kudo & Richardson, EMNLP 2018,
    letters that no piece holds and that follow on each other are one token.
    """

    pieces: Sequence[tuple[str, float]]
    unknown: int
    even: Callable[[str], str]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Return the number of each token."""
        return {piece: number for number, (piece, _) in enumerate(self.pieces)}

    @property
    def pad(self) -> int:
        """Return the number that fills a batch up."""
        return self.numbers.get(PAD, 1)

    @cached_property
    def _reach(self) -> int:
        return min(LONGEST_WORD, max(len(piece) for piece, _ in self.pieces))

    @cached_property
    def _least(self) -> float:
        return min(chance for _, chance in self.pieces) - _UNKNOWN_COSTS

    def __call__(self, text: str, longest: int) -> list[int]:
        """Return the numbers of a text's tokens, <s> first and </s> last.

        Parameters
        ----------
        text : str
        longest : int
            Tokens at most, these two among them; of a longer text the rest is left out.
        """
        room = longest - 2
        found: list[int] = []
        for word in self.even(text[: LETTERS_A_TOKEN * longest]).split():
            whole = word if word.startswith(SPACE) else SPACE + word
            for start in range(0, len(whole), LONGEST_WORD):
                found += self._cut(whole[start : start + LONGEST_WORD])
            if len(found) >= room:
                break
        return [self.numbers[FIRST], *found[:room], self.numbers[LAST]]

    def _cut(self, word: str) -> list[int]:
        """Return the likeliest cut of a word."""
        end = len(word)
        best = [0.0, *[float("-inf")] * end]
        last = [(0, self.unknown)] * (end + 1)  # where the piece that ends here begins, and which
        for start in range(end):
            stops = range(start + 1, min(end, start + self._reach) + 1)
            known = [(stop, self.numbers.get(word[start:stop])) for stop in stops]
            steps = [(stop, n, self.pieces[n][1]) for stop, n in known if n is not None]
            if known[0][1] is None:
                steps.append((start + 1, self.unknown, self._least))
            for stop, number, chance in steps:
                if best[start] + chance > best[stop]:
                    best[stop], last[stop] = best[start] + chance, (start, number)
        found: list[int] = []
        while end:
            end, number = last[end]
            if not (number == self.unknown and found and found[-1] == self.unknown):
                found.append(number)
        return found[::-1]
