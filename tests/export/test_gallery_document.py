"""The gallery shows what its script makes."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery.md"


def commands(text: str) -> set[str]:
    """Return all commands with blanks, folders and names of runs made alike."""
    found = re.findall(r"(?:ncviz export|export_) ((?:figure|film|table) [^`\n]+)", text)
    plain = set()
    for command in found:
        alike = command.replace("$run", "RUN").replace("$imbalanced", "IMBALANCED")
        plain.add(" ".join(alike.replace('"$out/', "").replace('"', "").split()))
    return plain


def test_all_that_the_gallery_shows_is_there():
    linked = re.findall(r"\]\((images/gallery/[^)]+)\)", GALLERY.read_text(encoding="utf-8"))
    assert len(linked) > 30
    assert [name for name in linked if not (ROOT / "docs" / name).is_file()] == []


def test_the_gallery_shows_all_that_is_there():
    text = GALLERY.read_text(encoding="utf-8")
    made = sorted((ROOT / "docs" / "images" / "gallery").iterdir())
    unseen = [path.name for path in made if path.stem not in text]
    assert unseen == []
    assert sum(path.stat().st_size for path in made) < 6_000_000


def test_the_commands_of_the_gallery_are_those_of_its_script():
    script = (ROOT / "script" / "gallery").read_text(encoding="utf-8").replace("\\\n", " ")
    made = commands(script)
    shown = commands(GALLERY.read_text(encoding="utf-8"))
    shown.discard("figure RUN --preset NAME --out NAME.svg")
    assert len(shown) > 15
    assert sorted(shown - made) == []
