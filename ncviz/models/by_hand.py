"""A model that descends, and of whose steps some are done by hand, in the picture itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.models.descent import DescentModel
from ncviz.models.model import P
from ncviz.runs.run import Run
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

Floats = NDArray[np.float64]


class ByHandModel(DescentModel[P]):
    """A model whose picture has handles; what is done with one is a step like any other."""

    def same_until(self, before: P, after: P) -> int | None:
        """Return the last step up to which both descend alike; None where not even the start."""
        raise NotImplementedError

    def dragged(self, parameters: P, step: int, handle: int, place: Floats) -> Mapping[str, Any]:
        """Return what changes as a step is: this handle is at this place, shape (3,)."""
        raise NotImplementedError

    def picture(self, parameters: P, run: Run, step: float, view: View) -> Scene:
        """Describe the picture of a step, between two recorded ones while it plays."""
        raise NotImplementedError
