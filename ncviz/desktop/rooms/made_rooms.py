"""The rooms of the window: what each shows in the scene, beside it and on the timeline."""

import contextlib
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from ncviz.desktop.one_shot import one_shot
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.style.theme import dress_ahead
from ncviz.errors import UserError
from ncviz.explorer.room_names import (
    COMPARE,
    EXPLORE,
    GALLERY,
    LAYERS,
    LEARN,
    ROOMS,
    THEORY,
    TRAIN,
)
from ncviz.explorer.solvers import load_solvers
from ncviz.garbage import nothing_is_garbage
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import Job, call
from ncviz.language import tr

if TYPE_CHECKING:
    from ncviz.desktop.rooms.compare.compare_room import CompareRoom
    from ncviz.desktop.rooms.gallery.gallery_room import GalleryRoom
    from ncviz.desktop.rooms.layers.layers_room import LayersRoom
    from ncviz.desktop.rooms.learn.learn_room import LearnRoom
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom
    from ncviz.explorer.model_desk import ModelDesk


RUN_ROOMS = frozenset((EXPLORE, LAYERS, COMPARE, TRAIN))  # where the open run is seen
LEADING = frozenset((GALLERY, LEARN))  # to other rooms, which they are given


def room_class(name: str) -> Callable[..., Room]:
    """Import a room, for which the first picture need not wait unless it shows it."""
    folder = name.lower()
    module = importlib.import_module(f"ncviz.desktop.rooms.{folder}.{folder}_room")
    made: Callable[..., Room] = getattr(module, f"{name}Room")
    return made


def _modules_of_theory() -> Iterator[str]:
    """Yield what the Theory room imports, each a portion of it."""
    for package in ("ncviz.models", "ncviz.explorer.desks", "ncviz.desktop.rooms.theory"):
        yield package
        inside = getattr(sys.modules[package], "__path__", ())
        yield from (module.name for module in pkgutil.iter_modules(inside, f"{package}."))


def _load_theory() -> None:
    """Import the rooms that are not seen yet, and what the first model of Theory needs.

    The published experiments are read, too, for the Gallery and the search.
    """
    with _stays("ncviz.desktop.rooms.train.train_panel"):
        from ncviz.explorer.desks import make_desks

        for name in (THEORY, LAYERS, COMPARE, TRAIN):
            room_class(name)
        importlib.import_module("ncviz.desktop.rooms.train.train_panel")
        _begin(next(iter(make_desks().values())))
        importlib.import_module("ncviz.desktop.rooms.gallery.experiment_work")
    with contextlib.suppress(UserError):  # who asks for them is told
        importlib.import_module("ncviz.experiments.catalogue").experiments()


def _load_models() -> None:
    """Import all that the models import when they first solve something: a tenth of the memory."""
    from ncviz.explorer.desks import make_desks

    with _stays("scipy.integrate"):
        load_solvers()
        for desk in make_desks().values():
            _begin(desk)


def _stays(last: str) -> contextlib.AbstractContextManager[None]:
    """Let nothing that is imported within be looked through for garbage from then on.

    The second window of a process imports nothing, and what the first one has left is garbage.
    """
    return contextlib.nullcontext() if last in sys.modules else nothing_is_garbage()


def _begin(desk: "ModelDesk[Any]") -> None:
    bool(desk.moving)  # computes its first curve, which is remembered
    desk.caption()
    desk.close()


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
        self._solving: Job[Any, Any] | None = None
        self._way: Iterator[None] = iter(())
        self._portion = one_shot(window, self._go_on)

    def __getitem__(self, name: str) -> Room:
        if name not in self._made:
            if name not in ROOMS:
                raise KeyError(name)
            self._made[name] = self._make(name)
            self._tell(self._made[name])
        return self._made[name]

    def _make(self, name: str) -> Room:
        make = room_class(name)
        return make(self._window, self) if name in LEADING else make(self._window)

    @property
    def layers(self) -> "LayersRoom":
        """Return the room of all layers side by side."""
        return cast("LayersRoom", self[LAYERS])

    @property
    def theory(self) -> "TheoryRoom":
        """Return the room of the models."""
        return cast("TheoryRoom", self[THEORY])

    @property
    def compare(self) -> "CompareRoom":
        """Return the room of two runs."""
        return cast("CompareRoom", self[COMPARE])

    @property
    def learn(self) -> "LearnRoom":
        """Return the room of the lessons."""
        return cast("LearnRoom", self[LEARN])

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

    def go_to(self, name: str) -> None:
        """Enter a room; the Theory room, once it is loaded and made, in portions.

        Between two of them the window answers to whatever else is asked of it.
        """
        self._way = self._entering(name)
        self._go_on()

    @property
    def on_the_way(self) -> bool:
        """Return whether a room is entered in portions."""
        return self._portion.isActive()

    def _go_on(self) -> None:
        for _ in self._way:
            self._portion.start(0)
            return

    def _entering(self, name: str) -> Iterator[None]:
        before = self._window.current
        if name == THEORY and not self.is_made(name):
            for module in _modules_of_theory():
                if module not in sys.modules:
                    importlib.import_module(module)
                    yield
            self[name]
            yield
        if self._window.current is before:  # nobody has gone elsewhere meanwhile
            self._window.enter(name)

    def get_ready(self) -> None:
        """Load what the Theory room needs in a thread, and dress other rooms, once.

        What its models need to solve is loaded once it is there: many never enter it.
        """
        if self._loading is None:
            dress_ahead()
            self._loading = WorkThread(tr("loading of the Theory room")).begin(call, _load_theory)
        elif self._solving is None and self.is_made(THEORY):
            self._solving = WorkThread(tr("loading of the models")).begin(call, _load_models)

    def made(self) -> list[Room]:
        """Return the rooms that exist already."""
        return list(self._made.values())

    def is_made(self, name: str) -> bool:
        """Return whether a room exists already."""
        return name in self._made

    def close(self) -> None:
        """End what runs in the background of any room: the window closes."""
        self._portion.stop()
        for room in self.made():
            room.close()
