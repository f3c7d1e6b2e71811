import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from ncviz.data.idx import read_idx
from ncviz.errors import UserError

VALUES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(UserError) as refusal:
        read_idx(path)
    message = str(refusal.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_reads_plain_and_compressed(tmp_path, idx):
    plain, compressed = tmp_path / "a-idx3-ubyte", tmp_path / "a-idx3-ubyte.gz"
    plain.write_bytes(idx(VALUES))
    compressed.write_bytes(gzip.compress(idx(VALUES)))
    np.testing.assert_array_equal(read_idx(plain), VALUES)
    np.testing.assert_array_equal(read_idx(compressed), VALUES)


def test_reads_labels(tmp_path, idx):
    (tmp_path / "labels").write_bytes(idx(np.array([3, 1, 4])))
    assert read_idx(tmp_path / "labels").tolist() == [3, 1, 4]


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_foreign_file(tmp_path, suffix):
    refused(tmp_path / f"cat{suffix}", b"\x89PNG\r\n\x1a\n" + bytes(100))


def test_empty_file(tmp_path):
    assert "does not start like one" in refused(tmp_path / "empty", b"")


def test_missing_file(tmp_path):
    with pytest.raises(UserError, match="No such file or directory"):
        read_idx(tmp_path / "absent")


@pytest.mark.parametrize("change", [-1, 1])
def test_length_differs_from_header(tmp_path, idx, change):
    content = idx(VALUES)[:change] if change < 0 else idx(VALUES) + b"x"
    assert "its length differs" in refused(tmp_path / "plain", content)
    assert "its length differs" in refused(tmp_path / "packed.gz", gzip.compress(content))


def test_truncated_header(tmp_path, idx):
    assert "cut off" in refused(tmp_path / "head", idx(VALUES)[:9])


def test_truncated_gzip(tmp_path, idx):
    refused(tmp_path / "packed.gz", gzip.compress(idx(VALUES))[:-9])


def test_a_flipped_bit_of_a_gzip_is_refused_or_harmless(tmp_path, idx):
    content = gzip.compress(idx(VALUES), mtime=0)
    path = tmp_path / "packed.gz"
    refusals = 0
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0x10
        path.write_bytes(damaged)
        try:
            np.testing.assert_array_equal(read_idx(path), VALUES)
        except UserError:
            refusals += 1
    # Some bits of gzip's own header, and the padding, mean nothing.
    assert refusals > 0.8 * len(content)


def test_header_that_claims_too_much_is_refused_before_reading(tmp_path, idx):
    header = bytes((0, 0, 8, 3)) + b"\xff" * 12
    assert "its header claims 79,228,162,458" in refused(tmp_path / "bomb", header + bytes(10))


def test_header_that_claims_nothing(tmp_path, idx):
    assert "claims 0 bytes" in refused(tmp_path / "none", idx(np.zeros((0, 28, 28))))


def test_values_of_another_type(tmp_path, idx):
    content = bytearray(idx(VALUES))
    content[2] = 0x0D  # float
    refused(tmp_path / "floats", bytes(content))


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_header_that_lies_claims_no_memory(tmp_path, suffix):
    content = bytes((0, 0, 8, 3)) + struct.pack(">3I", 1000, 200, 200) + bytes(10)
    tracemalloc.start()
    try:
        content = gzip.compress(content) if suffix else content
        assert "its length differs" in refused(tmp_path / f"a{suffix}", content)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_what_unfolds_to_more_than_any_such_set_is_refused(tmp_path):
    content = bytes((0, 0, 8, 3)) + struct.pack(">3I", 2000, 200, 200) + bytes(80_000_000)
    assert "its header claims 80,000,000" in refused(tmp_path / "a.gz", gzip.compress(content, 1))
