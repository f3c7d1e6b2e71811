"""A snapshot's file, read tensor by tensor as it is asked for."""

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.safetensors_header import DamagedArraysError
from ncviz.errors import UserError, reason
from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.probed_layer import LinearProbe
from ncviz.geometry.rounding import are_points
from ncviz.geometry.weight_size import WeightSize
from ncviz.language import tr
from ncviz.runs.snapshot import (
    STATISTICS,
    WEIGHTS,
    Answers,
    Classifier,
    Floats,
    Ints,
    LayerSnapshot,
    NearestMeans,
    OtherPositions,
    Positions,
    Snapshot,
)
from ncviz.runs.stored_arrays import StoredArrays

_Number = TypeVar("_Number", np.float64, np.int64)
_Found = TypeVar("_Found")
_LARGEST = 1e70  # of numbers of features: sums of their fourth powers are numbers, too


class StoredSnapshot:
    """A snapshot's file, read tensor by tensor as it is asked for.

    Parameters
    ----------
    arrays : StoredArrays
    where : str
        Names the file in error messages.
    classes, samples : int
        K and P of the run, which its arrays must fit.
    further : mapping of str to int, optional
        The further splits by name: how many classes of their own they have, 0 for those of the run.
    sets : int, optional
        Sets of labels that are drawn beside the classes.

    Raises
    ------
    UserError
        If the file is safetensors but no snapshot.
    """

    def __init__(
        self,
        arrays: StoredArrays,
        where: str,
        classes: int,
        samples: int,
        further: Mapping[str, int] = MappingProxyType({}),
        sets: int = 0,
    ) -> None:
        self._arrays = arrays
        self._where = where
        self._classes = classes
        self._drawn = classes + sets
        self._samples = samples
        self._further = further
        self._of = ""  # behind the names of arrays, of which split the drawn samples are
        metadata = arrays.metadata
        try:
            self.epoch = int(metadata["epoch"])
            self._layers = int(metadata["layers"])
            scalars = json.loads(metadata["scalars"])
            self.scalars = {str(k): float(v) for k, v in scalars.items()}
        except (KeyError, ValueError, AttributeError, TypeError, OverflowError) as error:
            raise UserError(
                tr("{where} is not a snapshot of an ncviz run.", where=where)
            ) from error

    def counts(self, layer: int, split: str) -> Ints | None:
        """Return how many samples of each class were measured; None if none were."""
        return self._if_there(
            self._whole_numbers, f"{layer}.{split}.counts", self._classes_of(split)
        )

    def _classes_of(self, split: str) -> int:
        return self._further.get(split) or self._classes

    def statistics(self, layer: int, split: str) -> ClassStatistics | None:
        """Return a layer's class statistics on a split; None if it was not recorded."""
        prefix, classes = f"{layer}.{split}", self._classes_of(split)
        counts = self.counts(layer, split)
        if counts is None:
            return None
        means = self._floats(f"{prefix}.means", classes, None)
        variance = self._floats(f"{prefix}.within_variance", classes)
        if not counts.any() or (variance < 0).any():
            raise self._misfit(prefix)
        # Infinite or NaN where the class means coincide.
        fuzziness, variability = (
            self._floats(f"{prefix}.{name}", classes, finite=False) for name in STATISTICS[3:]
        )
        # Runs that were recorded before this was told apart hold what the sums left.
        points = are_points(means, variance) & np.isfinite(fuzziness) & np.isfinite(variability)
        variance, fuzziness, variability = (
            np.where(points, 0.0, values) for values in (variance, fuzziness, variability)
        )
        rounding = self._if_there(self._floats, f"{prefix}.rounding", 1)
        directions = self._if_there(self._whole_numbers, f"{prefix}.directions", 1)
        return ClassStatistics(
            counts,
            means,
            variance,
            fuzziness,
            variability,
            0.0 if rounding is None else float(rounding[0]),
            0 if directions is None else int(directions[0]),
            self._if_there(self._whole_numbers, f"{prefix}.sizes", classes),
        )

    def nearest_means(self, layer: int, split: str) -> NearestMeans | None:
        """Return what the nearest class mean says of a split; None if it was not counted."""
        prefix = f"{layer}.{split}.nearest"
        wrong, differs = (
            self._if_there(self._whole_numbers, f"{prefix}_{name}", self._classes)
            for name in ("wrong", "differs")
        )
        if wrong is None or differs is None:
            return None
        counts = self.counts(layer, split)
        if counts is None or (wrong > counts).any() or (differs > counts).any():
            raise self._misfit(prefix)
        return NearestMeans(wrong, differs)

    def linear_probe(self, layer: int, split: str) -> LinearProbe | None:
        """Return what least squares say of a split; None if it was not recorded."""
        prefix = f"{layer}.{split}"
        rank = self._if_there(partial(self._floats, finite=False), f"{prefix}.stable_rank", 1)
        if rank is None:
            return None
        counts, classes = self.counts(layer, split), self._classes_of(split)
        found = []
        for name in (f"{prefix}.linear_wrong", f"{prefix}.linear_wrong_of_halves"):
            wrong = self._if_there(self._whole_numbers, name, classes)
            if wrong is not None and (counts is None or (wrong > counts).any()):
                raise self._misfit(name)
            found.append(wrong)
        return LinearProbe(float(rank[0]), *found)

    def weight_size(self, layer: int) -> WeightSize | None:
        """Return how large the weight is that leads to a layer; None if it was not recorded."""
        found = [
            self._if_there(partial(self._floats, finite=False), f"{layer}.{name}", 1)
            for name in ("weight_norm", "weight_stable_rank")
        ]
        norm, rank = (None if array is None else float(array[0]) for array in found)
        if (norm is not None and norm < 0) or (rank is not None and rank < 0):
            raise self._misfit(f"{layer}.weight_norm")
        return None if norm is None else WeightSize(norm, rank)

    def class_errors(self, split: str) -> Floats | None:
        """Return the share of mistakes in each class, NaN without samples; None if not recorded."""
        key = f"errors.{split}"
        if key not in self._arrays:
            return None
        found = self._floats(key, self._classes_of(split), finite=False)
        if ((found < 0) | (found > 1)).any():
            raise self._misfit(key)
        return found

    def positions(self, layer: int) -> Positions:
        """Return the positions of a layer's means, probe samples and classifier."""
        prefix = f"{layer}.positions"
        unit = float(self._floats(f"{prefix}.unit", 1)[0])
        if not 0 < unit <= float(np.finfo(np.float32).max):
            raise self._misfit(f"{prefix}.unit")
        means = self._floats(f"{prefix}.means", self._drawn, None)
        rank = means.shape[1]
        return Positions(
            means,
            self._floats(f"{prefix}.probe{self._of}", self._samples, rank) * unit,
            self._if_there(self._floats, f"{prefix}.classifier", self._classes, rank),
        )

    def of_split(self, split: str, samples: int) -> "StoredSnapshot":
        """Return the same snapshot, whose drawn samples are the so many ones of another split."""
        seen = copy.copy(self)
        seen._of, seen._samples = f".{split}", samples
        return seen

    def drawn_means(self, layer: int) -> Floats | None:
        """Return where the means of the split lie whose samples are drawn, shape (K, r).

        Returns
        -------
        array or None
            None for the training samples, whose means are those of `positions`, for other classes
            than the network's, and where they were not recorded.
        """
        prefix = f"{layer}.positions"
        key = f"{prefix}.means{self._of}"
        if not self._of or key not in self._arrays:
            return None
        unit = float(self._floats(f"{prefix}.unit", 1)[0])
        return self._floats(key, self._classes, None) * unit

    @property
    def has_classifier(self) -> bool:
        """Return whether the last linear layer was recorded, which of many classes is large."""
        return "classifier.weight" in self._arrays

    def classifier(self) -> Classifier | None:
        """Return the last linear layer, None if it was not recorded."""
        weight = self._if_there(self._floats, "classifier.weight", self._classes, None)
        if weight is None:
            return None
        return Classifier(weight, self._if_there(self._floats, "classifier.bias", self._classes))

    def probe(self, name: str) -> Ints | None:
        """Return 'predicted' or 'nearest' of the probe samples, None if not recorded."""
        key = f"probe.{name}{self._of}"
        found = self._if_there(self._whole_numbers, key, self._samples)
        if found is not None and (found >= self._drawn).any():
            raise self._misfit(key)
        return found

    def probe_numbers(self, name: str) -> Floats | None:
        """Return 'confidence' or 'losses' of the probe samples, None if not recorded."""
        # A loss that overflowed is infinite, and no reason to refuse the others.
        key = f"probe.{name}{self._of}"
        return self._if_there(partial(self._floats, finite=False), key, self._samples)

    def load(self) -> Snapshot:
        """Return the whole snapshot."""
        splits = ("train", "test", *self._further)
        drawn = {split: f"0.positions.probe.{split}" for split in splits}
        others = {
            split: self.of_split(split, self._arrays.kind(key)[1][0])
            for split, key in drawn.items()
            if key in self._arrays
        }
        layers = (
            LayerSnapshot(
                _those_there(splits, partial(self.statistics, number)),
                replace(
                    self.positions(number),
                    others={
                        split: OtherPositions(
                            seen.positions(number).probe, seen.drawn_means(number)
                        )
                        for split, seen in others.items()
                    },
                ),
                _those_there(splits, partial(self.nearest_means, number)),
                _those_there(splits, partial(self.linear_probe, number)),
                self.weight_size(number),
            )
            for number in range(self._layers)
        )
        return Snapshot(
            self.epoch,
            tuple(layers),
            self.scalars,
            self.classifier(),
            self.probe("predicted"),
            self.probe("nearest"),
            _those_there(splits, self.class_errors),
            self.probe_numbers("confidence"),
            self.probe_numbers("losses"),
            {split: seen._answers() for split, seen in others.items()},
            self._arrays.metadata.get(WEIGHTS, ""),
        )

    def _answers(self) -> Answers:
        """Return what the network says of the drawn samples."""
        return Answers(
            self.probe("predicted"),
            self.probe("nearest"),
            self.probe_numbers("confidence"),
            self.probe_numbers("losses"),
        )

    def _if_there(
        self, read: Callable[..., NDArray[_Number]], name: str, *shape: int | None
    ) -> NDArray[_Number] | None:
        """Read an array; None if the file has none of this name, as those of older versions."""
        return read(name, *shape) if name in self._arrays else None

    def _floats(self, name: str, *shape: int | None, finite: bool = True) -> Floats:
        with np.errstate(invalid="ignore"):  # a damaged file can hold NaN that signals
            array = self._read(name, "f", shape).astype(np.float64)
            fits = not finite or bool((np.abs(array) < _LARGEST).all())
        if not fits:
            raise self._misfit(name)
        return array

    def _whole_numbers(self, name: str, *shape: int | None) -> Ints:
        array = self._read(name, "iu", shape).astype(np.int64)
        if (array < 0).any():
            raise self._misfit(name)
        return array

    def _read(self, name: str, kinds: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
        """Read an array of some kinds of numbers; None stands for any length."""
        if name not in self._arrays:
            raise UserError(
                tr(
                    "{where} lacks the array {name}: the file is not whole.",
                    where=self._where,
                    name=name,
                )
            )
        kind, found = self._arrays.kind(name)
        fits = len(shape) == len(found) and all(
            wanted in (None, length) for wanted, length in zip(shape, found, strict=True)
        )
        if kind not in kinds or not fits:
            raise self._misfit(name)
        try:
            return self._arrays.read(name)
        except (OSError, DamagedArraysError) as error:
            raise UserError(
                tr(
                    "{where} cannot be read any more: {error}.",
                    where=self._where,
                    error=reason(error),
                )
            ) from error
        except MemoryError as error:
            raise self._misfit(name) from error

    def _misfit(self, name: str) -> UserError:
        return UserError(
            tr("{where} is damaged: {name} does not fit the run.", where=self._where, name=name)
        )


def _those_there(splits: Iterable[str], read: Callable[[str], _Found | None]) -> dict[str, _Found]:
    found = {split: read(split) for split in splits}
    return {split: value for split, value in found.items() if value is not None}
