"""The list of layers draws what is seen of it, and that as if it drew all."""

from types import SimpleNamespace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QRect
from PyQt6.QtWidgets import QApplication

from ncviz.desktop.rooms.explore.layer_list import LayerList

LAYERS = 1000


@pytest.fixture
def layers(qapp):
    shown = LayerList()
    shown.set_layers(tuple(f"layer {number}" for number in range(LAYERS)))
    values = np.random.default_rng(0).lognormal(size=(6, LAYERS))
    shown.set_curves(SimpleNamespace(fuzziness_of_layers=lambda: values))
    shown.resize(300, 17 * LAYERS + 400)  # rows do not begin at whole pixels
    yield shown
    shown.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_only_what_is_seen_is_drawn(layers, monkeypatch):
    drawn = []
    draw = layers._draw_curve
    monkeypatch.setattr(
        layers, "_draw_curve", lambda row, left: drawn.append(row) or draw(row, left)
    )
    height, top = layers.row_height(), 500.3
    seen = QRect(0, round(top * layers.row_height()), 300, 400)
    part = layers.grab(seen).toImage()
    assert drawn == list(range(500, 500 + round(400 / height) + 1))
    assert part == layers.grab().toImage().copy(seen)
    assert set(drawn) == set(range(LAYERS))


def test_every_row_is_within_its_heights(layers):
    for row in (0, 1, 499, LAYERS - 1):
        top = int(row * layers.row_height()) + 1
        assert row in layers.rows_within(top, top)
    assert layers.rows_within(0, layers.height()) == range(LAYERS)
