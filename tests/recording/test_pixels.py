"""From which value to which pixels go, and where their channels are, in arrays and files alike."""

import struct

import numpy as np
import pytest
import torch
from PIL import Image

from ncviz.errors import UserError
from ncviz.recording.data_of_plan import load_data
from ncviz.recording.image_files import ImageFiles
from ncviz.recording.pixels import (
    AS_THEY_ARE,
    Extremes,
    PixelRange,
    channel_axis,
    recognise_range,
    slabs_of,
    words_of_range,
)
from ncviz.recording.plan import RecordPlan
from ncviz.recording.plan_texts import parse_pixel_range
from ncviz.recording.samples import Samples
from ncviz.recording.sources import load_source

GREY = np.random.default_rng(0).integers(0, 256, (12, 6, 6), dtype=np.uint8)
GREY[0, 0, :2] = 0, 255
LABELS = np.arange(12) % 3


def plan(data="d", **changes):
    return RecordPlan(model="m", checkpoints=("c",), data=str(data), per_class=9, **changes)


def as_the_network_sees(samples):
    return torch.cat([batch for _, batch in samples.batches("train", 5)])


def of_arrays(tmp_path, images, **changes):
    path = tmp_path / "set.npz"
    np.savez(path, images=images, labels=LABELS)
    chosen = plan(path, **changes)
    return Samples(chosen, load_data(chosen))


BY_CLASS = np.argsort(LABELS, kind="stable")
RIGHT = torch.from_numpy(GREY[BY_CLASS] / np.float32(255))[:, None]
STANDARD = GREY / np.float32(255) * 4 - 2

