"""The same weights give the same run, whatever they are saved as."""

import json
import re

import numpy as np
import pytest
import safetensors.torch
import torch

from ncviz.cli import main
from ncviz.counting import EPOCHS, Counting
from ncviz.errors import UserError
from ncviz.geometry.collapse import nc1, nc2_equinorm, nc3
from ncviz.geometry.statistics import class_statistics
from ncviz.jobs.control import Control
from ncviz.jobs.runner import RecordedEpoch
from ncviz.metrics.measures import measure_run
from ncviz.parameters import from_plain
from ncviz.recording.epochs_of_names import number_in
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints
from ncviz.recording.setting_up import look_at_checkpoints
from ncviz.runs.run import Run

pytestmark = pytest.mark.usefixtures("own_signals")


def plan(workshop, *checkpoints, **changes):
    values = {
        "model": "user_net:network",
        "checkpoints": tuple(str(path) for path in checkpoints),
        "data": str(workshop.data),
        "trusted": True,
        "device": "cpu",
    }
    return RecordPlan(**{**values, **changes})


def record(workshop, *checkpoints, out="run", **changes):
    path = workshop.folder / out
    record_checkpoints(plan(workshop, *checkpoints, **changes), path)
    return Run(path)


LAYOUTS = {
    "plain": lambda state: state,
    "model": lambda state: {"model": state, "epoch": 7, "optimizer": {"state": {}}},
    "state_dict": lambda state: {"state_dict": state, "epoch": 7, "best": 0.1},
    "model_state_dict": lambda state: {"epoch": 7, "model_state_dict": state, "loss": 0.5},
    "net": lambda state: {"net": state, "acc": 90, "epoch": torch.tensor(7)},
    "parallel": lambda state: {f"module.{name}": value for name, value in state.items()},
    "compiled": lambda state: {f"_orig_mod.{name}": value for name, value in state.items()},
    "both": lambda state: {f"module._orig_mod.{name}": value for name, value in state.items()},
    "averaged": lambda state: {
        "n_averaged": torch.tensor(3),
        **{f"module.{name}": value for name, value in state.items()},
    },
    "with ema": lambda state: {
        "model": state,
        "ema": {name: value * 0 + 1 for name, value in state.items()},
    },
    "lightning": lambda state: {
        "epoch": 7,
        "global_step": 70,
        "pytorch-lightning_version": "2.4.0",
        "state_dict": {
            **{f"model.{name}": value for name, value in state.items()},
            "criterion.weight": torch.ones(3),
        },
        "hyper_parameters": {"lr": 0.1, "name": "mine"},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(2, 2)}}}],
        "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_path": "a.ckpt"}},
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("legacy", [False, True])
def test_every_layout_gives_the_same_numbers(workshop, layout, legacy):
    state = workshop.state(4)
    plain = record(workshop, workshop.save("epoch_7.pt", state), out="plain")
    path = workshop.folder / "other_7.ckpt"
    torch.save(LAYOUTS[layout](state), path, _use_new_zipfile_serialization=not legacy)
    other = record(workshop, path, out="other")
    assert other.epochs == plain.epochs == (7,)
    assert measure_run(other) == measure_run(plain)


def test_safetensors_give_the_same_numbers(workshop):
    state = workshop.state(4)
    plain = record(workshop, workshop.save("epoch_7.pt", state), out="plain")
    path = workshop.folder / "weights.safetensors"
    safetensors.torch.save_file(state, path, metadata={"epoch": "7", "format": "pt"})
    other = record(workshop, path, out="other")
    assert other.epochs == (7,)
    assert measure_run(other) == measure_run(plain)


def test_the_entry_can_be_named(workshop):
    state, average = workshop.state(1), workshop.state(2)
    path = workshop.save("both_1.pt", {"model": state, "ema": average})
    expected = record(workshop, workshop.save("average_1.pt", average), out="average")
    found = record(workshop, path, out="found", weights="ema")
    assert measure_run(found) == measure_run(expected)
    with pytest.raises(UserError, match="no weights under 'teacher': there are some at model, ema"):
        record(workshop, path, out="none", weights="teacher")


