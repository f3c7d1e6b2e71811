"""The options of `ncviz export` and `ncviz picture`; imports nothing that takes time."""

import argparse
from functools import partial
from typing import Any

from ncviz.commands.later import Command, LaterParser, later
from ncviz.parameters import add_options

KINDS = {
    "figure": "PDF, SVG or PNG: the scene, any plot, panels",
    "film": "MP4, GIF or PNG files: over epochs, layers, R, camera",
    "table": "CSV, JSON, LaTeX or npz: all metrics, all means",
    "page": "HTML: the scene that turns, the timeline and plots, for any browser",
    "site": "a folder of such pages, one for each run, and their index",
}


def add_parsers(verbs: Any) -> None:
    """Add `picture`, and `export` with its kinds, to the verbs of the command line."""
    words = "draw the scene of a run as PNG, without a window"
    _add(verbs, "picture", words, later("export_picture", "export"))
    verb = verbs.add_parser("export", help="figures, films, tables and pages of a run as files")
    verb.set_defaults(command=lambda _: verb.print_help() or 0)
    kinds = verb.add_subparsers(metavar="KIND")
    for kind, words in KINDS.items():
        _add(kinds, kind, words, later(f"export_{kind}", "export"))


def _add(verbs: Any, kind: str, words: str, command: Command) -> None:
    verb = verbs.add_parser(kind, help=words)
    assert isinstance(verb, LaterParser)
    verb.add = partial(_add_options, kind)
    verb.set_defaults(command=command, draws=kind != "table")


def _add_options(kind: str, verb: argparse.ArgumentParser) -> None:
    from ncviz.export.figure_plan import FigurePlan
    from ncviz.export.film_plan import FilmPlan
    from ncviz.export.model_plan import ModelPlan
    from ncviz.export.page_plan import PagePlan
    from ncviz.export.picture_plan import PicturePlan
    from ncviz.export.site_plan import SitePlan
    from ncviz.export.sweep_figure import SweepFigure
    from ncviz.export.table_plan import TablePlan

    plans = {
        "figure": FigurePlan,
        "film": FilmPlan,
        "picture": PicturePlan,
        "table": TablePlan,
        "page": PagePlan,
        "site": SitePlan,
    }
    add_options(verb, plans[kind])
    if kind in ("figure", "film", "page"):
        add_options(verb, ModelPlan, into="model_")
    if kind == "figure":
        add_options(verb, SweepFigure, into="sweep_")
