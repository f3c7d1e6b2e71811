"""The page of the experiments: a list with search and keys, and the chosen one at length."""

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from tiny_experiment import SOLVED, TINY
from window_parts import dispose, dress_now

from ncviz.desktop.rooms.gallery.experiment_card import knob_in_words
from ncviz.desktop.rooms.gallery.experiment_list import places
from ncviz.desktop.rooms.gallery.experiments_page import ExperimentsPage
from ncviz.desktop.widgets.background import Background
from ncviz.experiments.catalogue import experiments
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import Knob
from ncviz.experiments.shelf import HowFar, look_up
from ncviz.experiments.verdict import Ours, Outcome
from ncviz.scenes.palette import DARK, LIGHT

KEY = Qt.Key
MARKUP = "<b>bold</b> & <img src='x'>"


@pytest.fixture
def rows(tmp_path):
    """Rows never run: the tiny one, and two of theory."""
    found = []
    for name, text in (("tiny", TINY), ("solved", SOLVED)):
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        found.append(look_up(read_experiment(path), tmp_path))
    other = replace(found[1].experiment, name="other", title="Another of theory")
    return (*found, replace(found[1], experiment=other))


@pytest.fixture
def page(qapp, qtbot, rows):
    work = Background(QWidget(), lambda: None)
    shown = ExperimentsPage(work, QWidget())
    shown.show_rows(rows)
    shown.resize(1280, 640)
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    shown.list.setFocus()
    yield shown
    dispose(shown)
    work.parent().deleteLater()


def _press(qtbot, key):
    qtbot.keyClick(QApplication.focusWidget(), key)


def _with_ours(row, *, holds=(True, True, False), seeds=(0, 1, 2)):
    ours = tuple(Ours((0.1, 0.3, 0.2), float("nan"), (), each) for each in holds)
    return replace(row, outcome=Outcome(row.experiment, "small", seeds, ours), standing=HowFar.DONE)


def test_arrows_pass_over_the_names_of_groups(page, qtbot):
    items = page.list.items.items
    assert [item if isinstance(item, str) else item.name for item in items] == [
        "Tests",
        "tiny",
        "Theory",
        "solved",
        "other",
    ]
    seen = [page.name]
    for _ in range(3):
        _press(qtbot, KEY.Key_Down)
        seen.append(page.name)
    assert seen == ["tiny", "solved", "other", "other"]
    assert page.card.title.text() == "Another of theory"


def test_home_and_end_go_to_the_first_and_the_last(page, qtbot):
    _press(qtbot, KEY.Key_End)
    assert page.name == "other"
    _press(qtbot, KEY.Key_Home)
    assert page.name == "tiny"


def test_letters_search_and_escape_ends_it(page, qtbot):
    qtbot.keyClicks(page.list, "s")
    assert page.search.hasFocus()
    qtbot.keyClicks(page.search, "omebody")
    assert page.search.text() == "somebody"
    assert page.name == "solved"
    _press(qtbot, KEY.Key_Down)
    assert page.name == "other"
    assert page.search.hasFocus()
    _press(qtbot, KEY.Key_Escape)
    assert page.search.text() == ""
    assert page.name == "other"


def test_what_is_called_by_no_word_is_said(page, qtbot):
    qtbot.keyClicks(page.search, "zebra")
    assert page.empty.isVisible()
    assert "“zebra”" in page.empty.text()
    assert not page.list.isVisible()
    assert not any(
        button.isEnabled()
        for button in (page.card.open, page.card.run, page.card.knob, page.card.compare)
    )
    page.search.clear()
    assert not page.empty.isVisible()
    assert page.name == "tiny"


def test_enter_opens_what_can_be_opened_and_else_goes_to_run(page, qtbot):
    opened, run = [], []
    page.open_asked.connect(opened.append)
    page.run_asked.connect(lambda row, seeds: run.append((row.name, seeds)))
    _press(qtbot, KEY.Key_Return)
    assert (opened, run) == ([], [])
    assert page.card.run.hasFocus()
    page.card.seeds.setValue(3)
    qtbot.keyClick(page.card.run, KEY.Key_Space)
    assert run == [("tiny", 3)]
    for wrong in ("0", "99999", "many", ""):
        page.card.seeds.lineEdit().setText(wrong)
        qtbot.keyClick(page.card.run, KEY.Key_Space)
        assert page.card.seeds.hasFocus()
        assert "from 1 to" in QToolTip.text() or "number" in QToolTip.text()
    assert run == [("tiny", 3)], "what cannot be runs nothing"
    QToolTip.hideText()
    page.card.seeds.setValue(1)
    page.list.setFocus()
    _press(qtbot, KEY.Key_Down)
    _press(qtbot, KEY.Key_Return)
    assert [row.name for row in opened] == ["solved"]


def test_each_button_that_does_nothing_says_why(page):
    card = page.card
    assert not card.open.isEnabled()
    assert card.open.toolTip() == "Run it first: then its run opens as the figure shows it."
    assert not card.compare.isEnabled()
    assert card.compare.toolTip().startswith("Run it first")
    assert card.knob.isEnabled()
    assert card.knob_words.text() == "Turn “Epochs” from 3 to 9. It learns longer."
    page.choose("solved")
    assert card.open.isEnabled()
    assert card.compare.toolTip() == "A model has no second run to lay beside it."
    assert not card.seeds.isVisible()  # it is solved exactly


