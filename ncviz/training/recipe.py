"""The recipe: everything that decides what a training run will be."""

import contextlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError

ACTIVATIONS = ("relu", "leaky_relu", "tanh", "gelu", "identity")
LOSSES = ("cross_entropy", "label_smoothing", "focal", "squared_error")
OPTIMIZERS = ("adam", "sgd", "momentum")
SCHEDULES = ("steps", "constant", "cosine")
MEASURED = ("evaluation", "training", "batches")

LARGEST_RECIPE = 2**20  # bytes

# By depth, of the published law on FashionMNIST (He & Su, PNAS 2023).
_PUBLISHED_RATES = {
    "sgd": {4: 0.3, 8: 0.03, 20: 0.01},
    "momentum": {4: 0.3, 8: 0.01, 20: 0.001},
    "adam": {4: 3e-3, 8: 1e-3, 20: 3e-4},
}
RANGES: dict[str, tuple[float, float]] = {
    "image_size": (2, 256),
    "images_per_class": (2, 100_000),
    "majority_classes": (1, 100_000),
    "depth": (2, 100),
    "width": (1, 8192),
    "weight_decay": (0.0, 10.0),
    "batch_size": (2, 100_000),
    "epochs": (1, 100_000),
    "probe_per_class": (1, 10_000),
    "seed": (0, 2**31 - 1),
}


