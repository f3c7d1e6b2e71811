"""The tables of parameters in the documents are those that are declared, all of them."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import pytest

from ncviz.export.figure_plan import FigurePlan
from ncviz.networks.network import networks
from ncviz.parameters import declared, parameter
from ncviz.training.recipe import Recipe

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def script():
    """Return the script that writes them."""
    path = ROOT / "script" / "parameter_tables.py"
    spec = importlib.util.spec_from_file_location("parameter_tables", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_tables_are_what_is_written(script):
    for name, plan in script.PAGES.items():
        text = (script.DOCUMENTS / name).read_text("utf-8")
        assert script.written_document(text, plan) == text, "run script/parameter_tables.py"


def test_each_parameter_stands_in_one_table(script):
    for name, plan in script.PLANS.items():
        text = (script.DOCUMENTS / name).read_text("utf-8")
        found = [
            each
            for place in script.PLACE.finditer(text)
            if place["what"] == "parameters"
            for each in script.named(place["names"].strip(), plan)
        ]
        parts = declared(plan.architecture).keys() | declared(plan.last_layer).keys()
        assert sorted(found) == sorted(declared(plan).keys() - parts)


def test_each_network_has_a_table_of_its_own(script):
    for network in networks().values():
        table = script.table_of_networks().partition(f"**`{network.name}`.** ")[2]
        assert all(f"| `{name}` |" in table for name in declared(network.architecture()))


def test_a_parameter_that_is_added_comes_into_its_table(script):
    @dataclass(frozen=True)
    class Grown(Recipe):
        smoothing: float = parameter(0.1, "How much.", low=0.0, high=1.0)

    place = "<!-- parameters seed to smoothing: written by script/parameter_tables.py -->\n"
    text = script.written_document(f"{place}<!-- end of parameters -->\n", Grown())
    assert "| `smoothing` | `0.1` | 0 to 1 | How much. |\n" in text
    assert "| `seed` | `0` | 0 to 2,147,483,647 |" in text


def test_an_option_that_is_added_comes_into_its_table(script, monkeypatch):
    @dataclass(frozen=True)
    class Grown(FigurePlan):
        tau: float = parameter(2.0, "Temperature.", low=0.5, high=8.0)

    monkeypatch.setitem(script.EXPORTS, "figures", Grown)
    place = "<!-- options of figures: written by script/parameter_tables.py -->\n"
    text = script.written_document(f"{place}<!-- end of options -->\n", None)
    assert "| `--tau TAU` | Temperature. |\n" in text
    assert "| `--format {pdf,svg,png}` | default: by name |\n" in text


def test_each_option_of_the_exports_stands_in_a_table(script):
    text = (script.DOCUMENTS / "gallery.md").read_text("utf-8")
    for name, plan in script.EXPORTS.items():
        assert script.table_of_options(plan) in text, name
