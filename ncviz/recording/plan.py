"""The plan of a recording: which model, which checkpoints, which data, which layers.

Importing this module does not import torch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from ncviz.errors import UserError
from ncviz.recording.epochs_of_names import check_pattern
from ncviz.runs.manifest import LAST_EPOCH
from ncviz.training.device import device_name
from ncviz.wording import read_number, read_numbers, shell_word

POOLS = ("average", "max", "flatten")
TOKENS = ("auto", "class", "mean", "flatten")
SPLITS = ("both", "train", "test")
NORMALISATIONS = ("none", "imagenet", "data")

_CHOICES = {"pool": POOLS, "tokens": TOKENS, "split": SPLITS}
_RANGES = {
    "per_class": (2, 1_000_000),
    "probe_per_class": (1, 10_000),
    "seed": (0, 2**31 - 1),
    "batch": (1, 100_000),
    "size": (0, 2048),
    "memory": (1, 1_000_000),
}


@dataclass(frozen=True)
class RecordPlan:
    """Everything that decides what a recording of checkpoints will be.

    Parameters
    ----------
    model : str
        'torchvision:NAME', 'recipe:FILE.toml', 'run:FOLDER' for a network of
        ncviz's own, or 'package.module:function' of the user's code, which may
        be given by its file, too: 'folder/file.py:function'.
    checkpoints : tuple of str
        Files, folders, or patterns such as 'ckpt/epoch_*.pt'.
    data : str
        A data set of the catalogue, an image folder, an npz file, or
        'module:function' of the user's code.
    epoch_pattern : str
        Where the epoch stands in the names, such as 'net_{epoch}_*.pt'; '{step}' for a
        number of steps; empty to find it.
    epochs : mapping of str to float
        Epochs of single checkpoints, by their paths or the ends of these.
    model_args : mapping
        Keyword arguments of the model.
    data_folder : str
        Where a full data set lies; empty for the usual places.
    layers : tuple of str
        'stages', 'blocks' or 'all', or names and patterns such as 'layer?.*'.
    pool : str
        Of maps: 'average', 'max' or 'flatten'.
    tokens : str
        Of token sequences: 'class', 'mean' or 'flatten'; 'auto' takes the
        class token where the model has one.
    classifier : str
        The layer that gives the logits; empty to find it, 'none' for no comparison with it.
    classifier_weight : str
        The parameter or buffer that is its weight matrix; empty to find it, 'none' for none.
    weights : str
        The entry of the file to take them from, such as 'ema', or the prefix,
        such as 'encoder_q'; empty to find it.
    load : str
        'module:function' of the user's code that reads a checkpoint: given its
        path, it returns the state dict; empty for ncviz's own reading.
    split : str
        'train', 'test' or 'both'.
    train_counts : str
        Sizes of the classes in the whole training split, such as '400,400,40';
        'unknown' where nobody knows them; empty to count them in the data.
    per_class : int
        Samples of each class that are measured, at most.
    probe_per_class : int
        Of those, the ones that are drawn.
    seed : int
        Of the choice of samples.
    batch : int
        Samples that pass through the network at once.
    size : int
        Side of the images in pixels; 0 for as they are.
    pixel_range : str
        Which values are black and white, such as '0..4095', in arrays and in
        images of more than 8 bits; 'none' for values to be left as they are;
        empty to recognise it by all of them.
    normalise : str
        'none', 'imagenet', 'data', or 'MEAN,…/STD,…' in units of 0 to 1.
    transform : str
        'module:function' of the user's code, applied to a batch of images
        before they are normalised; empty for none.
    device : str
        As `--device` names it. Which one 'auto' stands for is settled before a plan is carried
        out, by `ncviz.training.device_probe.find_device`; there it is the processor.
    memory : int
        MiB for the features of one checkpoint; layers that take more are
        measured batch by batch, in two passes.
    trusted : bool
        Whether the user has said that her own code may be imported.
    """

    model: str = ""
    checkpoints: tuple[str, ...] = ()
    data: str = ""
    epoch_pattern: str = ""
    epochs: Mapping[str, float] = field(default_factory=dict)
    model_args: Mapping[str, Any] | None = None
    data_folder: str = ""
    layers: tuple[str, ...] = ("stages",)
    pool: str = "average"
    tokens: str = "auto"
    classifier: str = ""
    classifier_weight: str = ""
    weights: str = ""
    load: str = ""
    split: str = "both"
    train_counts: str = ""
    per_class: int = 100
    probe_per_class: int = 60
    seed: int = 0
    batch: int = 128
    size: int = 0
    pixel_range: str = ""
    normalise: str = "none"
    transform: str = ""
    device: str = "auto"
    memory: int = 512
    trusted: bool = False

    def check(self) -> None:
        """Refuse what cannot be.

        Raises
        ------
        UserError
            Naming the first value that cannot be, and what it may be.
        """
        for name, what in (
            ("model", "a model such as torchvision:resnet18"),
            ("checkpoints", "checkpoints such as 'ckpt/epoch_*.pt'"),
            ("data", "data such as fashion-mnist or a folder of images"),
        ):
            if not getattr(self, name):
                raise UserError(f"The recording has no {name}: name {what}.")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise UserError(
                    f"The recording's {name} is {getattr(self, name)!r}: "
                    f"choose one of {', '.join(choices)}."
                )
        device_name(self.device)
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise UserError(
                    f"The recording's {name} is {value}: choose a whole number from "
                    f"{low} to {high}."
                )
        if self.load and not is_code(self.load):
            raise UserError(
                f"The recording's load is {self.load!r}: name a function of yours that reads a "
                "checkpoint, as module:function or FILE.py:function."
            )
        if not self.layers:
            raise UserError("The recording has no layers: choose stages, blocks or names.")
        parse_normalise(self.normalise)
        parse_train_counts(self.train_counts)
        parse_pixel_range(self.pixel_range)
        check_pattern(self.epoch_pattern)
        for name, number in self.epochs.items():
            is_number = isinstance(number, int | float) and not isinstance(number, bool)
            if not is_number or not 0 <= number <= LAST_EPOCH:
                raise UserError(f"The epoch of {name} is {number!r}: give a number from 0.")

    @property
    def runs_code(self) -> tuple[str, ...]:
        """Return which 'module:function' of the user's would be imported."""
        named = (self.model if is_code(self.model) else "", self.load, self.transform)
        data = self.data if is_code(self.data) else ""
        return tuple(name for name in (*named, data) if name)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold, without the user's trust."""
        values = asdict(self)
        del values["trusted"]
        for name in ("model_args", "epochs"):
            values[name] = dict(getattr(self, name) or {})
        return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}

    def command(self, out: str = "RUN") -> str:
        """Return the command line that records the same again."""
        words = ["ncviz", "record", "--model", self.model]
        words += ["--checkpoints", *self.checkpoints, "--data", self.data, "--out", out]
        plain = RecordPlan()
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in ("model", "checkpoints", "data", "trusted"):
                continue
            if not value or value == getattr(plain, item.name):
                continue
            words.append(f"--{item.name.replace('_', '-')}")
            if item.name == "epochs":
                words += [f"{name}={number}" for name, number in value.items()]
            else:
                words.append(_text(value))
        if self.runs_code:
            words.append("--yes")
        return " ".join(map(shell_word, words))


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{name}={json.dumps(item)}" for name, item in value.items())
    return ",".join(value) if isinstance(value, tuple) else str(value)


