"""What the name of an array says: its part, split, epoch and layer."""

import re
from dataclasses import dataclass, replace

_TRAIN = frozenset(("train", "training", "tr", "fit"))
_TEST = frozenset(("test", "testing", "te", "holdout", "heldout"))
_VALIDATION = frozenset(("val", "valid", "validation", "dev", "eval"))
_STEP = frozenset(("step", "steps", "iter", "iters", "iteration", "iterations"))
_EPOCH = frozenset(("epoch", "epochs", "ep")) | _STEP
_SAMPLES = (
    "features feature feats feat embeddings embedding embeds embed embs emb representations "
    "representation reps rep activations activation acts act hiddens hidden latents latent vectors "
    "vector codes penultimate bottleneck prelogits feas fea data inputs input samples x h z"
)
_WORDS = {
    "features": _SAMPLES,
    "images": "images image imgs img pixels photos pictures",
    "texts": "texts text sentences sentence documents document",
    "labels": "labels label lab lbl lbls y ys target targets tgt gt truth category class classid "
    "cls species",
    "class_names": "classnames labelnames categories classes names",
    "classifier": "classifier weight weights w coef kernel",
    "bias": "bias biases b intercept",
    "logits": "logits logit scores probs probabilities probability proba softmax",
    "losses": "loss losses",
    "learning_rate": "lr lrs",
}
_PARTS = {word: part for part, words in _WORDS.items() for word in words.split()}
FURTHER = "split."  # before the name of a split that is neither training nor held-out
_LAYERS = frozenset(
    (
        *("layer", "layers", "block", "blocks", "conv", "stage", "fc", "relu", "linear", "dense"),
        *("encoder", "decoder", "avgpool", "pool"),
    )
)
_SILENT = frozenset(
    ("np", "npy", "array", "arr", "all", "out", "output", "outputs", "list", "states", "state")
)
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FURTHER = re.compile(r"(?is)(split[./][^./]+)[./](.+)")
_JOINED = re.compile(r"(?i)^([xyzh])(train|test|valid|val|tr|te)$")
_JOINED_BACK = re.compile(r"(?i)^(train|test|valid|val)([xyzh])$")


@dataclass(frozen=True)
class Meaning:
    """What an array is for.

    Parameters
    ----------
    part : str
        'features', 'images', 'texts', 'labels', 'class_names', 'classifier', 'bias',
        'logits', 'losses', 'learning_rate', 'epochs', or '' if the name does
        not say.
    split : str
        'train', 'test', 'validation', 'split.NAME' of a further one, or '' if the name does not
        say.
    epoch : int or None
    layer : str
        The name without split and epoch.
    unit : str
        What the epoch counts: 'epoch' or 'step'.
    """

    part: str
    split: str = ""
    epoch: int | None = None
    layer: str = ""
    unit: str = "epoch"


def meaning_of(name: str) -> Meaning:
    """Read an array's name, such as 'x_train', 'epoch_10/labels' or 'layer.conv1'."""
    if further := _FURTHER.fullmatch(name):
        return replace(meaning_of(further[2]), split=FURTHER + further[1][len(FURTHER) :])
    if name.startswith("layer.") and len(name) > len("layer."):
        return Meaning("features", layer=name[len("layer.") :])
    tokens = _tokens(name)
    split, epoch, unit, rest = "", None, "epoch", []
    place = 0
    while place < len(tokens):
        text, start, end = tokens[place]
        word = text.lower()
        following = tokens[place + 1][0] if place + 1 < len(tokens) else ""
        if word in _EPOCH and following.isdecimal() and epoch is None:
            epoch, unit = int(following[:9]), _unit(word)
            place += 1
        elif found := _split_of(word):
            split = split or found
        else:
            rest.append((word, start, end))
        place += 1
    words = [word for word, _, _ in rest]
    if not words and not split and len(tokens) == 1 and tokens[0][0].lower() in _EPOCH:
        words = [tokens[0][0].lower()]
    layer = name[rest[0][1] : rest[-1][2]] if rest else name
    if not rest and epoch is not None:  # 'epoch_10' alone is an array of features
        return Meaning("features", split, epoch, "features", unit)
    part = _part(words)
    return Meaning(part, split, epoch, layer, _unit(words[0]) if part == "epochs" else unit)


def _tokens(name: str) -> list[tuple[str, int, int]]:
    tokens = []
    for match in _TOKEN.finditer(name):
        text, start, end = match.group(), match.start(), match.end()
        joined = _JOINED.match(text) or _JOINED_BACK.match(text)
        if joined is None:
            tokens.append((text, start, end))
        else:
            middle = start + len(joined.group(1))
            tokens += [(joined.group(1), start, middle), (joined.group(2), middle, end)]
    return tokens


def _unit(word: str) -> str:
    return "step" if word in _STEP else "epoch"


def _split_of(word: str) -> str:
    for name, words in (("train", _TRAIN), ("test", _TEST), ("validation", _VALIDATION)):
        if word in words:
            return name
    return ""


def _part(words: list[str]) -> str:
    if not words:
        return ""
    if len(words) == 1 and words[0] in _EPOCH:
        return "epochs"
    if words[-2:] == ["learning", "rate"] or words[-2:] == ["learning", "rates"]:
        return "learning_rate"
    if words[-1] == "names":
        others = set(words[:-1])
        named = others <= {"class", "classes", "label", "labels", "target", "targets", "category"}
        return "class_names" if named else ""
    # The last word decides: 'image_features', 'class_labels', but not 'class_counts'.
    telling = [word for word in words if not word.isdecimal() and word not in _SILENT]
    if telling and telling[-1] in _PARTS:
        return _PARTS[telling[-1]]
    return "features" if _LAYERS & set(words) else ""
