"""A sweep whose every cell can be: its file, checked against recipes or a theory model."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.experiments.entry_file import read_problem
from ncviz.experiments.experiment import ModelProblem, Subject, with_values
from ncviz.in_english import in_english
from ncviz.language import tr
from ncviz.models.model import models
from ncviz.parameters import changed, declared, to_plain
from ncviz.sweeps.sweep import MODEL, RECIPE, STEP, Sweep, SweepCell, SweepTask
from ncviz.sweeps.sweep_file import item_of, line_of, read_sweep, refuse
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import read_recipe, recipe_from_dict
from ncviz.wording import lower_first


def read_asked(path: Path) -> Sweep:
    """Read a sweep, and check each of its cells.

    Parameters
    ----------
    path : Path
        A TOML file, or the folder of a sweep.

    Returns
    -------
    Sweep
        Its base is whole: what a file of a recipe says stands in it.

    Raises
    ------
    UserError
        Naming the file, the line, the key and the value of the first thing that cannot be.
    """
    sweep = read_sweep(path)
    if sweep.model and sweep.model not in models():
        known = ", ".join(models())
        refuse(
            sweep.path,
            sweep.text,
            "sweep",
            MODEL,
            tr(
                "there is no model {model!r}: choose one of {known}", model=sweep.model, known=known
            ),
        )
    if sweep.recipe:
        file = sweep.path.parent / sweep.recipe
        try:
            base = read_recipe(file).to_dict()
        except UserError as error:
            refuse(sweep.path, sweep.text, "sweep", RECIPE, lower_first(str(error)).rstrip("."))
        base.pop("seeds", None)
        sweep = replace(sweep, base={**base, **sweep.base})
    subjects = [_checked(sweep, cell) for cell in sweep.cells]
    return replace(sweep, base={**_usual(sweep, subjects), **sweep.base})


def _usual(sweep: Sweep, subjects: list[Subject]) -> dict[str, Any]:
    """Return what parameters are where cells differ in them and the file does not say it."""
    found: dict[str, Any] = {}
    known = [to_plain(_of(subject)) for subject in subjects]
    for name in sweep.varied:
        others = [
            values[name]
            for cell, values in zip(sweep.cells, known, strict=True)
            if name in values and name not in cell.values
        ]
        everywhere = all(name in values for values in known)
        if (
            name not in sweep.base
            and others
            and everywhere
            and others.count(others[0]) == len(others)
        ):
            found[name] = others[0]
    return found


def subject_of_cell(sweep: Sweep, cell: SweepCell) -> Subject:
    """Return what a cell trains or solves, with the first seed.

    Raises
    ------
    UserError
        If it cannot be.
    """
    values = {**_kept(sweep, cell), **cell.values}
    if sweep.model:
        step = {} if sweep.step is None else {"step": sweep.step}
        return read_problem(
            {"name": sweep.model, **step, **values}, tr("The cell {folder}", folder=cell.folder)
        )
    recipe = recipe_from_dict(
        {**values, "seeds": sweep.seeds}, tr("The cell {folder}", folder=cell.folder)
    )
    recipe.check()
    return recipe


def subject_of_task(sweep: Sweep, task: SweepTask) -> Subject:
    """Return what a task trains or solves: a recipe has all seeds, of which one is to be trained.

    Raises
    ------
    UserError
        If it cannot be.
    """
    subject = subject_of_cell(sweep, task.cell)
    if isinstance(subject, ModelProblem) and "seed" in declared(subject.parameters):
        return with_values(subject, seed=task.seed)
    return subject


def _kept(sweep: Sweep, cell: SweepCell) -> dict[str, Any]:
    """Return what a cell takes of the base: parameters of a part that it replaces are no longer."""
    if sweep.model or not sweep.recipe:
        return dict(sweep.base)
    own = {name: cell.values[name] for name in cell.values if name in declared(Recipe)}
    base = recipe_from_dict(dict(sweep.base))
    try:
        known = declared(changed(base, own))
    except (TypeError, ValueError, UserError):
        return dict(sweep.base)
    return {name: value for name, value in sweep.base.items() if name in known}


def _of(subject: Subject) -> Any:
    return subject.parameters if isinstance(subject, ModelProblem) else subject


def _checked(sweep: Sweep, cell: SweepCell) -> Subject:
    """Return what a cell trains or solves, or refuse it by its line."""
    try:
        subject = subject_of_cell(sweep, cell)
    except (UserError, ValueError) as error:
        _refuse_cell(sweep, cell, str(error).rstrip("."))
    if isinstance(subject, ModelProblem):
        drawn = "seed" in declared(subject.parameters)
        if sweep.seeds > 1 and not drawn:
            said = tr(
                "{model} draws nothing, so that all seeds give the same: leave it out",
                model=sweep.model,
            )
            refuse(sweep.path, sweep.text, "grid", "seeds", said)
    return subject


def _refuse_cell(sweep: Sweep, cell: SweepCell, said: str) -> None:
    """Name the line of the key that a sentence speaks of."""
    place = 0
    if cell.line:
        place = 1 + sum(1 for each in sweep.cells if 0 < each.line < cell.line)
    words = re.findall(r"\w+", in_english(said).removeprefix(f"The cell {cell.folder}"))
    tables = [(item_of("cell", place), cell.values)] if place else [("grid", sweep.axes)]
    places = [*tables, ("base", sweep.base), ("sweep", {STEP: 0})]
    for key in words:  # what is told first is what is wrong
        for table, values in places:
            if key in values and line_of(sweep.text, table, key):
                refuse(
                    sweep.path, sweep.text, table, key, f"{lower_first(said)}{_in_cell(cell, said)}"
                )
    table = tables[0][0]
    refuse(sweep.path, sweep.text, table, "", f"{lower_first(said)}{_in_cell(cell, said)}")


def _in_cell(cell: SweepCell, said: str) -> str:
    return "" if cell.folder in said else tr(" (cell {folder})", folder=cell.folder)
