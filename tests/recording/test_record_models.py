"""Models are built so that the weights fit, and say so where they cannot."""

from dataclasses import replace

import pytest
import torch

from ncviz.errors import UserError
from ncviz.networks.perceptron import Perceptron
from ncviz.parameters import changed
from ncviz.recording.build_model import build_model
from ncviz.recording.guessing import guess_model
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints
from ncviz.recording.recorded_network import load_weights
from ncviz.recording.state_dicts import fit_names
from ncviz.recording.weights import find_weights
from ncviz.runs.run import Run
from ncviz.torchvision import load_torchvision
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_samples import load_samples
from ncviz.training.training_measurer import TrainingMeasurer


def torchvision_state(name, **arguments):
    return load_torchvision().models.get_model(name, weights=None, **arguments).state_dict()


def plan(name, **changes):
    return RecordPlan(model=f"torchvision:{name}", checkpoints=("a",), data="digits", **changes)


def test_classes_and_channels_are_read_from_the_weights():
    state = torchvision_state("resnet18", num_classes=7)
    state["conv1.weight"] = state["conv1.weight"][:, :1].clone()
    wrapped = {f"model.{name}": value for name, value in state.items()}
    model = build_model(plan("resnet18"), wrapped, 10)
    assert model.arguments == {"num_classes": 7}
    assert model.channels == 1
    assert model.notes == ("conv1 takes 1 channel, as in the checkpoint",)
    assert load_weights(model, wrapped, "file") == ()
    assert not model.network.training
    assert not any(p.requires_grad for p in model.network.parameters())
    torch.testing.assert_close(model.network.fc.weight, state["fc.weight"])


def test_building_leaves_the_random_numbers_alone():
    before = torch.get_rng_state()
    build_model(plan("squeezenet1_1"), {}, 10)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_wrong_torchvision_model_is_told():
    with pytest.raises(UserError, match=r"no classifier 'resnet19': choose one such as .*resnet18"):
        build_model(plan("resnet19"), {}, 10)
    with pytest.raises(UserError, match="cannot build resnet18 with"):
        build_model(plan("resnet18", model_args={"depth": 3}), {}, 10)
    with pytest.raises(UserError, match="weights cannot be given"):
        build_model(plan("resnet18", model_args={"weights": "DEFAULT"}), {}, 10)
    state = torchvision_state("squeezenet1_1", num_classes=10)
    model = build_model(plan("resnet18"), state, 10)
    words = r"another model, a VGG, AlexNet or MobileNet .* They fit torchvision:squeezenet1_1\."
    with pytest.raises(UserError, match=words):
        load_weights(model, state, "file")


def test_ncvizs_own_network_gives_the_trainings_numbers(tmp_path):
    recipe = changed(
        Recipe(), classes=(0, 1, 8), image_size=4, images_per_class=6, depth=4, width=5, epochs=1
    )
    samples = load_samples(recipe)
    torch.manual_seed(0)
    network = Perceptron(depth=4, width=5).build((16,), 3)
    torch.save({"model": network.state_dict(), "epoch": 1}, tmp_path / "net.pt")
    expected = TrainingMeasurer(network, samples, recipe).snapshot(1)
    (tmp_path / "recipe.toml").write_text(recipe.to_toml())
    asked = RecordPlan(
        model=f"recipe:{tmp_path / 'recipe.toml'}",
        checkpoints=(str(tmp_path / "net.pt"),),
        data="recipe",
    )
    record_checkpoints(asked, tmp_path / "run")
    run = Run(tmp_path / "run")
    found = run.snapshot(1)
    assert [layer.width for layer in run.manifest.layers] == [16, 5, 5, 5]
    for name in ("train_loss", "train_error", "test_loss", "nc4_test"):
        assert found.scalars[name] == pytest.approx(expected.scalars[name], rel=1e-5)
    for number, layer in enumerate(expected.layers):
        for split in ("train", "test"):
            fuzziness = found.statistics(number, split).class_fuzziness
            assert fuzziness == pytest.approx(layer.statistics[split].class_fuzziness, rel=1e-3)
    # The run brings the recipe, too.
    again = replace(asked, model=f"run:{tmp_path / 'run'}")
    with pytest.raises(UserError, match=r"run holds no recipe of ncviz, for ncviz did not"):
        record_checkpoints(again, tmp_path / "again")


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("resnet18", "module."), ("densenet121", ""), ("squeezenet1_1", "model."), ("vgg11", "net.")],
)
def test_a_model_is_guessed_from_its_weights(name, prefix):
    with torch.device("meta"):
        state = torchvision_state(name, num_classes=7)
    assert guess_model({f"{prefix}{key}": value for key, value in state.items()}).name == name
    first = next(iter(state))
    state[first] = torch.empty(state[first].shape[0], 1, 3, 3, device="meta")
    assert guess_model(state).name == name  # of grey images, with another first convolution
    state.pop(list(state)[2])
    assert guess_model(state).name == ""


