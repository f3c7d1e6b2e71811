"""What a recipe changes of its data: sizes of classes, labels, images, and what is measured."""

from dataclasses import dataclass
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import declared, one_or, parameter, values_of
from ncviz.training.chosen_classes import known_classes
from ncviz.training.class_sizes import check_sizes
from ncviz.training.losses.loss import losses


def read_sizes(text: str) -> tuple[int, ...]:
    """Return the sizes that somebody wrote, such as '100, 50, 10'.

    Raises
    ------
    UserError
        If the text cannot be understood.
    """
    try:
        return tuple(int(word) for word in text.replace(",", " ").split())
    except ValueError:
        raise UserError(
            tr(
                "The recipe's class_sizes are {words!r}: write a whole number for each class, "
                "such as 100, 50, 10.",
                words=text,
            )
        ) from None


def _check_sizes(sizes: tuple[int, ...]) -> None:
    if sizes and min(sizes) < 1:
        raise UserError(
            tr("The recipe's class_sizes name {sizes}: give each class an image.", sizes=min(sizes))
        )


def read_merged(text: str) -> tuple[tuple[int, ...], ...]:
    """Return which classes are one, of a text such as '0+2+6, 5+7+9'.

    Raises
    ------
    UserError
        If the text cannot be understood, or names a class twice.
    """
    groups = [group.strip() for group in text.split(",") if group.strip()]
    try:
        found = tuple(tuple(int(number) for number in group.split("+")) for group in groups)
        if any(number < 0 for group in found for number in group):
            raise ValueError(text)
    except ValueError:
        raise UserError(
            tr(
                "The recipe's merged is {words!r}: write the numbers of classes that are to be "
                "one, such as 0+2+6, 5+7+9.",
                words=text,
            )
        ) from None
    numbers = [number for group in found for number in group]
    for number in numbers:
        if numbers.count(number) > 1:
            raise UserError(
                tr(
                    "The recipe's merged is {words!r}: it names class {number} twice; a class can "
                    "be part of one only.",
                    words=text,
                    number=number,
                )
            )
    return found


def _check_further(text: str, recipe: Any) -> None:
    from ncviz.training.further_splits import read_further  # as data sets: it brings NumPy in

    if any(each.fine for each in read_further(text)) and not recipe.data.merged:
        raise UserError(
            tr(
                "The recipe's measured_on names fine classes, and no classes are merged: give "
                "merged, or leave them out."
            )
        )
    known = known_classes(recipe)
    taken = recipe.classes or range(len(known))
    for number in (number for each in read_further(text) for number in each.classes):
        if known and number >= len(known):
            raise UserError(
                tr(
                    "The recipe's measured_on names class {number}: its dataset {dataset} has "
                    "the classes 0 to {count}.",
                    number=number,
                    dataset=recipe.dataset,
                    count=len(known) - 1,
                )
            )
        if number in taken:
            raise UserError(
                tr(
                    "The recipe's measured_on names class {number}, which takes part in the "
                    "training: name others, or leave it out of classes.",
                    number=number,
                )
            )


MOST_PAIRED = 40  # classes, of which each pair is one more set of labels
_ONE_LABEL_ALONE = ("merged", "label_noise", "labels", "oversampling")  # changes of single labels


def _check_two_labels(images: int, recipe: Any) -> None:
    known_loss = losses().get(recipe.loss)
    if known_loss is None:  # which is told of the loss itself
        return
    takes_sets = known_loss.takes_sets
    if not images:
        if takes_sets:
            raise UserError(
                tr(
                    "The recipe's loss is {loss}, which is for images with several labels: give "
                    "two_label_images, or choose cross_entropy, which is the same for one label.",
                    loss=recipe.loss,
                )
            )
        return
    if not takes_sets:
        able = " or ".join(name for name, loss in losses().items() if loss.takes_sets)
        raise UserError(
            tr(
                "The recipe has two_label_images, and its loss {loss} takes one label an "
                "image: choose the loss {able}.",
                loss=recipe.loss,
                able=able,
            )
        )
    known, values = declared(recipe.data), values_of(recipe.data)
    for name in _ONE_LABEL_ALONE:
        if values[name] != known[name].default:
            raise UserError(
                tr(
                    "The recipe has two_label_images and {name}, which is for images with one "
                    "label: choose one of them.",
                    name=name,
                )
            )
    if recipe.classifier == "class_means":
        raise UserError(
            tr(
                "The recipe has two_label_images, and its classifier class_means follows single "
                "labels: choose another classifier."
            )
        )
    if not 3 <= recipe.class_count <= MOST_PAIRED:
        raise UserError(
            tr(
                "The recipe has two_label_images of {class_count} classes: choose 3 to "
                "{most_paired} classes.",
                class_count=recipe.class_count,
                most_paired=MOST_PAIRED,
            )
        )


