"""``ncviz import``: a run of a file of arrays, and what became of each."""

import argparse
from pathlib import Path

from ncviz.arrays.holding import saying
from ncviz.commands.terminal import saved
from ncviz.errors import UserError
from ncviz.recording.array_files import import_array_file
from ncviz.wording import visible_line


def import_arrays(parsed: argparse.Namespace) -> int:
    """Make the run, and print a line an array.

    Returns
    -------
    int
        The exit status.
    """
    out: Path = parsed.out
    if parsed.probe_per_class < 1 or parsed.seed < 0:
        raise UserError("--probe-per-class must be at least 1 and --seed at least 0.")
    features = tuple(name for name in parsed.features.split(",") if name)
    asked = parsed.probe_per_class, parsed.seed, features, parsed.labels, parsed.columns
    with saying(lambda sentence: print(visible_line(sentence), flush=True)):
        notes = import_array_file(parsed.file, out, *asked)
    for note in notes:
        print(f"  {visible_line(note)}")
    print(saved(out))
    return 0
