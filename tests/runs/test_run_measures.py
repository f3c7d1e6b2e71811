"""Every number that a run is asked for, against the raw features it was made from."""

import json
import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from ncviz.geometry.statistics import class_statistics
from ncviz.metrics.measures import OF_LAYERS, columns, measure_layer, measure_run
from ncviz.metrics.metric import NETWORK
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.measures import (
    fuzziness_by_layer,
    imbalance_ratio,
    law_at,
    minority_cosine,
    terminal_phase,
)
from ncviz.runs.probe import Probe
from ncviz.runs.run import Run
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.runs.writer import RunWriter

LAYER_KEYS = [
    "epoch",
    "layer",
    "split",
    "separation_fuzziness",
    "nc1",
    "nc2_equinorm_means",
    "nc2_equinorm_classifier",
    "nc2_equiangular_means",
    "nc2_equiangular_classifier",
    "nc3",
    "nc4",
    "cdnv",
    *(metric.name for metric in columns(OF_LAYERS) if not metric.core),
]
LAW_KEYS = ["epoch", "split", *(metric.name for metric in columns((NETWORK,)))]


def cosine(a, b):
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def equinorm(rows):
    norms = [np.linalg.norm(row) for row in rows]
    return np.std(norms, ddof=1) / np.mean(norms)


def equiangular(rows):
    K = len(rows)
    return np.mean([abs(cosine(a, b) + 1 / (K - 1)) for a, b in permutations(rows, 2)])


def reference(x, y, classifier=None, train_means=None):
    """Compute a record from raw features by the definitions, in float64."""
    K = int(y.max()) + 1
    means = np.array([x[y == k].mean(axis=0) for k in range(K)])
    shares = np.array([np.mean(y == k) for k in range(K)])
    centered = x - means[y]
    within = centered.T @ centered / len(x)
    m = means - means.mean(axis=0)
    about_samples = means - x.mean(axis=0)

    def trace(between):
        values, vectors = np.linalg.eigh(between)
        rank = min(K - 1, x.shape[1])
        top = vectors[:, -rank:]
        return float(np.trace(within @ (top / values[-rank:]) @ top.T))

    spread = [np.mean(np.sum(centered[y == k] ** 2, axis=1)) for k in range(K)]
    record = {
        "separation_fuzziness": trace((about_samples.T * shares) @ about_samples),
        "nc1": trace(m.T @ m / K) / K,
        "nc2_equinorm_means": equinorm(m),
        "nc2_equiangular_means": equiangular(m),
        "cdnv": np.mean(
            [
                (spread[a] + spread[b]) / (2 * np.sum((means[a] - means[b]) ** 2))
                for a, b in permutations(range(K), 2)
            ]
        ),
        "nc2_equinorm_classifier": None,
        "nc2_equiangular_classifier": None,
        "nc3": None,
        "nc4": None,
    }
    if classifier is not None:
        w = classifier.weight
        difference = w / np.linalg.norm(w) - m / np.linalg.norm(m)
        predicted = np.argmax(x @ w.T + classifier.bias, axis=1)
        nearest = np.argmin(np.linalg.norm(x[:, None] - train_means[None], axis=2), axis=1)
        record |= {
            "nc2_equinorm_classifier": equinorm(w),
            "nc2_equiangular_classifier": equiangular(w),
            "nc3": np.sum(difference**2),
            "nc4": np.mean(predicted != nearest),
        }
    return record


