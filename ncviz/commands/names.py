"""What a command says of names that this computer has no letters for."""

import sys

from ncviz.rendering.typefaces import note_on_names
from ncviz.runs.run import Run


def tell_of_names(run: Run | None) -> None:
    """Say on the error stream which class names are drawn as boxes, if any are."""
    note = "" if run is None else note_on_names(run.manifest.class_names)
    if note:
        print(note, file=sys.stderr)
