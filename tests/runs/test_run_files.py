import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ncviz.geometry.statistics import class_statistics
from ncviz.runs import run as run_module
from ncviz.runs import writer as writer_module
from ncviz.runs.manifest import Manifest, RecordedLayer, read_manifest
from ncviz.runs.probe import Probe
from ncviz.runs.run import Run
from ncviz.runs.snapshot import (
    Classifier,
    LayerSnapshot,
    Positions,
    Snapshot,
    layer_positions,
)
from ncviz.runs.writer import RunWriter, write_atomically

STATISTICS = ("counts", "means", "within_variance", "class_fuzziness", "class_variability")


def snapshots_of(path):
    return sorted(file.name for file in (path / "snapshots").iterdir())


def test_a_snapshot_comes_back_as_it_was_written(small_run):
    run = Run(small_run.path)
    for epoch, written in small_run.snapshots.items():
        read = run.snapshot(epoch).load()
        assert read.epoch == epoch
        assert read.scalars == written.scalars
        np.testing.assert_array_equal(read.classifier.weight, written.classifier.weight)
        np.testing.assert_array_equal(read.classifier.bias, written.classifier.bias)
        np.testing.assert_array_equal(read.predicted, written.predicted)
        np.testing.assert_array_equal(read.nearest, written.nearest)
        assert len(read.layers) == len(written.layers) == 3
        for ours, theirs in zip(read.layers, written.layers, strict=True):
            assert ours.statistics.keys() == theirs.statistics.keys() == {"train", "test"}
            for split, statistics in theirs.statistics.items():
                for name in STATISTICS:
                    values = getattr(ours.statistics[split], name)
                    assert values.dtype == (np.int64 if name == "counts" else np.float64)
                    rtol = 1e-7 if name == "means" else 0
                    np.testing.assert_allclose(values, getattr(statistics, name), rtol=rtol)
            where, placed = ours.positions, theirs.positions
            np.testing.assert_allclose(where.means, placed.means, rtol=1e-6, atol=1e-7)
            reach = np.abs(placed.probe).max()
            np.testing.assert_allclose(where.probe, placed.probe, rtol=1e-3, atol=1e-3 * reach)
        assert read.layers[0].positions.classifier is None
        np.testing.assert_allclose(
            read.layers[2].positions.classifier, written.layers[2].positions.classifier, rtol=1e-6
        )


def test_the_manifest_and_the_probe_come_back(small_run):
    run = Run(small_run.path)
    assert run.manifest == replace(small_run.manifest, state="finished")
    np.testing.assert_array_equal(run.probe.labels, small_run.probe.labels)
    np.testing.assert_array_equal(run.probe.images, small_run.probe.images)
    assert run.probe.images.dtype == np.uint8
    assert run.epochs == small_run.epochs
    assert run.missing_epochs == ()
    assert not run.refresh()


def test_what_was_not_recorded_is_none(tmp_path):
    statistics = _statistics()
    layer = LayerSnapshot({"train": statistics}, layer_positions(statistics.means, np.ones((3, 2))))
    writer = RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0, 1, 1])))
    writer.write(Snapshot(4, (layer,)))
    run = Run(tmp_path / "run")
    stored = run.snapshot(4)
    assert run.probe.images is None
    assert stored.statistics(0, "test") is None
    assert stored.classifier() is None
    assert stored.probe("predicted") is None
    assert stored.probe("nearest") is None
    assert stored.scalars == {}
    assert stored.positions(0).classifier is None
    whole = stored.load()
    assert whole.classifier is None
    assert whole.layers[0].statistics.keys() == {"train"}


def test_a_classifier_without_bias(tmp_path):
    writer = RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0, 1])))
    statistics = _statistics()
    layer = LayerSnapshot({"train": statistics}, layer_positions(statistics.means, np.ones((2, 2))))
    writer.write(Snapshot(0, (layer,), classifier=Classifier(np.eye(2))))
    found = Run(tmp_path / "run").snapshot(0).classifier()
    np.testing.assert_array_equal(found.weight, np.eye(2))
    assert found.bias is None


def test_coinciding_means_are_kept_with_their_infinite_fuzziness(tmp_path):
    writer = RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0, 1])))
    statistics = replace(
        _statistics(),
        means=np.zeros((2, 2)),
        class_fuzziness=np.array([np.inf, 0.0]),
        class_variability=np.array([np.nan, np.nan]),
    )
    positions = layer_positions(statistics.means, np.ones((2, 2)))
    assert positions.means.shape == (2, 0)
    writer.write(Snapshot(0, (LayerSnapshot({"train": statistics}, positions),)))
    stored = Run(tmp_path / "run").snapshot(0)
    read = stored.statistics(0, "train")
    assert read.class_fuzziness.tolist() == [np.inf, 0.0]
    assert np.isnan(read.class_variability).all()
    assert stored.positions(0).means.shape == (2, 0)
    assert stored.positions(0).probe.shape == (2, 0)


