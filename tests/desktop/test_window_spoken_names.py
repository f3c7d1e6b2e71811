"""Every control of every room, dialog, menu and panel has a role and a name of its own."""

import pytest
from accessible_tree import Accessible, faults
from window_parts import settle

from ncviz.desktop.header import ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_controls_of_a_room(window, qtbot, room):
    window.enter(room)
    settle(qtbot, window)
    found = faults(Accessible.of(window))
    assert not found, "\n".join(found)
