import os
import pickle
import struct
import subprocess
import sys
import tracemalloc
import zlib

import numpy as np
import pytest

from ncviz.data.catalogue import data_sets, load
from ncviz.data.dataset import Images
from ncviz.errors import UserError

FULL = ("fashion-mnist", "mnist", "cifar10")


def refused(key, folder) -> str:
    with pytest.raises(UserError) as refusal:
        load(key, folder)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_listing_the_data_sets_is_light(request):
    code = (
        "import sys; from ncviz.data.catalogue import data_sets;"
        "data_sets(); heavy = {'torch', 'torchvision', 'sklearn', 'scipy'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=request.config.rootpath, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_entries():
    assert tuple(data_sets()) == (
        "fashion-mnist-subset",
        "digits",
        *FULL,
        "geomnist",
        "modular-addition",
    )
    for key, entry in data_sets().items():
        assert entry.name == key
        classes = {"geomnist": 3, "modular-addition": 23}.get(key, 10)
        assert len(set(entry.class_names)) == classes
        assert entry.needs_folder is entry.downloadable is (key in FULL)


def test_unknown_key():
    assert "'svhn': choose one of fashion-mnist-subset, digits" in refused("svhn", None)


def test_shipped_fashion_mnist():
    data = load("fashion-mnist-subset")
    assert data.train.counts == (1000,) * 10
    assert data.test.counts == (200,) * 10
    assert data.train.pixels.shape[1:] == data_sets()["fashion-mnist-subset"].image_shape
    assert data.train.class_names[9] == "Ankle boot"


def test_digits_split_is_stratified_and_fixed():
    data = load("digits")
    totals = np.add(data.train.counts, data.test.counts)
    assert totals.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert data.test.counts == tuple(n // 5 for n in totals)
    assert data.train.pixels.shape[1:] == (8, 8)
    assert data.train.pixels.min() == 0
    assert data.train.pixels.max() == 255
    assert len(np.unique(data.train.pixels)) == 17
    assert zlib.crc32(data.test.pixels.tobytes() + data.test.labels.tobytes()) == 2730323940


def test_digits_parts_are_disjoint():
    from sklearn.datasets import load_digits

    data = load("digits")
    both = np.concatenate([data.train.pixels, data.test.pixels]).reshape(-1, 64)
    original = np.rint(load_digits().data * 255 / 16).astype(np.uint8)
    order = np.lexsort(both.T), np.lexsort(original.T)
    np.testing.assert_array_equal(both[order[0]], original[order[1]])


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("subfolder", ["", "raw", "FashionMNIST", "FashionMNIST/raw"])
def test_mnist_files_in_a_named_folder(tmp_path, mnist_files, subfolder, compressed):
    arrays = mnist_files(tmp_path / subfolder, compressed)
    data = load("fashion-mnist", tmp_path)
    np.testing.assert_array_equal(data.train.pixels, arrays["train-images-idx3-ubyte"])
    np.testing.assert_array_equal(data.train.labels, arrays["train-labels-idx1-ubyte"])
    np.testing.assert_array_equal(data.test.pixels, arrays["t10k-images-idx3-ubyte"])
    assert data.test.labels.dtype == np.int64


def test_layouts_of_two_data_sets_side_by_side(tmp_path, mnist_files):
    mnist_files(tmp_path / "MNIST" / "raw")
    load("mnist", tmp_path)
    refused("fashion-mnist", tmp_path)


def test_debian_package(own_folders, mnist_files):
    _, system = own_folders
    mnist_files(system / "fashion-mnist", compressed=True)
    assert len(load("fashion-mnist").train) == 20


def test_earlier_download(own_folders, mnist_files):
    own, _ = own_folders
    mnist_files(own / "MNIST" / "raw", compressed=True)
    assert len(load("mnist").test) == 10


def test_a_named_folder_is_the_only_one_searched(own_folders, mnist_files, tmp_path):
    own, _ = own_folders
    mnist_files(own / "MNIST" / "raw")
    message = refused("mnist", tmp_path / "elsewhere")
    assert f"was not found in {tmp_path / 'elsewhere'}:" in message


def test_absent(own_folders):
    own, system = own_folders
    for key in FULL:
        message = refused(key, None)
        assert message.startswith(
            f"{data_sets()[key].title} was not found in {own}, {system / key}:"
        )
        assert "name a folder that holds it" in message
        assert "ncviz train --download" in message
        assert ("apt-get install dataset-fashion-mnist" in message) is (key == "fashion-mnist")


def test_incomplete_folder_is_absent(tmp_path, mnist_files):
    mnist_files(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    assert "was not found" in refused("mnist", tmp_path)


def test_shipped_file_missing(tmp_path, mnist_files, monkeypatch):
    mnist_files(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    monkeypatch.setattr("ncviz.data.sets.fashion_mnist.asset", lambda *_: tmp_path)
    assert "t10k-labels-idx1-ubyte is missing" in refused("fashion-mnist-subset", None)


def test_damaged_mnist_file(tmp_path, mnist_files):
    mnist_files(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-5])
    assert str(path) in refused("mnist", tmp_path)


def test_images_of_another_shape(tmp_path, mnist_files, idx):
    mnist_files(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(np.zeros((20, 8, 8))))
    assert "shape (20, 8, 8), not images of MNIST" in refused("mnist", tmp_path)


@pytest.mark.parametrize("labels", [np.zeros(19), np.full(20, 10), np.zeros((20, 1))])
def test_labels_that_do_not_fit(tmp_path, mnist_files, idx, labels):
    mnist_files(tmp_path)
    path = tmp_path / "train-labels-idx1-ubyte"
    path.write_bytes(idx(labels))
    message = refused("mnist", tmp_path)
    assert message.startswith(f"{path} does not hold one label below 10 for each of the 20")


@pytest.mark.parametrize("subfolder", ["", "cifar-10-batches-{}"])
@pytest.mark.parametrize("version", ["binary", "python"])
def test_cifar10_in_a_named_folder(tmp_path, cifar10_files, version, subfolder):
    short = {"binary": "bin", "python": "py"}[version]
    batches = cifar10_files(tmp_path / subfolder.format(short), version)
    data = load("cifar10", tmp_path)
    assert data.train.pixels.shape == (20, 32, 32, 3)
    assert data.test.pixels.shape == (4, 32, 32, 3)
    pixels, labels = batches["data_batch_3"]
    np.testing.assert_array_equal(data.train.pixels[8:12].transpose(0, 3, 1, 2), pixels)
    np.testing.assert_array_equal(data.train.labels[8:12], labels)


def test_the_published_python_batches_look_like_the_tiny_ones(tmp_path, cifar10_files):
    batches = cifar10_files(tmp_path, "python")
    content = (tmp_path / "test_batch").read_bytes()
    # NumPy's own names are stable in the file; only today's NumPy moved them.
    content = content.replace(b"numpy.core.multiarray", b"numpy._core.multiarray")
    entry = pickle.loads(content, encoding="bytes")
    np.testing.assert_array_equal(entry[b"data"].reshape(-1, 3, 32, 32), batches["test_batch"][0])


class Hostile:
    def __reduce__(self):
        return os.mkdir, ("struck",)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_code_in_a_cifar10_batch_runs(tmp_path, cifar10_files, protocol, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cifar10_files(tmp_path, "python")
    path = tmp_path / "data_batch_1"
    path.write_bytes(pickle.dumps({b"data": Hostile(), b"labels": [0]}, protocol))
    assert str(path) in refused("cifar10", tmp_path)
    assert not (tmp_path / "struck").exists()


def bad_batches():
    record = bytes(3073)
    yield "binary", b""
    yield "binary", record[:-1]
    yield "binary", bytes([10]) + record[1:]
    yield "binary", bytes(32_000_001)
    yield "python", b""
    yield "python", record
    yield "python", pickle.dumps({"data": [1], "labels": [0]})
    yield "python", pickle.dumps([])
    yield "python", bytes(32_000_001)


@pytest.mark.parametrize(("version", "content"), list(bad_batches()))
def test_damaged_cifar10_batch(tmp_path, cifar10_files, version, content):
    cifar10_files(tmp_path, version)
    path = tmp_path / ("test_batch.bin" if version == "binary" else "test_batch")
    path.write_bytes(content)
    message = refused("cifar10", tmp_path)
    assert message.startswith(f"{path} cannot be read as a CIFAR-10 batch (")


def greedy_pickles():
    """Yield a few bytes that would claim gigabytes or hours."""
    far = struct.pack("<I", 2**31 - 1)
    twice = b"K\x00" + b"q\x00h\x00\x86" * 40  # a tuple of the value before it, twice, 40 times
    yield b"\x80\x02}r" + far + b"U\x04dataK\x00su."
    yield b"}p2000000000\nU\x04dataK\x00s."
    yield b"\x80\x04\x8e" + struct.pack("<Q", 2**34) + b"x."
    yield b"\x80\x05\x96" + struct.pack("<Q", 2**34) + b"x."
    yield b"\x80\x02T" + struct.pack("<i", 2**31 - 1) + b"x."
    yield b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"\x01."
    yield b"\x80\x02}" + twice + b"K\x01s."
    yield b"\x80\x02(" + b"}" * 300_000 + b"t."


@pytest.mark.parametrize("content", list(greedy_pickles()))
def test_a_batch_that_claims_much_is_refused_at_once(tmp_path, cifar10_files, content):
    cifar10_files(tmp_path, "python")
    (tmp_path / "data_batch_1").write_bytes(content)
    tracemalloc.start()
    try:
        assert "no array of pixels" in refused("cifar10", tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 2**26
    finally:
        tracemalloc.stop()


def test_cifar10_labels_that_do_not_fit(tmp_path, cifar10_files):
    cifar10_files(tmp_path, "python")
    path = tmp_path / "test_batch"
    content = path.read_bytes()
    path.write_bytes(content[:-5] + content[-3:])  # one label less
    assert "3 labels for 4 images" in refused("cifar10", tmp_path)


def test_every_truncation_of_a_python_batch_is_refused(tmp_path, cifar10_files):
    cifar10_files(tmp_path, "python")
    path = tmp_path / "data_batch_1"
    content = path.read_bytes()
    for length in (*range(1, 200, 7), len(content) - 1, len(content) - 5):
        path.write_bytes(content[:length])
        assert str(path) in refused("cifar10", tmp_path)


@pytest.mark.parametrize(
    ("pixels", "labels"),
    [
        (np.zeros((2, 4, 4)), np.zeros(2, np.int64)),
        (np.zeros((2, 4), np.uint8), np.zeros(2, np.int64)),
        (np.zeros((2, 4, 4, 4), np.uint8), np.zeros(2, np.int64)),
        (np.zeros((2, 4, 4), np.uint8), np.zeros(3, np.int64)),
        (np.zeros((2, 4, 4), np.uint8), np.zeros(2, np.int32)),
        (np.zeros((2, 4, 4), np.uint8), np.array([0, 1])),
        (np.zeros((2, 4, 4), np.uint8), np.array([0, -1])),
    ],
)
def test_images_that_do_not_fit_together(pixels, labels):
    with pytest.raises(ValueError, match="must"):
        Images(pixels, labels, ("only",))
