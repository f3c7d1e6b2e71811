from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from etf_in_picture import etf_in_picture
from hypothesis import given
from hypothesis import strategies as st

from ncviz.assets import asset
from ncviz.explorer.emphasis import emphasized
from ncviz.geometry.etf import simplex_etf
from ncviz.geometry.projection import align_to_etf
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Positions
from ncviz.scenes import drawing
from ncviz.scenes.compose import MOST_LAYERS, compose, compose_model, layers_beside
from ncviz.scenes.layout import EXACT, FARTHEST, align, recorded_around
from ncviz.scenes.palette import THEMES, class_color, rgb
from ncviz.scenes.placements import layout_at
from ncviz.scenes.scene import Balls, Scene, Sticks, join_balls, join_sticks
from ncviz.scenes.shadows import drawn_shadow
from ncviz.scenes.view import View

SWITCHES = ("show_samples", "show_means", "show_classifier", "show_etf", "show_labels")
NOBODY = np.zeros(0, dtype=np.int64)


def laid_out(positions, classes, sample_ids):
    """Align one recorded layer and cast the fixed shadow."""
    return align(positions, classes, sample_ids).cast(drawn_shadow(len(classes)))


def same(first, second):
    """Compare two scenes to the last bit."""
    assert type(first) is type(second)
    for field in fields(first):
        ours, theirs = getattr(first, field.name), getattr(second, field.name)
        if isinstance(ours, np.ndarray):
            np.testing.assert_array_equal(ours, theirs, err_msg=field.name)
            assert ours.dtype == theirs.dtype
        elif is_dataclass(ours) and not isinstance(ours, tuple):
            same(ours, theirs)
        else:
            assert ours == theirs, field.name


def colored(balls, color):
    """Return the balls of a colour."""
    return balls.positions[np.abs(balls.colors[:, :3] - rgb(color)).max(axis=1) < 1e-6]


@pytest.fixture(scope="module")
def run(small_run):
    return Run(small_run.path)


@given(
    epoch=st.floats(-5, 30),
    layer=st.integers(-1, 2),
    classes=st.sampled_from([(), (0, 1), (1, 2, 4), (0, 1, 2, 3, 4)]),
    theme=st.sampled_from(["light", "dark"]),
)
def test_compose_is_pure(small_run, epoch, layer, classes, theme):
    view = View(epoch=epoch, layer=layer, classes=classes, theme=theme)
    first = compose(Run(small_run.path), view)
    same(first, compose(Run(small_run.path), view))
    assert np.isfinite(first.samples.positions).all()
    assert np.isfinite(first.balls.positions).all()


def test_a_scene_cannot_spoil_the_next(run):
    view = View(epoch=5)
    before = compose(run, view)
    kept = compose(run, view)
    for array in (before.samples.positions, before.balls.colors, before.edges.starts):
        array[:] = 7
    for shared in (before.samples.colors, before.samples.radii):
        with pytest.raises(ValueError, match="read-only"):
            shared[:] = 7
    same(compose(run, view), kept)


@pytest.mark.parametrize("classes", [(0, 1), (0, 2, 3), (0, 1, 2, 3), (0, 1, 2, 3, 4)])
def test_everything_is_drawn_once(run, small_run, classes):
    K = len(classes)
    scene = compose(run, View(epoch=20, classes=classes))
    samples = np.isin(small_run.probe.labels, classes).sum()
    assert len(scene.samples) == len(scene.sample_ids) == samples == 4 * K
    assert len(scene.balls) == 3 * K  # vertices, means, classifier rows
    assert len(scene.sticks) == 2 * K  # means, classifier rows
    assert len(scene.edges) == K * (K - 1) // 2
    assert [label.text for label in scene.labels] == [f"class {k}" for k in classes]
    assert scene.sticks.lit
    assert not scene.edges.lit
    assert not scene.sticks.starts.any()


