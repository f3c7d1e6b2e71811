"""What every room's tests share: small runs, folders of one's own, and no silent skips."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from ncviz.geometry.collapse import nc4, nearest_class_means, predictions
from ncviz.geometry.etf import simplex_etf
from ncviz.geometry.statistics import class_statistics
from ncviz.runs.manifest import Manifest, RecordedLayer
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Classifier, LayerSnapshot, Snapshot, layer_positions
from ncviz.runs.writer import RunWriter

IN_CI = os.environ.get("CI") == "true"
USER_FOLDERS = {
    "HOME": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}

_HOMES = itertools.count()

settings.register_profile("ncviz", max_examples=50, deadline=None, database=None, derandomize=IN_CI)
settings.load_profile("ncviz")


def pytest_configure(config: pytest.Config) -> None:
    """Start a virtual display where there is none, one a process: one window has the keyboard."""
    divides_the_work = bool(config.getoption("numprocesses", None)) and not hasattr(
        config, "workerinput"
    )
    if os.environ.get("DISPLAY") or divides_the_work or not sys.platform.startswith("linux"):
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24"]
    xvfb = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    if not number:
        raise pytest.UsageError("Xvfb does not start: run script/bootstrap --tests.")
    os.environ.update(DISPLAY=f":{number}", QT_QPA_PLATFORM="xcb")

    def end() -> None:
        xvfb.terminate()
        xvfb.wait()

    config.add_cleanup(end)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a test that was skipped without anyone's knowledge fail the session in CI."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if IN_CI and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Tests were skipped: in CI that is a failure.", red=True)


@pytest.fixture(scope="session", autouse=True)
def _session_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep fixtures that live longer than a test away from the user's folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NCVIZ_BESIDE", "0")  # a process more for each training takes seconds
        home = tmp_path_factory.mktemp("home")
        _move_user_folders(patch, home)
        yield home


@pytest.fixture(autouse=True)
def user_home(_session_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own: no settings, no data, no caches of the user's."""
    # Counted here: to number a folder, pytest reads the names of all that there are.
    home = _session_home / "tests" / str(next(_HOMES))
    home.mkdir(parents=True)
    _move_user_folders(monkeypatch, home)
    # A sweep and a window set it for their process: it is gone with the test that began them.
    monkeypatch.setenv("NCVIZ_THREADS", "")
    monkeypatch.delenv("NCVIZ_THREADS")
    return home


