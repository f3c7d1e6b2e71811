"""`ncviz layer-peeled`: optima of the Layer-Peeled Model, exact ones for q = 2."""

import argparse
import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.export.plan_texts import read_ratios
from ncviz.geometry.collapse import cosines
from ncviz.theory.layer_peeled import TwoGroupProblem, minority_cosine_curve
from ncviz.theory.layer_peeled_budget import nuclear_norm_bound
from ncviz.theory.layer_peeled_descent import PeeledLocalOptimum
from ncviz.theory.layer_peeled_general import solve_class_sizes
from ncviz.theory.layer_peeled_variants import solve_q_norm

DESCENTS = 96  # for another power than 2


def layer_peeled(parsed: argparse.Namespace) -> int:
    """Solve what the options ask for and print it.

    Raises
    ------
    UserError
        If an option is missing or impossible.
    """
    if parsed.class_sizes:
        sizes = _parse_sizes(parsed.class_sizes)
        if parsed.power == 2:
            answer = _general(sizes, parsed.budget)
        else:
            answer = _general_of_power(sizes, parsed.budget, parsed.power)
    elif parsed.classes is None or parsed.majority is None:
        raise UserError("Give --classes and --majority, or --class-sizes.")
    else:
        groups = (
            parsed.classes,
            parsed.majority,
            parsed.budget,
            np.geomspace(*read_ratios(parsed.ratio)),
        )
        if parsed.power == 2:
            answer = _two_groups(*groups)
        else:
            answer = _two_groups_of_power(*groups, parsed.power)
    if parsed.json:
        print(json.dumps(answer, indent=1, allow_nan=False))
    else:
        _print(answer)
    return 0


def _two_groups(
    classes: int, majority: int, budget: float, ratios: NDArray[np.float64]
) -> dict[str, Any]:
    curve = minority_cosine_curve(classes, majority, budget, ratios)
    return {
        "classes": classes,
        "majority": majority,
        "budget": budget,
        "ratio": ratios.tolist(),
        "minority_cosine": _numbers(curve.cosines),
        "objective": _numbers(curve.objectives),
        "gap": _numbers(curve.gaps),
        "critical_ratio": _number(curve.critical_ratio),
    }


def _two_groups_of_power(
    classes: int, majority: int, budget: float, ratios: NDArray[np.float64], power: float
) -> dict[str, Any]:
    found = []
    for ratio in ratios:
        problem = TwoGroupProblem(classes, majority, float(ratio), budget)
        sizes = [problem.ratio] * majority + [1.0] * problem.minority
        found.append(_search(sizes, budget, power))
    # One minority class has no second one to compare with.
    pairs = [
        cosines(best.classifier)[-1, -2] if classes - majority > 1 else np.nan for best in found
    ]
    return {
        "classes": classes,
        "majority": majority,
        "budget": budget,
        "power": power,
        "ratio": ratios.tolist(),
        "minority_cosine": _numbers(np.array(pairs)),
        "objective": [best.objective for best in found],
        "certainly_above": [best.least for best in found],
        "residual": [best.residual for best in found],
        "converged": [best.converged for best in found],
        "descents": DESCENTS,
        "agreeing": [best.agreeing for best in found],
    }


def _general_of_power(sizes: list[float], budget: float, power: float) -> dict[str, Any]:
    best = _search(sizes, budget, power)
    return {
        "class_sizes": sizes,
        "budget": budget,
        "power": power,
        "objective": best.objective,
        "certainly_above": best.least,
        "residual": best.residual,
        "converged": best.converged,
        "descents": DESCENTS,
        "agreeing": best.agreeing,
        "classifier_cosines": [_numbers(row) for row in cosines(best.classifier)],
        "mean_cosines": [_numbers(row) for row in cosines(best.H - best.H.mean(axis=0))],
    }


def _search(sizes: list[float], budget: float, power: float) -> PeeledLocalOptimum:
    nuclear_norm_bound(len(sizes), budget)  # refuses a budget that cannot be
    energy = math.sqrt(budget)
    return solve_q_norm(
        sizes,
        len(sizes),
        power,
        classifier_energy=energy,
        feature_energy=energy,
        starts=DESCENTS,
    )


def _parse_sizes(class_sizes: str) -> list[float]:
    try:
        return [float(word) for word in class_sizes.replace(",", " ").split()]
    except ValueError:
        raise UserError(
            f"The class sizes {class_sizes!r} are not numbers: write 500,200,100."
        ) from None


def _general(sizes: list[float], budget: float) -> dict[str, Any]:
    solution = solve_class_sizes(sizes, budget)
    return {
        "class_sizes": sizes,
        "budget": budget,
        "objective": solution.objective,
        "gap": solution.gap,
        "rank": solution.rank,
        "classifier_cosines": [_numbers(row) for row in solution.classifier_cosines()],
        "mean_cosines": [_numbers(row) for row in solution.mean_cosines()],
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _numbers(values: np.ndarray) -> list[float | None]:
    return [_number(float(value)) for value in values]


def _print(answer: dict[str, Any]) -> None:
    for key, value in answer.items():
        if isinstance(value, list) and value and isinstance(value[0], list):
            print(f"{key}:")
            for row in value:
                print("  " + " ".join(_short(item) for item in row))
        elif isinstance(value, list):
            print(f"{key}: " + " ".join(_short(item) for item in value))
        else:
            print(f"{key}: {_short(value)}")


def _short(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
