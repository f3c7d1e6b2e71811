"""The left column of the Explore room: layers, classes, what is shown."""

import math

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from window_parts import press_class, settle

from ncviz.desktop.rooms.explore import layer_list
from ncviz.desktop.widgets.teaching import answer_of
from ncviz.runs.measures import fuzziness_by_layer, law_at
from ncviz.scenes.compose import compose
from ncviz.scenes.palette import LIGHT
from ncviz.wording import three_digits


def click_row(qtbot, layers, row):
    y = int((row + 0.5) * layers.row_height())
    qtbot.mouseClick(layers, Qt.MouseButton.LeftButton, pos=QPoint(40, y))


LAYERS = "input, 2 hidden layers, classifier"


def test_the_run_is_described(window):
    panel = window.run_panel
    assert panel.title.text() == "Synthetic · 3 layers"
    assert panel.facts.text() == "5 classes · 100 images · 6 of 20 epochs\n" + LAYERS
    assert str(window.explorer.run.path) in panel.facts.toolTip()
    assert [entry.text for entry in panel.classes.entries] == [f"class {k}" for k in range(5)]


# Layers


def test_a_click_on_a_layer_shows_it(window, qtbot):
    last = window.canvas.scene
    assert window.explorer.view.layer == 2
    click_row(qtbot, window.run_panel.layers, 0)
    settle(qtbot, window)
    assert window.explorer.view.layer == 0
    assert window.frame.note.text() == "input"
    first = window.canvas.scene
    wanted = compose(window.explorer.run, window.explorer.view)
    assert np.array_equal(first.samples.positions, wanted.samples.positions)
    assert not np.array_equal(first.samples.positions, last.samples.positions)
    # The classifier belongs to the last layer alone: vertices and means are left.
    assert (len(last.balls), len(first.balls)) == (12, 8)


def test_the_ring_in_the_law_follows_the_layer(window, qtbot):
    for row in (0, 1, 2):
        click_row(qtbot, window.run_panel.layers, row)
        settle(qtbot, window)
        across, up = window.plots.plot("law").ring.item.getData()
        fuzziness = fuzziness_by_layer(window.explorer.run, 0)
        assert across.tolist() == [row + 1]
        assert up == pytest.approx([np.log10(fuzziness[row])])


def test_the_layers_by_keys(window, qtbot, key):
    window.run_panel.layers.setFocus()
    key(window, Qt.Key.Key_Up)
    assert window.explorer.view.layer == 1
    settle(qtbot, window)
    key(window, Qt.Key.Key_Up)
    settle(qtbot, window)
    key(window, Qt.Key.Key_Up)
    settle(qtbot, window)
    assert window.explorer.view.layer == 0
    for _ in range(3):
        key(window, Qt.Key.Key_Down)
        settle(qtbot, window)
    assert window.explorer.view.layer == 2


def test_a_click_below_the_last_layer_chooses_nothing(window, qtbot):
    layers = window.run_panel.layers
    qtbot.mouseClick(layers, Qt.MouseButton.LeftButton, pos=QPoint(40, layers.height() + 3))
    assert window.explorer.view.layer == 2


def test_the_numbers_are_those_of_the_epoch(window, qtbot, key):
    for end in (False, True):
        window.playback.jump(end)
        settle(qtbot, window)
        epoch = 20 if end else 0
        law = law_at(window.explorer.run, epoch)
        assert window.run_panel.layers._now == fuzziness_by_layer(window.explorer.run, epoch)
        assert f"<b>{three_digits(law.decay_ratio)}</b>" in window.plots.plot("law").numbers.text()
        snapshot = window.explorer.run.snapshot(epoch)
        loss = three_digits(snapshot.scalars["train_loss"])
        assert f"<b>{loss}</b>" in window.plots.plot("loss").numbers.text()


def test_the_curves_of_the_layers_are_their_fuzziness(window, qtbot):
    settle(qtbot, window)
    run = window.explorer.run
    table = np.array([fuzziness_by_layer(run, epoch) for epoch in run.epochs])
    assert np.allclose(window.run_panel.layers._curves, table.T)
    across, up = window.plots.plot("collapse").curves["nc1"].getData()
    assert across.tolist() == [0, 1, 2, 3, 4, 5]
    assert up == pytest.approx(np.log10(window.explorer.series.collapse("nc1")))


# Classes


def test_a_chip_adds_a_class_and_its_note(window, qtbot):
    classes = window.run_panel.classes
    assert [entry.checked for entry in classes.entries] == [True] * 4 + [False]
    assert "shadow" not in window.frame.note.text()
    press_class(qtbot, classes, 4)
    settle(qtbot, window)
    assert all(entry.checked for entry in classes.entries)
    scene = window.canvas.scene
    assert scene.note == "3-D shadow of 4 dimensions"
    assert window.frame.note.text() == "layer 2 · 3-D shadow of 4 dimensions"
    assert (len(scene.samples), len(scene.balls), len(scene.labels)) == (20, 15, 5)


