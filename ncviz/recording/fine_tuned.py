"""Fine-tunes a text encoder with a linear classifier, and records it epoch by epoch."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ncviz import held_files
from ncviz.errors import DivergedError, UserError
from ncviz.jobs.control import Control, Order
from ncviz.jobs.messages import sentence_of
from ncviz.jobs.runner import RecordedEpoch
from ncviz.language import tr
from ncviz.recording.fine_tuning import FineTuning, find_beside, title_of
from ncviz.recording.hub_folder import read_hub_folder
from ncviz.recording.measured_texts import MeasuredTexts
from ncviz.recording.text_encoder import EncoderFolder, build_encoder, read_encoder_folder
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.manifest import Manifest, made_with, read_manifest
from ncviz.runs.repeated_recipe import FILE_NAME as REPEATS
from ncviz.runs.repeated_recipe import read_repeated_recipe
from ncviz.runs.repeats import seed_folder
from ncviz.runs.repeats_writer import write_repeated_recipe
from ncviz.runs.writer import RunWriter
from ncviz.texts.encoder import TextEncoder, pooled
from ncviz.texts.text_files import read_texts
from ncviz.texts.tokens import batch_of
from ncviz.training.training_messages import SeedBegun, TrainingProgress

Notify = Callable[[Any], None]


class _EndedError(Exception):
    """The user stops or cancels."""


def fine_tune(
    plan: FineTuning,
    out: Path,
    *,
    device: str = "cpu",
    control: Control | None = None,
    notify: Notify = lambda message: None,
) -> str:
    """Fine-tune an encoder as a plan says, and record it before the first epoch and after each.

    Parameters
    ----------
    plan : FineTuning
        With one seed.
    out : Path
        The run's folder; it must not yet hold anything.
    device : str, optional
    control : Control, optional
        Obeyed between batches.
    notify : callable, optional
        Given `TrainingProgress` and `RecordedEpoch`.

    Returns
    -------
    str
        'finished', 'stopped' or 'cancelled'.

    Raises
    ------
    UserError
        If model or texts are not there or do not fit; `DivergedError` if the loss becomes
        infinite.
    """
    plan.check()
    control = control or Control()

    def between() -> None:
        if control.order() is not Order.CONTINUE:
            raise _EndedError

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        made = _begin(plan, device, between)
        writer = RunWriter(out, _manifest(plan, made, device), made.texts.probe())
        recorded = 0
        try:
            for snapshot in _epochs(plan, made, device, control, notify, between):
                writer.write(snapshot)
                recorded += 1
                notify(RecordedEpoch(snapshot.epoch))
        except _EndedError:
            if control.order() is Order.CANCEL or not recorded:
                writer.discard()
                return "cancelled"
            writer.close("stopped")
            return "stopped"
        except BaseException as error:
            if not recorded:
                writer.discard()
            elif isinstance(error, KeyboardInterrupt):
                writer.close("stopped")
            else:
                writer.close("failed", sentence_of(error, "training"))
            raise
        writer.close("finished")
        return "finished"


def fine_tune_repeats(
    plan: FineTuning,
    out: Path,
    *,
    device: str = "cpu",
    control: Control | None = None,
    notify: Notify = lambda message: None,
) -> str:
    """Fine-tune with each seed of a plan, a run each in one folder; what is finished stays.

    Parameters
    ----------
    plan : FineTuning
        With the first seed, and how many `seeds`.
    out : Path
        A new folder, or one of the same plan, perhaps with fewer seeds.
    device, control, notify
        As of `fine_tune`; told is `SeedBegun` of each seed, too.

    Returns
    -------
    str
        'finished', 'stopped' or 'cancelled'.

    Raises
    ------
    UserError
        As of `fine_tune`.
    """
    for needed in (plan.model, plan.data):  # before a folder is made
        find_beside(needed, plan.needs)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            tr("{out} cannot be made: {reason}.", out=out, reason=error.strerror)
        ) from error
    there = read_repeated_recipe(out)["seeds"] if (out / REPEATS).exists() else 0
    if there < plan.seeds:
        write_repeated_recipe(out, plan.to_dict())
    for number, seed in enumerate(range(plan.seed, plan.seed + plan.seeds), 1):
        path = out / seed_folder(seed)
        if (path / MANIFEST).exists():
            if read_manifest(path / MANIFEST).state == "finished":
                continue
            held_files.remove_if_possible(path)
        notify(SeedBegun(path, seed, number, plan.seeds))
        own = plan.with_seed(seed)
        state = fine_tune(own, path, device=device, control=control, notify=notify)
        if state != "finished":
            return state
    return "finished"


@dataclass(frozen=True, eq=False)
class _Begun:
    """What is trained, and on what."""

    folder: EncoderFolder
    encoder: TextEncoder
    classifier: nn.Linear
    texts: MeasuredTexts

    def answer(self, ids: Tensor, mask: Tensor, tokens: str) -> Tensor:
        """Return the logits of some texts."""
        *_, states = self.encoder(ids, mask)
        logits: Tensor = self.classifier(pooled(states, mask, tokens))
        return logits


def _begin(plan: FineTuning, device: str, between: Callable[[], None]) -> _Begun:
    path = find_beside(plan.model, plan.needs)
    data = read_texts(find_beside(plan.data, plan.needs))
    data = data.of_classes(plan.classes) if plan.classes else data
    folder = read_encoder_folder(path)
    if plan.length > folder.shape.room:
        raise UserError(
            tr(
                "The fine-tuning's length is {length}: {path} has places for {places:,} tokens.",
                length=plan.length,
                path=path,
                places=folder.shape.room,
            )
        )
    encoder, _ = build_encoder(folder, read_hub_folder(path).tensors, str(path))
    classifier = nn.Linear(folder.shape.width, len(data.class_names))
    nn.init.normal_(classifier.weight, std=0.02)
    nn.init.zeros_(classifier.bias)
    texts = MeasuredTexts(
        folder,
        data,
        plan.measured_tokens,
        plan.length,
        plan.per_class,
        plan.per_class,
        plan.seed,
        device=device,
        between=between,
        are_whole=True,
    )
    texts.lacks()  # it refuses texts of which the list has no token
    return _Begun(folder, encoder.to(device), classifier.to(device), texts)


def _epochs(
    plan: FineTuning,
    made: _Begun,
    device: str,
    control: Control,
    notify: Notify,
    between: Callable[[], None],
) -> Iterator[Any]:
    """Train, and yield a snapshot before the first epoch and after each."""
    trained = [*made.encoder.parameters(), *made.classifier.parameters()]
    optimizer = torch.optim.AdamW(trained, lr=plan.learning_rate, weight_decay=plan.weight_decay)
    order = np.random.default_rng(plan.seed)
    own, start = made.texts.splits["train"], time.perf_counter()
    yield _snapshot(plan, made, 0)
    for epoch in range(1, plan.epochs + 1):
        made.encoder.train()
        places = order.permutation(len(own.labels))
        total, right = 0.0, 0
        for first in range(0, len(places), plan.batch):
            rows = places[first : first + plan.batch]
            cut = [own.cut[row] for row in rows.tolist()]
            ids, mask = (each.to(device) for each in batch_of(cut, made.folder.pieces))
            labels = torch.from_numpy(own.labels[rows]).to(device)
            logits = made.answer(ids, mask, plan.tokens)
            loss = nn.functional.cross_entropy(logits, labels)
            if not bool(torch.isfinite(loss)):
                raise DivergedError(
                    tr(
                        "The training diverged in epoch {epoch}: lower the learning rate.",
                        epoch=epoch,
                    )
                )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += float(loss.detach()) * len(rows)
            right += int((logits.argmax(1) == labels).sum())
            between()
        spent = time.perf_counter() - start - control.paused_seconds
        pace = epoch / max(spent, 1e-9)
        left = (plan.epochs - epoch) / pace
        share = right / len(places)
        notify(TrainingProgress(epoch, plan.epochs, total / len(places), share, pace, left))
        yield _snapshot(plan, made, epoch)


def _snapshot(plan: FineTuning, made: _Begun, epoch: int) -> Any:
    made.encoder.eval()
    if plan.measured_tokens == plan.tokens:
        return made.texts.snapshot(epoch, made.encoder, classifier=made.classifier)

    def answer(ids: Tensor, mask: Tensor) -> Tensor:
        return made.answer(ids, mask, plan.tokens)

    return made.texts.snapshot(epoch, made.encoder, answer=answer)


def _manifest(plan: FineTuning, made: _Begun, device: str) -> Manifest:
    texts = made.texts
    counts = np.bincount(texts.splits["train"].labels, minlength=len(texts.class_names))
    return Manifest(
        title=title_of(plan, texts.class_names),
        class_names=texts.class_names,
        layers=texts.layers(None),
        train_counts=tuple(counts.tolist()),
        epochs=plan.epochs,
        recorded=plan.recorded_epochs(),
        recipe=plan.to_dict(),
        software=made_with(torch=torch.__version__, device=device),
    )
