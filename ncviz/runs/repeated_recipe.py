"""The small file that makes a folder one of repeats: the recipe, the first seed, how many."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import read_json
from ncviz.errors import UserError
from ncviz.language import tr

FILE_NAME = "repeats.json"
FORMAT = "ncviz repeats"
VERSION = 1
LARGEST_FILE = 2**20  # bytes
MOST_SEEDS = 100
LAST_SEED = 2**31 - 1


def read_repeated_recipe(folder: Path) -> dict[str, Any]:
    """Read the recipe of repeats, with `seed`, the first, and `seeds`, how many.

    Raises
    ------
    UserError
        If the file is absent, damaged, or of a newer ncviz.
    """
    path = folder / FILE_NAME
    try:
        values = read_json(path, LARGEST_FILE)
    except FileNotFoundError:
        raise UserError(
            tr(
                "{folder} holds no repeats: it has no {file_name}.",
                folder=folder,
                file_name=FILE_NAME,
            )
        ) from None
    except OSError as error:
        raise UserError(
            tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror)
        ) from error
    except ValueError as error:
        raise UserError(tr("{path} is damaged: it is not JSON.", path=path)) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise UserError(
            tr(
                "{path} is damaged: it does not say that it is {format!r}.",
                path=path,
                format=FORMAT,
            )
        )
    if values.get("version") != VERSION:
        raise UserError(
            tr(
                "{path} is in another version of its format than {version}: install a newer ncviz.",
                path=path,
                version=VERSION,
            )
        )
    recipe = values.get("recipe")
    if not isinstance(recipe, dict):
        raise UserError(tr("{path} is damaged: it holds no recipe.", path=path))
    recipe = {"seed": 0, "seeds": 1} | recipe
    for name, low, high in (("seed", 0, LAST_SEED), ("seeds", 1, MOST_SEEDS)):
        value = recipe[name]
        if type(value) is not int or not low <= value <= high:
            raise UserError(
                tr(
                    "{path} is damaged: its {name} must be a number from {low} to {high}.",
                    path=path,
                    name=name,
                    low=low,
                    high=high,
                )
            )
    return recipe


def is_of_recipe(one: Mapping[str, Any], repeated: Mapping[str, Any], seed: int) -> bool:
    """Tell whether the recipe of a run is that of repeats with a seed."""
    wanted = {**repeated, "seed": seed, "seeds": 1}
    return bool({"seeds": 1, **one} == wanted)