@pytest.mark.parametrize("which", ["small_run", "imbalanced_run"])
def test_every_number_is_that_of_the_raw_features(which, request):
    made = request.getfixturevalue(which)
    records = measure_run(Run(made.path))["layers"]
    assert len(records) == len(made.epochs) * 3 * 2
    names = ["input", "layer 1", "layer 2"]
    for record in records:
        epoch, layer, split = record["epoch"], names.index(record["layer"]), record["split"]
        on_train = made.features[epoch, layer, "train"], made.labels["train"]
        train_means = np.array([on_train[0][on_train[1] == k].mean(axis=0) for k in range(5)])
        expected = reference(
            made.features[epoch, layer, split],
            made.labels[split],
            made.snapshots[epoch].classifier if layer == 2 else None,
            train_means,
        )
        for name, value in expected.items():
            if value is None:
                assert record[name] is None, name
            else:
                # The means are kept in single precision.
                assert record[name] == pytest.approx(value, rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize("which", ["small_run", "imbalanced_run"])
def test_the_law_is_the_fit_to_the_raw_fuzziness(which, request):
    made = request.getfixturevalue(which)
    laws = measure_run(Run(made.path))["law"]
    assert [(law["epoch"], law["split"]) for law in laws] == [
        (epoch, split) for epoch in made.epochs for split in ("train", "test")
    ]
    for law in laws:
        logs = [
            math.log(
                reference(made.features[law["epoch"], t, law["split"]], made.labels[law["split"]])[
                    "separation_fuzziness"
                ]
            )
            for t in range(3)
        ]
        slope = (logs[2] - logs[0]) / 2  # least squares on three equidistant points
        assert law["rho"] == pytest.approx(math.exp(slope), rel=1e-8)
        r = np.corrcoef([1, 2, 3], logs)[0, 1]
        assert law["pearson_r"] == pytest.approx(r, rel=1e-8, abs=1e-9)
        if slope < 0:
            assert law["half_life"] == pytest.approx(math.log(2) / -slope, rel=1e-8)
        else:
            assert law["half_life"] is None
    assert {law["half_life"] is None for law in laws} >= {False}


def test_the_small_run_does_collapse(small_run):
    """What the other rooms' tests rely on."""
    run = Run(small_run.path)
    first, last = (measure_layer(run, epoch, 2, "train") for epoch in (0, 20))
    assert last["nc1"] < 0.05 * first["nc1"]
    assert last["cdnv"] < 0.05 * first["cdnv"]
    assert law_at(run, 20).decay_ratio < 0.5
    assert run.snapshot(20).scalars["train_error"] == 0


def test_the_json_schema(small_run):
    measured = measure_run(Run(small_run.path))
    assert list(measured) == ["layers", "law", "absent"]
    for record in measured["layers"]:
        assert list(record) == LAYER_KEYS
    for law in measured["law"]:
        assert list(law) == LAW_KEYS
    text = json.dumps(measured, allow_nan=False)
    assert json.loads(text) == measured
    for record in measured["layers"]:
        assert type(record["epoch"]) is int
        assert type(record["layer"]) is str
        assert record["split"] in ("train", "test")
        for name in LAYER_KEYS[3:]:
            assert record[name] is None or type(record[name]) is float
        last = record["layer"] == "layer 2"
        for name in ("nc2_equinorm_classifier", "nc2_equiangular_classifier", "nc3", "nc4"):
            assert (record[name] is not None) == last


def test_one_epoch_or_one_layer_alone(small_run):
    run = Run(small_run.path)
    whole = measure_run(run)
    at_five = measure_run(run, epoch=5)
    assert at_five["layers"] == [r for r in whole["layers"] if r["epoch"] == 5]
    assert at_five["law"] == [r for r in whole["law"] if r["epoch"] == 5]
    for layer in ("layer 1", "1"):
        one = measure_run(run, layer=layer)
        assert one["layers"] == [r for r in whole["layers"] if r["layer"] == "layer 1"]
        assert one["law"] == whole["law"]  # a law needs all layers
    assert len(measure_run(run, 20, "input")["layers"]) == 2


def test_an_epoch_or_layer_that_is_not_there(small_run, refuses):
    run = Run(small_run.path)
    with refuses("Epoch 4 was not recorded", "nearest one is 5"):
        measure_run(run, epoch=4)
    with refuses("Epoch 99", "nearest one is 20"):
        measure_run(run, epoch=99)
    for layer in ("layer 9", "3", "-1", "", "²", "٣"):
        with refuses(f"no layer {layer!r}", "input, layer 1, layer 2"):
            measure_run(run, layer=layer)


def test_a_layer_that_is_named_like_a_number(make_run, tmp_path):
    make_run(tmp_path / "run", counts=(4, 4), epochs=(0, 1), widths=(3, 3))
    path = tmp_path / "run" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace("layer 1", "0"), encoding="utf-8")
    records = measure_run(Run(tmp_path / "run"), 0, "0")["layers"]
    assert {record["layer"] for record in records} == {"0"}


def test_a_split_that_was_not_recorded(make_run, tmp_path):
    made = make_run(tmp_path / "first", counts=(4, 4), epochs=(0, 1), widths=(3, 3))
    writer = RunWriter(tmp_path / "run", made.manifest, made.probe)
    for snapshot in made.snapshots.values():
        layers = tuple(
            LayerSnapshot({"train": layer.statistics["train"]}, layer.positions)
            for layer in snapshot.layers
        )
        writer.write(replace(snapshot, layers=layers))
    run = Run(tmp_path / "run")
    assert measure_layer(run, 1, 0, "test") is None
    assert np.isnan(fuzziness_by_layer(run, 1, "test")).all()
    assert math.isnan(law_at(run, 1, "test").decay_ratio)
    measured = measure_run(run)
    assert {r["split"] for r in measured["layers"]} == {"train"}
    assert {r["split"] for r in measured["law"]} == {"train"}


