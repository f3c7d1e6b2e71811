import re
import shlex
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import av
import pytest
from patience import HUNG_SECONDS, wait_for
from PIL import Image

from ncviz.cli import main
from ncviz.errors import UserError
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import figure_bytes
from ncviz.export.model_plan import ModelPlan
from ncviz.export.plan_texts import millimetres
from ncviz.export.presets.preset import presets
from ncviz.export.provenance import said_by, view_of_file
from ncviz.export.styles import STYLES

FILM = ["--size", "64x48", "--fps", "10", "--seconds", "0.5"]


@pytest.fixture
def export(small_run, tmp_path, capsys):
    """Return what runs `ncviz export` on a run and gives the file."""

    def run(kind, name, *options, path=small_run.path):
        out = tmp_path / name
        given = [] if path is None else [str(path)]
        assert main(["export", kind, *given, "--out", str(out), *map(str, options)]) == 0
        assert capsys.readouterr().out.startswith(f"Saved {out}")
        return out

    return run


@pytest.mark.parametrize("name", ["x.svg", "x.pdf", "x.png"])
def test_the_last_epoch_by_default(export, name):
    out = export("figure", name, "--dpi", "60", "--width", "60mm")
    view = view_of_file(out)
    assert (view.epoch, view.layer, view.theme) == (20, 2, "light")


def test_every_option_of_a_figure_is_obeyed(export):
    options = ["--view", "ncviz:v1 epoch=2 layer=1 shapes=on", "--width", "9cm", "--height", "70"]
    options += ["--theme", "dark", "--classes", "0,2,4", "--title", "A & B", "--no-legend"]
    out = export("figure", "x.svg", *options)
    view = view_of_file(out)
    assert (view.epoch, view.layer, view.classes, view.shapes) == (2, 1, (0, 2, 4), True)
    assert view.theme == "dark"
    root = ElementTree.fromstring(out.read_bytes())
    assert float(root.get("width").removesuffix("pt")) == pytest.approx(90 / 25.4 * 72, abs=0.01)
    words = [
        "".join(text.itertext()).strip() for text in root.iter("{http://www.w3.org/2000/svg}text")
    ]
    assert "A & B" in words
    assert "simplex ETF" not in words


def test_the_view_of_an_exported_file(export):
    first = export("figure", "first.pdf", "--epoch", "7.5", "--layer", "0")
    second = export("figure", "second.svg", "--view", first)
    assert view_of_file(second) == view_of_file(first)


