"""A screen of 1440 × 900 whose pixels are doubled: everything fits on it, or can be scrolled to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WIDTH, HEIGHT = 1440, 900
PROGRAM = Path(__file__).with_name("small_screen.py")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Return what a process with the doubled scale says of its window."""
    folder = tmp_path_factory.mktemp("small-screen")
    screen = {
        "name": "doubled",
        "x": 0,
        "y": 0,
        "width": WIDTH,
        "height": HEIGHT,
        "logicalDpi": 96,
        "logicalBaseDpi": 96,
        "dpr": 1,
    }
    held = folder / "screen.json"
    held.write_text(json.dumps({"screens": [screen]}))
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder)],
        env={
            **os.environ,
            "QT_SCALE_FACTOR": "2",
            "QT_QPA_PLATFORM": f"offscreen:configfile={held}",
            "NCVIZ_NO_OPENGL": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def within(inner, outer):
    return (outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2]) and inner[
        3
    ] <= outer[3]


def test_the_scale_is_doubled(seen):
    assert seen["ratio"] == 2.0
    assert seen["screen"] == [0, 0, WIDTH // 2, HEIGHT // 2]


def test_the_window_is_never_larger_than_the_screen(seen):
    for room in seen["rooms"]:
        assert within(room["window"], seen["screen"]), room
    assert within(seen["restored"], seen["screen"]), "a window that was kept on a larger screen"
    assert within(seen["preferences"], seen["screen"])


def test_all_of_each_room_can_be_scrolled_to(seen):
    assert len(seen["rooms"]) == 14
    for room in seen["rooms"]:
        for reach, needed in zip(room["reach"], room["needed"], strict=True):
            assert reach >= needed, room
