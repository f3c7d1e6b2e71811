"""Names and paths as Windows takes them, made happen here."""

from pathlib import Path

import pytest

from ncviz import file_names
from ncviz.errors import UserError
from ncviz.file_names import check_file_name
from ncviz.runs.folders import LONGEST, new_folder
from ncviz.runs.writer import write_atomically
from ncviz.user_folders import path_of

DEVICE = "is the name of a device"


@pytest.fixture
def windows(monkeypatch):
    """Have names looked at as Windows does, without its long paths."""
    monkeypatch.setattr(file_names, "_IS_WINDOWS", True)
    monkeypatch.setattr(file_names, "_takes_long_paths", lambda: False)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("CON", DEVICE),
        ("nul.png", DEVICE),
        ("Com1.tar.gz", DEVICE),
        ("LPT¹", DEVICE),
        ("aux .csv", DEVICE),
        ("aux/figure.png", DEVICE),
        ("figure.", "ends in a point"),
        ("my runs /figure.png", "ends in a space"),
        ("over: R?.png", "holds ':'"),
        ("a\tb.png", r"holds '\\t'"),
        ("x" * 300, "letters, and 259 are the most"),
    ],
)
def test_names_that_windows_gives_to_no_file_are_refused_before_anything_is_written(
    windows, tmp_path, name, why
):
    with pytest.raises(UserError, match=why):
        write_atomically(tmp_path / name, b"numbers")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["C:\\runs\\mine", "\\\\server\\share\\con1\\x.png", "console.png", "../a.b", "nulls"]
)
def test_names_that_windows_keeps(windows, name):
    check_file_name(Path(name))


def test_elsewhere_all_names_are_kept(tmp_path):
    write_atomically(tmp_path / "nul.", b"numbers")
    assert [path.name for path in tmp_path.iterdir()] == ["nul."]


def test_long_paths_are_taken_where_the_system_allows_them(windows, monkeypatch):
    monkeypatch.setattr(file_names, "_takes_long_paths", lambda: True)
    check_file_name(Path("C:\\" + "x" * 300))


def test_a_run_counts_with_what_it_holds(windows, make_run, tmp_path):
    short = tmp_path / ("x" * (file_names.LONGEST - 20 - len(str(tmp_path))))
    check_file_name(short)
    with pytest.raises(UserError, match="with what it holds"):
        make_run(short, counts=(4, 4), epochs=(0,), widths=(3,))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["CON", "nul.", "aux", "COM1", "word " * 100, ". "])
def test_folders_of_new_runs_have_names_that_windows_keeps(windows, words):
    usual = Path("C:\\Users\\somebody\\AppData\\Local\\ncviz\\runs")
    folder = new_folder(usual, words)
    check_file_name(folder.relative_to(usual))
    holds = "\\snapshots\\.000000000.safetensors.1234567.partial"
    assert len(str(usual)) + 1 + len(folder.name) + len(holds) <= file_names.LONGEST
    assert len(folder.name) <= LONGEST + 20


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("file:///C:/runs/a%20run", "C:/runs/a run"),
        ("FILE://localhost/home/me/x.npz", "/home/me/x.npz"),
        ("file://server/share/x.npz", "//server/share/x.npz"),
        ("/home/me/file:x", "/home/me/file:x"),
        ("100%25.png", "100%25.png"),
    ],
)
def test_an_address_of_a_file_is_its_path(text, path):
    assert path_of(text) == Path(path)
