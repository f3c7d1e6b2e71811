"""The options of `ncviz export`; imports nothing that takes time."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ncviz.scenes.epoch_scale import SPACINGS

PRESETS = (
    "scene, collapse, layers, law, summary, minority, fuzziness, epochs, classes, held-out, nc, "
    "held-out-nc, loss, error, norms, cosines, groups, group-fuzziness, heat-map"
)


def add_parser(verbs: Any) -> None:
    """Add `export` with `figure`, `film` and `table` to the verbs of the command line."""
    verb = verbs.add_parser("export", help="figures, films and tables of a run as files")
    verb.set_defaults(run=_nothing_chosen(verb))
    kinds = verb.add_subparsers(metavar="KIND")
    _add_figure(kinds.add_parser("figure", help="PDF, SVG or PNG: the scene, any plot, panels"))
    _add_film(
        kinds.add_parser("film", help="MP4, GIF or PNG files: over epochs, layers, R, camera")
    )
    _add_table(kinds.add_parser("table", help="CSV, JSON, LaTeX or npz: all metrics, all means"))


def _add_figure(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("path", type=Path, metavar="RUN", nargs="?", help="folder of the run")
    verb.add_argument("--out", type=Path, required=True, metavar="FILE", help=".pdf, .svg or .png")
    verb.add_argument(
        "--format", choices=("pdf", "svg", "png"), default="", help="default: by name"
    )
    verb.add_argument("--preset", default="scene", metavar="NAME", help=PRESETS)
    _add_view(verb)
    verb.add_argument("--width", default="", metavar="85mm", help="mm, cm or in")
    verb.add_argument("--height", default="", metavar="70mm", help="default: what suits the preset")
    verb.add_argument(
        "--theme",
        choices=("paper", "slide", "light", "dark"),
        default="paper",
        help="default: paper",
    )
    verb.add_argument("--transparent", action="store_true", help="leave out the background")
    verb.add_argument("--epochs", default="", metavar="0,5,20", help="panels of collapse and law")
    verb.add_argument("--layers", default="", metavar="0,3,7", help="panels of layers")
    verb.add_argument("--title", default="", help="above the figure")
    verb.add_argument("--no-legend", action="store_true", help="leave out what colours mean")
    verb.add_argument(
        "--spacing",
        choices=SPACINGS,
        default="recorded",
        help="of epochs on an axis: recorded ones equally far apart, linear, logarithmic",
    )
    verb.add_argument("--dpi", type=int, default=300, help="of PNG; default 300")
    _add_model(verb)
    _add_path(verb)
    verb.set_defaults(run=_figure, draws=True)


def _add_film(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("path", type=Path, metavar="RUN", nargs="?", help="folder of the run")
    verb.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help=".mp4, .gif or a new folder"
    )
    verb.add_argument(
        "--format", choices=("mp4", "gif", "png"), default="", help="default: by name"
    )
    verb.add_argument("--over", choices=("epochs", "layers", "ratio", "camera"), default="epochs")
    _add_view(verb)
    verb.add_argument("--theme", choices=("light", "dark"), default="", help="default: the view's")
    verb.add_argument("--size", default="1280x720", help="WIDTHxHEIGHT in pixels, up to 4K")
    verb.add_argument("--fps", type=float, default=30.0, help="frames a second; default 30")
    verb.add_argument("--seconds", type=float, default=8.0, help="default 8")
    verb.add_argument("--title", default="", help="in the upper left corner")
    verb.add_argument(
        "--counter", action=argparse.BooleanOptionalAction, default=True, help="epoch, layer or R"
    )
    verb.add_argument("--no-legend", action="store_true", help="leave out what colours mean")
    verb.add_argument(
        "--plot", action="store_true", help="D over layers (over R: the cosine) beside"
    )
    verb.add_argument("--turn", type=float, default=0.0, metavar="DEGREES", help="of the camera")
    verb.add_argument("--range", default="", metavar="FROM:TO", help="of epochs; backwards too")
    verb.add_argument(
        "--keyframes", type=Path, metavar="FILE", help="over camera: one view a line, or TOML"
    )
    verb.add_argument("--fine", action="store_true", help="draw twice as large and average")
    _add_model(verb)
    _add_path(verb)
    verb.set_defaults(run=_film, draws=True)


def _add_table(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("path", type=Path, metavar="RUN", help="folder of the run")
    verb.add_argument("--out", type=Path, required=True, metavar="FILE")
    verb.add_argument(
        "--format", choices=("csv", "json", "latex", "npz"), default="", help="default: by name"
    )
    verb.add_argument("--epochs", default="", metavar="0,5,20", help="default: all recorded")
    _add_path(verb)
    verb.set_defaults(run=_table)


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


def _add_path(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--with-path",
        action="store_true",
        help="say in the file where the run lies; default: only which run it is",
    )


def _add_model(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--model-classes", type=int, metavar="K", help="of the Layer-Peeled Model")
    verb.add_argument("--majority", type=int, metavar="K_A", help="its majority classes")
    verb.add_argument("--budget", type=float, default=5.0, metavar="E", help="E_H·E_W; default 5")
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
