"""The manifest: what a run is, in one small JSON file."""

import json
import platform
import re
import reprlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_json
from ncviz.counting import EPOCHS, FINEST, UNITS, Counting
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.checked_values import ManifestMisfitError, is_of_kind, take, take_all
from ncviz.runs.folders import folder_inside
from ncviz.runs.repeated_recipe import FILE_NAME as REPEATS
from ncviz.runs.splits import MOST_SPLITS, TEST, TRAIN, Split, is_split_name
from ncviz.wording import one_line, visible

FORMAT = "ncviz run"
VERSION = 3  # the newest; a run is written in the first one that knows all it holds
FILE_NAME = "manifest.json"
LAST_EPOCH = 999_999_999  # that a run may have; training steps count in millions
LARGEST_FILE = 64 * 2**20  # bytes; ten thousand classes and layers take one
STATES = ("running", "finished", "stopped", "failed")
# What comes in is bounded here, so that nothing that shows it needs to be.
LONGEST_TITLE, LONGEST_NAME, LONGEST_SENTENCE, LONGEST_COMMAND = 300, 200, 2000, 10_000
MOST_LAYERS, MOST_CLASSES, MOST_VERSIONS = 5000, 100_000, 50


@dataclass(frozen=True)
class RecordedLayer:
    """A point along the network at which features are measured.

    Parameters
    ----------
    name : str
    width : int
        Features per sample.
    """

    name: str
    width: int


def made_with(**others: str) -> dict[str, str]:
    """Return the versions of ncviz, of Python and of others, as a manifest has them."""
    from ncviz import __version__  # which has to be looked up

    return {"ncviz": __version__, "python": platform.python_version(), **others}


