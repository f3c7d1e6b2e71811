"""Features of a deep linear network at the weights of least norm: exact, layer by layer.

A network f(x) = W_L … W_1 x without nonlinearity fits one-hot labels Y = f(X). Of all
weights that do, balanced ones of least norm have aligned singular vectors and share the
singular values of W_L … W_1 = Y X⁺ = U Σ Vᵀ evenly, Σ^{1/L} each. Gradient descent from
small orthogonal weights ε Q_l comes near them, and leaves ε where the labels do not
reach. So after l < L layers the inner product of two features is

    ⟨h_l(x), h_l(x')⟩ = xᵀ ( V Σ^{2l/L} Vᵀ + ε^{2l} (I − V Vᵀ) ) x'.

Within a class all features agree along V, so that C_l = Tr Σ_W / Tr Σ_B falls by the
factor ε² at each layer, but for what the class means gain; and the cosines of two class
means go from what they are at the input towards 0 about evenly with the layer, so that
D_l = 1 − max cos rises about linearly.

Wang, Li, Yaras, Zhu, Balzano, Hu, Qu, "Understanding deep representation learning via
layerwise feature compression and discrimination", arXiv 2311.02960.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.language import tr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TILT = 0.1  # of a sample's own share: with none of it the class means tell nothing of the samples


@dataclass(frozen=True)
class DeepLinearNetwork:
    """Nearly orthogonal inputs of equal classes, and a linear network that fits their labels.

    Parameters
    ----------
    classes : int
        K, at least 2.
    samples : int
        n of each class, at least 2.
    depth : int
        Weight matrices L, at least 2.
    scale : float
        ε, of the orthogonal weights at the start, above 0 and at most 1.
    overlap : float
        Share of an input that all samples have in common, from 0 to below 1.
    class_share : float
        Share of the rest that the samples of a class have in common, above 0 and at most 1.
    seed : int

    Raises
    ------
    UserError
        If a value is outside its range.
    """

    classes: int = 4
    samples: int = 10
    depth: int = 7
    scale: float = 0.3
    overlap: float = 0.3
    class_share: float = 0.2
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("classes", "samples", "depth"):
            if getattr(self, name) < 2:
                raise UserError(
                    tr(
                        "There are {value} {name}: give 2 or more.",
                        value=getattr(self, name),
                        name=name,
                    )
                )
        if not 0 < self.scale <= 1:
            raise UserError(
                tr("The scale is {scale:g}: give a number above 0, at most 1.", scale=self.scale)
            )
        if not (0 <= self.overlap < 1 and 0 < self.class_share <= 1):
            raise UserError(
                tr(
                    "The shares {overlap:g} and {class_share:g} cannot be: give numbers "
                    "from 0 to below 1, and above 0 to 1.",
                    overlap=self.overlap,
                    class_share=self.class_share,
                )
            )

    @property
    def dimension(self) -> int:
        """Dimensions of the input: one for each sample, one for each class, and one for all."""
        return self.classes * (self.samples + 1) + 1

    @cached_property
    def labels(self) -> Ints:
        """Class of each sample, shape (N,)."""
        return np.repeat(np.arange(self.classes), self.samples)

    @cached_property
    def inputs(self) -> Floats:
        """Inputs of length about 1, shape (N, dimension).

        What all share, what a class shares, and what is a sample's own: a direction that no other
        has, but for the share `TILT` of its square, which points among the classes.
        """
        K, labels = self.classes, self.labels
        theirs = 1 - self.overlap
        parts = self.overlap, theirs * self.class_share, theirs * (1 - self.class_share)
        of_all, of_class, own = np.sqrt(parts)
        found = np.zeros((len(labels), self.dimension))
        found[:, 0] = of_all
        found[np.arange(len(labels)), 1 + labels] = of_class
        among = np.random.default_rng(self.seed).normal(size=(len(labels), K))
        found[:, 1 : 1 + K] += own * np.sqrt(TILT / K) * among
        found[np.arange(len(labels)), 1 + K + np.arange(len(labels))] = own * np.sqrt(1 - TILT)
        return found

    @cached_property
    def _map(self) -> tuple[Floats, Floats, Floats]:
        """Return Σ, shape (K,), what of the inputs lies along V, (N, K), and the rest."""
        X, Y = self.inputs, np.eye(self.classes)[self.labels]
        whole = np.linalg.solve(X @ X.T, Y).T @ X  # Y X⁺
        turned, values, rows = np.linalg.svd(whole, full_matrices=False)
        # Σ VᵀX = UᵀY: said by the labels, it is the same within a class to the last digit.
        along = (turned / values)[self.labels]
        return values, along, X - along @ rows

    @property
    def singular_values(self) -> Floats:
        """Singular values of the whole map W_L … W_1, shape (K,)."""
        return self._map[0]

    def features(self, layer: float) -> Floats:
        """Return features after l layers, up to a rotation, shape (N, dimension + K).

        Parameters
        ----------
        layer : float
            From 0, the input, to L − 1; between two layers exponents are interpolated.
        """
        values, along, rest = self._map
        return np.hstack([along * values ** (layer / self.depth), rest * self.scale**layer])

    def compression_at(self, layer: float) -> float:
        """Return C = Tr Σ_W / Tr Σ_B after l layers, between two as `features` has it.

        All spread within the classes is of what the labels do not reach: taken alone it keeps
        its digits, where a difference of features would leave nothing but rounding.
        """
        values, along, rest = self._map
        left = float(self.scale ** (2 * layer))
        within, apart = _spreads(rest, self.labels)
        between = _between(along[:: self.samples] * values ** (layer / self.depth))
        return within * left / (between + apart * left)

    @cached_property
    def compression(self) -> Floats:
        """C_0 … C_{L−1} = Tr Σ_W / Tr Σ_B, shape (L,)."""
        return np.array([self.compression_at(layer) for layer in range(self.depth)])

    @cached_property
    def discrimination(self) -> Floats:
        """D_0 … D_{L−1} = 1 − max over k≠k' of cos(μ_k, μ_k'), shape (L,)."""
        features = map(self.features, range(self.depth))
        return np.array([discrimination_of(f, self.labels) for f in features])


def class_means(features: Floats, labels: Ints) -> Floats:
    """Return the class means of classes of one size, in their order, shape (K, d)."""
    found: Floats = features.reshape(int(labels.max()) + 1, -1, features.shape[1]).mean(axis=1)
    return found


def compression_of(features: Floats, labels: Ints) -> float:
    """Return C = Tr Σ_W / Tr Σ_B of classes of one size."""
    within, between = _spreads(features, labels)
    return within / between


def _spreads(features: Floats, labels: Ints) -> tuple[float, float]:
    """Return Tr Σ_W and Tr Σ_B."""
    means = class_means(features, labels)
    return float(((features - means[labels]) ** 2).sum()) / len(labels), _between(means)


def _between(means: Floats) -> float:
    return float(((means - means.mean(axis=0)) ** 2).sum()) / len(means)


def discrimination_of(features: Floats, labels: Ints) -> float:
    """Return D = 1 − the largest cosine of two class means, not centred."""
    means = class_means(features, labels)
    unit = means / np.linalg.norm(means, axis=1, keepdims=True)
    cosines = unit @ unit.T
    return 1.0 - float(cosines[~np.eye(len(means), dtype=bool)].max())
