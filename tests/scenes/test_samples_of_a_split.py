"""Samples of another split in the projection of the training means."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.explorer.emphasis import emphasized
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.lasso import table_of_samples
from ncviz.explorer.pointing import sample_facts
from ncviz.explorer.stepping import SAMPLES, spots_of
from ncviz.export.legend_entries import legend_entries, part_of_classes
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.out_of_distribution import NC5, NECO
from ncviz.parameters import changed
from ncviz.runs.adding_columns import add_columns, remove_column
from ncviz.runs.import_features import import_features
from ncviz.runs.layer_names import numbers_of_layers
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.probe import drawn_beside
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import SampleColumn, sample_columns
from ncviz.scenes.compose import compose, compose_layers
from ncviz.scenes.palette import THEMES, class_color, rgb
from ncviz.scenes.sample_colors import colors_in_words, column_in_view
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view, view_to_text
from ncviz.training.recipe import Recipe
from ncviz.training.recorded_training import record
from ncviz.wording import three_digits

K, WIDTH = 4, 9
FOUR = tuple(range(K))


def clouds(count, spread, seed):
    rng = np.random.default_rng(seed)
    means = np.random.default_rng(7).normal(size=(K, WIDTH)) * 3
    labels = np.repeat(np.arange(K), count)
    early = means[labels] + spread * rng.normal(size=(len(labels), WIDTH))
    return np.stack([early, 0.6 * early + means[labels]]), labels


TRAIN, Y = clouds(30, 1.0, 0)
TEST, Z = clouds(12, 2.0, 1)


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("held-out")
    names = np.array([f"w{k % 5}" for k in range(len(Z))])
    np.savez(
        folder / "f.npz",
        x_train=TRAIN,
        y_train=Y,
        x_test=TEST,
        y_test=Z,
        writer_train=np.array([f"w{k % 7}" for k in range(len(Y))]),
        writer_test=names,
        row_test=np.arange(len(Z)) * 1.5,
    )
    import_features(folder / "f.npz", folder / "run", probe_per_class=20)
    return Run(folder / "run")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of four classes, held-out images, turned ones, and three unknown classes."""
    short = Recipe(images_per_class=20, epochs=2, record="all", probe_per_class=6)
    recipe = changed(
        short,
        depth=3,
        width=12,
        classes=(0, 1, 2, 3, 4),
        merged="0+4",
        measured_on="rotated 40, classes 7 8 9",
    )
    path = tmp_path_factory.mktemp("trained") / "run"
    record(recipe, path)
    return Run(path)


def on_span(points, means):
    """Return points in an orthonormal frame of the span of the centred means, by QR."""
    frame, _ = np.linalg.qr((means[1:] - means[0]).T)
    return (points - means.mean(axis=0)) @ frame


def apart(first, second):
    return np.linalg.norm(first[:, None] - second[None], axis=2)


def test_held_out_samples_lie_where_the_training_means_put_them(imported):
    view = View(1, classes=FOUR)
    there, seen = compose(imported, view), compose(imported, replace(view, split="test"))
    np.testing.assert_array_equal(there.balls.positions, seen.balls.positions)
    np.testing.assert_array_equal(there.sticks.ends, seen.sticks.ends)
    means = np.stack([TRAIN[1][k == Y].mean(axis=0) for k in FOUR])
    rows = imported.probe.others["test"].columns[-1].values / 1.5  # what the samples were
    features = TEST[1][rows.astype(int)]
    np.testing.assert_array_equal(Z[rows.astype(int)], imported.probe.others["test"].labels)
    drawn = there.balls.positions[K:]  # after the vertices
    scale = apart(drawn, drawn).sum() / apart(means, means).sum()
    expected = scale * apart(on_span(features, means), on_span(means, means))
    found = apart(seen.samples.positions[np.argsort(seen.sample_ids)], drawn)
    np.testing.assert_allclose(found, expected, atol=4e-3)
    assert "held-out samples" in seen.note
    assert there.note == ""


