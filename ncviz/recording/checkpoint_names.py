"""What the numbers in a checkpoint's name are: an epoch, a step, or something else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from pathlib import PurePath

from ncviz.language import tr
from ncviz.recording.checkpoint_words import (
    COUNTERS,
    EPOCH,
    KNOWN,
    METRICS,
    NO_PROGRESS,
    NOUNS,
    OF_A_PLAN,
    PROGRESS,
    RANKED,
    SAVED,
    STEP,
    UNCOUNTED,
)

MOST_DIGITS = 9  # longer numbers are times and identities
FOLDERS = 3  # above a file whose names are looked at


class Kind(Enum):
    """What a number in a name is."""

    EPOCH = "epoch"
    STEP = "step"
    PLAIN = "a number"  # that no word explains: perhaps the epoch
    TOTAL = "epochs"  # '300ep': perhaps those that were planned
    SIZE = "a size"  # of a known network, a data set or an image: 'resnet-18'
    PART = tr("part of a word")  # 'lenet5'
    OTHER = tr("something else")  # a metric, a setting, a seed, a shard


_COUNTED = frozenset((Kind.EPOCH, Kind.STEP, Kind.PLAIN, Kind.TOTAL))


@dataclass(frozen=True)
class NumberInName:
    """A number in a name.

    Parameters
    ----------
    value : Fraction
    kind : Kind
    word : str
        The word that explains it, in small letters; '' for none.
    after_noun : bool
        Whether that word is one such as 'checkpoint' or 'model'.
    folder : int
        0 in the file's own name, 1 in that of its folder, and so on.
    start, end : int
        Where it stands in that name.
    """

    value: Fraction
    kind: Kind
    word: str = ""
    after_noun: bool = False
    folder: int = 0
    start: int = 0
    end: int = 0


# Networks and data sets whose names end in a number, and these numbers.
_MOBILE = (
    r"(?:mobile|mnas|ghost|fb|lc|tiny|semnas|spnas)net[a-z0-9]*"
    r"(?:[-_](?:large|small|rw|edge|conv|minimal|medium|v\d))*"
)
_FAMILIES = re.compile(
    r"(?<![a-z])(?:"
    + "|".join(
        (
            r"(?:wide[-_]?resnet|wrn|wresnet)[-_]?(?:10|16|22|28|34|40)(?:[-_x](?:12|10|1|2|4|6|8|20)(?![0-9]))?",
            r"(?:wide[-_]?resnet)[-_]?(?:50|101)(?:[-_]2(?![0-9]))?",
            r"densenet[-_]?(?:bc[-_]?)?(?:l)?(?:40|100|190|250)(?:[-_]k?(?:12|24|32|40)(?![0-9]))?",
            r"densenet[-_]?(?:121|161|169|201|264)",
            r"(?:pre[-_]?act[-_]?)?(?:se[-_]?)?(?:res(?:net|nest|next|nets)|rn|r)(?:v2|d)?[-_]?"
            r"(?:8|14|18|20|26|32|34|44|50|56|101|110|152|164|269|1001|1202)",
            r"vgg[-_]?(?:11|13|16|19)(?:[-_]bn)?",
            r"(?:lenet|lenets)[-_]?5",
            r"(?:shufflenet|mnasnet|squeezenet)[-_]?(?:v\d[-_]?)?x?\d[._][0-9]",
            rf"{_MOBILE}[-_](?:035|050|075|100|110|120|140)",
            r"regnet[a-z]*[-_](?:002|004|006|008|016|032|040|064|080|120|160|320)",
            r"(?:vit|deit|beit|mixer|cait|xcit)[-_](?:[a-z]+[-_])*?(?:patch)?(?:8|14|16|32)(?=$|[-_.](?!\d*$)|[-_.]\d)",
            r"(?:vit|deit|beit|mixer)[-_](?:ti|s|b|l|h|g)[-_]?(?:8|14|16|32)",
            r"cifar[-_]?(?:100|10)",
            r"stl[-_]?10",
            r"(?:tiny[-_]?)?(?:imagenet|in)[-_]?(?:1k|12k|21k|22k|100|200|1000|21000)",
            r"(?:cub|caltech|food|flowers|places|ucf|kinetics)[-_]?(?:101|102|200|256|365|400|600)",
        )
    )
    + r")(?![0-9])"
)
_A_NETWORK = re.compile(
    r"net|vit|swin|deit|beit|resn|rn\d|vgg|convn|patch\d|window\d|mixer|eva|cait|regnet|clip|yolo"
)
_IMAGE_SIDES = frozenset((160, 192, 224, 240, 256, 288, 320, 331, 336, 384, 448, 456, 512, 518))
_K_OF_DATA = frozenset((1, 12, 21, 22))  # '22k': images or classes of ImageNet

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DAY, _CLOCK = r"(?:0[1-9]|[12]\d|3[01])", r"(?:[01]\d|2[0-3])"
_TIME = rf"(?:[-_t ]{{0,2}}{_CLOCK}[-_:.h]?[0-5]\d(?:[-_:.m]?[0-5]\ds?)?(?!\d))?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d)(?:19|20)\d\d([-_.]?)(?:0[1-9]|1[0-2])\1{_DAY}(?:{_TIME}(?!\d))",
        rf"(?<!\d){_DAY}([-_.])(?:0[1-9]|1[0-2])\1(?:19|20)\d\d{_TIME}(?!\d)",
        rf"(?<!\d)(?:0[1-9]|1[0-2])([-_.]){_DAY}\1(?:19|20)\d\d{_TIME}(?!\d)",
        rf"(?<![a-z]){_MONTH}[-_]?\d\d?(?:[-_,]+(?:19|20)\d\d)?{_TIME}(?!\d)",
        rf"(?<!\d)\d\d?[-_]?{_MONTH}[a-z]*[-_]?(?:(?:19|20)?\d\d(?!\d))?{_TIME}",
        rf"(?<!\d){_CLOCK}([-:])[0-5]\d\1[0-5]\d(?!\d)",
        r"(?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])",
    )
)
_MAY_HOLD_A_DATE = re.compile(rf"(?:19|20)\d\d|{_MONTH}|\d[-:]\d\d[-:]\d|[0-9a-f]{{8}}-")
_HEX = re.compile(r"(?<![0-9a-z])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,64}(?![0-9a-z])")
_END = re.compile(
    r"(?:\.(?:pth|pt|ckpt|tar|safetensors|bin|npz|npy|h5|hdf5|keras|pkl|pickle|msgpack|onnx|gz|"
    r"zip|index|json|weights|torch|t7|model|symlink|distcp))+$",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?:[-_]v(\d{1,4})|[ _-]*\((\d{1,4})\)|[ _-]copy[ _-]?(\d{0,4}))$")
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+(?:\.[0-9]+)*(?:e-[0-9]+)?", re.IGNORECASE)
# '2e5' and '1.5e+05', which only a word for progress tells from the fifth epoch of fold 2.
_POWER = re.compile(r"[1-9](?:\.[0-9]+)?e\+?0?[1-8](?![0-9.])")
_GLUED = re.compile(r"(?:.*(?:model|net|ckpt|checkpoint|weights|best|last|save|global|train))")


@dataclass(frozen=True)
class _Token:
    text: str  # in small letters
    start: int
    end: int
    is_number: bool


def read_name(path: str | PurePath) -> tuple[NumberInName, ...]:
    """Return the numbers in a file's name, and in its folders those that say what they are."""
    return tuple(number for place in range(FOLDERS + 1) for number in _of_part(path, place))


