"""A deep linear network, layer by layer: geometric compression, linear discrimination."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ncviz.charts.chart import Across, Chart, Curve, Reading, Spot
from ncviz.charts.plot import RATIO, Plot
from ncviz.geometry.separation import fit_law
from ncviz.language import tr
from ncviz.models.model import Number, RoleWords
from ncviz.models.model_parameters import control, seed
from ncviz.models.optimum import Floats, GrowingCurve, Ints, KnownCurve, OptimumModel, OptimumSoFar
from ncviz.theory.deep_linear import (
    DeepLinearNetwork,
    class_means,
    discrimination_of,
)
from ncviz.wording import three_digits

STRAIGHT = 0.99  # correlation from which on log C is called straight
LEAST = 1e-99  # C that is drawn: it is of a closed form, which keeps its digits
EQUAL = 0.2  # by which steps of D that are called equal differ at most, as a share of the largest
WANG = "Wang, Li, Yaras, Zhu, Balzano, Hu, Qu, arXiv 2311.02960"


@dataclass(frozen=True)
class Parameters:
    """l, L, K, ε, what inputs share, and the seed."""

    layer: float = control(
        0.0,
        tr("So many weight matrices the inputs have passed; 0 is the input itself."),
        symbol="l",
        label=tr("layer"),
        low=0.0,
        high=lambda p: float(p.depth - 1),
    )
    depth: int = control(
        7, tr("How many weight matrices."), symbol="L", label=tr("depth"), low=2, high=16
    )
    classes: int = control(
        4, tr("How many classes."), symbol="K", label=tr("classes"), low=2, high=10, beside=True
    )
    scale: float = control(
        0.7,
        tr("Of the orthogonal weights at the start: what the labels do not ask for keeps it."),
        symbol="ε",
        label=tr("scale at the start"),
        low=0.05,
        high=1.0,
        logarithmic=True,
    )
    overlap: float = control(
        0.3,
        tr("Share of an input that all samples have in common."),
        label=tr("shared by all"),
        low=0.0,
        high=0.9,
    )
    class_share: float = control(
        0.2,
        tr("Share of the rest that the samples of a class have in common."),
        label=tr("shared by a class"),
        low=0.02,
        high=0.9,
    )
    seed: int = seed()

    @property
    def network(self) -> DeepLinearNetwork:
        """Return the network."""
        return _network(
            self.classes, self.depth, self.scale, self.overlap, self.class_share, self.seed
        )


@lru_cache(maxsize=32)
def _network(
    classes: int, depth: int, scale: float, overlap: float, class_share: float, seed: int
) -> DeepLinearNetwork:
    return DeepLinearNetwork(
        classes=classes,
        depth=depth,
        scale=scale,
        overlap=overlap,
        class_share=class_share,
        seed=seed,
    )


@dataclass(frozen=True, eq=False)
class LinearLayer:
    """Class means and samples after a layer, with C and D there."""

    features: Floats
    samples: Floats
    labels: Ints
    compression: float
    discrimination: float
    weights: None = None


class DeepLinear(OptimumModel[Parameters]):
    """Wang et al., 2023."""

    name, order = "deep-linear", 610
    title = tr("Deep linear network")
    tip = tr("A deep linear network that fits its labels: classes are compressed layer by layer.")
    lead = tr("Weights of least norm share the work evenly, with no nonlinearity at all.")
    invitation = tr("Walk through the layers: each compresses the classes by the same factor.")
    parameters = Parameters
    along, symbol, ticks = "layer", "layer", ()
    logarithmic, whole = False, True
    height, heights = "C", (0.0, 1e12)
    plots = (
        Plot(
            "compression",
            tr("Compression C over the layers"),
            tr("Compression <i>C</i> over the layers"),
            tr(
                "C = Tr Σ_W / Tr Σ_B of each layer, on a logarithmic axis; dashed: the straight "
                "line that comes nearest ({wang}).",
                wang=WANG,
            ),
            RATIO,
            lambda parameters, answer: _draw_compression(parameters, answer),
            up="C",
            formulas=("deep linear", "trace ratio"),
        ),
        Plot(
            "discrimination",
            tr("Discrimination D over the layers"),
            tr("Discrimination <i>D</i> over the layers"),
            tr(
                "D = 1 − the largest cosine of two class means, not centred; dashed: the straight "
                "line that comes nearest ({wang}).",
                wang=WANG,
            ),
            RATIO,
            lambda parameters, answer: _draw_discrimination(parameters, answer),
            up="D",
            formulas=("deep linear", "discrimination"),
            logarithmic=False,
        ),
    )

    def settled(
        self, _before: Parameters, after: Parameters, _chosen: Collection[str]
    ) -> Parameters:
        return replace(after, layer=min(after.layer, float(after.depth - 1)))

    def words(self, parameters: Parameters, name: str) -> str | None:
        return self.moment_text(parameters.layer) if name == "layer" else None

    def ticks_of(self, parameters: Parameters) -> tuple[float, ...]:
        return tuple(float(layer) for layer in range(parameters.depth))

    def moment_text(self, value: float) -> str:
        low, share = int(value), value - int(value)
        if share >= 1e-6:
            return tr("layer {low} to {low_2}", low=low, low_2=low + 1)
        return tr("layer {low}", low=low) if low else tr("input")

    def solve(self, parameters: Parameters) -> LinearLayer:
        network = parameters.network
        samples, labels = network.features(parameters.layer), network.labels
        compression = network.compression_at(parameters.layer)
        discrimination = discrimination_of(samples, labels)
        means = class_means(samples, labels)
        return LinearLayer(means, samples, labels, compression, discrimination)

    def samples(self, _parameters: Parameters, optimum: LinearLayer) -> tuple[Floats, Ints]:
        return optimum.samples, optimum.labels

    def curve(self, parameters: Parameters, _reach: tuple[float, float]) -> GrowingCurve:
        return KnownCurve(_layers(parameters), parameters.network.compression)

    def cosine(self, _parameters: Parameters, optimum: LinearLayer) -> float:
        return optimum.compression

    def label(self, parameters: Parameters) -> str:
        p = parameters
        return f"L = {p.depth}, K = {p.classes}, ε = {three_digits(p.scale)}"

    def class_names(self, parameters: Parameters) -> tuple[str, ...]:
        return tuple(str(k + 1) for k in range(parameters.classes))

    def said(self, parameters: Parameters, _answer: OptimumSoFar) -> Mapping[str, Any]:
        return asdict(parameters.network)

    def roles(self, _parameters: Parameters) -> tuple[RoleWords, ...]:
        return (
            RoleWords(
                "etf", tr("green: simplex ETF, onto which the means are turned"), "simplex ETF"
            ),
            RoleWords("means", tr("blue: class means of the layer"), "class mean"),
            RoleWords("samples", tr("small: samples, seen along the class means"), "sample"),
        )

    def numbers(self, parameters: Parameters, answer: OptimumSoFar) -> tuple[Number, ...]:
        seen, network = answer.optimum, parameters.network
        law, line = fit_law(network.compression), _line(network.discrimination)
        return (
            Number("C", seen.compression, tr("Tr Σ_W / Tr Σ_B of this layer.")),
            Number("D", seen.discrimination, tr("1 − the largest cosine of two class means here.")),
            Number(
                "C, factor", law.decay_ratio, tr("What a layer leaves of C, by the fitted line.")
            ),
            Number("C, r", law.pearson_r, tr("Correlation of log C with the layer.")),
            Number("D, step", line[0], tr("What a layer adds to D, by the fitted line.")),
            Number("D, r", line[2], tr("Correlation of D with the layer.")),
        )

    def caption(self, parameters: Parameters, answer: OptimumSoFar) -> str:
        network = parameters.network
        compression, parted = network.compression, network.discrimination
        ends = tr(
            "D goes from {parted} to {parted_2}",
            parted=three_digits(parted[0]),
            parted_2=three_digits(parted[-1]),
        )
        if parameters.depth == 2:
            first, last = map(three_digits, compression)
            return tr(
                "One layer takes C from {first} to {last}; {ends}.",
                first=first,
                last=last,
                ends=ends,
            )
        law, steps = fit_law(compression), np.diff(parted)
        factor = three_digits(law.decay_ratio)
        largest = float(np.abs(steps).max())
        reach = tr(
            "of {min} to {max}", min=three_digits(steps.min()), max=three_digits(steps.max())
        )
        even = (
            tr("in about equal steps")
            if np.ptp(steps) < EQUAL * largest
            else tr("in steps {reach}", reach=reach)
        )
        if law.pearson_r <= -STRAIGHT:
            return tr(
                "Each layer leaves about {factor} times C, a straight line; {ends} {even}.",
                factor=factor,
                ends=ends,
                even=even,
            )
        whole = tr(
            "C goes from {compression} to {compression_2}",
            compression=three_digits(compression[0]),
            compression_2=three_digits(compression[-1]),
        )
        return tr("{whole}, unevenly; {ends} {even}.", whole=whole, ends=ends, even=even)


def _layers(p: Parameters) -> Floats:
    return np.arange(float(p.depth))


def _line(values: Floats) -> tuple[float, float, float]:
    """Return slope, height at 0 and correlation of values over the layers."""
    if np.ptp(values) < 1e-12:
        return 0.0, float(values[0]), float("nan")
    layers = np.arange(float(len(values)))
    slope, height = np.polyfit(layers, values, 1)
    return float(slope), float(height), float(np.corrcoef(layers, values)[0, 1])


def _chart(
    p: Parameters, key: str, values: Floats, fitted: Floats, here: float, reading: Reading
) -> Chart:
    layers = _layers(p)
    return Chart(
        Across(
            "ratio", layers, "layer", tr("layer l"), reach=(0.0, float(p.depth - 1)), whole=True
        ),
        (
            Curve(
                "fit", tr("fit"), fitted, "quiet", dash=True, end="", at=layers, makes_room=False
            ),
            Curve(key, key, values, "text", strong=True, end=""),
            Curve("points", "", values, "text", points="full", end="", at=layers),
        ),
        spots=(Spot(p.layer, here, "", here=True),),
        readings=(reading,),
        note=DEEP_LINEAR.label(p),
        floor=LEAST,
    )


def _draw_compression(p: Parameters, answer: OptimumSoFar) -> Chart:
    values, here = p.network.compression, answer.optimum.compression
    law = fit_law(values)
    fitted = np.exp(law.intercept + np.log(law.decay_ratio) * (_layers(p) + 1))
    text = tr("<i>C</i> here <b>{here}</b>", here=three_digits(here))
    meaning = tr("Spread within the classes over that between them, of what is seen.")
    return _chart(
        p, "C", values, fitted, here, Reading("c", text, here, title="C", meaning=meaning)
    )


def _draw_discrimination(p: Parameters, answer: OptimumSoFar) -> Chart:
    values, here = p.network.discrimination, answer.optimum.discrimination
    slope, height, _ = _line(values)
    text = tr("<i>D</i> here <b>{here}</b>", here=three_digits(here))
    meaning = tr("1 less the largest cosine of two class means, of what is seen.")
    reading = Reading("d", text, here, title="D", meaning=meaning)
    return _chart(p, "D", values, height + slope * _layers(p), here, reading)


DEEP_LINEAR = DeepLinear()
