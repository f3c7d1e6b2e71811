"""The options of `ncviz sweep`; imports nothing that takes time."""

from pathlib import Path
from typing import Any

from ncviz.commands.later import later
from ncviz.training.device import CHOICES

ABOUT = """A recipe, or a theory problem, over a grid of parameters and seeds.

The folder is the key: a cell's folder is called by its values, and what is finished there is not
done again. So a sweep that was stopped or killed goes on by the same command, and several machines
on one file system may run it at once. docs/sweeps.md describes the file."""


def add_sweep_parser(verbs: Any) -> None:
    """Add the verb `sweep`."""
    verb = verbs.add_parser(
        "sweep", help="train or solve over a grid of parameters and seeds", description=ABOUT
    )
    verb.add_argument(
        "file", type=Path, metavar="GRID.toml", help="the grid; or the folder of a sweep"
    )
    verb.add_argument(
        "--out", type=Path, metavar="FOLDER", help="default: beside the file, called as it is"
    )
    how = verb.add_mutually_exclusive_group()
    how.add_argument("--jobs", type=int, metavar="N", help="so many processes; default 1")
    how.add_argument("--dask", metavar="ADDRESS", help="a Dask cluster: tcp://HOST:8786")
    how.add_argument(
        "--slurm", action="store_true", help="print an array script; nothing is submitted"
    )
    how.add_argument("--list", action="store_true", help="print a command for each cell and seed")
    how.add_argument("--index", type=int, metavar="I", help="do this one alone, from 0")
    how.add_argument("--table", type=Path, metavar="FILE", help="write a table, .csv or .json")
    how.add_argument("--status", action="store_true", help="say how far it is")
    verb.add_argument("--again", action="store_true", help="try what failed once more")
    verb.add_argument("--device", default="auto", metavar="NAME", help=CHOICES)
    verb.add_argument("--epoch", type=float, help="of the table; default: the last recorded one")
    verb.add_argument(
        "--layer", type=int, metavar="N", help="of the table, 0 is the input; default: the last"
    )
    verb.add_argument(
        "--split", default="train", metavar="NAME", help="of the table; default train"
    )
    verb.add_argument("--json", action="store_true", help="--status as JSON")
    verb.set_defaults(command=later("sweep"))