def is_code(spec: str) -> bool:
    """Tell whether a text names a function of the user's code.

    As 'package.module:function', or with a file: 'folder/file.py:function'.
    """
    module, colon, function = spec.rpartition(":")
    if not colon or not function.isidentifier() or module in _SCHEMES:
        return False
    return module.endswith(".py") or all(part.isidentifier() for part in module.split("."))


_SCHEMES = ("torchvision", "recipe", "run")

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
            f"The normalisation is {text!r}: write none, imagenet, data, or a mean and a "
            "deviation a channel such as 0.286/0.353."
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
            f"The sizes of the classes are {_shortened(text)}: write one whole number a class such "
            "as 400,400,40, or 'unknown'."
        )
    counts = tuple(map(int, words))
    if not any(counts):
        raise UserError("The sizes of the classes are all 0: name the classes' training samples.")
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
            f"The pixel range is {_shortened(text)}: write the values of black and white such as "
            "0..4095, or 'none' for values to be left as they are."
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
                f"{word.strip()!r} is no argument: write NAME=VALUE such as num_classes=10."
            )
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = {"True": True, "False": False, "None": None}.get(value, value)
    return found


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
            raise UserError(f"{word!r} gives no epoch: write FILE=NUMBER such as last.pt=200.")
        found[name] = int(number) if number.is_integer() else number
    return found


def plan_from_dict(values: Mapping[str, Any]) -> RecordPlan:
    """Build a checked plan from plain values, such as a run's recipe holds.

    Raises
    ------
    UserError
        For an unknown name or an impossible value.
    """
    known = {field.name for field in fields(RecordPlan)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise UserError(f"A recording has no parameter {unknown[0]!r}.")
    listed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    plan = replace(RecordPlan(), **listed)
    plan.check()
    return plan
