import shutil
from dataclasses import replace

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.player import EASE_SECONDS, WHOLE_LENGTH_SECONDS
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View


@pytest.fixture
def explorer(small_run):
    """Return an explorer with the small run open, and the list of what it told."""
    explorer = Explorer()
    explorer.told = []
    explorer.listen(explorer.told.append)
    explorer.open(small_run.path)
    return explorer


def test_without_a_run_there_is_an_empty_picture():
    explorer = Explorer()
    told = []
    explorer.listen(told.append)
    assert len(explorer.scene_in(View()).balls) == 0
    assert explorer.caption() == ""
    assert explorer.nearest_epoch == 0
    assert explorer.around is None
    explorer.toggle_class(1)
    explorer.refresh()
    explorer.compute(1.0)
    explorer.advance(1.0)
    assert told == []


def test_opening_shows_the_last_layer_at_the_first_epoch(explorer, small_run):
    assert explorer.told == ["run"]
    assert explorer.run.path == small_run.path
    assert explorer.player.stops == tuple(float(e) for e in small_run.epochs)
    assert (explorer.view.epoch, explorer.view.layer) == (0, 2)
    assert explorer.nearest_epoch == 0


def test_what_was_open_stays_open_if_the_next_cannot_be(explorer, growing_run, tmp_path):
    kept = (explorer.run, explorer.view, explorer.player, explorer.series)
    broken = growing_run.path / "snapshots" / "000000.safetensors"
    for content in (b"damaged", broken.read_bytes()[:-8]):
        broken.write_bytes(content)
        with pytest.raises(UserError, match="000000"):
            explorer.open(growing_run.path)
    with pytest.raises(UserError, match="does not exist"):
        explorer.open(tmp_path / "nowhere")
    now = (explorer.run, explorer.view, explorer.player, explorer.series)
    assert all(a is b for a, b in zip(now, kept, strict=True))
    assert explorer.told == ["run"]


def test_a_first_picture_that_cannot_be_drawn_opens_nothing(explorer, growing_run, make_run):
    # A whole snapshot, but of a run with another number of classes.
    other = make_run(growing_run.path.parent / "other", counts=(4, 4), widths=(6, 4), epochs=(0,))
    target = growing_run.path / "snapshots" / "000000.safetensors"
    target.write_bytes((other.path / "snapshots" / "000000.safetensors").read_bytes())
    before = explorer.run
    with pytest.raises(UserError, match="does not fit the run"):
        explorer.open(growing_run.path)
    assert explorer.run is before
    assert explorer.told == ["run"]


def test_settings_of_the_player_stay_with_the_next_run(explorer, growing_run):
    explorer.player.speed, explorer.player.looping, explorer.player.ease = 4.0, True, False
    explorer.player.pace = "every epoch"
    explorer.player.set_spacing("logarithmic")
    explorer.player.end()
    explorer.player.ease = True
    explorer.player.home()  # it still moves there
    explorer.player.ease = False
    explorer.player.play()
    explorer.open(growing_run.path)
    p = explorer.player
    assert (p.speed, p.looping, p.ease) == (4.0, True, False)
    assert (p.pace, p.spacing) == ("every epoch", "logarithmic")
    assert p.stops == (0.0, 1.0, 2.0)
    assert not p.moving
    assert p.position == 0


def test_the_look_stays_with_the_next_run(explorer, growing_run, small_run):
    explorer.set_view(replace(explorer.view, theme="dark", classes=(1, 4), show_etf=False))
    explorer.open(small_run.path)
    assert explorer.view.classes == (1, 4)  # the same classes by name
    explorer.open(growing_run.path)
    assert explorer.view.classes == ()  # other classes
    assert explorer.view.layer == 1
    assert (explorer.view.theme, explorer.view.show_etf) == ("dark", False)


def test_following_a_run_goes_to_its_newest_epoch(growing_run):
    explorer = Explorer()
    path = growing_run.path / "snapshots" / "000002.safetensors"
    content = path.read_bytes()
    path.unlink()
    explorer.open(growing_run.path, follow=True)
    assert explorer.player.following
    explorer.advance(2 * EASE_SECONDS)
    assert explorer.view.epoch == 1
    told = []
    explorer.listen(told.append)
    path.write_bytes(content)
    explorer.refresh()
    assert told == ["epochs"]
    explorer.advance(2 * EASE_SECONDS)
    assert explorer.view.epoch == 2
    assert told == ["epochs", "view"]
    explorer.refresh()
    assert told == ["epochs", "view"]  # nothing new