@pytest.mark.parametrize("unit", [1e-30, 1e-6, 1.0, 1e6, 1e30])
def test_half_precision_positions_hold_at_any_scale(tmp_path, unit):
    rng = np.random.default_rng(0)
    means, probe = rng.normal(size=(2, 1)), 3 * rng.normal(size=(5, 1))
    positions = Positions(unit * means, unit * probe)
    writer = RunWriter(tmp_path / "run", _manifest(), Probe(np.zeros(5, dtype=int)))
    writer.write(Snapshot(0, (LayerSnapshot({"train": _statistics()}, positions),)))
    found = Run(tmp_path / "run").snapshot(0).positions(0)
    np.testing.assert_allclose(found.means / unit, means, rtol=1e-6)
    np.testing.assert_allclose(found.probe / unit, probe, rtol=1e-3)


def test_samples_beyond_half_precision_stay_finite(tmp_path):
    positions = Positions(np.array([[1e-9], [-1e-9]]), np.array([[7.0], [-7.0]]))
    writer = RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0, 1])))
    writer.write(Snapshot(0, (LayerSnapshot({"train": _statistics()}, positions),)))
    found = Run(tmp_path / "run").snapshot(0).positions(0).probe
    assert np.isfinite(found).all()
    assert found[0, 0] > 0 > found[1, 0]


def test_a_run_opens_by_its_manifest_too(small_run):
    run = Run(small_run.path / "manifest.json")
    assert run.path == small_run.path
    assert run.epochs == small_run.epochs


@pytest.mark.parametrize("name", ["Lauf № 1 – größer", "神経崩壊", "a b'c\"d", "ρ≈½.run", "%20 #?"])
def test_names_of_any_script(make_run, tmp_path, name):
    made = make_run(tmp_path / name, counts=(4, 4), epochs=(0, 3), widths=(3, 3), title=name)
    run = Run(tmp_path / name)
    assert run.manifest.title == name
    assert run.snapshot(3).epoch == 3
    assert run.manifest.layers == made.manifest.layers


def test_opening_reads_no_snapshot(small_run, monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("a snapshot was opened")

    monkeypatch.setattr(run_module, "StoredArrays", refuse)
    assert Run(small_run.path).epochs == small_run.epochs


def test_only_so_many_snapshots_stay_open(small_run, monkeypatch):
    opened = []
    real = run_module.StoredArrays

    def counting(path):
        opened.append(Path(path).stem)
        return real(path)

    monkeypatch.setattr(run_module, "OPEN_FILES", 2)
    monkeypatch.setattr(run_module, "StoredArrays", counting)
    run = Run(small_run.path)
    for epoch in (0, 1, 0, 2, 0, 1):
        assert run.snapshot(epoch).epoch == epoch
    assert opened == ["000000", "000001", "000002", "000001"]


def test_a_growing_run_is_taken_up(growing_run):
    writer = _reopened(growing_run)
    run = Run(growing_run.path)
    assert run.epochs == (0, 1, 2)
    assert not run.refresh()
    writer.write(replace(growing_run.snapshots[2], epoch=7))
    assert run.refresh()
    assert run.epochs == (0, 1, 2, 7)
    assert run.snapshot(7).epoch == 7
    assert not run.refresh()
    writer.close("stopped")
    assert run.refresh()
    assert run.manifest.state == "stopped"
    assert not run.refresh()


def test_a_run_whose_snapshots_vanish_keeps_its_epochs(growing_run):
    run = Run(growing_run.path)
    for file in (growing_run.path / "snapshots").iterdir():
        file.unlink()
    run.refresh()
    assert run.epochs == (0, 1, 2)


def test_missing_snapshots_of_a_finished_run_are_listed(growing_run):
    (growing_run.path / "snapshots" / "000001.safetensors").unlink()
    assert Run(growing_run.path).missing_epochs == (1,)
    for state in ("running", "stopped", "failed"):
        text = growing_run.manifest.with_state(state).to_json()
        (growing_run.path / "manifest.json").write_text(text, encoding="utf-8")
        assert Run(growing_run.path).missing_epochs == ()


def test_snapshots_are_in_the_order_of_their_epochs(make_run, tmp_path):
    make_run(tmp_path / "run", counts=(4, 4), epochs=(2, 10, 100, 1_000_000), widths=(3,))
    assert Run(tmp_path / "run").epochs == (2, 10, 100, 1_000_000)


def test_other_files_among_the_snapshots_do_not_matter(growing_run):
    folder = growing_run.path / "snapshots"
    for name in (
        ".000003.safetensors.123.partial",
        "000003.safetensors.partial",
        "000003.safetensors~",
        "3.safetensors",
        "1².safetensors",
        "0000٣.safetensors",
        "notes.txt",
        "x.safetensors",
    ):
        (folder / name).write_bytes(b"half")
    run = Run(growing_run.path)
    assert run.epochs == (0, 1, 2)
    assert run.missing_epochs == ()


# Writing


def test_a_folder_that_is_taken_is_left_alone(tmp_path, refuses):
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "thesis.txt").write_text("mine")
    with refuses(taken, "exists already"):
        RunWriter(taken, _manifest(), Probe(np.array([0])))
    assert [f.name for f in taken.iterdir()] == ["thesis.txt"]