def test_numbers_are_those_of_the_features(workshop):
    state = workshop.state(4)
    run = record(workshop, workshop.save("epoch_1.pt", state), split="train", per_class=12)
    network = workshop.network.network()
    network.load_state_dict(state)
    network.eval()
    arrays = np.load(workshop.data)
    images = torch.from_numpy(arrays["images"]).float()[:, None] / 255
    with torch.no_grad():
        features = network.stage2(network.stage1(network.stem(images))).mean(dim=(2, 3))
        logits = network.head(features)
    labels = torch.from_numpy(arrays["labels"])
    expected = class_statistics(features.numpy(), arrays["labels"], 3)
    (measured,) = measure_run(run, layer="features")["layers"]
    assert measured["nc1"] == pytest.approx(nc1(expected), rel=1e-5)
    means = expected.centered_means
    assert measured["nc2_equinorm_means"] == pytest.approx(nc2_equinorm(means), rel=1e-4)
    weight = network.head.weight.detach().double().numpy()
    assert measured["nc3"] == pytest.approx(nc3(weight, means), rel=1e-4)
    scalars = run.snapshot(1).scalars
    loss = torch.nn.functional.cross_entropy(logits, labels)
    assert scalars["train_loss"] == pytest.approx(float(loss), rel=1e-5)
    wrong = (logits.argmax(1) != labels).float().mean()
    assert scalars["train_error"] == pytest.approx(float(wrong))
    convolutions = [m for m in network.stage2.modules() if isinstance(m, torch.nn.Conv2d)]
    matrix = convolutions[-1].weight.detach().double().flatten(1)
    assert measured["weight_norm"] == pytest.approx(float(matrix.norm()))
    rank = float(matrix.norm() ** 2 / torch.linalg.matrix_norm(matrix, 2) ** 2)
    assert measured["stable_rank_weights"] == pytest.approx(rank)


@pytest.mark.parametrize("pool", ["average", "flatten"])
def test_wide_layers_are_streamed_to_the_same_numbers(workshop, monkeypatch, pool):
    path = workshop.save("epoch_1.pt", workshop.state(4, channels=9))
    options = {"model_args": {"channels": 9}, "pool": pool, "layers": ("blocks",)}
    whole = record(workshop, path, out="whole", **options)
    from ncviz.measuring.measurer import Measurer
    from ncviz.recording import setting_up

    monkeypatch.setattr("ncviz.measuring.measured.WIDE", 20)

    def with_little_memory(*args, **changes):
        return Measurer(*args, **{**changes, "memory": 1000})

    monkeypatch.setattr(setting_up, "Measurer", with_little_memory)
    streamed = record(workshop, path, out="streamed", **options)
    for one, other in zip(
        measure_run(whole)["layers"], measure_run(streamed)["layers"], strict=True
    ):
        for name, value in one.items():
            if isinstance(value, float) and other[name] is not None:
                assert other[name] == pytest.approx(value, rel=2e-4), name
    assert streamed.manifest.layers == whole.manifest.layers
    where, there = (run.snapshot(1).positions(1) for run in (whole, streamed))
    gram = where.probe @ where.probe.T
    np.testing.assert_allclose(there.probe @ there.probe.T, gram, rtol=0.02, atol=0.01)


def test_what_was_done_stands_in_the_run(workshop):
    path = workshop.save("epoch_3.pt", workshop.state())
    run = record(workshop, path, layers=("stage?", "stem"), pool="max", normalise="data", size=10)
    recipe = run.manifest.recipe
    assert recipe["layers_recorded"] == [
        "stem:output",
        "stage1:output",
        "stage2:output",
        "head:input",
    ]
    assert recipe["pool"] == "max"
    assert recipe["classifier"] == "head"
    assert recipe["transforms"][0] == "resized to 10×10, bilinear"
    assert recipe["transforms"][1].startswith("normalised with 0.")
    assert "--pool max" in run.manifest.command
    assert run.manifest.command.endswith("--yes")
    assert run.manifest.layers[0].name == "input"
    assert run.manifest.class_names == ("0", "1", "2")
    assert run.probe.images.shape == (36, 10, 10)


def test_the_last_blocks_pooled_maps_are_not_counted_twice(workshop):
    run = record(workshop, workshop.save("epoch_3.pt", workshop.state()), layers=("blocks",))
    names = [layer.name for layer in run.manifest.layers]
    assert names == ["input", "stage1.0", "stage1.1", "stage2.0", "features"]


