"""The script for a first day on a GPU; its checks are long, and only some are run here."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "script" / "check_device.py"


@pytest.fixture
def script(monkeypatch):
    spec = importlib.util.spec_from_file_location("check_device", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_check_that_fails_fails_the_script(script, monkeypatch, capsys):
    def fail(device, folder):
        raise RuntimeError(f"no luck\nwith {device}")

    checks = {"want of memory": script.CHECKS["want of memory"], "luck": fail}
    monkeypatch.setattr(script, "CHECKS", checks)
    monkeypatch.setattr("sys.argv", ["check_device", "--device", "cpu"])
    assert script.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("ok   want of memory (")
    assert lines[1].endswith("more were asked for): ask for less.")
    assert lines[2].startswith("FAIL luck (")
    assert lines[2].endswith(": RuntimeError: no luck with cpu")
    assert lines[3].startswith("1 of 2 checks passed in ")


def test_every_kind_of_network_is_checked(script):
    names = [name for name, _recipe in script.kinds_of_networks()]
    assert len(set(names)) == len(names)
    assert {"loss focal", "activation gelu", "optimizer momentum", "measured batches"} <= set(names)
