"""Writes the tables of parameters in the documents, from where each parameter is declared.

    .venv/bin/python script/parameter_tables.py

A place for a table names its first and its last parameters: those declared between them are in it.
A test tells when the tables have to be written anew.
"""

import re
from pathlib import Path
from typing import Any

from ncviz.parameters import declared, table
from ncviz.training.recipe import Recipe

DOCUMENTS = Path(__file__).resolve().parent.parent / "docs"
PLANS: dict[str, Any] = {"recipes.md": Recipe()}
PLACE = re.compile(
    r"(<!-- parameters (?P<names>[\w ,]+): written by script/parameter_tables.py -->\n).*?"
    r"(<!-- end of parameters -->\n)",
    re.DOTALL,
)


def written_document(text: str, plan: Any) -> str:
    """Return a document with its tables of parameters written anew."""
    return PLACE.sub(
        lambda found: f"{found[1]}\n{table(plan, named(found['names'], plan))}\n{found[3]}", text
    )


def named(words: str, plan: Any) -> list[str]:
    """Return the parameters of words such as 'loss to epochs, seed'."""
    names, chosen = list(declared(plan)), list[str]()
    for part in words.split(", "):
        first, _, last = part.partition(" to ")
        chosen += names[names.index(first) : names.index(last or first) + 1]
    return chosen


def main() -> None:
    """Write the tables of all documents."""
    for name, plan in PLANS.items():
        path = DOCUMENTS / name
        path.write_text(written_document(path.read_text("utf-8"), plan), "utf-8")


if __name__ == "__main__":
    main()
