"""What a run holds is precise enough for every measure, however far the classes collapse."""

import mpmath
import numpy as np
import pytest
import safetensors.numpy
import torch
from torch import nn

from ncviz.geometry.etf import simplex_etf
from ncviz.metrics.measures import measure_layer
from ncviz.models.descent_run import record_model
from ncviz.recording.recorder import Recorder
from ncviz.runs.import_features import import_features
from ncviz.runs.run import Run
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import UnconstrainedFeatures

K, D, EACH = 5, 8, 12


def collapsed(size, seed=0, offset=1.0):
    """Features and classifier that are off an ETF, and off their means, by `size`."""
    rng = np.random.default_rng(seed)
    frame = np.linalg.qr(rng.normal(size=(D, D)))[0][:K]
    labels = np.repeat(np.arange(K), EACH)
    etf = simplex_etf(K) @ frame
    centres = etf + size * rng.normal(size=(K, D)) + offset * rng.normal(size=D)
    features = centres[labels] + size * rng.normal(size=(len(labels), D))
    return features, labels, 0.7 * etf + size * rng.normal(size=(K, D))


def reference(features, labels, classifier):
    """NC2, NC3 and CDNV by their definitions, to forty digits."""
    mpmath.mp.dps = 40
    h = [mpmath.matrix(row.tolist()) for row in features]
    rows = [mpmath.matrix(row.tolist()) for row in classifier]
    of = [[h[i] for i in np.flatnonzero(labels == k)] for k in range(K)]
    means = [sum(part[1:], part[0]) / len(part) for part in of]
    center = sum(means[1:], means[0]) / K
    m = [mean - center for mean in means]
    norms = [mpmath.norm(v) for v in m]
    mean_norm = sum(norms) / K
    equinorm = mpmath.sqrt(sum((x - mean_norm) ** 2 for x in norms) / (K - 1)) / mean_norm
    pairs = [(a, b) for a in range(K) for b in range(K) if a != b]
    cosines = [(m[a].T * m[b])[0] / norms[a] / norms[b] for a, b in pairs]
    equiangular = sum(abs(c + mpmath.mpf(1) / (K - 1)) for c in cosines) / len(pairs)
    w_norm = mpmath.sqrt(sum(mpmath.norm(w) ** 2 for w in rows))
    m_norm = mpmath.sqrt(sum(x**2 for x in norms))
    nc3 = sum(mpmath.norm(w / w_norm - v / m_norm) ** 2 for w, v in zip(rows, m, strict=True))
    spread = [
        sum(mpmath.norm(x - mean) ** 2 for x in part) / len(part)
        for part, mean in zip(of, means, strict=True)
    ]
    cdnv = sum(
        (spread[a] + spread[b]) / 2 / mpmath.norm(means[a] - means[b]) ** 2 for a, b in pairs
    ) / len(pairs)
    return [float(value) for value in (equinorm, equiangular, nc3, cdnv)]


def measures(run, epoch=0):
    found = measure_layer(run, epoch, len(run.manifest.layers) - 1, "train")
    return [found[n] for n in ("nc2_equinorm_means", "nc2_equiangular_means", "nc3", "cdnv")]


@pytest.mark.parametrize("size", [1e-4, 1e-6, 1e-8, 1e-9])
@pytest.mark.parametrize("seed", range(3))
def test_imported_features_are_measured_to_five_digits(tmp_path, size, seed):
    features, labels, classifier = collapsed(size, seed)
    np.savez(tmp_path / "it.npz", features=features, labels=labels, classifier=classifier)
    import_features(tmp_path / "it.npz", tmp_path / "run")
    expected = reference(features, labels, classifier)
    assert measures(Run(tmp_path / "run")) == pytest.approx(expected, rel=1e-5)
    assert 0 < expected[1] < 3 * size