def test_the_means_of_the_split_are_hollow(imported):
    view = View(1, classes=FOUR, split="test")
    scene = compose(imported, view)
    own = np.stack([TEST[1][k == Z].mean(axis=0) for k in FOUR])
    means = np.stack([TRAIN[1][k == Y].mean(axis=0) for k in FOUR])
    lines = scene.trails
    starts, ends = lines.starts[-K:], lines.ends[-K:]  # from mean to mean
    np.testing.assert_allclose(starts, scene.balls.positions[K:], atol=1e-6)
    scale = apart(starts, starts).sum() / apart(means, means).sum()
    expected = scale * apart(on_span(own, means), on_span(means, means))
    np.testing.assert_allclose(apart(ends, starts), expected, atol=4e-3)
    assert not len(compose(imported, replace(view, show_means=False)).trails)
    assert not len(compose(imported, replace(view, split="")).trails)
    hidden = compose(imported, replace(view, hidden=(0,)))
    assert len(hidden.trails) == len(lines) * (K - 1) // K


def test_between_epochs_and_in_all_layers_and_shadows(trained):
    for view in (
        View(0.5, split="test"),
        View(1, classes=(0, 1, 2, 3), split="classes_7_8_9"),
        View(1, split="rotated_40", pinned=(0, 3), hovered=1),
    ):
        picture = compose_layers(trained, view, 2.0)
        assert all(np.isfinite(p.scene.samples.positions).all() for p in picture.panels)
        assert len({len(p.scene.samples) for p in picture.panels}) == 1


def test_samples_of_unknown_classes_have_hues_of_their_own(trained):
    view = View(2, classes=(0, 1, 2, 3), split="classes_7_8_9", hidden=(0,))
    run, scene, theme = trained.drawn_of(view.split), compose(trained, view), THEMES["light"]
    assert len(scene.samples) == len(run.probe.labels), "hiding a class hides none of them"
    own = run.probe.labels[scene.sample_ids]
    expected = [rgb(class_color(trained.manifest.classes + k, theme)) for k in own]
    np.testing.assert_allclose(scene.samples.colors[:, :3], expected, atol=1e-6)
    said = [e.text for e in legend_entries([scene], trained, view, theme) if e.is_class]
    assert said == ["class: Sneaker", "Bag", "Ankle boot"]
    assert column_in_view(trained, view).words == ("Sneaker", "Bag", "Ankle boot")
    assert "right" not in sample_columns(run)
    assert "losses" not in sample_columns(run)
    facts = sample_facts(run, 2, -1, 0)
    assert facts.class_names[facts.label] == "Sneaker"
    assert facts.is_right is None
    assert facts.predicted < trained.manifest.classes
    assert facts.image is not None
    assert not len(scene.trails), "their means are none of the network's classes"


def test_columns_go_with_the_split(trained, imported):
    titles = sample_columns(trained.drawn_of("rotated_40"))
    assert titles["own-fine-class"] == "fine class"
    held_out, turned = (trained.drawn_of(split).probe for split in ("test", "rotated_40"))
    np.testing.assert_array_equal(held_out.labels, turned.labels)
    np.testing.assert_array_equal(held_out.columns[0].values, turned.columns[0].values)
    assert (held_out.images != turned.images).any()
    train, test = imported.probe.columns[0], imported.probe.others["test"].columns[0]
    assert train.words == test.words == tuple(f"w{k}" for k in range(7)), "of the same colours"
    assert len(test.values) == len(imported.probe.others["test"].labels)
    table = table_of_samples(imported.drawn_of("test"), 1, [0]).splitlines()
    assert table[0].startswith("sample,split,")
    assert table[1].startswith("0,held-out samples,")


