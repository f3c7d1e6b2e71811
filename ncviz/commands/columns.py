"""``ncviz columns``: what a run knows of its drawn samples, and the user's own beside it."""

import argparse
from pathlib import Path

from ncviz.errors import UserError
from ncviz.runs.adding_columns import add_columns, remove_column
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import sample_column, sample_columns
from ncviz.wording import visible_line


def columns(parsed: argparse.Namespace) -> int:
    """Add columns to a run, remove one, or list all.

    Returns
    -------
    int
        The exit status.

    Raises
    ------
    UserError
        If that cannot be done.
    """
    run: Path = parsed.path
    if parsed.action and not parsed.what:
        what = "the table, such as samples.csv" if parsed.action == "add" else "its title"
        raise UserError(f"ncviz columns RUN {parsed.action} needs one more word: {what}.")
    if parsed.action == "add":
        for note in add_columns(run, Path(parsed.what), parsed.split):
            print(f"  {visible_line(note)}")
    elif parsed.action == "remove":
        remove_column(run, parsed.what)
    _list(Run(run))
    return 0


def _list(run: Run) -> None:
    """Print what samples can be coloured by, and in which words or numbers."""
    samples = len(run.probe.labels)
    print(f"{samples:,} drawn samples; each has")
    for name, title in sample_columns(run).items():
        column = sample_column(run, run.epochs[-1], name)
        assert column is not None  # it is one of the run's
        kind = f"{len(column.words):,} categories" if column.words else "numbers"
        print(f"  {visible_line(title)}  ({kind}; in a view color={name})")
