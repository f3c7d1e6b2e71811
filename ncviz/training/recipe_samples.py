"""The samples of a recipe: which images, as tensors on the device that trains."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ncviz.data.catalogue import load
from ncviz.data.dataset import DataSet, Images
from ncviz.data.inputs import mean_and_std, to_inputs
from ncviz.data.subset import imbalanced_counts, select
from ncviz.runs.probe import Probe
from ncviz.training.recipe import Recipe


@dataclass(frozen=True, eq=False)
class RecipeSplit:
    """Training or test samples, grouped by class.

    Parameters
    ----------
    inputs : float32 tensor, shape (N, C, H, W)
        Standardised pixels.
    labels : int64 tensor, shape (N,)
        0…K−1.
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
    train, test : RecipeSplit
    probe : Probe
        Training samples to draw.
    probe_indices : int64 tensor, shape (P,)
        Where they are in `train`.
    """

    title: str
    class_names: tuple[str, ...]
    train_counts: tuple[int, ...]
    train: RecipeSplit
    test: RecipeSplit
    probe: Probe
    probe_indices: Tensor


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
    if len(cut) > 1 and len(cut[-1]) == 1:
        cut[-2:] = [torch.cat(cut[-2:])]
    return cut


def choose_images(recipe: Recipe) -> tuple[DataSet, tuple[int, ...]]:
    """Choose the images of a recipe, as they are, and say how many training images a class has.

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
    folder = Path(recipe.data_folder).expanduser() if recipe.data_folder else None
    data = load(recipe.dataset, folder)
    classes = recipe.classes or tuple(range(len(data.train.class_names)))
    counts = imbalanced_counts(
        len(classes), recipe.images_per_class, recipe.imbalance_ratio, recipe.majority_classes
    )
    train = select(data.train, classes, counts, recipe.seed)
    wanted = max(1, recipe.images_per_class // 2)
    held_out = [min(wanted, data.test.counts[label]) for label in classes]
    test = select(data.test, classes, held_out, recipe.seed)
    # The catalogue's titles may go on to say how many images there are.
    return DataSet(data.name, data.title.partition(",")[0], train, test), counts


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
    chosen, counts = choose_images(recipe)
    train = chosen.train
    probe_indices = _first_of_each_class(counts, recipe.probe_per_class)
    mean_std = mean_and_std(train, recipe.image_size)
    return RecipeSamples(
        title=chosen.title,
        class_names=train.class_names,
        train_counts=counts,
        train=_split(train, recipe.image_size, mean_std, device),
        test=_split(chosen.test, recipe.image_size, mean_std, device),
        probe=_probe(train, probe_indices, recipe.image_size),
        probe_indices=torch.from_numpy(probe_indices).to(device),
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


def _probe(train: Images, indices: np.ndarray, size: int) -> Probe:
    """Keep the probe samples' images as the network sees them, shrunk."""
    chosen = Images(train.pixels[indices], train.labels[indices], train.class_names)
    pixels = to_inputs(chosen, size).mul_(255).round_().to(torch.uint8)
    images = pixels.movedim(1, -1).numpy()
    if images.shape[-1] == 1:
        images = images[..., 0]
    return Probe(chosen.labels, np.ascontiguousarray(images))