def test_what_the_network_says_of_them(trained):
    run = trained.drawn_of("test")
    snapshot, whole = run.snapshot(2), trained.snapshot(2)
    labels, predicted = run.probe.labels, snapshot.probe("predicted")
    # All held-out images are drawn here, so the shares are those that were measured.
    assert len(labels) <= whole.counts(0, "test").sum()
    confidence, losses = map(snapshot.probe_numbers, ("confidence", "losses"))
    sure = predicted == labels
    np.testing.assert_allclose(losses[sure], -np.log(confidence[sure]), rtol=1e-5)
    loaded = whole.load()
    np.testing.assert_array_equal(loaded.others["test"].predicted, predicted)
    for layer in range(len(trained.manifest.layers)):
        own = snapshot.drawn_means(layer)
        np.testing.assert_array_equal(loaded.layers[layer].positions.others["test"].means, own)
        assert own.shape == snapshot.positions(layer).means.shape
        assert whole.drawn_means(layer) is None


def test_all_further_samples_are_no_more_than_those_of_the_training(trained):
    counts = {split: len(probe.labels) for split, probe in trained.probe.others.items()}
    assert set(counts) == {"test", "rotated_40", "classes_7_8_9"}
    assert sum(counts.values()) <= len(trained.probe.labels)


@given(
    st.dictionaries(
        st.sampled_from(["train", "test", "a", "b"]),
        st.lists(st.integers(0, 6), max_size=40),
        min_size=1,
    ),
    st.integers(1, 60),
)
@settings(max_examples=60)
def test_as_many_of_each_class_as_can_be(labels, most):
    arrays = {split: np.array(each, dtype=np.int64) for split, each in labels.items()}
    drawn = drawn_beside(arrays, most)
    assert "train" not in drawn
    assert sum(map(len, drawn.values())) <= most
    for split, rows in drawn.items():
        assert (np.diff(rows) > 0).all()
        of, left = arrays[split][rows], np.delete(arrays[split], rows)
        counts, rest = np.bincount(of, minlength=7), np.bincount(left, minlength=7)
        for k in np.flatnonzero(rest):  # a class of which some are left out has its share
            assert counts[k] >= counts.max() - 1
            assert set(np.flatnonzero(arrays[split] == k)[: counts[k]]) <= set(rows)


def test_a_run_without_such_samples_shows_those_of_the_training_and_says_so(small_run):
    run = Run(small_run.path)
    assert run.drawn_of("test") is run
    assert run.drawn_of("nonsense") is run
    explorer = Explorer()
    explorer.open(small_run.path)
    before = explorer.scene_in(explorer.view)
    explorer.set_view(replace(explorer.view, split="test"))
    sentence = "Numbers of the held-out samples, of which this run keeps none to draw (the training"
    assert explorer.caption().startswith(f"{sentence} samples are seen): D = ")
    after = explorer.scene_in(explorer.view)
    np.testing.assert_array_equal(before.samples.positions, after.samples.positions)


def test_the_caption_says_of_whom_its_numbers_are(trained):
    explorer = Explorer()
    explorer.open(trained.path)
    explorer.player.seek(explorer.player.last)
    explorer.advance(0.0)
    for split, begins, has in (
        ("test", "Held-out samples in the projection of the training means: D = ", "wrongly"),
        ("rotated_40", "Turned by 40° in the projection", "(training samples: "),
        ("classes_7_8_9", "Classes 7 8 9, unknown to the network, in the", "of their own classes"),
    ):
        explorer.set_view(replace(explorer.view, split=split))
        assert explorer.caption().startswith(begins)
        assert has in explorer.caption()
        assert ("NC5 = " in explorer.caption()) == split.startswith("classes")
    place = LayerAt(trained, trained.epochs[-1], len(trained.manifest.layers) - 1, split)
    unlike = f"NC5 = {three_digits(NC5.at(place)[0])} and NECO = "
    assert f"{unlike}{three_digits(NECO.at(place)[0])}; of their own" in explorer.caption()
    explorer.set_view(replace(explorer.view, layer=1))
    assert "NC5 = " in explorer.caption()
    assert "NECO" not in explorer.caption()  # which is of the last layer


