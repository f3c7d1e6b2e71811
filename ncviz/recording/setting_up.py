"""From a plan to a network that can be measured: files, data, model, layers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from ncviz.anatomy.anatomy import Anatomy
from ncviz.anatomy.doubles import has_doubles
from ncviz.anatomy.inputs import like_weights
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.measuring.measurer import Measurer
from ncviz.measuring.peers import ALONE, Peers
from ncviz.measuring.taps import Taps, choose_taps
from ncviz.recording.checkpoint_parts import as_named, one_of_each
from ncviz.recording.checkpoint_paths import find_checkpoints
from ncviz.recording.choosing import CheckpointError, Chosen, choose_weights, load_same
from ncviz.recording.data_of_plan import own_samples
from ncviz.recording.epochs import Told, given_epochs, in_order, told_beside, told_by_entry
from ncviz.recording.labelled_data import Source
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import BesideCheckpointError, read_weights
from ncviz.recording.recorded_network import RecordedNetwork
from ncviz.recording.recording_messages import READING, FileProgress, Ordered, Skipped
from ncviz.recording.samples import Samples
from ncviz.recording.split_samples import mark_of
from ncviz.recording.weights import Weights
from ncviz.training.device import AUTO, CPU, device_name

Tell = Callable[[FileProgress | Skipped], None]


def look_at_checkpoints(plan: RecordPlan, tell: Tell = lambda message: None) -> Ordered:
    """Read every checkpoint's epoch, and put them in order.

    Parameters
    ----------
    plan : RecordPlan
    tell : callable, optional
        Given a `FileProgress` before each file and a `Skipped` for each bad one.

    Raises
    ------
    UserError
        If none can be read, or their order cannot be told.
    """
    # A loader of the user's is given what she names, be it a folder or a file of any kind.
    paths = (
        as_named(plan.checkpoints) if plan.load else one_of_each(find_checkpoints(plan.checkpoints))
    )
    given = given_epochs(paths, plan.epochs)
    read: dict[Path, Told] = {}
    skipped: list[Skipped] = []
    beside: list[Skipped] = []
    for number, path in enumerate(paths):
        tell(FileProgress(number, len(paths), path.name, float("nan"), READING))
        try:
            weights = read_weights(path, plan)
        except BesideCheckpointError as error:
            beside.append(Skipped(str(path), str(error), is_beside=True))
        except CheckpointError as error:
            skipped.append(Skipped(str(path), str(error)))
            tell(skipped[-1])
        else:
            own = (Told.of(weights.epoch, weights.step), told_by_entry(weights.place))
            read[path] = next((said for said in own if said != Told()), None) or told_beside(path)
    if not read:
        raise none_left([*skipped, *beside])
    if beside:
        skipped.append(_left_aside(beside))
        tell(skipped[-1])
    order = in_order(read, plan.epoch_pattern, given)
    for left_out in order.skipped:
        tell(left_out)
    return replace(order, skipped=(*skipped, *order.skipped))


def _left_aside(files: list[Skipped]) -> Skipped:
    """Say once that files are none of the checkpoints that they lie beside."""
    if len(files) == 1:
        return files[0]
    names = list(dict.fromkeys(Path(file.path).name for file in files))
    some = ", ".join(names[:3]) + (
        tr(" and {count} more", count=len(names) - 3) if len(names) > 3 else ""
    )
    return Skipped(
        files[0].path,
        tr(
            "{count} files such as {some} hold the state of a training and no weights: they are "
            "left aside.",
            count=len(files),
            some=some,
        ),
        is_beside=True,
    )


def none_left(skipped: list[Skipped] | tuple[Skipped, ...]) -> UserError:
    """Return what to say when no checkpoint could be recorded."""
    skipped = [each for each in skipped if not each.is_beside] or skipped
    first = skipped[0].sentence
    if len(skipped) == 1:
        return UserError(first)
    return UserError(
        tr(
            "None of the {count} checkpoints can be recorded; the first: {first}",
            count=len(skipped),
            first=first,
        )
    )


@dataclass(frozen=True, eq=False)
class SetUp:
    """A network with the samples and layers that a plan asks for."""

    model: RecordedNetwork
    samples: Samples
    anatomy: Anatomy
    taps: Taps
    device: str
    chosen: Chosen
    mark: str  # of the samples; in other processes than the first one of no use

    def load(self, weights: Weights, where: str) -> None:
        """Put a checkpoint's weights into the network.

        Raises
        ------
        CheckpointError
            If they do not fit.
        """
        load_same(self.model, weights, self.chosen, where)

    def measurer(
        self, plan: RecordPlan, between: Callable[[], None], peers: Peers = ALONE
    ) -> Measurer:
        """Return what takes snapshots of the network."""
        return Measurer(
            self.model.network,
            self.taps,
            self.samples.measured,
            batch=plan.batch,
            memory=plan.memory * 2**20,
            between=between,
            peers=peers,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was chosen and adapted, and what was taken out of a file of data."""
        return (
            *self.chosen.notes,
            *self.model.notes,
            *self.samples.notes,
            *self.samples.data_notes,
            *self.taps.notes,
        )