def test_epochs_come_as_numbers(workshop):
    for epoch in (10, 9, 100):
        workshop.save(f"ckpt/net_epoch={epoch}-step=500.pt", workshop.state(epoch))
    found = look_at_checkpoints(plan(workshop, workshop.folder / "ckpt"))
    assert [epoch for epoch, _ in found.found] == [9, 10, 100]
    workshop.save("told/best.pt", {"model": workshop.state(), "epoch": 12})
    workshop.save("told/5.pt", workshop.state())
    found = look_at_checkpoints(plan(workshop, workshop.folder / "told"))
    assert [(epoch, path.name) for epoch, path in found.found] == [(5, "5.pt"), (12, "best.pt")]
    # Where the files say the same, their names decide.
    for number in (1, 2):
        workshop.save(f"same/{number}.pt", {"model": workshop.state(), "epoch": 0})
    found = look_at_checkpoints(plan(workshop, workshop.folder / "same"))
    assert [epoch for epoch, _ in found.found] == [1, 2]
    # Beside numbered files, those without a number and copies are named and left out.
    for name, epoch in (("epoch_9.pt", 9), ("epoch_10.pt", 10), ("last.pt", 10), ("best.pt", None)):
        workshop.save(f"copies/{name}", {"model": workshop.state(), "epoch": epoch})
    found = look_at_checkpoints(plan(workshop, workshop.folder / "copies"))
    assert [(epoch, path.name) for epoch, path in found.found] == [
        (9, "epoch_9.pt"),
        (10, "epoch_10.pt"),
    ]
    best, last = (skip.sentence for skip in found.skipped)
    assert best.endswith("name it such as epoch_3.pt.")
    assert re.search(r"last\.pt is of epoch 10, as .*epoch_10\.pt is\.", last)
    workshop.save("none/best.pt", workshop.state())
    workshop.save("none/last.pt", workshop.state())
    with pytest.raises(UserError, match=r"best\.pt says no epoch"):
        look_at_checkpoints(plan(workshop, workshop.folder / "none"))


@pytest.mark.parametrize(("order", "state"), [("stop", "stopped"), ("cancel", "cancelled")])
def test_a_recording_can_be_ended(workshop, order, state):
    for epoch in range(4):
        workshop.save(f"epoch_{epoch}.pt", workshop.state(epoch))
    control = Control()

    def end_after_two(message):
        if message == RecordedEpoch(1):
            getattr(control, order)()

    out = workshop.folder / "run"
    asked = plan(workshop, workshop.folder / "epoch_*.pt")
    assert record_checkpoints(asked, out, control=control, notify=end_after_two) == state
    if order == "cancel":
        assert not out.exists()
    else:
        assert Run(out).epochs == Run(out).manifest.recorded == (0, 1)
        assert Run(out).manifest.state == "stopped"


def test_a_model_that_fails_is_told(workshop):
    path = workshop.save("epoch_3.pt", workshop.state())
    for name, words in (
        ("failing", "user_net:failing failed: RuntimeError: no such day"),
        ("nothing", "returned a int: it must return a torch.nn.Module"),
        ("absent", "has no function absent"),
    ):
        with pytest.raises(UserError, match=words):
            record(workshop, path, model=f"user_net:{name}")
    with pytest.raises(UserError, match="There is no module user_nets"):
        record(workshop, path, model="user_nets:network")
    with pytest.raises(UserError, match="The model 'resnet18' is unknown"):
        record(workshop, path, model="resnet18")
    with pytest.raises(UserError, match=r"no layer 'stage9'.*stage1"):
        record(workshop, path, layers=("stage9",))
    with pytest.raises(UserError, match="tells 3 classes apart and Digits 8 × 8 has 10"):
        record(workshop, path, data="digits")
    assert not (workshop.folder / "run").exists()


def test_data_of_the_users_code(workshop):
    path = workshop.save("epoch_3.pt", workshop.state())
    run = record(workshop, path, data="user_net:images")
    assert run.manifest.train_counts == (10, 10, 10)
    with pytest.raises(UserError, match="say yes to it with --yes"):
        record(workshop, path, data="user_net:images", trusted=False, out="untrusted")


def test_a_plan_survives_a_run(workshop):
    made = plan(workshop, "a.pt", "b.pt", layers=("blocks", "stem"), model_args={"classes": 3})
    values = json.loads(json.dumps(made.to_dict()))
    assert from_plain(RecordPlan(), {**values, "trusted": True}, "recording") == made
    for change, words in (
        ({"pool": "median"}, "pool is 'median'"),
        ({"per_class": 1}, "per_class is 1"),
        ({"normalise": "0.5"}, "normalisation is '0.5'"),
        ({"model": ""}, "has no model"),
        ({"depth": 3}, "unknown parameter 'depth'"),
    ):
        with pytest.raises(UserError, match=words):
            from_plain(RecordPlan(), {**values, **change}, "recording")


