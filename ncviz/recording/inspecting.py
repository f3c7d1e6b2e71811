"""What a plan would record, shown before it starts."""

import time
from collections.abc import Callable
from dataclasses import replace

import torch

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.points import INPUT
from ncviz.errors import UserError
from ncviz.jobs.control import Control
from ncviz.language import tr
from ncviz.measuring.device_errors import is_out_of_memory
from ncviz.recording.choosing import CheckpointError
from ncviz.recording.data_of_plan import load_data
from ncviz.recording.epochs import UnknownEpochsError
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import read_weights
from ncviz.recording.record_checkpoints import NO_MEMORY, TOLD_SECONDS
from ncviz.recording.recorded_texts import inspect_texts
from ncviz.recording.recording_messages import (
    FileProgress,
    Inspected,
    LayerNode,
    Looked,
    Skipped,
)
from ncviz.recording.setting_up import (
    SetUp,
    Tell,
    look_at_checkpoints,
    none_left,
    set_up,
)
from ncviz.recording.state_dicts import family_of
from ncviz.recording.suggesting import suggest
from ncviz.recording.text_encoder import is_text_model
from ncviz.training.device import CPU

Answer = Looked | Inspected


def inspect_plan(plan: RecordPlan, tell: Tell = lambda message: None) -> Inspected:
    """Build the model of a plan from its first good checkpoint, and describe its layers.

    Parameters
    ----------
    plan : RecordPlan
    tell : callable, optional
        Given a `FileProgress` before each file.

    Raises
    ------
    UserError
        If no checkpoint fits, or the data cannot be read.
    """
    plan.check()
    plan = replace(plan, device=CPU)  # a few samples: no GPU need be free for them
    if is_text_model(plan.model):
        return inspect_texts(plan, tell)
    files = look_at_checkpoints(plan, tell)
    source = load_data(plan)
    skipped = list(files.skipped)
    for number, (_epoch, path) in enumerate(files.found):
        try:
            made = set_up(plan, source, read_weights(path, plan), str(path))
            measurer = made.measurer(plan, lambda: None)
        except CheckpointError as error:
            skipped.append(Skipped(str(path), str(error)))
            continue
        head = made.taps.head
        return Inspected(
            title=made.model.title,
            tree=layer_tree(made),
            layers=tuple((layer.name, layer.width) for layer in measurer.layers),
            classifier=head.name if head is not None else "",
            classifier_weight=head.weight if head is not None else "",
            epochs=files.epochs[number:],
            files=files.files[number:],
            skipped=tuple(skipped),
            class_names=made.samples.class_names,
            notes=made.notes,
        )
    raise none_left(skipped)


def look(plan: RecordPlan, tell: Tell = lambda message: None) -> Looked:
    """Tell what files hold, and which model they may be of.

    Parameters
    ----------
    plan : RecordPlan
        Of which the checkpoints and how they are read matter alone.
    tell : callable, optional
        Given a `FileProgress` before each file.

    Raises
    ------
    UserError
        If none can be read.
    """
    try:
        files = look_at_checkpoints(plan, tell)
    except UnknownEpochsError as error:
        unknown = tuple(Skipped(str(path), tr("says no epoch")) for path in error.paths)
        return Looked((), (), unknown, said=str(error))
    path = files.found[0][1]
    first = read_weights(path, plan)
    guess = suggest(path, first)
    # A network under a prefix is named where a copy of it lies beside it.
    inner = (place for place in first.places if place.startswith(f"{first.place}."))
    return Looked(
        **vars(files),
        model=guess.model,
        like=family_of(first.tensors),
        tried=guess.tried,
        classes=guess.classes,
        places=first.places,
        place=next(inner, first.place),
    )


def answer(question: str, plan: RecordPlan, tell: Tell = lambda message: None) -> Answer:
    """Look at files ('look') or inspect a plan, for a background worker.

    Raises
    ------
    UserError
        As of `look` and `inspect_plan`, and if the memory does not suffice.
    """
    try:
        return look(plan, tell) if question == "look" else inspect_plan(plan, tell)
    except Exception as error:
        if is_out_of_memory(error):
            raise UserError(NO_MEMORY) from error
        raise


class Telling:
    """Tells how far the files are read, a few times a second.

    Parameters
    ----------
    control : Control
        Asked before each file whether somebody still waits for the answer.
    say : callable
    """

    def __init__(self, control: Control, say: Callable[[FileProgress], None]) -> None:
        self._control, self._say = control, say
        self._told = time.monotonic()

    def __call__(self, message: FileProgress | Skipped) -> None:
        """Pass progress on.

        Raises
        ------
        CancelledError
            If nobody waits.
        """
        self._control.check()
        now = time.monotonic()
        if isinstance(message, FileProgress) and now - self._told > TOLD_SECONDS:
            self._told = now
            self._say(message)


def layer_tree(made: SetUp) -> tuple[LayerNode, ...]:
    """Return the modules of a network as a tree."""
    return _children("", made.anatomy, made)


def _children(path: str, anatomy: Anatomy, made: SetUp) -> tuple[LayerNode, ...]:
    parts = {part.name: part for part in anatomy.parts}
    sides = {point.module: point.side for point in made.taps.points}
    head = made.taps.head
    nodes = []
    for label, module in made.model.network.get_submodule(path).named_children():
        name = f"{path}.{label}" if path else label
        part = parts.get(name)
        shape = part.shape if part is not None else ()
        nodes.append(
            LayerNode(
                name=name,
                label=label,
                kind=type(module).__name__,
                shape=shape,
                width=_width(shape, made),
                chosen=sides.get(name, INPUT) != INPUT,
                note=_note(name == head.name if head is not None else False, sides.get(name)),
                children=_children(name, anatomy, made),
            )
        )
    return tuple(nodes)


def _note(is_classifier: bool, side: str | None) -> str:
    if is_classifier:
        return "classifier"
    return tr("its input") if side == INPUT else ""


def _width(shape: tuple[int, ...], made: SetUp) -> int:
    if not shape:
        return 0
    with torch.device("meta"):
        return int(made.taps.pooling(torch.empty(1, *shape)).shape[1])