def test_a_chip_removes_a_class(window, qtbot):
    press_class(qtbot, window.run_panel.classes, 1)
    settle(qtbot, window)
    scene, run = window.canvas.scene, window.explorer.run
    assert [label.text for label in scene.labels] == ["class 0", "class 2", "class 3"]
    assert set(run.probe.labels[scene.sample_ids]) == {0, 2, 3}
    assert not window.run_panel.classes.entries[1].checked


def test_two_classes_at_least_stay(window, qtbot):
    classes = window.run_panel.classes
    for number in (0, 1, 2, 3, 3):
        press_class(qtbot, classes, number)
        settle(qtbot, window)
    assert [entry.checked for entry in classes.entries] == [False, False, True, True, False]
    assert window.explorer.view.classes == (2, 3)
    assert len(window.canvas.scene.labels) == 2


def test_the_ampersand_of_a_class_is_a_letter(make_window, make_run, tmp_path):
    run = make_run(tmp_path / "r", counts=(6, 6, 6), epochs=(0, 1), widths=(5, 4))
    path = run.path / "manifest.json"
    path.write_text(path.read_text().replace("class 1", "R&B"))
    window = make_window(run=run.path, opengl=False)
    classes = window.run_panel.classes
    assert classes.entries[1].text == "R&B"
    assert answer_of(classes.viewport(), classes.place_of(1).center()).title == "R&B"


# What is shown


@pytest.mark.parametrize(
    ("switch", "samples", "balls", "sticks", "edges"),
    [
        ("show_samples", 0, 12, 8, 6),
        ("show_means", 16, 8, 4, 6),
        ("show_classifier", 16, 8, 4, 6),
        ("show_etf", 16, 8, 8, 0),
    ],
)
def test_each_switch_removes_exactly_its_part(window, qtbot, switch, samples, balls, sticks, edges):
    def counts():
        settle(qtbot, window)
        scene = window.canvas.scene
        return len(scene.samples), len(scene.balls), len(scene.sticks), len(scene.edges)

    box = window.run_panel.switches[switch]
    assert counts() == (16, 12, 8, 6)
    gone = {"show_etf": LIGHT.etf, "show_means": LIGHT.means, "show_classifier": LIGHT.classifier}
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert counts() == (samples, balls, sticks, edges)
    if switch in gone:
        color = [int(gone[switch][i : i + 2], 16) for i in (1, 3, 5)]
        left = np.rint(255 * window.canvas.scene.balls.colors[:, :3]).astype(int).tolist()
        assert color not in left
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert counts() == (16, 12, 8, 6)


def test_switches_stay_while_time_passes(window, qtbot):
    window.run_panel.switches["show_etf"].click()
    window.playback.jump(True)
    settle(qtbot, window)
    assert not window.run_panel.switches["show_etf"].isChecked()
    assert len(window.canvas.scene.edges) == 0


# Many layers, many classes


def test_many_layers_and_classes_do_not_stretch_the_window(make_window, make_run, tmp_path):
    """At 1280 × 720 everything must be within reach."""
    run = make_run(
        tmp_path / "deep", counts=(4,) * 60, epochs=(0, 1), widths=(4,) * 40, per_class=1
    )
    window = make_window(run=run.path, size=(1280, 720), opengl=False)
    assert window.minimumSizeHint().height() <= 720
    assert window.size().height() == 720
    assert len(window.run_panel.classes.entries) == 60
    layers = window.run_panel.layers
    assert layers.row_height() >= 0.8 * layers.fontMetrics().height()


def test_the_switch_of_the_etf_says_where_none_is_drawn(window, make_run, tmp_path, qtbot):
    narrow = make_run(tmp_path / "narrow", counts=(20, 20, 20, 20), widths=(9, 2))
    window.open(narrow.path)
    for layer, said in ((0, False), (1, True), (0, False)):
        click_row(qtbot, window.run_panel.layers, layer)
        settle(qtbot, window)
        tip = window.run_panel.switches["show_etf"].toolTip()
        assert bool(tip) == said
    click_row(qtbot, window.run_panel.layers, 1)
    settle(qtbot, window)
    tip = window.run_panel.switches["show_etf"].toolTip()
    assert "4 classes needs 3 dimensions, and there are 2" in tip


@pytest.mark.parametrize("count", [600, 3000])
def test_a_small_curve_of_many_epochs_looks_as_if_all_of_them_were_drawn(
    window, monkeypatch, count
):
    layers = window.run_panel.layers
    chance = np.random.default_rng(0)
    curve = np.exp(-np.arange(count) / 500 + 0.2 * chance.normal(size=count)).tolist()
    layers._curves = [curve] * len(layers._names)
    layers._scale = math.log(min(curve)), math.log(max(curve))
    thin = layers._draw_curve(0, 40).toImage()
    monkeypatch.setattr(layer_list, "_seen", lambda heights, _: np.arange(len(heights)))
    whole = layers._draw_curve(0, 40).toImage()
    apart = np.abs(alphas(thin) - alphas(whole))
    assert alphas(whole).max() > 200
    assert (apart > 64).mean() < 0.01


def alphas(image):
    """Return how opaque the pixels of an image are."""
    image = image.convertToFormat(image.Format.Format_Alpha8)
    bits = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), dtype=np.uint8)
    return bits.reshape(image.height(), image.bytesPerLine())[:, : image.width()].astype(int)
