"""Finds the experiments: one TOML file in `entries/` is one more."""

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ncviz.errors import UserError
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import PROSE, Experiment
from ncviz.language import tr, translated
from ncviz.nearest import nearest

ENTRIES = Path(__file__).with_name("entries")
SUFFIX = ".toml"


@functools.cache
def experiments() -> Mapping[str, Experiment]:
    """Return every published experiment that there is, by name and in order.

    Those of a group stand together, groups in the order of their first ones.
    """
    found = [read_experiment(path) for path in ENTRIES.glob(f"*{SUFFIX}")]
    first: dict[str, int] = {}
    for each in found:
        first[each.group] = min(each.order, first.get(each.group, each.order))
    found.sort(key=lambda e: (first[e.group], e.group, e.order, e.name))
    return MappingProxyType({each.name: translated(each, PROSE) for each in found})


def experiment_named(name: str) -> Experiment:
    """Return an experiment by its name, or by the path of a TOML file of one's own.

    Raises
    ------
    UserError
        If there is none, or the file cannot be.
    """
    if name.endswith(SUFFIX):
        return read_experiment(Path(name))
    if name not in experiments():
        raise UserError(
            tr("There is no experiment {name!r}: {name_2}.", name=name, name_2=_near_ones(name))
        )
    return experiments()[name]


def _near_ones(name: str) -> str:
    near = nearest(name, experiments(), most=4)
    if not near:
        return tr("ncviz experiment list prints all of them")
    *others, last = near
    return (
        tr("did you mean {others} or {last}", others=", ".join(others), last=last)
        if others
        else tr("did you mean {last}", last=last)
    )
