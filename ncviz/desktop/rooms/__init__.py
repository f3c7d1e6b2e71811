"""The rooms of the window: what each shows in the scene, beside it and on the timeline."""

from typing import TYPE_CHECKING

from ncviz.desktop.header import ROOMS
from ncviz.desktop.rooms.compare_room import CompareRoom
from ncviz.desktop.rooms.gallery_room import GalleryRoom
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.run_room import ExploreRoom, LayersRoom
from ncviz.desktop.rooms.theory_room import TheoryRoom
from ncviz.desktop.rooms.training_room import TrainingRoom

if TYPE_CHECKING:
    from ncviz.desktop.window import MainWindow


def make_rooms(window: "MainWindow") -> dict[str, Room]:
    """Return every room by its name, in the header's order.

    Parameters
    ----------
    window : MainWindow
        Whose shared parts exist already.
    """
    rooms: tuple[Room, ...] = (
        ExploreRoom(window, window.run_panel),
        LayersRoom(window, window.run_panel),
        TheoryRoom(window),
        CompareRoom(window),
        GalleryRoom(window),
        TrainingRoom(window),
    )
    by_name = {room.name: room for room in rooms}
    return {name: by_name[name] for name in ROOMS}