def test_a_regnet_can_be_built():
    """Its builder reads numbers back, which tensors without numbers do not have."""
    state = torchvision_state("regnet_y_400mf", num_classes=4)
    model = build_model(plan("regnet_y_400mf"), state, 10)
    assert model.arguments == {"num_classes": 4}
    assert load_weights(model, state, "file") == ()


def test_prefixes_on_either_side_are_found():
    state = torchvision_state("squeezenet1_1", num_classes=3)
    inner = {f"body.{name}": value for name, value in state.items()}
    for tensors, wanted in (
        (state, inner),
        (inner, state),
        ({name.replace("features.", "features.module."): v for name, v in state.items()}, state),
        ({f"model.module.{name}": value for name, value in state.items()}, state),
    ):
        found, outside = fit_names(tensors, wanted)
        assert set(found) == set(wanted)
        assert outside == ()


def test_tensors_beside_the_weights_do_not_hide_them():
    weights = {"layer.weight": torch.ones(2, 2)}
    kept = find_weights({"model": weights, "losses": torch.ones(9), "epoch": 3}, "file")
    assert (kept.place, set(kept.tensors), kept.epoch) == ("model", {"layer.weight"}, 3)
    alone = find_weights({"weight": torch.ones(2, 2), "bias": torch.ones(2)}, "file")
    assert (alone.place, set(alone.tensors)) == ("", {"weight", "bias"})


WRAPPED = """
import torch
from torch import nn


class Holder(nn.Module):
    def __init__(self, name, inner):
        super().__init__()
        self.add_module(name, inner)

    def forward(self, x):
        return next(self.children())(x)


def plain():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 7), nn.ReLU(), nn.Linear(7, 3))


def compiled():
    return torch.compile(plain())


def parallel():
    return nn.DataParallel(plain())


def averaged():
    return torch.optim.swa_utils.AveragedModel(plain())


def both():
    return nn.DataParallel(torch.compile(plain()))


def held():
    return Holder("backbone", plain())


def scripted():
    return torch.jit.trace(plain(), torch.zeros(1, 64))
"""


@pytest.mark.filterwarnings("ignore:.*deprecated")  # torch's own of its compiler
@pytest.mark.parametrize("function", ["compiled", "parallel", "averaged", "both", "held"])
@pytest.mark.parametrize("prefix", ["", "module.", "backbone.", "module._orig_mod."])
def test_a_wrapped_network_takes_weights_with_or_without_its_wrapper(tmp_path, function, prefix):
    file = tmp_path / "wrapped.py"
    file.write_text(WRAPPED)
    asked = RecordPlan(model=f"{file}:{function}", trusted=True)
    model = build_model(asked, {}, 3)
    state = {"1.weight": torch.ones(7, 64), "1.bias": torch.ones(7)}
    state |= {"3.weight": torch.ones(3, 7), "3.bias": torch.ones(3)}
    load_weights(model, {f"{prefix}{name}": tensor for name, tensor in state.items()}, "file")
    inner = model.network.get_submodule("backbone" if function == "held" else "")
    assert type(inner).__name__ == "Sequential"
    assert inner[1].weight.sum() == 7 * 64


@pytest.mark.filterwarnings("ignore:.*deprecated")
def test_torchscript_of_the_users_is_told(tmp_path):
    (tmp_path / "wrapped.py").write_text(WRAPPED)
    with pytest.raises(UserError, match="TorchScript, whose layers cannot be read"):
        build_model(RecordPlan(model=f"{tmp_path / 'wrapped.py'}:scripted", trusted=True), {}, 3)
