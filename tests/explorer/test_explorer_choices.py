"""Classes, samples, shadows and bookmarks that are chosen in the window."""

from dataclasses import replace

import pytest

from ncviz.errors import UserError
from ncviz.explorer.bookmarks import LONGEST_NAME, MOST_BOOKMARKS, Bookmark, Bookmarks
from ncviz.explorer.bundled_samples import sample
from ncviz.explorer.explorer import TOUR_RATE, Explorer
from ncviz.explorer.fitting import MOST_PINNED, fitting_view
from ncviz.runs.run import Run
from ncviz.scenes import placements
from ncviz.scenes.view import ShadowChoice, View


@pytest.fixture
def explorer(small_run):
    explorer = Explorer()
    explorer.open(small_run.path)
    explorer.told = []
    explorer.listen(explorer.told.append)
    return explorer


def test_without_a_run_nothing_can_be_chosen():
    explorer = Explorer()
    told = []
    explorer.listen(told.append)
    explorer.hide_class(1)
    explorer.keep_alone(1)
    explorer.choose_classes([0, 1])
    explorer.pin(0)
    explorer.hover(0)
    explorer.add_bookmark("here")
    assert not explorer.go_to_bookmark(1)
    assert len(explorer.bookmarks) == 0
    assert told == []


def test_a_hidden_class_stays_in_the_projection(explorer):
    explorer.hide_class(2)
    explorer.hide_class(0)
    assert explorer.view.hidden == (0, 2)
    assert explorer.view.shown_classes(5) == (0, 1, 2, 3)
    explorer.hide_class(2)
    assert explorer.view.hidden == (0,)
    explorer.hide_class(4)  # not shown at all
    assert explorer.view.hidden == (0,)
    assert explorer.told == ["view"] * 3


def test_one_class_at_least_stays_visible(explorer):
    for number in range(4):
        explorer.hide_class(number)
    assert explorer.view.hidden == (0, 1, 2)


def test_one_class_alone_and_all_again(explorer):
    explorer.hide_class(1)
    explorer.keep_alone(1)
    assert explorer.view.hidden == (0, 2, 3)
    explorer.keep_alone(3)
    assert explorer.view.hidden == (0, 1, 2)
    explorer.keep_alone(3)
    assert explorer.view.hidden == ()
    explorer.keep_alone(4)
    assert explorer.view.hidden == ()


def test_choosing_classes_leaves_one_to_see(explorer):
    explorer.keep_alone(1)
    explorer.choose_classes([4, 2, 2, 99, -1])
    assert explorer.view.classes == (2, 4)
    assert explorer.view.hidden == (2,)
    explorer.choose_classes([2, 3])
    assert explorer.view.hidden == (2,)
    explorer.choose_classes([3])
    assert explorer.view.classes == (2, 3)
    explorer.choose_classes(range(5))
    explorer.set_view(replace(explorer.view, hidden=(2, 3)))
    explorer.choose_classes([2, 3])
    assert explorer.view.hidden == ()


def test_pinning_follows_at_most_eight(explorer):
    for row in range(10):
        explorer.pin(row)
    assert explorer.view.pinned == tuple(range(10 - MOST_PINNED, 10))
    explorer.pin(5)
    assert 5 not in explorer.view.pinned
    explorer.pin(20)  # there are twenty samples
    explorer.pin(-1)
    assert len(explorer.view.pinned) == MOST_PINNED - 1


def test_hovering_tells_once(explorer):
    explorer.hover(3)
    explorer.hover(3)
    assert explorer.view.hovered == 3
    explorer.hover(999)
    assert explorer.view.hovered is None
    explorer.hover(None)
    assert explorer.told == ["view", "view"]


def test_the_tour_goes_on_while_time_stands_still(explorer):
    explorer.choose_classes(range(5))
    explorer.tour(True)
    assert explorer.moving
    assert not explorer.player.moving
    assert explorer.view.shadow == ShadowChoice("tour")
    explorer.advance(0.1)
    explorer.advance(0.1)
    assert explorer.view.shadow.time == pytest.approx(0.2 * TOUR_RATE)
    before = explorer.view.shadow.time
    explorer.advance(100.0)  # a hitch does not make it jump
    assert explorer.view.shadow.time - before < TOUR_RATE
    explorer.tour(False)
    still = explorer.view
    explorer.advance(0.1)
    assert explorer.view == still
    assert not explorer.moving
    explorer.tour(True)
    assert explorer.view.shadow.time == still.shadow.time  # it goes on from there
    explorer.set_shadow(ShadowChoice("best"))
    assert not explorer.touring


