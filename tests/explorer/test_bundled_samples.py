"""The runs that ship with ncviz show what their sentences say."""

import numpy as np
import pytest
from PIL import Image

from ncviz.explorer.bundled_samples import SAMPLES, sample
from ncviz.geometry.collapse import cosines
from ncviz.runs.measures import fuzziness_by_layer, imbalance_ratio, law_at
from ncviz.runs.run import Run
from ncviz.scenes.palette import THEMES

MINORITY = range(5, 10)
EXTRA = [item for item in SAMPLES if item.key != "demonstration"]


def minority_cosines(key):
    run = Run(sample(key).path)
    found = cosines(run.snapshot(run.epochs[-1]).classifier().weight[list(MINORITY)])
    return found[~np.eye(len(MINORITY), dtype=bool)]


@pytest.mark.parametrize("item", SAMPLES, ids=lambda item: item.key)
def test_each_sample_is_a_finished_run_with_pictures(item):
    run = Run(item.path)
    assert run.manifest.state == "finished"
    assert not run.missing_epochs
    assert all(0 <= number < run.manifest.classes for number in item.classes)
    assert item.sentence.endswith(".")
    for theme in THEMES:
        path = item.thumbnail(theme)
        assert path.stat().st_size <= 60_000
        with Image.open(path) as picture:
            assert picture.size == (480, 480)
            assert len(np.unique(np.asarray(picture).reshape(-1, 3), axis=0)) > 100


@pytest.mark.parametrize("item", EXTRA, ids=lambda item: item.key)
def test_the_extra_samples_are_small(item):
    size = sum(path.stat().st_size for path in item.path.rglob("*") if path.is_file())
    assert size <= 2_500_000


def test_minority_collapse_shows_in_the_imbalanced_sample_alone():
    imbalanced, balanced = minority_cosines("imbalanced"), minority_cosines("balanced")
    assert imbalanced.mean() > 0.95
    assert imbalanced.min() > 0.85
    assert abs(balanced.mean() + 1 / 9) < 0.03, "near that of a simplex ETF of ten classes"
    assert balanced.max() < 0.3


def test_the_two_differ_in_nothing_but_the_imbalance():
    recipes = [dict(Run(sample(key).path).manifest.recipe) for key in ("imbalanced", "balanced")]
    assert {k for k in recipes[0] if recipes[0][k] != recipes[1][k]} == {"imbalance_ratio"}
    assert imbalance_ratio(Run(sample("imbalanced").path)) == 150
    assert Run(sample("imbalanced").path).epochs == Run(sample("balanced").path).epochs


def test_without_a_nonlinearity_there_is_no_law():
    linear, lawful = Run(sample("linear").path), Run(sample("demonstration").path)
    assert abs(law_at(linear, linear.epochs[-1]).pearson_r) < 0.5
    assert law_at(lawful, lawful.epochs[-1]).pearson_r < -0.98
    fuzziness = fuzziness_by_layer(linear, linear.epochs[-1])
    assert min(fuzziness[1:]) == fuzziness[1], "D stops falling after the first hidden layer"


def test_samples_are_found_by_key():
    assert len({item.key for item in SAMPLES}) == len(SAMPLES)
    for item in SAMPLES:
        assert sample(item.key) is item
        assert not item.beside or sample(item.beside)
    with pytest.raises(KeyError):
        sample("no such sample")
