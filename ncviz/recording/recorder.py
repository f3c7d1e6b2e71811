"""Records a run from the user's own training loop, in three lines."""

import sys
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.inputs import device_of, like_weights
from ncviz.counting import FINEST, UNITS, Counting
from ncviz.errors import DivergedError, UserError, reason
from ncviz.language import tr
from ncviz.measuring.measurer import Measurer
from ncviz.measuring.taps import choose_taps
from ncviz.recording.bare_network import bare, who_writes
from ncviz.recording.divergence import not_finite, said_of_losses
from ncviz.recording.gathering import Gatherer
from ncviz.recording.loop_batches import BatchReader, Unpack
from ncviz.recording.loop_labels import class_names_of, names_that_fit
from ncviz.recording.loop_pictures import pictures_of
from ncviz.recording.loop_sizes import absent_classes, said_of_sizes, told_sizes
from ncviz.recording.loop_splits import LoopSplits
from ncviz.recording.loop_values import epoch_number, plain_numbers
from ncviz.recording.measured_splits import drawn_rows, one_probe
from ncviz.recording.run_in_progress import RunInProgress, end_with, without_numbers
from ncviz.recording.sharded_network import shards_of
from ncviz.recording.undisturbed import seed_random_numbers, undisturbed
from ncviz.runs.manifest import Manifest, made_with
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Snapshot
from ncviz.wording import upper_first

_OURS = (UserError, RuntimeError, MemoryError, OSError)  # whose words stand for themselves
Ints = NDArray[np.int64]


