"""Checkpoints that lie of what they hold are damaged, in one sentence and little memory."""

import io
import json
import pickle
import struct
import zipfile

import numpy as np
import pytest
import torch

from ncviz.recording import torch_files, whole_models
from ncviz.recording.plan import RecordPlan
from ncviz.recording.reading import read_weights

PLAN = RecordPlan(model="checkpoint_layouts:Net", trusted=True)


def saved(content, **options):
    file = io.BytesIO()
    torch.save(content, file, **options)
    return file.getvalue()


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
def test_a_tensor_that_claims_what_is_not_there_is_damaged(refused, tmp_path, changes, words):
    numbers = np.arange(3, dtype=np.float32)
    data = storage_pickle(**changes)
    path = zip_of(tmp_path / "x.pt", data, ("archive/data/0", numbers.tobytes()))
    if words is None:
        found = read_weights(path, PLAN).load("x")["a.weight"]
        assert found.tolist() == [0, 1, 2]
    else:
        refused(path, words)


def test_numbers_of_other_machines_are_told(refused, tmp_path):
    more = (("archive/data/0", bytes(12)), ("archive/byteorder", "big"))
    refused(zip_of(tmp_path / "x.pt", storage_pickle(), *more), "the other way round")


def test_an_archive_with_a_long_list_is_not_looked_through(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(torch_files, "LARGEST_DIRECTORY", 1000)
    names = [(f"archive/data/{n}", b"") for n in range(50)]
    refused(zip_of(tmp_path / "x.pt", storage_pickle(), *names), "too many files")


def test_entries_that_share_their_bytes_are_refused(refused, tmp_path):
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


def test_a_legacy_file_that_ends_early_or_claims_more_is_damaged(refused, tmp_path):
    path = tmp_path / "x.pt"
    content = saved({"a.weight": torch.ones(100)}, _use_new_zipfile_serialization=False)
    path.write_bytes(content[:-8])
    refused(path, "damaged: it ends early")
    place = content.index(struct.pack("<q", 100) + struct.pack("<f", 1))
    path.write_bytes(content[:place] + struct.pack("<q", 2**40) + content[place + 8 :])
    refused(path, "damaged")


def test_pickles_in_pickles_share_their_bounds(refused, tmp_path, monkeypatch):
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


def test_objects_that_hold_each_other_end(refused, tmp_path, monkeypatch):
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
def test_a_header_that_lies_is_damaged(refused, tmp_path, header, words):
    path = tmp_path / "x.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(12))
    if words is None:
        assert read_weights(path, PLAN).load("x")["a.b"].tolist() == [0, 0, 0]
    else:
        refused(path, words)