@pytest.mark.parametrize(
    ("off", "balls", "sticks", "edges"),
    [
        ("show_samples", 12, 8, 6),
        ("show_means", 8, 4, 6),
        ("show_classifier", 8, 4, 6),
        ("show_etf", 8, 8, 0),
        ("show_labels", 12, 8, 6),
    ],
)
def test_each_switch_takes_one_thing_away(run, off, balls, sticks, edges):
    scene = compose(run, View(epoch=20, **{off: False}))
    assert (len(scene.balls), len(scene.sticks), len(scene.edges)) == (balls, sticks, edges)
    assert len(scene.samples) == len(scene.sample_ids) == (0 if off == "show_samples" else 16)
    assert len(scene.labels) == (0 if off == "show_labels" else 4)


def test_all_switched_off_is_an_empty_scene(run):
    scene = compose(run, View(**dict.fromkeys(SWITCHES, False)))
    assert [len(p) for p in (scene.samples, scene.balls, scene.sticks, scene.edges)] == [0] * 4
    assert scene.labels == ()


def test_a_layer_without_classifier_draws_none(run):
    for layer in (0, 1, -3, -2):
        scene = compose(run, View(epoch=20, layer=layer))
        assert (len(scene.balls), len(scene.sticks)) == (8, 4)
    same(compose(run, View(epoch=20, layer=-1)), compose(run, View(epoch=20, layer=2)))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_has_its_one_meaning(run, theme):
    colors = THEMES[theme]
    scene = compose(run, View(epoch=20, theme=theme))
    assert scene.background == rgb(colors.background)
    np.testing.assert_allclose(colored(scene.balls, colors.etf), etf_in_picture(4), atol=1e-6)
    np.testing.assert_array_equal(colored(scene.balls, colors.means), scene.sticks.ends[:4])
    np.testing.assert_array_equal(colored(scene.balls, colors.classifier), scene.sticks.ends[4:])
    assert len(colored(scene.balls, colors.means)) == 4


@pytest.mark.parametrize("classes", [(0, 1), (2, 4), (1, 2, 3, 4), (0, 1, 2, 3, 4)])
def test_samples_have_the_hue_of_their_class(run, small_run, classes):
    scene = compose(run, View(epoch=20, classes=classes))
    labels = small_run.probe.labels[scene.sample_ids]
    assert set(labels) == set(classes)
    for label, color in zip(labels, scene.samples.colors, strict=True):
        np.testing.assert_allclose(
            color, (*rgb(class_color(label, THEMES["light"])), 1.0), atol=1e-6
        )


def test_samples_lie_at_the_means_of_their_class_when_collapsed(run, small_run):
    scene = compose(run, View(epoch=20, classes=(1, 2, 4)))
    means = colored(scene.balls, THEMES["light"].means)
    labels = small_run.probe.labels[scene.sample_ids]
    nearest = np.linalg.norm(scene.samples.positions[:, None] - means[None], axis=2).argmin(axis=1)
    assert np.array([1, 2, 4])[nearest].tolist() == labels.tolist()


def test_five_classes_say_that_they_are_a_shadow(run):
    assert compose(run, View(classes=(0, 1, 2, 3, 4))).note == "3-D shadow of 4 dimensions"
    assert compose(run, View(classes=(0, 1, 2, 3))).note == ""
    assert compose(run, View(classes=(0, 1))).note == ""


@pytest.mark.parametrize("K", [2, 3, 4, 7])
def test_collapse_is_drawn_at_the_vertices(K):
    rng = np.random.default_rng(K)
    frame = np.linalg.qr(rng.normal(size=(K + 2, K)))[0]
    means = 5 + 0.4 * simplex_etf(K) @ frame.T
    positions = Positions(means, np.repeat(means, 3, axis=0), 9 * (means - means.mean(axis=0)))
    layout = laid_out(positions, tuple(range(K)), np.arange(3 * K))
    vertices = etf_in_picture(K)
    # A shadow's vertices lie about 1 from the centre; three dimensions show all at 1.
    scale = 1 / np.sqrt((vertices**2).sum(axis=1).mean())
    np.testing.assert_allclose(layout.means, scale * vertices, atol=1e-9)
    np.testing.assert_allclose(layout.samples, np.repeat(scale * vertices, 3, axis=0), atol=1e-9)
    np.testing.assert_allclose(layout.classifier, vertices, atol=1e-9)
    assert scale == pytest.approx(1, abs=1e-9)


