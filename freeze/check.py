"""Drives the frozen application as its users do, and says whether it did what they expect.

script/app --check calls this. The program runs from a copy in another folder, with an
environment that knows no Python and a PATH that leads nowhere.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import assemble
import av
from screen import Screen, virtual_screen, wait_until

ROOT = Path(__file__).resolve().parent.parent
MODEL = """\
import csv, statistics, sqlite3  # the standard library is at hand
from torch import nn

def network():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 10)
    )
"""
PYTHON = re.compile(r"/(lib)?python3?[\d.]*(/|\.so|$)")


class Application:
    """A frozen application in a place of its own.

    Parameters
    ----------
    folder : Path
        Where it lies.
    home : Path
        An empty folder: the user's.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home
        self.program = folder / "ncviz"

    def environment(self, **more: str) -> dict[str, str]:
        """Return all variables that the program sees."""
        return {"HOME": str(self.home), "PATH": "/nonexistent", "LP_NUM_THREADS": "1", **more}

    def run(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command; it must end with a status and, if that is 1, with one sentence."""
        done = subprocess.run(
            [str(self.program), *arguments],
            cwd=self.home,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        words = " ".join(arguments)
        assert done.returncode == status, f"'{words}' ended with {done.returncode}: {done.stderr}"
        if status == 1:
            lines = done.stderr.splitlines()
            one = len(lines) == 1 and lines[0].startswith("ncviz: ") and lines[0].endswith(".")
            assert one, f"'{words}' did not end in one sentence: {done.stderr}"
        return done

    @contextlib.contextmanager
    def window(
        self, screen: Screen, *arguments: str
    ) -> Iterator[tuple["subprocess.Popen[str]", float]]:
        """Open the window; yield its process and the seconds until it showed a picture."""
        with open_window(
            [str(self.program), *arguments],
            self.environment(DISPLAY=screen.display),
            screen,
            self.home,
        ) as opened:
            yield opened


@contextlib.contextmanager
def open_window(
    command: list[str], environment: dict[str, str], screen: Screen, folder: Path
) -> Iterator[tuple["subprocess.Popen[str]", float]]:
    """Run a program with a window until a block ends, then ask it to close."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        took = wait_until(
            lambda: process.poll() is not None or screen.shows_picture, 90, "No picture came"
        )
        assert process.poll() is None, f"The window ended: {process.communicate()[1]}"
        yield process, took
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[1]
        assert process.returncode == 0, f"The window ended with {process.returncode}: {said}"
        assert "Traceback" not in said, said
    finally:
        process.kill()
        process.wait()


def foreign_files(process: int, folder: Path) -> list[str]:
    """Return the files of a Python elsewhere that a process has in its memory."""
    lines = Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()
    paths = {line.split(maxsplit=5)[5] for line in lines if len(line.split(maxsplit=5)) == 6}
    return sorted(p for p in paths if PYTHON.search(p) and not p.startswith(str(folder)))


def check_commands(application: Application) -> None:
    """Look at what every application does without a window."""
    assert application.run("--version").stdout.startswith("ncviz 0.")
    said = application.run("info").stdout
    assert "OpenGL" in said
    assert "not installed" not in said or "viewer" in application.folder.name, said
    application.run("demo", "--out", "demo")
    assert _is_png(application.home / "demo" / "demonstration.png")
    application.run("open", "absent", status=1)
    application.run("picture", "absent", "--out", "p.png", status=1)