def test_the_format_may_differ_from_the_name(export):
    assert export("figure", "figure", "--format", "pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("preset", ["collapse", "law"])
def test_panels_of_epochs(export, preset):
    out = export("figure", "x.svg", "--preset", preset, "--epochs", "0,5,20")
    assert "Epoch 5" in out.read_text()


def test_the_minority_cosine(export, imbalanced_run):
    assert "R₀" in export("figure", "x.svg", "--preset", "minority", path=None).read_text()
    out = export("figure", "y.svg", "--preset", "minority", path=imbalanced_run.path)
    text = " ".join(re.findall(r"<text[^>]*>([^<]+)", out.read_text()))
    assert "K = 5, 2 of them majority" in text
    assert "Synthetic · 3 layers" in text


def test_a_film(export):
    out = export(
        "film", "x.mp4", *FILM, "--plot", "--title", "T", "--turn", "30", "--theme", "dark"
    )
    with av.open(str(out)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 5
    assert said_by(out)["film"]["frames"] == 5
    assert view_of_file(out).theme == "dark"


def test_films_over_everything(export, tmp_path):
    for over in ("layers", "camera"):
        export("film", f"{over}.gif", *FILM, "--over", over)
    export("film", "ratio.mp4", *FILM, "--over", "ratio", "--plot", path=None)
    keys = tmp_path / "keys.txt"
    keys.write_text("# two views\nncviz:v1 epoch=0\n\nncviz:v1 epoch=20 camera=90,10,4\n")
    export("film", "way.gif", *FILM, "--over", "camera", "--keyframes", keys)
    keys = tmp_path / "keys.toml"
    keys.write_text('views = ["ncviz:v1 epoch=0", "ncviz:v1 epoch=20 camera=90,10,4"]\n')
    frames = export(
        "film", "frames", *FILM, "--over", "camera", "--keyframes", keys, "--no-counter"
    )
    assert len(list(frames.glob("*.png"))) == 5
    with Image.open(frames / "frame-0005.png") as image:
        assert image.size == (64, 48)
    export("film", "back.mp4", *FILM, "--range", "20:0", "--fine")


@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.tex", "x.npz"])
def test_tables(export, name):
    assert export("table", name).stat().st_size > 500


@pytest.mark.parametrize(
    ("preset", "model"),
    [
        ("scene", ModelPlan(settings={"classes": 3, "majority": 1, "ratio": 7.5})),
        ("cosine", ModelPlan(settings={"preset": "long tail 10"}, last=50.0)),
        ("gnc", ModelPlan("softmax-codes", {"samples": 2}, last=20.0)),
    ],
)
def test_the_command_of_a_figure_of_a_model_repeats_it(tmp_path, preset, model):
    plan = FigurePlan(tmp_path / "x.svg", preset=preset, model=model)
    assert main(shlex.split(plan.command())[1:]) == 0
    assert plan.out.read_bytes() == figure_bytes(plan)


def test_lengths():
    for text, value in (("85mm", 85), ("8.5cm", 85), ("2in", 50.8), ("72pt", 25.4), ("85", 85)):
        assert millimetres(text) == pytest.approx(value)
    assert millimetres("") == 0
    for text in ("wide", "-3mm", "0", "nan", "infmm", "mm"):
        with pytest.raises(UserError, match="is not understood: write 85mm"):
            millimetres(text)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("figure", ["--out", "x.doc"], "x.doc is of no format"),
        ("figure", ["--out", "x.svg", "--preset", "nope"], "no preset 'nope'"),
        ("figure", ["--out", "x.svg", "--width", "wide"], "length 'wide'"),
        ("figure", ["--out", "x.svg", "--epochs", "a"], "'a' is none of the epochs"),
        ("figure", ["--out", "x.svg", "--layer", "9"], "no layer 9"),
        ("figure", ["--out", "x.svg", "--epoch", "99"], "no epoch 99"),
        ("figure", ["--out", "x.svg", "--view", "ncviz:v1 wings=2"], "'wings'"),
        ("figure", ["--out", "x.svg", "--view", "rubbish"], "begins with 'rubbish'"),
        ("figure", ["--out", "x.svg", "--preset", "minority", "--ratio", "5"], "two ends"),
        ("figure", ["--out", "x.svg", "--preset", "minority", "--majority", "5"], "no model of 5"),
        ("figure", ["--out", "nowhere/x.svg"], "nowhere/x.svg cannot be written: No such file"),
        ("figure", ["--out", "."], "is of no format|is a folder"),
        ("film", ["--out", "x.mp4", "--size", "big"], "'big' is not WIDTHxHEIGHT"),
        ("film", ["--out", "x.mp4", "--size", "65x48"], "choose even sides, such as 66×48"),
        ("film", ["--out", "x.mp4", "--size", "0x0"], "0×0 pixels"),
        ("film", ["--out", "x.mp4", "--size", "99999x99999"], "99999×99999 pixels"),
        ("film", ["--out", "x.mp4", "--fps", "0"], "0 frames a second"),
        ("film", ["--out", "x.mp4", "--range", "x"], "range 'x' is not FROM:TO"),
        ("film", ["--out", "x.mp4", "--range", "3:20"], "Epoch 3 was not recorded"),
        ("film", ["--out", "x.mp4", "--keyframes", "nowhere.txt"], "nowhere.txt cannot be read"),
        ("film", ["--out", ".", *FILM], "exists already|is a folder"),
        ("film", ["--out", "nowhere/x.mp4", *FILM], "cannot be written: No such file"),
        ("table", ["--out", "x.doc"], "no format for tables"),
        ("table", ["--out", "x.csv", "--epochs", "3"], "Epoch 3 was not recorded"),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    small_run, tmp_path, monkeypatch, fails, kind, options, words
):
    monkeypatch.chdir(tmp_path)
    said = fails("export", kind, small_run.path, *options)
    assert any(word in said for word in words.split("|")), said
    assert list(tmp_path.iterdir()) == []


def test_keyframes_that_are_none(small_run, tmp_path, fails):
    keys = tmp_path / "keys.toml"
    for content, words in (
        (b"views = [", "is not TOML"),
        (b"other = 1", "has no list of views"),
        (b"views = [3]", "has no list of views"),
        (b"\xff\xfe\x00", "is no text"),
    ):
        keys.write_bytes(content)
        out = ["--out", tmp_path / "x.gif", "--over", "camera", "--keyframes", keys]
        assert words in fails("export", "film", small_run.path, *out)


def test_a_run_is_asked_for(fails, tmp_path):
    out = tmp_path / "x.mp4"
    assert "Name the folder of a run" in fails("export", "film", "--out", out)
    assert "Name the folder of a run" in fails("export", "figure", "--out", tmp_path / "x.svg")
    assert "does not exist" in fails("export", "figure", tmp_path / "no", "--out", out)


def test_a_damaged_run_is_one_sentence(growing_run, tmp_path, fails):
    for file in (growing_run.path / "snapshots").iterdir():
        file.write_bytes(file.read_bytes()[:64])
    before = set(tmp_path.iterdir())
    for kind, name in (("figure", "x.svg"), ("film", "x.mp4"), ("table", "x.csv")):
        said = fails("export", kind, growing_run.path, "--out", tmp_path / name)
        assert "damaged" in said
    assert set(tmp_path.iterdir()) == before


def test_export_alone_explains_itself(capsys):
    assert main(["export"]) == 0
    assert {"figure", "film", "table"} <= set(capsys.readouterr().out.split())


def test_the_help_names_every_preset_and_theme(capsys):
    with pytest.raises(SystemExit):
        main(["export", "figure", "--help"])
    text = "".join(capsys.readouterr().out.split())
    assert ",".join(presets()) in text
    assert all(name in text for name in STYLES)


def test_neither_qt_nor_torch_is_loaded(small_run, tmp_path):
    code = (
        "import sys; from ncviz.cli import main; "
        f"status = main(['export', 'figure', {str(small_run.path)!r}, '--out', 'x.svg']); "
        "status += main(['export', 'film', "
        f"{str(small_run.path)!r}, '--out', 'x.mp4', '--size', '64x48', '--seconds', '0.1']); "
        "loaded = [m for m in ('PyQt6', 'torch', 'matplotlib.pyplot') if m in sys.modules]; "
        "sys.exit(status or ', '.join(loaded) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_ctrl_c_leaves_no_film(small_run, tmp_path):
    command = [sys.executable, "-m", "ncviz", "export", "film", str(small_run.path)]
    command += ["--out", str(tmp_path / "x.mp4"), "--size", "320x240", "--seconds", "500"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: process.poll() is not None or list(tmp_path.glob(".*.partial")))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=HUNG_SECONDS)
    assert process.returncode == 130
    assert err == "ncviz: interrupted.\n"
    assert list(tmp_path.iterdir()) == []