def test_the_view_follows_the_player(explorer):
    explorer.player.play()
    for _ in range(3):
        explorer.advance(WHOLE_LENGTH_SECONDS * 0.3)
    assert explorer.view.epoch == pytest.approx(15)
    assert explorer.around is not None
    assert explorer.nearest_epoch == 20
    explorer.advance(WHOLE_LENGTH_SECONDS)
    assert explorer.view.epoch == 20
    assert explorer.around is None
    assert explorer.told == ["run", *4 * ["view"]]
    explorer.advance(1.0)
    assert explorer.told == ["run", *4 * ["view"]]  # at rest there is nothing to tell


@pytest.mark.parametrize(
    ("epoch", "nearest", "between"),
    [(0, 0, False), (0.4, 0, True), (0.6, 1, True), (7.4, 5, True), (7.5, 10, True)],
)
def test_the_nearest_recorded_epoch(explorer, epoch, nearest, between):
    explorer.set_view(explorer.view.at(epoch))
    assert explorer.nearest_epoch == nearest
    assert (explorer.around is not None) == between


def test_only_another_view_is_told(explorer):
    explorer.set_view(explorer.view)
    explorer.set_view(replace(explorer.view))
    assert explorer.told == ["run"]
    explorer.set_view(replace(explorer.view, layer=1))
    assert explorer.told == ["run", "view"]


def test_every_listener_hears_everything(explorer):
    second = []
    explorer.listen(second.append)
    explorer.set_view(replace(explorer.view, layer=0))
    assert second == ["view"]
    assert explorer.told == ["run", "view"]


def test_classes_are_shown_and_hidden_but_two_stay(explorer):
    assert explorer.view.shown_classes(5) == (0, 1, 2, 3)
    explorer.toggle_class(4)
    assert explorer.view.classes == (0, 1, 2, 3, 4)
    for number, left in ((0, (1, 2, 3, 4)), (3, (1, 2, 4)), (1, (2, 4))):
        explorer.toggle_class(number)
        assert explorer.view.classes == left
    explorer.toggle_class(2)
    assert explorer.view.classes == (2, 4)
    explorer.toggle_class(0)
    assert explorer.view.classes == (0, 2, 4)


def test_numbers_come_a_little_at_a_time(explorer):
    calls = 0
    while not explorer.series.complete:
        explorer.compute(0.0)
        calls += 1
    assert calls == 6
    assert explorer.told == ["run"] + 6 * ["series"]
    explorer.compute(1.0)
    assert explorer.told == ["run"] + 6 * ["series"]


def test_the_picture_is_that_of_the_run(explorer, small_run):
    view = View(epoch=7, layer=1, classes=(0, 4), theme="dark")
    ours, theirs = explorer.scene_in(view), compose(Run(small_run.path), view)
    np.testing.assert_array_equal(ours.balls.positions, theirs.balls.positions)
    assert ours.background == theirs.background


def test_the_caption_tells_the_story(explorer):
    assert "Before training" in explorer.caption()
    explorer.set_view(explorer.view.at(20))
    assert "collapsed" in explorer.caption()


def test_a_run_whose_place_another_takes_is_opened_as_a_new_one(make_run, tmp_path):
    path = tmp_path / "run"
    make_run(path, counts=(8, 8, 8, 8, 8), widths=(6, 5, 4))
    explorer = Explorer()
    explorer.open(path, follow=True)
    explorer.set_view(replace(explorer.view, layer=2, pinned=(19,), hovered=19))
    told = []
    explorer.listen(told.append)
    shutil.rmtree(path)
    other = make_run(path, counts=(8, 8), epochs=(0, 3), widths=(4, 4))
    explorer.refresh()
    assert told == ["run"]
    assert explorer.run.manifest.class_names == other.manifest.class_names
    assert explorer.view.hovered is None
    assert explorer.view.pinned == ()
    assert explorer.view.layer < 2
    assert explorer.player.following
    (path / "manifest.json").write_text("{}")
    with pytest.raises(UserError, match="manifest"):
        explorer.refresh()
    assert explorer.run.manifest.class_names == other.manifest.class_names
