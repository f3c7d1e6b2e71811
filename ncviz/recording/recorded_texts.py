"""Records what a text encoder makes of texts, at each of its checkpoints."""

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import torch

from ncviz.errors import UserError
from ncviz.jobs.control import Control, Order
from ncviz.jobs.messages import sentence_of
from ncviz.jobs.runner import RecordedEpoch
from ncviz.language import tr
from ncviz.recording.choosing import CheckpointError
from ncviz.recording.fine_tuning import called
from ncviz.recording.going_on import KIND, SAMPLES, BrokenOff
from ncviz.recording.hub_folder import network_folder
from ncviz.recording.measured_texts import MeasuredTexts, of_split, tokens_and_length
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import mark_of, read_weights
from ncviz.recording.recording_messages import (
    DONE,
    MEASURING,
    FileProgress,
    GoesOn,
    Inspected,
    Ordered,
    RecordMessage,
    Skipped,
    checkpoints,
)
from ncviz.recording.setting_up import Tell, look_at_checkpoints, none_left
from ncviz.recording.text_encoder import (
    EncoderFolder,
    TextHead,
    build_encoder,
    layer_names,
    read_encoder_folder,
)
from ncviz.recording.weights import Weights
from ncviz.runs.manifest import Manifest, made_with
from ncviz.runs.writer import RunWriter
from ncviz.texts.encoder import CLASS, EMBEDDING, TextEncoder
from ncviz.texts.text_data import TextData
from ncviz.texts.text_files import read_texts
from ncviz.training.device import AUTO, CPU, device_name

_OF_IMAGES = (
    *("splits", "columns", "size", "pixel_range", "normalise", "transform", "pool"),
    *("classifier", "classifier_weight", "model_args", "train_counts"),
)


class _EndedError(Exception):
    """The user stops or cancels."""


class _TextRun:
    """Texts and an encoder, as a plan names them."""

    def __init__(self, plan: RecordPlan, between: Callable[[], None] = lambda: None) -> None:
        _refuse_others(plan)
        self.plan = plan
        self.device = CPU if plan.device == AUTO else device_name(plan.device)
        self._between = between
        self.folder: EncoderFolder = read_encoder_folder(network_folder(folder_of(plan)))
        if len(plan.features) > 1:
            raise UserError(tr("Texts are in one column: name one with --features."))
        read = read_texts(Path(plan.data).expanduser(), "".join(plan.features), plan.labels)
        self.data: TextData = of_split(read, plan.split)
        self.notes: list[str] = []

    def build(
        self, path: Path, weights: Weights | None = None
    ) -> tuple[TextEncoder, TextHead | None]:
        """Return the network of a checkpoint, whose weights may have been read.

        Raises
        ------
        CheckpointError
            If it is none of this model.
        """
        weights = weights or read_weights(path, self.plan)
        try:
            encoder, head = build_encoder(self.folder, weights.tensors, str(path))
        except UserError as error:
            raise CheckpointError(str(error)) from error
        if head is not None:
            self._fit_classes(head, str(path))
        return encoder.to(self.device), None if head is None else head.to(self.device)

    def _fit_classes(self, head: TextHead, where: str) -> None:
        """Bring the rows of a classifier into the order of the classes of the texts."""
        names, labels = self.data.class_names, self.folder.labels
        told = head.classifier.out_features
        if told != len(names):
            raise UserError(
                tr(
                    "{where} tells {told:class|classes} apart and {title} has {count}: give the "
                    "texts it was trained on.",
                    where=where,
                    told=told,
                    title=self.data.title,
                    count=len(names),
                )
            )
        called = [label.casefold() for label in labels]
        if len(called) == told and sorted(called) == sorted(name.casefold() for name in names):
            order = [called.index(name.casefold()) for name in names]
            with torch.no_grad():
                for part in (head.classifier.weight, head.classifier.bias):
                    part.copy_(part[order].clone())
            self._note(tr("the model's classes are matched by their names"))
        else:
            self._note(tr("the model's classes are taken in the order of the names of the texts'"))

    def texts(self, head: TextHead | None) -> MeasuredTexts:
        """Return the texts that are measured."""
        plan, folder = self.plan, self.folder
        tokens, longest = tokens_and_length(folder, plan.tokens, plan.length, head)
        found = MeasuredTexts(
            folder,
            self.data,
            tokens,
            longest,
            plan.per_class,
            plan.probe_per_class,
            plan.seed,
            batch=plan.batch,
            device=self.device,
            between=self._between,
        )
        needed = math.ceil(found.bytes_needed(head) / 2**20)
        if needed > plan.memory:
            raise UserError(
                tr(
                    "The features of all layers take {needed:,} MiB: lower --per-class, or raise "
                    "--memory from {memory:,}.",
                    needed=needed,
                    memory=plan.memory,
                )
            )
        self._note(
            tr(
                "of each text the class token is measured; before the first block it is the same "
                "of all texts, so there is no layer {embedding!r}",
                embedding=EMBEDDING,
            )
            if tokens == CLASS
            else tr("of each text the mean over its tokens is measured")
        )
        cut = [len(own) for split in found.splits.values() for own in split.cut]
        full = sum(length == longest for length in cut)
        self._note(
            tr(
                "measured: {count:text|texts}, of {cut_2:token|tokens} at most",
                count=len(cut),
                cut_2=max(cut),
            )
            + (
                tr("; {full:,} of them end at {longest}", full=full, longest=longest)
                if full
                else ""
            )
        )
        if lacks := found.lacks():
            self._note(lacks)
        if head is None:
            self._note(tr("the model has no classifier: there are no errors, no NC3 and no NC4"))
        return found

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)

    def all_notes(self) -> list[str]:
        """Return what was chosen, and what was taken out of the texts."""
        return [*self.notes, *self.data.notes]