def check_training(application: Application) -> str:
    """Train a network and record another one's checkpoints; return the run."""
    application.run("train", "--out", "run", "--set", "epochs=5")
    state = json.loads((application.home / "run" / "manifest.json").read_text("utf-8"))["state"]
    assert state == "finished", state
    (application.home / "mine.py").write_text(MODEL, encoding="utf-8")
    import torch
    from torch import nn

    layers = [nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 10)]
    network = nn.Sequential(nn.Flatten(), *layers)
    for epoch in (1, 10):
        torch.save(network.state_dict(), application.home / f"epoch_{epoch}.pt")
    record = ("record", "--model", "mine:network", "--checkpoints", "epoch_*.pt", "--yes")
    application.run(*record, "--data", "digits", "--out", "recorded")
    assert len(list((application.home / "recorded" / "snapshots").iterdir())) == 2
    (application.home / "epoch_1.pt").write_bytes(b"PK\x03\x04 no archive")
    (application.home / "epoch_10.pt").unlink()
    application.run(*record, "--data", "digits", "--out", "broken", status=1)
    assert not (application.home / "broken").exists()
    return "run"


def check_refusals(application: Application) -> str:
    """See that the viewer says what it is; return the run that it opens."""
    for command in (
        ("train", "--out", "run"),
        ("record", "--model", "torchvision:resnet18", "--checkpoints", "*.pt", "--data", "digits"),
    ):
        more = () if "--out" in command else ("--out", "run")
        said = application.run(*command, *more, status=1).stderr
        assert "viewer" in said or "no checkpoint" in said.lower(), said
    return str(application.folder / "_internal" / "ncviz" / "assets" / "demonstration")


def check_exports(application: Application, run: str) -> None:
    """Export figures, films and tables of a run."""
    home = application.home
    application.run("picture", run, "--out", "scene.png", "--size", "640x480")
    assert _is_png(home / "scene.png")
    application.run("export", "figure", run, "--out", "figure.pdf", "--preset", "summary")
    assert (home / "figure.pdf").read_bytes().startswith(b"%PDF-")
    application.run("export", "figure", run, "--out", "figure.svg")
    assert "<svg" in (home / "figure.svg").read_text("utf-8")
    application.run("export", "table", run, "--out", "table.csv")
    film = ("export", "film", run, "--seconds", "1", "--fps", "24", "--size", "320x240")
    application.run(*film, "--out", "film.mp4", "--plot")
    application.run(*film, "--out", "film.gif")
    for name in ("film.mp4", "film.gif"):
        with av.open(str(home / name)) as container:
            frames = sum(1 for _ in container.decode(video=0))
        # Of equal frames after each other, a GIF holds one that stays longer.
        fits = frames == 24 if name.endswith("mp4") else 12 < frames <= 24
        assert fits, f"{name} has {frames} frames."


def check_window(application: Application, screen: Screen, pictures: Path) -> None:
    """Open the demonstration, let it move, and turn the theme."""
    with application.window(screen) as (process, _):
        foreign = foreign_files(process.pid, application.folder)
        assert not foreign, f"The program loads {', '.join(foreign)}."
        window = screen.window(process.pid)
        wait_until(_Still(screen), 30, "The window did not come to rest")
        screen.save(pictures / "demonstration.png")
        before = screen.pixels()
        screen.press(window, "End")
        wait_until(lambda: (screen.pixels() != before).mean() > 0.005, 20, "Time stood still")
        screen.press(window, "ctrl+d")
        wait_until(lambda: screen.pixels().mean() < 100, 20, "The theme did not turn dark")
        wait_until(_Still(screen), 30, "The window did not come to rest")
        screen.save(pictures / "dark.png")


def check_training_window(application: Application, screen: Screen, pictures: Path) -> None:
    """Train the default recipe in the window to its end."""
    runs = application.home / ".local/share/ncviz/runs"
    with application.window(screen) as (process, _):
        window = screen.window(process.pid)
        screen.press(window, "ctrl+6")
        wait_until(_Still(screen), 30, "The window did not come to rest")
        screen.press(window, "ctrl+Return")
        wait_until(lambda: len(list(runs.glob("*/snapshots/*"))) > 3, 90, "No epoch was recorded")
        screen.save(pictures / "training.png")
        wait_until(lambda: _state(runs) == "finished", 240, "The training did not end")
        wait_until(_Still(screen), 30, "The window did not come to rest")
        screen.save(pictures / "trained.png")


