"""Waiting for a run that another program is about to record."""

import pytest

from ncviz.errors import UserError
from ncviz.runs.following import wait_for_run


def test_a_run_is_waited_for_until_its_first_snapshot(small_run, tmp_path):
    import shutil

    target = tmp_path / "coming"
    told = []

    def pass_time(_seconds):
        if not target.exists():
            target.mkdir()
            return
        shutil.copytree(small_run.path, target, dirs_exist_ok=True)

    found = wait_for_run(target, told.append, pass_time)
    assert found.epochs == small_run.epochs
    assert told == [target]
    assert wait_for_run(small_run.path, told.append).epochs == small_run.epochs
    assert told == [target]


def test_what_is_no_run_is_not_waited_for(tmp_path):
    (tmp_path / "file").write_text("thesis")
    with pytest.raises(UserError, match="is not an ncviz run"):
        wait_for_run(tmp_path / "file")