def _require_precision(model: RecordedNetwork, device: str) -> None:
    """Refuse a network in double precision on a device that may have none."""
    tensors = (*model.network.parameters(), *model.network.buffers())
    is_double = any(tensor.dtype == torch.float64 for tensor in tensors)
    if is_double and not has_doubles(torch.device(device).type):
        raise UserError(
            tr(
                "The network {title} is in double precision, which {device} may not have: "
                "choose the device cpu.",
                title=model.title,
                device=device,
            )
        )


def set_up(
    plan: RecordPlan, source: Source | None, weights: Weights, where: str, peers: Peers = ALONE
) -> SetUp:
    """Build the network that fits weights, and choose its layers.

    Parameters
    ----------
    plan : RecordPlan
    source : Source or None
        From `load_data`.
    weights : Weights
        Of a checkpoint, which are put into the network.
    where : str
        Names the checkpoint in error messages.
    peers : Peers, optional
        Who measures a share of the samples, each with a network of its own.

    Raises
    ------
    CheckpointError
        If the weights do not fit.
    UserError
        If a layer does not exist, or the network does not take the data.
    """
    classes = 0 if source is None else len(source.class_names)
    model, chosen = choose_weights(plan, weights, classes, where)
    if source is None:
        if model.recipe is None:
            raise UserError(
                tr("Only a model of ncviz's own brings its data: name others with --data.")
            )
        samples = own_samples(plan, model.recipe, model.channels, peers)
    else:
        samples = Samples(plan, source, model.channels, model.image_size, peers=peers)
    device = CPU if plan.device == AUTO else device_name(plan.device)
    _require_precision(model, device)
    model.network.to(device)
    few = samples.measured.few
    assert few is not None  # all samples have them
    images = like_weights(few, model.network)
    found = len(samples.class_names)
    anatomy = Anatomy(model.network, images, found)
    if source is not None and anatomy.logits.shape[1] == found + len(source.empty) > found:
        # The network tells the classes apart, too, that have a folder and no image in it.
        full = source.with_empty_classes()
        samples = Samples(plan, full, model.channels, model.image_size, peers=peers)
        found = len(samples.class_names)
    if anatomy.logits.shape[1] != found:
        raise CheckpointError(
            tr(
                "{where} tells {shape:class|classes} apart and {title} has {found}: choose the "
                "data it was trained on.",
                where=where,
                shape=anatomy.logits.shape[1],
                title=samples.title,
                found=found,
            )
        )
    taps = choose_taps(
        anatomy,
        images,
        plan.layers,
        plan.pool,
        plan.tokens,
        plan.classifier,
        plan.classifier_weight,
    )
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    mark = mark_of(samples.parts, peers)
    return SetUp(model, samples, anatomy, taps, device, chosen, mark)
