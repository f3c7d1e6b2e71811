"""`ncviz model` wherever a control stands: JSON that any reader takes, and what gives way."""

import json

import pytest
from ends_of_controls import ends_of

from ncviz.cli import main
from ncviz.explorer.model_search import ModelSearch
from ncviz.models.descent import DescentModel
from ncviz.models.model import models
from ncviz.parameters import declared
from ncviz.parameters.plain import to_text

STEPS = 3  # of a descent: one at its end takes seconds


def told(capsys, name, *settings):
    """Return what the command prints as JSON, or its one sentence where it refuses."""
    words = [word for setting in settings for word in ("--set", setting)]
    if isinstance(models()[name], DescentModel):
        words += ["--step", str(STEPS)]
    refused = main(["model", name, *words, "--json"])
    printed = capsys.readouterr()
    if refused:
        (sentence,) = printed.err.splitlines()
        assert not printed.out
        return sentence
    assert not printed.err
    return json.loads(printed.out, parse_constant=no_number)


def no_number(word):
    raise AssertionError(f"{word} is no JSON")


def positions(name):
    """Return each control with each of its ends, as texts of `--set`."""
    model = models()[name]
    usual = model.parameters()
    found = []
    for control, item in declared(model.parameters).items():
        values = ends_of(item, usual)
        if item.kind in (int, float):
            values = [values[0], values[-1]]
        found += [f"{control}={to_text(value)}" for value in values]
    return found


@pytest.mark.parametrize("name", models())
def test_every_model_tells_its_numbers(capsys, name):
    said = told(capsys, name)
    assert said["numbers"]
    assert said["caption"].endswith(".")


@pytest.mark.parametrize("name", models())
def test_every_model_tells_them_wherever_a_control_stands(capsys, monkeypatch, name):
    monkeypatch.setattr(ModelSearch, "ask", lambda _self, _question: None)  # it takes seconds
    usual = models()[name].parameters()
    for setting in positions(name):
        said = told(capsys, name, setting)
        control, _, text = setting.partition("=")
        if isinstance(said, str):
            assert control in said, setting
            continue
        there = said["parameters"][control]
        kind = type(getattr(usual, control))
        assert there == (kind(text) if kind in (int, float, str) else text == "true"), setting


@pytest.mark.parametrize(
    ("name", "setting", "control", "there"),
    [
        ("penalised-layer-peeled", "classes=2", "majority", 1),
        ("layer-peeled", "classes=2", "majority", 1),
        ("two-layer-peeled", "classes=2", "majority", 1),
    ],
)
def test_what_was_not_set_leaves_room_for_what_was(
    capsys, monkeypatch, name, setting, control, there
):
    monkeypatch.setattr(ModelSearch, "ask", lambda _self, _question: None)
    assert told(capsys, name, setting)["parameters"][control] == there


def test_a_weight_decay_that_was_not_set_stays_on_its_timeline(capsys):
    said = told(capsys, "penalised-layer-peeled", "samples=100000", "ratio=1", "classes=20")
    low, high = declared(models()["penalised-layer-peeled"].parameters)["penalty"].limits(
        models()["penalised-layer-peeled"].parameters(samples=1e5, ratio=1.0, classes=20)
    )
    assert low <= said["parameters"]["penalty"] <= high


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("penalised-layer-peeled", ["classes=1"], "classes is 1: choose a whole number from 2"),
        ("penalised-layer-peeled", ["samples=0"], "samples is 0: choose a number from 1"),
        ("penalised-layer-peeled", ["classes=2", "majority=2"], "majority is 2: choose"),
        ("label-sets", ["classes=2"], "classes is 2: choose a whole number from 3"),
        ("deep-linear", ["depth=3", "layer=5"], "layer is 5: choose a number from 0 to 2"),
        ("law", ["layers=1"], "layers is 1: choose a whole number from 2"),
        ("deep-features", ["depth=9", "below=8"], "depth is 9: choose a whole number from 1"),
    ],
)
def test_what_is_refused_is_what_was_set(capsys, name, settings, said):
    assert said in told(capsys, name, *settings)
