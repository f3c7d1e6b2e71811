"""A network and a loss of one file each, in the catalogues of this process and its children."""

import importlib
import sys

import pytest

from ncviz import catalogue

NETWORK = """
from dataclasses import dataclass

from ncviz.networks.network import Architecture, Network
from ncviz.parameters import parameter


@dataclass(frozen=True)
class Toy(Architecture):
    title = "Toy"

    kernel: int = parameter(5, "Side of the filters.", low=1, high=9, said="kernel {}")

    def build(self, shape, classes):
        from torch import nn

        return nn.Sequential(
            nn.Conv2d(shape[0], 6, self.kernel, padding="same"),
            nn.BatchNorm2d(6),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(6, classes),
        )

    def layers(self):
        return {"0": "maps", "5": "features"}

    def features(self, shape):
        return 6

    def weights(self, shape, classes):
        return shape[0] * 6 * self.kernel**2 + 6 + 12 + 6 * classes + classes


TOY = Network("toy", Toy, "A convolution and a mean.", order=9)
"""
LOSS = """
from ncviz.training.losses.loss import Loss


def margin(logits, labels):
    from torch.nn import functional

    return functional.multi_margin_loss(logits, labels)


MARGIN = Loss(name="margin", words="Margin", function=margin, formula="m", order=9)
"""
FILES = {"ncviz.networks": ("toy", NETWORK), "ncviz.training.losses": ("margin", LOSS)}
AT_START = """
import importlib

for package, folder in {places!r}.items():
    importlib.import_module(package).__path__.append(folder)
"""


@pytest.fixture
def toys(tmp_path, monkeypatch):
    """Put both files into folders of their own, which the packages have beside theirs."""
    places = {}
    for package, (name, text) in FILES.items():
        folder = tmp_path / "toys" / package
        folder.mkdir(parents=True)
        (folder / f"{name}.py").write_text(text)
        places[package] = str(folder)
        home = importlib.import_module(package)
        monkeypatch.setattr(home, "__path__", [*home.__path__, str(folder)])
    site = tmp_path / "toys" / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(AT_START.format(places=places))
    monkeypatch.setenv("PYTHONPATH", str(site))
    catalogue._found.cache_clear()
    yield
    catalogue._found.cache_clear()
    for package, (name, _) in FILES.items():
        sys.modules.pop(f"{package}.{name}", None)
        vars(sys.modules[package]).pop(name, None)
