"""Collects every text that people read, and compiles what translators wrote of them.

    .venv/bin/python script/translations.py [LANGUAGE]

A text is what `ncviz.language.tr` is called with, and what the files of lessons and experiments
say. Each language is one file of gettext, `ncviz/translations/LANGUAGE.po`, which any editor of
such files opens; texts that are gone go, new ones are empty. Its compiled form lies beside it.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ncviz.experiments.catalogue import ENTRIES as EXPERIMENTS
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import PROSE as OF_EXPERIMENTS
from ncviz.language import CATALOGUES
from ncviz.lessons.catalogue import ENTRIES as LESSONS
from ncviz.lessons.lesson import PROSE as OF_LESSONS
from ncviz.lessons.lesson_file import read_lesson
from ncviz.wording import upper_first

PACKAGE = Path(__file__).resolve().parent.parent / "ncviz"
DECLARE = ("parameter", "part", "facet", "control", "to_file", "folder_of_run")
NOTE = "NOTE:"  # a comment of the code that translators read, too


def texts() -> Catalog:
    """Return every text of the program, with the files that say it."""
    found = Catalog(project="ncviz", charset="utf-8")
    of_code = extract_from_dir(
        PACKAGE,
        [("**.py", "python")],
        keywords={"tr": None, "named": None, "Number": None},
        comment_tags=[NOTE],
    )
    for name, _line, text, comments, _context in of_code:
        if text:
            found.add(text, locations=[(f"ncviz/{name}", 0)], auto_comments=comments)
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in _captions(path):
            found.add(text, locations=[(str(path.relative_to(PACKAGE.parent)), 0)])
    for folder, read, names in (
        (LESSONS, read_lesson, OF_LESSONS),
        (EXPERIMENTS, read_experiment, OF_EXPERIMENTS),
    ):
        for path in sorted(folder.glob("*.toml")):
            for text in _of(read(path), names):
                found.add(text, locations=[(str(path.relative_to(PACKAGE.parent)), 0)])
    return found


def _captions(path: Path) -> Iterator[str]:
    """Yield what forms call the parameters that a file declares without a label of their own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Call)):
            continue
        made, name = node.value.func, node.target
        has_label = any(each.arg == "label" for each in node.value.keywords)
        of_a_plan = isinstance(made, ast.Name) and made.id in DECLARE
        if of_a_plan and not has_label and isinstance(name, ast.Name):
            yield upper_first(name.id.replace("_", " "))


def _of(value: object, names: Set[str], asked: bool = False) -> Iterator[str]:
    """Yield the texts of a lesson or an experiment, as `ncviz.language.translated` finds them."""
    if isinstance(value, str):
        if asked and re.search(r"[^\W\d_]{2}", value):
            yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _of(each, names, asked)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name == "until":  # a condition, for the program
                continue
            yield from _of(getattr(value, field.name), names, field.name in names)


def updated(path: Path, found: Catalog) -> Catalog:
    """Return a language's file with the texts of today: what is kept, and what is new and empty."""
    language = path.stem
    new = Catalog(locale=language, project="ncviz", charset="utf-8", fuzzy=False)
    new.creation_date = new.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # the same each time
    old = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file, locale=language)
    for message in found:
        if not message.id:
            continue
        known = old.get(message.id)
        said = known.string if known is not None and not known.fuzzy else ""
        new.add(message.id, said, message.locations, auto_comments=message.auto_comments)
    return new


def as_po(catalogue: Catalog) -> bytes:
    """Return a language as its translators have it."""
    file = io.BytesIO()
    write_po(
        file, catalogue, width=100, omit_header=False, sort_by_file=False, include_lineno=False
    )
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return a language as the program reads it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> None:
    """Write every language anew."""
    found = texts()
    CATALOGUES.mkdir(exist_ok=True)
    languages = {path.stem for path in CATALOGUES.glob("*.po")} | set(sys.argv[1:])
    for language in sorted(languages):
        path = CATALOGUES / f"{language}.po"
        catalogue = updated(path, found)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(catalogue))
        empty = sum(not message.string for message in catalogue if message.id)
        print(f"{language}: {len(catalogue):,} texts, {empty:,} of them not translated")


if __name__ == "__main__":
    main()
