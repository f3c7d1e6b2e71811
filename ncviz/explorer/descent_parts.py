"""What a descending desk needs that holds no state: labels, a picture, a run that is kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.charts.grid import Grid
from ncviz.charts.plot import Plot
from ncviz.errors import UserError
from ncviz.explorer.held_run import HeldRun
from ncviz.explorer.player import Player
from ncviz.explorer.survey import Survey
from ncviz.geometry.slabs import one_blas_thread
from ncviz.jobs.control import Control, Order
from ncviz.language import tr
from ncviz.models.descent import DescentModel
from ncviz.models.model import RoleWords
from ncviz.models.target import Target
from ncviz.scenes.compose import compose_model
from ncviz.scenes.ghosts import Ghost
from ncviz.scenes.layout import Floats, recorded_around
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View


def ticks_of(player: Player) -> tuple[tuple[float, str], ...]:
    """Return some stops of a timeline, at least a tenth of it apart, and its end."""
    found: list[tuple[float, str]] = []
    for step, position in zip(player.stops, player.places, strict=True):
        if not found or position - found[-1][0] >= player.last / 10:
            found.append((position, f"{step:g}"))
    end = player.last, f"{player.stops[-1]:g}"
    if found[-1] != end:  # the end has its label, whatever stands near it
        if len(found) > 1 and end[0] - found[-1][0] < player.last / 14:
            found.pop()
        found.append(end)
    return tuple(found)


def roles_without_target(roles: tuple[RoleWords, ...], in_vain: str) -> tuple[RoleWords, ...]:
    """Return the legend while what is green is not drawn: being sought, or sought in vain."""
    if in_vain:
        return tuple(words for words in roles if words.role != "etf")
    return tuple(_being_sought(words) if words.role == "etf" else words for words in roles)


def _being_sought(words: RoleWords) -> RoleWords:
    return replace(words, text=tr("{words}, being sought", words=words.text))


def map_of(plot: Plot, parameters: Any, survey: Survey, target: Target | None) -> Grid:
    """Return the map of one of a model's plots, as far as it is known."""
    known = dict(survey.known)
    if target is not None and target.cell is not None:
        known.setdefault(target.cell, target.value)
    found = plot.draw(parameters, known)
    assert isinstance(found, Grid)
    failure = survey.failure
    return replace(found, unknown=failure, trouble=failure) if failure else found


def longest_mean(run: HeldRun, step: int, layer: int) -> float:
    """Return how long the longest class mean of a recorded step is."""
    statistics = run.snapshot(step).statistics(layer, "train")
    assert statistics is not None
    return float(np.linalg.norm(statistics.means, axis=1).max())


def seen_from_zero(run: HeldRun, step: float, view: View, ghost: Ghost) -> Scene:
    """Describe class means and classifier as they lie about 0, without samples.

    Their positions are held about the middle of the class means alone.
    """
    low, high, share = recorded_around(run.epochs, step)
    (means, rows), (later, later_rows) = (_means_and_rows(run, each) for each in (low, high))
    mixed = (1 - share) * means + share * later, (1 - share) * rows + share * later_rows
    return compose_model(*mixed, run.manifest.class_names, view, ghost=ghost)


def _means_and_rows(run: HeldRun, step: int) -> tuple[Floats, Floats]:
    snapshot = run.snapshot(step)
    statistics, classifier = snapshot.statistics(-1, "train"), snapshot.classifier()
    assert statistics is not None
    assert classifier is not None
    return statistics.means, classifier.weight


def keep_descent(
    control: Control,
    _tell: Callable[[Any], None],
    model: DescentModel[Any],
    parameters: Any,
    out: Path,
    steps: tuple[int, ...],
) -> Path:
    """Record a model as a run: a job."""
    try:
        with one_blas_thread():
            model.record(parameters, out, steps, lambda: control.order() is not Order.CONTINUE)
    except OSError as error:
        raise UserError(
            tr("{out} cannot be written: {strerror}.", out=out, strerror=error.strerror)
        ) from error
    return out