STORED = {
    "bytes": (GREY, RIGHT, ""),
    "floats to 255": (GREY.astype(np.float32), RIGHT, "pixels of 8 bits from 0 to 255"),
    "doubles to 255": (GREY.astype(np.float64), RIGHT, "pixels of 8 bits from 0 to 255"),
    "fractions to 255": (np.minimum(GREY + 0.25, 255), None, "pixels of 8 bits from 0 to 255"),
    "whole numbers": (GREY.astype(np.int64), RIGHT, "pixels of 8 bits from 0 to 255"),
    "16 bits": (GREY.astype(np.uint16) * 257, RIGHT, "pixels of 16 bits from 0 to 65,535"),
    "12 bits in 16": ((GREY * 16.06).astype(np.uint16), None, "pixels of 12 bits"),
    "10 bits in 32": ((GREY * 4.01).astype(np.int32), None, "pixels of 10 bits"),
    "units": (GREY / 255, RIGHT, "pixels from 0 to 1"),
    "half precision": ((GREY / 255).astype(np.float16), None, "pixels from 0 to 1"),
    "overshoot": (GREY / 255 * 1.005, None, "pixels from 0 to 1"),
    "signed bytes": ((GREY.astype(int) - 128).astype(np.int8), RIGHT, "pixels from -128 to 127"),
    "signed words": (GREY.astype(np.int16) * 16 - 1024, RIGHT, "pixels from -1,024 to 3,056"),
    "black and white": (GREY > 127, (RIGHT > 0.5).float(), "pixels from 0 to 1"),
    "bits in bytes": ((GREY > 127).astype(np.uint8), (RIGHT > 0.5).float(), "from 0 to 1"),
    "digits": (GREY // 16 + (GREY // 16 > 14), None, "pixels from 0 to 16"),
    "standardised": (STANDARD, None, "taken as prepared for the network, left as they are"),
    "from −1 to 1": (STANDARD / 2, None, "taken as prepared"),
    "wide fractions": (GREY / 255 * 7.3, None, "taken as prepared"),
}


@pytest.mark.parametrize("name", STORED)
def test_the_range_of_arrays_is_recognised_and_said(name, tmp_path):
    images, right, words = STORED[name]
    samples = of_arrays(tmp_path, images)
    seen, notes = as_the_network_sees(samples), " | ".join(samples.data_notes)
    assert words in notes
    assert ("values from" in notes) == bool(words)
    if "prepared" in words:
        torch.testing.assert_close(seen[:, 0], torch.tensor(images[BY_CLASS]).float())
        assert samples.probe().images is None
        return
    assert float(seen.min()) >= 0
    assert 0.99 <= float(seen.max()) <= 1.006
    if right is not None:
        torch.testing.assert_close(seen, right, atol=1e-6, rtol=0)
    pictures = samples.probe().images
    exact = "bit" not in name and "white" not in name
    assert not exact or np.abs(pictures - GREY[BY_CLASS].astype(int)).max() <= 16


def test_one_dark_image_is_no_range_of_its_own(tmp_path):
    images = GREY.astype(np.uint16) * 257
    images[3] //= 100
    seen = as_the_network_sees(of_arrays(tmp_path, images))
    where = int(np.flatnonzero(BY_CLASS == 3)[0])
    assert float(seen[where].max()) < 0.011


def test_held_out_samples_are_read_like_the_training(tmp_path):
    path = tmp_path / "set.npz"
    dark = (GREY // 20).astype(np.float32)
    np.savez(path, x_train=GREY.astype(np.float32), y_train=LABELS, x_test=dark, y_test=LABELS)
    chosen = plan(path)
    samples = Samples(chosen, load_data(chosen))
    assert float(torch.cat([b for _, b in samples.batches("test", 9)]).max()) < 0.05


def test_who_knows_the_range_tells_it(tmp_path):
    images = GREY.astype(np.uint16) * 16
    told = of_arrays(tmp_path, images, pixel_range="0..65535")
    assert float(as_the_network_sees(told).max()) == pytest.approx(255 * 16 / 65535)
    plain = of_arrays(tmp_path, images, pixel_range="none")
    assert float(as_the_network_sees(plain).max()) == 255 * 16
    for text in ("5", "5..5", "9..1", "a..b", "0..nan", "0..1e300", "1..2..3", "0,255"):
        with pytest.raises(UserError, match="pixel range is"):
            parse_pixel_range(text)
    assert parse_pixel_range("") is None
    assert parse_pixel_range("-1024..3071") == (-1024, 3071)


ROWS = np.random.default_rng(4).integers(0, 256, (12, 28 * 28))
ROWS[0, :2] = 0, 255


@pytest.mark.parametrize(
    ("rows", "divisor"),
    [
        (ROWS.astype(np.uint8), 255),
        (ROWS.astype(np.float64), 255),
        (ROWS.astype(np.uint16) * 257, 65_535),
        (ROWS[:, :192].astype(np.float32), 255),
        (ROWS[:, :100] + 0.5, 1),
        (ROWS[:, :99].astype(np.float32), 1),
        (ROWS.astype(np.float32) - 128, 1),
        (ROWS.astype(np.float32) / 255, 1),
    ],
)
def test_rows_are_pixels_where_all_tells_it(rows, divisor, tmp_path):
    samples = of_arrays(tmp_path, rows)
    right = torch.tensor((rows[BY_CLASS] / divisor).astype(np.float32))
    torch.testing.assert_close(as_the_network_sees(samples), right)
    said = any("brought to 0…1" in words for words in samples.data_notes)
    assert said == (divisor > 1 and rows.dtype != np.uint8)


def test_extremes_do_not_depend_on_how_numbers_are_cut():
    values = np.random.default_rng(1).normal(size=(2000, 64, 40)).astype(np.float32)
    whole = Extremes.of(slabs_of(values))
    assert (whole.low, whole.high, whole.whole) == (values.min(), values.max(), False)
    assert len(list(slabs_of(values))) > 1
    assert Extremes.of([]) == Extremes(0, 0, whole=True)
    assert recognise_range(Extremes(0, 0, whole=True), np.dtype(np.uint8)) == PixelRange(0, 255)
    assert "left as they are" in words_of_range(AS_THEY_ARE, whole)


@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        ((9, 28, 28, 1), 3),
        ((9, 1, 28, 28), 1),
        ((9, 32, 32, 3), 3),
        ((9, 3, 32, 32), 1),
        ((9, 4, 4, 3), 3),
        ((9, 3, 4, 4), 1),
        ((9, 3, 3, 1), 3),
        ((9, 3, 20, 30), 1),
        ((9, 20, 30, 3), 3),
        ((9, 20, 30, 4), 3),
        ((9, 1, 3, 5), 1),
        ((9, 13, 64, 64), 1),
        ((9, 64, 64, 13), 3),
        ((9, 512, 7, 7), 1),
        ((9, 7, 7, 512), 3),
        ((9, 2, 10, 12), 1),
        ((9, 1, 1, 50), 1),
        ((9, 3, 3, 3), 1),
    ],
)
def test_the_axis_of_the_channels(shape, axis):
    assert channel_axis(shape) == axis


