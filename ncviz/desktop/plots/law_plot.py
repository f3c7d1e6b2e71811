"""The law of equi-separation over the layers, and how it emerges."""

import html
import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg

from ncviz.counting import EPOCHS
from ncviz.desktop.plots.layers_plot import LayersPlot, dashed, points_trace
from ncviz.desktop.plots.quiet_plot import GAP
from ncviz.desktop.plots.trace import HIDES, Trace
from ncviz.desktop.widgets.linked_label import LinkedLabel
from ncviz.desktop.widgets.teaching import teach
from ncviz.desktop.widgets.words_at import link_at
from ncviz.explorer.answers import NO_LIGHT, Answer, Light, of_law
from ncviz.explorer.explorer import Explorer
from ncviz.geometry.separation import EquiSeparationLaw
from ncviz.scenes.layout import earlier_recorded
from ncviz.scenes.palette import Theme, mix
from ncviz.separation_in_words import halving
from ncviz.wording import correlation, three_digits

NOW, RING = 9, 15  # pixels across a point and the ring about one
MANY = 30  # layers, of which points are drawn smaller
LONGEST = 24  # letters of another run's title
GHOSTS = 7  # earlier epochs that stay visible
LIT = 22  # pixels across the disc behind a layer that is pointed at elsewhere
LEGEND = {
    "now": Answer("Now", meaning="D of each layer at this moment.", action=HIDES),
    "fit": Answer(
        "Fit",
        meaning="The straight line through log D that comes nearest, by least squares.",
        action=HIDES,
    ),
    "earlier": Answer(
        "Earlier moments", meaning="D as it was, the older the fainter.", action=HIDES
    ),
    "other": Answer("The other run", meaning="D of the run on the right.", action=HIDES),
}
RECESS = 12.0  # pixels that the pointer must be nearer to a line to mean it, not a point