def folder_of(plan: RecordPlan) -> Path:
    """Return the folder that a plan's 'hf:FOLDER' names."""
    return Path(plan.model.partition(":")[2]).expanduser()


def _refuse_others(plan: RecordPlan) -> None:
    """Refuse what is of images alone."""
    usual = {each.name: getattr(RecordPlan(), each.name) for each in fields(RecordPlan)}
    for name in _OF_IMAGES:
        if getattr(plan, name) != usual[name]:
            raise UserError(
                tr(
                    "{model} reads texts, of which --{name} says nothing: leave it out.",
                    model=plan.model,
                    name=name.replace("_", "-"),
                )
            )
    if plan.layers not in (("stages",), ("blocks",)):
        raise UserError(
            tr(
                "{model} reads texts, which are measured at every block: leave --layers out.",
                model=plan.model,
            )
        )


def record_texts(
    plan: RecordPlan,
    out: Path,
    control: Control,
    notify: Callable[[RecordMessage], None] = lambda message: None,
    before: BrokenOff | None = None,
) -> str:
    """Measure a text encoder at each of its checkpoints, and write a run.

    Parameters
    ----------
    plan : RecordPlan
        Its model is 'hf:FOLDER' and its data are texts.
    out : Path
        The run's folder; it holds nothing yet, or what is to go on.
    control : Control
    notify : callable, optional
    before : BrokenOff, optional
        The same recording, which did not come to its end: it goes on.

    Returns
    -------
    str
        'finished', 'stopped' or 'cancelled'.

    Raises
    ------
    UserError
        If nothing can be recorded; then no run is left behind.
    """

    def between() -> None:
        if control.order() is not Order.CONTINUE:
            raise _EndedError

    writer: RunWriter | None = None
    recorded: list[int] = []
    try:
        files = look_at_checkpoints(plan, notify)
        notify(files)
        if before is not None:
            before.require_epochs(files.epochs)
        skipped = list(files.skipped)
        made, began = _TextRun(plan, between), time.perf_counter()
        texts: MeasuredTexts | None = None
        layers: tuple[str, ...] = ()
        for number, (epoch, path) in enumerate(files.found):
            between()
            left = (time.perf_counter() - began) / number if number else math.nan
            left *= len(files.found) - number
            notify(FileProgress(number, len(files.found), path.name, left, MEASURING))
            try:
                weights = read_weights(path, plan)
                mark = mark_of(weights, str(path))
                encoder, head = made.build(path, weights)
                texts = texts or made.texts(head)
                if writer is None and before is not None:
                    recorded = list(before.marks)
                    writer = before.reopened(_manifest(made, texts, head, files))
                    notify(GoesOn(str(out), len(recorded)))
                names = tuple(layer.name for layer in texts.layers(head))
                if names != (layers := layers or names):
                    raise CheckpointError(
                        tr("{path} has other layers than the first one.", path=path)
                    )
                if before is not None and epoch in before.marks:
                    before.require_same(epoch, mark, path)
                    continue
                snapshot = texts.snapshot(epoch, encoder, head)
            except CheckpointError as error:
                skipped.append(Skipped(str(path), str(error)))
                notify(skipped[-1])
                continue
            if writer is None:
                manifest = _manifest(made, texts, head, files)
                writer = RunWriter(out, manifest, texts.probe())
            writer.write(replace(snapshot, weights=mark))
            recorded.append(epoch)
            notify(RecordedEpoch(epoch))
        if writer is None:
            raise none_left(skipped)
    except _EndedError:
        return _ended(writer, recorded, control, is_new=before is None)
    except BaseException as error:
        _fail(writer, recorded, error)
        raise
    notify(FileProgress(len(files.found), len(files.found), "", 0.0, DONE))
    _settle(writer, recorded)
    names_left = ", ".join(Path(each.path).name for each in skipped[:3])
    writer.close("finished", tr("Skipped: {names_left}.", names_left=names_left) if skipped else "")
    return "finished"


