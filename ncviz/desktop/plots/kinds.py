"""The plots that there are, in one table."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg

from ncviz.charts.measured import DIRECTIONS, GROUPS, HELD_OUT
from ncviz.desktop.plots.class_law_plot import (
    STRONG,
    ClassLawPlot,
    SplitLawPlot,
    visible_classes,
)
from ncviz.desktop.plots.cosine_matrix import CosineMatrix
from ncviz.desktop.plots.epoch_plot import EpochPlot, Line
from ncviz.desktop.plots.law_plot import LawPlot
from ncviz.desktop.plots.layers_over_epochs import LayersOverEpochs
from ncviz.desktop.plots.loss_plot import LossPlot
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.series import EpochSeries
from ncviz.runs.directions import class_groups, telling_plots
from ncviz.runs.run import Run
from ncviz.scenes.palette import THEMES, class_color


def collapse_plot() -> EpochPlot:
    """Return the plot of NC1–NC4 over training."""
    return EpochPlot(
        "Neural collapse NC1–NC4 over training",
        "NC1 Tr(Σ_W Σ_B⁺)/K; NC2 spread of the means' norms, and mean distance of their cosines "
        "from −1/(K−1); NC3 squared distance between classifier and means; NC4 share of samples "
        "where classifier and nearest mean disagree (Papyan, Han, Donoho, PNAS 2020).",
        (
            Line("nc1", "NC1", "text", concept="NC1"),
            Line("nc2_equinorm_means", "NC2&nbsp;norms", "means", concept="NC2 norms"),
            Line(
                "nc2_equiangular_means",
                "NC2&nbsp;angles",
                "means",
                dash=True,
                concept="NC2 angles",
            ),
            Line("nc3", "NC3", "classifier", dots=True, concept="NC3"),
            Line("nc4", "NC4", "quiet", dash=True, concept="NC4"),
        ),
        ("nc1", "nc2 norms", "nc2 angles", "nc3", "nc4"),
        up="NC1–NC4",
    )


def split_plot() -> EpochPlot:
    """Return the plot of NC1 and CDNV on train and test data over epochs."""
    return EpochPlot(
        "NC1 and CDNV, train against test",
        "Variability within classes on the training images and on held-out ones: NC1 (Papyan, "
        "Han, Donoho, PNAS 2020) and CDNV (Galanti, György, Hutter, ICLR 2022).",
        (
            Line("nc1", "NC1", "text", concept="NC1"),
            Line("test_nc1", "test&nbsp;NC1", "quiet", read=_held_out("nc1"), concept="NC1"),
            Line("cdnv", "CDNV", "text", dash=True, read=_cdnv, concept="CDNV"),
            Line(
                "test_cdnv",
                "test&nbsp;CDNV",
                "quiet",
                dash=True,
                read=_held_out("cdnv"),
                concept="CDNV",
            ),
        ),
        ("nc1", "cdnv", "held out"),
        extras=(HELD_OUT,),
        up="NC1, CDNV",
    )


def angles_plot() -> EpochPlot:
    """Return the plot of the cosines between classes over epochs."""
    lines = [
        Line(
            "ideal",
            "−1/(<i>K</i>−1)",
            "etf",
            dash=True,
            read=_ideal,
            silent=True,
            concept="simplex ETF",
        ),
        *_spread_lines("means", "means", "means_cosines"),
        *_spread_lines("classifier", "classifier", "classifier_cosines"),
    ]
    return EpochPlot(
        "Cosines between classes over training",
        "Least, mean and largest cosine between two class means and between two classifier "
        "rows; all are −1/(K−1) in a simplex ETF (Papyan, Han, Donoho, PNAS 2020).",
        tuple(lines),
        ("cosines", "simplex etf", "nc2 angles"),
        logarithmic=False,
        extras=(DIRECTIONS,),
        up="cosine",
    )


def _spread_lines(label: str, color: str, field: str) -> list[Line]:
    least, mean, most = (_spread(field, which) for which in range(3))
    of = "class means" if label == "means" else "classifiers"

    def line(key: str, words: str, read: Reader, short: str, pair: str) -> Line:
        return Line(
            key,
            words,
            color,
            bool(short),
            read=read,
            short=short,
            concept="cosine",
            facts={"pair": pair},
        )

    far, near = f"The two {of} farthest apart", f"The two {of} closest together"
    return [
        line(label, label, mean, "", f"By the mean cosine of all pairs, two {of}"),
        line(f"least {label}", f"{label},&nbsp;least", least, "least", far),
        line(f"most {label}", f"{label},&nbsp;largest", most, "largest", near),
    ]


def groups_plot() -> EpochPlot:
    """Return the plot of the cosines within minority and majority classes over epochs."""
    return EpochPlot(
        "Cosines of minority and majority",
        "Mean cosine between two classes of a group; 1 between minority classifiers means "
        "Minority Collapse (Fang, He, Long, Su, PNAS 2021).",
        (
            Line(
                "minority",
                "minority&nbsp;classifiers",
                "classifier",
                read=_group("minority_cosine"),
                concept="minority cosine",
            ),
            Line(
                "majority",
                "majority&nbsp;classifiers",
                "classifier",
                dash=True,
                read=_group("majority_cosine"),
                concept="cosine",
                facts={"pair": "By the mean cosine of all pairs, two majority classifiers"},
            ),
            Line(
                "means",
                "minority&nbsp;means",
                "means",
                read=_group("minority_means_cosine"),
                concept="cosine",
                facts={"pair": "By the mean cosine of all pairs, two minority means"},
            ),
            Line(
                "majority_means",
                "majority&nbsp;means",
                "means",
                dash=True,
                read=_group("majority_means_cosine"),
                concept="cosine",
                facts={"pair": "By the mean cosine of all pairs, two majority means"},
            ),
        ),
        ("minority", "cosines"),
        logarithmic=False,
        extras=(GROUPS,),
        up="mean cosine",
    )


def group_fuzziness_plot() -> EpochPlot:
    """Return the plot of D within minority and majority classes over epochs."""
    return EpochPlot(
        "<i>D</i> of minority and majority",
        "Mean of the classes' own separation fuzziness in the last layer (He & Su, PNAS 2023).",
        (
            Line(
                "minority",
                "minority",
                "text",
                read=_group("minority_fuzziness"),
                concept="D of classes",
            ),
            Line(
                "majority",
                "majority",
                "quiet",
                dash=True,
                read=_group("majority_fuzziness"),
                concept="D of classes",
            ),
        ),
        ("class law", "fuzziness"),
        extras=(GROUPS,),
        up="mean D",
    )


class NormsPlot(EpochPlot):
    """Each class's norms over their mean: means solid, classifiers dashed, in its hue."""

    def __init__(self) -> None:
        super().__init__(
            "Norms of means and classifiers",
            "Norm of each class mean (solid) and classifier row (dashed) over the mean norm; all "
            "are 1 in a simplex ETF (Papyan, Han, Donoho, PNAS 2020).",
            (),
            ("norms", "nc2 norms"),
            logarithmic=False,
            extras=(DIRECTIONS,),
            up="norm over mean",
        )

    def point_at(self, classes: tuple[int, ...]) -> None:
        for trace in self.traces:
            strong = int(trace.key[1:]) in classes
            pen = pg.mkPen(trace.item.opts["pen"])
            pen.setWidth(STRONG if strong else 1)
            trace.item.setPen(pen)
            trace.item.setZValue(1 if strong else 0)

    def lines_for(self, explorer: Explorer) -> tuple[Line, ...]:
        if explorer.run is None:
            return ()
        names = explorer.run.manifest.class_names
        lines = []
        for number in visible_classes(explorer.view, len(names)):
            name = html.escape(names[number]).replace(" ", "&nbsp;")
            color = class_color(number, THEMES[explorer.view.theme], explorer.view.palette)
            of = {"of": (names[number],)}
            lines.append(
                Line(
                    f"m{number}",
                    name,
                    color,
                    read=_norm("means", number),
                    swatch=True,
                    concept="norm",
                    facts={**of, "what": "class mean"},
                    classes=(number,),
                )
            )
            lines.append(
                Line(
                    f"w{number}",
                    f"{name}&nbsp;classifier",
                    color,
                    dash=True,
                    read=_norm("classifier", number),
                    short="┄",
                    silent=True,
                    concept="norm",
                    facts={**of, "what": "classifier"},
                    classes=(number,),
                )
            )
        return tuple(lines)