def test_what_cannot_be_measured_is_null(tmp_path):
    # Two classes with one mean: D is infinite, angles are undefined.
    x = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
    statistics = class_statistics(x, np.array([0, 0, 1, 1]), 2)
    layer = LayerSnapshot({"train": statistics}, layer_positions(statistics.means, x))
    manifest = Manifest("t", ("a", "b"), (RecordedLayer("input", 2),))
    writer = RunWriter(tmp_path / "run", manifest, Probe(np.array([0, 0, 1, 1])))
    writer.write(Snapshot(0, (layer,), {"nc4_train": math.nan}, Classifier(np.eye(2))))
    run = Run(tmp_path / "run")
    assert fuzziness_by_layer(run, 0) == [math.inf]
    measured = measure_run(run)
    (record,) = measured["layers"]
    assert record["nc2_equinorm_classifier"] == 0.0
    assert record["nc2_equiangular_classifier"] == 1.0  # orthogonal where −1 is ideal
    for name in ("separation_fuzziness", "nc1", "nc2_equiangular_means", "nc3", "nc4", "cdnv"):
        assert record[name] is None
    (law,) = measured["law"]
    assert [law[name] for name in LAW_KEYS[2:]] == [None] * len(LAW_KEYS[2:])
    assert "coincide" in measured["absent"]["nc1"][0]


def test_self_duality_needs_a_mean_for_every_row(tmp_path):
    x = np.array([[-1.0, 0.0], [-1.0, 0.5], [1.0, -1.0], [1.0, 1.0]])
    statistics = class_statistics(x, np.array([0, 0, 2, 2]), 3)
    layer = LayerSnapshot({"train": statistics}, layer_positions(statistics.means, x))
    manifest = Manifest("t", ("a", "b", "c"), (RecordedLayer("input", 2),))
    writer = RunWriter(tmp_path / "run", manifest, Probe(np.array([0, 0, 2, 2])))
    writer.write(Snapshot(0, (layer,), {}, Classifier(np.ones((3, 2)))))
    (record,) = measure_run(Run(tmp_path / "run"))["layers"]
    assert record["nc3"] is None
    assert record["nc1"] is not None
    assert record["nc4"] is None


@pytest.mark.parametrize(
    ("errors", "start"),
    [
        ([0.5, 0.1, 0.0, 0.0], 10),
        ([0.5, 0.0, 0.1, 0.0], 20),
        ([0.0, 0.0, 0.0, 0.0], 0),
        ([0.0, 0.0, 0.0, 0.1], None),
        ([0.5, 0.4, 0.3, math.nan], None),
        ([math.nan, math.nan, 0.0, 0.0], 10),
    ],
)
def test_the_terminal_phase_is_where_the_error_stays_zero(errors, start):
    assert terminal_phase([0, 1, 10, 20], errors) == start


def test_the_terminal_phase_of_nothing():
    assert terminal_phase([], []) is None


def test_the_minority_cosine_by_brute_force(imbalanced_run):
    run = Run(imbalanced_run.path)
    for epoch in imbalanced_run.epochs:
        rows = imbalanced_run.snapshots[epoch].classifier.weight[2:]
        pairs = [cosine(a, b) for a, b in permutations(rows, 2)]
        assert len(pairs) == 6
        assert minority_cosine(run, epoch) == pytest.approx(np.mean(pairs), rel=1e-6)
    assert imbalance_ratio(run) == 4.0


def test_a_balanced_run_has_no_minority(small_run):
    run = Run(small_run.path)
    assert minority_cosine(run, 20) is None
    assert imbalance_ratio(run) == 1.0


def test_one_minority_class_has_no_sibling(make_run, tmp_path):
    make_run(tmp_path / "run", counts=(8, 8, 4), epochs=(0,), widths=(4,))
    run = Run(tmp_path / "run")
    assert minority_cosine(run, 0) is None
    assert imbalance_ratio(run) == 2.0


def test_a_run_of_unknown_class_sizes_counts_as_balanced(growing_run):
    path = growing_run.path / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    for counts in ([], [3, 0, 0]):
        path.write_text(json.dumps(values | {"train_counts": counts}), encoding="utf-8")
        assert imbalance_ratio(Run(growing_run.path)) == 1.0
