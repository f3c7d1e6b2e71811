"""The search finds more than commands, and goes there."""

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from window_parts import settle

from ncviz.assets import document
from ncviz.concepts import CONCEPTS
from ncviz.desktop.commands.findings import findings, guide_headings, recipe_name
from ncviz.desktop.guide.guide_window import GuideWindow
from ncviz.desktop.widgets.formula_card import FormulaCard
from ncviz.explorer.room_names import EXPLORE, TRAIN
from ncviz.training.recipe_file import read_recipe


@pytest.fixture
def search(window, qtbot):
    """Type into the search; return the rows that it shows."""

    def type_in(words):
        window.commands["help.palette"].trigger()
        palette = window._palette
        qtbot.waitExposed(palette)
        palette.field.setText(words)
        return palette.model.rows

    yield type_in
    if window._palette is not None:
        window._palette.hide()


@pytest.fixture
def choose(window, search, qtbot):
    """Search, and go to what is found first of a kind."""

    def take(words, kind):
        rows = search(words)
        kinds = [row.keys for row in rows]
        assert kind in kinds, (words, [row.text for row in rows])
        palette = window._palette
        palette.list.setCurrentIndex(palette.model.index(kinds.index(kind)))
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        settle(qtbot, window)

    return take


def test_every_kind_of_thing_is_found(window):
    kinds = {finding.kind for finding in findings(window)}
    assert kinds >= {"Notion", "Plot", "Class", "Layer", "Sample", "Recipe", "Guide"}
    keys = [finding.key for finding in findings(window)]
    assert len(set(keys)) == len(keys)
    assert all(finding.tip.strip() for finding in findings(window))


@pytest.mark.parametrize("key", CONCEPTS)
def test_every_notion_is_found_by_its_name_and_by_its_key(window, search, key):
    for words in (CONCEPTS[key].name, key):
        assert CONCEPTS[key].name in [row.text for row in search(words)[:6]], words


def test_a_notion_opens_its_card(window, choose, qtbot):
    choose("self-duality", "Notion")
    (card,) = window.findChildren(FormulaCard)
    assert (card.concept, card.keys) == ("NC3", ("nc3",))
    card.close()
    qtbot.waitUntil(lambda: not window.findChildren(FormulaCard))


def test_a_plot_comes_into_the_column(window, choose):
    window.plots.set_layout(("law", "collapse", "loss"))
    choose("norms last layer", "Plot")
    assert window.plots.layout_names() == ["law", "collapse", "norms"]


def test_a_class_and_a_layer_of_the_open_run(window, choose):
    name = window.explorer.run.manifest.class_names[4]
    assert 4 not in window.explorer.view.shown_classes(5)
    choose(name, "Class")
    assert 4 in window.explorer.view.shown_classes(5)
    choose(window.explorer.run.manifest.layers[1].name, "Layer")
    assert (window.room, window.explorer.view.layer) == (EXPLORE, 1)


def test_a_recipe_opens_in_the_form(window, choose):
    choose("law-4-layers-adam", "Recipe")
    assert window.room == TRAIN
    assert window.training.panel.form.recipe() == read_recipe(
        document("recipes/law-4-layers-adam.toml")
    )


def test_a_recent_run_is_opened(window, choose, imbalanced_run):
    window.settings.recent = [str(imbalanced_run.path)]
    choose(imbalanced_run.path.name, "Recent run")
    assert window.explorer.run.path == imbalanced_run.path


def test_a_chapter_of_the_guide_opens(window, choose, qtbot):
    assert ("Theory", "guide", "theory") in guide_headings()
    choose("all keys", "Guide")
    (guide,) = window.findChildren(GuideWindow)
    assert guide.text.verticalScrollBar().value() > 0
    guide.close()
    qtbot.waitUntil(lambda: not window.findChildren(GuideWindow))


def test_commands_come_before_what_is_found_as_well(window, search):
    assert search("dark")[0].key == "view.dark"
    assert search("export film")[0].key == "file.film"


def test_what_is_nowhere_says_so(window, search):
    assert search("qqzzxxq") == []
    assert "Nothing is called" in window._palette.empty.text()


def test_a_recipe_is_named_by_its_file():
    assert recipe_name(Path("two-words.toml")) == "Two words"
