"""A run that is written in the background, which the window shows as it grows."""

import contextlib
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from ncviz import held_files
from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.widgets.background import Background
from ncviz.errors import UserError
from ncviz.jobs.runner import RecordedEpoch
from ncviz.training.training_messages import SeedBegun


class GrowingRun(QObject):
    """The run of a training or of a recording of checkpoints; of several seeds, one by one.

    Parameters
    ----------
    window : RoomsWindow
    work : Background
        Of a `RunMaker`.
    stay : bool, optional
        Remain in the room one is in, when it is opened.

    Signals
    -------
    ended(str, str)
        State ('finished', 'stopped', 'cancelled', 'failed') and a sentence.

    Attributes
    ----------
    path : Path or None
        Of the last one.
    was_opened : bool
        Whether it has an epoch, and was shown.
    """

    ended = pyqtSignal(str, str)

    def __init__(self, window: RoomsWindow, work: Background, *, stay: bool = False) -> None:
        super().__init__(window)
        self._window, self._work, self._stay = window, work, stay
        self._before: tuple[Path, float] | None = None  # what was open, and at which epoch
        self.path: Path | None = None
        self.was_opened = False
        work.told.connect(self._told)
        work.called_off.connect(self._leave)
        work.done.connect(lambda state: self._ended(state, ""))
        work.failed.connect(lambda sentence: self._ended("failed", sentence))

    @property
    def is_on_screen(self) -> bool:
        """Return whether it is the one that is open."""
        run = self._window.explorer.run
        return run is not None and run.path == self.path

    def start(self, path: Path, *arguments: Any) -> None:
        """Begin to write it.

        Parameters
        ----------
        path : Path
        *arguments
            Of the runner's `start`.
        """
        self._work.start(*arguments)
        run = self._window.explorer.run
        self._before = None if run is None else (run.path, self._window.explorer.view.epoch)
        self.path, self.was_opened = path, False

    def _told(self, message: object) -> None:
        if isinstance(message, SeedBegun):
            self.path, self.was_opened = message.path, False
        if not isinstance(message, RecordedEpoch) or self._work.is_called_off:
            return
        if not self.was_opened:
            path = certain(self.path)
            self.was_opened = self._window.open(path, follow=True, stay=self._stay)
        elif self.is_on_screen:
            self._refresh()

    def _refresh(self) -> None:
        # A run that is gone by now has its end told by the runner's last message.
        with contextlib.suppress(UserError):
            self._window.explorer.refresh()

    def _leave(self) -> None:
        """Open what was open before: nobody may read what is about to be removed."""
        if self.is_on_screen and not self._open_what_was():
            self._window.open_demonstration(stay=self._stay)

    def _ended(self, state: str, sentence: str) -> None:
        window, path = self._window, certain(self.path)
        was_on_screen = self.is_on_screen
        if state == "cancelled":
            window.settings.forget(str(path))
            self._leave()
            held_files.remove_if_possible(path)  # Windows keeps files that were shown meanwhile
        elif was_on_screen:
            self._refresh()
        if was_on_screen:
            window.explorer.player.following = False
        self.ended.emit(state, sentence)

    def _open_what_was(self) -> bool:
        if self._before is None:
            return False
        path, epoch = self._before
        if not self._window.open(path, remember=False, stay=self._stay):
            return False
        self._window.explorer.go_to(epoch)
        return True