def time_in(name: str) -> NumberInName | None:
    """Return the number of an entry's name whose word says in full that it counts time.

    Parameters
    ----------
    name : str
        Such as 'epoch_2' or 'step500'; the 'e1' and 'e2' of a file are no epochs but networks.
    """
    kinds = (Kind.EPOCH, Kind.STEP)
    found = (n for n in read_name(name) if n.kind in kinds and len(n.word) > 2)
    return next(found, None)


def pattern_of(path: str | PurePath) -> str:
    """Return a path with the numbers that count or measure left open: 'fold1/epoch_#'.

    Parameters
    ----------
    path : str or PurePath
        Checkpoints of one training have the same pattern.
    """
    parts = list(PurePath(path).parts)
    for place in range(min(len(parts), FOLDERS + 1)):
        part = parts[-1 - place] = _bare(parts[-1 - place], place)
        for number in reversed(_of_part(path, place)):
            if number.kind in _COUNTED or number.word in METRICS:
                part = f"{part[: number.start]}#{part[number.end :]}"
        parts[-1 - place] = part
    return "/".join(parts)


def _of_part(path: str | PurePath, place: int) -> tuple[NumberInName, ...]:
    parts = PurePath(path).parts
    return _numbers(_bare(parts[-1 - place], place), place) if place < len(parts) else ()


def _bare(part: str, place: int) -> str:
    return part if place else _VERSION.sub("", _END.sub("", part))


