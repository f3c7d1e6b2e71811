"""However a command ends, it leaves nothing half made behind and says one sentence."""

import os
import signal
import subprocess
import sys

import pytest

import ncviz.cli
from ncviz.cli import main
from ncviz.display import check_display
from ncviz.errors import UserError
from ncviz.jobs.control import Order
from ncviz.recording import record_checkpoints
from ncviz.runs.lock import WritingLock, is_abandoned
from ncviz.runs.probe import FILE_NAME as PROBE
from ncviz.runs.run import Run
from ncviz.runs.writer import (
    SNAPSHOTS,
    RunWriter,
    partial_path,
    remove_partials,
    tidy,
    write_atomically,
)

# Whoever runs the tests may ignore hang-ups.
HEARS = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
HANGS = """
import ncviz.cli, pathlib, sys, time
def _recipe(_parsed):
    half = pathlib.Path(sys.argv[1])
    half.write_text("half")
    try:
        print("begun", flush=True)
        while True:
            time.sleep(0.01)
    finally:
        half.unlink()
ncviz.cli._recipe = _recipe
sys.exit(ncviz.cli.main(["recipe"]))
"""


@pytest.fixture(scope="module")
def dead():
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


# Signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_it_what_is_half_made_goes(number, tmp_path):
    command = [sys.executable, "-c", HEARS + HANGS, str(tmp_path / "half")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(number)
        _, said = process.communicate()
    assert said == "ncviz: interrupted.\n"
    assert process.returncode == 128 + number
    assert not any(tmp_path.iterdir())


def test_a_hang_up_that_was_to_be_ignored_is(tmp_path):
    """As with `nohup`."""
    ignored = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + HANGS
    with subprocess.Popen(
        [sys.executable, "-c", ignored, str(tmp_path / "half")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 128 + signal.SIGTERM


def test_signals_mean_what_they_meant_before(monkeypatch):
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    monkeypatch.setattr(ncviz.cli, "_recipe", lambda _: 0)
    assert main(["recipe"]) == 0
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


# What nobody foresaw


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError("by\nzero \x1b[31m"), "(ZeroDivisionError: by zero [31m)"),
        (KeyError("x" * 500), "(KeyError: 'xxx"),
        (MemoryError(), "(the memory is full)"),
        (RecursionError("too deep"), "(RecursionError: too deep)"),
    ],
)
def test_what_nobody_foresaw_is_a_sentence_and_a_report(monkeypatch, capsys, error, said, tmp_path):
    def broken(_parsed):
        raise error

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(ncviz.cli, "_recipe", broken)
    assert main(["recipe"]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert said in told
    assert "Traceback" not in told
    (report,) = tmp_path.rglob("*.txt")
    assert str(report) in told
    text = report.read_text()
    assert "Traceback" in text
    assert "in broken" in text
    assert ": recipe" in text


def test_without_a_place_for_the_report_the_sentence_is_said(monkeypatch, capsys, tmp_path):
    def broken(_parsed):
        raise ZeroDivisionError

    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file"))
    monkeypatch.setattr(ncviz.cli, "_recipe", broken)
    assert main(["recipe"]) == 1
    assert "no report could be written" in capsys.readouterr().err


# Displays


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "There is no display"),
        ({"DISPLAY": ":987"}, "Nothing answers at the display ':987' that DISPLAY names"),
        ({"DISPLAY": "rubbish"}, "'rubbish'"),
        ({"DISPLAY": "nowhere.invalid:0"}, "'nowhere.invalid:0'"),
        ({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "/nowhere"}, "'wayland-9'"),
    ],
)
def test_a_display_that_does_not_answer_is_a_sentence(environment, said):
    with pytest.raises(UserError, match="ncviz demo") as found:
        check_display(environment)
    assert said in str(found.value)


def test_a_display_that_answers_is_taken():
    check_display()
    check_display({"QT_QPA_PLATFORM": "offscreen"})


# What was left by a process that was killed


def test_half_written_files_of_the_dead_are_collected(tmp_path, dead):
    out = tmp_path / "figure.pdf"
    left = partial_path(out, dead)
    left.write_bytes(b"half")
    frames = partial_path(tmp_path / "film", dead)
    frames.mkdir()
    (frames / "0001.png").write_bytes(b"")
    alive = partial_path(tmp_path / "other.pdf", os.getppid())
    alive.write_bytes(b"half")
    kept = [".x.partial", "x.1.partial", f".x.{dead}.part", ".figure.pdf.notanumber.partial"]
    for name in kept:
        (tmp_path / name).write_text("somebody's own")
    tidy.cache_clear()
    write_atomically(out, b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"figure.pdf", alive.name, *kept}
    remove_partials(tmp_path / "nowhere")


def test_a_folder_of_a_run_that_never_began_is_used_again(tmp_path, small_run, dead):
    run = Run(small_run.path)
    out = tmp_path / "run"
    (out / SNAPSHOTS).mkdir(parents=True)
    (out / PROBE).write_bytes(b"half a probe")
    partial_path(out / "manifest.json", dead).write_bytes(b"{")
    writer = RunWriter(out, run.manifest, run.probe)
    writer.write(run.snapshot(run.epochs[0]).load())
    writer.close()
    assert Run(out).epochs == run.epochs[:1]
    with pytest.raises(UserError, match="exists already"):
        RunWriter(out, run.manifest, run.probe)


@pytest.mark.parametrize("name", ["notes.txt", "snapshots/000001.safetensors", "manifest.json"])
def test_a_folder_that_holds_anything_else_is_not(tmp_path, small_run, name):
    run = Run(small_run.path)
    own = tmp_path / "run" / name
    own.parent.mkdir(parents=True)
    own.write_bytes(b"mine")
    with pytest.raises(UserError, match="exists already"):
        RunWriter(tmp_path / "run", run.manifest, run.probe)
    assert own.read_bytes() == b"mine"


def test_a_run_is_abandoned_when_nobody_holds_it(tmp_path):
    lock = WritingLock(tmp_path)
    assert not is_abandoned(tmp_path)
    lock.release()
    assert is_abandoned(tmp_path)
    assert not is_abandoned(tmp_path / "nowhere"), "nothing is known of it"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_recording_that_is_stopped_exits_as_its_signal_says(
    number, monkeypatch, tmp_path, capsys
):
    def stopped(_plan, _out, *, control, **_options):
        os.kill(os.getpid(), number)
        assert control.order() is Order.STOP
        return "cancelled"

    monkeypatch.setattr(record_checkpoints, "record_checkpoints", stopped)
    arguments = ["--model", "torchvision:resnet18", "--checkpoints", "x.pt", "--data", "digits"]
    assert main(["record", *arguments, "--out", str(tmp_path / "run")]) == 128 + number
    assert "Nothing was recorded." in capsys.readouterr().out
