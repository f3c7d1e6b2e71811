"""Pictures of other people: no other program is run for them, and none claims much memory."""

import os
import struct
import subprocess
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ncviz
from ncviz.errors import UserError
from ncviz.export.provenance import said_by
from ncviz.image_file import opened_image
from ncviz.recording.image_files import ImageFiles

EPS = (
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n"
    b"(%pipe%touch struck) (w) file\n"
)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, depth=1, colour=0, body=b"\0"):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    parts = (header, chunk(b"IDAT", zlib.compress(body)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.gif", "x.tif"])
def test_no_other_program_is_run_for_a_picture(name, tmp_path, monkeypatch):
    def struck(*_args, **_options):
        raise AssertionError("a program was run")

    monkeypatch.setattr(subprocess, "Popen", struck)
    monkeypatch.setattr(os, "system", struck)
    path = tmp_path / name
    path.write_bytes(EPS)
    with pytest.raises(UserError, match="it is none of PNG, JPEG"), opened_image(path) as image:
        image.load()
    with pytest.raises(UserError):
        ImageFiles().read([path], 0)
    with pytest.raises(UserError):
        said_by(path)


HUGE = {
    "PNG": png(10_000, 10_000),
    "PNG of colours": png(30_000, 30_000, 8, 2),
    "PNG with a side of 1": png(2**31 - 1, 1),
    "BMP": b"BM" + struct.pack("<IIIIiiHHIIiiII", 60, 0, 54, 40, 9999, 9999, 1, 24, *[0] * 6),
    "PPM": b"P6 10000 10000 255\n" + bytes(99),
    "GIF": b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b"," + bytes(20) + b";",
}


@pytest.mark.parametrize("name", HUGE)
def test_a_few_bytes_claim_no_memory(name, tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(HUGE[name])
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=r"claims|cannot be read"):
            ImageFiles().read([path], 0)
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()


def test_an_empty_sheet_is_still_a_picture(tmp_path):
    Image.new("1", (3000, 3000), 1).save(tmp_path / "white.png")
    assert (tmp_path / "white.png").stat().st_size < 3000 * 3000 / 1000
    assert ImageFiles().read([tmp_path / "white.png"], 0).images.min() == 255


DAMAGED = {
    "nothing": b"",
    "text": b"<html>404</html>",
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "AppleDouble": b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(100),
    "a cut": png(9, 9, 8)[:50],
    "too little": png(9, 9, 8),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_bad_picture_is_left_out_counted_and_named(name, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (9, 9), dtype=np.uint8)
    paths = [tmp_path / "cat" / f"{number}.png" for number in range(3)]
    paths[0].parent.mkdir()
    for path in paths:
        Image.fromarray(pixels).save(path)
    paths[1].write_bytes(DAMAGED[name])
    found = ImageFiles().read(paths, 0)
    np.testing.assert_array_equal(found.images[:, 0], [pixels, pixels])
    assert found.kept.tolist() == [0, 2]
    assert found.notes == ("1 of 3 images cannot be read and are left out: cat/1.png",)
    assert str(paths[1]) in found.bad[0]
    with pytest.raises(UserError, match=r"1\.png"):
        ImageFiles().read(paths[1:2], 0)
    paths[0].write_bytes(DAMAGED[name])
    with pytest.raises(UserError, match="2 of 3 images cannot be read; the first: The image"):
        ImageFiles().read(paths, 0)


def test_a_pipe_among_pictures_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "0.png")
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for path in paths[1:]:
        Image.new("L", (4, 4), 9).save(path)
    assert ImageFiles().read(paths, 0).kept.tolist() == [1, 2]


def test_pictures_are_opened_in_one_place():
    sources = Path(ncviz.__file__).parent.rglob("*.py")
    found = [path.name for path in sources if "Image.open(" in path.read_text(encoding="utf-8")]
    assert found == ["image_file.py"]
