"""Nothing but a regular file is opened, wherever a path comes from; and no more of it is read."""

import codecs
import os
import socket
from pathlib import Path

import pytest

from ncviz.arrays.other_files import open_json
from ncviz.arrays.tables import open_table
from ncviz.bounded_reading import check_regular, open_regular, read_bounded, read_text
from ncviz.data.idx import read_idx
from ncviz.desktop.settings.shared_file import SharedFile
from ncviz.errors import UserError
from ncviz.explorer.session import SUFFIX, read_session, write_session
from ncviz.explorer.window_state import WindowState
from ncviz.export.plan_texts import read_views
from ncviz.export.provenance import said_by
from ncviz.runs.manifest import read_manifest
from ncviz.runs.probe import read_probe
from ncviz.runs.run import Run
from ncviz.training.recipe_file import read_recipe
from ncviz.training.training_state import read_state


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
    with pytest.raises(UserError, match="is read up to 4"):
        read_bounded(path, 4)
    with pytest.raises(FileNotFoundError):
        read_bounded(tmp_path / "absent", 4)
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(UserError, match="is no name of a file"):
        open_regular(f"{path}\0")


def views_of(path):
    return read_views([str(path)])


READERS = {
    "a recipe": read_recipe,
    "a manifest": read_manifest,
    "a probe": lambda path: read_probe(path, 3),
    "an exported file": said_by,
    "a list of views": views_of,
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


# Text, as the editors and shells of every system write it

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]


def encoded(text: str, encoding: str) -> bytes:
    """Return text as Notepad and PowerShell write it: with a mark at its beginning."""
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    return mark + text.replace("\n", "\r\n").encode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_text_file_is_read_in_every_encoding_of_windows(tmp_path, growing_run, encoding):
    def given(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(encoded(text, encoding))
        return path

    assert read_text(given("a.txt", "ü→猫\n"), 99) == "ü→猫\r\n"
    recipe = given("a.toml", '# übung\nepochs = 7\ndataset = "digits"\n')
    assert read_recipe(recipe).epochs == 7
    views = given("views.txt", "ncviz:v1 epoch=2\n\n# ü\nncviz:v1 epoch=1\n")
    assert [view.epoch for view in views_of(views)] == [2, 1]
    views = given("views.toml", 'views = ["ncviz:v1 epoch=2"]\n')
    assert [view.epoch for view in views_of(views)] == [2]
    manifest = growing_run.path / "manifest.json"
    before = read_manifest(manifest)
    manifest.write_bytes(encoded(manifest.read_text(encoding="utf-8"), encoding))
    assert read_manifest(manifest) == before
    settings = given("settings.json", '{"theme": "dark", "ü": 1}')
    assert SharedFile(settings).read() == {"theme": "dark", "ü": 1}
    session = tmp_path / f"a{SUFFIX}"
    write_session(session, WindowState())
    session.write_bytes(encoded(session.read_text(encoding="utf-8"), encoding))
    assert read_session(session)[0] == WindowState()
    table = given("a.csv", "a,b,label\n1,2,ü\n3,4,猫\n5,6,ü\n")
    labels = open_table(table).arrays["labels"].read()
    assert labels.tolist() == [0, 1, 0]
    lines = '{"x": [1, 2], "y": "ü"}\n{"x": [3, 4], "y": "猫"}\n'
    for name, text in (("a.json", '{"x": [[1, 2], [3, 4]], "y": ["ü", "猫"]}'), ("b.json", lines)):
        arrays = open_json(given(name, text)).arrays
        assert arrays["y"].read().tolist() == ["ü", "猫"]


def test_text_that_is_none_is_told(tmp_path):
    path = tmp_path / "a.toml"
    for content in (b"\xff\xfea", b"\xff\xff", b"caf\xe9 = 1"):
        path.write_bytes(content)
        for read in (read_recipe, views_of, read_manifest, read_session):
            with pytest.raises(UserError, match=r"a\.toml"):
                read(path)
