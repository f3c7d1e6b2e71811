"""The minority cosine over R as vector graphics."""

import textwrap

import numpy as np
from matplotlib.axes import Axes

from ncviz.export.plot_axes import beside, curve, name_axes, plain_heights, prepare
from ncviz.export.ratio_curve import RatioCurve
from ncviz.export.styles import FigureStyle
from ncviz.wording import three_digits

LONGEST_LINE = 24  # letters of the title beside a point


def draw_minority(axes: Axes, ratio_curve: RatioCurve, style: FigureStyle) -> None:
    """Draw the minority cosine over R, with R₀ and trained runs."""
    theme = style.theme
    prepare(axes, style, "Minority cosine")
    curve(axes, style, ratio_curve.ratios, ratio_curve.cosines, theme.text)
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_ylim(-0.55, 1.08)
    plain_heights(axes)
    label = f"   ({ratio_curve.label})" if ratio_curve.label else ""
    name_axes(axes, style, f"imbalance R{label}")
    critical = ratio_curve.critical_ratio
    low, high = float(ratio_curve.ratios.min()), float(ratio_curve.ratios.max())
    axes.set_xlim(low, high)
    decades = [10.0**e for e in range(20) if low <= 10.0**e <= high]
    axes.set_xticks(decades, [f"{value:g}" for value in decades])
    if low <= critical <= high:
        axes.axvline(critical, color=theme.classifier, linewidth=style.line, linestyle=(0, (3, 2)))
        beside(axes, style, f"R₀ = {three_digits(critical)}", critical, y=0.06)
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
    for title, ratio, cosine in ratio_curve.points:
        axes.plot([ratio], [cosine], "o", color=theme.classifier, markersize=1.3 * style.marker)
        share = np.log(ratio / low) / np.log(high / low)
        axes.annotate(
            _in_lines(title),
            (ratio, cosine),
            (0, -0.7 * style.size),
            textcoords="offset points",
            fontsize=style.small,
            color=theme.quiet,
            ha="center" if 0.2 < share < 0.78 else "right" if share > 0.5 else "left",
            va="top",
            parse_math=False,
        )


def _in_lines(title: str) -> str:
    """Return a title of a run in short lines, broken between its parts."""
    lines: list[str] = []
    for part in title.split(" · "):
        whole = f"{lines[-1]} · {part}" if lines else part
        if lines and len(whole) <= LONGEST_LINE:
            lines[-1] = whole
        else:
            lines += textwrap.wrap(part, LONGEST_LINE)
    return "\n".join(lines)
