"""What is written in the plan of a recording: read, and refused where it says nothing.

Importing this module does not import torch.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.model_source import model_sources
from ncviz.runs.manifest import LAST_EPOCH
from ncviz.runs.splits import split_name
from ncviz.wording import read_number, read_numbers


def is_code(spec: str) -> bool:
    """Tell whether a text names a function of the user's code.

    As 'package.module:function', or with a file: 'folder/file.py:function'.
    """
    module, colon, function = spec.rpartition(":")
    if not colon or not function.isidentifier() or module in model_sources():
        return False
    return module.endswith(".py") or all(part.isidentifier() for part in module.split("."))


_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def parse_normalise(text: str) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Return means and deviations by channel; None where they are none or of the data.

    Raises
    ------
    UserError
        If the text cannot be understood.
    """
    if text in ("none", "data"):
        return None
    if text == "imagenet":
        return _IMAGENET
    means, slash, deviations = text.partition("/")
    try:
        parsed = read_numbers(means), read_numbers(deviations)
        if not slash or len(parsed[0]) != len(parsed[1]) or len(parsed[0]) not in (1, 3):
            raise ValueError(text)
        if not all(0 < deviation < 1e6 for deviation in parsed[1]):
            raise ValueError(text)
    except ValueError:
        raise UserError(
            tr(
                "The normalisation is {words!r}: write none, imagenet, data, or a mean and a "
                "deviation a channel such as 0.286/0.353.",
                words=text,
            )
        ) from None
    return parsed[0], parsed[1]


def parse_train_counts(text: str) -> tuple[int, ...] | None:
    """Return the sizes of the classes; empty if unknown, None if they are to be counted.

    Raises
    ------
    UserError
        If the text cannot be understood.
    """
    if not text.strip():
        return None
    if text.strip() == "unknown":
        return ()
    words = [word.strip() for word in text.split(",")]
    # Sums of them stay below 2⁶³, whatever the number of classes.
    if not all(word.isascii() and word.isdigit() and len(word) <= 12 for word in words):
        raise UserError(
            tr(
                "The sizes of the classes are {words}: write one whole number a class such "
                "as 400,400,40, or 'unknown'.",
                words=_shortened(text),
            )
        )
    counts = tuple(map(int, words))
    if not any(counts):
        raise UserError(
            tr("The sizes of the classes are all 0: name the classes' training samples.")
        )
    return counts


def parse_pixel_range(text: str) -> tuple[float, float] | None:
    """Return the values of black and white such as of '0..4095'; None to recognise them.

    Both are 0 for 'none': the values are left as they are.

    Raises
    ------
    UserError
        If the text cannot be understood.
    """
    if not text.strip():
        return None
    if text.strip() == "none":
        return 0.0, 0.0
    try:
        low, high = (read_number(end) for end in text.split(".."))
        if not -1e12 < low < high < 1e12:
            raise ValueError(text)
    except ValueError:
        raise UserError(
            tr(
                "The pixel range is {words}: write the values of black and white such as "
                "0..4095, or 'none' for values to be left as they are.",
                words=_shortened(text),
            )
        ) from None
    return low, high


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def parse_arguments(text: str) -> dict[str, Any]:
    """Return the keyword arguments of a text such as 'num_classes=10, width=0.5'.

    Values are JSON, Python's True, False and None, or else plain words.

    Raises
    ------
    UserError
        Naming the word that is no argument.
    """
    found: dict[str, Any] = {}
    for word in text.split(","):
        if not word.strip():
            continue
        name, equals, value = (part.strip() for part in word.partition("="))
        if not equals or not name.isidentifier():
            raise UserError(
                tr(
                    "{word!r} is no argument: write NAME=VALUE such as num_classes=10.",
                    word=word.strip(),
                )
            )
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = {"True": True, "False": False, "None": None}.get(value, value)
    return found


def read_arguments(text: str) -> dict[str, Any]:
    """Return the keyword arguments that the option `--model-args` is given."""
    try:
        return parse_arguments(text)
    except UserError as error:
        raise UserError(f"--model-args: {error}") from error


def parse_epochs(words: Sequence[str]) -> dict[str, float]:
    """Return the epochs of words such as 'last.pt=200'.

    Raises
    ------
    UserError
        Naming the word that gives none.
    """
    found: dict[str, float] = {}
    for word in words:
        name, equals, text = word.rpartition("=")
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not equals or not name or not 0 <= number <= LAST_EPOCH:
            raise UserError(
                tr("{word!r} gives no epoch: write FILE=NUMBER such as last.pt=200.", word=word)
            )
        found[name] = int(number) if number.is_integer() else number
    return found


def parse_splits(words: str | Sequence[str]) -> dict[str, str]:
    """Return the further splits of words such as 'rotated=FOLDER': their data by their names.

    Parameters
    ----------
    words : str or sequence of str
        A text has them with commas between.

    Raises
    ------
    UserError
        Naming the word that gives none, or the name that is given twice.
    """
    each = [word.strip() for word in words.split(",")] if isinstance(words, str) else words
    found: dict[str, str] = {}
    for word in filter(None, each):
        name, equals, data = (part.strip() for part in word.partition("="))
        if not equals or not name or not data:
            raise UserError(
                tr(
                    "{word!r} gives no split: write NAME=DATA such as rotated=FOLDER, or "
                    "letters=FILE.",
                    word=word,
                )
            )
        if name in found:
            raise _twice(name)
        found[name] = data
    return found


def _twice(name: str) -> UserError:
    return UserError(tr("There are two splits called {name!r}: rename one of them.", name=name))


def check_splits(splits: Mapping[str, Any]) -> None:
    """Refuse names that no split, or two, can have, and data that are no text."""
    found = set()
    for title, data in splits.items():
        name = split_name(title)
        if name in found:
            raise _twice(name)
        found.add(name)
        if not isinstance(data, str) or not data:
            raise UserError(
                tr(
                    "The data of the split {title!r} are {data!r}: name a folder or file.",
                    title=title,
                    data=data,
                )
            )


def check_layers(layers: Sequence[str]) -> None:
    """Refuse a recording of no layers."""
    if not layers:
        raise UserError(tr("The recording has no layers: choose stages, blocks or names."))


def check_load(load: str) -> None:
    """Refuse what names no function of the user's."""
    if load and not is_code(load):
        raise UserError(
            tr(
                "The recording's load is {load!r}: name a function of yours that reads a "
                "checkpoint, as module:function or FILE.py:function.",
                load=load,
            )
        )


def check_epochs(epochs: Mapping[str, Any]) -> None:
    """Refuse numbers that are no epochs."""
    for name, number in epochs.items():
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if not is_number or not 0 <= number <= LAST_EPOCH:
            raise UserError(
                tr(
                    "The epoch of {name} is {number!r}: give a number from 0.",
                    name=name,
                    number=number,
                )
            )
