"""The trainer: a plain generator that turns a recipe into snapshots."""

import math
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.measuring.device_errors import enough_memory, memory_of
from ncviz.measuring.label_sets import are_right
from ncviz.parameters import declared, to_text, values_of
from ncviz.runs.manifest import Manifest, RecordedLayer, made_with
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Snapshot
from ncviz.training.beginning import ORTHOGONAL, pretraining_recipe
from ncviz.training.losses.loss import LossFunction
from ncviz.training.naming import training_title
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import RecipeSamples, batches, epoch_list, load_samples
from ncviz.training.room import computer_memory, require_memory
from ncviz.training.trained_phases import TrainedPhases
from ncviz.training.training_measurer import (
    MeasuredSnapshot,
    MeasurerOf,
    Taken,
    TrainingMeasurer,
    training_diverged,
)
from ncviz.training.training_state import TrainingState, take_state
from ncviz.wording import lower_first, shell_word


@dataclass(frozen=True, eq=False)
class Started:
    """The samples are loaded and the network is made; comes first, once.

    Parameters
    ----------
    manifest : Manifest
    probe : Probe
    state : callable
        Returns the state of the training, whenever it waits to go on after an event.
    """

    manifest: Manifest
    probe: Probe
    state: Callable[[], TrainingState]


@dataclass(frozen=True)
class Step:
    """One batch is done: a moment to pause or to stop."""


@dataclass(frozen=True)
class EpochDone:
    """One pass over the training samples is done.

    Parameters
    ----------
    epoch : int
        From 1.
    loss, accuracy : float
        Means over the samples as their batches passed, the weights moving meanwhile.
    """

    epoch: int
    loss: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Recorded:
    """An epoch that the recipe records was measured, or is being measured beside the training.

    Parameters
    ----------
    taken : Taken
        The snapshot, which may be yet to come.
    """

    taken: Taken

    @property
    def snapshot(self) -> Snapshot:
        """Return the snapshot of a training that is measured in line."""
        assert isinstance(self.taken, MeasuredSnapshot)
        return self.taken.snapshot


Event = Started | Step | EpochDone | Recorded

_STEP = Step()


def train(
    recipe: Recipe,
    *,
    device: str = "cpu",
    measurer: MeasurerOf = TrainingMeasurer,
    state: TrainingState | None = None,
) -> Generator[Event]:
    """Train a network, and measure it on the way.

    The same recipe gives the same events, bit for bit, on the same machine
    with the same number of torch's threads, whatever the network draws on its
    way. PyTorch's global random numbers are left as they were.

    Parameters
    ----------
    recipe : Recipe
    device : str, optional
        One that works, such as 'cpu' or 'cuda:0'.
    measurer : callable, optional
        Given network, samples and recipe, returns what takes the snapshots; another one may
        measure more than a recipe asks for.
    state : TrainingState, optional
        Where an earlier training by the same recipe was stopped. What follows is
        what would have followed then.

    Yields
    ------
    Started, Step, EpochDone or Recorded
        `Started` first; a `Step` after every batch of a training before; then
        `Recorded` of epoch 0; then for each epoch a
        `Step` after every batch, `EpochDone`, and `Recorded` if the recipe
        records the epoch.

    Raises
    ------
    UserError
        If the recipe is impossible, its data set cannot be loaded, the state
        does not fit the recipe, or the training diverges.
    """
    recipe.check()
    if torch.device(device).type == "cpu":
        require_memory(recipe, computer_memory(), tr("this computer"))
    else:
        require_memory(recipe, memory_of(device)[1], device)
    images = tr("{images_per_class:image|images} a class", images_per_class=recipe.images_per_class)
    with enough_memory(images, tr("take fewer images a class, or smaller ones"), device):
        samples = load_samples(recipe, device)
    network, generator = initial_network(recipe, samples, device)
    regimen = TrainedPhases(recipe, network)
    loss_function = recipe.loss_function
    measuring = measurer(network, samples, recipe)
    recorded = recipe.recorded_epochs()
    inputs, labels = samples.learnt
    listed = epoch_list(samples.learnt_counts, recipe.data.oversampling)

    epoch, done, shuffling = 1, 0, generator.get_state()
    optimizer = regimen.begin(epoch if state is None else state.epoch)
    if state is not None:
        epoch, done, shuffling = _resume(state, network, optimizer, generator)

    def current() -> TrainingState:
        return take_state(epoch, done, network, optimizer, shuffling)

    yield Started(_manifest(recipe, samples, measuring.layers, device), samples.probe, current)
    if recipe.regimen.pretrained_on and state is None:
        yield from _pretrain(network, recipe, device)
    if state is None and 0 in recorded:
        yield Recorded(measuring.take(0))

    while epoch <= recipe.epochs:
        if regimen.begins_at(epoch) and not done:
            optimizer = regimen.begin(epoch)
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate_at(epoch)
        order = listed[torch.randperm(len(listed), generator=generator)].to(device)
        steps = batches(order, recipe.batch_size)
        seeds = np.random.default_rng((recipe.seed, epoch)).integers(2**32, size=len(steps))
        outputs, passed = [], []
        for batch, seed in zip(steps[done:], seeds[done:].tolist(), strict=True):
            what = tr(
                "a batch of {count:,} images through {long}",
                count=len(batch),
                long=recipe.architecture.long,
            )
            remedy = tr("take a smaller batch or a smaller network")
            with (
                enough_memory(
                    tr("{what}, at epoch {epoch}", what=what, epoch=epoch), remedy, device
                ),
                _drawing(seed, device),
            ):
                logits = regimen.step(optimizer, inputs[batch], labels[batch])
            outputs.append(logits.detach())
            passed.append(batch)
            done += 1
            yield _STEP

        if outputs:  # none where the state was taken after the epoch's last batch
            yield _epoch_done(epoch, loss_function, outputs, labels[torch.cat(passed)])
        taken = measuring.take(epoch) if epoch in recorded else None
        # Before the event: who hears that the epoch is recorded goes on behind it.
        epoch, done, shuffling = epoch + 1, 0, generator.get_state()
        if taken is not None:
            yield Recorded(taken)


