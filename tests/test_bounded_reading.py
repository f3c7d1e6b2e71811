"""Nothing but a regular file is opened, wherever a path comes from; and no more of it is read."""

import os
import socket

import pytest

from ncviz.bounded_reading import check_regular, open_regular, read_bounded
from ncviz.commands.export import _keyframes
from ncviz.data.idx import read_idx
from ncviz.errors import UserError
from ncviz.export.carried import said_by
from ncviz.runs.manifest import read_manifest
from ncviz.runs.probe import read_probe
from ncviz.runs.run import Run
from ncviz.training.recipe import read_recipe
from ncviz.training.state import read_state


@pytest.fixture
def strange(tmp_path):
    """Return paths of what is no file, by what it is."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        yield {
            "a pipe": tmp_path / "pipe",
            "a device": "/dev/zero",
            "a socket": tmp_path / "socket",
            "link is a pipe": tmp_path / "link",
        }


def test_what_is_no_file_is_told(strange):
    for words, path in strange.items():
        for open_it in (open_regular, check_regular, lambda name: read_bounded(name, 9)):
            with pytest.raises(UserError, match=words):
                open_it(path)


def test_a_file_is_read_up_to_its_bound(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with open_regular(path) as file:
        assert file.read() == b"12345"
    with pytest.raises(UserError, match="larger than 4 bytes"):
        read_bounded(path, 4)
    with pytest.raises(FileNotFoundError):
        read_bounded(tmp_path / "absent", 4)
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(UserError, match="is no name of a file"):
        open_regular(f"{path}\0")


READERS = {
    "a recipe": read_recipe,
    "a manifest": read_manifest,
    "a probe": lambda path: read_probe(path, 3),
    "an exported file": said_by,
    "a list of views": _keyframes,
    "an IDX file": read_idx,
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_no_reader_waits_for_a_pipe(reader, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="is a pipe and no file"):
        reader(tmp_path / "pipe")


def test_no_file_within_a_run_may_be_a_pipe(growing_run):
    run = Run(growing_run.path)
    snapshot = run.path / "snapshots" / "000000.safetensors"
    snapshot.unlink()
    os.mkfifo(snapshot)
    with pytest.raises(UserError, match="is a pipe and no file"):
        run.snapshot(0)
    os.mkfifo(run.path / "training.safetensors")
    with pytest.raises(UserError, match="cannot be resumed"):
        read_state(run.path)
