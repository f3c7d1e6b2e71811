import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ncviz.arrays import stored
from ncviz.arrays.files import open_arrays
from ncviz.arrays.series import FeatureSeries
from ncviz.errors import UserError, reason
from ncviz.geometry.collapse import nc1, nc4
from ncviz.geometry.separation import separation_fuzziness
from ncviz.geometry.statistics import class_statistics
from ncviz.metrics.measures import measure_run
from ncviz.runs import manifest as manifest_module
from ncviz.runs.import_features import import_features, read_features
from ncviz.runs.run import Run
from ncviz.runs.writer import RunWriter
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View

Y = np.repeat([7, 3, 30], [5, 6, 4])
WHOLE = np.searchsorted([3, 7, 30], Y)


def read(path):
    return read_features(open_arrays(path))


def cloud(*shape, seed=0):
    rng = np.random.default_rng(seed)
    means = rng.normal(size=(3, shape[-1]))
    return 2 * means[WHOLE] + rng.normal(size=shape)


@pytest.fixture
def saved(tmp_path):
    """Return what saves arrays and gives the path."""

    def save(**arrays):
        path = tmp_path / "features.npz"
        np.savez(path, **{name.replace("__", "."): a for name, a in arrays.items()})
        return path

    return save


def test_the_numbers_are_those_of_the_arrays(saved, tmp_path):
    x = {"conv 1": cloud(2, 15, 6), "head": cloud(2, 15, 4, seed=1)}
    w = np.random.default_rng(2).normal(size=(2, 3, 4))
    b = np.random.default_rng(3).normal(size=3)
    path = saved(
        **{f"layer.{name}": a for name, a in x.items()},
        labels=Y,
        classifier=w,
        bias=b,
        epochs=np.array([0, 40]),
    )
    import_features(path, tmp_path / "run")
    run = Run(tmp_path / "run")
    assert run.epochs == (0, 40)
    assert run.missing_epochs == ()
    assert run.manifest.title == "features"
    assert run.manifest.class_names == ("3", "7", "30")
    assert run.manifest.train_counts == (6, 5, 4)
    assert [(layer.name, layer.width) for layer in run.manifest.layers] == [
        ("conv 1", 6),
        ("head", 4),
    ]
    for record in measure_run(run)["layers"]:
        index = (0, 40).index(record["epoch"])
        features = x[record["layer"]][index]
        statistics = class_statistics(features, WHOLE, 3)
        fuzziness = separation_fuzziness(statistics)
        assert record["separation_fuzziness"] == pytest.approx(fuzziness, rel=1e-12)
        assert record["nc1"] == pytest.approx(nc1(statistics), rel=1e-12)
        if record["layer"] == "head":
            predicted = (features @ w[index].T + b).argmax(axis=1)
            gaps = np.linalg.norm(features[:, None] - statistics.means[None], axis=2)
            assert record["nc4"] == pytest.approx(nc4(predicted, gaps.argmin(axis=1)))
            error = run.snapshot(record["epoch"]).scalars["train_error"]
            assert error == pytest.approx((predicted != WHOLE).mean())
            nearest = run.snapshot(record["epoch"]).probe("nearest")
            np.testing.assert_array_equal(nearest, gaps.argmin(axis=1))
    assert len(compose(run, View(epoch=20)).samples) == 15
    assert run.probe.labels.tolist() == WHOLE.tolist()


def test_one_array_of_one_epoch_will_do(saved, tmp_path):
    import_features(saved(features=cloud(15, 5), labels=Y), tmp_path / "run")
    run = Run(tmp_path / "run")
    assert run.epochs == (0,)
    assert run.manifest.layers[0].name == "features"
    stored = run.snapshot(0)
    assert stored.classifier() is None
    assert stored.scalars.keys() == {"square_loss_within_train", "square_loss_between_train"}
    assert stored.probe("predicted") is None
    assert measure_run(run)["layers"][0]["nc4"] is None


def of_moments(values, name, shuffled):
    """Return arrays of moments 0 and 40 under names that say so, the later first if shuffled."""
    named = {f"epoch_{epoch}/{name}": v for epoch, v in zip((0, 40), values, strict=True)}
    return dict(reversed(named.items())) if shuffled else named


