"""The options of `ncviz record`. Nothing here imports NumPy or torch."""

import argparse
from pathlib import Path
from typing import Any

from ncviz.parameters import add_options
from ncviz.recording.plan import RecordPlan


def add_parser(verbs: Any) -> argparse.ArgumentParser:
    """Add the verb and its options to the command line's parser."""
    verb = verbs.add_parser(
        "record",
        help="make a run of a model's checkpoints",
        description="Measure a model at each of its checkpoints. Nothing in a checkpoint is run; "
        "code of your own is imported only after you say yes.",
    )
    assert isinstance(verb, argparse.ArgumentParser)
    verb.add_argument("--out", type=Path, metavar="RUN", required=True, help="a new folder")
    add_options(verb, RecordPlan)
    return verb
