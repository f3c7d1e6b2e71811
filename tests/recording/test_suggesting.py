"""Files suggest their model by what lies beside them, by their weights, and by what they say."""

import json
import sys
from argparse import Namespace
from types import ModuleType

import pytest
import safetensors.torch
import torch
from torch import nn

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.recording import suggesting
from ncviz.recording.checkpoint_paths import find_checkpoints
from ncviz.recording.suggesting import suggest
from ncviz.recording.weights import find_weights
from ncviz.torchvision import load_torchvision

OTHER = {"blocks.0.attn.qkv.weight": torch.zeros(3, 3), "head.weight": torch.zeros(2, 3)}


@pytest.fixture
def timm(monkeypatch):
    fake = ModuleType("timm")
    fake.list_models = lambda: ["resnet26t", "resnet18", "vit_tiny"]
    monkeypatch.setitem(sys.modules, "timm", fake)
    monkeypatch.setattr(suggesting, "find_spec", lambda name: object())


def weights(**saved):
    return find_weights({"state_dict": OTHER, **saved}, "file")


@pytest.mark.parametrize(
    "said",
    [
        {"arch": "vit_tiny"},
        {"args": Namespace(model="vit_tiny", lr=0.1).__dict__},
        {"hyper_parameters": {"model_name": "vit_tiny"}},
        {"config": {"arch": "vit_tiny.augreg_in21k"}},
    ],
)
def test_what_a_file_says_names_timms_network(timm, tmp_path, said):
    found = suggest(tmp_path / "epoch_1.pt", weights(**said))
    assert found.model.startswith("timm:vit_tiny")


def test_weights_of_torchvision_are_its_unless_the_file_says_another_network(timm, tmp_path):
    state = load_torchvision().models.resnet18(num_classes=4).state_dict()
    path = tmp_path / "last.pth.tar"
    for arch, model in {
        "resnet18": "torchvision:resnet18",
        "my_net": "torchvision:resnet18",
        "resnet26t": "timm:resnet26t",
    }.items():
        assert suggest(path, find_weights({"arch": arch, "state_dict": state}, "f")).model == model


def test_without_timm_it_is_said_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(suggesting, "find_spec", lambda name: None)
    found = suggest(tmp_path / "a.pt", weights(arch="vit_tiny"))
    assert found.model == ""
    assert "says that its network is vit_tiny" in found.tried
    assert "pip install 'ncviz[timm]'" in found.tried


@pytest.mark.parametrize("arch", ["", "a b", "<b>x</b>", "x" * 100, 3, None, nn.Linear(1, 1)])
def test_names_that_are_none_are_not_taken(tmp_path, arch):
    assert weights(arch=arch).arch == ""


@pytest.mark.parametrize("inner", ["", "checkpoint-500", "epoch_3"])
def test_settings_beside_the_weights_name_their_folder(tmp_path, inner):
    folder = tmp_path / "output" / inner
    folder.mkdir(parents=True)
    settings = {"model_type": "vit", "id2label": {"0": "cat", "1": "dog"}}
    (folder / "config.json").write_text(json.dumps(settings))
    found = suggest(folder / "model.safetensors", weights())
    assert (found.model, found.classes) == (f"hf:{tmp_path / 'output'}", 2)


@pytest.mark.parametrize("settings", ["[]", "{", '{"model_type": 3}', '{"lr": 0.1}'])
def test_other_settings_are_none_of_a_network(tmp_path, settings):
    (tmp_path / "config.json").write_text(settings)
    assert not suggest(tmp_path / "model.safetensors", weights()).model.startswith("hf:")


def test_a_folder_of_trainings_says_which_folder_to_give(tmp_path):
    for name in ("20261101-vit", "20261102-vit"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "checkpoint-3.pth.tar").write_bytes(b"PK")
        words = (
            "20261101-vit in it does" if "01-" in name else "2 folders in it do, such as 20261101"
        )
        with pytest.raises(UserError, match=words):
            find_checkpoints([str(tmp_path)])
    assert len(find_checkpoints([str(tmp_path / "20261101-vit")])) == 1


def test_an_entry_is_named_by_a_word_of_its_name():
    content = {"state_dict": OTHER, "state_dict_ema": {n: t + 1 for n, t in OTHER.items()}}
    taken = find_weights(content, "file", "ema")
    assert taken.place == "state_dict_ema"
    assert taken.tensors["head.weight"][0, 0] == 1
    with pytest.raises(UserError, match="no weights under 'em'"):
        find_weights(content, "file", "em")
    with pytest.raises(UserError, match="no weights under 'dict'"):
        find_weights(content, "file", "dict")


def test_weights_of_a_hubs_folder_name_it_where_they_do_not_fit(tmp_path, capsys):
    folder = tmp_path / "output" / "checkpoint-500"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "vit"}')
    safetensors.torch.save_file(OTHER, folder / "model.safetensors")
    for name in ("optimizer.pt", "scheduler.pt"):
        torch.save({"param_groups": []}, folder / name)
    words = ["record", "--model", "torchvision:resnet18", "--data", "digits"]
    files = ["--checkpoints", str(tmp_path / "output"), "--out", str(tmp_path / "run")]
    assert main([*words, *files]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"ncviz: {folder / 'model.safetensors'} does not fit resnet18")
    assert said.endswith(f"They seem to be of hf:{tmp_path / 'output'}.")
