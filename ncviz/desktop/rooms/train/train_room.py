"""Train: a run that comes into being."""

from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.run_room import RunRoom


class TrainRoom(RunRoom):
    """The open run beside the form of a recipe."""

    name = "Train"
    alone = frozenset(("recipe",))
    scrolls = False  # the form has a scroll bar of its own

    def __init__(self, window: RoomsWindow) -> None:
        super().__init__(window, window.training.make_panel(), 336)

    def entered(self) -> None:
        super().entered()
        self.window.training.entered()
