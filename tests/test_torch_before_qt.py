"""On Windows torch does not start after Qt: its core is loaded first, and torch itself later."""

import ctypes
import os
import sys
from importlib.machinery import ModuleSpec

import pytest

from ncviz import cli, viewer
from ncviz.viewer import load_torch_before_qt


@pytest.fixture
def loaded(monkeypatch, tmp_path):
    """Return what is loaded, in a place where torch lies as pip puts it on Windows."""
    calls: list[str] = []
    library = tmp_path / "lib" / "c10.dll"
    library.parent.mkdir()
    library.touch()
    spec = ModuleSpec("torch", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(viewer, "find_spec", lambda _: spec)
    monkeypatch.setattr(ctypes, "CDLL", calls.append)
    monkeypatch.setattr(os, "add_dll_directory", calls.append, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    return calls, library


def test_the_folder_is_searched_and_the_core_loaded(loaded):
    calls, library = loaded
    load_torch_before_qt()
    assert calls == [str(library.parent), str(library)]


def test_without_torch_or_elsewhere_nothing_is_loaded(loaded, monkeypatch):
    calls, library = loaded
    library.unlink()
    load_torch_before_qt()
    monkeypatch.setattr(viewer, "find_spec", lambda _: None)
    load_torch_before_qt()
    library.touch()
    monkeypatch.setattr(sys, "platform", "linux")
    load_torch_before_qt()
    assert calls == []


def test_the_window_does_so_before_it_imports_qt(monkeypatch):
    class Came(Exception):  # noqa: N818 - no error
        pass

    def come() -> None:
        raise Came

    monkeypatch.setattr(cli, "load_torch_before_qt", come)
    monkeypatch.setitem(sys.modules, "ncviz.desktop.shell.application", None)  # imported: an error
    with pytest.raises(Came):
        cli._window(cli._parser().parse_args([]))
