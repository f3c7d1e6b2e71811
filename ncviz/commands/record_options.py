"""The options of `ncviz record`. Nothing here imports NumPy or torch."""

import argparse
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.recording.plan import (
    POOLS,
    SPLITS,
    TOKENS,
    RecordPlan,
    parse_arguments,
    parse_epochs,
)
from ncviz.training.device import CHOICES

_PLAIN = RecordPlan()


def add_parser(verbs: Any) -> argparse.ArgumentParser:
    """Add the verb and its options to the command line's parser."""
    verb = verbs.add_parser(
        "record",
        help="make a run of a model's checkpoints",
        description="Measure a model at each of its checkpoints. Nothing in a checkpoint is run; "
        "code of your own is imported only after you say yes.",
    )
    assert isinstance(verb, argparse.ArgumentParser)
    verb.add_argument(
        "--model",
        required=True,
        metavar="MODEL",
        help="torchvision:NAME, recipe:FILE.toml, run:FOLDER, package.module:function or "
        "FILE.py:function",
    )
    verb.add_argument(
        "--checkpoints",
        required=True,
        nargs="+",
        metavar="FILES",
        help="files, a folder or a pattern such as 'ckpt/epoch_*.pt'",
    )
    verb.add_argument(
        "--epoch-pattern",
        default="",
        metavar="PATTERN",
        help="where the epoch stands in their names, such as 'net_{epoch}_*.pt'; {step} for steps",
    )
    verb.add_argument(
        "--epochs",
        nargs="+",
        default=(),
        metavar="FILE=N",
        help="epochs of single checkpoints, such as last.pt=200",
    )
    verb.add_argument(
        "--data",
        required=True,
        metavar="DATA",
        help="a data set's name, a folder of images, an npz file, module:function, or 'recipe' "
        "for the data of an ncviz network",
    )
    verb.add_argument("--out", type=Path, metavar="RUN", required=True, help="a new folder")
    verb.add_argument(
        "--model-args", default="", metavar="NAME=VALUE,…", help="such as num_classes=10"
    )
    verb.add_argument("--data-folder", default="", metavar="FOLDER", help="of a full data set")
    verb.add_argument(
        "--layers",
        default="stages",
        metavar="LAYERS",
        help="stages, blocks, all, or names and patterns such as 'layer?.*', with commas between",
    )
    verb.add_argument("--pool", choices=POOLS, default=_PLAIN.pool, help="of maps")
    verb.add_argument("--tokens", choices=TOKENS, default=_PLAIN.tokens, help="of sequences")
    verb.add_argument(
        "--classifier", default="", metavar="NAME", help="default: the layer that gives the logits"
    )
    verb.add_argument(
        "--classifier-weight",
        default="",
        metavar="NAME",
        help="its matrix, a parameter or buffer; default: the one that explains the logits",
    )
    verb.add_argument(
        "--weights",
        default="",
        metavar="ENTRY",
        help="of the file, such as ema, or a prefix, such as encoder_q",
    )
    verb.add_argument(
        "--load",
        default="",
        metavar="MODULE:FUNCTION",
        help="of yours, which is given a checkpoint's path and returns its state dict",
    )
    verb.add_argument("--split", choices=SPLITS, default=_PLAIN.split)
    verb.add_argument(
        "--train-counts",
        default="",
        metavar="N,…",
        help="training samples of each class, or 'unknown'; default: counted in the data",
    )
    verb.add_argument(
        "--per-class", type=int, default=_PLAIN.per_class, metavar="N", help="measured samples"
    )
    verb.add_argument(
        "--probe-per-class", type=int, default=_PLAIN.probe_per_class, metavar="N", help="drawn"
    )
    verb.add_argument("--seed", type=int, default=0, help="of the choice of samples")
    verb.add_argument("--batch", type=int, default=_PLAIN.batch, metavar="N")
    verb.add_argument(
        "--size", type=int, default=0, metavar="PIXELS", help="default: as the images are"
    )
    verb.add_argument(
        "--pixel-range",
        default="",
        metavar="LOW..HIGH",
        help="values of black and white such as 0..4095, or none; default: recognised",
    )
    verb.add_argument(
        "--normalise",
        default="none",
        metavar="HOW",
        help="none (0 to 1), imagenet, data, or MEAN/STD such as 0.286/0.353",
    )
    verb.add_argument("--transform", default="", metavar="MODULE:FUNCTION", help="of a batch")
    verb.add_argument("--device", default="auto", metavar="NAME", help=CHOICES)
    verb.add_argument(
        "--memory", type=int, default=_PLAIN.memory, metavar="MIB", help="for features"
    )
    verb.add_argument("--yes", action="store_true", help="import the code that is named")
    return verb


def plan_of(parsed: argparse.Namespace) -> RecordPlan:
    """Return the plan that the options stand for."""
    return RecordPlan(
        model=parsed.model,
        checkpoints=tuple(parsed.checkpoints),
        data=parsed.data,
        epoch_pattern=parsed.epoch_pattern,
        epochs=parse_epochs(parsed.epochs),
        model_args=_arguments(parsed.model_args),
        data_folder=parsed.data_folder,
        layers=tuple(word.strip() for word in parsed.layers.split(",") if word.strip()),
        pool=parsed.pool,
        tokens=parsed.tokens,
        classifier=parsed.classifier,
        classifier_weight=parsed.classifier_weight,
        weights=parsed.weights,
        load=parsed.load,
        split=parsed.split,
        train_counts=parsed.train_counts,
        per_class=parsed.per_class,
        probe_per_class=parsed.probe_per_class,
        seed=parsed.seed,
        batch=parsed.batch,
        size=parsed.size,
        pixel_range=parsed.pixel_range,
        normalise=parsed.normalise,
        transform=parsed.transform,
        device=parsed.device,
        memory=parsed.memory,
        trusted=parsed.yes,
    )


def _arguments(text: str) -> dict[str, Any]:
    try:
        return parse_arguments(text)
    except UserError as error:
        raise UserError(f"--model-args: {error}") from error