def test_a_perfect_run_has_its_means_at_the_vertices(make_run, tmp_path):
    path = tmp_path / "perfect"
    make_run(path, noise=lambda time, depth: 0.0, epochs=(0, 1), widths=(9,), seed=3)
    scene = compose(Run(path), View(epoch=1))
    means = colored(scene.balls, THEMES["light"].means)
    etf = colored(scene.balls, THEMES["light"].etf)
    assert np.linalg.norm(means - etf, axis=1).max() < 0.25  # the run's own means are not perfect
    np.testing.assert_allclose(scene.samples.positions, np.repeat(means, 4, axis=0), atol=1e-3)


def test_the_cloud_has_a_constant_size(run, small_run):
    for epoch in small_run.epochs:
        scene = compose(run, View(epoch=epoch, layer=2, classes=(0, 1, 2, 3)))
        size = np.sqrt((scene.samples.positions**2).sum(axis=1).mean())
        assert size == pytest.approx(1, rel=1e-5)


def test_the_picture_is_that_of_the_raw_features(run, small_run):
    """Distances between class means on the screen are those in feature space, times a scale."""
    classes = [0, 2, 3, 4]
    for epoch, layer in ((0, 0), (5, 1), (20, 2)):
        x, y = small_run.features[epoch, layer, "train"], small_run.labels["train"]
        means = np.array([x[y == k].mean(axis=0) for k in classes])
        scene = compose(run, View(epoch=epoch, layer=layer, classes=tuple(classes)))
        drawn = colored(scene.balls, THEMES["light"].means)
        true = np.linalg.norm(means[:, None] - means[None], axis=2)
        shown = np.linalg.norm(drawn[:, None] - drawn[None], axis=2)
        pairs = ~np.eye(4, dtype=bool)
        ratio = shown[pairs] / true[pairs]
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)


@given(share=st.floats(0, 1))
def test_between_two_epochs_positions_are_mixed(small_run, share):
    run = Run(small_run.path)
    low, high = 5, 10
    moment = low + share * (high - low)
    views = [View(epoch=e) for e in (low, moment, high)]
    first, between, second = (compose(run, view) for view in views)
    for part in ("samples", "balls"):
        a, m, b = (getattr(s, part).positions for s in (first, between, second))
        np.testing.assert_allclose(m, (1 - share) * a + share * b, atol=1e-5)


def test_halfway_is_the_mean(run):
    first, half, second = (layout_at(run, e, 2, (0, 1, 2, 3)) for e in (10, 15, 20))
    for name in ("means", "classifier", "samples"):
        middle = (getattr(first, name) + getattr(second, name)) / 2
        np.testing.assert_allclose(getattr(half, name), middle, atol=1e-14)


@pytest.mark.parametrize(("epoch", "shown"), [(-3, 0), (20.5, 20), (1e9, 20), (float("inf"), 20)])
def test_epochs_outside_are_clipped(run, epoch, shown):
    same(compose(run, View(epoch=epoch)), compose(run, View(epoch=shown)))


def test_recorded_epochs_around_a_moment():
    epochs = (0, 1, 5, 20)
    assert recorded_around(epochs, 0) == (0, 1, 0.0)
    assert recorded_around(epochs, 0.25) == (0, 1, 0.25)
    assert recorded_around(epochs, 1) == (1, 5, 0.0)
    assert recorded_around(epochs, 4) == (1, 5, 0.75)
    for rounded in (5 - 1e-12, 5 + 1e-12):
        assert recorded_around(epochs, rounded) == (5, 20, 0.0)
    assert recorded_around(epochs, 20 - 1e-12) == (20, 20, 0.0)
    assert recorded_around(epochs, 20) == (20, 20, 0.0)
    assert recorded_around(epochs, 99) == (20, 20, 0.0)
    assert recorded_around(epochs, -1) == (0, 1, 0.0)
    assert recorded_around((7,), 3) == (7, 7, 0.0)


@given(
    epochs=st.lists(st.integers(0, 1000), min_size=1, max_size=9, unique=True).map(sorted),
    moment=st.floats(-10, 1010),
)
def test_the_moment_lies_between_its_epochs(epochs, moment):
    low, high, share = recorded_around(tuple(epochs), moment)
    clipped = min(max(moment, epochs[0]), epochs[-1])
    assert 0 <= share < 1
    # Nearer than `EXACT` to a recorded epoch, it is that one.
    assert low + share * (high - low) == pytest.approx(clipped, abs=EXACT)
    assert {low, high} <= set(epochs)
    assert not [e for e in epochs if low < e < high]


