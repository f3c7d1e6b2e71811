"""The law of equi-separation over the layers, and how it emerges."""

import math

import numpy as np
from numpy.typing import ArrayLike

from ncviz.charts.applies import minority_count
from ncviz.charts.chart import Chart, Curve, LegendWord, Reading
from ncviz.charts.colors import Shade
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.over_layers import fitted_heights, over_layers
from ncviz.charts.plot import LAYERS, Plot, PlotFigure
from ncviz.geometry.separation import (
    GEOMETRIC,
    EquiSeparationLaw,
    fit_law,
    is_equi_separation,
    layer_factors,
)
from ncviz.language import tr
from ncviz.scenes.layout import earlier_recorded
from ncviz.separation_in_words import halving
from ncviz.wording import correlation, three_digits

GHOSTS = 7  # earlier epochs that stay visible
FLAT = 1.25  # the largest D over the smallest: no layer changes it to speak of
LAW_HOLDS = tr("nearly straight: equi-separation")
LEGEND = (
    LegendWord("now", tr("● now"), tr("Now"), tr("D of each layer at this moment.")),
    LegendWord(
        "fit",
        tr("┄ fit"),
        tr("Fit"),
        tr("The straight line through log D that comes nearest, by least squares."),
    ),
    LegendWord(
        "earlier", tr("— earlier"), tr("Earlier moments"), tr("D as it was, the older the fainter.")
    ),
)


def law_in_words(law: EquiSeparationLaw) -> str:
    """Return the numbers of a law, or that there is none."""
    if math.isnan(law.decay_ratio):
        return tr("no law")
    return f"ρ = {three_digits(law.decay_ratio)}, r = {correlation(law.pearson_r)}"


def course(fuzziness: ArrayLike) -> str:
    """Say in a few words how D goes over the layers.

    Parameters
    ----------
    fuzziness : array, shape (m,)
        D_1 … D_m; what is not positive or not finite is no known value.

    Returns
    -------
    str
        Empty of fewer than three known values: two always lie on a line.
    """
    steps = np.log(layer_factors(fuzziness))
    if len(steps) < 2:
        return ""
    values = np.asarray(fuzziness, dtype=np.float64)
    known = values[np.isfinite(values) & (values > 0)]
    if known.max() < FLAT * known.min():
        return tr("flat: layers hardly change D")
    if is_equi_separation(fuzziness):
        return LAW_HOLDS
    if (steps < 0).all():
        geometric = fit_law(values).pearson_r <= GEOMETRIC
        return tr("falls, roughly geometric") if geometric else tr("falls, but not by one factor")
    if (steps > 0).all():
        return tr("rises at every layer")
    layers, falling, rising = len(steps), int((steps < 0).sum()), int((steps > 0).sum())
    if known[-1] < known[0]:
        if 2 * falling < layers:
            return tr("falls, but only at {count} of {layers} layers", count=falling, layers=layers)
        return tr(
            "falls, but not at {count} of {layers} layers", count=layers - falling, layers=layers
        )
    if 2 * rising < layers:
        return tr("rises, but only at {count} of {layers} layers", count=rising, layers=layers)
    return tr("rises, but not at {count} of {layers} layers", count=layers - rising, layers=layers)


def _draw(numbers: Numbers, moment: Moment) -> Chart:
    here = np.array(numbers.fuzziness(moment.epoch), dtype=np.float64)
    law = fit_law(here)
    ring = np.where(np.arange(len(here)) == moment.layer, here, np.nan)
    curves = [
        *_earlier(numbers, moment.epoch),
        Curve(
            "fit",
            tr("fit"),
            fitted_heights(law, len(here)),
            "quiet",
            dash=True,
            end="",
            makes_room=False,
            beside=tr("its fit"),
            aside=0.75,  # said before what was earlier
        ),
        Curve(
            "now",
            tr("now"),
            here,
            points="full",
            end=moment.name,
            strong=True,
            beside=tr("other run"),
        ),
        Curve("", "", ring, "accent", points="ring"),
    ]
    half_life = halving(law.half_life, f"<b>{three_digits(law.half_life)}</b>")
    readings = (
        Reading("rho", f"<i>ρ</i> = <b>{three_digits(law.decay_ratio)}</b>", law.decay_ratio),
        Reading("half-life", half_life, law.half_life),
        Reading("r", f"<i>r</i> = <b>{correlation(law.pearson_r)}</b>", law.pearson_r),
    )
    note = f"{moment.name}: {law_in_words(law)}"
    said = {"legend": LEGEND, "note": note, "gist": course(here)}
    return over_layers(moment, curves, readings=readings, reach=here, **said)


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
    menu=tr("Law over layers"),
    heading=tr("Separation fuzziness <i>D<sub>t</sub></i> over the layers"),
    tip=tr(
        "D = Tr(SSW SSB⁺), within-class against between-class spread; the law of "
        "equi-separation says D_t ≈ c ρ^t (He & Su, PNAS 2023)."
    ),
    over=LAYERS,
    draw=_draw,
    up="D",
    formulas=("law", "fuzziness"),
    first=lambda run: int(not minority_count(run)),
    order=10,
    curves=("now", "fit", "earlier"),
    pages=(
        PlotFigure(
            "fuzziness",
            tr("D over layers, with the law and earlier moments behind it"),
            tr("Separation fuzziness over layers"),
            short=tr("Separation fuzziness D"),
            caption=tr("D over layers"),
            order=10,
            summary="any",
        ),
    ),
)
