"""Gallery: where to begin."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ncviz.desktop.rooms.compare.compare_room import CompareRoom
from ncviz.desktop.rooms.gallery.gallery import Gallery
from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.errors import UserError
from ncviz.explorer.bundled_samples import sample

if TYPE_CHECKING:
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom  # which loads solvers


class Neighbours(Protocol):
    """The rooms that the gallery leads to."""

    @property
    def compare(self) -> CompareRoom: ...

    @property
    def theory(self) -> "TheoryRoom": ...


class GalleryRoom(Room):
    """Samples, recent runs and models, over the whole window."""

    name = "Gallery"

    def __init__(self, window: RoomsWindow, rooms: Neighbours) -> None:
        super().__init__(window, window.run_panel, window.plots, 0)
        self._rooms = rooms
        self.gallery = Gallery()
        self.page = self.gallery
        self.gallery.open_sample.connect(self.open_sample)
        self.gallery.open_path.connect(lambda path: window.open(Path(path)))
        self.gallery.open_asked.connect(lambda: window.opening.ask_run())
        self.gallery.train.connect(lambda: window.enter("Train"))
        self.gallery.open_theory.connect(self.open_theory)

    def entered(self) -> None:
        self.gallery.set_recent([Path(text) for text in self.window.settings.recent or []])

        # The scene, over which notes appear elsewhere, is not seen here.
        self.window.note.lie_over(self.gallery)

    def left_behind(self) -> None:
        super().left_behind()
        self.window.note.lie_over(self.window.canvas.native)

    def open_sample(self, key: str) -> None:
        """Open a run that ships with ncviz, and beside it the one it is compared with."""
        window = self.window
        try:
            chosen = sample(key)
            path = chosen.path
        except UserError as error:
            window.note.say_error(error)
            return
        if not window.open(path, remember=False):
            return
        if chosen.classes:
            window.explorer.choose_classes(chosen.classes)
        if chosen.beside:
            self._rooms.compare.open_second(sample(chosen.beside).path)

    def open_theory(self, key: str) -> None:
        """Go to one of the models."""
        self.window.enter("Theory")
        with self.window.doings.no_step():  # one only goes there
            self._rooms.theory.open_model(key)
