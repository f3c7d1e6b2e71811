"""The rooms of the window: what each shows in the scene, beside it and on the timeline."""

import contextlib
import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from ncviz.desktop.rooms.compare.compare_room import CompareRoom
from ncviz.desktop.rooms.explore.explore_room import ExploreRoom
from ncviz.desktop.rooms.layers.layers_room import LayersRoom
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.run_room import RunRoom
from ncviz.desktop.rooms.train.train_room import TrainRoom
from ncviz.desktop.style.theme import dress_ahead
from ncviz.errors import UserError
from ncviz.explorer.room_names import COMPARE, EXPLORE, GALLERY, LAYERS, ROOMS, THEORY, TRAIN
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import Job, call

if TYPE_CHECKING:
    from ncviz.desktop.rooms.gallery.gallery_room import GalleryRoom
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom


def _theory_room(window: RoomsWindow) -> Room:
    # Its models load solvers, which the first picture need not wait for.
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom

    return TheoryRoom(window)


MAKERS: dict[str, Callable[[RoomsWindow], Room]] = {
    EXPLORE: ExploreRoom,
    LAYERS: LayersRoom,
    THEORY: _theory_room,
    COMPARE: CompareRoom,
    TRAIN: TrainRoom,
}
RUN_ROOMS = frozenset(  # where the open run is seen
    name for name, made in MAKERS.items() if isinstance(made, type) and issubclass(made, RunRoom)
)


def _load_theory() -> None:
    """Import the Theory room, and all that its models import when they first solve something.

    The published experiments are read, too, for the Gallery and the search.
    """
    from ncviz.explorer.desks import make_desks

    importlib.import_module("ncviz.desktop.rooms.theory.theory_room")
    importlib.import_module("ncviz.desktop.rooms.train.train_panel")
    importlib.import_module("scipy.integrate")
    for desk in make_desks().values():
        bool(desk.moving)  # computes its first curve, which is remembered
        desk.close()
    importlib.import_module("ncviz.desktop.rooms.gallery.experiment_work")
    with contextlib.suppress(UserError):  # who asks for them is told
        importlib.import_module("ncviz.experiments.catalogue").experiments()


class Rooms(Mapping[str, Room]):
    """Every room by its name, in the header's order; each is made when it is first asked for.

    Parameters
    ----------
    window : RoomsWindow
        Whose shared parts exist already.
    tell : callable
        Is given each room when it has been made.
    """

    def __init__(self, window: RoomsWindow, tell: Callable[[Room], None]) -> None:
        self._tell = tell
        self._window = window
        self._made: dict[str, Room] = {}
        self._loading: Job[Any, Any] | None = None

    def __getitem__(self, name: str) -> Room:
        if name not in self._made:
            if name not in ROOMS:
                raise KeyError(name)
            self._made[name] = self._make(name)
            self._tell(self._made[name])
        return self._made[name]

    def _make(self, name: str) -> Room:
        if name == GALLERY:  # which leads to others
            from ncviz.desktop.rooms.gallery.gallery_room import GalleryRoom

            return GalleryRoom(self._window, self)
        return MAKERS[name](self._window)

    @property
    def layers(self) -> LayersRoom:
        """Return the room of all layers side by side."""
        return cast(LayersRoom, self[LAYERS])

    @property
    def theory(self) -> "TheoryRoom":
        """Return the room of the models."""
        return cast("TheoryRoom", self[THEORY])

    @property
    def compare(self) -> CompareRoom:
        """Return the room of two runs."""
        return cast(CompareRoom, self[COMPARE])

    @property
    def gallery(self) -> "GalleryRoom":
        """Return the room of the samples."""
        return cast("GalleryRoom", self[GALLERY])

    def __contains__(self, name: object) -> bool:
        return name in ROOMS

    def __iter__(self) -> Iterator[str]:
        return iter(ROOMS)

    def __len__(self) -> int:
        return len(ROOMS)

    def get_ready(self) -> None:
        """Load what the Theory room needs in a thread, and dress other rooms, once."""
        if self._loading is None:
            dress_ahead()
            self._loading = WorkThread("loading of the Theory room").begin(call, _load_theory)

    def made(self) -> list[Room]:
        """Return the rooms that exist already."""
        return list(self._made.values())

    def is_made(self, name: str) -> bool:
        """Return whether a room exists already."""
        return name in self._made