class _Still:
    """Whether a screen shows the same twice in a row."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._before = b""

    def __call__(self) -> bool:
        time.sleep(0.4)
        before, self._before = self._before, self._screen.pixels().tobytes()
        return before == self._before


def _state(runs: Path) -> str:
    found = list(runs.glob("*/manifest.json"))
    return json.loads(found[0].read_text("utf-8"))["state"] if found else ""


def _is_png(path: Path) -> bool:
    return path.read_bytes().startswith(b"\x89PNG")


def _copy(source: Path, place: Path) -> None:
    """Copy an application, by links where the file system has them."""

    def link(original: str, copy: str) -> None:
        try:
            os.link(original, copy)
        except OSError:
            shutil.copy2(original, copy)

    shutil.copytree(source, place, symlinks=True, copy_function=link)


def _step(name: str, function: Callable[[], object]) -> object:
    start = time.monotonic()
    result = function()
    print(f"  {name}: {time.monotonic() - start:.1f} s", flush=True)
    return result


def check(source: Path, pictures: Path) -> None:
    """Check an application.

    Parameters
    ----------
    source : Path
        Its folder.
    pictures : Path
        Where pictures of its window are kept.

    Raises
    ------
    AssertionError
        With a sentence, if it does not do what it should.
    """
    pictures.mkdir(parents=True, exist_ok=True)
    viewer = source.name.endswith("viewer")
    with tempfile.TemporaryDirectory(dir=source.parent, prefix="check-") as temporary:
        # Blanks and letters of other languages are in the names of many folders.
        folder, home = Path(temporary, "Zoë’s apps", source.name), Path(temporary, "home")
        home.mkdir()
        _copy(source, folder)
        application = Application(folder, home)
        _step("commands", lambda: check_commands(application))
        learning = check_refusals if viewer else check_training
        run = _step("training and recording", lambda: learning(application))
        _step("figures, films, tables", lambda: check_exports(application, str(run)))
        with virtual_screen() as screen:
            _step("window", lambda: check_window(application, screen, pictures))
        with virtual_screen() as screen, application.window(screen) as (_, took):
            wait_until(_Still(screen), 30, "The window did not come to rest")
            print(f"  started again, it drew its first picture after {took:.1f} s")
        if not viewer:
            with virtual_screen() as screen:
                _step(
                    "training in the window",
                    lambda: check_training_window(application, screen, pictures),
                )


def compare_start(source: Path, times: int = 4) -> None:
    """Print how long the window takes to its first picture, frozen and from the source."""
    python = ROOT / ".venv" / "bin" / "python"
    commands = {"frozen": [str(source / "ncviz")], "script/run": [str(python), "-m", "ncviz"]}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "LP_NUM_THREADS": "1"}
        # In turns, so that what else the computer does burdens both alike.
        for name, command in [*commands.items()] * times:
            with virtual_screen() as screen:
                environment["DISPLAY"] = screen.display
                with open_window(command, environment, screen, ROOT) as (_, took):
                    seconds[name].append(took)
    for name, taken in seconds.items():
        said = ", ".join(f"{took:.1f}" for took in taken)
        print(f"{name}: {said} s to the first picture, the best {min(taken):.1f} s")


def main() -> None:
    """Check what was built."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--viewer", action="store_true")
    parser.add_argument("--start", action="store_true", help="measure starting times alone")
    parsed = parser.parse_args()
    source = assemble.folder(viewer=parsed.viewer)
    if not (source / "ncviz").exists():
        raise SystemExit(f"{source} is not there: build it first.")
    if parsed.start:
        compare_start(source)
        return
    try:
        check(source, assemble.BUILD / "pictures" / source.name)
    except AssertionError as error:
        raise SystemExit(f"{source.name}: {error}") from error
    print(f"{source.name} does what it should.")


if __name__ == "__main__":
    main()
