"""A matplotlibrc of somebody else, or a backend in the environment, changes no figure."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
from patience import HUNG_SECONDS

from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import figure_bytes
from ncviz.rendering.matplotlib_settings import default_settings
from ncviz.scenes.view import View

FOREIGN = {
    "text.usetex": True,  # would call LaTeX
    "font.size": 40,
    "axes.grid": True,
    "axes.facecolor": "red",
    "lines.linewidth": 9,
    "xtick.major.size": 30,
    "path.sketch": (5, 100, 2),
    "savefig.bbox": "tight",
    "mathtext.fontset": "stix",
    "text.color": "magenta",
    "axes.unicode_minus": False,
    "pdf.compression": 0,
}


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png"])
@pytest.mark.parametrize("preset", ["epochs", "law"])
def test_a_figure_is_the_same_beside_foreign_settings(small_run, preset, suffix):
    view = View(epoch=5, classes=(0, 1, 2))
    plan = FigurePlan(Path(f"a.{suffix}"), small_run.path, view, preset, width=90, height=70)
    expected = figure_bytes(plan)
    with matplotlib.rc_context(FOREIGN):
        assert figure_bytes(plan) == expected
        assert matplotlib.rcParams["font.size"] == 40  # theirs again


def test_formulas_are_the_same_beside_foreign_settings():
    from ncviz.desktop.widgets.typeset import formula_path

    expected = formula_path(r"D_t = 1")
    formula_path.cache_clear()
    with matplotlib.rc_context(FOREIGN):
        assert formula_path(r"D_t = 1") == expected


def test_a_backend_is_left_as_it_is():
    before = matplotlib.rcParams["backend"]
    with default_settings({"font.size": 7}):
        assert matplotlib.rcParams["backend"] == before
        assert matplotlib.rcParams["font.size"] == 7


@pytest.mark.parametrize("module", ["ncviz.export.end_words", "ncviz.rendering.typefaces"])
def test_no_file_of_the_current_folder_is_read_and_no_backend_is_refused(tmp_path, module):
    os.mkfifo(tmp_path / "matplotlibrc")  # to open it would wait for ever
    code = (
        f"import {module}, os, matplotlib;"
        "print(matplotlib.rcParams['font.size'], os.environ['MPLBACKEND'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "of a notebook"},
        capture_output=True,
        text=True,
        check=True,
        timeout=HUNG_SECONDS,
    )
    assert done.stdout == "10.0 of a notebook\n"
    assert done.stderr == ""
