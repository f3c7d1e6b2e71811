"""Trails of other descents: each where a picture of its own would have it."""

import numpy as np
import pytest

from ncviz.explorer.descent_desk import DescentDesk
from ncviz.models.landscape import LANDSCAPE
from ncviz.runs.snapshot import layer_positions
from ncviz.scenes.layout import align
from ncviz.scenes.other_starts import MOST, placed_means
from ncviz.scenes.view import View


@pytest.mark.parametrize(("classes", "dimension"), [(3, 2), (4, 8), (10, 5), (10, 16)])
def test_each_descent_is_placed_as_a_picture_of_its_own(classes, dimension):
    features = np.random.default_rng(0).standard_normal((3, 4 * classes, dimension)) * 7
    placed = placed_means(features, classes).reshape(3, classes, classes - 1)
    for found, each in zip(placed, features, strict=True):
        means = each.reshape(classes, 4, dimension).mean(axis=1)
        everyone = tuple(range(classes))
        alone = align(layer_positions(means, each), everyone, np.arange(len(each)))
        np.testing.assert_allclose(found, alone.means, atol=1e-9)


@pytest.mark.parametrize(("classes", "starts"), [(4, 3), (10, 24)])
def test_trails_lead_to_where_the_first_start_comes_as_well(classes, starts):
    desk = DescentDesk(LANDSCAPE)
    desk.set(classes=classes, starts=starts, dimension=10, samples=2, lambda_w=0.02, lambda_h=0.02)
    desk.seek(600)
    desk.finish()
    scene = desk.scene(View())
    count = classes * (starts - 1)
    assert count < len(scene.trails) <= MOST
    ends = scene.trails.ends[-count:].reshape(starts - 1, classes, 3)
    means = scene.balls.positions[:classes]
    np.testing.assert_allclose(ends, np.broadcast_to(means, ends.shape), atol=0.02)
    desk.seek(0)
    assert len(desk.scene(View()).trails) <= classes  # no more than the way down


@pytest.mark.parametrize("changes", [{"classes": 2}, {"dimension": 2}, {"starts": 1}])
def test_no_trails_where_a_picture_has_no_room_or_nobody_is_beside(changes):
    desk = DescentDesk(LANDSCAPE)
    desk.set(**changes)
    desk.seek(30)
    desk.finish()
    scene = desk.scene(View())
    assert len(scene.trails) <= desk.parameters.classes
    assert not [role for role in desk.roles() if "other starts" in role.text]
