"""Makes letters even as a list of sentencepiece says: by a trie, and what letters become."""

import struct
from collections.abc import Iterator

_WORD = 4  # bytes
_LONGEST = 256  # bytes that are replaced at once, and that take their place
_LEAF, _VALUE, _LABEL = 1 << 8, (1 << 31) - 1, (1 << 31) | 0xFF


class LetterMap:
    """A map of letters, and of several letters together, to what takes their place.

    Parameters
    ----------
    packed : bytes
        The size of the trie in bytes, the trie, and what letters become, each ended by a zero;
        nothing for no map.

    Raises
    ------
    ValueError
        If they are damaged.

    Notes
    -----
    A double-array trie (Aoe, IEEE Trans. Softw. Eng. 1989) as sentencepiece writes it (Kudo &
    Richardson, EMNLP 2018): of several that begin a text the longest is taken.
    """

    def __init__(self, packed: bytes) -> None:
        self._trie: tuple[int, ...] = ()
        self._texts = b""
        if not packed:
            return
        size = int.from_bytes(packed[:_WORD], "little")
        if size % _WORD or not 0 < size <= len(packed) - _WORD:
            raise ValueError("a trie that is cut")
        self._trie = struct.unpack_from(f"<{size // _WORD}I", packed, _WORD)
        self._texts = packed[_WORD + size :]

    def __call__(self, text: str) -> str:
        """Return a text with all letters replaced that are in the map."""
        if not self._trie:
            return text
        content, place = text.encode("utf-8", "replace"), 0
        made: list[bytes] = []
        while place < len(content):
            length, value = max(self._beginning(content, place), default=(0, 0))
            if length:
                made.append(self._texts[value : value + _LONGEST].partition(b"\0")[0])
            else:
                length = _letter(content[place])
                made.append(content[place : place + length])
            place += length
        return b"".join(made).decode("utf-8", "replace")

    def _beginning(self, content: bytes, start: int) -> Iterator[tuple[int, int]]:
        """Yield the lengths of what is known at a place, and where it stands what it becomes."""
        trie = self._trie
        node = _step(trie[0])
        for place in range(start, min(len(content), start + _LONGEST)):
            node ^= content[place]
            if node >= len(trie) or trie[node] & _LABEL != content[place]:
                return
            unit = trie[node]
            node ^= _step(unit)
            if unit & _LEAF and node < len(trie):
                yield place + 1 - start, trie[node] & _VALUE


def _step(unit: int) -> int:
    return (unit >> 10) << ((unit & (1 << 9)) >> 6)


def _letter(first: int) -> int:
    """Return how many bytes a letter has whose first one this is."""
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
