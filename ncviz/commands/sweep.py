"""`ncviz sweep`: a recipe or a theory problem over a grid of parameters and seeds."""

import argparse
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ncviz.commands.device import chosen_device
from ncviz.errors import UserError
from ncviz.interrupts import Stopping
from ncviz.jobs.control import Control, Order
from ncviz.sweeping.asked import read_asked
from ncviz.sweeping.carrying_out import ELSEWHERE, SweepDone, begin_folder, carry_out_task
from ncviz.sweeping.engines import (
    in_processes,
    in_this_process,
    on_cluster,
    slurm_script,
    stop_processes,
)
from ncviz.sweeps.numbers import ReadAt
from ncviz.sweeps.places import (
    FAILED,
    FINISHED,
    RUNNING,
    STATES,
    STOPPED,
    TaskState,
    place_of,
    state_of_task,
)
from ncviz.sweeps.sweep import Sweep, folder_beside
from ncviz.sweeps.sweep_table import write_sweep_table
from ncviz.viewer import need_torch
from ncviz.wording import duration, listed, saved_files, shell_word

INDEX = "--index"


def sweep(parsed: argparse.Namespace) -> int:
    """Carry a sweep out, or say what it is.

    Raises
    ------
    UserError
        If the file does not fit, or nothing can be written.
    """
    path: Path = parsed.file
    asked = read_asked(path)
    folder = parsed.out or folder_beside(path)
    if parsed.jobs is not None and parsed.jobs < 1:
        raise UserError(f"--jobs is {parsed.jobs}: choose 1 or more.")
    if parsed.list or parsed.slurm:
        command = _command_of(parsed)
        if parsed.slurm:
            print(slurm_script(command, asked.count, asked.name), end="")
            return 0
        for task in asked.tasks():
            print(f"{command(str(task.index))}  # {task.words}")
        return 0
    if parsed.table is not None:
        layer = -1 if parsed.layer is None else parsed.layer
        reading = ReadAt(parsed.epoch, layer, parsed.split)
        write_sweep_table(asked, folder, parsed.table, reading, _show_rows)
        _end_line()
        print(saved_files(parsed.table))
        return 0
    if parsed.status:
        return _tell_status(asked, folder, parsed.json)
    if not asked.model:
        need_torch()
    device = "cpu" if asked.model else chosen_device(parsed.device)
    begin_folder(asked, folder)
    ways = {"device": device, "again": parsed.again}
    if parsed.index is not None:
        return _do_one(asked, folder, parsed.index, ways)
    return _do_all(asked, folder, parsed, ways)


def _command_of(parsed: argparse.Namespace) -> Callable[[str], str]:
    words = ["ncviz", "sweep", shell_word(str(parsed.file))]
    if parsed.out is not None:
        words += ["--out", shell_word(str(parsed.out))]
    if parsed.device != "auto":
        words += ["--device", shell_word(parsed.device)]
    return lambda index: " ".join([*words, INDEX, index])


def _do_one(asked: Sweep, folder: Path, index: int, ways: dict[str, Any]) -> int:
    if not 0 <= index < asked.count:
        raise UserError(f"--index is {index}: {asked.path} has 0 to {asked.count - 1}.")
    control, task = Control(), asked.task(index)
    stopping = Stopping(control.stop)
    done = carry_out_task(asked, folder, task, control=control, **ways)
    print(_ended(asked, done))
    if done.state == STOPPED:
        return 1 if done.message else stopping.status
    return 1 if done.state == FAILED else 0


def _do_all(asked: Sweep, folder: Path, parsed: argparse.Namespace, ways: dict[str, Any]) -> int:
    stands = [state_of_task(asked, place_of(folder, task)) for task in asked.tasks()]
    again = ways["again"]
    left = [
        index
        for index, each in enumerate(stands)
        if each.state not in (FINISHED, *(() if again else (FAILED,)))
    ]
    told = _Teller(asked, stands, set(left))
    control = Control()

    def stop() -> None:
        control.stop()
        stop_processes()

    stopping, why = Stopping(stop) if parsed.dask is None else None, ""
    try:
        for done in _engine(asked, folder, parsed, left, control, ways):
            told(done)
            if done.state == STOPPED and done.message and not why:
                why = done.message
                stop()  # the others would end in the same way
    except UserError:
        _end_line()
        if control.order() is Order.CONTINUE:
            raise  # else its processes were asked to end, and some had not begun
    _end_line()
    if why:
        print(f"ncviz: {why}", file=sys.stderr)
    return _tell_end(asked, folder, parsed, None if why else stopping)


