"""Names of any script in figures and films, with small fonts made here."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from ncviz.cli import main
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import figure_bytes, preview_figure
from ncviz.runs.run import Run
from ncviz.scenes.view import View

THAI, ALEF, CAT = "\u0e01", "\u05d0", "\U0001f408"
NAMES = [f"{THAI}{THAI}", f"{ALEF} one", f"{CAT} cat {CAT}", "cost_$5$ & <b>", "a\tb\nc", ""]


@pytest.fixture
def named(make_run, tmp_path):
    """Return the folder of a run with such names."""
    path = tmp_path / "run"
    make_run(path, counts=(12,) * len(NAMES), epochs=(0, 5))
    manifest = path / "manifest.json"
    values = json.loads(manifest.read_text(encoding="utf-8"))
    values["class_names"] = NAMES
    manifest.write_text(json.dumps(values), encoding="utf-8")
    return path


@pytest.fixture
def all_letters(fonts, make_font, tmp_path):
    thai = make_font(tmp_path / "Thai.ttf", "Test Thai", THAI)
    hebrew = make_font(tmp_path / "Hebrew.ttf", "Test Hebrew", ALEF)
    emoji = make_font(tmp_path / "NotoColorEmoji.ttf", "Test Emoji", CAT)
    fonts(thai, hebrew, emoji)


def plan_of(path, file_format):
    view = View(epoch=5, classes=tuple(range(len(NAMES))))
    return FigurePlan(path / f"x.{file_format}", path, view, width=150, resolution=100)


def test_names_are_one_line_and_none_is_empty(named):
    names = Run(named).manifest.class_names
    assert names[4:] == ("a b c", "class 5")
    assert names[:4] == tuple(NAMES[:4])


def test_an_svg_keeps_names_as_text_and_says_which_fonts_follow_ours(named, all_letters):
    svg = figure_bytes(plan_of(named, "svg")).decode()
    assert f">{THAI}{THAI}<" in svg
    assert f"\u2067{ALEF} one\u2069" in svg, "its order does not depend on what shows it"
    assert "cost_$5$ &amp; &lt;b&gt;" in svg
    style = re.search(r"font-family: 'Source Sans 3'[^;]*", svg).group()
    assert style.index("Source Sans 3") < style.index("Test Thai") < style.index("Test Hebrew")
    assert CAT not in svg.partition("<metadata>")[0].partition("<defs>")[0]
    assert svg.count("<image") == 4, "each emoji, in the scene and in the legend"


def test_a_pdf_embeds_the_fonts(named, all_letters):
    pdf = figure_bytes(plan_of(named, "pdf"))
    assert b"Test" in b"".join(re.findall(rb"/BaseFont /([^ /\n]+)", pdf))


def test_pixels_hold_the_letters(named, all_letters, fonts):
    plan = plan_of(named, "png")
    with_letters = preview_figure(plan, 800).astype(int)
    fonts()
    without = preview_figure(replace(plan), 800).astype(int)
    assert (np.abs(with_letters - without).max(axis=2) > 80).sum() > 100


@pytest.mark.parametrize("verb", ["picture", "figure", "film"])
def test_a_command_names_what_it_has_no_letters_for(named, fonts, verb, tmp_path, capsys):
    fonts()
    out = str(tmp_path / {"picture": "x.png", "figure": "x.svg", "film": "x.gif"}[verb])
    command = {
        "picture": ["picture", str(named), "--size", "90x60"],
        "figure": ["export", "figure", str(named)],
        "film": ["export", "film", str(named), "--size", "90x60", "--seconds", "0.1"],
    }[verb]
    assert main([*command, "--out", out]) == 0
    said = capsys.readouterr()
    assert said.out == f"Saved {out}.\n"
    assert said.err.count("\n") == 1
    assert f"'{THAI}{THAI}' and 2 more names" in said.err


def test_a_command_says_nothing_where_all_is_written(named, all_letters, tmp_path, capsys):
    out = str(tmp_path / "x.png")
    assert main(["picture", str(named), "--size", "90x60", "--out", out]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("file_format", ["svg", "pdf"])
def test_ticks_that_name_classes_have_their_emoji_and_their_order(named, all_letters, file_format):
    plan = replace(plan_of(named, file_format), preset="heat-map")
    content = figure_bytes(plan)
    if file_format == "svg":
        svg = content.decode()
        assert svg.count("<image") == 4, "two beside the rows, two below the columns"
        assert svg.count(f">\u2067{ALEF} one\u2069<") == 2
        assert svg.count(">cat<") == 2
    else:
        assert content.count(b"/Subtype /Image") >= 1
