"""Folders of Hugging Face's libraries are read as data: settings, weights, and one sentence."""

import json
import os
import re

import pytest
import safetensors.torch
import torch

from ncviz.errors import UserError
from ncviz.recording.hub_folder import network_folder, read_config, read_hub_folder
from ncviz.recording.stored_tensors import load_tensor

STATE = {
    "bert.embeddings.word_embeddings.weight": torch.arange(12.0).reshape(4, 3),
    "bert.encoder.layer.0.output.dense.weight": torch.eye(3),
    "classifier.weight": torch.ones(2, 3),
    "classifier.bias": torch.zeros(2),
}


class _Bell:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def folder(tmp_path, config="{}"):
    (tmp_path / "config.json").write_text(config)
    return tmp_path


def in_parts(tmp_path, names):
    parts = list(STATE.items())
    for number, name in enumerate(names):
        part = dict(parts[number * 2 : number * 2 + 2])
        safetensors.torch.save_file(part, tmp_path / name)
    where = dict(zip(STATE, [names[0]] * 2 + [names[1]] * 2, strict=True))
    index = {"metadata": {}, "weight_map": where}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))


def check(found):
    assert set(found.tensors) - {"__metadata__"} == set(STATE)
    for name, value in STATE.items():
        assert torch.equal(load_tensor(found.tensors[name]), value)


@pytest.mark.parametrize("kind", ["safetensors", "bin", "parts"])
def test_settings_and_weights_are_read(tmp_path, kind):
    folder(tmp_path, '{"model_type": "bert", "hidden_size": 3}')
    if kind == "safetensors":
        safetensors.torch.save_file(STATE, tmp_path / "model.safetensors", {"format": "pt"})
    elif kind == "bin":
        torch.save(STATE, tmp_path / "pytorch_model.bin")
    else:
        names = [f"model-0000{n}-of-00002.safetensors" for n in (1, 2)]
        in_parts(tmp_path, names)
    found = read_hub_folder(tmp_path)
    assert found.config == {"model_type": "bert", "hidden_size": 3}
    check(found)


def test_the_folder_of_a_trainer_has_its_networks_within(tmp_path):
    inner = tmp_path / "checkpoint-500"
    inner.mkdir()
    folder(inner)
    safetensors.torch.save_file(STATE, inner / "model.safetensors")
    assert network_folder(tmp_path) == inner
    check(read_hub_folder(network_folder(tmp_path)))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("", "config.json is no settings"),
        ("[1]", "holds no names"),
        ('{"a": ' * 100_000, "config.json is no settings"),
        ("9" * 5000, "config.json is no settings"),
    ],
)
def test_settings_that_are_none_are_told(tmp_path, config, words):
    with pytest.raises(UserError, match=words):
        read_config(folder(tmp_path, config))


def test_settings_beyond_all_measure_are_not_read(tmp_path):
    with open(folder(tmp_path) / "config.json", "wb") as file:
        file.truncate(2**40)
    with pytest.raises(UserError, match="is read up to"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("adapter_model.safetensors", "merge_and_unload"),
        ("tf_model.h5", "from_tf"),
        ("flax_model.msgpack", "from_flax"),
        ("notes.txt", "holds no weights"),
    ],
)
def test_folders_without_weights_say_what_to_do(tmp_path, name, words):
    (folder(tmp_path) / name).write_text("x")
    with pytest.raises(UserError, match=re.escape(str(tmp_path)) + ".*" + words):
        read_hub_folder(tmp_path)


def test_a_folder_without_settings_is_told(tmp_path):
    with pytest.raises(UserError, match=r"has no config\.json"):
        read_hub_folder(tmp_path)
    with pytest.raises(UserError, match="There is no folder"):
        read_hub_folder(tmp_path / "none")


@pytest.mark.parametrize("name", ["../outside.safetensors", "/etc/passwd", "..", "a\\b"])
def test_a_list_of_parts_leads_nowhere_else(tmp_path, name):
    inner = tmp_path / "inner"
    inner.mkdir()
    safetensors.torch.save_file(STATE, tmp_path / "outside.safetensors")
    index = {"weight_map": dict.fromkeys(STATE, name)}
    (folder(inner) / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(UserError, match="cannot be a network's parts"):
        read_hub_folder(inner)


def test_a_part_that_is_missing_is_named(tmp_path):
    names = [f"model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    in_parts(folder(tmp_path), names)
    (tmp_path / names[1]).unlink()
    with pytest.raises(UserError, match=r"00002-of-00002\.safetensors is missing"):
        read_hub_folder(tmp_path)


def test_nothing_in_it_is_run(tmp_path):
    bell = tmp_path / "rang"
    torch.save({**STATE, "more": _Bell(bell)}, folder(tmp_path) / "pytorch_model.bin")
    with pytest.raises(UserError, match=r"pytorch_model\.bin wants to call"):
        read_hub_folder(tmp_path)
    assert not bell.exists()


def test_weights_that_claim_more_than_there_is_are_refused(tmp_path):
    huge = torch.zeros(1).expand(10**12)
    torch.save({"classifier.weight": huge}, folder(tmp_path) / "pytorch_model.bin")
    with pytest.raises(UserError, match="claims"):
        read_hub_folder(tmp_path)
