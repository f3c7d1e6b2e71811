"""Each declared number of a run against the raw features that the run was made from."""

import json
import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from ncviz.charts.applies import has_square_loss, has_test, has_weights
from ncviz.concepts import CONCEPTS
from ncviz.errors import UserError
from ncviz.formulas import FORMULAS
from ncviz.geometry.statistics import class_statistics
from ncviz.geometry.weight_size import WeightSize
from ncviz.metrics import layer_at
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.measures import measure_layer, measure_run
from ncviz.metrics.metric import LAST, LAYER, NETWORK, metrics
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.probe import Probe
from ncviz.runs.run import Run
from ncviz.runs.snapshot import (
    Classifier,
    LayerSnapshot,
    NearestMeans,
    Snapshot,
    layer_positions,
    to_bytes,
)
from ncviz.runs.writer import RunWriter
from ncviz.theory.softmax_codes import gnc1, gnc2, gnc3
from ncviz.values_in_words import Facts


@pytest.fixture(scope="module")
def crowded_run(make_run, tmp_path_factory):
    """6 classes in 3 dimensions: no simplex ETF fits, and class means span the layer."""
    path = tmp_path_factory.mktemp("runs") / "crowded"
    return make_run(path, counts=(8,) * 6, epochs=(0, 1), widths=(7, 3))


def chosen(made, per_class=4):
    labels = made.labels["train"]
    return np.concatenate([np.flatnonzero(labels == k)[:per_class] for k in np.unique(labels)])


def values(run, epoch, layer, split="train"):
    return measure_layer(run, epoch, layer, split, metrics().values())


@pytest.mark.parametrize("which", ["small_run", "imbalanced_run", "crowded_run"])
def test_numbers_follow_from_the_raw_features(which, request):
    made = request.getfixturevalue(which)
    run, epoch = Run(made.path), made.epochs[-1]
    for layer in range(len(made.manifest.layers)):
        for split in ("train", "test"):
            x, y = made.features[epoch, layer, split], made.labels[split]
            K = int(y.max()) + 1
            means = np.array([x[y == k].mean(axis=0) for k in range(K)])
            m = means - means.mean(axis=0)
            s = np.linalg.svd(m, compute_uv=False)
            norms = [float(np.linalg.norm(row)) for row in means]
            cosines = [
                float(means[a] @ means[b]) / (norms[a] * norms[b])
                for a, b in permutations(range(K), 2)
            ]
            within = sum(float((h - means[k]) @ (h - means[k])) for h, k in zip(x, y, strict=True))
            gram = means @ means.T
            expected = {
                "trace_ratio": within / len(x) / np.mean((m**2).sum(axis=1)),
                "discrimination": 1 - max(cosines),
                "rank_means": float((s > 1e-3 * s[0]).sum()),
                "participation_means": s.sum() ** 2 / (s**2).sum(),
                "stable_rank_means": (s**2).sum() / s[0] ** 2,
                "orthogonal_distance_means": np.linalg.norm(
                    gram / np.linalg.norm(gram) - np.eye(K) / math.sqrt(K)
                ),
                "feature_norm": math.sqrt(np.mean([float(h @ h) for h in x])),
                "mean_norm": np.mean(np.linalg.norm(m, axis=1)),
            }
            found = values(run, epoch, layer, split)
            for name, value in expected.items():
                assert found[name] == pytest.approx(value, rel=1e-6, abs=1e-9), (name, layer, split)


