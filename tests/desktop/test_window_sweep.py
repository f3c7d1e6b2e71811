"""A sweep in the window: its page of the Gallery."""

import pytest
from PyQt6.QtCore import Qt
from tiny_sweep import SOLVED, TINY

from ncviz.explorer.room_names import EXPLORE, GALLERY, THEORY
from ncviz.runs.repeats import RepeatedRun
from ncviz.sweeping.asked import read_asked
from ncviz.sweeping.carrying_out import begin_folder, carry_out_task
from ncviz.sweeps.sweep_words import SweepWords


def done_sweep(home, text):
    path = home / "grid.toml"
    path.write_text(text)
    sweep = read_asked(path)
    begin_folder(sweep, home / "grid")
    for task in sweep.tasks():
        carry_out_task(sweep, home / "grid", task)
    return path


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The file of a tiny sweep that is trained, but for its last cell."""
    home = tmp_path_factory.mktemp("trained")
    done_sweep(home, TINY)
    (home / "grid.toml").write_text(TINY + "[[cell]]\ndepth = 4\nwidth = 7\n")
    return home / "grid.toml"


@pytest.fixture
def opened(make_window, qtbot, trained):
    window = make_window()
    window.opening.open_anything(trained)
    page = window.rooms.gallery.sweep.page
    qtbot.waitUntil(lambda: len(page._rows) == 8)
    return window, page


def test_the_table_sorts_and_filters(opened, qtbot):
    window, page = opened
    assert window.room == GALLERY
    assert page.progress.text() == "6 finished, 2 waiting of 8"
    rows = page.table.rows
    rows.sort(rows.columns.index("loss"))
    losses = [row.numbers.get("loss") for row in rows.rows]
    assert losses[:6] == sorted(losses[:6])
    assert losses[6:] == [None, None]
    qtbot.keyClicks(page.filter, "depth=2 seed=1")
    assert [row.task.words for row in sorted(page._shown, key=lambda r: r.task.index)] == [
        "depth=2,width=3, seed 1",
        "depth=2,width=5, seed 1",
    ]
    assert page.progress.text() == "6 finished, 2 waiting of 8, 2 of them shown"
    page.filter.setText("depth=99")
    assert page.progress.text() == "6 finished, 2 waiting of 8, none fits the filter"
    page.filter.setText("Layers=2 height<3")
    assert page.progress.text().endswith("4 of them shown, no column is called height")
    page.filter.setText("waiting")
    assert len(page._shown) == 2
    page.filter.clear()
    assert page.progress.text() == "6 finished, 2 waiting of 8"


def test_the_chosen_row_stays_chosen(opened):
    _window, page = opened
    table = page.table
    table.selectRow(2)
    chosen = table.rows.rows[2].task
    head = table.horizontalHeader()

    def now():
        (index,) = table.selectionModel().selectedRows()
        return table.rows.rows[index.row()].task

    for column in ("loss", "seed"):
        head.setSortIndicator(table.rows.columns.index(column), Qt.SortOrder.DescendingOrder)
        assert now() == chosen
    page.filter.setText("Layers=2")  # which leaves fewer rows
    assert now() == chosen
    page.show_rows(page._rows)  # as a running sweep does
    assert now() == chosen
    head.setSortIndicator(table.rows.columns.index("rho"), Qt.SortOrder.AscendingOrder)
    table.show_rows(page.sweep, page._shown, ("rho", "nc3"))
    assert table.rows.columns[head.sortIndicatorSection()] == "rho"
    table.show_rows(page.sweep, page._shown, ("nc3",))
    assert head.sortIndicatorSection() == -1
    page.filter.setText("Layers=3")
    assert not table.selectionModel().selectedRows()


def test_headings_are_words_and_points_stand_below_each_other(opened):
    _window, page = opened
    rows = page.table.rows
    side, shown = Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole
    heads = [rows.headerData(k, side, shown) for k in range(len(rows.columns))]
    assert heads[:6] == ["Layers", "Width", "Seed", "State", "Share of mistakes", "Mean loss"]
    assert heads[6:] == ["D", "NC1", "ρ", "r"]
    tip = rows.headerData(0, side, Qt.ItemDataRole.ToolTipRole)
    assert "Layers; in the filter Layers" in tip
    column = rows.columns.index("loss")
    texts = [rows.data(rows.index(k, column), shown) for k in range(6)]
    behind = {len(text.replace("\u2008", ".").partition(".")[2]) for text in texts}
    assert len(behind) == 1
    assert [float(text.replace("\u2007", "")) for text in texts] == pytest.approx(
        [row.numbers["loss"] for row in rows.rows[:6]], rel=1e-2
    )


def test_parameters_of_a_theory_model_have_their_symbols(tmp_path):
    path = tmp_path / "grid.toml"
    path.write_text(SOLVED)
    words = SweepWords(read_asked(path))
    assert [words.heading(name) for name in ("majority", "ratio")] == [
        "K_A, majority",
        "R, imbalance ratio",
    ]
    assert words.cell(read_asked(path).cells[1]) == "K_A 2, R 10"


def test_the_map_tells_means_and_opens_the_repeats(opened, qtbot):
    window, page = opened
    page.turn("map")
    page.number.setCurrentIndex(page.number.findData("loss"))
    page.number.activated.emit(page.number.currentIndex())
    grid = page.map.grid
    assert (list(grid.columns), list(grid.rows)) == (["2", "3", "4"], ["3", "5", "7"])
    here = [row.numbers["loss"] for row in page._rows if row.task.cell.folder == "depth=2,width=5"]
    assert grid.values[1, 0] == pytest.approx(sum(here) / 2)
    assert (page.map.grid.across_title, page.up.currentText()) == ("Layers", "↑ Width")
    assert grid.counts.tolist() == [[2, 2, 0], [2, 0, 0], [0, 0, 0]]
    page.map.setFocus()
    qtbot.keyClick(page.map, Qt.Key.Key_Right)
    qtbot.keyClick(page.map, Qt.Key.Key_Up)
    assert page.told.text().startswith("Width = 5, Layers = 2: ")
    assert "mean and standard deviation of 2 runs" in page.told.text()
    qtbot.keyClick(page.map, Qt.Key.Key_Return)
    assert window.room == EXPLORE
    run = window.explorer.run
    assert isinstance(run, RepeatedRun)
    assert run.path.parent.name == "depth=2,width=5"


def test_each_cell_has_a_plot_and_a_click_opens_it(opened, qtbot):
    window, page = opened
    page.turn("plots")
    qtbot.waitUntil(lambda: len(page.multiples.multiples) == 4)
    assert [each.note for each in page.multiples.multiples] == ["", "", "", "nothing yet"]
    page.multiples.resize(900, 500)
    place = page.multiples.rectangle(2).center().toPoint()
    qtbot.mouseClick(page.multiples, Qt.MouseButton.LeftButton, pos=place)
    assert window.explorer.run.path.parent.name == "depth=3,width=3"
    page.opened.emit(page.multiples.multiples[3].cell, None)
    assert "Layers 4, Width 7 is not trained yet" in window.note.text.text()


def test_a_solved_cell_goes_to_its_model(make_window, qtbot, tmp_path):
    window = make_window()
    window.open(done_sweep(tmp_path, SOLVED).with_suffix(""))
    page = window.rooms.gallery.sweep.page
    qtbot.waitUntil(lambda: len(page._rows) == 6)
    page.turn("map")
    assert page.number.currentData() == "cosine, minority"
    page.map.opened.emit(0, 1)
    assert window.room == THEORY
    parameters = window.rooms.theory.desks["layer-peeled"].parameters
    assert (parameters.classes, parameters.majority, parameters.ratio) == (6, 2, 10.0)


def test_what_is_no_sweep_says_why(make_window, tmp_path):
    window = make_window()
    path = tmp_path / "bad.toml"
    path.write_text("[grid]\ndepth = []\n")
    window.opening.open_anything(path)
    assert f"The sweep {path}, line 2: [grid] depth: it lists no value." in window.note.text.text()
