"""The guide in a window of its own: pages, pictures, formulas, links."""

import importlib.util
from pathlib import Path

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QApplication, QWidget
from window_parts import dispose

from ncviz.assets import PAGES, document, recipes
from ncviz.desktop.guide.guide_text import (
    address,
    headings_of,
    page_and_place,
    picture_of_formula,
    with_formulas_as_pictures,
)
from ncviz.desktop.guide.guide_window import GuideWindow, show_guide
from ncviz.desktop.widgets.typeset import formula_path
from ncviz.errors import UserError
from ncviz.training.recipe_file import read_recipe

ROOT = Path(__file__).parents[2]
IMAGE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def guide(qapp):
    owner = QWidget()
    owner.resize(1200, 800)
    owner.show()
    guide = show_guide(owner)
    QApplication.processEvents()
    yield guide
    dispose(owner)


def test_the_guide_opens_with_its_headings_and_pictures(guide):
    listed = [guide.contents.item(n).text().strip() for n in range(guide.contents.count())]
    assert {"Explore", "Theory", "All keys"} <= set(listed)
    picture = guide.text.loadResource(IMAGE, QUrl("images/explore-light.png"))
    assert not picture.isNull()
    assert picture.width() <= guide.text.viewport().width() * guide.devicePixelRatioF()


@pytest.mark.parametrize(
    "name",
    [
        "../pyproject.toml",
        "images/../../assets/icons/menu.svg",
        "/etc/hostname",
        "file:///etc/hostname",
        "https://example.org/a.png",
    ],
)
def test_nothing_else_is_ever_read(guide, name):
    assert guide.text.loadResource(IMAGE, QUrl(name)).isNull()


def test_links_lead_to_pages_and_headings_and_back(guide):
    guide.text.anchorClicked.emit(QUrl("numbers.md#neural-collapse"))
    assert guide.text.page == "numbers"
    assert guide.text.verticalScrollBar().value() > 0
    guide.go_back()
    assert (guide.text.page, guide.text.verticalScrollBar().value()) == ("guide", 0)
    guide.text.anchorClicked.emit(QUrl("https://example.org"))
    assert "on the web" in guide.said.text()
    guide.text.anchorClicked.emit(QUrl("architecture.md"))
    assert "architecture.md is no part of the guide" in guide.said.text()
    assert guide.text.page == "guide"


def test_words_are_found_on_the_page(guide):
    guide.field.setText("grand tour")
    guide.find_next()
    first = guide.text.textCursor().position()
    guide.find_next()
    assert 0 < first < guide.text.textCursor().position()


def test_a_second_request_turns_the_page_of_the_open_guide(guide):
    assert show_guide(guide.parentWidget(), "recipes") is guide
    assert guide.text.page == "recipes"
    assert len(guide.parentWidget().findChildren(GuideWindow)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_every_formula_of_a_page_is_typeset(qapp, page):
    written, formulas = with_formulas_as_pictures(document(f"{page}.md").read_text("utf-8"))
    for tex in formulas:
        assert formula_path(tex).elementCount() > 0, tex
    text = QTextDocument()
    text.setMarkdown(written)
    assert "$\\" not in text.toPlainText()


def test_code_keeps_its_dollars_and_odd_formulas_are_still_read(qapp):
    written, formulas = with_formulas_as_pictures(
        "Let $K$ be.\n\n    $ ncviz info\n\n```\n$x$\n```\n"
    )
    assert formulas == ["K"]
    assert "    $ ncviz info" in written
    assert "```\n$x$\n```" in written
    assert not picture_of_formula(r"\nosuchcommand{x}", 14, "#000000", 1.0).isNull()


def test_headings_have_the_addresses_that_links_use(qapp):
    text = QTextDocument()
    text.setMarkdown("# A guide\n\nwords\n\n## Figures, films and tables out\n")
    assert [(words, level) for words, level, _ in headings_of(text)] == [
        ("A guide", 1),
        ("Figures, films and tables out", 2),
    ]
    assert address("Figures, films and tables out") == "figures-films-and-tables-out"
    assert page_and_place("numbers.md#nc1", "guide") == ("numbers", "nc1")
    assert page_and_place("#all-keys", "guide") == ("guide", "all-keys")


# What ships


def _shipped():
    spec = importlib.util.spec_from_file_location("freeze_guide", ROOT / "freeze" / "guide.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_wheel_and_application_get_the_pages_and_the_pictures_that_they_show():
    shipped = _shipped()
    files = shipped.guide_files(ROOT)
    assert all(Path(source).is_file() for source in files)
    places = {place.removeprefix(f"{shipped.PLACE}/") for place in files.values()}
    assert {f"{page}.md" for page in PAGES} < places
    assert "images/explore-light.png" in places
    assert "recipes/law-4-layers-adam.toml" in places
    # Those that the dark theme alone would show stay out, and so does the gallery.
    assert sum(Path(source).stat().st_size for source in files) < 8 * 2**20


def test_only_files_of_the_guide_are_documents():
    assert document("guide.md").is_file()
    for name in ("../README.md", "images", "nothing.md"):
        with pytest.raises(UserError, match="no part of the guide"):
            document(name)


def test_the_recipes_that_ship_are_recipes():
    found = recipes()
    assert len(found) > 5
    for path in found:
        read_recipe(path)
