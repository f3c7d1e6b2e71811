"""The Compare room as a user works it: two runs, their clocks, and what lies under the pointer."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtWidgets import QFileDialog
from window_parts import drag, settle

from ncviz.desktop.exporting.what_is_seen import what_is_seen
from ncviz.explorer.bundled_samples import SAMPLES
from ncviz.explorer.comparison_numbers import numbers_at
from ncviz.explorer.epoch_series import EpochSeries
from ncviz.explorer.room_names import COMPARE
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure
from ncviz.export.film_moments import shot_at
from ncviz.export.film_plan import FilmPlan
from ncviz.export.web.making import make_page
from ncviz.runs.fingerprint import fingerprint
from ncviz.runs.run import Run
from ncviz.runs.writer import SNAPSHOTS, rename_run, snapshot_name
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_fit import scenes_over_time, shows_all, without_outliers
from ncviz.scenes.compose import compose

FRONT = Camera(azimuth=0.0, elevation=0.0)


@pytest.fixture
def compare(window, qtbot, imbalanced_run, answer):
    """The small run on the left, the imbalanced one on the right, at epoch 4."""
    answer(QFileDialog, "getExistingDirectory", str(imbalanced_run.path))
    window.enter(COMPARE)
    panel = window.current.panel
    panel.second.choose.click()
    panel.menu.actions()[-1].trigger()
    panel.menu.close()
    if not panel.linked.isChecked():
        panel.linked.click()
    window.explorer.go_to(4)
    settle(qtbot, window)
    yield window
    window.comparison.link(True)
    window.comparison.link_camera(True)
    window.comparison.close_second()
    settle(qtbot, window)


def panels(window):
    return window.canvas.picture.panels


def means_on_the_right(window, run, epoch):
    """Return the balls that the right panel should hold at an epoch."""
    view = window.comparison.second_view(window.explorer.view)
    return compose(Run(run.path), view.at(epoch)).balls.positions


def test_the_chosen_run_stands_on_the_right(compare, imbalanced_run):
    assert len(panels(compare)) == 2
    expected = means_on_the_right(compare, imbalanced_run, 4)
    assert np.allclose(panels(compare)[1].scene.balls.positions, expected)
    assert compare.current.panel.second.toolTip() == str(imbalanced_run.path)


def test_the_table_holds_the_numbers_of_both(compare, small_run, imbalanced_run):
    rows = {row.name: (row.left, row.right) for row in compare.current.panel.table.rows}
    assert rows["Epoch"] == ("5", "4")
    run = Run(imbalanced_run.path)
    measured = numbers_at(run, EpochSeries(run), 4, 2)
    assert float(rows["D"][1].replace(",", "")) == pytest.approx(measured["D"], rel=5e-3)
    assert float(rows["Minority cosine"][1].replace("−", "-")) == pytest.approx(
        measured["Minority cosine"], abs=5e-3
    )


def test_linked_both_follow_the_timeline(compare, qtbot, imbalanced_run):
    compare.playback.jump(False)
    settle(qtbot, compare)
    expected = means_on_the_right(compare, imbalanced_run, 0)
    assert np.allclose(panels(compare)[1].scene.balls.positions, expected)
    assert compare.frame.moment.text() == "Epoch 0"


def test_unlinked_the_right_run_has_a_timeline_of_its_own(compare, qtbot, imbalanced_run):
    panel = compare.current.panel
    assert not panel.clock.isVisible()
    panel.linked.click()
    settle(qtbot, compare)
    assert panel.clock.isVisible()
    assert panel.clock.epoch.text() == "epoch 4"
    panel.clock.slider.setValue(panel.clock.slider.minimum())
    settle(qtbot, compare)
    expected = means_on_the_right(compare, imbalanced_run, 0)
    assert np.allclose(panels(compare)[1].scene.balls.positions, expected)
    assert compare.explorer.nearest_epoch in (4, 5), "the left run stays"
    left = panels(compare)[0].scene.balls.positions
    compare.playback.jump(True)
    settle(qtbot, compare)
    assert not np.allclose(panels(compare)[0].scene.balls.positions, left)
    assert np.allclose(panels(compare)[1].scene.balls.positions, expected)
    assert compare.frame.moment.text() == "Left epoch 20 and right epoch 0"


def test_the_right_run_plays_by_itself(compare, qtbot, imbalanced_run):
    panel = compare.current.panel
    panel.linked.click()
    panel.clock.slider.setValue(0)
    compare.comparison.second.player.speed = 8.0
    panel.clock.play.click()
    assert compare.comparison.second.player.playing
    qtbot.waitUntil(lambda: not compare.comparison.second.player.playing)
    settle(qtbot, compare)
    assert panel.clock.epoch.text() == "epoch 4"
    expected = means_on_the_right(compare, imbalanced_run, 4)
    assert np.allclose(panels(compare)[1].scene.balls.positions, expected)
    assert not compare.explorer.player.playing


def test_linking_again_takes_it_to_the_timeline(compare, qtbot):
    panel = compare.current.panel
    panel.linked.click()
    panel.clock.slider.setValue(0)
    panel.linked.click()
    settle(qtbot, compare)
    assert not panel.clock.isVisible()
    assert compare.comparison.second.nearest_epoch == 4


def test_one_camera_looks_at_both(compare, qtbot):
    compare.canvas.set_camera(Camera(azimuth=40, elevation=20))
    settle(qtbot, compare)
    assert compare.comparison.second_view(compare.state.view).camera.azimuth == 40


def pixels_of_figure(plan):
    make_figure(plan)
    with Image.open(plan.out) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_unlinked_cameras_are_turned_and_saved_apart(compare, qtbot, tmp_path):
    canvas, panel = compare.canvas, compare.current.panel
    canvas.set_camera(FRONT)
    panel.camera_linked.click()
    assert not compare.commands["compare.camera"].isChecked()
    width, height = canvas.native.width(), canvas.native.height() - canvas.foot
    drag(canvas.native, [(3 * width // 4, height - 20), (3 * width // 4 + 50, height - 20)])
    turned = canvas.cameras.second.camera
    assert canvas.camera == FRONT
    assert turned.azimuth == pytest.approx((FRONT.azimuth - 50 * 0.4) % 360)
    path = tmp_path / "pair.png"
    seen = what_is_seen(compare)
    view = replace(seen.view, theme="light")
    plan = FigurePlan(
        path,
        seen.run_path,
        view,
        width=100,
        height=50,
        resolution=102,
        theme="light",
        legend=False,
        scene=seen.picture_in(view),
        cameras=seen.cameras,
        said=seen.said,
    )
    make_figure(plan)
    with Image.open(path) as picture:
        right = np.asarray(picture.convert("RGB"))[:, picture.width // 2 :].astype(int)
        said = json.loads(picture.text["ncviz"])
    assert said["beside"]["fingerprint"] == fingerprint(compare.comparison.second.run.manifest)
    make_figure(replace(plan, with_path=True))
    with Image.open(path) as picture:
        lies = json.loads(picture.text["ncviz"])["beside"]["path"]
    assert lies == str(compare.comparison.second.run.path)
    assert said["beside"]["view"]["camera"]["azimuth"] == turned.azimuth
    figure = replace(plan, cameras=(turned, turned))
    same = pixels_of_figure(replace(figure, out=tmp_path / "same.png"))
    other = pixels_of_figure(replace(figure, out=tmp_path / "other.png", cameras=(FRONT, FRONT)))
    assert (right == same[:, -right.shape[1] :]).mean() > 0.99
    assert np.abs(right - other[:, -right.shape[1] :]).max() > 60
    film = FilmPlan(
        tmp_path / "f.mp4",
        seen.run_path,
        view,
        "camera",
        width=200,
        height=100,
        beside=seen.beside,
        turn=90,
    )
    first, last = (
        shot_at(film, compare.explorer.run, s, None, compare.comparison.second.run)
        for s in (0.0, 1.0)
    )
    assert first.second_camera == turned
    assert last.second_camera.azimuth == pytest.approx((turned.azimuth + 90) % 360)
    compare.comparison.link_camera(True)
    settle(qtbot, compare)
    assert compare.exporting.restore(path)
    settle(qtbot, compare)
    assert not compare.comparison.camera_linked
    assert (canvas.cameras.first.goal, canvas.cameras.second.goal) == (FRONT, turned)
    assert last.camera.azimuth == pytest.approx((FRONT.azimuth + 90) % 360)
    panel.swap_button.click()
    assert (canvas.camera, canvas.cameras.second.camera) == (turned, FRONT)
    compare.enter("Explore")
    assert canvas.cameras.used == (canvas.control,)
    compare.enter(COMPARE)
    assert canvas.cameras.second.camera == FRONT
    compare.commands["compare.camera"].trigger()
    assert panel.camera_linked.isChecked()
    assert canvas.drawing_camera_of(1) == canvas.drawing_camera


def test_a_page_of_both_is_asked_for_and_brought_back(compare, qtbot, imbalanced_run, tmp_path):
    compare.exporting.open("page")
    dialog = compare.exporting.dialog
    plan = dialog.web.plan(tmp_path / "both.html")
    assert plan.beside.run == imbalanced_run.path
    assert f"--beside {imbalanced_run.path}" in plan.command()
    dialog.close_all()
    make_page(replace(plan, with_path=True))
    compare.comparison.close_second()
    compare.enter("Explore")
    assert compare.exporting.restore(plan.out)
    settle(qtbot, compare)
    assert compare.current.name == COMPARE
    assert compare.comparison.second.run.path == imbalanced_run.path


def test_the_layer_slider_moves_both(compare, qtbot):
    compare.current.panel.layer.setValue(0)
    settle(qtbot, compare)
    assert compare.explorer.view.layer == compare.comparison.second.view.layer == 0
    assert compare.frame.note.text().startswith("layer") or "input" in compare.frame.note.text()


def test_swapped_the_runs_change_places(compare, qtbot, small_run, imbalanced_run):
    left, right = (panel.scene.balls.positions for panel in panels(compare))
    compare.current.panel.swap_button.click()
    settle(qtbot, compare)
    assert compare.explorer.run.path == imbalanced_run.path
    assert compare.comparison.second.run.path == small_run.path
    assert np.allclose(panels(compare)[0].scene.balls.positions, right)
    assert np.allclose(panels(compare)[1].scene.balls.positions, left)


def test_the_right_run_can_be_pointed_at_and_pinned(compare, qtbot):
    second = compare.comparison.second
    plain = len(panels(compare)[1].scene.balls)
    compare.canvas.hovered.emit(1, 2)
    settle(qtbot, compare)
    assert second.view.hovered == 2
    assert compare.explorer.view.hovered is None
    assert compare.frame.card.isVisible()
    facts = compare.current.facts(1, 2)
    assert facts.row == 2
    assert facts.label == second.run.probe.labels[2]
    assert facts.moment == "epoch 4"
    compare.canvas.hovered.emit(-1, None)
    settle(qtbot, compare)
    assert second.view.hovered is None
    compare.canvas.clicked_sample.emit(1, 2)
    settle(qtbot, compare)
    assert second.view.pinned == (2,)
    assert compare.explorer.view.pinned == ()
    assert len(panels(compare)[1].scene.balls) >= plain
    compare.commands["edit.unpin"].trigger()
    settle(qtbot, compare)
    assert second.view.pinned == ()


def test_a_class_that_is_pointed_at_stands_out_in_both(compare, qtbot):
    before = [panel.scene.balls.colors for panel in panels(compare)]
    compare.current.point_at_classes((0,))
    settle(qtbot, compare)
    for panel, colors in zip(panels(compare), before, strict=True):
        changed = (panel.scene.balls.colors != colors).any(axis=1)
        assert changed.any()
        assert not changed.all()
    compare.current.point_at_classes(())
    settle(qtbot, compare)
    for panel, colors in zip(panels(compare), before, strict=True):
        np.testing.assert_array_equal(panel.scene.balls.colors, colors)


def test_a_second_run_that_grows_is_followed(compare, qtbot, make_run, tmp_path):
    path = tmp_path / "growing"
    make_run(path, epochs=(0, 1), state="running")
    room = compare.current
    assert room.open_second(path)
    assert room._watch.isActive()
    hidden = path / "snapshots"
    before = compare.comparison.second.run.epochs
    longer = make_run(tmp_path / "longer", epochs=(0, 1, 4))
    for file in (longer.path / "snapshots").iterdir():
        if not (hidden / file.name).exists():
            (hidden / file.name).write_bytes(file.read_bytes())
    qtbot.waitUntil(lambda: compare.comparison.second.run.epochs != before)
    settle(qtbot, compare)
    assert compare.comparison.second.run.epochs == (0, 1, 4)
    assert compare.comparison.second.nearest_epoch == 4
    compare.enter("Explore")
    assert not room._watch.isActive()


def test_what_cannot_be_compared_is_told(compare, qtbot, tmp_path):
    before = compare.comparison.second.run.path
    assert not compare.current.open_second(tmp_path / "nowhere")
    assert compare.note.isVisible()
    assert "nowhere" in compare.note.text.text()
    assert compare.comparison.second.run.path == before


def test_its_columns_are_as_wide_as_they_should(window, qtbot):
    window.comparison.close_second()
    window.enter(COMPARE)
    settle(qtbot, window)
    panel = window.current.panel
    assert panel.offers
    assert panel.minimumSizeHint().width() <= window.left.width()


def test_both_runs_come_into_view_when_the_second_is_put_beside(window, qtbot, make_run, tmp_path):
    window.enter(COMPARE)
    far = make_run(tmp_path / "far", counts=(40, 4, 4, 4), epochs=(0, 20))
    window.rooms[COMPARE].open_second(far.path)
    settle(qtbot, window)
    second = window.comparison.second
    canvas = window.canvas
    for run, view in ((window.explorer.run, window.explorer.view), (second.run, second.view)):
        scenes = [without_outliers(scene) for scene in scenes_over_time(run, view)]
        assert shows_all(canvas.control.goal, scenes)
    window.comparison.close_second()


def test_choose_always_offers_samples_recent_runs_and_a_folder(compare, qtbot, make_run, tmp_path):
    other = make_run(tmp_path / "other", epochs=(0, 1), title="A & B")
    compare.settings.recent = [str(other.path)]
    panel = compare.current.panel
    for card in (panel.first, panel.second):
        card.choose.click()
        titles = [action.text() for action in panel.menu.actions() if action.text()]
        assert titles[: len(SAMPLES)] == [sample.title for sample in SAMPLES]
        assert titles[len(SAMPLES) :] == ["A && B", "Choose a folder…"]
        panel.menu.close()
    panel.menu.actions()[len(SAMPLES)].trigger()
    settle(qtbot, compare)
    assert compare.comparison.second.run.path == other.path
    panel.first.choose.click()
    panel.menu.actions()[len(SAMPLES)].trigger()
    panel.menu.close()
    settle(qtbot, compare)
    assert compare.explorer.run.path == other.path


@pytest.mark.parametrize("side", ["first", "second"])
def test_a_card_says_what_became_of_its_run(window, qtbot, growing_run, small_run, side):
    """A run is renamed, resumed and grows while it stands in the room."""
    left, right = growing_run.path, small_run.path
    if side == "second":
        left, right = right, left
    window.enter(COMPARE)
    window.open(left, remember=False, stay=True)
    assert window.current.open_second(right)
    settle(qtbot, window)
    card = getattr(window.current.panel, side)
    assert "to epoch 2" in card.facts.text()
    rename_run(growing_run.path, "Another title")
    for epoch in (7, 9):
        snapshot = (growing_run.path / SNAPSHOTS / snapshot_name(2)).read_bytes()
        (growing_run.path / SNAPSHOTS / snapshot_name(epoch)).write_bytes(snapshot)
    window.explorer.refresh() if side == "first" else window.current._look_for_epochs()
    assert card.title.text() == "Another title"
    assert "to epoch 9" in card.facts.text()
    window.comparison.close_second()
    settle(qtbot, window)
