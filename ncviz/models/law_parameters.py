"""What one sets of a law of equi-separation that is drawn by hand."""

from dataclasses import dataclass

import numpy as np

from ncviz.language import tr
from ncviz.models.model_parameters import DRAGGED, control, numbers_of
from ncviz.models.optimum import Floats
from ncviz.theory.shared_separation import (
    shared_fuzziness,
)

LEAST, MOST = 1e-6, 1e4  # D


@dataclass(frozen=True)
class Parameters:
    """t, m, D_1, D_m/D_1, who does the work, ε, and what was dragged."""

    layer: float = control(
        1.0,
        tr("The point that is seen, 1 is the input; between two the picture is on its way."),
        symbol="t",
        label=tr("layer"),
        low=1.0,
        high=lambda p: float(p.layers),
    )
    layers: int = control(
        8,
        tr("Points at which D is measured: the input and what each hidden layer makes of it."),
        symbol="m",
        label=tr("points"),
        low=2,
        high=30,
    )
    first: float = control(
        10.0,
        tr("Separation fuzziness of the raw input."),
        symbol="D<sub>1</sub>",
        label=tr("at the input"),
        low=0.1,
        high=100.0,
        logarithmic=True,
    )
    overall: float = control(
        0.01,
        tr("What all layers together leave of D: the product of the ratios of neighbours."),
        symbol="D<sub>m</sub>/D<sub>1</sub>",
        label=tr("overall separation"),
        low=1e-4,
        high=1.0,
        logarithmic=True,
        concept="overall separation",
    )
    bend: float = control(
        0.0,
        tr(
            "Which layers do the work: the first ones below 0, all alike at 0, the last ones above."
        ),
        label=tr("early or late"),
        low=-2.0,
        high=2.0,
        near=(0.0, 0.06),
    )
    error: float = control(
        0.01,
        tr("By so much every layer's ratio is off at once."),
        symbol="ε",
        label=tr("error of every ratio"),
        low=1e-4,
        high=0.1,
        logarithmic=True,
    )
    fuzziness: tuple[float, ...] = control(
        (),
        tr("D of each layer, as it was dragged in the plot; none for the sliders' own."),
        label=tr("Forget what was dragged"),
        editor=DRAGGED,
        live=lambda p: bool(p.fuzziness),
        option="--fuzziness",
        split="commas",
        read=numbers_of("fuzziness"),
        write=lambda value: ",".join(map(repr, value)),
    )

    @property
    def by_hand(self) -> bool:
        """Return whether D was dragged, and not drawn by the sliders."""
        whole = len(self.fuzziness) == self.layers
        return whole and all(LEAST <= value <= MOST for value in self.fuzziness)

    @property
    def values(self) -> Floats:
        """Return D_1 … D_m."""
        if self.by_hand:
            return np.array(self.fuzziness)
        return shared_fuzziness(self.layers, self.first, self.overall, self.bend)
