"""Samples of more bytes than are held: in a file, with the same values, or a clear sentence."""

import errno
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ncviz.arrays import roomy
from ncviz.arrays.roomy import roomy_array
from ncviz.errors import UserError
from ncviz.measuring.peers import ALONE
from ncviz.recording import fitted_images as fitting
from ncviz.recording.array_sources import from_arrays
from ncviz.recording.fitted_images import fitted_images
from ncviz.recording.image_files import ImageFiles


@pytest.fixture
def few_are_held(monkeypatch):
    monkeypatch.setattr(roomy, "MOST_HELD", 16)


@pytest.mark.usefixtures("few_are_held")
@pytest.mark.parametrize("reserves", [True, False])
def test_many_numbers_lie_in_a_file_that_nobody_sees(tmp_path, monkeypatch, reserves):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(roomy, "_PIECE", 100)
    if not reserves:  # as on Windows and macOS
        monkeypatch.delattr("os.posix_fallocate", raising=False)
    found = roomy_array((30, 7), np.float32)
    assert isinstance(found, np.memmap)
    assert not found.any()
    found[:] = np.arange(210).reshape(30, 7)
    assert not [*tmp_path.iterdir()]
    assert torch.from_numpy(found).sum() == 210 * 209 / 2


def test_few_numbers_are_held():
    assert not isinstance(roomy_array((3, 7), np.float32), np.memmap)
    assert roomy_array((0, 7), np.uint8).shape == (0, 7)


@pytest.mark.usefixtures("few_are_held")
def test_a_full_disk_is_told(monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(roomy, "_claim", full)
    with pytest.raises(UserError, match=r"no room \(No space left on device\): choose fewer with"):
        roomy_array((30, 7), np.float32)


def samples_of(path: Path, **arrays) -> torch.Tensor:
    np.savez(path, **arrays)
    rows = np.array([5, 0, 3, 4, 1])
    return from_arrays(path).train.take_share(rows, 0, ALONE).images


@pytest.mark.parametrize(
    "samples",
    [
        np.arange(48, dtype=np.float32).reshape(6, 8) / 7,
        np.arange(6 * 16 * 3, dtype=np.uint8).reshape(6, 4, 4, 3),
        np.arange(6 * 16).reshape(6, 4, 4).astype(np.uint16) * 600,
    ],
    ids=["features", "bytes", "deep"],
)
def test_arrays_are_the_same_wherever_they_lie(tmp_path, monkeypatch, samples):
    labels = np.array([0, 0, 0, 1, 1, 1])
    held = samples_of(tmp_path / "held.npz", x=samples, y=labels)
    monkeypatch.setattr(roomy, "MOST_HELD", 16)
    assert torch.equal(samples_of(tmp_path / "mapped.npz", x=samples, y=labels), held)


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16"])
def test_images_are_the_same_wherever_they_lie_and_bad_ones_left_out(tmp_path, monkeypatch, mode):
    rng, paths = np.random.default_rng(0), []
    for number in range(7):
        paths.append(tmp_path / f"{number}.png")
        shape = (6, 6, 3) if mode == "RGB" else (6, 6)
        kind = np.uint16 if mode == "I;16" else np.uint8
        Image.fromarray(rng.integers(0, np.iinfo(kind).max, shape).astype(kind)).save(paths[-1])
    content = paths[2].read_bytes()
    paths[2].write_bytes(content[:-30])  # its head is whole
    held = ImageFiles().read(paths, 0)
    assert held.kept.tolist() == [0, 1, 3, 4, 5, 6]
    assert held.images.shape == (6, 3 if mode == "RGB" else 1, 6, 6)
    monkeypatch.setattr(roomy, "MOST_HELD", 16)
    mapped = ImageFiles().read(paths, 0)
    assert torch.equal(mapped.images, held.images)
    for place, number in enumerate(held.kept.tolist()):
        if mode != "I;16":
            pixels = np.asarray(Image.open(paths[number])).reshape(6, 6, -1)
            assert np.array_equal(held.images[place].permute(1, 2, 0), pixels)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(("channels", "size"), [(1, 0), (3, 5), (1, 5)])
def test_images_are_fitted_a_few_at_a_time(monkeypatch, exact, channels, size):
    images = torch.randint(0, 256, (9, 3, 8, 8), dtype=torch.uint8)
    notes = []
    whole = fitted_images(images, channels, size, notes.append, exact=exact)
    monkeypatch.setattr(roomy, "MOST_HELD", 16)
    monkeypatch.setattr(fitting, "AT_ONCE", 2)
    assert torch.equal(fitted_images(images, channels, size, notes.append, exact=exact), whole)