def test_a_tour_ends_where_there_is_too_much_to_turn(explorer, monkeypatch):
    explorer.choose_classes(range(5))
    explorer.tour(True)
    assert explorer.can_tour(explorer.view)
    monkeypatch.setattr(placements, "MOST_TOURED", 4)
    assert not explorer.can_tour(explorer.view)
    explorer.hide_class(1)
    assert explorer.view.shadow == ShadowChoice()
    assert not explorer.touring
    monkeypatch.setattr(placements, "MOST_TOURED", 5)
    assert explorer.can_tour(explorer.view)
    monkeypatch.setattr(placements, "MEMORY", 0)
    assert not explorer.can_tour(explorer.view), "samples that are not remembered"


def test_four_classes_leave_nothing_to_tour(explorer):
    explorer.tour(True)
    assert not explorer.moving
    explorer.advance(0.1)
    assert explorer.view.shadow.time == 0


def test_only_recorded_epochs_are_never_interpolated(explorer):
    explorer.set_view(explorer.view.at(7))
    assert explorer.around is not None
    explorer.set_view(replace(explorer.view, recorded_only=True))
    assert explorer.around is None


def test_a_view_from_elsewhere_is_made_to_fit(explorer, small_run):
    explorer.player.play()
    explorer.show(
        View(epoch=1e6, layer=30, classes=(1, 77, 1), hidden=(0, 3), pinned=(2, 500, 2), hovered=4)
    )
    view = explorer.view
    assert (view.epoch, view.layer, view.classes, view.pinned) == (20, 2, (), (2,))
    assert (view.hidden, view.hovered) == ((0, 3), None)
    assert explorer.player.value == 20
    assert not explorer.player.moving
    explorer.advance(0.1)
    assert explorer.view == view
    assert explorer.caption()
    hidden = View(classes=(1, 2), hidden=(1, 2))
    assert fitting_view(hidden, Run(small_run.path)).hidden == ()


def test_pins_stay_with_the_same_samples_alone(explorer, small_run, growing_run):
    explorer.pin(3)
    explorer.hide_class(1)
    explorer.open(small_run.path)
    assert (explorer.view.pinned, explorer.view.hidden) == ((3,), (1,))
    explorer.open(growing_run.path)
    assert (explorer.view.pinned, explorer.view.hidden) == ((), ())


# Bookmarks


def test_bookmarks_belong_to_their_run(explorer, small_run, growing_run):
    explorer.player.seek(3)
    explorer.advance(0)
    explorer.add_bookmark("  they  part ")
    assert explorer.bookmarks.marks == (Bookmark(5.0, "they part"),)
    explorer.open(growing_run.path)
    assert len(explorer.bookmarks) == 0
    explorer.open(small_run.path)
    assert len(explorer.bookmarks) == 1
    assert explorer.told.count("bookmarks") == 1


def test_going_from_bookmark_to_bookmark(explorer):
    explorer.player.ease = False
    explorer.set_bookmarks(Bookmarks().add(5).add(1.5).add(20))
    seen = []
    while explorer.go_to_bookmark(1):
        explorer.advance(0)
        seen.append(explorer.view.epoch)
    assert seen == [1.5, 5, 20]
    assert explorer.go_to_bookmark(-1)
    explorer.advance(0)
    assert explorer.view.epoch == 5


def test_a_bookmark_can_be_named_and_removed():
    marks = Bookmarks().add(7.25).add(3).add(7.25, "seven").add(3)
    assert [m.name for m in marks.marks] == ["epoch 3", "seven"]
    assert marks.at(3) == 0
    assert marks.at(4) is None
    named = marks.rename(0, "x" * 500)
    assert len(named.marks[0].name) == LONGEST_NAME
    assert named.rename(0, " ").marks[0].name == "epoch 3"
    assert marks.remove(1).marks == (Bookmark(3.0, "epoch 3"),)
    assert Bookmarks.of([Bookmark(2.0, "a"), Bookmark(1.0, "b"), Bookmark(2.0, "c")]).marks == (
        Bookmark(1.0, "b"),
        Bookmark(2.0, "c"),
    )


def test_there_are_not_too_many_bookmarks():
    marks = Bookmarks.of(Bookmark(float(k), "") for k in range(MOST_BOOKMARKS))
    with pytest.raises(UserError, match="at most 100 bookmarks"):
        marks.add(1e5)


def test_an_imbalanced_run_first_shows_both_groups():
    explorer = Explorer()
    explorer.open(sample("imbalanced").path)
    assert explorer.view.classes == (0, 1, 5, 6)
    explorer.open(sample("linear").path)
    assert explorer.view.classes == (0, 1, 5, 6)  # the same classes stay in sight
