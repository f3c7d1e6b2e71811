"""Opens a run and reads what is asked for, when it is asked for."""

import copy
import os
from collections import OrderedDict
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.safetensors_header import DamagedArraysError
from ncviz.counting import Counting
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import Manifest, classes_of_splits, read_manifest
from ncviz.runs.probe import FILE_NAME as PROBE
from ncviz.runs.probe import Probe, read_probe
from ncviz.runs.splits import TEST, TRAIN, Split
from ncviz.runs.stored_arrays import StoredArrays
from ncviz.runs.stored_snapshot import StoredSnapshot
from ncviz.runs.writer import SNAPSHOTS, snapshot_name
from ncviz.wording import listed, upper_first

OPEN_FILES = 64  # snapshots kept open; each costs a file handle


class RunReplacedError(UserError):
    """Another run lies where the open one was."""


class Run:
    """A recorded run on disk, finished or still growing.

    Opening reads the manifest and the names of the snapshots only; of each
    snapshot the arrays are read that are asked for.

    Parameters
    ----------
    path : Path
        The run's folder, or its manifest.json.

    Attributes
    ----------
    drawn : Split
        Whose samples are drawn: those of the training, or of another split in a run of `drawn_of`.

    Raises
    ------
    UserError
        If it is not a run, or has no snapshot yet.
    """

    drawn = TRAIN
    _has_held_out: bool | None = None  # unknown until it is asked for

    def __init__(self, path: Path) -> None:
        path = Path(path)
        self.path = path.parent if path.name == MANIFEST else path
        if not os.path.exists(self.path):
            raise UserError(
                tr("{path} does not exist: choose the folder of a recorded run.", path=self.path)
            )
        self.manifest = read_manifest(self.path / MANIFEST)
        self.probe = self._read_probe()
        self._whole: Run | None = None
        self._by_split: dict[str, Run] = {}
        self.epochs: tuple[int, ...] = self._find_epochs()
        if not self.epochs:
            raise UserError(
                tr(
                    "{path} holds no snapshot yet: wait until its first one is recorded.",
                    path=self.path,
                )
            )
        self._open: OrderedDict[int, StoredSnapshot] = OrderedDict()

    @property
    def counting(self) -> Counting:
        """Return what the numbers of its snapshots count."""
        return self.manifest.counting

    @property
    def splits(self) -> tuple[Split, ...]:
        """Return what was measured on: training samples, held-out ones if any, and others.

        Raises
        ------
        UserError
            If the first snapshot is damaged.
        """
        whole = self.whole
        if whole._has_held_out is None:  # a window asks at every frame
            counts = whole.snapshot(whole.epochs[0]).counts(0, TEST.name)
            whole._has_held_out = counts is not None
        return (TRAIN, *((TEST,) if whole._has_held_out else ()), *self.manifest.splits)

    @property
    def whole(self) -> "Run":
        """Return the run with its training samples drawn."""
        return self if self.drawn is TRAIN or self._whole is None else self._whole

    def drawn_of(self, split: str) -> "Run":
        """Return the same run with the samples of a split drawn, if it holds some of that split.

        Parameters
        ----------
        split : str
            Its name; '' stands for the training.
        """
        whole = self.whole
        if split not in whole.probe.others:
            return whole
        if split not in whole._by_split:
            seen = copy.copy(whole)
            seen._whole, seen.probe = whole, whole.probe.others[split]
            seen.drawn = whole.split_named(split)
            whole._by_split[split] = seen
        return whole._by_split[split]

    def split_named(self, name: str) -> Split:
        """Return a split by its name; of one that the run does not know no more than that."""
        known = (TRAIN, TEST, *self.manifest.splits)
        return next((split for split in known if split.name == name), Split(name, name))

    def split_of(self, name: str) -> Split:
        """Return a split that the run was measured on.

        Raises
        ------
        UserError
            If it was not, naming those that there are.
        """
        found = next((split for split in self.splits if split.name == name), None)
        if found is None:
            known = listed([split.name for split in self.splits])
            raise UserError(
                tr(
                    "{path} was not measured on {name!r}: its splits are {known}.",
                    path=self.path,
                    name=name,
                    known=known,
                )
            )
        return found

    def measured_on(self, split: str) -> Split:
        """Return the split of a name, if the run was measured on it; else that of the training.

        Numbers follow it also where no samples of it are kept to be drawn.

        Parameters
        ----------
        split : str
            Its name; '' stands for the training.
        """
        if split in ("", TRAIN.name):
            return TRAIN
        return next((known for known in self.splits if known.name == split), TRAIN)

    @property
    def drawn_classes(self) -> tuple[str, ...]:
        """Return the names of the classes of the drawn samples."""
        return self.drawn.class_names or self.manifest.class_names

    @property
    def drawn_labels(self) -> NDArray[np.int64]:
        """Return what each drawn sample is, as `numbered_names` counts."""
        manifest = self.manifest
        first = manifest.classes if self.drawn.label_sets else len(manifest.drawn_names)
        return self.probe.labels + (first if self.drawn.is_foreign else 0)

    @property
    def numbered_names(self) -> tuple[str, ...]:
        """Return the names of classes, then of sets of labels, then of classes that are unknown."""
        more = () if self.manifest.label_sets and self.drawn.label_sets else self.drawn.class_names
        return (*self.manifest.drawn_names, *more)

    def labels_of(self, number: int) -> tuple[int, ...]:
        """Return the classes whose hues one of `numbered_names` has: several for a set."""
        known = number < len(self.manifest.drawn_names)
        return self.manifest.labels_of(number) if known else (number,)

    def recorded(self, epoch: float) -> int:
        """Return the number of a snapshot that there is.

        Raises
        ------
        UserError
            If it was not recorded, naming the nearest one.
        """
        if epoch not in self.epochs:
            nearest = min(self.epochs, key=lambda other: abs(other - epoch))
            raise UserError(
                tr(
                    "{epoch} was not recorded: the nearest one is {nearest}.",
                    epoch=upper_first(self.counting.named(epoch)),
                    nearest=self.counting.digits(nearest),
                )
            )
        return int(epoch)

    @property
    def missing_epochs(self) -> tuple[int, ...]:
        """Epochs that a finished run should hold and does not."""
        if self.manifest.state != "finished" or not self.manifest.recorded:
            return ()
        return tuple(sorted(set(self.manifest.recorded) - set(self.epochs)))

    def refresh(self) -> bool:
        """Look for new snapshots of a run that is still being written.

        Returns
        -------
        bool
            Whether anything changed.

        Raises
        ------
        RunReplacedError
            If another run has taken its place: it is to be opened anew.
        UserError
            If its manifest is gone or damaged.
        """
        before = self.epochs, self.manifest
        manifest = read_manifest(self.path / MANIFEST)
        if _identity(manifest) != _identity(self.manifest):
            raise RunReplacedError(
                tr("{path} holds another run now: open it anew.", path=self.path)
            )
        self.epochs, self.manifest = self._find_epochs() or self.epochs, manifest
        for seen in self._by_split.values():
            seen.epochs, seen.manifest = self.epochs, manifest
        return (self.epochs, self.manifest) != before

    def read_columns(self) -> None:
        """Take up what was added to or taken off what is known of the samples.

        Raises
        ------
        UserError
            If the probe cannot be read.
        """
        found, whole = self._read_probe(), self.whole
        if np.array_equal(found.labels, whole.probe.labels):
            whole.probe = found
            for name, seen in whole._by_split.items():
                seen.probe = found.others.get(name, seen.probe)

    def _repr_html_(self) -> str:
        """Return what a notebook shows below a cell: what the run is, and its last numbers."""
        # By its name: what measures runs stands on this module.
        found: str = import_module("ncviz.explorer.run_in_words").run_as_html(self)
        return found

    def _read_probe(self) -> Probe:
        others = classes_of_splits(self.manifest)
        return read_probe(self.path / PROBE, len(self.manifest.drawn_names), others)

    def snapshot(self, epoch: int) -> StoredSnapshot:
        """Return a recorded epoch.

        Raises
        ------
        UserError
            If it was not recorded or its file is damaged.
        """
        if self.whole is not self:
            return self.whole.snapshot(epoch).of_split(self.drawn.name, len(self.probe.labels))
        if epoch in self._open:
            self._open.move_to_end(epoch)
            return self._open[epoch]
        self._open[epoch] = self._read(epoch)
        self._close_oldest()
        return self._open[epoch]

    def has_open(self, epoch: int) -> bool:
        """Return whether a snapshot need not be opened: of a thousand layers that takes a while."""
        return epoch in self._open

    def adopt(self, other: "Run") -> None:
        """Take over the snapshots that are open in the same run, opened once more."""
        self._open |= other._open
        self._close_oldest()

    def _close_oldest(self) -> None:
        while len(self._open) > OPEN_FILES:
            self._open.popitem(last=False)

    def _read(self, epoch: int) -> StoredSnapshot:
        path = self.path / SNAPSHOTS / snapshot_name(epoch)
        if epoch not in self.epochs:
            raise UserError(
                tr(
                    "{path} has no snapshot of {epoch}.",
                    path=self.path,
                    epoch=self.counting.named(epoch),
                )
            )
        try:
            arrays = StoredArrays(path)
        except FileNotFoundError:
            raise UserError(
                tr("The snapshot {path} is missing: the run was changed.", path=path)
            ) from None
        except (OSError, DamagedArraysError) as error:
            raise UserError(
                tr("The snapshot {path} is damaged: {error}.", path=path, error=reason(error))
            ) from error
        snapshot = StoredSnapshot(
            arrays,
            tr("The snapshot {path}", path=path),
            self.manifest.classes,
            len(self.probe.labels),
            {split.name: len(split.class_names) for split in self.manifest.splits},
            len(self.manifest.label_sets),
        )
        if snapshot.epoch != epoch:
            moment = self.counting.named(snapshot.epoch)
            raise UserError(
                tr("The snapshot {path} is of {moment}: it was renamed.", path=path, moment=moment)
            )
        return snapshot

    def _find_epochs(self) -> tuple[int, ...]:
        try:
            names = os.listdir(self.path / SNAPSHOTS)
        except OSError:  # such as of a network's folder that is away
            return ()
        stems = {name: name.partition(".")[0] for name in names}
        numbers = ((name, int(stem)) for name, stem in stems.items() if stem.isdecimal())
        return tuple(sorted(number for name, number in numbers if name == snapshot_name(number)))


def _identity(manifest: Manifest) -> tuple[object, ...]:
    """Return what stays the same while a run grows, ends, is resumed or is renamed."""
    return manifest.created, manifest.class_names, manifest.layers


def reads_texts(run: Run) -> bool:
    """Tell whether the samples of a run are texts, also where they were not kept."""
    return run.probe.texts is not None or run.manifest.recipe.get("kind") == "fine-tuning"
