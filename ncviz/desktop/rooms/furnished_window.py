"""The window with its rooms, as dialogs and commands see it."""

from typing import TYPE_CHECKING

from ncviz.desktop.rooms.made_rooms import Rooms
from ncviz.desktop.rooms.picture_control import PictureControl
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.train.training import Training
from ncviz.explorer.player import Player

if TYPE_CHECKING:
    from ncviz.explorer.comparison import Comparison


class FurnishedWindow(RoomsWindow):
    """What of the window is known once it has rooms."""

    current: Room
    rooms: Rooms
    training: Training
    picture: PictureControl

    @property
    def room(self) -> str:
        """Return the name of the room one is in."""
        return self.current.name

    @property
    def player(self) -> Player:
        """Return the clock of the room."""
        return self.current.player

    @property
    def comparison(self) -> "Comparison":
        """Return the two runs of the Compare room."""
        return self.rooms.compare.comparison