def test_numbers_of_the_last_layer_follow_from_the_classifier(small_run):
    run, epoch = Run(small_run.path), 5
    x, y = small_run.features[epoch, 2, "train"], small_run.labels["train"]
    means = np.array([x[y == k].mean(axis=0) for k in range(5)])
    m = means - means.mean(axis=0)
    W, b = (getattr(small_run.snapshots[epoch].classifier, n) for n in ("weight", "bias"))
    pairs = [w @ c / (np.linalg.norm(w) * np.linalg.norm(c)) for w, c in zip(W, m, strict=True)]
    middle = W @ means.mean(axis=0) + b
    lead = [
        (W @ means[k] + b)[k] - max((W @ means[k] + b)[j] for j in range(5) if j != k)
        for k in range(5)
    ]
    expected = {
        "nc0": np.linalg.norm(sum(W)),
        "nc0_share": np.linalg.norm(sum(W)) / (math.sqrt(5) * np.linalg.norm(W)),
        "unc3": np.var(pairs),
        "uneven_logits": np.linalg.norm(middle - middle.mean()),
        "classifier_norm": math.sqrt(sum(float(w @ w) for w in W)),
        "margin_means": min(lead),
    }
    found = values(run, epoch, 2)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-5, abs=1e-7), name
        assert values(run, epoch, 1)[name] is None


@pytest.mark.parametrize("which", ["small_run", "imbalanced_run"])
def test_the_law_of_each_class_is_that_of_the_class_that_fits_worst(which, request):
    made = request.getfixturevalue(which)
    run, epoch = Run(made.path), made.epochs[-1]
    for split in ("train", "test"):
        y, table = made.labels[split], []
        for layer in range(3):
            x = made.features[epoch, layer, split]
            means = np.array([x[y == k].mean(axis=0) for k in range(5)])
            m = means[y] - x.mean(axis=0)
            apart = np.linalg.pinv(m.T @ m / len(x), rcond=1e-9)
            spread = [x[y == k] - means[k] for k in range(5)]
            table.append([np.mean([h @ apart @ h for h in rows]) for rows in spread])
        fits = [np.corrcoef(range(3), np.log(column))[0, 1] for column in np.transpose(table)]
        found = metrics()["worst_class_r"].at(LayerAt(run, epoch, 2, split))[0]
        assert found == pytest.approx(max(fits), abs=1e-6)


@pytest.mark.parametrize("which", ["small_run", "imbalanced_run"])
def test_the_nearest_class_mean_of_each_layer_is_that_of_the_drawn_samples(which, request):
    made = request.getfixturevalue(which)
    run, y = Run(made.path), made.labels["train"]
    counts, drawn = np.bincount(y), chosen(made)
    for epoch in made.epochs[:2]:
        for layer in range(3):
            x = made.features[epoch, layer, "train"]
            means = np.array([x[y == k].mean(axis=0) for k in range(5)])
            nearest = [int(np.argmin([np.linalg.norm(h - c) for c in means])) for h in x[drawn]]
            predicted = made.snapshots[epoch].predicted
            share = counts[y[drawn]] / len(y) / 4  # four of each class are drawn
            wrong = sum(w for w, n, k in zip(share, nearest, y[drawn], strict=True) if n != k)
            other = sum(w for w, n, p in zip(share, nearest, predicted, strict=True) if n != p)
            found = values(run, epoch, layer)
            assert found["nearest_mean_error"] == pytest.approx(wrong, abs=1e-12)
            assert found["nearest_mean_disagreement"] == pytest.approx(other, abs=1e-12)


def test_margins_and_gnc_of_a_layer_that_the_means_span(crowded_run):
    run, epoch = Run(crowded_run.path), 1
    x, y = crowded_run.features[epoch, 1, "train"], crowded_run.labels["train"]
    drawn, classifier = chosen(crowded_run), crowded_run.snapshots[epoch].classifier
    place = LayerAt(run, epoch, 1, "train")
    assert place.drawn_features == pytest.approx(x[drawn], abs=5e-3)  # half precision
    z = x[drawn] @ classifier.weight.T + classifier.bias
    lead = [
        row[k] - max(row[j] for j in range(6) if j != k) for row, k in zip(z, y[drawn], strict=True)
    ]
    found = values(run, epoch, 1)
    assert found["margin_least"] == pytest.approx(min(lead), abs=0.02)
    assert found["margin_5_percent"] == pytest.approx(sorted(lead)[1], abs=0.02)
    means = class_statistics(x, y, 6).centered_means
    assert found["gnc1"] == pytest.approx(gnc1(x[drawn], y[drawn], 6), rel=0.02)
    assert found["gnc2"] == pytest.approx(gnc2(classifier.weight), rel=1e-9)
    assert found["gnc3"] == pytest.approx(gnc3(classifier.weight, means), rel=1e-5)


