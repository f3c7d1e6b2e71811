"""LE-SDE of recorded runs: what was put in comes back, and what is missing is said."""

import numpy as np
import pytest
from elastic_run import euler, write_run

from ncviz.charts.elasticity import GROWTH, IMITATION, STRENGTHS
from ncviz.charts.known_elasticity import has_elasticity
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.counting import Counting
from ncviz.metrics.elasticity import OF_TRAINING, elasticity_of, steps_of, training_number
from ncviz.metrics.layer_at import AbsentError, LayerAt
from ncviz.metrics.mean_logits import error_of_separation, mean_logits
from ncviz.metrics.metric import metrics
from ncviz.runs.manifest import RecordedLayer
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.theory.le_sde import ElasticModel, elastic_directions

STEPS = (0, 1, 2, 5, 10, 20, 30, 50, 70, 100)
SMALL = 1e-3  # of a step, so that Euler's is nearly the equation


@pytest.fixture(scope="module", params=["I", "L"])
def known(request, tmp_path_factory):
    model = ElasticModel(3, 30 * SMALL, -0.3, 0.0, request.param)
    logits = dict(enumerate(euler(model, STEPS[-1])))
    path = tmp_path_factory.mktemp("runs") / "euler"
    return model, logits, Run(write_run(path, logits, STEPS))


def exact(model, step):
    """A and B of Euler's steps of constant strengths: sums of logarithms."""
    K, alpha, beta = model.classes, model.alpha, model.ratio * model.alpha
    u = K * step * np.log1p((alpha - beta) / K)
    other = alpha + (K - 1) * beta if model.kind == "I" else alpha + beta / (K - 1)
    v = K * step * np.log1p(other / K)
    if model.kind == "I":
        return (v + (K - 1) * u) / K, (v - u) / K
    return (u + (K - 1) * v) / K, (v - u) * (K - 1) / K


def test_a_run_of_known_strengths_tells_them(known):
    model, logits, run = known
    found, unit = elasticity_of((run,), "train")
    assert unit == "step"
    np.testing.assert_allclose(found.logits, [logits[step] for step in STEPS], atol=1e-9)
    strengths = found.of_i if model.kind == "I" else found.of_l
    A, B = exact(model, STEPS[-1])
    assert strengths.A[-1] == pytest.approx(A, abs=1e-5)
    assert strengths.B[-1] == pytest.approx(B, abs=1e-5)
    per_step = exact(model, 1.0)
    np.testing.assert_allclose(strengths.alpha, per_step[0], atol=1e-5)
    np.testing.assert_allclose(strengths.beta, per_step[1], atol=1e-5)
    assert per_step[0] == pytest.approx(model.alpha, rel=0.03)


def test_time_is_in_steps_and_not_in_epochs(tmp_path):
    model = ElasticModel(3, 30 * SMALL, -0.3, 0.0)
    steps = euler(model, 120)
    # 12 samples, 5 a batch, so 3 steps an epoch; recorded unevenly.
    epochs = (0, 1, 2, 4, 8, 16, 24, 32, 40)
    logits = {epoch: steps[3 * epoch] for epoch in epochs}
    made = write_run(
        tmp_path / "run", logits, epochs, counting=Counting(), recipe={"batch_size": 5}
    )
    found, unit = elasticity_of((Run(made),), "train")
    assert unit == "step"
    assert found.times.tolist() == [3 * epoch for epoch in epochs]
    np.testing.assert_allclose(found.of_l.alpha, exact(model, 1.0)[0], atol=1e-5)


@pytest.mark.parametrize(
    ("recipe", "counts", "each"),
    [
        ({"batch_size": 1}, (4, 4, 4), 12),
        ({"batch_size": 5}, (4, 4, 3), 2),  # the last one joins the batch before it
        ({"batch_size": 12}, (4, 4, 4), 1),
        ({"batch_size": 128}, (4, 4, 4), 1),
        ({"batch_size": 5, "oversampling": 3}, (4, 4, 4), None),
        ({"batch_size": "x"}, (4, 4, 4), None),
        ({}, (4, 4, 4), None),
        ({"batch_size": 5}, (), None),
    ],
)
def test_how_many_steps_an_epoch_has(tmp_path, recipe, counts, each):
    logits = dict.fromkeys((0, 2), elastic_directions(3))
    made = write_run(
        tmp_path / "r", logits, (0, 2), counting=Counting(), recipe=recipe, train_counts=counts
    )
    times, unit = steps_of(Run(made), (0, 2))
    assert (times[1], unit) == ((2, "epoch") if each is None else (2 * each, "step"))


