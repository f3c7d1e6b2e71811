from dataclasses import fields, replace

import numpy as np
import pytest

from ncviz.errors import UserError
from ncviz.geometry.collapse import nc3
from ncviz.metrics.measures import measure_run
from ncviz.models.descent_run import PROBE_PER_CLASS, model_title, record_model
from ncviz.runs import writer as writer_module
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View
from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import UnconstrainedFeatures

MODEL = UnconstrainedFeatures(classes=3, dimension=4, samples=(5, 4, 70), bias=True, seed=2)
STEPS = (0, 2, 30)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "run"
    record_model(MODEL, path, STEPS)
    return Run(path)


def test_a_model_becomes_a_run_like_any(recorded):
    manifest = recorded.manifest
    assert recorded.epochs == manifest.recorded == STEPS
    assert (manifest.state, manifest.epochs) == ("finished", 30)
    assert manifest.train_counts == (5, 4, 70)
    assert manifest.recipe["model"] == "unconstrained_features"
    assert manifest.recipe["seed"] == 2
    assert np.bincount(recorded.probe.labels).tolist() == [5, 4, PROBE_PER_CLASS]
    assert len(compose(recorded, View(epoch=10)).balls) == 9
    assert len(measure_run(recorded)["layers"]) == 3


def test_models_are_told_apart_by_their_titles():
    plain = "Unconstrained features · 4 classes in 8 dimensions · cross-entropy"
    assert model_title(UnconstrainedFeatures()) == plain
    assert model_title(MODEL) == (
        "Unconstrained features · 3 classes in 4 dimensions · cross-entropy · "
        "70 to 4 samples a class · bias · seed 2"
    )
    other = {
        "classes": 5, "dimension": 9, "samples": 7, "loss": "squared_error", "smoothing": 0.2,
        "focusing": 3.0, "target": 2.0, "lambda_w": 1e-2, "lambda_h": 1e-4, "lambda_b": 0.1,
        "bias": True, "classifier": "simplex_etf", "spherical": True, "rectified": True,
        "temperature": 0.5, "method": "gradient_flow", "learning_rate": 1.0, "momentum": 0.5,
        "seed": 9,
    }  # fmt: skip
    assert set(other) == {field.name for field in fields(UnconstrainedFeatures)}
    # Some go together only; a title asks for no check.
    titles = set()
    for name, value in other.items():
        parameters = UnconstrainedFeatures()
        object.__setattr__(parameters, name, value)
        titles.add(model_title(parameters))
    assert len(titles | {plain}) == len(other) + 1


def test_every_step_is_that_of_the_model(recorded):
    labels = np.repeat([0, 1, 2], [5, 4, 70])
    records = {r["step"]: r for r in measure_run(recorded)["layers"]}
    for state in simulate(MODEL, STEPS):
        snapshot = recorded.snapshot(state.step)
        np.testing.assert_allclose(snapshot.classifier().weight, state.W, rtol=1e-6)
        assert snapshot.scalars["train_loss"] == state.loss
        logits = state.H @ state.W.T + state.b
        error = float(np.mean(logits.argmax(axis=1) != labels))
        assert snapshot.scalars["train_error"] == error
        means = np.array([state.H[labels == k].mean(axis=0) for k in range(3)])
        expected = nc3(state.W, means - means.mean(axis=0))
        assert records[state.step]["nc3"] == pytest.approx(expected, rel=1e-5)


def test_a_model_that_diverges_keeps_what_was_recorded(tmp_path):
    wild = replace(MODEL, loss="squared_error", learning_rate=1e6)
    with pytest.raises(UserError) as caught:
        record_model(wild, tmp_path / "run", (0, 5000))
    run = Run(tmp_path / "run")
    assert run.epochs == (0,)
    assert run.manifest.state == "failed"
    assert run.manifest.message == str(caught.value)


def test_a_disk_that_takes_nothing_keeps_nothing(tmp_path, monkeypatch):
    real = writer_module.write_atomically

    def full(path, content, **options):
        if path.suffix == ".safetensors" and path.parent.name == "snapshots":
            raise UserError(f"{path} cannot be written: No space left on device.")
        real(path, content, **options)

    monkeypatch.setattr(writer_module, "write_atomically", full)
    with pytest.raises(UserError, match="No space left"):
        record_model(MODEL, tmp_path / "run", STEPS)
    assert list(tmp_path.iterdir()) == []
