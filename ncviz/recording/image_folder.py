"""Finds the images of a folder: one sub-folder a class, perhaps in folders of splits."""

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.manifest import MOST_CLASSES
from ncviz.wording import upper_first

IMAGE_SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp"),
    *(".ppm", ".pgm", ".pbm", ".pnm"),
)
MOST_FILES = 20_000_000

# What systems put beside the user's own folders; hidden ones are left as well.
_OF_THE_SYSTEM = (
    "__macosx",
    "@eadir",
    "$recycle.bin",
    "system volume information",
    "lost+found",
)

_TRAINING = ("train", "training")
_HELD_OUT = ("test", "testing", "val", "valid", "validation", "eval", "evaluation", "dev")
_SPLIT = re.compile(
    r"(?:(?:seg|img|images?|data|my)[ _.-]*)?"
    rf"({'|'.join(sorted((*_TRAINING, *_HELD_OUT), key=len, reverse=True))})"
    r"[ _.-]*(?:set|data|dataset|images?|imgs?|split|folder)?[ _.-]*\d*"
)

Classes = dict[str, list[Path]]


@dataclass(frozen=True)
class ImageFolder:
    """The images of a folder, by split and class.

    Parameters
    ----------
    train : mapping of class name to list of Path
        Sorted by name, as torchvision numbers them; a test split where `only_test`.
    test : mapping or None
        Of the same classes, or some of them.
    empty : tuple of str
        Classes whose folders hold no image.
    only_test : bool
        Whether there is no training split.
    notes : tuple of str
        What was taken as what, and what was left.
    """

    train: Classes
    test: Classes | None
    empty: tuple[str, ...]
    only_test: bool
    notes: tuple[str, ...]


def find_images(folder: Path) -> ImageFolder:
    """Find the splits, classes and images of a folder.

    Parameters
    ----------
    folder : Path
        With one sub-folder a class, or one a split ('train', 'val', 'test' and the like) with
        those within.

    Raises
    ------
    UserError
        If there are not two classes with an image each.
    """
    try:
        root = _unwrapped(folder)
        kinds = {inner: split_of(inner.name) for inner in _folders(root)}
        splits = {inner: kind for inner, kind in kinds.items() if kind and _holds_classes(inner)}
        train = next((inner for inner, kind in splits.items() if kind == "train"), None)
        held_out = sorted((p for p, kind in splits.items() if kind != "train"), key=_preference)
        if train is not None:
            return _with_splits(folder, root, train, held_out)
        if held_out and len(held_out) == len(kinds):
            return _alone(folder, held_out[0], held_out[1:], only_test=True)
        kind = split_of(root.resolve().name) or split_of(folder.resolve().name)
        return _alone(folder, root, [], only_test=kind == "test")
    except OSError as error:
        raise UserError(
            tr("{folder} cannot be read: {strerror}.", folder=folder, strerror=error.strerror)
        ) from error


def split_of(name: str) -> str:
    """Return the split that a folder's name stands for: 'train', 'test' or ''."""
    found = _SPLIT.fullmatch(name.lower())
    if found is None:
        return ""
    return "train" if found.group(1) in _TRAINING else "test"


def _preference(folder: Path) -> tuple[int, str]:
    found = _SPLIT.fullmatch(folder.name.lower())
    assert found is not None  # its name is that of a split
    return _HELD_OUT.index(found.group(1)), folder.name


def _with_splits(folder: Path, root: Path, train: Path, held_out: list[Path]) -> ImageFolder:
    made = _alone(train, train, [], only_test=False)
    known = {_same(name): name for name in made.train}
    notes, test = list(made.notes), None
    for candidate in held_out:
        found, nothing = _classes(_unwrapped(candidate))
        held = {name: paths for name, paths in found.items() if paths}
        strange = sorted(name for name in held if _same(name) not in known)
        fitting = {known[_same(n)]: p for n, p in held.items() if _same(n) in known}
        if test is None and fitting:
            test = fitting
            notes += [
                tr("test samples: those of {name}", name=candidate.name),
                *_say_nothing(nothing),
            ]
            if strange:
                notes.append(
                    tr(
                        "{name}: left, no class of the training: {strange}",
                        name=candidate.name,
                        strange=_some(strange),
                    )
                )
        else:
            why = (
                tr("no class of the training is in it")
                if not fitting
                else tr("one test split suffices")
            )
            notes.append(tr("the folder {name} is left: {why}", name=candidate.name, why=why))
    others = [p for p in _folders(root) if p != train and p not in held_out]
    notes += [
        tr("the folder {name} is left: {why}", name=p.name, why=why)
        for p in others
        if (why := _why_left(p))
    ]
    notes += _say_loose(root)
    return ImageFolder(made.train, test, made.empty, made.only_test, tuple(notes))


def _why_left(folder: Path) -> str:
    """Say why a folder beside that of the training samples is no split; '' if it has no images."""
    kind = split_of(folder.name)
    if not _holds_classes(folder):
        # One that is called a split is missed, whatever is in it.
        return tr("it has no folder a class") if kind or any(_images(folder)) else ""
    return (
        tr("one training split suffices")
        if kind
        else tr("its name is that of no split, such as 'test'")
    )


def _say_loose(root: Path) -> list[str]:
    """Say that images lie beside the folders."""
    loose = sorted(name for name in os.listdir(root) if _is_image(name))
    return (
        [tr("images in no folder of a class are left: {loose}", loose=_some(loose))]
        if loose
        else []
    )