def _pretrain(network: nn.Module, recipe: Recipe, device: str) -> Iterator[Step]:
    """Give all of a network but its classifier the weights of a training on other data."""
    before, weights = train(pretraining_recipe(recipe), device=device), network.state_dict()
    try:
        started = next(before)
    except UserError as error:
        what = tr(
            "The training before, on {pretrained_on}, cannot be done",
            pretrained_on=recipe.regimen.pretrained_on,
        )
        raise UserError(f"{what}: {lower_first(str(error))}") from error
    assert isinstance(started, Started)  # the first event
    yield from (event for event in before if isinstance(event, Step))
    *_, classifier = recipe.architecture.layers()
    for name, weight in started.state().weights.items():
        if not name.startswith(f"{classifier}."):
            weights[name].copy_(weight)


@contextmanager
def _drawing(seed: int, device: str) -> Iterator[None]:
    """Let what a network draws, as dropout does, follow from a seed."""
    kind = torch.device(device).type
    with torch.random.fork_rng([] if kind == "cpu" else [device], device_type=kind):
        # Not `torch.manual_seed`: for each GPU that is not in use it notes where it was called.
        torch.default_generator.manual_seed(seed)
        if kind != "cpu":
            module = torch.get_device_module(device)
            (getattr(module, "manual_seed_all", None) or module.manual_seed)(seed)
        yield


def _epoch_done(
    epoch: int,
    loss_function: LossFunction,
    outputs: list[Tensor],
    labels: Tensor,
) -> EpochDone:
    seen = torch.cat(outputs)
    mean_loss = float(loss_function(seen, labels))
    if not math.isfinite(mean_loss):
        raise training_diverged(epoch)
    accuracy = float(are_right(seen, labels).sum()) / len(labels)
    return EpochDone(epoch, mean_loss, accuracy)


def _resume(
    state: TrainingState,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
) -> tuple[int, int, Tensor]:
    try:
        state.put_into(network, optimizer, generator)
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            tr("The training cannot be resumed: its state is not that of a network of this recipe.")
        ) from error
    return state.epoch, state.batches, generator.get_state()


def initial_network(
    recipe: Recipe, samples: RecipeSamples, device: str
) -> tuple[nn.Module, torch.Generator]:
    """Return the network before training, and the random numbers that will shuffle."""
    generator = torch.Generator()
    # The weights are drawn on the CPU, so that every device starts from the same.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        shape = tuple(samples.train.inputs.shape[1:])
        network = recipe.whole_network.build(shape, len(samples.class_names))
        if recipe.regimen.initial == ORTHOGONAL:
            for weight in network.parameters():
                if weight.ndim > 1:
                    nn.init.orthogonal_(weight, gain=recipe.regimen.initial_scale)
        generator.set_state(torch.get_rng_state())
    return network.to(device), generator


def _manifest(
    recipe: Recipe, samples: RecipeSamples, layers: tuple[RecordedLayer, ...], device: str
) -> Manifest:
    return Manifest(
        title=training_title(recipe, samples.title),
        class_names=samples.class_names,
        layers=layers,
        train_counts=samples.train_counts,
        epochs=recipe.epochs,
        recorded=recipe.recorded_epochs(),
        learning_rate_drops=recipe.learning_rate_drops(),
        recipe=recipe.to_dict(),
        command=_command(recipe),
        splits=samples.further,
        software=made_with(torch=torch.__version__, device=_device_title(device)),
    )


def _command(recipe: Recipe) -> str:
    """Return the command line that trains the same again: all that is not a default."""
    values = values_of(recipe)
    changes = [
        f"--set {shell_word(f'{name}={to_text(values[name])}')}"
        for name, item in declared(recipe).items()
        if values[name] != item.default or name == "seed"
    ]
    return " ".join(["ncviz train --out run", *changes])


def _device_title(device: str) -> str:
    kind = torch.device(device).type
    if kind == "cpu":
        return tr("CPU, torch threads: {get_num_threads}", get_num_threads=torch.get_num_threads())
    name = getattr(
        torch.get_device_module(device), "get_device_name", lambda _device: tr("Apple GPU")
    )
    return f"{name(device)} ({device})"
