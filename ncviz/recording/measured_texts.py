"""Texts that an encoder is measured on: chosen, cut into tokens, measured layer by layer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ncviz.data.subset import shuffled_indices
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.text_encoder import EncoderFolder, TextHead, layer_names, measured_layers
from ncviz.runs.feature_snapshots import snapshots_of
from ncviz.runs.features import Features, FeatureSplit, probe_of
from ncviz.runs.manifest import RecordedLayer
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Snapshot
from ncviz.texts.encoder import TextEncoder
from ncviz.texts.text_data import TextData, Texts
from ncviz.texts.tokens import batches, cut

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

MANY_UNKNOWN = 0.1  # of the tokens; of its own language a list lacks one in a hundred


@dataclass(frozen=True, eq=False)
class ChosenTexts:
    """Texts of a split that are measured, class by class.

    Parameters
    ----------
    texts : tuple of str
    labels : array of int, shape (N,)
    cut : list of list of int
        Their tokens.
    sizes : array of int, shape (K,), or None
        Of the classes in the whole split, where these texts stand for it.
    """

    texts: tuple[str, ...]
    labels: Ints
    cut: list[list[int]]
    sizes: Ints | None


class MeasuredTexts:
    """The texts of a run, and what an encoder makes of them.

    Parameters
    ----------
    folder : EncoderFolder
    data : TextData
    tokens : str
        'class' or 'mean': what stands for a text.
    longest : int
        Tokens of a text that are read.
    per_class : int
        Texts of each class that are measured, and half as many held-out ones.
    drawn : int
        Of those, the ones in the picture.
    seed : int
        Of their choice.
    batch : int, optional
        Texts at once.
    device : str, optional
    between : callable, optional
        Called after each batch; what it raises ends the measuring.
    are_whole : bool, optional
        Whether these texts are all that is learned from, and stand for no larger split.
    """

    def __init__(
        self,
        folder: EncoderFolder,
        data: TextData,
        tokens: str,
        longest: int,
        per_class: int,
        drawn: int,
        seed: int,
        *,
        batch: int = 32,
        device: str = "cpu",
        between: Callable[[], None] = lambda: None,
        are_whole: bool = False,
    ) -> None:
        self.class_names, self.tokens = data.class_names, tokens
        self._folder, self._batch, self._device = folder, batch, device
        self._between = between
        parts = {"train": (data.train, per_class)}
        if data.test is not None:
            parts["test"] = data.test, max(1, per_class // 2)
        self.splits = {
            split: _chosen(texts, len(self.class_names), most, seed, folder, longest)
            for split, (texts, most) in parts.items()
        }
        if are_whole:
            self.splits = {s: replace(own, sizes=None) for s, own in self.splits.items()}
        self._drawn_each, self._seed = drawn, seed

    def layers(self, head: TextHead | None) -> tuple[RecordedLayer, ...]:
        """Return the layers of the run."""
        names = layer_names(self._folder.shape, self.tokens, has_head=head is not None)
        return tuple(RecordedLayer(name, self._folder.shape.width) for name in names)

    @property
    def mark(self) -> str:
        """Return a few letters by which to know the same texts again."""
        digest = sha256()
        for split, own in self.splits.items():
            digest.update(f"{split} {json.dumps(own.texts)}\n".encode())
            digest.update(np.ascontiguousarray(own.labels).tobytes())
        return digest.hexdigest()[:16]

    def lacks(self) -> str:
        """Say which share of the tokens the model's list does not have; '' of few.

        Raises
        ------
        UserError
            If it has none of them, so that texts differ in their length alone.
        """
        own = [cut[1:-1] for split in self.splits.values() for cut in split.cut]
        unknown = sum(tokens.count(self._folder.pieces.unknown) for tokens in own)
        share = unknown / max(sum(map(len, own)), 1)
        if share == 1:
            raise UserError(
                tr(
                    "{path} has no token for any word of these texts: give the list of tokens "
                    "that its weights were trained with, or texts in their language.",
                    path=self._folder.path,
                )
            )
        if share < MANY_UNKNOWN:
            return ""
        return tr(
            "{share:.0f} % of the tokens are not in the model's list, which takes them all for "
            "one: is it the list of these weights, and the language of these texts?",
            share=100 * share,
        )

    def bytes_needed(self, head: TextHead | None) -> int:
        """Return how much the features of all layers take."""
        many = sum(len(split.labels) for split in self.splits.values())
        return 4 * many * sum(layer.width for layer in self.layers(head))

    def probe(self) -> Probe:
        """Return the texts that are drawn."""
        found = self._features({}, {}, None, 0)
        return probe_of(found, self._drawn(found))

    def snapshot(
        self,
        epoch: int,
        encoder: TextEncoder,
        head: TextHead | None = None,
        classifier: nn.Linear | None = None,
        answer: Callable[[Tensor, Tensor], Tensor] | None = None,
    ) -> Snapshot:
        """Measure an encoder as it is now.

        Parameters
        ----------
        epoch : int
        encoder : TextEncoder
        head : TextHead, optional
            What its logits are made with.
        classifier : nn.Linear, optional
            Of the last layer, where there is no head.
        answer : callable, optional
            Given tokens and their mask, returns the logits, where these are made of something
            else than the last layer that is measured.
        """
        layers = {split: self._measured(split, encoder, head) for split in self.splits}
        last = head.classifier if head is not None else classifier
        logits: dict[str, Floats] = {}
        weights: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        if last is not None:
            weight, bias = (each.detach().cpu() for each in (last.weight, last.bias))
            weights = weight.double().numpy(), bias.double().numpy()
            for split, found in layers.items():
                logits[split] = list(found.values())[-1] @ weight.numpy().T + bias.numpy()
        elif answer is not None:
            logits = {split: self._answered(split, answer) for split in self.splits}
        whole = self._features(layers, logits, weights, epoch)
        snapshot = next(snapshots_of(whole, self._drawn(whole)))
        losses = {f"{split}_loss": self._loss(split, rows) for split, rows in logits.items()}
        return replace(snapshot, scalars={**snapshot.scalars, **losses})

    def _measured(
        self, split: str, encoder: TextEncoder, head: TextHead | None
    ) -> dict[str, Floats]:
        parts: dict[str, list[Floats]] = {}
        own, pieces = self.splits[split].cut, self._folder.pieces
        made = measured_layers(encoder, head, own, pieces, self.tokens, self._batch, self._device)
        for batch in made:
            for name, rows in batch.items():
                parts.setdefault(name, []).append(rows)
            self._between()
        return {name: np.concatenate(rows) for name, rows in parts.items()}

    def _answered(self, split: str, answer: Callable[[Tensor, Tensor], Tensor]) -> Floats:
        found = []
        with torch.no_grad():
            for ids, mask in batches(self.splits[split].cut, self._folder.pieces, self._batch):
                found.append(answer(ids.to(self._device), mask.to(self._device)).float().cpu())
                self._between()
        return torch.cat(found).numpy()

    def _loss(self, split: str, logits: Floats) -> float:
        """Return the mean cross-entropy, in nats, by the sizes of the classes in the whole."""
        own = self._split(split, {}, {})
        labels = torch.from_numpy(own.labels)
        each = nn.functional.cross_entropy(torch.from_numpy(logits), labels, reduction="none")
        return float(np.average(each.double().numpy(), weights=own.weights))

    def _split(
        self, split: str, layers: Mapping[str, Floats], logits: Mapping[str, Floats]
    ) -> FeatureSplit:
        own, rows = self.splits[split], logits.get(split)
        found = {name: each[None] for name, each in layers.items()}
        return FeatureSplit(
            found,
            own.labels,
            None if rows is None else [rows],
            is_whole=True,
            texts=own.texts,
            sizes=own.sizes,
        )

    def _features(
        self,
        layers: Mapping[str, Mapping[str, Floats]],
        logits: Mapping[str, Floats],
        weights: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
        epoch: int,
    ) -> Features:
        splits = {s: self._split(s, layers.get(s, {}), logits) for s in self.splits}
        return Features(
            splits["train"],
            self.class_names,
            (epoch,),
            None if weights is None else weights[0][None],
            None if weights is None else weights[1][None],
            splits.get("test"),
        )

    def _drawn(self, features: Features) -> dict[str, Ints]:
        return features.choose_drawn(self._drawn_each, self._seed)


def _chosen(
    texts: Texts, classes: int, most: int, seed: int, folder: EncoderFolder, longest: int
) -> ChosenTexts:
    labels = np.array(texts.labels, dtype=np.int64)
    rows = np.concatenate([shuffled_indices(labels, k, seed)[:most] for k in range(classes)])
    some = tuple(texts.texts[row] for row in rows.tolist())
    sizes = np.bincount(labels, minlength=classes)
    return ChosenTexts(some, labels[rows], cut(some, folder.pieces, longest), sizes)


def tokens_and_length(
    folder: EncoderFolder, tokens: str, length: int, head: TextHead | None = None
) -> tuple[str, int]:
    """Return what stands for a text and how many of its tokens are read, as wished or as usual.

    Parameters
    ----------
    folder : EncoderFolder
    tokens : str
        'class', 'mean', or 'auto' for what the model does.
    length : int
        0 for what the model reads.
    head : TextHead, optional
        It reads the class token.

    Raises
    ------
    UserError
        If it cannot be.
    """
    if tokens == "flatten":
        raise UserError(
            tr("Tokens of texts become one vector by 'class' or 'mean': texts differ in length.")
        )
    if length and not 3 <= length <= folder.shape.room:
        raise UserError(
            tr(
                "The length is {length}: {path} has places for 3 to {places:,} tokens.",
                length=length,
                path=folder.path,
                places=folder.shape.room,
            )
        )
    usual = folder.tokens if head is None else "class"
    return (usual if tokens == "auto" else tokens), length or folder.longest


def of_split(data: TextData, split: str) -> TextData:
    """Return the texts that a plan's split names: 'both', 'train' or 'test'.

    Raises
    ------
    UserError
        If there are none.
    """
    if split == "train":
        return replace(data, test=None)
    if split == "test":
        if data.test is None:
            raise UserError(
                tr("{title} has no held-out texts: choose --split train.", title=data.title)
            )
        return replace(data, train=data.test, test=None)
    return data
