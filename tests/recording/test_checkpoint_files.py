"""Files that lie, lack parts, or are another program's: one sentence each, and little memory."""

import gzip
import io
import json
import os
import pickle
import socket
import struct
import tarfile
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from checkpoint_layouts import LAYOUTS, net

from ncviz.errors import UserError
from ncviz.recording import checkpoint_parts, torch_files, whole_models
from ncviz.recording.checkpoint_parts import one_of_each
from ncviz.recording.choosing import CheckpointError, choose_weights
from ncviz.recording.epochs import find_checkpoints
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import read_weights

PLAN = RecordPlan(model="checkpoint_layouts:Net", trusted=True)
MEMORY = 40e6  # bytes, for files of some kilobytes


def refused(path, words, plan=PLAN):
    tracemalloc.start()
    with pytest.raises(CheckpointError, match=words) as caught:
        read_weights(path, plan).load(str(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(path.name) in str(caught.value)
    assert len(str(caught.value)) < 600
    assert peak < MEMORY


def saved(content, **options):
    file = io.BytesIO()
    torch.save(content, file, **options)
    return file.getvalue()


# Other programs


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("net.h5", b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5 file, as Keras.* ncviz import.*--load"),
        ("net.onnx", b"\x08\x07\x12\x07pytorch", "network of ONNX: .*ncviz import"),
        ("flax_model.msgpack", b"\x83\xa6params", "a file of JAX: .*ncviz import"),
        ("frozen.pb", b"\n\x0f\n\x05input", "a file of TensorFlow: .*ncviz import"),
        ("net.tflite", b"\x1c\0\0\0TFL3" + bytes(9), "TensorFlow Lite: .*ncviz import"),
        ("model.ckpt.data-00000-of-00001", b"\x01\x02\x03", "a file of TensorFlow"),
        ("model.gguf", b"GGUF\3\0\0\0", "a GGUF file"),
        ("x.pt.gz", gzip.compress(b"weights"), "packed by gzip: unpack it"),
        ("x.pt", b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive: unpack it"),
        ("x.pt", b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS.*git lfs pull"),
        ("x.bin", b"<!DOCTYPE html><html>Sign in", "a web page"),
        ("x.bin", b"\n <html>", "a web page"),
        ("x.npy", b"\x93NUMPY\1\0", "an array of NumPy: bring features in with ncviz import"),
        ("config.json", b'{"a": 1}', "no checkpoint but text"),
        ("notes.pt", b"epoch 3 was good", "no checkpoint: give files of torch.save"),
        ("net.mat", b"MATLAB 5.0 MAT-file", "a file of MATLAB"),
    ],
)
def test_another_programs_file_is_told_with_what_to_do(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, words)


def test_archives_are_told_by_what_is_in_them(tmp_path):
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


def test_pipes_devices_and_sockets_are_never_waited_for(tmp_path):
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
def test_an_index_leads_nowhere_else(tmp_path, text):
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(text)
    refused(index, "lists files that cannot be|does not list")


def test_an_index_that_lists_itself_ends(tmp_path):
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


def test_a_folder_of_shares_is_one_checkpoint(shares):
    assert find_checkpoints([str(shares)]) == (shares,)


def test_a_share_that_is_missing_cut_off_or_elsewhere_is_told(shares, tmp_path):
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


# Files that lie


def zip_of(path, data, *more):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        for name, content in more:
            archive.writestr(name, content)
    return path


def storage_pickle(count=3, size=(3,), stride=(1,), offset=0, kind="FloatStorage", key="0"):
    """Return the pickle of one tensor, as it would be written with these numbers."""

    class Stored:
        def __init__(self, name):
            self.name = name

    class Pickler(pickle._Pickler):
        def persistent_id(self, value):
            if isinstance(value, Stored):
                return ("storage", getattr(torch, kind), key, "cpu", count)
            return None

    class Rebuilt:
        def __reduce__(self):
            return (
                torch._utils._rebuild_tensor_v2,
                (Stored(key), offset, size, stride, False, {}),
            )

    file = io.BytesIO()
    Pickler(file, 2).dump({"a.weight": Rebuilt()})
    return file.getvalue()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"size": (2**40,), "stride": (0,)}, "claims 1,099,511,627,776 numbers"),
        ({"size": (4,)}, "damaged"),
        ({"size": (3, 3)}, "damaged"),
        ({"offset": 1}, "damaged"),
        ({"offset": -1}, "damaged"),
        ({"size": (-3,)}, "damaged"),
        ({"stride": (2,)}, "damaged"),
        ({"stride": (-1,)}, "damaged"),
        ({"size": (2**63,), "stride": (0,)}, "damaged"),
        ({"size": (1,) * 80, "stride": (1,) * 80}, "damaged"),
        ({"size": ("3",)}, "damaged"),
        ({"count": 2**40}, "damaged"),
        ({"count": -3}, "damaged"),
        ({"count": 4}, "damaged"),
        ({"key": "1"}, "damaged"),
        ({"key": "../version"}, "damaged"),
        ({"kind": "DoubleStorage"}, "damaged"),
    ],
)
def test_a_tensor_that_claims_what_is_not_there_is_damaged(tmp_path, changes, words):
    numbers = np.arange(3, dtype=np.float32)
    data = storage_pickle(**changes)
    path = zip_of(tmp_path / "x.pt", data, ("archive/data/0", numbers.tobytes()))
    if words is None:
        found = read_weights(path, PLAN).load("x")["a.weight"]
        assert found.tolist() == [0, 1, 2]
    else:
        refused(path, words)


