"""Files that lie, lack parts, or are another program's: one sentence each, and little memory."""

import gzip
import io
import json
import os
import socket
import tarfile
import tracemalloc
import warnings
import zipfile
from argparse import Namespace
from pathlib import Path

import pytest
import safetensors.torch
import torch
from checkpoint_layouts import LAYOUTS, net

from ncviz.errors import UserError
from ncviz.recording import checkpoint_file, checkpoint_parts
from ncviz.recording.checkpoint_parts import one_of_each
from ncviz.recording.checkpoint_paths import find_checkpoints
from ncviz.recording.choosing import CheckpointError, choose_weights
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import read_weights
from ncviz.recording.setting_up import look_at_checkpoints
from ncviz.recording.stored_tensors import load_tensor

PLAN = RecordPlan(model="checkpoint_layouts:Net", trusted=True)


def saved(content, **options):
    file = io.BytesIO()
    torch.save(content, file, **options)
    return file.getvalue()


# Other programs


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("net.h5", b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5 file, as Keras.* ncviz import.*--load"),
        ("net.onnx", b"\x08\x07\x12\x07pytorch", "network of ONNX: it has no operators"),
        ("flax_model.msgpack", b"\x83\xa6params", "a file of JAX: .*ncviz import"),
        ("frozen.pb", b"\n\x0f\n\x05input", "a file of TensorFlow: .*ncviz import"),
        ("net.tflite", b"\x1c\0\0\0TFL3" + bytes(9), "TensorFlow Lite: .*ncviz import"),
        ("model.ckpt.data-00000-of-00001", b"\x01\x02\x03", "a file of TensorFlow"),
        ("model.gguf", b"GGUF\3\0\0\0", "a GGUF file"),
        ("x.pt.gz", gzip.compress(b"weights", mtime=0), "packed by gzip: unpack it"),
        ("x.pt", b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive: unpack it"),
        ("x.pt", b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS.*git lfs pull"),
        ("x.safetensors", b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS.*git lfs"),
        ("x.bin", b"<!DOCTYPE html><html>Sign in", "a web page"),
        ("x.bin", b"\n <html>", "a web page"),
        ("x.npy", b"\x93NUMPY\1\0", "an array of NumPy: bring features in with ncviz import"),
        ("config.json", b'{"a": 1}', "no checkpoint but text"),
        ("notes.pt", b"epoch 3 was good", "no checkpoint: give files of torch.save"),
        ("net.mat", b"MATLAB 5.0 MAT-file", "a file of MATLAB"),
    ],
)
def test_another_programs_file_is_told_with_what_to_do(refused, tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, words)


def test_archives_are_told_by_what_is_in_them(refused, tmp_path):
    for name, inside, words in (
        ("net.keras", "model.weights.h5", "network of Keras: .*ncviz import"),
        ("arrays.npz", "features.npy", "arrays of NumPy: .*ncviz import"),
        ("packed.zip", "checkpoint.pt", "no checkpoint of PyTorch: unpack it"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(inside, "x" * 100)
        refused(tmp_path / name, words)
    with tarfile.open(tmp_path / "x.pth.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("weights.pth"))
    refused(tmp_path / "x.pth.tar", "a tar archive: unpack it")


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("saved_model.pb", "a network of TensorFlow: .*ncviz import"),
        ("_CHECKPOINT_METADATA", "a checkpoint of JAX: .*ncviz import"),
        ("notes.txt", "holds no checkpoint"),
    ],
)
def test_another_programs_folder_is_told(tmp_path, inside, words):
    (tmp_path / inside).write_text("x")
    with pytest.raises(UserError, match=words):
        find_checkpoints([str(tmp_path)])


# Neither files nor folders


def test_pipes_devices_and_sockets_are_never_waited_for(refused, tmp_path):
    os.mkfifo(tmp_path / "pipe.pt")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "socket.pt"))
    (tmp_path / "device.pt").symlink_to("/dev/zero")
    for name in ("pipe.pt", "socket.pt", "device.pt"):
        refused(tmp_path / name, "is no file|and no file")
    listening.close()
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a.b": "pipe.pt"}}))
    with pytest.raises(CheckpointError, match=r"pipe\.pt is missing"):
        read_weights(index, PLAN)
    index.unlink()
    os.mkfifo(index)
    refused(index, "a pipe and no file")


# Parts


@pytest.mark.parametrize("layout", ["safetensors in parts, listed", "bin in parts"])
def test_an_index_stands_for_its_parts_and_a_missing_one_is_named(tmp_path, layout):
    _expected, index = LAYOUTS[layout](tmp_path / "file.pt", net())
    parts = checkpoint_parts.parts_of(index)
    assert one_of_each([*parts, tmp_path / "other.pt"]) == (index, tmp_path / "other.pt")
    parts[0].unlink()
    refused_by_part(index, parts[0])


def refused_by_part(path, part):
    with pytest.raises(CheckpointError, match=f"{part.name} is missing"):
        read_weights(path, PLAN)


def test_parts_without_an_index_are_one_checkpoint(tmp_path):
    LAYOUTS["safetensors in parts"](tmp_path / "file.pt", net())
    found = one_of_each(find_checkpoints([str(tmp_path)]))
    assert [path.name for path in found] == ["model-00001-of-00002.safetensors"]
    found[0].unlink()
    second = tmp_path / "model-00002-of-00002.safetensors"
    assert one_of_each([second]) == (second,)
    refused_by_part(second, found[0])


@pytest.mark.parametrize(
    "text",
    [
        '{"weight_map": {"a.b": "../secret.safetensors"}}',
        '{"weight_map": {"a.b": "/etc/passwd"}}',
        '{"weight_map": {"a.b": ".."}}',
        '{"weight_map": {"a.b": "a\\\\\\\\b"}}',
        '{"weight_map": {"a.b": 3}}',
        '{"weight_map": {}}',
        '{"weight_map": []}',
        "[]",
        "{",
        "[" * 100_000,
    ],
)
def test_an_index_leads_nowhere_else(refused, tmp_path, text):
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(text)
    refused(index, "lists files that cannot be|does not list")


def test_an_index_that_lists_itself_ends(refused, tmp_path):
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a.b": index.name}}))
    refused(index, "no checkpoint but text")


# Folders of shares


@pytest.fixture
def shares(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is one process alone
        LAYOUTS["torch.distributed.checkpoint"](tmp_path / "shares", net())
    return tmp_path / "shares"


def test_weights_that_a_network_has_twice_are_kept_once(tmp_path):
    class Tied(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.other = torch.nn.Linear(4, 4), torch.nn.Linear(4, 4)
            self.other.weight = self.one.weight

    network = Tied()
    safetensors.torch.save_model(network, str(tmp_path / "net.safetensors"))
    state = checkpoint_file.read_checkpoint(tmp_path / "net.safetensors")
    assert set(state) == {*network.state_dict(), "__metadata__"}
    assert torch.equal(load_tensor(state["other.weight"]), network.one.weight)


def test_a_folder_of_shares_is_one_checkpoint(shares):
    assert find_checkpoints([str(shares)]) == (shares,)


def test_a_share_that_is_missing_cut_off_or_elsewhere_is_told(refused, shares, tmp_path):
    share = next(shares.glob("*.distcp"))
    content = share.read_bytes()
    share.write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match="damaged or cannot be read"):
        read_weights(shares, PLAN).load(str(shares))
    share.unlink()
    with pytest.raises(UserError, match="is missing: it is a share"):
        read_weights(shares, PLAN).load(str(shares))
    listed = shares / ".metadata"
    name = share.name.encode()
    other = b"../" + b"x" * (len(name) - 3)
    listed.write_bytes(listed.read_bytes().replace(name, other))
    refused(shares, "is damaged")


def test_shares_without_their_list_say_what_is_missing(refused, shares):
    (shares / ".metadata").unlink()
    assert find_checkpoints([str(shares)]) == (shares,)
    refused(shares, r"and not the file \.metadata, which lists their weights: copy it, too")


# A function of the user's

LOADER = """
import json
from argparse import Namespace
from pathlib import Path

import numpy as np


class Lazy:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype=dtype)


def read(path):
    return {name: Lazy(values) for name, values in json.loads(Path(path).read_text()).items()}


def nested(path):
    return {"epoch": 7, "weights": read(path)}


def network(path):
    from checkpoint_layouts import net

    return net()


def nothing(path):
    return path


def failing(path):
    raise RuntimeError("no such day")
"""


@pytest.fixture
def own_format(tmp_path, monkeypatch):
    (tmp_path / "reading_code.py").write_text(LOADER)
    values = {name: value.tolist() for name, value in net().state_dict().items()}
    (tmp_path / "epoch_3.own").write_text(json.dumps(values))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "epoch_3.own"


@pytest.mark.parametrize("function", ["read", "nested", "network"])
def test_a_function_of_the_users_reads_what_ncviz_cannot(own_format, function):
    plan = RecordPlan(model=PLAN.model, load=f"reading_code.py:{function}", trusted=True)
    weights = read_weights(own_format, plan)
    model, _ = choose_weights(plan, weights, 4, "file")
    torch.testing.assert_close(model.network.state_dict(), net().state_dict())
    assert weights.epoch == (7 if function == "nested" else None)


def test_such_a_function_needs_a_yes_and_its_faults_are_told(own_format):
    plan = RecordPlan(model=PLAN.model, load="reading_code.py:read")
    assert plan.runs_code == (PLAN.model, plan.load)
    with pytest.raises(CheckpointError, match="say yes to it with --yes"):
        read_weights(own_format, plan)
    for function, words in (("nothing", "returned a str for .*state dict"), ("failing", "no such")):
        plan = RecordPlan(load=f"reading_code.py:{function}", trusted=True)
        with pytest.raises(CheckpointError, match=words):
            read_weights(own_format, plan)
    with pytest.raises(UserError, match="load is 'torch': name a function"):
        RecordPlan(model="a:b", checkpoints=("a",), data="digits", load="torch").check()


def test_such_a_function_is_given_what_was_named(own_format):
    folder = own_format.parent
    (folder / "orbax").mkdir()
    named = checkpoint_parts.as_named([str(folder / "orbax"), str(folder / "*.own")])
    assert named == (folder / "orbax", own_format)
    with pytest.raises(UserError, match="No checkpoint is named"):
        checkpoint_parts.as_named([str(folder / "*.h5")])


def test_weights_are_read_only_when_they_are_used(tmp_path):
    """A file that is looked at for its epoch gives its numbers no memory."""
    path = tmp_path / "x.pt"
    torch.save({"epoch": 3, "model": {"a.weight": torch.ones(1_000_000)}}, path)
    tracemalloc.start()
    weights = read_weights(path, PLAN)
    looked, _ = tracemalloc.get_traced_memory()
    tensor = weights.load("x")["a.weight"]
    read, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert looked < 1e6
    assert read - looked < 1.1 * tensor.nbytes
    safetensors.torch.save_file({"a.weight": tensor}, Path(f"{path}.safetensors"))
    assert read_weights(Path(f"{path}.safetensors"), PLAN).load("x")["a.weight"].equal(tensor)


def test_what_lies_beside_checkpoints_is_left_aside_and_said_once(tmp_path):
    """A folder as Hugging Face's Trainer leaves it."""
    for step in (100, 200):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        safetensors.torch.save_file(net(step).state_dict(), folder / "model.safetensors")
        torch.save(torch.optim.SGD(net().parameters()).state_dict(), folder / "optimizer.pt")
        torch.save({"_step_count": 3, "base_lrs": [0.1]}, folder / "scheduler.pt")
        torch.save({"cpu": torch.get_rng_state(), "numpy": 3}, folder / "rng_state.pth")
        torch.save(Namespace(output_dir="out"), folder / "training_args.bin")
    plan = RecordPlan(checkpoints=(str(tmp_path),))
    told = []
    looked = look_at_checkpoints(plan, told.append)
    assert [path.name for _, path in looked.found] == ["model.safetensors"] * 2
    (skipped,) = looked.skipped
    assert (
        "8 files such as optimizer.pt, rng_state.pth, scheduler.pt and 1 more" in skipped.sentence
    )
    assert skipped in told
    alone = RecordPlan(checkpoints=(str(tmp_path / "checkpoint-100" / "optimizer.pt"),))
    with pytest.raises(UserError, match="an optimiser and no weights: it is left aside"):
        look_at_checkpoints(alone)