def test_only_the_snapshots_that_are_needed_are_read(small_run, monkeypatch):
    run = Run(small_run.path)
    asked = []
    real = run.snapshot
    monkeypatch.setattr(run, "snapshot", lambda epoch: asked.append(epoch) or real(epoch))
    compose(run, View(epoch=5))
    assert asked == [5]
    compose(run, View(epoch=7))
    assert asked == [5, 10]  # the first is remembered
    compose(run, View(epoch=6, theme="dark", layer=-1, hidden=(1,)))
    assert asked == [5, 10]


def test_nothing_flies_out_of_sight():
    means = np.array([[1.0, 0.0], [-1.0, 0.0]])
    # One sample far out among many near ones.
    probe = np.vstack([[[1e6, 0.0]], np.tile([[0.9, 0.1]], (100_000, 1))])
    layout = laid_out(Positions(means, probe), (0, 1), np.arange(len(probe)))
    reach = np.linalg.norm(layout.samples, axis=1)
    assert reach.max() == pytest.approx(FARTHEST)
    assert np.isfinite(layout.samples).all()


def test_coinciding_means_are_drawn_without_a_fault():
    positions = Positions(np.zeros((4, 0)), np.zeros((6, 0)), np.zeros((4, 0)))
    layout = laid_out(positions, (0, 1, 2, 3), np.arange(6))
    for points in (layout.means, layout.samples, layout.classifier):
        assert not points.any()
        assert points.shape[1] == 3


def test_a_class_without_probe_samples_is_drawn(growing_run):
    path = growing_run.path / "probe.safetensors"
    labels = np.where(growing_run.probe.labels == 2, 1, growing_run.probe.labels)
    path.write_bytes(replace(growing_run.probe, labels=labels).to_bytes())
    scene = compose(Run(growing_run.path), View(classes=(0, 2)))
    assert len(scene.balls) == 6
    assert len(scene.samples) == 4


def test_a_model_is_drawn_without_samples():
    etf = 2.5 * simplex_etf(4)
    scene = compose_model(etf, 0.3 * etf, ("a", "b", "c", "d"), View(epoch=99, layer=7))
    vertices = etf_in_picture(4)
    light = THEMES["light"]
    for color in (light.means, light.classifier, light.etf):
        np.testing.assert_allclose(colored(scene.balls, color), vertices, atol=1e-6)
    assert len(scene.samples) == 0
    assert [label.text for label in scene.labels] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("epoch", [0, 4])
@pytest.mark.parametrize("hidden", [(), (1,)])
def test_names_stand_at_their_class_means(run, epoch, hidden):
    view = View(epoch=epoch, classes=(0, 1, 2), hidden=hidden)
    scene = compose(run, view)
    means = colored(scene.balls, THEMES["light"].means)
    assert [label.text for label in scene.labels] == [
        f"class {k}" for k in (0, 1, 2) if k not in hidden
    ]
    np.testing.assert_allclose([label.position for label in scene.labels], means, atol=1e-6)


def test_a_hair_line_leads_from_each_mean_to_its_vertex_and_fades_where_they_meet(run):
    view = View(classes=(0, 1, 2), hidden=(1,))
    links = compose(run, view).links
    seen = compose(run, replace(view, show_labels=False)).balls
    np.testing.assert_allclose(links.starts, colored(seen, THEMES["light"].means), atol=1e-6)
    np.testing.assert_allclose(links.ends, etf_in_picture(3)[[0, 2]], atol=1e-6)

    etf = simplex_etf(4)
    apart = compose_model(etf * [[1], [1], [1], [0.2]], etf, ("a", "b", "c", "d"), View()).links
    met = compose_model(etf, etf, ("a", "b", "c", "d"), View()).links
    assert met.colors[:, 3].max() == 0
    assert apart.colors[3, 3] > 0.5
    for off in ("show_labels", "show_etf"):
        assert len(compose(run, replace(view, **{off: False})).links) == 0


