"""A smaller copy of a run: what it keeps, and that its numbers are those of the whole."""

import numpy as np
import pytest

from ncviz.runs import thinning
from ncviz.runs.run import Run
from ncviz.runs.thinning import thin_run


@pytest.fixture
def thin(small_run, tmp_path):
    whole = Run(small_run.path)
    thin_run(whole, tmp_path / "thin", epochs=whole.epochs[-1:], per_class=1)
    return whole, Run(tmp_path / "thin")


def test_few_samples_and_epochs_are_left_and_nothing_is_missing(thin):
    whole, few = thin
    assert few.epochs == whole.epochs[-1:]
    assert few.missing_epochs == ()
    assert list(few.probe.labels) == list(dict.fromkeys(whole.probe.labels))
    assert few.manifest.recipe == whole.manifest.recipe


def test_each_sample_stands_where_it_stood(thin):
    whole, few = thin
    first = [list(whole.probe.labels).index(label) for label in few.probe.labels]
    epoch = few.epochs[-1]
    for layer in range(len(whole.manifest.layers)):
        before = whole.snapshot(epoch).positions(layer).probe[first]
        assert np.array_equal(few.snapshot(epoch).positions(layer).probe, before)
    assert np.array_equal(few.probe.images, whole.probe.images[first])
    answers = [run.snapshot(epoch).probe("predicted") for run in (whole, few)]
    assert np.array_equal(answers[1], answers[0][first])


def test_statistics_are_those_of_the_whole_and_exact_at_the_last_layer(thin):
    whole, few = thin
    epoch, last = few.epochs[-1], len(whole.manifest.layers) - 1
    for layer in range(last + 1):
        a, b = (run.snapshot(epoch).statistics(layer, "train") for run in (whole, few))
        np.testing.assert_allclose(b.means, a.means, rtol=0 if layer == last else 1e-6, atol=1e-6)
        assert np.array_equal(a.within_variance, b.within_variance)
        assert np.array_equal(a.class_fuzziness, b.class_fuzziness)


def test_wide_layers_keep_their_lengths_and_angles(small_run, tmp_path, monkeypatch):
    monkeypatch.setattr(thinning, "WIDE", 2)
    whole = Run(small_run.path)
    thin_run(whole, tmp_path / "thin", epochs=whole.epochs, per_class=2)
    few, epoch = Run(tmp_path / "thin"), whole.epochs[-1]
    last = len(whole.manifest.layers) - 1
    for layer in range(last + 1):
        grams = []
        for run in (whole, few):
            means = run.snapshot(epoch).statistics(layer, "train").means
            centred = means - means.mean(axis=0)
            grams.append(centred @ centred.T)
        np.testing.assert_allclose(grams[1], grams[0], atol=1e-5 * np.abs(grams[0]).max())
    narrow = few.snapshot(epoch).statistics(1, "train").means
    assert narrow.shape[1] < whole.manifest.layers[1].width
