"""Sessions: saved to a file and opened again, or back at the next start."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from sample_parts import rest
from window_parts import press_class, settle

from ncviz.explorer.bookmarks import Bookmarks
from ncviz.explorer.session import write_session
from ncviz.explorer.window_state import PlotLayout
from ncviz.scenes.camera import Camera
from ncviz.scenes.view import View
from ncviz.training.recipe import Recipe

LEFT = Qt.MouseButton.LeftButton
HIDDEN = {"loss": "train_loss", "classes": "2", "collapse": "nc1"}  # lines of plots


def arrange(window, qtbot):
    """Change everything a session keeps; return what is seen then."""
    window.picture.all_classes()
    window.picture.set_shadow("axes")
    press_class(qtbot, window.frame.legend, 1)
    window.explorer.pin(3)
    window.explorer.pin(12)
    window.appearance.set("palette", "grey")
    window.appearance.set("shapes", True)
    window.picture.step_layer(-1)
    window.picture.set_view(show_axes=True, show_labels=False)
    window.canvas.set_camera(Camera(azimuth=72.5, elevation=-10, distance=4))
    window.picture.set_orthographic(True)
    window.playback.set_spacing("linear")
    window.playback.set_pace("every epoch")
    window.playback.set_end("ping-pong")
    window.playback.set_speed(2.0)
    window.player.seek(7.0)
    window.playback._moved()
    settle(qtbot, window)
    window.explorer.add_bookmark("the turn")
    window.plots.set_layout(("loss", "classes", "collapse"))
    settle(qtbot, window)
    for key, line in HIDDEN.items():
        window.plots.plot(key).toggle(line)
    window.plots.plot("loss").set_logarithmic(not window.plots.plot("loss").logarithmic)
    window.enter("Layers")
    window.rooms.layers.set_in_a_row(True)
    window.commands["view.left"].trigger()
    settle(qtbot, window)


def test_choices_in_a_plot_that_is_not_seen_are_kept(window, qtbot):
    window.plots.arrange(PlotLayout(("loss",), {"classes": frozenset({"2"})}))
    settle(qtbot, window)
    assert window.plots.arrangement().chosen == {"classes": {"2"}}
    window.plots.set_layout(("loss", "classes"))
    settle(qtbot, window)
    assert [t.key for t in window.plots.plot("classes").traces if not t.shown] == ["2"]
    window.plots.arrange(PlotLayout())
    settle(qtbot, window)


def test_a_session_of_one_run_leaves_none_beside_it(window, qtbot, demonstration):
    one = window.state.read()
    assert window.rooms.compare.open_second(demonstration)
    window.state.restore(one)
    settle(qtbot, window)
    assert window.comparison.second.run is None


def disarrange(window, qtbot):
    window.rooms.layers.set_in_a_row(False)
    window.plots.arrange(PlotLayout())
    window.enter("Explore")
    rest(window)
    window.left.show()
    window.explorer.set_view(View())
    window.explorer.set_bookmarks(Bookmarks())
    window.canvas.set_camera(Camera())
    window.playback.set_end("stop")
    window.playback.jump(False)
    settle(qtbot, window)


def check(window, wanted, scenes):
    assert replace(window.state.view, theme=wanted.theme) == wanted
    assert window.room == "Layers"
    player = window.explorer.player
    assert (player.spacing, player.pace, player.at_end, player.speed) == (
        "linear",
        "every epoch",
        "ping-pong",
        2.0,
    )
    assert [(m.name, m.epoch) for m in window.explorer.bookmarks.marks] == [("the turn", 7.0)]
    assert window.plots.layout_names() == ["loss", "classes", "collapse"]
    chosen = {key: {line} for key, line in HIDDEN.items()}
    chosen["loss"].add("scale")
    assert window.plots.arrangement().chosen == chosen
    assert window.rooms.layers.in_a_row
    assert window.frame.tools.row.isChecked()
    assert not window.left.isVisible()
    assert window.commands["view.shapes"].isChecked()
    assert window.frame.tools.flat.isChecked()
    assert len(scenes) == 3
    for panel, scene in zip(window.canvas.picture.panels, scenes, strict=True):
        for part in ("samples", "balls", "rings"):
            ours, theirs = getattr(panel.scene, part), getattr(scene, part)
            assert np.array_equal(ours.positions, theirs.positions)
            assert np.array_equal(ours.colors, theirs.colors)
        assert np.array_equal(panel.scene.trails.starts, scene.trails.starts)
        assert panel.scene.note == scene.note


@pytest.fixture
def own_window(window, qtbot):
    yield window
    disarrange(window, qtbot)


def scenes_of(window):
    return [panel.scene for panel in window.canvas.picture.panels]


def test_a_session_is_saved_and_comes_back_exactly(own_window, qtbot, tmp_path, answer_file):
    window = own_window
    arrange(window, qtbot)
    wanted, scenes = window.state.view, scenes_of(window)
    answer_file(tmp_path / "lecture")
    window.commands["file.session.save"].trigger()
    (path,) = tmp_path.glob("lecture*")
    disarrange(window, qtbot)
    assert window.state.view != wanted
    answer_file(path, "getOpenFileName")
    window.commands["file.session.open"].trigger()
    settle(qtbot, window)
    check(window, wanted, scenes)
    assert not window.commands["edit.undo"].isEnabled(), "a session is a beginning"


def test_the_last_session_comes_back_at_start(qtbot, make_window, small_run):
    first = make_window(run=small_run.path)
    arrange(first, qtbot)
    wanted, scenes = first.state.view, scenes_of(first)
    first.close()  # its folder of settings was never made before
    second = make_window()
    second.keeping.keep()  # as its timer would, on a machine that takes long to show it
    second.begin()
    settle(qtbot, second)
    check(second, wanted, scenes)


def test_columns_that_another_room_covers_are_not_folded(window):
    window.commands["view.left"].trigger()
    window.enter("Gallery")
    assert window.state.read().columns == {"left": False, "right": True}
    window.commands["view.left"].trigger()
    assert window.state.read().columns == {"left": True, "right": True}
    window.enter("Explore")


def test_what_is_filled_in_of_a_recipe_comes_back(own_window, qtbot, tmp_path):
    window, path = own_window, tmp_path / "recipe.ncviz-session"
    form, networks = window.training.panel.form, own_window.training.panel.form["network"]
    networks.setCurrentIndex(networks.count() - 1)
    form["image_size"].setValue(32)
    form["epochs"].lineEdit().setText("many")
    form["epochs"].interpretText()
    form["learning_rate"].setText("0.1")
    written = form.written()
    write_session(path, window.state.read())
    form.set_recipe(Recipe())
    assert form.written() == {}
    assert window.sessions.open_session(path)
    assert form.written() == written
    assert form["learning_rate"].text() == "0.1"
    form["epochs"].setValue(3)
    assert form.recipe().network == networks.itemData(networks.count() - 1)
    form.set_recipe(Recipe())
    settle(qtbot, window)


def test_the_right_run_comes_back_at_its_own_epoch(own_window, qtbot, tmp_path, imbalanced_run):
    window, path = own_window, tmp_path / "two.ncviz-session"
    window.rooms["Compare"].open_second(imbalanced_run.path)
    comparison = window.comparison
    comparison.link(False)
    comparison.seek(comparison.second.player.position_of(4.0))
    comparison.link_camera(False)
    window.canvas.cameras.second.jump(Camera(azimuth=200.0))
    comparison.set_pinned((5, 2))
    window.playback.seek(2.0)
    settle(qtbot, window)
    write_session(path, window.state.read())
    comparison.link(True)
    comparison.link_camera(True)
    window.playback.jump(False)
    comparison.close_second()
    assert window.sessions.open_session(path)
    settle(qtbot, window)
    assert not window.comparison.linked
    assert window.comparison.second.view.epoch == 4.0
    assert window.comparison.second.player.value == 4.0
    assert window.explorer.view.epoch == 2.0
    assert not window.comparison.camera_linked
    assert window.comparison.second.view.pinned == (5, 2)
    window.enter("Compare")
    assert window.canvas.cameras.of(1).goal == Camera(azimuth=200.0)
    assert window.canvas.cameras.of(0).goal != Camera(azimuth=200.0)
    window.comparison.link_camera(True)
    window.comparison.link(True)
    window.comparison.close_second()


def test_what_is_no_session_is_told(window, tmp_path, answer_file):
    path = tmp_path / "broken.ncviz-session"
    path.write_text("{")
    before = window.state.view
    answer_file(path, "getOpenFileName")
    window.commands["file.session.open"].trigger()
    assert window.state.view == before
    assert "broken.ncviz-session" in window.note.text.text()
    assert "choose a file" in window.note.text.text(), "what to do"
    assert window.note.more.isVisible()
    assert "JSONDecodeError" in window.note.details.toPlainText()
