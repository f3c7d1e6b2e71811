"""Files that change while they are open: a sentence, never the end of the process."""

import json
import os
import shutil
import struct
from dataclasses import replace

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from ncviz.errors import UserError
from ncviz.runs.run import Run, RunReplacedError
from ncviz.runs.stored_arrays import DamagedArraysError, StoredArrays
from ncviz.runs.writer import RunWriter

SNAPSHOT = "snapshots/000001.safetensors"
KINDS = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_arrays_are_read_as_safetensors_reads_them(tmp_path, kind, shape):
    arrays = {
        "a": np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(kind),
        "b": np.ones(5, "f4"),
    }
    path = tmp_path / "x.safetensors"
    safetensors.numpy.save_file(arrays, path, metadata={"epoch": "1"})
    stored, known = StoredArrays(path), safetensors.numpy.load_file(path)
    assert stored.metadata == {"epoch": "1"}
    for name, array in known.items():
        assert np.array_equal(stored.read(name), array)
        assert stored.read(name).dtype == array.dtype
        assert stored.kind(name) == (array.dtype.kind, array.shape)


HEADERS = [
    {"a": {"dtype": "F64", "shape": [2**62, 2**62], "data_offsets": [0, 8]}},
    {"a": {"dtype": "F64", "shape": [2**40], "data_offsets": [0, 2**43]}},
    {"a": {"dtype": "F64", "shape": [1], "data_offsets": [8, 0]}},
    {"a": {"dtype": "F64", "shape": [-1], "data_offsets": [0, 8]}},
    {"a": {"dtype": "F64", "shape": [True], "data_offsets": [0, 8]}},
    {"a": {"dtype": "F64", "shape": [1.0], "data_offsets": [0, 8]}},
    {"a": {"dtype": "F64", "shape": "1", "data_offsets": [0, 8]}},
    {"a": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8, 16]}},
    {"a": {"dtype": "F64", "shape": [1], "data_offsets": [8, 16]}},
    {"a": {"dtype": "F64", "shape": [2**63], "data_offsets": [0, 8]}},
    {"a": [1, 2]},
    {"a": None},
    {"__metadata__": {"a": 1}},
    {"__metadata__": []},
    [],
    "x",
]


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_a_header_claims_no_more_than_there_is(tmp_path, header):
    path = tmp_path / "x.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"\0" * 8)
    with pytest.raises(DamagedArraysError):
        StoredArrays(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(struct.pack("<Q", len(content) // 2) + content)
    try:
        StoredArrays(path)
    except DamagedArraysError:
        return
    assert content[: len(content) // 2].strip().startswith(b"{")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_snapshot_that_shrinks_while_it_is_open(growing_run, share):
    run = Run(growing_run.path)
    snapshot = run.snapshot(1)
    path = growing_run.path / SNAPSHOT
    os.truncate(path, int(share * path.stat().st_size))
    with pytest.raises(UserError, match=r"000001\.safetensors cannot be read any more"):
        snapshot.load()
    assert run.snapshot(2).load().epoch == 2


def test_an_open_snapshot_that_is_deleted_or_replaced_is_still_read(growing_run):
    run = Run(growing_run.path)
    snapshot, path = run.snapshot(1), growing_run.path / SNAPSHOT
    path.unlink()
    assert snapshot.load().epoch == 1
    path.write_bytes(b"something else")
    assert snapshot.load().epoch == 1


def test_one_that_is_overwritten_in_place_is_refused_or_read(growing_run):
    run = Run(growing_run.path)
    snapshot = run.snapshot(1)
    with open(growing_run.path / SNAPSHOT, "r+b") as file:
        size = file.seek(0, 2)
        file.seek(0)
        file.write(b"\xff" * size)
    with pytest.raises(UserError, match=r"000001\.safetensors"):
        snapshot.load()


@pytest.mark.parametrize(
    "change",
    [
        {"class_names": ["a", "b"], "train_counts": [8, 8]},
        {"class_names": [f"c{k}" for k in range(9)], "train_counts": []},
        {"layers": [{"name": "input", "width": 6}]},
        {"layers": [{"name": "input", "width": 7}, {"name": "layer 1", "width": 4}]},
        {"created": "2031-01-01T00:00:00+00:00"},
    ],
    ids=str,
)
def test_a_manifest_of_another_run_is_not_taken_for_this_one_s(growing_run, change):
    run = Run(growing_run.path)
    known = run.manifest
    path = growing_run.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(RunReplacedError, match="another run"):
        run.refresh()
    assert run.manifest == known


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "ncviz run", "version": 1}'])
def test_a_damaged_manifest_is_told_and_the_old_one_kept(growing_run, content):
    run = Run(growing_run.path)
    known = run.manifest
    (growing_run.path / "manifest.json").write_text(content)
    with pytest.raises(UserError, match=r"manifest\.json"):
        run.refresh()
    assert run.manifest == known


def test_snapshots_and_folders_that_vanish(growing_run):
    run = Run(growing_run.path)
    (growing_run.path / SNAPSHOT).unlink()
    assert run.refresh()
    assert run.epochs == (0, 2)
    shutil.rmtree(growing_run.path / "snapshots")
    assert not run.refresh()
    assert run.epochs == (0, 2)
    growing_run.path.rename(growing_run.path.with_name("elsewhere"))
    with pytest.raises(UserError, match="is not an ncviz run"):
        run.refresh()


def test_a_run_that_goes_on_and_is_renamed_stays_the_same(growing_run):
    run = Run(growing_run.path)
    writer = RunWriter.reopen(growing_run.path)
    writer.manifest = replace(writer.manifest, title="another title")
    writer.close("stopped")
    assert run.refresh()
    assert run.manifest.title == "another title"
