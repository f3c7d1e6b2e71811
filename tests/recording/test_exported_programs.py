"""The weights in programs of torch.export are read as data, and what lies about them is told."""

import io
import json
import os
import zipfile

import pytest
import torch

from ncviz.errors import UserError
from ncviz.recording.checkpoint_file import check_tensors, read_checkpoint
from ncviz.recording.stored_tensors import load_tensor

NUMBERS = torch.arange(6.0)


class _Bell:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def row(**changes):
    meta = {
        "dtype": 7,
        "sizes": [{"as_int": 2}, {"as_int": 3}],
        "strides": [{"as_int": 3}, {"as_int": 1}],
        "storage_offset": {"as_int": 0},
    }
    said = {"path_name": "weight_0", "use_pickle": False, "tensor_meta": meta}
    return {
        **said,
        **{name: value for name, value in changes.items() if name in said},
        "tensor_meta": {**meta, **{n: v for n, v in changes.items() if n in meta}},
    }


def program(path, listed, **files):
    content = {"models/model.json": "{}", "data/weights/weight_0": NUMBERS.numpy().tobytes()}
    content["data/weights/model_weights_config.json"] = listed
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**content, **files}.items():
            archive.writestr(f"net/{name}", data)
    return path


def test_weights_that_share_their_numbers_are_views_of_them(tmp_path):
    turned = row(sizes=[{"as_int": 3}, {"as_int": 2}], strides=[{"as_int": 1}, {"as_int": 3}])
    listed = json.dumps({"config": {"a.weight": row(), "b.weight": turned}})
    found = read_checkpoint(program(tmp_path / "net.pt2", listed))
    assert torch.equal(load_tensor(found["a.weight"]), NUMBERS.reshape(2, 3))
    assert torch.equal(load_tensor(found["b.weight"]), NUMBERS.reshape(2, 3).T)


@pytest.mark.parametrize(
    "listed",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"config": []}',
        json.dumps({"config": {"a": 3}}),
        json.dumps({"config": {"a": row(dtype=99)}}),
        json.dumps({"config": {"a": row(path_name="../../outside")}}),
        json.dumps({"config": {"a": row(path_name="weight_9")}}),
        json.dumps({"config": {"a": row(sizes=[{"as_int": 2}, {"as_int": 10**9}])}}),
        json.dumps({"config": {"a": row(sizes=[{"as_int": -1}, {"as_int": 3}])}}),
        json.dumps({"config": {"a": row(sizes=[{"as_expr": "__import__('os')"}])}}),
        json.dumps({"config": {"a": row(storage_offset={"as_int": 3})}}),
        json.dumps({"config": {"a": row(dtype=8)}}),
    ],
)
def test_lists_that_lie_are_damage(tmp_path, listed):
    path = program(tmp_path / "net.pt2", listed)
    with pytest.raises(UserError, match=r"net\.pt2 is damaged"):
        read_checkpoint(path)


def test_a_view_with_steps_of_zero_claims_no_memory(tmp_path):
    huge = row(sizes=[{"as_int": 10**9}] * 2, strides=[{"as_int": 0}] * 2)
    path = program(tmp_path / "net.pt2", json.dumps({"config": {"a.weight": huge}}))
    with pytest.raises(UserError, match="claims"):
        check_tensors(read_checkpoint(path), path)


def test_pickles_of_a_program_are_never_read(tmp_path):
    bell, saved = tmp_path / "rang", io.BytesIO()
    torch.save({"x": _Bell(bell)}, saved)
    inputs = {"data/sample_inputs/model.pt": saved.getvalue()}
    listed = json.dumps({"config": {"a.weight": row()}})
    read_checkpoint(program(tmp_path / "net.pt2", listed, **inputs))
    pickled = json.dumps({"config": {"a.weight": row(use_pickle=True)}})
    with pytest.raises(UserError, match="as no plain tensor"):
        read_checkpoint(program(tmp_path / "other.pt2", pickled, **inputs))
    assert not bell.exists()


def test_archives_in_archives_are_opened_once(tmp_path):
    data = b"x"
    for _ in range(5):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w") as archive:
            archive.writestr("serialized_state_dict.pt", data)
        data = outer.getvalue()
    (tmp_path / "net.pt2").write_bytes(data)
    with pytest.raises(UserError, match="no checkpoint of PyTorch"):
        read_checkpoint(tmp_path / "net.pt2")
