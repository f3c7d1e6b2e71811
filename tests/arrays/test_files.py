"""Every format of arrays that people have, well-formed or not."""

import contextlib
import gzip
import io
import json
import os
import pickle
import struct
import zipfile

import h5py
import joblib
import numpy as np
import pytest
import torch
from arrays_of import N, Y
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from scipy.io import savemat
from scipy.sparse import csc_matrix
from sklearn.utils import Bunch

from ncviz.arrays import stored
from ncviz.arrays.files import open_arrays
from ncviz.arrays.labelled import read_labelled
from ncviz.arrays.sorting import sort_arrays
from ncviz.errors import UserError

H = np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)
WORDS = np.array(["cat", "dog", "fox"])


def npz(path):
    np.savez(path, features=H, labels=Y)


def packed(path):
    np.savez_compressed(path, features=H, labels=Y)


def pair(path):
    np.save(path, H)
    np.save(path.with_name("labels.npy"), Y)
    np.save(path.with_name("other_features.npy"), H + 1)


def fortran(path):
    np.save(path, np.asfortranarray(H))
    np.save(path.with_name("y.npy"), Y)


def folder(path):
    path.mkdir()
    for name, array in (("train_features", H), ("train_labels", Y), ("test_features", H[:6])):
        np.save(path / f"{name}.npy", array)
    np.save(path / "test_labels.npy", Y[:6])


def tensors(path):
    save_file({"features": H, "labels": Y}, path)


def brain_floats(path):
    from safetensors.torch import save_file as save_tensors

    save_tensors({"features": torch.tensor(H).bfloat16(), "labels": torch.tensor(Y)}, path)


def torch_dictionary(path):
    torch.save({"features": torch.tensor(H), "labels": torch.tensor(Y)}, path)


def torch_pair(path):
    torch.save((torch.tensor(H), torch.tensor(Y)), path)


def torch_batches(path):
    features = list(torch.tensor(H).split(5))
    torch.save({"train": {"feats": features, "targets": list(torch.tensor(Y).split(5))}}, path)


def torch_list_of_batches(path):
    batches = zip(torch.tensor(H).split(5), torch.tensor(Y).split(5), strict=True)
    torch.save(list(batches), path)


def torch_list_of_named_batches(path):
    batches = zip(torch.tensor(H).split(5), torch.tensor(Y).split(5), strict=True)
    torch.save([{"x": x, "y": y, "step": k} for k, (x, y) in enumerate(batches)], path)


def torch_list_of_samples(path):
    torch.save({"train": [(h, int(y)) for h, y in zip(torch.tensor(H), Y, strict=True)]}, path)


def torch_lists_of_both(path):
    torch.save((list(torch.tensor(H).split(5)), list(torch.tensor(Y).split(5))), path)


def pickled_samples(path):
    path.write_bytes(pickle.dumps([(h.tolist(), str(WORDS[y])) for h, y in zip(H, Y, strict=True)]))


def torch_lists(path):
    torch.save({"embeddings": torch.tensor(H), "labels": Y.tolist()}, path)


def torch_data_set(path):
    torch.save(torch.utils.data.TensorDataset(torch.tensor(H), torch.tensor(Y)), path)


def torch_arrays(path):
    torch.save({"features": H, "labels": WORDS[Y]}, path)


def pickled(path):
    path.write_bytes(pickle.dumps({"feats": H, "labels": WORDS[Y]}))


def pickled_lists(path):
    path.write_bytes(pickle.dumps((H.astype(float).tolist(), WORDS[Y].tolist()), protocol=0))


def matlab(path):
    savemat(path, {"X": H, "y": Y + 0.0})


def matlab_on_its_side(path):
    savemat(path, {"features": H.T, "labels": Y[:, None]}, do_compression=True)


def matlab_names(path):
    savemat(path, {"features": H, "labels": Y, "class_names": WORDS})