class Passing(nn.Module):
    """Gives its input to a classifier."""

    def __init__(self, classifier):
        super().__init__()
        self.before = nn.Identity()
        self.head = nn.Linear(D, K, bias=False)
        self.head.weight = nn.Parameter(classifier)

    def forward(self, x):
        return self.head(self.before(x))


@pytest.mark.parametrize("size", [1e-4, 1e-6])
def test_a_recorded_network_is_measured_to_five_digits(tmp_path, size):
    features, labels, classifier = collapsed(size)
    x, weight = torch.from_numpy(features).float(), torch.from_numpy(classifier).float()
    y = torch.from_numpy(labels)
    with Recorder(tmp_path / "run", Passing(weight), (x, y), per_class=EACH) as recorder:
        recorder.record(0)
    expected = reference(x.double().numpy(), labels, weight.double().numpy())
    assert measures(Run(tmp_path / "run")) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16], ids=str)
def test_a_network_of_another_precision_is_recorded_with_its_own_rounding(tmp_path, dtype):
    features, labels, classifier = collapsed(1e-2)
    x, weight = torch.from_numpy(features).to(dtype), torch.from_numpy(classifier).to(dtype)
    y, model = torch.from_numpy(labels), Passing(torch.from_numpy(classifier).to(dtype))
    with Recorder(tmp_path / "run", model, (x, y), per_class=EACH) as recorder:
        recorder.record(0)
    run = Run(tmp_path / "run")
    expected = reference(x.double().numpy(), labels, weight.double().numpy())
    assert measures(run) == pytest.approx(expected, rel=1e-5)
    statistics = run.snapshot(0).statistics(1, "train")
    spacing = statistics.rounding / np.linalg.norm(statistics.means, axis=1).max()
    eps = torch.finfo(dtype).eps
    assert eps / 20 < spacing < max(10 * eps, 1e-12)  # sums are of doubles


def test_a_models_descent_is_stored_as_it_was(tmp_path):
    model = UnconstrainedFeatures(classes=4, dimension=6, samples=8)
    record_model(model, tmp_path / "run", [0, 300])
    *_, last = simulate(model, [0, 300])
    snapshot = Run(tmp_path / "run").snapshot(300)
    np.testing.assert_array_equal(snapshot.classifier().weight, last.W)
    means = np.array([last.H[model.labels() == k].mean(axis=0) for k in range(4)])
    found = snapshot.statistics(0, "train").means
    np.testing.assert_allclose(found, means, rtol=1e-13, atol=1e-15)


def test_a_run_with_means_in_single_precision_opens_as_before(tmp_path):
    features, labels, classifier = collapsed(1e-2)
    np.savez(tmp_path / "it.npz", features=features, labels=labels, classifier=classifier)
    import_features(tmp_path / "it.npz", tmp_path / "run")
    before = measures(Run(tmp_path / "run"))
    path = tmp_path / "run" / "snapshots" / "000000.safetensors"
    with safetensors.safe_open(path, framework="np") as file:
        header, old = file.metadata(), {name: file.get_tensor(name) for name in sorted(file.keys())}
    del old["0.train.rounding"]
    for name in ("0.train.means", "classifier.weight"):
        old[name] = old[name].astype(np.float32)
    safetensors.numpy.save_file(old, path, header)
    run = Run(tmp_path / "run")
    assert run.snapshot(0).statistics(0, "train").rounding == 0
    assert measures(run) == pytest.approx(before, rel=1e-4)


def test_weights_of_a_network_take_no_more_room_than_they_need(tmp_path):
    features, labels, classifier = collapsed(1e-2)
    single = classifier.astype(np.float32)
    np.savez(tmp_path / "it.npz", features=features, labels=labels, classifier=single)
    import_features(tmp_path / "it.npz", tmp_path / "run")
    path = tmp_path / "run" / "snapshots" / "000000.safetensors"
    with safetensors.safe_open(path, framework="np") as file:
        assert file.get_tensor("classifier.weight").dtype == np.float32
