"""Keys are named as each system names them."""

import ast
import importlib
import re
import sys
from pathlib import Path

import pytest
from PyQt6.QtGui import QAction, QKeySequence

import ncviz.desktop
from ncviz.desktop.widgets import key_names
from ncviz.desktop.widgets.key_names import with_native_keys


@pytest.mark.parametrize(
    ("system", "shown"),
    [
        ("linux", "Find (Ctrl+K), Ctrl+Shift+Z, Alt+Left, F1, Meta+Ctrl+F"),
        ("win32", "Find (Ctrl+K), Ctrl+Shift+Z, Alt+Left, F1, Meta+Ctrl+F"),
        ("darwin", "Find (⌘K), ⌘⇧Z, ⌥Left, F1, ⌃⌘F"),
    ],
)
def test_keys_in_a_text(monkeypatch, system, shown):
    monkeypatch.setattr(sys, "platform", system)
    assert with_native_keys("Find (Ctrl+K), Ctrl+Shift+Z, Alt+Left, F1, Meta+Ctrl+F") == shown


@pytest.mark.parametrize(("system", "keys"), [("linux", "F11"), ("darwin", "Meta+Ctrl+F")])
def test_the_full_screen_has_the_systems_key(monkeypatch, system, keys):
    monkeypatch.setattr(sys, "platform", system)
    spec = importlib.util.spec_from_file_location("anew", key_names.__file__)
    anew = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(anew)
    assert keys == anew.FULL_SCREEN
    assert QKeySequence(keys).count() == 1
    assert QKeySequence(keys)[0].key() != 0


def test_no_sentence_names_keys_of_one_system():
    """A text with 'Ctrl+' goes through `with_native_keys`; the keys of commands are Qt's."""
    found = []
    for path in sorted(Path(ncviz.desktop.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        native = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "with_native_keys"
            for part in ast.walk(node)
        }
        documents = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            is_keys = re.fullmatch(r"\S+(; \S+)*", node.value)
            names_keys = re.search(r"Ctrl\+|Alt\+|Shift\+|\bF11\b", node.value)
            if names_keys and not is_keys and id(node) not in native | documents:
                found.append(f"{path.name}:{node.lineno} {node.value}")
    assert found == []


def test_only_three_commands_move_to_the_menu_of_the_application(window):
    roles = {
        command.key: window.commands[command.key].menuRole()
        for command in window.commands
        if window.commands[command.key].menuRole() != QAction.MenuRole.NoRole
    }
    assert roles == {
        "file.quit": QAction.MenuRole.QuitRole,
        "edit.preferences": QAction.MenuRole.PreferencesRole,
        "help.about": QAction.MenuRole.AboutRole,
    }
