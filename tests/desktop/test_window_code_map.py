"""The map of softmax codes in the window: pointing tells a cell, a click or Enter goes there."""

import numpy as np
import pytest
from PyQt6.QtCore import QRectF, Qt
from window_parts import settle

from ncviz.explorer.room_names import THEORY
from ncviz.models.softmax_codes import Parameters

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def room(window, qtbot):
    window.enter(THEORY)
    room = window.rooms[THEORY]
    room.open_model("softmax-codes")
    desk = room.desks["softmax-codes"]
    desk.put(Parameters(samples=2))
    settle(qtbot, window)
    yield room
    desk.put(Parameters())
    room.open_model("layer-peeled")
    settle(qtbot, window)


def test_a_cell_is_told_and_chosen(room, window, qtbot, key):
    plot = room.plots.page_of("softmax-codes").plot("code-map")
    desk = room.desks["softmax-codes"]
    cell = 2, 1  # four classes in three dimensions: a closed form, which comes first
    qtbot.waitUntil(lambda: np.isfinite(plot.grid.values[cell]))
    assert ">K = 5, d = 2" in plot.numbers.text()
    place = plot.view.rectangle(*cell).center().toPoint()
    qtbot.mouseMove(plot.view, place)
    plot.view.point_at(plot.view.cell_at(plot.view.rectangle(*cell).center()))
    assert "K = 4, d = 3 &nbsp; simplex &nbsp; <b>1.33</b>" in plot.numbers.text()
    said = plot.answer_of("cell")
    assert (said.title, "1.33" in said.sentence) == ("K = 4, d = 3", True)
    qtbot.mouseClick(plot.view, LEFT, pos=place)
    settle(qtbot, window)
    assert (desk.parameters.classes, desk.parameters.dimension) == (4, 3)
    assert plot.grid.here == cell
    plot.let_go()
    plot.setFocus()
    key(window, Qt.Key.Key_Right)  # the first shows where one is
    key(window, Qt.Key.Key_Right)
    assert plot.view.cell == (2, 2)
    assert "K = 4, d = 4" in plot.told()
    key(window, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert (desk.parameters.classes, desk.parameters.dimension) == (4, 4)
    lines = plot.table().splitlines()
    assert lines[0].split("\t") == [
        "classes",
        "dimension",
        "one-vs-rest distance",
        "sector",
        "found by",
    ]
    assert len(lines) == 1 + plot.grid.values.size
    key(window, Qt.Key.Key_Escape)
    assert plot.view.cell == (-1, -1)


def test_names_of_sectors_cover_no_cell(room):
    view = room.plots.page_of("softmax-codes").plot("code-map").view
    rows, columns = view.grid.values.shape
    cells = [view.rectangle(row, column) for row in range(rows) for column in range(columns)]
    inside = QRectF(view.rect())
    places = view.places_of_names()
    assert len(places) == len(view.grid.sectors)
    for number, place in enumerate(places):
        assert inside.contains(place)
        assert not any(place.intersects(cell) for cell in cells)
        assert not any(place.intersects(other) for other in places[:number])


def test_a_map_whose_search_was_killed_says_so(room, window, qtbot, monkeypatch):
    plot = room.plots.page_of("softmax-codes").plot("code-map")
    desk, survey = room.desks["softmax-codes"], room.desks["softmax-codes"].survey
    why = "The search for this map was killed (signal 9), perhaps because the memory was full."
    for name, value in (("known", {}), ("complete", True), ("failure", why)):
        monkeypatch.setattr(survey, name, value)
    plot.follow_series(desk)
    plot.view.point_at((10, 3))  # twelve classes in five dimensions: nobody has set them
    settle(qtbot, window)
    assert why in plot.numbers.text()
    assert why in plot.answer_of("cell").sentence
    assert plot.numbers.height() >= plot.numbers.heightForWidth(plot.numbers.width())  # not cut
    plot.let_go()
