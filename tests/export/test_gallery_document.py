"""The gallery shows what its commands make."""

import importlib.util
import re
from pathlib import Path

import pytest

from ncviz.cli import main

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery.md"
IMAGES = ROOT / "docs" / "images" / "gallery"


def _commands():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "script" / "gallery.py")
    gallery = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gallery)
    return gallery.commands()


COMMANDS = {words[words.index("--out") + 1]: words for words in _commands()}
DRAWN = sorted(name for name, words in COMMANDS.items() if words[1] != "film")


def words_in(path):
    """Return the words that a vector figure or a table shows, numbers to ten digits."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".svg":
        return sorted(re.findall(r">([^<>]+)</(?:text|tspan)>", text))
    if path.suffix == ".tex":  # the comments say how it was made
        return [line for line in text.splitlines() if not line.startswith("%")]
    return re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.10g}", text).split()


def test_every_command_has_a_file_and_every_file_a_command():
    assert len(COMMANDS) == len(_commands()) > 30
    made = {path.name for path in IMAGES.iterdir()} - {"metrics.csv.json"}
    assert made == set(COMMANDS)
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 6_000_000


def test_the_document_shows_every_file():
    linked = set(re.findall(r"\]\(images/gallery/([^)]+)\)", GALLERY.read_text(encoding="utf-8")))
    assert linked == {path.name for path in IMAGES.iterdir()}


@pytest.mark.parametrize("name", DRAWN)
def test_the_file_is_what_its_command_makes(name, tmp_path, monkeypatch):
    words = list(COMMANDS[name])
    words[words.index("--out") + 1] = str(tmp_path / name)
    monkeypatch.chdir(ROOT)
    assert main(words) == 0
    if Path(name).suffix in (".svg", ".csv", ".tex"):
        assert words_in(tmp_path / name) == words_in(IMAGES / name) != []


def test_the_table_of_presets_is_what_is_written():
    path = ROOT / "script" / "preset_table.py"
    spec = importlib.util.spec_from_file_location("preset_table", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    text = GALLERY.read_text(encoding="utf-8")
    assert script.PLACE.search(text)
    assert script.written_document(text) == text, "run script/preset_table.py"