def _move_user_folders(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name, below in USER_FOLDERS.items():
        patch.setenv(name, str(home / below))


@dataclass(frozen=True, eq=False)
class RecordedRun:
    """A run on the disk, and what it was made from.

    `features[epoch, layer, split]` has shape (N, d) in float64, `labels[split]` shape (N,).
    """

    path: Path
    manifest: Manifest
    probe: Probe
    labels: dict[str, np.ndarray]
    features: dict[tuple[int, int, str], np.ndarray] = field(default_factory=dict)
    snapshots: dict[int, Snapshot] = field(default_factory=dict)

    @property
    def epochs(self) -> tuple[int, ...]:
        return self.manifest.recorded


MakeRun = Callable[..., RecordedRun]


@pytest.fixture(scope="session")
def make_run() -> MakeRun:
    """Return what writes a run of synthetic features through the real writer."""
    return _make_run


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> RecordedRun:
    """5 classes, 3 layers, 6 epochs, both splits; tests only read it."""
    return _make_run(tmp_path_factory.mktemp("runs") / "small")


@pytest.fixture(scope="session")
def imbalanced_run(tmp_path_factory: pytest.TempPathFactory) -> RecordedRun:
    """2 majority classes of 24 samples and 3 minority classes of 6; tests only read it."""
    path = tmp_path_factory.mktemp("runs") / "imbalanced"
    return _make_run(path, counts=(24, 24, 6, 6, 6), epochs=(0, 1, 4))


@pytest.fixture
def growing_run(tmp_path: Path) -> RecordedRun:
    """A small run of the test's own, to damage or to go on with."""
    return _make_run(tmp_path / "own run", counts=(8, 8, 8), epochs=(0, 1, 2), widths=(6, 4))


def _make_run(
    path: Path,
    counts: Sequence[int] = (20, 20, 20, 20, 20),
    epochs: Sequence[int] = (0, 1, 2, 5, 10, 20),
    widths: Sequence[int] = (12, 8, 7),
    *,
    title: str = "Synthetic · 3 layers",
    state: str = "finished",
    per_class: int = 4,
    seed: int = 0,
    noise: Callable[[float, float], float] = lambda time, depth: 1.2 * 0.04 ** (time * depth),
) -> RecordedRun:
    """Write a run whose classes part from epoch to epoch and from layer to layer.

    `noise(time, depth)` is the spread within a class; both run from 0 to 1.
    """
    rng = np.random.default_rng(seed)
    classes = len(counts)
    labels = {
        "train": np.repeat(np.arange(classes), counts),
        "test": np.repeat(np.arange(classes), [max(3, n // 2) for n in counts]),
    }
    chosen = np.concatenate(
        [np.flatnonzero(labels["train"] == k)[:per_class] for k in range(classes)]
    )
    images = rng.integers(0, 256, (len(chosen), 4, 4), dtype=np.uint8)
    manifest = Manifest(
        title=title,
        class_names=tuple(f"class {k}" for k in range(classes)),
        layers=tuple(
            RecordedLayer("input" if t == 0 else f"layer {t}", width)
            for t, width in enumerate(widths)
        ),
        train_counts=tuple(counts),
        epochs=epochs[-1],
        recorded=tuple(epochs),
        learning_rate_drops=(5, 10),
        recipe={"dataset": "synthetic", "seed": seed},
        created="2026-01-02T03:04:05+00:00",
    )
    run = RecordedRun(path, manifest, Probe(labels["train"][chosen], images), labels)
    frames = [np.linalg.qr(rng.normal(size=(width, width)))[0] for width in widths]
    directions = [_directions(classes, frame, rng) for frame in frames]
    writer = RunWriter(path, manifest, run.probe)
    for epoch in epochs:
        layers = []
        for t, width in enumerate(widths):
            spread = noise(epoch / max(epochs[-1], 1), t / max(len(widths) - 1, 1))
            for split, y in labels.items():
                scatter = spread * rng.normal(size=(len(y), width))
                # Single precision, as a network gives it.
                values = (1.0 + directions[t][y] + scatter).astype(np.float32).astype(np.float64)
                run.features[epoch, t, split] = values
            layers.append({s: run.features[epoch, t, s] for s in labels})
        run.snapshots[epoch] = _snapshot(run, epoch, layers, chosen, directions[-1], rng)
        writer.write(run.snapshots[epoch])
    writer.close(state)
    return run


def _directions(classes: int, frame: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return class means near a simplex ETF in the space of `frame`, shape (K, d)."""
    width = len(frame)
    vertices = simplex_etf(classes)
    embedding = frame[:classes] if width >= classes else rng.normal(size=(classes, width))
    return vertices @ embedding + 0.05 * rng.normal(size=(classes, width))


def _snapshot(
    run: RecordedRun,
    epoch: int,
    layers: list[dict[str, np.ndarray]],
    chosen: np.ndarray,
    directions: np.ndarray,
    rng: np.random.Generator,
) -> Snapshot:
    classes, last = run.manifest.classes, layers[-1]
    weight = (0.8 * directions + 0.1 * rng.normal(size=directions.shape)).astype(np.float32)
    # The features lie about (1, …, 1).
    bias = (0.05 * rng.normal(size=classes) - weight.sum(axis=1)).astype(np.float32)
    classifier = Classifier(weight.astype(np.float64), bias.astype(np.float64))
    measured = [
        {split: class_statistics(x, run.labels[split], classes) for split, x in layer.items()}
        for layer in layers
    ]
    scalars = {"train_loss": 2.0 / (1 + epoch), "test_loss": 2.5 / (1 + epoch)}
    found: dict[str, np.ndarray] = {}
    for split, y in run.labels.items():
        predicted = predictions(last[split], classifier.weight, classifier.bias)
        nearest = nearest_class_means(last[split], measured[-1]["train"].means)
        scalars[f"{split}_error"] = float((predicted != y).mean())
        scalars[f"nc4_{split}"] = nc4(predicted, nearest)
        found |= {"predicted": predicted, "nearest": nearest} if split == "train" else {}
    rows = [None] * (len(layers) - 1) + [classifier.weight]
    return Snapshot(
        epoch,
        tuple(
            LayerSnapshot(
                measures, layer_positions(measures["train"].means, layer["train"][chosen], row)
            )
            for layer, measures, row in zip(layers, measured, rows, strict=True)
        ),
        scalars,
        classifier,
        found["predicted"][chosen],
        found["nearest"][chosen],
    )


@pytest.fixture(scope="session")
def make_font() -> Callable[..., str]:
    """Return what writes a font whose letters are black squares, or nothing."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    def make(path: Path, family: str, inked: str, blank: str = "") -> str:
        builder = FontBuilder(1000, isTTF=True)
        letters = inked + blank
        names = [".notdef", *(f"u{ord(letter):06X}" for letter in letters)]
        builder.setupGlyphOrder(names)
        builder.setupCharacterMap({ord(k): f"u{ord(k):06X}" for k in letters})
        glyphs = {}
        for name, letter in zip(names, " " + letters, strict=True):
            pen = TTGlyphPen(None)
            if letter in inked:
                pen.moveTo((100, 0))
                for corner in ((100, 700), (900, 700), (900, 0)):
                    pen.lineTo(corner)
                pen.closePath()
            glyphs[name] = pen.glyph()
        builder.setupGlyf(glyphs)
        builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
        builder.setupHorizontalHeader(ascent=800, descent=-200)
        builder.setupNameTable(
            {"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")}
        )
        builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
        builder.setupPost()
        builder.save(path)
        return str(path)

    return make


@pytest.fixture
def fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return what decides which fonts this computer has besides ours."""
    from matplotlib import font_manager

    from ncviz.rendering import text, typefaces

    def have(*paths: str) -> None:
        monkeypatch.setattr(font_manager, "findSystemFonts", lambda: list(paths))
        forget()

    def forget() -> None:
        files = typefaces.system_fonts, typefaces.colour_font, typefaces._font_of, typefaces._open
        for known in (*files, text.rasterize, text._drawn, text._set, text.emoji_picture):
            known.cache_clear()

    yield have
    monkeypatch.undo()
    forget()
