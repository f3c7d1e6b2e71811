"""The law for each class, and on train and test data."""

import html
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt

from ncviz.charts.classes import CLASSES
from ncviz.charts.measured import HELD_OUT
from ncviz.desktop.plots.layers_plot import LayersPlot, points_trace
from ncviz.desktop.plots.quiet_plot import GAP
from ncviz.desktop.plots.trace import HIDES, Trace
from ncviz.explorer.answers import Answer, about, facts_of
from ncviz.explorer.explorer import Explorer
from ncviz.geometry.separation import fit_law
from ncviz.scenes.palette import Theme, class_color, readable
from ncviz.scenes.view import View
from ncviz.wording import three_digits

STRONG = 3  # pixels of a line that is pointed at
NAMED = 6  # so many classes are named with their numbers, more only under the pointer


def visible_classes(view: View, classes: int) -> tuple[int, ...]:
    """Return the classes that the scene shows and the legend does not hide."""
    return view.visible_classes(classes)


class ClassLawPlot(LayersPlot):
    """D over the layers for each class that is shown, in its hue."""

    extras = (CLASSES,)

    def __init__(self) -> None:
        super().__init__(
            "<i>D<sub>t</sub></i> of each class over the layers",
            "The separation fuzziness restricted to one class; the law holds for each of them "
            "(He & Su, PNAS 2023).",
            ("class law", "law"),
            "D of a class",
        )
        self.lines: dict[int, Trace] = {}
        self._names: tuple[str, ...] = ()
        self._explorer: Explorer | None = None

    def follow_run(self, explorer: Explorer) -> None:
        for trace in self.lines.values():
            self.box.removeItem(trace.item)
            self.traces.remove(trace)
        self.lines.clear()
        self._explorer = explorer
        if explorer.run is not None:
            self._names = explorer.run.manifest.class_names
        super().follow_run(explorer)

    def heights_at(self, explorer: Explorer, epoch: int) -> Sequence[float]:
        return explorer.series.measured(CLASSES, epoch).ravel()

    def follow_moment(self, explorer: Explorer) -> None:
        if explorer.run is None or explorer.series is None:
            return
        table = explorer.series.measured(CLASSES, explorer.nearest_epoch)
        layers = np.arange(1.0, len(table) + 1)
        shown = visible_classes(explorer.view, len(self._names))
        words = []
        for number in sorted({*shown, *self.lines}):
            trace = self.lines.get(number) or self._add(number)
            seen = number in shown
            self._color(trace, class_color(number, self.theme, explorer.view.palette))
            trace.item.setVisible(seen and trace.shown)
            self.place(
                trace, layers, layers, table[:, number] if seen else table[:, number] * np.nan
            )
            if seen:
                self.include(table[:, number])
            if seen and len(shown) <= NAMED:
                ratio = three_digits(fit_law(table[:, number]).decay_ratio)
                words.append(f"{self.word(trace)}&nbsp;<b>{ratio}</b>")
        self.say("<i>ρ</i> of " + GAP.join(words) if words else "")
        self.numbers.setVisible(bool(words))  # no empty line over many classes

    def answer_of(self, key: str) -> Answer | None:
        if not key or self._explorer is None or self._explorer.run is None:
            return None
        number = int(key)
        ratio = fit_law(self.lines[number].values).decay_ratio
        facts, name = facts_of(self._explorer), self._names[number]
        return about("rho", ratio, facts, title=f"ρ of {name}", action=HIDES, classes=(number,))

    def _add(self, number: int) -> Trace:
        item = pg.PlotCurveItem(connect="finite")
        self.box.addItem(item)
        name = html.escape(self._names[number]).replace(" ", "&nbsp;")
        trace = Trace(str(number), name, item, "", swatch=True)
        self.lines[number] = trace
        self.traces.append(trace)
        return trace

    def _color(self, trace: Trace, color: str) -> None:
        if color != trace.color:
            trace.color = color
            trace.item.setPen(pg.mkPen(self._pen_color(trace), width=1))

    def _pen_color(self, trace: Trace) -> str:
        return readable(trace.color, self.theme.surface)

    def set_theme(self, theme: Theme, text_scale: float = 1.0) -> None:
        super().set_theme(theme, text_scale)
        for trace in self.lines.values():
            if trace.color:
                trace.item.setPen(pg.mkPen(self._pen_color(trace), width=1))

    def point_at(self, classes: tuple[int, ...]) -> None:
        for number, trace in self.lines.items():
            width = STRONG if number in classes else 1
            trace.item.setPen(pg.mkPen(self._pen_color(trace), width=width))
            trace.item.setZValue(1 if number in classes else 0)

    def toggle(self, key: str) -> None:
        super().toggle(key)
        self.say(_struck(self.numbers.text(), self.trace(key), self))


