"""Reads labelled texts: tables, JSON lines, Orange's tables, and folders with a text a file."""

import codecs
import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ncviz.bounded_reading import open_regular, read_bounded
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.runs.manifest import LONGEST_NAME, MOST_CLASSES
from ncviz.texts.text_data import TextData, Texts
from ncviz.wording import listed, one_line

SUFFIXES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json")
LARGEST = 256 * 2**20  # bytes of a table
LARGEST_TEXT = 2**16  # bytes of a text that are read: no encoder has places for more
MOST_TEXTS = 2_000_000
TEXTS = ("text", "texts", "sentence", "sentences", "document", "content", "review", "tweet", "body")
LABELS = ("label", "labels", "class", "category", "target", "sentiment", "topic", "y")
SPLITS = ("split", "set", "subset")
_TRAIN, _TEST = ("train", "training"), ("test", "val", "valid", "validation", "dev", "eval")
# What the second row of Orange's tables says of each column.
_KINDS = frozenset(
    ("c", "continuous", "d", "discrete", "s", "string", "t", "time", "basket", "text", "b", "")
)
_FLAG = re.compile(r"([mciwCDST]{1,2})#(.+)")

Rows = Iterator[Mapping[str, str]]


def read_texts(path: Path, text: str = "", label: str = "") -> TextData:
    """Read labelled texts.

    Parameters
    ----------
    path : Path
        A table (CSV, TSV) or JSON lines with a column of texts and one of labels, a table of
        Orange (.tab), or a folder with one folder a class and a text in each .txt file. Held-out
        texts are in a column 'split', in folders 'train' and 'test', or in a file beside, as
        'news-test.tab' beside 'news-train.tab'.
    text, label : str, optional
        Names of these columns, where they do not tell.

    Raises
    ------
    UserError
        Naming what is missing.
    """
    try:
        if path.is_dir():
            return _of_folder(path)
        pairs, notes = _pairs_of(path, text, label)
        beside = _beside(path) if not any(split for _, _, split in pairs) else None
        if beside is not None:
            others, _ = _pairs_of(beside, text, label)
            pairs = [*pairs, *((words, of, "test") for words, of, _ in others)]
            notes = [*notes, tr("held-out texts: those of {name}", name=beside.name)]
        return _sorted(path, pairs, notes)
    except OSError as error:
        raise UserError(
            tr(
                "{path} cannot be read: {strerror}.",
                path=path,
                strerror=error.strerror or reason(error),
            )
        ) from error


def _sorted(path: Path, pairs: Sequence[tuple[str, str, str]], notes: Sequence[str]) -> TextData:
    """Return texts by split, with labels as numbers."""
    known = [(text, one_line(label, LONGEST_NAME), split) for text, label, split in pairs]
    full = [each for each in known if each[0].strip() and each[1]]
    said = list(notes)
    if len(full) < len(known):
        many = len(known) - len(full)
        said.append(
            tr(
                "left out: {many:,} of {count:row|rows}, without a text or a label",
                many=many,
                count=len(known),
            )
        )
    train = [(text, label) for text, label, split in full if split != "test"]
    test = [(text, label) for text, label, split in full if split == "test"]
    if not train:
        train, test = test, []
    names = tuple(sorted({label for _, label in train}))
    if not 2 <= len(names) <= MOST_CLASSES:
        raise UserError(
            tr(
                "{path} has texts of {count:class|classes}: give 2 to {most_classes:,} of them.",
                path=path,
                count=len(names),
                most_classes=MOST_CLASSES,
            )
        )
    numbers = {name: number for number, name in enumerate(names)}
    strange = sorted({label for _, label in test if label not in numbers})
    if strange:
        said.append(
            tr(
                "held-out texts of {strange} are left: no class of the training",
                strange=listed(strange),
            )
        )
    held_out = [(text, label) for text, label in test if label in numbers]
    title = one_line(path.resolve().stem, LONGEST_NAME) or "texts"
    return TextData(
        title,
        names,
        _numbered(train, numbers),
        _numbered(held_out, numbers) if held_out else None,
        tuple(said),
    )


