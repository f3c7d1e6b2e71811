"""The guide names every key of the window, and no other."""

import re
from pathlib import Path

from PyQt6.QtGui import QKeySequence

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
SIGNS = {"←": "Left", "→": "Right", "↑": "Up", "↓": "Down", "−": "-"}


def _keys_of_the_table():
    table = GUIDE.read_text(encoding="utf-8").split("## All keys")[1].split("## ")[0]
    keys = set()
    for row in re.findall(r"^\| ([^|]+) \| [^|]+ \|$", table, re.MULTILINE)[1:]:
        for sign, name in SIGNS.items():
            row = row.replace(sign, name)
        if "…" in row:
            first, last = row.split(" … ")
            stem = first[:-1]
            keys |= {f"{stem}{number}" for number in range(int(first[-1]), int(last[-1]) + 1)}
        else:
            keys |= set(row.replace("Ctrl+,", "Ctrl+Comma").split(", "))
    return {key.replace("Comma", ",") for key in keys}


def test_guide_names_every_key(window):
    portable = QKeySequence.SequenceFormat.PortableText
    sequences = (window.commands.sequences(command.key) for command in window.commands)
    keys = {several[0].toString(portable) for several in sequences if several}
    assert _keys_of_the_table() == keys
