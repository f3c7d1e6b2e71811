"""What stands where the 3-D picture would be, on a machine that cannot draw it."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from ncviz.desktop.scene.pictured_canvas import PicturedCanvas
from ncviz.desktop.widgets.plain_text import PlainLabel
from ncviz.rendering.placing import Box


class NoCanvas(PicturedCanvas):
    """Stands where the canvas would be on a machine without OpenGL; the export draws without it.

    Parameters
    ----------
    problem : str
        One sentence to show.
    """

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.cameras.set_motion(False)
        self.physical_size = (0, 0)
        self.native = QWidget()
        label = PlainLabel(problem, "sentence", wraps=True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self.native).addWidget(label)
        self.vispy_canvas = None
        self.motion = False  # whatever is asked for: nothing would move the cameras on

    def forget_pointer(self) -> None:
        """Do nothing: nothing is pointed at."""

    def tell(self, _panel: int, _row: int | None, _ball: int = -1) -> None:
        """Point at nothing: nothing is drawn."""

    def cover(self, _covered: tuple[int, int], _words: tuple[Box, ...]) -> bool:
        """Nothing lies over a scene."""
        return False

    def set_turning(self, _degrees_per_second: float) -> None:
        """Nothing turns."""

    def limit_frames(self, _milliseconds: int) -> None:
        """There are no frames."""

    def draw_at_once(self) -> bool:
        """There are no frames."""
        return False

    def is_drawing(self, _long: float) -> bool:
        """There are no frames."""
        return False

    def close(self) -> None:
        """Nothing to let go of."""
