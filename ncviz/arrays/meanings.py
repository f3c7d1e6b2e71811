"""What each array of a file is for: by its name, and by its shape where names tell too little."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ncviz.arrays.array_names import Meaning, meaning_of
from ncviz.arrays.stored import LONGEST_NAME, MOST_AXES, ArrayFile, StoredArray
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed, one_line

_MAY_BE_NAMES = ("class", "classes", "category", "species")


@dataclass(frozen=True, eq=False)
class Named:
    """An array and what it is for."""

    array: StoredArray
    means: Meaning


def named_arrays(file: ArrayFile, features: Sequence[str] = (), labels: str = "") -> list[Named]:
    """Return the arrays of a file with what they are for; empty ones are left.

    Parameters
    ----------
    file : ArrayFile
    features : sequence of str, optional
        Names of the arrays of features, where the user says so; 'h' means 'train_h' and 'test_h'.
    labels : str, optional
        Name of the array of labels, likewise.

    Raises
    ------
    UserError
        If the file has no array of such a name.
    """
    called = {meaning_of(array.name).layer for array in file.arrays.values()}
    for name in (*features, *filter(None, (labels,))):
        if name not in file.arrays and name not in called:
            raise UserError(
                tr(
                    "{path} has no array {name!r}: it holds {file}.",
                    path=file.path,
                    name=name,
                    file=holdings(file),
                )
            )
    named = []
    for name, array in file.arrays.items():
        if 0 in array.shape:
            file.left[name] = tr("is empty ({words})", words=array.words)
        elif array.ndim > MOST_AXES:
            file.left[name] = tr("has {ndim} axes", ndim=array.ndim)
        else:
            means = _as_the_user_says(name, meaning_of(array.name), features, labels)
            named.append(Named(array, _as_the_shape_says(array, means)))
    if not any(n.means.part in ("features", "images") for n in named):
        named = _numbers_as_names(named)
    if not features:
        named = _counted_as_epochs(named)
    if not any(n.means.part == "labels" for n in named):
        named = _positions_as_names(named)
    return named


def holdings(file: ArrayFile) -> str:
    """Return what a file holds, for messages."""
    arrays = [f"{array.name!r} ({array.words})" for array in file.arrays.values()]
    left = [
        tr("{name!r}, which {why}", name=one_line(name)[:LONGEST_NAME], why=why)
        for name, why in file.left.items()
    ]
    return listed([*arrays, *left], 8) or tr("no arrays")


def _as_the_user_says(name: str, means: Meaning, features: Sequence[str], labels: str) -> Meaning:
    if name in features or means.layer in features:
        return replace(means, part="features")
    if labels and labels in (name, means.layer):
        return replace(means, part="labels")
    if (features and means.part in ("features", "images")) or (labels and means.part == "labels"):
        return replace(means, part="") if not means.split else means
    return means


def _as_the_shape_says(array: StoredArray, means: Meaning) -> Meaning:
    """Correct what a name says where the array cannot be that."""
    part = means.part
    if part == "class_names" and array.are_numbers and not means.layer.endswith("names"):
        part = "labels" if array.ndim == 1 else ""  # 'classes', one of each sample
    are_samples = part in ("features", "images")
    if are_samples and (array.ndim < 2 or array.dtype.kind not in "fiub"):
        part = ""
    if part == "texts" and array.dtype.kind not in "US":
        part = ""  # of numbers, as any other column
    if part == "labels" and not array.ndim:
        part = ""
    return replace(means, part=part)


def _numbers_as_names(named: list[Named]) -> list[Named]:
    """Read bare numbers as epochs where all such arrays are alike, else as layers."""
    bare = [n for n in named if n.array.name.isdecimal() and n.array.ndim >= 2]
    alike = len({n.array.shape for n in bare}) == 1
    means = {
        id(n): Meaning("features", "", int(n.array.name[:9]), "features")
        if alike
        else Meaning("features", "", None, n.array.name)
        for n in bare
        if len(bare) > 1
    }
    return [Named(n.array, means.get(id(n), n.means)) for n in named]


_COUNTED = re.compile(
    r"(?i)(?P<stem>features?|feats?|embeddings?|embs?|representations?|labels?|targets?)"
    r"[_-]?(?P<number>\d{1,9})"
)
_WITHIN = re.compile(r"(?P<number>\d{1,9})/(?P<stem>.+)")


def _counted_as_epochs(named: list[Named]) -> list[Named]:
    """Read 'features_0', 'features_10' or '0/h', '10/h' as epochs, where all are alike.

    'h1' and 'h2' are layers.
    """
    counted = {}
    for each in named:
        layer = each.means.layer
        match = _WITHIN.fullmatch(layer) or _COUNTED.fullmatch(layer)
        if match and each.means.part and each.means.epoch is None:
            counted[id(each)] = match["stem"], int(match["number"])
    shapes: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    for each in named:
        if id(each) in counted and each.means.part in ("features", "images"):
            key = each.means.split, counted[id(each)][0]
            shapes.setdefault(key, []).append(each.array.shape)
    if not shapes or any(len(s) < 2 or len(set(s)) > 1 for s in shapes.values()):
        return named
    means = {
        id(n): replace(n.means, epoch=counted[id(n)][1], layer=counted[id(n)][0])
        for n in named
        if id(n) in counted
    }
    return [Named(n.array, means.get(id(n), n.means)) for n in named]


def _positions_as_names(named: list[Named]) -> list[Named]:
    """Read 'arr_0', 'arr_1' …, as `np.savez(file, x, y)` calls them, by shape and order."""
    bare = [n for n in named if re.fullmatch(r"arr_\d+", n.array.name)]
    lists = [n for n in bare if n.array.ndim == 1 or n.array.shape[1:] == (1,)]
    matrices = [n for n in bare if n not in lists]
    if len(matrices) == 2 and not lists:  # the second are one-hot rows
        matrices, lists = matrices[:1], matrices[1:]
    elif len(lists) == 2 and not matrices:  # the first is a single feature
        matrices, lists = lists[:1], lists[1:]
    means: dict[int, Meaning] = {}
    for part, arrays in (("features", matrices), ("labels", lists)):
        splits = ("train", "test") if len(arrays) > 1 else ("",)
        for split, each in zip(splits, arrays, strict=False):
            means[id(each)] = Meaning(part, split, None, "features")
    return [Named(n.array, means.get(id(n), n.means)) for n in named]
