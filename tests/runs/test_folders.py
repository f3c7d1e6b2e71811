"""Folders of new runs: named by moment and words, and never one that is there."""

import re

from ncviz.runs.folders import LONGEST, folder_words, new_folder


def test_words_that_a_file_system_cannot_keep():
    assert folder_words("a/b\\c: d*? <e> · λ_W 0.5") == "a b c d e λ_W 0.5"
    assert folder_words("ends with a point...") == "ends with a point"
    assert folder_words("·") == ""
    long = folder_words("word " * 100)
    assert len(long) <= LONGEST
    assert long.endswith("word")


def test_a_folder_that_is_there_is_not_taken(tmp_path, monkeypatch):
    made = []
    for _ in range(3):
        made.append(new_folder(tmp_path, "mine"))
        made[-1].mkdir()
    assert len(set(made)) == 3
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d mine( \(\d\))?", path.name) for path in made
    )
