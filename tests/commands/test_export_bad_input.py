"""What goes wrong while exporting: one sentence, exit status 1, nothing half-written."""

import os
import resource
import subprocess
import sys

import pytest
from patience import HUNG_SECONDS

from ncviz.export import film_files

FILM = ["--size", "64x48", "--fps", "10", "--seconds", "0.5"]


def leaves(folder):
    return sorted(path.name for path in folder.rglob("*"))


def without_space(arguments, folder, limit):
    """Run `ncviz` where no file may grow beyond so many bytes."""

    def confine():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "ncviz", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=confine,
        timeout=HUNG_SECONDS,
    )


@pytest.mark.parametrize(
    ("name", "limit"), [("film.mp4", 30_000), ("film.gif", 30_000), ("frames", 2_000)]
)
def test_no_space_left_in_mid_film(small_run, tmp_path, name, limit):
    command = ["export", "film", small_run.path, "--out", tmp_path / name]
    done = without_space([*command, "--size", "320x240", "--seconds", "4"], tmp_path, limit)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert f"{name} cannot be written: File too large." in line
    assert leaves(tmp_path) == []


@pytest.mark.parametrize("kind", ["figure", "table"])
def test_no_space_left_for_a_figure_or_a_table(small_run, tmp_path, kind):
    name = {"figure": "x.svg", "table": "x.csv"}[kind]
    out = tmp_path / name
    out.write_bytes(b"before")
    command = ["export", kind, small_run.path, "--out", out]
    done = without_space(command, tmp_path, 900)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "cannot be written: File too large." in line
    assert leaves(tmp_path) == [name]
    assert out.read_bytes() == b"before"


def test_no_encoder(small_run, tmp_path, fails, monkeypatch):
    monkeypatch.setattr(film_files, "ENCODER", "libnothing")
    said = fails("export", "film", small_run.path, "--out", tmp_path / "x.mp4", *FILM)
    assert "no H.264 encoder: choose a GIF" in said
    assert leaves(tmp_path) == []


@pytest.mark.parametrize("name", ["x.mp4", "x.gif", "frames"])
def test_a_folder_that_must_not_be_written(small_run, tmp_path, fails, monkeypatch, name):
    folder = tmp_path / "folder"
    folder.mkdir()
    _forbid(monkeypatch)
    said = fails("export", "film", small_run.path, "--out", folder / name, *FILM)
    assert f"{name} cannot be" in said
    assert leaves(folder) == []


@pytest.mark.parametrize("name", ["x.svg", "x.png", "x.csv"])
def test_a_folder_that_must_not_be_written_for_one_file(
    small_run, tmp_path, fails, monkeypatch, name
):
    _forbid(monkeypatch)
    kind = "table" if name.endswith("csv") else "figure"
    said = fails("export", kind, small_run.path, "--out", tmp_path / name)
    assert "Permission denied" in said
    assert leaves(tmp_path) == []


def _forbid(monkeypatch):
    """Refuse every new file and folder; the tests may run as root, who may write anywhere."""

    def forbidden(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    import builtins
    import pathlib

    import av

    before = builtins.open

    def opened(path, mode="r", *args, **options):
        return forbidden() if "w" in mode else before(path, mode, *args, **options)

    monkeypatch.setattr(builtins, "open", opened)
    monkeypatch.setattr(av, "open", forbidden)
    monkeypatch.setattr(pathlib.Path, "touch", forbidden)
    monkeypatch.setattr(pathlib.Path, "mkdir", forbidden)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("figure", ["--out", "x.svg", "--width", "0mm"], "0mm"),
        ("figure", ["--out", "x.svg", "--width", "1e6mm"], "1e+06 mm is out of range"),
        ("figure", ["--out", "x.svg", "--height=-5mm"], "-5mm"),
        ("figure", ["--out", "x.png", "--width", "2000mm", "--dpi", "2400"], "cannot be drawn"),
        ("figure", ["--out", "x.png", "--dpi", "0"], "0 dots per inch"),
        ("film", ["--out", "x.mp4", "--size", "100000x100000"], "100000×100000 pixels"),
        ("film", ["--out", "x.mp4", "--size=-2x-2"], "-2×-2 pixels"),
        ("film", ["--out", "x.mp4", "--seconds", "nan"], "nan seconds"),
        ("film", ["--out", "x.mp4", "--seconds", "1e9"], "1e+09 seconds"),
        ("film", ["--out", "x.mp4", "--over", "ratio", "--ratio", "0:5:9"], "'0:5:9'"),
        ("film", ["--out", "x.mp4", "--over", "ratio", "--budget", "nan"], "nan"),
        ("film", ["--out", "x.mp4", "--over", "ratio", "--model-classes", "999"], "999 classes"),
        ("figure", ["--out", "x.svg", "--view", "ncviz:v1 epoch=many"], "epoch=many"),
        ("figure", ["--out", "x.svg", "--view", "ncviz:v9"], "install a newer ncviz"),
        ("figure", ["--out", "x.svg", "--view", "gone.png"], "gone.png does not exist"),
        ("figure", ["--out", "x.svg", "--view", "ncviz:v1 camera=1,2"], "camera"),
    ],
)
def test_absurd_wishes_are_one_sentence(
    small_run, tmp_path, monkeypatch, fails, kind, options, words
):
    monkeypatch.chdir(tmp_path)
    said = fails("export", kind, small_run.path, *options)
    assert words in said
    assert leaves(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("cut.png", lambda content: content[:60]),
        ("flipped.png", lambda content: content[:50] + bytes([content[50] ^ 255]) + content[51:]),
        ("head.png", lambda content: content[:8]),
        ("empty.png", lambda _: b""),
        ("other.png", lambda content: content.replace(b"ncviz", b"xcviz")),
        ("words.svg", lambda _: b"<svg>\xff\xfe</svg>"),
        ("cut.pdf", lambda _: b"%PDF-1.4\n/Keywords ({"),
    ],
)
def test_a_damaged_file_given_as_view(small_run, tmp_path, fails, name, damage):
    from ncviz.cli import main

    good = tmp_path / "good.png"
    assert main(["export", "figure", str(small_run.path), "--dpi", "40", "--out", str(good)]) == 0
    bad = tmp_path / name
    bad.write_bytes(damage(good.read_bytes()))
    said = fails("export", "figure", small_run.path, "--view", bad, "--out", tmp_path / "x.svg")
    assert f"{name} was not made by ncviz, or lost what it said" in said
    assert leaves(tmp_path) == sorted(["good.png", name])


def test_a_view_of_another_run_says_what_this_one_lacks(small_run, tmp_path, fails, make_run):
    from ncviz.cli import main

    small = make_run(tmp_path / "run", counts=(4, 4), epochs=(0,))
    out = tmp_path / "x.png"
    made = ["export", "figure", str(small_run.path), "--dpi", "40", "--out", str(out)]
    assert main(made) == 0
    said = fails("export", "figure", small.path, "--view", out, "--out", tmp_path / "y.svg")
    assert "The run has no epoch 20" in said


def test_a_film_beside_a_file_of_its_name_in_use(small_run, tmp_path, fails):
    (tmp_path / "x.mp4").mkdir()
    said = fails("export", "film", small_run.path, "--out", tmp_path / "x.mp4", *FILM)
    assert "is a folder" in said
    assert os.listdir(tmp_path) == ["x.mp4"]
