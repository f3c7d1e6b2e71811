"""Titles of two runs side by side."""

from ncviz.runs.run import Run
from ncviz.scenes.panel_titles import own_titles, panel_titles

NAME = "Fashion-MNIST · 4 layers"


def test_what_tells_them_apart_comes_first(make_run, tmp_path):
    few = Run(make_run(tmp_path / "a", title=f"{NAME} · imbalance 5", counts=(20, 4)).path)
    same = Run(make_run(tmp_path / "b", title=NAME).path)
    other = Run(make_run(tmp_path / "c", title=f"{NAME} · momentum").path)
    assert panel_titles(few, same) == (f"imbalance 5 · {NAME}", f"balanced · {NAME}")
    assert panel_titles(other, few) == (f"momentum · {NAME}", f"imbalance 5 · {NAME}")
    assert panel_titles(same, other) == (NAME, f"momentum · {NAME}")
    assert own_titles(few, same) == ("imbalance 5", "balanced")
    assert own_titles(same, other) == (NAME, "momentum")


def test_twins_are_told_apart_by_their_folders(make_run, tmp_path):
    first, second = (Run(make_run(tmp_path / name, title=NAME).path) for name in "ab")
    assert panel_titles(first, second) == (f"a · {NAME}", f"b · {NAME}")
    assert panel_titles(first, first) == (NAME, NAME)
