"""`ncviz export`: figures, films and tables as files."""

import argparse
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_text
from ncviz.commands.layer_peeled import parse_ratios
from ncviz.commands.names import tell_of_names
from ncviz.errors import UserError
from ncviz.export.export_messages import ExportProgress
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure
from ncviz.export.film_plan import FilmPlan
from ncviz.export.films import make_film
from ncviz.export.first_camera import figure_from_first_camera, film_from_first_camera
from ncviz.export.model_plan import ModelPlan, model_of
from ncviz.export.plan_texts import whole_numbers
from ncviz.export.provenance import view_of_file
from ncviz.export.styles import scene_theme, style_named
from ncviz.export.tables import TablePlan, make_table
from ncviz.interrupts import first_interrupt_sets
from ncviz.parameters import from_options
from ncviz.runs.run import Run
from ncviz.scenes.view import View
from ncviz.scenes.view_text import HEAD, text_to_view
from ncviz.wording import saved_files

PROGRESS_SECONDS = 0.2
LARGEST_LIST = 2**24  # bytes of a list of views
# Endings of exported files that carry their view.
CARRIERS = (".png", ".svg", ".pdf", ".gif", ".mp4")


def export_figure(parsed: argparse.Namespace) -> int:
    """Draw a figure.

    Raises
    ------
    UserError
        If an option does not fit, or the file cannot be written.
    """
    run = _run(parsed)
    plan = from_options(FigurePlan(parsed.out), parsed)
    if plan.preset == "minority":
        plan = replace(plan, model=_model(parsed, run))
    elif run is None:
        raise UserError("Name the folder of a run; only --preset minority does without.")
    plan = replace(
        plan,
        run=None if run is None else run.path,
        view=_view(parsed, run, scene_theme(style_named(plan.theme))),
        epochs=_epochs(parsed.moments, run),
    )
    if run is not None and not parsed.view:
        plan = figure_from_first_camera(run, plan)
    make_figure(plan)
    tell_of_names(run)
    print(saved_files(parsed.out))
    return 0


def export_film(parsed: argparse.Namespace) -> int:
    """Draw a film, and say how far it is.

    Raises
    ------
    UserError
        If an option does not fit, or the film cannot be written.
    """
    plan = from_options(FilmPlan(parsed.out), parsed)
    over_ratio = plan.over == "ratio"
    run = None if over_ratio and parsed.path is None else _run(parsed)
    if run is None and not over_ratio:
        raise UserError("Name the folder of a run; only --over ratio does without.")
    width, height = _size(parsed.size)
    first, last = _range(parsed.range, run)
    keyframes = _keyframes(parsed.views)
    theme = parsed.theme
    if not theme and not parsed.view and keyframes:
        theme = keyframes[0].theme
    plan = replace(
        plan,
        run=None if over_ratio or run is None else run.path,
        view=_view(parsed, None if over_ratio else run, theme),
        width=width,
        height=height,
        first_epoch=first,
        last_epoch=last,
        keyframes=keyframes,
        plot=plan.plot or plan.plot_name != FilmPlan.plot_name,
        supersample=2 if parsed.fine else 1,
        model=_model(parsed, run) if over_ratio else None,
    )
    if not (parsed.view or keyframes):
        plan = film_from_first_camera(plan)
    interrupted = threading.Event()
    with first_interrupt_sets(interrupted):
        if not make_film(plan, _Teller(parsed.out), interrupted.is_set):
            raise KeyboardInterrupt
    tell_of_names(run)
    print(saved_files(parsed.out))
    return 0


def export_table(parsed: argparse.Namespace) -> int:
    """Write a table.

    Raises
    ------
    UserError
        If the run is damaged or the file cannot be written.
    """
    run = Run(parsed.path)
    plan = from_options(TablePlan(parsed.out, run.path), parsed)
    written = make_table(replace(plan, epochs=_epochs(parsed.moments, run)))
    print(saved_files(*written))
    return 0