def test_the_steps_are_those_of_the_training():
    torch = pytest.importorskip("torch")
    from ncviz.metrics.elasticity import _steps_an_epoch
    from ncviz.training.recipe_samples import batches

    class Of:
        def __init__(self, count, size):
            self.manifest = self
            self.train_counts, self.recipe = (count,), {"batch_size": size}

    for count in (1, 2, 3, 7, 8, 9, 10, 11, 12):
        for size in (1, 2, 3, 5, 12):
            assert _steps_an_epoch(Of(count, size)) == len(batches(torch.arange(count), size))


def test_trials_are_averaged_and_their_spread_is_the_error(tmp_path):
    rng, runs = np.random.default_rng(0), []
    model = ElasticModel(3, 30 * SMALL, -0.3, 0.0)
    steps = euler(model, STEPS[-1])
    for trial in range(3):
        logits = {step: steps[step] + 0.01 * rng.normal(size=(3, 3)) for step in STEPS}
        numbers = STEPS if trial else STEPS[:-1]  # one was stopped
        runs.append(Run(write_run(tmp_path / str(trial), logits, numbers)))
    found, _ = elasticity_of(runs, "train")
    assert found.times.tolist() == list(STEPS[:-1])
    every = [elasticity_of((run,), "train")[0].separation[: len(found.times)] for run in runs]
    np.testing.assert_allclose(found.separation, np.mean(every, axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.errors, np.std(every, axis=0, ddof=1) / 3**0.5, rtol=1e-9)


def test_the_error_of_s_is_at_least_that_of_its_samples(tmp_path):
    run = Run(write_run(tmp_path / "r", {0: elastic_directions(4)}, (0,), spread=0.3))
    place = LayerAt(run, 0, 0, "train")
    rng, W = np.random.default_rng(0), place.classifier.weight
    # Four samples a class with spread in one direction at most: drawn again and again.
    v, d = place.statistics.within_variance, elastic_directions(4)
    spread = rng.normal(size=(4000, 4, 4, W.shape[1])) * np.sqrt(v / W.shape[1])[:, None, None]
    S = np.einsum("nkif,jf,kj->nk", spread, W, d) / 4
    assert S.mean(axis=1).std() < error_of_separation(place)


def test_s_and_the_cosine_of_a_simplex_etf(tmp_path):
    run = Run(write_run(tmp_path / "r", {0: 3 * elastic_directions(4) + 2.0}, (0,)))
    place = LayerAt(run, 0, 0, "train")
    assert metrics()["logit_separation"].at(place)[0] == pytest.approx(3.0)
    assert metrics()["logit_alignment"].at(place)[0] == pytest.approx(1.0)


def test_a_last_layer_called_logits_has_them(tmp_path):
    from ncviz.runs.import_features import import_features

    rng, labels = np.random.default_rng(0), np.repeat([0, 1, 2], 5)
    values = elastic_directions(3)[labels] * np.arange(1, 6)[:, None, None]
    values = values + 0.01 * rng.normal(size=values.shape)
    np.savez(tmp_path / "a.npz", logits=values, labels=labels)
    import_features(tmp_path / "a.npz", tmp_path / "run", features=("logits",), labels="labels")
    run = Run(tmp_path / "run")
    assert run.manifest.layers == (RecordedLayer("logits", 3),)
    place = LayerAt(run, run.epochs[-1], 0, "train")
    np.testing.assert_allclose(
        mean_logits(place), [values[-1][labels == k].mean(axis=0) for k in range(3)], atol=1e-6
    )


@pytest.mark.parametrize(
    ("numbers", "more", "words"),
    [
        ((0, 1, 2), {}, "3 recorded moments"),
        (STEPS, {"head": False}, "classifier was not recorded"),
        (STEPS, {"counting": Counting("checkpoint")}, "only the order is known"),
    ],
)
def test_what_a_run_lacks_is_said(tmp_path, numbers, more, words):
    logits = dict.fromkeys(numbers, elastic_directions(3))
    run = Run(write_run(tmp_path / "r", logits, numbers, **more))
    with pytest.raises(AbsentError, match=words):
        elasticity_of((run,), "train")
    assert not has_elasticity(run)
    assert all(np.isnan(training_number(run, name, "train")) for name in OF_TRAINING)


def chart_of(plot, run):
    return plot.chart(Numbers(run), Moment(run, run.epochs[-1], View()))


def test_plots_show_what_was_put_in(known):
    model, _, run = known
    kind = model.kind.lower()
    assert has_elasticity(run)
    A = chart_of(GROWTH, run)
    assert A.curve(f"A_{kind}").values[-1] == pytest.approx(exact(model, STEPS[-1])[0], abs=1e-5)
    alpha = chart_of(STRENGTHS, run).curve(f"alpha_{kind}")
    np.testing.assert_allclose(alpha.values, exact(model, 1.0)[0], atol=1e-5)
    assert "per step" in alpha.meaning
    if model.kind == "L":
        chart = chart_of(IMITATION, run)
        assert chart.readings[0].value == pytest.approx(0, abs=0.01)
        np.testing.assert_allclose(
            chart.curve("ode1").values, chart.curve("x1").values, rtol=0.01, atol=1e-6
        )


def test_the_uncertain_head_is_pale_and_apart(tmp_path):
    model = ElasticModel(3, 60 * SMALL, -0.3, 0.0)
    steps = euler(model, STEPS[-1])
    run = Run(write_run(tmp_path / "r", dict(enumerate(steps)), STEPS, spread=0.01))
    chart = chart_of(GROWTH, run)
    line, head = chart.curve("A_l"), chart.curve("A_l_head")
    first = int(np.flatnonzero(np.isfinite(line.values))[0])
    assert first > 0
    assert head.faint
    assert not line.faint
    assert np.flatnonzero(np.isfinite(head.values)).tolist() == list(range(first + 1))
    assert line.values[first] == head.values[first] == 0


def test_noise_that_never_ends_is_said_in_the_plot(tmp_path):
    logits = dict.fromkeys(STEPS, elastic_directions(3))
    run = Run(write_run(tmp_path / "r", logits, STEPS, spread=50.0))
    for plot in (GROWTH, IMITATION):
        chart = chart_of(plot, run)
        assert "within its noise" in chart.note
        assert "within its noise" in chart.readings[0].meaning
    assert chart_of(GROWTH, run).curve("A_l") is None
    assert chart.curve("ode0") is None
    assert np.isfinite(chart.curve("x0").values).all()


def test_a_run_that_has_just_begun_says_what_it_waits_for(tmp_path):
    logits = dict.fromkeys((0, 1), elastic_directions(3))
    run = Run(write_run(tmp_path / "r", logits, (0, 1), recorded=tuple(range(9)), epochs=8))
    assert has_elasticity(run)
    assert "4 recorded moments" in chart_of(GROWTH, run).nothing
    assert "4 recorded moments" in chart_of(IMITATION, run).nothing


def test_two_classes_have_strengths_and_very_many_a_sentence(tmp_path):
    logits = dict(enumerate(euler(ElasticModel(2, 0.03, -0.3, 0.0), STEPS[-1])))
    two = Run(write_run(tmp_path / "two", logits, STEPS))
    assert chart_of(STRENGTHS, two).curve("alpha_l").values[-1] == pytest.approx(0.03, rel=0.05)
    many = Run(write_run(tmp_path / "many", dict.fromkeys(STEPS, np.eye(101)), STEPS))
    assert not has_elasticity(many)
    assert "100 classes" in chart_of(GROWTH, many).nothing
    with pytest.raises(AbsentError, match="101 classes"):
        elasticity_of((many,), "train")


def test_classes_that_differ_in_size_are_told(tmp_path):
    logits = dict(enumerate(euler(ElasticModel(3, 0.03, -0.3, 0.0), STEPS[-1])))
    run = Run(write_run(tmp_path / "r", logits, STEPS, train_counts=(4, 4, 2)))
    assert "differ in size" in chart_of(GROWTH, run).note