def _struck(text: str, trace: Trace, plot: LayersPlot) -> str:
    """Return the legend with one word written anew."""
    start = text.index(f'<a href="{trace.key}"')
    end = text.index("</a>", start) + len("</a>")
    return text[:start] + plot.word(trace) + text[end:]


class SplitLawPlot(LayersPlot):
    """D over the layers on the training images and on held-out ones."""

    extras = (HELD_OUT,)

    def __init__(self) -> None:
        super().__init__(
            "<i>D<sub>t</sub></i> on train and test data",
            "The same network on images that it was not trained on (He & Su, PNAS 2023).",
            ("held out", "law"),
        )
        self.fits = {split: self._line(split) for split in ("train", "test")}
        self.points = {split: points_trace(self, split, split, 9) for split in ("train", "test")}
        self._explorer: Explorer | None = None

    def _line(self, split: str) -> Trace:
        self.curve("#000000", dash=True, key=split, label=f"fit {split}")
        return self.traces[-1]

    def set_theme(self, theme: Theme, text_scale: float = 1.0) -> None:
        super().set_theme(theme, text_scale)
        for split, color in (("train", theme.text), ("test", theme.quiet)):
            pen = pg.mkPen(color, width=1, style=Qt.PenStyle.DashLine)
            self.fits[split].item.setPen(pen)
            self.points[split].color = color
            self.points[split].item.setPen(pg.mkPen(color, width=1.5))
        self.points["train"].item.setBrush(pg.mkBrush(theme.text))
        self.points["test"].item.setBrush(pg.mkBrush(theme.surface))

    def follow_run(self, explorer: Explorer) -> None:
        self._explorer = explorer
        super().follow_run(explorer)

    def answer_of(self, key: str) -> Answer | None:
        if not key or self._explorer is None or self._explorer.run is None:
            return None
        ratio = fit_law(self.points[key].values).decay_ratio
        title = f"ρ on {'training' if key == 'train' else 'held-out'} samples"
        return about("rho", ratio, facts_of(self._explorer), title=title, action=HIDES)

    def heights_at(self, explorer: Explorer, epoch: int) -> Sequence[float]:
        held_out = explorer.series.measured(HELD_OUT, epoch)
        return [*explorer.series.fuzziness(epoch), *held_out.fuzziness]

    def follow_moment(self, explorer: Explorer) -> None:
        if explorer.run is None or explorer.series is None:
            return
        epoch = explorer.nearest_epoch
        both = {
            "train": explorer.series.fuzziness(epoch),
            "test": explorer.series.measured(HELD_OUT, epoch).fuzziness,
        }
        words = []
        for split, values in both.items():
            law = fit_law(values)
            layers = np.arange(1.0, len(values) + 1)
            self.include(values)
            self.place(self.points[split], layers, layers, values)
            self.place(self.fits[split], layers, layers, law.predict(layers))
            sign = "●" if split == "train" else "○"
            ratio = three_digits(law.decay_ratio)
            words.append(
                f"{sign}&nbsp;{self.word(self.points[split])}&nbsp;<i>ρ</i>&nbsp;<b>{ratio}</b>"
            )
        self.say(GAP.join(words))

    def toggle(self, key: str) -> None:
        super().toggle(key)
        self.say(_struck(self.numbers.text(), self.points[key], self))
