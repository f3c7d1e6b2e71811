"""HDF5 files of strangers: what leads out of them, claims too much, or needs another program."""

import sys

import h5py
import numpy as np
import pytest
from arrays_of import N, Y

from ncviz.arrays import stored
from ncviz.arrays.files import open_arrays
from ncviz.arrays.sorting import sort_arrays
from ncviz.errors import UserError

H = np.random.default_rng(0).normal(size=(N, 5))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "f.h5"


def left(path):
    return open_arrays(path).left


def test_no_link_leads_out_of_a_file_or_round_in_circles(path, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = H
    (tmp_path / "raw.bin").write_bytes(bytes(8 * N))
    layout = h5py.VirtualLayout(shape=(N, 5), dtype="f8")
    layout[:] = h5py.VirtualSource(tmp_path / "secret.h5", "x", shape=(N, 5))
    with h5py.File(path, "w") as file:
        file["features"], file["labels"] = H, Y
        file["other"] = h5py.ExternalLink(tmp_path / "secret.h5", "x")
        file["soft"] = h5py.SoftLink("/labels")
        group = file.create_group("group")
        group["itself"] = group
        file.create_dataset("raw", (N,), "f8", external=[(tmp_path / "raw.bin", 0, 8 * N)])
        file.create_virtual_dataset("virtual", layout)
        file["records"] = np.zeros(N, [("a", "f4"), ("b", "i4")])
        file["nothing"] = h5py.Empty("f4")
    assert left(path) == {
        "group/itself": "is a group within itself, or was read under another name",
        "nothing": "is empty",
        "other": "is a link, which is not followed",
        "raw": "lies in other files: save it in this one",
        "records": "is no array of numbers or short words",
        "soft": "is a link, which is not followed",
        "virtual": "lies in other files: save it in this one",
    }


def test_groups_that_hold_each_other_many_times_are_walked_once(path):
    with h5py.File(path, "w") as file:
        below = file.create_group("0")
        for depth in range(1, 16):
            group = file.create_group(str(depth))
            for name in "abcdefgh":
                group[name] = below
            below = group
    assert len(left(path)) <= 15 * 8


def test_no_filter_of_another_program_is_loaded(path):
    with h5py.File(path, "w") as file:
        made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        made.set_chunk((N, 5))
        made.set_filter(32001, h5py.h5z.FLAG_OPTIONAL)  # blosc's number
        space = h5py.h5s.create_simple((N, 5))
        h5py.h5d.create(file.id, b"features", h5py.h5t.NATIVE_DOUBLE, space, made)
        file["labels"] = Y
    with pytest.raises(UserError, match="'features' cannot be taken as features: it is packed by"):
        sort_arrays(open_arrays(path))


def test_what_is_claimed_and_not_there_is_refused(path, monkeypatch):
    with h5py.File(path, "w") as file:
        file.create_dataset("features", (10**9, 1000), "f8", chunks=(100, 1000))
    with pytest.raises(UserError, match="would unpack to more than 64 GiB"):
        open_arrays(path)
    with h5py.File(path, "w") as file:
        file.create_dataset("features", data=np.zeros((1000, 200)), compression="gzip")
    monkeypatch.setattr(stored, "ALWAYS_ALLOWED", 10**5)
    with pytest.raises(UserError, match="more than 50 times its size"):
        open_arrays(path)


def test_a_chunk_that_fills_the_memory_is_not_unpacked(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("x", (1, 1), "f8", chunks=(2**13, 2**13), maxshape=(None, None))
    assert "chunks of more than 256 MiB" in left(path)["x"]


def test_words_take_no_more_room_than_labels_may(path):
    with h5py.File(path, "w") as file:
        file["long"] = np.array(["a", "b" * 1001], dtype=object)
        file["fixed"] = np.array([b"a", b"b"])
        file["one"] = "a word alone"
    assert left(path) == dict.fromkeys(("long", "one"), "is no array of numbers or short words")


def test_only_rows_that_are_asked_for_are_read(path, monkeypatch):
    big = np.arange(40_000.0).reshape(10_000, 4)
    with h5py.File(path, "w") as file:
        file.create_dataset("features", data=big, chunks=(10, 4))
    read = []
    get = h5py.Dataset.__getitem__
    monkeypatch.setattr(h5py.Dataset, "__getitem__", lambda d, k: (read.append(k), get(d, k))[1])
    rows = np.array([3, 4, 5, 9000])
    np.testing.assert_array_equal(open_arrays(path).arrays["features"].take(rows), big[rows])
    assert read == [slice(3, 6), slice(9000, 9001)]
    some = np.arange(0, 10_000, 3)
    np.testing.assert_array_equal(open_arrays(path).arrays["features"].take(some), big[some])


def test_a_file_that_changes_while_it_is_read_gives_a_sentence(path):
    with h5py.File(path, "w") as file:
        file["features"] = H
    array = open_arrays(path).arrays["features"]
    with h5py.File(path, "w") as file:
        file["features"] = H[:3]
    with pytest.raises(UserError, match="it was changed while it was read"):
        array.read()


def test_weights_of_keras_are_told_from_features(path):
    with h5py.File(path, "w") as file:
        file["model_weights/dense/dense/kernel:0"] = H
    with pytest.raises(UserError, match="holds the weights of a network of Keras and no features"):
        open_arrays(path)


def test_without_h5py_one_sentence_says_what_to_install(path, monkeypatch):
    with h5py.File(path, "w") as file:
        file["features"] = H
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(UserError, match=r"file of HDF5, which .* h5py .*'pip install h5py'\.$"):
        open_arrays(path)
