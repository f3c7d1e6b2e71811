"""Further splits of a recording: data beside those that the network was trained on."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.labelled_data import Labelled, Source
from ncviz.recording.pixels import PixelRange
from ncviz.recording.sources import load_source
from ncviz.runs.splits import LABEL_SETS, MOST_SPLITS, Split, split_name


def with_further(
    source: Source,
    splits: Mapping[str, str],
    *,
    trusted: bool = False,
    pixels: PixelRange | None = None,
) -> Source:
    """Return data with further splits.

    Parameters
    ----------
    source : Source
        What the network was trained on.
    splits : mapping of str to str
        Of each split what its data are, as of `load_source`, by what it is called. Of data with a
        test split this is taken. Where all names of its classes are among those of the training,
        the classes are the same; else the network knows none of them.
    trusted, pixels
        As of `load_source`.

    Raises
    ------
    UserError
        If there are no such data, or two splits have one name.
    """
    further, notes = dict(source.further), list(source.notes)
    taken = {kind.name for kind in further} | set(LABEL_SETS.values() if source.label_sets else ())
    for title, spec in splits.items():
        name = split_name(title)
        if name in taken:
            raise UserError(
                tr("There are two splits called {name!r}: rename one of them.", name=name)
            )
        taken.add(name)
        try:
            found = load_source(spec, trusted=trusted, pixels=pixels)
        except UserError as error:
            raise UserError(tr("The split {title!r}: {error}", title=title, error=error)) from error
        if found.label_sets:
            raise UserError(
                tr(
                    "The split {title!r}: {spec} has samples with several labels: give those in "
                    "the data of the training.",
                    title=title,
                    spec=spec,
                )
            )
        kind, part = _as_split(title, name, found, source.class_names)
        what = (
            tr("classes that the network does not know")
            if kind.is_foreign
            else tr("of its classes")
        )
        which = "" if found.test is None else tr(", the test samples of these data")
        notes.append(
            tr(
                "the split {title}: {count} {what}{which}",
                title=title,
                count=len(np.unique(part.labels)),
                what=what,
                which=which,
            )
        )
        notes += [
            tr("the split {title}: {words}", title=title, words=words) for words in found.notes
        ]
        further[kind] = part
    if len(further) + 2 * bool(source.label_sets) > MOST_SPLITS - 2:
        raise UserError(
            tr(
                "There are {count} further splits: give {most_splits} at most.",
                count=len(further),
                most_splits=MOST_SPLITS - 4,
            )
        )
    return replace(source, further=further, notes=tuple(notes))


def _as_split(
    title: str, name: str, found: Source, known: tuple[str, ...]
) -> tuple[Split, Labelled]:
    part = found.test or found.train
    there = np.unique(part.labels)
    names = tuple(found.class_names[k] for k in there.tolist())
    if set(names) <= set(known):
        places = np.array([known.index(n) if n in known else -1 for n in found.class_names])
        return Split(name, title), replace(part, labels=places[part.labels])
    if len(names) < 2:
        raise UserError(
            tr(
                "The split {title!r} is of one class, {names!r}, which the network does not know: "
                "give samples of two at least.",
                title=title,
                names=names[0],
            )
        )
    return Split(name, title, names), replace(part, labels=np.searchsorted(there, part.labels))
