"""The law of equi-separation by hand: drag the D of each layer, and see what an error costs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Level, Reading, Spot
from ncviz.charts.plot import RATIO, Plot
from ncviz.errors import UserError
from ncviz.geometry.separation import fit_law, overall_separation, separation_sensitivity
from ncviz.language import tr
from ncviz.models.law_parameters import LEAST, MOST, Parameters
from ncviz.models.model import Number, Remark, RoleWords
from ncviz.models.optimum import Floats, GrowingCurve, Ints, KnownCurve, OptimumModel, OptimumSoFar
from ncviz.models.tetrahedron import NAMES, class_means, samples_of
from ncviz.runs.layer_names import fuzziness_symbol
from ncviz.theory.shared_separation import (
    exact_change,
    least_sensitivity,
    shared_fuzziness,
)
from ncviz.wording import three_digits

EQUAL = 1e-9  # relative, of ratios that are one
FIRST_ORDER = 0.1  # by such a share of the exact change it may be off, and still be told
HE_SU = "He, Su, PNAS 2023"


@dataclass(frozen=True, eq=False)
class MadeUpLayer:
    """Class means, and D where the timeline stands; there is no classifier."""

    features: Floats
    fuzziness: float
    weights: None = None


class Law(OptimumModel[Parameters]):
    """He and Su, PNAS 2023."""

    name, order = "law", 600
    title = tr("The law by hand")
    tip = tr(
        "The law of equi-separation by hand: which share of the work suffers least from errors."
    )
    lead = tr("A made-up network, whose layers share the separation.")
    deed = tr("Drag a layer's D in the plot.")
    invitation = tr(
        "Drag the layers of a network off the straight line, and see what an error costs."
    )
    parameters = Parameters
    along, symbol, ticks = "layer", "layer", ()
    logarithmic, whole = False, True
    height, heights = "D", (0.0, 1e12)
    plots = (
        Plot(
            "law",
            tr("D over the layers"),
            tr("Separation fuzziness <i>D</i> over the layers"),
            tr(
                "D = Tr(SSW SSB⁺) of each layer; green: equal ratios between the "
                "same ends, where an error of every ratio moves the overall separation least "
                "({he_su}).",
                he_su=HE_SU,
            ),
            RATIO,
            lambda parameters, answer: _draw_law(parameters, answer),
            up="D",
            formulas=("fuzziness", "law", "separation sensitivity"),
        ),
        Plot(
            "ratios",
            tr("Ratios of neighbouring layers"),
            tr("What each layer leaves of <i>D</i>"),
            tr(
                "D of a layer over that of the one before; the green line is what equal ratios "
                "would leave each ({he_su}).",
                he_su=HE_SU,
            ),
            RATIO,
            lambda parameters, answer: _draw_ratios(parameters, answer),
            up=tr("ratio"),
            formulas=("law", "separation sensitivity"),
        ),
    )

    def check(self, parameters: Parameters) -> None:
        """Refuse a D by hand of other layers, or out of reach."""
        p = parameters
        if p.fuzziness and not p.by_hand:
            wrong = next((v for v in p.fuzziness if not LEAST <= v <= MOST), None)
            values = (
                tr("{count} values", count=len(p.fuzziness))
                if wrong is None
                else tr("the value {wrong:g}", wrong=wrong)
            )
            raise UserError(
                tr(
                    "D by hand has {values} for {layers} points: give as many values, "
                    "each from {least:g} to {most:g}, or none.",
                    values=values,
                    layers=p.layers,
                    least=LEAST,
                    most=MOST,
                )
            )
        super().check(p)

    def settled(self, before: Parameters, after: Parameters, chosen: Collection[str]) -> Parameters:
        if "fuzziness" in chosen:
            values = after.fuzziness
            if len(values) >= 2 and after.layers != len(values):
                after = replace(after, layers=len(values))
        elif "bend" in chosen:
            after = replace(after, fuzziness=())
        elif before.by_hand and after.layers != before.layers:
            after = replace(after, fuzziness=_resampled(before.values, after.layers))
        elif before.by_hand and {"first", "overall"} & set(chosen):
            first = after.first if "first" in chosen else float(before.values[0])
            overall = overall_separation(before.values)
            overall = after.overall if "overall" in chosen else overall
            after = replace(after, fuzziness=_between(before.values, first, first * overall))
        return replace(after, layer=min(after.layer, float(after.layers)))

    def effective(self, parameters: Parameters) -> Parameters:
        if not parameters.by_hand:
            return parameters
        values = parameters.values
        return replace(parameters, first=float(values[0]), overall=overall_separation(values))

    def words(self, parameters: Parameters, name: str) -> str | None:
        if name == "bend":
            return _who(parameters)
        return _named(parameters.layer) if name == "layer" else None

    def remark(self, _parameters: Parameters) -> Remark:
        yearly = 100 * (2 ** (1 / 10) - 1)
        return Remark(
            tr(
                "The same holds for savings that are to double in ten years: errors in the rates "
                "change the sum least at {yearly:.1f} % in every year.",
                yearly=yearly,
            ),
            tr("Equal shares"),
            tr("Of all ways to the same product equal factors suffer least."),
            "law of equi-separation",
        )

    def ticks_of(self, parameters: Parameters) -> tuple[float, ...]:
        step = 1 + (parameters.layers - 1) // 10
        return tuple(float(t) for t in range(1, parameters.layers + 1, step))

    def moment_text(self, value: float) -> str:
        return _named(value)

    def solve(self, parameters: Parameters) -> MadeUpLayer:
        return MadeUpLayer(class_means(), float(np.exp(_log_at(parameters))))

    def samples(self, _parameters: Parameters, optimum: MadeUpLayer) -> tuple[Floats, Ints]:
        return samples_of(optimum.fuzziness)

    def curve(self, parameters: Parameters, _reach: tuple[float, float]) -> GrowingCurve:
        return KnownCurve(np.arange(1.0, parameters.layers + 1), parameters.values)

    def cosine(self, _parameters: Parameters, optimum: MadeUpLayer) -> float:
        return optimum.fuzziness

    def dragged(self, parameters: Parameters, number: int, height: float) -> Mapping[str, Any]:
        values = parameters.values.copy()
        values[number] = min(max(height, LEAST), MOST)
        return {"fuzziness": tuple(map(float, values))}

    def label(self, parameters: Parameters) -> str:
        return f"m = {parameters.layers}, {_who(parameters)}"

    def class_names(self, _parameters: Parameters) -> tuple[str, ...]:
        return NAMES

    def said(self, parameters: Parameters, _answer: OptimumSoFar) -> Mapping[str, Any]:
        return {"fuzziness_of_layers": parameters.values.tolist()}

    def roles(self, _parameters: Parameters) -> tuple[RoleWords, ...]:
        return (
            RoleWords(
                "etf",
                tr("green: simplex ETF, to whose corners the class means point"),
                "simplex ETF",
            ),
            RoleWords("means", tr("blue: class means of four made-up classes"), "class mean"),
            RoleWords("samples", tr("small: samples, with exactly this D"), "sample"),
        )

    def numbers(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Number, ...]:
        p, values = parameters, parameters.values
        overall, law = overall_separation(values), fit_law(values)
        least = least_sensitivity(p.layers, overall, p.error)
        first = tr(
            "D_m/D_1 Σ D_t/D_{t+1} ε: so much an error of every ratio moves D_m/D_1, to first "
            "order."
        )
        return (
            Number("D", answer.optimum.fuzziness, tr("Separation fuzziness where the picture is.")),
            Number("overall", overall, tr("D_m/D_1, the product of all ratios.")),
            Number("sensitivity", _moved(p), first),
            Number("least sensitivity", least, tr("That of equal ratios to the same D_m/D_1.")),
            Number("exact change", exact_change(values, p.error), tr("Π (ratio + ε) − D_m/D_1.")),
            Number("ρ", law.decay_ratio, tr("Of the line that is fitted to log D.")),
            Number("r", law.pearson_r, tr("Correlation of log D with the layer.")),
        )

    def caption(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        p, values = parameters, parameters.values
        overall, ratios = overall_separation(values), values[1:] / values[:-1]
        if np.abs(np.log(ratios)).max() < EQUAL:
            return tr(
                "No layer separates anything: D stays at {values}.", values=three_digits(values[0])
            )
        if p.layers == 2:
            return tr("Two points have one ratio: there is nothing to share.")
        now, least = _moved(p), least_sensitivity(p.layers, overall, p.error)
        about, first = "about ", ""
        if not _is_small(p):
            first = tr(" (no longer the {now} % of first order)", now=_percent(now / overall))
            even = shared_fuzziness(p.layers, float(values[0]), overall)
            about, now, least = "", exact_change(values, p.error), exact_change(even, p.error)
        error, share = three_digits(p.error), _percent(now / overall)
        moved = tr(
            "an error of {error} in every ratio moves the overall separation by {about}{share} % "
            "of it{first}",
            error=error,
            about=about,
            share=share,
            first=first,
        )
        if np.ptp(np.log(ratios)) < EQUAL:
            each = three_digits(100 * ratios[0])
            each = tr("nearly {each}", each=each) if each == "100" else each
            name = (
                tr("Equi-separation, every") if ratios[0] < 1 else tr("Nothing is separated, every")
            )
            return tr(
                "{name} layer leaves {each} % of D: {moved}, the least.",
                name=name,
                each=each,
                moved=moved,
            )
        much = three_digits(now / least)
        return tr(
            "Unequal shares: {moved}, {much} times as much as with equal ratios.",
            moved=moved,
            much=much,
        )


def _percent(share: float) -> str:
    return three_digits(100 * share)


def _who(p: Parameters) -> str:
    if p.by_hand:
        return tr("by hand")
    return tr("all alike") if p.bend == 0 else tr("early") if p.bend < 0 else tr("late")


def _moved(p: Parameters) -> float:
    """Return by how much an error of every ratio moves D_m/D_1, to first order."""
    return p.error * separation_sensitivity(p.values)


def _is_small(p: Parameters) -> bool:
    """Return whether the error is so small that the first order is nearly the exact change."""
    exact = exact_change(p.values, p.error)
    return abs(exact - _moved(p)) <= FIRST_ORDER * exact


def _named(place: float) -> str:
    """Return what a point of D is called, from 1, the input, or two points between which it is."""
    low = int(place)
    if place - low < 1e-6:
        return f"{_layer(low)} · {fuzziness_symbol(low - 1)}"
    return tr("{low} to {high}", low=_layer(low), high=_layer(low + 1))


def _layer(point: int) -> str:
    return tr("input") if point == 1 else tr("layer {low}", low=point - 1)


def _log_at(p: Parameters) -> float:
    """Return log D between two layers, on a straight line."""
    return float(np.interp(p.layer, np.arange(1, p.layers + 1), np.log(p.values)))


def _resampled(values: Floats, layers: int) -> tuple[float, ...]:
    places = np.linspace(0, len(values) - 1, layers)
    logs = np.interp(places, np.arange(len(values)), np.log(values))
    return tuple(map(float, np.exp(logs)))


def _between(values: Floats, first: float, last: float) -> tuple[float, ...]:
    """Return values tilted so that they go from one end to the other."""
    logs = np.log(values)
    ends = np.log([first, last])
    shift = np.linspace(ends[0] - logs[0], ends[1] - logs[-1], len(logs))
    return tuple(map(float, np.clip(np.exp(logs + shift), LEAST, MOST)))


def _across(p: Parameters, at: Floats) -> Across:
    return Across(
        "ratio", at, "t", tr("t of D_t; 1 is the input"), reach=(1.0, float(p.layers)), whole=True
    )


def _draw_law(p: Parameters, answer: OptimumSoFar) -> Chart:
    values, layers = p.values, np.arange(1.0, p.layers + 1)
    even = shared_fuzziness(p.layers, float(values[0]), overall_separation(values))
    overall, here = overall_separation(values), answer.optimum.fuzziness
    meaning = tr("By so much D_m/D_1 is moved, to first order, where every ratio is off by ε.")
    return Chart(
        _across(p, layers),
        (
            Curve(
                "even",
                tr("equal ratios"),
                even,
                "etf",
                dash=True,
                end=tr("equal ratios"),
                at=layers,
            ),
            Curve("law", "D", values, "text", strong=True, end=""),
            Curve("points", "", values, "text", points="full", end="", at=layers),
        ),
        spots=(Spot(p.layer, here, "", here=True),),
        readings=(
            Reading(
                "overall separation",
                f"<i>D<sub>m</sub></i>/<i>D</i>₁ = <b>{three_digits(overall)}</b>",
                overall,
            ),
            _reading(
                "moved",
                tr("an error moves it by")
                if _is_small(p)
                else tr("to first order an error moves it by"),
                _moved(p),
                tr("Sensitivity"),
                meaning,
            ),
            _reading(
                "least",
                tr("least possible"),
                least_sensitivity(p.layers, overall, p.error),
                tr("Least sensitivity"),
                tr("That of equal ratios between the same ends."),
            ),
        ),
        note=LAW.label(p),
        handles="points",
    )


def _reading(key: str, words: str, value: float, title: str, meaning: str) -> Reading:
    text = f"{words} <b>{three_digits(value)}</b>"
    return Reading(key, text, value, title=title, meaning=meaning)


def _draw_ratios(p: Parameters, _answer: OptimumSoFar) -> Chart:
    # What differs by rounding alone is not to fill the axis.
    ratios = np.array([float(f"{ratio:.12g}") for ratio in p.values[1:] / p.values[:-1]])
    places = np.arange(2.0, p.layers + 1)
    equal = float(np.exp(np.log(overall_separation(p.values)) / (p.layers - 1)))
    here = float(np.interp(p.layer, places, ratios))
    meaning = tr("What each layer would leave if all left the same.")
    return Chart(
        _across(p, places),
        (Curve("ratio", tr("ratio"), ratios, "text", points="full", end="", at=places),),
        levels=(Level(equal, tr("equal ratios"), meaning),),
        spots=(Spot(p.layer, here, "", here=True),) if p.layer >= 2 else (),  # the input has none
        note=LAW.label(p),
    )


LAW = Law()
