"""Records a run from the user's own training loop, in three lines."""

import math
import platform
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ncviz import __version__
from ncviz.errors import DivergedError, UserError, reason
from ncviz.networks.anatomy import Anatomy
from ncviz.networks.points import logits_of
from ncviz.recording.gathering import gather
from ncviz.recording.measurer import (
    Measured,
    NetworkMeasurer,
    Taps,
    evaluating,
    like_weights,
)
from ncviz.recording.random_state import random_numbers_kept
from ncviz.recording.setting_up import without_copies
from ncviz.runs.manifest import Manifest
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Snapshot
from ncviz.runs.writer import RunWriter

Ints = NDArray[np.int64]

# What a loop hands over may be of another kind, or of other samples, than what is measured.
_OWN_LOSSES = {"train_loss": "given_loss", "test_loss": "given_test_loss"}


class Recorder:
    """Writes a run while your own loop trains.

    The network's modes, its gradients and every random number are left as
    they were: a training with a recorder takes the same steps as without.

    Parameters
    ----------
    out : str or Path
        The run's folder; it must not yet hold anything.
    model : nn.Module
        A classifier: it returns logits, one row a sample.
    data : loader, data set or (images, labels)
        Training samples, as the network takes them. `per_class` of each class
        are kept and measured at every call of `record`.
    layers : str or sequence of str, optional
        'stages', 'blocks', 'all', or names and patterns such as 'layer?.*'.
    test : like `data`, optional
        Held-out samples, half as many.
    pool, tokens : str, optional
        Of maps ('average', 'max', 'flatten') and of token sequences ('auto',
        'class', 'mean', 'flatten').
    classifier : str, optional
        The layer that gives the logits; the last linear one by default,
        'none' for none.
    class_names : sequence of str, optional
        Those of the data set by default.
    title : str, optional
    per_class, probe_per_class : int, optional
        Samples of each class that are measured, and drawn.
    seed : int, optional
        Of their choice among (images, labels); of a loader the first ones are
        taken.
    batch, memory : int, optional
        Samples at once; MiB for features, see `RecordPlan`.

    Raises
    ------
    UserError
        If the folder is taken, or the network does not fit the samples.

    Examples
    --------
    >>> recorder = Recorder("runs/mine", model, loader)  # doctest: +SKIP
    >>> recorder.record(epoch, loss=loss)                # doctest: +SKIP
    >>> recorder.close()                                 # doctest: +SKIP
    """

    def __init__(
        self,
        out: str | Path,
        model: nn.Module,
        data: Any,
        *,
        layers: str | Sequence[str] = "stages",
        test: Any = None,
        pool: str = "average",
        tokens: str = "auto",
        classifier: str = "",
        class_names: Sequence[str] | None = None,
        title: str = "",
        per_class: int = 100,
        probe_per_class: int = 60,
        seed: int = 0,
        batch: int = 128,
        memory: int = 512,
    ) -> None:
        self._network = _unwrapped(model)
        self._device = _device_of(self._network)
        wanted = (layers,) if isinstance(layers, str) else tuple(layers)
        with random_numbers_kept(data), random_numbers_kept(test):
            first, classes = self._first_look(data)
            parts = {"train": gather(data, classes, per_class, seed, "The recorder's data")}
            if test is not None:
                half = max(1, per_class // 2)
                parts["test"] = gather(test, classes, half, seed, "The recorder's test data")
            with evaluating(self._network):
                anatomy = Anatomy(self._network, first)
                head = anatomy.classifier(classifier)
                points = anatomy.choose(wanted, head)
                pooling = anatomy.pooling(pool, tokens)
                kept = without_copies(self._network, points, pooling, first)
            self._taps = Taps(kept, pooling, head)
            labels = {split: part[1] for split, part in parts.items()}
            probe = np.concatenate(
                [np.flatnonzero(labels["train"] == k)[:probe_per_class] for k in range(classes)]
            )
            measured = Measured(_Batches(parts), labels, classes, np.sort(probe))
            self._measurer = NetworkMeasurer(
                self._network,
                self._taps,
                measured,
                batch=batch,
                memory=memory * 2**20,
            )
        self._recorded: list[int] = []
        self._diverged = ""  # what is to be said of it, where the last epoch had
        recipe = {
            "kind": "recorder",
            "loss": "cross_entropy",  # of the measured samples
            "model": type(self._network).__name__,
            "layers": list(wanted),
            "layers_recorded": [f"{point.module}:{point.side}" for point in kept],
            "pool": pooling.maps,
            "tokens": pooling.tokens,
            "classifier": head or "none",
            "per_class": per_class,
            "seed": seed,
        }
        self._writer: RunWriter | None = RunWriter(
            Path(out),
            Manifest(
                title=title or f"{type(self._network).__name__} · own loop",
                class_names=_names(class_names, data, classes),
                layers=self._measurer.layers,
                train_counts=tuple(np.bincount(labels["train"], minlength=classes).tolist()),
                recipe=recipe,
                software={
                    "ncviz": __version__,
                    "python": platform.python_version(),
                    "torch": torch.__version__,
                    "device": str(self._device),
                },
            ),
            Probe(labels["train"][np.sort(probe)]),
        )

    def _first_look(self, data: Any) -> tuple[Tensor, int]:
        """Return two samples on the model's device, and how many classes it tells apart."""
        try:
            pair = data if _is_pair(data) else next(iter(data), None)
        except TypeError:  # it yields nothing
            pair = None
        if pair is None or not isinstance(pair, list | tuple) or len(pair) < 2:
            raise UserError(
                "The recorder's data must be (images, labels), a data set or a loader of such "
                "pairs, and not empty."
            )
        images = torch.as_tensor(pair[0]) if not isinstance(pair[0], Tensor) else pair[0]
        if not hasattr(pair[1], "shape") or len(pair[1].shape) == 0:
            images = images[None]
        images = like_weights(_floats(images[:2]), self._network)
        with evaluating(self._network), torch.no_grad():
            return images, int(logits_of(self._network(images)).shape[1])

    def record(self, epoch: int, loss: Any = None, **scalars: Any) -> bool:
        """Measure the network as it is now, and write a snapshot.

        A full disk, a full memory or a diverged network must not end a training
        that runs for days: they give a warning, and the snapshot is left out. A run
        whose training has diverged says so when it is closed.

        Parameters
        ----------
        epoch : int
            From 0, ascending; 0 is before training.
        loss : number or tensor, optional
            Of the loop, of whatever kind; kept beside the cross-entropy of the
            measured samples, and drawn as a curve of its own. NaN or ∞ says that
            the training has diverged.
        **scalars : number or tensor, optional
            Such as ``learning_rate``, ``test_loss`` or ``test_error``.

        Returns
        -------
        bool
            Whether the snapshot was written.

        Raises
        ------
        UserError
            If the epoch was recorded before or is none.
        """
        if self._writer is None:
            raise UserError("The recorder is closed: make a new one for another run.")
        if isinstance(epoch, bool) or not isinstance(epoch, int) or not 0 <= epoch <= 999_999:
            raise UserError(f"The epoch is {epoch!r}: record whole numbers from 0 to 999999.")
        if epoch in self._recorded:
            raise UserError(f"Epoch {epoch} was recorded already: give each its own number.")
        given = {**scalars, "train_loss": loss} if loss is not None else scalars
        numbers = {_OWN_LOSSES.get(name, name): _number(value) for name, value in given.items()}
        self._diverged = _said_of_losses(epoch, numbers)
        try:
            snapshot = self._measure(epoch, numbers)
            self._diverged = self._diverged or _said_of_losses(epoch, snapshot.scalars)
            self._writer.write(snapshot)
        except DivergedError as error:
            self._diverged = f"The training had diverged at epoch {epoch}: {reason(error)}."
            warnings.warn(f"Epoch {epoch} was not recorded: {reason(error)}.", stacklevel=2)
            return False
        except (UserError, RuntimeError, MemoryError, OSError) as error:
            warnings.warn(f"Epoch {epoch} was not recorded: {reason(error)}.", stacklevel=2)
            return False
        self._recorded.append(epoch)
        return True

    def _measure(self, epoch: int, scalars: Mapping[str, float]) -> Snapshot:
        for name, weights in self._network.named_parameters():
            if not bool(torch.isfinite(weights.detach()).all()):
                raise DivergedError(f"{name} holds NaN or infinite weights")
        with random_numbers_kept():
            return self._measurer.snapshot(epoch, scalars)

    def close(self, state: str = "finished", message: str = "") -> None:
        """End the run; one without a snapshot is removed. May be called twice."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        if not self._recorded:
            writer.discard()
            return
        if self._diverged and state == "finished":
            state, message = "failed", message or self._diverged
        recorded = tuple(sorted(self._recorded))
        writer.manifest = replace(writer.manifest, recorded=recorded, epochs=recorded[-1])
        try:
            writer.close(state, message)
        except UserError as error:
            warnings.warn(str(error), stacklevel=2)

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        elif issubclass(kind, KeyboardInterrupt):
            self.close("stopped")
        else:
            self.close("failed", f"{kind.__name__}: {error}"[:300])


class _Batches:
    """The kept samples, in batches."""

    def __init__(self, parts: Mapping[str, tuple[Tensor, Ints]]) -> None:
        self._parts = parts

    def __call__(self, split: str, most: int) -> Iterator[tuple[slice, Tensor]]:
        images, _labels = self._parts[split]
        for start in range(0, len(images), most):
            where = slice(start, min(start + most, len(images)))
            yield where, _floats(images[where])


def _floats(images: Tensor) -> Tensor:
    if images.dtype == torch.uint8:
        return images.float() / 255
    return images.float() if images.is_floating_point() else images


def _is_pair(data: Any) -> bool:
    return isinstance(data, list | tuple) and len(data) == 2 and hasattr(data[0], "shape")


def _number(value: Any) -> float:
    return float(value.detach()) if isinstance(value, Tensor) else float(value)


def _said_of_losses(epoch: int, scalars: Mapping[str, float]) -> str:
    """Say that a loss is no finite number; empty where all are."""
    losses = (value for name, value in scalars.items() if name.endswith("_loss"))
    wrong = next((value for value in losses if not math.isfinite(value)), None)
    if wrong is None:
        return ""
    what = "no number" if math.isnan(wrong) else "infinite"
    return f"The training had diverged at epoch {epoch}: a loss was {what}."


def _unwrapped(model: nn.Module) -> nn.Module:
    """Return the network within DataParallel and torch.compile, whose layers it is."""
    if not isinstance(model, nn.Module):
        raise UserError(f"The recorder was given a {type(model).__name__}: give a torch.nn.Module.")
    while True:
        inner = getattr(model, "_orig_mod", None)
        if inner is None and type(model).__name__.endswith("DataParallel"):
            inner = getattr(model, "module", None)
        if not isinstance(inner, nn.Module):
            return model
        model = inner


def _device_of(model: nn.Module) -> torch.device:
    parameter = next(model.parameters(), None)
    return torch.device("cpu") if parameter is None else parameter.device


def _names(given: Sequence[str] | None, data: Any, classes: int) -> tuple[str, ...]:
    found = given or getattr(data, "classes", None)
    found = found or getattr(getattr(data, "dataset", None), "classes", None)
    if found is None:
        return tuple(str(k) for k in range(classes))
    names = tuple(str(name) for name in found)
    if len(names) != classes:
        raise UserError(f"There are {len(names)} class names and the model tells {classes} apart.")
    return names
