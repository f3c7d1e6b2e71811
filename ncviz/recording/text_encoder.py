"""A text encoder out of a folder: its settings, its list of words, its weights; no code is run."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.byte_pair_list import read_byte_pairs
from ncviz.recording.hub_folder import CONFIG, network_folder, read_config
from ncviz.recording.state_dicts import State
from ncviz.recording.stored_tensors import load_tensor
from ncviz.recording.unigram_list import read_pieces
from ncviz.recording.word_list import read_word_pieces, small_json
from ncviz.texts.encoder import (
    AS_ROBERTA,
    CLASS,
    EMBEDDING,
    KINDS,
    MEAN,
    MPNET,
    OF_PIECES,
    ROBERTA,
    EncoderShape,
    TextEncoder,
    pooled,
    read_shape,
)
from ncviz.texts.tokens import Pieces, batches
from ncviz.texts.word_pieces import MARKS, OF_MPNET

HEAD = "head"  # the layer before a classifier, where it has one of its own
Floats = NDArray[np.float32]

# Names of DistilBERT, of MPNet, and of BERT's first releases, and what they are here.
_OTHERS = (
    (r"^transformer\.layer\.", "encoder.layer."),
    (r"\.attention\.q_lin\.", ".attention.self.query."),
    (r"\.attention\.k_lin\.", ".attention.self.key."),
    (r"\.attention\.v_lin\.", ".attention.self.value."),
    (r"\.attention\.out_lin\.", ".attention.output.dense."),
    (r"\.sa_layer_norm\.", ".attention.output.LayerNorm."),
    (r"\.ffn\.lin1\.", ".intermediate.dense."),
    (r"\.ffn\.lin2\.", ".output.dense."),
    (r"\.output_layer_norm\.", ".output.LayerNorm."),
    (r"\.attention\.attn\.o\.", ".attention.output.dense."),
    (r"\.attention\.attn\.q\.", ".attention.self.query."),
    (r"\.attention\.attn\.k\.", ".attention.self.key."),
    (r"\.attention\.attn\.v\.", ".attention.self.value."),
    (r"\.attention\.LayerNorm\.", ".attention.output.LayerNorm."),
    (r"LayerNorm\.gamma$", "LayerNorm.weight"),
    (r"LayerNorm\.beta$", "LayerNorm.bias"),
)
_MARK = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, eq=False)
class EncoderFolder:
    """What a folder says of an encoder, beside its weights.

    Parameters
    ----------
    path : Path
    shape : EncoderShape
    pieces : Pieces
    tokens : str
        What stands for a text in this model: 'class' or 'mean'.
    longest : int
        Tokens of a text that the model reads.
    labels : tuple of str
        What its classes are called; empty if it says none.
    """

    path: Path
    shape: EncoderShape
    pieces: Pieces
    tokens: str
    longest: int
    labels: tuple[str, ...]


class TextHead(nn.Module):
    """What makes logits of the class token: a layer of its own, and a linear classifier.

    Parameters
    ----------
    tensors : mapping of str to tensor
    dense : str
        Names the layer among them.
    activation : module
        Behind it.
    """

    def __init__(self, tensors: Mapping[str, Tensor], dense: str, activation: nn.Module) -> None:
        super().__init__()
        self.dense = _linear(tensors, dense)
        self.activation = activation
        self.classifier = _linear(tensors, "classifier")

    def features(self, token: Tensor) -> Tensor:
        """Return what the classifier is given."""
        made: Tensor = self.activation(self.dense(token))
        return made


def _linear(tensors: Mapping[str, Tensor], name: str) -> nn.Linear:
    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    with torch.random.fork_rng(devices=[]):
        linear = nn.Linear(weight.shape[1], weight.shape[0])
    linear.load_state_dict({"weight": weight, "bias": bias}, assign=True)
    return linear


def is_text_model(spec: str) -> bool:
    """Tell whether 'hf:FOLDER' names a network of texts; False if there is no such folder."""
    scheme, _, name = spec.partition(":")
    if scheme != "hf" or not name:
        return False
    try:
        settings = read_config(network_folder(Path(name).expanduser()))
    except UserError:
        return False
    has_words = "vocab_size" in settings and "image_size" not in settings  # as a BEiT has both
    return settings.get("model_type") in KINDS or has_words


def read_encoder_folder(path: Path) -> EncoderFolder:
    """Read what a folder says of an encoder.

    Parameters
    ----------
    path : Path
        With 'config.json', and 'vocab.txt' or 'tokenizer.json'.

    Raises
    ------
    UserError
        Naming the file and what is wrong with it.
    """
    settings = read_config(path)
    shape = read_shape(settings, tr("The model {path}", path=path))
    pieces = _pieces_of(shape.kind, path)
    if max(pieces.numbers.values()) >= shape.words:
        raise UserError(
            tr(
                "{path} has a list of {values:,} words and weights of "
                "{words:,}: they are of two models.",
                path=path,
                values=max(pieces.numbers.values()) + 1,
                words=shape.words,
            )
        )
    pooling = small_json(path / "1_Pooling" / "config.json")
    has_mean = pooling.get("pooling_mode_mean_tokens") is True
    said = small_json(path / "sentence_bert_config.json").get("max_seq_length")
    longest = said if type(said) is int and 3 <= said <= shape.room else shape.room
    names = settings.get("id2label")
    labels = _labels_of(names) if isinstance(names, dict) else ()
    return EncoderFolder(path, shape, pieces, MEAN if has_mean else CLASS, longest, labels)


def _pieces_of(kind: str, path: Path) -> Pieces:
    if kind in OF_PIECES:
        return read_pieces(path)
    if kind == ROBERTA:
        return read_byte_pairs(path)
    return read_word_pieces(path, OF_MPNET if kind == MPNET else MARKS)


def _labels_of(names: Mapping[str, Any]) -> tuple[str, ...]:
    found = [names.get(str(number)) for number in range(len(names))]
    return tuple(map(str, found)) if None not in found else ()


def build_encoder(
    folder: EncoderFolder, tensors: State, where: str
) -> tuple[TextEncoder, TextHead | None]:
    """Return an encoder with its weights, and what makes logits of its class token, if any.

    Parameters
    ----------
    folder : EncoderFolder
    tensors : dict of str to tensor
        As a file names them; they may still lie in it.
    where : str
        Names the file in error messages.

    Raises
    ------
    UserError
        If weights are missing, of other sizes, or not finite.
    """
    mark = min((name for name in tensors if name.endswith(_MARK)), key=len, default="")
    if not mark:
        raise UserError(
            tr(
                "{where} has no {mark}: it holds no weights of a text encoder.",
                where=where,
                mark=_MARK,
            )
        )
    prefix = mark.removesuffix(_MARK)
    inside = {
        _called(name.removeprefix(prefix)): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
    if folder.shape.least_weights > sum(math.prod(each.shape) for each in inside.values()):
        raise UserError(  # before memory is claimed for what the file does not hold
            tr(
                "{where} holds fewer weights than {path} says: they are of two models.",
                where=where,
                path=folder.path / CONFIG,
            )
        )
    blocks = folder.shape.blocks
    if any(name.startswith(f"encoder.layer.{blocks}.") for name in inside):
        raise UserError(  # else it would be measured without its last blocks
            tr(
                "{where} holds more blocks than the {blocks} that {path} says: they are of two "
                "models.",
                where=where,
                blocks=blocks,
                path=folder.path / CONFIG,
            )
        )
    with torch.random.fork_rng(devices=[]):
        encoder = TextEncoder(folder.shape)
    state = {}
    for name, wanted in encoder.state_dict().items():
        if name not in inside:
            raise UserError(
                tr(
                    "{where} lacks the weights {prefix}{name}.",
                    where=where,
                    prefix=prefix,
                    name=name,
                )
            )
        given = inside[name]
        if tuple(given.shape) != tuple(wanted.shape):
            sizes = ("×".join(map(str, each.shape)) for each in (given, wanted))
            raise UserError(
                tr(
                    "{where}: {prefix}{name} is {sizes}.",
                    where=where,
                    prefix=prefix,
                    name=name,
                    sizes=tr(" and must be ").join(sizes),
                )
            )
        state[name] = _finite(load_tensor(given), name, where)
    encoder.load_state_dict(state, assign=True)
    return encoder.eval(), _head(tensors, inside, folder.shape, where)


def _called(name: str) -> str:
    for pattern, other in _OTHERS:
        name = re.sub(pattern, other, name)
    return name


def _finite(tensor: Tensor, name: str, where: str) -> Tensor:
    values = tensor.detach().float().clone()
    if not bool(torch.isfinite(values).all()):
        raise UserError(
            tr(
                "{where} holds NaN or infinite weights in {name}: its training had diverged.",
                where=where,
                name=name,
            )
        )
    return values


def _head(tensors: State, inside: State, shape: EncoderShape, where: str) -> TextHead | None:
    last, dense = "classifier", "pooler.dense"
    own = inside
    if shape.kind == "distilbert":
        own, dense = tensors, "pre_classifier"
    elif shape.kind in AS_ROBERTA:
        own, last, dense = tensors, "classifier.out_proj", "classifier.dense"
    if f"{last}.weight" not in tensors or f"{last}.bias" not in tensors:
        return None
    if f"{dense}.weight" not in own or f"{dense}.bias" not in own:
        return None
    named = {f"{dense}.{part}": own[f"{dense}.{part}"] for part in ("weight", "bias")}
    named |= {f"classifier.{part}": tensors[f"{last}.{part}"] for part in ("weight", "bias")}
    loaded = {name: _finite(load_tensor(each), name, where) for name, each in named.items()}
    widths = {shape.width, *loaded[f"{dense}.weight"].shape, loaded["classifier.weight"].shape[-1]}
    if len(widths) > 1 or loaded["classifier.weight"].ndim != 2:
        raise UserError(
            tr(
                "{where} has a classifier that does not fit {width} numbers a token.",
                where=where,
                width=shape.width,
            )
        )
    return TextHead(loaded, dense, nn.ReLU() if shape.kind == "distilbert" else nn.Tanh()).eval()


def layer_names(shape: EncoderShape, tokens: str, *, has_head: bool = False) -> tuple[str, ...]:
    """Return the points at which texts are measured; a class token is constant before the blocks.

    Parameters
    ----------
    shape : EncoderShape
    tokens : str
        'class' or 'mean'.
    has_head : bool, optional
        Whether a layer stands before the classifier.
    """
    blocks = [f"block {number}" for number in range(1, shape.blocks + 1)]
    return (*([] if tokens == CLASS else [EMBEDDING]), *blocks, *([HEAD] if has_head else []))


def layers_of(
    encoder: TextEncoder, head: TextHead | None, ids: Tensor, mask: Tensor, tokens: str
) -> Iterator[Tensor]:
    """Yield the vectors of some texts at each of `layer_names`, shape (n, d)."""
    states = None
    for number, states in enumerate(encoder(ids, mask)):
        if number or tokens != CLASS:
            yield pooled(states, mask, tokens)
    if head is not None and states is not None:
        yield head.features(states[:, 0])


def measured_layers(
    encoder: TextEncoder,
    head: TextHead | None,
    cut: Sequence[Sequence[int]],
    pieces: Pieces,
    tokens: str,
    batch: int,
    device: str = "cpu",
) -> Iterator[dict[str, Floats]]:
    """Yield the vectors of some texts, batch by batch, by the names of the layers.

    Parameters
    ----------
    encoder, head
        On the device.
    cut : sequence of sequence of int
        The tokens of each text.
    pieces : Pieces
    tokens : str
    batch : int
        Texts at once.
    device : str, optional
    """
    names = layer_names(encoder.shape, tokens, has_head=head is not None)
    with torch.no_grad():
        for ids, mask in batches(cut, pieces, batch):
            found = layers_of(encoder, head, ids.to(device), mask.to(device), tokens)
            yield {n: each.float().cpu().numpy() for n, each in zip(names, found, strict=True)}
