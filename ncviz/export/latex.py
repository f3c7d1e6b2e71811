"""Metrics as a LaTeX table with booktabs."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ncviz.counting import EPOCHS, Counting
from ncviz.metrics.metric import metrics

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "·": r"\textperiodcentered{}",
}


def metrics_latex(
    rows: Sequence[Mapping[str, Any]], title: str, said: str, counting: Counting = EPOCHS
) -> str:
    r"""Return metrics as LaTeX source, one table an epoch and split.

    Parameters
    ----------
    rows : sequence of mapping
        As `metric_rows` gives them.
    title : str
        Of the run.
    said : str
        How it was made; written as comments at the top.
    counting : Counting
        What the run counts.

    Returns
    -------
    str
        Needs `\usepackage{booktabs}`.
    """
    lines = ["% Needs \\usepackage{booktabs}.", *(f"% {line}" for line in said.splitlines())]
    groups: dict[tuple[float, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row[counting.unit], row["split"]), []).append(row)
    for (value, split), group in groups.items():
        moment = counting.named(counting.number(value))
        lines += ["", *_table(group, title, moment, split)]
    return "\n".join(lines) + "\n"


def _table(rows: Sequence[Mapping[str, Any]], title: str, moment: str, split: str) -> list[str]:
    headed = (metric for metric in metrics().values() if metric.latex)
    numbers = [metric for metric in headed if any(row[metric.name] is not None for row in rows)]
    kept = [("layer", "Layer"), *((metric.name, metric.latex) for metric in numbers)]
    law = rows[0]
    told = ((r"\rho", "rho", 3), ("r", "pearson_r", 4))
    fit = [
        f"${sign} = {_number(law[key], digits)}$"
        for sign, key, digits in told
        if _is_known(law[key])
    ]
    # Of one layer there is no law.
    caption = f"{escaped(title)}, {moment}, {split} samples{': ' if fit else ''}{', '.join(fit)}."
    body = [
        " & ".join(
            escaped(str(row[name])) if name == "layer" else _cell(row[name]) for name, _ in kept
        )
        + r" \\"
        for row in rows
    ]
    return [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{caption}}}",
        rf"\begin{{tabular}}{{l{'r' * (len(kept) - 1)}}}",
        r"\toprule",
        " & ".join(heading for _, heading in kept) + r" \\",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]


def _is_known(value: float | Mapping[str, Any] | None) -> bool:
    number = value["mean"] if isinstance(value, Mapping) else value
    return number is not None and not math.isnan(number)


def _cell(value: float | Mapping[str, Any] | None) -> str:
    return "--" if value is None else f"${_number(value)}$"


def _number(value: float | Mapping[str, Any] | None, digits: int = 3) -> str:
    """Return a number; of repeats the mean, with the standard deviation where there is one."""
    if not isinstance(value, Mapping):
        return latex_number(value, digits)
    spread = rf" \pm {latex_number(value['std'], 2)}" if value["std"] is not None else ""
    return latex_number(value["mean"], digits) + spread


def latex_number(value: float | None, digits: int = 3) -> str:
    """Return a number as LaTeX mathematics with so many significant digits."""
    if value is None or not math.isfinite(value):
        return r"\mathrm{-}" if value is None or math.isnan(value) else r"\infty"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.{digits}g}" if abs(value) < 1000 else f"{value:.0f}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


def escaped(text: str) -> str:
    """Return text whose special characters LaTeX prints as they are."""
    return "".join(_ESCAPED.get(letter, letter) for letter in " ".join(text.split()))