class Recorder:
    """Writes a run while your own loop trains.

    The network, its gradients and every random number are left as they were:
    a training with a recorder takes the same steps as without. What is wrong when
    the recorder is made is an error at once; what goes wrong afterwards is a
    warning, said once, and never ends the training. Where several processes
    train together the first one writes, and the others' recorders do nothing; where they
    share the weights (FSDP), all of them make and call one, and the first gathers the weights.

    Parameters
    ----------
    out : str or Path
        The run's folder; it must not yet hold anything, unless `resume`.
    model : nn.Module
        A classifier: it returns logits, one row a sample. May be compiled, or
        within DataParallel, DistributedDataParallel or an average of weights.
    data : loader, data set or (images, labels)
        Training samples, as the network takes them. `per_class` of each class
        are kept and measured at every call of `record`. Batches may be pairs,
        longer tuples or mappings; labels numbers, names or one-hot rows. Samples with
        several labels, in rows of 0 and 1 or lists, are measured as sets of labels.
    layers : str or sequence of str, optional
        'stages', 'blocks', 'all', or names and patterns such as 'layer?.*'.
    test : like `data`, optional
        Held-out samples, half as many.
    splits : mapping of str to data like `data`, optional
        What else is measured, half as many, such as shifted samples, by what it is called.
    unknown : collection of str, optional
        Those of `splits` whose classes the network does not know.
    pool, tokens : str, optional
        Of maps ('average', 'max', 'flatten') and of token sequences ('auto',
        'class', 'mean', 'flatten').
    classifier : str, optional
        The layer that gives the logits; found by default, 'none' for no
        comparison with it.
    classifier_weight : str, optional
        The parameter or buffer that is its weight matrix; by default the one
        that explains the logits, 'none' for none.
    class_names : sequence of str, optional
        Those of the data set by default.
    columns : mapping of str to sequence, optional
        What else is known of each sample of `data`, by title: numbers, or words and whole
        numbers as categories, in the order of the data set. Samples can be coloured by them.
    texts : sequence of str, optional
        What each sample of `data` reads, in the order of the data set: it is shown in the place of
        a picture.
    train_counts : sequence of int, optional
        How many samples of each class the network learns from. By default they
        are counted, where the data tell their labels; else they are unknown.
    unpack : callable, optional
        Given a batch, returns inputs and labels: for batches that are made in
        another way, or prepared on their way into the network.
    title : str, optional
    per_class, probe_per_class : int, optional
        Samples of each class that are measured, and drawn.
    seed : int, optional
        Of their choice, where the data can be read in any order; of others the
        first ones are taken.
    batch, memory : int, optional
        Samples at once; MiB for features, see `RecordPlan`.
    sample_memory : int, optional
        MiB that the kept samples may take; where they take more, fewer are
        kept. Those of `test` may take half as much beside them.
    resume : bool or int, optional
        Whether a run in the folder goes on; an epoch is the last one to keep.
        Without a run there a new one begins.
    unit : str, optional
        What the numbers given to `record` count: 'epoch', or 'step' and so on.
    parts : int, optional
        Into how many parts a unit is told apart: with 10, ``record(2.5)`` is
        epoch 2.5.

    Attributes
    ----------
    notes : tuple of str
        What was chosen where there was a choice; printed once, and kept in the run.

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
        splits: Mapping[str, Any] | None = None,
        unknown: Collection[str] = (),
        pool: str = "average",
        tokens: str = "auto",
        classifier: str = "",
        classifier_weight: str = "",
        class_names: Sequence[str] | None = None,
        columns: Mapping[str, Any] | None = None,
        texts: Sequence[str] | None = None,
        train_counts: Sequence[int] | Mapping[int, int] | None = None,
        unpack: Unpack | None = None,
        title: str = "",
        per_class: int = 100,
        probe_per_class: int = 60,
        seed: int = 0,
        batch: int = 128,
        memory: int = 512,
        sample_memory: int = 2048,
        resume: bool | int = False,
        unit: str = "epoch",
        parts: int = 1,
    ) -> None:
        self._network = bare(model)
        self._shards = shards_of(self._network, out)
        if self._shards is not None and self._shards.copy is not None:
            self._network = self._shards.copy
        self._said: set[str] = set()
        self._run: RunInProgress | None = None
        self.notes: tuple[str, ...] = ()
        others = who_writes()
        self._is_idle = bool(others)
        if self._is_idle:
            self.notes = (others,)
            print(tr("ncviz: {others}.", others=others), file=sys.stderr)
            return
        if per_class < 1 or probe_per_class < 1:
            raise UserError(tr("per_class and probe_per_class must be at least 1."))
        self._counting = Counting(unit, parts)
        if unit not in UNITS or parts not in range(1, FINEST + 1):
            raise UserError(
                tr(
                    "unit must be one of {units}, and parts 1 to {finest}.",
                    units=", ".join(UNITS),
                    finest=FINEST,
                )
            )
        wanted = (layers,) if isinstance(layers, str) else tuple(layers)
        with undisturbed(self._network):
            # The same samples each time that a script is started: for runs that go on.
            seed_random_numbers(seed)
            reader = BatchReader(self._network, tr("The recorder's data"), unpack)
            source = Gatherer(data, reader, seed)
            first = like_weights(source.first, self._network)
            known = tuple(map(str, class_names or class_names_of(data)))
            anatomy = Anatomy(self._network, first, len(known))
            classes = anatomy.logits.shape[1]
            if class_names and len(known) != classes:
                raise UserError(
                    tr(
                        "class_names= has {count:name|names} and the model tells {classes} apart.",
                        count=len(known),
                        classes=classes,
                    )
                )
            known, notes = names_that_fit(known, classes)
            room = sample_memory * 2**20
            gathered = LoopSplits(self._network, unpack, classes, known, per_class, room, seed)
            gathered.take_train(source, tr("The recorder's data"))
            notes += [*reader.notes, *source.notes]
            told = None if train_counts is None else told_sizes(train_counts, classes)
            if test is not None:
                gathered.take_test(test)
            gathered.take_further(splits or {}, unknown)
            notes += gathered.notes
            kept, counts = gathered.kept, gathered.counts
            counts["train"] = counts["train"] if told is None else told
            taps = choose_taps(anatomy, first, wanted, pool, tokens, classifier, classifier_weight)
            notes += [*taps.notes, *absent_classes(kept["train"].labels, classes)]
            measured = gathered.measured(probe_per_class, counts)
            behind = {"train": measured.probe, **measured.also_drawn}  # one after the other
            rows = np.concatenate([kept[split].rows[at] for split, at in behind.items()])
            own, said = source.known_of(columns or {}, rows)
            read = source.texts_of(texts, rows)
            pictures, shown = pictures_of(kept, drawn_rows(measured))
            notes += [*said, *shown]
            self._measurer = Measurer(
                self._network, taps, measured, batch=batch, memory=memory * 2**20
            )
        notes += said_of_sizes(
            counts["train"], tr("counted in the data") if told is None else tr("as told")
        )
        recipe = {
            "kind": "recorder",
            "loss": "pick_all" if measured.label_sets else "cross_entropy",  # of the measured ones
            "model": type(self._network).__name__,
            "layers": list(wanted),
            **taps.facts,
            "per_class": per_class,
            "seed": seed,
            "samples": kept["train"].mark,
            "transforms": notes,
        }
        manifest = Manifest(
            title=title or tr("{name} · own loop", name=type(self._network).__name__),
            class_names=known or tuple(map(str, range(classes))),
            layers=self._measurer.layers,
            train_counts=counts["train"],
            recipe=recipe,
            software=made_with(torch=torch.__version__, device=str(device_of(self._network))),
            counting=self._counting,
            splits=tuple(gathered.further),
        )
        probes = {
            split: Probe(kept[split].labels[rows], pictures.get(split))
            for split, rows in drawn_rows(measured).items()
        }
        drawn = replace(one_probe(probes, measured, own), texts=read)
        self._run = RunInProgress(Path(out), manifest, drawn, resume)
        end_with(self, self._run)
        self.notes = (*self._run.notes, *notes)
        for words in self.notes:
            print(tr("ncviz: {words}.", words=words), file=sys.stderr)

    def record(self, epoch: Any, loss: Any = None, **scalars: Any) -> bool:
        """Measure the network as it is now, and write a snapshot.

        Whatever goes wrong gives a warning, said once, and the snapshot is left
        out: a full disk, a diverged network or a wrong epoch must not end a
        training that runs for days. A run whose training has diverged says so
        when it is closed.

        Parameters
        ----------
        epoch : int
            From 0, ascending; 0 is before training. May be a NumPy number or a tensor, and a
            fraction where the recorder was made with `parts`.
        loss : number or tensor, optional
            Of the loop, of whatever kind; kept beside the cross-entropy of the
            measured samples, and drawn as a curve of its own. NaN or ∞ says that
            the training has diverged.
        **scalars : number or tensor, optional
            Such as ``learning_rate`` (or ``lr``), ``test_loss`` or ``test_error``.

        Returns
        -------
        bool
            Whether the snapshot was written.
        """
        if self._shards is not None and (wrong := self._shards.gather("record")):
            self._warn(tr("{wrong}: nothing more is recorded.", wrong=wrong), wrong)
            return False
        if self._is_idle:
            return False
        if self._run is None:
            self._warn(tr("The recorder is closed: nothing more is recorded."))
            return False
        try:
            number = epoch_number(epoch, self._counting)
            if number in self._run.recorded:
                raise UserError(tr("it was recorded already, and stays as it was"))
        except UserError as error:
            shown = f"{epoch!r:.40}"
            self._warn(
                tr(
                    "{unit} {shown} was not recorded: {error}.",
                    unit=upper_first(self._counting.name),
                    shown=shown,
                    error=error,
                ),
                str(error),
            )
            return False
        given = {**scalars, "train_loss": loss} if loss is not None else scalars
        numbers, odd = plain_numbers(given)
        for words in odd:
            self._warn(
                tr("At {number} {words}.", number=self._counting.named(number), words=words), words
            )
        moment = self._counting.named(number)
        self._run.diverged = said_of_losses(numbers, moment)
        try:
            snapshot = self._measure(number, numbers)
            self._run.diverged = self._run.diverged or said_of_losses(snapshot.scalars, moment)
            self._run.write(snapshot)
        except Exception as error:  # noqa: BLE001 - a recording never ends a training
            self._miss(number, error)
            return False
        return True

    def _miss(self, epoch: int, error: Exception) -> None:
        """Say why an epoch was not recorded, once for each reason."""
        assert self._run is not None  # it is being recorded
        why = reason(error) or type(error).__name__
        if not isinstance(error, _OURS):
            why = f"{type(error).__name__}: {why}"
        if isinstance(error, DivergedError):
            moment = self._counting.named(epoch)
            self._run.diverged = tr(
                "The training had diverged at {moment}: {why}.", moment=moment, why=why
            )
        self._run.miss(epoch, why)
        self._warn(
            tr(
                "{epoch} was not recorded: {why}.",
                epoch=upper_first(self._counting.named(epoch)),
                why=why,
            ),
            why,
        )

    def _warn(self, words: str, about: str = "") -> None:
        """Warn at the line of the user's loop, once for each thing that it is about."""
        kind = without_numbers(about or words)
        if kind in self._said:
            return
        self._said.add(kind)
        depth = 2
        while depth < 8 and sys._getframe(depth - 1).f_globals.get("__name__") == __name__:
            depth += 1
        warnings.warn(words, stacklevel=depth)

    def _measure(self, epoch: int, scalars: Mapping[str, float]) -> Snapshot:
        if name := not_finite(self._network):
            raise DivergedError(tr("{name} holds NaN or infinite weights", name=name))
        with undisturbed(self._network):
            return self._measurer.snapshot(epoch, scalars)

    def close(self, state: str = "finished", message: str = "") -> None:
        """End the run; one without a snapshot is removed. May be called twice."""
        ended, self._run = self._run, None
        if ended is None:
            return
        try:
            ended.end(state, message)
        except UserError as error:
            self._warn(str(error))

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
