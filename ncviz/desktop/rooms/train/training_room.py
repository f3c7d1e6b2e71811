"""Train: a run that comes into being."""

from typing import TYPE_CHECKING

from ncviz.desktop.rooms.run_room import RunRoom

if TYPE_CHECKING:
    from ncviz.desktop.shell.window import MainWindow


class TrainingRoom(RunRoom):
    """The open run beside the form of a recipe."""

    name = "Train"
    scrolls = False  # the form has a scroll bar of its own

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window, window.trainer.panel, 336)

    def entered(self) -> None:
        super().entered()
        self.window.trainer.entered()