def test_transparency_is_left_out_where_the_network_takes_colours(tmp_path):
    images = np.random.default_rng(2).integers(0, 256, (12, 6, 6, 4), dtype=np.uint8)
    path = tmp_path / "set.npz"
    np.savez(path, images=images, labels=LABELS)
    source = load_source(str(path))
    assert as_the_network_sees(Samples(plan(), source, channels=4)).shape == (12, 4, 6, 6)
    colours = Samples(plan(), source, channels=3)
    expected = torch.from_numpy(images[BY_CLASS, :, :, :3]).movedim(3, 1) / 255
    torch.testing.assert_close(as_the_network_sees(colours), expected)
    assert colours.notes == ["the fourth channel, transparency, left out"]
    assert "images of 4 channels, which come last" in colours.data_notes
    assert as_the_network_sees(Samples(plan(), source, channels=1)).shape == (12, 1, 6, 6)


# Files


def save(folder, images, name="{}.png"):
    """Save arrays or pictures, a folder for every third of them."""
    for number, image in enumerate(images):
        path = folder / "abc"[LABELS[number]] / name.format(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
        picture.save(path)


FILES = {
    "8 bits": (GREY, "{}.png", True),
    "16 bits": (GREY.astype(np.uint16) * 257, "{}.png", True),
    "16 bits, TIFF": (GREY.astype(np.uint16) * 257, "{}.tif", True),
    "12 bits": ((GREY * 16.06).astype(np.uint16), "{}.png", False),
    "32 bits": (GREY.astype(np.int32), "{}.tiff", True),
    "32 bits, deep": (GREY.astype(np.int32) * 257, "{}.tiff", True),
    "floats to 1": (GREY / np.float32(255), "{}.tiff", True),
    "floats to 255": (GREY.astype(np.float32), "{}.tif", True),
    "1 bit": ([Image.fromarray(image > 127) for image in GREY], "{}.png", None),
    "grey with transparency": (np.stack([GREY, 255 - GREY], axis=-1), "{}.png", True),
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_any_depth_are_as_bright_as_bytes(name, tmp_path):
    images, names, exact = FILES[name]
    save(tmp_path, images, names)
    samples = Samples(plan(), load_source(str(tmp_path)))
    seen = as_the_network_sees(samples)
    # Files are sorted by name: 10 comes before 2.
    order = np.concatenate([sorted(np.flatnonzero(k == LABELS), key=str) for k in range(3)])
    right = torch.from_numpy(GREY[order] / np.float32(255))[:, None]
    right = (right > 0.5).float() if exact is None else right
    torch.testing.assert_close(seen, right, atol=1e-6 if exact is not False else 3e-3, rtol=0)
    deep = name not in ("8 bits", "1 bit", "grey with transparency")
    assert any("brought to 0…1" in w or "from 0 to 1" in w for w in samples.notes) == deep
    assert samples.probe().images is not None


def test_colours_of_any_kind_become_red_green_and_blue(tmp_path):
    rng = np.random.default_rng(3)
    colours = rng.integers(0, 256, (16, 16, 4), dtype=np.uint8)
    rgb = Image.fromarray(colours[..., :3])
    palette = rgb.quantize(16)
    kinds = {
        "rgb.png": (rgb, {}),
        "rgba.png": (Image.fromarray(colours), {}),
        "palette.png": (palette, {"transparency": bytes(range(16))}),
        "one.png": (Image.fromarray(colours[..., 0] > 128), {}),
        "cmyk.tif": (rgb.convert("CMYK"), {}),
        "sixteen.png": (Image.fromarray(colours[..., 0].astype(np.uint16) * 257), {}),
        "float.tiff": (Image.fromarray(colours[..., 0] / np.float32(255)), {}),
    }
    for label in "ab":
        for name, (picture, options) in kinds.items():
            (tmp_path / label).mkdir(exist_ok=True)
            picture.save(tmp_path / label / name, **options)
    samples = Samples(plan(), load_source(str(tmp_path)))
    seen = as_the_network_sees(samples)[: len(kinds)]
    found = dict(zip(sorted(kinds), seen.movedim(1, 3).numpy() * 255, strict=True))
    first = colours[..., :1].repeat(3, axis=2)
    for name, right in (
        ("rgb.png", colours[..., :3]),
        ("rgba.png", colours[..., :3]),
        ("palette.png", np.asarray(palette.convert("RGB"))),
        ("one.png", 255 * (first > 128)),
        ("cmyk.tif", colours[..., :3]),
        ("sixteen.png", first),
        ("float.tiff", first),
    ):
        np.testing.assert_allclose(found[name], right, atol=0.51, err_msg=name)
    assert "transparency is ignored, as by torchvision: some is in 4 images" in samples.notes


def tiff(values, order="<"):
    """Write a grey TIFF of any numbers, as instruments do; Pillow writes few of them."""
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    data = values.astype(values.dtype.newbyteorder(order)).tobytes()
    height, width = values.shape
    tags = {256: width, 257: height, 258: 8 * values.dtype.itemsize, 259: 1, 262: 1, 273: 8}
    tags |= {277: 1, 278: height, 279: len(data), 339: kind}
    entries = [struct.pack(f"{order}HHII", number, 4, 1, tags[number]) for number in sorted(tags)]
    entries = [
        struct.pack(f"{order}HHIHH", number, 3, 1, tags[number], 0) if number > 257 else entry
        for number, entry in zip(sorted(tags), entries, strict=True)
    ]
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(data))
    return head + data + struct.pack(f"{order}H", len(tags)) + b"".join(entries) + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "values",
    [
        GREY[0],
        (GREY[0].astype(int) - 128).astype(np.int8),
        GREY[0].astype(np.uint16) * 257,
        GREY[0].astype(np.int16) * 9 - 900,
        GREY[0].astype(np.int32) * 1000 - 100_000,
        GREY[0].astype(np.float32),
        GREY[0].astype(np.uint32) * 16_843_009,
    ],
    ids=lambda values: str(values.dtype),
)
def test_numbers_of_instruments(values, order, tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(values, order))
    if (values.dtype, order) == (np.uint32, ">"):  # the one that Pillow does not read
        with pytest.raises(UserError, match="or of an unusual kind"):
            ImageFiles().read([path], 0)
        return
    found = ImageFiles().read([path], 0).images[0, 0].numpy()
    found = found / 255 if found.dtype == np.uint8 else found
    np.testing.assert_allclose(found, GREY[0] / 255, atol=1e-6)


def test_held_out_files_are_read_by_the_range_of_the_training(tmp_path):
    save(tmp_path / "train", GREY.astype(np.uint16) * 257)
    save(tmp_path / "val", (GREY // 20).astype(np.uint16) * 257)
    samples = Samples(plan(), load_source(str(tmp_path)))
    assert float(torch.cat([b for _, b in samples.batches("test", 9)]).max()) < 0.05


def test_floats_that_are_no_pixels_are_left_and_not_numbers_are_left_out(tmp_path):
    images = STANDARD.astype(np.float32)
    images[4, 2, 2] = np.nan
    save(tmp_path, images, "{}.tiff")
    samples = Samples(plan(), load_source(str(tmp_path)))
    assert float(as_the_network_sees(samples).min()) == pytest.approx(-2)
    assert samples.probe().images is None
    assert "1 of 12 images cannot be read and are left out: b/4.tiff" in samples.notes
