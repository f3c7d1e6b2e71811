"""What tests wait for, and how long."""

import subprocess
import sys
from types import SimpleNamespace

import patience
from patience import Patience


def test_only_rest_costs_patience(monkeypatch):
    now, busy = [0.0], [0.0]
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(patience, "_busy_seconds", lambda: busy[0])
    waiting = Patience(10.0)
    for work in (1.0, 3.0):  # one thread computes, or several wait for a processor
        for _ in range(100):
            now[0] += 1.0
            busy[0] += work
            assert not waiting.is_over
    busy[0] = 0.0  # a process has ended
    for _ in range(9):
        now[0] += 1.0
        assert not waiting.is_over
    now[0] += 1.0
    assert waiting.is_over


def test_what_a_child_computes_is_no_rest():
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as child:
        try:
            waiting = Patience()
            while patience._busy_nanoseconds(child.pid) < 2e8:
                assert not waiting.is_over
            assert child.pid in patience._family()
        finally:
            child.kill()
    assert patience._busy_nanoseconds(child.pid) == 0
