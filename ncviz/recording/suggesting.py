"""Suggests which model files are of, by what lies beside them, their weights, and what they say."""

from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.checkpoint_paths import is_of_one
from ncviz.recording.guessing import Guess, guess_model
from ncviz.recording.hub_folder import read_config
from ncviz.recording.library_models import named_by_torchvision
from ncviz.recording.timm_models import TIMM_MODELS
from ncviz.recording.weights import Weights

MOST_GUESSED = 3  # networks of a file, besides the first


@dataclass(frozen=True)
class Suggestion:
    """Which model a file seems to be of.

    Parameters
    ----------
    model : str
        As a plan names it, such as 'timm:vit_tiny_patch16_224'; '' if none is known.
    classes : int
        That the weights tell apart; 0 if they do not say.
    tried : str
        What was tried if none fits, as a sentence.
    """

    model: str = ""
    classes: int = 0
    tried: str = ""


def suggest(path: Path, weights: Weights) -> Suggestion:
    """Return the model that a checkpoint seems to be of.

    Parameters
    ----------
    path : Path
        The checkpoint; settings of Hugging Face's may lie beside it.
    weights : Weights
        From it.
    """
    if path.suffix == ".onnx":  # which says itself what it computes
        return Suggestion(f"onnx:{path}")
    folder = path if path.is_dir() else path.parent
    try:
        config = read_config(folder)
    except UserError:
        config = {}
    if isinstance(config.get("model_type"), str):
        named = folder.parent if is_of_one(folder.name) else folder
        names = config.get("id2label")
        return Suggestion(f"hf:{named}", len(names) if isinstance(names, dict) else 0)
    if weights.arch and weights.arch not in named_by_torchvision() and _is_timms(weights.arch):
        return Suggestion(f"timm:{weights.arch}")
    guess = _guess(weights)
    if guess.name:
        return Suggestion(f"torchvision:{guess.name}", guess.classes)
    if weights.arch and _is_timms(weights.arch):
        return Suggestion(f"timm:{weights.arch}")
    tried = guess.tried
    if weights.arch and tried:
        tried += tr(" The file says that its network is {arch}.", arch=weights.arch)
        if find_spec("timm") is None:
            tried += tr(" Where that is one of timm's, install it with pip install 'ncviz[timm]'.")
    return Suggestion(tried=tried)


def _is_timms(name: str) -> bool:
    """Tell whether timm is here and has a network of this name."""
    try:
        return find_spec("timm") is not None and name.partition(".")[0] in TIMM_MODELS.named()
    except UserError:  # it is there and cannot be imported
        return False


def _guess(weights: Weights) -> Guess:
    """Guess the model of the first of a file's networks that is one of a known family."""
    first = guess_model(weights.tensors)
    others = islice(weights.others.values(), MOST_GUESSED)
    named = (guess for guess in map(guess_model, others) if guess.name)
    return first if first.name else next(named, first)
