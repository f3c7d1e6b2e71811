"""Writes the table of formats of arrays into docs/your-model.md, from where they are declared.

.venv/bin/python script/format_table.py
"""

import re
from pathlib import Path

from ncviz.arrays.array_format import array_formats

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "your-model.md"
PLACE = re.compile(
    r"(<!-- formats: written by script/format_table.py -->\n).*?(<!-- end of formats -->\n)",
    re.DOTALL,
)


def table() -> str:
    """Return every format, how its files are called, what is read, and what that needs."""
    lines = ["| format | files | what is read |", "|---|---|---|"]
    for kind in array_formats().values():
        names = ", ".join(f"`{ending}`" for ending in (*kind.endings, *kind.shared_endings))
        needs = f"; with `pip install {kind.needs}`" if kind.needs else ""
        lines.append(f"| {kind.title} | {names} | {kind.reads}{needs} |")
    return "\n".join(lines)


def written_document(text: str) -> str:
    """Return the document with its table written anew."""
    return PLACE.sub(lambda found: f"{found[1]}\n{table()}\n\n{found[2]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(written_document(DOCUMENT.read_text("utf-8")), "utf-8")