def test_the_command_line_records(workshop, capsys):
    for epoch in (1, 2):
        workshop.save(f"epoch_{epoch}.pt", workshop.state(epoch))
    arguments = workshop.arguments("epoch_*.pt", layers="blocks", model_args="classes=3,channels=4")
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert "user_net" not in err
    assert "finished, 2 recorded, 5 layers; epoch 2: training error" in out
    assert Run(workshop.folder / "run").manifest.recipe["model_args"] == {
        "classes": 3,
        "channels": 4,
    }


def test_the_epoch_of_each_file_is_said_and_kept(workshop, capsys):
    folders = [workshop.folder / f"out/checkpoint-{step}" for step in (500, 1000)]
    for number, folder in enumerate(folders, 1):
        workshop.save(folder / "model.pt", workshop.state(number))
        state = {"epoch": number / 2, "global_step": 500 * number}
        (folder / "trainer_state.json").write_text(json.dumps(state))
        workshop.save(folder / "optimizer.pt", {"state": {}, "param_groups": []})
    assert main(workshop.arguments("out")) == 0
    out, err = capsys.readouterr()
    assert "count steps and not epochs: the number after 'checkpoint' in their folders'" in out
    assert re.search(r"\n +500  out/checkpoint-500/model\.pt\n +1000  out/checkpoint-1000/", out)
    assert "optimizer.pt" in err
    run = Run(workshop.folder / "run")
    assert (run.epochs, run.counting) == ((500, 1000), Counting("step"))
    assert run.manifest.recipe["epoch_of"] == {
        "out/checkpoint-500/model.pt": 500,
        "out/checkpoint-1000/model.pt": 1000,
    }
    assert "checkpoint" in run.manifest.recipe["epochs_from"]


def test_epochs_are_corrected_on_the_command_line(workshop, capsys):
    for number in (3, 4):
        workshop.save(f"net_{number}_0.5.pt", {"model": workshop.state(number), "epoch": 2})
    workshop.save("last.pt", workshop.state())
    arguments = [
        *workshop.arguments("net_*.pt", "last.pt"),
        *("--epoch-pattern", "net_{step}_*.pt", "--epochs", "last.pt=5000000"),
    ]
    assert main(arguments) == 0
    run = Run(workshop.folder / "run")
    assert run.epochs == (3, 4, 5_000_000)
    assert run.manifest.counting == Counting("step")
    assert "--epoch-pattern 'net_{step}_*.pt'" in run.manifest.command
    assert "--epochs last.pt=5000000" in run.manifest.command
    for words in (["--epoch-pattern", "net_*.pt"], ["--epochs", "last.pt"]):
        assert main(workshop.arguments("last.pt", out="other") + words) == 1
    assert "write {epoch} once" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "epoch"),
    [
        ("resnet18.pth", None),
        ("resnet18-f37072fd.pth", None),
        ("resnet18_3.pt", 3),
        ("wide_resnet50_2_6.pth", 6),
        ("resnet18-epoch12-val0.91.ckpt", 12),
        ("model_0001200.pth", 1200),
        ("cifar10_resnet20_77.pt", 77),
        ("net12.pt", 12),
        ("best.pt", None),
    ],
)
def test_the_number_of_an_architecture_is_no_epoch(name, epoch):
    assert number_in(name) == epoch


def test_code_can_be_named_by_its_file(workshop):
    other = workshop.folder / "elsewhere"
    other.mkdir()
    # A module of the same name is there already, and is another.
    (other / "user_net.py").write_text("from user_net_parts import build as network\n")
    (other / "user_net_parts.py").write_text(
        "import user_net\n\n\ndef build():\n    return user_net.network(channels=5)\n"
    )
    path = workshop.save("epoch_1.pt", workshop.state(channels=5))
    run = record(workshop, path, model=f"{other / 'user_net.py'}:network")
    assert run.manifest.layers[-1].width == 5
    with pytest.raises(UserError, match="There is no file absent"):
        record(workshop, path, model="absent.py:network", out="absent")


def test_of_several_epochs_in_one_file_the_last_is_recorded_as_what_it_is(workshop, capsys):
    workshop.save("all.pt", {f"epoch_{number}": workshop.state(number) for number in (2, 9, 10)})
    assert main(workshop.arguments("all.pt")) == 0
    assert "weights of epoch_10, not of epoch_9 and epoch_2" in capsys.readouterr().out
    run = Run(workshop.folder / "run")
    assert (run.epochs, run.counting) == ((10,), EPOCHS)
    assert main([*workshop.arguments("all.pt", out="other"), "--weights", "epoch_2"]) == 0
    assert Run(workshop.folder / "other").epochs == (2,)
