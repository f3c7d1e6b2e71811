"""How a training begins: with which weights, and after which training on other data."""

from dataclasses import dataclass
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import changed, declared, one_or, parameter

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
            tr(
                "The recipe's pretrained_on is {words!r}, whose images have {shape} "
                "channels, and those of its dataset {dataset} have {shape_2}: choose "
                "data with as many.",
                words=text,
                shape=before.shape[0],
                dataset=recipe.dataset,
                shape_2=recipe.shape[0],
            )
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
            tr(
                "The recipe's pretrained_on is {words!r}: write classes with two numbers at least, "
                "such as classes 0 1 2, or a data set.",
                words=text,
            )
        )
    if recipe.data.two_label_images:
        raise UserError(
            tr(
                "The recipe has two_label_images and pretrained_on, which is for images with one "
                "label: choose one of them."
            )
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
        tr("How the weights start."),
        label=tr("Weights start"),
        choices={DEFAULT: tr("As PyTorch's"), ORTHOGONAL: tr("Orthogonal")},
        later=True,
        said=lambda name: tr("orthogonal start") if name == ORTHOGONAL else "",
        meaning=tr(
            "orthogonal: each matrix of weights starts with orthonormal rows or columns, "
            "whichever are fewer, times `initial_scale`"
        ),
    )
    initial_scale: float = parameter(
        1.0,
        tr("What orthogonal weights are multiplied by."),
        label=tr("Scale"),
        low=0.0,
        high=100.0,
        above=True,
        later=True,
        when=lambda recipe: recipe.regimen.initial == ORTHOGONAL,
        said=tr("start times {}"),
        meaning=tr("what orthogonal weights are multiplied by at the start"),
    )
    pretrained_on: str = parameter(
        "",
        tr("What the network is trained on before: classes 0 1 2, or another data set."),
        empty=tr("nothing"),
        later=True,
        check_in=_check_before,
        said=tr("trained before on {}"),
        domain=tr('`"classes 0 1 2"`, a data set'),
        meaning=tr("what the network is trained on before, see [below](#training-before)"),
    )
    pretraining_epochs: int = parameter(
        100,
        tr("Passes over the data that it is trained on before."),
        label=tr("Epochs before"),
        low=1,
        high=100_000,
        later=True,
        when=_comes_before,
        said=one_or(tr("1 epoch before"), tr("{} epochs before")),
        meaning=tr("passes over the data of `pretrained_on`"),
    )
    pretraining_images: int = parameter(
        100,
        tr("Images of each class that it is trained on before."),
        label=tr("Images before"),
        low=2,
        high=100_000,
        later=True,
        when=_comes_before,
        said=one_or(tr("1 image a class before"), tr("{} images a class before")),
        meaning=tr("images of each class of `pretrained_on`"),
    )
