"""Asks for recipe files, and where a recipe is to be kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QFileDialog, QWidget

from ncviz.language import tr
from ncviz.runs.writer import write_atomically

if TYPE_CHECKING:
    from ncviz.training.recipe import Recipe

RECIPES = "Recipes (*.toml)"


def ask_for_recipe(window: QWidget) -> Path | None:
    """Return a recipe file that the user chooses."""
    text, _ = QFileDialog.getOpenFileName(
        window, tr("Open a recipe"), "", tr("{recipes};;All files (*)", recipes=RECIPES)
    )
    return Path(text) if text else None


def save_recipe(window: QWidget, recipe: "Recipe") -> None:
    """Keep a recipe where the user wants it.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    text, _ = QFileDialog.getSaveFileName(window, tr("Save the recipe"), "recipe.toml", RECIPES)
    if text:
        path = Path(text)
        write_atomically(
            path if path.suffix else path.with_suffix(".toml"), recipe.to_toml().encode()
        )
