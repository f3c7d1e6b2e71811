"""Another title for a run: written whole or not at all, and never under a writer's hands."""

import json
import os

import pytest

from ncviz.runs.lock import WritingLock, is_being_written
from ncviz.runs.run import Run
from ncviz.runs.writer import LONGEST_GIVEN_TITLE, RunWriter, rename_run


@pytest.fixture
def own_run(make_run, tmp_path):
    return make_run(tmp_path / "run", title="Before")


def test_the_title_changes_and_nothing_else(own_run):
    before = json.loads((own_run.path / "manifest.json").read_text())
    assert rename_run(own_run.path, "  Mine,\u00a0 über — 3 × 4  ") == "Mine, über — 3 × 4"
    after = json.loads((own_run.path / "manifest.json").read_text())
    assert after == {**before, "title": "Mine, über — 3 × 4"}
    assert Run(own_run.path).manifest.title == "Mine, über — 3 × 4"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "needs a title"),
        (" \n ", "needs a title"),
        ("a\x00b", "needs a title"),
        ("x" * (LONGEST_GIVEN_TITLE + 1), f"{LONGEST_GIVEN_TITLE + 1} characters"),
    ],
)
def test_what_is_no_title_is_refused(own_run, refuses, title, said):
    before = (own_run.path / "manifest.json").read_bytes()
    with refuses(said):
        rename_run(own_run.path, title)
    assert (own_run.path / "manifest.json").read_bytes() == before


def test_a_run_that_is_gone(tmp_path, refuses):
    with refuses(tmp_path / "gone"):
        rename_run(tmp_path / "gone", "Mine")


def test_a_run_that_is_being_recorded(own_run, refuses):
    writer = RunWriter.reopen(own_run.path)
    assert is_being_written(own_run.path)
    with refuses(own_run.path, "is being recorded"):
        rename_run(own_run.path, "Mine")
    writer.close("stopped")
    assert not is_being_written(own_run.path)
    assert rename_run(own_run.path, "Mine") == "Mine"
    assert Run(own_run.path).manifest.state == "stopped"


def test_a_run_that_cannot_be_written(own_run, refuses, monkeypatch):
    def refuse(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with refuses(own_run.path / "manifest.json", "cannot be written"):
        rename_run(own_run.path, "Mine")
    assert Run(own_run.path).manifest.title == "Before"
    assert not [path for path in own_run.path.iterdir() if path.name.endswith(".partial")]
    assert not is_being_written(own_run.path)


def test_a_writer_that_is_forgotten_holds_no_run(own_run):
    lock = WritingLock(own_run.path)
    assert not WritingLock(own_run.path).held
    del lock
    assert WritingLock(own_run.path).held


def test_a_forked_process_neither_frees_nor_keeps_the_lock(own_run):
    """As the workers of a data loader beside a recorder."""
    lock = WritingLock(own_run.path)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        lock.release()
        os.close(writing)
        os.read(reading, 1)  # until the parent is done
        os._exit(0)
    try:
        os.close(reading)
        assert is_being_written(own_run.path)
        lock.release()
        assert not is_being_written(own_run.path)
    finally:
        os.close(writing)
        os.waitpid(child, 0)
