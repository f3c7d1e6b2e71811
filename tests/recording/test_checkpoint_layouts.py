"""What the usual scripts save is read to the same weights, and no file's objects are built."""

import pickle
import re
import warnings

import pytest
import torch
import torch._dynamo  # torch imports it late, and it needs of pickle what is taken away here
from checkpoint_layouts import LAYOUTS, TELL_EPOCH, Net, net, under

from ncviz.errors import UserError
from ncviz.recording.choosing import CheckpointError, choose_weights, load_same
from ncviz.recording.inspecting import look
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import read_weights
from ncviz.torchvision import load_torchvision

PLAN = RecordPlan(model="checkpoint_layouts:Net", trusted=True)


def write(layout, folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about ways of saving that have newer ones
        made = LAYOUTS[layout](folder / "file.pt", net())
    return made if isinstance(made, tuple) else (made, folder / "file.pt")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_scripts_save_gives_the_same_weights(tmp_path, monkeypatch, layout):
    expected, path = write(layout, tmp_path)
    for name in ("load", "loads", "Unpickler", "_Unpickler"):
        monkeypatch.setattr(pickle, name, None)
    monkeypatch.setattr(torch, "load", None)
    weights = read_weights(path, PLAN)
    model, _chosen = choose_weights(PLAN, weights, 4, str(path))
    found = model.network.state_dict()
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, check_dtype=False)
    assert weights.epoch == (7 if layout in TELL_EPOCH else None)


@pytest.mark.parametrize(
    ("layout", "taken", "left"),
    [
        ("timm", "state_dict", ("state_dict_ema",)),
        ("MoCo", "state_dict.encoder_q", ("state_dict.encoder_k",)),
        ("DINO", "student.backbone", ("teacher.backbone",)),
        ("BYOL", "online_encoder.net", ("target_encoder.net",)),
        ("Lightning's average", "current_model_state.model", ("state_dict.model",)),
        ("an average under a prefix", "state_dict.model", ("state_dict.ema_model",)),
        ("a scheme with 'ema' in it", "schema", ("ema",)),
        ("a student beside what has no role", "state_dict.student", ("state_dict.schema",)),
        ("an average and the best so far", "best_state", ("model_ema",)),
        ("networks by their epochs", "10", ("2",)),
        ("a list of networks", "1", ("0",)),
        ("whole networks in half precision", "model", ("ema",)),
        ("a GAN", "discriminator", ()),
        ("Lightning", "state_dict.model", ()),
    ],
)
def test_of_two_networks_the_trained_one_is_taken_and_both_are_said(tmp_path, layout, taken, left):
    _expected, path = write(layout, tmp_path)
    weights = read_weights(path, PLAN)
    _model, chosen = choose_weights(PLAN, weights, 4, str(path))
    assert (chosen.path, chosen.left) == (taken, left)
    if left:
        (note,) = chosen.notes
        assert note.startswith(f"weights of {taken}")
        assert f", not of {left[0]}" in note
        plan = RecordPlan(weights=left[0], model=PLAN.model, trusted=True)
        model, named = choose_weights(plan, read_weights(path, plan), 4, str(path))
        assert named.path.startswith(left[0])
        assert not named.notes
        copied = net(5).state_dict()["head.weight"]
        torch.testing.assert_close(
            model.network.state_dict()["head.weight"], copied, atol=1e-3, rtol=0
        )


def test_names_of_an_older_library_are_no_reason_to_take_the_average(tmp_path):
    """Both networks of the file have them, and fit only by the model's other names."""
    model = load_torchvision().models.densenet121(num_classes=3)
    older = [re.sub(r"(layer\d+\.(?:norm|conv))([12])\.", r"\1.\2.", n) for n in model.state_dict()]
    state = dict(zip(older, model.state_dict().values(), strict=True))
    average = {name: value * 0 for name, value in state.items()}
    path = tmp_path / "file.pt"
    torch.save({"ema": average, "net": state}, path)
    plan = RecordPlan(model="torchvision:densenet121")
    found, chosen = choose_weights(plan, read_weights(path, plan), 3, "file")
    assert (chosen.path, chosen.left) == ("net", ("ema",))
    torch.testing.assert_close(found.network.state_dict(), model.state_dict())


@pytest.mark.parametrize("name", ["encoder_k", "module.encoder_k.", "state_dict.encoder_k"])
def test_a_prefix_is_named_by_its_last_words(tmp_path, name):
    _expected, path = write("MoCo", tmp_path)
    weights = read_weights(path, RecordPlan(weights=name))
    torch.testing.assert_close(
        weights.load("file")["head.weight"], net(5).state_dict()["head.weight"]
    )
    assert weights.places == (
        "state_dict",
        "state_dict.encoder_q",
        "state_dict.encoder_k",
    )


def test_a_name_that_is_there_twice_is_asked_back(tmp_path):
    path = tmp_path / "file.pt"
    torch.save({"a": {"net": net().state_dict()}, "b": {"net": net().state_dict()}}, path)
    with pytest.raises(UserError, match=r"weights under a\.net and b\.net: name one"):
        read_weights(path, RecordPlan(weights="net"))