def hdf5(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("set/features", data=H, chunks=(5, 2), compression="gzip")
        file["set/labels"] = WORDS.astype(object)[Y]


def hdf5_unpacked(path):
    with h5py.File(path, "w") as file:
        file["X"], file["y"] = H.astype(">f4"), Y.astype("u1")[:, None]


def new_matlab(path):
    """As MATLAB writes version 7.3: axes turned, letters as numbers, words in cells."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, array, kind in (("features", H, "single"), ("labels", Y[:, None], "int64")):
            file[name] = array.T
            file[name].attrs["MATLAB_class"] = np.bytes_(kind)
        refs = []
        for word in WORDS:
            letters = np.array([[ord(letter)] for letter in word], dtype="u2")
            refs.append(file.create_dataset(f"#refs#/{word}", data=letters).ref)
        file.create_dataset("class_names", data=[refs], dtype=h5py.ref_dtype)
        file["class_names"].attrs["MATLAB_class"] = np.bytes_("cell")
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(128))


def json_object(path):
    path.write_text(json.dumps({"features": H.tolist(), "labels": WORDS[Y].tolist()}))


def json_rows(path):
    rows = [{"x": h.tolist(), "label": int(y)} for h, y in zip(H, Y, strict=True)]
    path.write_text(json.dumps(rows))


def json_lines(path):
    rows = [{"embedding": h.tolist(), "y": int(y)} for h, y in zip(H, Y, strict=True)]
    path.write_text("\n".join(json.dumps(row) for row in rows))


WELL_FORMED = {
    npz: "f.npz",
    packed: "g.npz",
    pair: "features.npy",
    fortran: "x.npy",
    folder: "dump",
    tensors: "f.safetensors",
    brain_floats: "b.safetensors",
    torch_dictionary: "f.pt",
    torch_pair: "p.pth",
    torch_batches: "b.pt",
    torch_list_of_batches: "lb.pt",
    torch_list_of_named_batches: "ln.pt",
    torch_list_of_samples: "ls.pt",
    torch_lists_of_both: "lt.pt",
    pickled_samples: "s.pkl",
    torch_lists: "no-suffix",
    torch_data_set: "d.pt",
    torch_arrays: "a.pt",
    pickled: "f.pkl",
    pickled_lists: "l.p",
    matlab: "f.mat",
    matlab_on_its_side: "s.mat",
    matlab_names: "n.mat",
    hdf5: "f.h5",
    hdf5_unpacked: "f.hdf5",
    new_matlab: "new.mat",
    json_object: "f.json",
    json_rows: "r.json",
    json_lines: "l.jsonl",
}


@pytest.mark.parametrize("write", WELL_FORMED)
def test_features_and_labels_of_every_format(tmp_path, write):
    path = tmp_path / WELL_FORMED[write]
    write(path)
    contents = sort_arrays(open_arrays(path))
    ((array,),) = contents.samples["train"].values()
    values = array.read()
    values = values.T if values.shape == (5, N) else values
    np.testing.assert_allclose(values, H, rtol=1e-2 if write is brain_floats else 1e-7)
    assert contents.labels.train.tolist() == Y.tolist()
    assert contents.labels.class_names in (("0", "1", "2"), tuple(WORDS))
    assert ("test" in contents.samples) == (write is folder)
    rows = np.concatenate(list(array.blocks(2)))
    np.testing.assert_array_equal(rows, array.read())
    np.testing.assert_array_equal(array.take(np.array([0, 3])), array.read()[[0, 3]])


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2])
def test_floats_that_numpy_has_not(tmp_path, kind):
    torch.save({"features": torch.tensor(H).to(kind), "labels": Y}, tmp_path / "f.pt")
    array = open_arrays(tmp_path / "f.pt").arrays["features"]
    np.testing.assert_array_equal(array.read(), torch.tensor(H).to(kind).float())
    assert array.words == f"12×5 {str(kind).removeprefix('torch.')}"


def test_images_of_matlab_may_have_their_samples_last(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (4, 5, 3, N), dtype="u1")
    savemat(tmp_path / "f.mat", {"X": images, "y": Y[:, None] + 1})  # as SVHN has it
    file = open_arrays(tmp_path / "f.mat")
    np.testing.assert_array_equal(file.arrays["X"].read(), np.moveaxis(images, -1, 0))
    assert "'X' has its samples last: 4×5×3×12 uint8" in file.notes
    savemat(tmp_path / "f.mat", {"X": images[..., :4], "y": Y[:4, None]})  # may be either
    assert open_arrays(tmp_path / "f.mat").arrays["X"].shape == (4, 5, 3, 4)


def test_lines_of_json_are_ended_by_line_feeds_alone(tmp_path):
    rows = [{"x": h.tolist(), "y": f"{w}\u2028\x85"} for h, w in zip(H, WORDS[Y], strict=True)]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (tmp_path / "f.jsonl").write_text(text, encoding="utf-8")
    assert open_arrays(tmp_path / "f.jsonl").arrays["x"].shape == (N, 5)
    (tmp_path / "f.jsonl").write_text(text + '\n{"x": [1', encoding="utf-8")
    with pytest.raises(UserError, match="line 13 is no JSON, Expecting"):
        open_arrays(tmp_path / "f.jsonl")


def test_an_array_beside_is_the_one_that_is_most_alike(tmp_path):
    for name in ("a_features", "b_features", "a_labels", "b_labels"):
        np.save(tmp_path / f"{name}.npy", H if "features" in name else Y)
    file = open_arrays(tmp_path / "b_features.npy")
    assert list(file.arrays) == ["b_features", "b_labels"]


def test_every_kind_of_a_matlab_file(tmp_path):
    given = {
        "double": H.astype(float),
        "whole": np.arange(12.0).reshape(3, 4),
        "bytes": np.arange(6, dtype="u1").reshape(2, 3),
        "far": np.array([[2**40, -1]]),
        "truth": np.array([[True, False, True]]),
        "cube": np.arange(24.0).reshape(2, 3, 4),
        "words": WORDS,
    }
    others = {"cell": np.array([1, "a"], dtype=object), "struct": {"a": 1}, "complex": H * 1j}
    for compressed in (False, True):
        path = tmp_path / "all.mat"
        savemat(path, given | others, do_compression=compressed)
        file = open_arrays(path)
        assert set(file.arrays) == set(given)
        assert set(file.left) == set(others)
        for name, array in given.items():
            np.testing.assert_array_equal(file.arrays[name].read(), array)


def test_a_sparse_matrix_has_its_zeros(tmp_path, monkeypatch):
    path, few = tmp_path / "s.mat", np.where(H > 1, H, 0).astype(float)
    for compressed in (False, True):
        savemat(path, {"X": csc_matrix(few), "y": Y}, do_compression=compressed)
        np.testing.assert_array_equal(open_arrays(path).arrays["X"].read(), few)
    savemat(path, {"X": csc_matrix((30_000, 1000)), "y": Y})
    monkeypatch.setattr(stored, "ALWAYS_ALLOWED", 10**6)
    with pytest.raises(UserError, match="more than 50 times its size"):
        open_arrays(path)


def test_data_sets_of_scikit_learn(tmp_path):
    bunch = Bunch(data=H, target=Y, target_names=np.array([7, 8, 9]), DESCR="words")
    (tmp_path / "f.pkl").write_bytes(pickle.dumps(bunch))
    np.savez(tmp_path / "f.npz", **{k: bunch[k] for k in ("data", "target", "target_names")})
    for name in ("f.pkl", "f.npz"):
        contents = sort_arrays(open_arrays(tmp_path / name))
        np.testing.assert_array_equal(contents.samples["train"]["data"][0].read(), H)
        assert contents.labels.class_names == ("7", "8", "9")
    joblib.dump(bunch, tmp_path / "j.pkl")
    with pytest.raises(UserError, match=r"j\.pkl is a pickle of joblib, which could run code"):
        open_arrays(tmp_path / "j.pkl")


def test_which_of_several_labels_are_taken_is_said(tmp_path):
    np.savez(tmp_path / "f.npz", features=H, fine_labels=Y, coarse_labels=Y // 2)
    contents = sort_arrays(open_arrays(tmp_path / "f.npz"))
    assert any("--labels takes another one: coarse_labels" in note for note in contents.notes)
    named = sort_arrays(open_arrays(tmp_path / "f.npz"), labels="coarse_labels")
    assert named.labels.class_names == ("0", "1")


def test_a_packed_matrix_claims_no_more_than_may_be(tmp_path, monkeypatch):
    path = tmp_path / "bomb.mat"
    savemat(path, {"features": np.zeros((1000, 100))}, do_compression=True)
    assert path.stat().st_size < 2000
    monkeypatch.setattr(stored, "ALWAYS_ALLOWED", 10**5)
    with pytest.raises(UserError, match="more than 50 times its size"):
        open_arrays(path)


def header(shape, kind="<f8"):
    stream = io.BytesIO()
    entry = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, entry)
    return stream.getvalue()


def archive(**contents):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(f"{name}.npy", content)
    return stream.getvalue()


def zeros(count):
    return header((count,), "|u1") + bytes(count)


def one_tensor(entry):
    text = json.dumps({"features": entry}).encode()
    return struct.pack("<Q", len(text)) + text + bytes(64)


BROKEN = {
    "x.npz": (b"PK thesis", "not a whole npz file"),
    "cut.npz": (archive(features=header((9, 9)) + bytes(648))[:-30], "not a whole npz file"),
    "short.npz": (archive(features=header((99, 9)) + bytes(8)), "claims more than is there"),
    "long.npz": (
        archive(features=header((9, 9)).replace(b"\x76\x00", b"\x10\x29") + bytes(10_600)),
        "the header of an array in it is far too long",
    ),
    "digits.json": (b'{"labels": [' + b"9" * 5000 + b"]}", "more than 4,300 digits"),
    "negative.npz": (archive(features=header((-3, 9)) + bytes(8)), "claims more than is there"),
    "short.npy": (header((10**9, 10**6)) + bytes(80), "claims more than is there"),
    "code.npy": (
        b"\x93NUMPY\x01\x00\x20\x00" + b"__import__('os').system('echo')".ljust(31) + b"\n",
        "its header tells of no array",
    ),
    "cut.npy": (b"\x93NUMPY\x01\x00\x76", "not a whole npy file"),
    "empty.npz": (b"", "is empty"),
    "f.h5": (b"\x89HDF\r\n\x1a\n" + bytes(99), r"f\.h5 cannot be read: "),
    "f.mat": (b"MATLAB 7.3 MAT-file".ljust(512) + b"\x89HDF\r\n\x1a\n", "cannot be read: "),
    "cut.mat": (
        b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM\x0f\0\0\0\xff\0\0\0",
        "it ends before its arrays do",
    ),
    "hollow.mat": (
        b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM\x0e\0\0\0\x08\0\0\0" + bytes(8),
        "a matrix without a name",
    ),
    "noise.mat": (bytes(range(256)) * 4, "is no MATLAB file of version 5 to 7"),
    "f.parquet": (b"PAR1" + bytes(99), "is not a whole table"),
    "renamed.csv": (b"PAR1" + bytes(99), "is not a whole table"),
    "f.arrow": (b"ARROW1" + bytes(99), "is not a whole table"),
    "f.feather": (b"FEA1" + bytes(99), "is not a whole table of Parquet or Arrow"),
    "f.joblib": (b"\x80\x04K\x01.", "a pickle of joblib, which could run code"),
    "f.xlsx": (archive(sheet=b"1"), "save it as CSV"),
    "f.csv.gz": (gzip.compress(b"1,2\n"), "unpack it first"),
    "f.json": (b'{"features": [1,', "not a whole JSON file"),
    "deep.json": (b"[" * 10**5, "nested too deeply"),
    "list.json": (b"[1, 2, 3]", "holds no arrays by name"),
    "f.safetensors": (
        one_tensor({"dtype": "F64", "shape": [9, 9], "data_offsets": [0, 64]}),
        "claims",
    ),
    "far.safetensors": (
        one_tensor({"dtype": "U8", "shape": [9**9], "data_offsets": [0, 9**9]}),
        "claims more than is there",
    ),
    "odd.safetensors": (one_tensor([1, 2]), "not a whole safetensors file"),
    "long.safetensors": (
        struct.pack("<Q", 2**60) + b"{}",
        "claims 1,152,921,504",
    ),
    "noise.dat": (bytes(range(256)), "no known format"),
    "words.txt": (b"to be or\nnot to be\n" * 9, "is no table"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_or_foreign_file_is_told_in_a_sentence(tmp_path, name):
    content, words = BROKEN[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=words) as caught:
        open_arrays(path)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_an_archive_of_many_arrays_is_opened_once(tmp_path, monkeypatch):
    np.savez(tmp_path / "f.npz", labels=Y, **{f"layer.{k}": np.eye(N) * k for k in range(50)})
    opened = []
    read = zipfile.ZipFile._RealGetContents
    count = lambda archive: (opened.append(archive.filename), read(archive))[1]  # noqa: E731
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", count)
    arrays = open_arrays(tmp_path / "f.npz").arrays
    for k in range(50):
        np.testing.assert_array_equal(arrays[f"layer.{k}"].read(), np.eye(N) * k)
    assert len(opened) == 1


def test_what_unpacks_to_far_more_than_it_is_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "bomb.npz"
    path.write_bytes(archive(features=zeros(10**6), labels=header((N,), "<i8") + Y.tobytes()))
    assert path.stat().st_size < 4000
    assert open_arrays(path).arrays["features"].shape == (10**6,)  # a stated amount may be
    monkeypatch.setattr(stored, "ALWAYS_ALLOWED", 10**5)
    with pytest.raises(UserError, match="more than 50 times its size"):
        open_arrays(path)


@pytest.mark.parametrize(("letters", "room"), [(1001, 10**9), (900, 10**4)])
def test_one_long_word_does_not_take_the_room_of_all(tmp_path, monkeypatch, letters, room):
    monkeypatch.setattr(stored, "ALWAYS_ALLOWED", room)
    words = [*WORDS[Y].tolist(), "x" * letters]
    (tmp_path / "f.json").write_text(json.dumps({"features": H.tolist(), "labels": words}))
    (tmp_path / "f.pkl").write_bytes(pickle.dumps({"features": H, "labels": words}))
    for name in ("f.json", "f.pkl"):
        file = open_arrays(tmp_path / name)
        assert list(file.arrays) == ["features"]
        assert list(file.left) == ["labels"]


@pytest.mark.parametrize("kind", ["pipe", "device", "missing", "circle"])
def test_what_is_no_file_is_not_waited_for(tmp_path, kind):
    path = tmp_path / "f.npz"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "circle":
        path.symlink_to(path)
    with pytest.raises(UserError, match=r"f\.npz"):
        open_arrays(path)


def test_nothing_in_a_pickle_is_run(tmp_path):
    class Hostile:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    for suffix in ("pkl", "pt"):
        path = tmp_path / f"f.{suffix}"
        content = {"features": H, "labels": Y, "more": Hostile()}
        path.write_bytes(pickle.dumps(content)) if suffix == "pkl" else torch.save(content, path)
        with contextlib.suppress(UserError):  # or the rest is read
            open_arrays(path)
        assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "write", [npz, tensors, torch_dictionary, pickled, matlab, hdf5_unpacked, json_rows]
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 2**31), st.integers(1, 255)), min_size=1))
def test_flipped_bytes_never_crash(tmp_path, write, flips):
    path = tmp_path / WELL_FORMED[write]
    write(path)
    content = bytearray(path.read_bytes())
    for place, change in flips:
        content[place % len(content)] ^= change
    path.write_bytes(content)
    sentence = f"{path}."
    try:
        read_labelled(open_arrays(path))
    except UserError as error:
        sentence = str(error)
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_weights_are_told_from_features(tmp_path):
    torch.save(torch.nn.Linear(3, 2).state_dict(), tmp_path / "model.pt")
    torch.save({"fc.weight": torch.ones(3, 2)}, tmp_path / "other.pt")
    with pytest.raises(UserError, match="record it with ncviz record"):
        open_arrays(tmp_path / "other.pt")


def test_names_from_a_file_show_no_escapes(tmp_path):
    np.savez(tmp_path / "f.npz", **{"features": H, "labels": Y, "\x1b[31mred": H, "x" * 9999: H})
    file = open_arrays(tmp_path / "f.npz")
    shown = [array.name for array in file.arrays.values()]
    assert not any("\x1b" in name for name in shown)
    assert max(map(len, shown)) == 200
