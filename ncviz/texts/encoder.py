"""An encoder of the BERT kind, which gives what each of its blocks makes of a text's tokens."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ncviz.errors import UserError
from ncviz.language import tr

MOST_BLOCKS, MOST_WIDE = 200, 65_536
LONGEST = 100_000  # tokens of a text that an encoder may have places for
CLASS, MEAN = "class", "mean"  # what stands for a text: its first token, or all of them
EMBEDDING = "embedding"
MPNET = "mpnet"
ROBERTA = "roberta"
OF_PIECES = ("camembert", "xlm-roberta")  # as RoBERTa, but for the tokens
AS_ROBERTA = (ROBERTA, *OF_PIECES, MPNET)  # in their places, and in what makes logits
KINDS = ("bert", "distilbert", *AS_ROBERTA)
FARTHEST = 128  # tokens: all that are as far apart share a bias in MPNet


def _gelu_new(values: Tensor) -> Tensor:
    return functional.gelu(values, approximate="tanh")


ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "gelu": functional.gelu,
    "gelu_new": _gelu_new,
    "gelu_pytorch_tanh": _gelu_new,
    "relu": functional.relu,
    "silu": functional.silu,
    "swish": functional.silu,
}


@dataclass(frozen=True)
class EncoderShape:
    """What an encoder is built of.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    words : int
        Tokens that it knows.
    width : int
        d, numbers a token.
    blocks, heads, inner : int
        Of the last, the width within a block.
    places : int
        Tokens that a text may have.
    before : int
        Places of these that no token has, in front of all others.
    segments : int
        Kinds of sentences; 0 for none.
    epsilon : float
        Of the layer normalisations.
    activation : str
        One of `ACTIVATIONS`.
    dropout : float
        While it is trained.
    buckets : int
        Distances of two tokens that have a bias of their own in the attention; 0 for none.
    """

    kind: str
    words: int
    width: int
    blocks: int
    heads: int
    inner: int
    places: int
    before: int = 0
    segments: int = 0
    epsilon: float = 1e-12
    activation: str = "gelu"
    dropout: float = 0.1
    buckets: int = 0

    @property
    def room(self) -> int:
        """Return how many tokens a text may have."""
        return self.places - self.before

    @property
    def least_weights(self) -> int:
        """Return how many weights there are in the matrices."""
        block = 4 * self.width**2 + 2 * self.width * self.inner
        return (self.words + self.places) * self.width + self.blocks * block


_NAMES = {
    "bert": {
        "words": "vocab_size",
        "width": "hidden_size",
        "blocks": "num_hidden_layers",
        "heads": "num_attention_heads",
        "inner": "intermediate_size",
        "places": "max_position_embeddings",
    },
    "distilbert": {
        "words": "vocab_size",
        "width": "dim",
        "blocks": "n_layers",
        "heads": "n_heads",
        "inner": "hidden_dim",
        "places": "max_position_embeddings",
    },
}
_NAMES |= dict.fromkeys(AS_ROBERTA, _NAMES["bert"])
_MOST = {
    "words": 10**7,
    "width": MOST_WIDE,
    "blocks": MOST_BLOCKS,
    "heads": 1024,
    "inner": 4 * MOST_WIDE,
    "places": LONGEST,
}


def read_shape(settings: Mapping[str, Any], where: str) -> EncoderShape:
    """Return what the settings of a network say of an encoder.

    Parameters
    ----------
    settings : mapping
        Of a 'config.json'.
    where : str
        Names the file in error messages.

    Raises
    ------
    UserError
        If it is no encoder of a kind that is known, or a number cannot be.
    """
    kind = settings.get("model_type")
    if kind not in KINDS:
        raise UserError(
            tr(
                "{where} is of the kind {kind!r}, and texts are read by encoders of the kinds "
                "{kinds}: "
                "compute the features with its own library, save them with the labels as npz, and "
                "bring them in with ncviz import.",
                where=where,
                kind=str(kind)[:60],
                kinds=", ".join(KINDS),
            )
        )
    found = {}
    for field, name in _NAMES[kind].items():
        value = settings.get(name)
        if type(value) is not int or not 1 <= value <= _MOST[field]:
            raise UserError(
                tr(
                    "{where} has {name} = {value}: it must be a whole number from 1 to {most:,}.",
                    where=where,
                    name=name,
                    value=repr(value)[:40],
                    most=_MOST[field],
                )
            )
        found[field] = value
    activation = settings.get("activation" if kind == "distilbert" else "hidden_act", "gelu")
    if activation not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise UserError(
            tr(
                "{where} has the activation {activation!r}: known are {known}.",
                where=where,
                activation=str(activation)[:40],
                known=known,
            )
        )
    placed = settings.get("position_embedding_type", "absolute")
    if placed != "absolute":
        raise UserError(
            tr(
                "{where} has positions of the kind {placed!r}: only absolute ones are read.",
                where=where,
                placed=str(placed)[:40],
            )
        )
    if found["width"] % found["heads"]:
        raise UserError(
            tr(
                "{where} has {found} heads for {found_2} numbers a token: they do not divide them.",
                where=where,
                found=found["heads"],
                found_2=found["width"],
            )
        )
    segments = settings.get("type_vocab_size", 2) if kind not in ("distilbert", MPNET) else 0
    epsilon = settings.get("layer_norm_eps", 1e-12)
    before = 0
    if kind in AS_ROBERTA:  # places are counted from behind that of the token which fills up
        filling = settings.get("pad_token_id", 1) if kind != MPNET else 1
        before = 1 + filling if type(filling) is int and filling >= 0 else 2
        if found["places"] - before < 3:
            raise UserError(
                tr(
                    "{where} has {count} places, of which no token has the first {before}: it "
                    "must have three more.",
                    where=where,
                    count=found["places"],
                    before=before,
                )
            )
    buckets = settings.get("relative_attention_num_buckets", 32) if kind == MPNET else 0
    if kind == MPNET and (type(buckets) is not int or not 4 <= buckets <= 1024 or buckets % 4):
        raise UserError(
            tr(
                "{where} has relative_attention_num_buckets = {buckets}: it must be a multiple of "
                "4 up to 1024.",
                where=where,
                buckets=str(buckets)[:40],
            )
        )
    return EncoderShape(
        kind,
        **found,
        before=before,
        segments=segments if type(segments) is int and 0 <= segments <= 1000 else 2,
        epsilon=float(epsilon) if isinstance(epsilon, int | float) and 0 < epsilon < 1 else 1e-12,
        activation=activation,
        buckets=buckets,
    )


class TextEncoder(nn.Module):
    """Embedding and blocks; its weights are called as those of BERT.

    Parameters
    ----------
    shape : EncoderShape

    Notes
    -----
    Devlin et al., NAACL 2019: what is normalised is the sum of a part and of what it was given.
    """

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = _Embeddings(shape)
        self.encoder = nn.Module()
        self.encoder.layer = nn.ModuleList(_Block(shape) for _ in range(shape.blocks))
        if shape.buckets:
            self.encoder.relative_attention_bias = nn.Embedding(shape.buckets, shape.heads)

    def forward(self, ids: Tensor, mask: Tensor) -> Iterator[Tensor]:
        """Yield what each token has become after the embedding, and after each block.

        Parameters
        ----------
        ids : tensor of int, shape (N, T)
        mask : tensor of bool, shape (N, T)
            Which tokens are of the text.

        Yields
        ------
        tensor, shape (N, T, d)
        """
        states = self.embeddings(ids)
        yield states
        bias = self._bias(ids.shape[1])
        for block in self.encoder.layer:  # type: ignore[union-attr]
            states = block(states, mask, bias)
            yield states

    def _bias(self, length: int) -> Tensor | None:
        """Return what each head adds to the scores of two places, shape (heads, T, T)."""
        if not self.shape.buckets:
            return None
        table = cast(nn.Embedding, self.encoder.relative_attention_bias).weight
        return table[bucket_of(length, self.shape.buckets).to(table.device)].permute(2, 0, 1)


def bucket_of(length: int, buckets: int) -> Tensor:
    """Return which bias the scores of two places have, shape (T, T), the place that looks first.

    Parameters
    ----------
    length : int
        T.
    buckets : int
        A half of them is for places behind; of each half one half counts places, and the other
        goes on by the logarithm up to `FARTHEST`.

    Notes
    -----
    Raffel et al., JMLR 2020, as MPNet takes it (Song et al., NeurIPS 2020).
    """
    places = torch.arange(length)
    away = places[None] - places[:, None]
    half, each = buckets // 2, buckets // 4
    apart = away.abs()
    scale = math.log(FARTHEST / each)
    far = each + (torch.log(apart.clamp(min=1) / each) / scale * (half - each)).long()
    return torch.where(apart < each, apart, far.clamp(max=half - 1)) + half * (away > 0)


def pooled(states: Tensor, mask: Tensor, tokens: str) -> Tensor:
    """Return a vector for each text: its class token, or the mean over its tokens.

    Parameters
    ----------
    states : tensor, shape (N, T, d)
    mask : tensor of bool, shape (N, T)
    tokens : str
        'class' or 'mean'.
    """
    if tokens == CLASS:
        return states[:, 0]
    weight = mask[..., None].to(states.dtype)
    return (states * weight).sum(1) / weight.sum(1)


class _Embeddings(nn.Module):
    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.words, shape.width)
        self.position_embeddings = nn.Embedding(shape.places, shape.width)
        if shape.segments:
            self.token_type_embeddings = nn.Embedding(shape.segments, shape.width)
        self.LayerNorm = nn.LayerNorm(shape.width, shape.epsilon)
        self.dropout = nn.Dropout(shape.dropout)
        self._has_segments = bool(shape.segments)
        self._before = shape.before

    def forward(self, ids: Tensor) -> Tensor:
        places = self.position_embeddings.weight[self._before : self._before + ids.shape[1]]
        summed = self.word_embeddings(ids) + places
        if self._has_segments:  # of one sentence, all are of the first
            summed = summed + self.token_type_embeddings.weight[0]
        return self.dropout(self.LayerNorm(summed))  # type: ignore[no-any-return]


class _Block(nn.Module):
    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self._heads, self._activation = shape.heads, ACTIVATIONS[shape.activation]
        width = shape.width
        self.attention = nn.Module()
        self.attention.self = nn.ModuleDict(
            {name: nn.Linear(width, width) for name in ("query", "key", "value")}
        )
        self.attention.output = _closing(width, width, shape.epsilon)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, shape.inner)})
        self.output = _closing(shape.inner, width, shape.epsilon)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, states: Tensor, mask: Tensor, bias: Tensor | None = None) -> Tensor:
        given = self._close(self.attention.output, self._attended(states, mask, bias), states)
        inner = self._activation(self.intermediate["dense"](given))
        return self._close(self.output, inner, given)

    def _close(self, closing: Any, values: Tensor, before: Tensor) -> Tensor:
        closed = self.dropout(closing["dense"](values))
        return closing["LayerNorm"](closed + before)  # type: ignore[no-any-return]

    def _attended(self, states: Tensor, mask: Tensor, bias: Tensor | None) -> Tensor:
        many, length, width = states.shape
        one, linear = width // self._heads, cast(nn.ModuleDict, self.attention.self)

        def by_head(name: str) -> Tensor:
            made: Tensor = linear[name](states)
            return made.view(many, length, self._heads, one).transpose(1, 2)

        query, key, value = map(by_head, ("query", "key", "value"))
        scores = query @ key.transpose(2, 3) / math.sqrt(one)
        scores = scores if bias is None else scores + bias
        scores = scores.masked_fill(~mask[:, None, None], torch.finfo(scores.dtype).min)
        shares: Tensor = self.dropout(scores.softmax(-1))
        return (shares @ value).transpose(1, 2).reshape(many, length, width)


def _closing(inside: int, width: int, epsilon: float) -> nn.ModuleDict:
    return nn.ModuleDict(
        {"dense": nn.Linear(inside, width), "LayerNorm": nn.LayerNorm(width, epsilon)}
    )
