"""Checkpoints in several files: parts such as 'model-00001-of-00003', and folders of shares."""

import glob
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from ncviz.bounded_reading import read_text
from ncviz.errors import UserError
from ncviz.language import tr

LARGEST_INDEX = 32 * 2**20  # bytes
MOST_PARTS = 10_000

_PART = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})(?P<suffix>\.\w+)")
_INDEX = ".index.json"
DISTRIBUTED_LIST = ".metadata"  # what torch.distributed.checkpoint calls its list of weights


def is_distributed(folder: Path) -> bool:
    """Tell whether a folder is one checkpoint of ``torch.distributed.checkpoint``.

    One whose list of weights was lost on the way is one, too: whoever reads it says so.
    """
    return (folder / DISTRIBUTED_LIST).is_file() or next(folder.glob("*.distcp"), None) is not None


def is_index(path: Path) -> bool:
    """Tell whether a file lists the parts of a network, as 'model.safetensors.index.json'."""
    return path.name.endswith(_INDEX)


def parts_of(path: Path) -> list[Path]:
    """Return the files that a part, or their index, belongs to; none for a whole checkpoint.

    Raises
    ------
    UserError
        If an index is none.
    """
    if is_index(path):
        return _listed(path)
    found = _PART.fullmatch(path.name)
    if found is None or not 2 <= int(found["count"]) <= MOST_PARTS:
        return []
    return [
        path.with_name(f"{found['stem']}-{number:05}-of-{found['count']}{found['suffix']}")
        for number in range(1, int(found["count"]) + 1)
    ]


def as_named(patterns: Iterable[str]) -> tuple[Path, ...]:
    """Return what names and patterns stand for, folders as they are.

    Raises
    ------
    UserError
        If one of them stands for nothing.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        path = Path(pattern).expanduser()
        matches = [str(path)] if os.path.lexists(path) else glob.glob(str(path), recursive=True)
        if not matches:
            raise UserError(
                tr(
                    "No checkpoint is named {pattern}: check the path and its pattern.",
                    pattern=pattern,
                )
            )
        found |= dict.fromkeys(map(Path, sorted(matches)))
    return tuple(found)


def one_of_each(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Let one file stand for all parts of a network: their index, else the first.

    Parameters
    ----------
    paths : iterable of Path
        Checkpoints, whole or in parts.
    """
    kept: dict[Path, None] = {}
    for path in paths:
        found = _PART.fullmatch(path.name)
        if found is not None and 2 <= int(found["count"]) <= MOST_PARTS:
            index = path.with_name(f"{found['stem']}{found['suffix']}{_INDEX}")
            first = path.with_name(f"{found['stem']}-00001-of-{found['count']}{found['suffix']}")
            path = index if index.is_file() else first if first.is_file() else path
        kept[path] = None
    return tuple(kept)


def _listed(path: Path) -> list[Path]:
    try:
        names = set(json.loads(read_text(path, LARGEST_INDEX))["weight_map"].values())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            tr("{path} does not list which file holds which weights.", path=path)
        ) from error
    # Of its own folder alone: a name must lead nowhere else.
    plain = [n for n in names if isinstance(n, str) and n == Path(n).name and "\\" not in n]
    if not 0 < len(plain) == len(names) <= MOST_PARTS or ".." in plain:
        raise UserError(tr("{path} lists files that cannot be a network's parts.", path=path))
    return [path.with_name(name) for name in sorted(plain)]
