"""Minority Collapse of very many classes, beside all of their cosines."""

from types import SimpleNamespace

import numpy as np
import pytest

from ncviz.runs import minority_collapse as module
from ncviz.runs.minority_collapse import minority_collapse

MAJORITY, MINORITY, WIDTH = 5, 30, 8


def found_of(rows):
    classifier = SimpleNamespace(weight=rows.astype(np.float32))
    run = SimpleNamespace(snapshot=lambda _epoch: SimpleNamespace(classifier=lambda: classifier))
    return minority_collapse(run, 0, tuple(range(MAJORITY, len(rows))))


def rows_of(spread):
    rng = np.random.default_rng(0)
    one, rest = rng.normal(size=WIDTH), spread * rng.normal(size=(MINORITY, WIDTH))
    return np.concatenate([3 * rng.normal(size=(MAJORITY, WIDTH)), one + rest])


@pytest.mark.parametrize("spread", [0.01, 0.3, 3.0])
def test_means_by_sums_are_those_of_all_pairs(spread):
    rows = rows_of(spread)
    rows = rows.astype(np.float32).astype(np.float64)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    few = range(MAJORITY, len(rows))
    own, others = [], []
    for j in range(len(rows)):
        for k in range(j):
            (own if j in few and k in few else others).append(unit[j] @ unit[k])
    found = found_of(rows)
    assert found.cosine == pytest.approx(np.mean(own), abs=1e-12)
    assert found.others == pytest.approx(np.mean(others), abs=1e-12)
    assert found.classes == MINORITY


@pytest.mark.parametrize("spread", [0.01, 3.0])
def test_of_very_many_every_nth_is_looked_at_and_none_are_named(monkeypatch, spread):
    wanted = found_of(rows_of(spread))
    monkeypatch.setattr(module, "EACH_PAIR", 10)
    found = found_of(rows_of(spread))
    assert found.together == ()
    assert (found.cosine, found.others) == (wanted.cosine, wanted.others)
    assert found.verdict == wanted.verdict == ("collapse" if spread < 1 else "apart")


def test_fifty_thousand_take_no_matrix_of_all():
    rows = np.random.default_rng(1).normal(size=(50_000, WIDTH))
    assert found_of(rows).verdict == "apart"  # all cosines would be 20 GB
