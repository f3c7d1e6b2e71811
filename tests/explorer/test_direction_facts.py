import math

import numpy as np
import pytest

from ncviz.explorer.direction_facts import direction_facts
from ncviz.explorer.emphasis import owners_of_balls
from ncviz.runs.run import Run
from ncviz.scenes.compose import compose
from ncviz.scenes.view import View


def cosine(first, second):
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def test_a_class_mean_is_measured_against_the_others(small_run):
    run = Run(small_run.path)
    facts = direction_facts(run, 9.6, -1, "means", 2)
    snapshot = run.snapshot(10)
    means = snapshot.statistics(len(run.manifest.layers) - 1, "train").centered_means
    assert facts.moment == "epoch 10", "of the recorded epoch that is nearest"
    assert facts.norm == pytest.approx(np.linalg.norm(means[2]))
    lengths = np.linalg.norm(means, axis=1)
    assert facts.relative_norm == pytest.approx(lengths[2] / lengths.mean())
    others = {k: cosine(means[2], means[k]) for k in range(len(means)) if k != 2}
    assert facts.nearest == max(others, key=others.get)
    assert math.cos(math.radians(facts.angle)) == pytest.approx(max(others.values()))
    assert math.cos(math.radians(facts.ideal_angle)) == pytest.approx(-1 / (len(means) - 1))
    row = snapshot.classifier().weight[2]
    assert facts.alignment == pytest.approx(cosine(means[2], row))
    assert direction_facts(run, 10, -1, "classifier", 2).norm == pytest.approx(np.linalg.norm(row))


@pytest.mark.parametrize("shown", [(), (0, 1, 3), (1, 2)])
def test_how_much_of_a_row_lies_in_the_picture(small_run, shown):
    run = Run(small_run.path)
    snapshot, chosen = run.snapshot(10), list(shown or range(run.manifest.classes))
    means = snapshot.statistics(len(run.manifest.layers) - 1, "train").means[chosen]
    rows = snapshot.classifier().weight[chosen]
    rows, means = rows - rows.mean(axis=0), means - means.mean(axis=0)
    fit = np.linalg.lstsq(means.T, rows[1], rcond=None)[0] @ means
    facts = direction_facts(run, 10, -1, "classifier", chosen[1], shown)
    expected = np.linalg.norm(fit) / np.linalg.norm(rows[1])
    assert facts.in_picture == pytest.approx(expected, rel=1e-6)
    assert 0 < facts.in_picture < 1
    assert math.isnan(direction_facts(run, 10, -1, "means", 1, shown).in_picture)


def test_only_the_last_layer_has_a_classifier_to_align_with(small_run):
    assert math.isnan(direction_facts(Run(small_run.path), 10, 0, "means", 1).alignment)


@pytest.mark.parametrize("etf", [True, False])
@pytest.mark.parametrize("means", [True, False])
def test_each_ball_has_its_owner(small_run, etf, means):
    run = Run(small_run.path)
    view = View(layer=2, classes=(0, 1, 3), hidden=(1,), show_etf=etf, show_means=means)
    scene = compose(run, view)
    owners = owners_of_balls(scene, view, run)
    assert len(owners) == len(scene.balls)
    vertices = [None] * 3 if etf else []
    ours = [("means", 0), ("means", 3)] if means else []
    assert owners == [*vertices, *ours, ("classifier", 0), ("classifier", 3)]
