"""The command line: the same verbs as the window, and the door to it."""

import argparse
import contextlib
import errno
import json
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from ncviz import __version__
from ncviz.commands.export_options import add_parsers as add_export_parsers
from ncviz.commands.later import LaterParser, later
from ncviz.commands.sweep_options import add_sweep_parser
from ncviz.commands.terminal import plain_output
from ncviz.display import check_display
from ncviz.errors import UserError
from ncviz.garbage import nothing_is_garbage
from ncviz.interrupts import interrupts_raise
from ncviz.jobs.leaving import leave_beside_threads
from ncviz.parameters import add_options
from ncviz.recording.plan import RecordPlan
from ncviz.training.device import CHOICES
from ncviz.viewer import load_torch_before_qt
from ncviz.wording import upper_first, visible_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ncviz.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process by default.

    Returns
    -------
    int
        Exit status: 0, or 1 after one sentence on standard error.
    """
    multiprocessing.freeze_support()
    with plain_output():
        try:
            status = _main(arguments)
        except SystemExit as end:  # of a process that lets another say why
            if arguments is None and isinstance(end.code, int):
                leave_beside_threads(end.code)
            raise
        if arguments is None:
            leave_beside_threads(status)
    return status


def _main(arguments: Sequence[str] | None) -> int:
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    parsed = _parser().parse_args(arguments)
    try:
        with interrupts_raise():
            if parsed.draws and sys.platform != "linux":  # which has EGL
                from ncviz.desktop.scene.offscreen_canvas import draw_through_qt

                draw_through_qt()
            status = int(parsed.command(parsed))
            if sys.stdout is not None:
                sys.stdout.flush()  # a full disk or a closed pipe shows here, not after the end
        return status
    except UserError as error:
        print(f"ncviz: {visible_line(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        print("ncviz: interrupted.", file=sys.stderr)
        return 128 + int(error.args[0] if error.args else signal.SIGINT)
    except OSError as error:
        if _reader_is_gone(error):  # e.g. `| head`: nothing is wrong
            _forget_output()
            return 0
        what = error.filename or "The output"
        reason = error.strerror or error
        print(
            f"ncviz: {visible_line(str(what))} cannot be read or written: {reason}.",
            file=sys.stderr,
        )
        _forget_output()
        return 1
    except Exception as error:  # noqa: BLE001 - what nobody foresaw is a sentence, too
        from ncviz.last_resort import unforeseen

        print(f"ncviz: {unforeseen(error, arguments or sys.argv[1:])}", file=sys.stderr)
        return 1


def _reader_is_gone(error: OSError) -> bool:
    """Tell whether nobody reads our output any more; on Windows that is an invalid argument."""
    nameless = error.filename is None and error.errno == errno.EINVAL
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and nameless)


def _forget_output() -> None:
    """Let what could not be written vanish, so that Python does not try again at its end."""
    with contextlib.suppress(OSError):  # not every standard output is a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = LaterParser(
        prog="ncviz",
        description="An explorer for the geometry of deep classifiers. Without a command the "
        "window opens with the demonstration.",
    )
    parser.add_argument("--version", action="version", version=f"ncviz {__version__}")
    parser.set_defaults(command=_window, path=None, follow=False, draws=False)
    verbs = parser.add_subparsers(metavar="COMMAND", parser_class=LaterParser)

    verb = verbs.add_parser("open", help="open the window with a run")
    verb.add_argument("path", type=Path, metavar="RUN", help="folder of the run; or a sweep")
    verb.add_argument(
        "--follow", action="store_true", help="wait for a run being written; stay at its end"
    )
    verb.set_defaults(command=_window)

    verb = verbs.add_parser("train", help="train a network and record the run")
    verb.add_argument("file", nargs="?", type=Path, metavar="FILE.toml", help="the recipe, too")
    verb.add_argument("--recipe", type=Path, metavar="FILE.toml", help="default: the published one")
    where = verb.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="RUN", help="a new folder")
    where.add_argument(
        "--resume", type=Path, metavar="RUN", help="go on with a training that was stopped"
    )
    verb.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a parameter of the recipe, e.g. --set optimizer=momentum",
    )
    verb.add_argument(
        "--seeds",
        type=int,
        metavar="N",
        help="repeat with so many seeds, each a run of its own in the folder; what is there of an "
        "earlier call is kept, and goes on",
    )
    verb.add_argument("--device", default="auto", metavar="NAME", help=CHOICES)
    verb.add_argument("--download", action="store_true", help="fetch the data set if it is absent")
    verb.set_defaults(command=later("train", needs_torch=True))

    verb = verbs.add_parser(
        "record",
        help="make a run of a model's checkpoints",
        description="Measure a model at each of its checkpoints. Nothing in a checkpoint is run; "
        "code of your own is imported only after you say yes.",
    )
    verb.add_argument("--out", type=Path, metavar="RUN", required=True, help="a new folder")
    add_options(verb, RecordPlan)
    verb.set_defaults(command=later("record", needs_torch=True))

    add_sweep_parser(verbs)

    verb = verbs.add_parser("recipe", help="print a recipe to start from")
    verb.set_defaults(command=_recipe)

    verb = verbs.add_parser("measure", help="print D, NC1-NC4, CDNV and the law of a run")
    verb.add_argument("path", type=Path, metavar="RUN")
    verb.add_argument("--epoch", type=float, help="this recorded one alone; or a step, …")
    verb.add_argument("--layer", help="this layer alone, by name or by number; 0 is the input")
    verb.add_argument("--split", metavar="NAME", help="these samples alone: train, test, …")
    verb.add_argument(
        "--all", action="store_true", help="every number in the table, as JSON always has"
    )
    verb.add_argument("--json", action="store_true", help="JSON instead of a table")
    verb.set_defaults(command=_measure)

    verb = verbs.add_parser(
        "elasticity",
        help="print strengths of LE-SDE from the mean logits of a run",
        description="How strongly images pull the logits of their own class and those of others, "
        "the tail index, and the LE-ODE beside the true mean logits; of repeats those of the mean "
        "of all trials.",
    )
    verb.add_argument("path", type=Path, metavar="RUN")
    verb.add_argument("--split", default="train", metavar="NAME", help="default: train")
    verb.add_argument(
        "--window", type=int, default=7, metavar="N", help="moments of a local parabola; default: 7"
    )
    verb.add_argument("--table", type=Path, metavar="FILE.csv", help="all of it over time")
    verb.add_argument("--json", action="store_true", help="JSON instead of words")
    verb.set_defaults(command=later("elasticity"))

    verb = verbs.add_parser("import", help="make a run of arrays of features")
    assert isinstance(verb, LaterParser)
    verb.add = _tell_formats
    verb.add_argument("file", type=Path, metavar="FILE", help="a file or a folder of arrays")
    verb.add_argument("--out", type=Path, metavar="RUN", required=True, help="a new folder")
    verb.add_argument(
        "--features",
        default="",
        metavar="NAME,…",
        help="arrays of features, or columns of a table, whose names do not tell",
    )
    verb.add_argument("--labels", default="", metavar="NAME", help="the array or column of labels")
    verb.add_argument("--probe-per-class", type=int, default=200, metavar="N", help="drawn samples")
    verb.add_argument("--seed", type=int, default=0, help="of the choice of drawn samples")
    verb.add_argument(
        "--columns",
        type=Path,
        metavar="FILE.csv",
        help="what else is known of each sample: rows in their order, or a column 'sample'",
    )
    verb.set_defaults(command=later("import_arrays"))

    verb = verbs.add_parser(
        "columns",
        help="what a run knows of its drawn samples; add columns of a table",
        description="Without more, the columns of a run. 'add FILE.csv' adds those of a table, "
        "whose rows are in the order of the drawn samples or have a column 'sample' with their "
        "numbers; 'remove TITLE' takes one off.",
    )
    verb.add_argument("path", type=Path, metavar="RUN")
    verb.add_argument("action", nargs="?", choices=("add", "remove"), metavar="add | remove")
    verb.add_argument("what", nargs="?", default="", metavar="FILE.csv | TITLE")
    verb.add_argument(
        "--split",
        default="train",
        metavar="NAME",
        help="whose samples the rows are of, such as test; a column 'split' says it of each",
    )
    verb.set_defaults(command=later("columns"))

    verb = verbs.add_parser("model", help="a theory model as numbers, a figure, a film or a run")
    verb.add_argument("name", nargs="?", metavar="NAME", help="none: list the models")
    verb.add_argument(
        "rest",
        nargs=argparse.REMAINDER,
        metavar="…",
        help="its parameters, which 'ncviz model NAME --help' lists",
    )
    verb.set_defaults(command=later("model"), draws=True)

    verb = verbs.add_parser("layer-peeled", help="solve the Layer-Peeled Model")
    verb.add_argument("--classes", type=int, metavar="K")
    verb.add_argument("--majority", type=int, metavar="K_A", help="majority classes")
    verb.add_argument("--budget", type=float, default=5.0, metavar="E", help="E_H·E_W; default 5")
    verb.add_argument(
        "--ratio", default="1:10000:41", metavar="FROM:TO:COUNT", help="or one number"
    )
    verb.add_argument("--class-sizes", metavar="N1,N2,…", help="any class sizes instead")
    verb.add_argument(
        "--power",
        type=float,
        default=2.0,
        metavar="Q",
        help="bound Σ_j |h_j|^Q, over the coordinates of the features; other than 2 the lowest "
        "of 96 descents is sought",
    )
    verb.add_argument("--json", action="store_true", help="JSON instead of text")
    verb.set_defaults(command=later("layer_peeled"))

    add_export_parsers(verbs)

    verb = verbs.add_parser("experiment", help="published experiments, run again, beside ours")
    assert isinstance(verb, LaterParser)
    verb.add = _add_experiment_kinds
    verb.set_defaults(command=lambda _, verb=verb: verb.print_help() or 0)

    verb = verbs.add_parser("lesson", help="the lessons, and what is wrong with one's own")
    assert isinstance(verb, LaterParser)
    verb.add = _add_lesson_kinds
    verb.set_defaults(command=lambda _, verb=verb: verb.print_help() or 0)

    verb = verbs.add_parser("demo", help="draw the demonstration without a window")
    verb.add_argument("--out", type=Path, default=Path("out"), metavar="FOLDER")
    verb.set_defaults(command=later("demo"), draws=True)

    verb = verbs.add_parser(
        "info",
        help="print what a run or repeats are; without, versions and devices for bug reports",
    )
    verb.add_argument("path", type=Path, nargs="?", metavar="RUN", help="folder, or demonstration")
    verb.set_defaults(command=later("info"), draws=True)
    return parser


def _tell_formats(verb: argparse.ArgumentParser) -> None:
    from ncviz.arrays.array_format import all_titles

    verb.description = f"Make a run of features and labels. What is read: {all_titles()}."


def _add_experiment_kinds(verb: argparse.ArgumentParser) -> None:
    from ncviz.commands.experiment import add_kinds

    add_kinds(verb)


def _add_lesson_kinds(verb: argparse.ArgumentParser) -> None:
    from ncviz.commands.lesson import add_kinds

    add_kinds(verb)


def _window(parsed: argparse.Namespace) -> int:
    load_torch_before_qt()
    with nothing_is_garbage():
        from ncviz.desktop.shell.application import run_window

    if parsed.path is not None:
        from ncviz.runs.following import wait_for_run
        from ncviz.runs.repeats import open_run
        from ncviz.sweeps.sweep_lines import is_sweep, is_sweep_folder

        sweeps = is_sweep_folder(parsed.path) or is_sweep(parsed.path)
        if parsed.follow and not sweeps:
            check_display()  # before one waits for hours
            parsed.path = wait_for_run(parsed.path, _say_waiting).path
        if sweeps:
            from ncviz.sweeps.sweep_file import read_sweep

            read_sweep(parsed.path)
        else:
            open_run(parsed.path)  # a wrong path is told here, in the terminal
    check_display()
    if parsed.follow:
        return run_window(parsed.path, follow=True)
    return run_window(parsed.path)


def _say_waiting(path: Path) -> None:
    print(f"Waiting for the first snapshot of {path} (Ctrl+C ends it).", file=sys.stderr)


def _recipe(_parsed: argparse.Namespace) -> int:
    from ncviz.training.recipe import Recipe

    print(Recipe().to_toml(), end="")
    return 0


def _measure(parsed: argparse.Namespace) -> int:
    from ncviz.metrics.measures import measure_run
    from ncviz.metrics.repeated import measure_repeats
    from ncviz.runs.repeats import Repeats, is_repeats
    from ncviz.runs.run import Run

    run = Repeats(parsed.path) if is_repeats(parsed.path) else Run(parsed.path)
    epoch = None if parsed.epoch is None else run.counting.number(parsed.epoch)
    asked = epoch, parsed.layer, parsed.split
    core = not (parsed.all or parsed.json)
    if isinstance(run, Run):
        measured = measure_run(run, *asked, core=core)
    else:
        measured = measure_repeats(run, *asked, core=core)
        if not parsed.json:
            print(f"Mean ± standard deviation over {run.count_in_words}.\n")
            if run.absent:
                print(f"{upper_first(run.said_of_absent)}.\n")
    if parsed.json:
        print(json.dumps(measured, indent=1, allow_nan=False))
    else:
        _print_table(measured["layers"])
        _print_table(measured["law"])
        for name, sentences in measured["absent"].items():
            print(f"{name}: {' '.join(sentences)}")
    return 0


def _print_table(records: list[dict[str, object]]) -> None:
    if not records:
        return
    records = [_with_count(record) for record in records]
    rows = [list(records[0]), *([_cell(v) for v in record.values()] for record in records)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    print()


def _with_count(record: dict[str, object]) -> dict[str, object]:
    """Return a line of repeats with a column n before its numbers: of how many runs they are."""
    counts = [value["n"] for value in record.values() if isinstance(value, dict)]
    if not counts:
        return record
    keys = {name: value for name, value in record.items() if isinstance(value, str)}
    first = next(iter(record))
    return {first: record[first]} | keys | {"n": max(counts)} | record


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict):
        spread = "" if value["std"] is None else f" ± {value['std']:.2g}"
        return f"{value['mean']:.4g}{spread}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
