"""The notions of the window: each has words, and says true things of each value."""

import math
import re

import numpy as np
import pytest

from ncviz.concepts import CONCEPTS, spellings
from ncviz.formulas import FORMULAS
from ncviz.geometry.collapse import nc1, nc3
from ncviz.geometry.separation import separation_fuzziness
from ncviz.geometry.statistics import class_statistics
from ncviz.separation_in_words import halving
from ncviz.values_in_words import Facts, percent, two_digits

TEN = Facts(classes=10, directions=9)
VALUED = [key for key, concept in CONCEPTS.items() if concept.say is not None]
# Of what a number can be: where it is no number, too.
VALUES = (math.nan, math.inf, 0.0, 1e-12, 0.0269, 0.53, 1.0, 1.7, 37.0, 1e9)


def test_each_concept_is_explained_in_whole_sentences() -> None:
    for key, concept in CONCEPTS.items():
        assert concept.meaning.endswith("."), key
        assert concept.meaning[0].isupper(), key
        assert not concept.formula or concept.formula in FORMULAS, key
        assert set(concept.lights) <= {"samples", "means", "classifier", "etf"}, key


def test_each_formula_belongs_to_a_concept() -> None:
    told = {concept.formula for concept in CONCEPTS.values()}
    assert set(FORMULAS) - told <= {"held out"}


@pytest.mark.parametrize("key", VALUED)
@pytest.mark.parametrize("facts", [Facts(), TEN, Facts(classes=2, directions=1)])
def test_each_value_gets_a_sentence(key: str, facts: Facts) -> None:
    for value in VALUES:
        said = CONCEPTS[key].sentence(value, facts)
        assert said.endswith("."), (value, said)
        assert not re.search(r"\bnan\b|\binf\b|e[-+]\d", said), (value, said)
    assert CONCEPTS[key].sentence(None, facts) == CONCEPTS[key].sentence(math.nan, facts)


def test_a_spelling_belongs_to_one_concept_and_the_longest_comes_first() -> None:
    found = list(spellings(common=True))
    texts = [text for text, _ in found]
    assert len(set(texts)) == len(texts)
    for number, text in enumerate(texts):
        assert not any(text in later and text != later for later in texts[number + 1 :]), text