def _numbered(pairs: Sequence[tuple[str, str]], numbers: Mapping[str, int]) -> Texts:
    return Texts(tuple(t for t, _ in pairs), tuple(numbers[label] for _, label in pairs))


# Tables and JSON lines


def _pairs_of(
    path: Path, named_text: str, named_label: str
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return text, label and split of each row, and what was taken as what."""
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(
            tr(
                "{path} is no file of texts: give {suffixes}, or a folder with one folder "
                "a class and a text in each .txt file.",
                path=path,
                suffixes=", ".join(SUFFIXES),
            )
        )
    content = _decoded(read_bounded(path, LARGEST), path)
    is_json = path.suffix.lower() in (".jsonl", ".ndjson", ".json")
    rows, roles = _json_rows(content, path) if is_json else _table_rows(content, path)
    if not rows:
        raise UserError(tr("{path} has no rows: give texts and their labels.", path=path))
    if len(rows) > MOST_TEXTS:
        raise UserError(
            tr(
                "{path} has {count:,} rows, more than {most_texts:,}.",
                path=path,
                count=len(rows),
                most_texts=MOST_TEXTS,
            )
        )
    columns = list(rows[0])
    for name in filter(None, (named_text, named_label)):
        if name not in columns:
            raise UserError(
                tr(
                    "{path} has no column {name!r}: it has {columns}.",
                    path=path,
                    name=name[:60],
                    columns=listed(columns, 8),
                )
            )
    text, label = _text_and_label(rows, columns, roles, path, (named_text, named_label))
    split = next((c for c in columns if c.casefold() in SPLITS and c not in (text, label)), None)
    pairs = [
        (
            row.get(text, "")[:LARGEST_TEXT],
            row.get(label, ""),
            "" if split is None else _split_of(row.get(split, "")),
        )
        for row in rows
    ]
    return pairs, [
        tr("texts: the column {words!r}", words=text),
        tr("labels: the column {label!r}", label=label),
    ]


def _split_of(word: str) -> str:
    return "test" if word.strip().casefold() in _TEST else "train"


def _text_and_label(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    roles: Mapping[str, str],
    path: Path,
    told: tuple[str, str],
) -> tuple[str, str]:
    """Return which columns hold texts and labels: by name, as the file says, or the longest."""

    def named(names: Sequence[str]) -> str | None:
        by_name = (c for name in names for c in columns if c.casefold() == name)
        return next(by_name, None)

    def longest(among: Sequence[str]) -> str:
        return max(among, key=lambda c: sum(len(row.get(c, "")) for row in rows[:200]))

    of_role = next((c for c in columns if roles.get(c) == "label"), None)
    text, label = told[0] or named(TEXTS), told[1] or of_role or named(LABELS)
    others = [c for c in columns if c not in (text, label) and c.casefold() not in SPLITS]
    if text is None and others:
        text = longest([c for c in others if roles.get(c) == "text"] or others)
        others.remove(text)
    if label is None and len(others) == 1:
        label = others[0]
    if text is None or label is None:
        which = tr("texts, such as 'text'") if text is None else tr("labels, such as 'label'")
        raise UserError(
            tr(
                "{path} has the columns {columns}, none of {which}: rename one.",
                path=path,
                columns=listed(list(columns), 8),
                which=which,
            )
        )
    return text, label


def _table_rows(content: str, path: Path) -> tuple[list[Mapping[str, str]], Mapping[str, str]]:
    separator = _separator(content, path)
    before = csv.field_size_limit(LARGEST)
    try:
        rows = [row for row in csv.reader(io.StringIO(content), delimiter=separator) if any(row)]
    except csv.Error as error:
        raise UserError(tr("{path} is no table: {error}.", path=path, error=error)) from error
    finally:
        csv.field_size_limit(before)
    if not rows:
        return [], {}
    roles: dict[str, str] = {}
    head, rest = [one_line(cell, LONGEST_NAME) for cell in rows[0]], rows[1:]
    if path.suffix.lower() == ".tab":
        head, rest, roles = _of_orange(head, rest)
    twice = next((name for name, count in Counter(head).items() if count > 1), None)
    if twice is not None:
        raise UserError(
            tr(
                "{path} has two columns {twice!r}: give each a name of its own.",
                path=path,
                twice=twice,
            )
        )
    return [dict(zip(head, row, strict=False)) for row in rest], roles


def _of_orange(
    head: list[str], rows: list[list[str]]
) -> tuple[list[str], list[list[str]], dict[str, str]]:
    """Return names, rows and what the columns are, of a table of Orange.

    Of three rows of head the second says of which kind each column is, the third which is the
    class; of one, letters before '#' do.
    """
    roles: dict[str, str] = {}
    kinds = [cell.strip().lower() for cell in rows[0]] if rows else []
    if len(rows) > 1 and all(kind in _KINDS or " " in kind for kind in kinds) and any(kinds):
        flags = [*(cell.strip().lower() for cell in rows[1]), *[""] * len(head)]
        for name, kind, flag in zip(head, kinds, flags, strict=False):
            if flag.startswith("class"):
                roles[name] = "label"
            elif kind in ("s", "string", "text"):
                roles[name] = "text"
        return head, rows[2:], roles
    names = []
    for cell in head:
        marked = _FLAG.fullmatch(cell)
        names.append(marked[2] if marked else cell)
        if marked and "c" in marked[1]:
            roles[names[-1]] = "label"
        elif marked and "S" in marked[1]:
            roles[names[-1]] = "text"
    return names, rows, roles


def _json_rows(content: str, path: Path) -> tuple[list[Mapping[str, str]], Mapping[str, str]]:
    try:
        if path.suffix.lower() == ".json":
            values = json.loads(content)
        else:
            values = [json.loads(line) for line in content.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise UserError(
            tr("{path} is not JSON: {error}.", path=path, error=reason(error))
        ) from error
    if not isinstance(values, list) or not all(isinstance(row, dict) for row in values):
        raise UserError(tr("{path} has no object with a text and a label on each line.", path=path))
    plain = (str, int, float, bool)
    return [
        {one_line(name, LONGEST_NAME): str(v) for name, v in row.items() if isinstance(v, plain)}
        for row in values
    ], {}


def _separator(content: str, path: Path) -> str:
    if path.suffix.lower() in (".tsv", ".tab"):
        return "\t"
    first = content.partition("\n")[0]
    bare = re.sub('"[^"]*"', "", first)
    return max(",;\t|", key=bare.count)


def _decoded(content: bytes, path: Path) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:4096]:
        raise UserError(tr("{path} is no file of texts: it is no text.", path=path))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _beside(path: Path) -> Path | None:
    """Return the file of held-out texts beside one of the training."""
    for train in _TRAIN:
        if train in path.name:
            found = [path.with_name(path.name.replace(train, test)) for test in _TEST]
            return next((each for each in found if each.is_file()), None)
    return None


# A folder


def _of_folder(path: Path) -> TextData:
    folders = {entry.name.lower(): Path(entry.path) for entry in os.scandir(path) if entry.is_dir()}
    train = next((folders[name] for name in _TRAIN if name in folders), None)
    test = next((folders[name] for name in _TEST if name in folders), None)
    pairs = list(_of_classes(train or path))
    if train is not None and test is not None:
        pairs += [(text, label, "test") for text, label, _ in _of_classes(test)]
    if not pairs:
        raise UserError(
            tr(
                "{path} has no texts: give one folder a class, with a text in each .txt file.",
                path=path,
            )
        )
    return _sorted(path, pairs, ())


def _of_classes(path: Path) -> Iterator[tuple[str, str, str]]:
    classes = sorted(e.name for e in os.scandir(path) if e.is_dir() and not e.name.startswith("."))
    count = 0
    for name in classes:
        for place, _, files in sorted(os.walk(path / name)):
            for file in sorted(f for f in files if f.lower().endswith(".txt") and f[0] != "."):
                count += 1
                if count > MOST_TEXTS:
                    raise UserError(
                        tr(
                            "{path} has more than {most_texts:,} texts.",
                            path=path,
                            most_texts=MOST_TEXTS,
                        )
                    )
                with open_regular(Path(place) / file) as stream:
                    text = _decoded(stream.read(LARGEST_TEXT), Path(place) / file)
                yield text, name, ""