def _settle(writer: RunWriter, recorded: list[int]) -> None:
    there = tuple(sorted(recorded))
    writer.manifest = replace(writer.manifest, recorded=there, epochs=there[-1])


def _ended(writer: RunWriter | None, recorded: list[int], control: Control, *, is_new: bool) -> str:
    is_unwanted = control.order() is Order.CANCEL and is_new
    if writer is None or is_unwanted or not recorded:
        if writer is not None:
            writer.discard()
        return "cancelled"
    _settle(writer, recorded)
    writer.close("stopped")
    return "stopped"


def _fail(writer: RunWriter | None, recorded: list[int], error: BaseException) -> None:
    if writer is None:
        return
    if not recorded:
        writer.discard()
        return
    with contextlib.suppress(UserError):  # the disk may refuse this too
        _settle(writer, recorded)
        if isinstance(error, KeyboardInterrupt):
            writer.close("stopped")
        else:
            writer.close("failed", sentence_of(error, "recording"))


def _manifest(
    made: _TextRun, texts: MeasuredTexts, head: TextHead | None, files: Ordered
) -> Manifest:
    plan, data = made.plan, made.data
    labels = np.array(data.train.labels)
    many = checkpoints(len(files.epochs))
    return Manifest(
        title=f"{data.title} · {called(folder_of(plan).resolve())} · {many}",
        class_names=data.class_names,
        layers=texts.layers(head),
        train_counts=()
        if plan.split == "test"
        else tuple(np.bincount(labels, minlength=len(data.class_names)).tolist()),
        epochs=files.epochs[-1],
        recorded=files.epochs,
        recipe={
            "kind": KIND,
            **plan.to_dict(),
            SAMPLES: texts.mark,
            "tokens": texts.tokens,
            "transforms": made.all_notes(),
            "epochs_from": files.said,
            "epoch_of": dict(zip(files.files, files.epochs, strict=True)),
        },
        command=plan.command(),
        software=made_with(torch=torch.__version__, device=made.device),
        counting=files.counting,
    )


def inspect_texts(plan: RecordPlan, tell: Tell = lambda message: None) -> Inspected:
    """Say what a recording of texts would be; see `inspect_plan`."""
    files = look_at_checkpoints(plan, tell)
    made, skipped = _TextRun(replace(plan, device=CPU)), list(files.skipped)
    for number, (_epoch, path) in enumerate(files.found):
        try:
            _, head = made.build(path)
        except CheckpointError as error:
            skipped.append(Skipped(str(path), str(error)))
            continue
        tokens, _ = tokens_and_length(made.folder, plan.tokens, plan.length, head)
        names = layer_names(made.folder.shape, tokens, has_head=head is not None)
        return Inspected(
            title=called(folder_of(plan).resolve()),
            tree=(),
            layers=tuple((name, made.folder.shape.width) for name in names),
            classifier="classifier" if head is not None else "",
            classifier_weight="classifier.weight" if head is not None else "",
            epochs=files.epochs[number:],
            files=files.files[number:],
            skipped=tuple(skipped),
            class_names=made.data.class_names,
            notes=tuple(made.all_notes()),
        )
    raise none_left(skipped)