def _clouds(rng: np.random.Generator, wide: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Return features whose classes are `wide` beside their means, and the measured ratio."""
    labels = np.repeat(np.arange(6), 400)
    means = rng.normal(size=(6, 5))
    features = means[labels] + wide * rng.normal(size=(len(labels), 5))
    measured = np.stack([features[labels == k].mean(axis=0) for k in range(6)])
    within = features - measured[labels]
    axes = np.linalg.svd(measured - measured.mean(axis=0), full_matrices=False)[2]
    between = (measured - measured.mean(axis=0)) @ axes.T
    ratios = [(within @ axes.T)[:, j].std() / between[:, j].std() for j in range(5)]
    return features, labels, float(np.sqrt(np.mean(np.square(ratios))))


@pytest.mark.parametrize("wide", [0.02, 0.3, 4.0])
def test_d_and_nc1_say_how_wide_classes_are_beside_their_distances(wide: float) -> None:
    features, labels, ratio = _clouds(np.random.default_rng(3), wide)
    statistics = class_statistics(features, labels, 6)
    facts = Facts(classes=6, directions=5)
    larger = two_digits(1 / ratio if ratio < 1 else ratio)
    first = "The classes lie" if ratio < 1 else "The classes are"
    for key, value in (("D", separation_fuzziness(statistics)), ("NC1", nc1(statistics))):
        assert CONCEPTS[key].sentence(value, facts).startswith(f"{first} {larger} times as")


def test_nc3_says_the_angle_between_the_two_matrices() -> None:
    rng = np.random.default_rng(4)
    means, rows = rng.normal(size=(5, 7)), rng.normal(size=(5, 7))
    means -= means.mean(axis=0)
    rows += 2 * means
    cosine = np.sum(rows * means) / (np.linalg.norm(rows) * np.linalg.norm(means))
    said = CONCEPTS["NC3"].sentence(nc3(rows, means))
    assert f"{two_digits(math.degrees(math.acos(cosine)))}°" in said


def test_growth_and_decay_are_told_apart() -> None:
    rho = CONCEPTS["rho"].sentence
    assert "keeps 42 % of D" in rho(0.42)
    assert "makes D 1.3 times as large" in rho(1.3)
    assert "stays as it is" in rho(1.0)
    assert "no fit" in rho(math.nan)
    assert "never halves" in CONCEPTS["half-life"].sentence(math.inf)
    assert halving(math.inf, "∞") == "D never halves"
    assert halving(0.79, "0.79") == "half-life 0.79 layers"


def test_two_classes_have_no_choice_of_angles() -> None:
    two = Facts(classes=2, directions=1)
    assert "always point in opposite directions" in CONCEPTS["NC2 angles"].sentence(0.0, two)
    assert "along the line through both means" in CONCEPTS["D"].sentence(0.25, two)
    assert "2 times as far apart as they are wide" in CONCEPTS["D"].sentence(0.25, two)


def test_as_wide_as_apart_is_not_one_times_something() -> None:
    said = CONCEPTS["D"].sentence(9.05, TEN)
    assert said.startswith("The classes are about as wide as they lie apart")
    assert "times" in CONCEPTS["D"].sentence(12.0, TEN)


def test_a_loss_that_is_no_cross_entropy_is_no_probability() -> None:
    loss = CONCEPTS["loss"].sentence
    assert "probability of 50 %" in loss(math.log(2), TEN)
    assert "probability" not in loss(math.log(2), Facts(classes=10, loss="squared_error"))


def test_a_share_is_never_rounded_to_nothing_or_to_all() -> None:
    assert percent(1e-7) == "1.0·10⁻⁵ %"
    assert percent(0.99999) == "more than 99.9 %"
    assert percent(1.0) == "100 %"
    assert percent(0.424) == "42 %"


def test_where_classes_differ_in_size_d_is_said_to_count_by_size() -> None:
    """A D of 5,000 may belong to classes that lie well apart, all but a few small ones."""
    facts = Facts(classes=10, directions=9, imbalance=100.0, apart=3.85)
    for key in ("D", "NC1"):
        said = CONCEPTS[key].sentence(5171.0, facts)
        assert "counts by its number of samples" in said
        assert "two class means are 3.9 times as far apart as two samples of a class" in said
    assert "as far apart as they are wide" not in CONCEPTS["D of classes"].sentence(0.01, facts)
    for key, value in (("rho", 2.1), ("overall separation", 13.0)):
        assert "need not mean" in CONCEPTS[key].sentence(value, facts)
        assert "worse" in CONCEPTS[key].sentence(value, TEN)


def test_classes_that_share_a_mean_are_not_said_to_lie_apart() -> None:
    facts = Facts(classes=4, directions=2, coinciding=("cat", "dog"))
    for key in ("D", "NC1"):
        said = CONCEPTS[key].sentence(5e-4, facts)
        assert "means of cat and dog each coincide" in said
        assert "times" not in said


@pytest.mark.parametrize("factor", [1.004, 1.02, 1.049, 1.05, 1.2, 37.0])
def test_no_factor_is_one_times_something(factor: float) -> None:
    said = [
        CONCEPTS["overall separation"].sentence(factor, TEN),
        CONCEPTS["rho"].sentence(factor, TEN),
        CONCEPTS["imbalance"].sentence(factor, TEN),
        CONCEPTS["norm"].sentence(factor, TEN),
    ]
    assert not any(re.search(r"(?<![.\d])1(\.0+)? times", sentence) for sentence in said), said


@pytest.mark.parametrize("angle", [91.0, 110.0, 179.9])
def test_nc3_beyond_a_right_angle_says_the_angle(angle: float) -> None:
    said = CONCEPTS["NC3"].sentence(2 - 2 * math.cos(math.radians(angle)))
    assert f"{two_digits(angle)}°" in said
    assert ("opposite" in said) == (angle > 179.5)


def test_the_budget_of_another_power_is_one_of_coordinates() -> None:
    power = CONCEPTS["power"]
    assert "coordinates" in power.meaning
    assert "lengths" not in power.meaning
    assert "many local optima" not in power.sentence(4.0, Facts(classes=3))


def test_two_class_means_that_coincide_have_an_infinite_cdnv() -> None:
    assert CONCEPTS["CDNV"].sentence(math.inf, TEN) == "Two class means coincide."