def test_numbers_beside_the_layers_are_of_the_samples_that_are_seen(trained):
    for split in ("", "test", "classes_7_8_9"):
        picture = compose_layers(trained, View(2, split=split), 2.0)
        expected = numbers_of_layers(fuzziness_by_layer(trained, 2, split or "train"))
        assert tuple(panel.numbers for panel in picture.panels) == expected
    explorer = Explorer()
    explorer.open(trained.path)
    explorer.set_view(replace(explorer.view, split="test"))
    assert explorer.caption_of_depth().startswith("Held-out samples. Separation fuzziness D: ")


def test_very_many_words_are_counted_where_none_can_be_named():
    words = tuple(f"w{k}" for k in range(30))
    column = SampleColumn("street", np.arange(30), words)
    theme = THEMES["light"]
    said = colors_in_words(column, theme, "hues", np.arange(25))
    assert said == [("25 different", theme.quiet)]
    assert len(colors_in_words(column, theme, "hues", np.arange(20))) == 20


def test_keys_and_emphasis_know_their_classes(trained):
    view = View(2, classes=(0, 1, 2, 3), split="classes_7_8_9")
    scene = compose(trained, view)
    spots = [spot for spot in spots_of(scene, trained, view) if spot.kind == SAMPLES]
    assert len(spots) == len(scene.samples)
    faded = emphasized(scene, trained, view, (1,))
    assert (faded.samples.colors != scene.samples.colors).any()


def test_a_view_as_text_names_the_split():
    view = View(split="rotated_40")
    assert view_to_text(view) == "ncviz:v1 split=rotated_40"
    assert text_to_view(view_to_text(view)) == view
    assert text_to_view("ncviz:v1 split=train") == View()
    with pytest.raises(UserError, match="the name of a split"):
        text_to_view("ncviz:v1 split=<b>")


def test_a_growing_run_and_its_columns_are_taken_up_by_what_shows_a_split(imported):
    run = Run(imported.path)
    seen = run.drawn_of("test")
    assert run.drawn_of("test") is seen
    assert seen.whole is run
    assert seen.drawn_of("") is run
    run.epochs = run.epochs[:1]
    assert run.refresh()
    assert seen.epochs == run.epochs
    run.read_columns()
    assert seen.probe is run.probe.others["test"]


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("test.labels", np.array([0, 99], np.int32)),
        ("test.labels", np.array([[0]], np.int32)),
        ("test.images", np.zeros((3, 2, 2), np.uint8)),
    ],
    ids=["class", "shape", "images"],
)
def test_damaged_samples_of_a_split_are_one_sentence(imported, tmp_path, name, array):
    path = tmp_path / "probe.safetensors"
    arrays = safetensors.numpy.load_file(imported.path / "probe.safetensors")
    safetensors.numpy.save_file({**arrays, name: array}, path)
    (tmp_path / "manifest.json").write_bytes((imported.path / "manifest.json").read_bytes())
    (tmp_path / "snapshots").symlink_to(imported.path / "snapshots")
    with pytest.raises(UserError, match="damaged"):
        Run(tmp_path)


def test_a_snapshot_that_lacks_them_is_one_sentence(imported, tmp_path):
    folder = tmp_path / "snapshots"
    folder.mkdir()
    for path in (imported.path / "snapshots").iterdir():
        arrays = safetensors.numpy.load_file(path)
        with safetensors.safe_open(path, "np") as file:
            metadata = file.metadata()
        kept = {name: a for name, a in arrays.items() if ".positions.probe.test" not in name}
        safetensors.numpy.save_file(kept, folder / path.name, metadata)
    for name in ("manifest.json", "probe.safetensors"):
        (tmp_path / name).write_bytes((imported.path / name).read_bytes())
    run = Run(tmp_path)
    compose(run, View(1, classes=FOUR))
    with pytest.raises(UserError, match=r"lacks the array 0.positions.probe.test"):
        compose(run, View(1, classes=FOUR, split="test"))