# Readers of a series: values over its epochs, NaN where there is none yet.

Reader = Callable[[EpochSeries], np.ndarray]


def _cdnv(series: EpochSeries) -> list[float]:
    return series.collapse("cdnv")


def _held_out(field: str) -> Reader:
    return lambda series: series.measured_over_epochs(HELD_OUT, lambda value: getattr(value, field))


def _group(field: str) -> Reader:
    return lambda series: series.measured_over_epochs(GROUPS, lambda value: getattr(value, field))


def _spread(field: str, which: int) -> Reader:
    return lambda series: series.measured_over_epochs(
        DIRECTIONS, lambda value: getattr(value, field)[which]
    )


def _norm(kind: str, number: int) -> Reader:
    return lambda series: series.measured_over_epochs(
        DIRECTIONS, lambda value: float(getattr(value, f"{kind}_norms")[number])
    )


def _ideal(series: EpochSeries) -> np.ndarray:
    return np.full(len(series.epochs), -1 / (series.run.manifest.classes - 1))


# The table


def _always(_run: Run) -> bool:
    return True


def _is_imbalanced(run: Run) -> bool:
    return bool(class_groups(run)[1])


def _has_test(run: Run) -> bool:
    return run.snapshot(run.epochs[0]).statistics(0, "test") is not None


@dataclass(frozen=True)
class Kind:
    """A plot that a column can hold.

    Parameters
    ----------
    title : str
        In the menu, where no mathematics can be typeset.
    make : callable
        Makes the plot.
    applies : callable
        Tells whether a run has what it shows.
    """

    title: str
    make: Callable[[], PlotFrame]
    applies: Callable[[Run], bool] = _always


KINDS: Mapping[str, Kind] = {
    "law": Kind("Law over layers", LawPlot),
    "collapse": Kind("NC1–NC4, last layer", collapse_plot),
    "matrix": Kind("Cosine matrix", CosineMatrix),
    "loss": Kind("Loss and error", LossPlot),
    "layers": Kind("D over training", LayersOverEpochs),
    "classes": Kind("Law of each class", ClassLawPlot),
    "splits": Kind("Law, train and test", SplitLawPlot, _has_test),
    "split collapse": Kind("NC1, train and test", split_plot, _has_test),
    "norms": Kind("Norms, last layer", NormsPlot),
    "angles": Kind("Cosines, last layer", angles_plot),
    "groups": Kind("Minority cosines", groups_plot, _is_imbalanced),
    "group fuzziness": Kind("Minority and majority D", group_fuzziness_plot, _is_imbalanced),
}
DEFAULT = ("law", "collapse", "matrix")


def default_layout(run: Run | None) -> tuple[str, ...]:
    """Return the plots to show first of a run: those of the minority where it has one."""
    return DEFAULT if run is None else telling_plots(run)
