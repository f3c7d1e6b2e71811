"""Pointing: at samples, at classes in the legend, at pairs of the cosine matrix."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QEnterEvent
from PyQt6.QtWidgets import QApplication
from sample_parts import clear_sample, make_plots, point_in, rest
from window_parts import hover, settle

from ncviz.explorer.direction_facts import direction_facts
from ncviz.explorer.pointing import sample_facts
from ncviz.explorer.room_names import EXPLORE, THEORY
from ncviz.scenes.palette import LIGHT, rgb

AWAY = 3, 3


@pytest.fixture(scope="module", autouse=True)
def _plots(shared_window):
    make_plots(shared_window, "classes", "matrix", "norms")


@pytest.fixture(autouse=True)
def _in_order(window, qtbot):
    yield
    hover(window.canvas.native, AWAY)
    leave(window.canvas.native)
    rest(window)


def leave(widget):
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def point_at(window, qtbot, point, row):
    hover(window.canvas.native, (point.x(), point.y()))
    qtbot.waitUntil(lambda: window.explorer.view.hovered == row)
    settle(qtbot, window)


def test_a_sample_under_the_pointer_is_ringed_and_told(window, qtbot):
    row, point = clear_sample(window)
    assert len(window.canvas.scene.rings) == 0
    point_at(window, qtbot, point, row)
    scene, card = window.canvas.scene, window.frame.card
    (ring,) = scene.rings.positions
    at = scene.sample_ids.tolist().index(row)
    assert np.allclose(ring, scene.samples.positions[at])
    assert scene.rings.colors[0, :3] == pytest.approx(rgb(LIGHT.text))
    run, label = window.explorer.run, int(window.explorer.run.probe.labels[row])
    facts = sample_facts(run, 0, 2, row)
    assert card.isVisible()
    assert card.title.text() == run.manifest.class_names[label]
    assert card.facts.distance == facts.distance
    assert f"Sample {row} · {run.manifest.layers[2].name} · epoch 0" in card.source.text()
    leave(window.canvas.native)
    settle(qtbot, window)
    assert len(window.canvas.scene.rings) == 0
    assert not card.isVisible()


def test_the_card_follows_time(window, qtbot):
    # So near to each other that the sample stays under the pointer.
    for position, epoch in ((0.49, 0), (0.51, 1)):
        window.playback.seek(position)
        settle(qtbot, window)
        if epoch == 0:
            row, point = clear_sample(window)
            point_at(window, qtbot, point, row)
        qtbot.waitUntil(lambda e=epoch: window.frame.card.facts.moment == f"epoch {e}")
        facts = sample_facts(window.explorer.run, epoch, 2, row)
        assert window.frame.card.isVisible()
        assert window.frame.card.facts.distance == facts.distance


def test_a_mean_in_front_hides_the_sample_behind_it(window, qtbot):
    window.playback.jump(True)
    window.picture.set_view(show_classifier=False, show_etf=False)
    settle(qtbot, window)
    scene, camera = window.canvas.scene, window.canvas.camera
    # The mean that lies nearest to the viewer.
    mean = max(scene.balls.positions, key=lambda p: float(p @ camera.eye()))
    point = point_in(window, mean)
    hover(window.canvas.native, (point.x(), point.y()))
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not window.canvas._mouse._picker.isActive())
    settle(qtbot, window)
    hovered = window.explorer.view.hovered
    if hovered is not None:  # then it lies before the mean
        at = scene.sample_ids.tolist().index(hovered)
        eye = camera.eye()
        assert np.linalg.norm(eye - scene.samples.positions[at]) < np.linalg.norm(eye - mean)
    window.picture.set_view(show_samples=False)
    hover(window.canvas.native, (point.x(), point.y()))
    qtbot.waitUntil(lambda: window.explorer.view.hovered is None)


@pytest.mark.parametrize("kind", ["means", "classifier"])
def test_a_mean_or_a_classifier_row_has_a_card_of_its_own(window, qtbot, kind):
    shown = {"show_means": kind == "means", "show_classifier": kind == "classifier"}
    window.plots.set_layout(("matrix",))
    window.playback.jump(True)
    window.picture.set_view(show_samples=False, show_etf=False, **shown)
    settle(qtbot, window)
    scene, camera = window.canvas.scene, window.canvas.camera
    front = int(np.argmax(scene.balls.positions @ camera.eye()))
    point = point_in(window, scene.balls.positions[front])
    hover(window.canvas.native, (point.x(), point.y()))
    card = window.frame.card
    qtbot.waitUntil(card.isVisible)
    run = window.explorer.run
    classes = window.explorer.view.shown_classes(run.manifest.classes)
    facts = direction_facts(run, 20, 2, kind, front, classes)
    assert card.facts == facts
    names = window.explorer.run.manifest.class_names
    assert card.title.text() == names[front]
    assert f"{names[facts.nearest]}, {facts.angle:.1f}° away" in card.distance.text()
    assert window.plots.plot("matrix").view.marked == (front,)
    window.playback.step(-1)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: card.facts.moment == "epoch 10")
    leave(window.canvas.native)
    assert not card.isVisible()
    assert window.plots.plot("matrix").view.marked == ()


def test_a_sample_marks_its_class_in_the_plots(window, qtbot):
    window.plots.set_layout(("matrix", "classes", "norms"))
    settle(qtbot, window)
    row, point = clear_sample(window)
    point_at(window, qtbot, point, row)
    label = int(window.explorer.run.probe.labels[row])
    assert window.plots.plot("matrix").view.marked == (label,)
    classes = window.plots.plot("classes")
    widths = {key: item.opts["pen"].width() for key, item in classes.curves.items()}
    assert {key for key, width in widths.items() if width > 1} == {str(label)}
    norms = window.plots.plot("norms").traces
    strong = {t.key for t in norms if t.item.opts["pen"].width() > 1}
    assert strong == {f"m{label}", f"w{label}"}
    leave(window.canvas.native)
    settle(qtbot, window)
    assert window.plots.plot("matrix").view.marked == ()
    assert all(item.opts["pen"].width() == 1 for item in classes.curves.values())


def strong_classes(window, scene=None):
    """Return the classes whose samples keep their hue."""
    scene = scene or window.canvas.scene
    plain = window.explorer.scene_in(window.explorer.view)
    kept = (scene.samples.colors == plain.samples.colors).all(axis=1)
    return set(window.explorer.run.probe.labels[scene.sample_ids[kept]].tolist())


def test_a_pair_in_the_matrix_stands_out_in_the_scene(window, qtbot):
    window.plots.set_layout(("matrix",))
    settle(qtbot, window)
    assert strong_classes(window) == {0, 1, 2, 3}
    names = window.explorer.run.manifest.class_names
    view = window.plots.plot("matrix").view
    spot = view.center_of(1, 3).toPoint()
    hover(view, (spot.x(), spot.y()))
    settle(qtbot, window)
    scene, plain = window.canvas.scene, window.explorer.scene_in(window.explorer.view)
    assert strong_classes(window) == {1, 3}
    # Vertices, means and rows of the two, in that order, keep their colours too.
    kept = (scene.balls.colors == plain.balls.colors).all(axis=1)
    assert kept.tolist() == [False, True, False, True] * 3
    assert {label.text for label in scene.labels if label.color[3] == 1} == {names[1], names[3]}
    alphas = scene.edges.colors[:, 3]
    assert (alphas == alphas.max()).sum() == 1, "one edge joins the two"
    assert np.array_equal(scene.samples.positions, plain.samples.positions)
    leave(view)
    settle(qtbot, window)
    assert strong_classes(window) == {0, 1, 2, 3}


def test_a_chip_of_the_legend_lets_its_class_stand_out(window, qtbot):
    window.plots.set_layout(("matrix",))
    legend = window.frame.legend
    there = QPointF(legend.place_of(2).center())
    QApplication.sendEvent(legend.viewport(), QEnterEvent(there, there, there))
    settle(qtbot, window)
    assert strong_classes(window) == {2}
    assert window.plots.plot("matrix").view.marked == (2,)
    leave(legend.viewport())
    settle(qtbot, window)
    assert strong_classes(window) == {0, 1, 2, 3}


def test_a_chip_with_the_focus_does_the_same(window, qtbot):
    legend = window.frame.legend
    legend.setFocus()
    qtbot.keyClick(legend, Qt.Key.Key_Right)
    settle(qtbot, window)
    assert strong_classes(window) == {1}
    legend.clearFocus()
    settle(qtbot, window)
    assert strong_classes(window) == {0, 1, 2, 3}


def test_a_drag_points_at_nothing(window, qtbot):
    row, point = clear_sample(window)
    point_at(window, qtbot, point, row)
    window.canvas.set_camera(window.canvas.camera.orbit(10, 0))
    assert not window.frame.card.isVisible()


# A hover never sticks


@pytest.mark.parametrize("how", ["room", "run", "hidden", "dialog", "leave"])
def test_no_hover_is_left_behind(window, qtbot, imbalanced_run, how):
    """However the scene under the pointer goes, the ring, the card and the light go too."""
    row, point = clear_sample(window)
    point_at(window, qtbot, point, row)
    assert window.frame.card.isVisible()
    if how == "room":
        window.enter(THEORY)  # by a key: the mouse does not move
    elif how == "run":
        window.open(imbalanced_run.path)
    else:
        kind = {
            "hidden": QEvent.Type.Hide,
            "dialog": QEvent.Type.WindowDeactivate,
            "leave": QEvent.Type.Leave,
        }
        QApplication.sendEvent(window.canvas.native, QEvent(kind[how]))
    settle(qtbot, window)
    assert window.explorer.view.hovered is None
    assert not window.frame.card.isVisible()
    window.enter(EXPLORE)
    settle(qtbot, window)
    window.playback.step(1)
    settle(qtbot, window)
    assert len(window.canvas.scene.rings) == 0
    assert not window.frame.card.isVisible(), "nothing comes back as time passes"


def test_the_same_sample_is_told_again_after_it_was_forgotten(window, qtbot):
    row, point = clear_sample(window)
    point_at(window, qtbot, point, row)
    QApplication.sendEvent(window.canvas.native, QEvent(QEvent.Type.WindowDeactivate))
    assert window.explorer.view.hovered is None
    point_at(window, qtbot, QPointF(point.x() + 1, point.y()), row)
    assert window.frame.card.isVisible()


def test_a_chip_that_goes_takes_its_light_along(window, qtbot, imbalanced_run):
    place = window.frame.legend.place_of(1).center()
    hover(window.frame.legend.viewport(), (place.x(), place.y()))
    assert window.current._emphasized == (1,)
    window.open(imbalanced_run.path)
    settle(qtbot, window)
    assert window.current._emphasized == ()


def test_a_plot_that_is_put_away_points_at_nothing(window, qtbot):
    window.plots.set_layout(("matrix",))
    settle(qtbot, window)
    view = window.plots.plot("matrix").view
    heard = []
    view.pointed.connect(lambda row, column: heard.append((row, column)))
    view.point_at((0, 1))
    view.hide()
    assert heard == [(0, 1), (-1, -1)]
    view.show()


def test_a_sample_of_the_run_before_is_not_looked_up_in_the_next(
    window, qtbot, make_run, tmp_path, small_run
):
    other = make_run(tmp_path / "few", counts=(4, 4), epochs=(0, 1), widths=(4, 3), per_class=1)
    row, point = clear_sample(window)
    last = len(window.explorer.run.probe.labels) - 1
    assert last >= len(other.probe.labels)
    point_at(window, qtbot, point, row)
    assert window.open(other.path, remember=False)
    # The picture before is still on the screen when the mouse moves over it.
    mouse, canvas = window.canvas._mouse, window.canvas
    mouse._inside = True
    mouse._pick()
    assert mouse._under(point.x(), point.y()) == (-1, None)
    assert window.explorer.view.hovered is None
    for panel in (0, 1, 7):
        for outlived in (last, 10**6):
            window.picture._hovered(panel, outlived)
            window.picture._hovered_ball(panel, outlived)
            canvas.clicked_sample.emit(panel, outlived)
    assert window.explorer.view.pinned == ()
    settle(qtbot, window)
    assert mouse._under(point.x(), point.y())[0] == 0, "the next picture answers again"
    assert window.open(small_run.path, remember=False)
    settle(qtbot, window)
