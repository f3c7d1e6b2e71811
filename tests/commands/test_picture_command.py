import json
import subprocess
import sys

import numpy as np
import pytest
from patience import HUNG_SECONDS
from PIL import Image

import ncviz.commands.demo as demo_module
from ncviz.cli import main
from ncviz.export.tables import metrics_csv
from ncviz.runs.run import Run


def load(path):
    with Image.open(path) as image:
        image.load()
        return image.copy(), json.loads(image.text["ncviz"])


def test_the_last_epoch_by_default(small_run, tmp_path, capsys):
    path = tmp_path / "x.png"
    assert main(["picture", str(small_run.path), "--out", str(path), "--size", "120x80"]) == 0
    assert capsys.readouterr().out == f"Saved {path}.\n"
    image, said = load(path)
    assert image.size == (120, 80)
    assert image.mode == "RGB"
    assert said["run"] == "Synthetic · 3 layers"
    assert (said["view"]["epoch"], said["view"]["layer"]) == (20, -1)
    assert said["view"]["theme"] == "light"


def test_every_option_is_obeyed(small_run, tmp_path):
    path = tmp_path / "x.png"
    options = ["--epoch", "7.5", "--layer", "1", "--classes", "4, 1 1", "--size", "60×50"]
    options += ["--theme", "dark", "--transparent"]
    assert main(["picture", str(small_run.path), "--out", str(path), *options]) == 0
    image, said = load(path)
    assert image.size == (60, 50)
    assert image.mode == "RGBA"
    assert np.asarray(image)[0, 0, 3] == 0
    view = said["view"]
    assert (view["epoch"], view["layer"], view["classes"]) == (7.5, 1, [1, 4])
    assert view["theme"] == "dark"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--size", "big"], "'big' is not WIDTHxHEIGHT"),
        (["--size", "100"], "'100'"),
        (["--size", "1x2x3"], "'1x2x3'"),
        (["--size", "0x10"], "0×10 pixels cannot be drawn"),
        (["--size", "20000x10"], "20000×10"),
        (["--size", "-5x10"], "-5×10"),
        (["--layer", "3"], "no layer 3: choose 0 to 2"),
        (["--layer", "-4"], "no layer -4"),
        (["--classes", "a,b"], "'a,b' are not whole numbers"),
        (["--classes", "0,9"], "no class 9: choose 0 to 4"),
        (["--classes", "1"], "at least two classes"),
        (["--classes", "1,1"], "at least two classes"),
        (["--epoch", "nan"], "epoch nan"),
        (["--epoch", "inf"], "epoch inf"),
    ],
)
def test_an_option_that_does_not_fit_is_told(small_run, tmp_path, fails, options, words):
    options = [f"{options[0]}={options[1]}"]  # values may begin with a minus
    path = tmp_path / "x.png"
    assert words in fails("picture", small_run.path, "--out", path, *options)
    assert not path.exists()


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("nowhere/x.png", "No such file or directory"),
        ("", "no name for a file"),
        ("taken", "Is a directory"),
    ],
)
def test_a_file_that_cannot_be_written_is_told(small_run, tmp_path, monkeypatch, fails, out, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    assert words in fails("picture", small_run.path, "--out", out, "--size", "8x8")
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken"]


def test_a_picture_needs_a_run(tmp_path, fails):
    assert "does not exist" in fails("picture", tmp_path / "nowhere", "--out", tmp_path / "x.png")


def test_pictures_and_opened_runs_need_no_torch(small_run, tmp_path):
    code = (
        "import sys\n"
        "from ncviz.cli import main\n"
        "status = main(sys.argv[1:])\n"
        "assert not {'torch', 'torchvision', 'sklearn', 'PyQt6'} & set(sys.modules)\n"
        "sys.exit(status)\n"
    )
    out = tmp_path / "x.png"
    command = [sys.executable, "-c", code, "picture", small_run.path, "--out", out]
    done = subprocess.run(
        [*map(str, command), "--size", "40x30"],
        capture_output=True,
        text=True,
        timeout=HUNG_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert load(out)[0].size == (40, 30)


@pytest.fixture
def demonstration(small_run, monkeypatch):
    asked = []

    def asset(*parts):
        asked.append(parts)
        return small_run.path

    monkeypatch.setattr(demo_module, "asset", asset)
    return asked


def test_the_demonstration_is_a_figure_and_a_table(demonstration, small_run, tmp_path, capsys):
    out = tmp_path / "made" / "here"
    assert main(["demo", "--out", str(out)]) == 0
    assert demonstration == [("demonstration",)]
    assert sorted(file.name for file in out.iterdir()) == [
        "demonstration.csv",
        "demonstration.png",
    ]
    image, said = load(out / "demonstration.png")
    assert image.size == (3 * 640, 640 + 128)
    assert said["run"] == "Synthetic · 3 layers"
    table = (out / "demonstration.csv").read_text(encoding="utf-8")
    assert table == metrics_csv(Run(small_run.path))
    words = capsys.readouterr().out
    assert "epochs 0, 10 and 20" in words
    for name in ("demonstration.csv", "demonstration.png"):
        assert str(out / name) in words


def test_a_folder_that_cannot_be_made_is_told(demonstration, tmp_path, fails):
    (tmp_path / "file").write_text("mine")
    sentence = fails("demo", "--out", tmp_path / "file" / "out")
    assert "cannot be made: Not a directory" in sentence
    assert demonstration
