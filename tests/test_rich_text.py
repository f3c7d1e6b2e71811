"""Rich text: what it says without its markup, and that indices come back where it is typeset."""

import pytest

from ncviz.charts.rich_text import plain, typeset
from ncviz.models.model import models
from ncviz.parameters import declared


@pytest.mark.parametrize(
    ("rich", "said"),
    [
        ("Cosine over <i>λ</i><sub>Z</sub>", "Cosine over λ_Z"),
        ("<i>D<sub>m</sub></i>/<i>D</i><sub>1</sub>", "D_m/D₁"),
        ("E<sub>H</sub>·E<sub>W</sub>&nbsp;<b>2</b>", "E_H·E_W 2"),
        ("<i>D<sub>t</sub></i>, R<sub>0</sub>, C<sub>12</sub>", "Dₜ, R₀, C₁₂"),
        ("NC<sub>m</sub> &lt; 1", "NC_m < 1"),
    ],
)
def test_plain_text_keeps_indices(rich, said):
    assert plain(rich) == said


def test_indices_of_plain_text_are_lowered_again():
    assert typeset(plain("K<sub>A</sub> of NC<sub>m</sub>")) == "K<sub>A</sub> of NC<sub>m</sub>"


def test_every_symbol_of_a_model_keeps_its_index():
    symbols = [
        getattr(item.parameter, "symbol", "")
        for model in models().values()
        for item in declared(model.parameters).values()
    ]
    indexed = [symbol for symbol in symbols if "<sub>" in symbol]
    assert len(indexed) > 10
    for symbol in indexed:
        assert typeset(plain(symbol)) == symbol or set(plain(symbol)) & set("₀₁₂₃"), symbol
