"""The arrays of a file sorted: samples and labels of the splits, layers, epochs, and the rest."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_names import FURTHER, meaning_of
from ncviz.arrays.by_moment import by_moment
from ncviz.arrays.contents import Contents, Layers
from ncviz.arrays.labels import NAMES_LEFT, FurtherLabels, Labels, read_further_labels, read_labels
from ncviz.arrays.meanings import Named, holdings, named_arrays
from ncviz.arrays.numpy_files import natural
from ncviz.arrays.stored import ArrayFile, StoredArray
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed

MOST_LABEL_BYTES = 2**30


def sort_arrays(
    file: ArrayFile, features: Sequence[str] = (), labels: str = "", prefer: str = "features"
) -> Contents:
    """Find out what the arrays of a file are for, by their names and shapes.

    Parameters
    ----------
    file : ArrayFile
    features : sequence of str, optional
        Names of the arrays of features, where their names do not tell.
    labels : str, optional
        Name of the array of labels, likewise.
    prefer : str, optional
        What samples are where a file has both: 'features' or 'images'.

    Raises
    ------
    UserError
        If there are no samples, no labels, or they do not fit each other.
    """
    named = named_arrays(file, features, labels)
    notes: list[str] = []
    train = _training_split(named, file, notes)
    values, used = _labels(named, train, file, notes)
    found = _layers(named, train, len(values), prefer)
    if not found:
        _refuse_unreadable("features", file)
        _refuse_misfit(file)
        raise UserError(
            tr(
                "{path} has no array 'features', none named 'layer.NAME' and no 'images' with a "
                "row for each of {count:,} labels: it holds {file}; call one of "
                "them 'features', or name it with --features.",
                path=file.path,
                count=len(values),
                file=holdings(file),
            )
        )
    splits = {"": "train", "train": "train", train: "train"}
    samples = {"train": found}
    test_values = None
    for held_out in ("test", "validation"):
        if held_out in splits or "test" in samples or not _has_labels(named, held_out):
            continue
        test_notes: list[str] = []
        test_values, test_used = _labels(named, held_out, file, test_notes)
        held_out_layers = _same(found, _layers(named, held_out, len(test_values), prefer))
        if not held_out_layers:
            test_values = None
            notes.append(
                tr(
                    "labels of the {held_out} split: left, it has no samples that fit",
                    held_out=held_out,
                )
            )
            continue
        samples["test"], splits[held_out] = held_out_layers, "test"
        used |= test_used
        notes += test_notes
        if held_out == "validation":
            notes.append(tr("the validation split is taken as the held-out samples"))
    own_names = [n for n in named if _are_names(n) and not n.means.split.startswith(FURTHER)]
    names = own_names[0].array if own_names else None
    read = read_labels(
        values,
        test_values,
        None if names is None else _names(names),
        tr("The labels of {path}", path=file.path),
    )
    if names is not None and not any(n.startswith(NAMES_LEFT) for n in read.notes):
        notes.append(
            tr("{name}: {words}, taken as names of the classes", name=names.name, words=names.words)
        )
    further: dict[str, FurtherLabels] = {}
    for split in dict.fromkeys(n.means.split for n in named if n.means.split.startswith(FURTHER)):
        name, own = split[len(FURTHER) :], [n for n in named if n.means.split == split]
        if name.lower() in ("train", "test"):
            raise UserError(
                tr(
                    "{path}: a split cannot be called {name!r}, which is always there: call its "
                    "arrays {name_2}_features, {name_2}_labels and so on.",
                    path=file.path,
                    name=name,
                    name_2=name.lower(),
                )
            )
        layers, further[name], its_used = _further(own, split, found, file, prefer, read, notes)
        samples[name], splits[split] = layers, name
        used |= its_used
    if "test" not in samples:  # a loss of held-out samples may still be there
        splits |= {"test": splits.get("test", "test"), "validation": "other"}
    taken = {id(n.array) for layers in samples.values() for found in layers.values() for n in found}
    rest = [
        (n, splits.get(n.means.split, "other"))
        for n in named
        if id(n.array) not in taken and n.array.name not in used and n.array is not names
    ]
    epochs = _epochs(samples, file)
    others = by_moment(rest, epochs, file)
    return Contents(
        file,
        read,
        {split: _arrays(layers) for split, layers in samples.items()},
        epochs,
        _unit(samples),
        others,
        train in ("test", "validation"),
        notes,
        further,
    )


def _further(
    named: Sequence[Named],
    split: str,
    trained: Mapping[str, list[Named]],
    file: ArrayFile,
    prefer: str,
    labels: Labels,
    notes: list[str],
) -> tuple[dict[str, list[Named]], FurtherLabels, set[str]]:
    """Return samples and labels of a further split, and the names of the arrays of these."""
    said = tr("the split {split}", split=split[len(FURTHER) :])
    if not _has_labels(named, split):
        raise UserError(
            tr(
                "{path}: {said} has no labels: add the array '{split}.labels'.",
                path=file.path,
                said=said,
                split=split,
            )
        )
    values, used = _labels(named, split, file, notes)
    layers = _same(trained, _layers(named, split, len(values), prefer))
    if not layers:
        raise UserError(
            tr(
                "{path}: {said} has no samples that fit: give it the arrays that the training "
                "has, such as '{split}.{trained}'.",
                path=file.path,
                said=said,
                split=split,
                trained=next(iter(trained)),
            )
        )
    names = next((n.array for n in named if _are_names(n)), None)
    own: list[str] = []
    where = tr("The labels of {said} in {path}", said=said, path=file.path)
    read = read_further_labels(values, None if names is None else _names(names), labels, where, own)
    count = len(read.class_names)
    kind = (
        tr("{count:class|classes} that the network does not know", count=count)
        if count
        else tr("the same classes")
    )
    notes += [f"{said}: {words}" for words in (*own, kind)]
    return layers, read, used | (set() if names is None else {names.name})


def _are_names(named: Named) -> bool:
    are_words = named.array.dtype.kind in "USiu" and named.array.ndim == 1
    return named.means.part == "class_names" and (are_words or named.array.dtype.kind in "US")


def _names(array: StoredArray) -> NDArray[np.generic]:
    """Return names of classes as words; those of the digits are numbers."""
    values = array.read()
    return values.astype(str) if values.dtype.kind in "iu" else values


def _arrays(layers: Mapping[str, list[Named]]) -> Layers:
    return {name: [n.array for n in found] for name, found in layers.items()}


# Labels


def _training_split(named: Sequence[Named], file: ArrayFile, notes: list[str]) -> str:
    there = {n.means.split for n in named if n.means.part == "labels"}
    there = {split for split in there if not split.startswith(FURTHER)}
    if not there:
        _refuse_unreadable("labels", file)
        advice = tr("add one label a sample, or name the array with --labels")
        if file.path.suffix == ".npy":
            advice = tr("put labels.npy beside it")
        raise UserError(
            tr(
                "{path} has no array 'labels': it holds {file}; {advice}.",
                path=file.path,
                file=holdings(file),
                advice=advice,
            )
        )
    split = next(s for s in ("train", "", "test", "validation") if s in there)
    if split in ("test", "validation"):
        notes.append(
            tr("there is no training split: the {split} split is taken as the samples", split=split)
        )
    return split


def _refuse_unreadable(part: str, file: ArrayFile) -> None:
    for name, why in file.left.items():
        if meaning_of(name).part == part:
            raise UserError(
                tr(
                    "{path}: {name!r} cannot be taken as {part}: it {why}.",
                    path=file.path,
                    name=name,
                    part=part,
                    why=why,
                )
            )


def _refuse_misfit(file: ArrayFile) -> None:
    for name, array in file.arrays.items():
        if meaning_of(name).part in ("features", "images"):
            raise UserError(
                tr(
                    "{path}: the array {name!r} is {words}: give N×d or E×N×d real numbers.",
                    path=file.path,
                    name=array.name,
                    words=array.words,
                )
            )


def _has_labels(named: Sequence[Named], split: str) -> bool:
    return any(n.means.part == "labels" and n.means.split == split for n in named)


def _labels(
    named: Sequence[Named], split: str, file: ArrayFile, notes: list[str]
) -> tuple[NDArray[np.generic], set[str]]:
    """Return the labels of a split, and the names of their arrays."""
    found = [n for n in named if n.means.part == "labels" and n.means.split == split]
    plain = [n for n in found if n.means.epoch is None]
    # 'labels' rather than 'coarse_labels'; else one array an epoch, all of them alike.
    chosen = [min(plain, key=lambda n: len(n.means.layer))] if plain else found
    values = _label_values(chosen[0].array, file)
    for other in chosen[1:]:
        if not np.array_equal(values, _label_values(other.array, file)):
            raise UserError(
                tr(
                    "{path}: {name!r} and {name_2!r} differ: gather "
                    "the samples in the same order at each epoch, without shuffling.",
                    path=file.path,
                    name=chosen[0].array.name,
                    name_2=other.array.name,
                )
            )
    held_out = (
        tr("labels")
        if split == "train" or not split
        else tr("labels of the {split} split", split=split)
    )
    count = chosen[0].array.shape[:1]
    others = [n.array.name for n in plain if n is not chosen[0] and n.array.shape[:1] == count]
    beside = tr("; --labels takes another one: {others}", others=listed(others)) if others else ""
    notes.append(
        tr(
            "{name}: {words}, taken as {held_out}{beside}",
            name=chosen[0].array.name,
            words=chosen[0].array.words,
            held_out=held_out,
            beside=beside,
        )
    )
    return values, {n.array.name for n in chosen}


def _label_values(array: StoredArray, file: ArrayFile) -> NDArray[np.generic]:
    if array.nbytes > MOST_LABEL_BYTES:
        raise UserError(
            tr(
                "{path}: {name!r} is {words}, too much for labels: give one a sample.",
                path=file.path,
                name=array.name,
                words=array.words,
            )
        )
    values = array.read()
    alike = values.ndim == 2 and values.shape[0] < values.shape[1] and (values == values[0]).all()
    return np.asarray(values[0] if alike else values)  # one list an epoch


# Samples


def _layers(named: Sequence[Named], split: str, count: int, prefer: str) -> dict[str, list[Named]]:
    """Return the samples of a split by layer, in order, each by epoch."""
    # 'features' may go with 'train_labels', and 'train_features' with 'labels'.
    both = ("", "train") if split in ("", "train") else (split,)
    own = [n for n in named if n.means.split in both]
    other = "images" if prefer == "features" else "features"
    for part in (prefer, other, ""):
        found = [n for n in own if n.means.part == part and n.array.ndim >= 2]
        if not part:  # whatever has a row a sample
            found = [n for n in found if n.array.are_numbers and count in n.array.shape[:2]]
        own_split = [n for n in found if n.means.split == split]
        if found := own_split or found:
            break
    layers: dict[str, list[Named]] = {}
    for each in found:
        layers.setdefault(each.means.layer, []).append(each)
    for name, arrays in layers.items():
        by_epoch = [n for n in arrays if n.means.epoch is not None]
        layers[name] = sorted(by_epoch, key=lambda n: n.means.epoch or 0) or arrays[:1]
    if len({re.sub(r"\d+", "#", name) for name in layers}) == 1:
        return dict(sorted(layers.items(), key=lambda item: natural(item[0])))
    return layers


def _same(
    train: Mapping[str, list[Named]], test: Mapping[str, list[Named]]
) -> dict[str, list[Named]]:
    """Return those held-out layers that the training samples have too."""
    if len(train) == len(test) == 1:  # whatever they are called
        return dict(zip(train, test.values(), strict=True))
    return {name: test[name] for name in train if name in test}


def _epochs(samples: Mapping[str, Mapping[str, list[Named]]], file: ArrayFile) -> tuple[int, ...]:
    """Return the epochs that names give; all layers must have the same."""
    first: tuple[int | None, ...] | None = None
    for layers in samples.values():
        for name, found in layers.items():
            epochs = tuple(n.means.epoch for n in found)
            if first is not None and epochs != first:
                raise UserError(
                    tr(
                        "{path}: the layer {name!r} has other epochs than the first one: give "
                        "each layer at the same epochs.",
                        path=file.path,
                        name=name,
                    )
                )
            if len(set(epochs)) < len(epochs):
                raise UserError(
                    tr(
                        "{path}: two arrays of {name!r} are of the same epoch: keep one.",
                        path=file.path,
                        name=name,
                    )
                )
            first = epochs
    return tuple(epoch for epoch in first or () if epoch is not None)


def _unit(samples: Mapping[str, Mapping[str, list[Named]]]) -> str:
    """Return what the numbers in the names count; where words differ, nothing but their order."""
    units = {
        n.means.unit
        for layers in samples.values()
        for found in layers.values()
        for n in found
        if n.means.epoch is not None
    }
    return units.pop() if len(units) == 1 else "snapshot"
