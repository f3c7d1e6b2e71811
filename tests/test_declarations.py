"""One file in a package is one more entry of its catalogue."""

import importlib
from dataclasses import dataclass

import pytest

from ncviz.catalogue import entries


@dataclass(frozen=True)
class Toy:
    name: str
    order: int = 100


@pytest.fixture
def package(tmp_path, monkeypatch, request):
    """A package of its own, whose modules a test writes."""
    name = f"toys_of_{request.node.originalname}"
    home = tmp_path / name
    home.mkdir()
    (home / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return home


def declare(package, module, text):
    (package / f"{module}.py").write_text(
        f"from tests_of_catalogue import Toy\n{text}\n", encoding="utf-8"
    )


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Let the modules that a test writes import the kind of this file."""
    import sys
    from types import ModuleType

    module = ModuleType("tests_of_catalogue")
    module.Toy = Toy
    monkeypatch.setitem(sys.modules, "tests_of_catalogue", module)


def test_each_module_is_found_in_order_and_by_name(package):
    declare(package, "zebra", "ZEBRA = Toy('zebra', 1)")
    declare(package, "both", "ONE = Toy('one')\nTWO = Toy('another')")
    declare(package, "_shared", "HIDDEN = Toy('hidden')")
    found = entries(package.name, Toy)
    assert list(found) == ["zebra", "another", "one"]
    assert found["zebra"] == Toy("zebra", 1)


def test_what_a_module_imports_from_another_is_one_entry(package):
    declare(package, "first", "FIRST = Toy('first')\nSAME = FIRST\n_OWN = Toy('own')")
    declare(package, "second", f"from {package.name}.first import FIRST")
    assert list(entries(package.name, Toy)) == ["first"]


def test_a_name_declared_twice_is_a_fault(package):
    declare(package, "first", "FIRST = Toy('same')")
    declare(package, "second", "SECOND = Toy('same', 2)")
    with pytest.raises(TypeError, match="declares 'same' twice"):
        entries(package.name, Toy)


def test_the_catalogue_cannot_be_written_to(package):
    declare(package, "first", "FIRST = Toy('first')")
    with pytest.raises(TypeError):
        entries(package.name, Toy)["second"] = Toy("second")
