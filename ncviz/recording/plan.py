"""The plan of a recording: which model, which checkpoints, which data, which layers.

Importing this module does not import torch.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ncviz import parameters
from ncviz.language import tr
from ncviz.parameters import parameter, to_plain
from ncviz.recording.epochs_of_names import check_pattern
from ncviz.recording.model_source import ways_to_name
from ncviz.recording.plan_texts import (
    check_epochs,
    check_layers,
    check_load,
    check_splits,
    is_code,
    parse_epochs,
    parse_normalise,
    parse_pixel_range,
    parse_splits,
    parse_train_counts,
    read_arguments,
)
from ncviz.training.device import CHOICES, device_name


@dataclass(frozen=True)
class RecordPlan:
    """Everything that decides what a recording of checkpoints will be.

    Where a text may be empty, what it says is found in the checkpoints or the data, or is not done.
    Which device 'auto' stands for is settled before a plan is carried out, by
    `ncviz.training.device_probe.find_device`; there it is the processor. Layers that take more
    than `memory` are measured batch by batch, in two passes. `trusted` is whether the user has
    said that her own code may be imported.
    """

    model: str = parameter(
        "",
        asked=tr("a model such as torchvision:resnet18"),
        help=tr(
            "{ways_to_name}, package.module:function or FILE.py:function",
            ways_to_name=ways_to_name(),
        ),
        metavar="MODEL",
    )
    checkpoints: tuple[str, ...] = parameter(
        (),
        asked=tr("checkpoints such as 'ckpt/epoch_*.pt'"),
        help=tr("files, a folder or a pattern such as 'ckpt/epoch_*.pt'"),
        split="words",
        metavar="FILES",
    )
    data: str = parameter(
        "",
        asked=tr("data such as fashion-mnist or a folder of images"),
        help=tr(
            "a data set's name, a folder of images or of texts, a file of arrays or of texts, "
            "module:function, or 'recipe' for the data of an ncviz network"
        ),
        metavar="DATA",
    )
    features: tuple[str, ...] = parameter(
        (),
        tr("Arrays or columns of samples, where their names do not tell."),
        label=tr("Samples called"),
        empty=tr("found by its names"),
        help=tr("arrays of samples, or columns of a table, whose names do not tell"),
        split="commas",
        metavar="NAME,…",
        later=True,
    )
    labels: str = parameter(
        "",
        tr("The array or column of labels, where the names do not tell."),
        label=tr("Labels called"),
        empty=tr("found by its name"),
        help=tr("the array or column of labels"),
        metavar="NAME",
        later=True,
    )
    epoch_pattern: str = parameter(
        "",
        tr("Where the number stands: {epoch} or {step}, and * for any text."),
        label=tr("Epochs in the names"),
        empty=tr("found by itself; or such as net_{epoch}_*.pt"),
        check=check_pattern,
        help=tr(
            "where the epoch stands in their names, such as 'net_{epoch}_*.pt'; {step} for steps"
        ),
        metavar="PATTERN",
    )
    epochs: Mapping[str, float] = parameter(
        factory=dict,
        check=check_epochs,
        help=tr("epochs of single checkpoints, such as last.pt=200"),
        split="words",
        read=parse_epochs,
        write=lambda epochs: [f"{name}={number}" for name, number in epochs.items()],
        metavar="FILE=N",
    )
    model_args: Mapping[str, Any] = parameter(
        factory=dict,
        tip=tr("Keyword arguments, with commas between."),
        label=tr("Arguments"),
        empty=tr("such as num_classes=10; usually none"),
        help=tr("such as num_classes=10"),
        read=read_arguments,
        write=lambda value: ",".join(f"{name}={json.dumps(item)}" for name, item in value.items()),
        metavar="NAME=VALUE,…",
    )
    data_folder: str = parameter(
        "", label=tr("Its folder"), help=tr("of a full data set"), metavar="FOLDER"
    )
    layers: tuple[str, ...] = parameter(
        ("stages",),
        label=tr("Record"),
        check=check_layers,
        help=tr(
            "stages, blocks, all, or names and patterns such as 'layer?.*', with commas between"
        ),
        split="commas",
        metavar="LAYERS",
    )
    pool: str = parameter(
        "average",
        tr("Convolutional maps, as vectors."),
        label=tr("Maps become"),
        choices={"average": tr("Average"), "max": tr("Maximum"), "flatten": tr("All numbers")},
        help=tr("of maps"),
    )
    tokens: str = parameter(
        "auto",
        tr("Sequences of a transformer."),
        label=tr("Tokens become"),
        choices={
            "auto": tr("As the model does"),
            "class": tr("Class token"),
            "mean": tr("Mean"),
            "flatten": tr("All"),
        },
        help=tr("of sequences"),
    )
    length: int = parameter(
        0,
        tr("Tokens of a text that are read, at most."),
        label=tr("Tokens of a text"),
        empty=tr("as many as the model reads"),
        low=0,
        high=100_000,
        help=tr("of a text, at most; default: as many as the model reads"),
        metavar="TOKENS",
        later=True,
    )
    classifier: str = parameter(
        "",
        tr("The layer that gives the logits."),
        label=tr("Classifier"),
        help=tr("default: the layer that gives the logits"),
        metavar="NAME",
    )
    classifier_weight: str = parameter(
        "",
        tr("A parameter or buffer with a row a class, for NC3."),
        label=tr("Its matrix"),
        help=tr("its matrix, a parameter or buffer; default: the one that explains the logits"),
        metavar="NAME",
    )
    weights: str = parameter(
        "",
        help=tr("of the file, such as ema, or a prefix, such as encoder_q"),
        metavar="ENTRY",
    )
    load: str = parameter(
        "",
        label=tr("Read by"),
        tip=tr(
            "Your code, for files that ncviz cannot read: it is given a file's path and returns "
            "the state dict."
        ),
        check=check_load,
        help=tr("of yours, which is given a checkpoint's path and returns its state dict"),
        metavar="MODULE:FUNCTION",
    )
    split: str = parameter(
        "both",
        label=tr("Split"),
        choices={"both": tr("Training and test"), "train": tr("Training"), "test": tr("Test")},
        help=None,
    )
    splits: Mapping[str, str] = parameter(
        factory=dict,
        tip=tr(
            "What else is measured: each a folder of images, a file of arrays or a data set, "
            "with commas between."
        ),
        label=tr("Further splits"),
        empty=tr("none; or such as rotated=FOLDER, letters=FILE.npz"),
        check=check_splits,
        help=tr(
            "what else is measured: folders of images, files of arrays or data sets, such as "
            "rotated=FOLDER; of classes that the network does not know where a name of theirs is "
            "none of the training's"
        ),
        split="words",
        read=parse_splits,
        write=lambda splits: [f"{name}={data}" for name, data in splits.items()],
        metavar="NAME=DATA",
        later=True,
    )
    columns: str = parameter(
        "",
        tr(
            "What else is known of each sample: rows in their order, or a column 'sample' or "
            "'file'."
        ),
        label=tr("Table of columns"),
        empty=tr("none; or a CSV file with a row a sample"),
        help=tr(
            "what else is known of each sample: rows in their order, or with a column 'sample' "
            "of their numbers from 0, of images 'file'"
        ),
        metavar="FILE.csv",
        later=True,
    )
    train_counts: str = parameter(
        "",
        tr("Training samples of each class, such as 400,400,40; or unknown."),
        label=tr("Class sizes"),
        empty=tr("counted in the data"),
        check=parse_train_counts,
        help=tr("training samples of each class, or 'unknown'; default: counted in the data"),
        metavar="N,…",
    )
    per_class: int = parameter(
        100,
        tr("Samples of each class that are measured, at most."),
        label=tr("Measured a class"),
        low=2,
        high=1_000_000,
        help=tr("measured samples"),
        metavar="N",
    )
    probe_per_class: int = parameter(
        60,
        tr("Of those, the ones in the picture."),
        label=tr("Drawn a class"),
        low=1,
        high=10_000,
        help="drawn",
        metavar="N",
    )
    seed: int = parameter(
        0,
        tr("Of the choice of samples."),
        low=0,
        high=2**31 - 1,
        help=tr("of the choice of samples"),
    )
    batch: int = parameter(128, low=1, high=100_000, help=None, metavar="N")
    size: int = parameter(
        0,
        tr("Images are resized to this."),
        label=tr("Pixels a side"),
        empty=tr("as they are"),
        low=0,
        high=2048,
        help=tr("default: as the images are"),
        metavar="PIXELS",
    )
    pixel_range: str = parameter(
        "",
        tr("Their values where the file does not say them, such as 0..4095; or none."),
        label=tr("Black and white"),
        empty=tr("recognised"),
        check=parse_pixel_range,
        help=tr("values of black and white such as 0..4095, or none; default: recognised"),
        metavar="LOW..HIGH",
    )
    normalise: str = parameter(
        "none",
        tr("As in the training of the network."),
        label=tr("Scaled"),
        check=parse_normalise,
        help=tr("none (0 to 1), imagenet, data, or MEAN/STD such as 0.286/0.353"),
        metavar="HOW",
    )
    transform: str = parameter(
        "",
        tr("A function of yours, instead of the scaling."),
        label=tr("Transform"),
        empty=tr("none; or package.module:function of a batch"),
        help=tr("of a batch"),
        metavar="MODULE:FUNCTION",
    )
    device: str = parameter("auto", check=device_name, help=CHOICES, metavar="NAME")
    memory: int = parameter(
        512,
        tr("What more than this takes is measured batch by batch, in two passes; MiB."),
        label=tr("Memory for features"),
        low=1,
        high=1_000_000,
        help=tr("for features"),
        metavar="MIB",
    )
    trusted: bool = parameter(False, help=tr("import the code that is named"), option="--yes")

    def check(self) -> None:
        """Refuse what cannot be.

        Raises
        ------
        UserError
            Naming the first value that cannot be, and what it may be.
        """
        parameters.check(self, "recording")

    @property
    def runs_code(self) -> tuple[str, ...]:
        """Return which 'module:function' of the user's would be imported."""
        named = (self.model if is_code(self.model) else "", self.load, self.transform)
        data = (each for each in (self.data, *self.splits.values()) if is_code(each))
        return tuple(name for name in (*named, *data) if name)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold, without the user's trust."""
        known, values = parameters.declared(self), to_plain(self)
        return {
            name: value
            for name, value in values.items()
            if name != "trusted" and not (known[name].parameter.later and not value)
        }

    def command(self, out: str = "RUN") -> str:
        """Return the command line that records the same again."""
        return parameters.command(replace(self, trusted=bool(self.runs_code)), "record", out)
