"""Separation fuzziness over the epochs, one curve a layer."""

import html
import math

from ncviz.desktop.plots.epoch_plot import EpochPlot, Line
from ncviz.explorer.explorer import Explorer
from ncviz.runs.layer_names import tick_names, with_symbol
from ncviz.scenes.palette import mix

MOST_NAMED = 20  # layers in a legend; of more every n-th


class LayersOverEpochs(EpochPlot):
    """D over the epochs, one line a layer; the layer in the scene is strong."""

    def __init__(self) -> None:
        super().__init__(
            "Separation fuzziness <i>D</i> of each layer",
            "D = Tr(SSW SSB⁺) of each layer over the training; the layer in the scene is strong "
            "(He & Su, PNAS 2023).",
            (),
            ("fuzziness", "law"),
            up="D",
        )

    def lines_for(self, explorer: Explorer) -> tuple[Line, ...]:
        if explorer.run is None:
            return ()
        layers = [layer.name for layer in explorer.run.manifest.layers]
        chosen = explorer.view.layer % len(layers)
        return tuple(self._line(number, layers, chosen) for number in range(len(layers)))

    def _line(self, number: int, names: list[str], chosen: int) -> Line:
        strong = number == chosen
        share = 0.3 + 0.7 * number / max(1, len(names) - 1)
        color = self.theme.accent if strong else mix(self.theme.line, self.theme.quiet, share)
        label = html.escape(with_symbol(names, number)).replace(" ", "&nbsp;")
        short = label if strong else html.escape(tick_names(names)[number])
        return Line(
            str(number),
            label,
            color,
            read=lambda series: series.fuzziness_of_layers()[:, number],
            short=short,
            strong=strong,
            swatch=not strong,
            silent=not strong,
            unnamed=not strong and number % math.ceil(len(names) / MOST_NAMED) > 0,
            concept="D",
            layer=number,
        )
