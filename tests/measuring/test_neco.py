"""The area under NECO's curve, of features that a network left behind."""

import numpy as np
import pytest
import torch

from ncviz.geometry import out_of_distribution
from ncviz.geometry.out_of_distribution import area_under_curve, neco_scores
from ncviz.measuring.neco import neco_areas

RNG = np.random.default_rng(0)
TRAIN = RNG.normal(size=(40, 6)) * [5, 4, 1, 0.1, 0.1, 0.1]
TEST = RNG.normal(size=(20, 6)) * [5, 4, 1, 0.1, 0.1, 0.1]
OTHER = RNG.normal(size=(15, 6))


def tensors(**arrays):
    return {name: torch.from_numpy(np.asarray(array)) for name, array in arrays.items()}


def test_held_out_samples_stand_for_the_known_classes():
    found = neco_areas(tensors(train=TRAIN, test=TEST, other=OTHER), ["other"], 3)
    scores = [neco_scores(rows, TRAIN, 2) for rows in (TEST, OTHER)]
    assert found == {"other": pytest.approx(area_under_curve(*scores))}
    assert found["other"] > 0.8
    without = neco_areas(tensors(train=TRAIN, other=OTHER), ["other"], 3)
    assert without["other"] == pytest.approx(
        area_under_curve(neco_scores(TRAIN, TRAIN, 2), scores[1])
    )


def test_samples_of_length_zero_are_least_like_a_class():
    found = neco_areas(tensors(train=TRAIN, test=TEST, other=np.zeros((3, 6))), ["other"], 3)
    assert found == {"other": 1.0}


def test_what_was_not_held_or_is_too_much_is_not_counted(monkeypatch):
    assert neco_areas(tensors(train=TRAIN, test=TEST), [], 3) == {}
    assert neco_areas({"train": None, "other": torch.from_numpy(OTHER)}, ["other"], 3) == {}
    held = {**tensors(train=TRAIN, test=TEST), "other": None}
    assert neco_areas(held, ["other"], 3) == {}
    monkeypatch.setattr(out_of_distribution, "MOST_PRODUCTS", 100)
    assert neco_areas(tensors(train=TRAIN, test=TEST, other=OTHER), ["other"], 3) == {}
