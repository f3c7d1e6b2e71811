"""Sentences of another language are found in English again, for whoever looks for words in them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ncviz.errors import UserError
from ncviz.experiments.catalogue import experiments
from ncviz.in_english import in_english
from tests.lessons.test_lesson_file import WHOLE, lesson
from tests.lessons.test_lesson_file import (
    test_what_does_not_fit_gets_a_sentence_with_its_line as of_lessons,
)

ROOT = Path(__file__).resolve().parent.parent
CHILD = """
import json, sys
from pathlib import Path
from ncviz import in_english as english
from ncviz.errors import UserError
from ncviz.experiments.catalogue import experiments
from ncviz.lessons.lesson_file import read_lesson

texts = english._templates()
held = {}
for text, parts, _ in texts:
    held.setdefault("".join(w + (f"<{n}7>" if n else "") for w, n in parts), []).append(text)
asked = [(said, texts[0]) for said, texts in held.items() if len(texts) == 1][::40]
found = [(text, english.in_english(said)) for said, text in asked]
told = []
for path in sorted(Path(sys.argv[1]).glob("*.toml")):
    try:
        read_lesson(path)
    except UserError as error:
        told.append(str(error))
read = [each.reading for e in experiments().values() for each in e.expected]
print(json.dumps([found, told, read]))
"""


def _in_german(folder: Path) -> list:
    run = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)],
        env={**os.environ, "NCVIZ_LANGUAGE": "de"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_english_is_as_it_stands():
    assert in_english("Der Lauf fehlt.") == "Der Lauf fehlt."


def test_sentences_are_found_again_and_files_are_told_the_same_line(tmp_path):
    lines = []
    cases = [case for case in of_lessons.pytestmark[0].args[1] if case[2] is not None]
    for number, (old, new, line, _says) in enumerate(cases):
        folder = tmp_path / f"{number:02d}"
        folder.mkdir()
        with pytest.raises(UserError):
            lesson(folder, WHOLE.replace(old, new, 1))
        (folder / "mine.toml").rename(tmp_path / f"{number:02d}.toml")
        lines.append(line)
    found, told, read = _in_german(tmp_path)
    # By it the files of results are found, which every language writes and reads.
    assert read == [each.reading for e in experiments().values() for each in e.expected]
    assert len(found) > 100
    same = [
        text.replace("}", "7>").replace("{", "<").lower().rstrip(".").split(":")[0][:12]
        == english.replace("{", "<").replace("}", "7>").lower().rstrip(".").split(":")[0][:12]
        for text, english in found
    ]
    assert sum(same) >= 0.95 * len(same)
    assert [f"Zeile {line}" in said for line, said in zip(lines, told, strict=True)] == (
        [True] * len(lines)
    )