def test_an_average_never_slips_among_trained_weights(tmp_path):
    both, alone = tmp_path / "both.pt", tmp_path / "alone.pt"
    torch.save({"model": net().state_dict(), "ema": net(5).state_dict()}, both)
    torch.save({"ema": net(5).state_dict()}, alone)
    model, chosen = choose_weights(PLAN, read_weights(both, PLAN), 4, "both")
    with pytest.raises(CheckpointError, match="alone holds ema and no model, which the others"):
        load_same(model, read_weights(alone, PLAN), chosen, "alone")
    # Where there is nothing else, an average is what was saved.
    _model, chosen = choose_weights(PLAN, read_weights(alone, PLAN), 4, "alone")
    assert chosen.path == "ema"
    assert chosen.notes == ("weights of ema: a copy or an average of those trained",)
    _expected, path = write("AveragedModel", tmp_path)
    _model, chosen = choose_weights(PLAN, read_weights(path, PLAN), 4, "alone")
    (note,) = chosen.notes
    assert note.endswith("an average of those trained")


def test_diverged_weights_are_not_replaced_by_their_average(tmp_path):
    path = tmp_path / "file.pt"
    state = net().state_dict()
    state["head.bias"][0] = float("nan")
    torch.save({"model": state, "ema": net(5).state_dict()}, path)
    with pytest.raises(CheckpointError, match=r"NaN or infinite weights in head\.bias"):
        choose_weights(PLAN, read_weights(path, PLAN), 4, "file")


@pytest.mark.parametrize("kind", [torch.int8, torch.int64, torch.bool])
def test_quantised_weights_are_not_taken_for_plain_ones(tmp_path, kind):
    path = tmp_path / "file.pt"
    state = net().state_dict()
    state["head.bias"] = state["head.bias"].to(kind)
    torch.save(state, path)
    with pytest.raises(CheckpointError, match=r"whole numbers in head\.bias, as weights that are"):
        choose_weights(PLAN, read_weights(path, PLAN), 4, "file")


def test_complex_weights_do_not_lose_a_part_of_them(tmp_path):
    path = tmp_path / "file.pt"
    state = net().state_dict()
    state["head.bias"] = state["head.bias"] + 1j
    torch.save(state, path)
    with pytest.raises(CheckpointError, match=r"complex numbers in head\.bias and the model real"):
        choose_weights(PLAN, read_weights(path, PLAN), 4, "file")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            lambda: torch.optim.SGD(Net().parameters(), momentum=0.9).state_dict(),
            "the state of an optimiser and no weights: it is left aside",
        ),
        (
            lambda: {"last_epoch": 3, "_step_count": 4, "base_lrs": [0.1], "_last_lr": [0.1]},
            "a schedule of learning rates and no weights",
        ),
        (lambda: {"scale": 65536.0, "growth_factor": 2.0}, "a gradient scaler and no weights"),
        (
            lambda: {"cpu": torch.get_rng_state(), "cuda": torch.get_rng_state(), "numpy": 3},
            "the state of random numbers and no weights",
        ),
        (
            lambda: under("_fsdp_wrapped_module.", {"_flat_param": torch.ones(9)}),
            "FSDP has flattened",
        ),
        (
            lambda: {"ds_version": "0.14", "module": {"a.weight": torch.empty(0)}},
            "zero_to_fp32.py",
        ),
        (
            lambda: {"ds_version": "0.14", "optimizer_state_dict": {"zero_stage": 1}},
            "the state of an optimiser and no weights",
        ),
        (lambda: [torch.ones(2, 2)] * 3, "a list of 3 tensors without names"),
        (lambda: torch.ones(3), "a single tensor"),
        (lambda: {"loss": 3.0}, r"no weights \(its entries are loss\)"),
        (lambda: {}, "holds nothing"),
        (lambda: {0: "first", 1: 2.0}, r"no weights \(its entries are 0, 1\)"),
        (lambda: [{"loss": 3.0}] * 2, "a list of 2 entries and no network among them"),
        (
            lambda: torch.ao.quantization.quantize_dynamic(
                nn_of_two(), {torch.nn.Linear}
            ).state_dict(),
            "as no plain tensor but sparse, quantised",
        ),
        (lambda: {"a.b": torch.quantize_per_tensor(torch.ones(2), 1, 0, torch.qint8)}, "quantised"),
    ],
)
def test_what_holds_no_weights_says_what_it_is(tmp_path, content, words):
    path = tmp_path / "file.pt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save(content(), path)
    with pytest.raises(CheckpointError, match=words):
        read_weights(path, PLAN)


def nn_of_two():
    return torch.nn.Sequential(torch.nn.Linear(4, 4))


def test_files_are_looked_at_for_the_network_that_would_be_taken(tmp_path):
    _expected, path = write("MoCo", tmp_path)
    looked = look(RecordPlan(checkpoints=(str(path),)))
    assert looked.place == "state_dict.encoder_q"
    assert looked.places[1:] == ("state_dict.encoder_q", "state_dict.encoder_k")
    model = load_torchvision().models.squeezenet1_1(num_classes=3)
    other = {f"up.{n}.weight": torch.ones(2, 2) for n in range(99)}
    torch.save({"generator": other, "discriminator": model.state_dict()}, path)
    looked = look(RecordPlan(checkpoints=(str(path),)))
    assert (looked.model, looked.classes) == ("torchvision:squeezenet1_1", 3)
