"""Deep unconstrained features: L weight matrices above features that are free."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ncviz.geometry.collapse import nc1, nc4, nearest_class_means, predictions
from ncviz.geometry.statistics import class_statistics
from ncviz.geometry.weight_size import WeightSize
from ncviz.language import tr
from ncviz.models.deep_features_charts import PLOTS, visible_rank
from ncviz.models.deep_features_words import compared, known_collapse, known_low_rank, missing
from ncviz.models.descent import Descended, DescentModel
from ncviz.models.descent_run import probe_indices
from ncviz.models.model import Number, Remark, RoleWords
from ncviz.models.model_parameters import control, seed
from ncviz.models.target import Target
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.theory.deep_features import DeepState, Floats, descend_deep
from ncviz.theory.deep_features_optimum import DeepSolution
from ncviz.theory.deep_features_starts import COLLAPSED, LOW_RANK, RANDOM, DeepDescent
from ncviz.wording import three_digits

STARTS = {
    RANDOM: tr("Random"),
    COLLAPSED: tr("Deep neural collapse"),
    LOW_RANK: tr("Low rank"),
}
GONE = 1e-3  # singular value of class means that are called zero
AT_ZERO = 0.55  # objectives below it are about that of zero, 0.5
SAME = 1e-3  # of the objective of collapse: so near it is called the same


@dataclass(frozen=True)
class Parameters:
    """L, the layer that is seen, the activation, K, d, the penalties and the start."""

    depth: int = control(
        4, tr("How many weight matrices."), symbol="L", label=tr("depth"), low=1, high=8
    )
    below: int = control(
        0,
        tr(
            "So many layers below the last one is the layer that is seen; L − 1 has the free "
            "features."
        ),
        label=tr("below the last"),
        low=0,
        high=lambda p: p.depth - 1,
        beside=True,
    )
    activation: str = control(
        "relu",
        tr("What stands between the layers; without any, collapse is a global minimum."),
        label=tr("Activation"),
        choices={"relu": "ReLU", "linear": tr("None")},
    )
    classes: int = control(
        4, tr("How many classes."), symbol="K", label=tr("classes"), low=2, high=21
    )
    width: int = control(
        16,
        tr("Of the features and every layer; with a ReLU collapse takes K."),
        symbol="d",
        label=tr("width"),
        low=1,
        high=32,
        beside=True,
    )
    weight_decay: float = control(
        1e-3,
        tr("Penalty on ‖W‖² of every weight matrix."),
        symbol="λ<sub>W</sub>",
        label=tr("penalty on weights"),
        low=1e-4,
        high=0.1,
        logarithmic=True,
        concept="penalty",
    )
    feature_decay: float = control(
        1e-4,
        tr("Penalty on ‖H‖²."),
        symbol="λ<sub>H</sub>",
        label=tr("penalty on features"),
        low=1e-5,
        high=0.1,
        logarithmic=True,
        concept="penalty",
    )
    start: str = control(RANDOM, tr("From where it descends."), label=tr("Start"), choices=STARTS)
    disturbance: float = control(
        0.1,
        tr("Of a start that is a solution: so much chance is added to it."),
        label=tr("disturbed by"),
        low=0.0,
        high=1.0,
        when=lambda p: p.start != RANDOM,
    )
    samples: int = control(
        10,
        tr("Samples of every class."),
        symbol="n",
        label=tr("samples"),
        low=1,
        high=30,
        rare=True,
    )
    seed: int = seed(rare=True)

    @property
    def network(self) -> DeepDescent:
        """Return what descends."""
        return _network(self)

    @property
    def seen_layer(self) -> int:
        """Return the layer that is seen."""
        return max(self.depth - 1 - self.below, 0)


@lru_cache(maxsize=16)
def _network(p: Parameters) -> DeepDescent:
    shared = ("depth", "activation", "classes", "width", "samples", "seed")
    return DeepDescent(
        **{name: getattr(p, name) for name in (*shared, "weight_decay", "feature_decay")},
        origin=p.start,
        disturbance=0.0 if p.start == RANDOM else p.disturbance,
    )


class DeepFeatureModel(DescentModel[Parameters]):
    """Tirer & Bruna, ICML 2022; Súkeník, Mondelli, Lampert, NeurIPS 2024."""

    name, order = "deep-features", 620
    title = tr("Deep unconstrained features")
    tip = tr("Deep unconstrained features: free features and several weight matrices above them.")
    lead = tr("Free features, and one layer or more above them, descend on the square loss.")
    invitation = tr("Stack layers until a lower rank costs less than neural collapse.")
    more = tr("Samples and seed.")
    parameters = Parameters
    steps = 3000
    kind = "deep_unconstrained_features"

    plots = PLOTS

    def settled(
        self, _before: Parameters, after: Parameters, _chosen: Collection[str]
    ) -> Parameters:
        return replace(after, below=min(after.below, after.depth - 1))

    def words(self, parameters: Parameters, name: str) -> str | None:
        return _layer_name(parameters.seen_layer) if name == "below" else None

    def descent(self, parameters: Parameters) -> DeepDescent:
        return parameters.network

    def layer(self, parameters: Parameters) -> int:
        return parameters.seen_layer

    def products(self, parameters: Parameters) -> int:
        p = parameters
        return p.depth * p.samples * p.classes * p.width**2

    def remark(self, parameters: Parameters) -> Remark:
        text = compared(parameters.network)
        return Remark(text, tr("Collapse and low rank"), text, "deep features")

    def roles(self, parameters: Parameters) -> tuple[RoleWords, ...]:
        found = super().roles(parameters)
        last = parameters.seen_layer == parameters.depth - 1
        return tuple(words for words in found if last or words.role != "classifier")

    def states(self, parameters: Parameters, steps: Sequence[int]) -> Iterator[DeepState]:
        network = parameters.network
        return descend_deep(network, network.beginning(), steps)

    def run_title(self, parameters: Parameters) -> str:
        p = parameters
        parts = [
            tr("Deep unconstrained features"),
            f"L = {p.depth}, K = {p.classes}, d = {p.width}",
            {"relu": "ReLU", "linear": "linear"}[p.activation],
            f"λ_W {three_digits(p.weight_decay)}, λ_H {three_digits(p.feature_decay)}",
        ]
        parts += [tr("from {starts}", starts=STARTS[p.start].lower())] if p.start != RANDOM else []
        return " · ".join(parts)

    def manifest(self, parameters: Parameters, steps: Sequence[int]) -> Manifest:
        p = parameters
        layers = tuple(RecordedLayer(_layer_name(number), p.width) for number in range(p.depth))
        return replace(super().manifest(parameters, steps), layers=layers)

    def snapshot(self, parameters: Parameters, state: DeepState) -> Snapshot:
        network = parameters.network
        labels, drawn = network.labels(), probe_indices(network)
        layers = []
        for number, features in enumerate(state.layers):
            statistics = class_statistics(features, labels, network.classes)
            rows = state.W if number == network.depth - 1 else None
            positions = layer_positions(statistics.means, features[drawn], rows)
            weight = _size_of(state.matrices[number]) if number else None
            layers.append(LayerSnapshot({"train": statistics}, positions, weight=weight))
        last = layers[-1].statistics["train"]
        predicted = predictions(state.H, state.W, None)
        nearest = nearest_class_means(state.H, last.means, last.present)
        scalars = {
            "train_loss": state.loss,
            "train_error": float(np.mean(predicted != labels)),
            "nc4_train": nc4(predicted, nearest),
            "learning_rate": state.rate,
        }
        classifier = Classifier(state.W, None)
        return Snapshot(
            state.step, tuple(layers), scalars, classifier, predicted[drawn], nearest[drawn]
        )

    def measure(
        self, parameters: Parameters, state: DeepState, snapshot: Snapshot
    ) -> dict[str, float]:
        found = {
            "loss": state.loss,
            "objective": state.objective,
            "gradient_norm": state.gradient_norm,
            "train_error": snapshot.scalars["train_error"],
        }
        for number, layer in enumerate(snapshot.layers):
            statistics = layer.statistics["train"]
            values = np.linalg.svd(statistics.means, compute_uv=False)
            found[f"nc1 {number}"] = nc1(statistics)
            found[f"largest {number}"] = float(values[0])
            found[f"rank {number}"] = float(visible_rank(values))
        return found

    def levels(self, parameters: Parameters, _target: Target | None) -> Mapping[str, float]:
        known = {"collapse": known_collapse, "low rank": known_low_rank}
        found = {name: solve(parameters.network) for name, solve in known.items()}
        return {name: solution.objective for name, solution in found.items() if solution}

    def numbers(self, parameters: Parameters, seen: Descended) -> tuple[Number, ...]:
        p, at = parameters, parameters.seen_layer
        collapse, low = known_collapse(p.network), known_low_rank(p.network)
        here = seen.value("objective")
        above = None if collapse is None else here - collapse.objective
        gain = None if collapse is None or low is None else low.objective - collapse.objective
        return (
            Number("objective", here, tr("The mean square loss and all penalties.")),
            Number(
                "collapse",
                _objective(collapse),
                tr("Objective of deep neural collapse, or of the best rank where d < K."),
            ),
            Number("low rank", _objective(low), tr("Objective of the low-rank solution, if any.")),
            Number("low rank − collapse", gain, tr("Below 0 where the lower rank is cheaper.")),
            Number("above collapse", above, tr("Objective less that of deep neural collapse.")),
            Number(
                "gradient", seen.value("gradient_norm"), tr("Length of the objective's gradient.")
            ),
            Number("rank", seen.value(f"rank {at}"), tr("Of the class means of this layer.")),
            Number(
                "σ",
                seen.value(f"largest {at}"),
                tr("Largest singular value of the class means."),
            ),
            Number("NC1", seen.value(f"nc1 {at}"), tr("Tr(Σ_W Σ_B⁺)/K of this layer.")),
        )

    def caption(self, parameters: Parameters, seen: Descended) -> str:
        p, network = parameters, parameters.network
        collapse = known_collapse(network)
        if seen.step == 0:
            return self._beginning(p)
        here = seen.value("objective")
        if seen.value(f"largest {p.seen_layer}") < GONE:
            if here < AT_ZERO:
                return _shrunk(collapse)
            return tr(
                "The class means of {where} are zero, those of another layer are not: nothing "
                "passes between them.",
                where=_layer_name(p.seen_layer),
            )
        where, count = (
            _layer_name(p.seen_layer),
            seen.value(f"rank {p.seen_layer}"),
        )
        rank = tr("the class means of {where} have rank {count:g}", where=where, count=count)
        if collapse is None:
            return tr("No room for deep neural collapse, d < K: {rank}.", rank=rank)
        above = here - collapse.objective
        near = SAME * collapse.objective
        if above < -near:
            return tr(
                "{above} below deep neural collapse: {rank}, K = {classes}.",
                above=three_digits(-above),
                rank=rank,
                classes=p.classes,
            )
        if above < near:
            least = tr("At the least value") if network.is_linear else tr("At deep neural collapse")
            return f"{least}: {rank}."
        least = tr("the least value") if network.is_linear else tr("deep neural collapse")
        return tr(
            "{above} above {least}: {rank}.", above=three_digits(above), least=least, rank=rank
        )

    def _beginning(self, p: Parameters) -> str:
        solution = p.network.solution
        if p.start == RANDOM:
            return tr("Random features and weights: play, and watch the layers collapse.")
        if solution is None:
            return tr("{network} It starts at random: play.", network=missing(p.network, p.start))
        name = {COLLAPSED: tr("Deep neural collapse"), LOW_RANK: tr("The low-rank solution")}[
            p.start
        ]
        if solution.scale == 0:
            return tr("{name} is zero here: the penalties outweigh the loss.", name=name)
        if p.disturbance == 0:
            return tr(
                "{name}, of rank {rank}: play, and see whether it stays.",
                name=name,
                rank=solution.rank,
            )
        share = three_digits(100 * p.disturbance)
        return tr(
            "{name}, disturbed by {share} %: play, and see whether it comes back.",
            name=name,
            share=share,
        )


def _objective(solution: DeepSolution | None) -> float | None:
    return None if solution is None else solution.objective


def _shrunk(collapse: DeepSolution | None) -> str:
    """Say that all is zero, and whether that is the best there is known."""
    if collapse is not None and collapse.scale > 0:
        cost = three_digits(collapse.objective)
        return tr(
            "All has shrunk to zero, where the objective is 0.5: collapse, at {cost}, is cheaper.",
            cost=cost,
        )
    return tr("All has shrunk to zero: here the penalties hold every layer there.")


def _layer_name(number: int) -> str:
    return tr("layer {number}", number=number) if number else tr("features")


def _size_of(weight: Floats) -> WeightSize:
    values = np.linalg.svd(weight, compute_uv=False)
    square = float((values**2).sum())
    return WeightSize(math.sqrt(square), square / float(values[0]) ** 2 if values[0] else math.nan)


DEEP_FEATURES = DeepFeatureModel()
