"""Which checkpoints names, patterns and folders stand for."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.checkpoint_names import Kind, read_name
from ncviz.recording.checkpoint_parts import is_distributed
from ncviz.recording.foreign_files import foreign_folder, foreign_parts

SUFFIXES = (".pt", ".pth", ".pt2", ".ckpt", ".safetensors", ".bin", ".tar", ".onnx")
MOST_FILES = 100_000
_MOST_INNER = 100  # folders within one without checkpoints


def find_checkpoints(patterns: Sequence[str]) -> tuple[Path, ...]:
    """Return the files that patterns, names and folders stand for.

    Parameters
    ----------
    patterns : sequence of str
        Such as 'ckpt/epoch_*.pt', a file, or a folder: of checkpoints, or of a folder
        for each, such as 'checkpoint-500'.

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
                raise UserError(
                    tr(
                        "There are more than {most_files:,} checkpoints, the last of them {path}: "
                        "name those that are to be recorded, such as 'ckpt/epoch_*0.pt'.",
                        most_files=MOST_FILES,
                        path=path,
                    )
                )
    return tuple(found)


def _matches(pattern: str) -> Iterator[Path]:
    path = Path(pattern).expanduser()
    try:
        is_folder = path.is_dir()
        # A name that exists is meant as it stands, brackets and all.
        if path.is_symlink() or (path.exists() and not is_folder):
            yield path
            return
        names = _of_folder(path) if is_folder else []
    except (OSError, ValueError) as error:
        raise UserError(
            tr("{pattern!r} cannot be read: {error}.", pattern=pattern, error=error)
        ) from error
    if is_folder:
        if not names:
            raise UserError(
                foreign_parts(os.listdir(path), str(path))
                or _said_of_inner(path)
                or (foreign_folder(path) if path.suffix in SUFFIXES else "")
                or tr(
                    "The folder {path} holds no checkpoint: none of its files ends in {suffixes}.",
                    path=path,
                    suffixes=", ".join(SUFFIXES),
                )
            )
        yield from names
        return
    matches = _each_once(sorted(Path(name) for name in glob.glob(str(path), recursive=True)))
    if not matches:
        raise UserError(
            tr("No checkpoint is named {pattern}: check the path and its pattern.", pattern=pattern)
        )
    for match in matches:
        # 'out/checkpoint-*' stands for folders of one checkpoint each.
        yield from (_of_folder(match) or [match]) if match.is_dir() else [match]


def _of_folder(folder: Path, depth: int = 2) -> list[Path]:
    """Return the checkpoints in a folder, and in those within it that are named by a number."""
    if is_distributed(folder):
        return [folder]  # one checkpoint, in the shares of several processes
    files: list[Path] = []
    folders: list[Path] = []
    called: list[Path] = []  # like a checkpoint's file
    with os.scandir(folder) as entries:
        for entry in entries:
            is_called = os.path.splitext(entry.name)[1] in SUFFIXES
            if _is_folder(entry):
                (called if is_called else folders).append(folder / entry.name)
            elif is_called:
                files.append(folder / entry.name)
    counted = [inner for inner in folders if is_of_one(inner.name)]
    if not (files or counted) and is_of_one(folder.name):
        counted = folders  # the parts of a checkpoint: 'checkpoint-500/unet'
    # A network that was exported beside its checkpoints is none of them.
    files = [path for path in files if path.suffix != ".onnx"] or files
    if depth:
        files += [path for inner in counted for path in _of_folder(inner, depth - 1)]
        # What such a folder is instead of a checkpoint is said by who reads it.
        files += [path for inner in called for path in _of_folder(inner, depth - 1) or [inner]]
    return sorted(files)


def _said_of_inner(folder: Path) -> str:
    """Say in which folder within there are checkpoints, as timm's of one training; '' if none."""
    inner = sorted(path for path in folder.iterdir() if path.is_dir())
    found = [path for path in inner[:_MOST_INNER] if _of_folder(path)]
    if not found:
        return ""
    if len(found) == 1:
        return tr(
            "The folder {folder} holds no checkpoint, and {inner} in it does: give that folder.",
            folder=folder,
            inner=found[0].name,
        )
    return tr(
        "The folder {folder} holds no checkpoint, and {count} folders in it do, such as {inner}: "
        "give one of these.",
        folder=folder,
        count=len(found),
        inner=found[0].name,
    )


def _each_once(paths: list[Path]) -> list[Path]:
    """Leave out what is reached once more through a link: '**' follows a link to '.' for ever."""
    found: dict[tuple[str, str], Path] = {}
    for path in sorted(paths, key=lambda path: len(path.parts)):
        found.setdefault((os.path.realpath(path.parent), path.name), path)
    return sorted(found.values())


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: told of as of any file that cannot be read
        return False


def is_of_one(folder: str) -> bool:
    """Tell whether a folder is named as that of one checkpoint: 'epoch_3', 'checkpoint-500'.

    Parameters
    ----------
    folder : str
        Its name.
    """
    kinds = (Kind.EPOCH, Kind.STEP, Kind.PLAIN)
    return any(n.folder and n.kind in kinds for n in read_name(Path(folder) / "weights"))
