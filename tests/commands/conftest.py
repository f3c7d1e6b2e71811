"""Running ncviz as its users do."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from patience import HUNG_SECONDS

from ncviz.cli import main

Fails = Callable[..., str]
Spawn = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def fails(capsys: pytest.CaptureFixture[str]) -> Fails:
    """Return what expects exit status 1 and one sentence, and gives the sentence."""

    def run(*arguments: object) -> str:
        capsys.readouterr()
        assert main([str(argument) for argument in arguments]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        return sentence_in(err)

    return run


def sentence_in(err: str) -> str:
    assert err.count("\n") == 1
    assert err.startswith("ncviz: ")
    assert err.endswith(".\n")
    assert "Traceback" not in err
    return err.removeprefix("ncviz: ").strip()


@pytest.fixture
def spawn() -> Spawn:
    """Return what runs ncviz in a process of its own."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ncviz", *(str(argument) for argument in arguments)]
        settings = {"capture_output": True, "text": True, "timeout": HUNG_SECONDS, "check": False}
        return subprocess.run(command, **{**settings, **options})

    return run


@pytest.fixture
def own_signals() -> Iterator[None]:
    """Give the handlers of signals back that a command has replaced."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
