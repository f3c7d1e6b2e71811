"""Where the files that ship with ncviz lie."""

from pathlib import Path

from ncviz.errors import UserError
from ncviz.language import tr

PAGES = {  # of the guide, and their titles
    "guide": tr("Guide"),
    "lessons": tr("Lessons"),
    "glossary": tr("Glossary"),
    "numbers": tr("What the numbers are"),
    "recipes": tr("Recipes"),
    "sweeps": tr("Sweeps"),
    "your-model": tr("Your own model"),
    "experiments": tr("Published experiments"),
    "published": tr("Published numbers beside ours"),
    "run-format": tr("The run format"),
}

_PACKAGED = Path(__file__).with_name("assets")
_SOURCE_TREE = Path(__file__).resolve().parent.parent / "assets"


def asset(*parts: str) -> Path:
    """Return the path of a file or folder that ships with ncviz.

    Parameters
    ----------
    *parts : str
        Path below the assets folder, e.g. ``asset("fonts", "x.ttf")``.

    Raises
    ------
    UserError
        If this installation lacks the file.
    """
    for root in (_PACKAGED, _SOURCE_TREE):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise UserError(
        tr(
            "The file {parts} is missing from this installation of ncviz: reinstall it.",
            parts="/".join(parts),
        )
    )


def document(name: str) -> Path:
    """Return the path of a page of the guide, of one of its pictures, or of a recipe.

    Parameters
    ----------
    name : str
        Relative to the guide, such as 'guide.md', 'images/explore-light.png' or
        'recipes/law-4-layers-adam.toml'.

    Raises
    ------
    UserError
        If this installation lacks the file, or the name leads out of the guide.
    """
    for root in (_PACKAGED / "guide", _SOURCE_TREE.with_name("docs")):
        path = (root / name).resolve()
        if path.is_relative_to(root.resolve()) and path.is_file():
            return path
    raise UserError(tr("{name} is no part of the guide that is installed here.", name=name))


def recipes() -> tuple[Path, ...]:
    """Return the recipes that ship with ncviz: those of the published panels, by name."""
    for root in (_PACKAGED / "guide", _SOURCE_TREE.with_name("docs")):
        found = sorted((root / "recipes").glob("*.toml"))
        if found:
            return tuple(found)
    return ()
