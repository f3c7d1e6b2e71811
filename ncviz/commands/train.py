"""`ncviz train`: a recipe in, a run out, with a progress bar."""

import argparse
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ncviz.commands.device import chosen_device
from ncviz.commands.law_numbers import law_numbers
from ncviz.commands.terminal import saved
from ncviz.data.catalogue import load
from ncviz.errors import FullError, UserError, is_full
from ncviz.interrupts import Stopping
from ncviz.jobs.control import Control
from ncviz.parameters import from_texts
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.repeats import Repeats, is_repeats
from ncviz.runs.run import Run
from ncviz.runs.writer import STATE
from ncviz.training import recorded_repeats, recorded_training
from ncviz.training.device import CPU, get_ready
from ncviz.training.recipe import Recipe
from ncviz.training.recipe_file import read_recipe
from ncviz.training.training_messages import SeedBegun, TrainingProgress
from ncviz.training.training_runner import measuring_process
from ncviz.wording import bytes_in_words, shell_word, upper_first

BAR = 24  # characters


def train(parsed: argparse.Namespace) -> int:
    """Train and record, or go on with a training; Ctrl+C stops and keeps what was recorded.

    Raises
    ------
    UserError
        If anything does not fit, or there is nothing to go on from.
    """
    out: Path = parsed.resume or parsed.out
    work: Callable[..., str]
    if parsed.recipe and parsed.file:
        raise UserError(f"There are two recipes, {parsed.recipe} and {parsed.file}: name one.")
    file = parsed.recipe or parsed.file
    if parsed.resume is not None:
        if file or parsed.set or parsed.seeds is not None:
            raise UserError(
                "--resume goes on by the run's own recipe: leave the recipe, --set and --seeds out."
            )
        if is_repeats(out):  # what cannot be is said before torch warms up
            recorded_repeats.repeated_recipe(out)
            work = partial(recorded_repeats.resume_repeats, out)
        else:
            recorded_training.resumable(out)
            work = partial(recorded_training.resume, out)
    else:
        seeds = [] if parsed.seeds is None else [f"seeds={parsed.seeds}"]
        recipe = read_recipe(file) if file else Recipe()
        recipe = _changed(recipe, [*parsed.set, *seeds])
        repeated = recipe.regimen.seeds > 1
        record = recorded_repeats.record_repeats if repeated else recorded_training.record
        work = partial(record, recipe, out)
    device = chosen_device(parsed.device)
    if parsed.download and parsed.resume is None:
        folder = Path(recipe.data_folder) if recipe.data_folder else None
        load(recipe.dataset, folder, download=True, progress=_show_download)
    if device == CPU:  # a GPU gets ready where its faults are told in a sentence
        get_ready(device)
    control = Control()
    stopping = Stopping(control.stop)
    beside = measuring_process()
    try:
        state = work(device=device, control=control, notify=show_progress, beside=beside)
    except UserError as error:
        if is_full(error) and (out / STATE).exists():
            again = f"ncviz train --resume {shell_word(str(out))}"
            raise FullError(f"{error} Make room, and go on with it: {again}") from error
        raise
    finally:
        if beside is not None:
            beside.close()
    return _tell(state, out, stopping.status)


def _tell(state: str, out: Path, stopped: int) -> int:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if state == "cancelled":
        print("Nothing was recorded.")
        return stopped
    if is_repeats(out):
        print(ending_of_repeats(Repeats(out), state))
    else:
        print(ending(Run(out), state))
    print(saved(out))
    if state == "stopped":
        print(f"Go on with it: ncviz train --resume {shell_word(str(out))}")
        return stopped
    return 0


def ending(run: Run, state: str) -> str:
    """Return what is printed when a training ends with a state, 'finished' or 'stopped'."""
    last = run.epochs[-1]
    error = f"training error {run.snapshot(last).scalars['train_error']:.3g}"
    facts = ", ".join([error, *law_numbers(run, last, with_half_life=True)])
    return f"{run.manifest.title}: {state} at epoch {last}, {facts}."


def ending_of_repeats(repeats: Repeats, state: str) -> str:
    """Return what is printed when a training of several seeds ends with a state."""

    def fuzziness(run: Run) -> float:
        return fuzziness_by_layer(run, run.epochs[-1])[-1]

    spread = repeats.spread(fuzziness)
    std = f" ± {float(spread.std):.2g}" if spread.count > 1 else ""
    said = [
        f"{repeats.title}: {repeats.count_in_words} {state}, D of the last layer "
        f"{float(spread.mean):.3g}{std}, "
        f"seed {repeats.median_seed} is the median by {repeats.median_by}.",
    ]
    if repeats.absent:
        said.append(f"{upper_first(repeats.said_of_absent)}.")
    broken = [
        f"Seed {repeats.seed_of(run)}: {run.manifest.message}"
        for run in repeats.runs
        if run.manifest.message
    ]
    return "\n".join([*said, *broken])


def _changed(recipe: Recipe, changes: list[str]) -> Recipe:
    texts = dict(change.split("=", 1) for change in changes if "=" in change)
    recipe, unknown = from_texts(recipe, texts, "The recipe")
    recipe.check()  # what is unknown may be of a network that is
    for change in changes:
        name, equals, _text = change.partition("=")
        if not equals or name in unknown:
            raise UserError(
                f"--set {change} does not name a parameter of the recipe and its value: "
                "write, for example, --set optimizer=momentum."
            )
    return recipe


def show_progress(message: object) -> None:
    """Draw a bar of a training on a terminal; whatever else is told is passed over."""
    if isinstance(message, SeedBegun):
        ended = "\n" if sys.stderr.isatty() and message.number > 1 else ""
        said = f"{ended}seed {message.seed}, {message.number} of {message.count}"
        print(said, file=sys.stderr, flush=True)
    if not isinstance(message, TrainingProgress) or not sys.stderr.isatty():
        return
    done = round(BAR * message.epoch / message.epochs)
    line = (
        f"{'█' * done}{'░' * (BAR - done)} epoch {message.epoch}/{message.epochs}  "
        f"loss {message.loss:.4f}  error {100 * (1 - message.accuracy):.2f} %  "
        f"{message.epochs_per_second:.0f} epochs/s  {message.seconds_left:.0f} s left"
    )
    width = shutil.get_terminal_size().columns - 1
    print(f"\r{line[:width].ljust(width)}", end="", file=sys.stderr, flush=True)


def _show_download(done: int, total: int) -> None:
    if sys.stderr.isatty():
        share = done / max(total, 1)
        said = f"Downloading: {100 * share:.0f} % of {bytes_in_words(total)}"
        print(f"\r{said}", end="", file=sys.stderr)
