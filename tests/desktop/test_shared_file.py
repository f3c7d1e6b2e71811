"""A file that two windows write: neither loses what the other has written."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncviz.desktop.settings.shared_file import SharedFile, merged, put_aside
from ncviz.errors import UserError

NAMES = st.sampled_from("abcdef")
LISTS = st.lists(st.integers(0, 9), unique=True, max_size=6)
FILES = st.dictionaries(NAMES, st.one_of(st.integers(), LISTS), max_size=5)


@given(FILES, FILES)
def test_who_changes_nothing_takes_nothing_away(before, theirs):
    assert merged(before, before, {**before, **theirs}) == {**before, **theirs}


@given(FILES, FILES)
def test_alone_one_writes_what_one_has(before, ours):
    assert merged(before, ours, before) == ours


@given(LISTS, st.integers(10, 19), st.integers(20, 29))
def test_what_two_put_at_the_head_of_a_list_is_both_there(before, mine, yours):
    found = merged({"a": before}, {"a": [mine, *before]}, {"a": [yours, *before]})["a"]
    assert found == [mine, yours, *before]


def test_what_one_takes_out_of_a_list_stays_out():
    found = merged({"a": [1, 2, 3]}, {"a": [4, 1, 3]}, {"a": [5, 1, 2, 3]})["a"]
    assert found == [4, 5, 1, 3]
    moved = merged({"a": [1, 2, 3]}, {"a": [3, 1, 2]}, {"a": [5, 1, 2, 3]})["a"]
    assert moved == [3, 5, 1, 2]


def test_values_within_values_are_merged_likewise():
    before = {"run": {"1": "a", "2": "b"}}
    found = merged(before, {"run": {"1": "a"}}, {"run": {"1": "a", "2": "b", "3": "c"}, "x": {}})
    assert found == {"run": {"1": "a", "3": "c"}, "x": {}}


def test_two_windows_write_one_file(tmp_path):
    path = tmp_path / "new folder" / "s.json"
    first, second = SharedFile(path), SharedFile(path)
    first.write({"theme": "dark"})
    second.write({"scale": 2})
    first.write({"theme": "light"})
    assert json.loads(path.read_text()) == {"theme": "light", "scale": 2}
    second.write({"scale": 2})
    assert first.read() == {"theme": "light", "scale": 2}


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.mkdir(),
        lambda path: os.mkfifo(path),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.write_bytes(b"\xff"),
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_text("[]"),
        lambda path: path.write_text('{"a": "\\ud800"}'),
        lambda path: path.write_text('{"a": ' + "9" * 10_000 + "}"),
    ],
    ids=["folder", "pipe", "device", "bytes", "deep", "list", "half a letter", "digits"],
)
def test_what_cannot_be_read_is_put_aside_under_a_name_that_is_told(tmp_path, make):
    path = tmp_path / "last.ncviz-session"
    for _ in range(2):
        make(path)
        with pytest.raises(UserError, match=r"last\.ncviz-session"):
            SharedFile(path).read()
        told = put_aside(path)
        assert not os.path.lexists(path)
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == ["last (put aside 2).ncviz-session", "last (put aside).ncviz-session"]
    assert names[0] in told


def test_what_is_gone_cannot_be_put_aside_and_that_is_told(tmp_path):
    assert "could not be put aside" in put_aside(tmp_path / "nothing")
