"""The panel of the Compare room by itself."""

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLabel
from window_parts import dispose, dress_now

from ncviz.assets import asset
from ncviz.desktop.rooms.compare.compare_offers import Offer
from ncviz.desktop.rooms.compare.compare_panel import ComparePanel
from ncviz.desktop.widgets.columns import scrolled
from ncviz.desktop.widgets.teaching import answer_of
from ncviz.explorer.comparison import Comparison
from ncviz.explorer.explorer import Explorer
from ncviz.scenes.palette import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
OFFERS = (Offer("Imbalanced", "R = 100", "/runs/a"), Offer("No weight decay", "", "/runs/b"))


@pytest.fixture
def comparison(small_run):
    explorer = Explorer()
    explorer.open(small_run.path)
    return Comparison(explorer)


@pytest.fixture
def panel(qapp, qtbot, comparison):
    dress_now(LIGHT)
    panel = ComparePanel(comparison)
    panel.asked = []
    for name in ("link_toggled", "camera_link_toggled", "layer_chosen", "offer_chosen"):
        getattr(panel, name).connect(lambda value, n=name: panel.asked.append((n, value)))
    for name in ("choose_first", "choose_second", "swap"):
        getattr(panel, name).connect(lambda n=name: panel.asked.append(n))
    area = scrolled(panel)
    panel.area = area
    area.resize(288, 600)
    area.show()
    qtbot.waitExposed(area)
    yield panel
    dispose(area)


def values(panel):
    return {row.name: (row.left, row.right) for row in panel.table.rows}


def test_alone_it_teaches_and_offers(panel, qtbot):
    assert panel.empty.isVisible()
    assert not panel.table.isVisible()
    assert not panel.swap_button.isVisible()
    assert panel.first.title.text() == "Synthetic · 3 layers"
    assert panel.second.title.text() == "No run yet"
    panel.set_offers(OFFERS)
    assert [button.offer for button in panel.offers] == list(OFFERS)
    kept = list(panel.offers)
    panel.set_offers(OFFERS)
    assert panel.offers == kept
    QApplication.processEvents()
    qtbot.mouseClick(panel.offers[1], LEFT)
    for card in (panel.second, panel.first):
        qtbot.mouseClick(card.choose, LEFT)
        panel.menu.actions()[-1].trigger()
        panel.menu.close()
    assert panel.asked == [("offer_chosen", "/runs/b"), "choose_second", "choose_first"]


def test_both_runs_and_their_numbers(panel, comparison, imbalanced_run, qtbot):
    comparison.open_second(imbalanced_run.path)
    assert not panel.empty.isVisible()
    assert panel.table.isVisible()
    assert "balanced" in panel.first.facts.text()
    assert "R = 4" in panel.second.facts.text()
    assert not {"Epoch", "Layer"} & values(panel).keys()  # both alike: the scene says them
    first = comparison.first
    first.player.seek(first.player.last)
    first.advance(0)
    panel.show_moment()
    assert values(panel)["Epoch"] == ("20", "4")
    assert float(values(panel)["Minority cosine"][0].replace("−", "-")) < 0.5
    assert "same classes" in next(r.tip for r in panel.table.rows if r.name.startswith("Min"))
    assert values(panel)["r"][0].startswith("−0.9")
    assert "ends at epoch 4" in panel.note.text()
    qtbot.mouseClick(panel.swap_button, LEFT)
    panel.linked.click()
    panel.layer.setValue(1)
    panel.camera_linked.click()
    assert panel.asked == [
        "swap",
        ("link_toggled", False),
        ("layer_chosen", 1),
        ("camera_link_toggled", False),
    ]


def test_titles_that_are_cut_off_tell_the_runs_apart(qtbot, panel, comparison):
    comparison.first.open(asset("samples", "balanced"))
    comparison.open_second(asset("samples", "imbalanced"))
    titles = [card.title.text() for card in (panel.first, panel.second)]
    assert [title.split(" · ")[0] for title in titles] == ["balanced", "imbalance 150"]


def test_showing_is_not_asking(panel, comparison, imbalanced_run):
    comparison.open_second(imbalanced_run.path)
    comparison.swap()
    comparison.link(False)
    assert not panel.linked.isChecked()
    assert panel.first.title.text() == panel.second.title.text()
    assert "R = 4" in panel.first.facts.text()
    comparison.first.set_view(comparison.first.view.at(1))
    panel.show_moment()
    assert panel.asked == []


def test_without_minority_classes_there_is_no_row_for_them(panel, comparison, small_run):
    comparison.open_second(small_run.path)
    assert "Minority cosine" not in values(panel)
    assert "NC3" in values(panel)
    comparison.first.set_view(comparison.first.view.at(2))
    comparison.close_second()
    assert panel.empty.isVisible()


def test_a_number_explains_itself(panel, comparison, small_run):
    comparison.open_second(small_run.path)
    table = panel.table
    row = [r.name for r in table.rows].index("NC1")
    height = round((row + 1.5) * table._row_height())
    assert "Papyan" in answer_of(table, QPoint(2, height)).words
    left, right = (
        answer_of(table, QPoint(round(x), height))
        for x in (table._columns()[0] + 4, table.width() - 4)
    )
    assert (left.title, right.title) == ("NC1, left", "NC1, right")
    assert "as wide as they lie apart" in left.sentence


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_is_clipped(qapp, panel, comparison, imbalanced_run, theme, scale):
    panel.set_offers(OFFERS)
    dress_now(theme, scale)
    panel.area.resize(round(288 * scale), round(600 * scale))
    for _ in range(2):
        QApplication.processEvents()
        shown = [label for label in panel.findChildren(QLabel) if label.isVisible()]
        assert len(shown) > 4
        for label in shown:
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        assert panel.width() <= panel.area.viewport().width()
        if comparison.second.run is None:
            comparison.open_second(imbalanced_run.path)
            QApplication.processEvents()
    assert panel.table.height() == panel.table.sizeHint().height()
    assert panel.note.geometry().top() >= panel.table.geometry().bottom()
    dress_now(LIGHT)