def test_errors_of_groups_are_means_over_classes(imbalanced_run):
    run, epoch = Run(imbalanced_run.path), 0
    snapshot, y = (
        imbalanced_run.snapshots[epoch],
        imbalanced_run.labels["train"][chosen(imbalanced_run)],
    )
    of_class = [float(np.mean(snapshot.predicted[y == k] != k)) for k in range(5)]
    found = values(run, epoch, 2)
    assert found["majority_error"] == pytest.approx(np.mean(of_class[:2]))
    assert found["minority_error"] == pytest.approx(np.mean(of_class[2:]))
    assert found["worst_class_error"] == pytest.approx(max(of_class))
    few = snapshot.classifier.weight[2:]
    unit = few / np.linalg.norm(few, axis=1, keepdims=True)
    pairs = [unit[i] @ unit[j] for i, j in ((0, 1), (0, 2), (1, 2))]
    assert found["minority_cosine"] == pytest.approx(np.mean(pairs))
    assert values(run, epoch, 1)["minority_cosine"] is None


def test_what_was_recorded_of_all_samples_goes_before_the_drawn_ones(growing_run, tmp_path):
    writer = RunWriter(tmp_path / "run", growing_run.manifest, growing_run.probe)
    recorded = {
        "margin_least_test": -1.5,
        "margin_5_percent_test": 2.0,
    }
    snapshot = growing_run.snapshots[0]
    errors = {"test": np.array([0.5, np.nan, 0.25])}
    scalars = {**snapshot.scalars, **recorded}
    counts = snapshot.layers[1].statistics["test"].counts
    nearest = {"test": NearestMeans(counts // 2, counts // 4)}
    layers = (
        snapshot.layers[0],
        replace(snapshot.layers[1], nearest=nearest),
        *snapshot.layers[2:],
    )
    writer.write(replace(snapshot, layers=layers, scalars=scalars, class_errors=errors))
    run = Run(tmp_path / "run")
    found = values(run, 0, 1, "test")
    names = "margin_least", "margin_5_percent"
    assert [found[name] for name in names] == list(recorded.values())
    assert found["nearest_mean_error"] == pytest.approx((counts // 2).sum() / counts.sum())
    assert found["nearest_mean_disagreement"] == pytest.approx((counts // 4).sum() / counts.sum())
    assert found["worst_class_error"] == 0.5
    loaded = run.snapshot(0).load().class_errors
    assert np.array_equal(loaded["test"], errors["test"], equal_nan=True)


def test_every_number_without_a_value_says_why_in_a_sentence(
    small_run, imbalanced_run, crowded_run
):
    for made in (small_run, imbalanced_run, crowded_run):
        run = Run(made.path)
        for layer in range(len(made.manifest.layers)):
            for split in ("train", "test"):
                _explained(values(run, made.epochs[0], layer, split), layer, run)
        assert all(
            sentence.endswith(".") and sentence[0].isupper()
            for sentences in measure_run(run)["absent"].values()
            for sentence in sentences
        )


def _explained(found, layer, run):
    last = layer == len(run.manifest.layers) - 1
    for name, metric in metrics().items():
        if metric.scope != LAST or last:
            assert (found[name] is None) == (name in found.absent), name
        else:
            assert found[name] is None
            assert name not in found.absent


def write_run(path, features, labels, classes, classifier=None, predicted=None):
    """Write a run of one layer, whose samples are all drawn."""
    statistics = class_statistics(features, labels, classes)
    layer = LayerSnapshot({"train": statistics}, layer_positions(statistics.means, features))
    names = tuple(f"class {k}" for k in range(classes))
    manifest = Manifest("odd", names, (RecordedLayer("input", features.shape[1]),))
    writer = RunWriter(path, manifest, Probe(labels))
    writer.write(Snapshot(0, (layer,), {}, classifier, predicted))
    return Run(path)


ODD = {
    "two classes": (np.array([[1.0, 0], [2, 0], [0, 1], [0, 3]]), [0, 0, 1, 1], 2),
    "features of zero": (np.zeros((4, 3)), [0, 0, 1, 1], 2),
    "equal means": (np.array([[1.0], [-1], [1], [-1]]), [0, 0, 1, 1], 2),
    "one sample a class": (np.eye(3), [0, 1, 2], 3),
    "a class without samples": (np.arange(8.0).reshape(4, 2) ** 2, [0, 0, 2, 2], 3),
    "one class with samples": (np.eye(2), [0, 0], 2),
    "points": (np.repeat(np.eye(3), 2, axis=0), [0, 0, 1, 1, 2, 2], 3),
}


@pytest.mark.parametrize("which", ODD)
@pytest.mark.parametrize("head", ["none", "zero", "rows"])
def test_odd_data_give_a_number_or_a_sentence(which, head, tmp_path):
    features, labels, classes = ODD[which]
    d = features.shape[1]
    rows = {"zero": np.zeros((classes, d)), "rows": np.eye(classes, d) + 0.1}.get(head)
    classifier = None if rows is None else Classifier(rows)
    predicted = None if rows is None else np.array(labels)
    run = write_run(tmp_path / "run", features, np.array(labels), classes, classifier, predicted)
    _explained(values(run, 0, 0), 0, run)
    measured = measure_run(run)
    assert json.loads(json.dumps(measured, allow_nan=False)) == measured
    assert json.dumps(measured).count("nan") == 0


def test_a_wide_layer_that_keeps_its_means_about_their_middle_says_so(growing_run, tmp_path):
    layers = (RecordedLayer("input", 9000), growing_run.manifest.layers[1])
    manifest = replace(growing_run.manifest, layers=layers)
    writer = RunWriter(tmp_path / "run", manifest, growing_run.probe)
    writer.write(growing_run.snapshots[0])
    found = values(Run(tmp_path / "run"), 0, 0)
    for name in ("discrimination", "orthogonal_distance_means", "feature_norm"):
        assert "about their middle" in found.absent[name]
    assert found["trace_ratio"] is not None


def test_many_classes_are_measured_within_bounds(tmp_path):
    """Of a thousand classes nothing takes longer than a matrix of all cosines does."""
    rng = np.random.default_rng(0)
    K, d = 400, 40
    labels = np.repeat(np.arange(K), 2)
    features = rng.normal(size=(K, d))[labels] + 0.1 * rng.normal(size=(2 * K, d))
    run = write_run(
        tmp_path / "run", features, labels, K, Classifier(rng.normal(size=(K, d))), labels
    )
    found = values(run, 0, 0)
    assert found["seli_distance_means"] == pytest.approx(found["etf_distance_means"], rel=1e-9)
    assert "400 classes" in found.absent["gnc2"]
    assert found["gnc3"] is not None
    assert found["linear_probe_error"] is not None


def test_hidden_weights_are_told_of_runs_that_have_them(make_run, tmp_path):
    """Of every split alike; a run without them, a zero and a matrix too large say so."""
    made = make_run(tmp_path / "without", epochs=(0,))
    snapshot, sizes = made.snapshots[0], (None, WeightSize(0.0, math.nan), WeightSize(7.0))
    layers = [replace(layer, weight=w) for layer, w in zip(snapshot.layers, sizes, strict=True)]
    writer = RunWriter(tmp_path / "with", made.manifest, made.probe)
    writer.write(replace(snapshot, layers=tuple(layers)))
    run = Run(tmp_path / "with")
    assert str([run.snapshot(0).weight_size(t) for t in range(3)]) == str([*sizes])
    assert str([layer.weight for layer in run.snapshot(0).load().layers]) == str([*sizes])
    assert has_weights(run)
    assert not has_weights(Run(made.path))
    reasons = ["earlier versions", "weight is 0", "at most 1,024"]
    for split in ("train", "test"):
        for layer, (size, reason) in enumerate(zip(sizes, reasons, strict=True)):
            found = values(run, 0, layer, split)
            assert found["weight_norm"] == (None if size is None else size.norm)
            assert reason in found.absent["stable_rank_weights"]
            assert "earlier versions" in values(Run(made.path), 0, layer).absent["weight_norm"]


@pytest.mark.parametrize("damage", ["a length below 0", "all of the file"])
def test_a_snapshot_that_is_damaged_hides_no_plot(damage, make_run, tmp_path):
    """Menus and the search ask which plots apply; the plot then says what is damaged."""
    made = make_run(tmp_path / "run", epochs=(0,))
    path = tmp_path / "run" / "snapshots" / "000000.safetensors"
    layers = tuple(replace(e, weight=WeightSize(-1.0)) for e in made.snapshots[0].layers)
    whole = to_bytes(replace(made.snapshots[0], layers=layers))
    path.write_bytes(whole if damage.startswith("a length") else whole[:100])
    run = Run(tmp_path / "run")
    for applies in (has_weights, has_test, has_square_loss):
        assert applies(run) in (True, False)
    assert has_weights(run)
    with pytest.raises(UserError, match=r"000000\.safetensors"):
        run.snapshot(0).weight_size(0)


def test_the_catalogue_is_whole():
    for name, metric in metrics().items():
        assert metric.name == name
        assert metric.scope in (LAYER, LAST, NETWORK)
        assert CONCEPTS[metric.key] is metric.notion
        assert FORMULAS[metric.notion.formula] is metric.formula
        assert metric.notion.say is not None
        assert metric.needs
    orders = [metric.order for metric in metrics().values()]
    assert len(set(orders)) == len(orders), "columns have one order"


@pytest.mark.parametrize(
    ("name", "value", "facts", "said"),
    [
        ("nc2_equiangular_means", 0.0, Facts(classes=2), "opposite directions: this is 0 by"),
        ("nc2_equiangular_classifier", 0.57, Facts(2, what="classifiers"), "misses −1 by 0.57"),
        ("nc2_equinorm_means", 1e-16, Facts(2), "have the same length"),
        ("rank_means", 1.0, Facts(2), "in 1 dimension;"),
        ("stable_rank_means", 1.01, Facts(2), "as a single axis would"),
        ("discrimination", 4e-5, Facts(10), "0.51° apart"),
        ("weight_norm", 0.0, Facts(), "It is 0 long."),
        ("stable_rank_weights", 1.0, Facts(), "along a single axis."),
        ("gnc3", 1e-4, Facts(10), "misses 1 by 1.0·10⁻⁴"),
        ("uniformity", math.nan, Facts(2), "three class means"),
    ],
)
def test_sentences_are_true_at_the_edges(name, value, facts, said):
    assert said in metrics()[name].notion.sentence(value, facts)


def test_of_one_layer_nothing_is_said_of_all_layers_together(tmp_path):
    labels = np.repeat([0, 1], 4)
    features = np.eye(2)[labels] + 0.1 * np.random.default_rng(0).normal(size=(8, 2))
    run = write_run(tmp_path / "run", features, labels, 2)
    absent = measure_run(run)["absent"]
    assert absent["overall_separation"] == absent["separation_sensitivity"]
    assert absent["overall_separation"] == absent["worst_class_r"]
    assert "one layer" in absent["overall_separation"][0]


def test_all_pairs_of_samples_and_classes_are_taken_once(crowded_run, monkeypatch):
    taken = []

    def counted(function):
        def count(*given):
            taken.append(function.__name__)
            return function(*given)

        return count

    for function in (layer_at.nearest_class_means, layer_at.margins_of):
        monkeypatch.setattr(layer_at, function.__name__, counted(function))
    names = "nearest_mean_error", "nearest_mean_disagreement", "margin_least", "margin_5_percent"
    measure_layer(Run(crowded_run.path), 1, 1, "train", [metrics()[name] for name in names])
    assert sorted(taken) == ["margins_of", "nearest_class_means"]
