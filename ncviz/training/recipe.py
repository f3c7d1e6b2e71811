"""The recipe: everything that decides what a training run will be."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.networks.classifiers.last_layer import LastLayer, last_layers
from ncviz.networks.network import Architecture, networks
from ncviz.networks.whole_network import WholeNetwork
from ncviz.parameters import (
    check,
    declared,
    one_or,
    parameter,
    part,
    settle,
    to_plain,
    to_toml,
    values_of,
)
from ncviz.training.chosen_classes import check_classes, classes_taken, read_classes
from ncviz.training.class_sizes import check_groups, check_ratio
from ncviz.training.data_options import DataOptions, read_merged
from ncviz.training.losses.loss import LossFunction, losses
from ncviz.training.optimizers.optimizer import optimizers
from ncviz.training.recorded_epochs import recorded_epochs
from ncviz.training.regimen import Regimen
from ncviz.training.schedules.schedule import schedules
from ncviz.user_folders import expanded

if TYPE_CHECKING:
    from ncviz.data.dataset import DatasetEntry


def _data_sets() -> "Mapping[str, DatasetEntry]":
    from ncviz.data.catalogue import data_sets  # the command line need not wait for NumPy

    return data_sets()


def _needs_folder(recipe: "Recipe") -> bool:
    entry = _data_sets().get(recipe.dataset)
    return entry is not None and entry.needs_folder


def _check_optimizer(name: str, recipe: "Recipe") -> None:
    if optimizers()[name].asks_again and values_of(recipe.architecture).get("dropout"):
        raise UserError(
            tr(
                "The recipe's optimizer is {name}, which compares losses of the same batch, and "
                "its dropout changes them: choose dropout 0, or another optimiser.",
                name=name,
            )
        )


@dataclass(frozen=True)
class Recipe:
    """A complete description of one training; the same recipe gives the same run.

    The defaults are the published set-up of the law of equi-separation
    (He & Su, PNAS 2023): 8 layers, Fashion-MNIST, 100 images a class at 10×10; but
    measured in evaluation mode, where their code takes 'batches'.
    """

    dataset: str = parameter(
        "fashion-mnist-subset",
        tr("What the network learns to tell apart."),
        label=tr("Data set"),
        choices=lambda: {key: entry.title for key, entry in _data_sets().items()},
        others=True,  # of a newer ncviz, in a run
        domain=tr("a key of the table below"),
        meaning=tr("which labelled images"),
    )
    data_folder: str = parameter(
        "",
        empty=tr("usual places"),
        when=_needs_folder,
        read=lambda text: str(expanded(Path(text.strip()))),
        domain="a folder",
        meaning=tr("where a full data set lies; empty for the usual places"),
    )
    classes: tuple[int, ...] = parameter(
        (),
        tr("Numbers of the classes, such as 0, 1, 5; empty: all."),
        empty=tr("all"),
        read=read_classes,
        check_in=check_classes,
        said=lambda classes: tr("classes {value}", value=" ".join(map(str, classes))),
        domain=tr("class numbers from 0, each once, two at least"),
        meaning=tr("which classes take part, and in which order; empty for all"),
    )
    image_size: int = parameter(
        10,
        tr("Images are shrunk to so many pixels a side."),
        label=tr("Pixels a side"),
        low=2,
        high=256,
        check_in=lambda _, recipe: recipe.architecture.check(recipe.shape),
        said=one_or(tr("1 pixel a side"), tr("{} pixels a side")),
        meaning=tr("pixels a side after resizing (bilinear, antialiased)"),
    )
    images_per_class: int = parameter(
        100,
        tr("Training images of each class."),
        label=tr("Images a class"),
        low=2,
        high=100_000,
        said=one_or(tr("1 image a class"), tr("{} images a class")),
        meaning=tr("training images $n$ of each class, or of each majority class"),
    )
    imbalance_ratio: float = parameter(
        1.0,
        tr("Minority classes: R times fewer images."),
        label=tr("Imbalance R"),
        low=1.0,
        said=tr("imbalance {}"),
        fits=tr("1 (balanced) or more"),
        check_in=check_ratio,
        meaning=tr("$R$: minority classes have $n / R$ images, rounded"),
    )
    majority_classes: int = parameter(
        5,
        tr("How many classes keep all images if R > 1."),
        label=tr("Majority"),
        low=1,
        high=100_000,
        said=tr("{} majority"),
        check_in=check_groups,
        domain="1 to $K-1$",
        meaning=tr(
            "$K_A$, how many classes keep all $n$: the first ones; without effect at $R = 1$"
        ),
    )
    data: DataOptions = part(DataOptions)
    network: str = parameter(
        "perceptron",
        tr("What is trained."),
        choices=lambda: {name: each.architecture.title for name, each in networks().items()},
        later=True,
        meaning=tr("which network"),
    )
    architecture: Architecture = part(
        kinds=lambda: {name: each.architecture for name, each in networks().items()},
        chosen_by="network",
    )
    classifier: str = parameter(
        "linear",
        tr("What makes logits of the last features."),
        choices=lambda: {name: each.words for name, each in last_layers().items()},
        said=lambda name: last_layers()[name].said,
        later=True,
        domain=tr("see below"),
        meaning=tr("what makes logits of the last features"),
    )
    last_layer: LastLayer = part(
        kinds=lambda: {name: each.layer for name, each in last_layers().items()},
        chosen_by="classifier",
    )
    loss: str = parameter(
        "cross_entropy",
        tr("What the training makes small."),
        choices=lambda: {name: each.words for name, each in losses().items()},
        said=lambda name: losses()[name].said or losses()[name].words.lower(),
        domain=tr("see below"),
        meaning=tr("what is made small"),
    )
    loss_options: object = part(
        kinds=lambda: {name: each.options for name, each in losses().items()}, chosen_by="loss"
    )
    optimizer: str = parameter(
        "adam",
        tr("Momentum is SGD with momentum 0.9."),
        label=tr("Optimiser"),
        check_in=_check_optimizer,
        choices=lambda: {name: each.words for name, each in optimizers().items()},
        meaning=tr(
            "momentum is SGD with momentum 0.9, nesterov the same with Nesterov's momentum; "
            "adamw is Adam whose weight decay is decoupled from the gradient"
        ),
    )
    learning_rate: float = parameter(
        1e-3,
        tr("At the start of the training."),
        low=0.0,
        high=100.0,
        above=True,
        said=tr("rate {}"),
        fits=tr("a positive number up to 100"),
        meaning=tr(
            "at the start; the default suits Adam at 8 layers, and the form of the Train room "
            "brings the published rate of another optimiser or depth along"
        ),
    )
    schedule: str = parameter(
        "steps",
        tr("÷10 at a third and ÷100 at two thirds, or otherwise."),
        choices=lambda: {name: each.words for name, each in schedules().items()},
        said=lambda name: schedules()[name].said or tr("{name} schedule", name=name),
        meaning=tr(
            "steps divides the rate by 10 after a third of the epochs and by 100 after two "
            "thirds, milestones after the epochs of `drop_epochs`; cosine lowers it along half a "
            "cosine"
        ),
    )
    schedule_options: object = part(
        kinds=lambda: {name: each.options for name, each in schedules().items()},
        chosen_by="schedule",
    )
    weight_decay: float = parameter(
        5e-4,
        tr("L2 penalty on all parameters."),
        low=0.0,
        high=10.0,
        said=tr("weight decay {}"),
        meaning=tr(
            "L2 penalty on all parameters, biases and batch norm included, added to the "
            "gradient, but by `adamw`"
        ),
    )
    regimen: Regimen = part(Regimen)
    batch_size: int = parameter(
        128,
        tr("Images a step."),
        label=tr("Batch"),
        low=1,
        high=100_000,
        said=tr("batch {}"),
        check_in=lambda size, recipe: recipe.architecture.check_batch(size),
        meaning=tr(
            "images a step, 2 or more for batch norm; what remains makes a smaller last batch"
        ),
    )
    epochs: int = parameter(
        600,
        tr("Passes over the training images."),
        low=1,
        high=100_000,
        said=one_or(tr("1 epoch"), tr("{} epochs")),
        meaning=tr("passes over the training images"),
    )
    record: str = parameter(
        "default",
        tr("default, all, every 10, or a list such as 0, 1, 10."),
        check_in=lambda record, recipe: recorded_epochs(record, recipe.epochs),
        domain='`"default"`, `"all"`, `"every 10"`, `"0, 1, 10"`',
        meaning=tr("which epochs; 0 is before training, the last one is always recorded"),
    )
    probe_per_class: int = parameter(
        60,
        in_form=False,
        low=1,
        high=10_000,
        meaning=tr("training images of each class that are drawn as small spheres"),
    )
    measured: str = parameter(
        "evaluation",
        tr("What batch norm uses while D and NC1–NC4 are measured; the training stays the same."),
        label=tr("Measured with"),
        choices={
            "evaluation": tr("Running statistics"),
            "training": tr("Each split's own"),
            "batches": tr("Batches of 100, as published"),
        },
        said=lambda way: tr("measured in {way}", way=way) + ("" if way == "batches" else " mode"),
        meaning=tr(
            "what batch norm uses while measuring: its running statistics, those of the whole "
            "split that is measured, or those of each batch of 100 images, see "
            "[below](#three-ways-of-measuring)"
        ),
    )
    seed: int = parameter(
        0,
        tr("The same seed gives the same run, bit for bit."),
        low=0,
        high=2**31 - 1,
        said=tr("seed {}"),
        meaning=tr("of the weights, the choice of images and their order; of repeats the first"),
    )

    def __post_init__(self) -> None:
        settle(self)

    def check(self) -> None:
        """Refuse impossible values.

        Raises
        ------
        UserError
            Naming the first value that cannot be, and what it may be.
        """
        check(self, "recipe")
        self.whole_network.check(self.shape, self.class_count)

    def recorded_epochs(self) -> tuple[int, ...]:
        """Return the epochs to record, ascending, from 0 (before training) to the last.

        Raises
        ------
        UserError
            If `record` cannot be understood.
        """
        return recorded_epochs(self.record, self.epochs)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape (C, H, W) of a sample."""
        entry = _data_sets().get(self.dataset)
        channels = entry.image_shape[2] if entry is not None and len(entry.image_shape) == 3 else 1
        return channels, self.image_size, self.image_size

    @property
    def class_count(self) -> int:
        """K, after classes are merged; of an unknown data set 2."""
        count = classes_taken(self)
        if not self.data.merged:
            return count
        from ncviz.data.labels import merged_classes  # which imports NumPy

        numbers = self.classes or tuple(range(count))
        return len(merged_classes([""] * count, numbers, read_merged(self.data.merged))[1])

    @property
    def whole_network(self) -> WholeNetwork:
        """What is trained: the network with its last layer."""
        return WholeNetwork(self.architecture, self.last_layer)

    def learning_rate_at(self, epoch: int) -> float:
        """Return the learning rate of one pass over the data.

        Parameters
        ----------
        epoch : int
            1 is the first pass; 0, before training, counts as the first.
        """
        done = max(epoch - 1, 0)
        options = values_of(self.schedule_options)
        return schedules()[self.schedule].rate(self.learning_rate, done, self.epochs, **options)

    def learning_rate_drops(self) -> tuple[int, ...]:
        """Return the epochs at which the learning rate falls by a factor of ten."""
        return schedules()[self.schedule].drops(self.epochs, **values_of(self.schedule_options))

    @property
    def loss_function(self) -> LossFunction:
        """What is made small, with its options."""
        return partial(losses()[self.loss].function, **values_of(self.loss_options))

    @property
    def published_rate(self) -> float:
        """The learning rate published for network and optimiser, or usual for the optimiser."""
        published = self.architecture.rate(self.optimizer)
        return optimizers()[self.optimizer].rate if published is None else published

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON and TOML can hold; of later parameters, the unusual."""
        known, values = declared(self), values_of(self)
        return {
            name: plain
            for name, plain in to_plain(self).items()
            if not known[name].parameter.later or values[name] != known[name].default
        }

    def to_toml(self) -> str:
        """Return the recipe as TOML text, one line a parameter."""
        return to_toml(self)


MEASURED = tuple(declared(Recipe)["measured"].choices)
