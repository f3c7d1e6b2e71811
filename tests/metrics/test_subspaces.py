"""NRC1 and NRC3 against covariances and principal angles by themselves."""

import math

import numpy as np
import pytest
from scipy.linalg import subspace_angles

from ncviz.geometry.subspaces import alignment, basis
from ncviz.metrics.layer_at import LayerAt
from ncviz.metrics.metric import metrics
from ncviz.runs.import_features import import_features
from ncviz.runs.run import Run

NRC1, NRC3 = metrics()["nrc1"], metrics()["nrc3"]


@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 2])
def test_two_planes_that_share_a_line(angle):
    one = np.array([[1.0, 0, 0], [0, 2, 0], [1, 1, 0]])
    other = np.array([[5.0, 0, 0], [0, 3 * math.cos(angle), 3 * math.sin(angle)]])
    assert alignment(one, other) == pytest.approx((1 + math.cos(angle)) / 2)


def test_a_line_in_a_plane_is_half_of_it_and_nothing_has_no_span():
    plane, line = np.eye(4)[:2], np.array([[1.0, 1, 0, 0]])
    assert alignment(plane, line) == pytest.approx(0.5)
    assert math.isnan(alignment(plane, np.zeros((3, 4))))
    assert basis(np.zeros((2, 3))).shape == (0, 3)
    assert basis(np.array([[1.0, 0], [1, 1e-5]])).shape == (1, 2)


@pytest.mark.parametrize("counts", [(9, 9, 9), (12, 7, 3)])
def test_nrc1_is_that_of_the_whole_covariance(tmp_path, counts):
    rng = np.random.default_rng(3)
    y = np.repeat(np.arange(3), counts)
    x = rng.normal(size=(3, 6))[y] * 2 + rng.normal(size=(len(y), 6)) * np.arange(1, 7)
    np.savez(tmp_path / "f.npz", features=x, labels=y)
    import_features(tmp_path / "f.npz", tmp_path / "run", probe_per_class=50)
    run = Run(tmp_path / "run")
    x = x.astype(np.float32).astype(np.float64)
    means = np.array([x[y == k].mean(axis=0) for k in range(3)])
    frame, _ = np.linalg.qr((means[1:] - means[0]).T)
    covariance = sum(np.outer(h, h) for h in x - x.mean(axis=0)) / len(x)
    expected = 1 - np.trace(frame.T @ covariance @ frame) / np.trace(covariance)
    value, why = NRC1.at(LayerAt(run, run.epochs[0], 0, "train"))
    assert value == pytest.approx(expected, rel=1e-3)
    assert why == ""
    assert f"{100 * expected:.0f}"[0] in NRC1.notion.sentence(value)


def test_nrc3_is_the_mean_cosine_of_principal_angles(small_run):
    run, epoch = Run(small_run.path), 5
    x, y = small_run.features[epoch, 2, "train"], small_run.labels["train"]
    means = np.array([x[y == k].mean(axis=0) for k in range(5)])
    rows = small_run.snapshots[epoch].classifier.weight
    spans = [(v - v.mean(axis=0))[1:].T for v in (means, rows)]
    expected = np.cos(subspace_angles(*spans)).mean()
    assert NRC3.at(LayerAt(run, epoch, 2, "train"))[0] == pytest.approx(expected, abs=1e-6)
    assert "classifier" in NRC3.at(LayerAt(run, epoch, 1, "train"))[1]


def test_where_there_is_no_room_beside_the_classes_they_say_so(tmp_path, small_run):
    y = np.repeat(np.arange(4), 5)
    x = np.random.default_rng(0).normal(size=(20, 3))
    np.savez(tmp_path / "f.npz", features=x, labels=y)
    import_features(tmp_path / "f.npz", tmp_path / "run")
    run = Run(tmp_path / "run")
    assert "span all of the layer" in NRC1.at(LayerAt(run, run.epochs[0], 0, "train"))[1]
    held_out = LayerAt(Run(small_run.path), 5, 2, "test")
    assert "training samples alone" in NRC1.at(held_out)[1]
    assert 0 <= NRC3.at(held_out)[0] <= 1
