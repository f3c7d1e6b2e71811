"""What parts of the window ask of those that stand above them: by protocols, not by class."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from PyQt6.QtGui import QAction

from ncviz.explorer.player import Player
from ncviz.scenes.view import View


class Steps(Protocol):
    """Undo: what is done becomes steps that can be taken back."""

    def record(self, *groups: str) -> None: ...

    def clock_changed(self) -> None: ...

    def hold(self, on: bool) -> None: ...

    def go_on(self) -> None: ...

    def rest(self) -> None: ...

    def forget(self) -> None: ...

    def model_changed(self, left_at: dict[str, object], now: dict[str, object]) -> None: ...

    def model_moved(self) -> None: ...

    def one_step(self, *groups: str) -> AbstractContextManager[None]: ...

    def consequence(self) -> AbstractContextManager[None]: ...

    def no_step(self) -> AbstractContextManager[None]: ...

    def undo(self) -> None: ...

    def redo(self) -> None: ...


class Frames(Protocol):
    """The presenter: brings the window up to date, frame by frame."""

    def wake(self, *what: str) -> None: ...

    def show_all(self) -> None: ...

    def limit_frames(self) -> None: ...

    def is_prepared(self) -> bool: ...

    def shows_scene(self) -> bool: ...

    def spare_the_processor(self, spare: bool) -> None: ...


class Look(Protocol):
    """The settings that change how the window looks, put into effect."""

    @property
    def text_scale(self) -> float: ...

    @property
    def moves(self) -> bool: ...

    def set(self, name: str, value: object) -> None: ...

    def put(self, name: str) -> None: ...

    def set_theme(self, name: str) -> None: ...

    def set_large_text(self, on: bool) -> None: ...


class Opener(Protocol):
    """Every way into the window for a run."""

    def open(
        self, path: Path, *, follow: bool = False, remember: bool = True, stay: bool = False
    ) -> bool: ...

    def ask_run(self) -> None: ...

    def ask_exported(self) -> None: ...

    def ask_folder(self, title: str) -> Path | None: ...

    def ask_rename(self) -> None: ...

    def watch_run(self) -> None: ...


class Actions(Protocol):
    """The commands, as they stand in menus."""

    def __getitem__(self, key: str) -> QAction: ...


class Clock(Protocol):
    """What the timeline does with the clock of a room."""

    def set_clock(self, player: Player, values: Mapping[str, Any]) -> None: ...


class Pictured(Protocol):
    """What mouse, legend and run panel do to the picture."""

    def show_layer(self, layer: int) -> None: ...

    def show_card(self) -> None: ...

    def move_card(self) -> None: ...

    def forget_pointer(self) -> None: ...


class Views(Protocol):
    """Brings a view back as a whole."""

    def show_view(self, view: View) -> None: ...


class Running(Protocol):
    """Work in the background."""

    @property
    def is_running(self) -> bool: ...