@pytest.mark.parametrize("shuffled", [False, True])
def test_what_names_give_for_each_moment_is_of_that_moment(saved, tmp_path, shuffled):
    x, rng = cloud(2, 15, 4), np.random.default_rng(2)
    w, b, logits = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3)), rng.normal(size=(2, 15, 3))
    loss, rate = np.array([2.5, 0.5]), np.array([0.1, 0.01])
    of_each = {
        "features": x,
        "classifier": w,
        "bias": b,
        "logits": logits,
        "loss": loss,
        "lr": rate,
    }
    named = {k: v for name in of_each for k, v in of_moments(of_each[name], name, shuffled).items()}
    import_features(saved(**named, labels=Y), tmp_path / "named")
    import_features(saved(**of_each, labels=Y, epochs=np.array([0, 40])), tmp_path / "whole")
    found, expected = Run(tmp_path / "named"), Run(tmp_path / "whole")
    assert found.epochs == expected.epochs == (0, 40)
    for epoch in found.epochs:
        one, two = found.snapshot(epoch), expected.snapshot(epoch)
        assert np.array_equal(one.classifier().weight, two.classifier().weight)
        assert np.array_equal(one.classifier().bias, two.classifier().bias)
        assert one.scalars == two.scalars
        assert np.array_equal(one.probe("predicted"), two.probe("predicted"))


@pytest.mark.parametrize("wrong", ["one", "another shape", "words"])
def test_what_is_of_some_moments_is_not_taken_as_that_of_all(saved, tmp_path, wrong):
    w = [np.ones((3, 4)), np.ones((2, 4) if wrong == "another shape" else (3, 4))]
    if wrong == "words":
        w[0] = w[0].astype(str)
    named = of_moments(cloud(2, 15, 4), "features", False) | of_moments(w, "classifier", False)
    if wrong == "one":
        del named["epoch_0/classifier"]
    told = import_features(saved(**named, labels=Y), tmp_path / "run")
    assert Run(tmp_path / "run").snapshot(40).classifier() is None
    assert "epoch_40/classifier: left, it is not there in one shape for each of 2 moments" in told


@pytest.mark.parametrize("kind", ["f2", ">f4", "f8", "i4", "u1"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_any_real_numbers_in_any_order(saved, kind, order):
    x = np.asarray(np.abs(10 * cloud(15, 5)).round(), dtype=kind, order=order)
    read = read_features(open_arrays(saved(features=x, labels=Y))).features
    (found,) = read.train.layers["features"]
    np.testing.assert_array_equal(found, x)


def test_compressed_files_and_whole_floats_as_labels(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, features=cloud(15, 5), labels=Y.astype(float), note="ignored")
    found = read_features(open_arrays(path)).features
    assert found.class_names == ("3", "7", "30")
    assert found.train.labels.tolist() == WHOLE.tolist()


def test_so_many_samples_of_each_class_are_drawn(saved, tmp_path):
    path = saved(features=cloud(15, 5), labels=Y)
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        import_features(path, tmp_path / name, probe_per_class=2, seed=seed)
    drawn = {name: Run(tmp_path / name) for name in "abc"}
    assert np.bincount(drawn["a"].probe.labels).tolist() == [2, 2, 2]
    positions = {name: run.snapshot(0).positions(0).probe for name, run in drawn.items()}
    np.testing.assert_array_equal(positions["a"], positions["b"])
    assert not np.array_equal(positions["a"], positions["c"])


X = cloud(15, 5)
REFUSED = {
    "no array 'features'": {"labels": Y},
    "no array 'labels'": {"features": X},
    "is 15×5 complex128: give N×d or E×N×d": {"features": X * 1j, "labels": Y},
    "cannot be taken as features: it is empty (15×0": {
        "features": X[:, :0],
        "labels": Y,
    },
    "'layer.b' is 9×5 float64: give one label": {"layer__a": X, "layer__b": X[:9], "labels": Y},
    "has 14 labels, and 'features' is 15×5": {"features": X, "labels": Y[:-1]},
    "one class only": {"features": X, "labels": np.ones(15, int)},
    "must be whole numbers or names": {"features": X, "labels": Y + 0.5},
    "are fractions or too large": {"features": X, "labels": np.where(Y == 3, 1e300, 0.0)},
    "'classifier' has shape (3, 4): give 3×5": {
        "features": X,
        "labels": Y,
        "classifier": np.ones((3, 4)),
    },
    "'bias' has shape (2,): give 3": {
        "features": X,
        "labels": Y,
        "classifier": np.ones((3, 5)),
        "bias": np.ones(2),
    },
    "a bias but no classifier": {"features": X, "labels": Y, "bias": np.ones(3)},
    "'epochs' must hold 1": {"features": X, "labels": Y, "epochs": np.array([0, 1])},
    "must hold 2 ascending": {
        "features": np.stack([X, X]),
        "labels": Y,
        "epochs": np.array([5, 5]),
    },
    "ascending numbers from 0": {"features": X, "labels": Y, "epochs": np.array([-1])},
    "beyond 999,999,999": {"features": X, "labels": Y, "epochs": np.array([10**9])},
    "all samples of 'features' hold NaN": {"features": X + np.inf, "labels": Y},
    "'features' cannot be taken as features: it holds Python objects": {
        "features": X.astype(object),
        "labels": Y,
    },
    "its layers have different numbers of epochs: 1 and 2": {
        "layer__a": X,
        "layer__b": np.stack([X, X]),
        "labels": Y,
    },
}


@pytest.mark.parametrize("words", list(REFUSED))
def test_what_does_not_fit_is_told_and_leaves_no_run(saved, tmp_path, refuses, words):
    path = saved(**REFUSED[words])
    with refuses(words):
        import_features(path, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_an_array_that_claims_more_than_is_there(tmp_path, refuses):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**12, 10**6)}
    )
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("features.npy", header.getvalue())
    with refuses(path, "claims more than is there"):
        read(path)