def version_of(path: str | PurePath) -> int:
    """Return which copy of its name a file is: 1 of 'epoch=3-v1.ckpt'; 0 for the first."""
    found = _VERSION.search(_END.sub("", PurePath(path).name))
    return int(next((text for text in found.groups() if text), 1)) if found else 0


@lru_cache(maxsize=1024)  # of many files in one folder
def _numbers(name: str, folder: int) -> tuple[NumberInName, ...]:
    text = _without_dates("".join(c.lower() if len(c.lower()) == 1 else c for c in name))
    sizes = [found.span() for found in _FAMILIES.finditer(text)]
    tokens = list(_tokens(text, name))
    return tuple(
        _read(tokens, place, text, sizes, folder)
        for place, token in enumerate(tokens)
        if token.is_number
    )


def _without_dates(text: str) -> str:
    for date in _DATES if _MAY_HOLD_A_DATE.search(text) else ():
        text = date.sub(_unless_counted, text)
    return _HEX.sub(_unless_known, text)


def _unless_counted(found: re.Match[str]) -> str:
    """Blank a date, but for a number that a word claims: 'step_20200101'."""
    before = re.search(r"([^\W\d_]+)[-_= ]*$", found.string[: found.start()])
    claimed = before is not None and before.group(1) in PROGRESS and found.group().isdigit()
    return found.group() if claimed else " " * len(found.group())


def _unless_known(found: re.Match[str]) -> str:
    """Blank a hash, but for a number with its word: 'ba100000'."""
    parts = re.fullmatch(r"([a-f]+)\d+|\d+([a-f]+)", found.group())
    word = (parts.group(1) or parts.group(2)) if parts else ""
    return found.group() if word in PROGRESS else " " * len(found.group())


def _tokens(text: str, as_written: str) -> Iterator[_Token]:
    done = 0
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        if start < done:
            continue
        power = _POWER.match(text, start)
        if power is not None and _counts_progress(text, *power.span()):
            done = power.end()
            yield _Token(power.group(), start, done, True)
            continue
        if found.group()[0].isdigit():
            yield from _dotted(found.group(), start, text)
            continue
        # valLoss, bestEpoch: a word within a word that its capital letter sets apart.
        word = found.group()
        inner = re.search(r"[A-Z]?[^\WA-Z\d_]+$", as_written[start:end])
        if word not in KNOWN and inner is not None:
            tail = inner.group().lower()
            if inner.start() and len(tail) > 1 and tail in KNOWN:
                word, start = tail, start + inner.start()
            else:
                for long in ("epoch", "step", "iter"):
                    if word.endswith(long) and _GLUED.fullmatch(word.removesuffix(long)):
                        word, start = long, end - len(long)
        yield _Token(word, start, end, False)


def _counts_progress(text: str, start: int, end: int) -> bool:
    """Tell whether a word such as 'step' stands before or after a part of a name."""
    before = re.search(r"([^\W\d_]+)[-_= ]*$", text[max(0, start - 40) : start])
    after = re.match(r"[-_ ]?([^\W\d_]+)(?![^\W_]|[-_= ]*[0-9])", text[end:])
    words = (before.group(1) if before else "", after.group(1) if after else "")
    return any(len(word) > 1 and word in PROGRESS for word in words)


