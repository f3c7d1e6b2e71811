"""Writes the file that makes a folder one of repeats; `repeated_recipe` reads it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ncviz.runs.repeated_recipe import FILE_NAME, FORMAT, VERSION
from ncviz.runs.writer import write_atomically


def write_repeated_recipe(folder: Path, recipe: Mapping[str, Any]) -> None:
    """Write what makes a folder one of repeats.

    Parameters
    ----------
    folder : Path
    recipe : mapping
        With `seed`, the first, and `seeds`, how many.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    values = {"format": FORMAT, "version": VERSION, "recipe": dict(recipe)}
    content = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / FILE_NAME, f"{content}\n".encode())
