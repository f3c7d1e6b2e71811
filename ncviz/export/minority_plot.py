"""The minority cosine over R as vector graphics."""

import numpy as np
from matplotlib.axes import Axes

from ncviz.export.plot_axes import curve, name_axes, plain_heights, points_of, prepare
from ncviz.export.ratio_curve import RatioCurve
from ncviz.export.styles import FigureStyle
from ncviz.wording import three_digits

TITLE = "Cosine of minority classifiers"


def draw_minority(axes: Axes, ratio_curve: RatioCurve, style: FigureStyle) -> None:
    """Draw the minority cosine over R, with R₀ and trained runs, as the Theory room has it."""
    theme = style.theme
    low, high = float(ratio_curve.ratios.min()), float(ratio_curve.ratios.max())
    critical = ratio_curve.critical_ratio
    said = [ratio_curve.label] if ratio_curve.label else []
    if low <= critical <= high:
        said.append(f"dashed: R₀ = {three_digits(critical)}")
    said += [
        f"◆ {title}: R = {three_digits(ratio)}, cosine {three_digits(cosine)}"
        for title, ratio, cosine in ratio_curve.points
    ]
    prepare(axes, style, TITLE, "; ".join(said))
    curve(axes, style, ratio_curve.ratios, ratio_curve.cosines, theme.classifier, wide=1.4)
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_ylim(-1.05, 1.05)
    plain_heights(axes)
    name_axes(axes, style, "imbalance ratio R, logarithmic", "cosine")
    axes.set_xlim(low, high)
    decades = [10.0**e for e in range(20) if low <= 10.0**e <= high]
    # So many as there is room for, a width of five figures each.
    step = max(1, round(3.5 * style.small * len(decades) / max(points_of(axes)[0], 1.0)))
    shown = decades[::step]
    axes.set_xticks(shown, [f"{value:g}" for value in shown])
    if low <= critical <= high:
        axes.axvline(
            critical, color=theme.quiet, linewidth=style.line, linestyle=(0, (3, 2)), zorder=1
        )
    if not np.isfinite(ratio_curve.cosines).any():
        axes.text(
            0.5,
            0.5,
            "One minority class has no second one\nto compare with: there is no cosine.",
            transform=axes.transAxes,
            ha="center",
            va="center",
            fontsize=style.small,
            color=theme.text,
        )
    for _, ratio, cosine in ratio_curve.points:
        if low <= ratio <= high and np.isfinite(cosine):
            axes.plot(
                [ratio],
                [cosine],
                "D",
                color=theme.text,
                markeredgecolor=theme.background,
                markeredgewidth=0.5 * style.line,
                markersize=1.5 * style.marker,
                zorder=4,
                clip_on=False,
            )
