"""Finds the experiments: one TOML file in `entries/` is one more."""

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ncviz.errors import UserError
from ncviz.experiments.entry_file import read_experiment
from ncviz.experiments.experiment import Experiment

ENTRIES = Path(__file__).with_name("entries")
SUFFIX = ".toml"


@functools.cache
def experiments() -> Mapping[str, Experiment]:
    """Return every published experiment that there is, by name and in order."""
    found = [read_experiment(path) for path in ENTRIES.glob(f"*{SUFFIX}")]
    return MappingProxyType({e.name: e for e in sorted(found, key=lambda e: (e.order, e.name))})


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
        known = ", ".join(experiments())
        raise UserError(f"There is no experiment {name!r}: choose a TOML file, or one of {known}.")
    return experiments()[name]