def test_an_archive_that_would_unpack_without_end(saved, refuses, monkeypatch):
    monkeypatch.setattr(stored, "MOST_BYTES", 100)
    with refuses("more than 64 GiB"):
        read(saved(features=X, labels=Y))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive" * 99])
def test_what_is_no_archive_is_told(tmp_path, refuses, content):
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with refuses(path, "not a whole npz file" if content else "is empty"):
        read(path)
    with refuses(tmp_path / "nowhere.npz", "No such file"):
        read(tmp_path / "nowhere.npz")
    with refuses(tmp_path / "empty", "is a folder without arrays that are read together"):
        (tmp_path / "empty").mkdir()
        read(tmp_path / "empty")


@pytest.fixture(scope="module", params=["stored", "deflated"])
def archive(request):
    buffer = io.BytesIO()
    save = np.savez if request.param == "stored" else np.savez_compressed
    save(buffer, features=X, labels=Y, classifier=np.ones((3, 5)), epochs=np.array([3]))
    return buffer.getvalue()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 2**31), st.integers(1, 255)), min_size=1))
def test_flipped_bytes_never_crash(tmp_path, archive, flips):
    content = bytearray(archive)
    for place, change in flips:
        content[place % len(content)] ^= change
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    sentence = ""
    try:
        read(path)
    except UserError as error:
        sentence = str(error)
    assert sentence == "" or (str(path) in sentence and sentence.endswith("."))
    assert "\n" not in sentence


def test_the_words_of_a_library_stand_within_a_sentence():
    assert reason(ValueError("two\n  lines.")) == "two lines"
    assert len(reason(ValueError("x" * 10_000))) == 200


def test_one_layer_of_one_epoch_is_in_the_memory_at_a_time(saved, tmp_path):
    rows = np.random.default_rng(0).normal(size=(4000, 250)).astype(np.float32)
    layers = {f"layer.{k}": np.stack([rows, rows]) for k in range(12)}
    path = saved(**layers, labels=np.arange(4000) % 2)
    tracemalloc.start()
    import_features(path, tmp_path / "run")
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 8 * rows.nbytes  # it is measured in double precision


@pytest.mark.parametrize(("layers", "classes", "what"), [(4, 3, "3 layers"), (2, 4, "3 classes")])
def test_what_could_not_be_read_again_is_refused_before_features_are_read(
    saved, tmp_path, monkeypatch, layers, classes, what
):
    monkeypatch.setattr(manifest_module, "MOST_LAYERS", 3)
    monkeypatch.setattr(manifest_module, "MOST_CLASSES", 3)
    monkeypatch.setattr(FeatureSeries, "__iter__", None)
    arrays = {f"layer.{k}": np.eye(8) for k in range(layers)}
    with pytest.raises(UserError, match=f"features.npz: a run has at most {what}, and these are 4"):
        import_features(saved(**arrays, labels=np.arange(8) % classes), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_writer_refuses_what_could_not_be_read_again(small_run, tmp_path, monkeypatch):
    run = Run(small_run.path)
    monkeypatch.setattr(manifest_module, "MOST_CLASSES", 4)
    with pytest.raises(UserError, match="run: a run has at most 4 classes, and these are 5"):
        RunWriter(tmp_path / "run", run.manifest, run.probe)
    assert not (tmp_path / "run").exists()
