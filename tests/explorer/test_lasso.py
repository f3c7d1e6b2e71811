"""Lines around samples, and what is known of those within."""

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncviz.explorer.lasso import (
    columns_at,
    enclosed_samples,
    in_order,
    is_inside,
    table_of_samples,
    those_of,
)
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.compose import compose
from ncviz.scenes.scene import one_panel
from ncviz.scenes.view import View

SIZE = 800, 600


@pytest.fixture
def run(small_run):
    return Run(small_run.path)


@given(
    corners=st.lists(st.floats(0, 2 * math.pi), min_size=3, max_size=9, unique=True),
    points=st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=1, max_size=20),
)
@settings(deadline=None)
def test_within_a_convex_line_is_on_one_side_of_all_its_edges(corners, points):
    outline = np.array([(math.cos(a), math.sin(a)) for a in sorted(corners)])
    found = is_inside(np.array(points), outline)
    for (x, y), inside in zip(points, found, strict=True):
        sides = [
            (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
            for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, axis=0), strict=True)
        ]
        if min(map(abs, sides)) > 1e-9:  # not on the line itself
            assert inside == all(side > 0 for side in sides)


def test_what_a_line_crosses_twice_is_outside():
    star = np.array([(0, -3), (2, 3), (-3, -1), (3, -1), (-2, 3)], dtype=float)
    points = np.array([(0.0, 0.0), (0.0, -2.0), (5.0, 0.0)])
    assert is_inside(points, star).tolist() == [False, True, False]


def test_the_samples_within_a_rectangle_are_those_that_are_drawn_there(run):
    scene = compose(run, View(epoch=run.epochs[-1]))
    picture, camera = one_panel(scene), Camera()
    seen = camera.project(scene.samples.positions, *SIZE)
    middle = float(np.median(seen[:, 0]))
    outline = [(middle, -9), (SIZE[0] + 9, -9), (SIZE[0] + 9, SIZE[1] + 9), (middle, SIZE[1] + 9)]
    found = enclosed_samples(picture, 0, camera, *SIZE, outline)
    assert found == tuple(sorted(scene.sample_ids[seen[:, 0] > middle].tolist()))
    assert 0 < len(found) < len(scene.sample_ids)
    everything = [(-9, -9), (SIZE[0] + 9, -9), (SIZE[0] + 9, SIZE[1] + 9), (-9, SIZE[1] + 9)]
    assert len(enclosed_samples(picture, 0, camera, *SIZE, everything)) == len(scene.sample_ids)
    assert enclosed_samples(picture, 0, camera, *SIZE, everything[:2]) == ()


def test_the_table_says_of_each_sample_what_the_run_knows(run):
    epoch = run.epochs[-1]
    rows = (3, 0, 5)
    table = list(csv.DictReader(io.StringIO(table_of_samples(run, epoch + 0.2, rows))))
    assert [int(line["sample"]) for line in table] == list(rows)
    names = run.manifest.class_names
    for line, row in zip(table, rows, strict=True):
        assert line["class"] == names[run.probe.labels[row]]
        assert line["predicted class"] == names[run.snapshot(epoch).probe("predicted")[row]]
        assert float(line["epoch"]) == epoch


def test_samples_are_chosen_and_ordered_by_a_column(run):
    columns, everyone = columns_at(run, run.epochs[0]), range(len(run.probe.labels))
    labels = run.probe.labels
    name = run.manifest.class_names[1]
    assert those_of(columns, everyone, "class", name) == tuple(np.flatnonzero(labels == 1))
    ordered = in_order(columns, everyone, "class", least_first=False)
    assert labels[list(ordered)].tolist() == sorted(labels.tolist(), reverse=True)
