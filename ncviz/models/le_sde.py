"""LE-SDE: whether the logits of classes part, or do not, and into what."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Level, Reading, Spot
from ncviz.charts.plot import RATIO, Plot
from ncviz.geometry.collapse import cosines
from ncviz.language import tr
from ncviz.models.model import Number, RoleWords
from ncviz.models.model_parameters import control, seed
from ncviz.models.optimum import Floats, GrowingCurve, Ints, KnownCurve, OptimumModel, OptimumSoFar
from ncviz.models.span import Span
from ncviz.theory.le_sde import LAST, ElasticModel
from ncviz.wording import three_digits

SAMPLES = 30  # of each class
ETF = 0.01  # largest distance of a cosine from −1/(K − 1) of what is called a simplex ETF
ZHANG = "Zhang, Wang, Su, NeurIPS 2021"


@dataclass(frozen=True)
class Parameters:
    """t, the model, K, α₀, β/α, r, σ and the seed."""

    time: float = control(
        1.0,
        tr("Iterations of training, one image each."),
        symbol="t",
        label=tr("iteration"),
        low=1.0,
        high=LAST,
        logarithmic=True,
    )
    kind: str = control(
        "L",
        tr("How an image moves the others: by its own logits, or along its label."),
        label=tr("Pull"),
        choices={"L": tr("L-model, along the labels"), "I": tr("I-model, along the logits")},
    )
    classes: int = control(
        4, tr("How many classes."), symbol="K", label=tr("classes"), low=2, high=10
    )
    seed: int = seed()
    alpha: float = control(
        0.5,
        tr("How strongly an image pulls its own class, at the start."),
        symbol="α<sub>0</sub>",
        label=tr("own class"),
        low=0.01,
        high=3.0,
        logarithmic=True,
    )
    ratio: float = control(
        -0.3,
        tr(
            "How strongly an image pulls other classes, against its own; below 0 it pushes them "
            "away."
        ),
        symbol="β/α",
        label=tr("other classes"),
        low=-1.0,
        high=0.9,
        near=(0.0, 0.03),
    )
    exponent: float = control(
        0.5,
        tr("The pull falls as t to this power: at 1 it is at the edge of separating."),
        symbol="r",
        label=tr("how fast it falls"),
        low=0.0,
        high=2.0,
        near=(1.0, 0.03),
    )
    noise: float = control(
        0.02,
        tr("Of every logit at every iteration; it adds up to σ √t."),
        symbol="σ",
        label=tr("noise"),
        low=1e-3,
        high=1.0,
        logarithmic=True,
    )

    @property
    def elastic(self) -> ElasticModel:
        """Return the equation."""
        p = self
        return ElasticModel(p.classes, p.alpha, p.ratio, p.exponent, p.kind, p.noise, p.seed)


@dataclass(frozen=True, eq=False)
class ElasticLogits:
    """Mean logits and sample paths at an iteration, less the average of all, in one unit."""

    features: Floats
    samples: Floats
    labels: Ints
    cosine: float
    off: float  # the largest distance of a cosine from −1/(K − 1)
    separated: float
    weights: None = None


TIMES = np.array(Span(1.0, LAST).stops)


@lru_cache(maxsize=4)
def _unit_noises(classes: int, seed: int) -> Floats:
    """Return noises of σ = 1, of which those of every σ are multiples."""
    return ElasticModel(classes, noise=1.0, seed=seed).noises(TIMES, SAMPLES)


def _noises(model: ElasticModel) -> Floats:
    return model.noise * _unit_noises(model.classes, model.seed)


@lru_cache(maxsize=16)
def _separated(model: ElasticModel) -> Floats:
    """Return the share of samples that are nearest to their own class's mean, at `TIMES`."""
    means, unit = model.means_apart(TIMES)
    noises = _noises(model) * np.exp(-unit)[:, None, None, None]
    return _share(means[:, :, None] + noises, means)


def _share(samples: Floats, means: Floats) -> Floats:
    """Return the share of samples, (..., K, n, K), nearest to their own class's mean, (...)."""
    products = samples @ np.swapaxes(means, -1, -2)[..., None, :, :]
    products -= (means**2).sum(axis=-1)[..., None, None, :] / 2
    own = products.argmax(axis=-1) == np.arange(means.shape[-2])[:, None]
    return np.asarray(own.mean(axis=(-2, -1)))


