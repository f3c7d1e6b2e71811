"""Texts as batches of tokens."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from ncviz.texts.word_pieces import PAD, WordPieces


def cut(texts: Sequence[str], pieces: WordPieces, longest: int) -> list[list[int]]:
    """Return the tokens of each text, at most so many."""
    return [pieces(text, longest) for text in texts]


def batches(
    tokens: Sequence[Sequence[int]], pieces: WordPieces, most: int
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


def batch_of(tokens: Sequence[Sequence[int]], pieces: WordPieces) -> tuple[Tensor, Tensor]:
    """Return the tokens of some texts as one batch; see `batches`."""
    length = max(map(len, tokens))
    ids = torch.full((len(tokens), length), pieces.numbers.get(PAD, 0))
    for row, own in enumerate(tokens):
        ids[row, : len(own)] = torch.tensor(own)
    counts = torch.tensor([len(own) for own in tokens])
    return ids, torch.arange(length) < counts[:, None]
