"""Drawing on systems without EGL: through Qt, and the same picture."""

import subprocess
import sys

import numpy as np
import pytest
from patience import HUNG_SECONDS
from PIL import Image

from ncviz.cli import main
from ncviz.desktop.scene.offscreen_canvas import draw_through_qt
from ncviz.export.exporter import spawned_exporter
from ncviz.export.figure_plan import FigurePlan
from ncviz.jobs.messages import Finished
from ncviz.rendering import windowless

PROGRAM = """
import sys
from ncviz.cli import main
from ncviz.desktop.scene.offscreen_canvas import draw_through_qt
from ncviz.rendering import windowless
windowless._egl_canvas = None  # as where there is none
draw_through_qt()
sys.exit(main(sys.argv[1:]))
"""


def test_qt_draws_what_egl_draws(small_run, tmp_path):
    words = ["picture", str(small_run.path), "--size", "320x240", "--out"]
    assert main([*words, str(tmp_path / "egl.png")]) == 0
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words, tmp_path / "qt.png"],
        capture_output=True,
        text=True,
        timeout=HUNG_SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    ours, theirs = (np.asarray(Image.open(tmp_path / f"{n}.png")) for n in ("egl", "qt"))
    assert ours.std() > 1
    assert np.abs(ours.astype(int) - theirs).max() <= 2


def test_exports_beside_a_window_are_drawn_so_where_there_is_no_egl(small_run, tmp_path):
    pixels = []
    for name, find_opengl in (("egl", None), ("qt", draw_through_qt)):
        plan = FigurePlan(tmp_path / f"{name}.png", small_run.path, width=40.0, resolution=100)
        exporter = spawned_exporter(find_opengl)
        exporter.start(plan)
        told = []
        while not told:
            told = exporter.poll(0.1)
        exporter.close()
        assert told == [Finished((plan.out,))]
        pixels.append(np.asarray(Image.open(plan.out).convert("RGB"), dtype=int))
    assert pixels[0].std() > 1
    assert np.abs(pixels[0] - pixels[1]).max() <= 2


@pytest.mark.parametrize("system", ["darwin", "win32"])
@pytest.mark.parametrize(
    "words",
    [
        ["picture", "nowhere", "--out", "x.png"],
        ["export", "figure", "nowhere", "--preset", "scene", "--out", "x.pdf"],
        ["export", "film", "nowhere", "--over", "epochs", "--out", "x.mp4"],
    ],
    ids=["picture", "figure", "film"],
)
def test_every_command_that_draws_finds_qt(monkeypatch, capsys, system, words):
    monkeypatch.setattr(windowless, "_given", [])
    monkeypatch.setattr(sys, "platform", system)
    assert main(words) == 1
    assert "nowhere" in capsys.readouterr().err
    assert len(windowless._given) == 1


def test_on_linux_no_command_starts_qt(monkeypatch):
    monkeypatch.setattr(windowless, "_given", [])
    monkeypatch.setattr(sys, "platform", "linux")
    assert main(["picture", "nowhere", "--out", "x.png"]) == 1
    assert windowless._given == []