def _say_nothing(files: list[Path]) -> list[str]:
    """Say which files cannot be images, whatever their names."""
    if not files:
        return []
    named = _some([f"{path.parent.name}/{path.name}" for path in files])
    return [
        tr("files without contents (empty ones, dead links, pipes) are left: {named}", named=named)
    ]


def _alone(folder: Path, root: Path, left: list[Path], *, only_test: bool) -> ImageFolder:
    root = _unwrapped(root)
    found, nothing = _classes(root)
    classes = {name: paths for name, paths in found.items() if paths}
    if len(classes) < 2:
        more = [f"{upper_first(words)}." for words in _say_nothing(nothing)]
        raise UserError(" ".join((_too_few(folder, root, list(classes)), *more)))
    empty = tuple(name for name in found if name not in classes)
    notes = [] if root == folder else [tr("the classes are the folders of {root}", root=root)]
    notes += [tr("no image is in the folder of {empty}", empty=_some(empty))] if empty else []
    notes += [*_say_nothing(nothing), *_say_loose(root)]
    notes += [
        tr("the folder {name} is left: one test split suffices", name=other.name) for other in left
    ]
    return ImageFolder(classes, None, empty, only_test, tuple(notes))


def _too_few(folder: Path, root: Path, classes: list[str]) -> str:
    if classes:
        return tr(
            "{folder} has images of one class only, {classes!r}: images of at least two "
            "classes are needed, in a sub-folder each.",
            folder=folder,
            classes=classes[0],
        )
    if any(_is_image(name) for name in os.listdir(root)):
        return tr(
            "{folder} holds images without classes: put them into a sub-folder a class.",
            folder=folder,
        )
    return tr(
        "{folder} is no folder of images: it needs a sub-folder of images for each of at "
        "least two classes.",
        folder=folder,
    )


def _unwrapped(folder: Path) -> Path:
    """Step into folders that hold one folder of folders and nothing else, as archives bring."""
    for _ in range(8):
        inner = _folders(folder)
        if len(inner) != 1 or _has_images(folder) or _has_images(inner[0]):
            return folder
        if not _folders(inner[0]):
            return folder
        folder = inner[0]
    return folder


def _holds_classes(folder: Path) -> bool:
    return any(next(_images(inner), None) is not None for inner in _folders(_unwrapped(folder)))


def _classes(root: Path) -> tuple[Classes, list[Path]]:
    """Return the images of each class, and files that cannot be any, whatever their names."""
    found: Classes = {}
    nothing: list[Path] = []
    for inner in _folders(root):
        images = found.setdefault(clean_name(inner.name), [])
        for path in sorted(_images(inner)):
            (images if _holds_bytes(path) else nothing).append(path)
    return found, nothing


def _holds_bytes(path: Path) -> bool:
    try:
        found = path.stat()
    except OSError:  # a dead link
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size > 0


def _folders(folder: Path) -> list[Path]:
    """Return the folders within, sorted by name, without hidden ones and those of the system."""
    with os.scandir(folder) as entries:
        # `isdir` stands links that go round in circles; `entry.is_dir` does not.
        names = [e.name for e in entries if not _is_hidden(e.name) and os.path.isdir(e.path)]
    if len(names) > MOST_CLASSES:
        raise UserError(
            tr(
                "{folder} holds {count:,} folders: a run has at most {most_classes:,} classes: "
                "make a folder of links to the largest of them.",
                folder=folder,
                count=len(names),
                most_classes=MOST_CLASSES,
            )
        )
    above = _places_above(folder)
    return [folder / name for name in sorted(names) if _place(folder / name) not in above]


def _has_images(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(_is_image(entry.name) for entry in entries)


def _images(folder: Path) -> Iterator[Path]:
    """Yield the images within, however deep; links are followed, but never round in circles."""
    # A link to where we come from would bring the other classes' images along.
    seen = _places_above(folder)
    count = 0
    for where, folders, names in os.walk(folder, followlinks=True):
        inside = []
        for name in sorted(folders):
            place = _place(Path(where, name))
            if not _is_hidden(name) and place is not None and place not in seen:
                seen.add(place)
                inside.append(name)
        folders[:] = inside
        count += len(names)
        if count > MOST_FILES:
            raise UserError(
                tr(
                    "{folder} holds more than {most_files:,} files: split it.",
                    folder=folder,
                    most_files=MOST_FILES,
                )
            )
        yield from (Path(where, name) for name in names if _is_image(name))


def _places_above(folder: Path) -> set[tuple[int, int] | None]:
    """Return where a folder and all that hold it are, by the way we came and by that of links."""
    ways = (folder, *folder.absolute().parents, *folder.resolve().parents)
    return {_place(each) for each in ways}


def _place(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:  # a link to nowhere, or round in circles
        return None
    return found.st_dev, found.st_ino


def _is_image(name: str) -> bool:
    return not _is_hidden(name) and name.lower().endswith(IMAGE_SUFFIXES)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _OF_THE_SYSTEM


def clean_name(name: str) -> str:
    """Return a folder's name as text, whatever its bytes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _same(name: str) -> str:
    """Return what is equal for names that look alike: macOS takes letters and accents apart."""
    return unicodedata.normalize("NFC", name)


def _some(names: list[str] | tuple[str, ...]) -> str:
    more = tr(" and {count:,} more", count=len(names) - 3) if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"