@dataclass(frozen=True)
class Manifest:
    """What is the same for every epoch of a run.

    Parameters
    ----------
    title : str
        For people.
    class_names : tuple of str
        K of them.
    layers : tuple of RecordedLayer
        The raw input first, the last hidden layer last.
    train_counts : tuple of int
        n_k of the whole training split, which the network learned from, however
        few of its samples are measured; empty if unknown.
    epochs : int
        The last epoch that was planned.
    recorded : tuple of int
        The epochs that were to be recorded.
    learning_rate_drops : tuple of int
        Epochs to mark on the timeline.
    recipe : mapping
        The recipe that made the run; empty if none did.
    command : str
        How to make the run again; empty if unknown.
    state : str
        'running', 'finished', 'stopped' (by its user) or 'failed'.
    message : str
        Why it failed, in one sentence.
    created : str
        ISO 8601, UTC.
    software : mapping of str to str
        Versions that made it.
    counting : Counting
        What the numbers of its snapshots count.
    splits : tuple of Split
        What was measured beside training and held-out samples.
    """

    title: str
    class_names: tuple[str, ...]
    layers: tuple[RecordedLayer, ...]
    train_counts: tuple[int, ...] = ()
    epochs: int = 0
    recorded: tuple[int, ...] = ()
    learning_rate_drops: tuple[int, ...] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    state: str = "running"
    message: str = ""
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    software: Mapping[str, str] = field(default_factory=made_with)
    counting: Counting = EPOCHS
    splits: tuple[Split, ...] = ()

    @property
    def classes(self) -> int:
        """K, the number of classes."""
        return len(self.class_names)

    @property
    def label_sets(self) -> tuple[tuple[int, ...], ...]:
        """The sets of labels that are drawn beside the classes; most runs have none."""
        return next((split.label_sets for split in self.splits if split.drawn), ())

    @property
    def drawn_names(self) -> tuple[str, ...]:
        """Names of all that is drawn: of the K classes, then of the sets of labels."""
        own = next((split.class_names for split in self.splits if split.drawn), ())
        # Asked for one class after the other: of ten thousands no copy is made.
        return (*self.class_names, *own) if own else self.class_names

    def labels_of(self, number: int) -> tuple[int, ...]:
        """Return the classes that one of `drawn_names` stands for."""
        return (number,) if number < self.classes else self.label_sets[number - self.classes]

    def with_sets(self, classes: tuple[int, ...]) -> tuple[int, ...]:
        """Return some classes, and the sets of labels among them, as `drawn_names` counts."""
        sets = enumerate(self.label_sets, self.classes)
        return (*classes, *(number for number, labels in sets if set(labels) <= {*classes}))

    def with_state(self, state: str, message: str = "") -> "Manifest":
        """Return the manifest in another state."""
        return replace(self, state=state, message=message)

    def to_json(self) -> str:
        """Return the text of manifest.json."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        if not self.splits:  # so that older readers open it
            del values["splits"]
        version = VERSION if self.label_sets else 2 if self.splits else 1
        values = {"format": FORMAT, "version": version, **values}
        # Not `asdict` of all: it copies each of ten thousands of names.
        text = json.dumps(values, indent=1, ensure_ascii=False, default=_plain) + "\n"
        # The name of a file may hold bytes that are no UTF-8.
        return re.sub("[\ud800-\udfff]", lambda found: f"\\{visible(found[0])}", text)


_LATER = ("label_sets", "drawn", "parts")  # fields of a split


def _plain(value: Any) -> dict[str, Any]:
    """Return the fields of a part, without what older readers do not know where it is empty."""
    return {name: each for name, each in asdict(value).items() if each or name not in _LATER}


def classes_of_splits(manifest: Manifest) -> dict[str, int]:
    """Return how many classes each split has that is not the training, by its name."""
    return {
        split.name: len(split.class_names) or manifest.classes for split in (TEST, *manifest.splits)
    }


def titles_of_splits(manifest: Manifest) -> dict[str, str]:
    """Return what each split is called for people, by its name."""
    return {split.name: split.title for split in (TRAIN, TEST, *manifest.splits)}


def check_extent(where: Path, layers: int, classes: int) -> None:
    """Refuse to write what could not be read again.

    Parameters
    ----------
    where : Path
        Names what they come from, or the run.
    layers, classes : int
        How many a run is to have.

    Raises
    ------
    UserError
        If they are too many.
    """
    if layers > MOST_LAYERS:
        raise UserError(
            tr(
                "{where}: a run has at most {most:,} layers, and these are {count:,}: take some of "
                "them, such as every second one.",
                where=where,
                most=MOST_LAYERS,
                count=layers,
            )
        )
    if classes > MOST_CLASSES:
        raise UserError(
            tr(
                "{where}: a run has at most {most:,} classes, and these are {count:,}: keep the "
                "samples of the most frequent ones, and number these from 0.",
                where=where,
                most=MOST_CLASSES,
                count=classes,
            )
        )


def read_manifest(path: Path) -> Manifest:
    """Read and check manifest.json.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    UserError
        If it is absent, not a manifest, or of a newer format.
    """
    try:
        values = read_json(path, LARGEST_FILE)
    except (FileNotFoundError, NotADirectoryError):
        from ncviz.arrays.files import holds_arrays  # brings NumPy in, so only when it is needed

        advice = tr("choose the run's folder")
        if (path.parent / REPEATS).is_file():
            advice = tr("it holds repeats, choose the folder of a seed in it, such as seed-0")
        elif holds_arrays(path.parent):
            advice = tr("ncviz import makes one of arrays")
        elif inner := folder_inside(path.parent, (FILE_NAME, REPEATS)):
            advice = tr(
                "it holds runs, choose the folder of one, such as {inner}, or make a page of "
                "each with ncviz export site",
                inner=visible(inner),
            )
        raise UserError(
            tr(
                "{parent} is not an ncviz run: it has no {file_name}; {advice}.",
                parent=path.parent,
                file_name=FILE_NAME,
                advice=advice,
            )
        ) from None
    except OSError as error:
        raise UserError(
            tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror)
        ) from error
    except ValueError as error:
        raise UserError(tr("{path} is damaged: it is not JSON.", path=path)) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise UserError(tr("{path} is not the manifest of an ncviz run.", path=path))
    version = values.get("version")
    if type(version) is int and version > VERSION:
        raise UserError(
            tr(
                "{path} is in version {version} of the run format: "
                "this ncviz reads versions 1 to {version_2}; install a newer ncviz.",
                path=path,
                version=version,
                version_2=VERSION,
            )
        )
    try:
        return _from_values(values)
    except ManifestMisfitError as misfit:
        raise UserError(
            tr("{path} is damaged: {misfit} does not fit a manifest.", path=path, misfit=misfit)
        ) from misfit


def _from_values(values: Mapping[str, Any]) -> Manifest:
    if not 1 <= take(values, "version", int) <= VERSION:
        raise ManifestMisfitError(tr("version {values}", values=values["version"]))
    for name, most in (("layers", MOST_LAYERS), ("class_names", MOST_CLASSES)):
        count = len(take(values, name, list))
        if count > most:
            raise ManifestMisfitError(
                tr(
                    "a run of {count:,} {name}, more than {most:,},",
                    count=count,
                    name=name,
                    most=most,
                )
            )
    layers = [_layer(value) for value in take(values, "layers", list)]
    software = list(take(values, "software", dict, {}).items())[:MOST_VERSIONS]
    command = one_line(take(values, "command", str, ""), LONGEST_COMMAND + 1)
    manifest = Manifest(
        title=one_line(take(values, "title", str), LONGEST_TITLE),
        class_names=tuple(
            one_line(name, LONGEST_NAME) or tr("class {number}", number=number)
            for number, name in enumerate(take_all(values, "class_names", str, None))
        ),
        layers=tuple(layers),
        train_counts=take_all(values, "train_counts", int, []),
        epochs=take(values, "epochs", int, 0),
        recorded=take_all(values, "recorded", int, []),
        learning_rate_drops=take_all(values, "learning_rate_drops", int, []),
        recipe=take(values, "recipe", dict, {}),
        command=command if len(command) <= LONGEST_COMMAND else "",  # a part of it does else
        state=take(values, "state", str, "finished"),
        message=one_line(take(values, "message", str, ""), LONGEST_SENTENCE),
        created=one_line(take(values, "created", str, ""), LONGEST_NAME),
        software={
            one_line(name, LONGEST_NAME): one_line(str(version)[:LONGEST_NAME], LONGEST_NAME)
            for name, version in software
        },
        counting=_counting(take(values, "counting", dict, {})),
        splits=_splits(take(values, "splits", list, [])),
    )
    if manifest.state not in STATES:
        raise ManifestMisfitError(tr("state {state:.40}", state=reprlib.repr(manifest.state)))
    if not manifest.layers:
        raise ManifestMisfitError(tr("a run without layers"))
    if manifest.classes < 2:
        raise ManifestMisfitError(tr("a run of fewer than two classes"))
    if sum(split.drawn for split in manifest.splits) > 1:
        raise ManifestMisfitError(tr("a run with two splits that are drawn"))
    for split in manifest.splits:
        for labels in split.label_sets:
            if len(set(labels)) < len(labels) or not labels or max(labels) >= manifest.classes:
                raise ManifestMisfitError(tr("label set {labels!r:.40}", labels=list(labels)))
    if len(manifest.train_counts) not in (0, manifest.classes):
        raise ManifestMisfitError(tr("train_counts without one number for each class"))
    return manifest


def _layer(value: Any) -> RecordedLayer:
    if not isinstance(value, dict):
        raise ManifestMisfitError(tr("layer {value:.40}", value=reprlib.repr(value)))
    return RecordedLayer(
        one_line(take(value, "name", str), LONGEST_NAME), take(value, "width", int)
    )


def _splits(values: list[Any]) -> tuple[Split, ...]:
    if len(values) > MOST_SPLITS:
        raise ManifestMisfitError(
            tr(
                "a run of {count:,} further splits, more than {most_splits},",
                count=len(values),
                most_splits=MOST_SPLITS,
            )
        )
    splits = tuple(map(_split, values))
    if len({split.name for split in splits}) < len(splits):
        raise ManifestMisfitError(tr("two splits of one name"))
    return splits


def _split(value: Any) -> Split:
    if not isinstance(value, dict) or not is_split_name(take(value, "name", str)):
        raise ManifestMisfitError(tr("split {value:.60}", value=reprlib.repr(value)))
    names = take_all(value, "class_names", str, [])
    if len(names) > MOST_CLASSES or len(names) == 1:
        raise ManifestMisfitError(tr("a split of {count:,} classes", count=len(names)))
    sets = tuple(
        take_all({"label_sets": each}, "label_sets", int, [])
        for each in take_all(value, "label_sets", list, [])
    )
    if len(sets) not in (0, len(names)):
        raise ManifestMisfitError(tr("label_sets without one set for each class of their split"))
    drawn = take(value, "drawn", bool, False)
    if drawn and not sets:
        raise ManifestMisfitError(tr("a split that is drawn and has no label_sets"))
    parts = take(value, "parts", bool, False)
    if parts and (sets or not names):
        raise ManifestMisfitError(tr("a split of parts without class_names, or with label_sets"))
    return Split(
        value["name"],
        one_line(take(value, "title", str, value["name"]), LONGEST_NAME) or value["name"],
        tuple(
            one_line(name, LONGEST_NAME) or tr("class {number}", number=number)
            for number, name in enumerate(names)
        ),
        sets,
        drawn,
        parts,
    )


def _counting(value: Mapping[str, Any]) -> Counting:
    unit, parts = value.get("unit", EPOCHS.unit), value.get("parts", EPOCHS.parts)
    if unit not in UNITS or not (is_of_kind(parts, int) and 1 <= parts <= FINEST):
        raise ManifestMisfitError(
            tr(
                "counting {value:.60} (known are {units} in 1 to {finest:,} parts)",
                value=reprlib.repr(value),
                units=", ".join(UNITS),
                finest=FINEST,
            )
        )
    return Counting(unit, parts)
