"""Reads an experiment from its TOML file, strictly: what does not fit gets one sentence."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ncviz.errors import UserError
from ncviz.experiments.entry_lines import line_of
from ncviz.experiments.experiment import (
    BESIDE_METRICS,
    EPOCHS,
    LAST,
    OF_ANOTHER,
    OF_MANY,
    OF_SPLIT,
    OF_VALUE,
    STRAIGHT,
    VARIANTS,
    Expected,
    Experiment,
    Knob,
    ModelProblem,
    Publication,
    Shown,
    Subject,
    Trained,
    Variant,
)
from ncviz.explorer.room_names import THEORY
from ncviz.in_english import in_english
from ncviz.language import tr
from ncviz.metrics.metric import metrics
from ncviz.models.descent import DescentModel
from ncviz.models.model import models
from ncviz.networks.network import networks
from ncviz.parameters import declared, from_plain, value_of
from ncviz.parameters.declaring import Plan
from ncviz.parameters.toml_file import read_toml, within
from ncviz.recording.fine_tuning import FineTuning
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import recipe_from_dict
from ncviz.wording import lower_first

MOST_VARIANTS = 100
_TABLES = (
    *("source", "recipe", "fine_tuning", "model"),
    *("published", "vary", "expected", "window", "knob"),
)


def read_experiment(path: Path) -> Experiment:
    """Read an experiment.

    Parameters
    ----------
    path : Path
        A TOML file; its name is the experiment's.

    Raises
    ------
    UserError
        Naming the file and the key that cannot be.
    """
    where = tr("The experiment {path}", path=path)
    text, values = read_toml(path, where)
    try:
        return _experiment(path, values, where)
    except UserError as error:
        said = str(error)
        line = line_of(text, in_english(said).removeprefix(in_english(where)))
        if line is None or not said.startswith(where):
            raise
        rest = re.sub("^'s ", ": its ", said.removeprefix(where))
        raise UserError(
            tr(
                "{where}, line {line}{value}{rest}",
                where=where,
                line=line,
                value="" if rest[0] == ":" else ",",
                rest=rest,
            )
        ) from error


def _experiment(path: Path, values: dict[str, Any], where: str) -> Experiment:
    tables = {name: values.pop(name) for name in _TABLES if name in values}
    found = replace(_read(Experiment(), values, where, ""), name=path.stem)
    variants = _variants(tables, where)
    found = replace(
        found,
        source=_read(Publication(), _table(tables, "source", where), where, "source"),
        variants=variants,
        expected=tuple(_expected(tables, variants, where)),
        shown=_shown(tables, variants, where),
        knob=_knob(tables, variants, where),
    )
    if isinstance(variants[0].small, Trained) and not found.scaled:
        raise UserError(
            tr("{where} has no scaled: say what the small form scales down.", where=where)
        )
    return found


def _read(plan: Plan, values: Mapping[str, Any], where: str, table: str) -> Plan:
    of = f"{where}: {table}" if table else where
    with within(where, table):
        return from_plain(plan, values, lower_first(of.removeprefix("The ")), of)


def _table(tables: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
    found = tables.get(name, {})
    if not isinstance(found, dict):
        raise UserError(
            tr(
                "{where} has {name} that is no table: write [{name}] and its keys below.",
                where=where,
                name=name,
            )
        )
    return dict(found)


def _variants(tables: Mapping[str, Any], where: str) -> tuple[Variant, ...]:
    kinds = [kind for kind in _MAKERS if kind in tables]
    if len(kinds) != 1:
        raise UserError(
            tr("{where} needs [recipe], [fine_tuning] or [model]: write one of them.", where=where)
        )
    kind = kinds[0]
    base, published = _table(tables, kind, where), _table(tables, "published", where)
    vary = _table(tables, "vary", where) or {"": {}}
    if len(vary) > MOST_VARIANTS:
        raise UserError(
            tr(
                "{where} has {count} variants: write {most_variants} at most.",
                where=where,
                count=len(vary),
                most_variants=MOST_VARIANTS,
            )
        )
    make, network = _MAKERS[kind], base.get("network", "perceptron")
    kept = base
    if published.get("network", network) != network:
        kept = {name: value for name, value in base.items() if name not in _own_of(network)}
    found = []
    for name in vary:
        changes = _table(vary, name, tr("{where}: vary", where=where)) if name else {}
        own = _table(changes, "published", tr("{where}: vary {name!r}", where=where, name=name))
        changes.pop("published", None)
        of = tr("vary {name!r}", name=name) if name else kind
        with within(where, of):
            small = make({**base, **changes}, f"{where}: {of}")
            large = make(
                {**kept, **published, **changes, **own},
                tr("{where}: {of}, published", where=where, of=of),
            )
        found.append(Variant(name, small, large))
    return tuple(found)


def _own_of(network: object) -> Collection[str]:
    """Return the parameters of a network, which mean nothing to another one."""
    known = networks().get(network) if isinstance(network, str) else None
    return () if known is None else declared(known.architecture)


def _recipe(values: Mapping[str, Any], source: str) -> Recipe:
    _refuse_seeds(values, source)
    recipe = recipe_from_dict(values, source)
    recipe.check()
    return recipe


def _fine_tuning(values: Mapping[str, Any], source: str) -> FineTuning:
    _refuse_seeds(values, source)
    plan = from_plain(FineTuning(), values, "fine-tuning", source)
    plan.check()
    return plan


def _refuse_seeds(values: Mapping[str, Any], source: str) -> None:
    for name in ("seed", "seeds"):
        if name in values:
            raise UserError(
                tr(
                    "{source} has {name}: leave it out, for --seeds says how many.",
                    source=source,
                    name=name,
                )
            )


def read_problem(values: Mapping[str, Any], source: str) -> ModelProblem:
    """Return the problem of a theory model that plain values say: its `name`, `step`, parameters.

    Parameters
    ----------
    values : mapping
    source : str
        Where they come from, to begin a sentence.

    Raises
    ------
    UserError
        If there is no such problem.
    """
    settings = dict(values)
    name, step = settings.pop("name", ""), settings.pop("step", None)
    if name not in models():
        raise UserError(
            tr(
                "{source} has the name {name!r}: choose one of {models}.",
                source=source,
                name=name,
                models=", ".join(models()),
            )
        )
    model = models()[name]
    parameters = from_plain(model.parameters(), settings, "model", source)
    model.check(parameters)
    if step is not None:
        steps = model.steps if isinstance(model, DescentModel) else 0
        if not isinstance(step, int) or not 0 <= step <= steps:
            raise UserError(
                tr(
                    "{source} has step = {step!r}: choose a whole number up to {steps:,}.",
                    source=source,
                    step=step,
                    steps=steps,
                )
            )
    return ModelProblem(name, parameters, step)


def _expected(
    tables: Mapping[str, Any], variants: tuple[Variant, ...], where: str
) -> Iterator[Expected]:
    items = tables.get("expected", [])
    if not isinstance(items, list) or not items or not all(isinstance(i, dict) for i in items):
        raise UserError(
            tr("{where} has nothing expected: write [[expected]] and its keys below.", where=where)
        )
    for number, values in enumerate(items, 1):
        table = tr("expected {number}", number=number)
        expected = _read(Expected(), values, where, table)
        with within(where, table):
            _check_expected(expected, variants)
        yield expected


def _check_expected(expected: Expected, variants: tuple[Variant, ...]) -> None:
    e = expected
    first = variants[0].small
    beside = BESIDE_METRICS if isinstance(first, Recipe) else OF_SPLIT  # of a fine-tuning
    if isinstance(first, Trained) and e.number not in {**metrics(), **beside}:
        known = ", ".join([*beside, *metrics()])
        raise ValueError(
            tr("there is no number {number!r}: choose one of {known}", number=e.number, known=known)
        )
    for key, name in (("variant", e.variant), ("than", e.than)):
        _check_variant(key, name, variants)
    for needed, kinds, key in (
        (e.value is not None, (*OF_VALUE, *STRAIGHT), "value"),
        (bool(e.than), OF_ANOTHER, "than"),
        (bool(e.over), OF_MANY, "over"),
    ):
        if needed != (e.relation in kinds):
            which = tr("needs") if e.relation in kinds else tr("has no use for")
            raise ValueError(
                tr(
                    "the relation {relation!r} {which} {key}",
                    relation=e.relation,
                    which=which,
                    key=key,
                )
            )
    if e.count and (e.relation not in OF_VALUE or e.variant):
        raise ValueError(
            tr("count is of all variants, and of 'about', 'at least' and 'at most' alone")
        )
    if e.count > len(variants):
        raise ValueError(
            tr(
                "count is {count}: there are {count_2} variants",
                count=e.count,
                count_2=len(variants),
            )
        )
    if e.over == VARIANTS and len(variants) < 2:
        raise ValueError(tr("nothing can go over one variant"))
    if e.epoch != LAST and e.over != EPOCHS and isinstance(first, Trained):
        for recipe in (each.small for each in variants if isinstance(each.small, Trained)):
            if e.epoch not in recipe.recorded_epochs():
                raise ValueError(
                    tr(
                        "epoch {epoch} is not recorded: name it in the recipe's record",
                        epoch=e.epoch,
                    )
                )


def _check_variant(key: str, name: str, variants: tuple[Variant, ...]) -> None:
    names = [each.name for each in variants]
    if name and name not in names:
        known = ", ".join(names) if names[0] else tr("none, for nothing varies")
        raise ValueError(
            tr("{key} is {name!r}: the variants are {known}", key=key, name=name, known=known)
        )


def _shown(tables: Mapping[str, Any], variants: tuple[Variant, ...], where: str) -> Shown:
    usual = Shown() if isinstance(variants[0].small, Trained) else Shown(room=THEORY)
    shown = _read(usual, _table(tables, "window", where), where, "window")
    with within(where, "window"):
        for key, name in (("variant", shown.variant), ("beside", shown.beside)):
            _check_variant(key, name, variants)
    return shown


def _knob(tables: Mapping[str, Any], variants: tuple[Variant, ...], where: str) -> Knob | None:
    if "knob" not in tables:
        return None
    knob = _read(Knob(), _table(tables, "knob", where), where, "knob")
    with within(where, "knob"):
        _check_variant("variant", knob.variant, variants)
        subject = next((v for v in variants if v.name == knob.variant), variants[0]).small
        turned = _turned(subject, knob)
    return replace(knob, to=turned)


def _turned(subject: Subject, knob: Knob) -> Any:
    """Return what a knob is turned to, or refuse what cannot be."""
    of = subject.parameters if isinstance(subject, ModelProblem) else subject
    if knob.field not in declared(of):
        raise ValueError(tr("there is no field {field!r} to turn", field=knob.field))
    if isinstance(subject, Recipe):
        recipe = recipe_from_dict({**subject.to_dict(), knob.field: knob.to})
        recipe.check()
        return value_of(recipe, knob.field)
    turned = from_plain(of, {knob.field: knob.to}, "model")
    if isinstance(subject, FineTuning):
        turned.check()
        return value_of(turned, knob.field)
    models()[subject.model].check(turned)
    return value_of(turned, knob.field)


_MAKERS: Mapping[str, Callable[[Mapping[str, Any], str], Subject]] = {
    "recipe": _recipe,
    "fine_tuning": _fine_tuning,
    "model": read_problem,
}
