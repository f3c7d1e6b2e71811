"""Searches of the Theory room in a process, which holds no window up."""

import os
import signal

import pytest

from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.models.layer_peeled import LAYER_PEELED
from ncviz.models.softmax_codes import SOFTMAX_CODES


@pytest.fixture
def desk():
    """The Layer-Peeled Model, whose other powers than 2 are sought in a process."""
    desk = OptimumDesk(LAYER_PEELED)
    desk.search_elsewhere()
    yield desk
    desk.close()


def test_a_process_finds_what_a_thread_finds(desk):
    beside = OptimumDesk(LAYER_PEELED)
    for each in (desk, beside):
        each.set(classes=3, majority=1, q=1.5)
        each.finish()
    beside.close()
    found, known = desk.optimum, beside.optimum
    assert found.objective == known.objective
    assert (found.features == known.features).all()
    assert desk.caption() == beside.caption()


def test_a_search_whose_process_is_killed_says_so(desk):
    desk.set(q=1.5)
    os.kill(desk._search._worker.pid, signal.SIGKILL)
    desk.finish()
    assert "was killed" in desk.caption()
    assert "move a slider" in desk.caption()
    assert desk.caption().endswith("The picture is that of q = 2.")
    desk.set(classes=3, majority=1, q=1.4)  # with another process
    desk.finish()
    assert desk.answer.answered.q == 1.4


def test_a_code_comes_from_a_process():
    desk = DescentDesk(SOFTMAX_CODES)
    desk.search_elsewhere()
    desk.set(classes=5, dimension=3)
    desk.finish()
    assert desk.target.points.shape == (5, 3)
    desk.close()
