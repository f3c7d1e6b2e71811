"""How a training begins: with which weights, and after which training on other data."""

from dataclasses import dataclass
from typing import Any

from ncviz.errors import UserError
from ncviz.parameters import changed, declared, parameter

DEFAULT, ORTHOGONAL = "default", "orthogonal"
_OF_DATA = (  # of the data that follow, not of those that come before
    "class_sizes",
    "frozen_norm",
    "imbalance_ratio",
    "merged",
    "label_noise",
    "labels",
    "images",
    "measured_on",
    "oversampling",
    "phases",
    "pretrained_on",
    "seeds",
)


def _check_before(text: str, recipe: Any) -> None:
    if not text:
        return
    before = pretraining_recipe(recipe)
    before.check()
    if before.shape != recipe.shape:
        raise UserError(
            f"The recipe's pretrained_on is {text!r}, whose images have {before.shape[0]} "
            f"channels, and those of its dataset {recipe.dataset} have {recipe.shape[0]}: choose "
            "data with as many."
        )


def pretraining_recipe(recipe: Any) -> Any:
    """Return the recipe of the training that comes before that of a recipe.

    Raises
    ------
    UserError
        If it is of no classes or data set alone.
    """
    from ncviz.training.further_splits import read_further  # as data sets: it brings NumPy in

    of, text = recipe.regimen, recipe.regimen.pretrained_on
    found = read_further(text)
    if len(found) != 1 or not (found[0].classes or found[0].dataset):
        raise UserError(
            f"The recipe's pretrained_on is {text!r}: write classes with two numbers at least, "
            "such as classes 0 1 2, or a data set."
        )
    if recipe.data.two_label_images:
        raise UserError(
            "The recipe has two_label_images and pretrained_on, which is for images with one "
            "label: choose one of them."
        )
    (source,) = found
    usual = {name: declared(recipe)[name].default for name in _OF_DATA}
    return changed(
        recipe,
        {
            **usual,
            "dataset": source.dataset or recipe.dataset,
            "classes": source.classes,
            "images_per_class": of.pretraining_images,
            "epochs": of.pretraining_epochs,
            "record": "0",
        },
    )


def _comes_before(recipe: Any) -> bool:
    return bool(recipe.regimen.pretrained_on)


@dataclass(frozen=True)
class Beginning:
    """Where a training starts; by default with PyTorch's weights."""

    initial: str = parameter(
        DEFAULT,
        "How the weights start.",
        label="Weights start",
        choices={DEFAULT: "As PyTorch's", ORTHOGONAL: "Orthogonal"},
        later=True,
        said=lambda name: "orthogonal start" if name == ORTHOGONAL else "",
        meaning="orthogonal: each matrix of weights starts with orthonormal rows or columns, "
        "whichever are fewer, times `initial_scale`",
    )
    initial_scale: float = parameter(
        1.0,
        "What orthogonal weights are multiplied by.",
        label="Scale",
        low=0.0,
        high=100.0,
        above=True,
        later=True,
        when=lambda recipe: recipe.regimen.initial == ORTHOGONAL,
        said="start times {}",
        meaning="what orthogonal weights are multiplied by at the start",
    )
    pretrained_on: str = parameter(
        "",
        "What the network is trained on before: classes 0 1 2, or another data set.",
        empty="nothing",
        later=True,
        check_in=_check_before,
        said="trained before on {}",
        domain='`"classes 0 1 2"`, a data set',
        meaning="what the network is trained on before, see [below](#training-before)",
    )
    pretraining_epochs: int = parameter(
        100,
        "Passes over the data that it is trained on before.",
        label="Epochs before",
        low=1,
        high=100_000,
        later=True,
        when=_comes_before,
        said="{} epochs before",
        meaning="passes over the data of `pretrained_on`",
    )
    pretraining_images: int = parameter(
        100,
        "Images of each class that it is trained on before.",
        label="Images before",
        low=2,
        high=100_000,
        later=True,
        when=_comes_before,
        said="{} images a class before",
        meaning="images of each class of `pretrained_on`",
    )
