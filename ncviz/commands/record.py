"""`ncviz record`: a model's checkpoints in, a run out, with a progress bar."""

import argparse
import math
import os
import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from ncviz.commands.device import chosen_device
from ncviz.commands.law_numbers import law_numbers
from ncviz.commands.terminal import saved
from ncviz.errors import UserError
from ncviz.interrupts import Stopping
from ncviz.jobs.control import Control
from ncviz.parameters import from_options
from ncviz.recording.going_on import broken_off
from ncviz.recording.plan import RecordPlan
from ncviz.recording.recording_messages import (
    FileProgress,
    GoesOn,
    Ordered,
    RecordMessage,
    Skipped,
)
from ncviz.runs.run import Run
from ncviz.wording import visible_line

if TYPE_CHECKING:
    from ncviz.measuring.peers import Peers

BAR = 24  # characters
LISTED = 24  # files whose epochs are said one by one


def record(parsed: argparse.Namespace) -> int:
    """Record checkpoints; Ctrl+C stops and keeps what was recorded.

    Raises
    ------
    UserError
        If nothing can be recorded.
    """
    if _are_several():
        from ncviz.recording.torchrun import joined_processes

        with joined_processes() as peers, peers.agreed():
            return _record(parsed, peers)
    return _record(parsed, None)


def _are_several() -> bool:
    """Tell whether torchrun has started several processes, of which this is one."""
    return os.environ.get("WORLD_SIZE", "1").strip() not in ("", "0", "1")


def _record(parsed: argparse.Namespace, peers: "Peers | None") -> int:
    plan = from_options(RecordPlan(), parsed)
    plan.check()
    if plan.runs_code and not plan.trusted:
        plan = _ask(plan, several=peers is not None)
    # Torch is imported only now, after all that can be refused without it.
    from ncviz.measuring.peers import ALONE
    from ncviz.recording.record_checkpoints import record_checkpoints

    if peers is None:
        peers = ALONE
        broken_off(parsed.out)  # refused before the device is looked for
        plan = replace(plan, device=chosen_device(plan.device))
    else:
        from ncviz.recording.torchrun import device_of_process

        # Each looks at its own GPU; what is there is not tried, which takes a process more each.
        plan = replace(plan, device=device_of_process(plan.device))
    control = Control()
    stopping = Stopping(control.stop)
    display = _Display() if peers.is_first else _ignore
    state = record_checkpoints(plan, parsed.out, control=control, notify=display, peers=peers)
    if not isinstance(display, _Display):
        return 0 if state == "finished" else stopping.status
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if state == "cancelled":
        print("Nothing was recorded.")
        return stopping.status
    if not sys.stderr.isatty():
        print(display.epochs)
    _summarise(Run(parsed.out), state)
    print(saved(parsed.out))
    return stopping.status if state == "stopped" else 0


def _ignore(_message: RecordMessage) -> None:
    """Say nothing: the first process does."""


def _ask(plan: RecordPlan, *, several: bool) -> RecordPlan:
    """Ask on a terminal whether the user's code may be imported.

    Raises
    ------
    UserError
        If she says no, or there is nobody to ask, as among several processes.
    """
    names = " and ".join(plan.runs_code)
    if not several and sys.stdin is not None and sys.stdin.isatty():
        print(f"This imports and runs {names}. Do you trust it? [y/N] ", end="", file=sys.stderr)
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return replace(plan, trusted=True)
    raise UserError(f"{names} was not imported: say yes to running this code with --yes.")


def _summarise(run: Run, state: str) -> None:
    last = run.epochs[-1]
    moment = run.counting.named(last)
    error = run.snapshot(last).scalars.get("train_error")
    said = [] if error is None else [f"training error {error:.3g}"]
    facts = ", ".join([*said, *law_numbers(run, last)]) or "no error, for there is no classifier"
    layers = len(run.manifest.layers)
    print(
        f"{run.manifest.title}: {state}, {len(run.epochs)} recorded, "
        f"{layers} {'layer' if layers == 1 else 'layers'}; {moment}: {facts}."
    )
    for words in run.manifest.recipe.get("transforms", ()):
        print(f"  {visible_line(words)}")


def _listed(message: Ordered) -> str:
    """Say which epoch each file is of, the middle of many left out."""
    lines = [visible_line(message.said)]
    lines += [
        f"  {message.counting.text(epoch):>9}  {visible_line(name)}"
        for name, epoch in zip(message.files, message.epochs, strict=True)
    ]
    gap = len(message.files) - LISTED
    if gap > 1:
        half = 1 + LISTED // 2
        lines[half : half + gap] = [f"  … {gap:,} more"]
    return "\n".join(lines)


class _Display:
    """A progress bar on a terminal, each file's epoch, and a line for each that is skipped."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._files = 0
        self.epochs = ""

    def __call__(self, message: RecordMessage) -> None:
        if isinstance(message, FileProgress):
            self._files = message.files
            if self._terminal:
                self._bar(message)
        elif isinstance(message, Ordered):
            self.epochs = _listed(message)
            if self._terminal:  # at once, while it can still be stopped and corrected
                width = shutil.get_terminal_size().columns - 1
                print(f"\r{' ' * width}\r{self.epochs}", file=sys.stderr)
        elif isinstance(message, GoesOn):
            start = "\r" if self._terminal else ""
            print(f"{start}{visible_line(message.words)}", file=sys.stderr)
        # The only file's fault is told once, at the end.
        elif isinstance(message, Skipped) and self._files > 1:
            start = "\r" if self._terminal else ""
            print(f"{start}ncviz: skipped: {visible_line(message.sentence)}", file=sys.stderr)

    def _bar(self, message: FileProgress) -> None:
        done = round(BAR * message.done / max(message.files, 1))
        left = "" if math.isnan(message.seconds_left) else f"  {message.seconds_left:.0f} s left"
        line = (
            f"{'█' * done}{'░' * (BAR - done)} {message.step} {message.done}/{message.files}  "
            f"{visible_line(message.name)}{left}"
        )
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:width].ljust(width)}", end="", file=sys.stderr, flush=True)
