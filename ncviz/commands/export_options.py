"""The options of `ncviz export`; imports nothing that takes time."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ncviz.parameters import add_options


class LaterParser(argparse.ArgumentParser):
    """A parser whose options are added when it is used: what they are of takes time to import."""

    add: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(self, *given: Any, **named: Any) -> Any:
        """Read the options."""
        self._fill()
        return super().parse_known_args(*given, **named)

    def format_help(self) -> str:
        """Return what they are."""
        self._fill()
        return super().format_help()

    def _fill(self) -> None:
        add, self.add = self.add, None
        if add is not None:
            add(self)


def add_parser(verbs: Any) -> None:
    """Add `export` with `figure`, `film` and `table` to the verbs of the command line."""
    verb = verbs.add_parser("export", help="figures, films and tables of a run as files")
    verb.set_defaults(run=_nothing_chosen(verb))
    kinds = verb.add_subparsers(metavar="KIND", parser_class=LaterParser)
    figure = kinds.add_parser("figure", help="PDF, SVG or PNG: the scene, any plot, panels")
    figure.add = _add_figure
    figure.set_defaults(run=_figure, draws=True)
    film = kinds.add_parser("film", help="MP4, GIF or PNG files: over epochs, layers, R, camera")
    film.add = _add_film
    film.set_defaults(run=_film, draws=True)
    table = kinds.add_parser("table", help="CSV, JSON, LaTeX or npz: all metrics, all means")
    table.add = _add_table
    table.set_defaults(run=_table)


def _add_figure(verb: argparse.ArgumentParser) -> None:
    from ncviz.export.figure_plan import FigurePlan

    verb.add_argument("path", type=Path, metavar="RUN", nargs="?", help="folder of the run")
    verb.add_argument("--out", type=Path, required=True, metavar="FILE", help=".pdf, .svg or .png")
    add_options(verb, FigurePlan)
    verb.add_argument(
        "--epochs", dest="moments", default="", metavar="0,5,20", help="panels of collapse and law"
    )
    _add_view(verb)
    _add_model(verb)


def _add_film(verb: argparse.ArgumentParser) -> None:
    from ncviz.export.film_plan import FilmPlan

    verb.add_argument("path", type=Path, metavar="RUN", nargs="?", help="folder of the run")
    verb.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help=".mp4, .gif or a new folder"
    )
    add_options(verb, FilmPlan)
    _add_view(verb)
    verb.add_argument("--theme", choices=("light", "dark"), default="", help="default: the view's")
    verb.add_argument("--size", default="1280x720", help="WIDTHxHEIGHT in pixels, up to 4K")
    verb.add_argument("--range", default="", metavar="FROM:TO", help="of epochs; backwards too")
    verb.add_argument(
        "--keyframes",
        dest="views",
        type=Path,
        metavar="FILE",
        help="over camera: one view a line, or TOML",
    )
    verb.add_argument("--fine", action="store_true", help="draw twice as large and average")
    _add_model(verb)


def _add_table(verb: argparse.ArgumentParser) -> None:
    from ncviz.export.tables import TablePlan

    verb.add_argument("path", type=Path, metavar="RUN", help="folder of the run")
    verb.add_argument("--out", type=Path, required=True, metavar="FILE")
    add_options(verb, TablePlan)
    verb.add_argument(
        "--epochs", dest="moments", default="", metavar="0,5,20", help="default: all recorded"
    )


def _add_view(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--view",
        default="",
        metavar="TEXT",
        help="a view's text (ncviz:v1 …), or an exported file that shows it",
    )
    verb.add_argument(
        "--epoch",
        type=float,
        help="or a step, …, as the run counts; default: the view's, or the last",
    )
    verb.add_argument("--layer", type=int, help="number; 0 is the input, −1 the last")
    verb.add_argument(
        "--classes",
        default="",
        metavar="0,1,5",
        help="default: four; of an imbalanced run two large and two small ones",
    )


def _add_model(verb: argparse.ArgumentParser) -> None:
    from ncviz.export.model_plan import ModelPlan

    add_options(verb, ModelPlan, into="model_")
    verb.add_argument("--ratio", default="1:1000:200", metavar="FROM:TO:COUNT", help="of R")


def _nothing_chosen(verb: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    def tell(_parsed: argparse.Namespace) -> int:
        verb.print_help()
        return 0

    return tell


def _figure(parsed: argparse.Namespace) -> int:
    from ncviz.commands.export import export_figure

    return export_figure(parsed)


def _film(parsed: argparse.Namespace) -> int:
    from ncviz.commands.export import export_film

    return export_film(parsed)


def _table(parsed: argparse.Namespace) -> int:
    from ncviz.commands.export import export_table

    return export_table(parsed)