def test_a_layer_in_its_own_space_shows_them_as_they_lie(tmp_path):
    rng = np.random.default_rng(3)
    means = 3 * rng.normal(size=(5, 2))
    labels, own = np.repeat(np.arange(5), 8), np.repeat(np.arange(5), 4)
    x, z = (means[y] + rng.normal(size=(len(y), 2)) for y in (labels, own))
    np.savez(tmp_path / "f.npz", x_train=x, y_train=labels, x_test=z, y_test=own)
    import_features(tmp_path / "f.npz", tmp_path / "run", probe_per_class=8)
    run = Run(tmp_path / "run")
    view = View(0, classes=(0, 1, 2, 3, 4), show_etf=False, show_classifier=False)
    there, seen = compose(run, view), compose(run, replace(view, split="test"))
    np.testing.assert_array_equal(there.balls.positions, seen.balls.positions)
    middle = np.stack([x[labels == k].mean(axis=0) for k in range(5)])
    scale = apart(there.balls.positions, there.balls.positions).sum() / apart(middle, middle).sum()
    assert len(seen.samples) == len(z)
    found = apart(seen.samples.positions, seen.balls.positions)
    np.testing.assert_allclose(found, scale * apart(z, middle), atol=4e-3)
    ends = seen.trails.ends[-5:]
    theirs = np.stack([z[own == k].mean(axis=0) for k in range(5)])
    np.testing.assert_allclose(
        apart(ends, seen.balls.positions), scale * apart(theirs, middle), atol=4e-3
    )


def test_columns_are_added_to_the_split_that_a_table_is_of(imported, tmp_path):
    path = tmp_path / "run"
    shutil.copytree(imported.path, path)
    run, table = Run(path), tmp_path / "t.csv"
    held_out = run.drawn_of("test")
    of_test = table_of_samples(held_out, 1, range(4)).splitlines()
    of_train = table_of_samples(run, 1, range(3)).splitlines()
    assert of_train[0].startswith("sample,snapshot")
    lines = [f"{row},held-out samples,v{row}" for row in range(4)]
    lines += [f"{row},train,u{row}" for row in range(3)]
    table.write_text("sample,split,mark\n" + "\n".join(lines))
    add_columns(path, table)
    run.read_columns()
    here, there = (each.probe.columns[-1] for each in (run, held_out))
    assert here.words == there.words
    assert [there.words[k] for k in there.values[:5]] == ["v0", "v1", "v2", "v3", "unknown"]
    assert [here.words[k] for k in here.values[:4]] == ["u0", "u1", "u2", "unknown"]
    # What the window saves of held-out samples comes back to these, and to no others.
    table.write_text("\n".join([f"{of_test[0]},again", *(f"{line},x" for line in of_test[1:])]))
    add_columns(path, table)
    run.read_columns()
    assert "again" not in {column.title for column in run.probe.columns}
    assert held_out.probe.columns[-1].title == "again"
    table.write_text("n\n" + "1.5\n" * len(held_out.probe.labels))
    assert main(["columns", str(path), "add", str(table), "--split", "test"]) == 0
    run.read_columns()
    assert held_out.probe.columns[-1].title == "n"
    with pytest.raises(UserError, match="no row of a split that this run has samples of"):
        add_columns(path, table, "rotated_40")
    remove_column(path, "mark")
    run.read_columns()
    titles = {c.title for each in (run, held_out) for c in each.probe.columns}
    assert "mark" not in titles
    assert "again" in titles


def test_a_picture_of_some_classes_says_of_how_many(trained):
    of_all = trained.manifest.classes
    (entry,) = part_of_classes(trained, [View(classes=(0, 1))])
    assert (entry.text, entry.color) == (f"2 of {of_all} classes", "")
    assert not part_of_classes(trained, [View(classes=tuple(range(of_all)))])
