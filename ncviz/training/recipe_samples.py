"""The samples of a recipe: which images, as tensors on the device that trains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ncviz.data.catalogue import load
from ncviz.data.dataset import DataSet, Images
from ncviz.data.inputs import as_many_channels, mean_and_std, to_inputs
from ncviz.data.label_sets import pairs_of
from ncviz.data.labels import merged_classes, noisy_labels, random_labels, random_pixels
from ncviz.data.subset import select
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.measuring.label_sets import label_rows
from ncviz.runs.probe import Column, Probe, drawn_beside
from ncviz.runs.splits import TWO_LABELS, Split
from ncviz.training.class_sizes import sizes_of_classes
from ncviz.training.data_options import read_merged
from ncviz.training.further_splits import Further, read_further
from ncviz.training.recipe import Recipe
from ncviz.training.two_label_splits import two_label_splits


@dataclass(frozen=True, eq=False)
class RecipeSplit:
    """Samples that are trained or measured on, grouped by class.

    Parameters
    ----------
    inputs : float32 tensor, shape (N, C, H, W)
        Standardised pixels.
    labels : int64 tensor, shape (N,)
        0…K−1; of samples with two labels which pair, from 0.
    """

    inputs: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class RecipeSamples:
    """All samples of a recipe.

    Parameters
    ----------
    title : str
        Of the data set, for people.
    class_names : tuple of str
        K of them.
    train_counts : tuple of int
        Training samples of each class.
    measured : mapping of str to RecipeSplit
        'train', 'test' and the further splits by name.
    further : tuple of Split
        What these are.
    probe : Probe
        Training samples to draw.
    probe_indices : int64 tensor, shape (P,)
        Where they are in `train`.
    set_indices : int64 tensor
        Samples with two labels that are drawn, too: where they are among these.
    """

    title: str
    class_names: tuple[str, ...]
    train_counts: tuple[int, ...]
    measured: Mapping[str, RecipeSplit]
    further: tuple[Split, ...]
    probe: Probe
    probe_indices: Tensor
    set_indices: Tensor = field(default_factory=lambda: torch.zeros(0, dtype=torch.int64))

    @property
    def train(self) -> RecipeSplit:
        """Return the training samples."""
        return self.measured["train"]

    @property
    def test(self) -> RecipeSplit:
        """Return the held-out samples."""
        return self.measured["test"]

    @property
    def learnt_counts(self) -> tuple[int, ...]:
        """Return how many samples of each class are trained on, and of each pair of labels."""
        if (pairs := self.measured.get(TWO_LABELS["train"])) is None:
            return self.train_counts
        return (*self.train_counts, *torch.bincount(pairs.labels.cpu()).tolist())

    @cached_property
    def learnt(self) -> tuple[Tensor, Tensor]:
        """Return what is trained on, in the order of `learnt_counts`: inputs and labels.

        Where some samples have two labels, the labels are rows of shape (N, K), 1 for each.
        """
        own, pairs = self.train, self.measured.get(TWO_LABELS["train"])
        if pairs is None:
            return own.inputs, own.labels
        classes = len(self.class_names)
        sets = (*((k,) for k in range(classes)), *pairs_of(classes))
        rows = label_rows(sets, classes).to(own.labels.device)
        which = torch.cat([own.labels, classes + pairs.labels])
        return torch.cat([own.inputs, pairs.inputs]), rows[which]


def drawing_order(labels: Tensor, seed: int) -> Tensor:
    """Return the order in which samples come if images are drawn until each class has its own.

    Every draw gives each class the same chance, and what a full class would get is
    passed over: so classes are mixed, and the last samples are of those that filled last.

    Parameters
    ----------
    labels : int64 tensor, shape (N,)
        Grouped by class or not; the samples of a class keep their order.
    seed : int
        At least 0.

    Returns
    -------
    int64 tensor, shape (N,)
        Indices into the samples, on the device of the labels.

    Notes
    -----
    He & Su's code draws its training images so. Independent exponential waits make
    each class the next one equally likely, whichever came before.
    """
    rng = np.random.default_rng((seed, len(labels)))
    classes = labels.cpu().numpy()
    arrivals = rng.exponential(size=len(classes))
    for label in np.unique(classes):
        arrivals[classes == label] = np.cumsum(arrivals[classes == label])
    return torch.from_numpy(np.argsort(arrivals, kind="stable")).to(labels.device)


def epoch_list(counts: tuple[int, ...], oversampling: int) -> Tensor:
    """Return which samples an epoch holds: those of smaller classes several times.

    Parameters
    ----------
    counts : tuple of int
        Samples of each class, which stand grouped by class.
    oversampling : int
        How often each sample of a class comes that is smaller than the largest.

    Notes
    -----
    Fang, He, Long, Su, PNAS 2021, oversampling by w_r.
    """
    largest, sizes = max(counts), torch.tensor(counts)
    times = torch.where(sizes < largest, oversampling, 1).repeat_interleave(sizes)
    return torch.arange(len(times)).repeat_interleave(times)


def batches(order: Tensor, size: int) -> list[Tensor]:
    """Cut the order of the samples into batches.

    Parameters
    ----------
    order : int64 tensor, shape (N,)
    size : int
        Samples a batch. What remains makes a smaller last batch; a single
        remaining sample joins the batch before it, since batch norm has no
        variance for one sample and every sample is to be seen.
    """
    cut = list(torch.split(order, size))
    if size > 1 and len(cut) > 1 and len(cut[-1]) == 1:
        cut[-2:] = [torch.cat(cut[-2:])]
    return cut


@dataclass(frozen=True, eq=False)
class ChosenImages:
    """The images of a recipe, as they are.

    Parameters
    ----------
    data : DataSet
        Training and test images, each grouped by class.
    further : tuple of (Split, Images)
        What else is measured.
    columns, test_columns : tuple of Column
        What else is known of each training image, and of each held-out one.
    """

    data: DataSet
    further: tuple[tuple[Split, Images], ...]
    columns: tuple[Column, ...]
    test_columns: tuple[Column, ...] = ()


def choose_images(recipe: Recipe) -> ChosenImages:
    """Choose the images of a recipe, and change them and their labels as it says.

    Training images are drawn by class size and seed; so are test images, of
    each class half as many as a majority class has, or all where there are
    fewer: enough for the law on held-out data, at half the cost of measuring.

    Parameters
    ----------
    recipe : Recipe

    Raises
    ------
    UserError
        If the data set cannot be loaded, or has not the classes and images
        asked for.
    """
    options = recipe.data
    folder = Path(recipe.data_folder).expanduser() if recipe.data_folder else None
    data = load(recipe.dataset, folder)
    classes = recipe.classes or tuple(range(len(data.train.class_names)))
    sizes = sizes_of_classes(recipe, len(classes))
    asked = "class_sizes" if options.class_sizes else "images_per_class"
    for label, wanted in zip(classes, sizes, strict=True):
        held = data.train.counts[label] if 0 <= label < len(data.train.class_names) else wanted
        if wanted > held:
            raise UserError(
                tr(
                    "The recipe's {asked} ask for {wanted:,} of the class {label} "
                    "({class_names}), of which the data set has {held:,}: ask for "
                    "fewer.",
                    asked=asked,
                    wanted=wanted,
                    label=label,
                    class_names=data.train.class_names[label],
                    held=held,
                )
            )
    train = select(data.train, classes, sizes, recipe.seed)
    wanted = max(1, recipe.images_per_class // 2)
    held_out = [min(wanted, data.test.counts[label]) for label in classes]
    test = select(data.test, classes, held_out, recipe.seed)
    columns: dict[str, Column] = {}
    test_columns: list[Column] = []
    if options.merged:
        groups = read_merged(options.merged)
        merged, names = merged_classes(train.class_names, classes, groups)
        columns["fine"] = Column("fine class", train.labels, train.class_names)
        test_columns = [replace(columns["fine"], values=test.labels)]
        train, test = (
            replace(x, labels=merged[x.labels], class_names=names) for x in (train, test)
        )
    known = train.labels
    if options.label_noise:
        noisy = noisy_labels(known, len(train.class_names), options.label_noise, recipe.seed)
        train = replace(train, labels=noisy)
    if options.labels == "random":
        train = replace(train, labels=random_labels(train.labels, recipe.seed))
    if train.labels is not known:
        columns["true"] = Column("true class", known, train.class_names)
    if options.images == "random":
        train, test = random_pixels(train, recipe.seed), random_pixels(test, recipe.seed + 1)
    order = np.arange(len(train))
    if columns:
        # The first of each class are drawn: they must not all be what they were before.
        order = np.random.default_rng((recipe.seed, len(train), 4)).permutation(order)
        order = order[np.argsort(train.labels[order], kind="stable")]
        test_order = np.argsort(test.labels, kind="stable")
        test = _rows(test, test_order)
        test_columns = [replace(each, values=each.values[test_order]) for each in test_columns]
    further = two_label_splits(train, test, recipe) if options.two_label_images else []
    further += [
        _by_fine_class(test, test_columns, each)
        if each.fine
        else _further(recipe, data, test, each, folder)
        for each in read_further(options.measured_on)
    ]
    return ChosenImages(
        # The catalogue's titles may go on to say how many images there are.
        DataSet(data.name, data.title.partition(",")[0], _rows(train, order), test),
        tuple(further),
        tuple(replace(column, values=column.values[order]) for column in columns.values()),
        tuple(test_columns),
    )


def _rows(images: Images, rows: np.ndarray) -> Images:
    return replace(images, pixels=images.pixels[rows], labels=images.labels[rows])


def _by_fine_class(test: Images, columns: Sequence[Column], each: Further) -> tuple[Split, Images]:
    """Return the held-out images by what their merged classes were before."""
    (fine,) = columns
    names, order = fine.words, np.argsort(fine.values, kind="stable")
    images = _rows(replace(test, labels=fine.values, class_names=names), order)
    return Split(each.name, each.title, names, parts=True), images


def _further(
    recipe: Recipe, data: DataSet, test: Images, each: Further, folder: Path | None
) -> tuple[Split, Images]:
    """Return a further split and its images."""
    if each.shift is not None:
        return Split(each.name, each.title), each.shift.apply(test, each.amount, recipe.seed)
    source = data.test
    if each.dataset:
        source = load(each.dataset, folder if each.dataset == recipe.dataset else None).test
    images = select(source, each.classes, seed=recipe.seed)
    wanted = max(1, recipe.images_per_class // 2)
    counts = [min(wanted, count) for count in images.counts]
    images = select(images, (), counts, recipe.seed)
    return Split(each.name, each.title, images.class_names), as_many_channels(images, test)


def load_samples(recipe: Recipe, device: str = "cpu") -> RecipeSamples:
    """Choose, shrink and standardise the images of a recipe; see `choose_images`.

    Training and test images are standardised by the mean and deviation of the training pixels.

    Parameters
    ----------
    recipe : Recipe
    device : str, optional
        Where the tensors go.

    Raises
    ------
    UserError
        If the data set cannot be loaded, or has not the classes and images
        asked for.
    """
    chosen = choose_images(recipe)
    train = chosen.data.train
    probe_indices = _first_of_each_class(train.counts, recipe.probe_per_class)
    mean_std = mean_and_std(train, recipe.image_size)
    measured = {"train": train, "test": chosen.data.test}
    measured |= {split.name: images for split, images in chosen.further}
    probe = _probe(train, probe_indices, recipe.image_size, chosen.columns)
    set_indices, beside = probe_indices[:0], {n: x.labels for n, x in measured.items()}
    for split, images in chosen.further:
        if split.drawn:
            set_indices = _first_of_each_class(images.counts, recipe.probe_per_class)
            sets = _probe(images, set_indices, recipe.image_size, ())
            probe = probe.followed_by(sets, len(train.class_names))
            del beside[split.name]
    drawn = drawn_beside(beside, len(probe_indices))
    shifted = {each.name for each in read_further(recipe.data.measured_on) if each.shift}

    def held_out(split: str) -> tuple[Column, ...]:
        return chosen.test_columns if split == "test" or split in shifted else ()

    return RecipeSamples(
        title=chosen.data.title,
        class_names=train.class_names,
        train_counts=train.counts,
        measured={
            name: _split(images, recipe.image_size, mean_std, device)
            for name, images in measured.items()
        },
        further=tuple(split for split, _ in chosen.further),
        probe=replace(
            probe,
            others={
                split: _probe(measured[split], rows, recipe.image_size, held_out(split))
                for split, rows in drawn.items()
            },
        ),
        probe_indices=torch.from_numpy(probe_indices).to(device),
        set_indices=torch.from_numpy(set_indices).to(device),
    )


def _split(images: Images, size: int, mean_std: tuple[float, float], device: str) -> RecipeSplit:
    inputs = to_inputs(images, size, mean_std)
    return RecipeSplit(inputs.to(device), torch.from_numpy(images.labels).to(device))


def _first_of_each_class(counts: tuple[int, ...], wanted: int) -> np.ndarray:
    """Return indices into samples grouped by class; their order is random already."""
    starts = np.cumsum((0, *counts[:-1]))
    return np.concatenate(
        [
            np.arange(start, start + min(count, wanted))
            for start, count in zip(starts, counts, strict=True)
        ]
    )


def _probe(train: Images, indices: np.ndarray, size: int, columns: tuple[Column, ...]) -> Probe:
    """Keep the probe samples' images as the network sees them, shrunk."""
    chosen = Images(train.pixels[indices], train.labels[indices], train.class_names)
    pixels = to_inputs(chosen, size).mul_(255).round_().to(torch.uint8)
    images = pixels.movedim(1, -1).numpy()
    if images.shape[-1] == 1:
        images = images[..., 0]
    known = tuple(replace(column, values=column.values[indices]) for column in columns)
    return Probe(chosen.labels, np.ascontiguousarray(images), known)
