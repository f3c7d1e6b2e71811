"""Tar archives of samples, orderly and hostile; nothing is unpacked to disk."""

import io
import json
import pickle
import tarfile

import numpy as np
import pytest
from arrays_of import N, Y
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ncviz.arrays import webdataset
from ncviz.arrays.files import open_arrays
from ncviz.arrays.labelled import read_labelled
from ncviz.arrays.sorting import sort_arrays
from ncviz.errors import UserError

H = np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)
PIXELS = np.random.default_rng(1).integers(0, 256, (N, 6, 6), dtype=np.uint8)


def png(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def npy(array):
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def write(path, files, *entries, format=tarfile.PAX_FORMAT):
    with tarfile.open(path, "w", format=format) as archive:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for entry in entries:
            archive.addfile(entry)
    return path


def samples(numbers=range(N)):
    for k in numbers:
        yield f"a/{k:06d}.png", png(PIXELS[k])
        yield f"a/{k:06d}.cls", str(Y[k]).encode()
        yield f"a/{k:06d}.json", json.dumps({"writer": f"w{k % 4}", "tags": {"x": 1}}).encode()


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_pictures_and_labels_are_read_where_they_lie(tmp_path, format):
    found = read_labelled(open_arrays(write(tmp_path / "f.tar", samples(), format=format)))
    np.testing.assert_array_equal(found.samples.read(), PIXELS)
    np.testing.assert_array_equal(found.samples.take(np.array([2, 7])), PIXELS[[2, 7]])
    assert found.labels.tolist() == Y.tolist()
    assert list(found.columns) == ["writer"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.tar"]


def test_an_odd_order_changes_nothing(tmp_path):
    files = sorted(samples(), key=lambda file: file[0][::-1])  # all pictures, then all labels
    found = read_labelled(open_arrays(write(tmp_path / "f.tar", files)))
    order = [int(name[2:8]) for name, _ in files if name.endswith(".cls")]
    np.testing.assert_array_equal(found.samples.read(), PIXELS[order])
    assert found.labels.tolist() == Y[order].tolist()


def test_shards_are_one_by_a_folder_and_by_a_name_that_counts(tmp_path):
    for shard in range(3):
        write(tmp_path / f"train-{shard:03d}.tar", samples(range(4 * shard, 4 * shard + 4)))
    write(tmp_path / "val-000.tar", samples(range(6)))
    folder = read_labelled(open_arrays(tmp_path))
    np.testing.assert_array_equal(folder.samples.read(), PIXELS)
    assert folder.test_labels.tolist() == Y[:6].tolist()
    counted = read_labelled(open_arrays(tmp_path / "train-{000..002}.tar"))
    np.testing.assert_array_equal(counted.samples.read(), PIXELS)
    with pytest.raises(UserError, match=r"train-003\.tar cannot be read: No such file"):
        open_arrays(tmp_path / "train-{000..003}.tar")
    with pytest.raises(UserError, match="counts from 0 to 999999999"):
        open_arrays(tmp_path / "train-{0..999999999}.tar")


@pytest.mark.parametrize("left", [512 * 3 + 100, 512 * 4, 512 * 4 + 7])
def test_an_archive_that_was_cut_off_is_told(tmp_path, left):
    path = write(tmp_path / "f.tar", [(f"{k}.cls", b"1") for k in range(9)])
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(
        UserError, match=r"f\.tar is not a whole tar archive: (it ends before|unexpected end)"
    ):
        open_arrays(path)


def test_features_are_arrays_a_sample(tmp_path):
    files = [(f"{k}.{n}", c) for k in range(N) for n, c in (("h.npy", npy(H[k])), ("cls", b"1"))]
    files[1] = ("0.cls", b"0")
    contents = sort_arrays(open_arrays(write(tmp_path / "f.tar", files)))
    np.testing.assert_array_equal(contents.samples["train"]["h"][0].read(), H)
    files[4] = ("2.h.npy", npy(H[2, :3]))
    array = open_arrays(write(tmp_path / "f.tar", files)).arrays["h"]
    with pytest.raises(UserError, match=r"f\.tar: 2\.h\.npy has other numbers than that of the"):
        array.read()


def test_words_several_labels_and_missing_ones(tmp_path):
    rows = [{"label": word} for word in ["cat", "dog", None, "cat"]]
    files = [(f"{k}.json", json.dumps(row).encode()) for k, row in enumerate(rows)]
    files += [(f"{k}.x.npy", npy(H[k])) for k in range(4)]
    labels = sort_arrays(open_arrays(write(tmp_path / "f.tar", files))).labels
    assert (labels.train.tolist(), labels.class_names) == ([0, 1, -1, 0], ("cat", "dog"))
    rows = [{"labels": own} for own in ([0], [1], [0, 1], [1, 0])]
    files[:4] = [(f"{k}.json", json.dumps(row).encode()) for k, row in enumerate(rows)]
    labels = sort_arrays(open_arrays(write(tmp_path / "f.tar", files))).labels
    assert labels.sets == ((0, 1),)


def test_entries_that_are_no_files_are_left(tmp_path):
    links = []
    for kind, name in ((tarfile.SYMTYPE, "0.cls"), (tarfile.LNKTYPE, "../0.png")):
        links.append(tarfile.TarInfo(name))
        links[-1].type, links[-1].linkname = kind, "/etc/passwd"
    links.append(tarfile.TarInfo("pipe.png"))
    links[-1].type = tarfile.FIFOTYPE
    files = [*samples(), ("/etc/passwd.txt", b"x"), ("../../up.txt", b"y"), (".hidden", b"z")]
    file = open_arrays(write(tmp_path / "f.tar", files, *links))
    assert "links and other entries that are no files are left: 4" in file.notes
    assert read_labelled(file).labels.tolist() == Y.tolist()
    assert "left out: 2 samples without 'png'" in file.notes


def test_a_pickle_is_never_run(tmp_path):
    files = [*samples(), *((f"a/{k:06d}.pyd", pickle.dumps(k)) for k in range(N))]
    file = open_arrays(write(tmp_path / "f.tar", files))
    assert file.left["pyd"] == "is a pickle, which could run code"


BAD = {
    "no JSON": ([("0.png", png(PIXELS[0])), ("0.json", b"{")], "0.json is no JSON"),
    "deep": ([("0.png", png(PIXELS[0])), ("0.json", b"[" * 60_000)], "0.json is no JSON"),
    "long": ([("0.png", png(PIXELS[0])), ("0.txt", b"x" * 70_000)], "has 70,000 bytes, too many"),
    "no picture": ([("0.png", b"\x89PNG none")], "0.png cannot be read"),
    "claims": ([("0.npy", npy(H)[:-20])], "claims more than is there"),
    "objects": ([("0.npy", npy(np.array([{}], object)))], "could run code"),
    "nothing": ([("README", b"x")], "holds no samples: give archives of files such as 7.png"),
    "many": ([(f"0.{k}", b"") for k in range(101)], "has 101 kinds of files"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told_with_the_file_of_the_sample(tmp_path, name):
    files, words = BAD[name]
    with pytest.raises(UserError, match=words) as caught:
        open_arrays(write(tmp_path / "f.tar", files))
    assert str(tmp_path / "f.tar") in str(caught.value)


def test_its_own_notes_take_no_memory_without_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(webdataset, "_MOST_HEADER", 2000)
    entry = tarfile.TarInfo("x" * 5000)
    with pytest.raises(UserError, match="its own notes are far too long"):
        open_arrays(write(tmp_path / "f.tar", samples(), entry))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 2**31), st.integers(1, 255)), min_size=1))
def test_flipped_bytes_never_crash(tmp_path, flips):
    path = write(tmp_path / "f.tar", samples(range(3)))
    content = bytearray(path.read_bytes())
    for place, change in flips:
        content[place % len(content)] ^= change
    path.write_bytes(content)
    sentence = str(path)
    try:
        read_labelled(open_arrays(path)).samples.read()
    except UserError as error:
        sentence = str(error)
    assert str(path) in sentence
    assert "\n" not in sentence
