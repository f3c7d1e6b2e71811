"""script/run.py, which starts ncviz where there is no shell."""

import importlib.util
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "script" / "run.py"


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Return the script as on Windows, in a checkout of its own, and what it runs."""
    spec = importlib.util.spec_from_file_location("run_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": venv / "Scripts" / "python.exe",
        "STAMP": venv / "installed",
    }.items():
        monkeypatch.setattr(module, name, value)
    (tmp_path / "pyproject.toml").write_text("[project]")
    (tmp_path / "constraints.txt").write_text("numpy==1")
    module.ran, module.status = [], 0

    def run(command, check):
        words = [str(word).replace(f"{tmp_path}{os.sep}", "") for word in command]
        module.ran.append(words)
        venv.mkdir(exist_ok=True)
        return types.SimpleNamespace(returncode=module.status)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(module, "os", types.SimpleNamespace(name="nt"))
    return module


def test_the_first_start_installs_what_is_pinned_and_the_next_nothing(script, tmp_path):
    assert script.main(["info"]) == 0
    made, build, own, start = script.ran
    assert made[0] == sys.executable
    assert made[1:3] == ["-m", "venv"]
    for command in (build, own):
        assert command[0] == str(Path(".venv/Scripts/python.exe"))
        assert command[command.index("--constraint") + 1] == "constraints.txt"
    assert own[-2:] == ["--editable", str(tmp_path)]
    assert start == [str(Path(".venv/Scripts/python.exe")), "-m", "ncviz", "info"]
    script.ran.clear()
    assert script.main([]) == 0
    assert [words[1:] for words in script.ran] == [["-m", "ncviz"]]


def test_new_pins_are_installed(script, tmp_path):
    script.main([])
    (tmp_path / "constraints.txt").write_text("numpy==2")
    script.ran.clear()
    script.main([])
    assert len(script.ran) == 4


def test_what_failed_is_tried_again(script):
    script.status = 1
    with pytest.raises(SystemExit, match="cannot be installed"):
        script.main([])
    assert len(script.ran) == 1
    script.status = 0
    script.ran.clear()
    assert script.main([]) == 0
    assert len(script.ran) == 4


def test_where_there_is_a_shell_its_script_runs(script, monkeypatch):
    called = []
    monkeypatch.setattr(
        script, "os", types.SimpleNamespace(name="posix", execv=lambda *words: called.append(words))
    )
    monkeypatch.setattr(script, "prepare", lambda: None)
    script.main(["demo", "--out", "x"])
    assert called[0][0].parts[-2:] == ("script", "run")
    assert called[0][1][1:] == ["demo", "--out", "x"]
