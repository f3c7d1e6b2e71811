"""Whatever a terminal can show, and whatever bytes a name has: no traceback, nothing lost."""

import argparse
import errno
import io
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ncviz.cli import _parser, main
from ncviz.commands.terminal import plain_output, saved
from ncviz.runs.run import Run
from ncviz.wording import shell_word

LATIN = os.fsdecode(b"caf\xe9")


@pytest.fixture
def printed(monkeypatch):
    """Return what runs a command before a terminal of an encoding, and gives all it shows."""

    def run(encoding, *arguments):
        shown = io.BytesIO()
        terminal = io.TextIOWrapper(shown, encoding=encoding, errors="strict")
        monkeypatch.setattr(sys, "stdout", terminal)
        monkeypatch.setattr(sys, "stderr", terminal)
        status = main([str(argument) for argument in arguments])
        terminal.flush()
        return status, shown.getvalue().decode(encoding)

    return run


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8", "koi8-r"])
def test_a_terminal_shows_what_it_can(encoding, tmp_path, printed):
    y = np.arange(20) % 2
    features = np.random.default_rng(0).normal(size=(20, 4)) + y[:, None]
    folder = tmp_path / LATIN
    folder.mkdir()
    names = np.array(["猫", "ü"])
    np.savez(folder / "a.npz", features=features, labels=y, class_names=names)
    status, text = printed(encoding, "import", folder / "a.npz", "--out", folder / "run")
    assert status == 0
    assert f"ncviz open $'{tmp_path}/caf\\xe9/run'" in text
    for arguments in (["measure", folder / "run"], ["info"]):
        status, text = printed(encoding, *arguments)
        assert (status, "should not have happened" in text) == (0, False)
    status, text = printed(encoding, "measure", folder / "ü→")
    assert status == 1
    assert "caf\\xe9/" in text
    assert "does not exist" in text


def every_command(parser: argparse.ArgumentParser) -> Iterator[list[str]]:
    yield []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, verb in action.choices.items():
                yield from ([name, *rest] for rest in every_command(verb))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_the_help_of_every_command_can_be_shown(encoding, printed):
    commands = list(every_command(_parser()))
    assert ["export", "film"] in commands
    for words in commands:
        with pytest.raises(SystemExit) as end:
            printed(encoding, *words, "--help")
        assert end.value.code == 0


@pytest.mark.parametrize(("system", "status"), [("win32", 0), ("linux", 1)])
def test_a_reader_that_goes_away_is_an_invalid_argument_on_windows(
    monkeypatch, capsys, system, status
):
    class Pipe(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(sys, "stdout", Pipe())
    monkeypatch.setattr(sys, "platform", system)
    assert main(["recipe"]) == status
    assert ("Invalid argument" in capsys.readouterr().err) == bool(status)


def test_on_windows_the_command_that_opens_a_run_is_quoted_as_its_shells_do(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    quoted = {
        r"C:\runs\first": r"C:\runs\first",
        r"C:\Users\Ada L\run": r'"C:\Users\Ada L\run"',
        r"C:\a & b (2)": r'"C:\a & b (2)"',
        r"C:\übung": r"C:\übung",
        r"C:\$HOME `x": r"'C:\$HOME `x'",
        r"C:\it's $5": r"'C:\it''s $5'",
        "": '""',
    }
    assert {word: shell_word(word) for word in quoted} == quoted


def test_the_run_remembers_names_that_are_no_utf8(tmp_path):
    y = np.arange(20) % 2
    np.savez(tmp_path / "a.npz", features=np.eye(20, 4) + y[:, None], labels=y)
    path = (tmp_path / "a.npz").rename(tmp_path / f"{LATIN}.npz")
    assert main(["import", str(path), "--out", str(tmp_path / LATIN)]) == 0
    manifest = Run(tmp_path / LATIN).manifest
    assert manifest.recipe["file"].endswith("caf\\xe9.npz")


def test_a_stream_without_an_encoding_takes_all(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with plain_output():
        print(f"{LATIN} 猫")
        shown = sys.stdout.getvalue()
    assert shown == "caf\\xe9 猫\n"


def test_the_command_that_opens_a_run_can_be_copied():
    assert shlex.split(saved(Path("a 'b' \"c\"; $d")).partition("open ")[2]) == ["a 'b' \"c\"; $d"]


def test_a_name_with_a_line_break_makes_no_second_line(capsys):
    assert main(["measure", "no\nSaved run"]) == 1
    assert "no\\nSaved run" in capsys.readouterr().err.splitlines()[0]
