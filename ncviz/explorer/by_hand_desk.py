"""A model that descends and is dragged in its picture; needs no window."""

from dataclasses import replace
from itertools import dropwhile

import numpy as np
from numpy.typing import NDArray

from ncviz.explorer.descent_desk import DescentDesk
from ncviz.models.by_hand import ByHandModel
from ncviz.models.model import P
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

Floats = NDArray[np.float64]


class ByHandDesk(DescentDesk[P]):
    """State of a descending model of whose steps some are done by hand.

    What was recorded before such a step stays; what came after it is dropped.
    """

    model: ByHandModel[P]

    def __init__(self, model: ByHandModel[P]) -> None:
        super().__init__(model)
        self._held: tuple[int, int] | None = None  # the handle, and the step that it makes

    def put(self, parameters: P) -> None:
        same = self.model.same_until(self.parameters, parameters)
        if same is None or parameters == self.parameters:
            self._held = None
            super().put(parameters)
            return
        self.player.pause()
        self.left_at, self.trouble = self.player.position, ""
        self.parameters, self.descent = parameters, self.model.descent(parameters)
        last = min(same, self.run.epochs[-1])
        self._run = self.run.up_to(last)
        for values in self._history.values():
            del values[len(self._run.epochs) :]
        self._path = dropwhile(lambda state: state.step <= last, self._states())
        self._numbers = self._measured()
        self.player.seek(self.player.position_of(float(same + 1)))
        self._tell("problem")

    def drag(self, handle: int, place: Floats, *, begins: bool) -> None:
        """Put a handle of the picture somewhere.

        Parameters
        ----------
        handle : int
            From 0.
        place : array, shape (3,)
            In scene units.
        begins : bool
            A step begins with it; else it goes on with the last one, if that was of this handle
            and is still seen.
        """
        self.player.pause()
        at = round(self.shown_step)
        if begins or self._held != (handle, at):
            at = min(int(self.shown_step + 1e-9) + 1, self.model.steps)
        self.set(**self.model.dragged(self.parameters, at, handle, place))
        self._held = handle, at
        self.advance(0.0)

    def scene(self, view: View) -> Scene:
        shown = replace(view, epoch=self.shown_step, pinned=(), hovered=None)
        return self.model.picture(self.parameters, self.run, self.shown_step, shown)