def test_every_number_is_said_with_seeds_and_spread(page, rows):
    page.show_rows((_with_ours(rows[0]), *rows[1:]))
    lines = page.card.numbers[:3]
    assert [line.ours.text() for line in lines] == [
        "0.2 (0.1 … 0.3); holds",
        "0.2 (0.1 … 0.3); holds",
        "0.2 (0.1 … 0.3); does not hold",
    ]
    wanted = rows[0].experiment.expected[1].wanted
    assert lines[1].published.text() == f"smaller; wanted: {wanted}"
    assert "3 seeds: the median, with the least and the greatest" in page.card.standing.text()
    row = page.list.row
    assert (row.basis, row.held) == ("3 seeds", "2 of 3 hold")
    assert page.card.run.text() == "Run again"
    spoken = page.list.items.data(page.list.currentIndex())
    assert spoken.endswith("published falls, ours 0.2 (0.1 … 0.3), reproduced in part")


def test_a_run_is_followed_and_its_failure_stays_with_its_row(page, rows):
    page.begin(rows[0])
    assert page.foot.isVisible()
    assert not page.card.run.isEnabled()
    assert page.card.run.toolTip() == "It is under way."
    page.choose("solved")
    assert page.card.run.toolTip().startswith("Another experiment is under way")
    page.show_progress("Tiny · 1 of 2", 0.25)
    assert page.doing.text() == "Running · Tiny · 1 of 2"
    assert page.bar.value() == 250
    page.end("The disk is full.")
    assert page.list.rows.failed == {"tiny"}
    assert not page.foot.isVisible()
    assert page.card.run.isEnabled()
    assert "disk" not in page.card.standing.text()
    page.choose("tiny")
    assert page.card.standing.text().startswith("The last run failed: The disk is full.")
    page.begin(rows[0])
    page.end()
    assert not page.list.rows.failed
    assert "failed" not in page.card.standing.text()


def test_what_is_chosen_stays_when_rows_come_anew(page, rows):
    page.choose("other")
    page.show_rows(rows)
    assert page.name == "other"
    page.search.setText("nobody")
    assert page.choose("solved")  # although it is not among those that are sought
    assert (page.name, page.search.text()) == ("solved", "")
    assert not page.choose("nothing")
    assert page.name == "solved"


def test_what_is_awaited_is_chosen_once_it_is_there(qapp, rows):
    work = Background(QWidget(), lambda: None)
    page = ExperimentsPage(work, QWidget())
    assert page.choose("other")
    assert page.name == "other"
    page.show_rows(rows)
    assert page.name == "other"
    dispose(page)
    work.parent().deleteLater()


def test_texts_of_files_are_shown_as_they_are_written(page, rows):
    e = replace(rows[0].experiment, title=MARKUP, claim=MARKUP, group=MARKUP)
    page.show_rows((replace(rows[0], experiment=e),))
    shown = {label.text() for label in page.findChildren(QLabel) if label.isVisible()}
    assert MARKUP in shown
    for label in page.card.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
    tip = page.list.items.data(page.list.currentIndex(), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_verdict_is_never_cut_and_nothing_is_wider_than_the_page(page, qtbot, theme, scale):
    dress_now(theme, scale)
    QApplication.processEvents()
    picture, *columns = places(page.list.visualRect(page.list.currentIndex()))
    metrics = page.fontMetrics()
    needed = metrics.horizontalAdvance("Reproduced in part") + metrics.height()
    assert columns[-1].width() >= needed
    assert picture.isEmpty() == (scale > 1)
    assert columns[-1].right() <= page.list.viewport().width()
    assert not page.card.scroller.horizontalScrollBar().isVisible()
    page.card.run.setText("Run again")
    QApplication.processEvents()
    for button in (page.card.open, page.card.run, page.card.knob, page.card.compare):
        words = button.fontMetrics().horizontalAdvance(button.text())
        assert button.width() >= words + 24, button.text()  # and a little on both sides
    dress_now(LIGHT)


def test_a_row_is_as_high_as_its_claim_needs(page, rows):
    def height(claim):
        e = replace(rows[0].experiment, claim=claim)
        page.show_rows((replace(rows[0], experiment=e), *rows[1:]))
        QApplication.processEvents()
        return page.list.visualRect(page.list.items.index(1)).height()

    line = page.list.rows.row_height()
    assert height("Short.") >= line
    long = "A claim of many words that finds no room in one line. " * 6
    assert height(long) > height("Short.") + line / 2
    columns = page.list.rows._columns(page.list.visualRect(page.list.items.index(1)), page.list.row)
    for number, (area, texts) in enumerate(columns):
        lines = page.list.rows._lines(area, texts, strong=number == 0)
        assert sum(one[2] for one in lines) + 16 <= height(long)


def test_a_switch_is_turned_on_or_off(rows):
    solved = rows[1].experiment
    square = replace(
        solved,
        variants=experiments()["square-loss-norms"].variants,
        knob=Knob("decays", False, "it does not collapse."),
    )
    assert knob_in_words(square) == "Switch “Weight decay” off. It does not collapse."
