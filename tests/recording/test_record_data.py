"""Data for a recording: folders, npz files, known sets, and what is done to them."""

import numpy as np
import pytest
import torch
from PIL import Image

from ncviz.errors import UserError
from ncviz.recording.collecting import collect
from ncviz.recording.plan import RecordPlan
from ncviz.recording.samples import Samples
from ncviz.recording.sources import load_source


def plan(**changes):
    return RecordPlan(model="m", checkpoints=("c",), data="d", **changes)


def paint(path, shade, size=(9, 7), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, shade if mode == "L" else (shade, shade, 0)).save(path)


def test_a_folder_of_images(tmp_path):
    for split, count in (("train", 5), ("val", 2)):
        for number, name in enumerate(("cat", "dög")):
            for image in range(count):
                paint(tmp_path / split / name / f"{image}.png", 50 + 100 * number)
    source = load_source(str(tmp_path))
    assert source.class_names == ("cat", "dög")
    samples = Samples(plan(per_class=3, probe_per_class=2), source)
    assert samples.train_counts == (5, 5)
    assert samples.parts["train"].labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert samples.parts["train"].images.shape == (6, 3, 7, 9)
    assert len(samples.parts["test"]) == 2  # half as many of each class
    (_, batch), *rest = samples.batches("train", 4)
    assert batch.shape == (4, 3, 7, 9)
    assert batch[0, 0, 0, 0] == pytest.approx(50 / 255)
    assert [where for where, _ in rest] == [slice(4, 6)]
    assert samples.probe().images.shape == (4, 7, 9, 3)


def test_images_of_different_sizes_become_squares(tmp_path):
    paint(tmp_path / "a" / "1.png", 10, (40, 20), "L")
    paint(tmp_path / "b" / "1.jpg", 10, (30, 30), "L")
    samples = Samples(plan(size=16, per_class=2), load_source(str(tmp_path)), channels=3)
    assert samples.parts["train"].images.shape == (2, 3, 16, 16)
    assert "grey images repeated to 3 channels" in samples.notes


def test_grey_images_of_sixteen_bits_keep_their_shades(tmp_path):
    for name, shade in (("a", 256), ("b", 60_000)):
        (tmp_path / name).mkdir()
        Image.fromarray(np.full((4, 4), shade, dtype=np.uint16)).save(tmp_path / name / "1.png")
    samples = Samples(plan(per_class=2), load_source(str(tmp_path)))
    found = samples.parts["train"].images[:, 0, 0, 0].tolist()
    assert found == pytest.approx([256 / 65_535, 60_000 / 65_535])


def test_a_bad_folder_is_told(tmp_path):
    with pytest.raises(UserError, match="is no folder of images"):
        load_source(str(tmp_path))
    for name in "ab":
        paint(tmp_path / name / "1.png", 10)
    whole = (tmp_path / "a" / "1.png").read_bytes()
    (tmp_path / "a" / "1.png").write_bytes(whole[:40])
    with pytest.raises(UserError, match=r"1\.png is damaged|cannot be read"):
        Samples(plan(), load_source(str(tmp_path)))
    (tmp_path / "a" / "1.png").write_bytes(b"thesis")
    with pytest.raises(UserError, match=r"1\.png cannot be read"):
        Samples(plan(), load_source(str(tmp_path)))


def test_an_npz_file(tmp_path):
    path = tmp_path / "mine.npz"
    images = np.random.default_rng(0).integers(0, 255, (6, 4, 4, 3)).astype(np.uint8)
    labels = np.array([5, 5, 9, 9, 9, 5])
    np.savez(path, images=images, labels=labels, class_names=["five", "nine"])
    source = load_source(str(path))
    assert source.class_names == ("five", "nine")
    assert source.train.labels.tolist() == [0, 0, 1, 1, 1, 0]
    samples = Samples(plan(per_class=9), source, channels=1)
    assert samples.notes == ["colours turned to grey"]
    assert samples.parts["train"].images.shape == (6, 1, 4, 4)
    for arrays, words in (
        ({"images": images}, "no array 'labels'"),
        ({"images": images, "labels": labels[:3]}, "3 labels, and 'images' is 6×4×4×3"),
        ({"images": images, "labels": labels * 0}, "one class only"),
        ({"x": np.full((6, 2), np.nan), "y": labels}, "NaN or infinite"),
    ):
        np.savez(path, **arrays)
        with pytest.raises(UserError, match=words):
            load_source(str(path))
    path.write_bytes(b"PK thesis")
    with pytest.raises(UserError, match="not a whole npz file"):
        load_source(str(path))


def test_the_choice_depends_on_the_seed_alone():
    source = load_source("digits")
    one, same, other = (Samples(plan(per_class=5, seed=s), source) for s in (1, 1, 2))
    assert torch.equal(one.parts["train"].images, same.parts["train"].images)
    assert not torch.equal(one.parts["train"].images, other.parts["train"].images)
    assert np.bincount(one.parts["train"].labels).tolist() == [5] * 10
    more = Samples(plan(per_class=6, seed=1), source)
    few = {tuple(image.flatten().tolist()) for image in one.parts["train"].images}
    assert few <= {tuple(image.flatten().tolist()) for image in more.parts["train"].images}


def test_normalisation(tmp_path):
    source = load_source("digits")
    for how in ("data", "0.2/0.5", "imagenet"):
        samples = Samples(plan(normalise=how, per_class=5), source, channels=3)
        batch = torch.cat([batch for _, batch in samples.batches("train", 9)])
        if how == "data":
            assert float(batch.mean()) == pytest.approx(0, abs=1e-5)
            assert float(batch.std(correction=0)) == pytest.approx(1, rel=1e-4)
        if how == "0.2/0.5":
            assert float(batch.min()) == pytest.approx(-0.4)
        assert samples.notes[-1].startswith("normalised with")
    with pytest.raises(UserError, match="names 3 channels and the images have 1"):
        Samples(plan(normalise="imagenet"), source)
    only_test = Samples(plan(split="test", per_class=3), source)
    assert list(only_test.parts) == ["train"]


def test_what_loaders_yield_is_collected():
    images, labels = torch.rand(6, 1, 2, 2), torch.arange(6)
    for given in (
        (images, labels),
        (images.numpy(), labels.numpy()),
        torch.utils.data.TensorDataset(images, labels),
        torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), 4),
        [(image, int(label)) for image, label in zip(images, labels, strict=True)],
    ):
        found, marks = collect(given, "mine")
        torch.testing.assert_close(found, images)
        assert marks.tolist() == labels.tolist()
    for given, words in (
        (3, "gave a int"),
        ([], "no samples"),
        ((images, labels[:2]), "one label"),
    ):
        with pytest.raises(UserError, match=words):
            collect(given, "mine")


def test_absent_data_are_told():
    with pytest.raises(UserError, match=r"There are no data 'mnits'.*fashion-mnist"):
        load_source("mnits")
