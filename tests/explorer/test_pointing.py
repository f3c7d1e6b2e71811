import numpy as np
import pytest

from ncviz.explorer.pointing import Pointed, sample_at, sample_facts
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose, compose_layers
from ncviz.scenes.scene import Balls, Scene, grid_of_panels, one_panel
from ncviz.scenes.view import View

SIZE = 800, 600
FRONT = Camera(azimuth=0, elevation=0, target=(0, 0, 0))


def balls(points, radius=0.03, alpha=1.0):
    count = len(points)
    colors = np.ones((count, 4), np.float32) * [1, 1, 1, alpha]
    radii = np.full(count, radius, np.float32)
    return Balls(np.array(points, np.float32).reshape(-1, 3), radii, colors.astype(np.float32))


def scene_of(points, **others):
    ids = 10 * np.arange(len(points), dtype=np.int64)
    return Scene(samples=balls(points), sample_ids=ids, **others)


def at(scene, point, camera=FRONT, **options):
    """Point at a place of the scene."""
    x, y, _ = camera.project(point, *SIZE)[0]
    return sample_at(one_panel(scene), camera, *SIZE, x, y, **options)


@pytest.fixture(scope="module")
def run(small_run):
    return Run(small_run.path)


@pytest.mark.parametrize("camera", [FRONT, Camera(), Camera().with_perspective(False)])
def test_each_sample_is_found_where_it_is_drawn(camera):
    points = np.random.default_rng(1).uniform(-0.9, 0.9, (40, 3))
    scene = scene_of(points)
    for row, point in enumerate(points):
        found = at(scene, point, camera)
        depths = camera.project(points, *SIZE)
        assert found is not None
        front = found.sample_id // 10
        assert depths[front, 2] <= depths[row, 2] + 1e-6  # itself or one before it
    assert sum(at(scene, p, camera).sample_id == 10 * k for k, p in enumerate(points)) > 30


def test_the_front_most_sample_is_meant():
    scene = scene_of([(0, 0.5, 0), (0, -0.5, 0), (0, 0, 0)])
    assert at(scene, (0, 0, 0)) == Pointed(0, 10)


def test_beside_samples_the_nearest_within_reach_is_meant():
    scene = scene_of([(0, 0, 0), (0.2, -0.3, 0)])
    unit = float(FRONT.pixels_per_unit(600, FRONT.distance))
    beside = (0.03 + 4 / unit, 0, 0)  # four pixels from the rim
    assert at(scene, beside) == Pointed(0, 0)
    assert at(scene, beside, within_pixels=2) is None
    assert at(scene, (0.7, 0, 0.7)) is None


def test_what_is_covered_by_a_mean_is_not_meant():
    points = [(0, 0.4, 0)]
    before, behind = [(0, -0.2, 0)], [(0, 0.9, 0)]
    assert at(scene_of(points, balls=balls(before, 0.1)), (0, 0.4, 0)) is None
    assert at(scene_of(points, balls=balls(behind, 0.1)), (0, 0.4, 0)) == Pointed(0, 0)
    glass = balls(before, 0.1, alpha=0.55)
    assert at(scene_of(points, balls=glass), (0, 0.4, 0)) == Pointed(0, 0)


def test_nothing_is_behind_the_eye_or_outside_the_picture():
    scene = scene_of([(0, -20, 0)])
    assert sample_at(one_panel(scene), FRONT, *SIZE, 400, 300) is None
    for x, y in ((-1, 300), (800, 300), (400, 600), (400, -5)):
        assert sample_at(one_panel(scene_of([(0, 0, 0)])), FRONT, *SIZE, x, y) is None
    assert sample_at(one_panel(Scene()), FRONT, *SIZE, 400, 300) is None


def test_each_panel_is_pointed_at_by_itself():
    scenes = [scene_of([(0, 0, 0)]), scene_of([(0.5, 0, 0)]), scene_of([]), scene_of([(0, 0, 0)])]
    picture = grid_of_panels(scenes, ["a", "b", "c", "d"], aspect=4 / 3)
    x, y, _ = FRONT.project((0.5, 0, 0), 400, 300)[0]
    assert sample_at(picture, FRONT, *SIZE, 400 + x, y) == Pointed(1, 0)
    assert sample_at(picture, FRONT, *SIZE, x, y) is None
    assert sample_at(picture, FRONT, *SIZE, 200, 450) is None
    assert sample_at(picture, FRONT, *SIZE, 600, 450) == Pointed(3, 0)


