"""What the documents point to is there, and each picture of the guide is made by the script."""

import importlib.util
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "assets" / "README.md"]
)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
# Paths of one machine, numbers of tickets, notes to oneself.
NOT_OF_THE_PROGRAM = re.compile(r"/(?:tmp|root|work)/\S*|(?<![\w/&])#\d+|\bTODO\b|\bTBD\b")
MOST_BYTES = 14 * 2**20  # of seven rooms in two sizes and themes, and one picture a capability


def _anchors(text):
    """Return the addresses of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    lost = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (document.parent / name).resolve() if name else document
        is_there = target.exists()
        if is_there and anchor and target.suffix == ".md":
            is_there = anchor in _anchors(target.read_text(encoding="utf-8"))
        if not is_there:
            lost.append(link)
    assert lost == []


def _pictures():
    return {path.name for path in (ROOT / "docs" / "images").iterdir() if path.is_file()}


def _made(monkeypatch):
    """Return the names of the files that script/screenshots makes."""
    monkeypatch.syspath_prepend(ROOT / "script")
    path = ROOT / "script" / "screenshot_visits.py"
    spec = importlib.util.spec_from_file_location("screenshot_visits", path)
    visits = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(visits)
    rooms = {
        f"{name}-{theme}{size}.png"
        for name in visits.ROOMS
        for theme in ("light", "dark")
        for size in ("", "-1280x720")
    }
    return rooms | {
        f"{name}-{theme}.png" for name in visits.CAPABILITIES for theme in ("light", "dark")
    }


def test_every_picture_is_made_by_the_script_and_none_is_missing(monkeypatch):
    assert _pictures() == _made(monkeypatch)


def test_every_capability_has_its_picture_in_the_guide():
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"images/([\w-]+)-(?:light|dark)(?:-1280x720)?\.png", guide))
    made = {re.sub(r"-(light|dark)(-1280x720)?\.png$", "", name) for name in _pictures()}
    assert made == shown


def test_pictures_stay_small():
    folder = ROOT / "docs" / "images"
    assert sum((folder / name).stat().st_size for name in _pictures()) < MOST_BYTES


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_speak_of_the_program_and_not_of_its_making(document):
    text = document.read_text(encoding="utf-8")
    assert NOT_OF_THE_PROGRAM.findall(text) == []


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def _tree():
    found = [
        path
        for top in ("ncviz", "tests", "script", "benchmarks", "assets")
        for path in (ROOT / top).rglob("*")
    ]
    return [
        path for path in (*found, *ROOT.iterdir(), *(ROOT / "docs").iterdir()) if path.is_file()
    ]


def test_the_architecture_names_files_that_are_there():
    named = set(re.findall(r"`([\w./-]+\.(?:py|toml|md|yaml|spec|txt))`", ARCHITECTURE))
    there = [f"/{path.relative_to(ROOT).as_posix()}" for path in _tree()]
    assert [name for name in named if not any(f.endswith(f"/{name}") for f in there)] == []


def test_the_architecture_names_every_package():
    packages = {path.parent.name for path in (ROOT / "ncviz").rglob("__init__.py")} - {"ncviz"}
    named = re.findall(r"`(?:[\w./-]*/)?(\w+)(?:/[\w./-]*)?`", ARCHITECTURE)
    assert packages - set(named) == set()
