"""A run that another process still writes is followed to its end."""

import multiprocessing
import subprocess
import sys
from dataclasses import replace

import pytest
from window_parts import settle

from ncviz.charts.numbers import FUZZINESS
from ncviz.runs.writer import RunWriter

# Writes another run's snapshots into a new one, each when a line comes.
WRITE = """
import sys
from dataclasses import replace
from pathlib import Path
from ncviz.runs.run import Run
from ncviz.runs.writer import RunWriter, SNAPSHOTS, snapshot_name, write_atomically
source, target = Path(sys.argv[1]), Path(sys.argv[2])
run = Run(source)
writer = RunWriter(target, replace(run.manifest, state="running"), run.probe)
for epoch in run.epochs:
    name = snapshot_name(epoch)
    write_atomically(target / SNAPSHOTS / name, (source / SNAPSHOTS / name).read_bytes())
    print(epoch, flush=True)
    sys.stdin.readline()
writer.close()
"""


@pytest.fixture
def impatient(window):
    """Look for new epochs more often than once a second."""
    watch = window.opening._watch
    usual = watch.interval()
    watch.setInterval(20)
    yield
    watch.setInterval(usual)
    watch.stop()


def test_another_process_is_followed(window, impatient, small_run, qtbot, tmp_path):
    target = tmp_path / "growing"
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, str(small_run.path), str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writing:
        assert writing.stdout.readline() == "0\n"
        assert window.open(target, follow=True)
        for epoch in small_run.epochs[1:]:
            writing.stdin.write("\n")
            writing.stdin.flush()
            assert writing.stdout.readline() == f"{epoch}\n"
            qtbot.waitUntil(lambda epoch=epoch: window.explorer.nearest_epoch == epoch)
            assert window.player.value == epoch
        writing.stdin.write("\n")
        writing.stdin.flush()
        writing.stdin.close()
        writing.wait()
    watch = window.opening._watch
    qtbot.waitUntil(lambda: not watch.isActive())
    settle(qtbot, window)
    assert window.explorer.run.manifest.state == "finished"
    assert not multiprocessing.active_children()


def test_the_curves_reach_the_newest_epoch(window, make_run, qtbot, tmp_path):
    """Also where a plot of the moment asks for the epoch before its turn has come."""
    whole = make_run(tmp_path / "whole", counts=(8, 8, 8), epochs=(0, 1, 2))
    writer = RunWriter(tmp_path / "run", replace(whole.manifest, state="running"), whole.probe)
    writer.write(whole.snapshots[0])
    window.open(tmp_path / "run", follow=True)
    told = []
    window.explorer.listen(told.append)
    for epoch in (1, 2):
        settle(qtbot, window)
        writer.write(whole.snapshots[epoch])
        told.clear()
        window.explorer.refresh()
        window.explorer.series.measured(FUZZINESS, epoch)  # as the law plot does
        window.explorer.compute(0.01)
        assert told[-1] == "series"
    window.opening._watch.stop()
    settle(qtbot, window)


def test_whoever_looks_back_is_left_there(window, impatient, make_run, qtbot, tmp_path):
    whole = make_run(tmp_path / "whole", counts=(8, 8, 8), epochs=(0, 1, 2))
    writer = RunWriter(tmp_path / "run", replace(whole.manifest, state="running"), whole.probe)
    writer.write(whole.snapshots[0])
    writer.write(whole.snapshots[1])
    window.open(tmp_path / "run", follow=True)
    assert window.player.value == 1
    window.playback.seek(0.0)
    writer.write(whole.snapshots[2])
    qtbot.waitUntil(lambda: window.explorer.run.epochs == (0, 1, 2))
    assert window.player.value == 0


def test_epochs_that_come_faster_than_frames_do_not_keep_the_numbers_waiting(window):
    """Beside a training, curves and numbers come in turn."""
    room = window.current
    room.show(set(), sparing=True)
    window.player.seek(window.player.last)
    room.advance(0.0)
    before = window.timeline.readout.text()
    stale = room.show({"series", "moment"}, sparing=True)
    assert window.timeline.readout.text() == before
    stale = room.show(stale | {"series"}, sparing=True)
    assert window.timeline.readout.text() != before
    assert stale == {"series"}, "the curves wait for the next frame"
    assert room.show(stale, sparing=True) == {"moment"}
