from dataclasses import replace

import numpy as np
import pytest

from ncviz.rendering import placing
from ncviz.rendering.frame import Tile
from ncviz.rendering.label_placer import LabelPlacer
from ncviz.rendering.placing import Wish, covered, place_words
from ncviz.rendering.text import rasterize
from ncviz.rendering.words import word_size
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls, Label, Scene


def overlap(one, other):
    """Return whether two boxes share a pixel."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


AREA = (0.0, 0.0, 200.0, 150.0)
NAMES = ("T-shirt", "Sneaker", "Bag", "Ankle boot", "Trouser", "Pullover", "Dress", "Coat")


def wish(x, y, before=None, lift=12.0, width=40.0, height=20.0):
    return Wish(x, y, lift, width, height, before)


def corners(spots):
    return [None if spot is None else (spot.left, spot.top) for spot in spots]


def test_a_lone_word_stands_centred_above_its_point():
    assert corners(place_words([wish(100, 80)], AREA)) == [(80, 48)]


def test_words_give_way_to_the_right_the_left_and_below_in_this_order():
    crowd = place_words([wish(100, 80)] * 4, AREA)
    assert corners(crowd) == [(80, 48), (112, 70), (48, 70), (80, 92)]
    assert not any(spot.far for spot in crowd)


def test_in_a_crowd_words_go_far_out_and_say_so():
    crowd = place_words([wish(300, 300)] * 12, (0, 0, 600, 600))
    assert all(spot is not None for spot in crowd)
    assert [spot.far for spot in crowd[:4]] == 4 * [False]
    assert all(spot.far for spot in crowd[6:])


def test_words_never_overlap_and_never_leave_the_area():
    rng = np.random.default_rng(0)
    wishes = [
        wish(*rng.uniform(0, 300, size=2), width=float(wide), height=float(high), lift=5.0)
        for wide, high in rng.integers(10, 60, size=(60, 2))
    ]
    area = (10.0, 20.0, 300.0, 280.0)
    boxes = [
        (spot.left, spot.top, spot.left + one.width, spot.top + one.height)
        for one, spot in zip(wishes, place_words(wishes, area), strict=True)
        if spot is not None
    ]
    assert 5 < len(boxes) < 60
    for left, top, right, bottom in boxes:
        assert area[0] <= left
        assert area[1] <= top
        assert right <= area[2]
        assert bottom <= area[3]
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_what_is_taken_is_not_covered():
    (spot,) = place_words([wish(100, 80)], AREA, taken=[(90.0, 40.0, 95.0, 60.0)])
    assert (spot.left, spot.top) == (112, 70)


def test_a_word_stays_where_it_was_while_there_is_room():
    assert corners(place_words([wish(100, 80, before=2)], AREA)) == [(48, 70)]
    blocked = place_words([wish(68, 102), wish(100, 80, before=2)], AREA)
    assert blocked[1].choice != 2


def test_a_word_far_away_comes_back_as_soon_as_there_is_room():
    (spot,) = place_words([wish(100, 80, before=11)], AREA)
    assert spot.choice == 0


def test_a_word_stands_on_the_side_that_it_should():
    sides = {(0, 1): (80, 92), (1, 0): (112, 70), (-1, 0): (48, 70), (0, -1): (80, 48)}
    for toward, corner in sides.items():
        assert corners(place_words([wish(100, 80)._replace(toward=toward)], AREA)) == [corner]


def test_a_word_changes_sides_only_when_its_side_is_the_wrong_one():
    stays = wish(100, 80, before=0)._replace(toward=(1.0, 0.0))
    assert corners(place_words([stays], AREA)) == [(80, 48)]
    turned = wish(100, 80, before=0)._replace(toward=(0.0, 1.0))
    assert corners(place_words([turned], AREA)) == [(80, 92)]


def test_a_word_larger_than_the_area_is_left_out():
    assert place_words([wish(5, 5, lift=1)], (0, 0, 10, 10)) == [None]


def scene_of(count, size=0.026):
    rng = np.random.default_rng(7)
    points = rng.normal(size=(count, 3)) / 2
    names = [f"{NAMES[number % 8]} {number // 8}" for number in range(count)]
    return Scene(
        labels=tuple(
            Label(name, tuple(map(float, point)), (0.0, 0.0, 0.0, 1.0), size)
            for name, point in zip(names, points, strict=True)
        )
    )


def boxes_of(placed):
    sizes = [word_size(word) for word, _ in placed]
    return [(*at, at[0] + w, at[1] + h) for (_, at), (w, h) in zip(placed, sizes, strict=True)]


@pytest.mark.parametrize("field_of_view", [0, 30])
@pytest.mark.parametrize("panel", [Tile(0, 0, 640, 480), Tile(311, 97, 333, 481)])
def test_labels_never_overlap_whatever_the_camera(panel, field_of_view):
    scene, labels = scene_of(20), LabelPlacer()
    for azimuth in range(0, 360, 5):
        camera = Camera(azimuth=azimuth, elevation=azimuth / 5, field_of_view=field_of_view)
        boxes = boxes_of(labels.place(scene, camera, panel, 480, 1.0, 1.0, []))
        assert len(boxes) > 10
        assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
        assert min(box[0] for box in boxes) >= panel.x
        assert max(box[3] for box in boxes) <= panel.y + panel.height


def test_labels_do_not_jump_while_the_camera_turns_slowly():
    scene, labels = scene_of(8), LabelPlacer()
    jumps, before = 0, None
    for step in range(120):
        camera = Camera(azimuth=0.5 * step)
        placed = labels.place(scene, camera, Tile(0, 0, 640, 480), 480, 1.0, 1.0, [])
        at = {word.text: np.array(corner) for word, corner in placed}
        if before is not None:
            jumps += sum(np.abs(at[t] - before[t]).max() > 12 for t in at.keys() & before.keys())
        before = at
    assert jumps <= 8


def test_labels_without_a_past_are_placed_alike():
    scene, camera, panel = scene_of(12), Camera(azimuth=77), Tile(0, 0, 400, 300)
    labels = LabelPlacer()
    first = labels.place(scene, camera, panel, 300, 1.0, 1.0, [])
    assert labels.place(scene, camera, panel, 300, 1.0, 1.0, []) == first
    assert LabelPlacer().place(scene, camera, panel, 300, 1.0, 1.0, []) == first


def test_labels_grow_with_the_text_scale_and_shrink_in_small_panels_until_they_vanish():
    scene, camera = scene_of(1), Camera()

    def pixels(side, text_scale=1.0):
        panel = Tile(0, 0, side, side)
        placed = LabelPlacer().place(scene, camera, panel, 800, text_scale, 1.0, [])
        return [word.pixels for word, _ in placed]

    assert pixels(800) == [21]
    assert pixels(800, 1.5) == [31]
    assert pixels(250) == [10]
    assert pixels(120) == []


def test_a_label_far_from_its_point_has_a_line_that_leads_there():
    scene = scene_of(1)
    crowd = replace(
        scene, labels=tuple(replace(scene.labels[0], text=f"Word {n}") for n in range(12))
    )
    camera, panel = Camera(target=scene.labels[0].position), Tile(0, 0, 800, 800)
    labels = LabelPlacer()
    placed = labels.place(crowd, camera, panel, 800, 1.0, 1.0, [])
    assert len(placed) == 12
    assert len(labels.leaders) >= 4
    for (start, end), box in zip(
        labels.leaders, boxes_of(placed)[-len(labels.leaders) :], strict=True
    ):
        assert np.hypot(start[0] - 400, start[1] - 400) < 20
        assert box[0] <= end[0] <= box[2]
        assert box[1] <= end[1] <= box[3]


def test_a_word_of_a_still_picture_spares_points():
    wish = Wish(50.0, 50.0, 5.0, 20.0, 8.0)
    usual = place_words([wish], (0, 0, 100, 100))[0]
    above = np.array([[50.0, usual.top + 4.0]])
    moved = place_words([wish], (0, 0, 100, 100), spared=above)[0]
    box = moved.left, moved.top, moved.left + 20.0, moved.top + 8.0
    assert covered(box, above) == 0
    assert (moved.left, moved.top) != (usual.left, usual.top)
    everywhere = np.stack(np.meshgrid(np.arange(101.0), np.arange(101.0)), -1).reshape(-1, 2)
    assert place_words([wish], (0, 0, 100, 100), spared=everywhere)[0] is not None


def gap(box, point):
    x = max(box[0] - point[0], point[0] - box[2], 0.0)
    y = max(box[1] - point[1], point[1] - box[3], 0.0)
    return np.hypot(x, y)


def test_a_word_does_not_stand_beside_what_is_anothers():
    beside = np.array([[100.0, 75.0], [100.0, 45.0]])
    one = wish(100, 75)._replace(own=(0,))
    (alone,) = place_words([one], AREA)
    (spot,) = place_words([one], AREA, others=beside)
    box = spot.left, spot.top, spot.left + one.width, spot.top + one.height
    assert (alone.left, alone.top) != (spot.left, spot.top)
    assert gap(box, beside[0]) <= gap(box, beside[1])
    assert not spot.far
    # What belongs to the word itself does not drive it away.
    assert place_words([one._replace(own=(0, 1))], AREA, others=beside) == [alone]


def test_where_no_place_is_its_own_a_line_leads_there():
    around = [[100 + 22 * x, 75 + 22 * y] for x in (-1, 0, 1) for y in (-1, 0, 1)]
    one = wish(100, 75)._replace(own=(4,))
    (spot,) = place_words([one], AREA, others=np.array(around, dtype=float))
    assert spot.far


@pytest.mark.parametrize("seed", range(6))
def test_each_name_is_nearest_to_its_own_point_or_has_a_line_in_its_hue(seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(10, 3)) / 2
    scene = Scene(
        balls=Balls(points.astype(np.float32), np.full(10, 0.06), np.ones((10, 4))),
        labels=tuple(
            Label(f"Name {k}", tuple(points[k]), (0, 0, 0, 1), own=(k,), hue=(k / 10, 0.0, 0.0))
            for k in range(10)
        ),
    )
    labels, camera, panel = LabelPlacer(), Camera(), Tile(0, 0, 640, 480)
    placed = labels.place(scene, camera, panel, 480, 1.0, 1.0, [])
    assert len(placed) >= 8
    seen = camera.project(points, 640, 480)[:, :2]
    led = {round(10 * hue[0]) for hue in labels.hues}
    for (word, _), box in zip(placed, boxes_of(placed), strict=True):
        k = int(word.text.split()[1])
        nearest = min(gap(box, point) for point in seen)
        assert gap(box, seen[k]) <= nearest + 1.5 or k in led


def test_a_name_keeps_clear_of_words_over_the_scene():
    scene, camera, panel = scene_of(1), Camera(), Tile(0, 0, 400, 300)
    (before,) = boxes_of(LabelPlacer().place(scene, camera, panel, 300, 1.0, 1.0, []))
    (after,) = boxes_of(LabelPlacer().place(scene, camera, panel, 300, 1.0, 1.0, [before]))
    assert not overlap(before, after)


def test_a_word_over_samples_has_no_halo_where_samples_are_to_stay_whole():
    scene, camera, panel = scene_of(1), Camera(), Tile(0, 0, 400, 300)
    ((word, corner),) = LabelPlacer().place(scene, camera, panel, 300, 1.0, 1.0, [])
    wide, high = word_size(word)
    right, up, _ = camera.basis()
    x, y, depth = camera.project([scene.labels[0].position], 400, 300)[0]
    unit = float(camera.pixels_per_unit(300, depth))
    across, down = corner[0] + wide / 2 - x, corner[1] + high / 2 - y
    beneath = np.array(scene.labels[0].position) + (across * right - down * up) / unit
    crowd = replace(
        scene,
        samples=Balls(beneath[None].astype(np.float32), np.array([0.02]), np.ones((1, 4))),
    )
    for one, halo in ((scene, scene.background), (crowd, None)):
        ((kept, there),) = LabelPlacer().place(
            one, camera, panel, 300, 1.0, 1.0, [], whole_samples=True
        )
        assert (kept.halo, there) == (halo, corner)
        assert word_size(kept) == (wide, high)
    ((shown, _),) = LabelPlacer().place(crowd, camera, panel, 300, 1.0, 1.0, [])
    assert shown.halo == scene.background


def test_a_word_without_a_halo_has_the_same_letters():
    whole = rasterize("Bag", 20, (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0))
    bare = rasterize("Bag", 20, (0.0, 0.0, 0.0, 1.0), None)
    assert bare[..., :3].max() == 0
    assert np.array_equal(bare[..., 3] == 255, (whole[..., 3] == 255) & (whole[..., 0] == 0))
    assert (whole[..., 3] > 0).sum() > (bare[..., 3] > 0).sum()


def test_of_a_thousand_names_the_first_ones_are_set_and_no_others(monkeypatch):
    from ncviz.rendering import label_placer as module

    scene, asked = scene_of(1000), []
    real = module.word_size
    monkeypatch.setattr(module, "word_size", lambda word: asked.append(word.text) or real(word))
    LabelPlacer().place(scene, Camera(), Tile(0, 0, 300, 300), 300, 1.0, 1.0, [])
    assert 0 < len(asked) <= module._MOST
    names = [label.text for label in scene.labels]
    assert max(map(names.index, asked)) < 400


@pytest.mark.parametrize("seed", range(20))
def test_the_first_place_is_the_one_that_all_places_weighed_give(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 30))
    others = rng.uniform(0, (200, 150), (count + int(rng.integers(0, 90)), 2))
    others[-1] = np.nan  # of a training that diverged
    wishes = [
        Wish(
            *others[number].tolist(),
            lift=float(rng.uniform(0, 9)),
            width=int(rng.integers(5, 40)),
            height=int(rng.integers(4, 16)),
            before=None if rng.random() < 0.5 else int(rng.integers(0, 40)),
            toward=(0.0, 0.0) if rng.random() < 0.3 else tuple(rng.normal(size=2).tolist()),
            own=(number,),
        )
        for number in range(count)
        if np.isfinite(others[number]).all()
    ]
    taken = [(0.0, 0.0, 60.0, 20.0)]
    placed = place_words(wishes, AREA, taken, others=others)
    monkeypatch.setattr(placing, "_at_a_glance", lambda *_: None)
    assert placed == place_words(wishes, AREA, taken, others=others)
    assert len(wishes) == 1 or any(placed)