def test_a_run_does_not_overwrite_a_run_or_a_file(growing_run, tmp_path, refuses):
    with refuses(growing_run.path, "exists already"):
        RunWriter(growing_run.path, _manifest(), Probe(np.array([0])))
    assert Run(growing_run.path).epochs == (0, 1, 2)
    file = tmp_path / "file"
    file.write_text("mine")
    with refuses(file, "exists already"):
        RunWriter(file, _manifest(), Probe(np.array([0])))
    with refuses(file / "run", "cannot be made: Not a directory"):
        RunWriter(file / "run", _manifest(), Probe(np.array([0])))
    assert file.read_text() == "mine"


def test_an_empty_folder_may_become_a_run_and_is_emptied_again(tmp_path):
    writer = RunWriter(tmp_path, _manifest(), Probe(np.array([0, 1])))
    assert (tmp_path / "manifest.json").exists()
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_discarded_run_leaves_no_folder(tmp_path):
    writer = RunWriter(tmp_path / "deep" / "run", _manifest(), Probe(np.array([0, 1])))
    writer.discard()
    assert not (tmp_path / "deep" / "run").exists()


def test_a_run_without_a_snapshot_says_so(tmp_path, refuses):
    RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0, 1])))
    with refuses(tmp_path / "run", "no snapshot yet"):
        Run(tmp_path / "run")


class Killed(BaseException):
    """Stands for a kill: no `except Exception` sees it."""


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_kill_while_writing_leaves_every_finished_snapshot(growing_run, monkeypatch, step):
    writer = _reopened(growing_run)

    def kill(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(writer_module.os, step, kill)
        with pytest.raises(Killed):
            writer.write(replace(growing_run.snapshots[2], epoch=3))
    assert any(name.endswith(".partial") for name in snapshots_of(growing_run.path))
    run = Run(growing_run.path)
    assert run.epochs == (0, 1, 2)
    assert [run.snapshot(e).load().epoch for e in run.epochs] == [0, 1, 2]
    writer.write(replace(growing_run.snapshots[2], epoch=3))
    assert run.refresh()
    assert run.snapshot(3).load().epoch == 3


def test_epochs_that_are_there_already_wait_for_the_disk_together(growing_run, monkeypatch):
    writer, asked = _reopened(growing_run), []
    monkeypatch.setattr(writer_module.os, "fsync", lambda _file: asked.append("one"))
    monkeypatch.setattr(writer_module.os, "sync", lambda: asked.append("all"), raising=False)
    for epoch in (3, 4):
        writer.write(replace(growing_run.snapshots[2], epoch=epoch), at_once=False)
    assert asked == []
    writer.close()
    assert asked == ["all", "one"], "what is called finished is on the disk"
    assert Run(growing_run.path).snapshot(4).load().epoch == 4


def test_a_kill_before_the_manifest_leaves_no_half_a_run(tmp_path, monkeypatch, refuses):
    def kill(_path, _content):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(writer_module, "write_atomically", kill)
        with pytest.raises(Killed):
            RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0])))
    with refuses(tmp_path / "run", "is not an ncviz run", "manifest.json"):
        Run(tmp_path / "run")


FAILURES = {
    "write": OSError(28, "No space left on device"),
    "fsync": OSError(122, "Disk quota exceeded"),
    "replace": OSError(30, "Read-only file system"),
}


