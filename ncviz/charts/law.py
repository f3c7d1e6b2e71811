"""The law of equi-separation over the layers, and how it emerges."""

import math

import numpy as np

from ncviz.charts.applies import minority_count
from ncviz.charts.chart import Chart, Curve, LegendWord, Reading
from ncviz.charts.colors import Shade
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_layers import fitted_heights, over_layers
from ncviz.charts.plot import LAYERS, Plot, PlotFigure
from ncviz.geometry.separation import EquiSeparationLaw, fit_law
from ncviz.scenes.layout import earlier_recorded
from ncviz.separation_in_words import halving
from ncviz.wording import correlation, three_digits

GHOSTS = 7  # earlier epochs that stay visible
LEGEND = (
    LegendWord("now", "● now", "Now", "D of each layer at this moment."),
    LegendWord(
        "fit",
        "┄ fit",
        "Fit",
        "The straight line through log D that comes nearest, by least squares.",
    ),
    LegendWord("earlier", "— earlier", "Earlier moments", "D as it was, the older the fainter."),
)


def law_in_words(law: EquiSeparationLaw) -> str:
    """Return the numbers of a law, or that there is none."""
    if math.isnan(law.decay_ratio):
        return "no law"
    return f"ρ = {three_digits(law.decay_ratio)}, r = {correlation(law.pearson_r)}"


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    here = np.array(numbers.fuzziness(moment.epoch), dtype=np.float64)
    law = fit_law(here)
    ring = np.where(np.arange(len(here)) == moment.layer, here, np.nan)
    curves = [
        *_earlier(numbers, moment.epoch),
        Curve(
            "fit",
            "fit",
            fitted_heights(law, len(here)),
            "quiet",
            dash=True,
            end="",
            makes_room=False,
            beside="its fit",
            aside=0.75,  # said before what was earlier
        ),
        Curve("now", "now", here, points="full", end=moment.name, strong=True, beside="other run"),
        Curve("", "", ring, "accent", points="ring"),
    ]
    half_life = halving(law.half_life, f"<b>{three_digits(law.half_life)}</b>")
    readings = (
        Reading("rho", f"<i>ρ</i> = <b>{three_digits(law.decay_ratio)}</b>", law.decay_ratio),
        Reading("half-life", half_life, law.half_life),
        Reading("r", f"<i>r</i> = <b>{correlation(law.pearson_r)}</b>", law.pearson_r),
    )
    note = f"{moment.name}: {law_in_words(law)}"
    return over_layers(moment, curves, readings=readings, legend=LEGEND, note=note, reach=here)


def _earlier(numbers: Numbers, epoch: int) -> list[Curve]:
    """Return D at a few epochs before one, the older the fainter."""
    run = numbers.run
    before = earlier_recorded(run.epochs, epoch, GHOSTS)
    shown = [earlier for earlier in before if numbers.has(earlier)]
    return [
        Curve(
            "earlier",
            run.counting.named(earlier),
            np.array(numbers.fuzziness(earlier), dtype=np.float64),
            Shade(0.25 + 0.6 * (number + GHOSTS - len(shown)) / (GHOSTS - 1), "ground"),
            faint=True,
            aside=1.0,
            end=run.counting.digits(earlier),
        )
        for number, earlier in enumerate(shown)
    ]


LAW = Plot(
    "law",
    menu="Law over layers",
    heading="Separation fuzziness <i>D<sub>t</sub></i> over the layers",
    tip="D = Tr(SSW SSB⁺), within-class against between-class spread; the law of "
    "equi-separation says D_t ≈ c ρ^t (He & Su, PNAS 2023).",
    over=LAYERS,
    gist="straight: each layer cuts D alike",
    draw=_draw,
    up="D",
    formulas=("law", "fuzziness"),
    first=lambda run: int(not minority_count(run)),
    order=10,
    pages=(
        PlotFigure(
            "fuzziness",
            "D over layers, with the law and earlier moments behind it",
            "Separation fuzziness over layers",
            short="Separation fuzziness D",
            caption="D over layers",
            order=10,
            summary="any",
        ),
    ),
)
