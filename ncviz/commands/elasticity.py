"""`ncviz elasticity`: what the mean logits of a run tell of LE-SDE."""

import argparse
import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.counting import Counting
from ncviz.errors import UserError
from ncviz.metrics.elasticity import elasticity_of, said_of_sizes
from ncviz.metrics.layer_at import AbsentError, Floats
from ncviz.runs.repeats import Repeats, is_repeats
from ncviz.runs.run import Run
from ncviz.runs.writer import write_atomically
from ncviz.theory.le_sde_estimates import CERTAIN, Elasticity, Strengths
from ncviz.wording import cell, upper_first

COLUMNS = ("model", "A", "B", "mean α", "mean β", "tail index", "local slope")


def elasticity(parsed: argparse.Namespace) -> int:
    """Print strengths, tail index and imitation of a run, or of the mean of its trials.

    Raises
    ------
    UserError
        If the run lacks what they take, or a table cannot be written.
    """
    trials = Repeats(parsed.path) if is_repeats(parsed.path) else None
    runs = (Run(parsed.path),) if trials is None else trials.runs
    split = runs[0].split_of(parsed.split)
    try:
        found, unit = elasticity_of(runs, split.name, parsed.window)
    except AbsentError as absent:
        raise UserError(f"{parsed.path} tells nothing of α and β. {absent}") from None
    names = runs[0].manifest.class_names
    if parsed.table is not None:
        _write(parsed.table, found, unit, names)
    if parsed.json:
        print(json.dumps(_said(found, unit, split.name, len(runs), names), indent=1))
        return 0
    _print(found, unit, split.samples, len(runs), names)
    if sizes := said_of_sizes(runs[0]):
        print(f"\n{upper_first(sizes)}.")
    if parsed.table is not None:
        print(f"Saved {parsed.table}.")
    return 0


def _print(found: Elasticity, unit: str, samples: str, trials: int, names: tuple[str, ...]) -> None:
    time = Counting(unit).span(float(found.times[0]), float(found.times[-1]))
    of = f", mean of {trials} trials" if trials > 1 else ""
    print(
        f"Mean logits of {len(names)} classes, {samples}{of}: {len(found.times)} moments, "
        f"{time}; α and β are per {unit}."
    )
    print(f"S at the end: {_shown(found.separation[-1])} ± {_shown(found.errors[-1])}.")
    if found.first is None:
        print(
            f"S is not larger than {CERTAIN:g} standard errors at last: nothing is said of the "
            "L-model."
        )
    elif found.first:
        begins = Counting(unit).named(float(found.times[found.first]))
        print(
            f"A and B count from {begins} on, where S is larger than {CERTAIN:g} standard "
            "errors for good; tail indices from the first moment, as published."
        )
    models = [each for each in (found.of_l, found.of_i) if each is not None]
    rows = [COLUMNS, *((each.kind, *map(_shown, _numbers(each).values())) for each in models)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    print()
    for row in rows:
        print("  ".join(text.ljust(wide) for text, wide in zip(row, widths, strict=True)).rstrip())
    if found.difference is not None:
        print("\nLE-ODE with α and β of the L-model against the true mean logits, RD at the end:")
        for name, off in zip(names, found.difference[-1], strict=True):
            print(f"  {cell(name)}: {_shown(off)}")


def _numbers(model: Strengths) -> dict[str, float]:
    return {
        "A": float(model.A[-1]),
        "B": float(model.B[-1]),
        "mean_alpha": model.mean_alpha,
        "mean_beta": model.mean_beta,
        "tail_index": model.tail_index,
        "tail_slope": model.tail_slope,
    }


def _shown(value: float) -> str:
    return f"{value:.4g}".replace("-", "−") if math.isfinite(value) else "–"


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _said(
    found: Elasticity, unit: str, split: str, trials: int, names: tuple[str, ...]
) -> dict[str, Any]:
    models = [each for each in (found.of_l, found.of_i) if each is not None]
    return {
        "unit": unit,
        "split": split,
        "trials": trials,
        "window": found.window,
        "certain_from": None if found.first is None else float(found.times[found.first]),
        **{m.kind: {key: _number(value) for key, value in _numbers(m).items()} for m in models},
        "relative_difference": None
        if found.difference is None
        else {name: _number(off) for name, off in zip(names, found.difference[-1], strict=True)},
        "over_time": _table(found, unit, names),
    }


def _table(
    found: Elasticity, unit: str, names: tuple[str, ...]
) -> list[dict[str, float | int | None]]:
    """Return a line a moment."""
    columns: dict[str, Floats] = {
        unit: found.times,
        "S": found.separation,
        "S_standard_error": found.errors,
    }
    for model in (found.of_l, found.of_i):
        if model is not None:
            own = {"A": model.A, "B": model.B, "alpha": model.alpha, "beta": model.beta}
            own["gamma_t"] = (model.alpha - model.beta) * found.times
            columns |= {f"{name}_{model.kind}": values for name, values in own.items()}
    if found.difference is not None and found.imitated is not None:
        for k, name in enumerate(names):
            columns[f"logit {name}"] = found.logits[:, k, k]
            columns[f"LE-ODE {name}"] = found.imitated[:, k, k]
            columns[f"RD {name}"] = found.difference[:, k]
    certain = np.arange(len(found.times)) >= (found.first or 0)
    return [
        {key: _number(float(values[row])) for key, values in columns.items()}
        | {"certain": int(certain[row])}
        for row in range(len(found.times))
    ]


def _write(path: Path, found: Elasticity, unit: str, names: tuple[str, ...]) -> None:
    if path.suffix != ".csv":
        raise UserError(f"{path} is no name of a table: end it in .csv.")
    rows, buffer = _table(found, unit, names), io.StringIO()
    heads = {key: cell(key) for key in rows[0]}
    writer = csv.DictWriter(buffer, fieldnames=list(heads), lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    write_atomically(path, buffer.getvalue().encode())
