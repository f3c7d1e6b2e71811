"""Every network trains, is recorded, and goes on after a break as if there had been none."""

import numpy as np
import pytest
import torch

from ncviz.geometry.separation import separation_fuzziness
from ncviz.jobs.control import Control
from ncviz.jobs.runner import RecordedEpoch
from ncviz.networks.network import networks
from ncviz.parameters import changed
from ncviz.runs.run import Run
from ncviz.training.forecast import forecast
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import load_samples
from ncviz.training.recorded_training import record, resume
from ncviz.training.trainer import EpochDone, Recorded, train

CASES = {name: {"network": name} for name in networks() if name != "torchvision"} | {
    "torchvision": {"network": "torchvision", "model": "shufflenet_v2_x0_5"},
    "fixed etf": {"classifier": "etf"},
    "class means": {"classifier": "class_means", "temperature": 5.0},
    "sphere": {"network": "convolutional", "classifier": "cosine", "feature_dimension": 3},
    "narrow to wide": {"widths": (8, 8, 40), "linear_layers": 2, "bias": False},
    "averaged maps": {"network": "convolutional", "maps": "average", "batch_norm": True},
    "residual by layer": {"network": "residual", "block": "mixed", "measured_by": "layer"},
    "le-sde": {"network": "convolutional", "size": "published"},
}


def recipe_of(changes):
    side = 16 if "published" in changes.values() or changes.get("network") == "vgg" else 8
    small = {"image_size": side, "images_per_class": 8, "classes": (1, 5, 8), "batch_size": 8}
    short = {"epochs": 2, "record": "all", "learning_rate": 1e-3, "probe_per_class": 3}
    return changed(Recipe(), {**small, **short, **changes})


def measured(recipe):
    return recipe.whole_network.layers().values()


def snapshots(events):
    return [event.snapshot for event in events if isinstance(event, Recorded)]


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_it_trains_is_recorded_and_goes_on_after_a_break(changes, tmp_path):
    recipe = recipe_of(changes)
    recipe.check()
    events = list(train(recipe))
    losses = [event.loss for event in events if isinstance(event, EpochDone)]
    assert losses[1] < losses[0]

    control, out = Control(), tmp_path / "run"

    def stop_within_the_second_epoch(message):
        if isinstance(message, RecordedEpoch) and message.epoch == 1:
            control.stop()

    assert record(recipe, out, control=control, notify=stop_within_the_second_epoch) == "stopped"
    assert resume(out) == "finished"
    run, (*_, last) = Run(out), snapshots(events)
    assert [layer.name for layer in run.manifest.layers][-1] == list(measured(recipe))[-1]
    assert run.epochs == (0, 1, 2)
    for number, layer in enumerate(last.layers):
        for split in ("train", "test"):
            means = run.snapshot(2).statistics(number, split).means
            np.testing.assert_array_equal(means, layer.statistics[split].means)
    np.testing.assert_array_equal(run.snapshot(2).classifier().weight, last.classifier.weight)

    coming = forecast(recipe)
    built = recipe.whole_network.build(recipe.shape, 3)
    assert coming.parameters == sum(parameter.numel() for parameter in built.parameters())
    assert run.manifest.layers[-1].width == coming.features


def test_flattened_maps_are_measured_in_their_own_span_and_averaged_ones_as_they_are():
    """D of the maps by the textbook: the pseudo-inverse of the whole covariance between classes."""
    for maps in ("flatten", "average"):
        recipe = recipe_of({"network": "convolutional", "maps": maps, "image_size": 6})
        kept = {}
        architecture = type(recipe.architecture)
        built = architecture.build

        def keep(self, shape, classes, built=built, kept=kept):
            kept["network"] = built(self, shape, classes)
            return kept["network"]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(architecture, "build", keep)
            *_, last = snapshots(train(recipe))
        samples = load_samples(recipe)
        with torch.no_grad():
            features = kept["network"].eval().get_submodule("blocks.0")(samples.train.inputs)
        features = features.flatten(1) if maps == "flatten" else features.mean((2, 3))
        found = separation_fuzziness(last.layers[1].statistics["train"])
        assert found == pytest.approx(
            textbook(features.double().numpy(), samples.train.labels.numpy()), rel=1e-4
        )


def textbook(features, labels):
    overall = features.mean(0)
    within, between = np.zeros((2, features.shape[1], features.shape[1]))
    for label in np.unique(labels):
        own = features[labels == label]
        within += (own - own.mean(0)).T @ (own - own.mean(0)) / len(features)
        gap = own.mean(0) - overall
        between += len(own) / len(features) * np.outer(gap, gap)
    return np.trace(within @ np.linalg.pinv(between, rcond=1e-9))