class _Teller:
    """Tells a terminal how far a film is, on one line."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._told = 0.0

    def __call__(self, progress: ExportProgress) -> None:
        done = progress.done == progress.total
        if not sys.stderr.isatty() or not (
            done or time.monotonic() - self._told > PROGRESS_SECONDS
        ):
            return
        self._told = time.monotonic()
        left = f"{progress.seconds_left:.0f} s left" if not done else "writing"
        print(
            f"\r{self._out.name}: frame {progress.done} of {progress.total}, {left}   ",
            end="\n" if done else "",
            file=sys.stderr,
            flush=True,
        )


def _run(parsed: argparse.Namespace) -> Run | None:
    return None if parsed.path is None else Run(parsed.path)


def _view(parsed: argparse.Namespace, run: Run | None, theme: str) -> View:
    """Return the view of the options: its text or a file that holds one, then changes to it."""
    view = _read_view(parsed.view)
    if run is not None:
        if not parsed.view:
            view = view.at(run.epochs[-1])
        if parsed.epoch is not None:
            view = view.at(run.counting.number(parsed.epoch))
        if parsed.layer is not None:
            view = replace(view, layer=parsed.layer)
        if parsed.classes:
            view = replace(view, classes=whole_numbers(parsed.classes, "classes"))
    return replace(view, theme=theme) if theme else view


def _read_view(text: str) -> View:
    if not text:
        return View()
    if text.lstrip().startswith(HEAD.split(":")[0] + ":"):
        return text_to_view(text)
    if Path(text).exists():
        return view_of_file(Path(text))
    if Path(text).suffix.lower() in CARRIERS:
        raise UserError(f"{text} does not exist: name an exported file, or the text of a view.")
    return text_to_view(text)


def _keyframes(path: Path | None) -> tuple[View, ...]:
    """Return the views of a file: one text a line, or TOML with a list `views`."""
    if path is None:
        return ()
    try:
        text = read_text(path, LARGEST_LIST)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise UserError(f"{path} is no text: write one view a line.") from None
    lines = [line.strip() for line in text.splitlines()]
    if path.suffix.lower() == ".toml":
        lines = _lines_of_toml(path, text)
    return tuple(text_to_view(line) for line in lines if line and not line.startswith("#"))


def _lines_of_toml(path: Path, text: str) -> list[str]:
    import tomllib

    try:
        found: Any = tomllib.loads(text).get("views")
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not TOML: {error}.") from error
    if not isinstance(found, list) or not all(isinstance(line, str) for line in found):
        raise UserError(f'{path} has no list of views: write views = ["{HEAD} epoch=0", …].')
    return found


def _epochs(text: str, run: Run | None) -> tuple[int, ...]:
    """Return the numbers of recorded snapshots of a run: 5 of '2.5' where it counts halves."""
    if run is None:
        return ()
    return tuple(_epoch(word, run) for word in text.replace(",", " ").split())


def _epoch(word: str, run: Run) -> int:
    try:
        value = float(word)
    except ValueError:
        units = run.counting.units
        raise UserError(f"{word!r} is none of the {units}: write numbers such as 0,5,20.") from None
    return run.recorded(run.counting.number(value))


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().replace("×", "x").split("x"))
    except ValueError:
        raise UserError(f"The size {text!r} is not WIDTHxHEIGHT: write 1280x720.") from None
    return width, height


def _range(text: str, run: Run | None) -> tuple[int | None, int | None]:
    if not text or run is None:
        return None, None
    ends = text.split(":")
    if len(ends) != 2:
        raise UserError(f"The range {text!r} is not FROM:TO: write 0:100.")
    first, last = (_epoch(end, run) if end else None for end in ends)
    return first, last


def _model(parsed: argparse.Namespace, run: Run | None) -> ModelPlan:
    """Return the model of the options, or with the classes of a run."""
    ratios = parse_ratios(parsed.ratio)
    if len(ratios) < 2:
        raise UserError("A curve over R needs two ends: write --ratio 1:1000:200.")
    lowest, highest = float(ratios[0]), float(ratios[-1])
    if run is not None and parsed.model_classes is None:
        model = model_of(run, ModelPlan())
    else:
        model = ModelPlan(majority=max((parsed.model_classes or ModelPlan.classes) // 2, 1))
    model = from_options(model, parsed, into="model_")
    return replace(model, lowest=lowest, highest=highest, points=len(ratios))
