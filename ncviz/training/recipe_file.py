"""Reads recipes: from plain values, and from a TOML file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ncviz.bounded_reading import TooLargeError, read_text
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.parameters import (
    from_plain,
)
from ncviz.parameters.toml_trouble import toml_trouble
from ncviz.training.recipe import Recipe

LARGEST_RECIPE = 2**20  # bytes


def recipe_from_dict(values: Mapping[str, Any], source: str = tr("The recipe")) -> Recipe:
    """Build a checked recipe from plain values.

    Parameters
    ----------
    values : mapping
        Parameter names to values; what is absent keeps its default.
    source : str
        Where the values come from, for the error message.

    Raises
    ------
    UserError
        For an unknown name, a value of the wrong type or an impossible value.
    """
    return from_plain(Recipe(), values, "recipe", source)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a TOML file.

    Parameters
    ----------
    path : Path
        A TOML file whose keys are parameters of `Recipe`.

    Raises
    ------
    UserError
        If the file cannot be read, is not TOML or holds an impossible value.
    """
    text = ""
    try:
        text = read_text(path, LARGEST_RECIPE)
        values = tomllib.loads(text)
    except OSError as error:
        raise UserError(
            tr("The recipe {path} cannot be read: {strerror}.", path=path, strerror=error.strerror)
        ) from error
    except TooLargeError as error:
        raise UserError(
            tr(
                "{path} has more than {largest:,} bytes: a recipe, a lesson, an experiment or a "
                "sweep is a short text, so choose another file.",
                path=path,
                largest=LARGEST_RECIPE,
            )
        ) from error
    except (ValueError, RecursionError) as error:
        said = toml_trouble(text, error)
        raise UserError(
            tr("The recipe {path} is not a TOML file: {said}.", path=path, said=said)
        ) from error
    return recipe_from_dict(values, tr("The recipe {path}", path=path))