@dataclass(frozen=True)
class Recipe:
    """A complete description of one training; the same recipe gives the same run.

    The defaults are the published set-up of the law of equi-separation
    (He & Su, PNAS 2023): 8 layers, FashionMNIST, 100 images a class at 10×10; but
    measured in evaluation mode, where their code takes 'batches'.

    Parameters
    ----------
    dataset : str
        Key of a data set in the catalogue.
    data_folder : str
        Where a full data set lies; empty for the usual places.
    classes : tuple of int
        Which classes, by their number in the data set; empty for all.
    image_size : int
        Images are shrunk to so many pixels a side.
    images_per_class : int
        Training images of each (majority) class.
    imbalance_ratio : float
        R ≥ 1: minority classes have `images_per_class` / R images.
    majority_classes : int
        How many classes, the first ones, are majority when R > 1.
    depth : int
        Layers in He & Su's count: hidden layers plus the classifier.
    width : int
        Neurons in each hidden layer.
    batch_norm : bool
        Normalise each hidden layer over the batch.
    activation, loss, optimizer, schedule : str
        One of `ACTIVATIONS`, `LOSSES`, `OPTIMIZERS`, `SCHEDULES`.
    learning_rate : float
        At the start; 'steps' divides it by 10 at 1/3 and by 100 at 2/3.
    weight_decay : float
        L2 penalty on all parameters, as the optimiser applies it.
    batch_size, epochs : int
        Images a step; passes over the data.
    record : str
        Epochs to record: 'default' (dense at first, then at even distances), 'all',
        'every N', or a list such as '0, 1, 10, 600'. The last is always recorded.
    probe_per_class : int
        Samples of each class whose positions are kept for the picture.
    measured : str
        Batch norm while measuring: in 'evaluation' mode, in 'training' mode over each
        split whole, or in training mode over 'batches' of 100 images in the order they
        were drawn, as He & Su's code has it.
    seed : int
        Of the weights, the choice of images and their order.
    """

    dataset: str = "fashion-mnist-subset"
    data_folder: str = ""
    classes: tuple[int, ...] = ()
    image_size: int = 10
    images_per_class: int = 100
    imbalance_ratio: float = 1.0
    majority_classes: int = 5
    depth: int = 8
    width: int = 100
    batch_norm: bool = True
    activation: str = "relu"
    loss: str = "cross_entropy"
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "steps"
    weight_decay: float = 5e-4
    batch_size: int = 128
    epochs: int = 600
    record: str = "default"
    probe_per_class: int = 60
    measured: str = "evaluation"
    seed: int = 0

    def check(self) -> None:
        """Refuse impossible values.

        Raises
        ------
        UserError
            Naming the first value that cannot be, and what it may be.
        """
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise UserError(
                    f"The recipe's {name} is {value}: choose a value from {low:g} to {high:g}."
                )
        for name, choices in (
            ("activation", ACTIVATIONS),
            ("loss", LOSSES),
            ("optimizer", OPTIMIZERS),
            ("schedule", SCHEDULES),
            ("measured", MEASURED),
        ):
            if getattr(self, name) not in choices:
                raise UserError(
                    f"The recipe's {name} is {getattr(self, name)!r}: "
                    f"choose one of {', '.join(choices)}."
                )
        if not (math.isfinite(self.learning_rate) and 0 < self.learning_rate <= 100):
            raise UserError(
                f"The recipe's learning_rate is {self.learning_rate:g}: "
                "choose a positive number up to 100."
            )
        if not (math.isfinite(self.imbalance_ratio) and self.imbalance_ratio >= 1):
            raise UserError(
                f"The recipe's imbalance_ratio is {self.imbalance_ratio:g}: "
                "choose 1 (balanced) or more."
            )
        if len(set(self.classes)) != len(self.classes) or any(c < 0 for c in self.classes):
            raise UserError(
                f"The recipe's classes are {list(self.classes)}: name each class once, from 0."
            )
        if len(self.classes) == 1:
            raise UserError("The recipe names one class: choose at least two, or none for all.")
        self.recorded_epochs()

    def recorded_epochs(self) -> tuple[int, ...]:
        """Return the epochs to record, ascending, from 0 (before training) to the last.

        Raises
        ------
        UserError
            If `record` cannot be understood.
        """
        return recorded_epochs(self.record, self.epochs)

    def learning_rate_drops(self) -> tuple[int, ...]:
        """Return the epochs at which the learning rate falls by a factor of ten."""
        if self.schedule != "steps":
            return ()
        return tuple(sorted({e for e in (self.epochs // 3, 2 * self.epochs // 3) if e > 0}))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON and TOML can hold."""
        return {**asdict(self), "classes": list(self.classes)}

    def to_toml(self) -> str:
        """Return the recipe as TOML text, one line a parameter."""
        return "".join(f"{key} = {_toml(value)}\n" for key, value in self.to_dict().items())


def published_rate(optimizer: str, depth: int) -> float:
    """Return the learning rate that was published for an optimiser.

    Parameters
    ----------
    optimizer : str
        One of `OPTIMIZERS`.
    depth : int
        Layers. Rates were published for 4, 8 and 20: that of the nearest depth, by the
        ratio of depths, is returned.

    Notes
    -----
    He & Su, PNAS 2023, for FashionMNIST.
    """
    rates = _PUBLISHED_RATES[optimizer]
    return rates[min(rates, key=lambda published: abs(math.log(published / depth)))]


def _toml(value: object) -> str:
    # JSON's strings, numbers, booleans and flat lists are TOML's too, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def recorded_epochs(record: str, epochs: int) -> tuple[int, ...]:
    """Return which of the epochs 0…`epochs` the text `record` asks for.

    Parameters
    ----------
    record : str
        See `Recipe.record`.
    epochs : int
        The last epoch.

    Raises
    ------
    UserError
        If the text cannot be understood.
    """
    words = record.replace(",", " ").split()
    try:
        if words == ["default"]:
            wanted = _default_epochs(epochs)
        elif words == ["all"]:
            wanted = set(range(epochs + 1))
        elif len(words) == 2 and words[0] == "every" and int(words[1]) > 0:
            wanted = set(range(0, epochs + 1, int(words[1])))
        else:
            wanted = {int(word) for word in words}
            if not wanted or min(wanted) < 0 or max(wanted) > epochs:
                raise ValueError(record)
    except ValueError:
        raise UserError(
            f"The recipe's record is {record!r}: write default, all, every 10, or a list "
            f"of epochs from 0 to {epochs} such as 0, 1, 10."
        ) from None
    return tuple(sorted(wanted | {epochs}))


def _default_epochs(epochs: int) -> set[int]:
    """Dense where the picture changes fastest, then evenly, some 40 in all at 600 epochs."""
    early = {0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 30, 35, 40, 46, 52, 60, 70, 80, 90}
    stride = max(1, round(epochs / 20))
    return {e for e in early if e <= epochs} | set(range(0, epochs + 1, stride))


def recipe_from_dict(values: Mapping[str, Any], source: str = "The recipe") -> Recipe:
    """Build a checked recipe from plain values.

    Parameters
    ----------
    values : mapping
        Parameter names to values; what is absent keeps its default.
    source : str
        Where the values come from, for the error message.

    Raises
    ------
    UserError
        For an unknown name, a value of the wrong type or an impossible value.
    """
    defaults = Recipe()
    known = {field.name for field in fields(Recipe)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise UserError(
            f"{source} has an unknown parameter {unknown[0]!r}: "
            f"the known ones are {', '.join(sorted(known))}."
        )
    converted = {
        name: _convert(name, value, getattr(defaults, name), source)
        for name, value in values.items()
    }
    recipe = replace(defaults, **converted)
    recipe.check()
    return recipe


def _convert(name: str, value: Any, default: Any, source: str) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
    elif isinstance(default, int):
        if is_number and (isinstance(value, int) or value.is_integer()):
            return int(value)
    elif isinstance(default, float):
        if is_number:
            with contextlib.suppress(OverflowError):
                return float(value)
    elif isinstance(default, str):
        if isinstance(value, str):
            return value
    elif isinstance(value, list | tuple) and all(
        isinstance(item, int) and not isinstance(item, bool) for item in value
    ):
        return tuple(value)
    kind = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    wanted = kind.get(type(default), "a list of whole numbers")
    raise UserError(f"{source} has {name} = {value!r}: it must be {wanted}.")


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a TOML file.

    Parameters
    ----------
    path : Path
        A TOML file whose keys are parameters of `Recipe`.

    Raises
    ------
    UserError
        If the file cannot be read, is not TOML or holds an impossible value.
    """
    try:
        text = read_text(path, LARGEST_RECIPE)
        values = tomllib.loads(text)
    except OSError as error:
        raise UserError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError is a ValueError
        raise UserError(f"The recipe {path} is not a TOML file: {error}.") from error
    return recipe_from_dict(values, f"The recipe {path}")