@pytest.mark.parametrize("palette", ["hues", "grey"])
def test_means_and_rows_carry_the_hue_of_their_class_within_that_of_their_role(run, palette):
    view = View(classes=(0, 2, 3), hidden=(2,), palette=palette)
    balls = compose(run, view).balls
    for role in (THEMES["light"].means, THEMES["light"].classifier):
        which = (np.abs(balls.colors[:, :3] - rgb(role)) < 1e-5).all(axis=1)
        hues = [rgb(class_color(k, THEMES["light"], palette)) for k in (0, 3)]
        np.testing.assert_allclose(balls.cores[which, :3], hues, atol=1e-6)
        assert ((balls.cores[which, 3] > 0.3) & (balls.cores[which, 3] < 0.7)).all()
    vertices = (np.abs(balls.colors[:, :3] - rgb(THEMES["light"].etf)) < 1e-5).all(axis=1)
    assert (balls.cores[vertices, 3] == 0).all()


def test_the_scene_is_in_single_precision(run):
    scene = compose(run, View())
    for part in (scene.samples, scene.balls):
        assert {part.positions.dtype, part.radii.dtype, part.colors.dtype} == {np.dtype("f4")}
        assert (part.radii > 0).all()
        assert part.colors.min() >= 0
        assert part.colors.max() <= 1
    for part in (scene.sticks, scene.edges):
        assert {part.starts.dtype, part.ends.dtype, part.radii.dtype} == {np.dtype("f4")}


def test_more_edges_than_one_could_see_are_left_out_and_told(run, monkeypatch):
    view = View(classes=(0, 1, 2, 3, 4), show_axes=True)
    whole = compose(run, view)
    monkeypatch.setattr(drawing, "MOST_EDGES", len(whole.edges) - 3)
    assert compose(run, view).note == whole.note
    monkeypatch.setattr(drawing, "MOST_EDGES", len(whole.edges) - 4)
    few = compose(run, view)
    assert len(few.edges) == 3, "the axes"
    assert few.note == whole.note + drawing.NO_EDGES
    pointed_out = emphasized(few, run, view, (1,))
    np.testing.assert_array_equal(pointed_out.edges.colors, few.edges.colors)
    assert compose(run, replace(view, show_etf=False)).note == whole.note


def test_edges_of_many_classes_stay_quiet():
    quiet = []
    for K in (4, 10, 20):
        etf = simplex_etf(K)
        scene = compose_model(etf, etf, tuple(map(str, range(K))), View())
        quiet.append(float(scene.edges.colors[:, 3].sum() / np.sqrt(len(scene.edges))))
    assert quiet == pytest.approx([quiet[0]] * 3, rel=1e-5)


def test_the_alignment_is_the_same_for_samples_means_and_rows(run):
    positions = run.snapshot(20).positions(2)
    alignment = align_to_etf(positions.means[[0, 1, 2, 3]])
    layout = laid_out(positions, (0, 1, 2, 3), np.arange(16))
    placed = alignment.place(positions.probe[:16])
    ratio = layout.samples / placed
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-9)
    np.testing.assert_allclose(
        layout.means, ratio[0, 0] * alignment.place(positions.means[:4]), atol=1e-12
    )
    rows = positions.classifier[:4] - positions.classifier[:4].mean(axis=0)
    directions = alignment.place_directions(rows)
    scale = np.linalg.norm(layout.classifier) / np.linalg.norm(directions)
    np.testing.assert_allclose(layout.classifier, scale * directions, atol=1e-12)


def test_joining_nothing_and_several():
    assert len(join_balls([])) == len(join_sticks([])) == 0
    one = Balls(np.ones((2, 3), "f4"), np.ones(2, "f4"), np.ones((2, 4), "f4"))
    assert len(join_balls([one, Balls(), one])) == 4
    flat = Sticks(*(np.ones(s, "f4") for s in ((2, 3), (2, 3), 2, (2, 4))), lit=False)
    joined = join_sticks([flat, flat])
    assert len(joined) == 4
    assert not joined.lit
    assert len(Scene().samples) == len(Scene().edges) == 0