def _engine(
    asked: Sweep,
    folder: Path,
    parsed: argparse.Namespace,
    left: list[int],
    control: Control,
    ways: dict[str, Any],
) -> Iterator[SweepDone]:
    if not left:
        return iter(())
    if parsed.dask is not None:
        return on_cluster(asked, folder, left, parsed.dask, **ways)
    if (parsed.jobs or 1) > 1:
        return in_processes(asked, folder, left, parsed.jobs, **ways)
    return in_this_process(asked, folder, left, control, **ways)


class _Teller:
    """Tells a terminal how far a sweep is, and of each cell that fails."""

    def __init__(self, asked: Sweep, stands: list[TaskState], left: set[int]) -> None:
        self._asked, self._began = asked, time.monotonic()
        self._total = self._left = len(left)
        self.ends = Counter(
            stands[index].state for index in range(asked.count) if index not in left
        )
        seeds = "" if asked.seeds == 1 else f" × {asked.seeds} seeds"
        print(
            f"{asked.name}: {len(asked.cells)} cells{seeds}, {self.ends[FINISHED]} done, "
            f"{self.ends[FAILED]} failed, {self._left} left.",
            file=sys.stderr,
        )

    def __call__(self, done: SweepDone) -> None:
        self._left -= 1
        self.ends[done.state] += 1
        if done.state == FAILED:
            _end_line()
            print(_ended(self._asked, done), file=sys.stderr, flush=True)
        self._show(done)

    def _show(self, done: SweepDone) -> None:
        made = self._total - self._left
        seconds = (time.monotonic() - self._began) / max(made, 1) * self._left
        line = (
            f"{self.ends[FINISHED]} done, {self.ends[FAILED]} failed, {self._left} left, "
            f"{duration(seconds)} to go; last: {self._asked.task(done.index).words}"
        )
        if sys.stderr.isatty():
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{line[:width].ljust(width)}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def _ended(asked: Sweep, done: SweepDone) -> str:
    words = asked.task(done.index).words
    if done.state == FAILED:
        said = done.message or "nothing says why."
        tail = "" if not done.was_done else " (--again tries it once more)"
        return f"{words} failed: {said}{tail}"
    if done.state == ELSEWHERE:
        return f"{words} is being done by another process."
    if done.state == STOPPED and done.message:
        return f"{words}: stopped, and the same command goes on. {done.message}"
    return f"{words}: {'done already' if done.was_done else done.state}."


def _tell_end(
    asked: Sweep, folder: Path, parsed: argparse.Namespace, stopping: Stopping | None
) -> int:
    # As the folder says now: what others did meanwhile is done.
    states = {task.index: state_of_task(asked, place_of(folder, task)) for task in asked.tasks()}
    ends = Counter(each.state for each in states.values())
    finished, failed, running = ends[FINISHED], ends[FAILED], ends[RUNNING]
    print(f"{asked.name}: {finished} of {asked.count} done, {failed} failed.")
    if failed:
        bad = [asked.task(index).words for index, each in states.items() if each.state == FAILED]
        print(f"Failed: {listed(bad)}; --again tries them once more.")
    if running:
        are = "1 is" if running == 1 else f"{running} are"
        print(f"{are} being done by another process.")
    print(f"Saved {folder}; its table: ncviz sweep {shell_word(str(folder))} --table table.csv")
    if finished + failed + running < asked.count:
        print(f"Stopped; the same command goes on: ncviz sweep {shell_word(str(parsed.file))}")
        return stopping.status if stopping is not None else 1
    return 1 if failed else 0


def _tell_status(asked: Sweep, folder: Path, as_json: bool) -> int:
    counted = Counter(state_of_task(asked, place_of(folder, t)).state for t in asked.tasks())
    if as_json:
        print(
            json.dumps(
                {"sweep": asked.name, "cells": len(asked.cells), "seeds": asked.seeds}
                | {state: counted[state] for state in STATES},
                indent=1,
            )
        )
    else:
        said = ", ".join(f"{counted[state]} {state}" for state in STATES)
        print(f"{asked.name}: {asked.count} in all; {said}.")
    return 0


def _show_rows(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total} lines", end="", file=sys.stderr, flush=True)


def _end_line() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