def _differ(recipe: Any) -> bool:
    """Tell whether the classes of a recipe differ in size."""
    return recipe.imbalance_ratio > 1 or len(set(recipe.data.class_sizes)) > 1


def _check_oversampling(times: int, recipe: Any) -> None:
    if times > 1 and not _differ(recipe):
        raise UserError(
            tr(
                "The recipe's oversampling is {times}, and no class is smaller than another: "
                "choose 1, or make classes differ by imbalance_ratio or class_sizes.",
                times=times,
            )
        )


@dataclass(frozen=True)
class DataOptions:
    """Changes of the data; by default there are none."""

    class_sizes: tuple[int, ...] = parameter(
        (),
        tr("Training images of each class, such as 100, 50, 10; empty: as the fields above say."),
        label=tr("Class sizes"),
        later=True,
        empty=tr("equal, or by R"),
        read=read_sizes,
        check=_check_sizes,
        check_in=check_sizes,
        said=lambda sizes: tr("sizes {value}", value=" ".join(map(str, sizes))),
        domain=tr("a number for each class"),
        meaning=tr(
            "training images of each class, instead of `images_per_class` and "
            "`imbalance_ratio`; empty for these"
        ),
    )
    oversampling: int = parameter(
        1,
        tr("Each image of a smaller class comes so often in each pass, as if it were so many."),
        later=True,
        low=1,
        high=100_000,
        when=_differ,
        check_in=_check_oversampling,
        said=tr("{}-fold oversampling"),
        meaning=tr(
            "how often an image of every class that is smaller than the largest comes in an "
            "epoch ($w_r$ of the Minority-Collapse paper)"
        ),
    )
    merged: str = parameter(
        "",
        tr(
            "Classes that are learnt as one, such as 0+2+6, 5+7+9; the scene can colour them apart."
        ),
        later=True,
        label=tr("Merged classes"),
        empty=tr("none"),
        check=read_merged,
        check_in=lambda _, recipe: recipe.class_count,
        said=tr("merged {}"),
        domain='`"0+2+6, 5+7+9"`',
        meaning=tr(
            "classes that the network learns as one, by their numbers in the data set; what "
            "each image was is kept as the column *fine class*"
        ),
    )
    label_noise: float = parameter(
        0.0,
        tr("This share of each class's training labels is given to the other classes."),
        later=True,
        label=tr("Label noise"),
        low=0.0,
        high=1.0,
        said=tr("label noise {}"),
        meaning="$p$: $\\lfloor p\\, n_k \\rfloor$ training images of each class get the labels of "
        "the other classes, in equal shares; held-out labels stay",
    )
    labels: str = parameter(
        "true",
        tr("Random labels are the true ones, dealt out anew to the training images."),
        later=True,
        choices={"true": tr("True"), "random": tr("Random")},
        said=lambda name: tr("random labels") if name == "random" else "",
        meaning=tr(
            "random: the training labels in a random order, so that there is nothing to learn "
            "but each image by heart; held-out labels stay"
        ),
    )
    images: str = parameter(
        "true",
        tr("Random images are pixels of noise, with the labels as they are."),
        later=True,
        choices={"true": tr("True"), "random": tr("Noise")},
        said=lambda name: tr("random images") if name == "random" else "",
        meaning=tr("random: each pixel is drawn from 0 to 255, of training and held-out images"),
    )
    two_label_images: int = parameter(
        0,
        tr("Training images of each pair of classes, each the brighter of two at every pixel."),
        later=True,
        label=tr("Two-label images"),
        empty=tr("none"),
        low=0,
        high=100_000,
        check_in=_check_two_labels,
        said=one_or(tr("1 image a pair"), tr("{} images a pair")),
        meaning=tr(
            "images with two labels that are trained on beside the others, so many of each "
            "pair of classes, see [below](#two-labels)"
        ),
    )
    measured_on: str = parameter(
        "",
        tr("Also measured on these: rotated 15, noisy 0.3, classes 5 6 7, or another data set."),
        later=True,
        label=tr("Measured on, too"),
        empty=tr("nothing more"),
        check_in=_check_further,
        domain='`"rotated 15, noisy 0.3, classes 5 6 7, digits"`',
        meaning=tr(
            "further splits on which every layer is measured: held-out images that are changed, "
            "held-out images of classes that take no part in the training, of merged ones by what "
            "they were before, or of another data set, see [below](#further-splits)"
        ),
    )
