"""Folders of Parquet and Arrow files: the splits of a data set, each in one or more files."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ncviz.arrays.array_names import meaning_of
from ncviz.arrays.arrow_shards import Shards
from ncviz.arrays.arrow_tables import open_shards
from ncviz.arrays.numpy_files import natural
from ncviz.arrays.stored import MOST_ARRAYS, ArrayFile
from ncviz.bounded_reading import read_bounded
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed

_STATE, _LARGEST = "state.json", 2**22
_COUNTED = re.compile(r"(.*-)(\d{1,6})(-of-)(\d{1,6})(\..*)")
_NAMED = 3  # files that are not there
_PARTS = ("data", "default", "plain_text")  # folders that name no split


def open_arrow_folder(
    path: Path, files: Sequence[Path], features: Sequence[str] = (), labels: str = ""
) -> ArrayFile:
    """Open a folder of tables; those of a split are one.

    Parameters
    ----------
    path : Path
    files : sequence of Path
        In it.
    features : sequence of str, optional
        Columns of features that the user names.
    labels : str, optional
        The column of labels, likewise.

    Raises
    ------
    UserError
        If a file cannot be read, or tables of a split differ.
    """
    if len(files) > MOST_ARRAYS:
        raise UserError(
            tr(
                "{path} holds {count:,} files: {most_arrays:,} can be read.",
                path=path,
                count=len(files),
                most_arrays=MOST_ARRAYS,
            )
        )
    kept = [f for f in files if f.is_file() and not f.name.startswith((".", "cache-"))]
    splits: dict[str, list[Path]] = {}
    for each in sorted(dict.fromkeys(kept), key=lambda f: natural(str(f))):
        splits.setdefault(_split_of(each, path), []).append(each)
    whole, chosen = ArrayFile(path, {}), False
    left = [name for name in splits if name.startswith("?")]
    if len(splits) > len(left):
        for name in left:
            whole.left[name[1:]] = tr("is none of the splits train, test and validation")
            del splits[name]
    if not splits:
        raise UserError(tr("{path} holds no file of a table that can be read.", path=path))
    if len(left) > 1 and len(splits) == len(left):
        named = listed(sorted(name[1:] for name in left))
        raise UserError(
            tr(
                "{path} has the splits {named}: give the folder of one of them.",
                path=path,
                named=named,
            )
        )
    for name, own in splits.items():
        for folder in {each.parent for each in own}:
            _check_state(folder)
        called = "" if name.startswith("?") else name
        prefix = f"{called}_" if called else ""
        found = open_shards(Shards(path, tuple(own)), features, labels, prefix)
        chosen |= found.chosen
        if found.chosen:  # a column a feature: those have no prefix yet
            for array in [*found.arrays.values()]:
                array.name = array.name if array.name == "class_names" else prefix + array.name
                whole.arrays[array.name] = array
        else:
            whole.arrays.update(found.arrays)
        whole.left.update({f"{prefix}{column}": why for column, why in found.left.items()})
        whole.notes.extend(words for words in found.notes if words not in whole.notes)
        if absent := _absent(own):
            whole.notes.append(
                tr(
                    "{called}: {count:,} of {all:,} files; not there: {names}",
                    called=called or tr("all samples"),
                    count=len(own),
                    all=len(own) + len(absent),
                    names=listed(absent, _NAMED),
                )
            )
        elif len(own) > 1:
            whole.notes.append(
                tr("{called}: {count:,} files", called=called or tr("all samples"), count=len(own))
            )
    return replace(whole, chosen=chosen)


def _split_of(file: Path, folder: Path) -> str:
    """Return the split that a file is of, as its name or that of its folder says.

    '' where they name none; '?NAME' where a folder's name is none of a split.
    """
    if split := meaning_of(file.stem).split:
        return split
    parts = file.relative_to(folder).parts[:-1]
    for part in reversed(parts):
        if split := meaning_of(part).split:
            return split
    named = [part for part in parts if part not in _PARTS]
    return f"?{named[-1]}" if named else ""


def _absent(files: Sequence[Path]) -> list[str]:
    """Return the files that are not there of those that names count, as 'train-00000-of-00002'."""
    there = {file.name for file in files}
    found = dict.fromkeys(
        f"{match[1]}{number:0{len(match[2])}d}{match[3]}{match[4]}{match[5]}"
        for match in filter(None, map(_COUNTED.fullmatch, sorted(there)))
        if int(match[4]) <= MOST_ARRAYS
        for number in range(int(match[4]))
    )
    return [name for name in found if name not in there]


def _check_state(folder: Path) -> None:
    """Refuse a data set whose rows are others than those of its files."""
    try:
        state = json.loads(read_bounded(folder / _STATE, _LARGEST))
    except FileNotFoundError:
        return
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(
            tr("{folder} is damaged: save the data set anew.", folder=folder / _STATE)
        ) from error
    if isinstance(state, dict) and (
        state.get("_indices_data_files") or state.get("_indices_files")
    ):
        raise UserError(
            tr(
                "{folder} is a choice of the rows in its files: save it with "
                "data.flatten_indices().save_to_disk(folder).",
                folder=folder,
            )
        )
