"""One file more is one network more, and one loss: chosen, trained, measured, described."""

import importlib.util
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import torch
from toys import toys  # noqa: F401 - a fixture

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.geometry.statistics import class_statistics
from ncviz.jobs.messages import Finished
from ncviz.networks.network import networks
from ncviz.parameters import changed
from ncviz.runs.run import Run
from ncviz.training.forecast import forecast
from ncviz.training.naming import training_summary, training_title
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import read_recipe, recipe_from_dict
from ncviz.training.recipe_samples import load_samples
from ncviz.training.trainer import Recorded, train
from ncviz.training.training_runner import TrainingRunner

SHORT = "images_per_class=4", "epochs=2", "record=all", "image_size=6", "probe_per_class=2"


@pytest.fixture
def recipe(toys):  # noqa: F811
    chosen = {"network": "toy", "kernel": 3, "loss": "margin", "images_per_class": 4}
    return changed(Recipe(), {**chosen, "epochs": 2, "record": "all", "image_size": 6})


@pytest.fixture
def set_options(toys):  # noqa: F811
    chosen = ("network=toy", "kernel=3", "loss=margin", *SHORT)
    return [word for change in chosen for word in ("--set", change)]


def test_the_command_line_trains_it(set_options, tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["train", *set_options, "--device", "cpu", "--out", str(out)]) == 0
    run = Run(out)
    assert [(layer.name, layer.width) for layer in run.manifest.layers] == [
        ("input", 36), ("maps", 6), ("features", 6)
    ]  # fmt: skip
    assert run.epochs == (0, 1, 2)
    assert run.manifest.title.startswith("Fashion-MNIST · Toy · Adam · margin · kernel 3")
    assert (run.manifest.recipe["network"], run.manifest.recipe["kernel"]) == ("toy", 3)
    assert "depth" not in run.manifest.recipe
    assert recipe_from_dict(run.manifest.recipe).architecture.kernel == 3
    words = shlex.split(run.manifest.command)
    assert {"network=toy", "kernel=3", "loss=margin"} <= set(words)


def test_its_layers_are_measured_as_it_computes_them(recipe):
    class Kept:
        network = None

    architecture = type(recipe.architecture)
    built = architecture.build

    def keep(self, shape, classes):
        Kept.network = built(self, shape, classes)
        return Kept.network

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(architecture, "build", keep)
        *_, last = (event for event in train(recipe) if isinstance(event, Recorded))
    samples, network = load_samples(recipe), Kept.network.eval()
    for split in ("train", "test"):
        inputs = getattr(samples, split).inputs
        labels = getattr(samples, split).labels
        assert inputs.shape[1:] == recipe.shape
        with torch.no_grad():
            maps = network[0](inputs)
            features = network[1:5](maps.clone())
            logits = network[5](features)
        margins = (1 - logits.gather(1, labels[:, None]) + logits).clamp_min(0)
        loss = (margins.sum(1) - 1).mean() / 10
        assert last.snapshot.scalars[f"{split}_loss"] == pytest.approx(float(loss), rel=1e-5)
        for layer, given in zip(
            last.snapshot.layers, (inputs.flatten(1), maps.mean((2, 3)), features), strict=True
        ):
            expected = class_statistics(given.double().numpy(), labels.numpy(), 10)
            found = layer.statistics[split]
            np.testing.assert_allclose(found.means, expected.means, rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(
                found.within_variance, expected.within_variance, rtol=1e-3, atol=1e-7
            )
    weight = network[5].weight.detach().double().numpy()
    np.testing.assert_array_equal(last.snapshot.classifier.weight, weight)


def test_the_process_beside_the_window_trains_it(recipe, tmp_path, poll_to_end):
    runner = TrainingRunner()
    try:
        runner.start(recipe, tmp_path / "run")
        assert poll_to_end(runner)[-1] == Finished("finished")
    finally:
        runner.close()
    assert Run(tmp_path / "run").epochs == (0, 1, 2)


def test_files_and_sentences_know_it(recipe, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(recipe.to_toml())
    assert read_recipe(path) == recipe
    assert training_title(recipe, "Data").startswith("Data · Toy · Adam · margin · kernel 3")
    assert training_summary(recipe).startswith("Toy; margin by Adam, rate 0.001 divided")
    with pytest.raises(UserError, match="kernel is 10: choose a whole number from 1 to 9"):
        changed(recipe, kernel=10).check()
    with pytest.raises(UserError, match="unknown parameter 'depth'"):
        recipe_from_dict({"network": "toy", "depth": 4})


def test_the_documents_list_it(toys):  # noqa: F811
    path = Path(__file__).parents[2] / "script" / "parameter_tables.py"
    spec = importlib.util.spec_from_file_location("tables_with_toys", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    text = (script.DOCUMENTS / "recipes.md").read_text("utf-8")
    written = script.written_document(text, Recipe())
    assert "**`toy`.** A convolution and a mean.\n\n| parameter |" in written
    assert "| `kernel` | `5` | 1 to 9 | Side of the filters. |" in written
    assert re.search(r'\| `network` \| `"perceptron"` \| `"perceptron"`, .*`"toy"` \|', written)
    assert "| `margin` | $m$ |" in written


def smallest(chosen, channels, side):
    """Return the shape of the smallest images from a side on that a network takes."""
    while True:
        try:
            chosen.check((channels, side, side))
        except UserError:
            side += 1
        else:
            return channels, side, side


@pytest.mark.parametrize(("channels", "side"), [(1, 5), (3, 8)], ids=["grey", "colour"])
def test_every_network_is_as_it_says(toys, channels, side):  # noqa: F811
    for network in networks().values():
        chosen = network.architecture()
        shape = smallest(chosen, channels, side)
        built = chosen.build(shape, 7).eval()
        weights = sum(parameter.numel() for parameter in built.parameters())
        assert chosen.weights(shape, 7) == weights, network.name
        *_, last = chosen.layers()
        modules = dict(built.named_modules())
        assert set(chosen.layers()) <= modules.keys()
        assert modules[last].weight.shape == (7, chosen.features(shape))
        assert built(torch.zeros(2, *shape)).shape == (2, 7)


def test_a_training_of_it_is_foretold(recipe):
    coming = forecast(recipe)
    assert (coming.features, coming.parameters) == (6, 9 * 6 + 6 + 12 + 70)
    assert coming.seconds > 0