class LawPlot(LayersPlot):
    """D over the layers on a logarithmic axis, with the fitted law and earlier epochs."""

    def __init__(self) -> None:
        super().__init__(
            "Separation fuzziness <i>D<sub>t</sub></i> over the layers",
            "D = Tr(SSW SSB⁺), within-class against between-class spread; the law of "
            "equi-separation says D_t ≈ c ρ^t (He & Su, PNAS 2023).",
            ("law", "fuzziness"),
        )
        self._ghosts = [self._ghost() for _ in range(GHOSTS)]
        self._ghost_epochs: tuple[int, ...] = ()
        self.other_line = self.curve("#000000", dash=True, key="other", label="its fit")
        self._other = points_trace(self, "other", "other run", NOW)
        self.line = self.curve("#000000", dash=True, key="fit", label="fit")
        for trace in (self.trace("fit"), self.trace("other"), *self._ghosts):
            trace.recess = RECESS  # the points of this moment are what one reads
        self._other.recess = RECESS / 2
        self.trace("fit").recess = 0.75 * RECESS  # said before what was earlier
        self._ring = points_trace(self, "", "", RING)
        self._ring.item.setBrush(None)
        self._light = NO_LIGHT
        self._lit = points_trace(self, "", "", LIT)  # the layer that is pointed at elsewhere
        self._now = points_trace(self, "now", "now", NOW)
        self.points, self.current = self._now.item, self._ring.item
        self.legend = LinkedLabel()
        self.legend.setProperty("role", "caption")
        self.legend.linkActivated.connect(self.toggle)
        teach(self.legend, lambda point: LEGEND.get(link_at(self.legend, point)))
        self.legend.hide()
        self.layout().insertWidget(2, self.legend)
        self._other_explorer: Explorer | None = None
        self._followed: Explorer | None = None

    def _ghost(self) -> Trace:
        item = pg.PlotCurveItem(connect="finite")
        self.box.addItem(item)
        trace = Trace("earlier", "", item)
        self.traces.append(trace)
        return trace

    def set_theme(self, theme: Theme, text_scale: float = 1.0) -> None:
        super().set_theme(theme, text_scale)
        self.line.setPen(dashed(theme.quiet))
        self.trace("fit").color = self.trace("earlier").color = theme.quiet
        self.points.setBrush(pg.mkBrush(theme.text))
        self.current.setPen(pg.mkPen(theme.accent, width=2))
        self._lit.item.setBrush(pg.mkBrush(mix(theme.surface, theme.accent, 0.45)))
        self.other_line.setPen(dashed(theme.quiet))
        self._other.item.setPen(pg.mkPen(theme.text, width=1))
        self._other.item.setBrush(pg.mkBrush(theme.surface))
        self._color_ghosts()
        self.legend_changed()

    def set_layers(self, names: Sequence[str]) -> None:
        super().set_layers(names)
        many = len(names) > MANY
        for trace, size in ((self._now, NOW), (self._other, NOW), (self._ring, RING)):
            trace.item.setSize(size / 2 if many else size)
        self._show_ghosts((), [])

    def show_law(self, fuzziness: Sequence[float], law: EquiSeparationLaw, layer: int) -> None:
        """Draw D_1 … D_m with their law, and ring the layer in the scene."""
        layers = np.arange(1.0, len(fuzziness) + 1)
        self.include(fuzziness)
        self.place(self._now, layers, layers, fuzziness)
        ring = slice(layer, layer + 1)
        self.place(self._ring, layers[ring], layers[ring], fuzziness[ring])
        self.place(self.trace("fit"), layers, layers, _fitted(law, layers))
        self.light(self._light)
        words = (
            ("rho", f"<i>ρ</i> = <b>{three_digits(law.decay_ratio)}</b>"),
            ("half-life", halving(law.half_life, f"<b>{three_digits(law.half_life)}</b>")),
            ("r", f"<i>r</i> = <b>{correlation(law.pearson_r)}</b>"),
        )
        style = f"color:{self.theme.text};text-decoration:none"
        self.say(" &nbsp; ".join(f'<a href="{k}" style="{style}">{word}</a>' for k, word in words))

    def place_of_moment(self) -> float | None:
        return float(self._ring.places[0]) if len(self._ring.places) else None

    def answer_of(self, key: str) -> Answer | None:
        return None if self._followed is None or not key else of_law(self._followed, key)

    def light(self, light: Light) -> None:
        self._light = light
        layer, values = light.layer, self._now.values
        there = layer is not None and layer < len(values)
        one = slice(layer, layer + 1) if there else slice(0, 0)
        self.place(self._lit, self._now.across[one], self._now.places[one], values[one])

    def follow_run(self, explorer: Explorer) -> None:
        super().follow_run(explorer)
        self._followed = explorer
        self.legend.show()
        self.legend_changed()

    def follow_moment(self, explorer: Explorer) -> None:
        law = explorer.law()
        if explorer.run is None or explorer.series is None or law is None:
            return
        epoch = explorer.nearest_epoch
        self.show_law(explorer.series.fuzziness(epoch), law, explorer.view.layer)
        epochs = explorer.run.epochs
        before = earlier_recorded(epochs, epoch, GHOSTS)
        earlier = tuple(e for e in before if explorer.series.has(e))
        if earlier != self._ghost_epochs:
            self._show_ghosts(earlier, [explorer.series.fuzziness(e) for e in earlier])
        self._show_other(explorer)

    def follow_other(self, explorer: Explorer | None) -> None:
        self._other_explorer = explorer
        if explorer is None:
            empty = np.empty(0)
            for key in (self._other, next(t for t in self.traces if t.item is self.other_line)):
                self.place(key, empty, empty, empty)
        elif self._followed is not None:
            self._show_other(self._followed)
        self.legend_changed()

    def _show_other(self, explorer: Explorer) -> None:
        other = self._other_explorer
        if other is None or other.series is None:
            return
        epoch = other.nearest_epoch
        fuzziness = other.series.fuzziness(epoch)
        layers = np.arange(1.0, len(fuzziness) + 1)
        law = other.series.law(epoch)
        self.make_room([layer.name for layer in other.run.manifest.layers])
        self.include(fuzziness)
        self.place(self._other, layers, layers, fuzziness)
        line = next(t for t in self.traces if t.item is self.other_line)
        self.place(line, layers, layers, _fitted(law, layers))

    def _show_ghosts(self, epochs: tuple[int, ...], rows: list[list[float]]) -> None:
        self._ghost_epochs = epochs
        moment = EPOCHS.moment if self._followed is None else self._followed.run.counting.moment
        empty = np.empty(0)
        unused = len(self._ghosts) - len(epochs)
        for number, trace in enumerate(self._ghosts):
            known = number >= unused
            values = np.asarray(rows[number - unused]) if known else empty
            layers = np.arange(1.0, len(values) + 1)
            trace.label = moment(epochs[number - unused]) if known else ""
            self.place(trace, layers, layers, values)

    def _color_ghosts(self) -> None:
        """Let the older ones fade."""
        for number, trace in enumerate(self._ghosts):
            share = 0.25 + 0.6 * number / (GHOSTS - 1)
            trace.item.setPen(pg.mkPen(mix(self.theme.surface, self.theme.quiet, share), width=1))

    def legend_changed(self) -> None:
        fit, earlier = self.trace("fit"), self._ghosts[0]
        words = [
            self._named(self._now, "● now"),
            self._named(fit, "┄ fit"),
            self._named(earlier, "— earlier"),
        ]
        if self._other_explorer is not None and self._other_explorer.run is not None:
            title = self._other_explorer.run.manifest.title
            title = html.escape(title if len(title) <= LONGEST else f"{title[:LONGEST]}…")
            words.append(self._named(self._other, f"○ {title}"))
        self.legend.setText(GAP.join(words))

    def _named(self, trace: Trace, name: str) -> str:
        color = self.theme.quiet
        text = name if trace.shown else f"<s>{name}</s>"
        return f'<a href="{trace.key}" style="color:{color};text-decoration:none">{text}</a>'


def _fitted(law: EquiSeparationLaw, layers: np.ndarray) -> np.ndarray:
    fitted = math.isfinite(law.decay_ratio) and law.decay_ratio > 0
    return law.predict(layers) if fitted else np.full_like(layers, np.nan)