def _fail(patch, step):
    """Let the disk refuse one step of writing a file."""

    def refuse(*_args, **_options):
        raise FAILURES[step]

    if step == "write":
        real = open

        class Full:
            def __init__(self, file):
                self._file = file

            def __enter__(self):
                return self

            def __exit__(self, *_error):
                self._file.close()

            def write(self, content):
                self._file.write(content[: len(content) // 2])
                refuse()

        patch.setattr("builtins.open", lambda path, mode: Full(real(path, mode)))
    else:
        patch.setattr(writer_module.os, step, refuse)


@pytest.mark.parametrize("step", list(FAILURES))
def test_a_full_disk_leaves_no_half_written_file(growing_run, monkeypatch, refuses, step):
    writer = _reopened(growing_run)
    before = snapshots_of(growing_run.path)
    with (
        monkeypatch.context() as patch,
        refuses("000003.safetensors cannot be written", FAILURES[step].strerror),
    ):
        _fail(patch, step)
        writer.write(replace(growing_run.snapshots[2], epoch=3))
    assert snapshots_of(growing_run.path) == before
    assert Run(growing_run.path).snapshot(2).load().epoch == 2


@pytest.mark.parametrize("step", list(FAILURES))
def test_a_full_disk_at_the_start_leaves_nothing(tmp_path, monkeypatch, refuses, step):
    with monkeypatch.context() as patch, refuses("probe.safetensors cannot be written"):
        _fail(patch, step)
        RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0, 1])))
    assert list(tmp_path.iterdir()) == []
    RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0, 1])))  # the name is still free


@pytest.mark.parametrize("step", list(FAILURES))
def test_what_was_there_survives_a_failed_replacement(tmp_path, monkeypatch, refuses, step):
    target = tmp_path / "table.csv"
    target.write_bytes(b"before")
    with monkeypatch.context() as patch, refuses(target, FAILURES[step].strerror):
        _fail(patch, step)
        write_atomically(target, b"after")
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]
    write_atomically(target, b"after")
    assert target.read_bytes() == b"after"


def test_a_folder_that_is_gone_or_closed_to_us(growing_run, tmp_path, monkeypatch, refuses):
    with refuses(tmp_path / "nowhere" / "x", "No such file or directory"):
        write_atomically(tmp_path / "nowhere" / "x", b"")

    def closed(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch, refuses(tmp_path / "run", "Permission denied"):
        patch.setattr(Path, "mkdir", closed)
        RunWriter(tmp_path / "run", _manifest(), Probe(np.array([0])))
    with monkeypatch.context() as patch, refuses(growing_run.path, "Permission denied"):
        patch.setattr(Path, "iterdir", closed)
        RunWriter(growing_run.path, _manifest(), Probe(np.array([0])))
    with monkeypatch.context() as patch, refuses("manifest.json", "Permission denied"):
        patch.setattr("ncviz.bounded_reading.read_text", closed)
        Run(growing_run.path)


@pytest.mark.parametrize("name", ["", ".", "/"])
def test_a_path_without_a_name_is_refused(name, refuses):
    with refuses("is no name for a file"):
        write_atomically(Path(name), b"")


def test_long_names_are_written_as_long_as_the_disk_takes_them(tmp_path, refuses):
    longest = tmp_path / ("x" * 251 + ".png")
    write_atomically(longest, b"content")
    assert longest.read_bytes() == b"content"
    with refuses("File name too long"):
        write_atomically(tmp_path / ("x" * 256), b"content")
    assert list(tmp_path.iterdir()) == [longest]


def test_two_processes_never_share_a_partial_file(tmp_path, monkeypatch):
    names = []
    real = os.replace

    def remembering(source, target):
        names.append(Path(source).name)
        real(source, target)

    monkeypatch.setattr(writer_module.os, "replace", remembering)
    write_atomically(tmp_path / "x.csv", b"1")
    monkeypatch.setattr(writer_module.os, "getpid", lambda: 1)
    write_atomically(tmp_path / "x.csv", b"2")
    assert len(set(names)) == 2
    assert all(name.startswith(".") for name in names)


def test_a_manifest_is_plain_json(small_run):
    text = (small_run.path / "manifest.json").read_text(encoding="utf-8")
    values = json.loads(text)
    assert values["format"] == "ncviz run"
    assert values["version"] == 1
    assert values["layers"][1] == {"name": "layer 1", "width": 8}
    assert "·" in text  # not escaped
    assert read_manifest(small_run.path / "manifest.json").recorded == small_run.epochs


def _manifest():
    return Manifest("t", ("a", "b"), (RecordedLayer("input", 2),), (2, 2), 4, (4,))


def _statistics():
    x = np.array([[0.0, 0.1], [1.0, 0.0], [3.0, 2.0], [4.0, 2.2]])
    return class_statistics(x, np.array([0, 0, 1, 1]), 2)


def _reopened(made):
    """Return a writer that goes on with a run on the disk."""
    return RunWriter.reopen(made.path)
