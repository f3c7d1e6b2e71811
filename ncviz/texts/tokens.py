"""Texts as batches of tokens."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor


class Pieces(Protocol):
    """What cuts texts into tokens."""

    @property
    def numbers(self) -> Mapping[str, int]:
        """Return the number of each token."""

    @property
    def pad(self) -> int:
        """Return the number that fills a batch up."""

    @property
    def unknown(self) -> int:
        """Return the number of what the list does not have."""

    def __call__(self, text: str, longest: int) -> list[int]:
        """Return the numbers of a text's tokens, at most so many."""


def cut(texts: Sequence[str], pieces: Pieces, longest: int) -> list[list[int]]:
    """Return the tokens of each text, at most so many."""
    return [pieces(text, longest) for text in texts]


def batches(
    tokens: Sequence[Sequence[int]], pieces: Pieces, most: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the tokens of so many texts at once, and which of them are of the texts.

    Yields
    ------
    ids : tensor of int, shape (n, T)
        Filled up to the longest of the batch.
    mask : tensor of bool, shape (n, T)
    """
    for start in range(0, len(tokens), most):
        yield batch_of(tokens[start : start + most], pieces)


def batch_of(tokens: Sequence[Sequence[int]], pieces: Pieces) -> tuple[Tensor, Tensor]:
    """Return the tokens of some texts as one batch; see `batches`."""
    length = max(map(len, tokens))
    ids = torch.full((len(tokens), length), pieces.pad)
    for row, own in enumerate(tokens):
        ids[row, : len(own)] = torch.tensor(own)
    counts = torch.tensor([len(own) for own in tokens])
    return ids, torch.arange(length) < counts[:, None]
