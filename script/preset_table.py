"""Writes the table of what a figure can show into docs/gallery.md, from where it is declared.

.venv/bin/python script/preset_table.py
"""

import re
from pathlib import Path

from ncviz.charts.plot import MATRIX
from ncviz.export.plots import pages
from ncviz.export.presets.preset import presets

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "gallery.md"
PLACE = re.compile(
    r"(<!-- presets: written by script/preset_table.py -->\n).*?(<!-- end of presets -->\n)",
    re.DOTALL,
)


def table() -> str:
    """Return every preset, what it shows, where the window has it and whether films do."""
    plots, lines = pages(), ["| preset | shows | plot of the window | film |", "|---|---|---|---|"]
    for preset in presets().values():
        plot, film = "", ""
        if preset.name in plots:
            declared, _ = plots[preset.name]
            plot = declared.menu
            film = "" if declared.over == MATRIX else f"`--plot-name {preset.name}`"
        lines.append(f"| `{preset.name}` | {preset.words} | {plot} | {film} |")
    return "\n".join(lines)


def written_document(text: str) -> str:
    """Return the document with its table written anew."""
    return PLACE.sub(lambda found: f"{found[1]}\n{table()}\n\n{found[2]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(written_document(DOCUMENT.read_text("utf-8")), "utf-8")