@pytest.mark.parametrize("name", ["demonstration", "balanced", "imbalanced", "linear"])
def test_a_row_reaches_along_its_mean_by_their_true_cosine(name):
    run = Run(asset(*(("samples", name) if name != "demonstration" else (name,))))
    last = len(run.manifest.layers) - 1
    for epoch in (run.epochs[0], run.epochs[len(run.epochs) // 2], run.epochs[-1]):
        snapshot = run.snapshot(epoch)
        for classes in ((0, 1), (2, 5, 7), (0, 1, 2, 3), (0, 1, 5, 6)):
            chosen = list(classes)
            rows = snapshot.classifier().weight[chosen]
            means = snapshot.statistics(last, "train").means[chosen]
            rows, means = rows - rows.mean(axis=0), means - means.mean(axis=0)
            lengths, far = np.linalg.norm(rows, axis=1), np.linalg.norm(means, axis=1)
            true = (rows * means).sum(axis=1) / lengths / far
            scene = compose(run, View(epoch=epoch, classes=classes, show_etf=False))
            drawn_means, drawn_rows = np.split(scene.sticks.ends.astype(float), 2)
            along = drawn_means / np.linalg.norm(drawn_means, axis=1, keepdims=True)
            reach = (drawn_rows * along).sum(axis=1) / (lengths / lengths.mean())
            np.testing.assert_allclose(reach, true, atol=2e-3)


def test_a_name_owns_the_balls_of_its_class(run):
    view = View(layer=-1, hidden=(1,))
    scene = compose(run, view)
    visible = [k for k in view.shown_classes(run.manifest.classes) if k != 1]
    hues = scene.balls.cores
    for label, k in zip(scene.labels, visible, strict=True):
        cored = [ball for ball in label.own if hues[ball, 3] > 0]
        expected = rgb(class_color(k, THEMES["light"], view.palette))
        assert len(cored) == 2  # mean and classifier; the third is the vertex of the ETF
        assert len(label.own) == 3
        assert np.allclose(hues[cored, :3], expected, atol=1e-6)


def test_more_classes_than_dimensions_lie_where_all_dimensions_put_them():
    from ncviz.geometry.projection import align_to_etf
    from ncviz.runs.snapshot import Positions
    from ncviz.scenes.layout import align

    rng = np.random.default_rng(1)
    means, probe = rng.normal(size=(9, 3)), rng.normal(size=(20, 3))
    aligned = align(Positions(means, probe, means), tuple(range(9)), np.arange(20))
    rotation = align_to_etf(means).rotation
    center = means.mean(axis=0)
    ours = (probe - center) @ rotation
    spread = np.sqrt((ours**2).sum() / len(ours))
    assert aligned.samples.shape == (20, 8)
    assert np.allclose(aligned.samples, ours / spread)
    assert np.allclose(aligned.means, (means - center) @ rotation / spread)
    shadow = rng.normal(size=(8, 3))
    assert np.allclose(aligned.cast(shadow).means, aligned.means @ shadow)


@given(st.integers(1, 5000), st.integers(0, 4999))
def test_of_very_many_layers_some_stand_side_by_side(count, chosen):
    chosen %= count
    shown = layers_beside(count, chosen)
    assert {0, chosen, count - 1} <= set(shown) <= set(range(count))
    assert list(shown) == sorted(set(shown))
    assert len(shown) == count if count <= MOST_LAYERS else len(shown) >= MOST_LAYERS - 1
    assert len(shown) <= max(MOST_LAYERS, 1)
    gaps = np.diff([n for n in shown if n != chosen or n in (0, count - 1)])
    assert len(gaps) == 0 or gaps.max() <= 2 * max(1, count / (MOST_LAYERS - 2)) + 1


def test_roles_differ_in_form_as_well_as_in_colour(run):
    scene = compose(run, View())
    sticks, balls, theme = scene.sticks, scene.balls, THEMES["light"]
    thick = {
        role: sticks.radii[np.isclose(sticks.colors[:, :3], rgb(getattr(theme, role))).all(axis=1)]
        for role in ("means", "classifier")
    }
    assert thick["means"].min() >= 1.5 * thick["classifier"].max() > 0
    glass = np.isclose(balls.colors[:, :3], rgb(theme.etf)).all(axis=1)
    assert glass.any()
    assert (balls.colors[glass, 3] < 1).all()
    assert (balls.colors[~glass, 3] == 1).all()
    assert len(scene.edges)