def test_points_at_infinity_disturb_nobody():
    scene = scene_of([(np.inf, 0, 0), (np.nan, 0, 0), (0, 0, 0)])
    assert at(scene, (0, 0, 0)) == Pointed(0, 20)


def test_among_sixty_thousand_samples_it_is_the_front_most_under_the_pointer():
    points = np.random.default_rng(0).normal(0, 0.5, (60_000, 3))
    picture, camera = one_panel(scene_of(points)), Camera()
    across, down, depth = camera.project(points, *SIZE).T
    radii = 0.03 * camera.pixels_per_unit(SIZE[1], depth)
    for x in np.linspace(300, 500, 15):
        under = np.flatnonzero((np.hypot(across - x, down - 300.0) <= radii) & (depth > 0))
        assert len(under) > 1
        front = under[depth[under].argmin()]
        assert sample_at(picture, camera, *SIZE, float(x), 300.0) == Pointed(0, 10 * front)


def test_samples_of_a_run_are_found_in_all_layers(run):
    picture = compose_layers(run, View(epoch=10), 4 / 3)
    found = 0
    for number, panel in enumerate(picture.panels):
        left, top, width, height = panel.pixels(*SIZE)
        places = Camera().project(panel.scene.samples.positions, width, height)
        for row, (x, y, _) in zip(panel.scene.sample_ids, places, strict=True):
            pointed = sample_at(picture, Camera(), *SIZE, left + x, top + y)
            found += pointed == Pointed(number, int(row))
    assert found > 20


# Facts


def test_facts_are_those_of_the_features(run, small_run):
    for epoch, layer in ((0, 0), (5, 1), (20, 2)):
        x, y = small_run.features[epoch, layer, "train"], small_run.labels["train"]
        means = np.array([x[y == k].mean(axis=0) for k in range(5)])
        for row in (0, 7, 19):
            facts = sample_facts(run, epoch, layer, row)
            snapshot = small_run.snapshots[epoch]
            place = snapshot.layers[layer].positions
            label = int(small_run.probe.labels[row])
            assert facts.label == label
            assert facts.class_names[facts.label] == f"class {label}"
            assert facts.layer == run.manifest.layers[layer].name
            distances = np.linalg.norm(place.means - place.probe[row], axis=1)
            assert facts.distance == pytest.approx(distances[label], rel=1e-2)
            assert facts.nearest_here == int(distances.argmin())
            # Between classes the span of the means keeps all distances.
            np.testing.assert_allclose(
                np.linalg.norm(place.means[0] - place.means[1]),
                np.linalg.norm(means[0] - means[1]),
                rtol=1e-4,
            )


def test_relative_distances_average_to_one(run, small_run):
    rows = np.flatnonzero(small_run.probe.labels == 2)
    relative = [sample_facts(run, 5, 1, int(row)).relative_distance for row in rows]
    assert np.mean(relative) == pytest.approx(1)


def test_what_was_recorded_decides_about_nc4(run, small_run):
    snapshot = small_run.snapshots[0]
    for row in range(len(small_run.probe.labels)):
        facts = sample_facts(run, 0.2, -1, row)
        assert facts.moment == "epoch 0"
        assert facts.predicted == snapshot.predicted[row]
        assert facts.nearest == snapshot.nearest[row]
        assert facts.agree == (snapshot.predicted[row] == snapshot.nearest[row])
        assert facts.is_right == (snapshot.predicted[row] == small_run.probe.labels[row])


def test_facts_are_of_the_nearest_recorded_epoch(run):
    assert sample_facts(run, 7.4, 0, 0).moment == "epoch 5"
    assert sample_facts(run, 7.6, 0, 0).moment == "epoch 10"
    assert sample_facts(run, 1e9, 0, 0).moment == "epoch 20"


def test_the_image_is_that_of_the_probe(run, small_run):
    facts = sample_facts(run, 5, -1, 3)
    if small_run.probe.images is None:
        assert facts.image is None
    else:
        np.testing.assert_array_equal(facts.image, small_run.probe.images[3])


def test_the_row_under_the_pointer_is_a_row_of_the_probe(run, small_run):
    scene = compose(run, View(epoch=20, classes=(2, 4)))
    label = small_run.probe.labels[int(scene.sample_ids[0])]
    assert label in (2, 4)
    assert sample_facts(run, 20, -1, int(scene.sample_ids[0])).label == label
