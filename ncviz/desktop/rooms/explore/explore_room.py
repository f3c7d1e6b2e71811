"""Explore: one layer of a run, large."""

from collections.abc import Sequence

from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.run_room import RunRoom


class ExploreRoom(RunRoom):
    """One layer of a run, large."""

    name = "Explore"

    def __init__(self, window: RoomsWindow) -> None:
        super().__init__(window, window.run_panel)

    @property
    def pinned_in(self) -> Sequence[int]:
        """Return the layer that is seen."""
        return (self.window.explorer.view.layer,)