def test_numbers_of_other_machines_are_told(tmp_path):
    more = (("archive/data/0", bytes(12)), ("archive/byteorder", "big"))
    refused(zip_of(tmp_path / "x.pt", storage_pickle(), *more), "the other way round")


def test_an_archive_with_a_long_list_is_not_looked_through(tmp_path, monkeypatch):
    monkeypatch.setattr(torch_files, "LARGEST_DIRECTORY", 1000)
    names = [(f"archive/data/{n}", b"") for n in range(50)]
    refused(zip_of(tmp_path / "x.pt", storage_pickle(), *names), "too many files")


def test_entries_that_share_their_bytes_are_refused(tmp_path):
    """A zip archive can name the same bytes again and again, and so unfold without packing."""
    path = zip_of(tmp_path / "x.pt", storage_pickle(), ("archive/data/0", bytes(100_000)))
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    start = struct.unpack("<I", content[end + 16 : end + 20])[0]
    listed = content[start:end]
    last = listed[listed.rindex(b"PK\1\2") :]
    more = b"".join(last.replace(b"data/0", b"data/%d" % n) for n in range(1, 9))
    size = struct.pack("<I", len(listed) + len(more))
    count = struct.pack("<HH", 10, 10)
    tail = content[end : end + 8] + count + size + content[end + 16 :]
    path.write_bytes(content[:end] + more + tail)
    refused(path, "packed archive of")


def test_a_legacy_file_that_ends_early_or_claims_more_is_damaged(tmp_path):
    path = tmp_path / "x.pt"
    content = saved({"a.weight": torch.ones(100)}, _use_new_zipfile_serialization=False)
    path.write_bytes(content[:-8])
    refused(path, "damaged: it ends early")
    place = content.index(struct.pack("<q", 100) + struct.pack("<f", 1))
    path.write_bytes(content[:place] + struct.pack("<q", 2**40) + content[place + 8 :])
    refused(path, "damaged")


def test_pickles_in_pickles_share_their_bounds(tmp_path, monkeypatch):
    monkeypatch.setattr("ncviz.pickles.machine.MOST_STEPS", 20_000)

    class Within:
        def __init__(self, data):
            self.data = data

        def __reduce__(self):
            return torch.storage._load_from_bytes, (self.data,)

    inner = pickle.dumps([[] for _ in range(2000)], 2)
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps([Within(inner + bytes(n)) for n in range(50)]))
    refused(path, "more values beside its tensors")
    nested = pickle.dumps(3)
    for _ in range(400):
        nested = pickle.dumps(Within(nested))
    path.write_bytes(nested)
    refused(path, "no weights|damaged")


def test_objects_that_hold_each_other_end(tmp_path, monkeypatch):
    """A network whose modules are met twice each, sixty deep, and one that holds itself."""

    monkeypatch.setattr(whole_models, "_MOST", 20_000)

    class Module:
        def __init__(self, *inner):
            self._parameters = {"weight": torch.ones(1)}
            self._buffers = {}
            self._modules = {str(n): module for n, module in enumerate(inner)}

    module = Module()
    for _ in range(60):
        module = Module(module, module)
    ring = Module()
    ring._modules["self"] = ring
    shared = {"weight.a": 1}
    for _ in range(4):
        shared = {f"{n}": shared for n in range(300)}
    for number, content in enumerate((module, {"a": shared})):
        path = tmp_path / f"{number}.pt"
        Module.__module__, Module.__qualname__ = "__main__", "Module"
        path.write_bytes(by_reference(content))
        refused(path, "more entries than any weights need")
    (tmp_path / "ring.pt").write_bytes(by_reference(ring))
    refused(tmp_path / "ring.pt", "a network without weights of its own")


def by_reference(content):
    """Pickle without looking whether the classes can be found again."""

    class Pickler(pickle._Pickler):
        def save_global(self, obj, name=None):
            self.write(b"cmine\nModule\n")
            self.memoize(obj)

        def reducer_override(self, obj):
            if isinstance(obj, torch.Tensor):
                return "not needed"
            return NotImplemented

    file = io.BytesIO()
    Pickler(file, 2).dump(content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"a.b": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}}, None),
        ({"a.b": {"dtype": "F32", "shape": [4], "data_offsets": [0, 12]}}, "damaged"),
        ({"a.b": {"dtype": "F32", "shape": [3], "data_offsets": [4, 16]}}, "damaged"),
        ({"a.b": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 12]}}, "damaged"),
        ({"a.b": {"dtype": "X9", "shape": [3], "data_offsets": [0, 12]}}, "damaged"),
        ({"a.b": 3}, "damaged"),
        ({}, "damaged|holds nothing"),
    ],
)
def test_a_header_that_lies_is_damaged(tmp_path, header, words):
    path = tmp_path / "x.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(12))
    if words is None:
        assert read_weights(path, PLAN).load("x")["a.b"].tolist() == [0, 0, 0]
    else:
        refused(path, words)


# A function of the user's

LOADER = """
import json
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
