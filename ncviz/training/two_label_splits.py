"""The splits of a recipe whose images have two labels."""

from ncviz.data.dataset import Images
from ncviz.data.label_sets import pairs_of, two_label_images
from ncviz.language import tr
from ncviz.runs.splits import TWO_LABELS, Split
from ncviz.training.recipe import Recipe


def two_label_title(split: str) -> str:
    """Return what images with two labels are called that are made of those of a split."""
    return tr(
        "{value} samples with two labels",
        value=tr("training") if split == "train" else tr("held-out"),
    )


def two_label_splits(train: Images, test: Images, recipe: Recipe) -> list[tuple[Split, Images]]:
    """Return images with two labels made of those with one, half as many of held-out ones."""
    each, found = recipe.data.two_label_images, []
    for split, images, many in (("train", train, each), ("test", test, max(1, each // 2))):
        made = two_label_images(images, many, recipe.seed)
        pairs = pairs_of(len(images.class_names))
        names, drawn = made.class_names, split == "train"
        found.append((Split(TWO_LABELS[split], two_label_title(split), names, pairs, drawn), made))
    return found
