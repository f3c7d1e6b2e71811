"""Which epoch each checkpoint is of, and in which order they come."""

import glob
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ncviz.errors import UserError

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
        names = [p for p in path.iterdir() if p.suffix in SUFFIXES] if is_folder else []
    except (OSError, ValueError) as error:
        raise UserError(f"{pattern!r} cannot be read: {error}.") from error
    if is_folder:
        if not names:
            raise UserError(
                f"The folder {path} holds no checkpoint: none of its files ends in "
                f"{', '.join(SUFFIXES)}."
            )
        return sorted(names)
    matches = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
    if not matches:
        raise UserError(f"No checkpoint is named {pattern}: check the path and its pattern.")
    return matches


def number_in(name: str) -> int | None:
    """Return the epoch in a file's name: the number after 'epoch', else the last one."""
    stem = Path(name).stem
    after = re.search(r"ep(?:och)?[ _=.-]*(\d{1,9})", stem, re.IGNORECASE)
    numbers = [after.group(1)] if after else re.findall(r"\d{1,9}", stem)
    return int(numbers[-1]) if numbers and int(numbers[-1]) <= LAST_EPOCH else None


def in_order(told: Mapping[Path, int | None]) -> tuple[tuple[int, Path], ...]:
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

    Raises
    ------
    UserError
        If two are of the same epoch, or one has no number.
    """
    named = {path: number_in(path.name) for path in told}
    for numbers in (told, named, {path: _first(told[path], named[path]) for path in told}):
        known = [number for number in numbers.values() if number is not None]
        if len(set(known)) == len(told):
            return tuple(sorted((int(n), path) for path, n in numbers.items() if n is not None))
    if len(told) == 1:
        return ((0, next(iter(told))),)
    best = {path: _first(told[path], named[path]) for path in told}
    unnumbered = [path for path, number in best.items() if number is None]
    if unnumbered:
        raise UserError(
            f"{unnumbered[0]} says no epoch, neither within nor in its name: "
            "name it such as epoch_3.pt or leave it out."
        )
    epoch, _count = Counter(best.values()).most_common(1)[0]
    twins = [str(path) for path, number in best.items() if number == epoch]
    raise UserError(
        f"{twins[0]} and {twins[1]} are both of epoch {epoch}: rename one or leave it out."
    )


def _first(*numbers: int | None) -> int | None:
    return next((number for number in numbers if number is not None), None)
