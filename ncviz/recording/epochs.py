"""Which epoch each checkpoint is of, and in which order they come."""

import glob
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ncviz.errors import UserError
from ncviz.recording.checkpoint_parts import is_distributed
from ncviz.recording.foreign_files import foreign_parts

SUFFIXES = (".pt", ".pth", ".ckpt", ".safetensors", ".bin", ".tar")
LAST_EPOCH = 999_999  # of a run
MOST_FILES = 100_000


def find_checkpoints(patterns: Sequence[str]) -> tuple[Path, ...]:
    """Return the files that patterns, names and folders stand for.

    Parameters
    ----------
    patterns : sequence of str
        Such as 'ckpt/epoch_*.pt', a file, or a folder of checkpoints.

    Raises
    ------
    UserError
        If one of them stands for nothing.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        for path in _matches(pattern):
            found[path] = None
    if len(found) > MOST_FILES:
        raise UserError(f"There are {len(found):,} checkpoints: name at most {MOST_FILES:,}.")
    return tuple(found)


def _matches(pattern: str) -> list[Path]:
    path = Path(pattern).expanduser()
    try:
        is_folder = path.is_dir()
        # A name that exists is meant as it stands, brackets and all.
        if path.is_symlink() or (path.exists() and not is_folder):
            return [path]
        if is_folder and is_distributed(path):
            return [path]  # one checkpoint, in the shares of several processes
        names = [p for p in path.iterdir() if p.suffix in SUFFIXES] if is_folder else []
    except (OSError, ValueError) as error:
        raise UserError(f"{pattern!r} cannot be read: {error}.") from error
    if is_folder:
        if not names:
            known = foreign_parts([p.name for p in path.iterdir()], str(path))
            raise (
                UserError(known)
                if known
                else UserError(
                    f"The folder {path} holds no checkpoint: none of its files ends in "
                    f"{', '.join(SUFFIXES)}."
                )
            )
        return sorted(names)
    matches = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
    if not matches:
        raise UserError(f"No checkpoint is named {pattern}: check the path and its pattern.")
    return matches


# Numbers that tell of the architecture or of the file's contents, and of no epoch.
_NO_EPOCH = re.compile(
    r"wide_resnet\d+_2|resnext\d+_\d+x\d+d|(?:resnet|resnext|densenet|vgg|cifar)[-_]?\d+|"
    r"vit_[blh]_\d+|efficientnet_b\d|(?:net|swin|inception)_?v\d|squeezenet\d_\d|"
    r"-(?=[0-9a-f]*[a-f])[0-9a-f]{8}$",
    re.IGNORECASE,
)


def number_in(name: str) -> int | None:
    """Return the epoch in a file's name: the number after 'epoch', else the last one.

    Numbers of the architecture are none, as in 'resnet18.pth'.
    """
    stem = Path(name).stem
    after = re.search(r"ep(?:och)?[ _=.-]*(\d{1,9})", stem, re.IGNORECASE)
    numbers = [after.group(1)] if after else re.findall(r"\d{1,9}", _NO_EPOCH.sub("", stem))
    return int(numbers[-1]) if numbers and int(numbers[-1]) <= LAST_EPOCH else None


def in_order(
    told: Mapping[Path, int | None],
) -> tuple[tuple[tuple[int, Path], ...], dict[Path, str]]:
    """Give every checkpoint its epoch, and sort them as numbers.

    Parameters
    ----------
    told : mapping of path to int or None
        What each file says of itself.

    Returns
    -------
    tuple of (int, Path)
        By what the files say where that tells all of them apart, else by the
        numbers in their names. A single file without either is epoch 0.
    dict of path to str
        Files that are left out, and why: beside numbered files those without a
        number, and copies such as 'best.pt' of an epoch that is there.

    Raises
    ------
    UserError
        If two are of the same epoch, or none has a number.
    """
    named = {path: number_in(path.name) for path in told}
    best = {path: _first(told[path], named[path]) for path in told}
    for numbers in (told, named, best):
        if _tells_apart(numbers):
            return _sorted(numbers), {}
    if len(told) == 1:
        return ((0, next(iter(told))),), {}
    left_out = _left_out(best, named)
    kept = {path: number for path, number in best.items() if path not in left_out}
    if not kept:
        raise UserError(
            f"{next(iter(left_out))} says no epoch, neither within nor in its name: "
            "name the checkpoints such as epoch_3.pt."
        )
    # Without the copies what the files say, or their names, may be enough.
    for numbers in ({path: told[path] for path in kept}, {p: named[p] for p in kept}, kept):
        if _tells_apart(numbers):
            return _sorted(numbers), left_out
    epoch, _count = Counter(kept.values()).most_common(1)[0]
    twins = [str(path) for path, number in kept.items() if number == epoch]
    raise UserError(
        f"{twins[0]} and {twins[1]} are both of epoch {epoch}: rename one or leave it out."
    )


def _left_out(best: Mapping[Path, int | None], named: Mapping[Path, int | None]) -> dict[Path, str]:
    by_name = {best[path]: path for path, number in named.items() if number is not None}
    found = {}
    for path, number in best.items():
        if number is None:
            found[path] = (
                f"{path} says no epoch, neither within nor in its name: name it such as epoch_3.pt."
            )
        elif named[path] is None and number in by_name:
            found[path] = f"{path} is of epoch {number}, as {by_name[number]} is."
    return found


def _tells_apart(numbers: Mapping[Path, int | None]) -> bool:
    return len({number for number in numbers.values() if number is not None}) == len(numbers)


def _sorted(numbers: Mapping[Path, int | None]) -> tuple[tuple[int, Path], ...]:
    return tuple(sorted((number, path) for path, number in numbers.items() if number is not None))


def _first(*numbers: int | None) -> int | None:
    return next((number for number in numbers if number is not None), None)
