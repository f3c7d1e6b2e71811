"""The declared formulas: complete, and such as can be typeset."""

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from ncviz.formulas import FORMULAS

ASKED = {
    *("fuzziness", "law", "class law", "held out", "nc1", "nc2 norms", "nc2 angles", "nc3", "nc4"),
    *("cdnv", "loss", "error", "norms", "cosines", "minority", "layer-peeled", "critical ratio"),
    *("unconstrained", "square loss", "simplex etf", "grand tour"),
}


def test_every_quantity_has_its_formula():
    assert set(FORMULAS) >= ASKED


@pytest.mark.parametrize("key", FORMULAS)
def test_it_can_be_typeset_and_says_what_and_whence(key):
    formula = FORMULAS[key]
    for tex in (*formula.lines, *(symbol for symbol, _ in formula.symbols)):
        text = TextPath((0, 0), f"${tex}$", size=20, prop=FontProperties(math_fontfamily="cm"))
        assert len(text.vertices) > 0
    assert formula.lines
    assert formula.symbols
    assert formula.sentence.endswith(".")
    assert any(year in formula.source for year in ("19", "20"))