@lru_cache(maxsize=64)
def _seen(model: ElasticModel, time: float) -> ElasticLogits:
    means, unit = model.means_apart(time)
    noises = _noises(model)
    after = min(int(np.searchsorted(TIMES, time, side="left")), len(TIMES) - 1)
    before = max(after - 1, 0)
    gap = float(np.log(TIMES[after] / TIMES[before]))
    share = float(np.log(time / TIMES[before])) / gap if gap else 1.0
    noise = (1 - share) * noises[before] + share * noises[after]
    samples = means[:, None] + np.exp(-unit) * noise
    found = cosines(means)[~np.eye(model.classes, dtype=bool)]
    return ElasticLogits(
        means,
        samples.reshape(-1, model.classes),
        np.repeat(np.arange(model.classes), SAMPLES),
        float(found.mean()),
        float(np.abs(found + 1 / (model.classes - 1)).max()),
        float(_share(samples, means)),
    )


class LeSde(OptimumModel[Parameters]):
    """Zhang, Wang and Su, NeurIPS 2021."""

    name, order = "le-sde", 700
    title = "LE-SDE"
    tip = tr("Locally elastic stochastic differential equations: when classes separate.")
    lead = tr("Each image pulls the logits of its class, and may push or pull those of the others.")
    invitation = tr("Let classes pull on each other, and see when they part.")
    parameters = Parameters
    along, symbol, ticks = "time", "t", (1.0, 10.0, 100.0, 1000.0, 10000.0)
    height, heights = "share", (0.0, 1.0)
    plots = (
        Plot(
            "separated",
            tr("Separated samples over iterations"),
            tr("Samples nearest to the mean of their own class"),
            tr(
                "The share of {samples} samples a class that are nearest to the mean logits of "
                "their own class ({zhang}).",
                samples=SAMPLES,
                zhang=ZHANG,
            ),
            RATIO,
            lambda parameters, answer: _draw_separated(parameters, answer),
            up=tr("share"),
            formulas=("elastic",),
            logarithmic=False,
        ),
        Plot(
            "pull",
            tr("Pull γ t over iterations"),
            tr("Pull <i>γ</i>(<i>t</i>) <i>t</i> against 1"),
            tr(
                "γ = α − β. Classes separate where γ falls slower than 1/t, so that γ t grows "
                "without bound, and do not where it falls faster ({zhang}).",
                zhang=ZHANG,
            ),
            RATIO,
            lambda parameters, answer: _draw_pull(parameters, answer),
            up="γ t",
            formulas=("elastic",),
        ),
        Plot(
            "growth",
            tr("A and B over iterations"),
            tr("<i>A</i> and <i>B</i> over iterations"),
            tr("A = ∫α and B = ∫β, which the mean logits depend on alone ({zhang}).", zhang=ZHANG),
            RATIO,
            lambda parameters, answer: _draw_growth(parameters, answer),
            up="A, B",
            formulas=("elastic",),
            logarithmic=False,
        ),
    )

    def solve(self, parameters: Parameters) -> ElasticLogits:
        return _seen(parameters.elastic, parameters.time)

    def samples(self, _parameters: Parameters, optimum: ElasticLogits) -> tuple[Floats, Ints]:
        return optimum.samples, optimum.labels

    def curve(self, parameters: Parameters, _reach: tuple[float, float]) -> GrowingCurve:
        return KnownCurve(TIMES, _separated(parameters.elastic))

    def cosine(self, _parameters: Parameters, optimum: ElasticLogits) -> float:
        return optimum.separated

    def label(self, parameters: Parameters) -> str:
        p = parameters
        pulls = f"α₀ = {three_digits(p.alpha)}, β/α = {three_digits(p.ratio)}"
        return tr(
            "{kind}-model, K = {classes}, {pulls}, r = {exponent}",
            kind=p.kind,
            classes=p.classes,
            pulls=pulls,
            exponent=three_digits(p.exponent),
        )

    def class_names(self, parameters: Parameters) -> tuple[str, ...]:
        return tuple(str(k + 1) for k in range(parameters.classes))

    def said(self, parameters: Parameters, _answer: OptimumSoFar) -> Mapping[str, Any]:
        return asdict(parameters.elastic)

    def roles(self, _parameters: Parameters) -> tuple[RoleWords, ...]:
        return (
            RoleWords(
                "etf", tr("green: simplex ETF, onto which the means are turned"), "simplex ETF"
            ),
            RoleWords(
                "means", tr("blue: mean logits of the classes, in closed form"), "class mean"
            ),
            RoleWords(
                "samples", tr("small: samples of the classes, each with its noise"), "sample"
            ),
        )

    def numbers(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Number, ...]:
        p, seen = parameters, answer.optimum
        grown = float(p.elastic.growth(p.time))
        says = {True: 1.0, False: 0.0, None: None}[p.elastic.separates]
        return (
            Number("A", grown, tr("∫ α, from the first iteration on.")),
            Number("B", p.ratio * grown, tr("∫ β, from the first iteration on.")),
            Number("γ t", float(p.elastic.pull(p.time)), tr("(α − β) t at this iteration.")),
            Number("separated", seen.separated, tr("Share of samples nearest to their own class.")),
            Number("cosine", seen.cosine, tr("Mean cosine of the centred mean logits.")),
            Number("separates", says, tr("1 where the theorem says so, 0 where it says not.")),
        )

    def caption(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        p, seen = parameters, answer.optimum
        share = three_digits(100 * seen.separated)
        now = tr("now {share} % of the samples are nearest the mean of their class", share=share)
        if p.elastic.separates is None:
            pull = three_digits(float(p.elastic.pull(1.0)))
            return tr(
                "γ t stays at {pull}: the theorem leaves open who separates; {now}.",
                pull=pull,
                now=now,
            )
        if not p.elastic.separates:
            return tr(
                "γ falls faster than 1/t: in the limit t → ∞ classes do not separate; {now}.",
                now=now,
            )
        into = ""
        if p.kind == "L" and p.ratio < 0 and p.classes > 2:
            into = tr(", and are a simplex ETF") if seen.off < ETF else tr(", into a simplex ETF")
        return tr(
            "γ falls slower than 1/t: in the limit t → ∞ classes separate{into}; {now}.",
            into=into,
            now=now,
        )


def _chart(p: Parameters, curves: tuple[Curve, ...], here: float, **more: Any) -> Chart:
    across = Across(
        "ratio", TIMES, "t", tr("iteration t, logarithmic"), logarithmic=True, reach=(1.0, LAST)
    )
    spots = (Spot(p.time, here, "", here=True),)
    return Chart(across, curves, spots=spots, note=LE_SDE.label(p), **more)


def _draw_separated(p: Parameters, answer: OptimumSoFar) -> Chart:
    share = answer.optimum.separated
    text = tr("separated <b>{share} %</b>", share=three_digits(100 * share))
    meaning = tr("Share of the samples that are nearest to their own class's mean logits.")
    curve = Curve("share", tr("share"), _separated(p.elastic), "text", strong=True, end="")
    reading = Reading("separated", text, share, title=tr("Separated"), meaning=meaning)
    return _chart(p, (curve,), share, readings=(reading,), limits=(0.0, 1.0))


def _draw_pull(p: Parameters, _answer: OptimumSoFar) -> Chart:
    values, here = p.elastic.pull(TIMES), float(p.elastic.pull(p.time))
    curve = Curve("pull", "γ t", values, "text", strong=True, end="")
    text = tr("here <b>{here}</b>", here=three_digits(here))
    meaning = tr("Grows without bound where classes separate, and falls where they do not.")
    reading = Reading("pull", text, here, title=tr("Pull"), meaning=meaning)
    level = (
        Level(
            1.0,
            "1",
            tr("Where γ is 1/t: what counts is whether γ t grows on, not on which side it is."),
        ),
    )
    return _chart(p, (curve,), here, readings=(reading,), levels=level)


def _draw_growth(p: Parameters, _answer: OptimumSoFar) -> Chart:
    grown, here = p.elastic.growth(TIMES), float(p.elastic.growth(p.time))
    curves = (
        Curve("A", "A", grown, "text", strong=True, end="A"),
        Curve("B", "B", p.ratio * grown, "quiet", dash=True, end="B"),
    )
    other = p.ratio * here
    meaning = tr("∫ α from the first iteration on."), tr("∫ β from the first iteration on.")
    readings = tuple(
        Reading(
            curve.key,
            f"<b>{three_digits(value)}</b>",
            value,
            sign=curve.line,
            title=curve.key,
            meaning=what,
        )
        for curve, value, what in zip(curves, (here, other), meaning, strict=True)
    )
    return _chart(p, curves, here, readings=readings)


LE_SDE = LeSde()
