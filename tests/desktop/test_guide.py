"""The guide's table of keys is that of the window's commands."""

import importlib.util
from pathlib import Path

from PyQt6.QtGui import QKeySequence

from ncviz.desktop.guide.guide_window import show_guide

ROOT = Path(__file__).parents[2]


def guide_keys():
    spec = importlib.util.spec_from_file_location("guide_keys", ROOT / "script" / "guide_keys.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_guide_has_the_keys_of_the_commands(window):
    script = guide_keys()
    text = script.GUIDE.read_text(encoding="utf-8")
    table = script.table_of_keys(window.commands)
    assert script.written_guide(text, table) == text, "run script/guide_keys.py"


def test_the_table_has_every_key_once(window):
    rows = guide_keys().table_of_keys(window.commands).splitlines()[2:]
    portable = QKeySequence.SequenceFormat.PortableText
    for command in window.commands:
        for sequence in window.commands.sequences(command.key):
            text = sequence.toString(portable)
            for name, sign in {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}.items():
                text = text.replace(name, sign)
            text = "−" if text == "-" else text
            told = [row for row in rows if f" {command.text.rstrip('…')}: " in row]
            assert len(told) == 1
            assert f"{text}, " in f"{told[0].split(' | ')[1]}, "


def test_the_guide_in_the_window_shows_the_table_alone(window, qtbot):
    guide = show_guide(window, "guide", "all-keys")
    text = guide.text.toPlainText()
    assert "Bookmark this moment" in text
    assert "script/guide_keys.py" not in text
    guide.close()
