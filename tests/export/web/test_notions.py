"""What the words and symbols of a page mean, and formulas drawn and read aloud."""

import re

import pytest

from ncviz.charts.collapse import COLLAPSE
from ncviz.charts.law import LAW
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.concepts import CONCEPTS
from ncviz.export.web.formula_in_words import formula_in_words
from ncviz.export.web.notions import of_charts, of_sentences, of_words, spelled, written
from ncviz.formulas import FORMULAS
from ncviz.rendering.formula_outlines import FormulaOutlines
from ncviz.runs.run import Run
from ncviz.scenes.view import View

LINES = [line for formula in FORMULAS.values() for line in formula.lines]


@pytest.mark.parametrize("tex", LINES)
def test_every_formula_is_drawn_and_read_as_letters(tex):
    words = formula_in_words(tex)
    assert not re.search(r"[\\$\ue000-\uf8ff]", words)
    for bracket in ("()", "{}"):
        assert words.count(bracket[0]) == words.count(bracket[1])
    outlines = FormulaOutlines()
    outline = outlines.outline(tex)
    left, top, wide, high = outline.box
    assert wide > 50
    assert 40 < high < 1500
    assert {each.glyph for each in outline.letters} == set(range(len(outlines.glyphs)))
    assert all(path.startswith("m") for path in outlines.glyphs)
    for each in outline.letters:
        assert left - 60 <= each.x <= left + wide
        assert top - 60 <= each.y <= top + high + 60


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\dfrac{1}{K}\,\mathrm{Tr}\,\left(\Sigma_W\,\Sigma_B^{+}\right)", "1/K Tr (Σ_W Σ_B^+)"),
        (r"\sqrt{\dfrac{K}{K-1}}", "√(K/(K−1))"),
        (r"a\neq\mathrm{argmin}_k\;b", "a ≠ argmin_k b"),
        (r"\{i:\;x_{i,k}>0\}", "{i: x_(i,k)>0}"),
        (r"x=1\qquad y=2", "x=1; y=2"),
        (r"\cdot\bar X^{k}", "· X\u0304^k"),
    ],
)
def test_a_formula_in_words(tex, words):
    assert formula_in_words(tex) == words


def test_letters_that_formulas_share_are_kept_once():
    outlines = FormulaOutlines()
    first, second = outlines.outline("a+b"), outlines.outline("b+a")
    assert len(outlines.glyphs) == 3
    assert [each.glyph for each in first.letters] == [each.glyph for each in second.letters][::-1]


def test_lines_of_fractions_stand_each_at_its_own_place():
    rules = FormulaOutlines().outline(r"\dfrac{a}{b}\qquad\dfrac{c}{d}").rules
    starts = [int(x) for x in re.findall(r"M0 0m(-?\d+)", rules)]
    assert len(starts) == 2
    assert starts[1] > starts[0] + 200  # behind the gap


def test_plots_say_what_all_their_words_mean(small_run):
    run = Run(small_run.path)
    charts = {plot: plot.draw(Numbers(run), Moment(run, 20, View())) for plot in (LAW, COLLAPSE)}
    for plot, chart in charts.items():
        found = of_charts(plot, "title", [chart])
        assert found[f"plot {plot.name}"].meaning == plot.tip
        for curve in chart.curves:
            if curve.concept:
                assert found[curve.concept].meaning == CONCEPTS[curve.concept].meaning
        for reading in chart.readings:
            assert found[reading.key].formulas == (CONCEPTS[reading.key].formula,)
        # No formula twice in what one plot says.
        own = found[f"plot {plot.name}"].formulas
        assert not {key for key in own for each in chart.curves if each.concept == key}


def test_notions_of_sentences_are_those_that_the_window_links():
    found = of_sentences(["The class means are collapsed. “simplex ETF” is a class here."])
    assert set(found) == {"class mean", "spread"}
    assert ("class means", "class mean") in spelled(found)
    text = written(found)
    assert text.index('id="notion-0"') < text.index('id="notion-1"')
    assert CONCEPTS["class mean"].meaning in text


def test_what_notions_say_is_text():
    assert "<b>" not in written(of_words("<b>", "less < more"))
