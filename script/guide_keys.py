"""Writes the table of all keys in docs/guide.md, from the commands of the window.

    .venv/bin/python script/guide_keys.py

A test tells when it has to be written anew.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PyQt6.QtGui import QKeySequence

from ncviz.desktop.commands.commands import Commands
from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.shell.application import make_application
from ncviz.desktop.shell.focus_keys import FOCUS_KEYS
from ncviz.desktop.shell.window import MainWindow
from ncviz.desktop.widgets.key_names import FULL_SCREEN

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide.md"
BEGIN, END = "<!-- keys: written by script/guide_keys.py -->\n", "<!-- end of keys -->\n"
SIGNS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


def table_of_keys(commands: Commands) -> str:
    """Return the table, in Markdown: the keys of each command, then those of scene and plots."""
    rows = ["| | key | does |", "|---|---|---|"]
    for name, lines in (*_of_commands(commands).items(), *_of_the_focus()):
        for number, (keys, words) in enumerate(lines):
            rows.append(f"| {'' if number else f'**{name}**'} | {keys} | {words} |")
    return "\n".join(rows) + "\n"


def _of_commands(commands: Commands) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for command in commands:
        sequences = commands.sequences(command.key)
        if sequences:
            words = f"{command.text.rstrip('…')}: {command.tip[0].lower()}{command.tip[1:]}"
            line = ", ".join(map(_written, sequences)), words
            groups.setdefault(commands.group_of(command.key), []).append(line)
    return groups


def _of_the_focus() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for name, lines in FOCUS_KEYS.items():
        yield name, [(keys, words) for words, keys in lines]


def _written(sequence: QKeySequence) -> str:
    text = sequence.toString(QKeySequence.SequenceFormat.PortableText)
    if text == FULL_SCREEN:
        return "F11"  # the guide says what it is on macOS
    for name, sign in SIGNS.items():
        text = text.replace(name, sign)
    return "−" if text == "-" else text


def written_guide(text: str, table: str) -> str:
    """Return the guide with another table of keys."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{GUIDE} has no place for the keys: {BEGIN.strip()} … {END.strip()}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main() -> None:
    """Make a window that nobody sees, and write its keys."""
    os.environ.update(QT_QPA_PLATFORM="offscreen", NCVIZ_NO_OPENGL="1")
    application = make_application()
    with TemporaryDirectory() as folder:
        window = MainWindow(Settings(), Path(folder) / "settings.json", Path(folder) / "runs")
        table = table_of_keys(window.commands)
        window.close()
    application.processEvents()
    GUIDE.write_text(written_guide(GUIDE.read_text("utf-8"), table), "utf-8")


if __name__ == "__main__":
    main()