def _dotted(text: str, start: int, whole: str) -> Iterator[_Token]:
    """Cut '12.0.93' into 12 and 0.93, and 'resnet18.12' into 18 and 12."""
    pieces = text.split(".")
    if len(pieces) == 1:
        yield _Token(text, start, start + len(text), True)
        return
    before = re.search(r"([^\W\d_]+)$", whole[:start])
    word = before.group(1) if before else ""
    if len(pieces) == 2 and word and (word in COUNTERS or word not in KNOWN):
        cuts = [1, 1]
    elif len(pieces) % 2:
        cuts = [1] + [2] * (len(pieces) // 2)
    else:
        cuts = [2] * (len(pieces) // 2)
    place = 0
    for cut in cuts:
        piece = ".".join(pieces[place : place + cut])
        offset = start + len(".".join(pieces[:place])) + (1 if place else 0)
        yield _Token(piece, offset, offset + len(piece), True)
        place += cut


def _read(
    tokens: list[_Token], place: int, text: str, sizes: list[tuple[int, int]], folder: int
) -> NumberInName:
    token = tokens[place]
    before = tokens[place - 1] if place and not tokens[place - 1].is_number else None
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    after = after if after is not None and not after.is_number else None
    is_glued = before is not None and before.end == token.start
    tail = after if after is not None and after.start == token.end else None
    word = before.text if before is not None else ""
    if len(word) == 1 and not is_glued and word != "e":
        word = ""  # 'swin_t_10', 'G_12000': a letter says nothing of what comes after it
    value, tail = _value(tokens, place, tail, word)
    is_whole = "." not in token.text or (value >= 1000 and value.denominator == 1)
    kind = _kind(tokens, place, word, is_glued, tail, is_whole)
    if kind in (Kind.PLAIN, Kind.PART) and _is_size(token, text, sizes, is_glued):
        kind = Kind.SIZE
    if len(token.text.split(".")[0].lstrip("0")) > MOST_DIGITS or "e-" in token.text:
        kind = Kind.OTHER
    elif folder and kind is not Kind.EPOCH and kind is not Kind.STEP:
        # Folders are named after much; only one such as 'checkpoint-500' counts.
        is_counted = kind is Kind.PLAIN and (word in NOUNS or text.isdigit())
        kind = Kind.PLAIN if is_counted else Kind.OTHER
    return NumberInName(value, kind, word, word in NOUNS, folder, token.start, token.end)


def _value(
    tokens: list[_Token], place: int, tail: _Token | None, word: str
) -> tuple[Fraction, _Token | None]:
    """Return the number, and what hangs on it but for a 'k' or 'M' that it counts in."""
    value = Fraction(tokens[place].text.split("e-")[0])
    factor = {"k": 1_000, "m": 1_000_000}.get(tail.text if tail else "", 1)
    further = tokens[place + 2].text if place + 2 < len(tokens) else ""
    if word in PROGRESS | SAVED or (len(further) > 1 and further in STEP):
        return value * factor, tail if factor == 1 else None
    if factor == 1_000 and value not in _K_OF_DATA:
        return value * factor, None
    return value, tail


def _kind(
    tokens: list[_Token], place: int, word: str, is_glued: bool, tail: _Token | None, is_whole: bool
) -> Kind:
    earlier = tokens[place - 2].text if place > 1 and not tokens[place - 2].is_number else ""
    if word in PROGRESS and earlier in NO_PROGRESS | OF_A_PLAN:
        is_planned = word in EPOCH and earlier in OF_A_PLAN
        return Kind.TOTAL if is_planned else Kind.OTHER
    if word in EPOCH:
        return Kind.TOTAL if word == "epochs" else Kind.EPOCH
    if word in STEP and (is_whole or tail is None):
        return Kind.STEP
    if word == "batch" and any(t.text in EPOCH for t in tokens[: place - 1]):
        return Kind.STEP  # 'epoch_3_batch_400'; without an epoch it is a size
    if word in UNCOUNTED or (place and _is_ranked(tokens, place)):
        return Kind.OTHER
    hanging = _hanging(tokens, place, tail)
    if hanging is not None:
        return hanging
    if not is_whole:
        return Kind.OTHER
    if tail is not None and tail.text != "of":
        return Kind.PART
    if is_glued and word not in NOUNS:
        return Kind.PART if len(word) > 1 else Kind.OTHER
    return Kind.PLAIN


def _is_ranked(tokens: list[_Token], place: int) -> bool:
    """Tell whether a number follows such as 'top1'."""
    if place < 2 or not tokens[place - 1].is_number:
        return False
    return tokens[place - 2].text in RANKED and tokens[place - 1].text in ("1", "3", "5", "10")


def _hanging(tokens: list[_Token], place: int, tail: _Token | None) -> Kind | None:
    """Return what a word after a number makes of it: '300ep', '10_epochs', '1-of-3'."""
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if after is None or after.is_number:
        return None
    further = tokens[place + 2] if place + 2 < len(tokens) else None
    claims_another = further is not None and further.is_number
    if after.text == "of" and claims_another:
        return Kind.OTHER
    if tail is None and (claims_another or len(after.text) == 1):
        return None
    if after.text in EPOCH and not (tail is not None and claims_another and after.text == "e"):
        return Kind.TOTAL
    return Kind.STEP if after.text in STEP and after.text not in ("t", "training") else None


def _is_size(token: _Token, text: str, sizes: list[tuple[int, int]], is_glued: bool) -> bool:
    if any(start <= token.start and token.end <= end for start, end in sizes):
        return True
    is_side = token.text.isdigit() and int(token.text) in _IMAGE_SIDES
    return is_side and not is_glued and bool(_A_NETWORK.search(text[: token.start]))
