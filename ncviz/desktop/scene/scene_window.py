"""The window as parts of the scene see it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtWidgets import QMainWindow, QWidget

from ncviz.desktop.scene.canvas import SceneCanvas
from ncviz.desktop.scene.no_canvas import NoCanvas
from ncviz.desktop.scene.notes import Note
from ncviz.desktop.scene.scene_frame import SceneFrame
from ncviz.desktop.settings.settings import Settings
from ncviz.desktop.surroundings import Frames, LookControl, Pictured, UndoSteps
from ncviz.explorer.answers import Answer
from ncviz.explorer.direction_facts import DirectionFacts
from ncviz.explorer.explorer import Explorer
from ncviz.explorer.pointing import SampleFacts
from ncviz.runs.run import Run
from ncviz.scenes.palette import Theme
from ncviz.scenes.view import View


class SeenRoom(Protocol):
    """What the scene asks of the room one is in."""

    page: QWidget | None

    @property
    def moving(self) -> bool: ...

    @property
    def shows_run(self) -> bool: ...

    @property
    def shown_run(self) -> Run | None: ...

    @property
    def beside(self) -> tuple[Run, View] | None: ...

    def looks_at(self, panel: int) -> tuple[Run, View] | None: ...

    def choose_panel(self, panel: int) -> None: ...

    def choose_handle(self, handle: int | None) -> str: ...

    def drag_handle(self, handle: int, place: NDArray[np.float64], *, begins: bool) -> str: ...

    def panel_opened(self, panel: int) -> None: ...

    def facts(self, panel: int, row: int) -> SampleFacts | None: ...

    def direction_facts(self, panel: int, ball: int) -> DirectionFacts | None: ...

    def answer_of_panel(self, panel: int) -> Answer | None: ...

    def hover(self, panel: int, row: int | None) -> None: ...

    def pin(self, panel: int, row: int) -> None: ...

    def point_at_classes(self, classes: tuple[int, ...]) -> None: ...


class SceneWindow(QMainWindow):
    """What of the window is known where the scene is drawn and turned."""

    settings: Settings
    explorer: Explorer
    canvas: SceneCanvas | NoCanvas
    frame: SceneFrame
    note: Note
    current: SeenRoom
    picture: Pictured
    doings: UndoSteps
    presenter: Frames
    appearance: LookControl

    @property
    def theme(self) -> Theme:
        """Return the colours in use."""
        raise NotImplementedError
